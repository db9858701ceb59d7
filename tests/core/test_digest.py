"""Digests tell apart what differs and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.core.digest import Digester, Hashed, digest, digest_bytes
from broadsheet.views.common import Html, LinkView

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])) | st.binary(),
    lambda inner: st.lists(inner, max_size=4).map(tuple),
    max_leaves=12,
)


def typed(value: Any) -> Any:
    """The value with its type at every level, since 1 == True in Python but not on a page."""
    return (type(value).__name__, tuple(map(typed, value)) if isinstance(value, tuple) else value)


@given(plain, plain)
def test_digests_are_equal_exactly_when_values_are(one: Any, other: Any) -> None:
    """Equal types and values give equal digests, and others do not."""
    assert (digest(one) == digest(other)) == (typed(one) == typed(other))


def test_equal_values_of_other_identity_have_equal_digests() -> None:
    """Neither interning nor sharing of objects shows in a digest."""
    once = "ab c" * 3
    again = "".join(["ab c", "ab c", "ab c"])
    shared = (once, once)

    assert once is not again
    assert digest(shared) == digest((once, again))


def test_types_are_told_apart() -> None:
    """Text, safe markup, bytes, numbers and views with the same content differ."""
    values = ["1", Html("1"), b"1", 1, True, ("1",), LinkView("1", ""), LinkView("", "1")]

    assert len({digest(value) for value in values}) == len(values)


@dataclass
class Loose:
    title: str


@pytest.mark.parametrize("unknown", [1.5, [1], {"a": 1}, {1}, date(2026, 11, 24), object(), Loose("x")])
def test_what_is_unknown_is_refused(unknown: object) -> None:
    """A TypeError today is better than a wrong page in a month."""
    with pytest.raises((TypeError, ValueError)):
        digest((unknown,))


@given(plain, st.text(), st.text())
def test_a_digester_gives_the_same_digests(value: Any, title: str, url: str) -> None:
    """Sharing saves work and changes nothing."""
    link = LinkView(title, url)
    digester = Digester()
    digester.learn((link,))

    assert digester.digest(value, link, (link, Html(title))) == digest(value, link, (link, Html(title)))


def test_a_digest_is_frozen() -> None:
    """Digests do not change between runs and machines."""
    assert digest("a", 1, None, (True, b"x")) == "2f2994318021c3d6bba68e0f3c4ccb6ff0293ae172c7f44ebe5d1f595ae748c6"
    assert digest_bytes(b"") == "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"


def test_what_is_known_by_a_digest_stands_for_itself_by_it() -> None:
    """Its value is not looked into, and no text is taken for one."""
    assert digest(Hashed(object(), "a")) == digest(Hashed(None, "a"))
    assert Hashed(1, "a") == Hashed(2, "a") != Hashed(2, "b")
    assert digest((Hashed(1, "a"),)) != digest((Hashed(1, "b"),))
    assert digest(Hashed(1, "a")) not in (digest("a"), digest(("known", "a")), digest(("a",)))
