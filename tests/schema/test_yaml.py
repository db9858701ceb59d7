"""YAML is text with places; what is dangerous or unclear is refused in plain words."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.core.errors import Location
from broadsheet.schema import yaml as yamltext
from broadsheet.schema.yaml import read_mapping
from tests.cost import costs_less_than


def values(text: str) -> object:
    mapping, problems = read_mapping(text, "a.md")
    assert not problems
    return mapping.values


def problem(text: str, first_line: int = 1) -> tuple[str, str, str]:
    """Place, message and hint of the only problem of a text."""
    _, problems = read_mapping(text, "a.md", first_line)
    assert len(problems) == 1, problems
    return f"{problems[0].where.line}:{problems[0].where.column}", problems[0].message, problems[0].hint


@pytest.fixture(params=["libyaml", "pure"], autouse=True)
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything holds with libyaml and without it."""
    if request.param == "pure":
        monkeypatch.setattr(yamltext, "_Loader", yaml.BaseLoader)


def test_values_stay_text() -> None:
    """YAML's own guesses turn NO into false, 007 into 7 and 12:30 into 750; here they are what was written."""
    text = "lang: NO\nagent: 007\ntime: 12:30\nversion: 1.0\nday: 2026-01-02\nyes: on\n"
    assert values(text) == {
        "lang": "NO", "agent": "007", "time": "12:30", "version": "1.0", "day": "2026-01-02", "yes": "on",
    }  # fmt: skip


def test_lists_groups_and_block_text() -> None:
    """Lists, groups and folded text come as list, dict and str."""
    text = "topics: [ai, 'money']\nsource:\n  name: Wire\nsummary: >-\n  One\n  two.\n"
    assert values(text) == {"topics": ["ai", "money"], "source": {"name": "Wire"}, "summary": "One two."}


def test_empty_values_are_not_given() -> None:
    """Plain nothing, "~" and "null" mean "not given"; in quotes they are text."""
    assert values("a:\nb: ~\nc: null\nd: ''\ne: '~'\nf: [~, x]\n") == {"d": "", "e": "~", "f": ["x"]}


@pytest.mark.parametrize("text", ["", "\n\n", "# only a note\n", "~\n"])
def test_nothing_is_an_empty_mapping(text: str) -> None:
    """No fields at all are no error of YAML; what must be there is the schema's to say."""
    assert values(text) == {}


def test_places_of_values_and_keys() -> None:
    """Every value and key is found by its dotted name, on the line of the file."""
    mapping, _ = read_mapping("title: A\nsource:\n  url: x\ntopics: [ai, b]\nempty:\n", "a.md", first_line=2)
    assert mapping.where("source.url") == Location("a.md", 4, 8)
    assert mapping.where("topics.1") == Location("a.md", 5, 14)
    assert mapping.where_key("source.url") == Location("a.md", 4, 3)
    assert mapping.where("empty") == Location("a.md", 6, 1)
    assert mapping.where("source.absent") == Location("a.md", 4, 3)
    assert mapping.where("absent") == Location("a.md", 1, 1)


def test_odd_line_breaks_do_not_shift_the_places() -> None:
    """U+2028 is a line break to YAML and to no editor."""
    mapping, _ = read_mapping("title: one\u2028two\u0085three\ndate: x\n", "a.md")
    assert mapping.values["title"] == "one two three"
    assert mapping.where("date") == Location("a.md", 2, 7)


def test_the_classic_unquoted_colon() -> None:
    """The title of the first article of all: the hint shows the line as it must be."""
    assert problem("title: Ant Group Seeks Salvation: How Fintech Changes\n", first_line=2) == (
        "2:33",
        'the value of "title" contains a colon, which YAML reads as the end of a key',
        'put the value in quotes: title: "Ant Group Seeks Salvation: How Fintech Changes"',
    )


