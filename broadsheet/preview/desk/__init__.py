"""The editor's desk: every output at a glance, all problems, and what the next build would publish.

Its pages are made from the same plan and the same bytes as the site's; none of them is part of the site.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ...core.urls import site_path
from ...plan.types import File, Page
from .dashboard import (
    Papers,
    article_lines,
    cards,
    changes,
    detail,
    facts,
    feeds,
    kinds,
    local,
    moment_text,
    output_line,
    page_at,
    page_lines,
    problem_lines,
)
from .feed_reader import Entry, read_feed

__all__ = ["POLICY", "Answer", "Papers", "answer"]

# Nothing runs or is shown that this folder does not hold; pictures are the site's own.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; worker-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FOLDER = Path(__file__).parent
_PARTS = {"desk.css": "text/css; charset=utf-8", "desk.js": "text/javascript; charset=utf-8"}
_NEWEST = 12  # live articles on the overview
_AT_ONCE = 100  # lines on a page of a long list
_CHANGES_SHOWN = 200
_CARDS_AT_ONCE = 24
_ADDRESS = re.compile(r'\b(src|href|srcset|poster)="([^"]*)"')

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DeskPage:
    """What a page of the desk is answered with."""

    status: int
    media_type: str
    body: bytes


def answer(papers: Papers, path: str, query: Mapping[str, str]) -> DeskPage:
    """The page of the desk at a path below its own ("feeds/"); 404 where there is none."""
    if path in _PARTS:
        return DeskPage(200, _PARTS[path], (FOLDER / path).read_bytes())
    make = _PAGES.get(path)
    view = make(papers, query) if make else None
    name = path.rstrip("/") or "overview"
    if view is None:
        name, view = "missing", {"here": ""}
    text = _environment().get_template(f"{name}.html").render({**facts(papers), "here": path, **view})
    return DeskPage(404 if name == "missing" else 200, "text/html; charset=utf-8", text.encode())


def _overview(papers: Papers, query: Mapping[str, str]) -> dict[str, Any]:
    articles = article_lines(papers)
    waiting = [line for line in articles if line.state != "live"]
    live = [line for line in articles if line.state == "live"]
    change = changes(papers)
    published = () if change is None else (("new", change.added), ("changed", change.changed), ("gone", change.removed))
    return {
        "problems": problem_lines(papers),
        "waiting": waiting,
        "newest": live[:_NEWEST],
        "live_count": len(live),
        "pages": page_lines(papers),
        "kinds": kinds(papers),
        "is_known": change is not None,
        "changes": [(word, len(paths), _shown(paths, papers)) for word, paths in published if paths],
        "files": len(papers.upcoming.entries) if papers.upcoming else 0,
    }


def _shown(outputs: Sequence[str], papers: Papers) -> list[tuple[str, str]]:
    """The first of these files by site path, with their addresses here."""
    paths = [site_path(output) for output in outputs[:_CHANGES_SHOWN]]
    return [(path, papers.addresses.relative(path)) for path in paths]


def _articles(papers: Papers, query: Mapping[str, str]) -> dict[str, Any]:
    words = query.get("q", "").casefold().split()
    state = query.get("state", "")
    found = [
        line
        for line in article_lines(papers)
        if state in ("", line.state) and all(word in f"{line.title} {line.file}".casefold() for word in words)
    ]
    return {**_cut(found, query, _AT_ONCE), "words": query.get("q", ""), "state": state}


def _outputs(papers: Papers, query: Mapping[str, str]) -> dict[str, Any] | None:
    there = kinds(papers)
    kind = next((kind for kind in there if kind.name == query.get("kind", kind.name)), None)
    if kind is None:
        return None if query.get("kind") else {"kinds": [], "kind": None, **_cut([], query, _AT_ONCE)}
    return {"kinds": there, "kind": kind, **_lines(kind.outputs, query, _AT_ONCE, papers)}


def _feeds(papers: Papers, query: Mapping[str, str]) -> dict[str, Any] | None:
    there = feeds(papers)
    page = next((page for page in there if page.path == query.get("of", page.path)), None)
    if page is None:
        return None if query.get("of") else {"feeds": [], "page": None, "feed": None, "entries": [], "url": ""}
    feed = read_feed(papers.read(page.path), page.renderer)
    states = {line.url: line.state for line in article_lines(papers)}
    return {
        "feeds": [(other.path, getattr(other.view, "title", "")) for other in there],
        "page": page,
        "url": papers.addresses.relative(page.path),
        "feed": feed,
        "entries": [
            (entry, link, states.get(link, ""), moment_text(entry.date, papers), _as_shown(entry, papers))
            for entry in feed.entries
            for link in [local(entry.url, papers)]
        ],
    }


def _as_shown(entry: Entry, papers: Papers) -> str:
    """An entry's content as a document of its own, with the site's pictures from here and links in a new tab."""
    content = _ADDRESS.sub(lambda found: f'{found[1]}="{local(found[2], papers)}"', entry.content)
    content = content.replace("<a ", '<a target="_blank" rel="noopener" ')
    return f'<!doctype html><link rel="stylesheet" href="/__preview/desk.css"><body class="entry">{content}'


def _cards(papers: Papers, query: Mapping[str, str]) -> dict[str, Any]:
    return _lines(cards(papers), query, _CARDS_AT_ONCE, papers)


def _output(papers: Papers, query: Mapping[str, str]) -> dict[str, Any] | None:
    page = page_at(papers, query.get("of", ""))
    if page is None:
        return None
    lines = [*article_lines(papers), *page_lines(papers)]
    return {
        "page": page,
        "url": papers.addresses.relative(page.path),
        "detail": detail(papers, page),
        "line": next((line for line in lines if line.path == page.path), None),
    }


_PAGES: dict[str, Callable[[Papers, Mapping[str, str]], dict[str, Any] | None]] = {
    "": _overview,
    "articles/": _articles,
    "outputs/": _outputs,
    "feeds/": _feeds,
    "cards/": _cards,
    "output/": _output,
}


def _lines(outputs: Sequence[Page | File], query: Mapping[str, str], at_once: int, papers: Papers) -> dict[str, Any]:
    """One page of many outputs, of which no more are looked at than are shown."""
    cut = _cut(outputs, query, at_once)
    return {**cut, "lines": [output_line(output, papers) for output in cut["lines"]]}


def _cut(lines: Sequence[T], query: Mapping[str, str], at_once: int) -> dict[str, Any]:
    """One page of many lines: those asked for, the number of the page, of pages and of lines."""
    count = max(-(-len(lines) // at_once), 1)
    asked = query.get("page", "1")
    number = min(max(int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 1, 1), count)
    shown = lines[(number - 1) * at_once : number * at_once]
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
