"""The pages of content/pages, and the page for addresses that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..content.model import StaticPage
from ..core.errors import Location
from ..i18n.calendar import moment_of
from ..views.common import DateView, ProseView
from ..views.pages import CorrectedView, NotFoundView, TextPageView
from .about import corrected, facts, people
from .feed_list import FEED_LIST
from .feeds import feed_groups, feeds_of_page
from .pictures import page_pictures
from .prose import page_urls
from .published import CORRECTIONS, PRINCIPLES, PublishedSite, contents, page_path
from .types import File, Page

NEWEST = 5


def plan(published: PublishedSite) -> Iterator[Page | File]:
    """The static pages by path, then, in the newsletter's own language, the 404 page."""
    context = published.context
    for page, outline in published.pages:
        path = page_path(page, context.settings)
        headline = page.headline or outline.headline or page.title
        lists_feeds = page.slug == context.settings.feeds.page
        notes = corrected(published) if page.slug == CORRECTIONS else None
        updated = _updated(page, notes or (), published)
        targets = published.page_targets[page.path]
        view = TextPageView(
            head=published.head(
                page.title,
                page.summary or outline.summary,
                path,
                page.lang,
                feeds=feeds_of_page(published, page.slug),
            ),
            headline=headline,
            summary=page.summary,
            updated=updated,
            contents=contents(outline.headings),
            body=ProseView(
                outline.document,
                page_urls(targets, context.addresses),
                pictures=page_pictures(outline, targets, published.references.gallery.known, context.addresses),
            ),
            feeds=feed_groups(published) if lists_feeds else (),
            feed_list=context.addresses.relative(context.at(FEED_LIST)) if lists_feeds else "",
            corrections=notes,
            facts=facts(published) if page.slug == PRINCIPLES else (),
            people=people(published) if page.slug == PRINCIPLES else (),
        )
        modified = updated.iso if updated else ""
        yield Page(
            path,
            "page",
            "page.html",
            view,
            page.where("slug"),
            kind="pages",
            owner=page.path,
            documents=(outline.document,),
            modified=modified,
            is_listed=not page.is_draft,
        )
    if not context.prefix:
        yield _not_found(published)


def _updated(page: StaticPage, notes: Sequence[CorrectedView], published: PublishedSite) -> DateView | None:
    """When the page last changed in a way that readers should know: by its date, or by the newest correction on it."""
    moments = [published.context.calendar.view(page.updated)] if page.updated else []
    return max([*moments, *[entry.notice.date for entry in notes]], key=moment_of, default=None)


def _not_found(published: PublishedSite) -> Page:
    context = published.context
    topics = tuple(
        context.topic_link(slug)
        for slug in sorted(published.by_topic, key=lambda slug: (-len(published.by_topic[slug]), slug))[:12]
    )
    newest = tuple(article.item for article in published.articles[:NEWEST])
    head = published.head(context.messages.text("not_found"), context.messages.text("not_found_lead"), "")
    view = NotFoundView(head, newest, topics)
    return Page("/404.html", "page", "404.html", view, Location("templates/404.html"), kind="pages")