def test_the_quotes_of_a_hint_suit_the_value() -> None:
    """A value with double quotes gets single ones, an apostrophe in them is doubled."""
    assert problem('title: He said "no": it\'s over\n')[2] == (
        "put the value in quotes: title: 'He said \"no\": it''s over'"
    )


def test_a_duplicate_key() -> None:
    """YAML lets the last one win without a word."""
    assert problem("a: 1\nb: 2\na: 3\n") == (
        "3:1",
        'the key "a" is given twice, first on line 1',
        "keep only one of them",
    )


def test_all_duplicates_are_named() -> None:
    """Refusals are collected, also in groups."""
    _, problems = read_mapping("a: 1\na: 2\nb: {c: 1, c: 2}\n", "a.md")
    assert [item.message for item in problems] == [
        'the key "a" is given twice, first on line 1',
        'the key "c" is given twice, first on line 3',
    ]


TABS = ("this line is indented with a tab", "use spaces: YAML does not allow tabs")
LOST = ("this line does not fit the lines above", "align all fields of a group")
QUOTE = "put the value in quotes"
MEANT = "if it is meant as text, put the value in quotes"
WORDS = [
    ("\ta: b", "1:1", *TABS),
    ("a:\n\t- b", "2:1", *TABS),
    ("source:\n  name: x\n\turl: y", "3:1", *TABS),
    ("a: *x", "1:4", '"*x" is a YAML alias, which is not supported', MEANT),
    ("a: *very* good", "1:4", 'a value cannot begin with "*"', QUOTE + ': a: "*very* good"'),
    ("a: &x 1", "1:4", '"&x" is a YAML anchor, which is not supported', MEANT),
    ("a: !!str b", "1:4", '"!!str" is a YAML tag, which is not supported', MEANT),
    ("a: !python/object x", "1:4", '"!python/object" is a YAML tag, which is not supported', MEANT),
    ("<<: {a: b}", "1:1", 'the merge key "<<" is not supported', "write out the fields"),
    ("? [a]\n: b", "1:3", "a key must be a plain word", 'write "key: value"'),
    ("~: b", "1:1", "the key before the colon is missing", 'write "key: value"'),
    ("a: b\n--- \nc: d", "2:1", "a second YAML document begins here", 'remove the line "---" or "..." before it'),
    ("%YAML 1.1\n---\na: b", "1:1", 'a line that begins with "%" is not supported', "remove it"),
    (
        "- a",
        "1:1",
        'expected fields, each on a line of its own like "title: Some words"',
        "begin each line with the name of a field, a colon and a space",
    ),
    (
        "title:x",
        "1:1",
        'expected fields, each on a line of its own like "title: Some words"',
        "begin each line with the name of a field, a colon and a space",
    ),
    ("a: [b", "1:4", "the list that begins here is not closed", 'add "]" at the end, and "," between the items'),
    ("a: {b: c", "1:4", "the group that begins here is not closed", 'add "}" at the end, and "," between the items'),
    ("a: [b]]", "1:7", 'there is an extra "]"', "remove it, or put the value in quotes"),
    ("a: 'b", "1:4", "the quote that begins here is not closed", None),
    ("a: 'it's'", "1:8", "there is text after the closing quote", QUOTE + ': a: "it\'s"'),
    ('a: "Hello" world', "1:12", "there is text after the closing quote", QUOTE + ": a: '\"Hello\" world'"),
    ("a: @b", "1:4", 'a value cannot begin with "@"', QUOTE + ': a: "@b"'),
    ("a: **b**", "1:4", 'a value cannot begin with "*"', QUOTE + ': a: "**b**"'),
    ("a: - b", "1:4", 'a value cannot begin with "- "', QUOTE + ': a: "- b"'),
    ("a: b\nc\n", "2:1", '"c" is not a field', 'write "key: value"; indent the lines that continue a long value'),
    ("a: |\n  b\n c", "3:2", *LOST),
    ('a: "\\0"', "1:4", "there is a control character (U+0000) in the text", "remove the escape for it"),
    ("a: \x7f", "1:4", "the character U+007F is not allowed here", "remove it"),
]


