"""A field is declared once, in the class that has its value: its kind, what it means, its default, an example.

Everything else follows from the declaration: the check with its messages, the typed value, the JSON schema, the table
in the docs and the form of a new article. docs/decisions/0088-fields-declared-once.md says why by our own few lines.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, dataclass
from dataclasses import field as dataclass_field
from dataclasses import fields as dataclass_fields
from functools import cache
from inspect import cleandoc
from typing import Any, Generic, NamedTuple, TypeVar

from ..core.errors import Location, Problem
from .foreign_names import field_hint, guess_field
from .kinds import JsonSchema, Kind, is_blank, not_a_group, read_whole, trial
from .reader import FieldReader, Reported, kind_of, label, refuse_cut
from .values import InvalidValue
from .yaml import Value, YamlMapping

T = TypeVar("T")
_METADATA_KEY = "declaration"
_REQUIRED: Any = object()


class Alternative(NamedTuple):
    """Another name that a field can be written under."""

    name: str
    kind: Kind[Any]
    description: str


@dataclass(frozen=True, slots=True)
class Declaration(Generic[T]):
    """Everything there is to say about one field."""

    kind: Kind[T]
    description: str
    name: str = ""
    """Its name in the file, where that differs from the attribute's."""
    default: Any = _REQUIRED
    """Its value when it is not given; without a default or a factory the field is required."""
    factory: Callable[[], Any] | None = None
    """Makes the default, where that can be changed."""
    example: str = ""
    """What to write when the field is missing: 'write "title: Some words"'."""
    also: tuple[Alternative, ...] = ()
    """Other names for it, of which only one may be used in a file."""
    form: str | None = None
    """The comment above the field in the form of a new article; "" for none; None leaves it out of the form."""

    @property
    def is_required(self) -> bool:
        """Whether the field must be given."""
        return self.default is _REQUIRED and self.factory is None

    def field(self) -> T:
        """The declaration as a field of a dataclass."""
        found: Any = dataclass_field(
            default=MISSING if self.default is _REQUIRED else self.default,
            default_factory=self.factory or MISSING,
            metadata={_METADATA_KEY: self},
        )
        return found  # type: ignore[no-any-return]


def declared(kind: Kind[T], description: str, **more: Any) -> T:
    """A field of a dataclass that is read from YAML; `more` is the rest of its Declaration."""
    return Declaration(kind, description, **more).field()


class GroupTable(NamedTuple):
    """The declarations of a class, in their order."""

    declarations: Mapping[str, Declaration[Any]]
    """By attribute."""
    by_name: Mapping[str, tuple[str, Kind[Any]]]
    """Attribute and kind by each name that a file may use."""
    required: Mapping[str, str]
    """The name in the file of each attribute that must be given."""


def declarations_of(kind: type) -> GroupTable:
    """The declared fields of a dataclass."""
    return _declarations(kind)


@cache
def _declarations(kind: Any) -> GroupTable:
    found: dict[str, Declaration[Any]] = {
        field.name: field.metadata[_METADATA_KEY] for field in dataclass_fields(kind) if _METADATA_KEY in field.metadata
    }
    by_name = {}
    for attribute, declaration in found.items():
        by_name[declaration.name or attribute] = (attribute, declaration.kind)
        by_name |= {other.name: (attribute, other.kind) for other in declaration.also}
    required = {
        attribute: declaration.name or attribute for attribute, declaration in found.items() if declaration.is_required
    }
    return GroupTable(found, by_name, required)


@dataclass(frozen=True, slots=True)
class Group(Kind[T]):
    """A group of fields, as a dataclass that declares them."""

    type: type[T]
    shorthand: str = ""
    """The field that a plain text stands for: `source: Bloomberg Tech`."""
    is_group = True

    @property
    def words(self) -> str:  # type: ignore[override]
        return "text or group of fields" if self.shorthand else "group of fields"

    def read(self, value: Any, name: str, reader: FieldReader) -> T:
        return self.type(**self.values(value, name, reader))

    def values(self, value: Any, name: str, reader: FieldReader) -> dict[str, Any]:
        """The typed values by attribute. Raises InvalidValue when one that is required is missing."""
        if self.shorthand and isinstance(value, str):
            value = {self.shorthand: value}
        if not isinstance(value, dict):
            raise not_a_group(value, name)
        found, is_complete = read_fields(reader, self.type, value, name)
        if not is_complete:
            raise Reported
        return found

    def json_schema(self) -> JsonSchema:
        schema = group_schema(self.type)
        if not self.shorthand:
            return schema
        return {"anyOf": [declarations_of(self.type).by_name[self.shorthand][1].json_schema(), schema]}


def read_fields(
    reader: FieldReader, kind: type, values: Mapping[str, Any], name: str = ""
) -> tuple[dict[str, Any], bool]:
    """The typed values of a group by attribute, those that are right; and whether none is missing that must be."""
    table = declarations_of(kind)
    by_name = table.by_name
    prefix = f"{name}." if name else ""
    found: dict[str, Any] = {}
    written: dict[str, str] = {}
    has_cut = bool(reader.mapping.cut)
    for key, value in values.items():
        place = prefix + key
        known = by_name.get(key)
        if known is None:
            _unknown(reader, prefix, key, value, by_name)
            continue
        attribute, reads = known
        if is_blank(value) and (type(value) is not str or key != table.required.get(attribute)):
            continue  # what `new` and editing programs write
        if attribute in written:
            reader.report_key(place, f'"{written[attribute]}" and "{key}" are both given', "keep only one of them")
        written[attribute] = key
        try:
            found[attribute] = read_whole(reads, value, place, reader) if has_cut else reads.read(value, place, reader)
        except InvalidValue as fault:
            reader.reject(place, fault)
    if has_cut:
        _refuse_commented_out(reader, by_name, values, prefix)
    missing = [attribute for attribute in table.required if attribute not in found]
    for attribute in missing:
        if attribute not in written and name not in reader.mapping.unreadable:
            _missing(reader, prefix, table, attribute)
    return found, not missing


