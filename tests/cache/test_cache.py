"""The store: what is put in comes out, and what is damaged is a miss."""

from __future__ import annotations

import fcntl
import os
import random
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.cache.cache import Cache, DiskCache, MemoryCache, Verified
from broadsheet.cache.stages import Stage
from broadsheet.core.digest import digest, digest_bytes
from broadsheet.core.forks import spread

RECORDS = {digest(n): b"record %d" % n for n in range(40)}
BLOBS = {digest_bytes(data): data for data in (b"blob %d " % n * (50 + n) for n in range(40))}


def fill(store: Cache) -> None:
    """Puts all records and blobs in, in batches."""
    for start in range(0, 40, 10):
        store.write(dict(list(BLOBS.items())[start : start + 10]))
        store.put_many(Stage.PAGES, dict(list(RECORDS.items())[start : start + 10]))


def found(store: Cache) -> tuple[int, int]:
    """How many records and blobs come out, all of them right."""
    records = store.get_many(Stage.PAGES, list(RECORDS))
    blobs = {key: data for key in BLOBS if (data := store.read(key)) is not None}
    assert all(RECORDS[key] == value for key, value in records.items())
    assert all(BLOBS[key] == data for key, data in blobs.items())
    return len(records), len(blobs)


def filled(folder: Path) -> Path:
    """The folder, with everything in it."""
    store = DiskCache(folder)
    fill(store)
    store.close()
    return folder


