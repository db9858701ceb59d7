"""The kinds of values that front matter, registries and config.yaml have."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Literal
from unicodedata import normalize

from ..core.slugs import SLUG_LIMIT, shape_fault, slug_fault, slug_from
from ..schema.kinds import FilledText, JsonSchema, Kind, Text, as_text
from ..schema.reader import FieldReader, NamedReference
from ..schema.values import (
    ID_LIMIT,
    TEXT_LIMIT,
    TITLE_LIMIT,
    URL_LIMIT,
    InvalidValue,
    frozen_id,
    language_tag,
    local_path,
    long_text,
    one_of,
    picture_source,
    quoted,
    title_text,
    truth,
    web_address,
    whole_number,
)

_SIGNS = re.compile(r"(?<=\w)#(?!\w)|(?<=[\w+])\+(?=\+|\W|$)")
_JOINTS = re.compile(r"[\s_'’-]+")
_LATIN_ACCENTS = re.compile("(?<=[a-z])[\u0300-\u036f]+")  # elsewhere they make other letters: и й, カ ガ
ReferenceKind = Literal["topic", "source", "person"]


def _schema(limit: int, **more: object) -> JsonSchema:
    return {"type": "string", "maxLength": limit, **more}


def slug(value: str) -> str:
    """The slug of an article or page. Raises InvalidValue."""
    fault = slug_fault(value)
    if fault:
        raise InvalidValue(f"the slug {quoted(value)} {fault}", "remove the line, and it is made from the title")
    return value


def choice(*names: str) -> Text[Any]:
    """One of these words."""
    return Text(partial(one_of, names), f"one of: {', '.join(names)}", {"enum": list(names)})


def number(least: int, most: int) -> Text[int]:
    """A whole number between the two, both included."""
    schema = {"type": "integer", "minimum": least, "maximum": most}
    return Text(partial(whole_number, least, most), f"whole number from {least} to {most}", schema)


NAME = FilledText(title_text, f"text, at most {TITLE_LIMIT} characters", _schema(TITLE_LIMIT))
SHORT = Text(title_text, f"text, at most {TITLE_LIMIT} characters", _schema(TITLE_LIMIT))
LONG = Text(long_text, f"text, at most {TEXT_LIMIT:,} characters", _schema(TEXT_LIMIT))
ID = Text(frozen_id, "a URI that never changes", _schema(ID_LIMIT, pattern="^(urn:|tag:|https?://)"))
SLUG = Text(slug, "lower-case letters, digits and hyphens", _schema(SLUG_LIMIT, pattern=r"^[^\s_/.A-Z]+$"))
URL = Text(web_address, "web address", _schema(URL_LIMIT, pattern="^(https?://.*)?$"))
PICTURE = Text(picture_source, "file or web address", _schema(URL_LIMIT))
PATH = Text(local_path, "path on this site", _schema(URL_LIMIT, pattern="^/[^/]"))
LANGUAGE = Text(language_tag, "language tag", {"type": "string", "examples": ["en", "ru", "pt-BR"]})
TRUTH = Text(truth, "true or false", {"type": "boolean"})


@dataclass(frozen=True, slots=True)
class NameOf(Kind[str]):
    """The name of a topic, source or person, which becomes a slug; the registry is asked when all files are read."""

    target: ReferenceKind
    may_be_empty: bool = False
    words: str = f"text, at most {TITLE_LIMIT} characters"

    def read(self, value: Any, name: str, reader: FieldReader) -> str:
        text = as_text(value, name)
        if self.target == "topic" and "," in text:
            listed = ", ".join(part.strip() for part in text.split(","))
            raise InvalidValue(f"{quoted(text)} contains a comma", f"write a list: [{listed}]")
        written = (SHORT if self.may_be_empty else NAME).read(text, name, reader)
        if not written:
            return ""
        if self.target == "person" and _folded(written) == _folded(reader.publisher):
            return ""  # the publisher is not a person
        found = slug_from(in_words(written) if self.target == "topic" else written)
        if not found:
            raise InvalidValue(f'"{written}" has no letter or digit to make an address of', "write it in words")
        place = name  # a single topic or source is written without its list or group
        while place and place not in reader.mapping.places:
            place = place.rpartition(".")[0]
        reader.references.append(NamedReference(self.target, found, written, place))
        return found

    def json_schema(self) -> JsonSchema:
        return (SHORT if self.may_be_empty else NAME).json_schema()


def in_words(topic: str) -> str:
    """The name of a topic with the signs in words that set it apart from others: "C++" and "C#" are not "C"."""
    return _SIGNS.sub(lambda found: " sharp " if found.group() == "#" else " plus ", topic)


@lru_cache(maxsize=4096)  # the same few topics are named by every article
def same_topic(topic: str) -> str:
    """A form in which names of topics are equal when they differ only in capitals, accents, spaces and hyphens."""
    plain = _LATIN_ACCENTS.sub("", normalize("NFKD", in_words(topic).casefold()))
    return _JOINTS.sub(" ", normalize("NFKC", plain)).strip()


def _folded(name: str) -> str:
    return normalize("NFC", name).casefold()


PERSON = NameOf("person", may_be_empty=True)


@dataclass(frozen=True, slots=True)
class KeyOf(Kind[str]):
    """The key of an entry in a registry."""

    target: ReferenceKind
    words: str = "key in the registry"

    def read(self, value: Any, name: str, reader: FieldReader) -> str:
        key = SHORT.read(value, name, reader)
        fault = shape_fault(key)
        if fault:
            hint = f"write the key of the {self.target} in content/{self.target}s.yaml"
            raise InvalidValue(f'"{key}" {fault}', hint)
        reader.references.append(NamedReference(self.target, key, "", name))
        return key

    def json_schema(self) -> JsonSchema:
        return SHORT.json_schema()
