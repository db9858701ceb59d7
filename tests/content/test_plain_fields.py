"""Ordinary front matter comes out as the schema has it, and what the schema refuses is not ordinary."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from broadsheet.content.field_schema import ArticleFields, validate
from broadsheet.content.front_matter import split_front_matter
from broadsheet.content.plain_fields import ordinary_fields
from broadsheet.schema.yaml import YamlMapping, read_mapping
from tests.sites import REPOSITORY

BERLIN = ZoneInfo("Europe/Berlin")
ENOUGH = {"title": "A", "date": "2026-11-20"}


def plain(fields: Any) -> Any:
    """Groups as dicts and lists as tuples, whoever made them."""
    if isinstance(fields, BaseModel):
        return {name: plain(getattr(fields, name)) for name in type(fields).model_fields}
    if isinstance(fields, SimpleNamespace):
        return {name: plain(value) for name, value in vars(fields).items()}
    return tuple(map(plain, fields)) if isinstance(fields, (list, tuple)) else fields


def by_schema(values: dict[str, Any]) -> Any:
    return validate(ArticleFields, YamlMapping("a.md", values, {}, {}), BERLIN)[0]


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"id": "urn:x:1", "slug": "a-b", "headline": "H", "summary": "S", "lang": "ru", "draft": "yes"},
        {"topics": ["a", "b"], "aliases": "/x/", "editor": "E", "promo": "p", "translation_of": "b.md"},
        {"tags": "a", "updated": "2026-11-21 10:00", "source": "Bloomberg Tech"},
        {"source": {"name": "B", "url": "https://b.example/1", "title": "T", "published": "2026-11-01"}},
        {"source": [{"ref": "b", "accessed": "2026-11-01", "license": "CC"}, "C"], "ai": "assisted"},
        {"image": {"src": "a.png", "alt": "", "credit": "C", "caption": "D"}},
        {
            "author": ["A", "B"],
            "review": {"by": "C", "date": "2026-11-20", "role": "R", "checked": "facts", "text": "x"},
            "corrections": [{"date": "2026-11-21", "kind": "update", "said": "a", "says": "b", "by": "C"}],
        },
        {"ai": {"role": "summarised", "tool": "t", "model": "m", "tasks": ["a"], "date": "2026-11-20"}},
    ],
)
def test_common_fields_are_ordinary(more: dict[str, Any]) -> None:
    """They need no pydantic, and have the schema's values."""
    found = ordinary_fields(ENOUGH | more, BERLIN)

    assert found is not None
    assert plain(found) == plain(by_schema(ENOUGH | more))


def test_every_field_of_the_schema_is_known() -> None:
    """A field that is new there is one here too, or no article would have it."""
    found = ordinary_fields(ENOUGH, BERLIN)

    assert set(vars(found or SimpleNamespace())) == set(ArticleFields.model_fields)


def test_the_articles_of_the_house_are_ordinary() -> None:
    """All that its authors write."""
    for path in sorted((REPOSITORY / "content/articles").glob("*.md")):
        parts, _ = split_front_matter(path.read_text(encoding="utf-8"), path.name)
        assert parts is not None
        mapping, _ = read_mapping(parts.front, path.name)
        assert mapping is not None
        assert plain(ordinary_fields(mapping.values, BERLIN)) == plain(by_schema(mapping.values)), path


def test_ordinary_front_matter_does_not_load_pydantic() -> None:
    """50 ms to import, for nothing in most builds."""
    code = (
        "import sys; from broadsheet.content.load import load_site;"
        "from broadsheet.content.settings import load_settings;"
        "from broadsheet.source.tree import source_tree;"
        "tree = source_tree({'config.yaml': 'title: x', 'content/articles/a.md': '---\\ntitle: A\\ndate: 2026-11-20\\n"
        "source: {name: B, url: https://b.example/}\\n---\\nText'});"
        "site, problems = load_site(tree, load_settings(tree)[0]);"
        "sys.exit('pydantic' in sys.modules or len(site.articles) != 1)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


TEXTS = st.sampled_from(
    ["", " ", "A", "a, b", "a-b", "index", "2026-11-20", "2026-11-19 10:00", "2026-03-29 02:30", "2026-13-01", "yes",
     "No", "en", "pt-BR", "x_y", "/old/", "old", "//x", "https://b.example/1", "https://", "ftp://x", "urn:x:1",
     "assisted", "written by hand", "None", "A\n b", "é" * 400],
)  # fmt: skip
FLAT = st.one_of(TEXTS, st.lists(TEXTS, max_size=3))
GROUPS = st.dictionaries(
    st.sampled_from(
        ["name", "ref", "url", "title", "author", "published", "licence", "license", "accessed", "role", "tool",
         "model", "tasks", "date", "src", "alt", "by", "says",
         "kind", "text", "nonsense"]
    ),
    FLAT,
    max_size=4,
)  # fmt: skip
VALUES = st.one_of(FLAT, FLAT, GROUPS, st.lists(st.one_of(TEXTS, GROUPS), max_size=2))
FRONT_MATTER = st.dictionaries(st.sampled_from([*ArticleFields.model_fields, "nonsense"]), VALUES, max_size=5)


@given(FRONT_MATTER, st.booleans())
@settings(max_examples=1500, deadline=None)
def test_what_is_taken_is_what_the_schema_gives(values: dict[str, Any], complete: bool) -> None:
    """Whatever the fields and values."""
    values = ENOUGH | values if complete else values
    found = ordinary_fields(values, BERLIN)
    if found is not None:
        assert plain(found) == plain(by_schema(values))


@given(st.sampled_from(sorted(ArticleFields.model_fields)), VALUES)
@settings(max_examples=1500, deadline=None)
def test_each_field_alone_agrees(field: str, value: Any) -> None:
    """With one field at a time far more of what is tried is right."""
    found = ordinary_fields(ENOUGH | {field: value}, BERLIN)
    if found is not None:
        assert plain(found) == plain(by_schema(ENOUGH | {field: value}))
