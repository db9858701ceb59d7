"""The published newsletter laid out: stories in order, each with its address and its line in lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ..errors import Problem, Where
from ..markdown.document import Heading, Outline
from ..model import Article, Link, Localised, Settings, Site, StaticPage
from ..pictures.facts import Facts
from ..provenance import changed_at
from ..tree import SourceTree
from ..urls import Addresses, addresses, expand, is_external
from ..views import (
    AlternateView,
    DateView,
    FeedLinkView,
    HeadingView,
    HeadView,
    ItemView,
    LinkView,
    ShareView,
    SiteView,
)
from ..words import Words, load_words
from .cards import newsletter_card
from .counts import Counts
from .dates import Calendar, calendar, language_name
from .formats import feed_links
from .pictures import Gallery
from .prose import References
from .summary import summary_of
from .types import Page

WORDS_A_MINUTE = 230
RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})
FAVICON = "/static/favicon.svg"
TOPICS, SOURCES, PEOPLE, ARCHIVE, SEARCH = "/topics/", "/sources/", "/people/", "/archive/", "/search/"
# Pages of content/pages that other pages and search engines are told of, by slug.
ABOUT, PRINCIPLES, CORRECTIONS = "about", "how-we-work", "corrections"
ETHICS, VERIFICATION = "ethics", "verification"


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
    """What every kind of page in one language is planned from: its stories newest first, by_topic and so on likewise.

    prefix: where the language's pages lie, "/ru", empty for the newsletter's own language. alternates: the languages of
    a page by its site path, where there are several. counts, calendar and references own the small state that their
    first lines name.
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
    by_person: Mapping[str, tuple[Story, ...]]
    as_of: datetime
    prefix: str
    words: Words
    counts: Counts
    alternates: Mapping[str, tuple[AlternateView, ...]]
    card: tuple[Page, ShareView] | None  # the share card of all pages that have none of their own

    @property
    def settings(self) -> Settings:
        """The newsletter's settings."""
        return self.site.settings

    def topic_path(self, slug: str) -> str:
        """Site path of a topic."""
        return self.prefix + expand(self.settings.permalinks.topic, slug=slug)

    def source_path(self, slug: str) -> str:
        """Site path of a source."""
        return self.prefix + expand(self.settings.permalinks.source, slug=slug)

    def person_path(self, slug: str) -> str:
        """Site path of a person."""
        return self.prefix + expand(self.settings.permalinks.person, slug=slug)

    def at(self, path: str) -> str:
        """Site path of a page that every language has."""
        return self.prefix + path

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
        alternates = self.alternates.get(path, ())
        return HeadView(title, description, canonical, language, direction(language), share, feeds, alternates)


def lay_out(
    site: Site,
    outlines: Mapping[str, Outline],
    tree: SourceTree,
    *,
    as_of: datetime,
    drafts: bool,
    broken: frozenset[str],
    facts: Mapping[str, Facts],
) -> tuple[tuple[Layout, ...], list[Problem]]:
    """The layout of what is published at as_of in each language, the newsletter's own first; what is wrong with words.

    outlines: by path of the file. broken: files that have problems of their own. facts: of pictures, by path. With
    drafts, drafts and scheduled articles are laid out too.
    """
    settings = site.settings
    where = addresses(settings.base_url)
    hidden = {} if drafts else _hidden(site, as_of, calendar(settings.language, settings.zone))
    articles = [article for article in site.articles if article.path not in hidden]
    pages = [page for page in site.pages if page.path not in hidden]
    homes = {article.path: article_path(article, settings) for article in articles}
    homes |= {page.path: page_path(page, settings) for page in pages}
    pieces: list[Article | StaticPage] = [*articles, *pages]
    anchors = {piece.path: frozenset([heading.id for heading in outlines[piece.path].headings]) for piece in pieces}
    references = References(tree, where, homes, anchors, hidden, broken, Gallery(facts))
    languages = [settings.language, *settings.languages]
    words, problems = load_words(tree, languages)
    alternates = _alternates(articles, pages, homes, settings, where)
    layouts = [
        _layout(
            _in_language(site, language),
            [article for article in articles if _edition_of(article.lang, settings) == language],
            [page for page in pages if _edition_of(page.lang, settings) == language],
            outlines,
            references,
            words[language],
            as_of,
            prefix_of(language, settings),
            alternates,
        )
        for language in languages
    ]
    return tuple(layouts), problems


