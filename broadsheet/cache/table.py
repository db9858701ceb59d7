"""A table: the small records of one stage by key, in a file that grows by batches.

    head     32 bytes: what this is, and in which form
    batch    4 numbers and a checksum over them and the columns, then
             columns: keys (32 bytes each), lengths of records, checksums of records
             the records, end to end

Two generations are kept: the records that this build has used, and those that were of use until then. When more than
half of a table is of no use to a build, it is rewritten: records used by this build become the young generation,
others that were young the old one, and others that were old are gone. Until then a build only appends its new
records, a few hundred bytes for one edit, and an undone edit finds the records from before it.

Nothing read from disk is believed: a batch whose columns do not match their checksum is passed over, a record that
does not match its own is a miss, and whatever cannot be read as a batch ends the table and is cut off by the next
process that writes. A writer holds the lock for one append, so any number of processes can share a table. Nothing is
forced to disk; what a power failure leaves unwritten is a miss.
"""

from __future__ import annotations

import os
import struct
from array import array
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import accumulate
from pathlib import Path
from zlib import crc32

from ..core.files import append, file_version, is_open_at, locked, open_regular, replace_file

_HEAD = b"Broadsheet table, form 2\n".ljust(32, b"\0")
_BATCH = struct.Struct("<4sIIII")  # magic, generation, number of records, their bytes, checksum of all this and columns
_MAGIC = b"rows"
_KEY_BYTES = 32
_COLUMNS_BYTES = _KEY_BYTES + 4 + 4  # of a record
_TOGETHER = 256  # records in a batch when a table is rewritten: what one flipped bit can cost at most
_WORTH_REWRITING = 1 << 16
_YOUNG, _OLD = 0, 1

Row = tuple[bytes, bytes | memoryview]


