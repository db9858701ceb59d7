"""Blobs: bytes by their digest in two files that only grow, the bytes end to end and an index of fixed-size entries.

Each entry stands for itself: a torn, flipped or foreign one loses its own blob and no other. Nothing read from disk is
believed: places are compared with the file's size, bytes with their digest. A writer holds the lock for the time of
one append, so any number of processes can share the files. A third file says for each blob which session last used it.
"""

from __future__ import annotations

import os
import struct
from array import array
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, suppress
from itertools import chain
from pathlib import Path

from ..core.digest import digest_bytes
from ..core.files import append, file_version, is_open_at, locked, open_regular, read_regular, replace_file

_ENTRY = struct.Struct("<32sQI")  # digest, offset, length
_NAME = struct.Struct("<32s12x")  # of an entry just the digest
_LENGTH = struct.Struct("<40xI")  # of an entry just the length
_HEAD = b"Broadsheet blobs, form 2\n".ljust(_ENTRY.size, b"\0")  # takes the place of entry 0
_LAST_SESSION = 1 << 31  # a greater number comes from a damaged file


class BlobFiles:
    """Owns an open data file, the entries read so far, and for each of them the last session that used it."""

    def __init__(self, folder: Path, lock: Path, lock_seconds: float) -> None:
        self._lock, self._lock_seconds = lock, lock_seconds
        self._data = folder / "blobs.data"
        self._index = folder / "blobs.index"
        self._uses = folder / "blobs.used"
        self._file = -1
        self._used_in = array("I")
        self._version: tuple[int, int, int] | None = None
        self._forgotten: set[bytes] = set()
        self.has_grown = False  # by what this object has appended
        self._session = _sessions(read_regular(self._uses))[0] + 1
        self._open()
        if self._file < 0:  # forked workers write into the file that this process has open
            with suppress(OSError), self._locked():
                self._catch_up()

    def __len__(self) -> int:
        return len(self._places)

    def missing(self, blobs: Mapping[str, bytes]) -> dict[str, bytes]:
        """Those that are not there; the others then count as used, and may yet prove damaged."""
        self.touch(blobs)
        return {digest: data for digest, data in blobs.items() if bytes.fromhex(digest) not in self._places}

    def read(self, digest: str) -> bytes | None:
        """The bytes with this digest; None when absent or damaged."""
        name = bytes.fromhex(digest)
        place = self._places.get(name)
        if place is None:
            return None
        _, offset, length = _ENTRY.unpack_from(self._entries, place * _ENTRY.size)
        data = self._read(offset, length)
        if digest_bytes(data) != digest:
            self._forget(name)  # so that it can be written again
            return None
        self._used_in[place] = self._session
        return data

    def touch(self, digests: Iterable[str]) -> None:
        """Counts blobs as used by this session."""
        used_in, session = self._used_in, self._session
        for place in filter(None, map(self._places.get, map(bytes.fromhex, digests))):  # entry 0 is the head
            used_in[place] = session

    def append(self, blobs: Mapping[str, bytes]) -> None:
        """Adds blobs. Raises OSError."""
        with self._locked():
            self._catch_up()
            self._adopt(self._write(blobs))

    def write_unindexed(self, blobs: Mapping[str, bytes]) -> bytes:
        """Adds blobs that nobody can find until `index` is given what this returns. Raises OSError.

        So another process can write blobs, and the one that owns this object learns of them.
        """
        with self._locked():
            if not read_head(self._index).startswith(_HEAD):
                self._catch_up()
            return self._write(blobs)

    def index(self, written: bytes) -> None:
        """Adds what `write_unindexed` has written to the index. Raises OSError."""
        with self._locked():
            self._catch_up()
            self._adopt(written)

    def damaged(self) -> int:
        """How many blobs do not agree with their digest; they count as absent from now on."""
        used_in = self._used_in[:]
        count = sum([self.read(name.hex()) is None for name in list(self._places)])
        self._used_in = used_in
        return count

    def size_bytes(self) -> int:
        """What the blobs take up on disk."""
        versions = filter(None, map(file_version, (self._data, self._index, self._uses)))
        return sum(size for _, size, _ in versions)

    def used_bytes(self, sessions: int) -> int:
        """What the last sessions have used, this one being the last of them."""
        oldest, size = self._session - sessions + 1, _ENTRY.size + self._used_in.itemsize
        lengths = chain.from_iterable(_LENGTH.iter_unpack(self._entries))
        return sum([length + size for length, used in zip(lengths, self._used_in, strict=False) if used >= oldest])

    def prune(self, keep_sessions: int) -> None:
        """Drops what none of the last sessions has used, this one being the last of them. Raises OSError."""
        with self._locked():
            self._catch_up()
            oldest = self._session - keep_sessions + 1
            kept = sorted(place for place in self._places.values() if self._used_in[place] >= oldest)
            index, used_in, offset = bytearray(_HEAD), array("I", [self._session]), 0
            new_data = self._data.with_suffix(".data.new")
            with new_data.open("wb") as file:
                for place in kept:
                    name, old, length = _ENTRY.unpack_from(self._entries, place * _ENTRY.size)
                    data = self._read(old, length)
                    if len(data) == length:
                        file.write(data)
                        index += _ENTRY.pack(name, offset, length)
                        used_in.append(self._used_in[place])
                        offset += length
            # A kill between these leaves entries that point to other bytes: misses, as their digests tell.
            new_data.replace(self._data)
            replace_file(self._index, bytes(index))
            replace_file(self._uses, used_in.tobytes())
            self._open()

    def close(self) -> None:
        """Writes down what this session has used, if that can be written."""
        with suppress(OSError):
            if self._places:
                with self._locked():
                    self._catch_up()
                    self._used_in[0] = self._session
                    replace_file(self._uses, self._used_in.tobytes())
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _locked(self) -> AbstractContextManager[None]:
        return locked(self._lock, wait_seconds=self._lock_seconds)

    def _write(self, blobs: Mapping[str, bytes]) -> bytes:
        """Appends the bytes; their entries. What a killed writer left at the end of the data stays there, unread."""
        offset = append(self._data, b"".join(blobs.values()))
        entries = bytearray()
        for digest, data in blobs.items():
            entries += _ENTRY.pack(bytes.fromhex(digest), offset, len(data))
            offset += len(data)
        return bytes(entries)

    def _adopt(self, entries: bytes) -> None:
        append(self._index, entries)
        self._version = file_version(self._index)
        if self._file < 0:
            self._file = open_regular(self._data)
        self.has_grown = True
        self._end = os.fstat(self._file).st_size
        self._take(entries)
        if self._forgotten:
            self._forgotten.difference_update([name for name, *_ in _ENTRY.iter_unpack(entries)])

    def _forget(self, name: bytes) -> None:
        self._places.pop(name, None)
        self._forgotten.add(name)

    def _open(self) -> None:
        """Reads the entries; whatever is wrong with the files, there are then just fewer of them."""
        if self._file >= 0:
            os.close(self._file)
        self._places: dict[bytes, int] = {}
        self._entries = bytearray(_HEAD)
        self._used_in = _sessions(read_regular(self._uses))
        self._session = max(self._session, self._used_in[0])  # other sessions may have ended meanwhile
        self._file, self._end, self._version = -1, 0, None
        with suppress(OSError):
            self._file = open_regular(self._data)
            self._end = os.fstat(self._file).st_size
        index = read_regular(self._index)
        if index.startswith(_HEAD):
            self._take(index[_ENTRY.size :])
        for name in self._forgotten:
            self._places.pop(name, None)

    def _take(self, entries: bytes | bytearray) -> None:
        """Adds entries to those in memory; a torn one at the end is left out."""
        first, size = len(self._entries) // _ENTRY.size, _ENTRY.size
        count = len(entries) // size
        self._entries += entries[: count * size]
        names = [name for (name,) in _NAME.iter_unpack(memoryview(entries)[: count * size])]
        self._places.update(zip(names, range(first, first + count), strict=True))
        missing = first + count - len(self._used_in)
        if missing > 0:
            self._used_in.extend(array("I", [self._session]) * missing)

    def _catch_up(self) -> None:
        """Makes memory agree with the files, which others may have added to, pruned or damaged. Under the lock."""
        if self._version and self._version == file_version(self._index):
            return
        index = read_regular(self._index)
        if not index.startswith(_HEAD):
            replace_file(self._index, _HEAD)
            replace_file(self._data)
        elif len(index) % _ENTRY.size:
            os.truncate(self._index, len(index) - len(index) % _ENTRY.size)
        if index.startswith(self._entries) and self._file >= 0 and is_open_at(self._file, self._data):
            self._take(index[len(self._entries) :])
            self._end = os.fstat(self._file).st_size
        else:
            self._open()

    def _read(self, offset: int, length: int) -> bytes:
        """A stretch of the data file; nothing when it reaches beyond the end, which keeps a damaged length harmless."""
        if offset + length > self._end:
            return b""
        try:
            return os.pread(self._file, length, offset)
        except OSError:
            return b""


def read_head(path: Path) -> bytes:
    """The first bytes of a file; nothing if it cannot be read."""
    try:
        file = open_regular(path)
    except OSError:
        return b""
    try:
        return os.read(file, _ENTRY.size)
    finally:
        os.close(file)


def _sessions(data: bytes) -> array[int]:
    """For entry 0 the number of the last session, for the others the last session that used them."""
    used_in = array("I", [0])
    whole = len(data) // used_in.itemsize * used_in.itemsize
    if whole:
        used_in = array("I", data[:whole])
    return used_in if used_in[0] < _LAST_SESSION else array("I", [0])
