"""The cache: what is put in comes out, and what is damaged is a miss."""

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

from broadsheet.cache.cache import CacheCheck, DiskCache, MemoryCache
from broadsheet.cache.stages import Stage
from broadsheet.core.digest import digest, digest_bytes
from broadsheet.core.forks import map_forked

RECORDS = {digest(n): b"record %d" % n for n in range(40)}
BLOBS = {digest_bytes(data): data for data in (b"blob %d " % n * (50 + n) for n in range(40))}


def fill(cache: MemoryCache | DiskCache) -> None:
    """Puts all records and blobs in, in batches."""
    for start in range(0, 40, 10):
        cache.write(dict(list(BLOBS.items())[start : start + 10]))
        cache.put_many(Stage.PAGES, dict(list(RECORDS.items())[start : start + 10]))
    cache.set_value(Stage.LAST_INPUTS, b"inputs" * 50)


def found(cache: MemoryCache | DiskCache) -> tuple[int, int]:
    """How many records and blobs come out, all of them right."""
    assert cache.value(Stage.LAST_INPUTS) in (None, b"inputs" * 50)
    records = cache.get_many(Stage.PAGES, list(RECORDS))
    blobs = {key: data for key in BLOBS if (data := cache.read(key)) is not None}
    assert all(RECORDS[key] == value for key, value in records.items())
    assert all(BLOBS[key] == data for key, data in blobs.items())
    return len(records), len(blobs)


def filled(folder: Path) -> Path:
    """The folder, with everything in it."""
    cache = DiskCache(folder)
    fill(cache)
    cache.close()
    return folder


@pytest.fixture(params=["memory", "disk"])
def cache(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MemoryCache | DiskCache]:
    """Each kind of cache in turn."""
    made: MemoryCache | DiskCache = MemoryCache() if request.param == "memory" else DiskCache(tmp_path / ".broadsheet")
    yield made
    made.close()


def test_what_is_put_in_comes_out(cache: MemoryCache | DiskCache) -> None:
    """Records by key and blobs by digest; what was never put in is left out."""
    fill(cache)

    assert found(cache) == (40, 40)
    assert cache.get_many(Stage.PAGES, [digest("never")]) == {}
    assert cache.read(digest_bytes(b"never")) is None
    assert cache.warning == ""


def test_a_later_record_replaces_an_earlier_one(cache: MemoryCache | DiskCache) -> None:
    """The value put last is the value."""
    key = digest("key")
    cache.put_many(Stage.PAGES, {key: b"old"})
    cache.put_many(Stage.PAGES, {key: b"new"})

    assert cache.get_many(Stage.PAGES, [key]) == {key: b"new"}


def test_empty_values_are_values(cache: MemoryCache | DiskCache) -> None:
    """No bytes are not the same as nothing."""
    cache.put_many(Stage.PAGES, {digest("empty"): b""})
    cache.write({digest_bytes(b""): b""})

    assert cache.get_many(Stage.PAGES, [digest("empty")]) == {digest("empty"): b""}
    assert cache.read(digest_bytes(b"")) == b""


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
    cache = DiskCache(filled(tmp_path / ".broadsheet"))
    before = cache.size_bytes()
    cache.write(BLOBS)

    assert cache.size_bytes() == before


def test_the_folder_is_marked_as_a_cache(tmp_path: Path) -> None:
    """Neither git nor a backup picks it up."""
    filled(tmp_path / ".broadsheet")

    assert (tmp_path / ".broadsheet/.gitignore").read_text() == "*\n"
    assert (tmp_path / ".broadsheet/CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")


def files_of(folder: Path) -> list[Path]:
    """All files of a cache."""
    return sorted(path for path in (folder / "v2").iterdir() if path.name != "lock")


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
        "blobs.data", "blobs.index", "blobs.used", "last_inputs.value", "pages.table"
    ]  # fmt: skip

    for path in intact:
        for damage in damages():
            for other, data in intact.items():
                other.write_bytes(data)
            data_now = bytearray(intact[path])
            damage(data_now)
            path.write_bytes(data_now)

            cache = DiskCache(folder)
            found(cache)
            fill(cache)
            assert found(cache) == (40, 40)
            assert cache.warning == ""
            cache.close()
            assert found(DiskCache(folder)) == (40, 40)


