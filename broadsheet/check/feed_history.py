"""A build's feeds held against those that people read now: what would vanish, and what would come up as unread."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from ..core.errors import Location, Problem, warning
from ..core.manifest import media_type
from .feed_parser import MEDIA_TYPES, ReadEntry, ReadFeed, moment, read_feed

NAMES = ("feed.xml", "feed.atom", "feed.json")
_ARCHIVE = re.compile(r"(^|/)feed/[0-9]+/")
_START = datetime.min.replace(tzinfo=UTC)


def against_published(feeds: Mapping[str, ReadFeed], published: Path) -> Iterator[Problem]:
    """What readers of the published feeds would notice. feeds: those of the build, by output path."""
    old = dict(_published(published))
    yield from _gone_feeds(old, feeds)
    yield from _changed_entries(old, feeds)


def _published(folder: Path) -> Iterator[tuple[str, ReadFeed]]:
    """The feeds of a published site without their archives, which no reader polls."""
    for name in NAMES:
        for file in sorted(folder.rglob(name)):
            path = file.relative_to(folder).as_posix()
            kind = media_type(path)
            if kind in MEDIA_TYPES and not _ARCHIVE.search(path) and file.is_file():
                try:
                    yield path, read_feed(file.read_bytes(), kind)
                except ValueError:
                    continue  # nobody reads what cannot be read


def _gone_feeds(old: Mapping[str, ReadFeed], new: Mapping[str, ReadFeed]) -> Iterator[Problem]:
    for path in sorted(old.keys() - new.keys()):
        near = _same_entries(old[path], path, new)
        hint = f'keep it alive in config.yaml: feeds, aliases, "/{path}: /{near}"'
        message = f'the feed "/{path}" would be gone, and those who read it would hear nothing more'
        yield (warning if "/" in path else Problem)(Location(path), message, hint)


def _same_entries(feed: ReadFeed, path: str, new: Mapping[str, ReadFeed]) -> str:
    """The new feed that shares most entries with an old one, the shortest such; else the main feed."""
    ids = {entry.id for entry in feed.entries}
    ending = path.rpartition(".")[2]
    rivals = [name for name in new if name.endswith(ending) and not _ARCHIVE.search(name)] or ["feed.xml"]
    return min(rivals, key=lambda name: (-_likeness(ids, new.get(name)), len(name), name))


def _likeness(ids: set[str], feed: ReadFeed | None) -> float:
    """How much of two sets of entries is in both."""
    other = {entry.id for entry in feed.entries} if feed else set()
    return len(ids & other) / max(len(ids | other), 1)


def _changed_entries(old: Mapping[str, ReadFeed], new: Mapping[str, ReadFeed]) -> Iterator[Problem]:
    # The main feed in its first format has the last word on where an entry stood.
    before = {entry.id: (path, entry) for path, feed in reversed([*old.items()]) for entry in feed.entries}
    after = {entry.id: entry for feed in new.values() for entry in feed.entries}
    fresh = [entry for entry in after.values() if entry.id not in before]
    by_place = {_place(entry): entry for entry in fresh}
    by_title = {entry.title: entry for entry in fresh if not _is_note(entry)}
    oldest = _oldest(new)
    for identity, (path, entry) in sorted(before.items()):
        if identity in after:
            continue
        twin = by_place.get(_place(entry)) or (None if _is_note(entry) else by_title.get(entry.title))
        if twin is not None:
            message = f'"{twin.title}" ({twin.url}) would come up as unread: its id was "{identity}" and is "{twin.id}"'
            hint = f'put "id: {identity}" back into the front matter of the article'
            if _is_note(entry):
                hint = "a correction is known by its date: leave that as it was"
            yield Problem(Location(path), message, hint)
        elif (moment(entry.published) or _START) >= oldest:
            message = f'"{entry.title}" ({entry.url}) would vanish from the feeds; it has the id "{identity}"'
            hint = (
                "put its file back; or, if it is meant to go, publish without it: readers keep their copy, and this "
                "is said once"
            )
            yield Problem(Location(path), message, hint)


def _place(entry: ReadEntry) -> tuple[str, str]:
    """Where an entry leads, whatever the domain."""
    parts = urlsplit(entry.url)
    return parts.path, parts.fragment


def _is_note(entry: ReadEntry) -> bool:
    """Whether it tells of a correction: that leads to a note on the article's page, and another has the same title."""
    return bool(urlsplit(entry.url).fragment)


def _oldest(feeds: Mapping[str, ReadFeed]) -> datetime:
    """The date of the oldest entry that the main feeds still carry: what is older has merely run out."""
    entries: Iterable[ReadEntry] = [entry for name in NAMES if name in feeds for entry in feeds[name].entries]
    return min((found for entry in entries if (found := moment(entry.published))), default=_START)
