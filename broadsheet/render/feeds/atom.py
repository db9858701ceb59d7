"""Atom through feedgen (https://www.rfc-editor.org/rfc/rfc4287)."""

from __future__ import annotations

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


def render(job: Job, site: SiteView, closure: Closure) -> bytes:
    """The feed as UTF-8 XML, items in the order of the view."""
    view: FeedView = job.view
    documents = dict(job.documents)
    feed = feedgen_parts.begin(view)
    feed.id(view.id)
    feed.subtitle(clean_text(view.description))
    feed.link(href=view.url, rel="self", type=MEDIA_TYPES["atom"])
    feed.link(href=view.home_url, rel="alternate", type="text/html")
    feed.author(_person(view.publisher.title, view.publisher.url))
    feed.updated(moment(view.updated))
    for item in view.items:
        entry = feedgen_parts.add(feed, item, content(item, view, documents), view)
        entry.id(clean_text(item.id))
        entry.author([_person(author.title, author.url) for author in item.authors])
        entry.published(moment(item.date))
        entry.updated(moment(item.updated))
    return bytes(feed.atom_str(pretty=True))


def _person(name: str, url: str) -> dict[str, str]:
    return {"name": clean_text(name), **({"uri": url} if url else {})}