def prefix_of(language: str, settings: Settings) -> str:
    """Where the pages of a language lie: "/ru" for one that has lists of its own, else "" """
    return f"/{language.lower()}" if language in settings.languages else ""


def page_path(page: StaticPage, settings: Settings) -> str:
    """The site path of a page of content/pages."""
    return prefix_of(page.lang, settings) + expand(settings.permalinks.page, slug=page.slug)


def _edition_of(language: str, settings: Settings) -> str:
    return language if language in settings.languages else settings.language


def _in_language(site: Site, language: str) -> Site:
    """The site with its settings and its topics in a language; what is not translated stays as it is."""
    settings = site.settings
    local = settings.languages.get(language)
    if local is None:
        return site
    topics = {
        slug: replace(topic, title=said[0] or topic.title, description=said[1])
        for slug, topic in site.topics.items()
        for said in (topic.languages.get(language, ("", topic.description)),)
    }
    return replace(site, settings=_localised(settings, language, local), topics=topics)


def _localised(settings: Settings, language: str, local: Localised) -> Settings:
    return replace(
        settings,
        language=language,
        title=local.title or settings.title,
        tagline=local.tagline or settings.tagline,
        navigation=local.navigation,
        bylines=local.bylines or settings.bylines,
    )


def _alternates(
    articles: Sequence[Article],
    pages: Sequence[StaticPage],
    homes: Mapping[str, str],
    settings: Settings,
    where: Addresses,
) -> dict[str, tuple[AlternateView, ...]]:
    """By site path, the languages of each page that is there in several."""
    groups: dict[str, dict[str, str]] = {}  # by what is said, the path in each language
    translated = {article.translation_of for article in articles if article.translation_of}
    for article in articles:
        original = article.translation_of or article.id
        if original in translated:
            groups.setdefault(original, {})[article.lang] = homes[article.path]
    if settings.languages:
        for page in pages:
            groups.setdefault(f"page {page.slug}", {})[page.lang] = homes[page.path]
        languages = (settings.language, *settings.languages)
        groups["home"] = {language: f"{prefix_of(language, settings)}/" for language in languages}
    found = {}
    for paths in groups.values():
        if len(paths) > 1:
            views = tuple(
                AlternateView(language, language_name(language), where.relative(path), where.absolute(path))
                for language, path in sorted(paths.items())
            )
            found.update(dict.fromkeys(paths.values(), views))
    return found


def _layout(
    site: Site,
    articles: Sequence[Article],
    pages: Sequence[StaticPage],
    outlines: Mapping[str, Outline],
    references: References,
    words: Words,
    as_of: datetime,
    prefix: str,
    alternates: Mapping[str, tuple[AlternateView, ...]],
) -> Layout:
    settings, where = site.settings, references.addresses
    permalinks = settings.permalinks
    dates = calendar(settings.language, settings.zone)
    counts = Counts(words)
    labels = _Labels(
        {
            slug: LinkView(topic.title, where.relative(prefix + expand(permalinks.topic, slug=slug)))
            for slug, topic in site.topics.items()
        },
        {
            slug: LinkView(source.name, where.relative(prefix + expand(permalinks.source, slug=slug)))
            for slug, source in site.sources.items()
        },
    )
    stories = tuple(
        [_story(article, outlines[article.path], where, dates, labels, references, counts) for article in articles]
    )
    with_outlines = tuple((page, outlines[page.path]) for page in pages)
    return Layout(
        site=site,
        tree=references.tree,
        addresses=where,
        calendar=dates,
        references=references,
        site_view=_site_view(site, references, prefix, words, pages, alternates.get("/", ())),
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
        by_person=_grouped((slug, story) for story in stories for slug in _named(story.article)),
        as_of=as_of,
        prefix=prefix,
        words=words,
        counts=counts,
        alternates=alternates,
        card=newsletter_card(settings.title, settings.tagline, addresses=where, origin=Where("config.yaml"))
        if settings.share_cards
        else None,
    )


