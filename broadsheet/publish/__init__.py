"""Publishing: the new site is prepared in a staging tree beside the published one, and the two are swapped in one step.

See docs/decisions/0002-publishing.md: two trees that take turns, and what a crash can leave.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from ..core.errors import Location, Problem, warning
from ..core.manifest import Difference, Manifest
from .exchange import Exchange, exchange
from .place import Busy, Place, busy_problem, forbidden, locked, place_of, refusals, system_problem
from .record import Findings
from .staging import Read, bring_up_to_date, names_to_write, remove_files, remove_folders
from .trees import begin, clear, finish, look, put_in_place, ready_staging, recover, tidy

__all__ = ["Read", "check_output", "clean", "publish", "published"]

_OUTPUT = Location("--output")
_WAIT_SECONDS = 10.0


def publish(
    whole: Manifest,
    read: Read,
    output: Path,
    *,
    root: Path,
    where: Location = _OUTPUT,
    swap: Exchange = exchange,
    wait_seconds: float = _WAIT_SECONDS,
    processes: int = 1,
) -> tuple[Difference | None, list[Problem]]:
    """Publish all files of the manifest or none; return what changed, or None and the problems that prevented it.

    read: returns the bytes of a path that must be written; an OSError it raises counts as one of the disk.
    processes: how many may write; above one this process is forked, so it may have only one thread.
    """
    place = place_of(output, where)
    if problems := forbidden(place, root):
        return None, problems
    try:
        with locked(place, wait_seconds):
            return _publish(place, whole, read, swap, processes)
    except Busy as busy:
        return None, [busy_problem(place, busy)]
    except OSError as error:
        return None, [system_problem(place, error)]


def check_output(
    output: Path, *, root: Path, where: Location = _OUTPUT, wait_seconds: float = _WAIT_SECONDS
) -> list[Problem]:
    """Return what would keep `publish` from replacing the folder, to be asked before rendering. Changes no site."""
    place = place_of(output, where)
    if problems := forbidden(place, root):
        return problems
    try:
        if not place.state_dir.exists():
            return refusals(place, look(place, place.output))
        with locked(place, wait_seconds):
            recover(place)
            return refusals(place, look(place, place.output))
    except Busy as busy:
        return [busy_problem(place, busy)]
    except OSError as error:
        return [system_problem(place, error)]


def published(output: Path, *, where: Location = _OUTPUT) -> Mapping[str, str]:
    """Return the digest of every published file that is still there, by path. Changes nothing."""
    place = place_of(output, where)
    return {path: written.digest for path, written in look(place, place.output).record.files.items()}


def clean(
    output: Path, *, root: Path, where: Location = _OUTPUT, wait_seconds: float = _WAIT_SECONDS
) -> tuple[int, list[Problem]]:
    """Remove only what Broadsheet wrote; return how many files of the site that were, and what was left in place."""
    place = place_of(output, where)
    if problems := forbidden(place, root):
        return 0, problems
    try:
        if not place.state_dir.exists():
            return 0, _left(place, look(place, place.output))
        with locked(place, wait_seconds):
            return _clean(place)
    except Busy as busy:
        return 0, [busy_problem(place, busy)]
    except OSError as error:
        return 0, [system_problem(place, error)]


def _publish(
    place: Place, whole: Manifest, read: Read, swap: Exchange, processes: int
) -> tuple[Difference | None, list[Problem]]:
    recover(place)
    found = look(place, place.output)
    if problems := refusals(place, found):
        return None, problems
    live = found.record
    change = _difference(found, whole)
    if not change and place.output.exists():
        return change, []
    staging, warnings = ready_staging(place, live)
    names = names_to_write(staging, live, whole, change)
    begin(place, names)
    try:
        record = bring_up_to_date(
            place.staging, staging, place.output, live, whole=whole, names=names, read=read, processes=processes
        )
        finish(place, record)
        put_in_place(place, swap)
    except OSError:
        with suppress(OSError):
            clear(place, place.staging)  # gives back the room; if it cannot, the next build will
        raise
    tidy(place)
    return change, warnings


def _difference(found: Findings, whole: Manifest) -> Difference:
    """Return the changes that readers will see."""
    before, after = found.record.files, whole.entries
    fresh = [path for path, entry in after.items() if path not in before or before[path][0] != entry[0]]
    return Difference(
        added=tuple([path for path in fresh if path not in before]),
        changed=tuple([path for path in fresh if path in before]),
        removed=tuple(sorted(before.keys() - after.keys())),
    )


def _clean(place: Place) -> tuple[int, list[Problem]]:
    recover(place)
    found = look(place, place.output)
    problems = clear(place, place.staging) if place.staging.is_dir() else []
    removed = remove_files(place.output, found.record.files)
    remove_folders(place.output, found.record.folders)
    problems += _left(place, found)
    if not any(place.state_dir.glob("kept-*")):
        for path in place.state_dir.iterdir():
            path.unlink()
        place.state_dir.rmdir()
    else:
        tidy(place)
    return removed, problems


def _left(place: Place, found: Findings) -> list[Problem]:
    """Return a warning for what `clean` did not remove."""
    hint = "delete it yourself if it is not needed"
    return [warning(problem.where, f"not removed: {problem.message}", hint) for problem in refusals(place, found)]
