"""A feed as a reading program shows it: taken apart from the finished bytes, whatever its format."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from html import unescape
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

_NAMES = {
    "a": "http://www.w3.org/2005/Atom",
    "c": "http://purl.org/rss/1.0/modules/content/",
    "d": "http://purl.org/dc/elements/1.1/",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as readers meet it; content is HTML, summary and title are text. What is missing is empty."""

    id: str
    title: str
    url: str
    date: datetime
    author: str
    summary: str
    content: str
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed with its entries in their order."""

    title: str
    description: str
    home: str
    entries: tuple[Entry, ...]


def read_feed(data: bytes, renderer: str) -> Feed:
    """The feed that these bytes are; renderer: the one that made them, "rss", "atom" or "json"."""
    if renderer == "json":
        return _json(data)
    root = ElementTree.fromstring(data)
    return _atom(root) if renderer == "atom" else _rss(root)


def _rss(root: Element) -> Feed:
    channel = root.find("channel")
    assert channel is not None, "every channel of ours is written by feedgen"
    entries = tuple(
        Entry(
            id=_text(item, "guid"),
            title=_text(item, "title"),
            url=_text(item, "link"),
            date=parsedate_to_datetime(_text(item, "pubDate")),
            author=_text(item, "d:creator"),
            summary=plain(_text(item, "description")) if _text(item, "c:encoded") else "",
            content=_text(item, "c:encoded") or _text(item, "description"),
            topics=_texts(item, "category"),
        )
        for item in channel.findall("item")
    )
    return Feed(_text(channel, "title"), plain(_text(channel, "description")), _text(channel, "link"), entries)


def _atom(root: Element) -> Feed:
    entries = tuple(
        Entry(
            id=_text(entry, "a:id"),
            title=_text(entry, "a:title"),
            url=_alternate(entry),
            date=datetime.fromisoformat(_text(entry, "a:published")),
            author=_text(entry, "a:author/a:name"),
            summary=_text(entry, "a:summary"),
            content=_text(entry, "a:content"),
            topics=tuple(category.get("term", "") for category in entry.findall("a:category", _NAMES)),
        )
        for entry in root.findall("a:entry", _NAMES)
    )
    return Feed(_text(root, "a:title"), _text(root, "a:subtitle"), _alternate(root), entries)


def _json(data: bytes) -> Feed:
    feed = json.loads(data)
    entries = tuple(
        Entry(
            id=item["id"],
            title=item.get("title", ""),
            url=item.get("url", ""),
            date=datetime.fromisoformat(item["date_published"]),
            author=", ".join(author["name"] for author in item.get("authors", ())),
            summary=item.get("summary", ""),
            content=item.get("content_html", ""),
            topics=tuple(item.get("tags", ())),
        )
        for item in feed["items"]
    )
    return Feed(feed["title"], feed.get("description", ""), feed.get("home_page_url", ""), entries)


def _alternate(element: Element) -> str:
    links = element.findall("a:link", _NAMES)
    return next((link.get("href", "") for link in links if link.get("rel", "alternate") == "alternate"), "")


def _text(element: Element, path: str) -> str:
    return element.findtext(path, "", _NAMES).strip()


def _texts(element: Element, path: str) -> tuple[str, ...]:
    return tuple((found.text or "").strip() for found in element.findall(path, _NAMES))


def plain(html: str) -> str:
    """What is left of escaped text when a reader has shown it: RSS descriptions are HTML."""
    return unescape(re.sub(r"<[^>]*>", "", html))
