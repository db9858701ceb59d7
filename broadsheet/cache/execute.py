"""Work in batches, by this process, by processes that it forks or starts, or by other machines."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from itertools import islice
from threading import Thread
from time import perf_counter
from types import TracebackType
from typing import Any, NamedTuple, TypeVar

from ..core.digest import digest_bytes
from ..core.forks import map_forked
from ..core.outcome import Completed, Failed
from ..core.progress import Progress
from ..core.runtime import exit_at_once, ignore_interrupts
from .cache import Cache

BATCH = 25
INLINE_BELOW = 150  # jobs; starting two processes costs about as much as this many pages
AHEAD = 3  # batches waiting for each worker: enough to keep it busy, few enough to keep memory small

T = TypeVar("T")
Work = Callable[[Any], Sequence[Completed | Failed]]


def run_batches(
    items: Sequence[T],
    *,
    pack: Callable[[Sequence[T]], Any],
    work: Work,
    label: str,
    cost: Callable[[T], int],
    context: BuildContext,
    prepare: Callable[[], None] = lambda: None,
) -> Iterator[list[tuple[T, bytes | Failed]]]:
    """Each item with its record or how it failed, in batches as they are done; their blobs are in the cache by then.

    pack: gives what a worker needs for some items, called where all that this process knows is known: in a forked
    worker, or else here; work: called with that at the worker, gives an outcome for each item in order.
    label: what progress bars call it; cost: of an item, as a task's is; prepare: called before workers are forked.
    """
    cache, workers = context.cache, context.workers
    context.progress.stage(label, len(items))
    total = sum(map(cost, items))
    batches = list(_batches(items, cost, workers.batch_size(total)))
    for number, (made, written) in workers.run(_Steps(prepare, pack, work, cache), batches, total):
        cache.index(written)  # blobs first: a record in the cache then always has its blob there too
        yield list(zip(batches[number], made, strict=True))
        context.progress.advance(len(batches[number]))


class _Answer(NamedTuple):
    """What comes of a batch: the record of each item or how it failed, and what `Cache.index` needs for their blobs."""

    made: list[bytes | Failed]
    written: Any


@dataclass(frozen=True, slots=True)
class _Steps:
    """What is done with a batch, wherever each step is done; the arguments of `run_batches` tell what they are."""

    prepare: Callable[[], None]
    pack: Callable[[Any], Any]
    work: Work
    cache: Cache

    def all(self, batch: Sequence[Any]) -> _Answer:
        """All of them, in this process or a fork of it."""
        return self.keep(self.work(self.pack(batch)), are_ours=True)

    def keep(self, outcomes: Sequence[Completed | Failed], *, are_ours: bool) -> _Answer:
        """The last one. are_ours: whether their digests are believed; bytes from elsewhere are hashed here."""
        completed = [outcome for outcome in outcomes if isinstance(outcome, Completed)]
        blobs = {(are_ours and outcome.digest) or digest_bytes(outcome.blob): outcome.blob for outcome in completed}
        made = [outcome.record if isinstance(outcome, Completed) else outcome for outcome in outcomes]
        return _Answer(made, self.cache.write_unindexed(blobs))


def _batches(items: Sequence[T], cost: Callable[[T], int], size: int) -> Iterator[Sequence[T]]:
    """The items in order, as many at a time as together cost no more than size, but one at least."""
    batch: list[T] = []
    total = 0
    for item in items:
        more = cost(item)
        if batch and total + more > size:
            yield batch
            batch, total = [], 0
        batch.append(item)
        total += more
    if batch:
        yield batch


@dataclass(slots=True)
class WorkerPool:
    """Owns, for one build, the executor for work that is sent away, which is started when there is enough of it.

    start: makes an executor for so many workers, and says how many there are in it, which may be another number;
    None: this process forks, and nothing has to be sent.
    """

    count: int
    inline_below: int = INLINE_BELOW
    start: Callable[[int], tuple[Executor, int]] | None = field(default_factory=lambda: _start_on_this_system())
    _pool: Executor | None = field(default=None)

    @property
    def forks(self) -> int:
        """How many processes this one may be forked into."""
        return self.count if self.start is None else 1

    def run(self, steps: _Steps, batches: Sequence[Sequence[Any]], total: int) -> Iterator[tuple[int, _Answer]]:
        """The number of each batch with its answer, as they are done; total: what they cost together.

        Little work is done here, much by forks of this process, or by workers that it is sent to.
        """
        if self.count < 2 or total < self.inline_below:
            return enumerate(map(steps.all, batches))
        if self.start is not None:
            return self._sent(steps, batches, self.start)
        steps.prepare()
        return map_forked(lambda number: steps.all(batches[number]), len(batches), processes=self.count)

    def _sent(
        self, steps: _Steps, batches: Sequence[Sequence[Any]], start: Callable[[int], tuple[Executor, int]]
    ) -> Iterator[tuple[int, _Answer]]:
        """In order; no more batches are under way than keep the workers busy."""
        if self._pool is None:
            self._pool, self.count = start(self.count)
        waiting: deque[Future[Sequence[Completed | Failed]]] = deque()
        sent = iter(batches)
        for number in range(len(batches)):
            for batch in islice(sent, self.count * AHEAD + 1 - len(waiting)):
                waiting.append(self._pool.submit(steps.work, steps.pack(batch)))
            yield number, steps.keep(waiting.popleft().result(), are_ours=False)

    def batch_size(self, jobs: int) -> int:
        """How many jobs go into a batch: fewer when there are few, so that every worker gets some."""
        return max(min(BATCH, -(-jobs // (self.count * 4))), 1)

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=error is None, cancel_futures=True)


@dataclass(slots=True)
class BuildContext:
    """Owns, for one build, the tools it works with and the time each stage took."""

    cache: Cache
    workers: WorkerPool
    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)

    def timed(self, stage: str, since: float) -> float:
        """Notes how long a stage took, in seconds of wall time; the moment at which the next begins."""
        now = perf_counter()
        self.seconds[stage] = round(self.seconds.get(stage, 0.0) + now - since, 4)
        return now


def available_cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _start_on_this_system() -> Callable[[int], tuple[Executor, int]] | None:
    # Forking takes 5 ms where starting afresh takes 200, but macOS has libraries that do not bear it.
    return None if sys.platform == "linux" else process_pool


def process_pool(count: int) -> tuple[Executor, int]:
    """Processes that are started afresh."""
    from concurrent.futures.process import ProcessPoolExecutor  # 20 ms, only for builds with much to do
    from multiprocessing import get_context

    return ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_live_with_the_parent), count


def _live_with_the_parent() -> None:
    """In a worker: interrupts are the parent's business, and when it is killed, the worker ends too."""
    ignore_interrupts()
    Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    # A worker waits for jobs on a pipe whose other end it holds itself, so without this it would wait for ever.
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        parent.join()
        exit_at_once(1)
