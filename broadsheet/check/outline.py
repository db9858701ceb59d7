"""What every page needs: one h1, headings without gaps, unique IDs, a title, a description."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from ..core.errors import Location, Problem, warning
from ..core.manifest import Entry, Manifest
from ..core.urls import site_path
from .page_facts import PageStructure


def check_headings(outputs: Outputs) -> list[Problem]:
    """Pages whose headings make no outline."""
    return [
        warning(Location(f"site/{path}"), fault, "screen readers walk a page by its headings")
        for path, page in outputs.pages.items()
        for fault in _heading_faults(page)
    ]


def check_ids(outputs: Outputs) -> list[Problem]:
    """Ids that stand more than once in a page: a link to one of them leads to the first."""
    return [
        Problem(Location(f"site/{path}"), f'the id "{identity}" stands {count} times in this page', "ids are unique")
        for path, page in outputs.pages.items()
        if len(set(page.ids)) != len(page.ids)
        for identity, count in Counter(page.ids).items()
        if count > 1
    ]


def check_heads(outputs: Outputs) -> list[Problem]:
    """Titles and descriptions that are missing, or that several pages share."""
    problems = [
        warning(Location(f"site/{path}"), f"this page has no {name}", hint)
        for path, page in outputs.pages.items()
        for name, text, hint in (
            ("title", page.title, "browsers and search engines show it"),
            ("description", page.description or not page.is_indexed, "search engines show it: write a summary"),
        )
        if not text and not page.redirect
    ]
    for name in ("title", "description"):
        shared: dict[str, list[str]] = {}
        for path, page in outputs.pages.items():
            text = getattr(page, name)
            if text and page.is_indexed and not page.redirect:
                shared.setdefault(text, []).append(path)
        for text, paths in shared.items():
            if len(paths) > 1:
                where = ", ".join(map(site_path, paths[1:4])) + (
                    f" and {len(paths) - 4} more" if len(paths) > 4 else ""
                )
                message = f'the {name} "{text[:60]}" is also that of {where}'
                problems.append(
                    warning(Location(f"site/{paths[0]}"), message, "readers cannot tell them apart in a list")
                )
    return problems


def _heading_faults(page: PageStructure) -> Iterator[str]:
    levels = page.headings
    if page.redirect:
        return
    if levels.count(1) != 1:
        yield f"this page has {levels.count(1) or 'no'} h1"
    for before, after in pairwise((0, *levels)):
        if after > before + 1:
            yield f"an h{after} follows an h{before}" if before else f"the first heading is an h{after}"


@dataclass(frozen=True, slots=True)
class Outputs:
    """A build's outputs, as checks see them: bytes by path, the moment they are for, and the site published before.

    pages: what is known of each HTML page, by its path.
    """

    manifest: Manifest
    read: Callable[[str, Entry], bytes]
    as_of: datetime
    published: Path | None = None
    pages: Mapping[str, PageStructure] = field(default_factory=dict)
