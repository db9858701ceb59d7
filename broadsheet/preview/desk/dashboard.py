"""What lies on the editor's desk: articles with their state, every output, and what the next build would publish."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any

from ...content.model import Article, Settings, Site, StaticPage
from ...core.errors import Problem
from ...core.manifest import Difference, Entry, Manifest, difference, media_type
from ...core.urls import Addresses, addresses, site_path
from ...plan.types import File, Page, Plan
from ...publish import published
from ...views.assets import (
    RedirectView,
)

# The kinds of output in the order in which they interest an editor.
_TITLES = {
    "articles": "Articles",
    "pages": "Pages",
    "lists": "Lists",
    "feeds": "Feeds",
    "cards": "Share cards",
    "redirects": "Redirects",
    "pictures": "Pictures",
    "machines": "For machines and the rest",
    "files": "Copied files",
}
# By template, and by renderer for what has none: a page's view may cost something to make.
_KINDS = {
    "article.html": "articles",
    "page.html": "pages",
    "list.html": "lists",
    "overview.html": "lists",
    "rss": "feeds",
    "atom": "feeds",
    "json": "feeds",
    "card": "cards",
    "redirect.html": "redirects",
    "image": "pictures",
    "icon": "pictures",
}
_DATA = re.compile(rb'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
_TITLE = re.compile(rb"<title>(.*?)</title>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Papers:
    """What the desk is laid out from. settings, site and plan are None while the first start meets a broken newsletter.

    plan: with drafts and scheduled articles, as the preview shows it; read: the bytes of one of its outputs, by site
    path. upcoming: what the next build would publish, None while that is not known; output: where it would.
    """

    output: Path
    as_of: datetime
    problems: tuple[Problem, ...]
    settings: Settings | None
    site: Site | None
    plan: Plan | None
    read: Callable[[str], bytes]
    upcoming: Manifest | None

    @property
    def pages(self) -> tuple[Page, ...]:
        """All pages of the plan; none while there is no plan."""
        return self.plan.pages if self.plan else ()

    @property
    def addresses(self) -> Addresses:
        """Where the site's pages lie on the preview's own host."""
        return addresses(self.settings.base_url if self.settings else "http://localhost/")


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """An article, or a page of content/pages. state: "live", "draft" or "scheduled"; url: empty while it is broken."""

    title: str
    path: str
    url: str
    state: str
    date: str
    file: str


@dataclass(frozen=True, slots=True)
class OutputLine:
    """An output: what it is called, its site path, its address here, and the file it comes from."""

    title: str
    path: str
    url: str
    file: str


@dataclass(frozen=True, slots=True)
class Kind:
    """Outputs of one kind."""

    name: str
    title: str
    outputs: tuple[Page | File, ...]


@dataclass(frozen=True, slots=True)
class Detail:
    """What an output tells those who do not read it: title, address of its share card, data made legible."""

    title: str
    card: str
    card_alt: str
    data: str
    size_bytes: int
    media_type: str


def article_lines(papers: Papers) -> list[ArticleLine]:
    """Drafts first, then what is scheduled, the next due first, then what is live, newest first."""
    if papers.site is None:
        return []
    homes = _homes(papers)
    lines = [(_line(article, papers, homes), article.date) for article in papers.site.articles]
    return [
        *(line for line, _ in lines if line.state == "draft"),
        *(line for line, _ in sorted(lines, key=lambda pair: pair[1]) if line.state == "scheduled"),
        *(line for line, _ in lines if line.state == "live"),
    ]


def page_lines(papers: Papers) -> list[ArticleLine]:
    """The pages of content/pages, drafts first, by title."""
    homes = _homes(papers)
    pages = papers.site.pages if papers.site else ()
    return sorted((_line(page, papers, homes) for page in pages), key=lambda line: (line.state, line.title.casefold()))


def _homes(papers: Papers) -> dict[str, str]:
    """The site path of every article and page, by its file."""
    return {page.origin.path: page.path for page in papers.pages if _kind_of(page) in ("articles", "pages")}


def _line(piece: Article | StaticPage, papers: Papers, homes: dict[str, str]) -> ArticleLine:
    moment = piece.date if isinstance(piece, Article) else piece.updated
    is_due = not isinstance(piece, Article) or piece.date <= papers.as_of
    state = "draft" if piece.is_draft else "live" if is_due else "scheduled"
    path = homes.get(piece.path, "")
    url = papers.addresses.relative(path) if path else ""
    return ArticleLine(piece.title, path, url, state, moment_text(moment, papers), piece.path)


def moment_text(moment: datetime | None, papers: Papers) -> str:
    """A moment as authors write it, in the newsletter's time zone; without the time at the beginning of a day."""
    if moment is None:
        return ""
    local = moment.astimezone(papers.settings.zone) if papers.settings else moment
    return f"{local:%Y-%m-%d}" if (local.hour, local.minute) == (0, 0) else f"{local:%Y-%m-%d %H:%M}"


