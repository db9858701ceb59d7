"""Link rot: links.lock brought up to date by requesting every URL that articles cite."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import quote

from ..content.lockfile import FORBIDDEN, GONE, NO_ANSWER, NO_COPY, KnownAddress, day_in
from ..core.errors import Location, Problem, warning
from ..schema.values import InvalidValue, web_address
from .client import DISALLOWED, Fetcher, Response, probe_all

WORKING_FOR = timedelta(days=14)
FAILING_FOR = timedelta(days=1)
MAX_PER_RUN = 300
ARCHIVE_BYTES = 100_000
BLOCKS_PROGRAMS = frozenset({"401", "403", "429", "999"})  # for programs only: browsers may get the page


@dataclass(frozen=True, slots=True)
class Cited:
    """Where an article cites a URL."""

    where: Location
    day: date
    """When the page was last known to say what the article says."""


@dataclass(frozen=True, slots=True)
class RefreshResult:
    """What was done in one run."""

    asked: int
    """URLs requested."""
    left: int
    """URLs that are due and left for the next run."""
    found: int
    """Archived copies found."""
    is_offline: bool = False
    """Whether nothing responded at all, which says more about our own network than about sources."""


def refresh(
    cited: Mapping[str, Cited],
    known: dict[str, KnownAddress],
    fetcher: Fetcher,
    keep: Callable[[], None],
    *,
    archive: str,
    today: date,
    most: int = MAX_PER_RUN,
) -> RefreshResult:
    """Brings `known` up to date in place and calls `keep` after each change, so that an interrupt loses nothing.

    archive: the URL of the Wayback availability API, where copies of dead sources are looked up.
    """
    due = sorted((url for url in cited if _is_due(known.get(url), today)), key=lambda url: (_last(known, url), url))
    asked = due[:most]
    left = len(due) - len(asked)
    failed: dict[str, Response] = {}
    for url, response in probe_all(asked, fetcher):
        if not response.status and response.error != DISALLOWED:
            failed[url] = response
        elif not response.is_deferred:
            known[url] = updated(known.get(url, KnownAddress()), url, response, today)
            keep()
    if failed and len(failed) == len(asked) and not fetcher.get(archive, 0).status:
        return RefreshResult(len(asked), left, 0, is_offline=True)
    for url, response in failed.items():
        if not response.is_deferred:
            known[url] = updated(known.get(url, KnownAddress()), url, response, today)
    keep()
    return RefreshResult(len(asked), left, _find_copies(cited, known, fetcher, keep, archive=archive, most=most))


def _find_copies(
    cited: Mapping[str, Cited],
    known: dict[str, KnownAddress],
    fetcher: Fetcher,
    keep: Callable[[], None],
    *,
    archive: str,
    most: int,
) -> int:
    """Looks up copies of dead sources that have none, and returns how many were found."""
    found = 0
    without = [url for url in sorted(cited) if url in known and known[url].is_dead and not known[url].archive]
    for url in without[:most]:
        copy = find_copy(url, cited[url].day, fetcher, archive)
        if copy is None:  # the archive is busy; another run will find it
            break
        known[url] = replace(known[url], archive=copy, archived=day_in(copy))
        found += copy != NO_COPY
        keep()
    return found


def updated(before: KnownAddress, url: str, response: Response, today: date) -> KnownAddress:
    """What is known of a URL after a response. A copy stays; that there was none is forgotten, to look again."""
    status = str(response.status or (FORBIDDEN if response.error == DISALLOWED else NO_ANSWER))
    archive = "" if before.archive == NO_COPY else before.archive
    is_failing = status == NO_ANSWER or (response.status >= 400 and status not in BLOCKS_PROGRAMS)
    return KnownAddress(
        status=status,
        checked=today,
        since=(before.since or today) if is_failing else None,
        final=response.url if 200 <= response.status < 300 and response.url != url.partition("#")[0] else "",
        archive=archive,
        archived=before.archived if archive else None,
    )


def find_copy(url: str, day: date, fetcher: Fetcher, archive: str) -> str | None:
    """The URL of the archived copy closest to a day, or NO_COPY; None if the archive does not respond.

    https://archive.org/help/wayback_api.php
    """
    separator = "&" if "?" in archive else "?"
    response = fetcher.get(f"{archive}{separator}url={quote(url, safe='')}&timestamp={day:%Y%m%d}", ARCHIVE_BYTES)
    if response.status != 200 or response.is_deferred:
        return None
    try:
        closest = json.loads(response.body)["archived_snapshots"]["closest"]
        if closest["available"] is True and str(closest["status"]) == "200":
            # The API still gives http URLs for what the archive serves by https.
            return web_address(str(closest["url"]).replace("http://web.archive.org/", "https://web.archive.org/", 1))
    except (RecursionError, LookupError, TypeError, InvalidValue):
        return NO_COPY
    except ValueError:
        return None
    return NO_COPY


def source_problems(cited: Mapping[str, Cited], known: Mapping[str, KnownAddress]) -> list[Problem]:
    """A warning for each source that is dead and has no archived copy."""
    problems = []
    for url, place in cited.items():
        one = known.get(url, KnownAddress())
        if one.is_dead and one.copy is None:
            why = "is gone" if one.status == GONE else f"does not work ({one.status})"
            hint = 'look for a copy and add "archive" with its URL below this URL in links.lock'
            problems.append(warning(place.where, f'the source "{url}" {why}, and no archived copy is known', hint))
    return problems


def _is_due(known: KnownAddress | None, today: date) -> bool:
    if known is None or known.checked is None:
        return known is None or known.status != GONE
    if known.status == GONE:
        return False
    interval = FAILING_FOR if known.since else WORKING_FOR
    return not timedelta(0) <= today - known.checked < interval


def _last(known: Mapping[str, KnownAddress], url: str) -> date:
    """When a URL was last requested; those that never were come first."""
    return (known[url].checked if url in known else None) or date.min
