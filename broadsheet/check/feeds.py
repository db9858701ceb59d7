"""The feed doctor: what would make a reader refuse a feed, show it wrongly, or show an article a second time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from urllib.parse import urlsplit

from lxml import html as html_parser

from ..core.errors import Location, Problem, warning
from ..core.manifest import Entry
from .feed_history import against_published
from .feed_parser import MEDIA_TYPES, ReadEntry, ReadFeed, moment, read_feed
from .outputs import Outputs

LARGEST = 1_000_000  # bytes; the JSON Feed specification calls 1 MB a burden
LONGEST_TITLE = 300

# What readers and the W3C's validator strip from content, with what it may be used for.
STRIPPED = frozenset(
    {
        "applet", "base", "button", "embed", "form", "frame", "frameset", "iframe", "input", "link", "meta", "noscript",
        "object", "script", "select", "style", "svg", "template", "textarea",
    }
)  # fmt: skip
_ADDRESSES = ("href", "src", "srcset", "poster", "cite", "background", "longdesc")
_SCHEMES = ("http", "https", "mailto", "tel")
_LOOKS_LIKE_HTML = re.compile(r"</(?:a|b|blockquote|code|div|em|h[1-6]|i|li|p|script|span|strong|sub|sup|title)>", re.I)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def check_feeds(outputs: Outputs) -> list[Problem]:
    """What is wrong with the feeds of a build, and what changes for those who read them already."""
    problems: list[Problem] = []
    feeds: dict[str, ReadFeed] = {}
    for path, entry in outputs.manifest.entries.items():
        if entry.media_type in MEDIA_TYPES:
            try:
                feeds[path] = read_feed(outputs.read(path, entry), entry.media_type)
            except ValueError as error:
                problems.append(Problem(Location(path), f"this feed cannot be read: {error}", _OURS))
            else:
                problems += examine(path, entry, feeds[path], outputs.as_of)
    for path, feed in feeds.items():
        if not _names_a_feed(feed.self_url, path, feeds):
            hint = "readers move to that address; check base_url and feeds.aliases in config.yaml"
            problems.append(Problem(Location(path), f'this feed says that its address is "{feed.self_url}"', hint))
    if outputs.published is not None:
        problems += against_published(feeds, outputs.published)
    return problems


_OURS = "this is a fault of Broadsheet: please report it, with the article"


def examine(path: str, entry: Entry, feed: ReadFeed, as_of: datetime) -> Iterator[Problem]:
    """What is wrong with one feed."""
    where = Location(path)
    for fault in feed.faults:
        yield Problem(where, f"this feed breaks a rule: {fault}", _OURS)
    if feed.language and not _LANGUAGE.fullmatch(feed.language):
        yield Problem(where, f'"{feed.language}" is no language that feeds can name', "change it in config.yaml")
    if entry.size > LARGEST and not feed.is_archive:
        size, limit = f"{entry.size / 1_000_000:.1f}", LARGEST // 1_000_000
        hint = "set feeds.length lower in config.yaml, or feeds.content to summary"
        yield warning(
            where, f"this feed has {size} MB; readers fetch it again and again, and some stop at {limit}", hint
        )
    yield from _twins(where, feed)
    yield from _order(where, feed)
    for item in feed.entries:
        yield from _entry(where, item, as_of)


def _entry(where: Location, entry: ReadEntry, as_of: datetime) -> Iterator[Problem]:
    name = f'"{entry.title or entry.id}"'
    for fault in entry.faults:
        yield Problem(where, f"the entry {name} breaks a rule: {fault}", _OURS)
    if not entry.id:
        yield Problem(where, f"the entry {name} has no id", "run `python build.py mint`")
    if not entry.title:
        yield Problem(where, f"the entry {name} has no title", "give the article one")
    elif len(entry.title) > LONGEST_TITLE:
        hint = "few readers show more than 100; write a shorter one"
        yield warning(where, f"the title of {name[:60]}… has {len(entry.title)} characters", hint)
    elif entry.is_plain_title and (tag := _LOOKS_LIKE_HTML.search(entry.title)):
        hint = "some readers show such a title without it: write it in other words, or leave it if it must be so"
        yield warning(where, f'the title of {name} holds "{tag[0]}", which looks like markup', hint)
    if not _is_absolute(entry.url):
        yield Problem(where, f'the entry {name} leads to "{entry.url}"', "set base_url in config.yaml")
    yield from _dates(where, name, entry, as_of)
    for text in entry.html:
        for fault in markup_faults(text):
            yield Problem(where, f"the entry {name} {fault}", _OURS)


def _dates(where: Location, name: str, entry: ReadEntry, as_of: datetime) -> Iterator[Problem]:
    if not entry.published:
        yield Problem(where, f"the entry {name} has no date", "give the article one")
    for written in filter(None, (entry.published, entry.updated)):
        found = moment(written)
        if found is None:
            yield Problem(where, f'the entry {name} has the date "{written}", which has no zone or is none', _OURS)
        elif found > as_of:
            hint = "many readers sort by date and keep it on top till then; correct the date of the article"
            yield warning(where, f"the entry {name} is dated {written}, which is still to come", hint)


def _twins(where: Location, feed: ReadFeed) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for entry in feed.entries:
        other = seen.setdefault(entry.id, entry.title)
        if other is not entry.title and entry.id:
            message = f'"{other}" and "{entry.title}" have the same id "{entry.id}": readers show one of them'
            yield Problem(where, message, "remove the copied line from one of them and run `python build.py mint`")


def _order(where: Location, feed: ReadFeed) -> Iterator[Problem]:
    dated = [(found, entry.title) for entry in feed.entries if (found := moment(entry.published))]
    for (newer, title), (older, next_title) in pairwise(dated):
        if newer < older:
            yield Problem(where, f'"{next_title}" is newer than "{title}" and comes after it', _OURS)


@lru_cache(maxsize=4096)  # the same content stands in many feeds
def markup_faults(text: str) -> tuple[str, ...]:
    """What readers would strip from some content, or could not show on its own."""
    if "<" not in text:
        return ()
    faults = []
    for element in html_parser.fragment_fromstring(text, create_parent="div").iter():
        tag = element.tag if isinstance(element.tag, str) else "!--"
        if tag in STRIPPED or tag == "!--":
            faults.append(f"holds <{tag}>, which readers strip")
            continue
        for key, value in element.attrib.items():
            if key.startswith("on") or key == "style":
                faults.append(f'holds the attribute "{key}", which readers strip')
            elif key in _ADDRESSES and not _stands_alone(value):
                faults.append(f'holds the relative address "{value[:60]}", which leads nowhere in a reader')
        if tag == "img" and "alt" not in element.attrib:
            faults.append("holds an image without alt")
    return tuple(dict.fromkeys(faults))


def _stands_alone(address: str) -> bool:
    return address.partition(":")[0].lower() in _SCHEMES and ":" in address


def _is_absolute(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _names_a_feed(address: str, path: str, feeds: Mapping[str, ReadFeed]) -> bool:
    """Whether an address is that of the feed at a path, or, for a copy at an old address, of another one."""
    where = urlsplit(address).path
    return _is_absolute(address) and (where.endswith("/" + path) or any(where.endswith("/" + other) for other in feeds))
