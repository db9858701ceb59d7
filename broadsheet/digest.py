"""A stable digest of plain values: the only notion of "the same" that the engine has."""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from operator import attrgetter
from typing import Any

_PLAIN = frozenset({str, int, bool, bytes, type(None)})
_flatteners: dict[type, Callable[[Any], Any]] = {}  # derived from types alone, so never stale


def digest(*values: object) -> str:
    """64 hex characters for text, numbers, booleans, None, bytes, tuples, views and Html, told apart by type.

    Raises TypeError for anything else: an error today is better than a wrong page in a month.
    """
    # Version 2 of marshal writes neither object identity nor interning, so equal values give equal bytes.
    return hashlib.blake2b(marshal.dumps(_flat(values), 2), digest_size=32).hexdigest()


def digest_bytes(data: bytes) -> str:
    """64 hex characters for the content of a file."""
    return hashlib.blake2b(data, digest_size=32).hexdigest()


def _flat(value: object) -> Any:
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is tuple:
        return tuple([_flat(item) for item in value])  # type: ignore[attr-defined]
    flatten = _flatteners.get(kind)
    if flatten is None:
        flatten = _flatteners[kind] = _flattener(kind)
    return flatten(value)


def _flattener(kind: type) -> Callable[[Any], Any]:
    name = f"{kind.__module__}.{kind.__qualname__}"
    if issubclass(kind, str):
        return lambda value: (name, str(value))
    if not (is_dataclass(kind) and kind.__dataclass_params__.frozen):  # type: ignore[attr-defined]
        raise TypeError(f"digest cannot take a {name}: only plain values and frozen dataclasses")
    names = [field.name for field in fields(kind)]
    # A view that carries its own digest (views.FeedEntryView) is told from others by that alone.
    names = [name for name in names if name == "seal"] or names
    if len(names) == 1:
        only = attrgetter(names[0])
        return lambda value: (name, _flat(only(value)))
    if not names:
        return lambda value: (name,)
    several = attrgetter(*names)
    return lambda value: (name, *[_flat(item) for item in several(value)])
