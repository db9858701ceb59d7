"""A Markdown file in two halves: the front matter between two "---" lines, and the body below."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..core.errors import Location, Problem
from ..schema.textfile import decode_text
from ..source.tree import SourceFile

SIZE_LIMIT = 1_000_000
_EXAMPLE = 'begin the file with a line "---", then lines like "title: Some words", then another line "---"'
_YAML = 'use YAML: begin the file with a line "---", write {}, and close the fields with another line "---"'
# The first lines of files made for other programs, and what they are called.
_FOREIGN_FORMS = (
    (re.compile(r"\+\+\+.*|---[ \t]*toml", re.I), "TOML", '"title: Some words" instead of `title = "Some words"`'),
    (re.compile(r"\{.*|;;;.*|---[ \t]*json", re.I), "JSON", '"title: Some words" without commas and braces'),
    (re.compile(r"#\+[a-z_]+:.*", re.I), "Org mode", '"title: Some words" instead of "#+title: Some words"'),
    (re.compile(r":[a-z_-]+:.*", re.I), "reStructuredText or AsciiDoc", '"title: Some words" instead of ":title:"'),
    (re.compile(r"%[ \t].*"), "a title block of Pandoc", '"title: Some words" instead of "% Some words"'),
)
_FIELD = re.compile(r"([A-Za-z][A-Za-z_ -]{0,30}):(?:[ \t].*)?")


@dataclass(frozen=True, slots=True)
class Parts:
    """Front matter and body with LF line ends, each with the line of the file on which it begins."""

    front: str
    front_line: int
    body: str
    body_line: int


def read_parts(file: SourceFile) -> tuple[Parts | None, list[Problem]]:
    """The two halves of a file, or None and why there are none."""
    text, problems = decode_text(file.read(), file.path, limit=SIZE_LIMIT)
    return (None, problems) if problems else split_front_matter(text, file.path)


def split_front_matter(text: str, path: str) -> tuple[Parts | None, list[Problem]]:
    """The two halves of a text with LF line ends, or None and why there are none."""
    where = Location(path)
    first_end = text.find("\n")
    first = (text if first_end < 0 else text[:first_end]).rstrip(" \t")
    if first != "---":
        if not text.strip():
            return None, [Problem(where, "the file is empty", _EXAMPLE)]
        if text.lstrip().startswith("---\n"):
            hint = 'remove the empty lines and spaces above the first "---"'
            return None, [Problem(where, "the front matter does not begin on the first line", hint)]
        return None, [Problem(where, *_foreign_form(text.lstrip().split("\n", 1)[0].strip()))]
    start = end = first_end
    while end >= 0:
        line_end = text.find("\n", end + 1)
        line_end = len(text) if line_end < 0 else line_end
        if text[end + 1 : line_end].rstrip(" \t") == "---":
            front = text[start + 1 : end + 1]
            return Parts(front, 2, text[line_end + 1 :], front.count("\n") + 3), []
        end = text.find("\n---", line_end) if line_end < len(text) else -1
    hint = 'add a line "---" below the last field'
    return None, [Problem(where, "the front matter is not closed", hint)]


def _foreign_form(first: str) -> tuple[str, str]:
    """What is wrong with a file by its first line that is not empty, and what to do."""
    for shape, name, right in _FOREIGN_FORMS:
        if shape.fullmatch(first[:200]):
            return f"the front matter is {name}, which is not supported", _YAML.format(right)
    field = _FIELD.fullmatch(first[:200])
    if field:
        message = 'the fields at the top are not between two lines "---"'
        name = field[1].lower()
        hint = 'add a line "---" above the first field and another below the last'
        return message, hint if name == field[1] else f'{hint}; write "{name}:" instead of "{field[1]}:"'
    return "the front matter is missing", _EXAMPLE
