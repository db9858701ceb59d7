"""The state that the dashboard shows, and the articles and pages in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ...content.model import Article, Settings, Site, StaticPage
from ...core.errors import Problem
from ...core.manifest import Manifest
from ...core.urls import Addresses, addresses
from ...plan.types import Page, Plan


@dataclass(frozen=True, slots=True)
class DeskState:
    """A snapshot of the preview. settings, site and plan are None until the newsletter has been read without errors."""

    output: Path
    """The folder of the published site."""
    as_of: datetime
    problems: tuple[Problem, ...]
    settings: Settings | None
    site: Site | None
    plan: Plan | None
    """With drafts and scheduled articles, as the preview shows it."""
    read: Callable[[str], bytes]
    """The bytes of one of the plan's outputs, by its site path."""
    next_manifest: Manifest | None
    """What the next build would publish; None until that is known."""

    @property
    def pages(self) -> tuple[Page, ...]:
        """All pages of the plan; none while there is no plan."""
        return self.plan.pages if self.plan else ()

    @property
    def addresses(self) -> Addresses:
        """The URLs of the site's pages on the preview's host."""
        return addresses(self.settings.base_url if self.settings else "http://localhost/")

    def local_url(self, url: str) -> str:
        """The URL on the preview's host if this one belongs to the site; else the same URL."""
        site = self.addresses
        return f"{site.prefix}/{url.removeprefix(site.base)}" if url.startswith(site.base) else url

    def format_time(self, time: datetime | None) -> str:
        """A date and time in the newsletter's time zone, without the time at midnight; "" for None."""
        if time is None:
            return ""
        local = time.astimezone(self.settings.zone) if self.settings else time
        return f"{local:%Y-%m-%d}" if (local.hour, local.minute) == (0, 0) else f"{local:%Y-%m-%d %H:%M}"


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """An article, or a page of content/pages."""

    title: str
    path: str
    """The site path; "" while it cannot be shown."""
    url: str
    """On the preview's host; "" while it cannot be shown."""
    state: str
    """ "live", "draft" or "scheduled"."""
    date: str
    file: str


def article_lines(desk: DeskState) -> list[ArticleLine]:
    """All articles: drafts first, then scheduled ones, the next due first, then live ones, newest first."""
    if desk.site is None:
        return []
    paths = page_paths(desk)
    lines = [(_line(article, desk, paths), article.date) for article in desk.site.articles]
    return [
        *(line for line, _ in lines if line.state == "draft"),
        *(line for line, _ in sorted(lines, key=lambda pair: pair[1]) if line.state == "scheduled"),
        *(line for line, _ in lines if line.state == "live"),
    ]


def page_lines(desk: DeskState) -> list[ArticleLine]:
    """The pages of content/pages, drafts first, by title."""
    paths = page_paths(desk)
    pages = desk.site.pages if desk.site else ()
    return sorted((_line(page, desk, paths) for page in pages), key=lambda line: (line.state, line.title.casefold()))


def page_paths(desk: DeskState) -> Mapping[str, str]:
    """The site path of every article and page, by its source file."""
    return desk.plan.homes if desk.plan else {}


def _line(piece: Article | StaticPage, desk: DeskState, paths: Mapping[str, str]) -> ArticleLine:
    time = piece.date if isinstance(piece, Article) else piece.updated
    is_due = not isinstance(piece, Article) or piece.date <= desk.as_of
    state = "draft" if piece.is_draft else "live" if is_due else "scheduled"
    path = paths.get(piece.path, "")
    url = desk.addresses.relative(path) if path else ""
    return ArticleLine(piece.title, path, url, state, desk.format_time(time), piece.path)
