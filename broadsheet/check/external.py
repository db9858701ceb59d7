"""Links that lead off the site, tried politely (fetch.py). Never part of a build: it needs the network.

Nothing is asked again that was fine in the last weeks, and there is a limit to how many are tried in one run; the rest
is tried in the next.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..core.errors import Location, Problem, warning
from ..web.client import ROBOTS, Fetcher, ask_all
from .page_facts import PageStructure

FINE_FOR_SECONDS = 14 * 86_400
FAILED_FOR_SECONDS = 86_400
MOST_AT_ONCE = 300
FORBIDDEN = (401, 403, 429, 999)  # answers that programs get and people do not


@dataclass(frozen=True, slots=True)
class Answer:
    """What is kept of an answer: its status, or 0 and why there was none; target: where it has moved for good, or
    empty; at: epoch seconds."""

    status: int
    target: str
    fault: str
    at: int

    def is_fresh(self, now: int) -> bool:
        """Whether asking again can wait."""
        age = now - self.at
        return 0 <= age < (FINE_FOR_SECONDS if 200 <= self.status < 300 else FAILED_FOR_SECONDS)


def check_external(
    pages: Mapping[str, PageStructure], cache: Path, fetcher: Fetcher, *, now: int, most: int = MOST_AT_ONCE
) -> tuple[list[Problem], int, int]:
    """What is wrong with outgoing links, how many were tried now and how many are left for the next run."""
    home = pages["index.html"].canonical if "index.html" in pages else ""
    found: dict[str, str] = {}
    for path, page in pages.items():
        for link in page.links:
            if link.startswith(("http://", "https://")) and not (home and link.startswith(home)):
                found.setdefault(link.partition("#")[0], path)
    known = {url: answer for url, answer in _load(cache).items() if url in found}
    due = sorted(url for url in found if url not in known or not known[url].is_fresh(now))
    try:
        for url, answer in ask_all(due[:most], fetcher):
            if not answer.is_put_off:
                known[url] = Answer(answer.status, answer.url if answer.has_moved else "", answer.fault, now)
    finally:
        _save(cache, known)
    problems = [
        warning(Location(f"site/{found[url]}"), f'the link to "{url}" {fault}', hint)
        for url, answer in sorted(known.items())
        for fault, hint in _judged(answer)
    ]
    return problems, len(due[:most]), max(len(due) - most, 0)


def _judged(answer: Answer) -> list[tuple[str, str]]:
    if answer.status == 0:
        return [] if answer.fault == ROBOTS else [(f"gets no answer: {answer.fault}", "try it in a browser")]
    if answer.status >= 400 and answer.status not in FORBIDDEN:
        return [(f"is answered with {answer.status}", "find its new address, or say that it is gone")]
    return [("has moved for good", f'write "{answer.target}"')] if answer.target else []


def _load(cache: Path) -> dict[str, Answer]:
    """The answers that were kept; a damaged file is as good as none."""
    try:
        kept = json.loads(cache.read_bytes())
        return {url: Answer(int(a[0]), str(a[1]), str(a[2]), int(a[3])) for url, a in kept.items()}
    except (OSError, ValueError, TypeError, LookupError, AttributeError):
        return {}


def _save(cache: Path, answers: Mapping[str, Answer]) -> None:
    cache.parent.mkdir(parents=True, exist_ok=True)
    kept = {url: [a.status, a.target, a.fault, a.at] for url, a in sorted(answers.items())}
    beside = cache.with_name(cache.name + ".new")
    beside.write_text(json.dumps(kept, indent=0, ensure_ascii=False), encoding="utf-8")
    beside.replace(cache)


def summary(tried: int, left: int) -> str:
    """What was done, for people."""
    return f"{tried} outgoing links tried" + (f", {left} left for the next time" if left else "") + "."