def _refuse_commented_out(
    reader: FieldReader, by_name: Mapping[str, tuple[str, Kind[Any]]], values: Mapping[str, Any], prefix: str
) -> None:
    """Report fields whose whole value YAML takes for a comment: `headline: #7`."""
    for key in by_name.keys() - values.keys():
        if prefix + key in reader.mapping.cut:
            try:
                refuse_cut(reader.mapping, prefix + key, trial(by_name[key][1], prefix + key, reader))
            except InvalidValue as fault:
                reader.reject(prefix + key, fault)


def _unknown(reader: FieldReader, prefix: str, name: str, value: object, known: Collection[str]) -> None:
    reader.problems.append(unknown_field(reader.mapping.where_key(prefix + name), name, known, value))
    reader.invalid.add(prefix + name)
    meant = guess_field(name, known)
    if meant:  # it is not missing too
        reader.invalid.add(prefix + meant)


def _missing(reader: FieldReader, prefix: str, table: GroupTable, attribute: str) -> None:
    name = prefix + table.required[attribute]
    names = [name, *(prefix + other.name for other in table.declarations[attribute].also)]
    if not reader.invalid.isdisjoint(names):
        return
    reader.invalid.add(name)
    where = reader.mapping.where(name)
    reader.problems.append(Problem(where, f'"{label(name)}" is missing', table.declarations[attribute].example))


def unknown_field(where: Location, name: str, known: Collection[str], value: object = None) -> Problem:
    """The problem of a field that does not exist, with a guess at what was meant."""
    return Problem(where, f'unknown field "{name[:60]}"', field_hint(name, value, known))


def group_schema(kind: type) -> JsonSchema:
    """The declared fields of a class as JSON Schema."""
    table = declarations_of(kind)
    properties: dict[str, Any] = {}
    for attribute, declaration in table.declarations.items():
        schema = {"description": declaration.description, **declaration.kind.json_schema()}
        if isinstance(declaration.default, str | bool | int) and declaration.default != "":
            schema["default"] = declaration.default
        properties[declaration.name or attribute] = schema
        properties |= {other.name: _described(other) for other in declaration.also}
    required, either = [], []
    for attribute, name in table.required.items():
        names = [name, *(other.name for other in table.declarations[attribute].also)]
        if len(names) == 1:
            required.append(name)
        else:
            either.append({"anyOf": [{"required": [one]} for one in names]})
    return {
        "description": cleandoc(kind.__doc__ or "").partition("\n\n")[0],
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
        **({"allOf": either} if either else {}),
    }


def _described(other: Alternative) -> JsonSchema:
    return {"description": other.description, **other.kind.json_schema()}


class Fields:
    """Owns the problems found while the fields of one mapping are read; names are dotted ("publisher.url")."""

    def __init__(self, mapping: YamlMapping) -> None:
        self.mapping = mapping
        self.problems: list[Problem] = []

    def report(self, name: str, message: str, hint: str = "") -> None:
        """Note a problem at the place of a field."""
        self.problems.append(Problem(self.mapping.where(name), message, hint))

    def group(self, name: str, known: Collection[str]) -> bool:
        """Whether the field (the whole mapping for "") is a group of fields; unknown ones among them are noted."""
        value = self.at(name)
        if value is None:
            return False
        if not isinstance(value, dict):
            self.report(name, f'"{name}" must be a group of fields, not {kind_of(value)}', "indent them below it")
            return False
        prefix = f"{name}." if name else ""
        for key in value.keys() - set(known):
            self.problems.append(unknown_field(self.mapping.where_key(prefix + key), key, known))
        return True

    def read(self, name: str, check: Callable[[str], T], default: T) -> T:
        """The checked value of a field, or the default when it is not given or wrong (which is noted)."""
        value = self.at(name)
        if value is None and name in self.mapping.cut:
            value = ""
        if value is None:
            return default
        if not isinstance(value, str):
            self.report(
                name, f'"{name}" must be text, not {kind_of(value)}', "put it into quotes if it is meant as text"
            )
            return default
        try:
            if name in self.mapping.cut:
                refuse_cut(self.mapping, name, check)
            return check(value)
        except InvalidValue as fault:
            if value.strip() or name in self.mapping.cut:  # an empty text counts as not given
                self.report(name, fault.message, fault.hint)
            return default

    def require(self, name: str, example: str) -> None:
        """Note a field that is missing or empty; the example shows what to write."""
        value = self.at(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            self.report(name, f'"{name}" is missing', f"write {example}")

    def at(self, name: str) -> Value | None:
        """The value at a dotted name, or None."""
        value: Value | None = self.mapping.values
        for part in name.split(".") if name else ():
            if isinstance(value, list) and part.isdecimal():
                value = value[int(part)]
            elif isinstance(value, dict):
                value = value.get(part)
            else:
                return None
        return value