class Table:
    """Owns an open file, the places of its records, and which of them this session has used."""

    def __init__(self, path: Path, lock: Path, lock_seconds: float) -> None:
        self._path, self._lock, self._lock_seconds = path, lock, lock_seconds
        self._file = -1
        self._whole = b""  # the file, until the first look-up, which mostly asks for all of it
        self._version: tuple[int, int, int] | None = None
        self._open()

    def __len__(self) -> int:
        return len(self._rows)

    def get_many(self, keys: Sequence[str]) -> dict[str, memoryview]:
        """The records that are there and match their checksums; they then count as used."""
        found: dict[str, memoryview] = {}
        whole, self._whole = self._whole, b""
        if len(keys) * 4 > len(self._rows) and not whole:
            whole = self._read(0, self._end)
        view, rows, checksums, used = memoryview(whole), self._rows, self._checksums, self._used
        for key in keys:
            row = rows.get(bytes.fromhex(key))
            if row is None:
                continue
            start, length = self._starts[row], self._lengths[row]
            record = view[start : start + length] if whole else memoryview(self._read(start, length))
            if len(record) != length or crc32(record) != checksums[row]:
                del rows[bytes.fromhex(key)]
                continue
            used[row] = 1
            found[key] = record
        return found

    def append(self, records: Mapping[str, bytes]) -> None:
        """Adds records, which then count as used; one whose key is there already takes its place. Raises OSError."""
        batch = _batch([(bytes.fromhex(key), record) for key, record in records.items()], _YOUNG)
        with locked(self._lock, wait_seconds=self._lock_seconds):
            self._catch_up()
            append(self._path, batch)
            self._whole = b""
            if self._file < 0:
                self._file = open_regular(self._path)
            first = len(self._used)
            self._take(batch, self._end)
            self._used[first:] = b"\1" * (len(self._used) - first)
            self._version = file_version(self._path)

    def damaged(self) -> int:
        """How many records do not match their checksums; they count as absent from now on."""
        before = len(self._rows)
        used = bytes(self._used)
        self.get_many([key.hex() for key in self._rows])
        self._used[:] = used
        return before - len(self._rows)

    def size_bytes(self) -> int:
        """What the table takes up on disk."""
        with suppress(OSError):
            return self._path.stat().st_size
        return 0

    def rewrite_if_grown(self) -> None:
        """Rewrites the table when more than half of it was of no use to this session. Raises OSError."""
        used = sum([self._lengths[row] + _COLUMNS_BYTES for row in self._rows.values() if self._used[row]])
        if used and self._end > max(2 * used, _WORTH_REWRITING):
            self.rewrite()

    def prune(self) -> None:
        """Drops the old generation, except for what this session has used. Raises OSError."""
        if any(self._is_old[row] and not self._used[row] for row in self._rows.values()):
            self._used[:] = bytes([not is_old or used for is_old, used in zip(self._is_old, self._used, strict=True)])
            self.rewrite()

    def rewrite(self) -> None:
        """Keeps two generations: what this session has used, and what was young of the rest. Raises OSError."""
        with locked(self._lock, wait_seconds=self._lock_seconds):
            self._catch_up()
            young = [(key, row) for key, row in self._rows.items() if self._used[row]]
            old = [(key, row) for key, row in self._rows.items() if not (self._used[row] or self._is_old[row])]
            parts = [_HEAD]
            for rows, generation in ((young, _YOUNG), (old, _OLD)):
                for start in range(0, len(rows), _TOGETHER):
                    parts.append(_batch(self._whole_rows(rows[start : start + _TOGETHER]), generation))
            used = {key for key, _ in young}
            replace_file(self._path, *parts)
            self._open()
            for key in used & self._rows.keys():
                self._used[self._rows[key]] = 1

    def close(self) -> None:
        """Ends the use of the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _whole_rows(self, rows: Iterable[tuple[bytes, int]]) -> list[Row]:
        """The records of these rows that are not damaged."""
        found = [(key, self._read(self._starts[row], self._lengths[row]), self._checksums[row]) for key, row in rows]
        return [(key, record) for key, record, checksum in found if crc32(record) == checksum]

    def _forget_all(self) -> None:
        self._rows: dict[bytes, int] = {}
        self._starts, self._lengths, self._checksums = array("Q"), array("I"), array("I")
        self._used, self._is_old = bytearray(), bytearray()
        self._end = 0  # of what could be read; whatever follows is nothing of ours
        self._whole, self._version = b"", None

    def _open(self) -> None:
        """Reads the columns; whatever is wrong with the file, there are then just fewer records."""
        self.close()
        self._forget_all()
        with suppress(OSError):
            self._file = open_regular(self._path)
            self._version = file_version(self._path)
            data = self._read(0, os.fstat(self._file).st_size)
            if data.startswith(_HEAD):
                self._end = len(_HEAD)
                self._take(memoryview(data)[len(_HEAD) :], self._end)
                self._whole = data

    def _take(self, data: bytes | memoryview, start: int) -> None:
        """Adds the batches of a stretch of the file that begins at start, up to the first that cannot be read."""
        view, at = memoryview(data), 0
        while at + _BATCH.size <= len(view):
            magic, generation, count, size, checksum = _BATCH.unpack_from(view, at)
            columns = at + _BATCH.size
            records = columns + count * _COLUMNS_BYTES
            if magic != _MAGIC or records + size > len(view):
                break
            if _checksum(generation, count, size, view[columns:records]) == checksum:
                self._take_columns(view[columns:records], count, start + records, is_old=generation == _OLD)
            at = records + size
        self._end = start + at

    def _take_columns(self, columns: memoryview, count: int, start: int, *, is_old: bool) -> None:
        keys, first = bytes(columns[: count * _KEY_BYTES]), len(self._lengths)
        lengths, checksums = array("I"), array("I")
        lengths.frombytes(columns[count * _KEY_BYTES : count * (_KEY_BYTES + 4)])
        checksums.frombytes(columns[count * (_KEY_BYTES + 4) :])
        names = [keys[at : at + _KEY_BYTES] for at in range(0, len(keys), _KEY_BYTES)]
        self._rows.update(zip(names, range(first, first + count), strict=True))
        self._starts.extend(list(accumulate(lengths, initial=start))[:-1])
        self._lengths.extend(lengths)
        self._checksums.extend(checksums)
        self._used += bytes(count)
        self._is_old += (b"\1" if is_old else b"\0") * count

    def _catch_up(self) -> None:
        """Makes memory agree with the file, which others may have added to, rewritten or damaged. Under the lock."""
        now = file_version(self._path)
        if now and now == self._version and now[1] == self._end > 0:
            return
        if self._end and self._file >= 0 and is_open_at(self._file, self._path) and now and now[1] >= self._end:
            start = self._end
            self._take(self._read(start, now[1] - start), start)
        else:
            used = {key for key, row in self._rows.items() if self._used[row]}
            self._open()
            for key in used & self._rows.keys():
                self._used[self._rows[key]] = 1
        if not self._end:  # nothing of ours: absent, damaged at its head, or of another form
            replace_file(self._path, _HEAD)
            self._open()
        elif self._path.stat().st_size > self._end:  # what a killed writer, or damage, has left behind
            os.truncate(self._path, self._end)

    def _read(self, offset: int, length: int) -> bytes:
        try:
            return os.pread(self._file, length, offset)
        except OSError:
            return b""


def _batch(rows: Sequence[Row], generation: int) -> bytes:
    """A batch as it is in the file."""
    records = [record for _, record in rows]
    lengths, checksums = array("I", map(len, records)), array("I", map(crc32, records))
    columns = b"".join([*(key for key, _ in rows), lengths.tobytes(), checksums.tobytes()])
    size = sum(lengths)
    head = _BATCH.pack(_MAGIC, generation, len(rows), size, _checksum(generation, len(rows), size, columns))
    return b"".join([head, columns, *records])


def _checksum(generation: int, count: int, size: int, columns: bytes | memoryview) -> int:
    return crc32(columns, crc32(struct.pack("<III", generation, count, size)))
