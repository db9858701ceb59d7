"""What machines are told of the site's addresses: redirects from old ones, and sitemaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..content.model import Article, StaticPage
from ..core.errors import Location
from ..core.urls import Addresses, addresses
from ..views.assets import (
    RedirectView,
    SitemapEntryView,
    SitemapView,
    TextView,
)
from .published import PublishedSite
from .types import File, LazyView, Page

SITEMAP = "/sitemap.xml"
SITEMAP_LIMIT = 50_000  # https://www.sitemaps.org/protocol.html: at most this many URLs in one file


def plan(layouts: Sequence[PublishedSite]) -> Iterator[Page | File]:
    """A page for each alias, and `_redirects` for hosts that know such a file."""
    layout = layouts[0]
    lines = []
    for alias, target, title, origin in (found for language in layouts for found in _aliases(language)):
        head = layout.head(title, "", "")
        view = RedirectView(head, layout.addresses.absolute(target), layout.addresses.relative(target))
        path = alias if alias.endswith("/") or "." in alias.rpartition("/")[2] else alias + "/"
        yield Page(path, "page", "redirect.html", view, origin)
        lines.append(f"{layout.addresses.relative(alias)} {layout.addresses.relative(target)} 301\n")
    for alias, path in layout.settings.feeds.aliases:
        lines.append(f"{layout.addresses.relative(alias)} {layout.addresses.relative(path)} 301\n")
    if lines:
        yield Page("/_redirects", "text", "", TextView("".join(sorted(lines))), Location("config.yaml"))


def sitemaps(where: Addresses, pages: Sequence[Page], limit: int = SITEMAP_LIMIT) -> Iterator[Page]:
    """One sitemap of all pages that are listed, or an index of several when there are more than `limit`."""
    listed = [page for page in sorted(pages, key=lambda page: page.path) if page.is_listed]
    if len(listed) <= limit:
        yield _sitemap(SITEMAP, listed, where)
        return
    parts = [listed[start : start + limit] for start in range(0, len(listed), limit)]
    paths = [f"/sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
    for path, part in zip(paths, parts, strict=True):
        yield _sitemap(path, part, where)
    index = tuple(
        SitemapEntryView(where.absolute(path), max(page.modified for page in part))
        for path, part in zip(paths, parts, strict=True)
    )
    yield Page(SITEMAP, "page", "sitemap.xml", SitemapView(True, index), Location("config.yaml"))


def _sitemap(path: str, listed: Sequence[Page], where: Addresses) -> Page:
    parts = (where.base, tuple([page.path for page in listed]), tuple([page.modified for page in listed]))
    return Page(path, "page", "sitemap.xml", LazyView(sitemap_view, parts), Location("config.yaml"))


def sitemap_view(base_url: str, paths: tuple[str, ...], modified: tuple[str, ...]) -> SitemapView:
    """What a sitemap of these site paths shows, each with when it was last changed."""
    absolute = addresses(base_url).absolute
    return SitemapView(False, tuple(map(SitemapEntryView, map(absolute, paths), modified)))


def _aliases(layout: PublishedSite) -> Iterator[tuple[str, str, str, Location]]:
    """Alias, target, title and place of each redirect."""
    for story in layout.stories:
        for number, alias in enumerate(story.article.aliases):
            yield alias, story.path, story.item.title, _place(story.article, number)
    for page, _ in layout.pages:
        for number, alias in enumerate(page.aliases):
            yield alias, layout.references.homes[page.path], page.title, _place(page, number)


def _place(piece: Article | StaticPage, number: int) -> Location:
    """Where an alias stands: an only one may be written without a list."""
    name = f"aliases.{number}"
    return piece.where(name if piece.has(name) else "aliases")
