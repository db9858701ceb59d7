"""An article in Markdown, for programs: what is known of it in front, then what its entry in feeds says."""

from __future__ import annotations

import json
import re
from html import escape
from typing import Any

from ..views.common import SiteView
from ..views.feeds import CopyView, FeedItemView
from .feeds.content import clean_text, full_content
from .feeds.json_feed import without_empty
from .html_to_markdown import to_markdown
from .jinja.environment import Closure
from .job import Job

_UNSEEN = re.compile("[\x7f-\x9f\ufeff\ufffe\uffff]")  # what YAML takes only in escapes


def render(job: Job, site: SiteView, closure: Closure) -> bytes:
    """The copy as UTF-8; its front matter is YAML, whose values are JSON: PyYAML would take as long as all the rest."""
    view: CopyView = job.view
    item = view.item
    facts = "".join([f"{name}: {_scalar(value)}\n" for name, value in _facts(item).items()])
    html = f"<h1>{escape(clean_text(item.title))}</h1>\n{full_content(item, view.messages, dict(job.documents))}"
    return f"---\n{facts}---\n\n{to_markdown(html)}\n".encode()


def _scalar(value: Any) -> str:
    return _UNSEEN.sub(lambda it: f"\\u{ord(it[0]):04x}", json.dumps(value, ensure_ascii=False))


def _facts(item: FeedItemView) -> dict[str, Any]:
    sources = [without_empty({"name": it.name, "title": it.title, "url": it.url}) for it in item.sources]
    facts: dict[str, Any] = {
        "title": item.title,
        "summary": item.summary,
        "url": item.url,
        "date": item.date.iso,
        "updated": item.updated.iso if item.updated != item.date else "",
        "language": item.language,
        "topics": [*item.topics],
        "sources": sources,
    }
    return without_empty(facts)
