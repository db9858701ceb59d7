"""Slugs are short, plain and the same for ever."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.core.slugs import RESERVED, SlugStyle, has_unknown_reading, shape_fault, slug_fault, slug_from


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
        ("It's Elixir’s year: don`t wait", "its-elixirs-year-dont-wait"),
        ("O'Brien & Rock 'n' Roll", "obrien-rock-n-roll"),
        ("ガジェットとパズル", "ガジェットとパズル"),
        ("قصة جديدة: 2", "قصة-جديدة-2"),
        ("שלום, עולם", "שלום-עולם"),
        ("हिन्दी समाचार", "हिन्दी-समाचार"),
        ("摘要", "zhai-yao"),
        ("한국어 문서", "hangugeo-munseo"),
        ("", ""),
    ],
)
def test_slugs_of_titles(title: str, slug: str) -> None:
    """Titles in any script give letters of English; a title without any gives nothing."""
    assert slug_from(title) == slug


@pytest.mark.parametrize(
    ("title", "language", "style", "slug"),
    [
        ("Über Größe", "de-AT", "", "ueber-groesse"),
        ("Über Größe", "en", "", "uber-grosse"),
        ("Åse Øst", "nb", "", "aase-oest"),
        ("東京", "ja", "", "東京"),
        ("東京", "zh", "", "dong-jing"),
        ("ガジェットとパズルのビット", "ja", "ascii", "gajettotopazurunobitto"),
        ("しゅっちょう ちょっと ファイル マッチ ジュース", "ja", "ascii", "shutchou-chotto-fairu-matchi-jusu"),
        ("Новости дня", "ru", "unicode", "новости-дня"),
        ("Café", "fr", "unicode", "café"),
    ],
)
def test_slugs_by_language_and_style(title: str, language: str, style: SlugStyle, slug: str) -> None:
    """German ü is ue in German; Japanese keeps its letters unless Latin ones are asked for."""
    assert slug_from(title, language, style) == slug


@pytest.mark.parametrize(
    ("title", "language", "unknown"), [("東京の話", "", True), ("東京", "ja", True), ("東京", "zh", False)]
)
def test_the_reading_of_kanji_is_not_guessed(title: str, language: str, unknown: bool) -> None:
    """The same character is read in many ways."""
    assert has_unknown_reading(title, language) is unknown


@given(st.text(), st.sampled_from(["", "ascii", "unicode"]), st.sampled_from(["", "de", "ja", "ar"]))
def test_slugs_of_any_style_are_of_good_shape(title: str, style: SlugStyle, language: str) -> None:
    """Their own slug, and short enough for any disk."""
    slug = slug_from(title, language, style)
    assert not slug or not shape_fault(slug)
    assert style != "ascii" or slug.isascii()
    assert slug_from(slug, language, style) == slug


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


SHAPE = "may only contain lower-case letters, digits and single hyphens between them"


@pytest.mark.parametrize(
    ("slug", "fault"),
    [
        ("a", ""), ("a-1", ""), ("2026", ""), ("x" * 80, ""),
        ("", "is empty"),
        ("x" * 81, "has 81 characters; at most 80 are allowed"),
        ("..", SHAPE), ("a/b", SHAPE), ("a\x00b", SHAPE), ("-a", SHAPE), ("a-", SHAPE), ("a--b", SHAPE),
        ("A", SHAPE), ("É", SHAPE), ("é", ""), ("e\u0301", SHAPE), ("日本", ""), ("a b", SHAPE), ("a\n", SHAPE),
        ("a.b", SHAPE), ("\\", SHAPE), ("१", ""),
        ("日" * 81, "has 81 characters; at most 80 are allowed"), ("a_b", SHAPE), ("\u202e", SHAPE),
        ("index", "is reserved"), ("feed", "is reserved"),
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
