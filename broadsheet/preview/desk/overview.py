"""The overview: problems, the next build, and what every page of the dashboard shows at its top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...core.errors import Problem
from ...core.manifest import Difference, Entry, Manifest, difference
from ...core.urls import site_path
from ...publish import published
from .articles import DeskState, article_lines, page_lines, page_paths
from .outputs import output_kinds

MAX_LIVE_ARTICLES = 12
MAX_CHANGES = 200


def header(desk: DeskState) -> dict[str, Any]:
    """What every page shows at its top."""
    errors = sum(problem.severity == "error" for problem in desk.problems)
    settings = desk.settings
    return {
        "newsletter": settings.title if settings else "",
        "home": desk.addresses.relative("/"),
        "as_of": f"{desk.as_of.astimezone(settings.zone) if settings else desk.as_of:%Y-%m-%d %H:%M}",
        "zone": str(settings.zone) if settings else str(desk.as_of.tzinfo or "UTC"),
        "errors": errors,
        "warnings": len(desk.problems) - errors,
    }


def overview(desk: DeskState) -> dict[str, Any]:
    """What the overview shows."""
    articles = article_lines(desk)
    live = [line for line in articles if line.state == "live"]
    changes = next_changes(desk)
    return {
        "problems": problem_lines(desk),
        "unpublished": [line for line in articles if line.state != "live"],
        "newest": live[:MAX_LIVE_ARTICLES],
        "live_count": len(live),
        "pages": page_lines(desk),
        "kinds": output_kinds(desk),
        "is_next_build_known": changes is not None,
        "changes": _change_groups(changes, desk) if changes else [],
        "file_count": len(desk.next_manifest.entries) if desk.next_manifest else 0,
    }


def problem_lines(desk: DeskState) -> list[tuple[Problem, str]]:
    """All problems, errors first, each with the URL of the page it concerns, or ""."""
    paths = page_paths(desk)
    ordered = sorted(desk.problems, key=lambda problem: problem.severity != "error")
    return [(problem, _page_url(problem.where.path, paths, desk)) for problem in ordered]


def _page_url(file: str, paths: Mapping[str, str], desk: DeskState) -> str:
    # The location of a problem in a rendered page is its output file.
    path = site_path(file.removeprefix("site/")) if file.startswith("site/") else paths.get(file, "")
    return desk.addresses.relative(path) if path else ""


def next_changes(desk: DeskState) -> Difference | None:
    """How the next build would change the published site; None until that is known."""
    if desk.next_manifest is None:
        return None
    before = {path: Entry(digest, 0, "") for path, digest in published(desk.output).items()}
    return difference(Manifest(before), desk.next_manifest)


def _change_groups(changes: Difference, desk: DeskState) -> list[tuple[str, int, list[tuple[str, str]]]]:
    """For each kind of change its name, the number of files, and site path and URL of the first of them."""
    groups = (("new", changes.added), ("changed", changes.changed), ("removed", changes.removed))
    return [(name, len(files), _links(files[:MAX_CHANGES], desk)) for name, files in groups if files]


def _links(files: Sequence[str], desk: DeskState) -> list[tuple[str, str]]:
    paths = [site_path(file) for file in files]
    return [(path, desk.addresses.relative(path)) for path in paths]
