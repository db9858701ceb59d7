"""What a plan is made of: pages to render and files to copy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..content.model import Article
from ..core.errors import Location
from ..source.tree import SourceFile
from ..views.assets import (
    CardView,
    HeadersView,
    IconView,
    ImageView,
    NewsSitemapView,
    RedirectView,
    SitemapView,
    TextView,
)
from ..views.common import (
    SiteView,
)
from ..views.feeds import (
    CopyView,
    FeedListView,
    FeedView,
)
from ..views.pages import (
    ArticleView,
    ListView,
    NotFoundView,
    OverviewView,
    SearchListView,
    SearchView,
    TextPageView,
)

View = (
    ArticleView
    | CardView
    | CopyView
    | FeedListView
    | FeedView
    | HeadersView
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


class LazyView(NamedTuple):
    """A view that is made when somebody looks at it: a plain function, and all that it is handed.

    The parts are such as `digest` takes, so that a page whose parts are the same need not be looked at: it is the same.
    """

    function: Callable[..., View]
    arguments: tuple[Any, ...]

    def __call__(self) -> View:
        """The view, made anew each time."""
        return self.function(*self.arguments)


class Page(NamedTuple):
    """An output to render. path: its site path ("/about/"). renderer: a name of render/worker.py.

    shows: its view, or how that is made. template: empty for renderers that need none. origin: where the author asked
    for it. modified: RFC 3339, or empty when unknown; is_listed: whether sitemaps name it. language: which of the
    plan's further sites it belongs to.
    """

    path: str
    renderer: str
    template: str
    content: View | LazyView
    origin: Location
    modified: str = ""
    is_listed: bool = False
    language: str = ""

    @property
    def view(self) -> View:
        """What it shows; made anew each time where that is a call."""
        return self.content() if isinstance(self.content, LazyView) else self.content


@dataclass(frozen=True, slots=True)
class File:
    """An output that is a copy of a source file."""

    path: str
    source: SourceFile

    @property
    def origin(self) -> Location:
        """Where it comes from."""
        return Location(self.source.path)


class Recorded(NamedTuple):
    """An article as the ledger lists it, with its site path and the outputs that are its own.

    known: a digest of all that decides what the ledger says of it, but for its outputs.
    """

    article: Article
    path: str
    outputs: tuple[str, ...]
    known: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """The output that lists all others, and is made when they are: `ledger.py` needs their digests.

    articles: gives them newest first, in one language after the other; made when it is called, since ten thousand of
    them take 4 MB that no page needs. sources, people: names by slug, that of the house by "".
    """

    path: str
    title: str
    url: str
    articles: Callable[[], tuple[Recorded, ...]]
    sources: Mapping[str, str]
    people: Mapping[str, str]
    origin: Location


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
