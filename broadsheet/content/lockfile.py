"""links.lock: what is known of the addresses that articles cite, as a text that people read, compare and may edit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from ..core.errors import Location, Problem, did_you_mean
from ..schema.textfile import decode_text
from ..schema.values import InvalidValue, web_address
from ..source.tree import SourceFile
from .model import Archived

PATH = "links.lock"
SIZE_LIMIT = 20_000_000
GONE_FOR = timedelta(days=7)  # a host may be down for an evening; only after that its source counts as dead
GONE, NO_ANSWER, FORBIDDEN = "gone", "none", "robots"
DEAD = frozenset({"404", "410", GONE})
NO_COPY = "none"  # as archive: one was looked for, and there is none
HEADER = f"""\
# The state of the sources that articles cite. `broadsheet links` writes this file; keep it with the articles.
# If a source is dead, the article links to its archived copy. You may set by hand:
#   archive   the URL of a copy, and below it archived, the day it was made, such as 2026-11-24
#   status    {GONE}, if the URL now shows different content
# Other statuses: the HTTP status; {NO_ANSWER} for no response; {FORBIDDEN} if robots.txt forbids programs.
# Your own comments are not kept.
"""
_FIELDS = ("status", "checked", "since", "final", "archive", "archived")
_STATUS = re.compile(f"[1-9][0-9]{{2}}|{GONE}|{NO_ANSWER}|{FORBIDDEN}")
_DAY_IN_ADDRESS = re.compile(r"/web/([0-9]{4})([0-9]{2})([0-9]{2})[0-9]{0,6}(?:[a-z]{2}_)?/")


@dataclass(frozen=True, slots=True)
class KnownAddress:
    """What is known of an address. checked: when it was asked last; since: from when on it has given no page.

    final: where redirects lead; archive: a copy elsewhere, made on the day `archived`. Empty or None when unknown.
    """

    status: str = ""
    checked: date | None = None
    since: date | None = None
    final: str = ""
    archive: str = ""
    archived: date | None = None

    @property
    def is_dead(self) -> bool:
        """Whether readers should be led to a copy."""
        lasting = self.since is not None and self.checked is not None and self.checked - self.since >= GONE_FOR
        return self.status in DEAD or (lasting and self.status[:1] != "2")

    @property
    def copy(self) -> Archived | None:
        """The copy that readers are led to, if there is one."""
        if not self.archive or self.archive == NO_COPY:
            return None
        return Archived(self.archive, self.archived or day_in(self.archive))


@dataclass(frozen=True, slots=True)
class Copies:
    """What a build needs to know: by address, the copies of dead sources; and what is wrong with the file."""

    copies: Mapping[str, Archived]
    problems: tuple[Problem, ...]


def copies_of(file: SourceFile) -> Copies:
    """The archived copies of dead sources that links.lock names."""
    known, problems = read_lock(file)
    dead = {url: one.copy for url, one in known.items() if one.is_dead}
    return Copies({url: copy for url, copy in dead.items() if copy}, tuple(problems))


def read_lock(file: SourceFile) -> tuple[dict[str, KnownAddress], list[Problem]]:
    """What is known by address, and a problem for each line that cannot be understood."""
    text, problems = decode_text(file.read(), file.path, limit=SIZE_LIMIT)
    known: dict[str, KnownAddress] = {}
    url = ""
    given: set[str] = set()
    for number, line in enumerate(text.split("\n"), start=1):
        words = line.strip()
        if not words or words.startswith("#"):
            continue
        try:
            if line[0] not in " \t":
                url, given = "", set()
                url = _new_address(words, known)
                known[url] = KnownAddress()
            elif url:
                name, value = _field(words, given)
                known[url] = replace(known[url], **{name: value})
        except InvalidValue as fault:
            column = len(line) - len(line.lstrip()) + 1
            problems.append(Problem(Location(file.path, number, column), fault.message, fault.hint))
    return known, problems


def written(known: Mapping[str, KnownAddress]) -> str:
    """The text of the file: addresses in order, of each the fields that say something."""
    parts = ["\n".join([url, *_lines(known[url])]) for url in sorted(known)]
    return "\n\n".join([HEADER.rstrip("\n"), *parts]) + "\n"


def day_in(address: str) -> date | None:
    """The day on which a copy was made, where its address says so, as the Internet Archive's do."""
    found = _DAY_IN_ADDRESS.search(address)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _lines(known: KnownAddress) -> Iterator[str]:
    for name in _FIELDS:
        value = getattr(known, name)
        if value:
            yield f"  {name} {value}"


def _new_address(words: str, known: Mapping[str, KnownAddress]) -> str:
    url = web_address(words)
    if url in known:
        raise InvalidValue(f'"{url}" is listed twice', "keep only one of them")
    return url


def _field(words: str, given: set[str]) -> tuple[str, Any]:
    name, _, value = words.partition(" ")
    value = value.strip()
    if name not in _FIELDS:
        every = f"available fields: {', '.join(_FIELDS)}"
        raise InvalidValue(f'unknown field "{name[:60]}"', did_you_mean(name, _FIELDS) or every)
    if name in given:
        raise InvalidValue(f'"{name}" is given twice', "keep only one of them")
    given.add(name)
    if name == "status":
        if not _STATUS.fullmatch(value):
            hint = f"write a number like 404, or {GONE}, {NO_ANSWER} or {FORBIDDEN}"
            raise InvalidValue(f'"{value[:60]}" is not a valid status', hint)
        return name, value
    if name in ("final", "archive"):
        if not value:
            raise InvalidValue(f'"{name}" has no address', "add one after it, or remove the line")
        return name, value if name == "archive" and value == NO_COPY else web_address(value)
    return name, _day(value)


def _day(value: str) -> date:
    try:
        if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise InvalidValue(f'"{value[:60]}" is not a valid date', "write it like 2026-11-24")
