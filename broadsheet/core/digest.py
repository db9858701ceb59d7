"""A stable digest of plain values: the only notion of "the same" that the engine has."""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, is_dataclass
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

Memo = dict[int, Any]
Flatten = Callable[[Any, Memo | None], Any]

_PLAIN = frozenset({str, int, bool, bytes, NoneType})
_flatteners: dict[type, Flatten] = {}  # derived from types alone, so never stale


def digest(*values: object) -> str:
    """64 hex characters for text, numbers, booleans, None, bytes, tuples, views and Html, told apart by type.

    Raises TypeError or ValueError for anything else: an error today is better than a wrong page in a month.
    """
    return _digest_flat(_flat(values, None))


def digests_with(shared: str, texts: Iterable[str]) -> list[str]:
    """For each text 64 hex characters that stand for it together with a digest that all share."""
    start, found = hashlib.blake2b(shared.encode(), digest_size=32), []
    for text in texts:
        hasher = start.copy()
        hasher.update(text.encode())
        found.append(hasher.hexdigest())
    return found


class Hashed:
    """A value that stands for itself by digests, because it is large and what it comes from has been digested already.

    Whoever makes one vouches for it: the same digests, the same value.
    """

    __slots__ = ("flat", "value")

    def __init__(self, value: Any, *digests: str) -> None:
        self.flat: tuple[Any, ...] = (b"known", *digests)  # no text can be taken for one
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hashed) and self.flat == other.flat

    def __hash__(self) -> int:
        return hash(self.flat)


@dataclass(frozen=True, slots=True)
class Digester:
    """Digests many values that share parts; owns the flattened form of each part that it has learned.

    Those parts must stay alive as long as this object, since they are known by identity. The digests are those of
    `digest`.
    """

    _met: Memo = field(default_factory=dict)

    def learn(self, values: tuple[object, ...]) -> None:
        """Flattens these views once for all places where they occur."""
        for value in values:
            if id(value) not in self._met:
                self._met[id(value)] = _flat(value, None)

    def digest(self, *values: object) -> str:
        """What `digest` gives."""
        return _digest_flat(_flat(values, self._met))


def digest_bytes(data: bytes | memoryview) -> str:
    """64 hex characters for the content of a file."""
    return hashlib.blake2b(data, digest_size=32).hexdigest()


def _digest_flat(flat: Any) -> str:
    # Version 2 of marshal writes neither object identity nor interning, so equal values give equal bytes. What is not
    # flat is a ValueError there.
    return hashlib.blake2b(marshal.dumps(flat, 2), digest_size=32).hexdigest()


def _flat(value: Any, memo: Memo | None) -> Any:
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is tuple:
        return tuple(
            [
                # Most are one of these two, and a call for each would take longer than all the rest.
                item if (kind := type(item)) in _PLAIN else item.flat if kind is Hashed else _flat(item, memo)
                for item in value
            ]
        )
    if kind is Hashed:
        return value.flat
    return _flattener(kind)(value, memo)


def _flattener(kind: type) -> Flatten:
    flatten = _flatteners.get(kind)
    if flatten is None:
        flatten = _flatteners[kind] = _new_flattener(kind)
    return flatten


def _new_flattener(kind: type) -> Flatten:
    name = f"{kind.__module__}.{kind.__qualname__}"
    if issubclass(kind, str):
        return lambda value, memo: (name, str(value))
    if not (is_dataclass(kind) and kind.__dataclass_params__.frozen):  # type: ignore[attr-defined]
        raise TypeError(f"digest cannot take a {name}: only plain values and frozen dataclasses")
    hints = get_type_hints(kind)
    names = [field.name for field in fields(kind)]
    # Fields that are plain by their type go through as they are: were one to hold anything else, marshal refuses it.
    nested = [index for index, field_name in enumerate(names) if not _is_plain(hints[field_name])]
    take = attrgetter(*names) if len(names) > 1 else None

    def flatten(value: Any, memo: Memo | None) -> Any:
        if memo is not None and (met := memo.get(id(value))) is not None:
            return met
        values = list(take(value)) if take else [getattr(value, only) for only in names]
        for index in nested:
            values[index] = _flat(values[index], memo)
        return (name, *values)

    return flatten


def _is_plain(hint: Any) -> bool:
    if get_origin(hint) in (Union, UnionType):
        return all(map(_is_plain, get_args(hint)))
    return hint in _PLAIN
