"""RSS 2.0 through feedgen (https://www.rssboard.org/rss-specification, https://www.rssboard.org/rss-profile)."""

from __future__ import annotations

import re
from threading import Lock

from ...views.common import (
    SiteView,
)
from ...views.feeds import (
    FeedView,
)
from ..jinja.environment import Closure
from ..job import Job
from . import feedgen_extensions as feedgen_parts
from .content import clean_text, content
from .feedgen_extensions import MEDIA_TYPES, moment

# feedgen sets the locale of the whole process while it writes a date: two threads at it would leave it changed.
_ONE_AT_A_TIME = Lock()
_TITLE = re.compile(rb"<title>[^<]*&[^<]*</title>")
_DESCRIPTION = re.compile(rb"<description>[^<]*&[^<]*</description>")


def render(job: Job, site: SiteView, closure: Closure) -> bytes:
    """The feed as UTF-8 XML, items in the order of the view."""
    view: FeedView = job.view
    documents = dict(job.documents)
    feed = feedgen_parts.begin(view)
    feed.description(clean_text(view.description))
    # The channel's <link> is the last link() call of any rel: self first, alternate last.
    feed.link(href=view.url, rel="self", type=MEDIA_TYPES["rss"])
    feed.link(href=view.home_url, rel="alternate", type="text/html")
    feed.language(view.language)
    feed.docs("https://www.rssboard.org/rss-specification")
    feed.lastBuildDate(moment(view.updated))
    for item in view.items:
        entry = feedgen_parts.add(feed, item, content(item, view, documents), view)
        entry.guid(clean_text(item.id), permalink=False)
        entry.link(href=item.url)
    with _ONE_AT_A_TIME:
        written: bytes = feed.rss_str(pretty=True)
    return _with_codes_in_titles(written)


def _with_codes_in_titles(feed: bytes) -> bytes:
    """The same XML with & and < of titles as numbers, which fewer readers take for markup (RSS profile, "title")."""
    head, item, entries = feed.partition(b"<item>")
    head = _DESCRIPTION.sub(_coded, _TITLE.sub(_coded, head))
    return head + item + _TITLE.sub(_coded, entries)


def _coded(text: re.Match[bytes]) -> bytes:
    return text[0].replace(b"&amp;", b"&#x26;").replace(b"&lt;", b"&#x3C;").replace(b"&gt;", b"&#x3E;")
