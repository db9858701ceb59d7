"""What the commands print: problems and log messages to standard error, results to standard output."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from ..core.errors import Problem, has_errors
from .excerpt import excerpt, source_lines
from .options import DONE, PROBLEMS, Options

if TYPE_CHECKING:
    from ..build.remembered import BuildResult
    from ..content.newsletter import Newsletter
    from ..core.manifest import Difference


def show(problems: Iterable[Problem]) -> None:
    """Print problems to standard error: location, message, the line with carets and a hint, in colour on a terminal."""
    is_plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"  # https://no-color.org
    command = click.get_current_context(silent=True)
    root = command.params.get("root") if command else None
    for path, group in groupby(problems, key=lambda problem: problem.where.path):
        lines = source_lines(root, path) if root else []
        for problem in group:
            click.echo(_styled(problem, excerpt(problem, lines)), err=True, color=False if is_plain else None)


def _styled(problem: Problem, found: tuple[str, str] | None) -> str:
    """Return a problem as it is printed, with escape codes for colours."""
    colour = "red" if problem.severity == "error" else "yellow"
    parts = [f"{problem.where}: {click.style(problem.label, fg=colour)}: {problem.message}"]
    if found:
        line, carets = found
        parts += [f"  {line}", f"  {click.style(carets, fg=colour)}"]
    if problem.hint:
        parts.append(f"  {click.style('hint:', fg='cyan')} {problem.hint}")
    return "\n".join(parts)


def show_errors(newsletter: Newsletter) -> int:
    """Print the errors of a newsletter, and return the exit code."""
    errors = [problem for problem in newsletter.problems if problem.severity == "error"]
    show(errors)
    return PROBLEMS if errors else DONE


def say(chosen: Options, text: str) -> None:
    """Print a log message to standard error, unless --quiet was given."""
    if not chosen.quiet:
        click.echo(text, err=True)


def last_line(chosen: Options, result: BuildResult, published: Difference | None, seconds: float) -> str:
    """Return the summary of a build: what was written, rendered and reused, the time it took, and what is due next."""
    if has_errors(result.problems) or published is None or result.manifest is None:
        return f"{counted(result.problems)}. Nothing was published; the site is unchanged."
    changed = len(published.added) + len(published.changed)
    files = f"{plural(len(result.manifest.entries), 'file')} in {chosen.output}"
    is_same = not changed and not published.removed
    parts = [
        *([f"Up to date: {files}"] if is_same else [f"Published {files}"]),
        *(["nothing changed"] if is_same else [f"{changed} written, {len(published.removed)} removed"]),
        f"{plural(len(result.rendered), 'page')} rendered, {result.reused} reused",
        f"{seconds:.2f} s",
    ]
    due = f' Next scheduled: "{result.due_title}" at {result.due}.' if result.due else ""
    warnings = f" {counted(result.problems)}." if result.problems else ""
    return "; ".join(parts) + "." + warnings + due


def summary(result: BuildResult, *, seconds: float, published: Difference | None = None) -> dict[str, Any]:
    """Return the result of a build for --json."""
    return {
        "ok": not has_errors(result.problems),
        "problems": problems_as_json(result.problems),
        "articles": result.articles,
        "files": len(result.manifest.entries) if result.manifest else 0,
        "rendered": len(result.rendered),
        "reused": result.reused,
        "added": list(published.added) if published else [],
        "changed": list(published.changed) if published else [],
        "removed": list(published.removed) if published else [],
        "due": {"at": result.due, "title": result.due_title} if result.due else None,
        "seconds": {**result.seconds, "total": round(seconds, 4)},
    }


def problems_as_json(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Return problems for --json."""
    return [
        {
            "severity": problem.severity,
            **({"name": problem.name} if problem.name else {}),
            **asdict(problem.where),
            "message": problem.message,
            "hint": problem.hint,
        }
        for problem in problems
    ]


def counted(problems: tuple[Problem, ...]) -> str:
    """ "2 errors, 1 warning"."""
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    parts = [plural(count, word) for count, word in ((errors, "error"), (warnings, "warning")) if count]
    return ", ".join(parts) or "No problems"


def plural(count: int, noun: str) -> str:
    """ "1 page", "2 pages"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def megabytes(size: int) -> str:
    """ "12.3 MB"."""
    return f"{size / 1_000_000:.1f} MB"
