"""The one thread that does all work on the session, and collects garbage while nobody waits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from ..core.runtime import collect_now, new_objects

T = TypeVar("T")
IDLE_SECONDS = 1.0
# New objects since the last collection: when to collect while idle, and when to collect even though work is waiting.
# Automatic collection is off: it would scan an archive of a million objects in the middle of a save.
COLLECT_WHEN_IDLE, COLLECT_AT_ONCE = 20_000, 100_000
FULL_COLLECTION_EVERY = 20  # collections


class WorkerThread:
    """Owns a thread that does one piece of work after the other, in the order of submission."""

    def __init__(self) -> None:
        self._work: SimpleQueue[tuple[Callable[[], Any], Future[Any]]] = SimpleQueue()
        self._collections = 0
        self._thread = threading.Thread(target=self._run, name="session", daemon=True)

    def start(self) -> None:
        """Start with what has been submitted so far."""
        self._thread.start()

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """The future result of some work."""
        future: Future[T] = Future()
        self._work.put((work, future))
        return future

    def _run(self) -> None:
        while True:
            work, future = self._next()
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(work())
                except BaseException as error:  # whoever submitted the work gets it
                    future.set_exception(error)

    def _next(self) -> tuple[Callable[[], Any], Future[Any]]:
        """The next piece of work; while there is none, garbage is collected if there is enough of it."""
        if new_objects() > COLLECT_AT_ONCE:
            self._collect()
        try:
            return self._work.get(timeout=IDLE_SECONDS)
        except Empty:
            if new_objects() > COLLECT_WHEN_IDLE:
                self._collect()
            return self._work.get()

    def _collect(self) -> None:
        """Free unreachable objects, looking only at new ones most of the time: an archive is a million objects."""
        self._collections += 1
        collect_now(all_objects=self._collections % FULL_COLLECTION_EVERY == 0)
