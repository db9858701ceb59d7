"""The pages of the dashboard. They are made from the same plan and bytes as the site and are not part of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ...core.feed_formats import FORMATS
from ...plan.types import File, Page
from ...render.feeds.parsing import ParsedEntry, parse_date, parse_feed
from .articles import DeskState, article_lines, page_lines
from .outputs import feed_pages, output_details, output_kinds, output_line, page_at
from .overview import header, overview

# Only this folder's scripts and styles run and apply; images come from the site.
SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; worker-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FOLDER = Path(__file__).parent
LINES_PER_PAGE = 100
CARDS_PER_PAGE = 24
_ASSETS = {"desk.css": "text/css; charset=utf-8", "desk.js": "text/javascript; charset=utf-8"}
_URL_ATTRIBUTE = re.compile(r'\b(src|href|srcset|poster)="([^"]*)"')

T = TypeVar("T")
Query = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DeskPage:
    """The response to a request for a page of the dashboard."""

    status: int
    media_type: str
    body: bytes


def desk_page(desk: DeskState, path: str, query: Query) -> DeskPage:
    """The page at a path below /__preview/ ("feeds/"), with status 404 if there is none."""
    if path in _ASSETS:
        return DeskPage(200, _ASSETS[path], (FOLDER / path).read_bytes())
    make_context = _PAGES.get(path)
    context = make_context(desk, query) if make_context else None
    name = path.rstrip("/") or "overview"
    if context is None:
        name, path, context = "missing", "missing", {}
    html = _environment().get_template(f"{name}.html").render({**header(desk), "current": path, **context})
    return DeskPage(404 if name == "missing" else 200, "text/html; charset=utf-8", html.encode())


def _articles(desk: DeskState, query: Query) -> dict[str, Any]:
    words = query.get("q", "").casefold().split()
    state = query.get("state", "")
    found = [
        line
        for line in article_lines(desk)
        if state in ("", line.state) and all(word in f"{line.title} {line.file}".casefold() for word in words)
    ]
    return {**_page_of(found, query, LINES_PER_PAGE), "words": query.get("q", ""), "state": state}


def _outputs(desk: DeskState, query: Query) -> dict[str, Any] | None:
    kinds = output_kinds(desk)
    kind = next((kind for kind in kinds if kind.name == query.get("kind", kind.name)), None)
    if kind is None:
        return None if query.get("kind") else {"kinds": [], "kind": None, **_page_of([], query, LINES_PER_PAGE)}
    return {"kinds": kinds, "kind": kind, **_output_lines(kind.outputs, query, LINES_PER_PAGE, desk)}


def _feeds(desk: DeskState, query: Query) -> dict[str, Any] | None:
    pages = feed_pages(desk)
    page = next((page for page in pages if page.path == query.get("of", page.path)), None)
    if page is None:
        return None if query.get("of") else {"feeds": [], "page": None, "feed": None, "entries": [], "url": ""}
    feed = parse_feed(desk.read(page.path), FORMATS[page.renderer])
    states = {line.url: line.state for line in article_lines(desk)}
    return {
        "feeds": [(other.path, getattr(other.view, "title", "")) for other in pages],
        "page": page,
        "url": desk.addresses.relative(page.path),
        "feed": feed,
        "entries": [
            (
                entry,
                url,
                states.get(url, ""),
                desk.format_time(parse_date(entry.published)),
                _entry_document(entry, desk),
            )
            for entry in feed.entries
            for url in [desk.local_url(entry.url)]
        ],
    }


def _entry_document(entry: ParsedEntry, desk: DeskState) -> str:
    """An entry's content as an HTML document, with images from the preview's host and links that open in a new tab."""
    content = _URL_ATTRIBUTE.sub(lambda found: f'{found[1]}="{desk.local_url(found[2])}"', entry.content)
    content = content.replace("<a ", '<a target="_blank" rel="noopener" ')
    return f'<!doctype html><link rel="stylesheet" href="/__preview/desk.css"><body class="entry">{content}'


def _cards(desk: DeskState, query: Query) -> dict[str, Any]:
    """The share cards in the order of their articles; the newsletter's own last."""
    order = {line.file: number for number, line in enumerate(article_lines(desk))}
    pages = [page for page in desk.pages if page.kind == "share cards"]
    pages.sort(key=lambda page: order.get(page.origin.path, len(order)))
    return _output_lines(pages, query, CARDS_PER_PAGE, desk)


def _output(desk: DeskState, query: Query) -> dict[str, Any] | None:
    page = page_at(desk, query.get("of", ""))
    if page is None:
        return None
    lines = [*article_lines(desk), *page_lines(desk)]
    return {
        "page": page,
        "url": desk.addresses.relative(page.path),
        "details": output_details(desk, page),
        "line": next((line for line in lines if line.path == page.path), None),
    }


_PAGES: dict[str, Callable[[DeskState, Query], dict[str, Any] | None]] = {
    "": lambda desk, query: overview(desk),
    "articles/": _articles,
    "outputs/": _outputs,
    "feeds/": _feeds,
    "cards/": _cards,
    "output/": _output,
}


def _output_lines(outputs: Sequence[Page | File], query: Query, per_page: int, desk: DeskState) -> dict[str, Any]:
    """One page of many outputs; the views of the others are not made."""
    page = _page_of(outputs, query, per_page)
    return {**page, "lines": [output_line(output, desk) for output in page["lines"]]}


def _page_of(lines: Sequence[T], query: Query, per_page: int) -> dict[str, Any]:
    """The requested page of many lines."""
    count = max(-(-len(lines) // per_page), 1)
    requested = query.get("page", "1")
    is_number = requested.isascii() and requested.isdigit() and len(requested) < 10
    number = min(max(int(requested) if is_number else 1, 1), count)
    shown = lines[(number - 1) * per_page : number * per_page]
    return {"lines": shown, "number": number, "count": count, "total": len(lines)}


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        loader=FileSystemLoader(FOLDER),
    )
