"""The line below a problem: carets under what is wrong, whatever the line is made of."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from broadsheet.commands.excerpt import excerpt, source_lines
from broadsheet.core.errors import Location, Problem


def shown(line: str, column: int, message: str, folder: Path) -> tuple[str, str] | None:
    """The excerpt for a problem in the second line of a file."""
    (folder / "a.md").write_text(f"---\n{line}\n", encoding="utf-8")
    return excerpt(Problem(Location("a.md", 2, column), message), source_lines(folder, "a.md"))


@pytest.mark.parametrize(
    ("line", "column", "message", "carets"),
    [
        ("topics: [inferense, chips]", 10, 'unknown topic "inferense"', "         ^^^^^^^^^"),
        ("date: 3/4/2026", 7, 'cannot read "3/4/2026" as a date', "      ^^^^^^^^"),
        ("see [this](nowhere.md)", 12, "the link is broken", "           ^^^^^^^"),
        ('url: "x y"', 6, 'cannot fetch "x y"', "     ^^^^^"),
        ("title: [", 8, "this list has no end", "       ^"),
        ("title", 6, "the colon is missing", "     ^"),
        ("日本: x", 3, "a colon", "    ^"),
        ("日本", 1, 'unknown "日本"', "^^^^"),
        ("e\u0301t: x", 5, "a blank", "   ^"),
        ("Заголовок: да", 12, 'unknown "да"', "           ^^"),
    ],
)
def test_carets(line: str, column: int, message: str, carets: str, tmp_path: Path) -> None:
    """Below what the message quotes, else below a word, else below a character; wide characters take two columns."""
    assert shown(line, column, message, tmp_path) == (line, carets)


def test_a_tab_is_four_blanks(tmp_path: Path) -> None:
    """So that the caret is below the same character on every terminal."""
    assert shown("\ta:\tb", 5, "b", tmp_path) == ("    a:    b", "          ^")


def test_control_characters_are_shown_harmless(tmp_path: Path) -> None:
    """An escape sequence in an article does not steer the editor's terminal, and a direction mark does not turn it."""
    assert shown("a\x1b[31m\u202eb", 8, "b", tmp_path) == ("a\ufffd[31m\ufffdb", "       ^")


def test_a_long_line_is_cut_around_the_problem(tmp_path: Path) -> None:
    """At both ends, with an ellipsis; the carets stay below the word."""
    found = shown("a " * 200 + "wrong" + " b" * 200, 401, 'unknown "wrong"', tmp_path)

    assert found is not None
    line, carets = found
    assert line.startswith("…") and line.endswith("…") and len(line) <= 102
    assert line[carets.index("^") : carets.rindex("^") + 1] == "wrong"


def test_a_problem_of_the_whole_file_has_no_line() -> None:
    """Its location is the start of the file, where nothing is wrong; but a name there may be."""
    assert excerpt(Problem(Location("config.yaml"), "the title is missing"), ["titel: x"]) is None
    assert excerpt(Problem(Location("config.yaml"), 'unknown setting "titel"'), ["titel: x"]) == ("titel: x", "^^^^^")


@pytest.mark.parametrize(
    "path", ["--port", "missing.md", "../a.md", "/etc/hostname", "folder", "pipe", "binary", "huge"]
)
def test_where_there_is_no_line_to_show(path: str, tmp_path: Path) -> None:
    """Options, missing files, paths outside the newsletter, and what is not a text of a sensible size."""
    (tmp_path / "root/folder").mkdir(parents=True)
    (tmp_path / "a.md").write_text("a\nb\n", encoding="utf-8")
    os.mkfifo(tmp_path / "root/pipe")
    (tmp_path / "root/binary").write_bytes(b"a\n\xff\xfe\nb\n")
    (tmp_path / "root/huge").write_text("a\n" * 1_500_000, encoding="utf-8")

    assert source_lines(tmp_path / "root", path) == []
