"""What a plan consists of: pages to render, files to copy, and the ledger of both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..content.model import Article
from ..core.errors import Location
from ..source.tree import SourceFile
from ..views.common import SiteView, View

ENTRIES_OF_A_PAGE = 50  # a list with this many more entries takes as long to render as another page


class LazyView(NamedTuple):
    """A view that is created when it is needed, from a plain function and its arguments.

    `digest` accepts the arguments: a page with the same arguments has the same view, which then need not be created.
    """

    function: Callable[..., View]
    arguments: tuple[Any, ...]

    def __call__(self) -> View:
        """The view, created on each call."""
        return self.function(*self.arguments)


class Page(NamedTuple):
    """An output to render, with everything that its renderer, the ledger and the dashboard need to know of it."""

    path: str
    """Its site path, such as "/about/"."""
    renderer: str
    """A key of render/worker.py's RENDERERS."""
    template: str
    """Empty for renderers that use none."""
    content: View | LazyView
    origin: Location
    """The place in the sources that asks for this page, for messages."""
    source: str = ""
    """What messages call the file that it is made from, if that can be damaged: '"photo.jpg"'."""
    other_origins: tuple[Location, ...] = ()
    """Other places that ask for it, if the source can be damaged."""
    kind: str = "technical files"
    """A plural, by which the preview's dashboard groups pages. Pages of a kind may differ in renderer and template."""
    owner: str = ""
    """The content file that this output belongs to; empty when several files share it or none does."""
    documents: tuple[str, ...] = ()
    """Digests of the parsed prose that its view refers to (ProseView.document); the renderer gets the HTML of each."""
    files: tuple[str, ...] = ()
    """Digests of the source files that the renderer needs; it gets the bytes of each."""
    cost: int = 1
    """How long it takes to render, in ordinary pages; `cost_of_list` gives that of a list."""
    modified: str = ""
    """RFC 3339, or empty when unknown."""
    is_listed: bool = False
    """Whether sitemaps list it."""
    language: str = ""
    """The language of Plan.sites that it belongs to; empty for the newsletter's own."""

    @property
    def view(self) -> View:
        """Its view; created on each use if it is lazy."""
        return self.content() if isinstance(self.content, LazyView) else self.content


def cost_of_list(entries: int) -> int:
    """The cost of a page that shows this many entries."""
    return 1 + entries // ENTRIES_OF_A_PAGE


@dataclass(frozen=True, slots=True)
class File:
    """An output that is a copy of a source file."""

    path: str
    source: SourceFile

    @property
    def origin(self) -> Location:
        """The source file."""
        return Location(self.source.path)


class LedgerArticle(NamedTuple):
    """An article as the ledger lists it."""

    article: Article
    path: str
    """Its site path."""
    outputs: tuple[str, ...]
    """The files in the output that belong to it alone, in order."""
    input_key: str
    """A digest of everything that determines its line in the ledger, except its outputs."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The output that lists all others; build/ledger.py creates it last, since it needs their digests."""

    path: str
    title: str
    url: str
    articles: Callable[[], tuple[LedgerArticle, ...]]
    """Newest first, one language after the other. Created on each call: ten thousand of them take 4 MB."""
    sources: Mapping[str, str]
    """Names by slug."""
    people: Mapping[str, str]
    """Names by slug, the publisher's under ""."""
    origin: Location


@dataclass(frozen=True, slots=True)
class Plan:
    """Every output of the site."""

    site: SiteView
    """What every page in the newsletter's own language shows."""
    pages: tuple[Page, ...]
    """By path."""
    files: tuple[File, ...]
    """By path."""
    ledger: Ledger
    homes: Mapping[str, str]
    """The site path of each published article and page of content/, by its source file."""
    due: str
    """When the next scheduled article will be published (RFC 3339); empty if none is scheduled."""
    due_title: str
    """The title of that article."""
    since: str
    """The plan is the same at any time from here (RFC 3339); empty if there is no such limit."""
    until: str
    """The plan is the same at any time before this (RFC 3339); empty if there is no such limit."""
    sites: tuple[tuple[str, SiteView], ...] = ()
    """What every page in an additional language shows, by language."""