@pytest.mark.parametrize("name", ["blobs.data", "blobs.index", "blobs.used", "pages.table", "last_inputs.value"])
def test_a_missing_file_costs_only_time(tmp_path: Path, name: str) -> None:
    """Files are deleted by people too."""
    folder = filled(tmp_path / ".broadsheet")
    (folder / "v2" / name).unlink()

    cache = DiskCache(folder)
    found(cache)
    fill(cache)
    assert found(cache) == (40, 40)
    assert found(DiskCache(folder)) == (40, 40)


@pytest.mark.parametrize("name", ["blobs.data", "pages.table", "last_inputs.value", "lock"])
@pytest.mark.parametrize("kind", ["folder", "pipe", "dangling link"])
def test_something_else_in_the_place_of_a_file_is_no_error(tmp_path: Path, name: str, kind: str) -> None:
    """A pipe would make a careless reader wait for ever."""
    folder = filled(tmp_path / ".broadsheet")
    path = folder / "v2" / name
    path.unlink()
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("nowhere/at/all")

    cache = DiskCache(folder)
    found(cache)
    fill(cache)
    found(cache)
    cache.prune()
    cache.close()


def test_a_store_that_cannot_be_written_still_reads(tmp_path: Path) -> None:
    """The lock cannot be taken here, as in a folder that may only be read; the warning says so and nothing fails."""
    folder = filled(tmp_path / ".broadsheet")
    (folder / "v2/lock").unlink()
    (folder / "v2/lock").mkdir()

    cache = DiskCache(folder)
    cache.put_many(Stage.PAGES, {digest("more"): b"more"})
    cache.write({digest_bytes(b"more"): b"more"})

    assert found(cache) == (40, 40)
    assert cache.warning == "the cache cannot be written, so the next build starts afresh: Is a directory"


def test_a_file_where_the_folder_should_be_is_a_warning(tmp_path: Path) -> None:
    """The build goes on without the cache."""
    (tmp_path / ".broadsheet").write_text("a file")
    cache = DiskCache(tmp_path / ".broadsheet")
    fill(cache)
    cache.prune()
    cache.close()

    assert found(cache) == (0, 0)
    assert cache.warning.startswith("the cache cannot be written")
    assert (tmp_path / ".broadsheet").read_text() == "a file"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_only_be_read_is_a_warning(tmp_path: Path) -> None:
    """The build goes on without the cache."""
    folder = filled(tmp_path / ".broadsheet")
    (folder / "v2").chmod(0o500)
    (folder / "v2/lock").chmod(0o400)
    cache = DiskCache(folder)
    cache.put_many(Stage.PAGES, {digest("more"): b"more"})

    assert found(cache) == (40, 40)
    assert cache.warning.endswith("Permission denied")


def test_a_full_disk_is_a_warning(tmp_path: Path) -> None:
    """A limit on the size of files has the same effect as a full disk, and needs no rights."""
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    folder = tmp_path / ".broadsheet"
    try:
        cache = DiskCache(folder)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limit[1]))
        fill(cache)
        assert cache.warning.startswith("the cache cannot be written")
        found(cache)
        cache.close()
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
from broadsheet.cache import cache as module
module.LOCK_SECONDS = 300  # however busy the machine is
cache = DiskCache(Path(sys.argv[1]))
print("ready", flush=True)
for n in range(int(sys.argv[2]), int(sys.argv[3])):
    data = b"page %d " % n * 400
    cache.write({digest_bytes(data): data})
    cache.put_many(Stage.PAGES, {digest(n): digest_bytes(data).encode()})
