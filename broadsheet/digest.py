"""A stable digest of plain values: the only notion of "the same" that the engine has."""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass
from operator import attrgetter
from typing import Any

_PLAIN = frozenset({str, int, bool, bytes, type(None)})
# Derived from types alone, so never stale.
_flatteners: dict[type, Callable[[Any], Any]] = {}
_fields: dict[type, tuple[str, ...] | None] = {}


def digest(*values: object) -> str:
    """64 hex characters for text, numbers, booleans, None, bytes, tuples, views and Html, told apart by type.

    Raises TypeError for anything else: an error today is better than a wrong page in a month.
    """
    return _digest_flat(_flat(values))


@dataclass(frozen=True, slots=True)
class Digester:
    """Digests many values that share parts; owns the flattened form of each shared part it has met.

    shared: types whose values occur in many places. They must stay alive as long as this object, since they are known
    by identity. The digests are those of `digest`.
    """

    shared: frozenset[type]
    _met: dict[int, Any] = field(default_factory=dict)

    def digest(self, *values: object) -> str:
        """What `digest` gives."""
        return _digest_flat(tuple([self._flat(value) for value in values]))

    def _flat(self, value: Any) -> Any:
        kind = type(value)
        if kind in _PLAIN:
            return value
        if kind is tuple:
            return tuple([self._flat(item) for item in value])
        if kind in self.shared:
            flat = self._met.get(id(value))
            if flat is None:
                flat = self._met[id(value)] = _flat(value)
            return flat
        names = _field_names(kind)
        if names is None:
            return _flat(value)
        return (_name(kind), *[self._flat(getattr(value, name)) for name in names])


def _digest_flat(flat: Any) -> str:
    # Version 2 of marshal writes neither object identity nor interning, so equal values give equal bytes.
    return hashlib.blake2b(marshal.dumps(flat, 2), digest_size=32).hexdigest()


def digest_bytes(data: bytes) -> str:
    """64 hex characters for the content of a file."""
    return hashlib.blake2b(data, digest_size=32).hexdigest()


def _flat(value: Any) -> Any:
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is tuple:
        return tuple([_flat(item) for item in value])
    flatten = _flatteners.get(kind)
    if flatten is None:
        flatten = _flatteners[kind] = _flattener(kind)
    return flatten(value)


def _field_names(kind: type) -> tuple[str, ...] | None:
    """The fields of a frozen dataclass, None for any other type."""
    if kind not in _fields:
        frozen = is_dataclass(kind) and kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
        _fields[kind] = tuple(field.name for field in fields(kind)) if frozen else None
    return _fields[kind]


def _name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _flattener(kind: type) -> Callable[[Any], Any]:
    name = _name(kind)
    if issubclass(kind, str):
        return lambda value: (name, str(value))
    names = _field_names(kind)
    if names is None:
        raise TypeError(f"digest cannot take a {name}: only plain values and frozen dataclasses")
    if len(names) == 1:
        only = attrgetter(names[0])
        return lambda value: (name, _flat(only(value)))
    if not names:
        return lambda value: (name,)
    several = attrgetter(*names)
    return lambda value: (name, *[_flat(item) for item in several(value)])
