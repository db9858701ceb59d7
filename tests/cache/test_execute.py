"""What the store has is reused; the rest is made in batches, in order, by whoever is there."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from functools import partial
from pathlib import Path

import pytest

from broadsheet.cache.execute import BuildContext, InlineExecutor, Results, Task, WorkerPool, process_pool, run_cached
from broadsheet.cache.store import DiskStore, MemoryStore, Store
from broadsheet.core.digest import digest, digest_bytes
from broadsheet.core.outcome import Completed, Failed
from broadsheet.core.progress import NoProgress, Recorder


def doubled(batch: Sequence[int]) -> tuple[Completed | Failed, ...]:
    return tuple(
        Failed("odd one out") if number == 7 else Completed(str(number * 2).encode(), b"blob") for number in batch
    )


def value(number: int) -> int:
    return number


def tasks(numbers: Sequence[int]) -> list[Task]:
    return [Task(f"{number:064}", partial(value, number)) for number in numbers]


def done(numbers: Sequence[int], store: Store, workers: WorkerPool | None = None) -> Results:
    return run_cached(
        tasks(numbers),
        doubled,
        stage="double",
        pack=tuple,
        context=BuildContext(store, workers or WorkerPool(1), NoProgress()),
    )


def test_what_is_made_once_is_reused() -> None:
    """A second run makes only what is new."""
    store = MemoryStore()
    first, second = done([1, 2], store), done([1, 2, 3], store)

    assert (len(first.made), first.reused) == (2, 0)
    assert (sorted(second.made), second.reused) == ([f"{3:064}"], 2)
    assert [second.records[task.key] for task in tasks([1, 2, 3])] == [b"2", b"4", b"6"]


def test_a_failure_is_not_kept() -> None:
    """What failed is tried again next time."""
    store = MemoryStore()

    assert done([6, 7], store).failures == {f"{7:064}": Failed("odd one out")}
    assert done([6, 7], store).failures == {f"{7:064}": Failed("odd one out")}
    assert len(store.records) == 1


def test_equal_keys_are_made_once() -> None:
    """Two tasks with one key are one piece of work."""
    assert len(done([1, 1, 1], MemoryStore()).made) == 1


@pytest.mark.parametrize("start", [None, process_pool], ids=["forked", "started afresh"])
def test_many_jobs_in_two_processes_give_the_same(start: Callable[[int], tuple[Executor, int]] | None) -> None:
    """Workers are started above the threshold, and are gone afterwards."""
    store, alone = MemoryStore(), MemoryStore()
    with WorkerPool(2, inline_below=10, start=start) as workers:
        pooled = done(range(0, 200), store, workers)
    inline = done(range(0, 200), alone)

    assert (pooled.records, pooled.failures, pooled.made) == (inline.records, inline.failures, inline.made)
    assert (store.records, store.blobs) == (alone.records, alone.blobs)
    assert multiprocessing.active_children() == []


def test_forked_workers_leave_in_a_store_on_disk_what_one_process_does(tmp_path: Path) -> None:
    """Also for the next who opens it."""
    store = DiskStore(tmp_path)
    with WorkerPool(2, inline_below=10, start=None) as workers:
        done(range(8, 200), store, workers)
    store.close()
    later = DiskStore(tmp_path)

    assert later.get_many([task.key for task in tasks(range(8, 200))]) == done(range(8, 200), MemoryStore()).records
    assert later.read(digest_bytes(b"blob")) == b"blob"
    assert later.verify().damaged == 0
    later.close()


def test_progress_is_told() -> None:
    """The stage with the number of misses, then batches as they are done."""
    recorder = Recorder()
    run_cached(
        tasks(range(30)),
        doubled,
        stage="double",
        pack=tuple,
        context=BuildContext(MemoryStore(), WorkerPool(1), recorder),
    )

    assert recorder.told[0] == ("double", 30)
    assert sum(count for what, count in recorder.told if what == "advance") == 30  # type: ignore[misc]


def test_a_blob_is_there_whenever_its_record_is() -> None:
    """Records come last, so that a record in the store never promises what is not there."""
    order: list[str] = []

    class Watched(MemoryStore):
        def put_many(self, records: object) -> None:
            order.append("records")

        def write(self, blobs: object) -> None:
            order.append("blobs")

    done([1], Watched())

    assert order == ["blobs", "records"]
    assert digest_bytes(b"blob")


def dies(batch: Sequence[int]) -> tuple[Completed, ...]:
    raise SystemExit("gone")


def test_a_worker_that_dies_is_an_error_and_no_hang() -> None:
    """The build ends with an exception that names what happened."""
    with pytest.raises(BaseException, match=r"gone|terminated"), WorkerPool(2, inline_below=1) as workers:
        run_cached(
            tasks(range(40)), dies, stage="die", pack=tuple, context=BuildContext(MemoryStore(), workers, NoProgress())
        )


def test_bytes_from_elsewhere_are_hashed_here() -> None:
    """A worker that this process has not forked may say what it likes of their digest."""
    store, claimed = MemoryStore(), digest("something else")

    def work(batch: tuple[int, ...]) -> list[Completed]:
        return [Completed(b"record", b"blob", claimed) for _ in batch]

    workers = WorkerPool(2, inline_below=1, start=lambda count: (InlineExecutor(), count))
    run_cached(tasks(range(3)), work, stage="made", pack=tuple, context=BuildContext(store, workers, NoProgress()))

    assert set(store.blobs) == {digest_bytes(b"blob")}
