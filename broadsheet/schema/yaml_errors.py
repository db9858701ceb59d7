"""The errors of a YAML parser in the words of somebody who has never heard of YAML."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from ..core.errors import Location, Problem

_TAB_INDENT = re.compile(r"^( *)\t\s*\S")
_KEY_VALUE = re.compile(r"^(\s*(?:- +)?)([^\s:#][^:]*?):\s+(.*?)\s*$")
_CLOSED_QUOTE = re.compile("\"[^\"]*\"|'[^']*'")
_INSIDE_QUOTES = "double an apostrophe inside single quotes, or use double quotes"


def explain_yaml_error(error: Exception, text: str, path: str, first_line: int) -> Problem:
    """The parser's error as a Problem at its place in the file."""
    lines = text.split("\n")
    place, message, hint = _explain(error, text, lines)
    line = min(place[0], max(len(lines) - 1, 0))  # the end of the text may be marked one line below it
    return Problem(Location(path, line + first_line, place[1] + 1 if line == place[0] else 1), message, hint)


class CutValue(NamedTuple):
    """A value that YAML reads only up to " #", and what it takes for a comment: "Issue" and "#12"."""

    value: str
    comment: str


def explain_cut(name: str, cut: CutValue) -> tuple[str, str]:
    """What is wrong with a value of text that is cut, and what to do; name: the dotted name of the field."""
    comment = cut.comment if len(cut.comment) <= 40 else f"{cut.comment[:39]}…"
    whole = _in_quotes(f"{cut.value} {cut.comment}".strip())
    key = name.rpartition(".")[2]
    line = whole if key.isdecimal() else f"{key}: {whole}"
    hint = "put the value in quotes" + (f": {line}" if len(line) <= 120 else "")
    message = f'YAML reads "{comment}" as a comment, so it would be lost'
    return message, f"{hint}; if it is a comment, give it a line of its own"


def _explain(error: Any, text: str, lines: list[str]) -> tuple[tuple[int, int], str, str]:
    position = getattr(error, "position", None)
    if position is not None:  # a ReaderError
        character = getattr(error, "character", "")
        code = character if isinstance(character, int) else ord(character[:1] or "\0")
        place = text.count("\n", 0, position), position - text.rfind("\n", 0, position) - 1
        return place, f"the character U+{code:04X} is not allowed here", "remove it"
    problem = getattr(error, "problem", None) or "it cannot be read"
    place = _mark(getattr(error, "problem_mark", None))
    context = _mark(getattr(error, "context_mark", None), place)
    tab = _tab_before(lines, max(place[0], context[0]))
    if tab is not None:
        return tab, "this line is indented with a tab", "use spaces: YAML does not allow tabs"
    line = lines[place[0]] if place[0] < len(lines) else ""
    if "mapping values are not allowed" in problem:
        return _colon(line, place)
    if "cannot start any token" in problem or "alphabetic or numeric character" in problem:
        start = context if "alphabetic" in problem else place
        sign = line[start[1] : start[1] + 1]
        return start, f'a value cannot begin with "{sign}"', _quotes_hint(line)
    if "entries are not allowed" in problem or "mapping keys are not allowed" in problem:
        return place, f'a value cannot begin with "{line[place[1] : place[1] + 1]} "', _quotes_hint(line)
    if "unexpected end of stream" in problem or "document separator" in problem:
        return context, "the quote that begins here is not closed", "add the missing quote; " + _INSIDE_QUOTES
    if "escape" in problem:
        return place, "this backslash does not begin a valid YAML escape", "double it, or use single quotes"
    if "',' or '" in problem:
        sign = "]" if "']'" in problem else "}"
        kind = "list" if sign == "]" else "group"
        comment = _comment_inside(lines[context[0]], context[1]) if context[0] < len(lines) else None
        if comment:
            return (context[0], comment[0]), *comment[1:]
        return (
            context,
            f"the {kind} that begins here is not closed",
            f'add "{sign}" at the end, and "," between the items',
        )
    if "could not find expected ':'" in problem:
        word = lines[context[0]].strip() if context[0] < len(lines) else ""
        return (
            context,
            f'"{word[:60]}" is not a field',
            'write "key: value"; indent the lines that continue a long value',
        )
    if any(words in problem for words in ("expected key", "<block end>", "<document start>")):
        return _lost(line, place)
    if "did not find expected '-' indicator" in problem:
        return (
            place,
            "this line does not belong to the list above",
            "indent all items of a list by the same number of spaces",
        )
    return place, f"this cannot be read as YAML: {problem}", "look for a missing quote, colon or space here"


