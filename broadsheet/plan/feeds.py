"""The feeds: each family in its formats, its archive (RFC 5005 §4), copies at old addresses, the list of all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from ..core.digest import Hashed
from ..core.errors import Location, Problem, did_you_mean
from ..core.feed_formats import FeedFormat
from ..i18n.calendar import moment_of
from ..views.common import (
    DateView,
    FeedChoiceView,
    FeedGroupView,
    FeedLinkView,
    LinkView,
)
from ..views.feeds import (
    FeedItemView,
    FeedListView,
    FeedView,
    OutlineView,
)
from .context import PublishedArticle, ResolvedLinks, direction
from .feed_items import Entries, feed_item, feed_messages
from .feed_links import feed_links, feed_title
from .feed_list import CORRECTIONS, FEED_LIST, Channel, channels
from .paginate import stable_pages
from .published import PublishedSite
from .types import File, LazyView, Page, cost_of_list

Shown = tuple[FeedItemView, ...]
Kept = tuple[
    tuple[Hashed, ResolvedLinks | None], ...
]  # stories of a page of the archive, with what leads somewhere in each


def plan(layout: PublishedSite) -> Iterator[Page | File]:
    """All feeds, then their copies at old addresses and the list of feeds."""
    entries = Entries(layout)
    planned: dict[str, Page] = {}
    outlines = []
    for channel in channels(layout):
        formats = layout.context.settings.feeds.families[channel.family]
        front, archive = _parts(channel, entries)
        for feed_format in formats:
            planned |= {page.path: page for page in _pages(layout, channel, feed_format, front, archive)}
        outlines.append(_outline(layout, channel, formats[0]))
    yield from planned.values()
    for old, path in layout.context.settings.feeds.aliases if layout.context.prefix == "" else ():
        where = layout.context.settings.feeds.places[f"aliases.{old}"]
        feed = planned.get(path)
        if feed is None:
            hint = did_you_mean(path, planned) or f"the main feed is {next(iter(planned))}"
            layout.references.problems.append(Problem(where, f'there is no feed at "{path}"', hint))
        elif not old.endswith("/"):
            # A feed reader follows no HTML redirect: it needs the feed itself, whose self link tells the new address.
            yield feed._replace(path=old, origin=where)
    if not layout.context.prefix:
        _check_page(layout)
    view = FeedListView(layout.context.settings.title, layout.context.settings.publisher.name, tuple(outlines))
    yield Page(layout.context.at(FEED_LIST), "opml", "", view, Location("config.yaml"))


def feed_groups(layout: PublishedSite) -> tuple[FeedGroupView, ...]:
    """All feeds for people, by family; within topics and sources by title."""
    groups = []
    for family, group in groupby(channels(layout), key=lambda channel: channel.family):
        found = [
            FeedChoiceView(channel.name or layout.context.settings.title, _links(layout, channel))
            for channel in sorted(group, key=lambda channel: (channel.name.casefold(), channel.folder))
        ]
        groups.append(FeedGroupView(layout.context.messages.text(f"feeds_{family}"), tuple(found)))
    return tuple(groups)


def feeds_of_page(layout: PublishedSite, slug: str) -> tuple[FeedLinkView, ...]:
    """The feeds of a page of content/pages: the one about corrections has theirs."""
    if slug != CORRECTIONS:
        return ()
    found = [channel for channel in channels(layout) if channel.family == "corrections"]
    return _links(layout, found[0]) if found else ()


def _check_page(layout: PublishedSite) -> None:
    """A problem when the page that the settings name for the list of feeds is not there."""
    feeds = layout.context.settings.feeds
    if "page" in feeds.places and feeds.page and feeds.page not in {page.slug for page, _ in layout.pages}:
        message = f'there is no page with the slug "{feeds.page}" to list the feeds'
        hint = "give one of content/pages that slug, or leave the setting out"
        layout.references.problems.append(Problem(feeds.places["page"], message, hint))


def _links(layout: PublishedSite, channel: Channel) -> tuple[FeedLinkView, ...]:
    return feed_links(layout.context.settings, layout.context.addresses, channel.family, channel.folder, channel.name)


def _parts(channel: Channel, entries: Entries) -> tuple[Shown, tuple[Kept, ...]]:
    """The entries that readers subscribe to, and the pages of the archive from the oldest up."""
    layout = entries.published
    feeds = layout.context.settings.feeds
    if channel.family == "corrections":
        return entries.corrections[: feeds.length], ()
    if channel.family == "newsletter":
        stories = channel.stories
        front, archive = stable_pages(stories, feeds.length) if feeds.archive else (stories[: feeds.length], ())
        return _with_corrections(tuple(map(entries.of, front)), entries), tuple([_kept(s, layout) for s in archive])
    return tuple([entries.of(story) for story in channel.stories[: feeds.length]]), ()


def _with_corrections(front: Shown, entries: Entries) -> Shown:
    """The newest articles with the corrections made since the oldest of them: no reader shows an old item again."""
    since = min((moment_of(item.date) for item in front), default=None)
    if since is None:
        return front
    made = [item for item in entries.corrections if moment_of(item.date) >= since]
    both = [*made, *front]
    # A correction of the same moment as an article stands above it. Articles keep the order that they have.
    return tuple(sorted(both, key=lambda item: moment_of(item.date), reverse=True)) if made else front


def _kept(stories: Sequence[PublishedArticle], layout: PublishedSite) -> Kept:
    return tuple([(story.hashed, layout.resolved_links.get(story.model.path)) for story in stories])


def _pages(
    layout: PublishedSite, channel: Channel, feed_format: FeedFormat, front: Shown, archive: tuple[Kept, ...]
) -> Iterator[Page]:
    """A feed in one format, and the pages of its archive if it has one in that format."""
    absolute, feeds = layout.context.addresses.absolute, layout.context.settings.feeds
    current = absolute(feed_format.path(channel.folder))
    old = _archive_format(feed_format, feeds.archive)
    numbered = [absolute(old.archive_path(channel.folder, number + 1)) for number in range(len(archive))] if old else []

    def view(path: str, older: str, newer: str, items: Shown = ()) -> FeedView:
        settings, url = layout.context.settings, absolute(path)
        return FeedView(
            id=current,
            title=feed_title(settings, channel.name),
            description=channel.description or settings.tagline or settings.title,
            url=url,
            home_url=absolute(channel.home),
            language=channel.language,
            direction=direction(channel.language),
            publisher=LinkView(settings.publisher.name, settings.publisher.url),
            hub=feeds.hub,
            updated=_newest(items),
            has_full_text=feeds.content == "full",
            is_archive=url != current,
            current=current,
            older=older,
            newer=newer,
            archive_type=old.media_type if old else "",
            messages=feed_messages(layout.context.messages),
            items=items,
        )

    path = feed_format.path(channel.folder)
    yield Page(
        path,
        feed_format.name,
        "",
        view(path, numbered[-1] if numbered else "", "", front),
        channel.origin,
        kind="feeds",
        documents=tuple([item.body.document for item in front if item.body]),
    )
    for index, kept in enumerate(archive if old == feed_format else ()):
        # Only the oldest page names the next one, so that it has a neighbour at all: a full page never changes again.
        newer = numbered[1] if index == 0 and len(numbered) > 1 else ""
        older = numbered[index - 1] if index else ""
        path = feed_format.archive_path(channel.folder, index + 1)
        yield Page(
            path,
            feed_format.name,
            "",
            LazyView(archive_view, (view(path, older, newer), kept)),
            channel.origin,
            kind="feeds",
            documents=tuple([hashed.value.prose_summary.document for hashed, _ in kept]),
            cost=cost_of_list(len(kept)),
        )


def archive_view(feed: FeedView, kept: Kept) -> FeedView:
    """A page of the archive, the feed so far being without its entries."""
    items = tuple([feed_item(known.value, leads) for known, leads in kept])
    return replace(feed, items=items, updated=_newest(items))


def _newest(items: Shown) -> DateView | None:
    return max((item.updated for item in items), key=moment_of, default=None)


def _archive_format(feed_format: FeedFormat, archive: tuple[FeedFormat, ...]) -> FeedFormat | None:
    """The format of the archive that a feed links to: its own, else another XML one, as links in XML name the type."""
    if feed_format in archive:
        return feed_format
    return next((other for other in archive if feed_format.is_xml and other.is_xml), None)


def _outline(layout: PublishedSite, channel: Channel, feed_format: FeedFormat) -> OutlineView:
    absolute = layout.context.addresses.absolute
    return OutlineView(
        group=layout.context.messages.text(f"feeds_{channel.family}"),
        title=feed_title(layout.context.settings, channel.name),
        url=absolute(feed_format.path(channel.folder)),
        home_url=absolute(channel.home),
        language=channel.language,
    )
