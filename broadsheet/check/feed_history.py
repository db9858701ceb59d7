"""A build's feeds compared with the published ones: what subscribers would lose, or see as unread a second time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from ..core.errors import Location, Problem, warning
from ..core.feed_formats import FORMATS, find_feeds, is_archive_page
from ..render.feeds.parsing import ParsedEntry, ParsedFeed, parse_date, parse_feed

_EARLIEST = datetime.min.replace(tzinfo=UTC)


def against_published(feeds: Mapping[str, ParsedFeed], published: Path) -> Iterator[Problem]:
    """What subscribers to the published feeds would notice. feeds: those of the build, by output path."""
    old = dict(_published(published))
    yield from _removed_feeds(old, feeds)
    yield from _changed_entries(old, feeds)


def _published(folder: Path) -> Iterator[tuple[str, ParsedFeed]]:
    """The feeds of a published site, without their archives, which nobody polls."""
    for path, feed_format in find_feeds(folder):
        try:
            yield path, parse_feed((folder / path).read_bytes(), feed_format)
        except ValueError:
            continue  # a feed that cannot be read has no readers to lose


def _removed_feeds(old: Mapping[str, ParsedFeed], new: Mapping[str, ParsedFeed]) -> Iterator[Problem]:
    for path in sorted(old.keys() - new.keys()):
        successor = _most_similar(old[path], path, new)
        hint = f'to keep it, add "/{path}: /{successor}" to feeds.aliases in config.yaml'
        message = f'the feed "/{path}" would be removed, and its subscribers would hear nothing more'
        yield (warning if "/" in path else Problem)(Location(path), message, hint)


def _most_similar(feed: ParsedFeed, path: str, new: Mapping[str, ParsedFeed]) -> str:
    """The path of the new feed that shares most entries with an old one, the shortest of several; or the main feed."""
    ids = {entry.id for entry in feed.entries}
    ending = path.rpartition(".")[2]
    candidates = [name for name in new if name.endswith(ending) and not is_archive_page(name)] or ["feed.xml"]
    return min(candidates, key=lambda name: (-_similarity(ids, new.get(name)), len(name), name))


def _similarity(ids: set[str], feed: ParsedFeed | None) -> float:
    """The share of two sets of entries that is in both, from 0 to 1."""
    others = {entry.id for entry in feed.entries} if feed else set()
    return len(ids & others) / max(len(ids | others), 1)


def _changed_entries(old: Mapping[str, ParsedFeed], new: Mapping[str, ParsedFeed]) -> Iterator[Problem]:
    """A problem for each entry that would come back under another ID, or disappear."""
    before = {entry.id: (path, entry) for path, feed in reversed([*old.items()]) for entry in feed.entries}
    after = {entry.id: entry for feed in new.values() for entry in feed.entries}
    added = [entry for entry in after.values() if entry.id not in before]
    by_url = {_url_on_site(entry): entry for entry in added}
    by_title = {entry.title: entry for entry in added if not _is_correction(entry)}
    oldest = _oldest(new)
    for identity, (path, entry) in sorted(before.items()):
        if identity in after:
            continue
        twin = by_url.get(_url_on_site(entry)) or (None if _is_correction(entry) else by_title.get(entry.title))
        if twin is not None:
            yield _changed_id(path, entry, twin)
        elif (parse_date(entry.published) or _EARLIEST) >= oldest:
            message = f'"{entry.title}" ({entry.url}) would disappear from the feeds; its ID is "{identity}"'
            hint = (
                "restore its file; or, to remove it on purpose, publish without this check: subscribers keep their "
                "copy, and the next check no longer reports it"
            )
            yield Problem(Location(path), message, hint)


def _changed_id(path: str, entry: ParsedEntry, twin: ParsedEntry) -> Problem:
    message = f'"{twin.title}" ({twin.url}) would reappear as unread: its ID was "{entry.id}" and is now "{twin.id}"'
    hint = f'restore "id: {entry.id}" in the front matter of the article'
    if _is_correction(entry):
        hint = "restore the date of the correction: its ID is made from it"
    return Problem(Location(path), message, hint)


def _url_on_site(entry: ParsedEntry) -> tuple[str, str]:
    """The path and fragment of an entry's URL, so that the domain may change."""
    parts = urlsplit(entry.url)
    return parts.path, parts.fragment


def _is_correction(entry: ParsedEntry) -> bool:
    """Whether an entry is a correction: it links into its article, and all corrections of one have the same title."""
    return bool(urlsplit(entry.url).fragment)


def _oldest(feeds: Mapping[str, ParsedFeed]) -> datetime:
    """The date of the oldest entry in the main feeds: older entries are gone because newer ones pushed them out."""
    main = [feeds[one.file_name] for one in FORMATS.values() if one.file_name in feeds]
    dates = [parse_date(entry.published) for feed in main for entry in feed.entries]
    return min(filter(None, dates), default=_EARLIEST)
