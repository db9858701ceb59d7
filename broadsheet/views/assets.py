"""Views of files that are not read as pages: redirects, sitemaps, text files, pictures, cards and icons."""

from __future__ import annotations

from dataclasses import dataclass

from .common import HeadView


@dataclass(frozen=True, slots=True)
class RedirectView:
    """A page that redirects to another."""

    head: HeadView
    target: str
    """Absolute."""
    target_path: str
    """Root-relative."""


@dataclass(frozen=True, slots=True)
class SitemapEntryView:
    """A page in a sitemap."""

    url: str
    modified: str
    """RFC 3339 date or date and time; empty if unknown."""


@dataclass(frozen=True, slots=True)
class SitemapView:
    """A sitemap (https://www.sitemaps.org/protocol.html), or an index of sitemaps when is_index."""

    is_index: bool
    entries: tuple[SitemapEntryView, ...]


@dataclass(frozen=True, slots=True)
class NewsEntryView:
    """An article in a news sitemap."""

    publication: str
    url: str
    title: str
    language: str
    """ISO 639."""
    date: str
    """RFC 3339."""


@dataclass(frozen=True, slots=True)
class NewsSitemapView:
    """The articles of the last two days, newest first
    (https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap)."""

    entries: tuple[NewsEntryView, ...]


@dataclass(frozen=True, slots=True)
class HeadersView:
    """The HTTP headers that hosts send with each file."""

    full_text: bool
    """Whether the search page runs WebAssembly."""
    is_staging: bool
    """Whether there are drafts or scheduled articles, which search engines must not find."""


@dataclass(frozen=True, slots=True)
class TextView:
    """A finished text file."""

    text: str


@dataclass(frozen=True, slots=True)
class ImageView:
    """A picture to be resized and encoded."""

    source: str
    """The digest of the original, which the worker is given."""
    recipe: str
    kind: str
    """One of "jpeg", "png" or "webp"."""
    width: int
    """In pixels; 0: unchanged, only the metadata is removed."""
    height: int
    is_drawing: bool
    """Whether the original was saved without loss."""


@dataclass(frozen=True, slots=True)
class CardView:
    """A share card to be drawn."""

    recipe: str
    name: str
    """The newsletter's name; large on its own card."""
    title: str
    """Empty for the newsletter's own card."""
    line: str
    """The bottom line."""


@dataclass(frozen=True, slots=True)
class IconView:
    """An icon to be drawn."""

    recipe: str
    logo: str
    """The digest of the logo; empty to draw the letter."""
    letter: str
    kind: str
    """Either "png" or "ico"."""
    size: int
    margin: int
    """In hundredths of the size."""
    has_ground: bool
    """Whether it fills its square, without transparent corners."""
