"""YAML as text: every value stays what the author wrote, with its place; whatever is dangerous is refused.

Read from the event stream rather than composed: libyaml's composer calls itself and crashes the process on deeply
nested input, while its parser keeps its own stack. The events also show tags and anchors that the nodes have lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from ..core.errors import Location, Problem
from .textfile import forbidden_character
from .yaml_errors import CutValue, explain_cut, explain_yaml_error

try:
    from yaml.cyaml import CBaseLoader as _Loader
except ImportError:  # a PyYAML built without libyaml: slower, otherwise the same
    from yaml import BaseLoader as _Loader  # type: ignore[assignment]

SIZE_LIMIT = 64 * 1024
DEPTH_LIMIT = 20
_MOST_PROBLEMS = 25
_NOT_GIVEN = frozenset({"", "~", "null", "Null", "NULL"})
# What YAML takes for a comment behind a value on its line, and a line of it that its author meant to go on with the
# value above: indented and without a blank, as a hashtag.
_COMMENT = re.compile("([ \t]+#[^\n]*)|\n([ \t]+)(#[^ \t\n#][^\n]*)")
# libyaml counts these as line breaks, no editor does: as blanks they mean the same and leave the line numbers right.
_ODD_BREAKS = str.maketrans("\x85\u2028\u2029", "   ")

Value: TypeAlias = "str | list[Value] | dict[str, Value]"


@dataclass(frozen=True, slots=True)
class YamlMapping:
    """A text's values by name; fields without a value (empty, "~", "null") are left out."""

    path: str
    values: dict[str, Value]
    places: dict[str, tuple[int, int]]
    """Line and column of each value, by dotted name: "source.url", "topics.0"."""
    keys: dict[str, tuple[int, int]]
    """Line and column of each key, by dotted name."""
    unreadable: frozenset[str] = frozenset()
    """Names of values that were refused; "" for the whole text. Each was reported when the text was read."""
    cut: Mapping[str, CutValue] = field(default_factory=dict)
    """The values that YAML reads only up to " #", by dotted name."""

    def where(self, name: str) -> Location:
        """The place of a value, else of its key, else of the group that it belongs to, else of the file."""
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
) -> tuple[YamlMapping, list[Problem]]:
    """The mapping of a YAML text (an empty one for an empty text), and everything that is wrong with the text.

    What is right is there even when something else is wrong. first_line is the line of the file on which the text
    begins; limit is the largest size allowed, in bytes.
    """
    if len(text) > limit or (len(text) * 4 > limit and len(text.encode()) > limit):
        message = f"there are more than {limit // 1024} KB of YAML"
        problem = Problem(Location(path, first_line), message, "long text belongs below the front matter")
        return unreadable_mapping(path), [problem]
    if not text.isascii():
        text = text.translate(_ODD_BREAKS)
    reader = _Reader(path, first_line)
    try:
        return reader.read(text), reader.problems
    except _RefusedYaml:
        pass
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        # After a refusal the parser is lost ("*both* words" is an alias and then nonsense): the first is the cause.
        if not reader.problems:
            return unreadable_mapping(path), [explain_yaml_error(error, text, path, first_line)]
    return unreadable_mapping(path), reader.problems


def unreadable_mapping(path: str) -> YamlMapping:
    """The mapping of a text of which nothing can be read."""
    return YamlMapping(path, {}, {}, {}, frozenset({""}))


class _RefusedYaml(Exception):
    """Reading on makes no sense; the problem has been reported."""


_UNREADABLE: Any = object()  # a value that was refused


