"""The place of a site: the output folder, the hidden state folder beside it, and the lock on both."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..core.errors import Location, Problem
from ..core.files import is_open_at, take_lock
from .record import Findings

_OWN_FOLDERS = ("content", "templates", "broadsheet", ".broadsheet", ".git")
_NAMES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Place:
    """Where a site is published. If the output is a symlink, its target is replaced and the link stays."""

    output: Path
    shown: str
    """The output as it was given, for messages."""
    state_dir: Path
    """Beside the output, so on the same file system: the staging tree, the records and the lock of this output."""
    where: Location

    @property
    def staging(self) -> Path:
        return self.state_dir / "spare"

    @property
    def away(self) -> Path:
        """Where the old tree is between the two renames that replace an exchange."""
        return self.state_dir / "old"

    def record(self, inode: int) -> Path:
        """Return the file of the record of the tree with this inode, which moves with the tree in an exchange."""
        return self.state_dir / f"{inode}.record"

    def dirty(self, inode: int) -> Path:
        """Return the list of paths being written into a tree, whose record is invalid while it exists."""
        return self.state_dir / f"{inode}.dirty"


class Busy(Exception):
    """Another process is publishing to this place; the message names it."""


def place_of(output: Path, where: Location) -> Place:
    """Return the place of an output folder."""
    real = Path(os.path.realpath(output))
    return Place(real, str(output), real.parent / f".{real.name}.broadsheet", where)


def forbidden(place: Place, root: Path) -> list[Problem]:
    """Return why this folder must not be replaced by a site, whatever it contains."""
    output, base = place.output, Path(os.path.realpath(root))
    hint = 'choose a separate folder, such as "site"'
    if output == output.parent:
        return [Problem(place.where, f'the output folder "{place.shown}" is the root of the file system', hint)]
    if output == Path(os.path.realpath(Path.home())):
        return [Problem(place.where, f'the output folder "{place.shown}" is your home folder', hint)]
    if output == base or output in base.parents:
        return [Problem(place.where, f'the output folder "{place.shown}" contains the newsletter itself', hint)]
    for name in _OWN_FOLDERS:
        own = Path(os.path.realpath(base / name))
        if output == own or output in own.parents or own in output.parents:
            message = f'the output folder "{place.shown}" overlaps with "{name}", which belongs to the newsletter'
            return [Problem(place.where, message, hint)]
    if os.path.lexists(output) and not output.is_dir():
        return [Problem(place.where, f'the output "{place.shown}" is not a folder', "delete it or choose another name")]
    return []


def refusals(place: Place, found: Findings) -> list[Problem]:
    """Return what in the output folder keeps us from replacing it."""
    problems = []
    if found.foreign_files:
        message = f'"{place.shown}" contains files that Broadsheet did not write: {named(found.foreign_files)}'
        hint = (
            "nothing was changed. Move these files elsewhere (files to publish belong in content or templates/static), "
            "or choose another folder with --output"
        )
        problems.append(Problem(place.where, message, hint))
    if found.modified_files:
        message = f'"{place.shown}" contains files that were edited by hand: {named(found.modified_files)}'
        hint = (
            "nothing was changed, because a build would undo the edits. Make them in content or templates, then delete "
            f"these files from {place.shown} and build again"
        )
        problems.append(Problem(place.where, message, hint))
    return problems


def busy_problem(place: Place, busy: Busy) -> Problem:
    """Return the problem of a build that has waited too long for another one."""
    hint = "wait until it has finished, or choose another folder with --output"
    return Problem(place.where, f'another build is publishing to "{place.shown}" ({busy})', hint)


def system_problem(place: Place, error: OSError) -> Problem:
    """Return the problem for a system error, in words an author can act on."""
    said, hint = _SYSTEM.get(error.errno or 0, _OTHER)
    reason = said or f"{error.strerror or error}"
    path = os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes)) else ""
    at = f" ({path})" if path and (said, hint) not in (_FULL, _FIXED) else ""
    message = f'cannot publish to "{place.shown}": {reason}{at}'
    return Problem(place.where, message, f"the old site is unchanged. {hint}")


_FULL = ("the disk is full", "Make room and build again")
_DENIED = (
    "you are not allowed to write there",
    "Change the permissions, or choose another folder with --output",
)
_FIXED = (
    "the folder cannot be renamed because it is a mount point or part of a container image",
    "Choose a folder inside it with --output",
)
_OTHER = ("", "Fix this and build again, or choose another folder with --output")
_SYSTEM = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: ("a file would exceed the size limit of the system", "Make it smaller or raise the limit"),
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.EROFS: ("the disk is read-only", _DENIED[1]),
    errno.EBUSY: _FIXED,
    errno.EXDEV: _FIXED,
    errno.ENAMETOOLONG: ("a name is too long for this disk", "Shorten the slug or the name of the folder"),
    errno.ELOOP: ("its symlinks form a loop", "Choose another folder with --output"),
}


@contextmanager
def locked(place: Place, wait_seconds: float) -> Iterator[None]:
    """Lock the place for this process, at most until it ends. Raises Busy after waiting, or OSError."""
    place.state_dir.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    give_up = time.monotonic() + wait_seconds
    while True:
        # Private: a web server whose root is the parent folder must not serve the staging tree.
        place.state_dir.mkdir(mode=0o700, exist_ok=True)
        path = place.state_dir / "lock"
        try:
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NONBLOCK | os.O_CLOEXEC, 0o644)
        except FileNotFoundError:  # `clean` has just removed the state folder
            continue
        try:
            if not take_lock(file, wait_seconds=give_up - time.monotonic(), poll_seconds=0.02):
                raise Busy(f"process {os.pread(file, 20, 0).decode(errors='replace').strip() or 'unknown'}")
            if not is_open_at(file, path):
                continue
            os.ftruncate(file, 0)
            os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
            ignore = place.state_dir / ".gitignore"
            if not ignore.exists():
                ignore.write_text("*\n", encoding="utf-8")
            yield
            return
        finally:
            os.close(file)


def named(paths: Sequence[str]) -> str:
    """Return the first few paths, quoted, and how many more there are."""
    more = len(paths) - _NAMES_SHOWN
    listed = ", ".join(f'"{path}"' for path in paths[:_NAMES_SHOWN])
    return f"{listed} and {more:,} more" if more > 0 else listed
