"""The worker thread: work is done in order, and garbage is collected while nobody waits."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest

from broadsheet.preview import worker_thread
from broadsheet.preview.worker_thread import WorkerThread


@pytest.fixture
def thread() -> Iterator[WorkerThread]:
    """A running worker thread."""
    started = WorkerThread()
    started.start()
    yield started
    gc.unfreeze()


def test_work_is_done_in_order_and_an_exception_ends_nothing(thread: WorkerThread) -> None:
    """Whoever submitted the work gets its exception."""
    done: list[int] = []
    first = thread.submit(lambda: done.append(1))
    broken = thread.submit(lambda: 1 // 0)
    last = thread.submit(lambda: done.append(2))
    first.result(10), last.result(10)

    assert done == [1, 2]
    with pytest.raises(ZeroDivisionError):
        broken.result(10)


class Circle:
    """An object that only garbage collection can free."""

    def __init__(self) -> None:
        self.me = self


def test_garbage_is_collected_while_nobody_waits(thread: WorkerThread, monkeypatch: pytest.MonkeyPatch) -> None:
    """Including objects that earlier collections have frozen."""
    monkeypatch.setattr(worker_thread, "IDLE_SECONDS", 0.01)
    monkeypatch.setattr(worker_thread, "COLLECT_WHEN_IDLE", -1)
    monkeypatch.setattr(worker_thread, "FULL_COLLECTION_EVERY", 2)
    is_freed = threading.Event()
    circle = Circle()
    weakref.finalize(circle, is_freed.set)
    thread.submit(gc.freeze).result(10)
    del circle
    for _ in range(4):
        thread.submit(lambda: None).result(10)
        if is_freed.wait(2):
            break
    assert is_freed.is_set()
