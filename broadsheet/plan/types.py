"""What a plan is made of: pages to render and files to copy."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import Where
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
class Plan:
    """Everything that lands in the site, ordered by path, and what every page shows.

    sites: what pages in further languages show instead, by language.
    due: RFC 3339 moment at which the next scheduled article is due, or empty; due_title: its title.
    since, until: RFC 3339 moments between which the plan stays as it is, the second one excluded; empty: no bound.
    """

    site: SiteView
    pages: tuple[Page, ...]
    files: tuple[File, ...]
    due: str
    due_title: str
    since: str
    until: str
    sites: tuple[tuple[str, SiteView], ...] = ()