def kinds(papers: Papers) -> list[Kind]:
    """Every output, by its kind; kinds of which there is none are left out."""
    groups: dict[str, list[Page | File]] = {name: [] for name in _TITLES}
    for page in papers.pages:
        groups[_kind_of(page)].append(page)
    groups["files"] += papers.plan.files if papers.plan else ()
    return [Kind(name, _TITLES[name], tuple(outputs)) for name, outputs in groups.items() if outputs]


def _kind_of(page: Page) -> str:
    return _KINDS.get(page.template or page.renderer, "machines")


def output_line(output: Page | File, papers: Papers) -> OutputLine:
    """How an output stands in a list."""
    view = output.view if isinstance(output, Page) else None
    title = getattr(view, "title", "") or getattr(getattr(view, "head", None), "title", "")
    if isinstance(view, RedirectView):
        title = f"leads to {view.target_path}"
    return OutputLine(title, output.path, papers.addresses.relative(output.path), output.origin.path)


def feeds(papers: Papers) -> list[Page]:
    """Every feed that a reader can subscribe to, the newsletter's own first; the pages of archives are no such."""
    there = [page for page in papers.pages if _kind_of(page) == "feeds" and not getattr(page.view, "is_archive", False)]
    return sorted(there, key=lambda page: (page.path.count("/"), page.path.rpartition("/")[0], page.renderer != "rss"))


def cards(papers: Papers) -> list[Page]:
    """The share cards, in the order of the articles they stand for; the newsletter's own last."""
    order = {line.file: number for number, line in enumerate(article_lines(papers))}
    there = [page for page in papers.pages if _kind_of(page) == "cards"]
    return sorted(there, key=lambda page: order.get(page.origin.path, len(order)))


def page_at(papers: Papers, path: str) -> Page | None:
    """The page at a site path."""
    return next((page for page in papers.pages if page.path == path), None)


def detail(papers: Papers, page: Page) -> Detail:
    """What an output tells machines, taken from its finished bytes."""
    data = papers.read(page.path)
    share = getattr(getattr(page.view, "head", None), "share", None)
    title = _TITLE.search(data)
    return Detail(
        title=unescape(title[1].decode()) if title else "",
        card=local(share.url, papers) if share else "",
        card_alt=share.alt if share else "",
        data="\n".join(_legible(found) for found in _DATA.findall(data)),
        size_bytes=len(data),
        media_type=media_type(page.path if not page.path.endswith("/") else "index.html"),
    )


def _legible(data: bytes) -> str:
    try:
        return json.dumps(json.loads(data), ensure_ascii=False, indent=2)
    except ValueError:  # a template of the newsletter's own may write anything
        return data.decode(errors="replace")


def local(url: str, papers: Papers) -> str:
    """The address of a part of the site on the preview's own host; the same for any other address."""
    where = papers.addresses
    return f"{where.prefix}/{url.removeprefix(where.base)}" if url.startswith(where.base) else url


def problem_lines(papers: Papers) -> list[tuple[Problem, str]]:
    """Every problem, errors first, with the address of the page that it is about or that its file makes, if any."""
    homes = _homes(papers)
    ordered = sorted(papers.problems, key=lambda problem: problem.severity != "error")
    return [(problem, _page_of(problem.where.path, homes, papers)) for problem in ordered]


def _page_of(file: str, homes: dict[str, str], papers: Papers) -> str:
    # What is wrong with a finished page has its place in the site that will be published.
    path = site_path(file.removeprefix("site/")) if file.startswith("site/") else homes.get(file, "")
    return papers.addresses.relative(path) if path else ""


def changes(papers: Papers) -> Difference | None:
    """What readers would see change with the next build; None while that is not known."""
    if papers.upcoming is None:
        return None
    before = {path: Entry(digest, 0, "") for path, digest in published(papers.output).items()}
    return difference(Manifest(before), papers.upcoming)


def facts(papers: Papers) -> dict[str, Any]:
    """What stands at the head of every page of the desk."""
    errors = sum(problem.severity == "error" for problem in papers.problems)
    settings = papers.settings
    return {
        "newsletter": settings.title if settings else "",
        "home": papers.addresses.relative("/"),
        "as_of": f"{papers.as_of.astimezone(settings.zone) if settings else papers.as_of:%Y-%m-%d %H:%M}",
        "zone": str(settings.zone) if settings else str(papers.as_of.tzinfo or "UTC"),
        "errors": errors,
        "warnings": len(papers.problems) - errors,
    }
