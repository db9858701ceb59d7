"""What is found while the fields of one YAML mapping are read: problems, invalid fields, references."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, tzinfo
from typing import NamedTuple

from ..core.errors import Problem
from .values import InvalidValue
from .yaml import YamlMapping
from .yaml_errors import explain_cut


class NamedReference(NamedTuple):
    """A name as an article wrote it, to be looked up in a registry; for a reference by key the name is empty."""

    kind: str
    slug: str
    name: str
    field: str
    """Where it was written, as a dotted name."""


class Reported(InvalidValue):
    """The value is invalid, and what is wrong with it has been reported."""

    def __init__(self) -> None:
        super().__init__("")


class FieldReader:
    """Owns what is found while one mapping is read: problems, which fields are invalid, and references to resolve."""

    def __init__(
        self, mapping: YamlMapping, problems: list[Problem], *, zone: tzinfo = UTC, publisher: str = ""
    ) -> None:
        self.mapping = mapping
        self.problems = problems
        self.zone = zone
        self.publisher = publisher
        self.references: list[NamedReference] = []
        self.invalid: set[str] = set(mapping.unreadable)
        """Dotted names of fields about which something is wrong that has been reported."""

    def scratch(self) -> FieldReader:
        """A reader of the same mapping for a trial, of which nothing is kept."""
        return FieldReader(replace(self.mapping, cut={}), [], zone=self.zone, publisher=self.publisher)

    def reject(self, name: str, fault: InvalidValue) -> None:
        """Report what is wrong with a field, unless that was done; nothing is concluded from its value."""
        self.invalid.add(name)
        if not isinstance(fault, Reported):
            self.problems.append(Problem(self.mapping.where(name), fault.message, fault.hint))

    def report_key(self, name: str, message: str, hint: str = "") -> None:
        """Report a problem at the place of a field's name."""
        self.invalid.add(name)
        self.problems.append(Problem(self.mapping.where_key(name), message, hint))

    def is_sound(self, field: str) -> bool:
        """Whether nothing wrong has been reported about a field."""
        return field not in self.invalid and "" not in self.invalid


def refuse_cut(mapping: YamlMapping, name: str, check: Callable[[str], object]) -> None:
    """Raise InvalidValue for a value that YAML has cut at " #", when that may have been part of the text.

    After what cannot contain a " #", such as a date, a number or a web address, it is a comment.
    """
    cut = mapping.cut[name]
    try:
        check(f"{cut.value} #1" if cut.value else cut.comment)
    except InvalidValue:
        return
    raise InvalidValue(*explain_cut(name, cut))


def kind_of(value: object) -> str:
    """What a value is, in an author's words."""
    if isinstance(value, list):
        return "a list"
    return "a group of fields" if isinstance(value, dict) else "text"


def label(name: str) -> str:
    """A dotted name as authors know it, without the numbers of list items: "corrections.date"."""
    return ".".join([step for step in name.split(".") if not step.isdecimal()])
