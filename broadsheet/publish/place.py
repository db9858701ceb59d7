"""The place of a site: the output folder, the hidden companion beside it, and who may use them now."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ..core.errors import Location, Problem
from .record import Findings

_OWN_FOLDERS = ("content", "templates", "broadsheet", ".broadsheet", ".git")
_NAMES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Place:
    """Where a site goes. A symlink given as the output is followed and stays: its target is what is replaced.

    shown: the output as the author wrote it. companion: beside the output, so on the same file system; it holds the
    spare tree, the records and the lock, and belongs to the output, whichever newsletter is published there.
    """

    output: Path
    shown: str
    companion: Path
    where: Location

    @property
    def spare(self) -> Path:
        return self.companion / "spare"

    @property
    def away(self) -> Path:
        """Where the old tree is while two renames do the work of an exchange."""
        return self.companion / "old"

    def record(self, inode: int) -> Path:
        """The record of the tree with this inode: the number moves with the tree, so an exchange needs no note."""
        return self.companion / f"{inode}.record"

    def dirty(self, inode: int) -> Path:
        """The paths being written into the tree with this inode; while they stand there, its record does not hold."""
        return self.companion / f"{inode}.dirty"


class Busy(Exception):
    """Another process is publishing to this place; says which."""


def place_of(output: Path, where: Location) -> Place:
    """The place for this output folder."""
    real = Path(os.path.realpath(output))
    return Place(real, str(output), real.parent / f".{real.name}.broadsheet", where)


def forbidden(place: Place, root: Path) -> list[Problem]:
    """What makes the folder unfit for any site, whatever it holds."""
    output, base = place.output, Path(os.path.realpath(root))
    inside = 'give a folder of its own, such as "site"'
    if output == output.parent:
        return [Problem(place.where, f'the output folder "{place.shown}" is the whole file system', inside)]
    if output == Path(os.path.realpath(Path.home())):
        return [Problem(place.where, f'the output folder "{place.shown}" is your home folder', inside)]
    if output == base or output in base.parents:
        return [Problem(place.where, f'the output folder "{place.shown}" holds the newsletter itself', inside)]
    for name in _OWN_FOLDERS:
        own = Path(os.path.realpath(base / name))
        if output == own or output in own.parents or own in output.parents:
            message = f'the output folder "{place.shown}" overlaps with "{name}", which belongs to the newsletter'
            return [Problem(place.where, message, inside)]
    if os.path.lexists(output) and not output.is_dir():
        return [Problem(place.where, f'the output "{place.shown}" is not a folder', "delete it, or give another name")]
    return []


def refusals(place: Place, found: Findings) -> list[Problem]:
    """What in the output folder keeps us from replacing it."""
    problems = []
    if found.strangers:
        message = f'"{place.shown}" holds what Broadsheet did not write: {named(found.strangers)}'
        hint = (
            "nothing was changed. Move what you need elsewhere (files to be published belong in templates/static or "
            "content), or give another folder with --output"
        )
        problems.append(Problem(place.where, message, hint))
    if found.edited:
        message = f'"{place.shown}" holds what was changed by hand: {named(found.edited)}'
        hint = (
            "nothing was changed, as building would undo it. Make the change in content or templates, then delete "
            f"what is named here from {place.shown} and build again"
        )
        problems.append(Problem(place.where, message, hint))
    return problems


def busy_problem(place: Place, busy: Busy) -> Problem:
    """For a build that waited in vain."""
    hint = "wait until it has ended, or give another folder with --output"
    return Problem(place.where, f'another build is publishing to "{place.shown}" ({busy})', hint)


def system_problem(place: Place, error: OSError) -> Problem:
    """For what the system refused, in words an author can act on."""
    said, hint = _SYSTEM.get(error.errno or 0, _OTHER)
    reason = said or f"{error.strerror or error}"
    path = os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes)) else ""
    at = f" ({path})" if path and (said, hint) not in (_FULL, _FIXED) else ""
    message = f'cannot publish to "{place.shown}": {reason}{at}'
    return Problem(place.where, message, f"the old site is untouched. {hint}")


_FULL = ("the disk is full", "Make room and build again")
_DENIED = ("this user may not write there", "Change the folder's permissions, or give another folder with --output")
_FIXED = (
    "the folder cannot be renamed, as it is a mount point or part of a container's image",
    "Give a folder inside it with --output",
)
_OTHER = ("", "Mend this and build again, or give another folder with --output")
_SYSTEM = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: ("a file would be larger than the system allows", "Make it smaller, or raise the limit"),
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.EROFS: ("the disk can only be read", _DENIED[1]),
    errno.EBUSY: _FIXED,
    errno.EXDEV: _FIXED,
    errno.ENAMETOOLONG: ("a name is too long for this disk", "Shorten the slug or the name of the folder"),
    errno.ELOOP: ("its symlinks lead in a circle", "Give a folder with --output"),
}


@contextmanager
def locked(place: Place, wait_seconds: float) -> Iterator[None]:
    """Holds the place for this process; ends with it at the latest. Raises Busy after waiting, or OSError."""
    place.companion.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    give_up = time.monotonic() + wait_seconds
    while True:
        # Not for other users: a server whose root is the folder above shall not show the spare.
        place.companion.mkdir(mode=0o700, exist_ok=True)
        path = place.companion / "lock"
        try:
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NONBLOCK | os.O_CLOEXEC, 0o644)
        except FileNotFoundError:  # `clean` has just removed the companion
            continue
        try:
            while not _take(file):
                if time.monotonic() > give_up:
                    raise Busy(f"process {os.pread(file, 20, 0).decode(errors='replace').strip() or 'unknown'}")
                time.sleep(0.02)
            if not _is_at(file, path):
                continue
            os.ftruncate(file, 0)
            os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
            ignore = place.companion / ".gitignore"
            if not ignore.exists():
                ignore.write_text("*\n", encoding="utf-8")
            yield
            return
        finally:
            os.close(file)


def _take(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_at(file: int, path: Path) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(file), path.stat())
    return False


def named(paths: Sequence[str]) -> str:
    """The first few paths, quoted, and how many more there are."""
    more = len(paths) - _NAMES_SHOWN
    listed = ", ".join(f'"{path}"' for path in paths[:_NAMES_SHOWN])
    return f"{listed} and {more:,} more" if more > 0 else listed