@pytest.fixture(params=["memory", "disk"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Cache]:
    """Each kind of store in turn."""
    made: Cache = MemoryCache() if request.param == "memory" else DiskCache(tmp_path / ".broadsheet")
    yield made
    made.close()


def test_what_is_put_in_comes_out(store: Cache) -> None:
    """Records by key and blobs by digest; what was never put in is left out."""
    fill(store)

    assert found(store) == (40, 40)
    assert store.get_many(Stage.PAGES, [digest("never")]) == {}
    assert store.read(digest_bytes(b"never")) is None
    assert store.warning == ""


def test_a_later_record_replaces_an_earlier_one(store: Cache) -> None:
    """The value put last is the value."""
    key = digest("key")
    store.put_many(Stage.PAGES, {key: b"old"})
    store.put_many(Stage.PAGES, {key: b"new"})

    assert store.get_many(Stage.PAGES, [key]) == {key: b"new"}


def test_empty_values_are_values(store: Cache) -> None:
    """No bytes are not the same as nothing."""
    store.put_many(Stage.PAGES, {digest("empty"): b""})
    store.write({digest_bytes(b""): b""})

    assert store.get_many(Stage.PAGES, [digest("empty")]) == {digest("empty"): b""}
    assert store.read(digest_bytes(b"")) == b""


def test_everything_is_there_in_the_next_session(tmp_path: Path) -> None:
    """Closing and opening loses nothing, nor does forgetting to close."""
    folder = filled(tmp_path / ".broadsheet")
    unclosed = DiskCache(folder)
    unclosed.put_many(Stage.PAGES, {digest("more"): b"more"})

    again = DiskCache(folder)
    assert found(again) == (40, 40)
    assert again.get_many(Stage.PAGES, [digest("more")]) == {digest("more"): b"more"}


def test_a_blob_that_is_there_is_not_written_again(tmp_path: Path) -> None:
    """Equal pages cost their room once."""
    store = DiskCache(filled(tmp_path / ".broadsheet"))
    before = store.size_bytes()
    store.write(BLOBS)

    assert store.size_bytes() == before


def test_the_folder_is_marked_as_a_cache(tmp_path: Path) -> None:
    """Neither git nor a backup picks it up."""
    filled(tmp_path / ".broadsheet")

    assert (tmp_path / ".broadsheet/.gitignore").read_text() == "*\n"
    assert (tmp_path / ".broadsheet/CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")


def files_of(folder: Path) -> list[Path]:
    """All files of a store."""
    return sorted(path for path in (folder / "store").iterdir() if path.name != "lock")


def damages() -> Iterator[Callable[[bytearray], object]]:
    """Ways to damage a file: cut and flipped at many places, emptied, foreign."""
    chance = random.Random(7)

    def cut(share: float) -> Callable[[bytearray], object]:
        return lambda data: data.__delitem__(slice(int(len(data) * share), None))

    def flip(share: float, bit: int) -> Callable[[bytearray], object]:
        return lambda data: data.__setitem__(int(len(data) * share), data[int(len(data) * share)] ^ (1 << bit))

    for _ in range(12):
        yield cut(chance.random())
        yield flip(chance.random(), chance.randrange(8))
        yield flip(chance.random() / 20, chance.randrange(8))
    yield lambda data: data.clear()
    yield lambda data: data.__setitem__(slice(None), b"SQLite format 3\0" * 40)
    yield lambda data: data.extend(b"torn")
    yield lambda data: data.reverse()


def test_every_file_cut_or_flipped_in_turn_costs_only_time(tmp_path: Path) -> None:
    """Never a wrong value, never an exception; and after filling again everything is there, also the next time."""
    folder = filled(tmp_path / ".broadsheet")
    intact = {path: path.read_bytes() for path in files_of(folder)}
    assert [path.name for path in intact] == [
        "blobs.data", "blobs.index", "blobs.used", "records.data", "records.index", "records.used"
    ]  # fmt: skip

    for path in intact:
        for damage in damages():
            for other, data in intact.items():
                other.write_bytes(data)
            data_now = bytearray(intact[path])
            damage(data_now)
            path.write_bytes(data_now)

            store = DiskCache(folder)
            found(store)
            fill(store)
            assert found(store) == (40, 40)
            assert store.warning == ""
            store.close()
            assert found(DiskCache(folder)) == (40, 40)


@pytest.mark.parametrize("name", ["blobs.data", "blobs.index", "blobs.used", "records.data", "records.index"])
def test_a_missing_file_costs_only_time(tmp_path: Path, name: str) -> None:
    """Files are deleted by people too."""
    folder = filled(tmp_path / ".broadsheet")
    (folder / "store" / name).unlink()

    store = DiskCache(folder)
    found(store)
    fill(store)
    assert found(store) == (40, 40)
    assert found(DiskCache(folder)) == (40, 40)


@pytest.mark.parametrize("name", ["blobs.data", "records.index", "lock"])
@pytest.mark.parametrize("kind", ["folder", "pipe", "dangling link"])
def test_something_else_in_the_place_of_a_file_is_no_error(tmp_path: Path, name: str, kind: str) -> None:
    """A pipe would make a careless reader wait for ever."""
    folder = filled(tmp_path / ".broadsheet")
    path = folder / "store" / name
    path.unlink()
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("nowhere/at/all")

    store = DiskCache(folder)
    found(store)
    fill(store)
    found(store)
    store.prune()
    store.close()


def test_a_store_that_cannot_be_written_still_reads(tmp_path: Path) -> None:
    """The lock cannot be taken here, as in a folder that may only be read; the warning says so and nothing fails."""
    folder = filled(tmp_path / ".broadsheet")
    (folder / "store/lock").unlink()
    (folder / "store/lock").mkdir()

    store = DiskCache(folder)
    store.put_many(Stage.PAGES, {digest("more"): b"more"})
    store.write({digest_bytes(b"more"): b"more"})

    assert found(store) == (40, 40)
    assert store.warning == "the cache cannot be written, so the next build starts afresh: Is a directory"


def test_a_file_where_the_folder_should_be_is_a_warning(tmp_path: Path) -> None:
    """The build goes on without the cache."""
    (tmp_path / ".broadsheet").write_text("a file")
    store = DiskCache(tmp_path / ".broadsheet")
    fill(store)
    store.prune()
    store.close()

    assert found(store) == (0, 0)
    assert store.warning.startswith("the cache cannot be written")
    assert (tmp_path / ".broadsheet").read_text() == "a file"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_only_be_read_is_a_warning(tmp_path: Path) -> None:
    """The build goes on without the cache."""
    folder = filled(tmp_path / ".broadsheet")
    (folder / "store").chmod(0o500)
    (folder / "store/lock").chmod(0o400)
    store = DiskCache(folder)
    store.put_many(Stage.PAGES, {digest("more"): b"more"})

    assert found(store) == (40, 40)
    assert store.warning.endswith("Permission denied")


def test_a_full_disk_is_a_warning(tmp_path: Path) -> None:
    """A limit on the size of files has the same effect as a full disk, and needs no rights."""
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    folder = tmp_path / ".broadsheet"
    try:
        store = DiskCache(folder)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limit[1]))
        fill(store)
        assert store.warning.startswith("the cache cannot be written")
        found(store)
        store.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)

    again = DiskCache(folder)
    found(again)
    fill(again)
    assert found(again) == (40, 40)
    assert found(DiskCache(folder)) == (40, 40)


