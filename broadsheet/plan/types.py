"""What a plan is made of: pages to render and files to copy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import Where
from ..model import Article
from ..tree import SourceFile
from ..views import (
    ArticleView,
    CardView,
    FeedListView,
    FeedView,
    IconView,
    ImageView,
    ListView,
    NewsSitemapView,
    NotFoundView,
    OverviewView,
    RedirectView,
    SearchListView,
    SearchView,
    SitemapView,
    SiteView,
    TextPageView,
    TextView,
)

View = (
    ArticleView
    | CardView
    | FeedListView
    | FeedView
    | IconView
    | ImageView
    | ListView
    | NewsSitemapView
    | NotFoundView
    | OverviewView
    | RedirectView
    | SearchListView
    | SearchView
    | SitemapView
    | TextPageView
    | TextView
)


@dataclass(frozen=True, slots=True)
class Page:
    """An output to render. path: its site path ("/about/"). renderer: a name of render/worker.py.

    template: empty for renderers that need none. origin: where the author asked for it. modified: RFC 3339, or empty
    when unknown; is_listed: whether sitemaps name it. language: which of the plan's further sites it belongs to.
    """

    path: str
    renderer: str
    template: str
    view: View
    origin: Where
    modified: str = ""
    is_listed: bool = False
    language: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """An output that is a copy of a source file."""

    path: str
    source: SourceFile

    @property
    def origin(self) -> Where:
        """Where it comes from."""
        return Where(self.source.path)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An article as the ledger lists it, with its absolute URL and the outputs that are its own."""

    article: Article
    url: str
    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """The output that lists all others, and is made when they are: `ledger.py` needs their digests.

    articles: newest first, in one language after the other. sources, people: names by slug, that of the house by "".
    """

    path: str
    title: str
    url: str
    articles: tuple[Recorded, ...]
    sources: Mapping[str, str]
    people: Mapping[str, str]
    origin: Where


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that lands in the site, ordered by path, and what every page shows; the ledger comes last.

    sites: what pages in further languages show instead, by language.
    due: RFC 3339 moment at which the next scheduled article is due, or empty; due_title: its title.
    since, until: RFC 3339 moments between which the plan stays as it is, the second one excluded; empty: no bound.
    """

    site: SiteView
    pages: tuple[Page, ...]
    files: tuple[File, ...]
    ledger: Ledger
    due: str
    due_title: str
    since: str
    until: str
    sites: tuple[tuple[str, SiteView], ...] = ()
