"""The feeds: each family in its formats, pages of the archive (RFC 5005 §4), copies at old addresses, the list of all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from ..errors import Problem, Where, did_you_mean
from ..model import FeedFamily, FeedFormat
from ..views import (
    FeedChoiceView,
    FeedEntryView,
    FeedGroupView,
    FeedLinkView,
    FeedListView,
    FeedView,
    FeedWordsView,
    LinkView,
    OutlineView,
)
from .channels import CORRECTIONS, FEED_LIST, Channel, channels
from .feed_items import Entries, corrections
from .formats import archive_path, feed_links, feed_path, feed_title
from .layout import Layout, direction
from .paginate import stable_pages
from .types import File, Page

FAMILY_NAMES: dict[FeedFamily, str] = {
    "newsletter": "Everything",
    "topics": "By topic",
    "sources": "By source",
    "languages": "By language",
    "corrections": "Corrections",
}
WORDS = FeedWordsView()


def plan(layout: Layout) -> Iterator[Page | File]:
    """All feeds, then their copies at old addresses and the list of feeds."""
    entries = Entries(layout)
    planned: dict[str, Page] = {}
    outlines = []
    for channel in channels(layout):
        formats = layout.settings.feeds.families[channel.family]
        for kind, front, archive in _parts(channel, formats, entries):
            for page in _pages(layout, channel, kind, front, archive):
                planned[page.path] = page
        outlines.append(_outline(layout, channel, formats[0]))
    yield from planned.values()
    for old, path in layout.settings.feeds.aliases:
        where = layout.settings.feeds.places[f"aliases.{old}"]
        feed = planned.get(path)
        if feed is None:
            hint = did_you_mean(path, planned) or f"the main feed is {next(iter(planned))}"
            layout.references.problems.append(Problem(where, f'there is no feed at "{path}"', hint))
        elif not old.endswith("/"):
            # A feed reader follows no HTML redirect: it needs the feed itself, whose self link tells the new address.
            yield Page(old, feed.renderer, feed.template, feed.view, where)
    view = FeedListView(layout.settings.title, layout.settings.publisher.name, tuple(outlines))
    yield Page(FEED_LIST, "opml", "", view, Where("config.yaml"))


def feed_groups(layout: Layout) -> tuple[FeedGroupView, ...]:
    """All feeds for people, by family; within topics and sources by title."""
    groups = []
    for family, group in groupby(channels(layout), key=lambda channel: channel.family):
        found = [
            FeedChoiceView(channel.name or layout.settings.title, _links(layout, channel))
            for channel in sorted(group, key=lambda channel: (channel.name.casefold(), channel.folder))
        ]
        groups.append(FeedGroupView(FAMILY_NAMES[family], tuple(found)))
    return tuple(groups)


def feeds_of_page(layout: Layout, slug: str) -> tuple[FeedLinkView, ...]:
    """The feeds of a page of content/pages: the one about corrections has theirs."""
    if slug != CORRECTIONS:
        return ()
    found = [channel for channel in channels(layout) if channel.family == "corrections"]
    return _links(layout, found[0]) if found else ()


def _links(layout: Layout, channel: Channel) -> tuple[FeedLinkView, ...]:
    return feed_links(layout.settings, layout.addresses, channel.family, channel.folder, channel.name)


def _parts(
    channel: Channel, formats: Sequence[FeedFormat], entries: Entries
) -> Iterator[tuple[FeedFormat, tuple[FeedEntryView, ...], tuple[tuple[FeedEntryView, ...], ...]]]:
    """For each format the entries that readers subscribe to, and the pages of its archive from the oldest up."""
    layout = entries.layout
    feeds = layout.settings.feeds
    if channel.family == "corrections":
        every = [entry for story in channel.stories for entry in corrections(story, layout)]
        every.sort(key=lambda entry: (entry.item.updated.iso, entry.item.id), reverse=True)
        for kind in formats:
            yield kind, tuple(every[: feeds.length]), ()
        return
    newest = tuple([entries.of(story) for story in channel.stories[: feeds.length]])
    if channel.family != "newsletter" or not feeds.archive:
        for kind in formats:
            yield kind, newest, ()
        return
    front, archive = stable_pages([entries.of(story) for story in channel.stories], feeds.length)
    for kind in formats:
        yield (kind, front, archive) if kind in feeds.archive else (kind, newest, ())


def _pages(
    layout: Layout,
    channel: Channel,
    kind: FeedFormat,
    front: tuple[FeedEntryView, ...],
    archive: tuple[tuple[FeedEntryView, ...], ...],
) -> Iterator[Page]:
    """A feed in one format, and the pages of its archive."""
    absolute = layout.addresses.absolute
    current = absolute(feed_path(channel.folder, kind))
    numbered = [absolute(archive_path(channel.folder, number, kind)) for number in range(1, len(archive) + 1)]

    def view(entries: tuple[FeedEntryView, ...], url: str, older: str, newer: str) -> FeedView:
        settings = layout.settings
        return FeedView(
            id=current,
            title=feed_title(settings, channel.name),
            description=channel.description or settings.tagline or settings.title,
            url=url,
            home_url=absolute(channel.home),
            language=channel.language,
            direction=direction(channel.language),
            publisher=LinkView(settings.publisher.name, settings.publisher.url),
            hub=settings.feeds.hub,
            updated=max((entry.item.updated for entry in entries), key=lambda date: date.iso, default=None),
            has_full_text=settings.feeds.content == "full",
            is_archive=url != current,
            current=current,
            older=older,
            newer=newer,
            words=WORDS,
            entries=entries,
        )

    yield Page(
        feed_path(channel.folder, kind),
        kind,
        "",
        view(front, current, numbered[-1] if numbered else "", ""),
        channel.origin,
    )
    for index, entries in enumerate(archive):
        # Only the oldest page names the next one, so that it has a neighbour at all: a full page never changes again.
        newer = numbered[1] if index == 0 and len(numbered) > 1 else ""
        older = numbered[index - 1] if index else ""
        path = archive_path(channel.folder, index + 1, kind)
        yield Page(path, kind, "", view(entries, numbered[index], older, newer), channel.origin)


def _outline(layout: Layout, channel: Channel, kind: FeedFormat) -> OutlineView:
    absolute = layout.addresses.absolute
    return OutlineView(
        group=FAMILY_NAMES[channel.family],
        title=feed_title(layout.settings, channel.name),
        url=absolute(feed_path(channel.folder, kind)),
        home_url=absolute(channel.home),
        language=channel.language,
    )
