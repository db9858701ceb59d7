"""Quotation marks in simple text: what markdown-it's `smartquotes` makes of them, without its tokens."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

OUTSIDE = 0  # the scope of text that stands in no span
_QUOTE = re.compile("['\"]")
_BLANK = frozenset("\t\n\x0b\x0c\r \xa0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B))))


class Piece(NamedTuple):
    """A run of text; marks pair only within a scope. None: code, whose own marks stay."""

    text: str
    scope: int | None


class _Mark(NamedTuple):
    """A straight mark: where it stands, in which piece, and what it can be."""

    piece: int
    at: int
    is_single: bool
    can_open: bool
    can_close: bool


def curled(pieces: Sequence[Piece], marks: Sequence[str]) -> list[str]:
    """The texts of a block's pieces, in order, with curly marks; marks: outer pair, inner pair."""
    changes: dict[int, list[tuple[int, str]]] = {}
    outside: list[_Mark] = []
    within: list[_Mark] = []
    scope: int | None = OUTSIDE
    for mark in _marks(pieces):
        if pieces[mark.piece].scope != scope:
            scope, within = pieces[mark.piece].scope, []
        waiting = within if scope else outside
        opening = _opening(waiting, mark) if mark.can_close else None
        if opening is not None:
            partner = waiting[opening]
            del waiting[opening:]
            pair = marks[2:] if mark.is_single else marks[:2]
            changes.setdefault(partner.piece, []).append((partner.at, pair[0]))
            changes.setdefault(mark.piece, []).append((mark.at, pair[1]))
        elif mark.can_open:
            waiting.append(mark)
        elif mark.is_single:
            changes.setdefault(mark.piece, []).append((mark.at, "\u2019"))
    return [_changed(piece.text, changes.get(number)) for number, piece in enumerate(pieces)]


def _marks(pieces: Sequence[Piece]) -> Iterator[_Mark]:
    whole = "".join([piece.text for piece in pieces])
    start = 0
    for number, (text, scope) in enumerate(pieces):
        if scope is not None:
            for found in _QUOTE.finditer(text):
                at = found.start()
                can_open, can_close = _abilities(whole, start + at)
                yield _Mark(number, at, found[0] == "'", can_open, can_close)
        start += len(text)


def _abilities(text: str, at: int) -> tuple[bool, bool]:
    """Whether the mark at this place can open a quotation, and whether it can close one."""
    before = text[at - 1] if at else " "
    after = text[at + 1 : at + 2] or " "
    if before.isalpha() and after.isalpha():
        return False, False
    if text[at] == after == '"' and "0" <= before <= "9":
        return False, False  # markdown-it: the first of two behind a digit is an inch
    blank_before, blank_after = before in _BLANK, after in _BLANK
    stop_before, stop_after = _is_stop(before), _is_stop(after)
    can_open = not blank_after and (not stop_after or blank_before or stop_before)
    can_close = not blank_before and (not stop_before or blank_after or stop_after)
    return (stop_before, stop_after) if can_open and can_close else (can_open, can_close)


def _is_stop(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"


def _opening(waiting: Sequence[_Mark], closing: _Mark) -> int | None:
    for index in range(len(waiting) - 1, -1, -1):
        if waiting[index].is_single == closing.is_single:
            return index
    return None


def _changed(text: str, changes: list[tuple[int, str]] | None) -> str:
    if not changes:
        return text
    out: list[str] = []
    end = 0
    for at, mark in sorted(changes):
        out += (text[end:at], mark)
        end = at + 1
    out.append(text[end:])
    return "".join(out)
