"""The optional registries sources.yaml, topics.yaml and people.yaml: a slug for each entry, and what it stands for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, TypeVar

from ..core.errors import Problem
from ..core.slugs import shape_fault, slug_from
from ..schema.fields import Group, declarations_of
from ..schema.reader import FieldReader, refuse_cut
from ..schema.textfile import decode_text
from ..schema.values import InvalidValue, title_text
from ..schema.yaml import read_mapping
from ..source.tree import SourceTree
from .field_kinds import in_words, same_topic
from .model import Person, Publication, Topic

SIZE_LIMIT = 1_000_000
TOPICS = "content/topics.yaml"
SOURCES = "content/sources.yaml"
PEOPLE = "content/people.yaml"

RegistryEntry = TypeVar("RegistryEntry", Topic, Publication, Person)
# Without a registry any name is right; against one with broken names none can be judged: one mistake should not look
# like a hundred.
RegistryState = Literal["absent", "complete", "broken"]


def load_registry(
    tree: SourceTree, path: str, kind: type[RegistryEntry], problems: list[Problem]
) -> tuple[dict[str, RegistryEntry], RegistryState]:
    """The entries of a registry by slug, in order of slug, and whether names can be checked against it."""
    file = tree.get(path)
    if file is None:
        return {}, "absent"
    text, faults = decode_text(file.read(), path, limit=SIZE_LIMIT)
    problems += faults
    if faults:
        return {}, "broken"
    mapping, faults = read_mapping(text, path, limit=SIZE_LIMIT)
    problems += faults
    reader = FieldReader(mapping, problems)
    slugs = [key for key in mapping.keys if "." not in key or key.partition(".")[0] not in mapping.keys]
    entries = {slug: entry for slug in sorted(slugs) if (entry := _entry(reader, slug, kind)) is not None}
    _report_shared_names(reader, entries)
    is_complete = len(entries) == len(slugs) and not mapping.unreadable
    return entries, "complete" if is_complete else "broken"


def entry_name(entry: Topic | Publication | Person) -> str:
    """What an entry is called."""
    return entry.title if isinstance(entry, Topic) else entry.name


def identity_of(word: str) -> Callable[[str], str]:
    """Gives a form in which two names are equal when they are taken for the same; word: of which kind of entry.

    Signs tell topics apart (C, C++), but not people or sources ("J. Smith", "J Smith").
    """
    return same_topic if word == "topic" else slug_from


def _entry(reader: FieldReader, slug: str, kind: type[RegistryEntry]) -> RegistryEntry | None:
    """The entry, without the fields that are invalid; None when its key or its name is."""
    name = next(iter(declarations_of(kind).required))
    invalid = shape_fault(slug)
    if invalid:
        better = slug_from(in_words(slug) if kind is Topic else slug)
        hint = f'use the key "{better}" and "{name}" for the text' if better else 'use a key like "open-source"'
        reader.report_key(slug, f'the key "{slug[:60]}" {invalid}', hint)
        return None
    try:
        if slug in reader.mapping.cut:
            refuse_cut(reader.mapping, slug, title_text)
        values = Group(kind, name).values(reader.mapping.values.get(slug, {}), slug, reader)
    except InvalidValue as fault:
        reader.reject(slug, fault)
        return None
    return kind(slug=slug, **values)


def _report_shared_names(
    reader: FieldReader, entries: Mapping[str, Topic] | Mapping[str, Publication] | Mapping[str, Person]
) -> None:
    # Articles may write the name instead of the slug, so a name belongs to one entry.
    first: dict[str, str] = {}
    for slug, entry in entries.items():
        identity = identity_of("topic" if isinstance(entry, Topic) else "")
        for word in {identity(slug), identity(entry_name(entry))} - {""}:
            other = first.setdefault(word, slug)
            if other != slug:
                message = f'"{slug}" and "{other}" have the same name'
                reader.reject(slug, InvalidValue(message, "articles could mean either: rename one"))
                break
