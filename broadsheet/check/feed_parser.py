"""Feeds as a reader takes them in: what RSS, Atom and JSON Feed say, in one shape."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
MEDIA_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")

# No document of ours has entities, and a damaged one must not make us fetch or expand any.
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)


@dataclass(frozen=True, slots=True)
class ReadEntry:
    """An entry; published and updated as written, html in the order in which it stands. faults: broken rules.

    is_plain_title: whether nothing tells readers that the title is no HTML, as only Atom can.
    """

    id: str
    url: str
    title: str
    published: str
    updated: str
    html: tuple[str, ...]
    faults: tuple[str, ...] = ()
    is_plain_title: bool = False


@dataclass(frozen=True, slots=True)
class ReadFeed:
    """A feed. is_archive: a closed page of older entries (RFC 5005)."""

    title: str
    self_url: str
    language: str
    updated: str
    is_archive: bool
    entries: tuple[ReadEntry, ...]
    faults: tuple[str, ...] = field(default=())


def read_feed(data: bytes, media_type: str) -> ReadFeed:
    """The feed that some bytes hold. Raises ValueError, with what is wrong, for bytes that hold none."""
    if media_type == "application/feed+json":
        return _json(data)
    try:
        root = etree.fromstring(data, _PARSER)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"it is not well-formed: {error.msg}") from None
    if root.tag == "rss" and root.find("channel") is not None:
        return _rss(root.find("channel"))
    if root.tag == f"{ATOM}feed":
        return _atom(root)
    raise ValueError(f"its first element is <{root.tag}>, which begins no feed")


def moment(text: str) -> datetime | None:
    """The moment that a date of any of the three formats means; None for one that is wrong or has no zone."""
    try:
        found = parsedate_to_datetime(text) if "," in text else datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else None


def _rss(channel: Any) -> ReadFeed:
    links = {link.get("rel"): link.get("href", "") for link in channel.findall(f"{ATOM}link")}
    faults = [
        f"the channel has no <{name}>" for name in ("title", "link", "description") if not _text(channel.find(name))
    ]
    return ReadFeed(
        title=_text(channel.find("title")),
        self_url=links.get("self", ""),
        language=_text(channel.find("language")),
        updated=_text(channel.find("lastBuildDate")),
        is_archive="current" in links,
        entries=tuple(_rss_item(item) for item in channel.findall("item")),
        faults=tuple(faults),
    )


def _rss_item(item: Any) -> ReadEntry:
    guid = item.find("guid")
    names = [child.tag for child in item]
    faults = []
    if guid is not None and guid.get("isPermaLink", "true") == "true" and not _text(guid).startswith("http"):
        faults.append('its guid is no address, and does not say isPermaLink="false"')
    if CONTENT in names and "description" not in names[: names.index(CONTENT)]:
        faults.append("its full content comes before its summary, which some readers then show instead")
    enclosures = item.findall("enclosure")
    if len(enclosures) > 1:
        faults.append("it has more than one enclosure")
    for enclosure in enclosures:
        faults += [f"its enclosure has no {name}" for name in ("url", "length", "type") if not enclosure.get(name)]
    source = item.find("source")
    if source is not None and not source.get("url", "").startswith("http"):
        faults.append("its <source> has no address of a feed")
    return ReadEntry(
        id=_text(guid),
        url=_text(item.find("link")),
        title=_text(item.find("title")),
        published=_text(item.find("pubDate")),
        updated="",
        html=tuple(text for name in ("description", CONTENT) if (text := _text(item.find(name)))),
        faults=tuple(faults),
        is_plain_title=True,
    )


def _atom(feed: Any) -> ReadFeed:
    links = {link.get("rel", "alternate"): link.get("href", "") for link in feed.findall(f"{ATOM}link")}
    faults = [f"the feed has no <{name}>" for name in ("id", "title", "updated") if not _text(feed.find(ATOM + name))]
    return ReadFeed(
        title=_text(feed.find(f"{ATOM}title")),
        self_url=links.get("self", ""),
        language=feed.get("{http://www.w3.org/XML/1998/namespace}lang", ""),
        updated=_text(feed.find(f"{ATOM}updated")),
        is_archive="current" in links,
        entries=tuple(_atom_entry(entry, feed) for entry in feed.findall(f"{ATOM}entry")),
        faults=(*faults, *_twin_alternates(feed)),
    )


def _atom_entry(entry: Any, feed: Any) -> ReadEntry:
    faults = list(_twin_alternates(entry))
    if entry.find(f"{ATOM}author") is None and feed.find(f"{ATOM}author") is None:
        faults.append("it has no author, and neither has the feed")
    texts = [found for name in ("summary", "content") if (found := entry.find(ATOM + name)) is not None]
    for found in texts:
        if found.get("type", "text") not in ("text", "html", "xhtml"):
            faults.append(f'its content has the type "{found.get("type")}", which Atom does not know')
    alternates = [link.get("href", "") for link in _links(entry, "alternate")]
    return ReadEntry(
        id=_text(entry.find(f"{ATOM}id")),
        url=alternates[0] if alternates else "",
        title=_text(entry.find(f"{ATOM}title")),
        published=_text(entry.find(f"{ATOM}published")),
        updated=_text(entry.find(f"{ATOM}updated")),
        html=tuple(_text(found) for found in texts if found.get("type") == "html"),
        faults=tuple(faults),
    )


def _twin_alternates(element: Any) -> Iterator[str]:
    kinds = [(link.get("type"), link.get("hreflang")) for link in _links(element, "alternate")]
    if len(set(kinds)) < len(kinds):  # RFC 4287 §4.2.4
        yield "it has two alternate links of the same type and language"


def _links(element: Any, rel: str) -> Sequence[Any]:
    return [link for link in element.findall(f"{ATOM}link") if link.get("rel", "alternate") == rel]


def _json(data: bytes) -> ReadFeed:
    try:
        feed = json.loads(data)
    except (ValueError, RecursionError):
        raise ValueError("it is no JSON") from None
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise ValueError("it is no JSON Feed: it holds no list of items")
    faults = []
    if not str(feed.get("version", "")).startswith("https://jsonfeed.org/version/1"):
        faults.append("the feed does not name its version")
    if not feed.get("title"):
        faults.append("the feed has no title")
    if feed.get("next_url") == feed.get("feed_url"):
        faults.append("its next page is itself")
    return ReadFeed(
        title=str(feed.get("title", "")),
        self_url=str(feed.get("feed_url", "")),
        language=str(feed.get("language", "")),
        updated="",
        is_archive=False,
        entries=tuple(_json_item(item) for item in feed["items"] if isinstance(item, dict)),
        faults=tuple(faults),
    )


def _json_item(item: dict[str, Any]) -> ReadEntry:
    faults = []
    if not isinstance(item.get("id"), str):
        faults.append("its id is no text")
    if not item.get("content_html") and not item.get("content_text"):
        faults.append("it has no content")
    for author in item.get("authors", []):
        if not (author.get("name") or author.get("url") or author.get("avatar")):
            faults.append("it has an author without a name")
    return ReadEntry(
        id=str(item.get("id", "")),
        url=str(item.get("url", "")),
        title=str(item.get("title", "")),
        published=str(item.get("date_published", "")),
        updated=str(item.get("date_modified", "")),
        html=(str(item.get("content_html", "")),),
        faults=tuple(faults),
    )


def _text(element: Any) -> str:
    return "" if element is None else (element.text or "").strip()
