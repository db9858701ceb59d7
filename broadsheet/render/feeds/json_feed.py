"""JSON Feed 1.1 (https://jsonfeed.org/version/1.1)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ...views.common import CorrectionView, LinkView, PersonView, SiteView
from ...views.feeds import AiView, FeedItemView, FeedView, ReviewView
from ..jinja.environment import Closure
from ..job import Job
from .content import clean_text, content
from .parsing import ParsedEntry, ParsedFeed

VERSION = "https://jsonfeed.org/version/1.1"


def render(job: Job, site: SiteView, closure: Closure) -> bytes:
    """The feed as UTF-8 JSON, with fields in the order of the specification and items in the order of the view."""
    view: FeedView = job.view
    documents = dict(job.documents)
    feed = {
        "version": VERSION,
        "title": clean_text(view.title),
        "home_page_url": view.home_url,
        "feed_url": view.url,
        "description": clean_text(view.description),
        "next_url": view.older,
        "authors": [_author(view.publisher)] if view.publisher.title else [],
        "language": view.language,
        "hubs": [{"type": "WebSub", "url": view.hub}] if view.hub and not view.is_archive else [],
    }
    items = [_item(item, view, content(item, view, documents)) for item in view.items]
    return json.dumps({**without_empty(feed), "items": items}, ensure_ascii=False, indent=1).encode() + b"\n"


def _item(item: FeedItemView, feed: FeedView, html: str) -> dict[str, Any]:
    people = [*map(_author, item.authors), *[{"name": clean_text(name)} for name in item.contributors]]
    linked = [source.url for source in item.sources if source.url]
    return without_empty(
        {
            "id": item.id,
            "url": item.url,
            "external_url": linked[0] if linked else "",
            "title": clean_text(item.title),
            "content_html": html,
            "summary": clean_text(item.summary),
            "image": item.image.figure.url if item.image else "",
            "date_published": item.date.iso,
            "date_modified": item.updated.iso if item.updated != item.date else "",
            "authors": [person for person in people if person["name"]],
            "tags": [clean_text(topic) for topic in item.topics],
            "language": item.language if item.language != feed.language else "",
            "_provenance": _provenance(item, feed),
        }
    )


def _provenance(item: FeedItemView, feed: FeedView) -> dict[str, Any]:
    """What JSON Feed has no fields for, under a key of our own: sources, AI, review and corrections."""
    sources = [
        without_empty(
            {
                "name": clean_text(source.name),
                "url": source.url,
                "title": clean_text(source.title),
                "author": clean_text(source.author),
                "licence": clean_text(source.licence),
                "feed": source.feed,
                "date_published": source.taken.iso if source.taken else "",
                "date_accessed": source.accessed,
            }
        )
        for source in item.sources
    ]
    found = without_empty(
        {
            "byline": clean_text(item.byline),
            "sources": sources,
            "ai": _ai(item.ai),
            "review": _review(item.review),
            "corrections": [_correction(one) for one in item.corrections],
        }
    )
    return {"about": feed.home_url, **found} if found else {}


def _ai(ai: AiView | None) -> dict[str, Any]:
    if ai is None:
        return {}
    tasks = [clean_text(task) for task in ai.tasks]
    words = {"role": ai.role, "tool": clean_text(ai.tool), "model": clean_text(ai.model), "tasks": tasks}
    return without_empty({**words, "date": ai.date})


def _review(review: ReviewView | None) -> dict[str, Any]:
    if review is None:
        return {}
    checked = [clean_text(what) for what in review.checked]
    words = {"by": clean_text(review.by), "role": clean_text(review.role), "date": review.date.iso, "checked": checked}
    return without_empty(words)


def _correction(correction: CorrectionView) -> dict[str, Any]:
    words = {"said": clean_text(correction.said), "says": clean_text(correction.says), "by": clean_text(correction.by)}
    return without_empty({"kind": correction.kind, "date": correction.date.iso, **words})


def _author(person: LinkView | PersonView) -> dict[str, str]:
    return {"name": clean_text(person.title), **({"url": person.url} if person.url else {})}


def without_empty(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields that are not empty."""
    return {name: value for name, value in fields.items() if value not in ("", [], {})}


def parse(data: bytes) -> ParsedFeed:
    """The feed in these bytes. Raises ValueError, saying what is wrong, if there is none."""
    try:
        feed = json.loads(data)
    except (ValueError, RecursionError):
        raise ValueError("it is not valid JSON") from None
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise ValueError("it is not a JSON Feed: it has no list of items")
    faults = []
    if not str(feed.get("version", "")).startswith("https://jsonfeed.org/version/1"):
        faults.append("the feed does not state its version")
    if not feed.get("title"):
        faults.append("the feed has no title")
    if feed.get("next_url") == feed.get("feed_url"):
        faults.append("its next page is the feed itself")
    return ParsedFeed(
        title=str(feed.get("title", "")),
        description=str(feed.get("description", "")),
        home_url=str(feed.get("home_page_url", "")),
        self_url=str(feed.get("feed_url", "")),
        language=str(feed.get("language", "")),
        entries=tuple(_parse_item(item) for item in feed["items"] if isinstance(item, dict)),
        faults=tuple(faults),
    )


def _parse_item(item: dict[str, Any]) -> ParsedEntry:
    content = str(item.get("content_html", "")).strip()
    return ParsedEntry(
        id=str(item.get("id", "")),
        url=str(item.get("url", "")),
        title=str(item.get("title", "")),
        published=str(item.get("date_published", "")),
        updated=str(item.get("date_modified", "")),
        author=", ".join(str(author.get("name", "")) for author in item.get("authors", ())),
        summary=str(item.get("summary", "")),
        content=content,
        topics=tuple(map(str, item.get("tags", ()))),
        html=(content,),
        faults=tuple(_faults(item)),
    )


def _faults(item: dict[str, Any]) -> Iterator[str]:
    """The rules of JSON Feed that an item breaks."""
    if not isinstance(item.get("id"), str):
        yield "its id is not a string"
    if not item.get("content_html") and not item.get("content_text"):
        yield "it has no content"
    for author in item.get("authors", []):
        if not (author.get("name") or author.get("url") or author.get("avatar")):
            yield "one of its authors has no name"
