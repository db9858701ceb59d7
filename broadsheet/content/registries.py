"""The optional registries sources.yaml, topics.yaml and people.yaml: a slug for each entry, and what is known of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields as fields_of
from functools import partial
from typing import Any, TypeVar

from ..core.errors import Problem
from ..core.slugs import shape_fault, slug_from
from ..schema.fields import Fields
from ..schema.textfile import decode_text
from ..schema.values import host_name, long_text, title_text, truth, web_address, whole_number
from ..schema.yaml import read_mapping
from ..source.tree import SourceFile
from .model import Person, Publication, Topic

SIZE_LIMIT = 1_000_000
TOPICS = "content/topics.yaml"
SOURCES = "content/sources.yaml"
PEOPLE = "content/people.yaml"

Entry = TypeVar("Entry", Topic, Publication, Person)

_CHECKS: Mapping[str, Callable[[str], Any]] = {
    "name": title_text,
    "title": title_text,
    "role": title_text,
    "licence": title_text,
    "description": long_text,
    "bio": long_text,
    "url": web_address,
    "feed": web_address,
    "paywall": truth,
    "quote_words": partial(whole_number, 0, 1000),
    "quote_share": partial(whole_number, 0, 100),
    "group": truth,
}


def load_topics(file: SourceFile) -> tuple[dict[str, Topic] | None, list[Problem]]:
    """The topics of topics.yaml by slug, in order of slug, or None when something is wrong with it."""
    return _load(file, Topic)


def load_sources(file: SourceFile) -> tuple[dict[str, Publication] | None, list[Problem]]:
    """The publications of sources.yaml by slug, in order of slug, or None when something is wrong with it."""
    return _load(file, Publication)


def load_people(file: SourceFile) -> tuple[dict[str, Person] | None, list[Problem]]:
    """The people of people.yaml by slug, in order of slug, or None when something is wrong with it."""
    return _load(file, Person)


def _load(file: SourceFile, kind: type[Entry]) -> tuple[dict[str, Entry] | None, list[Problem]]:
    text, problems = decode_text(file.read(), file.path, limit=SIZE_LIMIT)
    if problems:
        return None, problems
    mapping, problems = read_mapping(text, file.path, limit=SIZE_LIMIT)
    if mapping is None:
        return None, problems
    reader = Fields(mapping)
    slugs = [key for key in mapping.keys if "." not in key or key.partition(".")[0] not in mapping.keys]
    entries = {slug: _entry(reader, slug, kind) for slug in sorted(slugs)}
    _report_twins(reader, entries)
    return (None if reader.problems else entries), reader.problems


def _entry(reader: Fields, slug: str, kind: type[Entry]) -> Entry:
    name, *others = (field.name for field in fields_of(kind) if field.name not in ("slug", *_LISTS))
    fault = shape_fault(slug)
    if fault:
        better = slug_from(slug)
        message = f'the key "{slug[:60]}" {fault}'
        hint = f'write "{better}:" and put the words into "{name}"' if better else 'write it like "open-source"'
        reader.problems.append(Problem(reader.mapping.where_key(slug), message, hint))
        return kind(slug, slug)
    if isinstance(reader.at(slug), str):
        return kind(slug, reader.read(slug, title_text, ""))
    lists: list[str] = [field.name for field in fields_of(kind) if field.name in _LISTS]
    known = (name, *others, *lists)
    if reader.at(slug) is not None and not reader.group(slug, known):
        return kind(slug, slug)
    reader.require(f"{slug}.{name}", f'"{name}: Some words" below it, or the words behind "{slug}:"')
    written: dict[str, Any] = {field: reader.read(f"{slug}.{field}", _CHECKS[field], None) for field in (name, *others)}
    written |= {field: _LISTS[field](reader, f"{slug}.{field}") for field in lists}
    return kind(**{"slug": slug, name: "", **{field: value for field, value in written.items() if value is not None}})


def _languages(reader: Fields, place: str) -> dict[str, tuple[str, str]]:
    """Title and description of a topic in further languages."""
    tags = reader.at(place)
    if not isinstance(tags, dict):
        reader.group(place, ())
        return {}
    for tag in tags:
        if reader.group(f"{place}.{tag}", ("title", "description")):
            reader.require(f"{place}.{tag}.title", '"title: Some words"')
    return {
        tag: (
            reader.read(f"{place}.{tag}.title", title_text, ""),
            reader.read(f"{place}.{tag}.description", long_text, ""),
        )
        for tag in tags
    }


def _hosts(reader: Fields, place: str) -> tuple[str, ...]:
    """Further hosts of a source."""
    listed = reader.at(place)
    if listed is not None and not isinstance(listed, list):
        reader.report(place, f'"{place}" must be a list', "write the hosts in brackets, as in [example.org]")
    count = len(listed) if isinstance(listed, list) else 0
    return tuple([reader.read(f"{place}.{number}", host_name, "") for number in range(count)])


_LISTS: Mapping[str, Callable[[Fields, str], Any]] = {"languages": _languages, "hosts": _hosts}


def _report_twins(
    reader: Fields, entries: Mapping[str, Topic] | Mapping[str, Publication] | Mapping[str, Person]
) -> None:
    # Articles may write the name instead of the slug, so a name leads to one entry.
    first: dict[str, str] = {}
    for slug, entry in entries.items():
        name = slug_from(entry.title if isinstance(entry, Topic) else entry.name)
        for word in {slug, name} - {""}:
            other = first.setdefault(word, slug)
            if other != slug:
                reader.report(
                    slug, f'"{slug}" and "{other}" have the same name', "articles could mean either: rename one"
                )
                break
