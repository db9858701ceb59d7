"""The stages of a build in their order: read, plan, render."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from time import perf_counter

from .builds import BuildRequest, BuildResult
from .codec import decode
from .config import load_settings, makeshift_settings
from .content.load import ARTICLES, PAGES, assemble, markdown_files, overlooked
from .content.reading import Reading, prepare, read_batch, reading_inputs
from .digest import digest
from .errors import Problem, has_errors, in_order
from .fingerprint import engine_fingerprint
from .markdown.document import Outline
from .model import Article, Settings, Site, StaticPage
from .pictures.facts import BYTES_LIMIT, Facts, is_picture, measure_batch, too_large
from .plan import plan_site
from .press import Press
from .run import BATCH, Bench, Task, run
from .templates import load_templates
from .tree import SourceFile, SourceTree


def make(tree: SourceTree, request: BuildRequest, bench: Bench, found: list[Problem]) -> BuildResult:
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
    facts = measure_pictures(tree, bench)
    at = bench.timed("pictures", at)
    plan, plan_problems = plan_site(
        site,
        outlines,
        tree,
        as_of=in_zone(request.as_of, settings),
        drafts=request.drafts,
        broken=broken,
        facts=facts,
    )
    at = bench.timed("plan", at)
    press = Press(plan, templates, tree, settings, outlines, bench)
    printed = press.print_all()
    bench.store.use([*(name for name, _ in printed.records.values()), *(line.document for line in outlines.values())])
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
        since=plan.since,
        until=plan.until,
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
    results = run(tasks, read_batch, stage="read", pack=lambda held: (settings, held), bench=bench, prepare=prepare)
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


def measure_pictures(tree: SourceTree, bench: Bench) -> dict[str, Facts]:
    """Size, kind and faults of every file that is a picture by its name, by path; looked into once for its content."""
    engine = engine_fingerprint()
    pictures = [file for path, file in tree.files.items() if is_picture(path)]
    facts = {file.path: too_large(file.size) for file in pictures if file.size > BYTES_LIMIT}
    keys = {file.path: digest("measure", engine, file.digest) for file in pictures if file.path not in facts}
    tasks = [Task(keys[file.path], file.read, cost=BATCH) for file in pictures if file.path in keys]
    results = run(tasks, measure_batch, stage="pictures", pack=tuple, bench=bench)
    return facts | {path: decode(Facts, results.records[key]) for path, key in keys.items()}


def _held(file: SourceFile) -> SourceFile:
    """The file with its bytes: workers see no disk."""
    return SourceFile(file.path, file.digest, file.size, file.read())


def in_zone(moment: datetime, settings: Settings) -> datetime:
    """The moment, in the newsletter's zone if it names none."""
    return moment if moment.tzinfo else moment.replace(tzinfo=settings.zone)