cache.close()
sys.exit(cache.warning or 0)
"""


def filler(folder: Path, first: int, last: int) -> subprocess.Popen[bytes]:
    """A process that fills a cache, page by page."""
    command = [sys.executable, "-c", FILLER, str(folder), str(first), str(last)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2])
    assert child.stdout is not None
    assert child.stdout.readline() == b"ready\n"
    return child


def pages(folder: Path, last: int) -> int:
    """How many pages there are, each whole: a record that is there has its blob."""
    cache = DiskCache(folder)
    count = 0
    for n, key in enumerate(map(digest, range(last))):
        if record := cache.get_many(Stage.PAGES, [key]).get(key):
            assert cache.read(bytes(record).decode()) == b"page %d " % n * 400
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
    fill(cache := DiskCache(tmp_path))
    assert found(cache) == (40, 40) and found(DiskCache(tmp_path)) == (40, 40)


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
    monkeypatch.setattr("broadsheet.cache.cache.LOCK_SECONDS", 0.05)
    cache = DiskCache(filled(tmp_path / ".broadsheet"))
    with (tmp_path / ".broadsheet/v2/lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        cache.put_many(Stage.PAGES, {digest("more"): b"more"})

    assert cache.warning.endswith("another build holds its lock")
    assert found(cache) == (40, 40)


def test_pruning_keeps_what_the_last_sessions_used(tmp_path: Path) -> None:
    """What two sessions have not asked for is dropped, and the room is given back."""
    folder = filled(tmp_path / ".broadsheet")
    some_blobs = list(BLOBS)[:5]
    for _ in range(2):
        session = DiskCache(folder)
        for key in some_blobs:
            session.read(key)
        session.close()

    cache = DiskCache(folder)
    assert cache.prune(keep_sessions=4) == 0
    assert cache.prune(keep_sessions=3) > 0
    assert found(cache) == (40, 5)  # of records, the old generation is dropped, and these are young
    assert found(DiskCache(folder)) == (40, 5)


def test_pruning_drops_old_records_and_no_young_ones(tmp_path: Path) -> None:
    """What no build has used since its table was last rewritten; a second pruning finds nothing more to drop."""
    folder = tmp_path / ".broadsheet"
    records = {digest(n): b"%d " % n * 300 for n in range(200)}
    used = list(records)[:50]
    first = DiskCache(folder)
    first.put_many(Stage.PAGES, records)
    first.close()
    second = DiskCache(folder)
    second.get_many(Stage.PAGES, used)
    second.prune_if_grown()
    second.close()
    assert len(DiskCache(folder).get_many(Stage.PAGES, list(records))) == 200

    for freed in (True, False):
        cache = DiskCache(folder)
        assert (cache.prune() > 0) == freed
        cache.close()
    assert DiskCache(folder).get_many(Stage.PAGES, list(records)) == {key: records[key] for key in used}


def test_verify_counts_and_forgets_what_is_damaged(tmp_path: Path) -> None:
    """One flipped bit in a blob and in the last record: two of eighty."""
    folder = filled(tmp_path / ".broadsheet")
    for name in ("blobs.data", "pages.table"):
        data = bytearray((folder / "v2" / name).read_bytes())
        data[-5 if name == "pages.table" else len(data) // 2] ^= 1
        (folder / "v2" / name).write_bytes(data)

    cache = DiskCache(folder)
    assert cache.verify() == CacheCheck(entries=80, damaged=2)
    assert cache.verify() == CacheCheck(entries=78, damaged=0)
    assert found(cache) == (39, 39)


@given(st.dictionaries(st.binary(max_size=4).map(digest), st.binary(max_size=300)), st.integers(1, 7))
def test_any_records_in_any_batches_come_out(records: dict[str, bytes], size: int) -> None:
    """Batches leave no trace."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        cache = DiskCache(Path(folder))
        keys = list(records)
        for start in range(0, len(keys), size):
            cache.put_many(Stage.PAGES, {key: records[key] for key in keys[start : start + size]})
        again = DiskCache(Path(folder))
        assert cache.get_many(Stage.PAGES, keys) == again.get_many(Stage.PAGES, keys) == records
        cache.close()
        again.close()


