"""Lists of articles: home, topics, sources, months, each with numbered pages that are stable under growth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from ..errors import Where
from ..views import FeedLinkView, LinkView, ListView
from .formats import feed_links
from .layout import ARCHIVE, Layout, Story
from .paginate import stable_pages
from .types import File, Page

MONTH_PAGE = 100  # a line each, without summaries to speak of: still a small page


def plan(layout: Layout) -> Iterator[Page | File]:
    """The home page, then topics, sources and months."""
    settings = layout.settings
    yield from _list(
        layout, "/", layout.stories, title=settings.title, lead=settings.tagline, origin=Where("config.yaml")
    )
    for slug, stories in layout.by_topic.items():
        topic = layout.site.topics[slug]
        yield from _list(
            layout,
            layout.topic_path(slug),
            stories,
            title=topic.title,
            lead=topic.description,
            origin=stories[-1].article.where("topics"),
            count=len(stories),
            feeds=feed_links(settings, layout.addresses, "topics", layout.topic_path(slug), topic.title),
        )
    for slug, stories in layout.by_source.items():
        source = layout.site.sources[slug]
        yield from _list(
            layout,
            layout.source_path(slug),
            stories,
            title=source.name,
            lead=source.description,
            origin=stories[-1].article.where("source"),
            count=len(stories),
            website=LinkView(source.name, source.url) if source.url else None,
            feeds=feed_links(settings, layout.addresses, "sources", layout.source_path(slug), source.name),
        )
    for (year, month), group in groupby(layout.stories, key=lambda story: year_and_month(story, layout)):
        stories = tuple(group)
        yield from _list(
            layout,
            f"{ARCHIVE}{year:04}/{month:02}/",
            stories,
            title=f"{layout.calendar.month_name(month)} {year}",
            lead="",
            origin=stories[-1].article.where("date"),
            count=len(stories),
            per_page=MONTH_PAGE,
        )


def year_and_month(story: Story, layout: Layout) -> tuple[int, int]:
    """The month a story belongs to, in the newsletter's zone."""
    day = story.article.date.astimezone(layout.settings.zone)
    return day.year, day.month


def _list(
    layout: Layout,
    path: str,
    stories: Sequence[Story],
    *,
    title: str,
    lead: str,
    origin: Where,
    count: int = 0,
    website: LinkView | None = None,
    per_page: int = 0,
    feeds: tuple[FeedLinkView, ...] = (),
) -> Iterator[Page]:
    front, numbered = stable_pages(stories, per_page or layout.settings.page_size)

    def address(number: int) -> str:
        return f"{path}page/{number}/" if 1 <= number <= len(numbered) else path

    def page(number: int, shown: Sequence[Story], newer: int | None, older: int | None) -> Page:
        numbered_title = f"{title} · {number}" if number else title
        view = ListView(
            head=layout.head(numbered_title, lead, address(number), feeds=feeds),
            title=title,
            lead=lead,
            number=number,
            count=0 if number else count,
            website=website,
            items=tuple([story.item for story in shown]),
            newer=LinkView("Newer", layout.addresses.relative(address(newer))) if newer is not None else None,
            older=LinkView("Older", layout.addresses.relative(address(older))) if older is not None else None,
        )
        modified = max((story.modified for story in shown), default="")
        return Page(address(number), "page", "list.html", view, origin, modified, is_listed=True)

    yield page(0, front, None, len(numbered) or None)
    for number, shown in enumerate(numbered, start=1):
        newer = number + 1 if number < len(numbered) else 0
        yield page(number, shown, newer, number - 1 or None)
