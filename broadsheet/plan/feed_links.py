"""The titles of feeds, and links to them from pages."""

from __future__ import annotations

from ..content.model import FeedFamily, Settings
from ..core.urls import Addresses
from ..views.common import FeedLinkView


def feed_title(settings: Settings, name: str) -> str:
    """A feed's title as a reader lists it among others: the newsletter, and which part of it, if not all."""
    return f"{settings.title} · {name}" if name else settings.title


def feed_links(
    settings: Settings, addresses: Addresses, family: FeedFamily, folder: str, name: str = ""
) -> tuple[FeedLinkView, ...]:
    """Links to a feed in each of its formats."""
    title = feed_title(settings, name)
    return tuple(
        [
            FeedLinkView(title, offered.title, offered.media_type, addresses.relative(offered.path(folder)))
            for offered in settings.feeds.families[family]
        ]
    )
