"""Every output of the site, by kind."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from html import unescape

from ...core.feed_formats import FORMATS
from ...core.manifest import media_type
from ...plan.types import File, Page
from ...views.assets import RedirectView
from .articles import DeskState

# The kinds that interest an editor most, in this order; others follow, and technical files come last.
_FIRST = ("articles", "pages", "lists", "feeds", "share cards", "redirects", "images")
_LAST = "technical files"
_STATIC = "static files"
_JSON_LD = re.compile(rb'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
_TITLE = re.compile(rb"<title>(.*?)</title>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class OutputKind:
    """All outputs of one kind."""

    name: str
    title: str
    outputs: tuple[Page | File, ...]


@dataclass(frozen=True, slots=True)
class OutputLine:
    """An output in a list."""

    title: str
    path: str
    url: str
    """On the preview's host."""
    file: str
    """The source file."""


@dataclass(frozen=True, slots=True)
class OutputDetails:
    """What the page of an output shows."""

    title: str
    card: str
    """The URL of its share card on the preview's host, or ""."""
    card_alt: str
    json_ld: str
    """Indented."""
    size_bytes: int
    media_type: str


def output_kinds(desk: DeskState) -> list[OutputKind]:
    """All outputs by kind, without empty kinds."""
    groups: dict[str, list[Page | File]] = {kind: [] for kind in _FIRST}
    for page in desk.pages:
        groups.setdefault(page.kind, []).append(page)
    groups[_LAST] = groups.pop(_LAST, [])
    groups[_STATIC] = [*desk.plan.files] if desk.plan else []
    return [
        OutputKind(kind.replace(" ", "-"), kind[:1].upper() + kind[1:], tuple(outputs))
        for kind, outputs in groups.items()
        if outputs
    ]


def output_line(output: Page | File, desk: DeskState) -> OutputLine:
    """The line of an output in a list."""
    view = output.view if isinstance(output, Page) else None
    title = getattr(view, "title", "") or getattr(getattr(view, "head", None), "title", "")
    if isinstance(view, RedirectView):
        title = f"redirects to {view.target_path}"
    return OutputLine(title, output.path, desk.addresses.relative(output.path), output.origin.path)


def feed_pages(desk: DeskState) -> list[Page]:
    """The feeds that readers can subscribe to, without their archives; the newsletter's own first."""
    feeds = [page for page in desk.pages if page.kind == "feeds" and not getattr(page.view, "is_archive", False)]
    rank = list(FORMATS).index
    return sorted(feeds, key=lambda page: (page.path.count("/"), page.path.rpartition("/")[0], rank(page.renderer)))


def page_at(desk: DeskState, path: str) -> Page | None:
    """The page at a site path."""
    return next((page for page in desk.pages if page.path == path), None)


def output_details(desk: DeskState, page: Page) -> OutputDetails:
    """The details of an output, taken from its rendered bytes."""
    data = desk.read(page.path)
    share = getattr(getattr(page.view, "head", None), "share", None)
    title = _TITLE.search(data)
    return OutputDetails(
        title=unescape(title[1].decode()) if title else "",
        card=desk.local_url(share.url) if share else "",
        card_alt=share.alt if share else "",
        json_ld="\n".join(_indented(json_ld) for json_ld in _JSON_LD.findall(data)),
        size_bytes=len(data),
        media_type=media_type(page.path if not page.path.endswith("/") else "index.html"),
    )


def _indented(json_ld: bytes) -> str:
    try:
        return json.dumps(json.loads(json_ld), ensure_ascii=False, indent=2)
    except ValueError:  # the newsletter's own templates may write anything
        return json_ld.decode(errors="replace")
