"""Quotation marks in simple text, replaced like markdown-it's rule `smartquotes` does, but without tokens."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

OUTSIDE = 0  # the scope of text outside spans
_QUOTE = re.compile("['\"]")
_SPACES = frozenset("\t\n\x0b\x0c\r \xa0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B))))


class Piece(NamedTuple):
    """A run of text. Quotation marks pair only within a scope; None is the scope of code, where they stay."""

    text: str
    scope: int | None


class _Quote(NamedTuple):
    """A straight quotation mark: its position in a piece, and what it can be."""

    piece: int
    at: int
    is_single: bool
    can_open: bool
    can_close: bool


def replace_quotes(pieces: Sequence[Piece], quotes: Sequence[str]) -> list[str]:
    """The texts of a block's pieces, in order, with typographic quotation marks. quotes: outer pair, inner pair."""
    changes: dict[int, list[tuple[int, str]]] = {}
    outside: list[_Quote] = []
    within: list[_Quote] = []
    scope: int | None = OUTSIDE
    for quote in _straight_quotes(pieces):
        if pieces[quote.piece].scope != scope:
            scope, within = pieces[quote.piece].scope, []
        waiting = within if scope else outside
        opening = _opening(waiting, quote) if quote.can_close else None
        if opening is not None:
            partner = waiting[opening]
            del waiting[opening:]
            pair = quotes[2:] if quote.is_single else quotes[:2]
            changes.setdefault(partner.piece, []).append((partner.at, pair[0]))
            changes.setdefault(quote.piece, []).append((quote.at, pair[1]))
        elif quote.can_open:
            waiting.append(quote)
        elif quote.is_single:
            changes.setdefault(quote.piece, []).append((quote.at, "\u2019"))
    return [_changed(piece.text, changes.get(number)) for number, piece in enumerate(pieces)]


def _straight_quotes(pieces: Sequence[Piece]) -> Iterator[_Quote]:
    whole = "".join([piece.text for piece in pieces])
    start = 0
    for number, (text, scope) in enumerate(pieces):
        if scope is not None:
            for found in _QUOTE.finditer(text):
                at = found.start()
                can_open, can_close = _abilities(whole, start + at)
                yield _Quote(number, at, found[0] == "'", can_open, can_close)
        start += len(text)


def _abilities(text: str, at: int) -> tuple[bool, bool]:
    """Whether the quotation mark at this offset can open a quotation, and whether it can close one."""
    before = text[at - 1] if at else " "
    after = text[at + 1 : at + 2] or " "
    if before.isalpha() and after.isalpha():
        return False, False
    if text[at] == after == '"' and "0" <= before <= "9":
        return False, False  # markdown-it: the first of two after a digit means inches
    space_before, space_after = before in _SPACES, after in _SPACES
    punctuation_before, punctuation_after = _is_punctuation(before), _is_punctuation(after)
    can_open = not space_after and (not punctuation_after or space_before or punctuation_before)
    can_close = not space_before and (not punctuation_before or space_after or punctuation_after)
    return (punctuation_before, punctuation_after) if can_open and can_close else (can_open, can_close)


def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"


def _opening(waiting: Sequence[_Quote], closing: _Quote) -> int | None:
    for index in range(len(waiting) - 1, -1, -1):
        if waiting[index].is_single == closing.is_single:
            return index
    return None


def _changed(text: str, changes: list[tuple[int, str]] | None) -> str:
    if not changes:
        return text
    out: list[str] = []
    end = 0
    for at, replacement in sorted(changes):
        out += (text[end:at], replacement)
        end = at + 1
    out.append(text[end:])
    return "".join(out)
