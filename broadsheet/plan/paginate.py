"""Lists cut into pages that stay as they are while the list grows at its new end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def stable_pages(newest_first: Sequence[T], per_page: int) -> tuple[tuple[T, ...], tuple[tuple[T, ...], ...]]:
    """The front page, and the numbered pages from number 1, the oldest, upwards; all newest first.

    Numbered pages are full and never change again. The front page holds the rest: per_page to 2 × per_page - 1 items,
    or fewer when that is all there is. Every item stands on exactly one page.
    Raises ValueError if per_page < 1.
    """
    if per_page < 1:
        raise ValueError(f"a page holds at least one item, not {per_page}")
    numbered = max(len(newest_first) // per_page - 1, 0)
    end = len(newest_first) - numbered * per_page
    starts = range(len(newest_first) - per_page, end - 1, -per_page) if numbered else ()
    return tuple(newest_first[:end]), tuple(tuple(newest_first[at : at + per_page]) for at in starts)
