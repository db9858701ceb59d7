"""Plain YAML comes out as libyaml's events have it, values and places."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.content.front_matter import split_front_matter
from broadsheet.schema.yaml import _by_events
from broadsheet.schema.yaml_plain import plain_mapping
from tests.sites import REPOSITORY


def agree(text: str) -> None:
    """What is plain has the same values and places by events, and no problems."""
    plain = plain_mapping(text, 2)
    if plain is not None:
        mapping, problems = _by_events(text, "a.md", 2)
        assert mapping is not None and not problems, text
        assert (mapping.values, mapping.places, mapping.keys) == tuple(plain), text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "title: A b, c's (d)e\n",
        'title: "A: b # c"\ndate: 2026-11-20T09:00+00:00\nurl: https://a.example/?b=c#d\n',
        "topics: [a b, c-d, \"e, f\"]\nsource:\n  name: Bloomberg Tech\n  url: 'https://b.example'\n\neditor: E\n",
        "source:\n  name:\n  url: x\nempty:\nlast:\n",
        "title: A “é” ’ — 漢字\n",
        'title: U "quoted" [x] {y}, z\n',
    ],
)
def test_common_front_matter_is_plain(text: str) -> None:
    """It does not need libyaml."""
    assert plain_mapping(text, 2) is not None
    agree(text)


@pytest.mark.parametrize(
    "text",
    [
        "a: b\na: c", "a: b\n  c", "a:\n  - b", "- a", "a: >-\n  b", "a: |\n  b", "a: &b c", "a: *b",
        "a: !b c", "a: b: c",
        "a: b #c", "a: 'b''c'", 'a: "b\\n"', "a: {b: c}", "a: [b: c]", "a: []", "a: null", "null: a", "a: ~",
        "a: [null]",
        "a:\n    b: c", "a:\n  b:\n    c: d", "  a: b", "a : b", "? a", "a:b", "\ta: b", "a:\tb", "a: b\t",
        "--- a", "<<: b",
        "a: @b", "a: `b", "a: %b", "a: b:", "a: [b, ]", "a: [b", 'a: "b', "a: b\r\nc: d", "a: b\u2028c",
        "a: b\u0085", "a: -",
        "a: - b", "a: ? b", "a:\n  b: c\n   d: e", "a: b\n  c: d", "# a", "a: b \n",
    ],
)  # fmt: skip
def test_what_is_not_beyond_doubt_is_left_to_libyaml(text: str) -> None:
    """Whatever YAML could mean by it."""
    assert plain_mapping(text, 1) is None


def test_front_matter_of_the_house_agrees() -> None:
    """All that its authors write."""
    for path in sorted((REPOSITORY / "content").rglob("*.md")):
        parts, _ = split_front_matter(path.read_text(encoding="utf-8"), path.name)
        assert parts is not None
        agree(parts.front)


ATOMS = [
    "a", "b", "title", "null", "~", "true", "1", "2026-11-20", "é", "漢", "😀", " ", "  ", "    ", "\n", "\n",
    "\n", ":", ": ", ": ",
    "a: b\n", "\nc: ", "\n  d: ", "e:\n", "source:\n  name: B\n", "topics: [a, b]\n", "[", "]", ", ", ",",
    '"', "'", '"x"', "'y'",
    "#", " #", "-", "- ", "---", "\n---\n", "...", "&", "*", "!", "|", ">", "%", "@", "`", "?", "{", "}", "<<",
    "\\", "/", "(", ")",
    "_", ".", "=", "\t", "\r", "\u00a0", "\u2028", "\ufeff", "https://a.example/b?c=d#e", "09:30",
]  # fmt: skip
FIELDS = st.tuples(
    st.sampled_from(["", "", "", "  ", "   "]),
    st.sampled_from(["a", "b", "c", "d-e", "null", "y"]),
    st.sampled_from([": ", ":  ", ":", ": "]),
    st.lists(st.sampled_from([atom for atom in ATOMS if "\n" not in atom]), max_size=6).map("".join),
).map("".join)
FRONT_MATTER = st.one_of(
    st.lists(FIELDS, max_size=5).map("\n".join), st.lists(st.sampled_from(ATOMS), max_size=20).map("".join)
)


@given(FRONT_MATTER)
@settings(max_examples=3000, deadline=None)
def test_any_text_agrees(text: str) -> None:
    """Whatever stands there."""
    agree(text)
