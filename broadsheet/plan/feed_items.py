"""Entries of feeds: an article as a reader of feeds gets it, and a correction as an entry of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from posixpath import splitext

from ..digest import digest
from ..model import Citation, Correction
from ..views import (
    DateView,
    FeedAiView,
    FeedCorrectionView,
    FeedImageView,
    FeedItemView,
    FeedSourceView,
    ProseView,
)
from .articles import byline, editor, figure
from .house import House, Leads, Story, direction
from .layout import Layout
from .pictures import feed_pictures
from .prose import absolute_urls

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

    layout: Layout
    _made: dict[str, FeedItemView] = field(default_factory=dict)

    def of(self, story: Story) -> FeedItemView:
        """The article's entry."""
        entry = self._made.get(story.article.id)
        if entry is None:
            entry = self._made[story.article.id] = feed_item(story, self.layout.leads[story.article.path])
        return entry


def corrections(story: Story, layout: Layout) -> list[FeedItemView]:
    """An entry for each correction of an article."""
    base = feed_item(story, layout.leads[story.article.path])
    seen: dict[str, int] = {}
    found = []
    for correction in story.article.corrections:
        notice = _correction(correction, layout)
        seen[notice.date.iso] = seen.get(notice.date.iso, 0) + 1
        item = FeedItemView(
            id=_derived_id(story.article.id, correction, seen[notice.date.iso]),
            url=base.url,
            title=f"{notice.kind}: {base.title}",
            summary=correction.says,
            language=base.language,
            direction=base.direction,
            byline=base.byline,
            sources=base.sources,
            author=base.author,
            reviewer=layout.site.people[correction.by].name if correction.by else "",
            date=notice.date,
            updated=notice.date,
            topics=base.topics,
            image=None,
            corrections=(notice,),
            ai=None,
            body=None,
        )
        found.append(item)
    return found


def feed_item(story: Story, leads: Leads) -> FeedItemView:
    """The entry of an article."""
    article, item, layout = story.article, story.item, story.house
    review = article.review
    return FeedItemView(
        id=article.id,
        url=layout.addresses.absolute(story.path),
        title=item.title,
        summary=story.summary,
        language=article.lang,
        direction=direction(article.lang),
        byline=byline(article, layout),
        sources=tuple([_source(citation, layout) for citation in article.citations]),
        author=editor(article, layout, is_absolute=True),
        reviewer=layout.site.people[review.by].name if review and review.by != article.editor else "",
        date=item.date,
        updated=_updated(story),
        topics=tuple([topic.title for topic in item.topics]),
        image=_image(story, leads),
        corrections=tuple([_correction(correction, layout) for correction in article.corrections]),
        ai=FeedAiView(article.ai.role, article.ai.tool, article.ai.model, article.ai.tasks) if article.ai else None,
        body=ProseView(
            story.outline.document,
            absolute_urls(leads.targets, layout.addresses, story.path),
            pictures=feed_pictures(story.outline, leads.targets, leads.known),
        ),
    )


def _updated(story: Story) -> DateView:
    """The last change that matters to readers (RFC 4287 §4.2.15): a correction does, whether or not it was dated."""
    article = story.article
    if not article.corrections:
        return story.updated or story.item.date
    moments = [article.updated or article.date, *(correction.date for correction in article.corrections)]
    return story.house.calendar.view(max(article.date, *moments))


def _source(citation: Citation, layout: House) -> FeedSourceView:
    publication = layout.site.sources[citation.publication]
    return FeedSourceView(
        name=publication.name,
        url=citation.url,
        title=citation.title,
        author=citation.author,
        licence=citation.licence or publication.licence,
        feed=publication.feed,
        taken=layout.calendar.view(citation.published) if citation.published else None,
    )


def _image(story: Story, leads: Leads) -> FeedImageView | None:
    view = figure(story, leads, is_absolute=True)
    if view is None:
        return None
    # Pictures are made anew for the site, so that their sizes in bytes are unknown as yet.
    return FeedImageView(view, IMAGE_TYPES.get(splitext(view.url.partition("?")[0])[1].lower(), ""), 0)


def _correction(correction: Correction, layout: House) -> FeedCorrectionView:
    date = layout.calendar.view(correction.date)
    return FeedCorrectionView(layout.words.text(correction.kind), date, correction.said, correction.says)


def _derived_id(article: str, correction: Correction, number: int) -> str:
    """An id that lives as long as the article's and the correction's date do, whatever its words become."""
    text = digest("correction", article, correction.date.isoformat(), number)
    # RFC 9562 §5.8: version 8 is for ids made in a way of one's own.
    return f"urn:uuid:{text[:8]}-{text[8:12]}-8{text[13:16]}-8{text[17:20]}-{text[20:32]}"
