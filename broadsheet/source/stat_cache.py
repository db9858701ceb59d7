"""What an earlier scan saw of each file, so that files which look the same need not be read again."""

from __future__ import annotations

import marshal
import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ..core.digest import digest_bytes

# A file that changed within this time before the scan may change again without its size or its time showing it (git
# calls such an entry racy). Two seconds are the coarsest clock of a file system in use, FAT's.
RACY_NS = 2_000_000_000

FileStat = tuple[int, int, int, int, str]  # size in bytes, time of change of content and of status in ns, inode; digest


@dataclass(slots=True)
class StatCache:
    """Owns the looks of the last scan, by path, while one build runs. `at_ns`: when it began, by the disk's clock."""

    at_ns: int
    files: dict[str, FileStat] = field(default_factory=dict)


def load_stat_cache(folder: Path, *, is_trusted: bool = True) -> StatCache:
    """What the last scan saw, by the folder of the cache; nothing when that is absent, damaged or not to be trusted."""
    at_ns = now_ns(folder)
    try:
        seal, _, data = (folder / "seen").read_bytes().partition(b"\n")
    except OSError:
        return StatCache(at_ns)
    if not is_trusted or digest_bytes(data).encode() != seal:
        return StatCache(at_ns)
    try:
        return StatCache(at_ns, marshal.loads(data))
    except (ValueError, TypeError, EOFError):  # another version of Python may have written it
        return StatCache(at_ns)


def save_stat_cache(folder: Path, seen: StatCache) -> None:
    """Keeps the looks for the next build, but for those of files that have just changed; a full disk keeps none."""
    data = marshal.dumps(trustworthy(seen))  # eight times as fast as JSON, and every build reads and writes it whole
    new = folder / f"seen.{os.getpid()}.new"
    try:
        new.write_bytes(digest_bytes(data).encode() + b"\n" + data)
        new.replace(folder / "seen")
    except OSError:
        with suppress(OSError):
            new.unlink()


def trustworthy(seen: StatCache) -> dict[str, FileStat]:
    """The looks that can be trusted: not those of files that had just changed when the scan began."""
    limit = seen.at_ns - RACY_NS
    return {path: look for path, look in seen.files.items() if look[1] < limit and look[2] < limit}


def now_ns(folder: Path) -> int:
    """The disk's own clock, which is the one that files are stamped with; 0 when nothing can be written there."""
    mark = folder / f"now.{os.getpid()}"
    try:
        mark.touch()
        return mark.stat().st_mtime_ns
    except OSError:
        return 0
    finally:
        with suppress(OSError):
            mark.unlink()
