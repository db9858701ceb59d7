"""Checks of links to other sites, politely. Never part of a build, since it needs the network.

A link that worked is not checked again for two weeks. Each run checks a limited number; the next run checks the rest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..core.errors import Location, Problem, warning
from ..web.client import DISALLOWED, Fetcher, probe_all
from .page_facts import PageStructure

WORKING_FOR_SECONDS = 14 * 86_400
FAILING_FOR_SECONDS = 86_400
MAX_PER_RUN = 300
BLOCKS_PROGRAMS = (401, 403, 429, 999)  # for programs only: browsers may get the page


@dataclass(frozen=True, slots=True)
class LinkCheck:
    """The result of checking a URL, as it is cached."""

    status: int
    """0 if there was no response; `error` then says why."""
    moved_to: str
    """Where it redirects permanently, or empty."""
    error: str
    checked_at: int
    """Seconds since 1970."""

    def is_fresh(self, now: int) -> bool:
        """Whether it need not be checked again yet."""
        age = now - self.checked_at
        return 0 <= age < (WORKING_FOR_SECONDS if 200 <= self.status < 300 else FAILING_FOR_SECONDS)


def check_external(
    pages: Mapping[str, PageStructure], cache: Path, fetcher: Fetcher, *, now: int, most: int = MAX_PER_RUN
) -> tuple[list[Problem], int, int]:
    """Problems of links to other sites, the number of links checked now, and the number left for the next run."""
    home = pages["index.html"].canonical if "index.html" in pages else ""
    found: dict[str, str] = {}
    for path, page in pages.items():
        for link in page.links:
            if link.startswith(("http://", "https://")) and not (home and link.startswith(home)):
                found.setdefault(link.partition("#")[0], path)
    checked = {url: result for url, result in _load(cache).items() if url in found}
    due = sorted(url for url in found if url not in checked or not checked[url].is_fresh(now))
    try:
        for url, response in probe_all(due[:most], fetcher):
            if not response.is_deferred:
                moved_to = response.url if response.has_moved else ""
                checked[url] = LinkCheck(response.status, moved_to, response.error, now)
    finally:
        _save(cache, checked)
    problems = [
        warning(Location(f"site/{found[url]}"), f'the link to "{url}" {fault}', hint)
        for url, result in sorted(checked.items())
        for fault, hint in _faults(result)
    ]
    return problems, len(due[:most]), max(len(due) - most, 0)


def _faults(result: LinkCheck) -> list[tuple[str, str]]:
    """The end of the sentence that says what is wrong, and a hint, if anything is wrong."""
    if result.status == 0:
        is_allowed = result.error != DISALLOWED
        return [(f"does not work: {result.error}", "try it in a browser")] if is_allowed else []
    if result.status >= 400 and result.status not in BLOCKS_PROGRAMS:
        return [(f"returns {result.status}", "find its new URL, or say in the text that it is gone")]
    return [("has moved permanently", f'change it to "{result.moved_to}"')] if result.moved_to else []


def _load(cache: Path) -> dict[str, LinkCheck]:
    """The cached results by URL; a damaged file is as good as none."""
    try:
        rows = json.loads(cache.read_bytes())
        return {url: LinkCheck(int(row[0]), str(row[1]), str(row[2]), int(row[3])) for url, row in rows.items()}
    except (OSError, ValueError, TypeError, LookupError, AttributeError):
        return {}


def _save(cache: Path, results: Mapping[str, LinkCheck]) -> None:
    cache.parent.mkdir(parents=True, exist_ok=True)
    rows = {url: [r.status, r.moved_to, r.error, r.checked_at] for url, r in sorted(results.items())}
    new = cache.with_name(cache.name + ".new")
    new.write_text(json.dumps(rows, indent=0, ensure_ascii=False), encoding="utf-8")
    new.replace(cache)


def summary(checked: int, left: int) -> str:
    """What was done, in a sentence."""
    return f"{checked} external links checked" + (f", {left} left for the next run" if left else "") + "."
