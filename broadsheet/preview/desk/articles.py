"""The articles and pages of the newsletter, with their state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...content.model import Article, StaticPage
from .state import DeskState


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
