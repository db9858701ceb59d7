"""One name for one thing: a class name occurs once in the whole package."""

from __future__ import annotations

import ast
from collections import defaultdict

from tests.sites import REPOSITORY

PACKAGE = REPOSITORY / "broadsheet"


def test_class_names_are_unique() -> None:
    """Who reads a class name knows which class it is, without looking at the imports."""
    places: dict[str, list[str]] = defaultdict(list)
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(str(path.relative_to(PACKAGE)))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}
