"""Work in batches, by this process, by processes that it forks or starts, or by other machines."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from threading import Thread
from time import perf_counter
from types import TracebackType
from typing import Any, TypeVar

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
    cache, workers, progress = context.cache, context.workers, context.progress
    progress.stage(label, len(items))
    total = sum(map(cost, items))
    batches = list(_batches(items, cost, workers.batch_size(total)))

    def make(batch: Sequence[T]) -> _Answer:
        return _answer(work(pack(batch)), cache, are_ours=True)

    if workers.can_fork(total):
        prepare()
        answers: Iterator[tuple[Sequence[T], _Answer]] = (
            (batches[number], answer)
            for number, answer in map_forked(
                lambda number: make(batches[number]), len(batches), processes=workers.count
            )
        )
    else:
        executor = workers.executor(total)
        outcomes = _in_order(executor, work, batches, pack, ahead=workers.count * AHEAD)
        are_ours = not workers.sends(total)
        answers = ((batch, _answer(made, cache, are_ours=are_ours)) for batch, made in outcomes)
    for batch, (made, written) in answers:
        cache.index(written)  # blobs first: a record in the cache then always has its blob there too
        yield list(zip(batch, made, strict=True))
        progress.advance(len(batch))


_Answer = tuple[list[bytes | Failed], Any]  # records of jobs or how they failed, and what the cache needs for the blobs


def _answer(outcomes: Sequence[Completed | Failed], cache: Cache, *, are_ours: bool) -> _Answer:
    """are_ours: whether this process or a child of it has made them; what comes from elsewhere is hashed here."""
    made = [outcome for outcome in outcomes if isinstance(outcome, Completed)]
    blobs = {(are_ours and outcome.digest) or digest_bytes(outcome.blob): outcome.blob for outcome in made}
    records = [outcome.record if isinstance(outcome, Completed) else outcome for outcome in outcomes]
    return records, cache.write_unindexed(blobs)


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


def _in_order(
    executor: Executor,
    work: Work,
    batches: Iterable[Sequence[T]],
    pack: Callable[[Sequence[T]], Any],
    *,
    ahead: int,
) -> Iterator[tuple[Sequence[T], Sequence[Completed | Failed]]]:
    """Each batch with its outcomes, as many batches under way as `ahead` says."""
    waiting: deque[tuple[Sequence[T], Future[Sequence[Completed | Failed]]]] = deque()
    for batch in batches:
        waiting.append((batch, executor.submit(work, pack(batch))))
        if len(waiting) > ahead:
            first, future = waiting.popleft()
            yield first, future.result()
    while waiting:
        first, future = waiting.popleft()
        yield first, future.result()


class InlineExecutor(Executor):
    """Runs each call at once, in the calling thread."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


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
    _inline: Executor = field(default_factory=InlineExecutor)

    @property
    def forks(self) -> int:
        """How many processes this one may be forked into."""
        return self.count if self.start is None else 1

    def can_fork(self, jobs: int) -> bool:
        """Whether forked workers do jobs that cost as much as this many pages."""
        return self.forks > 1 and self._are_worth(jobs)

    def sends(self, jobs: int) -> bool:
        """Whether jobs that cost as much as this many pages are done where nothing of this process is known."""
        return self.start is not None and self._are_worth(jobs)

    def executor(self, jobs: int) -> Executor:
        """The executor for jobs that cost as much as this many pages."""
        if self.start is None or not self.sends(jobs):
            return self._inline
        if self._pool is None:
            self._pool, self.count = self.start(self.count)
        return self._pool

    def _are_worth(self, jobs: int) -> bool:
        return self.count > 1 and jobs >= self.inline_below

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
