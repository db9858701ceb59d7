"""Limits of processor time and memory, for code that we did not write."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .outcome import TooLong

STATUS = "/proc/self/statm"  # sizes of this process, in pages (https://man7.org/linux/man-pages/man5/proc.5.html)
_DATA = 5  # which of them is that of data and stack


@contextmanager
def limited(seconds: float, size: int) -> Iterator[None]:
    """Raises TooLong when the block takes more processor time than that, MemoryError when it takes more bytes.

    Time is limited in the main thread, where signals arrive, and memory on Linux. C code that never returns to Python
    cannot be interrupted: after twice the time the system ends the process.
    """
    is_timed = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    memory = _limit_memory(size)
    if is_timed:
        before = signal.signal(signal.SIGPROF, _interrupt)
        signal.setitimer(signal.ITIMER_PROF, seconds)
        signal.setitimer(signal.ITIMER_VIRTUAL, 2 * seconds)
    try:
        yield
    finally:
        if is_timed:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.signal(signal.SIGPROF, before)
        if memory is not None:
            _set_memory_limit(memory)


def _interrupt(*_: Any) -> None:
    raise TooLong


def _limit_memory(size: int) -> tuple[int, int] | None:
    """The limit that holds until now, if there is a lower one from now on: so many bytes more than are in use."""
    if sys.platform != "linux":
        return None
    import resource  # there is none on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    try:
        status = os.open(STATUS, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:  # a container may have no /proc
        return None
    try:
        limit = int(os.read(status, 200).split()[_DATA]) * resource.getpagesize() + size
    finally:
        os.close(status)
    if any(0 <= other < limit for other in (soft, hard)):
        return None
    _set_memory_limit((limit, hard))
    return soft, hard


def _set_memory_limit(limit: tuple[int, int]) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_DATA, limit)
