"""The page of docs/fields.md: every field of articles, pages and registries, and every warning with a name."""

from __future__ import annotations

from collections.abc import Iterator

from ..content.model import Article, Person, Publication, StaticPage, Topic
from ..core.errors import WARNINGS
from ..schema.fields import Group, declarations_of
from ..schema.kinds import Kind, ListOf, MapOf

_INTRODUCTION = """\
# All fields

This page is generated from the declarations of the fields by `python -m broadsheet.authoring.json_schema docs/schema`.
How to use them is explained in [Writing articles](authoring.md). Editors learn the same from the JSON schemas in
[schema/](schema/); `broadsheet init` sets up Visual Studio Code with those of the installed version.
"""
_WARNINGS = """
## Warnings

Warnings like `warning[shorteners]` can be switched off by name in `config.yaml`: `warnings: {shorteners: off}`.

| Name | What it warns about |
| --- | --- |
"""
_PAGES = {
    "Articles": Article, "Pages": StaticPage, "topics.yaml": Topic, "sources.yaml": Publication, "people.yaml": Person,
}  # fmt: skip


def fields_page() -> str:
    """The text of docs/fields.md."""
    tables = [line for title, kind in _PAGES.items() for line in _table(title, kind)]
    warnings = "".join(f"| `{name}` | {_sentence(text)} |\n" for name, text in WARNINGS.items())
    return _INTRODUCTION + "\n".join(["", *tables]).rstrip() + "\n" + _WARNINGS + warnings


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}.".replace("|", "\\|")


def _table(title: str, kind: type) -> Iterator[str]:
    """The table of a group of fields, and those of the groups in it."""
    yield from (f"## {title}", "", "| Field | Value | Meaning |", "| --- | --- | --- |")
    groups = {}
    for attribute, declaration in declarations_of(kind).declarations.items():
        name = declaration.name or attribute
        needed = "**required**; " if declaration.is_required else ""
        yield f"| `{name}` | {needed}{declaration.kind.words} | {declaration.description} |"
        for other in declaration.also:
            yield f"| `{other.name}` | {other.kind.words} | {other.description} |"
        group = _group(declaration.kind)
        if group is not None:
            groups[f"{title}: `{name}`"] = group
    yield ""
    for name, group in groups.items():
        yield from _table(name, group)


def _group(kind: Kind[object]) -> type | None:
    """The class of a group of fields, or of the items of a list or map of such."""
    item = kind.item if isinstance(kind, ListOf | MapOf) else kind
    return item.type if isinstance(item, Group) else None
