"""One page for each article."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..content.model import Citation, Promo
from ..core.digest import Hashed
from ..core.urls import copy_path
from ..views.common import (
    AlternateView,
    ArchiveView,
    FigureView,
    LinkView,
    PromoView,
    ProseView,
    ShareView,
    SourceView,
)
from ..views.pages import (
    ArticleView,
)
from .cards import article_card
from .context import PublishedArticle, ResolvedLinks, SiteContext
from .pictures import figure_view, page_pictures
from .prose import page_urls
from .published import PublishedSite, contents, link_view
from .record import ai_note, authors, byline, day_view, editor, notices, review_note, reviewer
from .related import related
from .types import File, LazyView, Page


def plan(layout: PublishedSite) -> Iterator[Page | File]:
    """The article pages, newest first, each after its share card."""
    stories, leads, alternates = layout.stories, layout.leads, layout.alternates
    by_id = {story.article.id: story.known for story in stories}
    older_of = related([story.article for story in stories])
    links = [None, *[story.link for story in stories], None]
    for index, story in enumerate(stories):
        article = story.article
        card = _card(story)
        if card:
            yield card[0]
        parts = (
            story.known,
            leads.get(article.path),
            links[index + 2],
            links[index],
            tuple([by_id[other] for other in older_of[article.id]]),
            alternates.get(story.path, ()),
        )
        yield Page(
            story.path,
            "page",
            "article.html",
            LazyView(article_view, parts),
            article.where("slug"),
            modified=story.modified,
            is_listed=not article.is_draft,
        )


def article_view(
    known: Hashed,
    leads: ResolvedLinks | None,
    older: tuple[str, str] | None,
    newer: tuple[str, str] | None,
    related_stories: tuple[Hashed, ...],
    alternates: tuple[AlternateView, ...],
) -> ArticleView:
    """What the page of a story shows. older, newer: title and URL of its neighbours."""
    story: PublishedArticle = known.value
    article, layout, leads = story.article, story.house, leads or ResolvedLinks()
    outline = story.outline
    targets = leads.of(outline)
    picture = figure(story, leads)
    card = _card(story)
    share = card[1] if card else _shared_figure(story, leads)
    return ArticleView(
        head=layout.head_of(article.title, story.summary, story.path, article.lang, share, alternates=alternates),
        headline=story.headline,
        summary=article.summary,
        byline=byline(article, layout),
        sources=tuple([source_view(citation, layout) for citation in article.citations]),
        editor=editor(article, layout),
        date=story.item.date,
        updated=story.updated,
        minutes=story.item.minutes,
        topics=story.item.topics,
        figure=picture,
        contents=contents(outline.headings),
        body=ProseView(
            outline.document,
            page_urls(targets, layout.addresses),
            pictures=page_pictures(
                outline, targets, leads.known, layout.addresses, has_figure=article.image is not None
            ),
        ),
        promo=_promo(layout.settings.promos, article.promo, layout),
        previous=LinkView(*older) if older else None,
        next=LinkView(*newer) if newer else None,
        related=tuple([other.value.item for other in related_stories]),
        is_draft=article.is_draft,
        reading=layout.counts.text("reading", story.item.minutes),
        id=article.id,
        authors=authors(article, layout) if article.authors else (),
        reviewer=reviewer(article, layout),
        ai_note=ai_note(article, layout),
        review_note=review_note(article, layout),
        corrections=notices(article, layout),
        copy=layout.addresses.relative(copy_path(story.path)) if layout.settings.markdown_copies else "",
        digital_source=getattr(layout.settings.digital_sources, article.ai.role) if article.ai else "",
    )


def _card(story: PublishedArticle) -> tuple[Page, ShareView] | None:
    article, layout = story.article, story.house
    if not layout.settings.share_cards:
        return None
    return article_card(
        story.path,
        article.slug,
        article.title,
        byline(article, layout),
        newsletter=layout.settings.title,
        addresses=layout.addresses,
        origin=article.where("title"),
    )


def _shared_figure(story: PublishedArticle, leads: ResolvedLinks) -> ShareView | None:
    """The article's picture in the place of a card."""
    whole = figure(story, leads, is_absolute=True)
    if whole is None or not whole.width:
        return None
    return ShareView(whole.url, whole.alt or story.article.title, whole.width, whole.height)


def source_view(citation: Citation, layout: SiteContext, *, is_absolute: bool = False) -> SourceView:
    """One source of an article, with the address of our page about it."""
    path = layout.source_path(citation.publication)
    return SourceView(
        name=layout.site.sources[citation.publication].name,
        page_url=layout.addresses.absolute(path) if is_absolute else layout.addresses.relative(path),
        url=citation.url,
        title=citation.title,
        author=citation.author,
        published=layout.calendar.view(citation.published) if citation.published else None,
        licence=citation.licence or layout.site.sources[citation.publication].licence,
        archive=_archive(citation, layout),
        accessed=day_view(citation.accessed, layout) if citation.accessed else None,
    )


def _archive(citation: Citation, layout: SiteContext) -> ArchiveView | None:
    """The copy of a source that is no longer there."""
    copy = layout.site.archives.get(citation.url)
    if copy is None:
        return None
    return ArchiveView(copy.url, day_view(copy.day, layout) if copy.day else None)


def figure(story: PublishedArticle, leads: ResolvedLinks, *, is_absolute: bool = False) -> FigureView | None:
    """The article's picture, or None."""
    image = story.article.image
    if image is None:
        return None
    shown, where = leads.known(leads.figure), story.house.addresses
    return figure_view(leads.figure, image.alt, image.caption, image.credit, shown, where, is_absolute=is_absolute)


def _promo(promos: Mapping[str, Promo], name: str, layout: SiteContext) -> PromoView | None:
    if not name:
        return None
    promo = promos[name]
    link = link_view(promo.link, layout.addresses) if promo.link else None
    return PromoView(promo.label, promo.title, promo.text, link)
