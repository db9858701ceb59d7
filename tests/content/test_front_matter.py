"""A file is text before it is anything else, and two halves before it is an article."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.content.front_matter import Parts, read_parts
from broadsheet.core.errors import Problem
from broadsheet.source.tree import SourceFile, source_tree
from tests.cost import costs_less_than


def file(data: bytes | str) -> SourceFile:
    return source_tree({"a.md": data}).files["a.md"]


def parts(data: bytes | str) -> Parts:
    found, problems = read_parts(file(data))
    assert found is not None, problems
    return found


def problems(data: bytes | str) -> list[Problem]:
    found, problems = read_parts(file(data))
    assert found is None
    return problems


def test_the_two_halves() -> None:
    """Front matter and body, each with the line of the file on which it begins."""
    assert parts("---\ntitle: A\ndate: x\n---\n\nBody\n") == Parts("title: A\ndate: x\n", 2, "\nBody\n", 5)


@pytest.mark.parametrize(
    ("data", "front", "body", "line"),
    [
        ("---\n---\n", "", "", 3),
        ("---\n---", "", "", 3),
        ("--- \t\na: b\n---  \nBody", "a: b\n", "Body", 4),
        ("---\na: b\n---\nBody\n---\nmore", "a: b\n", "Body\n---\nmore", 4),
        ("---\na: |\n  ---\n  b\n---\n", "a: |\n  ---\n  b\n", "", 6),
        ("---\na: b\n--- c\n----\n---\nBody", "a: b\n--- c\n----\n", "Body", 6),
        ("---\r\na: b\r\n---\r\nBody\r\n", "a: b\n", "Body\n", 4),
        ("---\ra: b\r---\rBody\r", "a: b\n", "Body\n", 4),
        ("\ufeff---\na: b\n---\nBody", "a: b\n", "Body", 4),
        ("\ufeff\ufeff---\na: b\n---\nBody", "a: b\n", "Body", 4),
    ],
)
def test_what_ends_the_front_matter(data: str, front: str, body: str, line: int) -> None:
    """Only a line that is exactly "---", blanks behind it aside; line ends and marks of byte order do not matter."""
    found = parts(data)
    assert (found.front, found.body, found.body_line) == (front, body, line)


EXAMPLE = 'begin the file with a line "---", then lines like "title: Some words", then another line "---"'


@pytest.mark.parametrize(
    ("data", "message", "hint"),
    [
        ("", "the file is empty", EXAMPLE),
        ("\ufeff \n\n", "the file is empty", EXAMPLE),
        ("Some words\n", "the front matter is missing", EXAMPLE),
        ("--- title\n---\n", "the front matter is missing", EXAMPLE),
        (
            "\n---\na: b\n---\n",
            "the front matter does not begin on the first line",
            'remove the empty lines and spaces above the first "---"',
        ),
        ("---\ntitle: A\nBody\n", "the front matter is not closed", 'add a line "---" below the last field'),
        ("---\ntitle: A\n ---\n", "the front matter is not closed", 'add a line "---" below the last field'),
        ("---", "the front matter is not closed", 'add a line "---" below the last field'),
    ],
)
def test_without_two_halves(data: str, message: str, hint: str) -> None:
    """Each way to miss the front matter has its own words."""
    (problem,) = problems(data)
    assert (str(problem.where), problem.message, problem.hint) == ("a.md:1:1", message, hint)


@pytest.mark.parametrize(
    ("data", "place", "message"),
    [
        (b"---\ntitle: caf\xe9\n---\n", "a.md:2:11", "the byte 0xE9 is not valid UTF-8"),
        ("---\r\nя: ".encode() + b"\xff\r\n---\r\n", "a.md:2:4", "the byte 0xFF is not valid UTF-8"),
        (b"\xef\xbb\xbf\xed\xa0\x80", "a.md:1:1", "the byte 0xED is not valid UTF-8"),
        ("---\n".encode("utf-16"), "a.md:1:1", "the file is saved as UTF-16"),
        (b"\xfe\xff\x00-", "a.md:1:1", "the file is saved as UTF-16"),
        ("---\n".encode("utf-32"), "a.md:1:1", "the file is saved as UTF-32"),
        (b"---\na: b\x00c\n---\n", "a.md:2:5", "there is a control character (U+0000) in the text"),
        (b"---\na: b\n---\n\nbo\x0cdy", "a.md:5:3", "there is a control character (U+000C) in the text"),
        ("---\n---\nя\ufffe".encode(), "a.md:3:2", "there is a control character (U+FFFE) in the text"),
        ("---\n---\n\uffff".encode(), "a.md:3:1", "there is a control character (U+FFFF) in the text"),
    ],
)
def test_what_is_no_text(data: bytes, place: str, message: str) -> None:
    """The first bad byte is named with its line and column; encodings are recognised by their mark."""
    (problem,) = problems(data)
    assert (str(problem.where), problem.message) == (place, message)
    assert problem.hint


def test_a_file_of_nothing_but_nuls_gives_five_problems() -> None:
    """One mistake must not fill the screen."""
    assert len(problems(b"\x00" * 10_000)) == 5


@given(st.characters(codec="utf-8"))
def test_exactly_what_xml_forbids_is_refused(char: str) -> None:
    """XML 1.0 §2.2: tab, line ends and everything from U+0020 on but U+FFFE and U+FFFF."""
    allowed = char in "\t\n\r" or (char >= " " and char not in "\ufffe\uffff")
    assert (read_parts(file(f"---\n---\n{char}"))[0] is not None) == allowed


def test_a_huge_article_is_refused_unread() -> None:
    """1 MB is far more than anybody reads; ten would cost seconds."""
    (problem,) = problems(b"x" * 10_000_000)
    assert problem.message == "the file is 10 MB; the limit is 1 MB"
    assert parts("---\n---\n" + "x" * 999_000)


def test_a_million_dashes_take_no_time() -> None:
    """The search for the closing line is linear."""
    with costs_less_than(5):
        assert problems("---\n" + "--- a\n" * 160_000)


@given(st.text(st.sampled_from("ab-: \t")), st.text(st.sampled_from("ab-\n")))
def test_halves_are_put_together_again(line: str, body: str) -> None:
    """Front matter, closing line and body are the whole file, nothing lost and nothing twice."""
    found, _ = read_parts(file(f"---\n{line}x\n---\n{body}"))
    assert found is not None
    assert (found.front, found.body) == (f"{line}x\n", body)
