"""The pages of content/pages, and the page for addresses that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..content.model import StaticPage
from ..core.errors import Location
from ..i18n.calendar import moment_of
from ..views.common import (
    DateView,
    ProseView,
)
from ..views.pages import (
    CorrectedView,
    NotFoundView,
    TextPageView,
)
from .about import corrected, facts, people
from .feed_list import FEED_LIST
from .feeds import feed_groups, feeds_of_page
from .pictures import page_pictures
from .prose import page_urls
from .published import CORRECTIONS, PRINCIPLES, PublishedSite, contents, page_path
from .summary import summary_of
from .types import File, Page

NEWEST = 5


def plan(layout: PublishedSite) -> Iterator[Page | File]:
    """The static pages by path, then, in the newsletter's own language, the 404 page."""
    for page, outline in layout.pages:
        path = page_path(page, layout.settings)
        headline = page.headline or outline.headline or page.title
        lists_feeds = page.slug == layout.settings.feeds.page
        notes = corrected(layout) if page.slug == CORRECTIONS else None
        updated = _updated(page, notes or (), layout)
        targets = layout.page_targets[page.path]
        view = TextPageView(
            head=layout.head(
                page.title,
                page.summary or summary_of(outline.lead),
                path,
                page.lang,
                feeds=feeds_of_page(layout, page.slug),
            ),
            headline=headline,
            summary=page.summary,
            updated=updated,
            contents=contents(outline.headings),
            body=ProseView(
                outline.document,
                page_urls(targets, layout.addresses),
                pictures=page_pictures(outline, targets, layout.references.gallery.known, layout.addresses),
            ),
            feeds=feed_groups(layout) if lists_feeds else (),
            feed_list=layout.addresses.relative(layout.at(FEED_LIST)) if lists_feeds else "",
            corrections=notes,
            facts=facts(layout) if page.slug == PRINCIPLES else (),
            people=people(layout) if page.slug == PRINCIPLES else (),
        )
        modified = updated.iso if updated else ""
        yield Page(path, "page", "page.html", view, page.where("slug"), modified, is_listed=not page.is_draft)
    if not layout.prefix:
        yield _not_found(layout)


def _updated(page: StaticPage, notes: Sequence[CorrectedView], layout: PublishedSite) -> DateView | None:
    """When the page last changed in a way that readers should know: by its date, or by the newest correction on it."""
    moments = [layout.calendar.view(page.updated)] if page.updated else []
    return max([*moments, *[entry.notice.date for entry in notes]], key=moment_of, default=None)


def _not_found(layout: PublishedSite) -> Page:
    topics = tuple(
        layout.topic_link(slug)
        for slug in sorted(layout.by_topic, key=lambda slug: (-len(layout.by_topic[slug]), slug))[:12]
    )
    newest = tuple(story.item for story in layout.stories[:NEWEST])
    head = layout.head(layout.words.text("not_found"), layout.words.text("not_found_lead"), "")
    view = NotFoundView(head, newest, topics)
    return Page("/404.html", "page", "404.html", view, Location("templates/404.html"))
