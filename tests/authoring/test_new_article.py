"""New articles load, and ids are written in without touching anything else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.authoring.new_article import in_yaml, new_article, with_field
from broadsheet.build.newsletter import read_newsletter
from broadsheet.build.remembered import BuildRequest
from broadsheet.content.article import load_article
from broadsheet.content.model import Article, Settings
from broadsheet.content.settings import load_settings
from broadsheet.markdown.typography import typographic
from broadsheet.schema.textfile import forbidden_character
from broadsheet.schema.values import InvalidValue, plain_text
from broadsheet.schema.yaml import read_mapping
from broadsheet.source.tree import SourceTree, source_tree
from tests.sites import a_bench

NOW = datetime(2026, 11, 20, 8, 30, 59, tzinfo=UTC)
ID = "urn:uuid:00000000-0000-4000-8000-000000000001"


def settings(zone: str = "Europe/Berlin") -> Settings:
    found, problems = load_settings(source_tree({"config.yaml": f"title: Small News\ntimezone: {zone}"}))
    assert found is not None, problems
    return found


def new(title: str, tree: SourceTree | None = None, now: datetime = NOW) -> tuple[str, str]:
    config = source_tree({"config.yaml": "title: Small News\ntimezone: Europe/Berlin"})
    source = SourceTree({**config.files, **(tree.files if tree else {})})
    return new_article(title, read_newsletter(source, BuildRequest(now), a_bench()), id=ID, now=now)


def loads(path: str, text: str) -> Article:
    found, problems = load_article(source_tree({path: text}).files[path], settings())
    assert found is not None, "\n".join(map(str, problems))
    return found.article


def test_a_new_article() -> None:
    """The file as an editor meets it."""
    assert new("Ant Group: what next?") == (
        "content/articles/ant-group-what-next.md",
        """\
---
id: urn:uuid:00000000-0000-4000-8000-000000000001
title: "Ant Group: what next?"
slug: ant-group-what-next
date: 2026-11-20 09:30
# Remove the next line to publish it.
draft: true
# One or two sentences that say what readers find here; by default, the first paragraph.
summary:
topics: []
# Where the piece comes from. Fill in what you know, and leave the rest empty.
source:
  name:
  url:
  title:
  author:
  published:
  licence:
  accessed:
# For an original piece: who wrote it, people or Small News.
author:
# How AI was used. role: none, assisted, translated, summarised or generated.
ai:
  role:
  tool:
  tasks:
# When it is done, have it reviewed, and record that with
#   broadsheet approve content/articles/ant-group-what-next.md --by "Name" --checked facts,figures
---

