"""The published newsletter laid out: stories in order, each with its address and its line in lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ..content.model import Article, Bylines, Link, Localised, Settings, Site, StaticPage, TopicTexts
from ..content.newsletter import Newsletter
from ..core.errors import Problem
from ..core.urls import Addresses, addresses, expand, is_external
from ..i18n.calendar import Calendar, calendar, language_name
from ..i18n.messages import Messages, load_messages
from ..markdown.document import Heading, Outline, ProseSummary
from ..source.tree import SourceTree
from ..views.common import AlternateView, FeedLinkView, HeadingView, HeadView, LinkView, ShareView, SiteView
from .context import PublishedArticle, ResolvedLinks, SiteContext, direction, feed_links, site_context
from .pictures import Gallery
from .prose import References

__all__ = ["PublishedArticle", "PublishedSite", "ResolvedLinks", "SiteContext", "direction", "published_sites"]

FAVICON = "/static/favicon.svg"
TOPICS, SOURCES, PEOPLE, ARCHIVE, SEARCH = "/topics/", "/sources/", "/people/", "/archive/", "/search/"
# Pages of content/pages that other pages and search engines are told of, by slug.
ABOUT, PRINCIPLES, CORRECTIONS = "about", "how-we-work", "corrections"
ETHICS, VERIFICATION = "ethics", "verification"


@dataclass(frozen=True, slots=True)
class PublishedSite:
    """What every kind of page in one language is planned from: its stories newest first, by_topic and so on likewise.

    house: the house alone, for pages that are made from parts. leads: of stories that lead into the newsletter, by the
    path of the file. alternates: the languages of a page by its site path, where there are several. references own the
    small state that their first lines name.
    """

    context: SiteContext
    tree: SourceTree
    references: References
    site_view: SiteView
    articles: tuple[PublishedArticle, ...]
    pages: tuple[tuple[StaticPage, Outline], ...]
    resolved_links: Mapping[str, ResolvedLinks]
    page_targets: Mapping[str, tuple[str, ...]]
    by_topic: Mapping[str, tuple[PublishedArticle, ...]]
    by_source: Mapping[str, tuple[PublishedArticle, ...]]
    by_person: Mapping[str, tuple[PublishedArticle, ...]]
    as_of: datetime
    alternates: Mapping[str, tuple[AlternateView, ...]]

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
        """The same as `SiteContext.head_of`, with the page's other languages."""
        alternates = self.alternates.get(path, ())
        return self.context.head_of(title, description, path, language, share, feeds=feeds, alternates=alternates)


def published_sites(newsletter: Newsletter) -> tuple[tuple[PublishedSite, ...], list[Problem]]:
    """What is published in each language, the newsletter's own first; and problems of the interface messages."""
    site, settings, as_of = newsletter.site, newsletter.settings, newsletter.as_of
    tree, prose_summaries = newsletter.tree, newsletter.prose_summaries
    where = addresses(settings.base_url)
    hidden = {} if newsletter.includes_unpublished else _hidden(site, as_of, calendar(settings.language, settings.zone))
    articles = [article for article in site.articles if article.path not in hidden]
    pages = [page for page in site.pages if page.path not in hidden]
    homes = {article.path: article_path(article, settings) for article in articles}
    homes |= {page.path: page_path(page, settings) for page in pages}
    gallery = Gallery(newsletter.pictures)
    references = References(tree, where, homes, prose_summaries, hidden, newsletter.broken_files, gallery)
    languages = [settings.language, *settings.languages]
    messages, problems = load_messages(tree, languages)
    alternates = _alternates(articles, pages, homes, settings, where)
    editions = tuple([_home_link(home, settings) for home in alternates.get("/", ())])
    sites = [
        _published_site(
            _in_language(site, language),
            [article for article in articles if _edition_of(article.lang, settings) == language],
            [page for page in pages if _edition_of(page.lang, settings) == language],
            prose_summaries,
            newsletter.source_digests,
            references,
            messages[language],
            as_of,
            prefix_of(language, settings),
            alternates,
            homes=editions,
        )
        for language in languages
    ]
    return tuple(sites), problems


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
        slug: replace(topic, title=texts.title or topic.title, description=texts.description)
        for slug, topic in site.topics.items()
        for texts in (topic.languages.get(language, TopicTexts("", topic.description)),)
    }
    return replace(site, settings=_localised(settings, language, local), topics=topics)


