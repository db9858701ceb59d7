"""Slugs are short, plain and the same for ever."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.core.slugs import RESERVED, shape_fault, slug_fault, slug_from


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Ant Group Seeks Salvation in AI Medicine", "ant-group-seeks-salvation-in-ai-medicine"),
        ("Искусственный интеллект в медицине", "iskusstvennyi-intellekt-v-meditsine"),
        ("Ёлка & Щука", "elka-shchuka"),
        ("Café  –  crème", "cafe-creme"),
        ("  --- x --- ", "x"),
        ("3 < 4", "3-4"),
        ("../../etc/passwd", "etc-passwd"),
        ("🎉🎉", ""),
        ("", ""),
    ],
)
def test_slugs_of_titles(title: str, slug: str) -> None:
    """Titles in any script give letters of English; a title without any gives nothing."""
    assert slug_from(title) == slug


def test_a_long_title_is_cut_between_words() -> None:
    """At most 80 characters, and no half word at the end."""
    slug = slug_from(
        "Five years after its failed attempt to go public the company is making a sharp shift in its strategy"
    )
    assert slug == "five-years-after-its-failed-attempt-to-go-public-the-company-is-making-a-sharp"


def test_one_endless_word_is_cut_all_the_same() -> None:
    """There is nothing to cut between, so the limit cuts."""
    assert slug_from("x" * 300) == "x" * 80


@given(st.text())
def test_a_slug_is_empty_or_of_good_shape(title: str) -> None:
    """Whatever the title, its slug is one that would be accepted, and its own slug."""
    slug = slug_from(title)
    assert not slug or not shape_fault(slug)
    assert slug_from(slug) == slug


SHAPE = "may only contain the letters a to z, digits and single hyphens between them"


@pytest.mark.parametrize(
    ("slug", "fault"),
    [
        ("a", ""), ("a-1", ""), ("2026", ""), ("x" * 80, ""),
        ("", "is empty"),
        ("x" * 81, "has 81 characters; at most 80 are allowed"),
        ("..", SHAPE), ("a/b", SHAPE), ("a\x00b", SHAPE), ("-a", SHAPE), ("a-", SHAPE), ("a--b", SHAPE),
        ("A", SHAPE), ("é", SHAPE), ("a b", SHAPE), ("a\n", SHAPE), ("a.b", SHAPE), ("\\", SHAPE), ("१", SHAPE),
        ("con", "is reserved"), ("com1", "is reserved"), ("index", "is reserved"), ("feed", "is reserved"),
    ],
)  # fmt: skip
def test_faults_of_slugs(slug: str, fault: str) -> None:
    """What could leave its folder, clash with our pages or not be a file somewhere is refused."""
    assert slug_fault(slug) == fault


def test_topics_may_have_reserved_names() -> None:
    """A topic "Media" lies below /topics/, where nothing of ours can clash with it."""
    assert shape_fault("media") == ""
    assert "media" in RESERVED
    assert all(re.fullmatch("[a-z0-9]+", name) for name in RESERVED)
