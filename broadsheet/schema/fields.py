"""Reading the fields of a YAML mapping one by one, noting everything that is wrong on the way."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeVar

from ..core.errors import Location, Problem, did_you_mean
from .values import InvalidValue
from .yaml import Value, YamlMapping

T = TypeVar("T")


def kind_of(value: object) -> str:
    """What a value is, in an author's words."""
    if isinstance(value, list):
        return "a list"
    return "a group of fields" if isinstance(value, dict) else "text"


def unknown_field(where: Location, name: str, known: Collection[str]) -> Problem:
    """The problem of a field that nobody asked for, with a guess at what was meant."""
    every = f"the fields here are {', '.join(sorted(known))}"
    return Problem(where, f'there is no field "{name[:60]}"', did_you_mean(name, known) or every)


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
        if value is None:
            return default
        if not isinstance(value, str):
            self.report(
                name, f'"{name}" must be text, not {kind_of(value)}', "put it into quotes if it is meant as text"
            )
            return default
        try:
            return check(value)
        except InvalidValue as fault:
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
