"""Lists are cut into pages that stay as they are while the list grows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.plan.lists import stable_pages

sizes = st.integers(1, 12)
lists = st.lists(st.integers(), max_size=80)


@given(lists, sizes)
def test_every_item_stands_on_one_page_in_order(items: list[int], per_page: int) -> None:
    """The front page and then the numbered pages from the highest down give the list again."""
    front, numbered = stable_pages(items, per_page)

    assert [*front, *(item for page in reversed(numbered) for item in page)] == items


@given(lists, sizes)
def test_pages_are_full(items: list[int], per_page: int) -> None:
    """Numbered pages hold per_page items, the front page that many to nearly twice as many."""
    front, numbered = stable_pages(items, per_page)

    assert all(len(page) == per_page for page in numbered)
    assert len(front) == len(items) if len(items) < per_page else per_page <= len(front) < 2 * per_page


@given(lists, sizes, st.lists(st.integers(), max_size=30))
def test_numbered_pages_never_change(items: list[int], per_page: int, newer: list[int]) -> None:
    """Publishing more adds pages at the end and leaves those there are alone."""
    before = stable_pages(items, per_page)[1]
    after = stable_pages([*newer, *items], per_page)[1]

    assert after[: len(before)] == before


def test_an_example() -> None:
    """Seven items by threes: the newest four in front, the oldest three on page 1."""
    assert stable_pages([7, 6, 5, 4, 3, 2, 1], 3) == ((7, 6, 5, 4), ((3, 2, 1),))


def test_no_page_holds_nothing() -> None:
    """A page size below one is refused."""
    with pytest.raises(ValueError, match="at least one"):
        stable_pages([1], 0)
