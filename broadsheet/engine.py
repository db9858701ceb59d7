"""The stages of a build in their order: scan, read, plan, render."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from time import perf_counter

from .codec import decode
from .config import load_settings, makeshift_settings
from .content.load import ARTICLES, PAGES, assemble, markdown_files, overlooked
from .content.reading import Reading, read_batch, reading_inputs
from .content.scan import scan
from .digest import digest
from .errors import Problem, has_errors, in_order
from .fingerprint import engine_fingerprint
from .manifest import Entry, Manifest
from .markdown.document import Outline
from .model import Article, Settings, Site, StaticPage
from .plan import plan_site
from .press import Press
from .run import Bench, Task, run
from .templates import load_templates
from .tree import SourceFile, SourceTree


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """What a build is asked for; an as_of without a zone is in the newsletter's, a base_url beats the config's."""

    as_of: datetime
    drafts: bool = False
    base_url: str | None = None
    config: str = "config.yaml"


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What came of a build. manifest is None when there is nothing to publish, because of errors among the problems.

    read gives the bytes of a path of the manifest. rendered: site paths of the pages that were not in the store.
    seconds: wall time by stage. tree: what it was made from.
    """

    problems: tuple[Problem, ...]
    manifest: Manifest | None = None
    read: Callable[[str, Entry], bytes] = field(default=lambda path, entry: b"")
    articles: int = 0
    rendered: tuple[str, ...] = ()
    reused: int = 0
    due: str = ""
    due_title: str = ""
    seconds: Mapping[str, float] = field(default_factory=dict)
    tree: SourceTree | None = None


def build(root: Path, request: BuildRequest, bench: Bench) -> BuildResult:
    """The newsletter below root as it is on disk now."""
    started = perf_counter()
    tree, problems = scan(root, request.config)
    bench.timed("scan", started)
    return build_tree(tree, request, bench, problems)


def build_tree(tree: SourceTree, request: BuildRequest, bench: Bench, found: list[Problem]) -> BuildResult:
    """The newsletter of a source tree; `found` are problems of the scan. Nothing is read from disk but its files."""
    at = perf_counter()
    templates, template_problems = load_templates(tree)
    settings, settings_problems = load_settings(tree, request.config, base_url=request.base_url)
    problems = [*found, *template_problems]
    if request.config not in {problem.where.path for problem in found}:  # else it is no news that there is none
        problems += settings_problems
    at = bench.timed("templates", at)
    site, outlines, content_problems = read_content(tree, settings or makeshift_settings(tree, request.config), bench)
    at = bench.timed("read", at)
    if settings is None:  # what is wrong with the content is told all the same, but there is nothing to plan by
        problems += content_problems
        return BuildResult(in_order(problems), articles=len(site.articles), seconds=bench.seconds)
    broken = unread_files(tree, site) | frozenset(problem.where.path for problem in found)
    plan, plan_problems = plan_site(
        site, outlines, tree, as_of=in_zone(request.as_of, settings), drafts=request.drafts, broken=broken
    )
    at = bench.timed("plan", at)
    press = Press(plan, templates, tree, settings, outlines, bench)
    printed = press.print_all()
    bench.timed("render", at)
    problems += [*content_problems, *plan_problems, *printed.problems]
    return BuildResult(
        problems=in_order(problems),
        manifest=None if has_errors(problems) else press.manifest(printed),
        read=press.read,
        articles=len(site.articles),
        rendered=printed.rendered,
        reused=printed.reused,
        due=plan.due,
        due_title=plan.due_title,
        seconds=bench.seconds,
        tree=tree,
    )


def unread_files(tree: SourceTree, site: Site) -> frozenset[str]:
    """Files that are no part of the site because of what is wrong with them."""
    pieces: list[Article | StaticPage] = [*site.articles, *site.pages]
    files = [*markdown_files(tree, ARTICLES), *markdown_files(tree, PAGES)]
    return frozenset(file.path for file in files) - {piece.path for piece in pieces}


def read_content(tree: SourceTree, settings: Settings, bench: Bench) -> tuple[Site, dict[str, Outline], list[Problem]]:
    """The site, the outline of every file's prose by its path, and what is wrong with the content."""
    inputs = (engine_fingerprint(), *reading_inputs(settings))
    files = [*markdown_files(tree, ARTICLES), *markdown_files(tree, PAGES)]
    keys = [digest("reading", inputs, file.path, file.digest) for file in files]
    tasks = [Task(key, partial(_held, file)) for key, file in zip(keys, files, strict=True)]
    results = run(tasks, read_batch, stage="read", pack=lambda held: (settings, held), bench=bench)
    readings = [decode(Reading, results.records[key]) for key in keys]
    outlines = {file.path: reading.outline for file, reading in zip(files, readings, strict=True) if reading.outline}
    site, problems = assemble(
        tree,
        settings,
        [reading.loaded for reading in readings if reading.loaded],
        [reading.page for reading in readings if reading.page],
        [*overlooked(tree), *(problem for reading in readings for problem in reading.problems)],
    )
    return site, outlines, problems


def _held(file: SourceFile) -> SourceFile:
    """The file with its bytes: workers see no disk."""
    return SourceFile(file.path, file.digest, file.size, file.read())


def in_zone(moment: datetime, settings: Settings) -> datetime:
    """The moment, in the newsletter's zone if it names none."""
    return moment if moment.tzinfo else moment.replace(tzinfo=settings.zone)
