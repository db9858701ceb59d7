"""One page for each article, with related ones: older, on shared topics, so that publishing changes no old page."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence

from ..content.model import Article, Citation, Promo
from ..core.digest import Hashed
from ..core.urls import copy_path
from ..views.common import AlternateView, ArchiveView, FigureView, LinkView, PromoView, ProseView, ShareView, SourceView
from ..views.pages import ArticleView
from .cards import article_card
from .context import PublishedArticle, ResolvedLinks, SiteContext
from .pictures import figure_view, page_pictures
from .prose import page_urls
from .published import PublishedSite, contents, link_view
from .record import ai_note, authors, byline, day_view, editor, notices, review_note, reviewer
from .types import File, LazyView, Page


def plan(published: PublishedSite) -> Iterator[Page | File]:
    """The article pages, newest first, each after its share card."""
    articles, leads, alternates = published.articles, published.resolved_links, published.alternates
    by_id = {article.model.id: article.hashed for article in articles}
    older_of = related([article.model for article in articles])
    links = [None, *[article.link for article in articles], None]
    for index, article in enumerate(articles):
        model = article.model
        card = _card(article)
        if card:
            yield card[0]
        parts = (
            article.hashed,
            leads.get(model.path),
            links[index + 2],
            links[index],
            tuple([by_id[other] for other in older_of[model.id]]),
            alternates.get(article.path, ()),
        )
        yield Page(
            article.path,
            "page",
            "article.html",
            LazyView(article_view, parts),
            model.where("slug"),
            kind="articles",
            owner=model.path,
            documents=(article.prose_summary.document,),
            modified=article.modified,
            is_listed=not model.is_draft,
        )


def article_view(
    hashed: Hashed,
    resolved_links: ResolvedLinks | None,
    older: tuple[str, str] | None,
    newer: tuple[str, str] | None,
    related_articles: tuple[Hashed, ...],
    alternates: tuple[AlternateView, ...],
) -> ArticleView:
    """What the page of a story shows. older, newer: title and URL of its neighbours."""
    article: PublishedArticle = hashed.value
    model, context, links = article.model, article.context, resolved_links or ResolvedLinks()
    outline = article.outline
    targets = links.of(outline)
    picture = figure(article, links)
    card = _card(article)
    share = card[1] if card else _shared_figure(article, links)
    return ArticleView(
        head=context.head_of(model.title, article.summary, article.path, model.lang, share, alternates=alternates),
        headline=article.headline,
        summary=model.summary,
        byline=byline(model, context),
        sources=tuple([source_view(citation, context) for citation in model.citations]),
        editor=editor(model, context),
        date=article.item.date,
        updated=article.updated,
        minutes=article.item.minutes,
        topics=article.item.topics,
        figure=picture,
        contents=contents(outline.headings),
        body=ProseView(
            outline.document,
            page_urls(targets, context.addresses),
            pictures=page_pictures(
                outline, targets, links.picture, context.addresses, has_figure=model.image is not None
            ),
        ),
        promo=_promo(context.settings.promos, model.promo, context),
        previous=LinkView(*older) if older else None,
        next=LinkView(*newer) if newer else None,
        related=tuple([other.value.item for other in related_articles]),
        is_draft=model.is_draft,
        reading=context.counts.text("reading_time", article.item.minutes),
        id=model.id,
        authors=authors(model, context) if model.authors else (),
        reviewer=reviewer(model, context),
        ai_note=ai_note(model, context),
        review_note=review_note(model, context),
        corrections=notices(model, context),
        copy=context.addresses.relative(copy_path(article.path)) if context.settings.markdown_copies else "",
        digital_source=getattr(context.settings.digital_sources, model.ai.role) if model.ai else "",
    )


def _card(article: PublishedArticle) -> tuple[Page, ShareView] | None:
    model, context = article.model, article.context
    if not context.settings.share_cards:
        return None
    return article_card(
        article.path,
        model.slug,
        model.title,
        byline(model, context),
        newsletter=context.settings.title,
        addresses=context.addresses,
        origin=model.where("title"),
    )


def _shared_figure(article: PublishedArticle, links: ResolvedLinks) -> ShareView | None:
    """The article's picture in the place of a card."""
    whole = figure(article, links, is_absolute=True)
    if whole is None or not whole.width:
        return None
    return ShareView(whole.url, whole.alt or article.model.title, whole.width, whole.height)


def source_view(citation: Citation, context: SiteContext, *, is_absolute: bool = False) -> SourceView:
    """One source of an article, with the address of our page about it."""
    path = context.source_path(citation.publication)
    return SourceView(
        name=context.site.sources[citation.publication].name,
        page_url=context.addresses.absolute(path) if is_absolute else context.addresses.relative(path),
        url=citation.url,
        title=citation.title,
        author=citation.author,
        published=context.calendar.view(citation.published) if citation.published else None,
        licence=citation.licence or context.site.sources[citation.publication].licence,
        archive=_archive(citation, context),
        accessed=day_view(citation.accessed, context) if citation.accessed else None,
    )


def _archive(citation: Citation, context: SiteContext) -> ArchiveView | None:
    """The copy of a source that is no longer there."""
    copy = context.site.archives.get(citation.url)
    if copy is None:
        return None
    return ArchiveView(copy.url, day_view(copy.day, context) if copy.day else None)


def figure(article: PublishedArticle, links: ResolvedLinks, *, is_absolute: bool = False) -> FigureView | None:
    """The article's picture, or None."""
    image = article.model.image
    if image is None:
        return None
    shown, where = links.picture(links.figure), article.context.addresses
    return figure_view(links.figure, image.alt, image.caption, image.credit, shown, where, is_absolute=is_absolute)


def _promo(promos: Mapping[str, Promo], name: str, context: SiteContext) -> PromoView | None:
    if not name:
        return None
    promo = promos[name]
    link = link_view(promo.link, context.addresses) if promo.link else None
    return PromoView(promo.label, promo.title, promo.text, link, promo.is_sponsored)


MOST = 3
WINDOW = 24  # how far back to look in each topic: enough to find the closest, and constant work for each article


def related(newest_first: Sequence[Article]) -> Mapping[str, tuple[str, ...]]:
    """For each article's id the ids of up to MOST older ones, those with most topics in common first."""
    recent: dict[str, deque[int]] = {}
    found: dict[str, tuple[str, ...]] = {}
    far = len(newest_first) + 1
    for index in range(len(newest_first) - 1, -1, -1):
        article = newest_first[index]
        shared: dict[int, int] = {}
        for topic in article.topics:
            for other in recent.get(topic, ()):
                shared[other] = shared.get(other, 0) + 1
        # Most in common first, then the newest: as one number, since tuples take twice as long to sort.
        best = sorted([other - count * far for other, count in shared.items()])[:MOST]
        found[article.id] = tuple([newest_first[number % far].id for number in best])
        for topic in article.topics:
            recent.setdefault(topic, deque(maxlen=WINDOW)).append(index)
    return found
