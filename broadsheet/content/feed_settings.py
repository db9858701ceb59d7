"""The `feeds` of config.yaml: which feeds there are, what they carry, and where they have moved from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from posixpath import splitext
from typing import Any, get_args

from ..core.errors import Location, Problem
from ..core.slugs import slug_fault
from ..schema.fields import Fields
from ..schema.values import InvalidValue, local_path, one_of, quoted, web_address, whole_number
from .model import ALL_FORMATS, FeedFamily, FeedFormat, Feeds

FEED_KEYS = ("content", "length", "families", "archive", "hub", "aliases", "page")
FAMILIES: tuple[FeedFamily, ...] = get_args(FeedFamily)
CONTENTS = ("full", "summary")
LONGEST = 500

# A newsletter has a few feeds of its own and hundreds of topics and sources: those in one format cost a third, and
# every reader takes RSS. docs/decisions/0005-feeds.md has the figures.
DEFAULT_FAMILIES: Mapping[FeedFamily, tuple[FeedFormat, ...]] = {
    "newsletter": ALL_FORMATS,
    "topics": ("rss",),
    "sources": ("rss",),
    "languages": ALL_FORMATS,
    "corrections": ALL_FORMATS,
}
DEFAULT_ARCHIVE: tuple[FeedFormat, ...] = ("atom",)
# What a copy of a feed may be called: hosts tell its type by the ending.
_FEED_ENDINGS = (".xml", ".rss", ".rdf", ".atom", ".json")


def read_feeds(reader: Fields) -> Feeds:
    """The settings of feeds, with all that is wrong noted in the reader."""
    reader.group("feeds", FEED_KEYS)
    reader.group("feeds.families", FAMILIES)
    content: Any = reader.read("feeds.content", partial(one_of, CONTENTS), "full")
    families = {name: _formats(reader, f"feeds.families.{name}", DEFAULT_FAMILIES[name]) for name in FAMILIES}
    if not families["newsletter"]:
        hint = "name at least one format, as in [rss]"
        reader.report("feeds.families.newsletter", "the newsletter itself must have a feed", hint)
    archive = _formats(reader, "feeds.archive", tuple(set(DEFAULT_ARCHIVE) & set(families["newsletter"])))
    for name in archive:
        if name not in families["newsletter"]:
            hint = f'add "{name}" to the newsletter\'s families, or take it out here'
            reader.report("feeds.archive", f'there is no feed in the format "{name}" to have an archive', hint)
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
            f"the slug {quoted(value)} {fault}", 'write the slug of a page of content/pages, as in "subscribe"'
        )
    return value


def feed_alias(value: str) -> str:
    """A path at which a feed used to be: one that ends in a feed's file name, or in "/"."""
    path = local_path(value)
    if not path.endswith("/") and splitext(path)[1].lower() not in _FEED_ENDINGS:
        raise InvalidValue(
            f"{quoted(value)} is no address of a feed", 'write the old path in full, as in "/rss.xml" or "/feed/"'
        )
    return path


def _formats(reader: Fields, name: str, default: tuple[FeedFormat, ...]) -> tuple[FeedFormat, ...]:
    written = reader.at(name)
    if written is None:
        return default
    if not isinstance(written, list):
        reader.report(name, f'"{name}" must be a list', "write the formats in brackets, as in [rss, atom]; [] for none")
        return default
    read: list[Any] = [
        reader.read(f"{name}.{number}", partial(one_of, ALL_FORMATS), "rss") for number in range(len(written))
    ]
    return tuple(dict.fromkeys(read))


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
                raise InvalidValue(f'the alias "{old}" must name one feed', f'write "{old}: /feed.xml"')
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
