"""The entries of feeds: one for each article, and one for each correction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from ..content.model import Article, Citation, Correction
from ..core.digest import digest
from ..core.manifest import media_type
from ..i18n.calendar import moment_of
from ..i18n.messages import Messages
from ..views.common import ProseView
from ..views.feeds import FeedImageView, FeedItemView, FeedMessagesView, FeedSourceView
from .articles import figure
from .context import PublishedArticle, ResolvedLinks, SiteContext, direction
from .pictures import feed_pictures
from .prose import absolute_urls
from .published import PublishedSite
from .record import ai_note, ai_view, authors, byline, editor, notices, review_note, review_view


@dataclass(slots=True)
class FeedItems:
    """Owns, while a site is planned, the entry of each article in a feed.

    Each is created once, so that feeds share it: shared views are known by identity, and digested once.
    """

    published: PublishedSite
    _by_id: dict[str, FeedItemView] = field(default_factory=dict)
    _corrections: tuple[FeedItemView, ...] | None = None

    @property
    def corrections(self) -> tuple[FeedItemView, ...]:
        """An entry for each correction, newest first."""
        if self._corrections is None:
            every = [
                entry
                for article in self.published.articles
                if article.model.corrections
                for entry in _corrections(article.model, self.of(article))
            ]
            every.sort(key=lambda item: (moment_of(item.date), item.id), reverse=True)
            self._corrections = tuple(every)
        return self._corrections

    def of(self, article: PublishedArticle) -> FeedItemView:
        """The entry of an article."""
        entry = self._by_id.get(article.model.id)
        if entry is None:
            links = self.published.resolved_links.get(article.model.path)
            entry = self._by_id[article.model.id] = feed_item(article, links)
        return entry


def _corrections(article: Article, base: FeedItemView) -> Iterator[FeedItemView]:
    """An entry for each correction of an article, made from the article's own; those of the same date are numbered."""
    by_date = sorted(article.corrections, key=lambda correction: correction.date)
    counts: dict[datetime, int] = {}
    for correction, notice in zip(by_date, reversed(base.corrections), strict=True):
        number = counts[correction.date] = counts.get(correction.date, 0) + 1
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


def feed_item(published: PublishedArticle, links: ResolvedLinks | None) -> FeedItemView:
    """The entry of an article. links: those in its text, if there are any."""
    article, item, context, links = published.model, published.item, published.context, links or ResolvedLinks()
    outline = published.outline
    targets = links.of(outline)
    review = review_view(article, context)
    writers = authors(article, context, is_absolute=True)
    others = [editor(article, context).title] if article.editor else []
    others += [review.by] if review else []
    return FeedItemView(
        id=article.id,
        url=context.addresses.absolute(published.path),
        title=item.title,
        summary=published.summary,
        language=article.lang,
        direction=direction(article.lang),
        byline=byline(article, context),
        sources=tuple([_source(citation, context) for citation in article.citations]),
        authors=writers,
        contributors=tuple(dict.fromkeys(name for name in others if name not in {one.title for one in writers})),
        date=item.date,
        updated=published.updated or item.date,
        topics=tuple([topic.title for topic in item.topics]),
        image=_image(published, links),
        corrections=notices(article, context),
        ai=ai_view(article),
        review=review,
        ai_note=ai_note(article, context),
        review_note=review_note(article, context),
        body=ProseView(
            outline.document,
            absolute_urls(targets, context.addresses, published.path),
            pictures=feed_pictures(outline, targets, links.picture),
        ),
    )


def feed_messages(messages: Messages) -> FeedMessagesView:
    """The interface text of feeds, in the language of these messages."""
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


def _image(article: PublishedArticle, links: ResolvedLinks) -> FeedImageView | None:
    view = figure(article, links, is_absolute=True)
    if view is None:
        return None
    # Pictures are encoded for the site in the same stage as feeds are rendered, so their sizes in bytes are not known.
    kind = media_type(view.url.partition("?")[0])
    return FeedImageView(view, kind if kind.startswith("image/") else "", 0)


def _derived_id(article: str, correction: Correction, number: int) -> str:
    """An ID that changes only with the article's ID and the date of the correction, not with its text."""
    text = digest("correction", article, correction.date.isoformat(), number)
    # RFC 9562 §5.8: version 8 is for IDs of a custom kind.
    return f"urn:uuid:{text[:8]}-{text[8:12]}-8{text[13:16]}-8{text[17:20]}-{text[20:32]}"
