"""Frozen dataclasses and named tuples as records and back, so that what a stage found can be kept."""

from __future__ import annotations

import marshal
import sys
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Annotated, Any, Generic, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
Decode = Callable[[Any], Any]

# Text that many values have alike, such as a slug or a language: when it is read from records, it is there only once.
Interned = Annotated[str, sys.intern]

_PLAIN = frozenset({str, int, bool, bytes, NoneType})
_decoders: dict[Any, Decode] = {}  # derived from types alone, so never stale
_field_names: dict[type, tuple[str, ...]] = {}


class Lazy(Generic[T]):
    """A value as its record, taken out when it is asked for. It takes a fraction of the time and of the memory."""

    __slots__ = ("_kind", "_record")

    def __init__(self, kind: type[T], record: bytes) -> None:
        self._kind, self._record = kind, record

    @property
    def value(self) -> T:
        """The value, made anew each time."""
        return decode(self._kind, self._record)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lazy) and self._record == other._record

    def __hash__(self) -> int:
        return hash(self._record)


def pack(value: T) -> Lazy[T]:
    """The value packed. Raises TypeError as `encode` does."""
    return Lazy(type(value), encode(value))


def encode(value: object) -> bytes:
    """A record of a frozen dataclass of text, numbers, booleans, bytes, None, moments, days, tuples, mappings and such.

    Fields stand in their order without names: a record is read by the code that wrote it, which its key sees to.
    Equal values give equal records. Raises TypeError for anything else.
    """
    return marshal.dumps(_plain(value), 2)  # version 2: neither identity nor interning shows


def decode(kind: type[T], record: bytes | memoryview) -> T:
    """The value of this type that `encode` made into this record, which somebody vouches for by a checksum."""
    return _decoder(kind)(marshal.loads(record))  # type: ignore[no-any-return]


def _plain(value: Any) -> Any:
    """The value in plain tuples, dicts, text and numbers."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if issubclass(kind, tuple):  # a named one too
        return tuple([item if type(item) in _PLAIN else _plain(item) for item in value])
    if is_dataclass(kind):
        names = _field_names.get(kind)
        if names is None:
            names = _field_names[kind] = tuple(field.name for field in fields(kind))
        values = [getattr(value, name) for name in names]
        return tuple([item if type(item) in _PLAIN else _plain(item) for item in values])
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if kind is Lazy:
        return value._record
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    raise TypeError(f"a record cannot hold a {kind.__name__}")


def _decoder(kind: Any) -> Decode:
    """What makes a value of this type from a plain one."""
    if kind not in _decoders:
        helpers: dict[str, Any] = {}
        if is_dataclass(kind):
            source = _function(kind, helpers)
        else:
            source = f"def make(v):\n return {_expression(kind, 'v', helpers)}\n"
        exec(source, helpers)
        _decoders[kind] = helpers["make"]
    return _decoders[kind]


def _function(kind: Any, helpers: dict[str, Any]) -> str:
    """Python that makes a dataclass. It fills the slots themselves: __init__ of a frozen one takes thrice as long."""
    hints = get_type_hints(kind, include_extras=True)
    lines = [f" o = {_named(object.__new__, helpers)}({_named(kind, helpers)})"]
    for index, field in enumerate(fields(kind)):
        value = _expression(hints[field.name], f"v[{index}]", helpers)
        lines.append(f" {_named(getattr(kind, field.name).__set__, helpers)}(o, {value})")
    return "\n".join(["def make(v):", *lines, " return o"])


def _expression(kind: Any, value: str, helpers: dict[str, Any]) -> str:
    """Python for the value of this type that is made from the plain one called `value`; helpers: what else it names."""
    if kind in _PLAIN or get_origin(kind) is Literal:
        return value
    if kind is Interned:
        return f"{_named(sys.intern, helpers)}({value})"
    if kind in (datetime, date):
        return f"{_named(kind.fromisoformat, helpers)}({value})"
    if is_dataclass(kind):
        return f"{_named(_decoder(kind), helpers)}({value})"
    if hasattr(kind, "_fields"):
        hints = get_type_hints(kind, include_extras=True)
        made = [_expression(hints[name], f"{value}[{i}]", helpers) for i, name in enumerate(kind._fields)]
        items = value if made == [f"{value}[{i}]" for i in range(len(made))] else f"({', '.join(made)},)"
        return f"{_named(tuple.__new__, helpers)}({_named(kind, helpers)}, {items})"
    origin, arguments = get_origin(kind), get_args(kind)
    each = f"x{len(helpers)}_{len(value)}"
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        item = _expression(arguments[0], each, helpers)
        return value if item == each else f"(tuple([{item} for {each} in {value}]) if {value} else ())"
    if origin is tuple:
        made = [_expression(argument, f"{value}[{i}]", helpers) for i, argument in enumerate(arguments)]
        return f"({', '.join(made)},)"
    if origin in (Union, UnionType):
        (present,) = (argument for argument in arguments if argument is not NoneType)
        inner = _expression(present, value, helpers)
        return value if inner == value else f"(None if {value} is None else {inner})"
    if origin is Lazy:
        return f"{_named(Lazy, helpers)}({_named(arguments[0], helpers)}, {value})"
    if origin is not None and issubclass(origin, Mapping):
        inner = _expression(arguments[1], each, helpers)
        return value if inner == each else f"{{k_{each}: {inner} for k_{each}, {each} in {value}.items()}}"
    raise TypeError(f"a record cannot hold a {kind}")


def _named(thing: Any, helpers: dict[str, Any]) -> str:
    """The name by which the Python made here knows a thing."""
    name = f"h{len(helpers)}"
    helpers[name] = thing
    return name