@pytest.mark.parametrize(("text", "place", "message", "hint"), WORDS, ids=[repr(case[0]) for case in WORDS])
def test_what_is_refused_and_how(text: str, place: str, message: str | None, hint: str | None) -> None:
    """Each mistake has its place, plain words and a way out."""
    found = problem(text)
    assert found[0] == place
    assert message is None or found[1] == message
    assert hint is None or found[2] == hint


@pytest.mark.parametrize(
    "text",
    ["[" * 30_000, "a: " + "[" * 30_000, "- " * 30_000, "? " * 30_000, "{a: " * 15_000,
     "a:\n" + "".join(" " * depth + "a:\n" for depth in range(1, 300))],
    ids=["brackets", "value", "dashes", "questions", "braces", "indents"],
)  # fmt: skip
def test_deep_nesting_is_refused_at_once(text: str) -> None:
    """libyaml's composer crashes the process on such a text; we never compose and stop at level 20."""
    with costs_less_than(5):
        assert problem(text)[1] == "this is nested more than 20 levels deep"


def test_twenty_levels_are_fine() -> None:
    """The mapping itself is the first level."""
    assert values("a: " + "[" * 19 + "]" * 19)
    assert problem("a: " + "[" * 20 + "]" * 20)[0] == "1:23"


def test_too_much_yaml_is_refused_before_it_is_read() -> None:
    """64 KB, counted in bytes; a registry may be given more."""
    message = "there are more than 64 KB of YAML"
    assert problem("a: " + "x" * 65_536)[1] == message
    assert problem("a: " + "я" * 33_000)[1] == message
    assert values("a: " + "x" * 65_000)
    _, problems = read_mapping("a: " + "x" * 65_536, "a.md", limit=70_000)
    assert not problems


def test_what_is_right_is_read_beside_what_is_refused() -> None:
    """So that all that is wrong with a file is told at once; of what was refused only the name is known."""
    mapping, problems = read_mapping("a: *x\nb: 1\nb: 2\nc: {d: !t e, f: g}\nh: [i, &j k]\n<<: 3\nl: m", "a.md")
    assert mapping.values == {"b": "2", "c": {"f": "g"}, "h": ["i"], "l": "m"}
    assert mapping.unreadable == {"a", "b", "c.d", "h", ""}
    assert [problem.where.line for problem in problems] == [1, 3, 4, 5, 6]
    mapping, _ = read_mapping("a: 'b\nc: d", "a.md")
    assert not mapping.values and mapping.unreadable == {""}


def test_endless_mistakes_end() -> None:
    """A text of nothing but aliases gives 25 problems, not ten thousand."""
    _, problems = read_mapping("a:\n" + "- *b\n" * 9_000, "a.md")
    assert len(problems) == 25


ANYTHING = st.text(alphabet=st.sampled_from("ab:- \n\t[]{}'\"#&*!|>%@`?~,.\\0é\u2028\x7f\x00"), max_size=60)


@given(ANYTHING)
def test_no_text_raises(text: str) -> None:
    """Whatever is typed, the answer is either values or problems at a place of the text."""
    mapping, problems = read_mapping(text, "a.md", first_line=3)
    assert problems or not mapping.unreadable
    for item in problems:
        assert 3 <= item.where.line <= 3 + text.count("\n") + 1
        assert item.where.column >= 1


@given(
    st.dictionaries(st.text("abcxyz", min_size=1), st.text(st.characters(codec="utf-8", categories=["L", "N", "P"])))
)
def test_what_a_yaml_writer_quotes_is_read_back(fields: dict[str, str]) -> None:
    """Double-quoted values, as any tool writes them, come back as they were."""
    text = yaml.dump(fields, default_style='"', allow_unicode=True)
    assert values(text) == fields
