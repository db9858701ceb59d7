"""What an earlier scan saw of each file, so that files which look the same need not be read again."""

from __future__ import annotations

import marshal
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..cache.cache import Cache
from ..cache.stages import Stage

# A file that changed within this time before the scan may change again without its size or its time showing it (git
# calls such an entry racy). Two seconds are the coarsest clock of a file system in use, FAT's.
RACY_NS = 2_000_000_000

FileStat = tuple[int, int, int, int, str]  # size in bytes, time of change of content and of status in ns, inode; digest


@dataclass(slots=True)
class StatCache:
    """Owns what the last scan saw of each file, by path, while one build runs."""

    at_ns: int
    """When the scan began, by the disk's clock."""
    files: dict[str, FileStat] = field(default_factory=dict)
    loaded: Mapping[str, FileStat] = field(default_factory=dict)
    """What is in the cache."""


def load_stat_cache(cache: Cache, *, is_trusted: bool = True) -> StatCache:
    """What the last scan saw; nothing when that is absent, damaged or not to be trusted."""
    at_ns, data = cache.now_ns(), cache.value(Stage.STAT_CACHE)
    if data is None or not is_trusted:
        return StatCache(at_ns)
    try:
        files = marshal.loads(data)
    except (ValueError, TypeError, EOFError):  # another version of Python may have written it
        return StatCache(at_ns)
    return StatCache(at_ns, files, files)


def save_stat_cache(cache: Cache, seen: StatCache) -> None:
    """Keeps what was seen for the next build, without files that have just changed."""
    files = trustworthy(seen)
    if files != seen.loaded:
        cache.set_value(Stage.STAT_CACHE, marshal.dumps(files))  # eight times as fast as JSON


def trustworthy(seen: StatCache) -> dict[str, FileStat]:
    """What can be trusted: not the files that had just changed when the scan began."""
    limit = seen.at_ns - RACY_NS
    return {path: stat for path, stat in seen.files.items() if stat[1] < limit and stat[2] < limit}
