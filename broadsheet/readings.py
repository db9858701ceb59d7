"""The readings of all content files: as the last build had them, else from the store, else newly made."""

from __future__ import annotations

import marshal
from collections.abc import Mapping, Sequence
from functools import partial

from .codec import decode
from .content.reading import Reading, prepare, read_batch, reading_inputs
from .digest import digest
from .fingerprint import engine_fingerprint
from .model import Settings
from .run import Bench, Task, run
from .store import Store
from .tree import SourceFile

NOTE = "readings"
# The note is written anew when more than one in so many files is not as it says: fetching some by their keys is cheap.
STALE = 50

Line = tuple[str, str, bytes]  # the digest of a file, the key of its reading, and its record


def read_all(files: Sequence[SourceFile], settings: Settings, bench: Bench) -> list[tuple[str, Reading]]:
    """For each file the key and the value of its reading."""
    inputs = _inputs(settings)
    noted = _noted(bench.store, inputs)
    lines = {file.path: line for file in files if (line := noted.get(file.path)) and line[0] == file.digest}
    others = [file for file in files if file.path not in lines]
    lines |= _lines(others, settings, bench)
    if len(others) * STALE > len(files):
        bench.store.note(NOTE, marshal.dumps((inputs, lines)))
    bench.store.use([key for _, key, _ in lines.values()])
    return _decoded(files, lines)


def read_files(files: Sequence[SourceFile], settings: Settings, bench: Bench) -> list[tuple[str, Reading]]:
    """What `read_all` gives, without the note: for a few files."""
    return _decoded(files, _lines(files, settings, bench))


def _lines(files: Sequence[SourceFile], settings: Settings, bench: Bench) -> dict[str, Line]:
    """By path, the readings of these files, from the store or newly made."""
    inputs = _inputs(settings)
    keys = {file.path: digest("reading", inputs, file.path, file.digest) for file in files}
    tasks = [Task(keys[file.path], partial(held, file)) for file in files]
    results = run(tasks, read_batch, stage="read", pack=lambda held: (settings, held), bench=bench, prepare=prepare)
    return {file.path: (file.digest, keys[file.path], results.records[keys[file.path]]) for file in files}


def _decoded(files: Sequence[SourceFile], lines: dict[str, Line]) -> list[tuple[str, Reading]]:
    """The readings of these files, whose lines are given up one by one: both together would take 60 MB."""
    found = []
    for file in files:
        _, key, record = lines.pop(file.path)
        found.append((key, decode(Reading, record)))
    return found


def _inputs(settings: Settings) -> str:
    return digest(engine_fingerprint(), *reading_inputs(settings))


def _noted(store: Store, inputs: str) -> Mapping[str, Line]:
    """What the last builds noted, by path; nothing when other inputs than these gave it."""
    data = store.noted(NOTE)
    try:
        known, lines = marshal.loads(data) if data else ("", {})
    except (ValueError, TypeError, EOFError):  # another version of Python may have written it
        return {}
    return lines if known == inputs else {}


def held(file: SourceFile) -> SourceFile:
    """The file with its bytes: workers see no disk."""
    return SourceFile(file.path, file.digest, file.size, file.read())
