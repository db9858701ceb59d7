"""The stages of a build in their order: read, plan, render."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from time import perf_counter

from ..cache.execute import BATCH, Bench, Task, run
from ..content.load import ARTICLES, PAGES, assemble, markdown_files, overlooked
from ..content.lockfile import PATH as LOCK
from ..content.lockfile import Copies, copies_batch
from ..content.model import Article, Settings, Site, StaticPage
from ..content.policy import policy_problems
from ..content.reading import Reading
from ..content.settings import load_settings, makeshift_settings
from ..core.digest import digest
from ..core.engine_fingerprint import engine_fingerprint
from ..core.errors import Problem, has_errors, in_order
from ..core.serialize import decode, encode
from ..markdown.document import Gist
from ..pictures.facts import BYTES_LIMIT, Facts, is_picture, too_large
from ..pictures.measure import measure_batch
from ..plan import plan_site
from ..render.jinja.templates import Examined, examine_batch, load_templates
from ..source.tree import SourceFile, SourceTree
from .readings import held, read_all
from .renderer import Press
from .request import BuildRequest, BuildResult


def make(tree: SourceTree, request: BuildRequest, bench: Bench, found: list[Problem]) -> BuildResult:
    """The newsletter of a source tree; `found` are problems of the scan. Nothing is read from disk but its files."""
    at = perf_counter()
    templates, template_problems = load_templates(tree, partial(examined, bench))
    settings, settings_problems = load_settings(tree, request.config, base_url=request.base_url)
    problems = [*found, *template_problems]
    if request.config not in {problem.where.path for problem in found}:  # else it is no news that there is none
        problems += settings_problems
    at = bench.timed("templates", at)
    site, gists, origins, content_problems = read_content(
        tree, settings or makeshift_settings(tree, request.config), bench
    )
    at = bench.timed("read", at)
    if settings is None:  # what is wrong with the content is told all the same, but there is nothing to plan by
        problems += content_problems
        return BuildResult(in_order(problems), articles=len(site.articles), seconds=bench.seconds)
    content_problems += policy_problems(site, drafts=request.drafts)
    broken = unread_files(tree, site) | frozenset(problem.where.path for problem in found)
    facts = measure_pictures(tree, bench)
    at = bench.timed("pictures", at)
    plan, plan_problems = plan_site(
        site,
        gists,
        tree,
        as_of=in_zone(request.as_of, settings),
        drafts=request.drafts,
        broken=broken,
        facts=facts,
        origins=origins,
    )
    at = bench.timed("plan", at)
    press = Press(plan, templates, tree, settings, gists, bench)
    printed = press.print_all()
    bench.store.use([gist.document for gist in gists.values()])
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
        full_text=settings.full_text,
        seconds=bench.seconds,
        tree=tree,
    )


def examined(bench: Bench, sources: Mapping[str, str]) -> Mapping[str, Examined]:
    """What templates say by themselves and are compiled to, from the store where it is there."""
    engine = engine_fingerprint()
    keys = {name: digest("template", engine, name, source) for name, source in sources.items()}
    tasks = [Task(keys[name], partial(tuple, (name, source)), cost=BATCH) for name, source in sources.items()]
    results = run(tasks, examine_batch, stage="templates", pack=tuple, bench=bench)
    return {name: decode(Examined, results.records[key]) for name, key in keys.items()}


def unread_files(tree: SourceTree, site: Site) -> frozenset[str]:
    """Files that are no part of the site because of what is wrong with them."""
    pieces: list[Article | StaticPage] = [*site.articles, *site.pages]
    return frozenset(file.path for file in content_files(tree)) - {piece.path for piece in pieces}


def read_content(
    tree: SourceTree, settings: Settings, bench: Bench
) -> tuple[Site, dict[str, Gist], dict[str, str], list[Problem]]:
    """The site, the gist of every file's prose by its path, and what is wrong with the content.

    The third is a digest by the path of each article, of what it and its gist were read from.
    """
    files = content_files(tree)
    found = read_all(files, settings, bench)
    return put_together(tree, settings, {file.path: known for file, known in zip(files, found, strict=True)}, bench)


def content_files(tree: SourceTree) -> list[SourceFile]:
    """The files that are articles and pages."""
    return [*markdown_files(tree, ARTICLES), *markdown_files(tree, PAGES)]


def put_together(
    tree: SourceTree, settings: Settings, found: Mapping[str, tuple[str, Reading]], bench: Bench
) -> tuple[Site, dict[str, Gist], dict[str, str], list[Problem]]:
    """What `read_content` gives, from the key and the reading of each content file, in order."""
    readings = [reading for _, reading in found.values()]
    gists = {path: reading.gist for path, (_, reading) in found.items() if reading.gist}
    site, problems = assemble(
        tree,
        settings,
        [reading.loaded for reading in readings if reading.loaded],
        [reading.page for reading in readings if reading.page],
        [*overlooked(tree), *(problem for reading in readings for problem in reading.problems)],
    )
    known = {id(reading.loaded.article): key for key, reading in found.values() if reading.loaded}
    # An article that another file has had a say in is another object, and known by all that it holds.
    origins = {
        article.path: known.get(id(article)) or digest(encode(article), encode(gists[article.path]))
        for article in site.articles
    }
    copies = read_copies(tree, bench)
    return replace(site, archives=copies.copies), gists, origins, [*problems, *copies.problems]


def read_copies(tree: SourceTree, bench: Bench) -> Copies:
    """The archived copies of sources that are dead; a file of ten thousand addresses is read once for its content."""
    file = tree.get(LOCK)
    if file is None:
        return Copies({}, ())
    key = digest("links", engine_fingerprint(), file.digest)
    results = run([Task(key, partial(held, file))], copies_batch, stage="read", pack=tuple, bench=bench)
    return decode(Copies, results.records[key])


def measure_pictures(tree: SourceTree, bench: Bench) -> dict[str, Facts]:
    """Size, kind and faults of every file that is a picture by its name, by path; looked into once for its content."""
    engine = engine_fingerprint()
    pictures = [file for path, file in tree.files.items() if is_picture(path)]
    facts = {file.path: too_large(file.size) for file in pictures if file.size > BYTES_LIMIT}
    keys = {file.path: digest("measure", engine, file.digest) for file in pictures if file.path not in facts}
    tasks = [Task(keys[file.path], file.read, cost=BATCH) for file in pictures if file.path in keys]
    results = run(tasks, measure_batch, stage="pictures", pack=tuple, bench=bench)
    return facts | {path: decode(Facts, results.records[key]) for path, key in keys.items()}


def in_zone(moment: datetime, settings: Settings) -> datetime:
    """The moment, in the newsletter's zone if it names none."""
    return moment if moment.tzinfo else moment.replace(tzinfo=settings.zone)
