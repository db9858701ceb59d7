"""The readings of all content files: as the last build had them, else from the store, else newly made."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import accumulate

from ..cache.cached import Task, cached_records
from ..cache.execute import BuildContext
from ..cache.stages import Stage
from ..cache.table import STALE, load_table, save_table
from ..content.model import Settings
from ..content.reading import Reading, prepare, read_content_file, reading_inputs
from ..core.digest import digest
from ..core.engine_fingerprint import engine_fingerprint
from ..core.serialize import decode
from ..source.tree import SourceFile

NOTE = "readings"

Line = tuple[str, str, bytes]  # the digest of a file, the key of its reading, and its record


def read_all(files: Sequence[SourceFile], settings: Settings, context: BuildContext) -> list[tuple[str, Reading]]:
    """For each file the key and the value of its reading."""
    inputs = _inputs(settings)
    noted = load_table(context.cache, NOTE, inputs)
    lines = {file.path: line for file in files if (line := noted.get(file.path)) and line[0] == file.digest}
    others = [file for file in files if file.path not in lines]
    lines |= _lines(others, settings, context)
    if len(others) * STALE > len(files):
        save_table(context.cache, NOTE, lines, inputs)
    context.cache.use([key for _, key, _ in lines.values()])
    return _decoded(files, lines)


def read_some(files: Sequence[SourceFile], settings: Settings, context: BuildContext) -> list[tuple[str, Reading]]:
    """What `read_all` gives, without the note: for a few files."""
    return _decoded(files, _lines(files, settings, context))


def _lines(files: Sequence[SourceFile], settings: Settings, context: BuildContext) -> dict[str, Line]:
    """By path, the readings of these files, from the store or newly made."""
    inputs = _inputs(settings)
    keys = {file.path: digest("reading", inputs, file.path, file.digest) for file in files}
    tasks = [Task(keys[file.path], partial(_arguments, file, settings)) for file in files]
    records = cached_records(Stage.READINGS, tasks, read_content_file, context, prepare)
    return {file.path: (file.digest, keys[file.path], records[keys[file.path]]) for file in files}


def _arguments(file: SourceFile, settings: Settings) -> tuple[SourceFile, Settings]:
    return with_bytes(file), settings


def _decoded(files: Sequence[SourceFile], lines: dict[str, Line]) -> list[tuple[str, Reading]]:
    """The readings of these files, whose lines are given up: both together would take 60 MB.

    The records as one piece of memory are given back to the system as a whole. One by one, they would leave holes.
    """
    keys = [lines[file.path][1] for file in files]
    records = [lines[file.path][2] for file in files]
    lines.clear()
    ends = list(accumulate(map(len, records)))
    whole = memoryview(b"".join(records))
    del records
    return [(key, decode(Reading, whole[start:end])) for key, start, end in zip(keys, [0, *ends], ends, strict=False)]


def _inputs(settings: Settings) -> str:
    return digest(engine_fingerprint(), *reading_inputs(settings))


def with_bytes(file: SourceFile) -> SourceFile:
    """The file with its bytes: workers see no disk."""
    return SourceFile(file.path, file.digest, file.size, file.read())
