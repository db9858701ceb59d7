"""One file to one Article or StaticPage: a pure function of its bytes, its path and a few settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from ..core.digest import digest_bytes
from ..core.errors import Problem
from ..core.slugs import has_unknown_reading, slug_fault, slug_from
from ..markdown.typography import typographic
from ..schema.fields import read_fields
from ..schema.reader import FieldReader, NamedReference
from ..schema.values import InvalidValue, quoted
from ..schema.yaml import YamlMapping, read_mapping
from ..source.tree import SourceFile
from .front_matter import Parts, read_parts
from .model import Article, Prose, Settings, StaticPage, places_of, sound_items
from .provenance import text_digest

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")

UNKNOWN_DATE = datetime(1970, 1, 1, tzinfo=UTC)  # of an article whose date is invalid: what it links to is checked


@dataclass(frozen=True, slots=True)
class ParsedArticle:
    """An article whose references are slugs of the names it wrote, and those names."""

    article: Article
    references: tuple[NamedReference, ...]


def load_article(file: SourceFile, settings: Settings) -> tuple[ParsedArticle | None, list[Problem]]:
    """The article of a file, with what is right in it, and all its errors; None for a file without front matter.

    Of the settings it needs the zone, the language and the publisher's name.
    """
    parts, problems = read_parts(file)
    return article_of(parts, file.path, settings) if parts else (None, problems)


def article_of(parts: Parts, path: str, settings: Settings) -> tuple[ParsedArticle, list[Problem]]:
    """As load_article, of the two halves of a file."""
    mapping, problems = read_mapping(parts.front, path, parts.front_line)
    reader = FieldReader(mapping, problems, zone=settings.zone, publisher=settings.publisher.name)
    values, _ = read_fields(reader, Article, mapping.values)
    _complete(values, reader, settings)
    values["has_own_id"] = bool(values.get("id")) or not reader.is_sound("id")
    values["id"] = values.get("id") or id_from_path(path)
    values.setdefault("date", UNKNOWN_DATE)
    _check_dates(values, reader)
    prose = _prose(parts)
    digest = text_digest(values["title"], values.get("headline", ""), values.get("summary", ""), prose)
    _set_typography(values)
    article = Article(**values, **_origin(mapping, reader), prose=prose, text_digest=digest)
    return ParsedArticle(article, tuple(reader.references)), problems


def load_page(file: SourceFile, settings: Settings) -> tuple[StaticPage | None, list[Problem]]:
    """The page of a file, as load_article; of the settings it needs zone and language."""
    parts, problems = read_parts(file)
    return page_of(parts, file.path, settings) if parts else (None, problems)


def page_of(parts: Parts, path: str, settings: Settings) -> tuple[StaticPage, list[Problem]]:
    """As load_page, of the two halves of a file."""
    mapping, problems = read_mapping(parts.front, path, parts.front_line)
    reader = FieldReader(mapping, problems, zone=settings.zone)
    values, _ = read_fields(reader, StaticPage, mapping.values)
    _complete(values, reader, settings)
    _set_typography(values)
    return StaticPage(**values, **_origin(mapping, reader), prose=_prose(parts)), problems


def id_from_path(path: str) -> str:
    """The id of an article that has none of its own."""
    from uuid import NAMESPACE_URL, uuid5  # 3 ms to import

    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'broadsheet:{path}')}"


def stem(path: str) -> str:
    """What a file is called: its name without ".md", or its folder's when it is an index.md."""
    folder, _, name = path.rpartition("/")
    return folder.rpartition("/")[2] if name == "index.md" else name.removesuffix(".md")


def stand_in_slug(path: str) -> str:
    """A slug that nothing else has, for a file whose own is unknown because of an error."""
    return f"unknown-{digest_bytes(path.encode())[:16]}"


def _origin(mapping: YamlMapping, reader: FieldReader) -> dict[str, Any]:
    """What says where an article or page comes from, and what is wrong with it."""
    invalid = tuple(sorted(reader.invalid)) if reader.invalid else ()
    return {"path": mapping.path, "places": places_of(mapping.places), "invalid": invalid}


def _complete(values: dict[str, Any], reader: FieldReader, settings: Settings) -> None:
    """Add what articles and pages have even where it was not given: title, language and slug."""
    path = reader.mapping.path
    has_title = "title" in values
    title = values.setdefault("title", stem(path))
    values["lang"] = values.get("lang") or settings.language
    if not values.get("slug"):
        style, language = settings.slugs, values["lang"]
        if style == "ascii" and has_title and has_unknown_reading(title, language):
            message = "the title has characters whose Latin spelling only a reader of Japanese knows"
            reader.reject("title", InvalidValue(message, 'set a slug: "slug: some-words"'))
            values["slug"] = stand_in_slug(path)
            return
        values["slug"] = slug_from(title, language, style) or slug_from(stem(path), language, style)
        if not reader.is_sound("slug") or not has_title:
            values["slug"] = stand_in_slug(path)
            return
        fault = slug_fault(values["slug"])
        if fault:
            message = f'the title gives the slug "{values["slug"]}", which {fault}'
            if not values["slug"]:
                message = "the title has no letter or digit"
            reader.reject("title", InvalidValue(message, 'set a slug: "slug: some-words"'))
            values["slug"] = stand_in_slug(path)


def _set_typography(values: dict[str, Any]) -> None:
    """Give what readers see the dashes and quotation marks of its language, as the text has; after all digests."""
    language = values["lang"]
    for name in ("title", "headline", "summary"):
        if values.get(name):
            values[name] = typographic(values[name], language)
    if values.get("image"):
        values["image"] = _set_in(values["image"], ("alt", "caption", "credit"), language)
    if values.get("corrections"):
        values["corrections"] = tuple([_set_in(it, ("said", "says"), language) for it in values["corrections"]])


def _set_in(group: T, names: Sequence[str], language: str) -> T:
    changes: dict[str, Any] = {name: typographic(getattr(group, name), language) for name in names}
    return replace(group, **changes)


def _check_dates(values: dict[str, Any], reader: FieldReader) -> None:
    """Report what comes before the article, whose date is known."""
    published, updated = values["date"], values.get("updated")
    if updated is not None and updated < published:
        written = quoted(str(reader.mapping.values["updated"]))
        message = f'{written} is before the "date" of the article'
        reader.reject("updated", InvalidValue(message, "an article cannot be updated before it is published"))
    for number, correction in sound_items("corrections", values.get("corrections", ()), reader.invalid):
        # Often only the day is written: one on the day of publishing counts as later.
        if correction.date < published and correction.date.date() < published.date():
            message = f'"{correction.date:%Y-%m-%d}" is before the "date" of the article'
            fault = InvalidValue(message, "an article cannot be corrected before it is published")
            reader.reject(f"corrections.{number}.date", fault)


def _prose(parts: Parts) -> Prose:
    return Prose(digest_bytes(parts.body.encode()), parts.body_line)
