"""RSS 2.0 through feedgen (https://www.rssboard.org/rss-specification, https://www.rssboard.org/rss-profile)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator

from ..environment import Closure
from ..views import FeedItemView, FeedView, FigureView, SiteView
from .job import Job
from .prose import filled

# feedgen writes "now" where no moment is given; an empty feed gets this one instead.
NEVER = "1970-01-01T00:00:00+00:00"


def render(job: Job, site: SiteView, closure: Closure) -> bytes:
    """The feed as UTF-8 XML, items in the order of the view."""
    view: FeedView = job.view
    documents = dict(job.documents)
    feed = FeedGenerator()
    feed.load_extension("dc", atom=False, rss=True)
    feed.load_extension("media", atom=False, rss=True)
    feed.title(view.title)
    feed.description(view.description)
    # The channel's <link> is the last link() call of any rel: self first, alternate last.
    feed.link(href=view.url, rel="self", type="application/rss+xml")
    feed.link(href=view.home_url, rel="alternate", type="text/html")
    feed.language(view.language)
    feed.generator("Broadsheet")
    feed.docs("https://www.rssboard.org/rss-specification")
    moment = datetime.fromisoformat(view.updated.iso if view.updated else NEVER)
    feed.updated(moment)
    feed.lastBuildDate(moment)
    for item in view.items:
        _add(feed.add_entry(order="append"), item, documents)
    return bytes(feed.rss_str(pretty=True))


def _add(entry: Any, item: FeedItemView, documents: Mapping[str, str]) -> FeedEntry:
    content = _figure(item.figure) + filled(item.body, documents) + provenance(item)
    entry.guid(item.id, permalink=False)
    entry.title(item.title)
    entry.link(href=item.url)
    entry.pubDate(datetime.fromisoformat(item.date.iso))
    entry.updated(datetime.fromisoformat((item.updated or item.date).iso))
    entry.dc.dc_creator(item.creator)
    for source in item.sources:
        if source.url:
            entry.dc.dc_source(source.url)
    for topic in item.topics:
        entry.category(term=topic)
    # RSS readers take a description for HTML: a plain summary is escaped once more before XML escapes it.
    entry.summary(escape(item.summary, quote=False))
    entry.content(content, type="html")
    if item.figure:
        size = {"width": str(item.figure.width), "height": str(item.figure.height)} if item.figure.width else {}
        entry.media.content({"url": item.figure.url, "medium": "image", **size}, group=None)
    return entry


def _figure(figure: FigureView | None) -> str:
    if figure is None:
        return ""
    words = " ".join(part for part in (figure.caption, figure.credit) if part)
    caption = f"<figcaption>{escape(words)}</figcaption>" if words else ""
    size = f' width="{figure.width}" height="{figure.height}"' if figure.width else ""
    return f'<figure><img src="{escape(figure.url)}"{size} alt="{escape(figure.alt)}">{caption}</figure>\n'


def provenance(item: FeedItemView) -> str:
    """The byline and the sources in words, since readers of feeds show no such metadata."""
    parts = [f"<p><em>{escape(item.byline)}.</em></p>"]
    for source in item.sources:
        name = escape(source.title or source.name)
        if source.url:
            parts.append(f'<p>Source: <a href="{escape(source.url)}">{name}</a></p>')
        else:
            parts.append(f"<p>Source: {name}. No link to the original is on record.</p>")
    return "\n".join(["", *parts])
