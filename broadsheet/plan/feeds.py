"""All feeds: each family in its formats, its archive (RFC 5005 §4), copies at old addresses, and the list of feeds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import groupby

from ..core.digest import Hashed
from ..core.errors import Location, Problem, did_you_mean
from ..core.feed_formats import FeedFormat
from ..i18n.calendar import moment_of
from ..views.common import DateView, FeedChoiceView, FeedGroupView, FeedLinkView, LinkView
from ..views.feeds import FeedItemView, FeedListView, FeedView, OutlineView
from .context import ResolvedLinks, SiteContext, direction, feed_links, feed_title
from .feed_items import FeedItems, feed_item, feed_messages
from .feed_list import CORRECTIONS, FEED_LIST, Channel, channels
from .lists import stable_pages
from .published import PublishedSite
from .types import File, LazyView, Page, cost_of_list

Items = tuple[FeedItemView, ...]
ArchivePage = tuple[tuple[Hashed, ResolvedLinks | None], ...]
"""The articles of a page of an archive, as `PublishedArticle.hashed`, each with the links in its text."""


def plan(published: PublishedSite) -> Iterator[Page | File]:
    """All feeds, then their copies at old addresses and the list of feeds."""
    context, entries = published.context, FeedItems(published)
    feeds: dict[str, Page] = {}
    outlines = []
    for channel in channels(published):
        formats = context.settings.feeds.families[channel.family]
        front, archive = _entries(channel, entries)
        for feed_format in formats:
            feeds |= {page.path: page for page in _pages(published, channel, feed_format, front, archive)}
        outlines.append(_outline(context, channel, formats[0]))
    yield from feeds.values()
    if not context.prefix:
        yield from _copies(published, feeds)
        _check_page(published)
    view = FeedListView(context.settings.title, context.settings.publisher.name, tuple(outlines))
    yield Page(context.at(FEED_LIST), "opml", "", view, Location("config.yaml"))


def feed_groups(published: PublishedSite) -> tuple[FeedGroupView, ...]:
    """All feeds for people, by family; within topics and sources by title."""
    context, groups = published.context, []
    for family, group in groupby(channels(published), key=lambda channel: channel.family):
        choices = [
            FeedChoiceView(channel.name or context.settings.title, _links(context, channel))
            for channel in sorted(group, key=lambda channel: (channel.name.casefold(), channel.folder))
        ]
        groups.append(FeedGroupView(context.messages.text(f"feeds_{family}"), tuple(choices)))
    return tuple(groups)


def feeds_of_page(published: PublishedSite, slug: str) -> tuple[FeedLinkView, ...]:
    """The feeds of a page in content/pages: only the corrections page has its own."""
    if slug != CORRECTIONS:
        return ()
    found = [channel for channel in channels(published) if channel.family == "corrections"]
    return _links(published.context, found[0]) if found else ()


def _copies(published: PublishedSite, feeds: Mapping[str, Page]) -> Iterator[Page]:
    """A copy of a feed at each of its old addresses, and a problem for each address of a feed that does not exist.

    A feed reader follows no HTML redirect: it needs the feed itself, whose self link gives the new address.
    """
    settings = published.context.settings.feeds
    for old, path in settings.aliases:
        where = settings.places[f"aliases.{old}"]
        feed = feeds.get(path)
        if feed is None:
            hint = did_you_mean(path, feeds) or f"the main feed is {next(iter(feeds))}"
            published.references.problems.append(Problem(where, f'there is no feed at "{path}"', hint))
        elif not old.endswith("/"):
            yield feed._replace(path=old, origin=where)


def _check_page(published: PublishedSite) -> None:
    """Adds a problem if the page that the settings name for the list of feeds does not exist."""
    feeds = published.context.settings.feeds
    if "page" in feeds.places and feeds.page and feeds.page not in {page.slug for page, _ in published.pages}:
        message = f'there is no page with the slug "{feeds.page}" to list the feeds'
        hint = "give a page in content/pages that slug, or remove the setting"
        published.references.problems.append(Problem(feeds.places["page"], message, hint))


def _links(context: SiteContext, channel: Channel) -> tuple[FeedLinkView, ...]:
    return feed_links(context.settings, context.addresses, channel.family, channel.folder, channel.name)


def _entries(channel: Channel, entries: FeedItems) -> tuple[Items, tuple[ArchivePage, ...]]:
    """The entries that readers subscribe to, and the pages of the archive from the oldest up."""
    published, articles = entries.published, channel.articles
    feeds = published.context.settings.feeds
    if channel.family == "corrections":
        return entries.corrections[: feeds.length], ()
    if channel.family != "newsletter":
        return tuple([entries.of(article) for article in articles[: feeds.length]]), ()
    front, archive = stable_pages(articles, feeds.length) if feeds.archive else (articles[: feeds.length], ())
    links = published.resolved_links
    pages = [tuple([(article.hashed, links.get(article.model.path)) for article in page]) for page in archive]
    return _with_corrections(tuple(map(entries.of, front)), entries), tuple(pages)


def _with_corrections(front: Items, entries: FeedItems) -> Items:
    """The newest articles with the corrections made since the oldest of them: readers do not show old items again."""
    since = min((moment_of(item.date) for item in front), default=None)
    if since is None:
        return front
    recent = [item for item in entries.corrections if moment_of(item.date) >= since]
    both = [*recent, *front]
    # A correction comes before an article of the same date and time. Articles keep their order.
    return tuple(sorted(both, key=lambda item: moment_of(item.date), reverse=True)) if recent else front


def _pages(
    published: PublishedSite, channel: Channel, feed_format: FeedFormat, front: Items, archive: tuple[ArchivePage, ...]
) -> Iterator[Page]:
    """A feed in one format, and the pages of its archive if it has one in that format."""
    context = published.context
    absolute = context.addresses.absolute
    old = _archive_format(feed_format, context.settings.feeds.archive)
    numbered = [absolute(old.archive_path(channel.folder, number + 1)) for number in range(len(archive))] if old else []
    feed = _feed_view(context, channel, feed_format, old.media_type if old else "")
    path, older = feed_format.path(channel.folder), numbered[-1] if numbered else ""
    view = replace(feed, older=older, items=front, updated=_newest(front))
    documents = tuple([item.body.document for item in front if item.body])
    yield Page(path, feed_format.name, "", view, channel.origin, kind="feeds", documents=documents)
    for index, articles in enumerate(archive if old == feed_format else ()):
        path, older = feed_format.archive_path(channel.folder, index + 1), numbered[index - 1] if index else ""
        # Only the oldest page names the next one, so that it has a neighbour at all: a full page never changes again.
        newer = numbered[1] if index == 0 and len(numbered) > 1 else ""
        view = replace(feed, url=absolute(path), is_archive=True, older=older, newer=newer)
        yield Page(
            path,
            feed_format.name,
            "",
            LazyView(archive_view, (view, articles)),
            channel.origin,
            kind="feeds",
            documents=tuple([hashed.value.prose_summary.document for hashed, _ in articles]),
            cost=cost_of_list(len(articles)),
        )


def _feed_view(context: SiteContext, channel: Channel, feed_format: FeedFormat, archive_type: str) -> FeedView:
    """A feed without its entries and its archive's neighbours."""
    settings, url = context.settings, context.addresses.absolute(feed_format.path(channel.folder))
    return FeedView(
        id=url,
        title=feed_title(settings, channel.name),
        description=channel.description or settings.tagline or settings.title,
        url=url,
        home_url=context.addresses.absolute(channel.home),
        language=channel.language,
        direction=direction(channel.language),
        publisher=LinkView(settings.publisher.name, settings.publisher.url),
        hub=settings.feeds.hub,
        updated=None,
        has_full_text=settings.feeds.content == "full",
        is_archive=False,
        current=url,
        older="",
        newer="",
        archive_type=archive_type,
        messages=feed_messages(context.messages),
        items=(),
    )


def archive_view(feed: FeedView, articles: ArchivePage) -> FeedView:
    """A page of the archive: the feed with these entries."""
    items = tuple([feed_item(hashed.value, links) for hashed, links in articles])
    return replace(feed, items=items, updated=_newest(items))


def _newest(items: Items) -> DateView | None:
    return max((item.updated for item in items), key=moment_of, default=None)


def _archive_format(feed_format: FeedFormat, archive: tuple[FeedFormat, ...]) -> FeedFormat | None:
    """The format of the archive that a feed links to: its own, else another XML one, as links in XML name the type."""
    if feed_format in archive:
        return feed_format
    return next((other for other in archive if feed_format.is_xml and other.is_xml), None)


def _outline(context: SiteContext, channel: Channel, feed_format: FeedFormat) -> OutlineView:
    absolute = context.addresses.absolute
    return OutlineView(
        group=context.messages.text(f"feeds_{channel.family}"),
        title=feed_title(context.settings, channel.name),
        url=absolute(feed_format.path(channel.folder)),
        home_url=absolute(channel.home),
        language=channel.language,
    )
