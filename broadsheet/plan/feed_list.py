"""Which feeds there are, and where: the newsletter, its topics, its sources, its languages, its corrections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..content.model import FeedFamily
from ..core.errors import Location
from ..i18n.calendar import language_name
from .published import PublishedArticle, PublishedSite

FEED_LIST = "/feeds.opml"
CORRECTIONS = "corrections"
"""The slug of the page about them, and the folder of their feed."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A feed, whatever its formats."""

    family: FeedFamily
    folder: str
    """The site path of its folder."""
    home: str
    """The site path of the page that it belongs to."""
    name: str
    """What part of the newsletter it carries; empty for all of it."""
    description: str
    language: str
    articles: Sequence[PublishedArticle]
    """Newest first."""
    origin: Location


def channels(published: PublishedSite) -> Iterator[Channel]:
    """All feeds: the newsletter, then topics, sources and languages in order, then corrections."""
    context = published.context
    families, language, root = context.settings.feeds.families, context.settings.language, context.at("/")
    here = Location("config.yaml")
    yield Channel("newsletter", root, root, "", context.settings.tagline, language, published.articles, here)
    for slug, articles in published.by_topic.items() if families["topics"] else ():
        path, topic = context.topic_path(slug), context.site.topics[slug]
        origin = articles[-1].model.where("topics")
        yield Channel("topics", path, path, topic.title, topic.description, language, articles, origin)
    for slug, articles in published.by_source.items() if families["sources"] else ():
        path, source = context.source_path(slug), context.site.sources[slug]
        origin = articles[-1].model.where("source")
        yield Channel("sources", path, path, source.name, source.description, language, articles, origin)
    if families["languages"]:
        yield from _languages(published)
    corrected = [article for article in published.articles if article.model.corrections]
    if corrected and families["corrections"]:
        folder, name = context.at(f"/{CORRECTIONS}/"), context.messages.text("feeds_corrections")
        homes = [published.references.homes[page.path] for page, _ in published.pages if page.slug == CORRECTIONS]
        yield Channel("corrections", folder, homes[0] if homes else root, name, "", language, corrected, here)


def _languages(published: PublishedSite) -> Iterator[Channel]:
    """A feed for each language, if there are several."""
    context = published.context
    by_language: dict[str, list[PublishedArticle]] = {}
    for article in published.articles:
        by_language.setdefault(article.model.lang, []).append(article)
    if len(by_language) > 1:
        for language, articles in sorted(by_language.items()):
            folder, name = context.at(f"/languages/{language.lower()}/"), language_name(language)
            origin = articles[-1].model.where("lang")
            yield Channel("languages", folder, context.at("/"), name, "", language, articles, origin)