Write the article here.
""",
    )


def test_what_is_known_is_listed() -> None:
    """The names of topics and sources, so that nobody has to look them up; a long list is cut."""
    registries = {
        "content/topics.yaml": "ai: AI\nmoney: Money\n",
        "content/sources.yaml": "".join(f"s{number:02}: Source {number}\n" for number in range(30)),
    }
    _, text = new("A", source_tree(registries))

    assert "# Topics so far: ai, money\ntopics: []\n" in text
    assert "# Sources so far: Source 0, Source 1, " in text
    assert "Source 19, …\nsource:\n" in text


def test_the_lines_can_be_filled_in() -> None:
    """Nothing in the empty form is in the way, and what is written behind a colon counts."""
    path, text = new("A")
    assert loads(path, text).citations == ()
    filled = text.replace("  name:", "  name: Bloomberg Tech").replace("  role:", "  role: summarised")
    article = loads(path, filled)
    assert article.citations[0].publication == "bloomberg-tech"
    assert article.ai is not None
    assert (article.ai.role, article.ai.tool, article.authors) == ("summarised", "", ())


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=60))
def test_every_title_parses_back_exactly(title: str) -> None:
    """Or is refused in words; what is made always loads, as the draft it is."""
    try:
        path, text = new(title)
    except InvalidValue as fault:
        bad = forbidden_character(title) or any(not char.isprintable() for char in title)
        assert bad or not plain_text(title)
        assert fault.hint
        return
    article = loads(path, text)
    assert article.title == typographic(plain_text(title), "en")
    assert (article.id, article.is_draft, article.date) == (ID, True, NOW.replace(second=0))


@given(st.text(st.sampled_from("ab :#-?'\"\\[]{},&*!|>%@`~.=\u00a0é0"), min_size=1, max_size=20))
def test_quotes_are_set_where_yaml_needs_them(text: str) -> None:
    """in_yaml and the reader are inverses for text on one line."""
    value = plain_text(text)
    mapping, problems = read_mapping(f"title: {in_yaml(value)}\ndate: x\n", "a.md")
    assert mapping is not None, problems
    assert mapping.values == {"title": value, "date": "x"}


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("Plain words", "Plain words"),
        ("It's fine", "It's fine"),
        ("Ещё один день", "Ещё один день"),
        ("Ant Group: what next", '"Ant Group: what next"'),
        ("C# is", "C# is"),
        ("Issue #4", '"Issue #4"'),
        ('Say "hi"', 'Say "hi"'),
        ('"Hi", he said', '"\\"Hi\\", he said"'),
        ("No", '"No"'),
        ("null", '"null"'),
        ("2026", '"2026"'),
        ("- a", '"- a"'),
        ("back\\slash: x", '"back\\\\slash: x"'),
    ],
)
def test_quotes_only_where_they_help(title: str, written: str) -> None:
    """A plain title stays plain; one that YAML or a tool could misread is quoted."""
    assert in_yaml(title) == written


@pytest.mark.parametrize(
    ("taken", "path"),
    [
        ({}, "content/articles/hello-world.md"),
        ({"content/articles/hello-world.md": ""}, "content/articles/hello-world-2.md"),
        ({"content/articles/Hello-World.md": ""}, "content/articles/hello-world-2.md"),
        ({"content/articles/hello-world/index.md": ""}, "content/articles/hello-world-2.md"),
        ({"content/articles/2026/hello-world.md": ""}, "content/articles/hello-world-2.md"),
        (
            {"content/articles/hello-world.md": "", "content/articles/hello-world-2.md": ""},
            "content/articles/hello-world-3.md",
        ),
    ],
)
def test_no_file_is_overwritten(taken: dict[str, str], path: str) -> None:
    """A name that is taken in any way gets a number, and the slug with it."""
    found, text = new("Hello, world!", source_tree(taken))
    assert found == path
    assert loads(found, text).slug == path.removeprefix("content/articles/").removesuffix(".md")


@pytest.mark.parametrize(
    ("title", "slug"),
    [("Index", "index-2026-11-20"), ("🎉", "article-2026-11-20"), ("x" * 300, "x" * 80)],
)
def test_titles_without_a_good_slug(title: str, slug: str) -> None:
    """Reserved and empty slugs get the date."""
    path, text = new(title)
    assert path == f"content/articles/{slug}.md"
    assert loads(path, text).slug == slug


@pytest.mark.parametrize(
    ("config", "title", "slug"),
    [
        ("language: de", "Über Äpfel", "ueber-aepfel"),
        ("language: en", "Über Äpfel", "uber-apfel"),
        ("language: ru\nslugs: unicode", "Ещё день", "ещё-день"),
    ],
)
def test_the_slug_is_in_the_style_of_the_newsletter(config: str, title: str, slug: str) -> None:
    """As the address would be without one."""
    tree = source_tree({"config.yaml": f"title: Small News\n{config}"})
    path, text = new_article(title, read_newsletter(tree, BuildRequest(NOW), a_bench()), id=ID, now=NOW)
    assert path == f"content/articles/{slug}.md"
    assert f"\nslug: {slug}\n" in text


def test_a_long_name_keeps_its_number_within_bounds() -> None:
    """80 characters are the limit with the number too."""
    path, text = new("x" * 80, source_tree({f"content/articles/{'x' * 80}.md": ""}))
    assert path == f"content/articles/{'x' * 78}-2.md"
    assert loads(path, text).slug == "x" * 78 + "-2"


@pytest.mark.parametrize("title", ["", "  ", "a\x00b", "x" * 301, "a\ud800"])
def test_titles_that_cannot_be(title: str) -> None:
    """Refused before a file is made."""
    with pytest.raises(InvalidValue) as fault:
        new(title)
    assert fault.value.message
    assert fault.value.hint


def test_the_hour_that_comes_twice() -> None:
    """An article begun while the clocks are set back has a date that loads."""
    now = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    path, text = new("A", now=now)
    assert "date: 2026-10-25 02:30+01:00\n" in text
    assert loads(path, text).date == now


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("---\ntitle: A\n---\nBody", "---\nid: X\ntitle: A\n---\nBody"),
        ("---\r\ntitle: A\r\n---\r\n", "---\r\nid: X\r\ntitle: A\r\n---\r\n"),
        ("---\rtitle: A\r---\r", "---\rid: X\rtitle: A\r---\r"),
        ("\ufeff--- \ntitle: A\n---\n", "\ufeff--- \nid: X\ntitle: A\n---\n"),
        ("---\n---\nid:\n", "---\nid: X\n---\nid:\n"),
        ("---\ntitle: A\nid:\n---\n", "---\ntitle: A\nid: X\n---\n"),
        ("---\r\nid: ~ \r\ntitle: A\r\n---\r\n", "---\r\nid: X\r\ntitle: A\r\n---\r\n"),
        ('---\ntitle: A\nid: ""\n---\n', "---\ntitle: A\nid: X\n---\n"),
        ("---\ntitle: A\nid: # none\n---\n", "---\ntitle: A\nid: X # none\n---\n"),
        ("---\nsource:\n  id:\n---\n", "---\nid: X\nsource:\n  id:\n---\n"),
    ],
)
def test_an_id_is_written_in(before: str, after: str) -> None:
    """As the first line, or on the line that waits for it; every other byte stays."""
    assert with_field(before, "id", "X") == after


def test_no_front_matter_takes_no_id() -> None:
    """There is no place for it."""
    with pytest.raises(ValueError, match="the front matter is missing"):
        with_field("title: A\n", "id", "X")


@given(
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["", "\ufeff"]),
    st.text(st.sampled_from("ab \n\r-id:"), max_size=30),
)
def test_a_minted_file_loads_with_its_id_and_prose(end: str, bom: str, body: str) -> None:
    """The prose and its digest are untouched."""
    text = bom + end.join(["---", "title: A", "date: 2026-11-20", "---", ""]) + body
    before = loads("content/articles/a.md", text)
    after = loads("content/articles/a.md", with_field(text, "id", ID))
    assert (after.id, after.has_own_id) == (ID, True)
    assert after.prose.digest == before.prose.digest
