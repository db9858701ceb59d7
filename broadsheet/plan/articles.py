"""One page for each article."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..model import Citation, Promo
from ..views import ArchiveView, ArticleView, FigureView, LinkView, PromoView, ProseView, ShareView, SourceView
from .cards import article_card
from .layout import Layout, Story, contents, link_view
from .pictures import figure_view, page_pictures
from .prose import page_urls
from .record import ai_note, authors, byline, day_view, editor, notices, review_note, reviewer
from .related import related
from .types import File, Page


def plan(layout: Layout) -> Iterator[Page | File]:
    """The article pages, newest first, each after its share card."""
    by_id = {story.article.id: story for story in layout.stories}
    older_of = related([story.article for story in layout.stories])
    for index, story in enumerate(layout.stories):
        picture = figure(story, layout)
        line = byline(story.article, layout)
        card = _card(story, line, layout)
        if card:
            yield card[0]
        yield _page(
            story,
            layout,
            line=line,
            picture=picture,
            share=card[1] if card else _shared_figure(story, picture, layout),
            newer=layout.stories[index - 1] if index else None,
            older=layout.stories[index + 1] if index + 1 < len(layout.stories) else None,
            related_stories=[by_id[other] for other in older_of[story.article.id]],
        )


def _page(
    story: Story,
    layout: Layout,
    *,
    line: str,
    picture: FigureView | None,
    share: ShareView | None,
    newer: Story | None,
    older: Story | None,
    related_stories: list[Story],
) -> Page:
    article = story.article
    view = ArticleView(
        head=layout.head(article.title, story.summary, story.path, article.lang, share),
        headline=story.headline,
        summary=article.summary,
        byline=line,
        sources=tuple([source_view(citation, layout) for citation in article.citations]),
        editor=editor(article, layout),
        date=story.item.date,
        updated=story.updated,
        minutes=story.item.minutes,
        topics=story.item.topics,
        figure=picture,
        contents=contents(story.outline.headings),
        body=ProseView(
            story.outline.document,
            page_urls(story.targets, layout.addresses),
            pictures=page_pictures(
                story.outline,
                story.targets,
                layout.references.gallery,
                layout.addresses,
                has_figure=article.image is not None,
            ),
        ),
        promo=_promo(layout.settings.promos, article.promo, layout),
        previous=_link(older),
        next=_link(newer),
        related=tuple([other.item for other in related_stories]),
        is_draft=article.is_draft,
        reading=layout.counts.text("reading", story.item.minutes),
        id=article.id,
        authors=authors(article, layout) if article.authors else (),
        reviewer=reviewer(article, layout),
        ai_note=ai_note(article, layout),
        review_note=review_note(article, layout),
        corrections=notices(article, layout),
        digital_source=getattr(layout.settings.digital_sources, article.ai.role) if article.ai else "",
    )
    return Page(
        story.path,
        "page",
        "article.html",
        view,
        article.where("slug"),
        modified=story.modified,
        is_listed=not article.is_draft,
    )


def _card(story: Story, line: str, layout: Layout) -> tuple[Page, ShareView] | None:
    article = story.article
    if not layout.settings.share_cards:
        return None
    return article_card(
        story.path,
        article.slug,
        article.title,
        line,
        newsletter=layout.settings.title,
        addresses=layout.addresses,
        origin=article.where("title"),
    )


def _shared_figure(story: Story, picture: FigureView | None, layout: Layout) -> ShareView | None:
    """The article's picture in the place of a card."""
    if picture is None or not picture.width:
        return None
    whole = figure(story, layout, is_absolute=True)
    return ShareView(whole.url, whole.alt or story.article.title, whole.width, whole.height) if whole else None


def source_view(citation: Citation, layout: Layout, *, is_absolute: bool = False) -> SourceView:
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


def _archive(citation: Citation, layout: Layout) -> ArchiveView | None:
    """The copy of a source that is no longer there."""
    copy = layout.site.archives.get(citation.url)
    if copy is None:
        return None
    return ArchiveView(copy.url, day_view(copy.day, layout) if copy.day else None)


def figure(story: Story, layout: Layout, *, is_absolute: bool = False) -> FigureView | None:
    """The article's picture, or None."""
    image = story.article.image
    if image is None:
        return None
    target = layout.references.image(story.article.path, image.src, story.article.where("image.src"))
    return figure_view(
        target,
        image.alt,
        image.caption,
        image.credit,
        layout.references.gallery,
        layout.addresses,
        is_absolute=is_absolute,
    )


def _promo(promos: Mapping[str, Promo], name: str, layout: Layout) -> PromoView | None:
    if not name:
        return None
    promo = promos[name]
    link = link_view(promo.link, layout.addresses) if promo.link else None
    return PromoView(promo.label, promo.title, promo.text, link)


def _link(story: Story | None) -> LinkView | None:
    return LinkView(story.item.title, story.item.url) if story else None
