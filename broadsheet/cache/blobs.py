"""A pack: values by 32-byte keys in two files that only grow, one of values end to end, one of fixed-size entries.

Each entry stands for itself: a torn, flipped or foreign one loses its own value and no other. Nothing read from disk
is believed: places are held against the file's size, values against a checksum here or a digest by the caller.
A writer holds the lock for the time of one append, so any number of processes can share a pack.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import stat
import struct
import time
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain, count
from pathlib import Path

_ENTRY = struct.Struct("<32sQI16s")  # key, offset, length, checksum over key and value (zeros where not used)
_NAME = struct.Struct("<32s28x")  # of an entry just the key
_LENGTH = struct.Struct("<40xI16x")  # of an entry just the length
_HEAD = b"Broadsheet pack, version 1\n".ljust(_ENTRY.size, b"\0")  # takes the place of entry 0
_NAME_SIZE = 32
_NO_CHECKSUM = bytes(16)
_LAST_SESSION = 1 << 31  # a greater number comes from a damaged file
_READ_WHOLE_BELOW = 64 << 20
_LOCK_SECONDS = 5.0

Opening = tuple[int, int] | None  # of the data file: the process that has opened it, and the number there

_openings = count(1)


class Pack:
    """Owns an open data file, the entries read so far, and for each of them the last session that used it."""

    def __init__(self, folder: Path, name: str, *, has_checksums: bool) -> None:
        self._folder = folder
        self._data = folder / f"{name}.data"
        self._index = folder / f"{name}.index"
        self._used = folder / f"{name}.used"
        self._has_checksums = has_checksums
        self._file = -1
        self._seen: tuple[int, int, int] | None = None
        self._forgotten: set[bytes] = set()
        self._opening = (0, 0)
        self.has_grown = False  # by what this object has appended
        self._session = _marks(_read(self._used))[0] + 1
        self._open()
        if self._file < 0:  # children can only write into the file that this process has open if it has
            with suppress(OSError), self._locked():
                self._catch_up()

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, key: str) -> bool:
        """Whether there is an entry, which then counts as used; its value may yet prove damaged."""
        place = self._places.get(bytes.fromhex(key))
        if place is None:
            return False
        self._marks[place] = self._session
        return True

    def is_own(self, key: str) -> bool:
        """Whether the value was added by this object, or by it in a child, to the very file that it has open."""
        place = self._places.get(bytes.fromhex(key))
        return place is not None and bool(self._own[place])

    def mark(self, names: Iterable[bytes]) -> None:
        """Counts entries as used by this session; names: see `names_of`."""
        marks, session = self._marks, self._session
        for place in filter(None, map(self._places.get, names)):  # entry 0 is none
            marks[place] = session

    def get_many(self, keys: Sequence[str]) -> dict[str, bytes]:
        """The values there are and that agree with their checksums."""
        found: dict[str, bytes] = {}
        places, entries, marks, session = self._places, self._entries, self._marks, self._session
        # One read for many keys; for a few, a read for each.
        whole = self._bytes(0, self._end) if len(keys) * 4 > len(places) and self._end < _READ_WHOLE_BELOW else None
        for key in keys:
            name = bytes.fromhex(key)
            place = places.get(name)
            if place is None:
                continue
            _, offset, length, checksum = _ENTRY.unpack_from(entries, place * _ENTRY.size)
            value = self._bytes(offset, length) if whole is None else whole[offset : offset + length]
            if len(value) != length or (self._has_checksums and _checksum(name, value) != checksum):
                self.forget(key)
                continue
            marks[place] = session
            found[key] = value
        return found

    def append(self, values: Mapping[str, bytes]) -> None:
        """Adds the values; a key that is there already stands for its new value from now on. May raise OSError."""
        with self._locked():
            self._catch_up()
            self._enter(*self._lay(values))

    def lay(self, values: Mapping[str, bytes]) -> tuple[bytes, Opening]:
        """Adds values that nobody knows of until `enter` is given what this gives. May raise OSError.

        So another process can write values, and the one that owns this object hears of them.
        """
        with self._locked():
            if not _begins_with_head(self._index):
                self._catch_up()
            return self._lay(values)

    def enter(self, laid: tuple[bytes, Opening]) -> None:
        """Makes known what `lay` has added. May raise OSError."""
        with self._locked():
            self._catch_up()
            self._enter(*laid)

    def _lay(self, values: Mapping[str, bytes]) -> tuple[bytes, Opening]:
        """Entries for the values, and through which opening of the file they can be read: none, if it is another."""
        # The inode of a file that is open is no other file's, so this cannot take one for the other.
        is_open = self._file >= 0 and _is_open_at(self._file, self._data)
        named = [(bytes.fromhex(key), value) for key, value in values.items()]
        # What a killed writer left at the end of the data stays there, unread.
        offset = _append(self._data, b"".join([value for _, value in named]))
        entries = bytearray()
        for name, value in named:
            checksum = _checksum(name, value) if self._has_checksums else _NO_CHECKSUM
            entries += _ENTRY.pack(name, offset, len(value), checksum)
            offset += len(value)
        return bytes(entries), self._opening if is_open else None

    def _enter(self, entries: bytes, opening: Opening) -> None:
        _append(self._index, entries)
        self._seen = _version(self._index)
        if self._file < 0:
            self._file = _open_regular(self._data)
            self._opening = os.getpid(), next(_openings)
        self.has_grown = True
        self._end = os.fstat(self._file).st_size
        self._take(entries)
        if self._forgotten:
            self._forgotten.difference_update([name for name, *_ in _ENTRY.iter_unpack(entries)])
        if entries and opening == self._opening:
            count = len(entries) // _ENTRY.size
            self._own[-count:] = b"\1" * count

    def forget(self, key: str) -> None:
        """Counts the value as absent, so that it can be appended anew."""
        name = bytes.fromhex(key)
        self._places.pop(name, None)
        self._forgotten.add(name)

    def damaged(self, digest_of: Callable[[bytes], str] | None = None) -> list[str]:
        """The keys whose values do not agree with their checksum, or with their digest; they are forgotten."""
        bad = []
        for key in [name.hex() for name in self._places]:
            value = self.get_many((key,)).get(key)
            if value is None or (digest_of is not None and digest_of(value) != key):
                bad.append(key)
                self.forget(key)
        return bad

    def size_bytes(self) -> int:
        """What the pack takes up on disk."""
        size = 0
        for path in (self._data, self._index, self._used):
            with suppress(OSError):
                size += path.stat().st_size
        return size

    def used_bytes(self, sessions: int) -> int:
        """What of the pack the last sessions have used, this one being the last of them."""
        oldest, size = self._session - sessions + 1, _ENTRY.size + self._marks.itemsize
        lengths = chain.from_iterable(_LENGTH.iter_unpack(self._entries))
        return sum([length + size for length, mark in zip(lengths, self._marks, strict=False) if mark >= oldest])

    def prune(self, keep_sessions: int) -> None:
        """Drops what none of the last sessions has used, this one being the last of them. May raise OSError."""
        with self._locked():
            self._catch_up()
            oldest = self._session - keep_sessions + 1
            kept = sorted(place for place in self._places.values() if self._marks[place] >= oldest)
            index, marks, offset = bytearray(_HEAD), array("I", [self._session]), 0
            new_data = self._data.with_suffix(".data.new")
            with new_data.open("wb") as file:
                for place in kept:
                    name, old, length, checksum = _ENTRY.unpack_from(self._entries, place * _ENTRY.size)
                    value = self._bytes(old, length)
                    if len(value) == length:
                        file.write(value)
                        index += _ENTRY.pack(name, offset, length, checksum)
                        marks.append(self._marks[place])
                        offset += length
            # A kill between these leaves entries that point to other values: misses, as their checksums tell.
            new_data.replace(self._data)
            _write_anew(self._index, index)
            _write_anew(self._used, marks.tobytes())
            self._open()

    def close(self) -> None:
        """Writes down what this session has used. A pack that cannot be written is left as it is."""
        with suppress(OSError):
            if len(self._places):
                with self._locked():
                    self._catch_up()
                    self._marks[0] = self._session
                    _write_anew(self._used, self._marks.tobytes())
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _open(self) -> None:
        """Reads the entries; whatever is wrong with the files, there are then just fewer of them."""
        if self._file >= 0:
            os.close(self._file)
        self._opening = os.getpid(), next(_openings)
        self._own = bytearray(1)  # for each entry whether it is this object's
        self._places: dict[bytes, int] = {}
        self._entries = bytearray(_HEAD)
        self._marks = _marks(_read(self._used))
        self._session = max(self._session, self._marks[0])  # other sessions may have ended meanwhile
        self._file, self._end, self._seen = -1, 0, None
        with suppress(OSError):
            self._file = _open_regular(self._data)
            self._end = os.fstat(self._file).st_size
        index = _read(self._index)
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
        self._own += bytes(count)
        missing = first + count - len(self._marks)
        if missing > 0:
            self._marks.extend(array("I", [self._session]) * missing)

    def _catch_up(self) -> None:
        """Makes memory agree with the files, which others may have added to, pruned or damaged. Under the lock."""
        if self._seen and self._seen == _version(self._index):
            return
        index = _read(self._index)
        if not index.startswith(_HEAD):
            _write_anew(self._index, _HEAD)
            _write_anew(self._data, b"")
        elif len(index) % _ENTRY.size:
            os.truncate(self._index, len(index) - len(index) % _ENTRY.size)
        if index.startswith(self._entries) and self._file >= 0 and _is_open_at(self._file, self._data):
            self._take(index[len(self._entries) :])
            self._end = os.fstat(self._file).st_size
        else:
            self._open()

    def _bytes(self, offset: int, length: int) -> bytes:
        """A stretch of the data file; nothing when it reaches beyond the end, which keeps a damaged length harmless."""
        if offset + length > self._end:
            return b""
        try:
            return os.pread(self._file, length, offset)
        except OSError:
            return b""

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Holds the folder's lock, which ends with the process at the latest. Raises OSError when it stays taken."""
        file = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT | os.O_NONBLOCK | os.O_CLOEXEC, 0o644)
        try:
            give_up = time.monotonic() + _LOCK_SECONDS
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > give_up:
                        raise OSError(errno.EAGAIN, "another build holds its lock") from None
                    time.sleep(0.002)
            yield
        finally:
            os.close(file)


