"""The store: records by key and blobs by digest, kept between builds so that work is done once.

What is not in the store, or is damaged in it, is a miss: it costs time and is never an error.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from zlib import crc32

from ..core.digest import digest_bytes
from .blobs import Pack, names_of
from .stages import Stage

_TAG = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"  # https://bford.info/cachedir/
    "# Broadsheet's cache. It can be deleted at any time: the next build only takes longer.\n"
)
_PRUNE_ABOVE = 32 << 20
_SEAL_SIZE = 8


@dataclass(frozen=True, slots=True)
class Verified:
    """What `verify` found: entries looked at, and the damaged ones among them, which count as absent from now on."""

    entries: int
    damaged: int


class Cache(Protocol):
    """Where `run` keeps what it has made. Keys and digests are 64 hex characters."""

    @property
    def warning(self) -> str:
        """Why nothing more is kept, in words for the author; empty when all is well."""

    def get_many(self, stage: Stage, keys: Sequence[str]) -> dict[str, bytes]:
        """The records of a stage that are there; those that are absent or damaged are left out."""

    def put_many(self, stage: Stage, records: Mapping[str, bytes]) -> None:
        """Keeps small records of a stage by their keys."""

    def read(self, digest: str) -> bytes | None:
        """The blob with this digest, hashed again on reading if it was there before; None when absent or damaged."""

    def write(self, blobs: Mapping[str, bytes]) -> None:
        """Keeps blobs by their digests; those already there cost nothing."""

    def lay(self, blobs: Mapping[str, bytes]) -> Any:
        """Writes blobs in a forked process; what `take` needs in its parent, where they are then kept."""

    def take(self, laid: Any) -> None:
        """Keeps blobs that a forked process has laid."""

    def use(self, names: Sequence[str]) -> None:
        """Counts records and blobs as used, without reading them: what stands for them elsewhere has been."""

    def note(self, name: str, data: bytes) -> None:
        """Keeps one value by a name of its own, in place of the one there was."""

    def noted(self, name: str) -> memoryview | None:
        """The value noted last by this name; None when it is absent or damaged."""

    def rename(self, name: str, new: str) -> None:
        """Gives a note another name, in place of the note of that name; nothing when there is none."""

    def close(self) -> None:
        """Ends the session."""


class MemoryCache:
    """A store that lives as long as this object."""

    def __init__(self) -> None:
        self.records: dict[str, bytes] = {}
        self.blobs: dict[str, bytes] = {}
        self.notes: dict[str, bytes] = {}
        self.warning = ""

    def get_many(self, stage: Stage, keys: Sequence[str]) -> dict[str, bytes]:
        return {key: self.records[key] for key in keys if key in self.records}

    def put_many(self, stage: Stage, records: Mapping[str, bytes]) -> None:
        self.records.update(records)

    def read(self, digest: str) -> bytes | None:
        return self.blobs.get(digest)

    def write(self, blobs: Mapping[str, bytes]) -> None:
        self.blobs.update(blobs)

    def lay(self, blobs: Mapping[str, bytes]) -> Any:
        return blobs

    def take(self, laid: Any) -> None:
        self.write(laid)

    def use(self, names: Sequence[str]) -> None:
        """Nothing: all is kept."""

    def note(self, name: str, data: bytes) -> None:
        self.notes[name] = data

    def noted(self, name: str) -> memoryview | None:
        return memoryview(self.notes[name]) if name in self.notes else None

    def rename(self, name: str, new: str) -> None:
        if name in self.notes:
            self.notes[new] = self.notes.pop(name)

    def close(self) -> None:
        pass


class DiskCache:
    """A store in a folder; owns its open files until `close`. Several processes may use one folder at a time.

    Two packs: records, with a checksum over key and value, and blobs, whose digest is their checksum.
    docs/decisions/0001-store-form.md says why it is not a database.
    """

    def __init__(self, folder: Path) -> None:
        self.warning = ""
        self._folder = folder
        try:
            prepare_folder(folder)
            (folder / "store").mkdir(exist_ok=True)
        except OSError as error:
            self._give_up(error)
        self._records = Pack(folder / "store", "records", has_checksums=True)
        self._blobs = Pack(folder / "store", "blobs", has_checksums=False)

    def get_many(self, stage: Stage, keys: Sequence[str]) -> dict[str, bytes]:
        return self._records.get_many(keys)

    def put_many(self, stage: Stage, records: Mapping[str, bytes]) -> None:
        self._append(self._records, records)

    def read(self, digest: str) -> bytes | None:
        data = self._blobs.get_many((digest,)).get(digest)
        # What this build has written, and reads through the same open file, is as it was written.
        if data is not None and not self._blobs.is_own(digest) and digest_bytes(data) != digest:
            self._blobs.forget(digest)  # so that it can be written anew
            return None
        return data

    def write(self, blobs: Mapping[str, bytes]) -> None:
        self._append(self._blobs, self._missing(blobs))

    def lay(self, blobs: Mapping[str, bytes]) -> Any:
        missing = self._missing(blobs)
        if self.warning or not missing:
            return None
        try:
            return self._blobs.lay(missing)
        except OSError as error:
            return error

    def take(self, laid: Any) -> None:
        if isinstance(laid, OSError):
            self._give_up(laid)
        elif laid and not self.warning:
            try:
                self._blobs.enter(laid)
            except OSError as error:
                self._give_up(error)

    def use(self, names: Sequence[str]) -> None:
        marked = names_of(names)
        self._records.mark(marked)
        self._blobs.mark(marked)

    def note(self, name: str, data: bytes) -> None:
        if self.warning:
            return
        try:
            # A name for each process: two that write at once must not write into one file.
            new = self._note(f"{name}.{os.getpid()}")
            with new.open("wb") as file:
                file.write(_seal(data))
                file.write(data)
            new.replace(self._note(name))
        except OSError as error:
            self._give_up(error)

    def noted(self, name: str) -> memoryview | None:
        try:
            data = memoryview(self._note(name).read_bytes() if self._note(name).is_file() else b"")
        except OSError:
            return None
        return data[_SEAL_SIZE:] if data[:_SEAL_SIZE] == _seal(data[_SEAL_SIZE:]) else None

    def rename(self, name: str, new: str) -> None:
        with suppress(OSError):  # there is none
            self._note(name).replace(self._note(new))

    def size_bytes(self) -> int:
        """What the store takes up on disk."""
        notes = 0
        for note in (self._folder / "store").glob("*.note"):
            with suppress(OSError):
                notes += note.stat().st_size
        return self._records.size_bytes() + self._blobs.size_bytes() + notes

    def verify(self) -> Verified:
        """Reads everything and forgets what is damaged."""
        damaged = self._records.damaged() + self._blobs.damaged(digest_bytes)
        return Verified(len(self._records) + len(self._blobs) + len(damaged), len(damaged))

    def prune(self, *, keep_sessions: int = 5) -> int:
        """Drops what none of the last sessions has used, this one included; the bytes that this gave back."""
        before = self.size_bytes()
        try:
            self._records.prune(keep_sessions)
            self._blobs.prune(keep_sessions)
        except OSError as error:
            self._give_up(error)
        return before - self.size_bytes()

    def prune_if_grown(self, *, keep_sessions: int = 5) -> int:
        """Prunes when more than half of a large store is of no use to the last sessions; the bytes given back.

        Pruning writes anew what it keeps, so it may only happen when it gives back more than it writes.
        """
        packs = (self._records, self._blobs)
        if not any(pack.has_grown for pack in packs):
            return 0
        size = sum(pack.size_bytes() for pack in packs)
        if size < _PRUNE_ABOVE or size < 2 * sum(pack.used_bytes(keep_sessions) for pack in packs):
            return 0
        return self.prune(keep_sessions=keep_sessions)

    def close(self) -> None:
        self._records.close()
        self._blobs.close()

    def _note(self, name: str) -> Path:
        return self._folder / "store" / f"{name}.note"

    def _missing(self, blobs: Mapping[str, bytes]) -> dict[str, bytes]:
        return {digest: data for digest, data in blobs.items() if digest not in self._blobs}

    def _append(self, pack: Pack, items: Mapping[str, bytes]) -> None:
        if self.warning or not items:
            return
        try:
            pack.append(items)
        except OSError as error:
            self._give_up(error)

    def _give_up(self, error: OSError) -> None:
        self.warning = f"the cache cannot be written, so the next build starts afresh: {error.strerror or error}"


def _seal(data: bytes | memoryview) -> bytes:
    # Notes are megabytes that every build reads whole: this is five times as fast as a digest, and makes no key.
    return b"%08x" % crc32(data)


def prepare_folder(folder: Path) -> None:
    """Makes the folder if need be, and marks it as one that neither git nor backups should keep. May raise OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in ((".gitignore", "*\n"), ("CACHEDIR.TAG", _TAG)):
        if not (folder / name).exists():
            (folder / name).write_text(text, encoding="utf-8")
