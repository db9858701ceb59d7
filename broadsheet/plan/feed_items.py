"""Entries of feeds: an article as a reader of feeds gets it, and a correction as an entry of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from posixpath import splitext

from ..content.model import Article, Citation, Correction
from ..core.digest import digest
from ..i18n.calendar import moment_of
from ..i18n.messages import Messages
from ..views.common import (
    ProseView,
)
from ..views.feeds import (
    FeedImageView,
    FeedItemView,
    FeedMessagesView,
    FeedSourceView,
)
from .articles import figure
from .context import PublishedArticle, ResolvedLinks, SiteContext, direction
from .pictures import feed_pictures
from .prose import absolute_urls
from .published import PublishedSite
from .record import ai_note, ai_view, authors, byline, editor, notices, review_note, review_view

# Readers and validators know these; an unknown ending means no enclosure, since one without a type is refused.
IMAGE_TYPES = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}


@dataclass(slots=True)
class Entries:
    """Owns, for one planning, the entry of each article that some feed holds.

    Each is made once: the engine knows shared views by their identity and digests them once.
    """

    published: PublishedSite
    _made: dict[str, FeedItemView] = field(default_factory=dict)
    _corrections: tuple[FeedItemView, ...] | None = None

    @property
    def corrections(self) -> tuple[FeedItemView, ...]:
        """An entry for each correction, newest first."""
        if self._corrections is None:
            every = [
                entry
                for story in self.published.articles
                if story.model.corrections
                for entry in _corrections(story.model, self.of(story))
            ]
            every.sort(key=lambda item: (moment_of(item.date), item.id), reverse=True)
            self._corrections = tuple(every)
        return self._corrections

    def of(self, story: PublishedArticle) -> FeedItemView:
        """The article's entry."""
        entry = self._made.get(story.model.id)
        if entry is None:
            entry = self._made[story.model.id] = feed_item(story, self.published.resolved_links.get(story.model.path))
        return entry


def _corrections(article: Article, base: FeedItemView) -> Iterator[FeedItemView]:
    """An entry for each correction of an article, whose own entry is the base; those of one moment are numbered."""
    in_order = sorted(article.corrections, key=lambda correction: correction.date)
    seen: dict[datetime, int] = {}
    for correction, notice in zip(in_order, reversed(base.corrections), strict=True):
        number = seen[correction.date] = seen.get(correction.date, 0) + 1
        yield replace(
            base,
            id=_derived_id(article.id, correction, number),
            url=f"{base.url}#{notice.anchor}",
            title=f"{notice.kind}: {base.title}",
            summary=correction.says,
            contributors=(notice.by,) if notice.by else (),
            date=notice.date,
            updated=notice.date,
            image=None,
            corrections=(notice,),
            ai=None,
            review=None,
            ai_note="",
            review_note="",
            body=None,
        )


def feed_item(story: PublishedArticle, leads: ResolvedLinks | None) -> FeedItemView:
    """The entry of an article."""
    article, item, context, leads = story.model, story.item, story.context, leads or ResolvedLinks()
    outline = story.outline
    targets = leads.of(outline)
    review = review_view(article, context)
    named = authors(article, context, is_absolute=True)
    others = [editor(article, context).title] if article.editor else []
    others += [review.by] if review else []
    return FeedItemView(
        id=article.id,
        url=context.addresses.absolute(story.path),
        title=item.title,
        summary=story.summary,
        language=article.lang,
        direction=direction(article.lang),
        byline=byline(article, context),
        sources=tuple([_source(citation, context) for citation in article.citations]),
        authors=named,
        contributors=tuple(dict.fromkeys(name for name in others if name not in {one.title for one in named})),
        date=item.date,
        updated=story.updated or item.date,
        topics=tuple([topic.title for topic in item.topics]),
        image=_image(story, leads),
        corrections=notices(article, context),
        ai=ai_view(article),
        review=review,
        ai_note=ai_note(article, context),
        review_note=review_note(article, context),
        body=ProseView(
            outline.document,
            absolute_urls(targets, context.addresses, story.path),
            pictures=feed_pictures(outline, targets, leads.picture),
        ),
    )


def feed_messages(messages: Messages) -> FeedMessagesView:
    """Return the interface text of feeds, in the language of these messages."""
    text = messages.text
    return FeedMessagesView(
        source=text("source"),
        no_source_link=text("no_source_link"),
        licence=text("feeds_licence"),
        correction_before=text("correction_before"),
        correction_after=text("correction_after"),
        corrected_by=text("corrected_by"),
    )


def _source(citation: Citation, context: SiteContext) -> FeedSourceView:
    publication = context.site.sources[citation.publication]
    return FeedSourceView(
        name=publication.name,
        url=citation.url,
        title=citation.title,
        author=citation.author,
        licence=citation.licence or publication.licence,
        feed=publication.feed,
        taken=context.calendar.view(citation.published) if citation.published else None,
        accessed=citation.accessed.isoformat() if citation.accessed else "",
    )


def _image(story: PublishedArticle, leads: ResolvedLinks) -> FeedImageView | None:
    view = figure(story, leads, is_absolute=True)
    if view is None:
        return None
    # Pictures are made anew for the site, so that their sizes in bytes are unknown as yet.
    return FeedImageView(view, IMAGE_TYPES.get(splitext(view.url.partition("?")[0])[1].lower(), ""), 0)


def _derived_id(article: str, correction: Correction, number: int) -> str:
    """An id that lives as long as the article's and the correction's date do, whatever its words become."""
    text = digest("correction", article, correction.date.isoformat(), number)
    # RFC 9562 §5.8: version 8 is for ids made in a way of one's own.
    return f"urn:uuid:{text[:8]}-{text[8:12]}-8{text[13:16]}-8{text[17:20]}-{text[20:32]}"
