"""The formats of feeds, and the addresses of feeds in them."""

from __future__ import annotations

from typing import NamedTuple

from ..content.model import FeedFamily, FeedFormat, Settings
from ..core.urls import Addresses
from ..views.common import (
    FeedLinkView,
)


class Kind(NamedTuple):
    """A format: the name people know, the file name of a feed in it, and its media type."""

    name: str
    file: str
    media_type: str


# Beside each other and beside the page they belong to. ".atom" rather than "atom.xml": hosts know its media type.
KINDS: dict[FeedFormat, Kind] = {
    "rss": Kind("RSS", "feed.xml", "application/rss+xml"),
    "atom": Kind("Atom", "feed.atom", "application/atom+xml"),
    "json": Kind("JSON Feed", "feed.json", "application/feed+json"),
}


def feed_path(folder: str, kind: FeedFormat) -> str:
    """The site path of a feed whose files lie in a folder."""
    return folder + KINDS[kind].file


def archive_path(folder: str, number: int, kind: FeedFormat) -> str:
    """The site path of a page of a feed's archive; page 1 is the oldest."""
    return f"{folder}feed/{number}/{KINDS[kind].file}"


def feed_title(settings: Settings, name: str) -> str:
    """A feed's title as a reader lists it among others: the newsletter, and what of it, if not all."""
    return f"{settings.title} · {name}" if name else settings.title


def feed_links(
    settings: Settings, where: Addresses, family: FeedFamily, folder: str, name: str = ""
) -> tuple[FeedLinkView, ...]:
    """A feed in each of its formats, for pages."""
    title = feed_title(settings, name)
    return tuple(
        [
            FeedLinkView(title, KINDS[kind].name, KINDS[kind].media_type, where.relative(feed_path(folder, kind)))
            for kind in settings.feeds.families[family]
        ]
    )
