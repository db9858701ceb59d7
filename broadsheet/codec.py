"""Frozen dataclasses as JSON and back, so that what a stage found can be kept as a small record."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import partial
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
Decode = Callable[[Any], Any]

_PLAIN = frozenset({str, int, bool, NoneType})
_decoders: dict[Any, Decode | None] = {}  # derived from types alone, so never stale
_takers: dict[type, Callable[[Any], Any]] = {}  # what takes the fields of a dataclass


def encode(value: object) -> bytes:
    """JSON for a frozen dataclass of text, numbers, booleans, None, moments, days, tuples, mappings and the like.

    Fields stand in their order without names: a record is read by the code that wrote it, which its key sees to.
    Raises TypeError for what JSON does not know.
    """
    return _to_json(value).encode()


def decode(kind: type[T], record: bytes) -> T:
    """The value of this type that `encode` made into this record."""
    decoder = _decoder(kind)
    value = json.loads(record)
    return value if decoder is None else decoder(value)  # type: ignore[no-any-return]


def _plain(value: Any) -> Any:
    """What stands in JSON for a value that it does not know."""
    kind = type(value)
    take = _takers.get(kind)
    if take is not None:
        return take(value)
    if is_dataclass(kind):
        names = [field.name for field in fields(kind)]
        # attrgetter gives a tuple only for two names or more.
        _takers[kind] = attrgetter(*names) if len(names) > 1 else lambda one: [getattr(one, name) for name in names]
        return _plain(value)
    if isinstance(value, date):  # a moment is one too
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a record cannot hold a {kind.__name__}")


# Text, numbers, tuples and dicts are the C encoder's own business.
_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain).encode


def _decoder(kind: Any) -> Decode | None:
    """What makes a value of this type from JSON; None when it is one already."""
    if kind not in _decoders:
        _decoders[kind] = _new_decoder(kind)
    return _decoders[kind]


def _new_decoder(kind: Any) -> Decode | None:
    if kind in _PLAIN or get_origin(kind) is Literal:
        return None
    if kind in (datetime, date):
        return kind.fromisoformat  # type: ignore[no-any-return]
    if is_dataclass(kind):
        return _dataclass_decoder(kind)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple:
        return _tuple_decoder(arguments)
    if origin in (Union, UnionType):
        (present,) = (argument for argument in arguments if argument is not NoneType)
        inner = _decoder(present)
        return partial(_optional, inner) if inner else None
    if origin is not None and issubclass(origin, Mapping):
        inner = _decoder(arguments[1])
        return partial(_mapping_of, inner) if inner else None
    raise TypeError(f"a record cannot hold a {kind}")


def _tuple_decoder(arguments: tuple[Any, ...]) -> Decode:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        item = _decoder(arguments[0])
        return tuple if item is None else partial(_tuple_of, item)
    items = [_decoder(argument) for argument in arguments]
    if not any(items):
        return tuple
    return lambda value: tuple([make(part) if make else part for make, part in zip(items, value, strict=True)])


def _optional(inner: Decode, value: Any) -> Any:
    return None if value is None else inner(value)


def _mapping_of(inner: Decode, value: Mapping[str, Any]) -> Any:
    return {key: inner(item) for key, item in value.items()}


def _tuple_of(item: Decode, value: list[Any]) -> tuple[Any, ...]:
    return tuple([item(part) for part in value])


def _dataclass_decoder(kind: Any) -> Decode:
    hints = get_type_hints(kind)
    decoders = [_decoder(hints[field.name]) for field in fields(kind)]
    if not any(decoders):
        return lambda value: kind(*value)
    made = [(index, decoder) for index, decoder in enumerate(decoders) if decoder is not None]

    def decode_fields(value: list[Any]) -> Any:
        for index, decoder in made:
            value[index] = decoder(value[index])
        return kind(*value)

    return decode_fields
