"""A limit of time for what may never end: a loop in a template has no natural one."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ..core.outcome import TooLong


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raises TooLong in what is done here by this thread, when it takes longer.

    Python code is interrupted between two of its steps; one step that never ends, deep in a library, is not.
    """
    thread = threading.get_ident()
    lock = threading.Lock()
    is_over = False

    def interrupt() -> None:
        with lock:
            if not is_over:
                _raise_in(thread, TooLong)

    timer = threading.Timer(seconds, interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        with lock:
            is_over = True
        timer.cancel()
        _raise_in(thread, None)  # one that has not arrived yet is taken back


def _raise_in(thread: int, error: type[BaseException] | None) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread), ctypes.py_object(error) if error else ctypes.c_void_p(None)
    )