def names_of(keys: Sequence[str]) -> list[bytes]:
    """The keys as a pack holds them, made in one go."""
    joined, size = bytes.fromhex("".join(keys)), _NAME_SIZE
    return [joined[start : start + size] for start in range(0, len(joined), size)]


def _checksum(name: bytes, value: bytes) -> bytes:
    return hashlib.blake2b(name + value, digest_size=16).digest()


def _marks(data: bytes) -> array[int]:
    """For entry 0 the number of the last session, for the others the last session that used them."""
    marks = array("I", [0])
    whole = len(data) // marks.itemsize * marks.itemsize
    if whole:
        marks = array("I", data[:whole])
    return marks if marks[0] < _LAST_SESSION else array("I", [0])


def _begins_with_head(path: Path) -> bool:
    try:
        file = _open_regular(path)
    except OSError:
        return False
    try:
        return os.read(file, _ENTRY.size) == _HEAD
    finally:
        os.close(file)


def _version(path: Path) -> tuple[int, int, int] | None:
    """What tells one state of a file from the next."""
    try:
        now = path.stat()
    except OSError:
        return None
    return now.st_ino, now.st_size, now.st_mtime_ns


def _is_open_at(file: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except OSError:
        return False


def _open_regular(path: Path) -> int:
    """An open file for reading. Raises OSError for anything but a regular file: reading a pipe would never end."""
    file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    return file


def _read(path: Path) -> bytes:
    """The whole file, or nothing when it cannot be read."""
    try:
        with open(_open_regular(path), "rb") as file:
            return file.read()
    except OSError:
        return b""


def _append(path: Path, data: bytes | bytearray) -> int:
    """Adds to the end of a file; where that was. May raise OSError."""
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK | os.O_CLOEXEC, 0o644)
    try:
        start = os.fstat(file).st_size
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(file, rest) :]
        return start
    finally:
        os.close(file)


def _write_anew(path: Path, data: bytes | bytearray) -> None:
    """Puts a file in place of another in one step. May raise OSError."""
    new = path.with_suffix(path.suffix + ".new")
    new.write_bytes(data)
    new.replace(path)