def _localised(settings: Settings, language: str, local: Localised) -> Settings:
    is_dialect = language.split("-")[0] == settings.language.split("-")[0]
    return replace(
        settings,
        language=language,
        title=local.title or settings.title,
        tagline=local.tagline or settings.tagline,
        navigation=local.navigation,
        # Sentences in another language would be out of place: those of the interface text are better.
        bylines=local.bylines or (settings.bylines if is_dialect else Bylines()),
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


def _published_site(
    site: Site,
    models: Sequence[Article],
    pages: Sequence[StaticPage],
    prose_summaries: Mapping[str, ProseSummary],
    source_digests: Mapping[str, str],
    references: References,
    messages: Messages,
    as_of: datetime,
    prefix: str,
    alternates: Mapping[str, tuple[AlternateView, ...]],
    *,
    homes: tuple[AlternateView, ...],
) -> PublishedSite:
    context = site_context(site, messages, prefix)
    articles = tuple(
        [
            PublishedArticle(
                model, prose_summaries[model.path], context, references.homes[model.path], source_digests[model.path]
            )
            for model in models
        ]
    )
    with_outlines = tuple((page, prose_summaries[page.path].outline) for page in pages)
    return PublishedSite(
        context=context,
        tree=references.tree,
        references=references,
        site_view=_site_view(site, references, prefix, messages, pages, homes),
        articles=articles,
        pages=with_outlines,
        resolved_links={
            article.model.path: _resolved_links(article, references)
            for article in articles
            if article.prose_summary.has_internal_links or article.model.image
        },
        page_targets={
            page.path: references.targets(page.path, page.prose.line, outline) for page, outline in with_outlines
        },
        by_topic=_grouped((slug, article) for article in articles for slug in article.model.topics),
        by_source=_grouped(
            (slug, article)
            for article in articles
            for slug in dict.fromkeys(citation.publication for citation in article.model.citations)
        ),
        by_person=_grouped((slug, article) for article in articles for slug in _named(article.model)),
        as_of=as_of,
        alternates=alternates,
    )


def article_path(article: Article, settings: Settings) -> str:
    """The site path of an article; the date in it is the newsletter's own."""
    pattern = settings.permalinks.article
    prefix = prefix_of(article.lang, settings) if settings.languages else ""
    if pattern.count("{") == 1:
        return prefix + expand(pattern, slug=article.slug)
    day = article.date.astimezone(settings.zone)
    return prefix + expand(pattern, slug=article.slug, year=day.year, month=day.month, day=day.day)


def contents(headings: Sequence[Heading]) -> tuple[HeadingView, ...]:
    """The table of contents: headings of level 2 and 3, if there are three or more of them."""
    shown = [heading for heading in headings if heading.level <= 3]
    if len(shown) < 3:
        return ()
    return tuple(HeadingView(heading.level, heading.text, f"#{heading.id}") for heading in shown)


def link_view(link: Link, where: Addresses) -> LinkView:
    """A link of the settings as pages show it."""
    return LinkView(link.title, link.url if is_external(link.url) else where.relative(link.url))


def _hidden(site: Site, as_of: datetime, dates: Calendar) -> dict[str, str]:
    hidden = {article.path: "it is a draft" for article in site.articles if article.is_draft}
    hidden |= {page.path: "it is a draft" for page in site.pages if page.is_draft}
    for article in site.articles:
        if article.date > as_of and not article.is_draft:
            local = article.date.astimezone(dates.zone)
            hidden[article.path] = f"it is scheduled for {local:%Y-%m-%d %H:%M}"
    return hidden


def _resolved_links(article: PublishedArticle, references: References) -> ResolvedLinks:
    """Where everything in a story leads; what leads nowhere is a problem."""
    model = article.model
    outline = article.outline
    targets = references.targets(model.path, model.prose.line, outline)
    image = model.image
    figure = references.image(model.path, image.src, model.where("image.src")) if image else ""
    pictures = [targets[slot] for slot, reference in enumerate(outline.references) if reference.is_image]
    if not figure and not pictures:
        return ResolvedLinks(targets)
    known = {target: references.gallery.known(target) for target in (figure, *pictures) if target}
    return ResolvedLinks(targets, figure, tuple([(target, shown) for target, shown in known.items() if shown]))


def _named(article: Article) -> Iterable[str]:
    """Who wrote, edited or checked an article, by slug, without the house."""
    review = (article.review.by,) if article.review else ()
    return dict.fromkeys(filter(None, (*article.authors, article.editor, *review)))


def _grouped(pairs: Iterable[tuple[str, PublishedArticle]]) -> dict[str, tuple[PublishedArticle, ...]]:
    groups: dict[str, list[PublishedArticle]] = {}
    for slug, article in pairs:
        groups.setdefault(slug, []).append(article)
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
    messages: Messages,
    pages: Sequence[StaticPage],
    homes: tuple[AlternateView, ...],
) -> SiteView:
    settings, where = site.settings, references.addresses
    publisher = LinkView(settings.publisher.name, settings.publisher.url)
    by_slug = {page.slug: where.relative(references.homes[page.path]) for page in pages}
    has_icon = any(f"{folder}{FAVICON}" in references.tree for folder in ("templates", "content/static"))
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
        languages=homes,
        messages=messages.entries(),
        # A logo of the publisher's takes the place of the icon.
        favicon=where.relative(FAVICON) if has_icon and not settings.publisher.logo else "",
    )
