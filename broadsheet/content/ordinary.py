"""Ordinary front matter of articles, typed without pydantic, which takes 50 ms to start.

Only what is plainly right is taken: whatever is wrong, rare or unknown goes to the schema, which has the words for it.
tests/test_ordinary.py holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import tzinfo
from functools import partial
from types import SimpleNamespace
from typing import Any, get_args

from ..model import AiRole
from ..values import (
    Fault,
    frozen_id,
    language_tag,
    local_path,
    long_text,
    one_of,
    picture_source,
    title_text,
    truth,
    web_address,
)
from . import dates
from .checks import as_text, not_empty, slug, topic

Read = Callable[[Any, tzinfo], Any]


class _NotOrdinary(Exception):
    """Something that the schema must look at."""


def ordinary_fields(values: Mapping[str, Any], zone: tzinfo) -> SimpleNamespace | None:
    """What `schema.ArticleFields` would hold, when that is beyond doubt, else None."""
    if "title" not in values or "date" not in values or ("topics" in values and "tags" in values):
        return None
    try:
        fields = _group(values, zone, _ARTICLE, _ARTICLE_DEFAULTS)
    except (Fault, _NotOrdinary):
        return None
    return None if fields.updated and fields.updated < fields.date else fields


def _group(values: Mapping[str, Any], zone: tzinfo, known: Mapping[str, Read], defaults: Mapping[str, Any]) -> Any:
    fields = dict(defaults)
    for name, value in values.items():
        read = known.get(name)
        if read is None:
            raise _NotOrdinary
        fields[name] = read(value, zone)
    return SimpleNamespace(**fields)


def _text(check: Callable[[str], Any]) -> Read:
    return lambda value, zone: check(as_text(value))


def _day(value: Any, zone: tzinfo) -> Any:
    return dates.day(as_text(value), zone)


def _moment(value: Any, zone: tzinfo) -> Any:
    return dates.moment(as_text(value), zone)


def _texts(check: Callable[[str], str]) -> Read:
    return lambda value, zone: [check(as_text(item)) for item in ([value] if isinstance(value, str) else _list(value))]


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise _NotOrdinary
    return value


def _mapping(value: Any, single: str) -> Mapping[str, Any]:
    """A group of fields; a plain text stands for the group with this one field."""
    if isinstance(value, str):
        return {single: value}
    if not isinstance(value, dict):
        raise _NotOrdinary
    return value


def _source(value: Any, zone: tzinfo) -> Any:
    values = _mapping(value, "name")
    if ("name" in values) == ("ref" in values) or ("licence" in values and "license" in values):
        raise _NotOrdinary
    return _group(values, zone, _SOURCE, _SOURCE_DEFAULTS)


def _sources(value: Any, zone: tzinfo) -> list[Any]:
    return [_source(item, zone) for item in (value if isinstance(value, list) else [value])]


def _image(value: Any, zone: tzinfo) -> Any:
    values = _mapping(value, "src")
    if "src" not in values or "alt" not in values:
        raise _NotOrdinary
    return _group(values, zone, _IMAGE, _IMAGE_DEFAULTS)


def _ai(value: Any, zone: tzinfo) -> Any:
    values = _mapping(value, "role")
    if "role" not in values:
        raise _NotOrdinary
    return _group(values, zone, _AI, _AI_DEFAULTS)


_SHORT = _text(title_text)
_SOURCE: Mapping[str, Read] = {
    "name": _text(not_empty), "ref": _SHORT, "url": _text(web_address), "title": _SHORT, "author": _SHORT,
    "published": _moment, "licence": _SHORT, "license": _SHORT, "accessed": _day,
}  # fmt: skip
_SOURCE_DEFAULTS = dict.fromkeys(_SOURCE, "") | {"published": None, "accessed": None}
_IMAGE: Mapping[str, Read] = {
    "src": _text(picture_source), "alt": _SHORT, "credit": _SHORT, "caption": _text(long_text),
}  # fmt: skip
_IMAGE_DEFAULTS: Mapping[str, Any] = {"credit": "", "caption": ""}
_AI: Mapping[str, Read] = {
    "role": _text(partial(one_of, get_args(AiRole))), "tool": _SHORT, "model": _SHORT, "tasks": _texts(not_empty),
    "date": _day,
}  # fmt: skip
_AI_DEFAULTS: Mapping[str, Any] = {"tool": "", "model": "", "tasks": (), "date": None}
_ARTICLE: Mapping[str, Read] = {
    "title": _text(not_empty), "headline": _SHORT, "slug": _text(slug), "summary": _text(long_text),
    "lang": _text(language_tag), "aliases": _texts(local_path), "draft": _text(truth), "id": _text(frozen_id),
    "date": _moment, "updated": _moment, "topics": _texts(topic), "tags": _texts(topic), "source": _sources,
    "editor": _SHORT, "promo": _SHORT, "ai": _ai, "image": _image, "translation_of": _SHORT,
}  # fmt: skip
_ARTICLE_DEFAULTS: Mapping[str, Any] = {
    "headline": "", "slug": "", "summary": "", "lang": "", "aliases": (), "draft": False, "id": "", "updated": None,
    "topics": (), "tags": (), "source": (), "editor": "", "image": None, "promo": "", "ai": None, "review": None,
    "translation_of": "", "corrections": (),
}  # fmt: skip
