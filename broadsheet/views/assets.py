"""Views of files that are not read as pages: redirects, sitemaps, text files, pictures, cards and icons."""

from __future__ import annotations

from dataclasses import dataclass

from .common import HeadView


@dataclass(frozen=True, slots=True)
class RedirectView:
    """A page that sends its reader on; target is absolute, target_path root-relative."""

    head: HeadView
    target: str
    target_path: str


@dataclass(frozen=True, slots=True)
class SitemapEntryView:
    """A page as a sitemap lists it; modified is an RFC 3339 date or date-time, or empty when unknown."""

    url: str
    modified: str


@dataclass(frozen=True, slots=True)
class SitemapView:
    """A sitemap (https://www.sitemaps.org/protocol.html), or an index of sitemaps when is_index."""

    is_index: bool
    entries: tuple[SitemapEntryView, ...]


@dataclass(frozen=True, slots=True)
class NewsEntryView:
    """An article as a news sitemap lists it; language is ISO 639, date RFC 3339."""

    publication: str
    url: str
    title: str
    language: str
    date: str


@dataclass(frozen=True, slots=True)
class NewsSitemapView:
    """The articles of the last two days, newest first
    (https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap)."""

    entries: tuple[NewsEntryView, ...]


@dataclass(frozen=True, slots=True)
class HeadersView:
    """What hosts say with each file; full_text: whether the search page runs WebAssembly."""

    full_text: bool


@dataclass(frozen=True, slots=True)
class TextView:
    """A finished text file."""

    text: str


@dataclass(frozen=True, slots=True)
class ImageView:
    """A picture file to be made: source is the digest of the file it comes from, which `run` hands to the worker.

    kind: "jpeg", "png" or "webp". width 0: as it is, less its metadata. is_drawing: it was saved without loss.
    """

    source: str
    recipe: str
    kind: str
    width: int
    height: int
    is_drawing: bool


@dataclass(frozen=True, slots=True)
class CardView:
    """A share card to be drawn: the newsletter's name, a title below it, a line at the foot.

    Without a title it is the newsletter's own card: the name large, and the line below it.
    """

    recipe: str
    name: str
    title: str
    line: str


@dataclass(frozen=True, slots=True)
class IconView:
    """An icon to be drawn: from the logo with this digest, else the letter. kind: "png" or "ico".

    margin: of the whole, in hundredths; has_ground: whether it fills its square, without transparent corners.
    """

    recipe: str
    logo: str
    letter: str
    kind: str
    size: int
    margin: int
    has_ground: bool
