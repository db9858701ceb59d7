"""A build as a whole: what it is asked for, what comes of it, and the one that is remembered when nothing changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter

from ..cache.execute import BuildContext
from ..cache.stages import Stage
from ..core.digest import digest, digest_bytes
from ..core.engine_fingerprint import engine_fingerprint
from ..core.errors import Problem
from ..core.manifest import Entry, from_bytes, to_bytes
from ..core.serialize import decode, encode
from ..source.scan import scan
from ..source.stat_cache import load_stat_cache, save_stat_cache
from ..source.tree import SourceTree
from .request import BuildRequest, BuildResult


def build(
    root: Path, request: BuildRequest, context: BuildContext, *, state: Path | None = None, reads_all: bool = False
) -> BuildResult:
    """The newsletter below root as it is on disk now.

    state: the folder of the cache, where the looks of files are kept; reads_all: trust no look and read every file.
    """
    started = perf_counter()
    seen = load_stat_cache(state, is_trusted=not reads_all) if state else None
    tree, problems = scan(root, request.config, seen, processes=context.workers.forks)
    if state and seen:
        save_stat_cache(state, seen)
        seen.files.clear()  # 250 bytes a file, which nobody asks for again
    context.timed("scan", started)
    return build_tree(tree, request, context, problems)


def build_tree(tree: SourceTree, request: BuildRequest, context: BuildContext, found: list[Problem]) -> BuildResult:
    """The newsletter of a source tree, remembered or made; `found` are problems of the scan."""
    started = perf_counter()
    key = digest("build", engine_fingerprint(), tree.digest, request.drafts, request.base_url, request.config, *found)
    remembered = _recall(key, tree, request, context, found)
    context.timed("recall", started)
    if remembered is not None:
        return remembered
    result = _make(tree, request, context, found)
    if result.manifest is not None:
        _remember(key, result, context)
    return result


@dataclass(frozen=True, slots=True)
class _Memory:
    """A BuildResult as a record; manifest: the digest of its bytes."""

    problems: tuple[Problem, ...]
    manifest: str
    pages: int
    articles: int
    due: str
    due_title: str
    since: str
    until: str
    full_text: bool


def _make(tree: SourceTree, request: BuildRequest, context: BuildContext, found: list[Problem]) -> BuildResult:
    from .pipeline import make  # Jinja2, Babel and the rest: 100 ms that an unchanged newsletter does not pay

    return make(tree, request, context, found)


def _recall(
    key: str, tree: SourceTree, request: BuildRequest, context: BuildContext, found: list[Problem]
) -> BuildResult | None:
    """The result of the last build of just this, or None. The moment asked for may be another, within its bounds."""
    record = context.cache.get_many(Stage.SITE, [key]).get(key)
    if record is None or request.as_of.tzinfo is None:
        return None
    memory = decode(_Memory, record)
    data = context.cache.read(memory.manifest)
    if data is None or not _lies_between(memory.since, request.as_of, memory.until):
        return None

    def read(path: str, entry: Entry) -> bytes:
        kept = context.cache.read(entry.digest)
        copied = next((file for file in tree if file.digest == entry.digest), None) if kept is None else None
        if copied is not None:
            return copied.read()
        return _make(tree, request, context, found).read(path, entry) if kept is None else kept

    return BuildResult(
        problems=memory.problems,
        manifest=from_bytes(data),
        read=read,
        articles=memory.articles,
        reused=memory.pages,
        due=memory.due,
        due_title=memory.due_title,
        since=memory.since,
        until=memory.until,
        full_text=memory.full_text,
        seconds=context.seconds,
        tree=tree,
    )


def _remember(key: str, result: BuildResult, context: BuildContext) -> None:
    assert result.manifest is not None
    data = to_bytes(result.manifest)
    memory = _Memory(
        result.problems,
        digest_bytes(data),
        len(result.rendered) + result.reused,
        result.articles,
        result.due,
        result.due_title,
        result.since,
        result.until,
        result.full_text,
    )
    context.cache.write({memory.manifest: data})
    context.cache.put_many(Stage.SITE, {key: encode(memory)})


def _lies_between(since: str, moment: datetime, until: str) -> bool:
    return (not since or datetime.fromisoformat(since) <= moment) and (
        not until or moment < datetime.fromisoformat(until)
    )
