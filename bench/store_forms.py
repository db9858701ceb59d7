"""Measures forms of the store on the same work: files, SQLite and the pack that Broadsheet uses.

Run: python bench/store_forms.py [COUNT]. Prints a Markdown table; docs/decisions/0001-store-form.md draws from it.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from hashlib import blake2b
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from broadsheet.cache.cache import DiskCache
from broadsheet.cache.stages import Stage
from broadsheet.core.digest import digest_bytes

_WORDS = ("the", "of", "and", "a", "to", "in", "that", "is", "was", "for", "on", "with", "edition", "source", "topic")
_BATCH = 25
_ROUNDS = 5


class Files:
    """One file for each value, in 256 folders, put in place by rename."""

    warning = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for kind in ("record", "blob"):
            for n in range(256):
                (folder / kind / f"{n:02x}").mkdir(parents=True, exist_ok=True)

    def get_many(self, keys: Sequence[str]) -> dict[str, bytes]:
        found = {key: self._read("record", key) for key in keys}
        return {key: data[16:] for key, data in found.items() if data and _check(key, data[16:]) == data[:16]}

    def put_many(self, records: Mapping[str, bytes]) -> None:
        for key, value in records.items():
            self._write("record", key, _check(key, value) + value)

    def read(self, digest: str) -> bytes | None:
        data = self._read("blob", digest)
        return data if data is not None and digest_bytes(data) == digest else None

    def write(self, blobs: Mapping[str, bytes]) -> None:
        for digest, data in blobs.items():
            self._write("blob", digest, data)

    def close(self) -> None:
        pass

    def _read(self, kind: str, key: str) -> bytes | None:
        try:
            with open(f"{self.folder}/{kind}/{key[:2]}/{key[2:]}", "rb", buffering=0) as file:  # noqa: PTH123
                return file.read()
        except OSError:
            return None

    def _write(self, kind: str, key: str, value: bytes) -> None:
        path = f"{self.folder}/{kind}/{key[:2]}/{key[2:]}"
        with open(path + ".new", "wb", buffering=0) as file:  # noqa: PTH123 - without the cost of Path objects
            file.write(value)
        os.replace(path + ".new", path)  # noqa: PTH105


class Sqlite:
    """One database in WAL mode; a commit after every 40 batches and at the end."""

    warning = ""

    def __init__(self, folder: Path, synchronous: str = "OFF") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.database = sqlite3.connect(folder / "store.db", isolation_level=None)
        self.database.execute("PRAGMA page_size = 16384")
        self.database.execute("PRAGMA journal_mode = WAL")
        self.database.execute(f"PRAGMA synchronous = {synchronous}")
        self.database.execute("CREATE TABLE IF NOT EXISTS record(key BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID")
        self.database.execute("CREATE TABLE IF NOT EXISTS blob(id INTEGER PRIMARY KEY, value BLOB)")
        self.database.execute("CREATE TABLE IF NOT EXISTS place(key BLOB PRIMARY KEY, id INTEGER) WITHOUT ROWID")
        self.batches = 0

    def get_many(self, keys: Sequence[str]) -> dict[str, bytes]:
        found = {}
        for start in range(0, len(keys), 5000):
            some = [bytes.fromhex(key) for key in keys[start : start + 5000]]
            marks = ",".join("?" * len(some))
            for name, data in self.database.execute(f"SELECT key, value FROM record WHERE key IN ({marks})", some):
                if _check(name.hex(), data[16:]) == data[:16]:
                    found[name.hex()] = data[16:]
        return found

    def put_many(self, records: Mapping[str, bytes]) -> None:
        self._begin()
        rows = [(bytes.fromhex(key), _check(key, value) + value) for key, value in records.items()]
        self.database.executemany("INSERT OR REPLACE INTO record VALUES (?, ?)", rows)
        self.batches += 1
        if self.batches % 40 == 0:
            self.database.execute("COMMIT")

    def read(self, digest: str) -> bytes | None:
        sql = "SELECT value FROM blob WHERE id = (SELECT id FROM place WHERE key = ?)"
        row = self.database.execute(sql, (bytes.fromhex(digest),)).fetchone()
        return row[0] if row and digest_bytes(row[0]) == digest else None

    def write(self, blobs: Mapping[str, bytes]) -> None:
        self._begin()
        for digest, data in blobs.items():
            place = self.database.execute("INSERT INTO blob(value) VALUES (?)", (data,)).lastrowid
            self.database.execute("INSERT OR REPLACE INTO place VALUES (?, ?)", (bytes.fromhex(digest), place))

    def close(self) -> None:
        if self.database.in_transaction:
            self.database.execute("COMMIT")
        self.database.close()

    def _begin(self) -> None:
        if not self.database.in_transaction:
            self.database.execute("BEGIN IMMEDIATE")


class Packs:
    """The form that Broadsheet uses."""

    def __init__(self, folder: Path) -> None:
        self.cache = DiskCache(folder)
        self.read, self.write, self.close = self.cache.read, self.cache.write, self.cache.close

    def get_many(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        return {key: bytes(record) for key, record in self.cache.get_many(Stage.PAGES, keys).items()}

    def put_many(self, records: Mapping[str, bytes]) -> None:
        self.cache.put_many(Stage.PAGES, records)


FORMS: dict[str, Callable[[Path], Files | Sqlite | Packs]] = {
    "files, 256 folders": Files,
    "SQLite, synchronous OFF": Sqlite,
    "SQLite, synchronous NORMAL": lambda folder: Sqlite(folder, "NORMAL"),
    "pack": Packs,
}


def _check(key: str, value: bytes) -> bytes:
    return blake2b(bytes.fromhex(key) + value, digest_size=16).digest()


def _corpus(count: int) -> tuple[dict[str, bytes], dict[str, bytes]]:
    chance = random.Random(1)
    records = {digest_bytes(b"key %d" % n): chance.randbytes(300) for n in range(count)}
    blobs = {}
    for n in range(count):
        text = " ".join(chance.choices(_WORDS, k=2700)) + str(n)
        blobs[digest_bytes(text.encode())] = text.encode()
    return records, blobs


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def _fill(store: Files | Sqlite | Packs, records: dict[str, bytes], blobs: dict[str, bytes]) -> None:
    keys, digests = list(records), list(blobs)
    for start in range(0, len(keys), _BATCH):
        store.write({d: blobs[d] for d in digests[start : start + _BATCH]})
        store.put_many({k: records[k] for k in keys[start : start + _BATCH]})
    store.close()


def measure(form: str, records: dict[str, bytes], blobs: dict[str, bytes], folder: Path) -> list[str]:
    """One row: milliseconds as medians, disk in MB."""
    figures: dict[str, list[float]] = {"cold": [], "open": [], "null": [], "blobs": []}
    keys = list(records)
    some = random.Random(2).sample(list(blobs), 20)
    for _ in range(_ROUNDS):
        shutil.rmtree(folder, ignore_errors=True)
        figures["cold"].append(_timed(lambda: _fill(FORMS[form](folder), records, blobs)))
        for _ in range(3):
            start = time.perf_counter()
            store = FORMS[form](folder)
            figures["open"].append((time.perf_counter() - start) * 1000)
            figures["null"].append(_timed(partial(store.get_many, keys)))
            figures["blobs"].append(_timed(partial(list, map(store.read, some))))
            assert len(store.get_many(keys)) == len(keys) and all(store.read(d) == blobs[d] for d in some)
            store.close()
    disk = sum(path.stat().st_blocks for path in folder.rglob("*")) * 512 / 1e6
    medians = {name: statistics.median(times) for name, times in figures.items()}
    return [form, *(f"{medians[name]:,.1f}" for name in figures), f"{disk:,.0f}"]


def damage(form: str, folder: Path, trials: int = 60) -> list[str]:
    """One row: what came of flipped and cut files: wrong values, errors, and values kept on average."""
    records, blobs = _corpus(200)
    chance = random.Random(3)
    wrong = errors = kept = 0
    for trial in range(trials):
        shutil.rmtree(folder, ignore_errors=True)
        _fill(FORMS[form](folder), records, blobs)
        paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size > 16)
        path = chance.choices(paths, [p.stat().st_size for p in paths])[0]
        data = bytearray(path.read_bytes())
        if trial % 2:
            del data[chance.randrange(len(data)) :]
        else:
            # Half of the flips near the front, where the files keep what they know about themselves.
            place = chance.randrange(min(len(data), 4096) if trial % 4 else len(data))
            data[place] ^= 1 << chance.randrange(8)
        path.write_bytes(data)
        try:
            store = FORMS[form](folder)
            found = store.get_many(list(records))
            read = {digest: store.read(digest) for digest in blobs}
            store.close()
        except Exception:  # the point is to count them
            errors += 1
            continue
        wrong += any(records[k] != v for k, v in found.items()) + any(
            v not in (None, blobs[d]) for d, v in read.items()
        )
        kept += len(found) + sum(value is not None for value in read.values())
    return [form, str(trials), str(wrong), str(errors), f"{kept / max(trials - errors, 1) / 4:.0f} %"]


def killed(form: str, folder: Path, trials: int = 8) -> list[str]:
    """One row: SIGKILL at a random moment of a cold write; values found afterwards, and whether writing goes on."""
    chance = random.Random(4)
    kept, usable = [], 0
    records, blobs = _corpus(2000)
    for _ in range(trials):
        shutil.rmtree(folder, ignore_errors=True)
        with subprocess.Popen([sys.executable, __file__, "--fill", form, str(folder)], stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            child.stdout.readline()
            time.sleep(chance.uniform(0.01, 0.1))
            child.send_signal(signal.SIGKILL)
        store = FORMS[form](folder)
        found = store.get_many(list(records))
        assert all(records[key] == value for key, value in found.items())
        kept.append(len(found))
        _fill(store, records, blobs)
        usable += len(FORMS[form](folder).get_many(list(records))) == len(records)
    return [form, str(trials), f"{statistics.mean(kept):,.0f}", f"{usable} of {trials}"]


def compression(blobs: dict[str, bytes]) -> str:
    """What compressing blobs would cost and save."""
    some = list(blobs.values())[:1000]
    packed = [zlib.compress(data, 1) for data in some]
    out = _timed(lambda: [zlib.compress(data, 1) for data in some]) / len(some) * 1000
    back = _timed(lambda: [zlib.decompress(data) for data in packed]) / len(some) * 1000
    share = sum(map(len, packed)) / sum(map(len, some))
    return f"zlib level 1: {out:.0f} µs to pack a blob, {back:.0f} µs to unpack it, {share:.0%} of its size"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main(count: int) -> None:
    """Measures all forms in a throw-away folder."""
    records, blobs = _corpus(count)
    size = sum(map(len, blobs.values())) / len(blobs)
    print(f"{count:,} records of 300 bytes and {count:,} blobs of {size:,.0f} bytes; medians in ms\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "store"
        head = ["form", "cold write", "open", f"look up {count:,} keys", "read 20 blobs", "MB on disk"]
        print(table(head, [measure(form, records, blobs, folder) for form in FORMS]), "\n")
        head = ["form", "files damaged", "wrong values", "exceptions", "values kept"]
        print(table(head, [damage(form, folder) for form in FORMS]), "\n")
        head = ["form", "kills", "records kept of 2,000", "next session right"]
        print(table(head, [killed(form, folder) for form in FORMS]), "\n")
    print(compression(blobs))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--fill"]:
        corpus = _corpus(2000)
        opened = FORMS[sys.argv[2]](Path(sys.argv[3]))
        print("ready", flush=True)
        _fill(opened, *corpus)
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