class _Reader:
    """Owns the event stream of one text and what was found in it, for the time of one read_mapping."""

    def __init__(self, path: str, first_line: int) -> None:
        self.next_event: Callable[[], Any]
        self.path = path
        self.first_line = first_line
        self.problems: list[Problem] = []
        self.places: dict[str, tuple[int, int]] = {}
        self.keys: dict[str, tuple[int, int]] = {}
        self.unreadable: set[str] = set()
        self.cut: dict[str, CutValue] = {}
        self.commented_text = ""

    def read(self, text: str) -> YamlMapping:
        """The mapping of a text with at most one document."""
        self.next_event = _Loader(text).get_event
        self.commented_text = text if " #" in text or "\t#" in text else ""
        self.next_event()  # the start of the stream
        event = self.next_event()
        values: dict[str, Value] = {}
        if isinstance(event, yaml.DocumentStartEvent):
            if event.version or event.tags:
                self.unreadable.add("")
                self.refuse(event, 'a line that begins with "%" is not supported', "remove it")
            event = self.next_event()
            found = self.value(event, "", 0)
            if isinstance(found, dict):
                values = found
            elif found is not None:
                self.unreadable.add("")
                if found is not _UNREADABLE:
                    message = 'expected fields, each on a line of its own like "title: Some words"'
                    self.refuse(event, message, "begin each line with the name of a field, a colon and a space")
            self.next_event()  # the end of the document
            event = self.next_event()
            if not isinstance(event, yaml.StreamEndEvent):
                self.unreadable.add("")
                self.refuse(event, "a second YAML document begins here", 'remove the line "---" or "..." before it')
        return YamlMapping(self.path, values, self.places, self.keys, frozenset(self.unreadable), self.cut)

    def value(self, event: Any, name: str, depth: int) -> Any:
        """The value that begins with this event; None for an empty one, _UNREADABLE for one that is refused."""
        kind = type(event)
        if kind is yaml.ScalarEvent and not event.style and not event.anchor and not event.tag:  # nearly all
            text: str = event.value
            return None if text in _NOT_GIVEN else text
        if kind is yaml.AliasEvent:
            self.refuse_mark(event, "*", event.anchor)
            return _UNREADABLE
        refused = len(self.problems)
        if event.anchor:
            self.refuse_mark(event, "&", event.anchor)
        if event.tag and event.tag != "!":
            self.refuse_mark(event, "", event.tag.replace("tag:yaml.org,2002:", "!!"))
        found: Any
        if kind is yaml.ScalarEvent:
            found = event.value
            if not event.style and found in _NOT_GIVEN:
                found = None
            elif event.style == '"' and not found.isprintable() and (code := forbidden_character(found)):
                self.refuse(event, f"there is a control character ({code}) in the text", "remove the escape for it")
        elif depth >= DEPTH_LIMIT:
            self.refuse(event, f"this is nested more than {DEPTH_LIMIT} levels deep", "flatten it")
            raise _RefusedYaml
        else:
            inner = len(self.problems)
            found = self.items(name, depth) if kind is yaml.SequenceStartEvent else self.mapping(name, depth)
            refused += len(self.problems) - inner  # what is wrong inside does not make the whole unreadable
        return found if len(self.problems) == refused else _UNREADABLE

    def items(self, name: str, depth: int) -> Value:
        values: list[Value] = []
        while type(event := self.next_event()) is not yaml.SequenceEndEvent:
            place = f"{name}.{len(values)}"
            self.places[place] = self.place(event)
            value = self.value(event, place, depth + 1)
            if self.commented_text and type(event) is yaml.ScalarEvent and not event.style:
                self.note_comment(event, place)
                if value is None and place in self.cut:
                    cut = self.cut.pop(place)
                    self.refuse(event, *explain_cut(place, cut))
                    value = cut.comment
            if value is _UNREADABLE:
                self.unreadable.add(name)  # the numbers of the items after it would be wrong, so none is used
            if value is None or value is _UNREADABLE:
                del self.places[place]
            else:
                values.append(value)
        return values

    def mapping(self, name: str, depth: int) -> Value:
        values: dict[str, Value] = {}
        seen = set()
        prefix = f"{name}." if name else ""
        next_event, place_of, value_of = self.next_event, self.place, self.value
        while type(key := next_event()) is not yaml.MappingEndEvent:
            word = self.key(key, depth)
            if word is None:
                self.unreadable.add(name)  # what was meant could have been any of the fields here
                self.value(self.next_event(), f"{name}.", depth + 1)
                continue
            place = prefix + word
            if word in seen:
                first = self.keys[place][0]
                self.unreadable.add(place)
                self.refuse(key, f'the key "{word}" is given twice, first on line {first}', "keep only one of them")
            else:
                seen.add(word)
                self.keys[place] = place_of(key)
            event = next_event()
            self.places[place] = place_of(event)
            value = value_of(event, place, depth + 1)
            if self.commented_text and type(event) is yaml.ScalarEvent and not event.style:
                self.note_comment(event, place, key.start_mark.column)
            if value is _UNREADABLE:
                self.unreadable.add(place)
            elif value is not None:
                values[word] = value
                continue
            del self.places[place]  # a field without a value is found by its key
        return values

    def note_comment(self, event: Any, place: str, column: int | None = None) -> None:
        """Note a comment behind a plain value; column: that of its key, for a line below it that goes on."""
        found = _COMMENT.match(self.commented_text, event.end_mark.index)
        if not found:
            return
        comment, indent, line = found.groups()
        if line and (column is None or len(indent) <= column):
            return
        cut = CutValue(event.value, (comment or line).strip())
        if cut.value or cut.comment[1:2] not in ("", " ", "\t", "#"):  # an empty value may have a comment
            self.cut[place] = cut

    def key(self, event: Any, depth: int) -> str | None:
        """The key, or None for one that is refused."""
        reported = len(self.problems)
        key = self.value(event, "", depth + 1)
        if isinstance(key, list | dict):
            self.refuse(event, "a key must be a plain word", 'write "key: value"')
            raise _RefusedYaml  # one wrong "{" or "[" would be followed by a problem for every field below it
        if key == "<<" and not event.style:
            self.refuse(event, 'the merge key "<<" is not supported', "write out the fields")
        elif key is None:
            self.refuse(event, "the key before the colon is missing", 'write "key: value"')
        return key if len(self.problems) == reported else None

    def place(self, event: Any) -> tuple[int, int]:
        mark = event.start_mark
        return mark.line + self.first_line, mark.column + 1

    def refuse(self, event: Any, message: str, hint: str) -> None:
        self.problems.append(Problem(Location(self.path, *self.place(event)), message, hint))
        if len(self.problems) >= _MOST_PROBLEMS:
            raise _RefusedYaml

    def refuse_mark(self, event: Any, sign: str, word: str) -> None:
        what = {"*": "alias", "&": "anchor"}.get(sign, "tag")
        message = f'"{sign}{word}" is a YAML {what}, which is not supported'
        self.refuse(event, message, "if it is meant as text, put the value in quotes")
