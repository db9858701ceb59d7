"""The readings of all content files: as the last build had them, else from the store, else newly made."""

from __future__ import annotations

import marshal
from collections.abc import Mapping, Sequence
from functools import partial

from .codec import decode
from .content.reading import Reading, read_batch, reading_inputs
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
    inputs = digest(engine_fingerprint(), *reading_inputs(settings))
    noted = _noted(bench.store, inputs)
    lines = {file.path: line for file in files if (line := noted.get(file.path)) and line[0] == file.digest}
    others = [file for file in files if file.path not in lines]
    keys = {file.path: digest("reading", inputs, file.path, file.digest) for file in others}
    tasks = [Task(keys[file.path], partial(_held, file)) for file in others]
    results = run(tasks, read_batch, stage="read", pack=lambda held: (settings, held), bench=bench)
    lines |= {file.path: (file.digest, key, results.records[key]) for file in others for key in (keys[file.path],)}
    if len(others) * STALE > len(files):
        bench.store.note(NOTE, marshal.dumps((inputs, lines)))
    bench.store.use([key for _, key, _ in lines.values()])
    return [(key, decode(Reading, record)) for _, key, record in (lines[file.path] for file in files)]


def _noted(store: Store, inputs: str) -> Mapping[str, Line]:
    """What the last builds noted, by path; nothing when other inputs than these gave it."""
    data = store.noted(NOTE)
    try:
        known, lines = marshal.loads(data) if data else ("", {})
    except (ValueError, TypeError, EOFError):  # another version of Python may have written it
        return {}
    return lines if known == inputs else {}


def _held(file: SourceFile) -> SourceFile:
    """The file with its bytes: workers see no disk."""
    return SourceFile(file.path, file.digest, file.size, file.read())
