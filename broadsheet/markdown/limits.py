"""Limits on prose, checked before it is parsed: what would take markdown-it more than a few seconds is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

MAX_SIZE = 1_000_000  # characters
BUDGET = 2_000_000

# The worst-case cost of each string in microseconds on a slow core, measured with tests/markdown/test_hostile.py.
# Real prose of 300 KB, with a thousand links and footnotes, uses a tenth of the budget.
_COSTS = (
    ("[", 30, "square brackets"),
    ("^[", 70, "footnotes"),
    ("](", 70, "links"),
    ("://", 70, "links"),
    ("www.", 70, "links"),
    ("@", 70, "links"),
    ("<", 40, "angle brackets"),
    ("*", 10, "asterisks"),
    ("_", 10, "underscores"),
    ("~", 10, "tildes"),
    ("`", 4, "backticks"),
    ("&", 6, "ampersands"),
    ("\\", 6, "backslashes"),
    ('"', 15, "quotation marks"),
    ("'", 15, "apostrophes"),
    ("\n", 25, "lines"),
)
_CELL = 12
_EMPTY_LINE = 4
_NESTED = re.compile(r"^[ \t]*(?:>[ \t]*|[-+*][ \t]+|[0-9]{1,9}[.)][ \t]+){60}", re.MULTILINE)
_FENCE = re.compile(r" {0,3}(```+|~~~+)")
_DELIMITER_ROW = re.compile(r"[ \t>]*[-:|][-:| \t]*")
_CHEAP_SIZE = 20_000  # shorter prose takes less than a second, except tables, whose short rows are padded
_CHEAP_CELLS = 500


class LimitExceeded(NamedTuple):
    """Which limit is exceeded, and on which line (from 1)."""

    line: int
    message: str


def exceeded_limit(text: str) -> LimitExceeded | None:
    """The limit that the text exceeds; None if it can be parsed in a few seconds."""
    if len(text) < _CHEAP_SIZE and text.count("|") < _CHEAP_CELLS:
        return None
    if len(text) > MAX_SIZE:
        return LimitExceeded(1, f"the text is longer than {MAX_SIZE:,} characters")
    # Each level of a nested list scans the empty lines after it again.
    most = total = text.count("\n\n") * _EMPTY_LINE
    most_name, most_line = "empty lines", 1
    for line, run in _runs(text):
        if deep := _NESTED.search(run):
            return LimitExceeded(line + run.count("\n", 0, deep.start()), "lists and quotes are nested too deeply")
        for cost, name in _costs(run):
            total += cost
            if cost > most:
                most, most_name, most_line = cost, name, line
    if total > BUDGET:
        return LimitExceeded(most_line, f"the text has too many {most_name}")
    return None


def _runs(text: str) -> Iterator[tuple[int, str]]:
    """The runs of lines between empty lines and outside fenced code, each with its first line number."""
    run: list[str] = []
    fence = ""
    start = 1
    for number, line in enumerate(text.split("\n"), 1):
        found = _FENCE.match(line)
        if fence:
            if found and found[1].startswith(fence) and not line.strip(" \t`~"):
                fence = ""
            continue
        if found:
            fence = found[1]
        elif line.strip():
            if not run:
                start = number
            run.append(line)
            continue
        if run:
            yield start, "\n".join(run)
            run = []
    if run:
        yield start, "\n".join(run)


def _costs(run: str) -> Iterator[tuple[int, str]]:
    yield 30, "lines"
    for string, cost, name in _COSTS:
        yield run.count(string) * cost, name
    # For each link the run is searched for its position; for each replaced quotation mark the run is copied; and an
    # unmatched quotation mark is compared with all those before it.
    links = sum(map(run.count, ("](", "<", "://", "www.", "@")))
    yield links * (len(run) // 20_000), "links"
    quotes = run.count('"') + run.count("'")
    yield quotes * (len(run) // 5000) + quotes * quotes // 100, "quotation marks"
    if "|" in run:
        yield _cells(run) * _CELL, "table cells"


def _cells(run: str) -> int:
    """The largest possible number of table cells in a run: short rows are padded to the full width."""
    lines = run.split("\n")
    width = max((line.count("|") + 1 for line in lines if _DELIMITER_ROW.fullmatch(line)), default=0)
    return width * len(lines)
