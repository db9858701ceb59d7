"""Plain YAML, read line by line: fields with plain or quoted values, lists in brackets, groups one level deep.

A third of the time libyaml's events take. Whatever is not beyond doubt is left to them; tests/schema/test_yaml_plain.py
compares the two.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

# A plain scalar of block style: no ": ", no " #" and no indicator at its beginning (YAML 1.1 §9.1.3).
_PLAIN = r"[A-Za-z0-9/(][^:#]*(?:(?::(?=[^ ])|(?<! )#)[^:#]*)*(?<! )"
_ITEM = r"[A-Za-z0-9](?:[\w ./-]*[\w.])?"
_LINE = re.compile(
    rf"""( *)([A-Za-z_][A-Za-z0-9_-]*):(?:[ ]+(?:({_PLAIN})|"([^"\\]*)"|'([^']*)'|(\[(?:{_ITEM}|"[^"\\]*")"""
    rf"""(?:,[ ]*(?:{_ITEM}|"[^"\\]*"))*\])))?"""
)
_ITEMS = re.compile(rf'({_ITEM})|"([^"\\]*)"')
_NULLS = frozenset({"null", "Null", "NULL"})


class Plain(NamedTuple):
    """The values of a text with the places of values and keys, as `yamltext.YamlMapping` has them."""

    values: dict[str, Any]
    places: dict[str, tuple[int, int]]
    keys: dict[str, tuple[int, int]]


def plain_mapping(text: str, first_line: int) -> Plain | None:
    """What a text holds, when it is plain; None when it is not surely so."""
    found = Plain({}, {}, {})
    if not text.replace("\n", "").isprintable():
        return None
    group = ""  # the last field without a value: fields of its own may follow
    for number, line in enumerate(text.split("\n"), first_line):
        if not line:
            continue
        field = _LINE.fullmatch(line)
        if not field or (field[1] and (field[1] != "  " or not group)):
            return None
        indent, key = field[1], field[2]
        name = f"{group}.{key}" if indent else key
        if name in found.keys or key in _NULLS or field[3] in _NULLS:
            return None
        found.keys[name] = (number, len(indent) + 1)
        within = _group(found, group, number) if indent else found.values
        is_given = (field.lastindex or 0) > 2
        if is_given and not _add(found, within, name, field, number):
            return None
        if not indent:
            group = "" if is_given else key
    return found


def _group(found: Plain, name: str, number: int) -> dict[str, Any]:
    """The values of a group, which begins with its first field."""
    if name not in found.values:
        found.values[name] = {}
        found.places[name] = (number, 3)
    group: dict[str, Any] = found.values[name]
    return group


def _add(found: Plain, within: dict[str, Any], name: str, field: re.Match[str], number: int) -> bool:
    """Add the value of a field; false for a list that is not plain after all."""
    kind = field.lastindex or 0
    start = field.start(kind) + 1
    value: Any = field[kind]
    if kind == 6:
        items = list(_ITEMS.finditer(value))
        value = [item[item.lastindex or 0] for item in items]
        if not _NULLS.isdisjoint(value):
            return False
        found.places.update({f"{name}.{at}": (number, start + item.start()) for at, item in enumerate(items)})
    within[field[2]] = value
    found.places[name] = (number, start - (kind in (4, 5)))
    return True
