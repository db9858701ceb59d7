"""Simple blocks: those that can be recognised with certainty from their lines.

A block is simple if it starts at column 1 after an empty line, its kind is certain, and its text is simple. All others
are left to markdown-it, with a placeholder for each run of simple blocks, so that definitions, footnotes and lists that
continue after empty lines have the same meaning as in the whole text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from .inlines import SimpleText, simple_text

# The start of a line that cannot be the start of a block, whatever precedes it: a letter, an opening quotation mark or
# bracket, a number that is not of a list, emphasis, code or a link.
_SAFE = (
    r"(?:[A-Za-z\"'($@%/.]|[^\x00-\x7f]|[0-9]+(?![0-9]|[.)](?:[ \t\n]|\Z))|\*\*?(?=[^\W_])|__?(?=[^\W_])"
    r"|`(?=[^`])|\[(?!\^))"
)
_SAFE_LINE = re.compile(_SAFE)
_UNSAFE_NEXT_LINE = re.compile(rf"\n(?!{_SAFE})|[ \t]\n")
_HEADING = re.compile(r"(#{2,6}) ([^\n#]+)(?:\n|\Z)")
_BULLETS = re.compile(rf"([-*+]) {_SAFE}[^\n]*(?:\n\1 {_SAFE}[^\n]*)*")
_NUMBERS = re.compile(rf"1\. {_SAFE}[^\n]*(?:\n[0-9]{{1,9}}\. {_SAFE}[^\n]*)*")
_QUOTE = re.compile(rf"> {_SAFE}[^\n]*(?:\n> {_SAFE}[^\n]*)*")
_FENCE = re.compile(r"```([A-Za-z0-9+#._-]*)\n")
_TABLE = re.compile(r"\|[^\n\\]*\|\n\|(?: ?:?-+:? ?\|)+(?:\n\|[^\n\\]*\|)*")
_RULES = ("---", "***", "___")
# What continues a list after an empty line.
_CONTINUES_LIST = re.compile(r"[ \t]|[-*+](?:[ \t\n]|\Z)|[0-9]{1,9}[.)]")
_FENCES = ("```", "~~~")


class Block(NamedTuple):
    """A simple block, or a part of the text that is not simple ("rest")."""

    kind: str
    start: int
    end: int
    texts: tuple[SimpleText, ...] = ()
    markup: str = ""
    """The hashes of a heading, the info string of a fence, the delimiter row of a table."""


def find_blocks(text: str, quotes: Sequence[str]) -> list[Block]:
    """The whole text as blocks, in order, with nothing but line ends between them."""
    found: list[Block] = []
    at = _next_line(text, 0)
    while at < len(text):
        end = text.find("\n\n", at)
        end = len(text.rstrip("\n")) if end < 0 else end
        before = found[-1].kind if found else ""
        blocks = _simple(text, at, end, before, quotes) or [_rest(text, at, end)]
        found += blocks
        at = _next_line(text, blocks[-1].end)
    return found


def _next_line(text: str, at: int) -> int:
    while text.startswith("\n", at):
        at += 1
    return at


def _rest(text: str, at: int, end: int) -> Block:
    # A fence may continue after empty lines, up to the end of the text.
    has_fence = any(text.find(fence, at, end) >= 0 for fence in _FENCES)
    return Block("rest", at, len(text) if has_fence else end)


def _simple(text: str, at: int, end: int, before: str, quotes: Sequence[str]) -> list[Block] | None:
    """The simple blocks up to the empty line at `end`, or further for code. before: the kind of the previous block."""
    headings = []
    while text[at] == "#":
        heading = _heading(text, at, end, quotes)
        if not heading:
            return None
        headings.append(heading)
        if heading.end == end:
            return headings
        at, before = heading.end + 1, "heading"  # a heading ends with its line
    block = _block(text, at, end, before, quotes)
    return block and [*headings, block]


def _block(text: str, at: int, end: int, before: str, quotes: Sequence[str]) -> Block | None:
    first = text[at]
    if _SAFE_LINE.match(text, at, end):
        return _paragraph(text, at, end, quotes)
    if first == ">":
        return _quotation(text, at, end, quotes)
    if first == "`":
        return _code(text, at)
    if first == "|":
        return _table(text, at, end, quotes)
    if text[at:end] in _RULES:
        return Block("rule", at, end)
    return None if before == "rest" else _list(text, at, end, quotes)


def _paragraph(text: str, at: int, end: int, quotes: Sequence[str]) -> Block | None:
    written = text[at:end]
    if "\n" in written and _UNSAFE_NEXT_LINE.search(written):
        return None
    simple = simple_text(written, at, quotes)
    return simple and Block("paragraph", at, end, (simple,))


def _heading(text: str, at: int, end: int, quotes: Sequence[str]) -> Block | None:
    found = _HEADING.match(text, at, end)
    simple = found and simple_text(found[2], found.start(2), quotes)
    return Block("heading", at, found.end(2), (simple,), found[1]) if found and simple else None


def _quotation(text: str, at: int, end: int, quotes: Sequence[str]) -> Block | None:
    if not _QUOTE.fullmatch(text, at, end):
        return None
    written = text[at + 2 : end].replace("\n> ", "\n")
    if " \n" in written or "\t\n" in written:
        return None
    simple = simple_text(written, 0, quotes)
    if not simple:
        return None
    links = tuple([(address, at + 2 + place + 2 * written.count("\n", 0, place)) for address, place in simple.links])
    return Block("quotation", at, end, (simple._replace(links=links),))


def _table(text: str, at: int, end: int, quotes: Sequence[str]) -> Block | None:
    if not _TABLE.fullmatch(text, at, end):
        return None
    rows = text[at:end].split("\n")
    width = rows[0].count("|")
    if any(row.count("|") != width for row in rows):
        return None
    cells = _all_simple(_cells(rows, at), quotes)
    return None if cells is None else Block("table", at, end, cells, rows[1])


def _cells(rows: Sequence[str], at: int) -> Iterator[tuple[str, int]]:
    for number, row in enumerate(rows):
        place = at + 1
        for cell in row[1:-1].split("|") if number != 1 else ():
            written = cell.lstrip(" \t")
            yield written.rstrip(" \t"), place + len(cell) - len(written)
            place += len(cell) + 1
        at += len(row) + 1


def _list(text: str, at: int, end: int, quotes: Sequence[str]) -> Block | None:
    is_bullets = _BULLETS.fullmatch(text, at, end)
    if not (is_bullets or _NUMBERS.fullmatch(text, at, end)) or _CONTINUES_LIST.match(text, _next_line(text, end)):
        return None
    items = _all_simple(_items(text, at, end), quotes)
    return None if items is None else Block("bullets" if is_bullets else "numbers", at, end, items)


def _items(text: str, at: int, end: int) -> Iterator[tuple[str, int]]:
    for line in text[at:end].split("\n"):
        content = line.index(" ") + 1
        yield line[content:], at + content
        at += len(line) + 1


def _all_simple(written: Iterable[tuple[str, int]], quotes: Sequence[str]) -> tuple[SimpleText, ...] | None:
    """The texts, given with their offsets; None if one of them is not simple."""
    texts = []
    for text, start in written:
        simple = simple_text(text, start, quotes)
        if simple is None:
            return None
        texts.append(simple)
    return tuple(texts)


def _code(text: str, at: int) -> Block | None:
    opening = _FENCE.match(text, at)
    closing = text.find("```", opening.end()) if opening else -1
    if not opening or closing < 0 or text[closing - 1] != "\n":
        return None
    end = closing + 3
    if text.startswith("\n\n", end) or not text[end:].strip("\n"):
        return Block("code", at, end, (), opening[1])
    return None
