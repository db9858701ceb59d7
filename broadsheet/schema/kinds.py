"""Kinds of values that a field can have: how each is read from YAML, described to editors, and named in the docs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any, Generic, TypeVar

from . import dates
from .reader import FieldReader, kind_of, label, refuse_cut
from .values import InvalidValue

T = TypeVar("T")
JsonSchema = dict[str, Any]


class Kind(ABC, Generic[T]):
    """What a field may contain."""

    words: str
    """The kind in the docs: "text, at most 300 characters"."""
    is_group = False

    @abstractmethod
    def read(self, value: Any, name: str, reader: FieldReader) -> T:
        """The typed value of the field with this dotted name. Raises InvalidValue."""

    @abstractmethod
    def json_schema(self) -> JsonSchema:
        """The kind as JSON Schema, 2020-12."""


@dataclass(frozen=True, slots=True)
class Text(Kind[T]):
    """A value that is written as one text, and checked by a function."""

    check: Callable[[str], T]
    words: str = "text"
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})

    def read(self, value: Any, name: str, reader: FieldReader) -> T:
        return self.check(value) if type(value) is str else self.check(as_text(value, name))

    def json_schema(self) -> JsonSchema:
        return dict(self.schema)


@dataclass(frozen=True, slots=True)
class FilledText(Text[str]):
    """A text that must not be empty."""

    def read(self, value: Any, name: str, reader: FieldReader) -> str:
        found = self.check(as_text(value, name))
        if not found:
            raise InvalidValue(f'"{label(name)}" must not be empty', "write a few words")
        return found

    def json_schema(self) -> JsonSchema:
        return {**self.schema, "minLength": 1}


@dataclass(frozen=True, slots=True)
class ZonedText(Kind[T]):
    """A date, which is meant in the newsletter's time zone unless it names one."""

    check: Callable[[str, tzinfo], T]
    words: str
    example: str

    def read(self, value: Any, name: str, reader: FieldReader) -> T:
        return self.check(as_text(value, name), reader.zone)

    def json_schema(self) -> JsonSchema:
        return {"type": "string", "examples": [self.example]}


MOMENT: ZonedText[datetime] = ZonedText(dates.parse_datetime, "date, with a time or without", "2026-11-20 09:30")
DAY: ZonedText[date] = ZonedText(dates.parse_date, "date", "2026-11-20")


@dataclass(frozen=True, slots=True)
class ListOf(Kind[tuple[T, ...]]):
    """A list; a single item may be written without one unless `needs_list`."""

    item: Kind[T]
    needs_list: bool = False
    is_set: bool = False
    """Whether an item that is given twice counts once."""
    hint: str = 'begin each item with "- "'
    most: int | None = None

    @property
    def words(self) -> str:  # type: ignore[override]
        listed = f"list of: {self.item.words}" if self.needs_list else f"{self.item.words}; or a list of them"
        return listed if self.most is None else f"{listed}, at most {self.most}"

    def read(self, value: Any, name: str, reader: FieldReader) -> tuple[T, ...]:
        if isinstance(value, list):
            if self.most is not None and len(value) > self.most:
                message = f'"{label(name)}" has {len(value)} items; at most {self.most} are allowed'
                raise InvalidValue(message, "keep the most important ones")
            found = [item for item in self._items(value, name, reader) if item is not None]
            return tuple(dict.fromkeys(found) if self.is_set else found)
        if self.needs_list or (isinstance(value, dict) and not self.item.is_group):
            raise InvalidValue(f'"{label(name)}" must be a list, not {kind_of(value)}', self.hint)
        return (self.item.read(value, name, reader),)

    def _items(self, values: list[Any], name: str, reader: FieldReader) -> list[T | None]:
        """Each item, None for one that is invalid, which has been reported."""
        return [
            attempt(self.item, value, f"{name}.{number}", reader)
            for number, value in enumerate(values)
            if self.item.is_group or not is_blank(value)
        ]

    def json_schema(self) -> JsonSchema:
        item = self.item.json_schema()
        listed = {"type": "array", "items": item, **({} if self.most is None else {"maxItems": self.most})}
        return listed if self.needs_list else {"anyOf": [item, listed]}


@dataclass(frozen=True, slots=True)
class MapOf(Kind[Mapping[str, T]]):
    """Values by names that the author chooses."""

    item: Kind[T]
    check_name: Callable[[str], object] = str
    """Raises InvalidValue for a name that cannot be used."""
    words: str = "group, by name"

    def read(self, value: Any, name: str, reader: FieldReader) -> Mapping[str, T]:
        if not isinstance(value, dict):
            raise not_a_group(value, name)
        found = {}
        for key, item in value.items():
            place = f"{name}.{key}"
            try:
                self.check_name(key)
            except InvalidValue as fault:
                reader.reject(place, fault)
            typed = attempt(self.item, item, place, reader)
            if typed is not None:
                found[key] = typed
        return found

    def json_schema(self) -> JsonSchema:
        return {"type": "object", "additionalProperties": self.item.json_schema()}


def is_blank(value: Any) -> bool:
    """Whether nothing was filled in: an empty text, or a list or group of nothing else. An empty list says "none"."""
    if type(value) is str:
        return not value or value.isspace()
    if isinstance(value, dict):
        return all(map(is_blank, value.values()))
    return bool(value) and all(map(is_blank, value))


def as_text(value: Any, name: str) -> str:
    """The value, when it is text. Raises InvalidValue."""
    if isinstance(value, str):
        return value
    hint = "put the value in quotes if it is meant as text"
    raise InvalidValue(f'"{label(name)}" must be text, not {kind_of(value)}', hint)


def not_a_group(value: Any, name: str) -> InvalidValue:
    """What is wrong with a value where a group of fields belongs."""
    message = f'"{label(name)}" must be a group of fields, not {kind_of(value)}'
    return InvalidValue(message, "indent its fields below it")


def read_whole(kind: Kind[T], value: Any, name: str, reader: FieldReader) -> T:
    """The typed value of a field. Raises InvalidValue, also when YAML has cut it at " #"."""
    if name in reader.mapping.cut:
        refuse_cut(reader.mapping, name, trial(kind, name, reader))
    return kind.read(value, name, reader)


def trial(kind: Kind[Any], name: str, reader: FieldReader) -> Callable[[str], object]:
    """Reads a text as this kind, and keeps nothing of it."""
    return lambda text: kind.read(text, name, reader.scratch())


def attempt(kind: Kind[T], value: Any, name: str, reader: FieldReader) -> T | None:
    """The typed value of an item, or None for an invalid one, which is reported."""
    try:
        return read_whole(kind, value, name, reader)
    except InvalidValue as fault:
        reader.reject(name, fault)
        reader.invalid.add(name.rpartition(".")[0])  # the list or group lacks something
        return None
