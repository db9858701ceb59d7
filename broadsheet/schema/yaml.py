"""YAML as text: every value stays what the author wrote, with its place; whatever is dangerous is refused.

Read from the event stream rather than composed: libyaml's composer calls itself and crashes the process on deeply
nested input, while its parser keeps its own stack. The events also show tags and anchors that the nodes have lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml

from ..core.errors import Location, Problem
from .textfile import forbidden_character
from .yaml_errors import explain_yaml_error
from .yaml_plain import plain_mapping

try:
    from yaml.cyaml import CBaseLoader as _Loader
except ImportError:  # a PyYAML built without libyaml: slower, otherwise the same
    from yaml import BaseLoader as _Loader  # type: ignore[assignment]

SIZE_LIMIT = 64 * 1024
DEPTH_LIMIT = 20
_MOST_PROBLEMS = 25
_NOT_GIVEN = frozenset({"", "~", "null", "Null", "NULL"})
# libyaml counts these as line breaks, no editor does: as blanks they mean the same and leave the line numbers right.
_ODD_BREAKS = str.maketrans("\x85\u2028\u2029", "   ")

Value: TypeAlias = "str | list[Value] | dict[str, Value]"


@dataclass(frozen=True, slots=True)
class YamlMapping:
    """The values of a text, those not given (empty, "~", "null") left out, with the places of values and keys.

    Places are (line, column), by dotted name: "source.url", "topics.0".
    """

    path: str
    values: dict[str, Value]
    places: dict[str, tuple[int, int]]
    keys: dict[str, tuple[int, int]]

    def where(self, name: str) -> Location:
        """The place of a value, else of its key, else of what it would stand in, else of the file."""
        while name:
            place = self.places.get(name) or self.keys.get(name)
            if place:
                return Location(self.path, *place)
            name = name.rpartition(".")[0]
        return Location(self.path)

    def where_key(self, name: str) -> Location:
        """The place of a key, else what where() says."""
        place = self.keys.get(name)
        return Location(self.path, *place) if place else self.where(name)


def read_mapping(
    text: str, path: str, first_line: int = 1, *, limit: int = SIZE_LIMIT
) -> tuple[YamlMapping | None, list[Problem]]:
    """The mapping a YAML text holds (an empty text gives an empty one), or None and all that is wrong with it.

    first_line is the line of the file on which the text begins; limit is the most bytes it may have.
    """
    if len(text) > limit or (len(text) * 4 > limit and len(text.encode()) > limit):
        message = f"there are more than {limit // 1024} KB of YAML"
        return None, [Problem(Location(path, first_line), message, "long text belongs below the front matter")]
    plain = plain_mapping(text, first_line)
    return (YamlMapping(path, *plain), []) if plain else _by_events(text, path, first_line)


def _by_events(text: str, path: str, first_line: int) -> tuple[YamlMapping | None, list[Problem]]:
    if not text.isascii():
        text = text.translate(_ODD_BREAKS)
    reader = _Reader(path, first_line)
    mapping = None
    try:
        mapping = reader.read(text)
    except _Refused:
        pass
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        # After a refusal the parser is lost ("*both* words" is an alias and then nonsense): the first is the cause.
        if not reader.problems:
            return None, [explain_yaml_error(error, text, path, first_line)]
    return (None, reader.problems) if reader.problems else (mapping, [])


class _Refused(Exception):
    """Reading on makes no sense; the problem is already noted."""


class _Reader:
    """Owns the event stream of one text and what was found in it, for the time of one read_mapping."""

    def __init__(self, path: str, first_line: int) -> None:
        self.next_event: Callable[[], Any]
        self.path = path
        self.first_line = first_line
        self.problems: list[Problem] = []
        self.places: dict[str, tuple[int, int]] = {}
        self.keys: dict[str, tuple[int, int]] = {}

    def read(self, text: str) -> YamlMapping:
        """The mapping of a text with at most one document."""
        self.next_event = _Loader(text).get_event
        self.next_event()  # the start of the stream
        event = self.next_event()
        values: dict[str, Value] = {}
        if isinstance(event, yaml.DocumentStartEvent):
            if event.version or event.tags:
                self.refuse(event, 'a line that begins with "%" is not supported here', "remove it")
            event = self.next_event()
            found = self.value(event, "", 0)
            if isinstance(found, dict):
                values = found
            elif is_given(event):
                message = 'this must be fields, each on a line like "title: Some words"'
                self.refuse(event, message, "begin each line with the name of a field, a colon and a space")
            self.next_event()  # the end of the document
            event = self.next_event()
            if not isinstance(event, yaml.StreamEndEvent):
                self.refuse(event, "a second YAML document begins here", 'remove the line "---" or "..." before it')
        return YamlMapping(self.path, values, self.places, self.keys)

    def value(self, event: Any, name: str, depth: int) -> Value:
        """The value that begins with this event; "" for an empty one, and for all that is refused."""
        kind = type(event)
        if kind is yaml.AliasEvent:
            self.refuse_mark(event, "*", event.anchor)
            return ""
        if event.anchor:
            self.refuse_mark(event, "&", event.anchor)
        if event.tag and event.tag != "!":
            self.refuse_mark(event, "", event.tag.replace("tag:yaml.org,2002:", "!!"))
        if kind is yaml.ScalarEvent:
            text: str = event.value
            if event.style == '"' and not text.isprintable() and (code := forbidden_character(text)):
                self.refuse(event, f"there is a control character ({code}) in the text", "remove the escape for it")
            return text
        if depth >= DEPTH_LIMIT:
            self.refuse(event, f"this is nested more than {DEPTH_LIMIT} levels deep", "write it flat")
            raise _Refused
        return self.items(name, depth) if kind is yaml.SequenceStartEvent else self.mapping(name, depth)

    def items(self, name: str, depth: int) -> Value:
        values: list[Value] = []
        while type(event := self.next_event()) is not yaml.SequenceEndEvent:
            place = f"{name}.{len(values)}"
            self.places[place] = self.place(event)
            value = self.value(event, place, depth + 1)
            if is_given(event):
                values.append(value)
            else:
                del self.places[place]
        return values

    def mapping(self, name: str, depth: int) -> Value:
        values: dict[str, Value] = {}
        seen = set()
        prefix = f"{name}." if name else ""
        while type(key := self.next_event()) is not yaml.MappingEndEvent:
            word = self.key(key, depth)
            place = prefix + word
            if word in seen:
                first = self.keys[place][0]
                self.refuse(key, f'the key "{word}" is given twice, first on line {first}', "keep one of the two")
            else:
                seen.add(word)
                self.keys[place] = self.place(key)
            event = self.next_event()
            self.places[place] = self.place(event)
            value = self.value(event, place, depth + 1)
            if is_given(event):
                values[word] = value
            else:
                del self.places[place]  # a field without a value is found by its key
        return values

    def key(self, event: Any, depth: int) -> str:
        key = self.value(event, "", depth + 1)
        if not isinstance(key, str):
            self.refuse(event, "a key must be a plain word", 'write "key: value"')
            raise _Refused  # one wrong "{" or "[" would be followed by a problem for every field below it
        if key == "<<" and not event.style:
            self.refuse(event, 'the merge key "<<" is not supported', "write the fields out")
        elif not is_given(event) and type(event) is yaml.ScalarEvent:
            self.refuse(event, "there is no key before the colon", 'write "key: value"')
        return key

    def place(self, event: Any) -> tuple[int, int]:
        mark = event.start_mark
        return mark.line + self.first_line, mark.column + 1

    def refuse(self, event: Any, message: str, hint: str) -> None:
        self.problems.append(Problem(Location(self.path, *self.place(event)), message, hint))
        if len(self.problems) >= _MOST_PROBLEMS:
            raise _Refused

    def refuse_mark(self, event: Any, sign: str, word: str) -> None:
        what = {"*": "an alias", "&": "an anchor"}.get(sign, "a tag")
        message = f'"{sign}{word}" is {what} of YAML, which is not supported here'
        self.refuse(event, message, "if it is meant as text, put the value into quotes")


def is_given(event: Any) -> bool:
    """Whether the event is more than a plain empty, "~" or "null" scalar."""
    return type(event) is not yaml.ScalarEvent or bool(event.style) or event.value not in _NOT_GIVEN
