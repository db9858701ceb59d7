"""Records give back what was put into them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Literal, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.core.serialize import Interned, Lazy, decode, encode, pack


@dataclass(frozen=True, slots=True)
class Inner:
    name: str
    count: int


class Plain(NamedTuple):
    name: str
    number: int = 0


class Mixed(NamedTuple):
    day: date
    inner: Inner


@dataclass(frozen=True, slots=True)
class Outer:
    text: str
    flag: bool
    inner: Inner | None
    items: tuple[Inner, ...]
    pair: tuple[int, date]
    words: tuple[str, ...]
    moment: datetime
    day: date | None
    places: Mapping[str, tuple[int, int]]
    role: Literal["a", "b"]
    named: tuple[Plain, ...]
    mixed: Mixed
    packed: Lazy[Inner]


@dataclass(frozen=True, slots=True)
class Labelled:
    label: Interned
    labels: tuple[Interned, ...] = ()


texts = st.text(st.characters(exclude_categories=["Cs"]))
inners = st.builds(Inner, texts, st.integers(-(2**53), 2**53))
zones = st.integers(-720, 720).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=zones)
outers = st.builds(
    Outer,
    texts,
    st.booleans(),
    st.none() | inners,
    st.lists(inners, max_size=3).map(tuple),
    st.tuples(st.integers(), st.dates()),
    st.lists(texts, max_size=3).map(tuple),
    moments,
    st.none() | st.dates(),
    st.dictionaries(texts, st.tuples(st.integers(), st.integers()), max_size=3),
    st.sampled_from(["a", "b"]),
    st.lists(st.builds(Plain, texts, st.integers()), max_size=2).map(tuple),
    st.builds(Mixed, st.dates(), inners),
    inners.map(pack),
)


@given(outers)
def test_a_record_gives_the_value_back(value: Outer) -> None:
    """Every kind of field, absent ones too."""
    again = decode(Outer, encode(value))

    assert again == value
    assert type(again.mixed) is Mixed
    assert again.packed.value == value.packed.value
    assert all(type(plain) is Plain for plain in again.named)


@given(outers)
def test_equal_values_give_equal_records(value: Outer) -> None:
    """Whether or not they share their parts."""
    assert encode(decode(Outer, encode(value))) == encode(value)


def test_a_record_is_small() -> None:
    """Fields have no names in it."""
    assert len(encode(Inner("é", 1))) < 20


@pytest.mark.parametrize("value", [{1}, object(), 0.5])
def test_what_a_record_cannot_hold_is_refused(value: object) -> None:
    """Rather than lost."""
    with pytest.raises(TypeError, match="a record cannot hold"):
        encode((value,))


def test_what_cannot_be_decoded_is_refused() -> None:
    """A type that no record holds is an error of ours, named."""

    @dataclass(frozen=True)
    class Odd:
        value: float

    with pytest.raises(TypeError, match="a record cannot hold"):
        decode(Odd, b"")


def test_moments_keep_their_zone() -> None:
    """An offset is part of a moment."""
    assert decode(Outer, encode(_outer(datetime(2026, 11, 24, tzinfo=UTC)))).moment.isoformat().endswith("+00:00")


def _outer(moment: datetime) -> Outer:
    return Outer(
        "", True, None, (), (1, date(2026, 1, 1)), (), moment, None, {}, "a", (),
        Mixed(date(2026, 1, 1), Inner("", 1)), pack(Inner("", 1)),
    )  # fmt: skip


def test_shared_text_is_there_once() -> None:
    one, other = (Labelled("some topic", ("another topic",)), Labelled("another topic", ("some topic",)))
    one, other = decode(Labelled, encode(one)), decode(Labelled, encode(other))
    assert (one.label, one.labels) == ("some topic", ("another topic",))
    assert one.label is other.labels[0]
    assert other.label is one.labels[0]
