"""The published newsletter laid out: stories in order, each with its address and its line in lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ..errors import Where
from ..markdown.document import Heading, Outline
from ..model import Article, Link, Settings, Site, StaticPage
from ..pictures.facts import Facts
from ..tree import SourceTree
from ..urls import Addresses, addresses, expand, is_external
from ..views import DateView, FeedLinkView, HeadingView, HeadView, ItemView, LinkView, ShareView, SiteView
from .cards import newsletter_card
from .dates import Calendar, calendar
from .formats import feed_links
from .pictures import Gallery
from .prose import References
from .summary import summary_of
from .types import Page

WORDS_A_MINUTE = 230
RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})
FAVICON = "/static/favicon.svg"
TOPICS, SOURCES, ARCHIVE = "/topics/", "/sources/", "/archive/"


@dataclass(frozen=True, slots=True)
class Story:
    """An article that is published, with what several pages show of it. targets: what its slots lead to."""

    article: Article
    outline: Outline
    path: str
    headline: str
    summary: str
    item: ItemView
    updated: DateView | None
    targets: tuple[str, ...]

    @property
    def modified(self) -> str:
        """RFC 3339 moment of the last change that readers were told of."""
        return (self.updated or self.item.date).iso


@dataclass(frozen=True, slots=True)
class Layout:
    """What every kind of page is planned from. stories newest first; by_topic and by_source likewise, none empty.

    calendar and references own the small state that their first lines name.
    """

    site: Site
    tree: SourceTree
    addresses: Addresses
    calendar: Calendar
    references: References
    site_view: SiteView
    stories: tuple[Story, ...]
    pages: tuple[tuple[StaticPage, Outline], ...]
    page_targets: Mapping[str, tuple[str, ...]]
    by_topic: Mapping[str, tuple[Story, ...]]
    by_source: Mapping[str, tuple[Story, ...]]
    card: tuple[Page, ShareView] | None  # the share card of all pages that have none of their own

    @property
    def settings(self) -> Settings:
        """The newsletter's settings."""
        return self.site.settings

    def topic_path(self, slug: str) -> str:
        """Site path of a topic."""
        return expand(self.settings.permalinks.topic, slug=slug)

    def source_path(self, slug: str) -> str:
        """Site path of a source."""
        return expand(self.settings.permalinks.source, slug=slug)

    def head(
        self,
        title: str,
        description: str,
        path: str,
        language: str = "",
        share: ShareView | None = None,
        *,
        feeds: tuple[FeedLinkView, ...] = (),
    ) -> HeadView:
        """The head of the page at a site path; an empty path makes a page that is not to be indexed.

        share: the page's own picture, if it has one; feeds: its own feeds.
        """
        language = language or self.settings.language
        canonical = self.addresses.absolute(path) if path else ""
        if share is None and path and self.card:
            share = self.card[1]
        return HeadView(title, description, canonical, language, direction(language), share, feeds)


def lay_out(
    site: Site,
    outlines: Mapping[str, Outline],
    tree: SourceTree,
    *,
    as_of: datetime,
    drafts: bool,
    broken: frozenset[str],
    facts: Mapping[str, Facts],
) -> Layout:
    """The layout of what is published at as_of; with drafts, of drafts and scheduled articles too.

    outlines: by path of the file. broken: files that have problems of their own. facts: of pictures, by path.
    """
    settings = site.settings
    where = addresses(settings.base_url)
    dates = calendar(settings.language, settings.zone)
    hidden = {} if drafts else _hidden(site, as_of, dates)
    articles = [article for article in site.articles if article.path not in hidden]
    pages = [page for page in site.pages if page.path not in hidden]
    homes = {article.path: article_path(article, settings) for article in articles}
    homes |= {page.path: expand(settings.permalinks.page, slug=page.slug) for page in pages}
    pieces: list[Article | StaticPage] = [*articles, *pages]
    anchors = {piece.path: frozenset([heading.id for heading in outlines[piece.path].headings]) for piece in pieces}
    references = References(tree, where, homes, anchors, hidden, broken, Gallery(facts))
    labels = _Labels(
        {
            slug: LinkView(topic.title, where.relative(expand(settings.permalinks.topic, slug=slug)))
            for slug, topic in site.topics.items()
        },
        {
            slug: LinkView(source.name, where.relative(expand(settings.permalinks.source, slug=slug)))
            for slug, source in site.sources.items()
        },
    )
    stories = tuple(
        [
            _story(article, outlines[article.path], homes[article.path], where, dates, labels, references)
            for article in articles
        ]
    )
    with_outlines = tuple((page, outlines[page.path]) for page in pages)
    return Layout(
        site=site,
        tree=tree,
        addresses=where,
        calendar=dates,
        references=references,
        site_view=_site_view(settings, where, tree),
        stories=stories,
        pages=with_outlines,
        page_targets={
            page.path: references.targets(page.path, page.prose.line, outline) for page, outline in with_outlines
        },
        by_topic=_grouped((slug, story) for story in stories for slug in story.article.topics),
        by_source=_grouped(
            (slug, story)
            for story in stories
            for slug in dict.fromkeys(citation.publication for citation in story.article.citations)
        ),
        card=newsletter_card(settings.title, settings.tagline, addresses=where, origin=Where("config.yaml"))
        if settings.share_cards
        else None,
    )


