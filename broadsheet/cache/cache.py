"""The cache: what is kept between builds so that work is done once, on disk or in memory. `stages.py` lists it all.

What is not in the cache, or is damaged in it, is a miss: it costs time and is never an error.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ..core.files import load_checked, locked, save_checked
from .blobs import BlobFiles
from .stages import FORM, Stage
from .table import Table

_TAG = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"  # https://bford.info/cachedir/
    "# Broadsheet's cache. It can be deleted at any time: the next build only takes longer.\n"
)
_PRUNE_ABOVE = 32 << 20
LOCK_SECONDS = 5.0
# What older versions kept here: never read, and removed.
_OLDER = ("store", "seen", "external.json", "told.json")

Record = bytes | memoryview


@dataclass(frozen=True, slots=True)
class CacheCheck:
    """What `verify` found: records and blobs, and the damaged ones among them, which count as absent from now on."""

    entries: int
    damaged: int


class Cache(Protocol):
    """Where results are kept. Keys and digests are 64 hex characters."""

    @property
    def warning(self) -> str:
        """Why nothing more is kept, in words for the author; empty when all is well."""

    def has_records(self, stage: Stage) -> bool:
        """Whether there are any of this stage."""

    def get_many(self, stage: Stage, keys: Sequence[str]) -> dict[str, Record]:
        """The records of a stage that are there; those that are absent or damaged are left out."""

    def put_many(self, stage: Stage, records: Mapping[str, bytes]) -> None:
        """Keeps small records of a stage by their keys."""

    def value(self, stage: Stage) -> Record | None:
        """The one value of a stage that has no keys; None when absent or damaged."""

    def set_value(self, stage: Stage, data: bytes) -> None:
        """Keeps a value in place of the one there was."""

    def read(self, digest: str) -> bytes | None:
        """The blob with this digest, hashed again on reading; None when absent or damaged."""

    def write(self, blobs: Mapping[str, bytes]) -> None:
        """Keeps blobs by their digests; those already there cost nothing."""

    def write_unindexed(self, blobs: Mapping[str, bytes]) -> Any:
        """Writes blobs in a forked process; what `index` needs in its parent, which makes them known."""

    def index(self, written: Any) -> None:
        """Keeps blobs that a forked process has written."""

    def touch(self, digests: Iterable[str]) -> None:
        """Counts blobs as used, so that they are not pruned."""

    def now_ns(self) -> int:
        """The time by the clock that stamps files there; 0 if there is none."""


class MemoryCache:
    """A cache that lives as long as this object."""

    def __init__(self) -> None:
        self.records: dict[Stage, dict[str, bytes]] = {stage: {} for stage in Stage}
        self.values: dict[Stage, bytes] = {}
        self.blobs: dict[str, bytes] = {}
        self.warning = ""

    def has_records(self, stage: Stage) -> bool:
        return bool(self.records[stage])

    def get_many(self, stage: Stage, keys: Sequence[str]) -> dict[str, Record]:
        records = self.records[stage]
        return {key: records[key] for key in keys if key in records}

    def put_many(self, stage: Stage, records: Mapping[str, bytes]) -> None:
        self.records[stage].update(records)

    def value(self, stage: Stage) -> Record | None:
        return self.values.get(stage)

    def set_value(self, stage: Stage, data: bytes) -> None:
        self.values[stage] = data

    def read(self, digest: str) -> bytes | None:
        return self.blobs.get(digest)

    def write(self, blobs: Mapping[str, bytes]) -> None:
        self.blobs.update(blobs)

    def write_unindexed(self, blobs: Mapping[str, bytes]) -> Any:
        return blobs

    def index(self, written: Any) -> None:
        self.write(written)

    def touch(self, digests: Iterable[str]) -> None:
        """Nothing: all is kept."""

    def now_ns(self) -> int:
        return 0

    def close(self) -> None:
        pass


class DiskCache:
    """A cache in a folder; owns its open files until `close`. Several processes may use one folder at a time."""

    def __init__(self, folder: Path) -> None:
        self.warning = ""
        self._parent = folder
        self._folder = folder / FORM
        self._lock = self._folder / "lock"
        try:
            prepare_folder(folder)
            self._folder.mkdir(exist_ok=True)
            _remove_older(folder)
        except OSError as error:
            self._give_up(error)
        self._tables: dict[Stage, Table] = {}
        self._blobs = BlobFiles(self._folder, self._lock, LOCK_SECONDS)

    def has_records(self, stage: Stage) -> bool:
        return len(self._table(stage)) > 0

    def get_many(self, stage: Stage, keys: Sequence[str]) -> dict[str, Record]:
        found: dict[str, Record] = {}
        found.update(self._table(stage).get_many(keys))
        return found

    def put_many(self, stage: Stage, records: Mapping[str, bytes]) -> None:
        if records and not self.warning:
            try:
                self._table(stage).append(records)
            except OSError as error:
                self._give_up(error)

    def value(self, stage: Stage) -> Record | None:
        return load_checked(self._folder / stage.file)

    def set_value(self, stage: Stage, data: bytes) -> None:
        if not self.warning:
            try:
                save_checked(self._folder / stage.file, data)
            except OSError as error:
                self._give_up(error)

    def read(self, digest: str) -> bytes | None:
        return self._blobs.read(digest)

    def write(self, blobs: Mapping[str, bytes]) -> None:
        missing = self._blobs.missing(blobs)
        if missing and not self.warning:
            try:
                self._blobs.append(missing)
            except OSError as error:
                self._give_up(error)

    def write_unindexed(self, blobs: Mapping[str, bytes]) -> Any:
        missing = self._blobs.missing(blobs)
        if self.warning or not missing:
            return None
        try:
            return self._blobs.write_unindexed(missing)
        except OSError as error:
            return error

    def index(self, written: Any) -> None:
        if isinstance(written, OSError):
            self._give_up(written)
        elif written and not self.warning:
            try:
                self._blobs.index(written)
            except OSError as error:
                self._give_up(error)

    def touch(self, digests: Iterable[str]) -> None:
        self._blobs.touch(digests)

    def now_ns(self) -> int:
        file = self._folder / f"now.{os.getpid()}"
        try:
            file.touch()
            return file.stat().st_mtime_ns
        except OSError:
            return 0
        finally:
            with suppress(OSError):
                file.unlink()

    def size_bytes(self) -> int:
        """What the cache takes up on disk."""
        size = 0
        for path in self._folder.glob("*"):
            with suppress(OSError):
                size += path.stat().st_size
        return size

    def verify(self) -> CacheCheck:
        """Reads everything and forgets what is damaged."""
        tables = [self._table(stage) for stage in Stage if stage.has_keys]
        entries = len(self._blobs) + sum(map(len, tables))
        return CacheCheck(entries, self._blobs.damaged() + sum([table.damaged() for table in tables]))

    def prune(self, *, keep_sessions: int = 5) -> int:
        """Drops blobs that none of the last sessions used, this one included, and old records; the bytes given back."""
        before = self.size_bytes()
        try:
            self._blobs.prune(keep_sessions)
            for stage in Stage:
                if stage.has_keys:
                    self._table(stage).prune()
        except OSError as error:
            self._give_up(error)
        return before - self.size_bytes()

    def prune_if_grown(self, *, keep_sessions: int = 5) -> int:
        """Rewrites what has grown to twice what is of use, at the end of a build; the bytes given back.

        Rewriting costs as much as what is kept, so it may only happen when it gives back more than that.
        """
        before = self.size_bytes()
        try:
            for table in self._tables.values():
                table.rewrite_if_grown()
            size = self._blobs.size_bytes() if self._blobs.has_grown else 0
            if size > max(_PRUNE_ABOVE, 2 * self._blobs.used_bytes(keep_sessions)):
                self._blobs.prune(keep_sessions)
        except OSError as error:
            self._give_up(error)
        return before - self.size_bytes()

    def close(self) -> None:
        """Ends the session, and writes down which blobs it has used."""
        self._blobs.close()
        for table in self._tables.values():
            table.close()

    def _table(self, stage: Stage) -> Table:
        """The table of a stage, read when it is first asked for."""
        if stage not in self._tables:
            self._tables[stage] = Table(self._folder / stage.file, self._lock, LOCK_SECONDS)
        return self._tables[stage]

    def _give_up(self, error: OSError) -> None:
        self.warning = f"the cache cannot be written, so the next build starts afresh: {error.strerror or error}"


def _remove_older(folder: Path) -> None:
    """Removes what an older version of Broadsheet has kept in the folder. Raises OSError."""
    older = [folder / name for name in _OLDER if (folder / name).exists()]
    if older:
        with locked(folder / FORM / "lock", wait_seconds=LOCK_SECONDS):
            for path in older:
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink(missing_ok=True)


def prepare_folder(folder: Path) -> None:
    """Creates the folder if need be, and marks it as one that neither git nor backups should keep. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in ((".gitignore", "*\n"), ("CACHEDIR.TAG", _TAG)):
        if not (folder / name).exists():
            (folder / name).write_text(text, encoding="utf-8")
