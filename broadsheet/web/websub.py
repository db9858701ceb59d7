"""WebSub: telling the hub which feeds have changed, once they are uploaded (https://www.w3.org/TR/websub/)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlencode

from ..cache.cache import Cache
from ..cache.stages import Stage
from ..content.model import Settings
from ..core.digest import digest_bytes
from ..core.errors import Location, Problem
from ..core.feed_formats import find_feeds
from ..core.serialize import decode, encode
from ..core.urls import addresses
from .client import Fetcher

FEEDS_PER_REQUEST = 50
_CONFIG = Location("config.yaml")


def changed_feeds(site: Path, settings: Settings, before: Mapping[str, str]) -> tuple[dict[str, str], list[Problem]]:
    """The published feeds that the hub has not been told of in their present state: digests by URL.

    before: what `notified_feeds` returns; empty to get all feeds.
    """
    if not settings.feeds.hub:
        hint = 'add "hub: https://…" under "feeds:" with the URL of a WebSub hub'
        return {}, [Problem(_CONFIG, "no hub is set", hint)]
    if not site.is_dir():
        return {}, [Problem(Location("--output"), f'there is no published site in "{site}"', "publish it first")]
    absolute = addresses(settings.base_url).absolute
    digests = {absolute(f"/{path}"): digest_bytes((site / path).read_bytes()) for path, _ in find_feeds(site)}
    return {url: digest for url, digest in sorted(digests.items()) if before.get(url) != digest}, []


def notify(hub: str, changed: Sequence[str]) -> list[Problem]:
    """Tells the hub which feeds have changed, and returns a problem if that fails."""
    fetcher = Fetcher(pause_seconds=0, user_agent="Broadsheet")
    for start in range(0, len(changed), FEEDS_PER_REQUEST):
        urls = [("hub.url", url) for url in changed[start : start + FEEDS_PER_REQUEST]]
        response = fetcher.post(hub, urlencode([("hub.mode", "publish"), *urls]).encode())
        if not response.status:
            return [Problem(_CONFIG, f'cannot reach the hub "{hub}": {response.error}', "try again later")]
        if not 200 <= response.status < 300:
            hint = "check its URL, and whether it accepts feeds of this site"
            return [Problem(_CONFIG, f'the hub "{hub}" returned {response.status}', hint)]
    return []


def record_notified(cache: Cache, notified: Mapping[str, str]) -> None:
    """Records the feeds that the hub has been told of, beside those it was told of before."""
    cache.set_value(Stage.NOTIFIED_FEEDS, encode({**notified_feeds(cache), **notified}))


def notified_feeds(cache: Cache) -> dict[str, str]:
    """What the hub was last told of: digests of feeds by URL; a damaged record is as good as none."""
    data = cache.value(Stage.NOTIFIED_FEEDS)
    return decode(dict[str, str], data) if data is not None else {}