FILLER = """
import sys
from broadsheet.cache.cache import DiskCache
from broadsheet.cache.stages import Stage
from broadsheet.core.digest import digest, digest_bytes
from pathlib import Path
store = DiskCache(Path(sys.argv[1]))
print("ready", flush=True)
for n in range(int(sys.argv[2]), int(sys.argv[3])):
    data = b"page %d " % n * 400
    store.write({digest_bytes(data): data})
    store.put_many(Stage.PAGES, {digest(n): digest_bytes(data).encode()})
store.close()
"""


def filler(folder: Path, first: int, last: int) -> subprocess.Popen[bytes]:
    """A process that fills a store, page by page."""
    command = [sys.executable, "-c", FILLER, str(folder), str(first), str(last)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2])
    assert child.stdout is not None
    assert child.stdout.readline() == b"ready\n"
    return child


def pages(folder: Path, last: int) -> int:
    """How many pages there are, each whole: a record that is there has its blob."""
    store = DiskCache(folder)
    count = 0
    for n, key in enumerate(map(digest, range(last))):
        if record := store.get_many(Stage.PAGES, [key]).get(key):
            assert store.read(record.decode()) == b"page %d " % n * 400
            count += 1
    return count


def test_a_killed_writer_loses_at_most_what_it_was_writing(tmp_path: Path) -> None:
    """SIGKILL at random moments; each time the next session finds only right values, and can write."""
    chance = random.Random(5)
    kept = 0
    for trial in range(6):
        with filler(tmp_path, trial * 3000, (trial + 1) * 3000) as child:
            threading.Event().wait(chance.uniform(0, 0.08))
            child.send_signal(signal.SIGKILL)
        now = pages(tmp_path, (trial + 1) * 3000)
        assert now >= kept
        kept = now
    fill(store := DiskCache(tmp_path))
    assert found(store) == (40, 40) and found(DiskCache(tmp_path)) == (40, 40)


def test_several_processes_may_fill_one_store(tmp_path: Path) -> None:
    """Nothing is lost and nothing is mixed up when two write and a third drops what is old."""
    with filler(tmp_path, 0, 600) as one, filler(tmp_path, 600, 1200) as other:
        pruner = DiskCache(tmp_path)
        while one.poll() is None or other.poll() is None:
            pruner.prune()
    assert (one.returncode, other.returncode) == (0, 0)
    assert pages(tmp_path, 1200) == 1200


def test_a_lock_that_stays_taken_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stopped process must not hold up the next build."""
    monkeypatch.setattr("broadsheet.cache.blobs._LOCK_SECONDS", 0.05)
    store = DiskCache(filled(tmp_path / ".broadsheet"))
    with (tmp_path / ".broadsheet/store/lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        store.put_many(Stage.PAGES, {digest("more"): b"more"})

    assert store.warning.endswith("another build holds its lock")
    assert found(store) == (40, 40)


def test_pruning_keeps_what_the_last_sessions_used(tmp_path: Path) -> None:
    """What two sessions have not asked for is dropped, and the room is given back."""
    folder = filled(tmp_path / ".broadsheet")
    some_records, some_blobs = list(RECORDS)[:10], list(BLOBS)[:5]
    for _ in range(2):
        session = DiskCache(folder)
        session.get_many(Stage.PAGES, some_records)
        for key in some_blobs:
            session.read(key)
        session.close()

    store = DiskCache(folder)
    assert store.prune(keep_sessions=4) == 0
    assert store.prune(keep_sessions=3) > 0
    assert found(store) == (10, 5)
    assert found(DiskCache(folder)) == (10, 5)


def test_verify_counts_and_forgets_what_is_damaged(tmp_path: Path) -> None:
    """One flipped bit in a blob and in a record: two of eighty."""
    folder = filled(tmp_path / ".broadsheet")
    for name in ("blobs.data", "records.data"):
        data = bytearray((folder / "store" / name).read_bytes())
        data[len(data) // 2] ^= 1
        (folder / "store" / name).write_bytes(data)

    store = DiskCache(folder)
    assert store.verify() == Verified(entries=80, damaged=2)
    assert store.verify() == Verified(entries=78, damaged=0)
    assert found(store) == (39, 39)


@given(st.dictionaries(st.binary(max_size=4).map(digest), st.binary(max_size=300)), st.integers(1, 7))
def test_any_records_in_any_batches_come_out(records: dict[str, bytes], size: int) -> None:
    """Batches leave no trace."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        store = DiskCache(Path(folder))
        keys = list(records)
        for start in range(0, len(keys), size):
            store.put_many(Stage.PAGES, {key: records[key] for key in keys[start : start + size]})
        again = DiskCache(Path(folder))
        assert store.get_many(Stage.PAGES, keys) == again.get_many(Stage.PAGES, keys) == records
        store.close()
        again.close()