def test_a_store_that_has_grown_prunes_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When more than half of it serves none of the last sessions, and only after something was added."""
    monkeypatch.setattr("broadsheet.cache.cache._PRUNE_ABOVE", 10_000)
    wanted = {digest_bytes(data): data for data in (b"wanted %d" % n * 100 for n in range(20))}
    sizes = []
    for session in range(30):
        cache = DiskCache(tmp_path / ".broadsheet")
        fresh = {digest_bytes(data): data for data in (b"session %d, %d" % (session, n) * 100 for n in range(20))}
        cache.write(wanted | fresh)
        cache.prune_if_grown()
        cache.close()
        sizes.append(cache.size_bytes())

    assert max(sizes) < 2.5 * (6 * 20 * 1_500)
    assert all(DiskCache(tmp_path / ".broadsheet").read(key) == data for key, data in wanted.items())
    unchanged = DiskCache(tmp_path / ".broadsheet")
    assert unchanged.prune_if_grown() == 0


def test_a_blob_counts_as_used_without_being_read(tmp_path: Path) -> None:
    """What a record stands for must not be dropped because nobody had to look at it."""
    folder = filled(tmp_path / ".broadsheet")
    for _ in range(6):
        cache = DiskCache(folder)
        cache.get_many(Stage.PAGES, list(RECORDS))
        cache.touch([*list(BLOBS)[:10], digest("unknown")])
        cache.close()
    cache = DiskCache(folder)
    cache.prune()

    assert found(cache) == (40, 10)


def test_a_value_is_replaced_as_a_whole(cache: MemoryCache | DiskCache, tmp_path: Path) -> None:
    """The last value of each stage; absent or damaged ones are None."""
    assert cache.value(Stage.LAST_INPUTS) is None
    cache.set_value(Stage.LAST_INPUTS, b"one")
    cache.set_value(Stage.LAST_INPUTS, b"two")
    cache.set_value(Stage.NOTIFIED_FEEDS, b"")

    assert [cache.value(stage) for stage in (Stage.LAST_INPUTS, Stage.NOTIFIED_FEEDS)] == [b"two", b""]
    for file in tmp_path.rglob("last_inputs.value"):
        file.write_bytes(file.read_bytes()[:-1])
        assert cache.value(Stage.LAST_INPUTS) is None


def test_blobs_written_by_one_process_are_indexed_by_another(tmp_path: Path) -> None:
    """They are there when they have been taken, and not before."""
    here, there = DiskCache(tmp_path), DiskCache(tmp_path)
    name = digest_bytes(b"page")
    written = there.write_unindexed({name: b"page"})

    assert here.read(name) is None
    here.index(written)
    assert here.read(name) == b"page"
    assert DiskCache(tmp_path).read(name) == b"page"


def test_what_was_written_before_others_pruned_is_a_miss(tmp_path: Path) -> None:
    """The place where it lay holds something else by then, or nothing."""
    here, there = DiskCache(tmp_path), DiskCache(tmp_path)
    kept, lost = digest_bytes(b"kept"), digest_bytes(b"page")
    here.write({kept: b"kept"})
    written = there.write_unindexed({lost: b"page"})
    DiskCache(tmp_path).prune()
    here.index(written)

    assert here.read(lost) is None
    assert here.read(kept) == b"kept"
    here.write({lost: b"page"})
    assert here.read(lost) == b"page"


def test_forked_workers_write_into_the_file_that_their_parent_has_open(tmp_path: Path) -> None:
    """Also in the first build, when there was none."""
    cache = DiskCache(tmp_path)
    blobs = list(BLOBS.items())

    for _, written in map_forked(lambda number: cache.write_unindexed(dict([blobs[number]])), len(blobs), processes=2):
        cache.index(written)

    assert found(cache) == (0, len(BLOBS))


def test_what_an_older_version_kept_is_removed_and_never_read(tmp_path: Path) -> None:
    """Its packs, its notes and its answers, and nothing else that is there."""
    folder = tmp_path / ".broadsheet"
    (folder / "store").mkdir(parents=True)
    for name in ("store/records.data", "store/readings.note", "seen", "external.json", "told.json", "mine.txt"):
        (folder / name).write_bytes(b"older")
    cache = DiskCache(folder)

    assert found(cache) == (0, 0)
    assert sorted(path.name for path in folder.iterdir()) == [".gitignore", "CACHEDIR.TAG", "mine.txt", "v2"]
    fill(cache)
    assert found(DiskCache(folder)) == (40, 40)


def test_a_table_of_another_form_is_replaced(tmp_path: Path) -> None:
    """Whatever its first bytes are, if they are not ours."""
    folder = filled(tmp_path / ".broadsheet")
    table = folder / "v2/pages.table"
    table.write_bytes(table.read_bytes().replace(b"form 2", b"form 3"))
    cache = DiskCache(folder)

    assert found(cache) == (0, 40)
    fill(cache)
    assert found(DiskCache(folder)) == (40, 40)
