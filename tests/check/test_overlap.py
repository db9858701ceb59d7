"""What two texts share word for word is found, in linear time, whatever they hold."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.check.overlap import matched, runs, words_of
from tests.cost import cheapest

FEW = st.lists(st.sampled_from("abc"), max_size=40)
TEXT = st.lists(st.sampled_from(["a", "b", "c", None]), max_size=40)


def naive(source: Sequence[str], text: Sequence[str | None]) -> list[int]:
    """The same by trying everything."""
    lengths = []
    for end in range(1, len(text) + 1):
        stretches = {tuple(source[at : at + n]) for n in range(end + 1) for at in range(len(source) - n + 1)}
        lengths.append(max(n for n in range(end + 1) if tuple(text[end - n : end]) in stretches or n == 0))
    return lengths


@given(FEW, TEXT)
def test_matches_are_the_longest_there_are(source: list[str], text: list[str | None]) -> None:
    """At every word, as trying everything finds them."""
    assert matched(source, text) == naive(source, text)


@given(FEW)
def test_a_text_matches_itself(text: list[str]) -> None:
    """From its first word to its last."""
    assert matched(text, text) == list(range(1, len(text) + 1))


@given(FEW, TEXT, st.integers(1, 6))
def test_runs_are_whole(source: list[str], text: list[str | None], least: int) -> None:
    """Each stands in the source, is long enough, and none goes on to the right."""
    lengths = matched(source, text)
    found = list(runs(lengths, least))

    for first, last in found:
        stretch = text[first : last + 1]
        assert last + 1 - first >= least
        assert any(list(source[at : at + len(stretch)]) == stretch for at in range(len(source)))
        assert last + 1 == len(text) or lengths[last + 1] <= lengths[last]
    assert bool(found) == any(length >= least for length in lengths)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Bank’s 4,000 well-known", ["the", "bank's", "4", "000", "well", "known"]),
        ("“Quoted” – ‘words’, don't", ["quoted", "words", "don't"]),
        ("ÉTÉ e\u0301te\u0301 Straße STRASSE", ["été", "été", "strasse", "strasse"]),
        ("ﬁne ｆｕｌｌ ①", ["fine", "full", "1"]),
        ("in\u00advis\u200bible zero\u200dwidth", ["invisible", "zerowidth"]),
        ("Новости ИИ", ["новости", "ии"]),
        ("人工知能は AI だ", ["人", "工", "知", "能", "は", "ai", "だ"]),
        ("_emphasis_ **strong** snake_case st**ress**ed", ["emphasis", "strong", "snake", "case", "stressed"]),
        ("\u0301\u200b ' ’ — …", []),
        ("", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    """Without case, accents written apart, kinds of apostrophe and what cannot be seen."""
    assert [word.text for word in words_of(text)] == expected


@given(st.text())
def test_words_stand_where_they_are_said_to(text: str) -> None:
    """In order, each at its place, none empty or out of any text."""
    words = words_of(text)

    assert all(word.text and 0 <= word.start < word.end <= len(text) for word in words)
    assert all(before.end <= after.start for before, after in pairwise(words))


@pytest.mark.parametrize("unit", ["a ", "a b ", "a a b ", "a\u0301\u200b", "a'", "人"])
def test_it_takes_time_in_proportion(unit: str) -> None:
    """Texts that repeat themselves are what slow methods fear: four times the text, not sixteen times the time."""

    def match(count: int) -> None:
        words = [word.text for word in words_of(unit * count)]
        assert matched(words, words)[-1:] == [len(words)]

    def seconds(count: int) -> float:
        return cheapest(partial(match, count))

    seconds(1_000)
    assert seconds(40_000) < 10 * max(seconds(10_000), 0.02)
