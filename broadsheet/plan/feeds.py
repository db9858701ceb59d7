"""The newsletter's feed."""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import Where
from ..views import FeedItemView, FeedView, ProseView
from .articles import byline, editor, figure, source_view
from .layout import FEED, Layout, Story
from .pictures import feed_pictures
from .prose import absolute_urls
from .types import File, Page


def plan(layout: Layout) -> Iterator[Page | File]:
    """feed.xml: the newest articles with their full content."""
    settings = layout.settings
    stories = layout.stories[: settings.feed_length]
    newest = max(
        stories, key=lambda story: max(story.article.date, story.article.updated or story.article.date), default=None
    )
    view = FeedView(
        title=settings.title,
        description=settings.tagline or settings.title,
        url=layout.addresses.absolute(layout.at(FEED)),
        home_url=layout.addresses.absolute(layout.at("/")),
        language=settings.language,
        publisher=settings.publisher.name,
        updated=(newest.updated or newest.item.date) if newest else None,
        items=tuple(_item(story, layout) for story in stories),
    )
    yield Page(layout.at(FEED), "rss", "", view, Where("config.yaml"))


def _item(story: Story, layout: Layout) -> FeedItemView:
    article = story.article
    urls = absolute_urls(story.targets, layout.addresses, story.path)
    return FeedItemView(
        id=article.id,
        url=layout.addresses.absolute(story.path),
        title=story.item.title,
        summary=story.summary,
        byline=byline(article, layout),
        creator=editor(article, layout).title,
        sources=tuple(source_view(citation, layout, is_absolute=True) for citation in article.citations),
        date=story.item.date,
        updated=story.updated,
        topics=tuple(topic.title for topic in story.item.topics),
        figure=figure(story, layout, is_absolute=True),
        body=ProseView(
            story.outline.document,
            urls,
            pictures=feed_pictures(story.outline, story.targets, layout.references.gallery),
        ),
    )
