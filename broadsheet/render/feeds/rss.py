"""RSS 2.0 through feedgen (https://www.rssboard.org/rss-specification, https://www.rssboard.org/rss-profile)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from threading import Lock
from typing import Any

from ...core.feed_formats import FORMATS
from ...views.common import SiteView
from ...views.feeds import FeedView
from ..jinja.environment import Closure
from ..job import Job
from . import feedgen_extensions
from .content import clean_text, content
from .feedgen_extensions import ATOM_NS, DC_NS, to_datetime
from .parsing import ParsedEntry, ParsedFeed, element_text, plain_text, xml_root

# feedgen sets the locale of the whole process while it writes a date: two threads at it would leave it changed.
_LOCK = Lock()
_TITLE = re.compile(rb"<title>[^<]*&[^<]*</title>")
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_DESCRIPTION = re.compile(rb"<description>[^<]*&[^<]*</description>")


def render(job: Job, site: SiteView, closure: Closure) -> bytes:
    """The feed as UTF-8 XML, items in the order of the view."""
    view: FeedView = job.view
    documents = dict(job.documents)
    feed = feedgen_extensions.new_feed(view)
    feed.description(clean_text(view.description))
    # The channel's <link> is the last link() call of any rel: self first, alternate last.
    feed.link(href=view.url, rel="self", type=FORMATS["rss"].media_type)
    feed.link(href=view.home_url, rel="alternate", type="text/html")
    feed.language(view.language)
    feed.docs("https://www.rssboard.org/rss-specification")
    feed.lastBuildDate(to_datetime(view.updated))
    for item in view.items:
        entry = feedgen_extensions.add_entry(feed, item, content(item, view, documents), view)
        entry.guid(clean_text(item.id), permalink=False)
        entry.link(href=item.url)
    with _LOCK:
        written: bytes = feed.rss_str(pretty=True)
    return _with_numeric_entities(written)


def _with_numeric_entities(feed: bytes) -> bytes:
    """The same XML with & and < in titles as numeric entities, which readers seldom take for HTML (RSS profile)."""
    head, item, entries = feed.partition(b"<item>")
    head = _DESCRIPTION.sub(_numeric, _TITLE.sub(_numeric, head))
    return head + item + _TITLE.sub(_numeric, entries)


def _numeric(text: re.Match[bytes]) -> bytes:
    return text[0].replace(b"&amp;", b"&#x26;").replace(b"&lt;", b"&#x3C;").replace(b"&gt;", b"&#x3E;")


def parse(data: bytes) -> ParsedFeed:
    """The feed in these bytes. Raises ValueError, saying what is wrong, if there is none."""
    channel = xml_root(data, "rss").find("channel")
    if channel is None:
        raise ValueError("it has no <channel>")
    links = {link.get("rel"): link.get("href", "") for link in channel.findall(f"{ATOM_NS}link")}
    texts = {name: element_text(channel.find(name)) for name in ("title", "link", "description")}
    return ParsedFeed(
        title=texts["title"],
        description=plain_text(texts["description"]),
        home_url=texts["link"],
        self_url=links.get("self", ""),
        language=element_text(channel.find("language")),
        entries=tuple(map(_parse_item, channel.findall("item"))),
        is_archive="current" in links,
        faults=tuple(f"the channel has no <{name}>" for name, text in texts.items() if not text),
    )


def _parse_item(item: Any) -> ParsedEntry:
    description, content = element_text(item.find("description")), element_text(item.find(_CONTENT))
    return ParsedEntry(
        id=element_text(item.find("guid")),
        url=element_text(item.find("link")),
        title=element_text(item.find("title")),
        published=element_text(item.find("pubDate")),
        updated="",
        author=element_text(item.find(f"{DC_NS}creator")),
        summary=plain_text(description) if content else "",
        content=content or description,
        topics=tuple(element_text(category) for category in item.findall("category")),
        html=tuple(text for text in (description, content) if text),
        faults=tuple(_faults(item)),
        title_may_be_html=True,
    )


def _faults(item: Any) -> Iterator[str]:
    """The rules of RSS 2.0 and of its profile that an item breaks."""
    guid, source, names = item.find("guid"), item.find("source"), [child.tag for child in item]
    if guid is not None and guid.get("isPermaLink", "true") == "true" and not element_text(guid).startswith("http"):
        yield 'its guid is not a URL and lacks isPermaLink="false"'
    if _CONTENT in names and "description" not in names[: names.index(_CONTENT)]:
        yield "its full content precedes its summary, so that some readers show the summary only"
    enclosures = item.findall("enclosure")
    if len(enclosures) > 1:
        yield "it has more than one enclosure"
    for enclosure in enclosures:
        yield from (f"its enclosure has no {name}" for name in ("url", "length", "type") if not enclosure.get(name))
    if source is not None and not source.get("url", "").startswith("http"):
        yield "its <source> has no feed URL"
