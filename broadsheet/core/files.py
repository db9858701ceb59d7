"""Files that other processes may read, write or damage at the same time: replaced at once, locked, read with care."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from zlib import crc32

_CHECKSUM_BYTES = 8
_POLL_SECONDS = 0.002


def replace_file(path: Path, *parts: bytes) -> None:
    """Puts a file with these bytes in the place of another in one step: a crash leaves the old bytes or the new ones.

    A file that exists keeps its permissions; a link is replaced itself, not its target. Nothing is forced to disk.
    Raises OSError, with the old file in place.
    """
    # A name for each process: two that write at once must not write into one file.
    new = path.with_name(f".{path.name[:100]}.{os.getpid()}.new")
    try:
        with new.open("wb") as file:
            for part in parts:
                file.write(part)
        with suppress(FileNotFoundError):
            new.chmod(stat.S_IMODE(path.stat().st_mode))
        new.replace(path)
    except OSError:
        with suppress(OSError):
            new.unlink()
        raise


def save_checked(path: Path, data: bytes) -> None:
    """Replaces a file by these bytes and their checksum. Raises OSError."""
    replace_file(path, b"%08x" % crc32(data), data)


def load_checked(path: Path) -> memoryview | None:
    """The bytes that `save_checked` has written; None if there are none, or they are damaged."""
    data = memoryview(read_regular(path))
    content = data[_CHECKSUM_BYTES:]
    return content if data[:_CHECKSUM_BYTES] == b"%08x" % crc32(content) else None


def open_regular(path: Path) -> int:
    """An open file for reading. Raises OSError for anything but a regular file: reading a pipe would never end."""
    file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    return file


def read_regular(path: Path) -> bytes:
    """The whole file; nothing if it cannot be read."""
    try:
        with open(open_regular(path), "rb") as file:
            return file.read()
    except OSError:
        return b""


def append(path: Path, data: bytes | bytearray) -> int:
    """Adds to the end of a file; the size that it had. Raises OSError, maybe with a part of the data written."""
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK | os.O_CLOEXEC, 0o644)
    try:
        start = os.fstat(file).st_size
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(file, rest) :]
        return start
    finally:
        os.close(file)


def file_version(path: Path) -> tuple[int, int, int] | None:
    """What tells one state of a file from the next; None if there is no file."""
    try:
        now = path.stat()
    except OSError:
        return None
    return now.st_ino, now.st_size, now.st_mtime_ns


def is_open_at(file: int, path: Path) -> bool:
    """Whether an open file is the one at this path."""
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except OSError:
        return False


def take_lock(file: int, *, wait_seconds: float, poll_seconds: float = _POLL_SECONDS) -> bool:
    """Whether the lock of an open file could be taken in time. It ends when the file is closed."""
    give_up = time.monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() > give_up:
                return False
            time.sleep(poll_seconds)


@contextmanager
def locked(path: Path, *, wait_seconds: float) -> Iterator[None]:
    """Holds the lock of a file, which is created if need be. Raises OSError when another process keeps it."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NONBLOCK | os.O_CLOEXEC, 0o644)
    try:
        if not take_lock(file, wait_seconds=wait_seconds):
            raise OSError(errno.EAGAIN, "another build holds its lock")
        yield
    finally:
        os.close(file)
