"""Checks of links to other sites, politely. Never part of a build, since it needs the network.

A link that worked is not checked again for two weeks. Each run checks a limited number; the next run checks the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..cache.cache import Cache
from ..cache.stages import Stage
from ..core.digest import digests_with
from ..core.errors import Location, Problem, warning
from ..core.serialize import decode, encode
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
    pages: Mapping[str, PageStructure], cache: Cache, fetcher: Fetcher, *, now: int, most: int = MAX_PER_RUN
) -> tuple[list[Problem], int, int]:
    """Problems of links to other sites, the number of links checked now, and the number left for the next run."""
    home = pages["index.html"].canonical if "index.html" in pages else ""
    found: dict[str, str] = {}
    for path, page in pages.items():
        for link in page.links:
            if link.startswith(("http://", "https://")) and not (home and link.startswith(home)):
                found.setdefault(link.partition("#")[0], path)
    # The number is that of the record's form: no engine is in this key, so it has to change with LinkCheck.
    keys = dict(zip(found, digests_with("external link 1", found), strict=True))
    records = cache.get_many(Stage.EXTERNAL_LINKS, list(keys.values()))
    checked = {url: decode(LinkCheck, records[key]) for url, key in keys.items() if key in records}
    due = sorted(url for url in found if url not in checked or not checked[url].is_fresh(now))
    for url, response in probe_all(due[:most], fetcher):
        if not response.is_deferred:
            moved_to = response.url if response.has_moved else ""
            checked[url] = LinkCheck(response.status, moved_to, response.error, now)
            cache.put_many(Stage.EXTERNAL_LINKS, {keys[url]: encode(checked[url])})
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


def summary(checked: int, left: int) -> str:
    """What was done, in a sentence."""
    return f"{checked} external links checked" + (f", {left} left for the next run" if left else "") + "."
