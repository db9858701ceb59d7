"""What machines are told of the site's addresses: redirects from old ones, and sitemaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..content.model import Article, StaticPage
from ..core.errors import Location
from ..core.urls import Addresses, addresses
from ..views.assets import RedirectView, SitemapEntryView, SitemapView, TextView
from .published import PublishedSite
from .types import File, LazyView, Page, cost_of_list

SITEMAP = "/sitemap.xml"
SITEMAP_LIMIT = 50_000  # https://www.sitemaps.org/protocol.html: at most this many URLs in one file


def plan(sites: Sequence[PublishedSite]) -> Iterator[Page | File]:
    """A page for each alias, and `_redirects` for hosts that know such a file."""
    published = sites[0]
    context = published.context
    lines = []
    for alias, target, title, origin in (found for language in sites for found in _aliases(language)):
        head = published.head(title, "", "")
        view = RedirectView(head, context.addresses.absolute(target), context.addresses.relative(target))
        path = alias if alias.endswith("/") or "." in alias.rpartition("/")[2] else alias + "/"
        yield Page(path, "page", "redirect.html", view, origin, kind="redirects", owner=origin.path)
        lines.append(f"{context.addresses.relative(alias)} {context.addresses.relative(target)} 301\n")
    for alias, path in context.settings.feeds.aliases:
        lines.append(f"{context.addresses.relative(alias)} {context.addresses.relative(path)} 301\n")
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
    arguments = (where.base, tuple([page.path for page in listed]), tuple([page.modified for page in listed]))
    return Page(
        path,
        "page",
        "sitemap.xml",
        LazyView(sitemap_view, arguments),
        Location("config.yaml"),
        cost=cost_of_list(len(listed)),
    )


def sitemap_view(base_url: str, paths: tuple[str, ...], modified: tuple[str, ...]) -> SitemapView:
    """What a sitemap of these site paths shows, each with when it was last changed."""
    absolute = addresses(base_url).absolute
    return SitemapView(False, tuple(map(SitemapEntryView, map(absolute, paths), modified)))


def _aliases(published: PublishedSite) -> Iterator[tuple[str, str, str, Location]]:
    """Alias, target, title and place of each redirect."""
    for article in published.articles:
        for number, alias in enumerate(article.model.aliases):
            yield alias, article.path, article.item.title, _place(article.model, number)
    for page, _ in published.pages:
        for number, alias in enumerate(page.aliases):
            yield alias, published.references.homes[page.path], page.title, _place(page, number)


def _place(piece: Article | StaticPage, number: int) -> Location:
    """Where an alias stands: an only one may be written without a list."""
    name = f"aliases.{number}"
    return piece.where(name if piece.has(name) else "aliases")
