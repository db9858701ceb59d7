"""WebSub: telling the hub which feeds have changed, once they are uploaded (https://www.w3.org/TR/websub/)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from ..content.model import Settings
from ..core.digest import digest_bytes
from ..core.errors import Location, Problem
from ..core.feed_formats import find_feeds
from ..core.urls import addresses

SECONDS = 15  # for one request; a hub that is slower will hear of the feeds from its own polling
AT_ONCE = 50  # addresses in one request
_CONFIG = Location("config.yaml")


def changed_feeds(site: Path, settings: Settings, known: Path | None) -> tuple[dict[str, str], list[Problem]]:
    """The published feeds that the hub has not heard of: digests by address. known: what it was told, if anything."""
    if not settings.feeds.hub:
        hint = 'write "hub: https://…" below "feeds:", the address of a WebSub hub'
        return {}, [Problem(_CONFIG, "no hub is named that could be told of changed feeds", hint)]
    if not site.is_dir():
        return {}, [Problem(Location("--output"), f'there is no published site in "{site}"', "publish it first")]
    where = addresses(settings.base_url)
    now: dict[str, str] = {}
    for path in sorted(path for path, _ in find_feeds(site)):
        now[where.absolute("/" + path)] = digest_bytes((site / path).read_bytes())
    before = _known(known)
    return {address: seal for address, seal in now.items() if before.get(address) != seal}, []


def notify(hub: str, changed: Sequence[str]) -> list[Problem]:
    """Tells the hub of changed feeds; what went wrong, if anything did."""
    for start in range(0, len(changed), AT_ONCE):
        fields = [("hub.mode", "publish"), *(("hub.url", address) for address in changed[start : start + AT_ONCE])]
        request = Request(hub, urlencode(fields).encode(), {"User-Agent": "Broadsheet"})
        try:
            with urlopen(request, timeout=SECONDS) as answer:
                answer.read(1000)
        except HTTPError as error:
            message = f'the hub "{hub}" answered {error.code} {error.reason}'
            return [Problem(_CONFIG, message, "check its address, and whether it takes feeds of this site")]
        except (OSError, HTTPException, ValueError) as error:
            reason = getattr(error, "reason", error)
            return [Problem(_CONFIG, f'the hub "{hub}" could not be reached: {reason}', "try again later")]
    return []


def record_notified(known: Path, told: Mapping[str, str]) -> None:
    """Notes what the hub was told, beside what it knew before. May raise OSError."""
    known.parent.mkdir(parents=True, exist_ok=True)
    known.write_text(json.dumps({**_known(known), **told}, indent=1, sort_keys=True), encoding="utf-8")


def _known(known: Path | None) -> dict[str, str]:
    try:
        found = json.loads(known.read_bytes()) if known is not None else {}
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
