"""The list of all feeds as OPML 2.0 (http://opml.org/spec2.opml), grouped by family."""

from __future__ import annotations

from itertools import groupby

from lxml import etree

from ...views.common import SiteView
from ...views.feeds import FeedListView, OutlineView
from ..jinja.environment import Closure
from ..job import Job
from .content import clean_text


def render(job: Job, site: SiteView, closure: Closure) -> bytes:
    """The list as UTF-8 XML, feeds in the order of the view."""
    view: FeedListView = job.view
    root = etree.Element("opml", {"version": "2.0"})
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = clean_text(view.title)
    etree.SubElement(head, "ownerName").text = clean_text(view.publisher)
    body = etree.SubElement(root, "body")
    for group, outlines in groupby(view.outlines, key=lambda outline: outline.group):
        parent = etree.SubElement(body, "outline", {"text": clean_text(group)})
        for outline in outlines:
            etree.SubElement(parent, "outline", _attributes(outline))
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _attributes(outline: OutlineView) -> dict[str, str]:
    title = clean_text(outline.title)
    return {
        "type": "rss",  # OPML's word for a feed in any format
        "text": title,
        "title": title,
        "xmlUrl": outline.url,
        "htmlUrl": outline.home_url,
        "language": outline.language,
    }
