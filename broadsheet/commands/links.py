"""Checking that the sources cited by articles still exist."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click

from ..core.errors import Location, Problem, has_errors, in_order
from ..core.files import replace_file
from .context import read_content
from .options import DONE, PROBLEMS, below_root, reporting
from .output import counted, plural, problems_as_json, show

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
    """Check that the sources cited by articles still exist, and save the results in links.lock."""
    from ..content.lockfile import PATH, read_lock
    from ..web.client import Fetcher
    from ..web.link_status import refresh, source_problems

    newsletter = read_content(root, below_root(config))
    file = newsletter.tree.get(PATH)
    known, faults = read_lock(file) if file else ({}, [])
    problems = [problem for problem in newsletter.problems if problem.severity == "error"]
    is_broken = bool(faults) or any(problem.where.path == PATH for problem in problems)
    if not newsletter.is_config_valid or is_broken:  # never overwrite what a person has written
        return finish(in_order([*problems, *faults]), {}, as_json=as_json, text="" if quiet else "Nothing was checked.")
    cited = citations(newsletter.site)
    if not problems:  # an article with errors may cite it
        known = {url: one for url, one in known.items() if url in cited}
    writer = LockFileWriter(root / PATH, known)
    try:
        work = refresh(
            cited, known, Fetcher(), writer.save_soon,
            archive=newsletter.settings.archive, today=datetime.now(UTC).date(), most=most,
        )  # fmt: skip
    finally:
        writer.save()
    if work.is_offline:
        hint = "check your internet connection"
        problems.append(
            Problem(Location(PATH), "no server responded, not even the archive, so nothing was saved", hint)
        )
    dead = sum(known[url].is_dead for url in cited if url in known)
    left = f"; {work.left} left for the next run" if work.left else ""
    text = f"{plural(work.asked, 'source')} checked, {dead} dead, {work.found} found in the archive{left}."
    counts = {"asked": work.asked, "left": work.left, "dead": dead, "found": work.found}
    all_problems = in_order([*problems, *source_problems(cited, known)])
    return finish(all_problems, counts, as_json=as_json, text="" if quiet else text)


def citations(site: Site) -> dict[str, Cited]:
    """Return, by URL, where it is cited first and the day when it last matched the article."""
    from ..web.link_status import Cited

    cited: dict[str, Cited] = {}
    for article in sorted(site.articles, key=lambda article: article.path):
        for number, citation in enumerate(article.citations):
            if citation.url:
                field = f"source.{number}.url" if article.has(f"source.{number}.url") else "source.url"
                day: date = citation.accessed or article.date.date()
                cited.setdefault(citation.url, Cited(article.where(field), day))
    return cited


class LockFileWriter:
    """Owns links.lock during a run: saved as results arrive, at most once a second."""

    def __init__(self, file: Path, known: dict[str, KnownAddress]) -> None:
        self.file, self.known, self.written_at = file, known, float("-inf")

    def save_soon(self) -> None:
        """Save the file, unless that was done within the last second."""
        if monotonic() - self.written_at >= SECONDS_BETWEEN_WRITES:
            self.save()

    def save(self) -> None:
        """Save the file in one step, if its content has changed."""
        from ..content.lockfile import written

        text = written(self.known).encode()
        file = self.file.resolve()
        if (file.read_bytes() if file.exists() else b"") != (text if self.known or file.exists() else b""):
            replace_file(file, text)
        self.written_at = monotonic()


def finish(problems: tuple[Problem, ...], counts: dict[str, int], *, as_json: bool, text: str) -> int:
    """Print the outcome, and return the exit code."""
    if as_json:
        click.echo(
            json.dumps({"ok": not has_errors(problems), "problems": problems_as_json(problems), **counts}, indent=2)
        )
    else:
        show(problems)
        if text:
            click.echo(f"{text} {counted(problems)}.", err=True)
    return PROBLEMS if has_errors(problems) else DONE
