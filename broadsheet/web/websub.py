"""WebSub: telling the hub which feeds have changed, once they are uploaded (https://www.w3.org/TR/websub/)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlencode

from ..content.model import Settings
from ..core.digest import digest_bytes
from ..core.errors import Location, Problem
from ..core.feed_formats import find_feeds
from ..core.urls import addresses
from .client import Fetcher

FEEDS_PER_REQUEST = 50
_CONFIG = Location("config.yaml")


def changed_feeds(site: Path, settings: Settings, record: Path | None) -> tuple[dict[str, str], list[Problem]]:
    """The published feeds that the hub has not been told of in their present state: digests by URL.

    record: the file that `record_notified` writes; None to get all feeds.
    """
    if not settings.feeds.hub:
        hint = 'add "hub: https://…" under "feeds:" with the URL of a WebSub hub'
        return {}, [Problem(_CONFIG, "no hub is set", hint)]
    if not site.is_dir():
        return {}, [Problem(Location("--output"), f'there is no published site in "{site}"', "publish it first")]
    absolute = addresses(settings.base_url).absolute
    digests = {absolute(f"/{path}"): digest_bytes((site / path).read_bytes()) for path, _ in find_feeds(site)}
    before = _read(record)
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


def record_notified(record: Path, notified: Mapping[str, str]) -> None:
    """Adds the feeds that the hub has been told of to the record. May raise OSError."""
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(json.dumps({**_read(record), **notified}, indent=1, sort_keys=True), encoding="utf-8")


def _read(record: Path | None) -> dict[str, str]:
    """Digests by URL; a damaged file is as good as none."""
    try:
        found = json.loads(record.read_bytes()) if record is not None else {}
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
