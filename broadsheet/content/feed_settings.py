"""The `feeds` of config.yaml: which feeds there are, what they carry, and where they have moved from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from posixpath import splitext
from typing import Any, get_args

from ..core.errors import Location, Problem
from ..core.feed_formats import FEED_ENDINGS, FORMATS, FeedFormat
from ..core.slugs import slug_fault
from ..schema.fields import Fields
from ..schema.values import InvalidValue, local_path, one_of, quoted, web_address, whole_number
from .model import FeedFamily, Feeds

FEED_KEYS = ("content", "length", "families", "archive", "hub", "aliases", "page")
FAMILIES: tuple[FeedFamily, ...] = get_args(FeedFamily)
CONTENTS = ("full", "summary")
LONGEST = 500

# A newsletter has a few feeds of its own and hundreds of topics and sources: those in one format cost a third, and
# every reader takes RSS. docs/decisions/0005-feeds.md has the figures.
_USUAL = (FORMATS["rss"], FORMATS["atom"], FORMATS["json"])
DEFAULT_FAMILIES: Mapping[FeedFamily, tuple[FeedFormat, ...]] = {
    "newsletter": _USUAL,
    "topics": _USUAL[:1],
    "sources": _USUAL[:1],
    "languages": _USUAL,
    "corrections": _USUAL,
}
DEFAULT_ARCHIVE = (FORMATS["atom"],)


def read_feeds(reader: Fields) -> Feeds:
    """The settings of feeds; whatever is wrong is reported to the reader."""
    reader.group("feeds", FEED_KEYS)
    reader.group("feeds.families", FAMILIES)
    content: Any = reader.read("feeds.content", partial(one_of, CONTENTS), "full")
    families = {name: _formats(reader, f"feeds.families.{name}", DEFAULT_FAMILIES[name]) for name in FAMILIES}
    if not families["newsletter"]:
        hint = "list at least one format, such as [rss]"
        reader.report("feeds.families.newsletter", "the newsletter itself must have a feed", hint)
    offered = families["newsletter"]
    archive = _formats(reader, "feeds.archive", tuple(one for one in DEFAULT_ARCHIVE if one in offered))
    for missing in [one.name for one in archive if one not in offered]:
        hint = f'add "{missing}" to feeds.families.newsletter, or remove it here'
        reader.report("feeds.archive", f'the newsletter has no feed in the format "{missing}" to archive', hint)
    return Feeds(
        families=families,
        content=content,
        length=reader.read("feeds.length", partial(whole_number, 1, LONGEST), 20),
        archive=archive,
        hub=reader.read("feeds.hub", web_address, ""),
        aliases=_aliases(reader),
        page=reader.read("feeds.page", page_slug, "subscribe"),
        places=_places(reader),
    )


def page_slug(value: str) -> str:
    """The slug of a page; empty for none."""
    fault = slug_fault(value) if value else ""
    if fault:
        raise InvalidValue(
            f"the slug {quoted(value)} {fault}", 'use the slug of a page in content/pages, such as "subscribe"'
        )
    return value


def feed_alias(value: str) -> str:
    """The old path of a feed: it ends like the file name of a feed, or in "/"."""
    path = local_path(value)
    if not path.endswith("/") and splitext(path)[1].lower() not in FEED_ENDINGS:
        hint = 'write the old path in full, such as "/rss.xml" or "/feed/"'
        raise InvalidValue(f"{quoted(value)} is not the address of a feed", hint)
    return path


def _formats(reader: Fields, name: str, default: tuple[FeedFormat, ...]) -> tuple[FeedFormat, ...]:
    written = reader.at(name)
    if written is None:
        return default
    if not isinstance(written, list):
        hint = "list the formats in brackets, such as [rss, atom]; [] means none"
        reader.report(name, f'"{name}" must be a list', hint)
        return default
    one_name = partial(one_of, tuple(FORMATS))
    names = [reader.read(f"{name}.{number}", one_name, "rss") for number in range(len(written))]
    return tuple([FORMATS[found] for found in dict.fromkeys(names)])


def _aliases(reader: Fields) -> tuple[tuple[str, str], ...]:
    written = reader.at("feeds.aliases")
    if not isinstance(written, dict):
        reader.group("feeds.aliases", ())
        return ()
    found = []
    for old, new in written.items():
        where = reader.mapping.where_key(f"feeds.aliases.{old}")
        try:
            path = feed_alias(old)
            if not isinstance(new, str):
                raise InvalidValue(f'the alias "{old}" must be the path of one feed', f'write "{old}: /feed.xml"')
            found.append((path, local_path(new)))
        except InvalidValue as fault:
            reader.problems.append(Problem(where, fault.message, fault.hint))
    return tuple(found)


def _places(reader: Fields) -> Mapping[str, Location]:
    aliases = reader.at("feeds.aliases")
    names = [f"aliases.{old}" for old in aliases] if isinstance(aliases, dict) else []
    if reader.at("feeds.page") is not None:
        names.append("page")
    return {name: reader.mapping.where_key(f"feeds.{name}") for name in names}
