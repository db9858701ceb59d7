"""The line of a source file that a problem is about, as a terminal can show it, with carets below."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from ..core.errors import Problem

MAX_FILE_BYTES = 2_000_000
MAX_WIDTH = 100  # columns of the terminal; longer lines are cut around the problem
BEFORE = 40  # columns shown before the problem in a line that is cut
TAB = "    "
JOINERS = "\u200c\u200d"  # invisible, but they change how the characters around them look
WORD = re.compile(r"[\w-]+")
QUOTED = re.compile(r'"([^"]+)"')


def source_lines(root: Path, path: str) -> list[str]:
    """Return the lines of a text file below root; none if it is missing, outside, too large or not text."""
    if path.startswith(("-", "/")) or ".." in Path(path).parts:
        return []
    file = root / path
    try:
        if not file.is_file() or file.stat().st_size > MAX_FILE_BYTES:
            return []
        text = file.read_bytes().decode("utf-8-sig")
    except (OSError, ValueError):
        return []
    return [] if "\0" in text else text.split("\n")


def excerpt(problem: Problem, lines: list[str]) -> tuple[str, str] | None:
    """Return the problem's line and a line of carets below what is wrong in it; None if it is about no single line."""
    where, start = problem.where, problem.where.column - 1
    line = lines[where.line - 1].rstrip("\r") if 0 < where.line <= len(lines) else ""
    if not line.strip() or start > len(line):
        return None
    quoted = _quoted_length(line[start:], problem.message)
    if not quoted and (where.line, where.column) == (1, 1):
        return None  # a problem of the whole file
    word = WORD.match(line, start)
    return _drawn(line, start, quoted or (len(word[0]) if word else 1))


def _quoted_length(text: str, message: str) -> int:
    """Return the length of what the message quotes from the start of text, 0 if it quotes something else."""
    marks = 1 if text[:1] in ('"', "'") else 0
    quoted = [match[1] for match in QUOTED.finditer(message) if text.startswith(match[1], marks)]
    return max((len(words) + 2 * marks for words in quoted), default=0)


def _drawn(line: str, start: int, length: int) -> tuple[str, str]:
    """Return the line, cut to MAX_WIDTH columns around start, and the carets below it."""
    cells = [_cell(character) for character in line]
    widths = [_width(cell) for cell in cells]
    first, last = 0, len(cells)
    if sum(widths) > MAX_WIDTH:
        first = start
        while first > 0 and sum(widths[first - 1 : start]) <= BEFORE:
            first -= 1
        last = first
        while last < len(cells) and sum(widths[first : last + 1]) <= MAX_WIDTH:
            last += 1
    left, right = "…" if first else "", "…" if last < len(cells) else ""
    before = len(left) + sum(widths[first:start])
    carets = sum(widths[start : min(start + length, last)]) or 1
    return left + "".join(cells[first:last]).rstrip() + right, " " * before + "^" * carets


def _cell(character: str) -> str:
    """Return what is shown for a character: blanks for a tab, and nothing that could steer the terminal."""
    if character == "\t":
        return TAB
    return character if character.isprintable() or character in JOINERS else "\ufffd"


def _width(cell: str) -> int:
    """Return how many columns of the terminal a character takes."""
    if cell == TAB:
        return len(TAB)
    if cell in JOINERS or unicodedata.combining(cell):
        return 0
    return 2 if unicodedata.east_asian_width(cell) in "WF" else 1
