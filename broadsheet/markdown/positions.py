"""Where in the prose a link stands: markdown-it knows lines of blocks only, we know offsets in their content."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token

from .parser import Target

Place = tuple[int, int]
_ENOUGH = 200  # characters that must agree; comparing whole lines is slow where a line holds thousands of links


def place_of(token: Token, lines: Sequence[str]) -> Place:
    """Line and column, from 1, at which a block's text begins."""
    number = token.map[0] if token.map else 0
    line = lines[number] if number < len(lines) else ""
    first = token.content.partition("\n")[0]
    return number + 1, max(line.find(first), 0) + 1


def place_in(token: Token, at: int, lines: Sequence[str], *, word: str = "", cells: Sequence[str] = ()) -> Place:
    """Line and column, from 1, of an offset in the content of an inline token.

    cells: content of the cells before this one in a table's row; word: what stands there, where it can be searched.
    """
    content = token.content
    line_start = content.rfind("\n", 0, at) + 1
    line_end = content.find("\n", at)
    if line_end < 0:
        line_end = len(content)
    number = (token.map[0] if token.map else 0) + content.count("\n", 0, at)
    if number >= len(lines):
        return len(lines), 1
    line = lines[number]
    column = _after(cells, line)
    # A line of content is mostly the end of its line of source; the last one has lost its trailing spaces.
    start = len(line.rstrip() if line_end == len(content) else line) - (line_end - at)
    if not cells and start >= 0 and line.startswith(content[at : min(at + _ENOUGH, line_end)], start):
        return number + 1, start + 1
    found = line.find(content[line_start:line_end], column)
    if found >= 0:
        return number + 1, found + at - line_start + 1
    return number + 1, max(line.find(word, column), 0) + 1


def place_of_definition(target: Target, first_line: int, lines: Sequence[str]) -> Place:
    """Where a link reference definition that begins on this line (from 0) has its address."""
    number = first_line + target.text.count("\n", 0, target.at)
    rest = target.text[target.at :].partition("\n")[0]
    line = lines[number] if number < len(lines) else ""
    return number + 1, max(line.rfind(rest), 0) + 1


def _after(cells: Sequence[str], line: str) -> int:
    column = 0
    for cell in cells:
        found = line.find(cell, column)
        if found >= 0:
            column = found + len(cell)
        column = line.find("|", column) + 1 or column
    return column
