"""Emphasis beside CJK punctuation, which CommonMark's rules for delimiter runs do not recognise: **重要。**です.

The rules of https://github.com/tats-u/markdown-cjk-friendly: for a run next to a CJK character, punctuation on the
other side does not matter, and punctuation of CJK is a CJK character and nothing else.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned


@lru_cache(maxsize=4096)
def is_cjk(character: str) -> bool:
    """Whether a character is wide or of half width in East Asia (UAX 11) and no emoji."""
    return unicodedata.east_asian_width(character) in ("W", "F", "H") and unicodedata.category(character) != "So"


class CjkFriendlyState(StateInline):
    """The state of markdown-it's inline parser, with other rules for delimiter runs."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:
        """Whether the run of delimiters that begins here can open and close emphasis, and how long it is."""
        src, end, marker = self.src, self.posMax, self.src[start]
        before = src[start - 1] if start > 0 else " "
        stop = start
        while stop < end and src[stop] == marker:
            stop += 1
        after = src[stop] if stop < end else " "
        if not (is_cjk(before) or is_cjk(after)):
            return super().scanDelims(start, canSplitWord)
        space_before, space_after = isWhiteSpace(ord(before)), isWhiteSpace(ord(after))
        mark_before, mark_after = _is_punctuation(before), _is_punctuation(after)
        cjk_before, cjk_after = is_cjk(before), is_cjk(after)
        other_before, other_after = mark_before and not cjk_before, mark_after and not cjk_after
        left = not space_after and (not other_after or space_before or other_before or cjk_before)
        right = not space_before and (not other_before or space_after or other_after or cjk_after)
        can_open = left and (canSplitWord or not right or mark_before)
        can_close = right and (canSplitWord or not left or mark_after)
        return Scanned(can_open, can_close, stop - start)


def _is_punctuation(character: str) -> bool:
    return isMdAsciiPunct(ord(character)) or isPunctChar(character)