def article_path(article: Article, settings: Settings) -> str:
    """The site path of an article; the date in it is the newsletter's own."""
    pattern = settings.permalinks.article
    if pattern.count("{") == 1:
        return expand(pattern, slug=article.slug)
    day = article.date.astimezone(settings.zone)
    return expand(pattern, slug=article.slug, year=day.year, month=day.month, day=day.day)


def direction(language: str) -> str:
    """ "rtl" for languages written from right to left, else "ltr"."""
    return "rtl" if language.split("-")[0].lower() in RIGHT_TO_LEFT else "ltr"


def contents(headings: Sequence[Heading]) -> tuple[HeadingView, ...]:
    """The table of contents: headings of level 2 and 3, if there are three or more of them."""
    shown = [heading for heading in headings if heading.level <= 3]
    if len(shown) < 3:
        return ()
    return tuple(HeadingView(heading.level, heading.text, f"#{heading.id}") for heading in shown)


def link_view(link: Link, where: Addresses) -> LinkView:
    """A link of the settings as pages show it."""
    return LinkView(link.title, link.url if is_external(link.url) else where.relative(link.url))


@dataclass(frozen=True, slots=True)
class _Labels:
    topics: Mapping[str, LinkView]
    sources: Mapping[str, LinkView]


def _hidden(site: Site, as_of: datetime, dates: Calendar) -> dict[str, str]:
    hidden = {article.path: "it is a draft" for article in site.articles if article.is_draft}
    hidden |= {page.path: "it is a draft" for page in site.pages if page.is_draft}
    for article in site.articles:
        if article.date > as_of and not article.is_draft:
            local = article.date.astimezone(dates.zone)
            hidden[article.path] = f"it is scheduled for {local:%Y-%m-%d %H:%M}"
    return hidden


def _story(
    article: Article,
    outline: Outline,
    path: str,
    where: Addresses,
    dates: Calendar,
    labels: _Labels,
    references: References,
) -> Story:
    headline = article.headline or outline.headline or article.title
    summary = article.summary or summary_of(outline.lead)
    first = article.citations[0].publication if article.citations else ""
    item = ItemView(
        title=article.title,
        url=where.relative(path),
        summary=summary,
        date=dates.view(article.date),
        source=labels.sources[first] if first else None,
        topics=tuple([labels.topics[slug] for slug in article.topics]),
        minutes=max(round(outline.words / WORDS_A_MINUTE), 1),
        language=article.lang,
    )
    updated = dates.view(article.updated) if article.updated else None
    targets = references.targets(article.path, article.prose.line, outline)
    return Story(article, outline, path, headline, summary, item, updated, targets)


def _grouped(pairs: Iterable[tuple[str, Story]]) -> dict[str, tuple[Story, ...]]:
    groups: dict[str, list[Story]] = {}
    for slug, story in pairs:
        groups.setdefault(slug, []).append(story)
    return {slug: tuple(groups[slug]) for slug in sorted(groups)}


def _site_view(settings: Settings, where: Addresses, tree: SourceTree) -> SiteView:
    publisher = LinkView(settings.publisher.name, settings.publisher.url)
    feeds = feed_links(settings, where, "newsletter", "/")
    return SiteView(
        title=settings.title,
        tagline=settings.tagline,
        language=settings.language,
        direction=direction(settings.language),
        url=where.relative("/"),
        absolute_url=settings.base_url,
        publisher=publisher,
        navigation=tuple(link_view(link, where) for link in settings.navigation),
        feed=LinkView(feeds[0].title, feeds[0].url),
        feeds=feeds,
        topics_url=where.relative(TOPICS),
        sources_url=where.relative(SOURCES),
        archive_url=where.relative(ARCHIVE),
        # A logo of the publisher's takes the place of the house's icon.
        favicon=where.relative(FAVICON) if f"templates{FAVICON}" in tree and not settings.publisher.logo else "",
    )
