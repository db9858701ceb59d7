"""The schemas of docs/schema, from which editors complete and check front matter, registries and config.yaml.

`python -m broadsheet.authoring.json_schema docs/schema` writes them, and docs/fields.md beside their folder.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields as fields_of
from pathlib import Path
from typing import Any, get_args

from ..content.feed_settings import CONTENTS, FAMILIES, FEED_KEYS, LONGEST
from ..content.model import (
    Article,
    Bylines,
    DigitalSources,
    Permalinks,
    Person,
    Policy,
    Publication,
    Publisher,
    StaticPage,
    Topic,
)
from ..content.settings import DIGITAL_SOURCES, KEYS, PROMO_KEYS
from ..core.errors import WARNINGS
from ..core.feed_formats import FORMATS
from ..schema.fields import group_schema
from .field_tables import fields_page

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TEXT = {"type": "string"}


def schema_files() -> dict[str, str]:
    """The text of each schema by its file name."""
    schemas: Mapping[str, Mapping[str, Any]] = {
        "article.json": group_schema(Article),
        "page.json": group_schema(StaticPage),
        "topics.json": _registry(Topic, "The topics that articles may be filed under, by slug."),
        "sources.json": _registry(Publication, "The publications that articles may cite, by slug."),
        "people.json": _registry(Person, "The people who write, edit and review, by slug."),
        "config.json": _config(),
    }
    return {
        name: json.dumps({"$schema": _DIALECT, **schema}, indent=2, ensure_ascii=False) + "\n"
        for name, schema in schemas.items()
    }


def _registry(kind: type, description: str) -> dict[str, Any]:
    entries = {"^[a-z0-9]+(-[a-z0-9]+)*$": {"anyOf": [_TEXT, group_schema(kind)]}}
    return {"description": description, "type": "object", "patternProperties": entries, "additionalProperties": False}


def _config() -> dict[str, Any]:
    groups: dict[str, Any] = {
        "publisher": _group({field.name: _TEXT for field in fields_of(Publisher)}),
        "permalinks": _group({field.name: _TEXT for field in fields_of(Permalinks)}),
        "byline": _group({field.name: _TEXT for field in fields_of(Bylines)}),
        "navigation": {"type": "array", "items": _group({"title": _TEXT, "url": _TEXT}, ["title", "url"])},
        "promos": {
            "type": "object",
            "additionalProperties": _group(
                dict.fromkeys(PROMO_KEYS, _TEXT) | {"sponsored": {"type": "boolean"}}, ["label", "title", "text"]
            ),
        },
        "page_size": {"type": "integer", "minimum": 1, "maximum": 100},
        "feeds": _feeds(),
        "share_cards": {"type": "boolean"},
        "markdown_copies": {"type": "boolean"},
        "full_text": {"type": "boolean"},
        "quotes": _group({"words": _number(1000), "share": _number(100), "quotation": _number(1000)}),
        "slugs": {"enum": ["ascii", "unicode"]},
        "warnings": _group({name: {"enum": ["on", "off", True, False]} for name in WARNINGS}),
        "provenance": {"enum": list(get_args(Policy))},
        "digital_sources": _group(
            {field.name: {"enum": ["", *DIGITAL_SOURCES]} for field in fields_of(DigitalSources)}
        ),
    }
    settings = _group({key: groups.get(key, _TEXT) for key in KEYS}, ["title"])
    return {"description": "The settings of a newsletter.", **settings}


def _feeds() -> dict[str, Any]:
    formats = {"type": "array", "items": {"enum": list(FORMATS)}, "uniqueItems": True}
    groups: dict[str, Any] = {
        "content": {"enum": list(CONTENTS)},
        "length": {"type": "integer", "minimum": 1, "maximum": LONGEST},
        "families": _group(dict.fromkeys(FAMILIES, formats)),
        "archive": formats,
        "aliases": {"type": "object", "additionalProperties": _TEXT},
    }
    return _group({key: groups.get(key, _TEXT) for key in FEED_KEYS})


def _number(most: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": 0, "maximum": most}


def _group(properties: dict[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required or [],
        "additionalProperties": False,
    }


if __name__ == "__main__":
    import sys

    for file_name, text in schema_files().items():
        Path(sys.argv[1], file_name).write_text(text, encoding="utf-8")
    Path(sys.argv[1]).with_name("fields.md").write_text(fields_page(), encoding="utf-8")