def test_a_store_that_has_grown_prunes_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When more than half of it serves none of the last sessions, and only after something was added."""
    monkeypatch.setattr("broadsheet.cache.cache._PRUNE_ABOVE", 10_000)
    wanted = {digest_bytes(data): data for data in (b"wanted %d" % n * 100 for n in range(20))}
    sizes = []
    for session in range(30):
        store = DiskCache(tmp_path / ".broadsheet")
        fresh = {digest_bytes(data): data for data in (b"session %d, %d" % (session, n) * 100 for n in range(20))}
        store.write(wanted | fresh)
        store.prune_if_grown()
        store.close()
        sizes.append(store.size_bytes())

    assert max(sizes) < 2.5 * (6 * 20 * 1_500)
    assert all(DiskCache(tmp_path / ".broadsheet").read(key) == data for key, data in wanted.items())
    unchanged = DiskCache(tmp_path / ".broadsheet")
    assert unchanged.prune_if_grown() == 0


def test_a_blob_counts_as_used_without_being_read(tmp_path: Path) -> None:
    """What a record stands for must not be dropped because nobody had to look at it."""
    folder = filled(tmp_path / ".broadsheet")
    for _ in range(6):
        store = DiskCache(folder)
        store.get_many(Stage.PAGES, list(RECORDS))
        store.use([*list(BLOBS)[:10], digest("unknown")])
        store.close()
    store = DiskCache(folder)
    store.prune()

    assert found(store) == (40, 10)


def test_notes_are_kept_by_name(store: Cache, tmp_path: Path) -> None:
    """The last value by each name; absent or damaged ones are None."""
    assert store.noted("a") is None
    store.note("a", b"one")
    store.note("a", b"two")
    store.note("b", b"")

    found = [store.noted(name) for name in "abc"]
    assert [None if data is None else bytes(data) for data in found] == [b"two", b"", None]
    for file in tmp_path.rglob("a.note"):
        file.write_bytes(file.read_bytes()[:-1])
        assert store.noted("a") is None


def test_blobs_laid_by_one_process_are_taken_by_another(tmp_path: Path) -> None:
    """They are there when they have been taken, and not before."""
    here, there = DiskCache(tmp_path), DiskCache(tmp_path)
    name = digest_bytes(b"page")
    laid = there.lay({name: b"page"})

    assert here.read(name) is None
    here.take(laid)
    assert here.read(name) == b"page"
    assert DiskCache(tmp_path).read(name) == b"page"


def test_what_was_laid_before_others_pruned_is_a_miss(tmp_path: Path) -> None:
    """The place where it lay holds something else by then, or nothing."""
    here, there = DiskCache(tmp_path), DiskCache(tmp_path)
    kept, lost = digest_bytes(b"kept"), digest_bytes(b"page")
    here.write({kept: b"kept"})
    laid = there.lay({lost: b"page"})
    DiskCache(tmp_path).prune()
    here.take(laid)

    assert here.read(lost) is None
    assert here.read(kept) == b"kept"
    here.write({lost: b"page"})
    assert here.read(lost) == b"page"


@pytest.mark.parametrize("prunes", [False, True])
def test_only_what_stands_in_the_open_file_is_not_hashed_again(tmp_path: Path, prunes: bool) -> None:
    """What this build has written; not what was there before it, nor what others have moved since."""
    old, new = digest_bytes(b"old"), digest_bytes(b"new")
    before = DiskCache(tmp_path)
    before.write({old: b"old"})
    before.close()
    store = DiskCache(tmp_path)

    ((_, laid),) = spread(lambda _: store.lay({new: b"new"}), 1, processes=1)
    if prunes:
        DiskCache(tmp_path).prune()
    store.take(laid)

    assert not store._blobs.is_own(old)
    assert store._blobs.is_own(new) is not prunes
    assert store.read(new) == (None if prunes else b"new")


def test_a_child_writes_into_the_file_that_its_parent_has_open(tmp_path: Path) -> None:
    """Also in the first build, when there was none; and what it has written is not hashed again."""
    store = DiskCache(tmp_path)
    blobs = list(BLOBS.items())

    for _, laid in spread(lambda number: store.lay(dict([blobs[number]])), len(blobs), processes=2):
        store.take(laid)

    assert all(map(store._blobs.is_own, BLOBS))
    assert found(store) == (0, len(BLOBS))
