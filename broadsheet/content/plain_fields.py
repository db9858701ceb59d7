"""Ordinary front matter of articles, typed without pydantic, which takes 50 ms to start.

Only what is plainly right is taken: whatever is wrong, rare or unknown goes to the schema, which has the words for it.
tests/content/test_plain_fields.py holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import tzinfo
from functools import partial
from types import SimpleNamespace
from typing import Any, NamedTuple, get_args

from ..schema import dates
from ..schema.values import (
    InvalidValue,
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
from .field_values import as_text, not_empty, slug, topic
from .model import AiRole, CorrectionKind

Read = Callable[[Any, tzinfo], Any]


class _Kind(NamedTuple):
    """A group of fields: how each is read, and what it is when it is not given; without that it must be given."""

    read: Mapping[str, Read]
    default: Mapping[str, Any]


class _NotOrdinary(Exception):
    """Something that the schema must look at."""


def ordinary_fields(values: Mapping[str, Any], zone: tzinfo) -> SimpleNamespace | None:
    """What `schema.ArticleFields` would hold, when that is beyond doubt, else None."""
    try:
        fields = _group(values, zone, _ARTICLE)
    except (InvalidValue, _NotOrdinary):
        return None
    is_early = fields.updated is not None and fields.updated < fields.date
    return None if is_early or ("topics" in values and "tags" in values) else fields


def _group(values: Mapping[str, Any], zone: tzinfo, kind: _Kind) -> SimpleNamespace:
    fields = dict(kind.default)
    for name, value in values.items():
        read = kind.read.get(name)
        if read is None:
            raise _NotOrdinary
        fields[name] = read(value, zone)
    if len(fields) < len(kind.read):
        raise _NotOrdinary
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


def _one(kind: _Kind, single: str = "") -> Read:
    """Reads a group; single: the field for which a plain text stands, if any."""

    def read(value: Any, zone: tzinfo) -> SimpleNamespace:
        if single and isinstance(value, str):
            value = {single: value}
        if not isinstance(value, dict):
            raise _NotOrdinary
        return _group(value, zone, kind)

    return read


def _sources(value: Any, zone: tzinfo) -> list[SimpleNamespace]:
    return [_source(item, zone) for item in (value if isinstance(value, list) else [value])]


def _source(value: Any, zone: tzinfo) -> SimpleNamespace:
    source: SimpleNamespace = _one(_SOURCE, "name")(value, zone)
    given = value if isinstance(value, dict) else {"name": value}
    if ("name" in given) == ("ref" in given) or ("licence" in given and "license" in given):
        raise _NotOrdinary
    return source


def _corrections(value: Any, zone: tzinfo) -> list[SimpleNamespace]:
    return [_one(_CORRECTION)(item, zone) for item in _list(value)]


_NAME, _SHORT, _LONG = _text(not_empty), _text(title_text), _text(long_text)
_SOURCE = _Kind(
    {
        "name": _NAME, "ref": _SHORT, "url": _text(web_address), "title": _SHORT, "author": _SHORT,
        "published": _moment, "licence": _SHORT, "license": _SHORT, "accessed": _day,
    },
    {
        "name": "", "ref": "", "url": "", "title": "", "author": "", "published": None, "licence": "", "license": "",
        "accessed": None,
    },
)  # fmt: skip
_IMAGE = _Kind(
    {"src": _text(picture_source), "alt": _SHORT, "credit": _SHORT, "caption": _LONG}, {"credit": "", "caption": ""}
)
_AI = _Kind(
    {
        "role": _text(partial(one_of, get_args(AiRole))), "tool": _SHORT, "model": _SHORT, "tasks": _texts(not_empty),
        "date": _day,
    },
    {"tool": "", "model": "", "tasks": (), "date": None},
)  # fmt: skip
_REVIEW = _Kind(
    {"by": _NAME, "date": _day, "role": _SHORT, "checked": _texts(not_empty), "text": _SHORT},
    {"role": "", "checked": (), "text": ""},
)
_CORRECTION = _Kind(
    {
        "date": _moment, "kind": _text(partial(one_of, get_args(CorrectionKind))), "said": _LONG, "says": _LONG,
        "by": _SHORT,
    },
    {"kind": "correction", "said": "", "by": ""},
)  # fmt: skip
_ARTICLE = _Kind(
    {
        "title": _NAME, "headline": _SHORT, "slug": _text(slug), "summary": _LONG, "lang": _text(language_tag),
        "aliases": _texts(local_path), "draft": _text(truth), "id": _text(frozen_id), "date": _moment,
        "updated": _moment, "topics": _texts(topic), "tags": _texts(topic), "source": _sources, "editor": _SHORT,
        "image": _one(_IMAGE), "promo": _SHORT, "author": _texts(not_empty), "ai": _one(_AI, "role"),
        "review": _one(_REVIEW), "translation_of": _SHORT, "corrections": _corrections,
    },
    {
        "headline": "", "slug": "", "summary": "", "lang": "", "aliases": (), "draft": False, "id": "", "updated": None,
        "topics": (), "tags": (), "source": (), "editor": "", "image": None, "promo": "", "author": (), "ai": None,
        "review": None, "translation_of": "", "corrections": (),
    },
)  # fmt: skip