def _comment_inside(line: str, start: int) -> tuple[int, str, str] | None:
    """Where in a list or group on one line YAML sees a comment that hides its end, what is wrong, and what to do."""
    plain = _CLOSED_QUOTE.sub(lambda quote: '"' * len(quote.group()), line)
    at = next((at for at in range(start, len(plain) - 1) if plain[at] in " \t" and plain[at + 1] == "#"), -1)
    if at < 0:
        return None
    first = max(plain.rfind(sign, 0, at) for sign in "[{,:") + 1
    last = min([found for sign in "]}," if (found := plain.find(sign, at)) >= 0], default=len(line))
    text = line[first:last].strip()
    hint = f"put the text in quotes: {_in_quotes(text)}" if len(text) <= 80 else "put the text in quotes"
    comment = line[at + 1 :].strip()
    return at + 1, f'YAML reads "{comment[:40]}" as a comment, so it would be lost', hint


def _mark(mark: Any, fallback: tuple[int, int] = (0, 0)) -> tuple[int, int]:
    return (mark.line, mark.column) if mark is not None else fallback


def _tab_before(lines: list[str], last: int) -> tuple[int, int] | None:
    for number, line in enumerate(lines[: last + 1]):
        found = _TAB_INDENT.match(line)
        if found:
            return number, len(found.group(1))
    return None


def _colon(line: str, place: tuple[int, int]) -> tuple[tuple[int, int], str, str]:
    key_value = _KEY_VALUE.match(line)
    if key_value and len(key_value.group(1)) + len(key_value.group(2)) < place[1]:
        message = f'the value of "{key_value.group(2)}" contains a colon, which YAML reads as the end of a key'
        return place, message, _quotes_hint(line)
    message = "this line is indented like part of the value above, but looks like a field"
    return place, message, "put a value with a colon in quotes, or align the field with the other fields"


def _lost(line: str, place: tuple[int, int]) -> tuple[tuple[int, int], str, str]:
    sign = line[place[1] : place[1] + 1]
    if sign in ("]", "}"):
        return place, f'there is an extra "{sign}"', "remove it, or put the value in quotes"
    if sign == ":" and not line[: place[1]].strip():
        return place, "the key before the colon is missing", 'write "key: value"'
    key_value = _KEY_VALUE.match(line)
    if key_value and _CLOSED_QUOTE.fullmatch(key_value.group(3)):
        return place, "a quote above this line is not closed", "look for the value whose closing quote is missing"
    if key_value and key_value.group(3)[:1] in ("'", '"') and place[1] > len(key_value.group(1)):
        return place, "there is text after the closing quote", _quotes_hint(line)
    return place, "this line does not fit the lines above", "align all fields of a group"


def _quotes_hint(line: str) -> str:
    key_value = _KEY_VALUE.match(line)
    if not key_value or len(line) > 120:
        return "put the value in quotes"
    start, key, value = key_value.groups()
    return f"put the value in quotes: {start.lstrip()}{key}: {_in_quotes(value)}"


def _in_quotes(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        value = value[1:-1]
    if '"' not in value and "\\" not in value:
        return f'"{value}"'
    doubled = value.replace("'", "''")
    return f"'{doubled}'"
