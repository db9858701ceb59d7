"""Which feeds there are, and where: the newsletter, its topics, its sources, its languages, its corrections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..content.model import FeedFamily
from ..core.errors import Location
from ..i18n.calendar import language_name
from .published import PublishedArticle, PublishedSite

FEED_LIST = "/feeds.opml"
CORRECTIONS = "corrections"  # slug of the page about them, and the name of their feed


@dataclass(frozen=True, slots=True)
class Channel:
    """A feed in all its formats. folder: site path of the folder it lies in; home: of the page it belongs to.

    name: what it is about, in its title behind the newsletter's own; stories newest first.
    """

    family: FeedFamily
    folder: str
    home: str
    name: str
    description: str
    language: str
    stories: Sequence[PublishedArticle]
    origin: Location


def channels(layout: PublishedSite) -> Iterator[Channel]:
    """All feeds: the newsletter, then topics, sources and languages in order, then corrections."""
    settings, site = layout.context.settings, layout.context.site
    families, language = settings.feeds.families, settings.language
    here = Location("config.yaml")
    root = layout.context.at("/")
    yield Channel("newsletter", root, root, "", settings.tagline, language, layout.articles, here)
    for slug, stories in layout.by_topic.items() if families["topics"] else ():
        path, topic = layout.context.topic_path(slug), site.topics[slug]
        origin = stories[-1].model.where("topics")
        yield Channel("topics", path, path, topic.title, topic.description, language, stories, origin)
    for slug, stories in layout.by_source.items() if families["sources"] else ():
        path, source = layout.context.source_path(slug), site.sources[slug]
        origin = stories[-1].model.where("source")
        yield Channel("sources", path, path, source.name, source.description, language, stories, origin)
    if families["languages"]:
        yield from _languages(layout)
    corrected = [story for story in layout.articles if story.model.corrections]
    if corrected and families["corrections"]:
        home = next((path for slug, path in _page_paths(layout) if slug == CORRECTIONS), root)
        yield Channel(
            "corrections",
            layout.context.at(f"/{CORRECTIONS}/"),
            home,
            layout.context.messages.text("feeds_corrections"),
            "",
            language,
            corrected,
            here,
        )


def _languages(layout: PublishedSite) -> Iterator[Channel]:
    """A feed for each language, where there are several."""
    by_language: dict[str, list[PublishedArticle]] = {}
    for story in layout.articles:
        by_language.setdefault(story.model.lang, []).append(story)
    if len(by_language) > 1:
        for language, stories in sorted(by_language.items()):
            origin = stories[-1].model.where("lang")
            name = language_name(language)
            yield Channel(
                "languages",
                layout.context.at(f"/languages/{language.lower()}/"),
                layout.context.at("/"),
                name,
                "",
                language,
                stories,
                origin,
            )


def _page_paths(layout: PublishedSite) -> Iterator[tuple[str, str]]:
    for page, _ in layout.pages:
        yield page.slug, layout.references.homes[page.path]
