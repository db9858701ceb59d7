"""An article in Markdown, for programs: what is known of it in front, then what its entry in feeds says."""

from __future__ import annotations

from html import escape
from typing import Any

import yaml

from ..environment import Closure
from ..views import CopyView, FeedItemView, SiteView
from .feed_content import clean_text, whole
from .job import Job
from .to_markdown import to_markdown


def render(job: Job, site: SiteView, closure: Closure) -> bytes:
    """The copy as UTF-8; its front matter is YAML."""
    view: CopyView = job.view
    item = view.item
    facts = yaml.safe_dump(_facts(item), allow_unicode=True, sort_keys=False, width=1_000)
    html = f"<h1>{escape(clean_text(item.title))}</h1>\n{whole(item, view.words, dict(job.documents))}"
    return f"---\n{facts}---\n\n{to_markdown(html)}\n".encode()


def _facts(item: FeedItemView) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "title": item.title,
        "summary": item.summary,
        "url": item.url,
        "date": item.date.iso,
        "updated": item.updated.iso if item.updated != item.date else "",
        "language": item.language,
        "topics": [*item.topics],
        "sources": [_given(name=source.name, title=source.title, url=source.url) for source in item.sources],
    }
    return _given(**facts)


def _given(**facts: Any) -> dict[str, Any]:
    return {name: fact for name, fact in facts.items() if fact}
