"""Verifying: everything is read and rendered again without the cache, and must come out as the cache has it.

Prose must also come out as markdown-it alone has it, without our own way for simple blocks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..build.ledger import PATH as LEDGER
from ..build.pipeline import build_site, make_site
from ..build.remembered import BuildRequest, BuildResult
from ..cache.cache import Cache, MemoryCache, Record
from ..cache.execute import BuildContext, WorkerPool
from ..cache.stages import Stage
from ..content.front_matter import read_parts
from ..content.load import ARTICLES, PAGES, markdown_files
from ..content.lockfile import PATH as LOCK
from ..content.settings import load_settings
from ..core.digest import digest_bytes
from ..core.errors import Location, Problem, in_order
from ..markdown.parse import parse_markdown, parse_without_fast_path
from ..publish import published
from ..render.jinja.templates import SUFFIXES
from ..source.scan import scan
from ..source.tree import SourceFile, SourceTree
from .sandbox import IoDenied, no_io

_SHORTCUTS = (Stage.VIEW_KEYS, Stage.LEDGER_LINES)
_OURS = "this is a bug in Broadsheet: please report it. Until it is fixed, run broadsheet cache --clear before building"


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of it. files: how many were compared; unpublished: how many of them the published site has not yet."""

    problems: tuple[Problem, ...]
    files: int = 0
    unpublished: int = 0


def verify(root: Path, request: BuildRequest, context: BuildContext, output: Path) -> Verification:
    """Compares what the store gives with what is rendered anew, and the published files with both."""
    held = _held(scan(root, request.config), request.config)
    kept, recalled = make_site(held, request, context), build_site(held, request, context)
    keyed = make_site(held, request, replace(context, cache=_WithoutShortcuts(context.cache)))
    if kept.manifest is None:
        return Verification(kept.problems)
    clean, reached = _built_under_seal(held, request, context)
    problems = [
        Problem(Location(request.config), f"while rendering, something reached for {what}", _OURS) for what in reached
    ]
    if clean.manifest is None:
        return Verification(in_order([*clean.problems, *problems]))
    wrong = [problem for result in (kept, keyed, recalled) for problem in _different(result, clean)]
    problems += [*dict.fromkeys(wrong), *_misread(held, request.config)]
    on_disk = published(output)
    # With full text, the published ledger lists the indexes too, which are made outside of the build.
    entries = {path: e for path, e in clean.manifest.entries.items() if not (path == LEDGER and clean.full_text)}
    current = [path for path, entry in entries.items() if on_disk.get(path) == entry.digest]
    problems += [
        Problem(Location(f"{output}/{path}"), "this file is no longer what was published", "delete it, and build again")
        for path in current
        if not _has_digest(output / path, on_disk[path])
    ]
    files = len(entries)
    return Verification(in_order(problems), files, files - len(current))


class _WithoutShortcuts:
    """A cache that hides its view keys and ledger lines, so that every page is asked for by its own input key."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    def has_records(self, stage: Stage) -> bool:
        return stage not in _SHORTCUTS and self._cache.has_records(stage)

    def get_many(self, stage: Stage, keys: Sequence[str]) -> dict[str, Record]:
        return {} if stage in _SHORTCUTS else self._cache.get_many(stage, keys)

    def put_many(self, stage: Stage, records: Mapping[str, bytes]) -> None:
        """Keeps records, but leaves the shortcuts as they are."""
        if stage not in _SHORTCUTS:
            self._cache.put_many(stage, records)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cache, name)


def _built_under_seal(tree: SourceTree, request: BuildRequest, context: BuildContext) -> tuple[BuildResult, list[str]]:
    """The result of a build that has no cache, no disk and no network, and what reached for these all the same."""
    # Pictures stay on disk, as they may be many: reading one holds it against its digest.
    with no_io(frozenset(file.content for file in tree if isinstance(file.content, str))) as reached:
        try:
            result = make_site(tree, request, BuildContext(MemoryCache(), WorkerPool(1), context.progress))
        except IoDenied as error:
            result = BuildResult(
                (Problem(Location(request.config), f"the build cannot be verified: {error}", _OURS),), tree
            )
    return result, reached


def _held(tree: SourceTree, config: str) -> SourceTree:
    """The tree with the bytes of its texts."""
    files = {file.path: _with_bytes(file) if _is_text(file.path, config) else file for file in tree}
    return replace(tree, files=files)


def _with_bytes(file: SourceFile) -> SourceFile:
    return SourceFile(file.path, file.digest, file.size, file.read())


def _is_text(path: str, config: str) -> bool:
    return path in (config, LOCK) or path.endswith((".md", ".yaml", *SUFFIXES))


def _different(kept: BuildResult, clean: BuildResult) -> Iterator[Problem]:
    """A problem for each path at which the two builds differ."""
    before, after = ({} if result.manifest is None else result.manifest.entries for result in (kept, clean))
    for path in sorted(before.keys() | after.keys()):
        if path not in after:
            yield Problem(Location(path), "the cache gives a page that does not exist", _OURS)
        elif path not in before:
            yield Problem(Location(path), "the cache leaves this page out", _OURS)
        elif before[path] != after[path] or kept.read(path, before[path]) != clean.read(path, after[path]):
            yield Problem(Location(path), "the cache gives other bytes for this page than rendering it again", _OURS)
    if kept.problems != clean.problems:
        for problem in in_order(set(kept.problems) ^ set(clean.problems)):
            seen = "only without the cache" if problem in clean.problems else "only with the cache"
            yield Problem(problem.where, f"{seen}: {problem.message}", _OURS)


def _misread(tree: SourceTree, config: str) -> Iterator[Problem]:
    """A problem for each file whose prose markdown-it reads otherwise; in the newsletter's language, or in English."""
    settings, _ = load_settings(tree, config)
    for folder in (ARTICLES, PAGES):
        for file in markdown_files(tree, folder):
            parts, _ = read_parts(file)
            language = settings.language if settings else "en"
            if parts and parse_markdown(parts.body, language) != parse_without_fast_path(parts.body, language):
                yield Problem(Location(file.path), "markdown-it reads this text otherwise than we do", _OURS)


def _has_digest(file: Path, digest: str) -> bool:
    try:
        return digest_bytes(file.read_bytes()) == digest
    except OSError:
        return False
