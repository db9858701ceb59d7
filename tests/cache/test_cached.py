"""What the store has is reused; the rest is made in batches, in order, by whoever is there."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from broadsheet.cache.cache import Cache, DiskCache, MemoryCache
from broadsheet.cache.cached import Task, run_cached
from broadsheet.cache.execute import BuildContext, WorkerPool, process_pool, run_batches
from broadsheet.cache.stages import Stage
from broadsheet.core.digest import digest, digest_bytes
from broadsheet.core.outcome import Completed, Failed, WithBlob
from broadsheet.core.progress import NoProgress, Recorder


def doubled(number: int) -> WithBlob:
    return WithBlob(number * 2, b"blob")


def tasks(numbers: Sequence[int]) -> list[Task]:
    return [Task(f"{number:064}", partial(tuple, [number])) for number in numbers]


def done(numbers: Sequence[int], cache: Cache, workers: WorkerPool | None = None) -> tuple[list[int], int]:
    """The results, and how many of them were made."""
    recorder = Recorder()
    context = BuildContext(cache, workers or WorkerPool(1), recorder)
    results = run_cached(Stage.PAGES, tasks(numbers), doubled, int, context)
    return results, sum(count for what, count in recorder.told if what == "advance" and isinstance(count, int))


def test_what_is_made_once_is_reused() -> None:
    """A second run makes only what is new."""
    cache = MemoryCache()

    assert done([1, 2], cache) == ([2, 4], 2)
    assert done([1, 2, 3], cache) == ([2, 4, 6], 1)


def test_equal_keys_are_made_once() -> None:
    """Two tasks with one key are one piece of work."""
    assert done([1, 1, 1], MemoryCache()) == ([2, 2, 2], 1)


def test_a_failure_is_returned_in_its_place() -> None:
    """It is the caller's business, and nothing is kept of it."""
    cache = MemoryCache()

    def work(batch: Sequence[int]) -> list[Completed | Failed]:
        return [Failed("odd one out") if number == 7 else Completed(b"fine", b"") for number in batch]

    context = BuildContext(cache, WorkerPool(1), NoProgress())
    batches = run_batches([6, 7], pack=tuple, work=work, label="try", cost=lambda number: 1, context=context)

    assert [pair for batch in batches for pair in batch] == [(6, b"fine"), (7, Failed("odd one out"))]


@pytest.mark.parametrize("start", [None, process_pool], ids=["forked", "started afresh"])
def test_many_jobs_in_two_processes_give_the_same(start: Callable[[int], tuple[Executor, int]] | None) -> None:
    """Workers are started above the threshold, and are gone afterwards."""
    cache, alone = MemoryCache(), MemoryCache()
    with WorkerPool(2, inline_below=10, start=start) as workers:
        pooled = done(range(0, 200), cache, workers)

    assert pooled == done(range(0, 200), alone)
    assert (cache.records, cache.blobs) == (alone.records, alone.blobs)
    assert multiprocessing.active_children() == []


def test_forked_workers_leave_in_a_cache_on_disk_what_one_process_does(tmp_path: Path) -> None:
    """Also for the next who opens it."""
    cache = DiskCache(tmp_path)
    with WorkerPool(2, inline_below=10, start=None) as workers:
        done(range(8, 200), cache, workers)
    cache.close()
    later = DiskCache(tmp_path)

    assert done(range(8, 200), later) == (list(range(16, 400, 2)), 0)
    assert later.read(digest_bytes(b"blob")) == b"blob"
    assert later.verify().damaged == 0
    later.close()


def test_progress_is_told() -> None:
    """The stage with the number of misses, then batches as they are done."""
    recorder = Recorder()
    run_cached(Stage.QUOTES, tasks(range(30)), doubled, int, BuildContext(MemoryCache(), WorkerPool(1), recorder))

    assert recorder.told[0] == ("compare", 30)
    assert sum(count for what, count in recorder.told if what == "advance") == 30  # type: ignore[misc]


def test_a_blob_is_there_whenever_its_record_is() -> None:
    """Records come last, so that a record in the cache never promises what is not there."""
    order: list[str] = []

    class Watched(MemoryCache):
        def put_many(self, stage: Stage, records: object) -> None:
            order.append("records")

        def write(self, blobs: object) -> None:
            order.append("blobs")

    done([1], Watched())

    assert order == ["blobs", "records"]


def dies(number: int) -> int:
    raise SystemExit("gone")


def test_a_worker_that_dies_is_an_error_and_no_hang() -> None:
    """The build ends with an exception that names what happened."""
    with pytest.raises(BaseException, match=r"gone|terminated"), WorkerPool(2, inline_below=1) as workers:
        run_cached(Stage.PAGES, tasks(range(40)), dies, int, BuildContext(MemoryCache(), workers, NoProgress()))


def claims(number: int) -> WithBlob:
    return WithBlob(number, b"blob", digest("something else"))


def test_bytes_from_elsewhere_are_hashed_here() -> None:
    """A worker that this process has not forked may say what it likes of their digest."""
    cache = MemoryCache()
    with WorkerPool(2, inline_below=1, start=lambda count: (ThreadPoolExecutor(1), count)) as workers:
        run_cached(Stage.PAGES, tasks(range(3)), claims, int, BuildContext(cache, workers, NoProgress()))

    assert set(cache.blobs) == {digest_bytes(b"blob")}
