"""Atom through feedgen (https://www.rfc-editor.org/rfc/rfc4287)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...core.feed_formats import FORMATS
from ...views.common import SiteView
from ...views.feeds import FeedView
from ..jinja.environment import Closure
from ..job import Job
from . import feedgen_extensions
from .content import clean_text, content
from .feedgen_extensions import ATOM_NS, XML_LANG, to_datetime
from .parsing import ParsedEntry, ParsedFeed, element_text, plain_text, xml_root


def render(job: Job, site: SiteView, closure: Closure) -> bytes:
    """The feed as UTF-8 XML, items in the order of the view."""
    view: FeedView = job.view
    documents = dict(job.documents)
    feed = feedgen_extensions.new_feed(view)
    feed.id(view.id)
    feed.subtitle(clean_text(view.description))
    feed.link(href=view.url, rel="self", type=FORMATS["atom"].media_type)
    feed.link(href=view.home_url, rel="alternate", type="text/html")
    feed.author(_person(view.publisher.title, view.publisher.url))
    feed.updated(to_datetime(view.updated))
    for item in view.items:
        entry = feedgen_extensions.add_entry(feed, item, content(item, view, documents), view)
        entry.id(clean_text(item.id))
        entry.author([_person(author.title, author.url) for author in item.authors])
        entry.published(to_datetime(item.date))
        entry.updated(to_datetime(item.updated))
    return bytes(feed.atom_str(pretty=True))


def _person(name: str, url: str) -> dict[str, str]:
    return {"name": clean_text(name), **({"uri": url} if url else {})}


def parse(data: bytes) -> ParsedFeed:
    """The feed in these bytes. Raises ValueError, saying what is wrong, if there is none."""
    feed = xml_root(data, f"{ATOM_NS}feed")
    missing = [name for name in ("id", "title", "updated") if not element_text(feed.find(ATOM_NS + name))]
    return ParsedFeed(
        title=_plain(feed.find(f"{ATOM_NS}title")),
        description=_plain(feed.find(f"{ATOM_NS}subtitle")),
        home_url=_href(feed, "alternate"),
        self_url=_href(feed, "self"),
        language=feed.get(XML_LANG, ""),
        entries=tuple(_parse_entry(entry, feed) for entry in feed.findall(f"{ATOM_NS}entry")),
        is_archive=bool(_links(feed, "current")),
        faults=(*(f"the feed has no <{name}>" for name in missing), *_duplicate_alternates(feed)),
    )


def _parse_entry(entry: Any, feed: Any) -> ParsedEntry:
    texts = [found for name in ("summary", "content") if (found := entry.find(ATOM_NS + name)) is not None]
    return ParsedEntry(
        id=element_text(entry.find(f"{ATOM_NS}id")),
        url=_href(entry, "alternate"),
        title=_plain(entry.find(f"{ATOM_NS}title")),
        published=element_text(entry.find(f"{ATOM_NS}published")),
        updated=element_text(entry.find(f"{ATOM_NS}updated")),
        author=element_text(entry.find(f"{ATOM_NS}author/{ATOM_NS}name")),
        summary=_plain(entry.find(f"{ATOM_NS}summary")),
        content=element_text(entry.find(f"{ATOM_NS}content")),
        topics=tuple(category.get("term", "") for category in entry.findall(f"{ATOM_NS}category")),
        html=tuple(element_text(found) for found in texts if found.get("type") == "html"),
        faults=tuple(_faults(entry, feed, texts)),
    )


def _faults(entry: Any, feed: Any, texts: list[Any]) -> Iterator[str]:
    """The rules of RFC 4287 that an entry breaks."""
    yield from _duplicate_alternates(entry)
    if entry.find(f"{ATOM_NS}author") is None and feed.find(f"{ATOM_NS}author") is None:
        yield "neither it nor the feed has an author"
    for found in texts:
        if found.get("type", "text") not in ("text", "html", "xhtml"):
            yield f'its content has the type "{found.get("type")}", which is not valid in Atom'


def _duplicate_alternates(element: Any) -> Iterator[str]:
    kinds = [(link.get("type"), link.get("hreflang")) for link in _links(element, "alternate")]
    if len(set(kinds)) < len(kinds):  # RFC 4287 §4.2.4
        yield "it has two alternate links of the same type and language"


def _links(element: Any, rel: str) -> list[Any]:
    return [link for link in element.findall(f"{ATOM_NS}link") if link.get("rel", "alternate") == rel]


def _href(element: Any, rel: str) -> str:
    return next((link.get("href", "") for link in _links(element, rel)), "")


def _plain(element: Any) -> str:
    """The plain text of an element that may be HTML."""
    text = element_text(element)
    return plain_text(text) if element is not None and element.get("type") == "html" else text
