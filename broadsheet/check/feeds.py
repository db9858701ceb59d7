"""Checks of feeds: what would make a feed reader reject a feed, show it wrongly, or show an article twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from urllib.parse import urlsplit

from lxml import html as html_parser

from ..core.errors import Location, Problem, warning
from ..core.feed_formats import format_of
from ..core.manifest import Entry
from ..render.feeds.parsing import ParsedEntry, ParsedFeed, parse_date, parse_feed
from .feed_history import against_published
from .outline import Outputs

LARGEST = 1_000_000  # bytes; the JSON Feed specification calls 1 MB a burden
LONGEST_TITLE = 300

# What feed readers and the W3C's validator strip from content.
STRIPPED = frozenset(
    {
        "applet", "base", "button", "embed", "form", "frame", "frameset", "iframe", "input", "link", "meta", "noscript",
        "object", "script", "select", "style", "svg", "template", "textarea",
    }
)  # fmt: skip
_URL_ATTRIBUTES = ("href", "src", "srcset", "poster", "cite", "background", "longdesc")
_SCHEMES = ("http", "https", "mailto", "tel")
_LOOKS_LIKE_HTML = re.compile(r"</(?:a|b|blockquote|code|div|em|h[1-6]|i|li|p|script|span|strong|sub|sup|title)>", re.I)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def check_feeds(outputs: Outputs) -> list[Problem]:
    """Problems in the feeds of a build, and changes that would disturb existing subscribers."""
    problems: list[Problem] = []
    feeds: dict[str, ParsedFeed] = {}
    for path, entry in outputs.manifest.entries.items():
        if feed_format := format_of(path):
            try:
                feeds[path] = parse_feed(outputs.read(path, entry), feed_format)
            except ValueError as error:
                problems.append(Problem(Location(path), f"cannot read this feed: {error}", _OURS))
            else:
                problems += _examine(path, entry, feeds[path], outputs.as_of)
    for path, feed in feeds.items():
        if not _is_feed_url(feed.self_url, feeds):
            hint = "feed readers switch to that address; check base_url and feeds.aliases in config.yaml"
            problems.append(Problem(Location(path), f'this feed gives "{feed.self_url}" as its own address', hint))
    if outputs.published is not None:
        problems += against_published(feeds, outputs.published)
    return problems


_OURS = "this is a bug in Broadsheet: please report it, with the article"


def _examine(path: str, entry: Entry, feed: ParsedFeed, as_of: datetime) -> Iterator[Problem]:
    """Problems in one feed."""
    where = Location(path)
    for fault in feed.faults:
        yield Problem(where, f"this feed is not valid: {fault}", _OURS)
    if feed.language and not _LANGUAGE.fullmatch(feed.language):
        yield Problem(where, f'"{feed.language}" is not a valid language code for feeds', "change it in config.yaml")
    if entry.size > LARGEST and not feed.is_archive:
        size, limit = f"{entry.size / 1_000_000:.1f}", LARGEST // 1_000_000
        hint = "lower feeds.length in config.yaml, or set feeds.content to summary"
        yield warning(where, f"this feed is {size} MB long, and some feed readers stop at {limit} MB", hint)
    yield from _duplicates(where, feed)
    yield from _order(where, feed)
    for item in feed.entries:
        yield from _examine_entry(where, item, as_of)


def _examine_entry(where: Location, entry: ParsedEntry, as_of: datetime) -> Iterator[Problem]:
    name = f'"{entry.title or entry.id}"'
    for fault in entry.faults:
        yield Problem(where, f"the entry {name} is not valid: {fault}", _OURS)
    if not entry.id:
        yield Problem(where, f"the entry {name} has no id", "run `broadsheet mint`")
    if not entry.title:
        yield Problem(where, f"the entry {name} has no title", "give the article one")
    elif len(entry.title) > LONGEST_TITLE:
        hint = "shorten it: few feed readers show more than 100"
        yield warning(where, f"the title {name[:60]}… has {len(entry.title)} characters", hint)
    elif entry.title_may_be_html and (tag := _LOOKS_LIKE_HTML.search(entry.title)):
        hint = "some feed readers strip it; reword the title or ignore this warning"
        yield warning(where, f'the title {name} contains "{tag[0]}", which looks like HTML', hint)
    if not _is_absolute(entry.url):
        yield Problem(
            where,
            f'the entry {name} links to "{entry.url}", which is not a complete URL',
            "set base_url in config.yaml",
        )
    yield from _dates(where, name, entry, as_of)
    for text in entry.html:
        for fault in markup_faults(text):
            yield Problem(where, f"the entry {name} {fault}", _OURS)


def _dates(where: Location, name: str, entry: ParsedEntry, as_of: datetime) -> Iterator[Problem]:
    if not entry.published:
        yield Problem(where, f"the entry {name} has no date", "give the article one")
    for written in filter(None, (entry.published, entry.updated)):
        found = parse_date(written)
        if found is None:
            yield Problem(
                where, f'the entry {name} has the date "{written}", which is not a valid date with a time zone', _OURS
            )
        elif found > as_of:
            hint = "many feed readers sort by date and keep it at the top until then; correct the date of the article"
            yield warning(where, f"the entry {name} is dated {written}, which is in the future", hint)


def _duplicates(where: Location, feed: ParsedFeed) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for entry in feed.entries:
        other = seen.setdefault(entry.id, entry.title)
        if other is not entry.title and entry.id:
            message = f'"{other}" and "{entry.title}" have the same id "{entry.id}": feed readers show only one of them'
            yield Problem(where, message, "remove the copied line from one of them and run `broadsheet mint`")


def _order(where: Location, feed: ParsedFeed) -> Iterator[Problem]:
    dated = [(found, entry.title) for entry in feed.entries if (found := parse_date(entry.published))]
    for (newer, title), (older, next_title) in pairwise(dated):
        if newer < older:
            yield Problem(where, f'"{next_title}" is newer than "{title}" but comes after it', _OURS)


@lru_cache(maxsize=4096)  # the same content is in many feeds
def markup_faults(text: str) -> tuple[str, ...]:
    """What feed readers would strip from HTML content, or could not show outside its site, as ends of a sentence."""
    if "<" not in text:
        return ()
    faults = []
    for element in html_parser.fragment_fromstring(text, create_parent="div").iter():
        tag = element.tag if isinstance(element.tag, str) else "!--"
        if tag in STRIPPED or tag == "!--":
            faults.append(f"contains <{tag}>, which feed readers strip")
            continue
        for key, value in element.attrib.items():
            if key.startswith("on") or key == "style":
                faults.append(f'has the attribute "{key}", which feed readers strip')
            elif key in _URL_ATTRIBUTES and not _is_complete(value):
                faults.append(f'has the relative URL "{value[:60]}", which is broken in feed readers')
        if tag == "img" and "alt" not in element.attrib:
            faults.append("contains an image without alt text")
    return tuple(dict.fromkeys(faults))


def _is_complete(url: str) -> bool:
    return ":" in url and url.partition(":")[0].lower() in _SCHEMES


def _is_absolute(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _is_feed_url(url: str, feeds: Iterable[str]) -> bool:
    """Whether a URL is that of one of these feeds; a copy at an old address gives the new one as its own."""
    path = urlsplit(url).path
    return _is_absolute(url) and any(path.endswith("/" + feed) for feed in feeds)
