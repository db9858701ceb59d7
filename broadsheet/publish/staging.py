"""The staging tree beside the published one, which becomes the next site. Unchanged files are hard links."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from ..core.forks import map_forked
from ..core.manifest import Difference, Entry, Manifest
from ..core.urls import parents
from .record import LOOK_AGAIN, Record, Written

Read = Callable[[str, Entry], bytes]

_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS, errno.EXDEV})
_TICK_NS = 50_000_000  # file systems count time in steps of up to some 10 ms
_WORTH_FORKING = 300  # files
_TOGETHER = 50
_OCCUPIED = frozenset({errno.ENOTEMPTY, errno.EEXIST})


def names_to_write(staging: Record, live: Record, whole: Manifest, change: Difference) -> list[str]:
    """Return the paths that `bring_up_to_date` must link or write; change: what readers will see."""
    # An old version that happens to be in the staging tree is written again all the same: with its old time it would
    # look older than what readers have in their caches. Only the live tree counts.
    fresh, live_of, staged = {*change.added, *change.changed}, live.files.get, staging.files.get
    return [path for path in whole.entries if path in fresh or staged(path) != live_of(path)]


def bring_up_to_date(
    tree: Path,
    staging: Record,
    live_tree: Path,
    live: Record,
    *,
    whole: Manifest,
    names: Sequence[str],
    read: Read,
    processes: int = 1,
) -> Record:
    """Give the staging tree, whose record is `staging`, the content of the manifest; return its new record.

    names: from `names_to_write`. processes: how many write when there is much to write. May raise OSError.

    Never writes into an existing file: its inode may be shared with the published tree.
    """
    top, live_top, wanted = str(tree), str(live_tree), whole.entries
    gone = staging.files.keys() - wanted.keys()
    replaced = [path for path in names if path in staging.files]
    for path in [*gone, *replaced]:
        os.unlink(f"{top}/{path}")  # noqa: PTH108 - ten thousand Path objects would cost more than the calls
    needed = parents(wanted)
    surplus = staging.folders.keys() - needed
    new_folders = needed - staging.folders.keys()
    left = set(remove_folders(tree, surplus))
    with_folders = {folder.rpartition("/")[0] for folder in new_folders}
    for folder in sorted(filter(None, new_folders & with_folders)):
        _make_folder(f"{top}/{folder}")

    def put(path: str) -> Written:
        folder = path.rpartition("/")[0]
        if folder in new_folders and folder not in with_folders:  # most contain just this file
            _make_folder(f"{top}/{folder}")
        published = live.files.get(path)
        if published is not None and published.digest == wanted[path].digest:
            return _link(f"{live_top}/{path}", f"{top}/{path}", published, path, wanted[path], read)
        return _write(f"{top}/{path}", path, wanted[path], read)

    files = dict(staging.files)
    for path in gone:
        del files[path]
    files.update(_all_put(put, names, processes))

    changed = {path.rpartition("/")[0] for path in [*gone, *names, *surplus, *new_folders]} | new_folders
    folders = dict(staging.folders)
    for folder in surplus:
        if folder not in left:
            del folders[folder]
    folders |= _times(top, changed & (needed | left))
    return Record(files, folders)


def _all_put(put: Callable[[str], Written], names: Sequence[str], processes: int) -> Iterator[tuple[str, Written]]:
    """Yield what was put at each path. Forked processes share the lock: it is released when the last one ends."""
    if processes < 2 or len(names) < _WORTH_FORKING:
        yield from ((path, put(path)) for path in names)
        return
    parts = [names[start : start + _TOGETHER] for start in range(0, len(names), _TOGETHER)]
    for number, put_there in map_forked(
        lambda number: [put(path) for path in parts[number]], len(parts), processes=processes
    ):
        yield from zip(parts[number], put_there, strict=True)


def remove_folders(tree: Path, folders: Iterable[str]) -> list[str]:
    """Remove the folders that are empty, innermost first; return the others."""
    left = []
    for folder in sorted(folders, key=len, reverse=True):
        try:
            os.rmdir(f"{tree}/{folder}" if folder else tree)  # noqa: PTH106
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            if error.errno not in _OCCUPIED:
                raise
            left.append(folder)
    return left


def remove_files(tree: Path, paths: Iterable[str]) -> int:
    """Remove these files; return how many there were. Missing files and folders of that name are skipped."""
    count = 0
    for path in paths:
        with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
            os.unlink(f"{tree}/{path}")  # noqa: PTH108
            count += 1
    return count


def _make_folder(target: str) -> None:
    with suppress(FileExistsError):  # an empty folder someone made, or one with several files
        os.mkdir(target, 0o755)  # noqa: PTH102


def _write(target: str, path: str, entry: Entry, read: Read) -> Written:
    content = read(path, entry)
    if len(content) != entry.size:
        raise ValueError(f"{path!r} has {len(content)} bytes, but the manifest says {entry.size}")
    file = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(file, rest) :]
        now = os.fstat(file)
    finally:
        os.close(file)
    return Written(entry.digest, now.st_size, now.st_ino, now.st_mtime_ns)


def _link(source: str, target: str, published: Written, path: str, entry: Entry, read: Read) -> Written:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        written = _write(target, path, entry, read)  # a copy with the same time
        os.utime(target, ns=(published.modified_ns, published.modified_ns))
        return written._replace(modified_ns=os.lstat(target).st_mtime_ns)
    return published


def _times(top: str, folders: Iterable[str]) -> dict[str, int]:
    """Return the times of folders just changed; LOOK_AGAIN where a later change could have the same time."""
    times = {folder: os.lstat(f"{top}/{folder}" if folder else top).st_mtime_ns for folder in folders}
    newest = max(times.values(), default=0)
    return {folder: time if time < newest - _TICK_NS else LOOK_AGAIN for folder, time in times.items()}