def article_path(article: Article, settings: Settings) -> str:
    """The site path of an article; the date in it is the newsletter's own."""
    pattern = settings.permalinks.article
    prefix = prefix_of(article.lang, settings) if settings.languages else ""
    if pattern.count("{") == 1:
        return prefix + expand(pattern, slug=article.slug)
    day = article.date.astimezone(settings.zone)
    return prefix + expand(pattern, slug=article.slug, year=day.year, month=day.month, day=day.day)


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
    where: Addresses,
    dates: Calendar,
    labels: _Labels,
    references: References,
    counts: Counts,
) -> Story:
    path = references.homes[article.path]
    minutes = max(round(outline.words / WORDS_A_MINUTE), 1)
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
        minutes=minutes,
        language=article.lang,
        reading=counts.text("minutes", minutes),
    )
    changed = changed_at(article)
    updated = dates.view(changed) if changed else None
    targets = references.targets(article.path, article.prose.line, outline)
    return Story(article, outline, path, headline, summary, item, updated, targets)


def _named(article: Article) -> Iterable[str]:
    """Who wrote, edited or checked an article, by slug, without the house."""
    review = (article.review.by,) if article.review else ()
    return dict.fromkeys(filter(None, (*article.authors, article.editor, *review)))


def _grouped(pairs: Iterable[tuple[str, Story]]) -> dict[str, tuple[Story, ...]]:
    groups: dict[str, list[Story]] = {}
    for slug, story in pairs:
        groups.setdefault(slug, []).append(story)
    return {slug: tuple(groups[slug]) for slug in sorted(groups)}


def _home_link(home: AlternateView, settings: Settings) -> AlternateView:
    """The home page in a language by the newsletter's name there, since articles lead to their translations by the
    language's name alone."""
    local = settings.languages.get(home.language)
    title = (local.title if local else "") or settings.title
    return replace(home, title=f"{title} ({home.title})")


def _site_view(
    site: Site,
    references: References,
    prefix: str,
    words: Words,
    pages: Sequence[StaticPage],
    homes: tuple[AlternateView, ...],
) -> SiteView:
    settings, where = site.settings, references.addresses
    publisher = LinkView(settings.publisher.name, settings.publisher.url)
    by_slug = {page.slug: where.relative(references.homes[page.path]) for page in pages}
    has_icon = f"templates{FAVICON}" in references.tree and not settings.publisher.logo
    feeds = feed_links(settings, where, "newsletter", f"{prefix}/")
    return SiteView(
        title=settings.title,
        tagline=settings.tagline,
        language=settings.language,
        direction=direction(settings.language),
        url=where.relative(f"{prefix}/"),
        absolute_url=where.absolute(f"{prefix}/"),
        publisher=publisher,
        navigation=tuple(link_view(link, where) for link in settings.navigation),
        feed=LinkView(feeds[0].title, feeds[0].url),
        feeds=feeds,
        topics_url=where.relative(prefix + TOPICS),
        sources_url=where.relative(prefix + SOURCES),
        archive_url=where.relative(prefix + ARCHIVE),
        people_url=where.relative(prefix + PEOPLE) if site.people else "",
        search_url=where.relative(prefix + SEARCH),
        root_url=where.relative("/"),
        about_url=by_slug.get(ABOUT, ""),
        principles_url=by_slug.get(PRINCIPLES, ""),
        corrections_url=by_slug.get(CORRECTIONS, ""),
        ethics_url=by_slug.get(ETHICS, ""),
        verification_url=by_slug.get(VERIFICATION, ""),
        languages=tuple(_home_link(home, site.settings) for home in homes),
        words=words.entries(),
        # A logo of the publisher's takes the place of the house's icon.
        favicon=where.relative(FAVICON) if has_icon else "",
    )
