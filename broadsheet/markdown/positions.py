"""Line and column of a link: markdown-it gives only the lines of blocks; we have the offset in the block's content."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token

from .document import LocatedDestination

Position = tuple[int, int]
_MAX_COMPARED = 200  # characters; comparing whole lines is slow if a line contains thousands of links


def block_position(token: Token, lines: Sequence[str]) -> Position:
    """Line and column, from 1, where the text of a block starts."""
    number = token.map[0] if token.map else 0
    line = lines[number] if number < len(lines) else ""
    first = token.content.partition("\n")[0]
    return number + 1, max(line.find(first), 0) + 1


def inline_position(
    token: Token, at: int, lines: Sequence[str], *, word: str = "", cells: Sequence[str] = ()
) -> Position:
    """Line and column, from 1, of an offset in the content of an inline token.

    word: the source text at the offset, to search for. cells: the content of the previous cells in a table row.
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
    # A line of content is usually the end of its source line; the last one has lost its trailing spaces.
    start = len(line.rstrip() if line_end == len(content) else line) - (line_end - at)
    if not cells and start >= 0 and line.startswith(content[at : min(at + _MAX_COMPARED, line_end)], start):
        return number + 1, start + 1
    found = line.find(content[line_start:line_end], column)
    if found >= 0:
        return number + 1, found + at - line_start + 1
    return number + 1, max(line.find(word, column), 0) + 1


def definition_position(target: LocatedDestination, first_line: int, lines: Sequence[str]) -> Position:
    """Line and column of the address in a link reference definition that starts on this line (from 0)."""
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
