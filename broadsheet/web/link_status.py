"""Sources that die: links.lock brought up to date, by asking every address that articles cite."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import quote

from ..content.lockfile import FORBIDDEN, GONE, NO_ANSWER, NO_COPY, KnownAddress, day_in
from ..core.errors import Location, Problem, warning
from ..schema.values import InvalidValue, web_address
from .client import ROBOTS, Fetcher, Response, ask_all

FINE_FOR = timedelta(days=14)
FAILED_FOR = timedelta(days=1)
MOST_AT_ONCE = 300
ANSWER_LIMIT = 100_000
SHY = frozenset({"401", "403", "429", "999"})  # what programs are told and people are not: it says nothing of the page


@dataclass(frozen=True, slots=True)
class Cited:
    """An address that an article cites: where, and when it was last known to show what the article says."""

    where: Location
    day: date


@dataclass(frozen=True, slots=True)
class Work:
    """What was done: addresses asked now, those left for the next run, and copies found.

    is_offline: whether nobody answered at all, which says something of our own network and nothing of sources.
    """

    asked: int
    left: int
    found: int
    is_offline: bool = False


def refresh(
    cited: Mapping[str, Cited],
    known: dict[str, KnownAddress],
    fetcher: Fetcher,
    keep: Callable[[], None],
    *,
    archive: str,
    today: date,
    most: int = MOST_AT_ONCE,
) -> Work:
    """Brings `known` up to date; `keep` is called after each change, so that an interrupt loses nothing.

    archive: the address of the Wayback availability API, which is asked for copies of what is dead.
    """
    due = sorted((url for url in cited if _is_due(known.get(url), today)), key=lambda url: (_last(known, url), url))
    asked = due[:most]
    left = len(due) - len(asked)
    silent: dict[str, Response] = {}
    for url, answer in ask_all(asked, fetcher):
        if not answer.status and answer.fault != ROBOTS:
            silent[url] = answer
        elif not answer.is_put_off:
            known[url] = updated(known.get(url, KnownAddress()), url, answer, today)
            keep()
    if silent and len(silent) == len(asked) and not fetcher.get(archive, 0).status:
        return Work(len(asked), left, 0, is_offline=True)
    for url, answer in silent.items():
        if not answer.is_put_off:
            known[url] = updated(known.get(url, KnownAddress()), url, answer, today)
    keep()
    found = 0
    without = [url for url in sorted(cited) if url in known and known[url].is_dead and not known[url].archive]
    for url in without[:most]:
        copy = find_copy(url, cited[url].day, fetcher, archive)
        if copy is None:  # the archive has no time for us; another day it will
            break
        known[url] = replace(known[url], archive=copy, archived=day_in(copy))
        found += copy != NO_COPY
        keep()
    return Work(len(asked), left, found)


def updated(before: KnownAddress, url: str, answer: Response, today: date) -> KnownAddress:
    """What is known after an answer. A copy that was found stays; that none was found is forgotten, to look again."""
    status = str(answer.status or (FORBIDDEN if answer.fault == ROBOTS else NO_ANSWER))
    archive = "" if before.archive == NO_COPY else before.archive
    is_failing = status == NO_ANSWER or (answer.status >= 400 and status not in SHY)
    return KnownAddress(
        status=status,
        checked=today,
        since=(before.since or today) if is_failing else None,
        final=answer.url if 200 <= answer.status < 300 and answer.url != url.partition("#")[0] else "",
        archive=archive,
        archived=before.archived if archive else None,
    )


def find_copy(url: str, day: date, fetcher: Fetcher, archive: str) -> str | None:
    """The copy of a page that was made nearest to a day, or NO_COPY; None when the archive gives no answer.

    https://archive.org/help/wayback_api.php
    """
    mark = "&" if "?" in archive else "?"
    answer = fetcher.get(f"{archive}{mark}url={quote(url, safe='')}&timestamp={day:%Y%m%d}", ANSWER_LIMIT)
    if answer.status != 200 or answer.is_put_off:
        return None
    try:
        closest = json.loads(answer.body)["archived_snapshots"]["closest"]
        if closest["available"] is True and str(closest["status"]) == "200":
            # The API still writes http for addresses that the archive answers by https.
            return web_address(str(closest["url"]).replace("http://web.archive.org/", "https://web.archive.org/", 1))
    except (RecursionError, LookupError, TypeError, InvalidValue):
        return NO_COPY
    except ValueError:
        return None
    return NO_COPY


def source_problems(cited: Mapping[str, Cited], known: Mapping[str, KnownAddress]) -> list[Problem]:
    """A warning for each source that is dead without a copy, or has moved for as long as anybody can tell."""
    problems = []
    for url, place in cited.items():
        one = known.get(url, KnownAddress())
        if one.is_dead and one.copy is None:
            why = "is gone" if one.status == GONE else f"gives no page ({one.status})"
            hint = 'look for a copy, and write "archive" and its address below this one in links.lock'
            problems.append(warning(place.where, f'the source "{url}" {why}, and no archived copy is known', hint))
    return problems


def _is_due(known: KnownAddress | None, today: date) -> bool:
    if known is None or known.checked is None:
        return known is None or known.status != GONE
    if known.status == GONE:
        return False
    rest = FAILED_FOR if known.since else FINE_FOR
    return not timedelta(0) <= today - known.checked < rest


def _last(known: Mapping[str, KnownAddress], url: str) -> date:
    """When an address was asked last: those that never were come first."""
    return (known[url].checked if url in known else None) or date.min
