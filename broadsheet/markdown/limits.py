"""A quick look at prose before it is parsed: what would cost markdown-it more than a few seconds is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

MAX_SIZE = 1_000_000  # characters
BUDGET = 2_000_000

# What each mark can cost at worst, in microseconds of a slow core: the slopes of tests/markdown/test_hostile.py's
# cases. Honest prose of 300 KB, with a thousand links and notes, comes to a tenth of the budget.
_COSTS = (
    ("[", 30, "square brackets"),
    ("^[", 70, "footnotes"),
    ("](", 70, "links"),
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
_CHEAP_SIZE = 20_000  # anything this short takes less than a second, but for tables: short rows grow to the full width
_CHEAP_CELLS = 500


class Excess(NamedTuple):
    """What is beyond reason, and on which line (from 1)."""

    line: int
    message: str


def excess(text: str) -> Excess | None:
    """The first thing in the text that no honest prose has; None for all that can be parsed in a moment."""
    if len(text) < _CHEAP_SIZE and text.count("|") < _CHEAP_CELLS:
        return None
    if len(text) > MAX_SIZE:
        return Excess(1, f"the text is longer than {MAX_SIZE:,} characters")
    # Each level of a nested list looks at the empty lines behind it again.
    most = total = text.count("\n\n") * _EMPTY_LINE
    most_name, most_line = "empty lines", 1
    for line, run in _runs(text):
        if deep := _NESTED.search(run):
            return Excess(line + run.count("\n", 0, deep.start()), "lists and quotes are nested too deeply")
        for cost, name in _costs(run):
            total += cost
            if cost > most:
                most, most_name, most_line = cost, name, line
    if total > BUDGET:
        return Excess(most_line, f"the text has too many {most_name} to be read")
    return None


def _runs(text: str) -> Iterator[tuple[int, str]]:
    """The runs of lines between empty lines and outside fenced code, each with the number of its first line."""
    run: list[str] = []
    fence = ""
    start = 1
    for number, line in enumerate(text.split("\n"), 1):
        marks = _FENCE.match(line)
        if fence:
            if marks and marks[1].startswith(fence) and not line.strip(" \t`~"):
                fence = ""
            continue
        if marks:
            fence = marks[1]
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
    for mark, cost, name in _COSTS:
        yield run.count(mark) * cost, name
    # A link looks through its run for its place; a quotation mark that is replaced copies it, and one that finds no
    # partner looks at all those before it.
    yield (run.count("](") + run.count("<")) * (len(run) // 20_000), "links"
    marks = run.count('"') + run.count("'")
    yield marks * (len(run) // 5000) + marks * marks // 100, "quotation marks"
    if "|" in run:
        yield _cells(run) * _CELL, "table cells"


def _cells(run: str) -> int:
    """How many cells the tables of a run can have at most: rows that are short are filled up to the full width."""
    lines = run.split("\n")
    width = max((line.count("|") + 1 for line in lines if _DELIMITER_ROW.fullmatch(line)), default=0)
    return width * len(lines)
