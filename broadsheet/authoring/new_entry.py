"""New people, sources and topics: entries in the files that list those which articles may name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..content.field_kinds import in_words
from ..content.model import Person, Publication, Topic
from ..content.newsletter import Newsletter
from ..content.registries import PEOPLE, SOURCES, TOPICS, entry_name, load_registry
from ..core.digest import digest_bytes
from ..core.errors import Problem
from ..core.slugs import shape_fault, slug_from
from ..schema.fields import declarations_of
from ..schema.values import InvalidValue, quoted, title_text
from ..source.tree import SourceFile, SourceTree
from .new_article import in_yaml


@dataclass(frozen=True, slots=True)
class EntryKind:
    """What can be listed: in which file, of which type, and the comment at the top of a new one."""

    path: str
    type: type[Any]
    introduction: str


ENTRY_KINDS = {
    "person": EntryKind(
        PEOPLE, Person, "The people who write, edit and review. Articles may only name these, or the publisher."
    ),
    "source": EntryKind(SOURCES, Publication, "The sources of articles. Articles may only name these."),
    "topic": EntryKind(TOPICS, Topic, "The topics of articles. Articles may only use these."),
}


def new_entry(word: str, name: str, newsletter: Newsletter) -> tuple[str, str]:
    """Return the path of the file that lists people, sources or topics, and its text with one more.

    word: "person", "source" or "topic". A new file also lists all whom articles name already. Raises InvalidValue.
    """
    kind = ENTRY_KINDS[word]
    name = title_text(name)
    slug = slug_from(in_words(name) if word == "topic" else name)
    if shape_fault(slug):
        raise InvalidValue(f"no short name can be made from {quoted(name)}", f"add it to {kind.path} by hand")
    file = newsletter.tree.get(kind.path)
    if file is None:
        entries = {key: entry_name(entry) for key, entry in _named(word, newsletter).items()} | {slug: name}
        introduction = f"# {kind.introduction}\n# The short name is the last part of the address of each page.\n\n"
        return kind.path, introduction + "".join(_entry(key, entries[key], kind) for key in sorted(entries))
    known, problems = _listed(file, kind)
    if problems:
        raise InvalidValue(f"{kind.path} has errors", "fix them first")
    if slug in known or slug in map(slug_from, known.values()):
        raise InvalidValue(f"{kind.path} has {quoted(name)} already", f"articles can name it as {quoted(slug)}")
    before = file.read().decode()
    line_end = "\r\n" if "\r\n" in before else "\n"
    start = "" if before.endswith("\n") or not before else line_end
    text = before + start + _entry(slug, name, kind).replace("\n", line_end)
    data = text.encode()
    after, problems = _listed(SourceFile(kind.path, digest_bytes(data), len(data), data), kind)
    if problems or after != {**known, slug: name}:
        raise InvalidValue(f"nothing can be added at the end of {kind.path} as it is", "add it by hand")
    return kind.path, text


def _named(word: str, newsletter: Newsletter) -> Mapping[str, Any]:
    """Return the people, sources or topics that articles name, by short name."""
    site = newsletter.site
    if word == "person":
        return site.people
    return site.sources if word == "source" else site.topics


def _listed(file: SourceFile, kind: EntryKind) -> tuple[dict[str, str], list[Problem]]:
    """Return the names that a file lists, by short name, and what is wrong with it."""
    problems: list[Problem] = []
    entries, _ = load_registry(SourceTree({kind.path: file}), kind.path, kind.type, problems)
    return {slug: entry_name(entry) for slug, entry in entries.items()}, problems


def _entry(slug: str, name: str, kind: EntryKind) -> str:
    """Return an entry with its name, and its other fields as comments."""
    lines = [f"{slug}:"]
    for attribute, declaration in declarations_of(kind.type).declarations.items():
        field = declaration.name or attribute
        filled = f"{field}: {in_yaml(name)}" if declaration.is_required else f"# {field}: {declaration.description}"
        lines.append(f"  {filled}")
    return "".join(f"{line}\n" for line in lines)
