"""Our own feeds parsed as a feed reader parses them, into one form whatever the format."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from html import unescape
from importlib import import_module
from typing import Any, cast

from lxml import etree

from ...core.feed_formats import FORMATS, FeedFormat

_MARKUP = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """An entry; what it lacks is empty."""

    id: str
    url: str
    title: str
    published: str
    """As written; `parse_date` understands it."""
    updated: str
    author: str = ""
    summary: str = ""
    """Plain text."""
    content: str = ""
    """HTML."""
    topics: tuple[str, ...] = ()
    html: tuple[str, ...] = ()
    """Everything that readers show as HTML, in the order of the file."""
    faults: tuple[str, ...] = ()
    """The rules of the format that it breaks, each the second half of a sentence."""
    title_may_be_html: bool = False
    """Whether nothing tells readers that the title is plain text, as only Atom can."""


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed with its entries in their order; what it lacks is empty."""

    title: str
    description: str
    """Plain text."""
    home_url: str
    self_url: str
    language: str
    entries: tuple[ParsedEntry, ...]
    is_archive: bool = False
    """Whether it is a page of older entries that nobody subscribes to (RFC 5005 §4)."""
    faults: tuple[str, ...] = ()
    """The rules of the format that it breaks, each a sentence without its full stop."""


def parse_feed(data: bytes, feed_format: FeedFormat) -> ParsedFeed:
    """The feed in these bytes. Raises ValueError, saying what is wrong, if there is none.

    A copy at an old address may be in another XML format than its name says: readers look at the root element.
    """
    others = [other for other in FORMATS.values() if other.is_xml and feed_format.is_xml and other != feed_format]
    errors = []
    for tried in (feed_format, *others):
        try:
            return cast(ParsedFeed, import_module(f".{tried.module}", __package__).parse(data))
        except ValueError as error:
            errors.append(error)
    raise errors[0]


def parse_date(text: str) -> datetime | None:
    """The date and time in a feed of any format; None if it is invalid or has no time zone."""
    try:
        found = parsedate_to_datetime(text) if "," in text else datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else None


def plain_text(html: str) -> str:
    """What a reader shows of HTML where it expects plain text."""
    return unescape(_MARKUP.sub("", html))


# Feeds of ours have no entities, and a damaged one must not make us fetch or expand any.
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)


def xml_root(data: bytes, tag: str) -> Any:
    """The root element of an XML document. Raises ValueError if it is not well-formed or has another tag."""
    try:
        root = etree.fromstring(data, _PARSER)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"it is not well-formed: {error.msg}") from None
    if root.tag != tag:
        raise ValueError(f"its root element is <{root.tag}>, not <{etree.QName(tag).localname}>")
    return root


def element_text(element: Any) -> str:
    """The text of an XML element without the blanks around it; empty if there is no such element."""
    return "" if element is None else (element.text or "").strip()
