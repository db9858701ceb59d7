"""The lists of articles that the search page looks through, as JSON."""

from __future__ import annotations

import json

from ..views.common import SiteView
from ..views.pages import SearchListView
from .jinja.environment import Closure
from .job import Job


def render(job: Job, site: SiteView, closure: Closure) -> bytes:
    """The list as compact JSON: names of topics and sources once, rows with their numbers."""
    view: SearchListView = job.view
    topics = list(dict.fromkeys(name for row in view.rows for name in row[5]))
    sources = list(dict.fromkeys(name for row in view.rows for name in row[6]))
    topic_numbers = {name: number for number, name in enumerate(topics)}
    source_numbers = {name: number for number, name in enumerate(sources)}
    rows = [
        [*row[:5], [topic_numbers[name] for name in row[5]], [source_numbers[name] for name in row[6]]]
        for row in view.rows
    ]
    content = {"prefix": view.prefix, "topics": topics, "sources": sources, "rows": rows}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
