"""New people, sources and topics are added to their files, and nothing else in these changes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.authoring.new_entry import ENTRY_KINDS, new_entry
from broadsheet.build.newsletter import read_newsletter
from broadsheet.build.remembered import BuildRequest
from broadsheet.content.registries import entry_name, load_registry
from broadsheet.core.errors import Problem
from broadsheet.schema.values import InvalidValue, plain_text
from broadsheet.source.tree import source_tree
from tests.sites import a_bench

NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
ARTICLE = "---\ntitle: A\ndate: 2026-11-01\nauthor: Ann Poe\ntopics: [ai, open models]\nsource: The Wire\n---\nText.\n"


def added(word: str, name: str, **files: str) -> tuple[str, str]:
    """The file and its text after one more entry; files by the name of a registry."""
    content = {f"content/{file}.yaml": text for file, text in files.items()}
    tree = source_tree({"config.yaml": "title: News\n", "content/articles/a.md": ARTICLE, **content})
    return new_entry(word, name, read_newsletter(tree, BuildRequest(NOW), a_bench()))


def names(word: str, text: str) -> dict[str, str]:
    """What a registry lists, by short name; it must have no problems."""
    kind, problems = ENTRY_KINDS[word], list[Problem]()
    entries, _ = load_registry(source_tree({kind.path: text}), kind.path, kind.type, problems)
    assert problems == []
    return {slug: entry_name(entry) for slug, entry in entries.items()}


def test_a_person() -> None:
    """Below the others, with the other fields as comments that say what they mean."""
    before = "# Our people\njane-roe: {name: Jane Roe, role: Editor}\n"
    assert added("person", "Ann Poe", people=before) == (
        "content/people.yaml",
        f"""\
{before}ann-poe:
  name: Ann Poe
  # role: What the person does here.
  # url: The person's own page.
  # bio: A few sentences on the person.
  # group: Whether it is a group rather than a single person.
""",
    )


@pytest.mark.parametrize(
    ("word", "name", "expected"),
    [
        ("person", "Jane Roe", {"ann-poe": "Ann Poe", "jane-roe": "Jane Roe"}),
        ("person", "Ann Poe", {"ann-poe": "Ann Poe"}),
        ("source", "The Press", {"the-press": "The Press", "the-wire": "The Wire"}),
        ("topic", "Money", {"ai": "ai", "money": "Money", "open-models": "open models"}),
    ],
)
def test_the_first_entry_lists_those_that_articles_name_already(word: str, name: str, expected: dict[str, str]) -> None:
    """Without a file any name is right; with one, only those in it."""
    _, text = added(word, name)

    assert names(word, text) == expected


@pytest.mark.parametrize("before", ["a: A", "a: A\r\nb: B\r\n", "# nothing yet\n", "", "{}\n"])
def test_every_byte_before_stays(before: str) -> None:
    """Also without a final line break, with those of Windows and in an empty file."""
    try:
        _, text = added("topic", "Money", topics=before)
    except InvalidValue as fault:
        assert before == "{}\n"
        assert fault.hint == "add it by hand"
        return
    assert text.startswith(before)
    assert names("topic", text)["money"] == "Money"
    assert text.count("\r\n") in (0, text.count("\n"))


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=40))
def test_every_name_parses_back_exactly(name: str) -> None:
    """Or is refused in words."""
    try:
        _, text = added("source", name, sources="a: A\n")
    except InvalidValue as fault:
        assert fault.hint
        return
    assert plain_text(name) in names("source", text).values()


@pytest.mark.parametrize(
    ("name", "people", "said"),
    [
        ("Jane Roe", "jane-roe: Jane R.\n", 'content/people.yaml has "Jane Roe" already'),
        ("Jane Roe", "jr: Jane Roe\n", 'content/people.yaml has "Jane Roe" already'),
        ("🎉", "a: A\n", "no short name can be made"),
        ("Jane Roe", "a: [\n", "content/people.yaml has errors"),
    ],
)
def test_what_cannot_be_added(name: str, people: str, said: str) -> None:
    """It is said."""
    with pytest.raises(InvalidValue) as fault:
        added("person", name, people=people)
    assert said in fault.value.message
