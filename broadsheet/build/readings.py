"""The readings of content files: from the cache, or newly made."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import accumulate

from ..cache.cache import Record
from ..cache.cached import Task, cached_records
from ..cache.execute import BuildContext
from ..cache.stages import Stage
from ..content.model import Settings
from ..content.reading import Reading, prepare, read_content_file, reading_inputs
from ..core.digest import digest, digests_with
from ..core.engine_fingerprint import engine_fingerprint
from ..core.serialize import decode
from ..source.tree import SourceFile


def read_content_files(
    files: Sequence[SourceFile], settings: Settings, context: BuildContext
) -> list[tuple[str, Reading]]:
    """For each file the key of its reading, and the reading."""
    # A path may be anything, so the digest comes first: it always has the same length.
    keys = digests_with(_inputs(settings), [file.digest + file.path for file in files])
    tasks = [Task(key, partial(_arguments, file, settings)) for key, file in zip(keys, files, strict=True)]
    records = dict(cached_records(Stage.READINGS, tasks, read_content_file, context, prepare))
    return _decoded(keys, records)


def _arguments(file: SourceFile, settings: Settings) -> tuple[SourceFile, Settings]:
    return with_bytes(file), settings


def _decoded(keys: Sequence[str], records: dict[str, Record]) -> list[tuple[str, Reading]]:
    """The readings, whose records are given up: both together would take 60 MB.

    The records as one piece of memory are given back to the system as a whole. One by one, they would leave holes.
    """
    ends = list(accumulate([len(records[key]) for key in keys]))
    whole = memoryview(b"".join([records[key] for key in keys]))
    records.clear()
    return [(key, decode(Reading, whole[start:end])) for key, start, end in zip(keys, [0, *ends], ends, strict=False)]


def _inputs(settings: Settings) -> str:
    return digest(engine_fingerprint(), *reading_inputs(settings))


def with_bytes(file: SourceFile) -> SourceFile:
    """The file with its bytes: workers see no disk."""
    return SourceFile(file.path, file.digest, file.size, file.read())
