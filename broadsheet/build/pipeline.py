"""The stages of a build in their order: read, plan, render."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from time import perf_counter

from ..cache.cached import Task, run_cached
from ..cache.execute import BATCH, BuildContext
from ..cache.stages import Stage
from ..content.load import ARTICLES, PAGES, assemble, markdown_files, overlooked
from ..content.lockfile import PATH as LOCK
from ..content.lockfile import Copies, copies_of
from ..content.model import Article, Settings, Site, StaticPage
from ..content.policy import policy_problems
from ..content.reading import Reading
from ..content.settings import load_settings, makeshift_settings
from ..core.digest import digest
from ..core.engine_fingerprint import engine_fingerprint
from ..core.errors import Problem, has_errors, in_order
from ..core.serialize import encode
from ..markdown.document import ProseSummary
from ..pictures.facts import BYTES_LIMIT, PictureMetadata, is_picture, too_large
from ..pictures.measure import measure
from ..plan import plan_site
from ..render.jinja.templates import Examined, examine, load_templates
from ..source.tree import SourceFile, SourceTree
from .readings import read_all, with_bytes
from .renderer import PageRenderer
from .request import BuildRequest, BuildResult


def make(tree: SourceTree, request: BuildRequest, context: BuildContext, found: list[Problem]) -> BuildResult:
    """The newsletter of a source tree; `found` are problems of the scan. Nothing is read from disk but its files."""
    at = perf_counter()
    templates, template_problems = load_templates(tree, partial(examined, context))
    settings, settings_problems = load_settings(tree, request.config, base_url=request.base_url)
    problems = [*found, *template_problems]
    if request.config not in {problem.where.path for problem in found}:  # else it is no news that there is none
        problems += settings_problems
    at = context.timed("templates", at)
    site, prose_summaries, source_digests, content_problems = read_content(
        tree, settings or makeshift_settings(tree, request.config), context
    )
    at = context.timed("read", at)
    if settings is None:  # what is wrong with the content is told all the same, but there is nothing to plan by
        problems += content_problems
        return BuildResult(in_order(problems), articles=len(site.articles), seconds=context.seconds)
    content_problems += policy_problems(site, drafts=request.drafts)
    broken = unread_files(tree, site) | frozenset(problem.where.path for problem in found)
    facts = measure_pictures(tree, context)
    at = context.timed("pictures", at)
    plan, plan_problems = plan_site(
        site,
        prose_summaries,
        tree,
        as_of=in_zone(request.as_of, settings),
        drafts=request.drafts,
        broken=broken,
        facts=facts,
        source_digests=source_digests,
    )
    at = context.timed("plan", at)
    press = PageRenderer(plan, templates, tree, settings, prose_summaries, context)
    printed = press.render_all()
    context.cache.use([prose_summary.document for prose_summary in prose_summaries.values()])
    context.timed("render", at)
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
        seconds=context.seconds,
        tree=tree,
    )


def examined(context: BuildContext, sources: Mapping[str, str]) -> Mapping[str, Examined]:
    """What templates say by themselves and are compiled to, from the store where it is there."""
    engine = engine_fingerprint()
    tasks = [Task(digest("template", engine, *item), partial(tuple, item), cost=BATCH) for item in sources.items()]
    return dict(zip(sources, run_cached(Stage.TEMPLATES, tasks, examine, Examined, context), strict=True))


def unread_files(tree: SourceTree, site: Site) -> frozenset[str]:
    """Files whose addresses are unknown because of errors in them."""
    pieces: list[Article | StaticPage] = [*site.articles, *site.pages]
    known = {piece.path for piece in pieces if piece.has_known_address(site.settings.permalinks)}
    return frozenset(file.path for file in content_files(tree)) - known


def read_content(
    tree: SourceTree, settings: Settings, context: BuildContext
) -> tuple[Site, dict[str, ProseSummary], dict[str, str], list[Problem]]:
    """The site, the gist of every file's prose by its path, and what is wrong with the content.

    The third is a digest by the path of each article, of what it and its gist were read from.
    """
    files = content_files(tree)
    found = read_all(files, settings, context)
    return put_together(tree, settings, {file.path: known for file, known in zip(files, found, strict=True)}, context)


def content_files(tree: SourceTree) -> list[SourceFile]:
    """The files that are articles and pages."""
    return [*markdown_files(tree, ARTICLES), *markdown_files(tree, PAGES)]


def put_together(
    tree: SourceTree, settings: Settings, found: Mapping[str, tuple[str, Reading]], context: BuildContext
) -> tuple[Site, dict[str, ProseSummary], dict[str, str], list[Problem]]:
    """What `read_content` gives, from the key and the reading of each content file, in order."""
    readings = [reading for _, reading in found.values()]
    prose_summaries = {path: reading.prose_summary for path, (_, reading) in found.items() if reading.prose_summary}
    site, problems = assemble(
        tree,
        settings,
        [reading.parsed for reading in readings if reading.parsed],
        [reading.page for reading in readings if reading.page],
        [*overlooked(tree), *(problem for reading in readings for problem in reading.problems)],
    )
    known = {id(reading.parsed.article): key for key, reading in found.values() if reading.parsed}
    # An article that another file has had a say in is another object, and known by all that it holds.
    source_digests = {
        article.path: known.get(id(article)) or digest(encode(article), encode(prose_summaries[article.path]))
        for article in site.articles
    }
    copies = read_copies(tree, context)
    return replace(site, archives=copies.copies), prose_summaries, source_digests, [*problems, *copies.problems]


def read_copies(tree: SourceTree, context: BuildContext) -> Copies:
    """The archived copies of sources that are dead; a file of ten thousand addresses is read once for its content."""
    file = tree.get(LOCK)
    if file is None:
        return Copies({}, ())
    task = Task(digest("links", engine_fingerprint(), file.digest), lambda: (with_bytes(file),))
    (copies,) = run_cached(Stage.LINKS, [task], copies_of, Copies, context)
    return copies


def measure_pictures(tree: SourceTree, context: BuildContext) -> dict[str, PictureMetadata]:
    """Size, kind and faults of every file that is a picture by its name, by path; looked into once for its content."""
    engine = engine_fingerprint()
    pictures = [file for path, file in tree.files.items() if is_picture(path)]
    facts = {file.path: too_large(file.size) for file in pictures if file.size > BYTES_LIMIT}
    others = [file for file in pictures if file.path not in facts]
    tasks = [Task(digest("measure", engine, file.digest), partial(_content, file), cost=BATCH) for file in others]
    found = run_cached(Stage.PICTURES, tasks, measure, PictureMetadata, context)
    return facts | {file.path: metadata for file, metadata in zip(others, found, strict=True)}


def _content(file: SourceFile) -> tuple[bytes]:
    return (file.read(),)


def in_zone(moment: datetime, settings: Settings) -> datetime:
    """The moment, in the newsletter's zone if it names none."""
    return moment if moment.tzinfo else moment.replace(tzinfo=settings.zone)
