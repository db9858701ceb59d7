"""Looking after the sources that articles cite."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click

from ..core.errors import Location, Problem, has_errors, in_order
from .context import read_content
from .options import DONE, PROBLEMS, below_root, reporting
from .output import counted, plural, show, told

if TYPE_CHECKING:
    from ..content.lockfile import KnownAddress
    from ..content.model import Site
    from ..web.link_status import Cited

SECONDS_BETWEEN_WRITES = 1.0
MOST = 300


@click.command(short_help="Check that cited sources still exist")
@reporting
@click.option("--most", type=click.IntRange(min=1), default=MOST, help="Maximum number of addresses to check.")
def links(root: Path, config: str, most: int, *, as_json: bool, quiet: bool) -> int:
    """Ask whether the sources that articles cite are still there, and keep the answers in links.lock."""
    from ..content.lockfile import PATH, read_lock
    from ..web.client import Fetcher
    from ..web.link_status import refresh, source_problems

    newsletter = read_content(root, below_root(config))
    file = newsletter.tree.get(PATH)
    known, faults = read_lock(file) if file else ({}, [])
    problems = [problem for problem in newsletter.problems if problem.severity == "error"]
    is_broken = bool(faults) or any(problem.where.path == PATH for problem in problems)
    if not newsletter.is_config_valid or is_broken:  # what a person has written is not written over
        return end(in_order([*problems, *faults]), {}, as_json=as_json, text="" if quiet else "Nothing was asked.")
    cited = citations(newsletter.site)
    if not problems:  # else an article may be missing that cites it
        known = {url: one for url, one in known.items() if url in cited}
    writer = Writer(root / PATH, known)
    try:
        work = refresh(
            cited, known, Fetcher(), writer.keep,
            archive=newsletter.settings.archive, today=datetime.now(UTC).date(), most=most,
        )  # fmt: skip
    finally:
        writer.write()
    if work.is_offline:
        hint = "look whether this computer can reach the web"
        problems.append(
            Problem(Location(PATH), "nobody has answered, not even the archive, so nothing was noted", hint)
        )
    dead = sum(known[url].is_dead for url in cited if url in known)
    left = f"; {work.left} left for the next time" if work.left else ""
    text = f"{plural(work.asked, 'source')} asked, {dead} dead, {work.found} found in the archive{left}."
    counts = {"asked": work.asked, "left": work.left, "dead": dead, "found": work.found}
    all_problems = in_order([*problems, *source_problems(cited, known)])
    return end(all_problems, counts, as_json=as_json, text="" if quiet else text)


def citations(site: Site) -> dict[str, Cited]:
    """By address, where it is cited first, and when it was last known to show what the article says."""
    from ..web.link_status import Cited

    cited: dict[str, Cited] = {}
    for article in sorted(site.articles, key=lambda article: article.path):
        for number, citation in enumerate(article.citations):
            if citation.url:
                field = f"source.{number}.url" if article.has(f"source.{number}.url") else "source.url"
                day: date = citation.accessed or article.date.date()
                cited.setdefault(citation.url, Cited(article.where(field), day))
    return cited


class Writer:
    """Owns the lock file of a run: written as answers come, though not more than once in a second."""

    def __init__(self, file: Path, known: dict[str, KnownAddress]) -> None:
        self.file, self.known, self.written_at = file, known, float("-inf")

    def keep(self) -> None:
        """Writes the file, unless that was just done."""
        if monotonic() - self.written_at >= SECONDS_BETWEEN_WRITES:
            self.write()

    def write(self) -> None:
        """Writes the file in one step, when it says something else than it did."""
        from ..content.lockfile import written

        text = written(self.known).encode()
        file = self.file.resolve()
        if (file.read_bytes() if file.exists() else b"") != (text if self.known or file.exists() else b""):
            beside = file.with_name(f".{file.name}.{os.getpid()}.tmp")
            beside.write_bytes(text)
            beside.replace(file)
        self.written_at = monotonic()


def end(problems: tuple[Problem, ...], counts: dict[str, int], *, as_json: bool, text: str) -> int:
    """Tells the outcome, and gives the exit code."""
    if as_json:
        click.echo(json.dumps({"ok": not has_errors(problems), "problems": told(problems), **counts}, indent=2))
    else:
        show(problems)
        if text:
            click.echo(f"{text} {counted(problems)}.", err=True)
    return PROBLEMS if has_errors(problems) else DONE
