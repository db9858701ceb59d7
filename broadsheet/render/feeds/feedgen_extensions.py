"""Extensions of feedgen 1.0.0 that add what it cannot write, in RSS and Atom.

feedgen loses the rel of Atom entry links (lkiesow/python-feedgen#135), writes no hub link in RSS, puts content before
summary, and switches the locale of the whole process for each date in RSS. It gets the plain fields; the rest is here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import Any

from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from ...core.feed_formats import FORMATS
from ...views.common import DateView
from ...views.feeds import FeedItemView, FeedSourceView, FeedView
from .content import clean_text

ATOM_NS = "{http://www.w3.org/2005/Atom}"
DC_NS = "{http://purl.org/dc/elements/1.1/}"
NAMESPACES = {
    "dc": DC_NS[1:-1],
    "fh": "http://purl.org/syndication/history/1.0",
    "media": "http://search.yahoo.com/mrss/",
}
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# feedgen writes the current time if it gets none; an empty feed gets this one instead.
NEVER = "1970-01-01T00:00:00+00:00"


def to_datetime(date: DateView | None) -> datetime:
    """The date and time of a view, with its time zone; 1970 for None."""
    return datetime.fromisoformat(date.iso if date else NEVER)


def new_feed(view: FeedView) -> FeedGenerator:
    """A generator with our extensions and without entries."""
    feed = FeedGenerator()
    feed.register_extension("broadsheet", FeedExtension, EntryExtension)
    feed.broadsheet.view = view
    feed.title(clean_text(view.title))
    feed.generator("Broadsheet")
    return feed


def add_entry(feed: FeedGenerator, item: FeedItemView, content: str, view: FeedView) -> FeedEntry:
    """A new entry at the end, with the fields that are written alike in both formats."""
    entry = feed.add_entry(order="append")
    entry.broadsheet.item = item
    entry.broadsheet.view = view
    entry.title(clean_text(item.title))
    # A plain summary is escaped as HTML: readers take descriptions in RSS for HTML, and many do so for those in Atom.
    if item.summary and view.has_full_text:
        entry.summary(escape(clean_text(item.summary), quote=False), type="html")
    entry.content(content, type="html")
    entry.category([{"term": clean_text(topic)} for topic in item.topics])
    return entry


def add_text(parent: Any, name: str, value: str, **attributes: str) -> Any:
    """A new element with this text, below a parent."""
    element = etree.SubElement(parent, name, attributes)
    element.text = clean_text(value)
    return element


class FeedExtension(BaseExtension):  # type: ignore[misc]
    """Adds the links of a feed, and marks pages of an archive."""

    view: FeedView

    def extend_ns(self) -> dict[str, str]:
        return dict(NAMESPACES)

    def extend_rss(self, rss: Any) -> Any:
        channel = rss[0]
        for attributes in _links(self.view, FORMATS["rss"].media_type):
            etree.SubElement(channel, f"{ATOM_NS}link", attributes)
        return self._archive(channel)

    def extend_atom(self, feed: Any) -> Any:
        feed.set(XML_LANG, self.view.language)
        _declare_html(feed.find("title"))
        _declare_html(feed.find("subtitle"))
        for attributes in _links(self.view, FORMATS["atom"].media_type):
            # The plain name: feedgen's elements are in no namespace until they are read, a qualified one would get
            # a prefix of its own.
            etree.SubElement(feed, "link", attributes)
        return self._archive(feed)

    def _archive(self, element: Any) -> Any:
        if self.view.is_archive:
            etree.SubElement(element, f"{{{NAMESPACES['fh']}}}archive")
        return element


class EntryExtension(BaseEntryExtension):  # type: ignore[misc]
    """Adds the date, people, sources, licences and image of an entry."""

    item: FeedItemView
    view: FeedView

    def extend_rss(self, element: Any) -> Any:
        item = self.item
        add_text(element, "pubDate", format_datetime(to_datetime(item.date)))
        for author in item.authors:
            add_text(element, f"{DC_NS}creator", author.title)
        for name in item.contributors:
            add_text(element, f"{DC_NS}contributor", name)
        known = [source for source in item.sources if source.feed]
        for source in item.sources:
            # <source> and dc:source must not stand side by side (the validator's DuplicateItemSemantics).
            if source.url and known:
                etree.SubElement(element, f"{ATOM_NS}link", {"rel": "via", "href": source.url})
            elif source.url:
                add_text(element, f"{DC_NS}source", source.url)
        for licence in _licences(item):
            add_text(element, f"{DC_NS}rights", licence)
        if item.language != self.view.language:
            add_text(element, f"{DC_NS}language", item.language)
        if known:  # RSS has room for one
            add_text(element, "source", known[0].name, url=known[0].feed)
        self._rss_image(element)
        return element

    def _rss_image(self, element: Any) -> None:
        """An enclosure if type and length are known, else media:content, which requires neither."""
        image = self.item.image
        if image is None:
            return
        figure = image.figure
        if image.media_type and image.size:
            etree.SubElement(
                element, "enclosure", {"url": figure.url, "length": str(image.size), "type": image.media_type}
            )
            return
        attributes = {"url": figure.url, "medium": "image"}
        if image.media_type:
            attributes["type"] = image.media_type
        if figure.width and figure.height:
            attributes |= {"width": str(figure.width), "height": str(figure.height)}
        etree.SubElement(element, f"{{{NAMESPACES['media']}}}content", attributes)

    def extend_atom(self, element: Any) -> Any:
        item = self.item
        if item.language != self.view.language:
            element.set(XML_LANG, item.language)
        _declare_html(element.find("title"))
        summary, content = element.find("summary"), element.find("content")
        if summary is not None:
            content.addprevious(summary)
        etree.SubElement(element, "link", {"rel": "alternate", "type": "text/html", "href": item.url})
        for source in item.sources:
            if source.url:
                etree.SubElement(element, "link", {"rel": "via", "href": source.url})
        image = item.image
        if image is not None and image.media_type:
            length = {"length": str(image.size)} if image.size else {}
            attributes = {"rel": "enclosure", "type": image.media_type, "href": image.figure.url, **length}
            etree.SubElement(element, "link", attributes)
        for name in item.contributors:
            add_text(etree.SubElement(element, "contributor"), "name", name)
        licences = list(_licences(item))
        if licences:
            add_text(element, "rights", "; ".join(licences))
        for source in [source for source in item.sources if source.feed][:1]:
            self._atom_source(element, source)
        return element

    def _atom_source(self, element: Any, source: FeedSourceView) -> None:
        """The feed that the story came from (RFC 4287 §4.2.11); its URL serves as its ID."""
        inner = etree.SubElement(element, "source")
        add_text(inner, "id", source.feed)
        add_text(inner, "title", source.name)
        add_text(inner, "updated", (source.taken or self.item.date).iso)
        etree.SubElement(inner, "link", {"rel": "self", "href": source.feed})


def _declare_html(element: Any) -> None:
    """Escapes a text that looks like HTML, and declares that: many feed readers take any Atom title for HTML."""
    if "<" in element.text or "&" in element.text:
        element.set("type", "html")
        element.text = escape(element.text, quote=False)


def _links(view: FeedView, media_type: str) -> Iterator[dict[str, str]]:
    """The attributes of the links to the hub and to the archive (RFC 5005 §4)."""
    if view.hub and not view.is_archive:
        yield {"rel": "hub", "href": view.hub}
    if view.is_archive:
        yield {"rel": "current", "href": view.current, "type": media_type}
    for rel, url in (("prev-archive", view.older), ("next-archive", view.newer)):
        if url:
            yield {"rel": rel, "href": url, "type": view.archive_type}


def _licences(item: FeedItemView) -> Iterator[str]:
    yield from dict.fromkeys(source.licence for source in item.sources if source.licence)
