"""The stages of a build in their order: scan, load, parse, plan, render."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from .config import load_settings
from .content.load import load_site, prose_text
from .content.scan import scan
from .digest import Digester, digest, digest_bytes
from .environment import Closure
from .errors import Problem, Where, has_errors, in_order
from .fingerprint import engine_fingerprint
from .manifest import Entry, Manifest, manifest, media_type
from .markdown.document import Outline
from .markdown.record import decode, parse_batch
from .model import Article, Settings, Site, StaticPage
from .outcome import Made
from .plan import plan_site
from .plan.types import Page, Plan
from .progress import Progress
from .render.job import Batch, Job
from .render.worker import render_batch
from .run import InlineExecutor, Results, Task, Workers, run
from .store import Store
from .templates import Templates, load_templates
from .tree import SourceTree
from .urls import output_path
from .views import SHARED_VIEWS, ArticleView, FeedView, ProseView, TextPageView


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
    seconds: wall time by stage.
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


@dataclass(slots=True)
class Bench:
    """Owns, for one build, the tools it works with and the time each stage took."""

    store: Store
    workers: Workers
    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)

    def timed(self, stage: str, since: float) -> float:
        """Notes how long a stage took; the time at which the next begins."""
        now = perf_counter()
        self.seconds[stage] = round(self.seconds.get(stage, 0.0) + now - since, 4)
        return now


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
    problems = [*found, *template_problems, *settings_problems]
    at = bench.timed("templates", at)
    if settings is None:
        return BuildResult(in_order(problems), seconds=bench.seconds)
    site, site_problems = load_site(tree, settings)
    at = bench.timed("load", at)
    outlines, prose_problems = parse_site(site, tree, bench)
    at = bench.timed("parse", at)
    broken = frozenset(problem.where.path for problem in [*found, *site_problems] if problem.severity == "error")
    plan, plan_problems = plan_site(
        site, outlines, tree, as_of=_in_zone(request.as_of, settings), drafts=request.drafts, broken=broken
    )
    at = bench.timed("plan", at)
    documents = Documents(site, tree, bench.store)
    results, pages, render_problems = render_plan(plan, templates, documents, bench)
    bench.timed("render", at)
    problems += [*site_problems, *prose_problems, *plan_problems, *render_problems]
    return BuildResult(
        problems=in_order(problems),
        manifest=None if has_errors(problems) else _manifest(plan, pages, results),
        read=partial(_read, plan=plan, pages=pages, templates=templates, documents=documents, store=bench.store),
        articles=len(site.articles),
        rendered=tuple(sorted(pages[key].path for key in results.made)),
        reused=results.reused,
        due=plan.due,
        due_title=plan.due_title,
        seconds=bench.seconds,
    )


def parse_site(site: Site, tree: SourceTree, bench: Bench) -> tuple[dict[str, Outline], list[Problem]]:
    """The outline of every file's prose, by the digest of the prose, and what is wrong in it."""
    engine = engine_fingerprint()
    pieces = list(_pieces(site))
    keys = {piece.prose.digest: digest("parse", engine, piece.lang, piece.prose.digest) for piece in pieces}
    tasks = [Task(keys[piece.prose.digest], partial(_prose_job, tree, piece.path, piece.lang)) for piece in pieces]
    results = run(
        tasks, parse_batch, stage="parse", pack=tuple, store=bench.store, workers=bench.workers, progress=bench.progress
    )
    outlines = {prose: decode(results.records[key]) for prose, key in keys.items()}
    problems = [
        Problem(
            Where(piece.path, piece.prose.line + fault.line - 1, fault.column),
            fault.message,
            fault.hint,
            "error" if fault.is_error else "warning",
        )
        for piece in pieces
        for fault in outlines[piece.prose.digest].faults
    ]
    return outlines, problems


def render_plan(
    plan: Plan, templates: Templates, documents: Documents, bench: Bench
) -> tuple[Results, dict[str, Page], list[Problem]]:
    """The record of every page, the pages by key, and what went wrong in templates."""
    keys = page_keys(plan, templates)
    pages = dict(zip(keys, plan.pages, strict=True))
    tasks = [
        Task(key, partial(_page_job, page, documents)) for key, page in pages.items() if _can_render(page, templates)
    ]
    results = run(
        tasks,
        render_batch,
        stage="render",
        pack=partial(_page_batch, plan=plan, templates=templates),
        store=bench.store,
        workers=bench.workers,
        progress=bench.progress,
    )
    return results, pages, [*_missing_templates(plan, templates), *_template_problems(results, pages)]


def page_keys(plan: Plan, templates: Templates) -> list[str]:
    """The key of each page: engine code and library versions, template closure, what all pages show, and its view."""
    engine = engine_fingerprint()
    common = digest(plan.site)
    digester = Digester(SHARED_VIEWS)
    closures = {name: closure.digest for name, closure in templates.closures.items()}
    return [
        digester.digest(
            engine, common, page.path, page.renderer, page.template, closures.get(page.template, ""), page.view
        )
        for page in plan.pages
    ]


@dataclass(frozen=True, slots=True)
class Documents:
    """The html with open slots of every document, by its digest."""

    site: Site
    tree: SourceTree
    store: Store

    def html(self, document: str) -> str:
        """The document's html; parsed again when the store has lost it."""
        blob = self.store.read(document)
        if blob is None:
            for piece in _pieces(self.site):
                (made,) = parse_batch((_prose_job(self.tree, piece.path, piece.lang),))
                self.store.write({digest_bytes(made.blob): made.blob})
                if decode(made.record).document == document:
                    blob = made.blob
                    break
        if blob is None:
            raise LookupError(f"no prose of this newsletter gives the document {document}")
        return blob.decode()


def _in_zone(moment: datetime, settings: Settings) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=settings.zone)


def _pieces(site: Site) -> Iterator[Article | StaticPage]:
    yield from site.articles
    yield from site.pages


def _prose_job(tree: SourceTree, path: str, language: str) -> tuple[str, str]:
    return prose_text(tree.files[path]), language


def _page_job(page: Page, documents: Documents) -> Job:
    needed = dict.fromkeys(prose.document for prose in _proses(page.view))
    return Job(page.renderer, page.template, page.view, tuple((name, documents.html(name)) for name in needed))


def _proses(view: Any) -> tuple[ProseView, ...]:
    if isinstance(view, (ArticleView, TextPageView)):
        return (view.body,)
    if isinstance(view, FeedView):
        return tuple([item.body for item in view.items if item.body])
    return ()


def _page_batch(jobs: tuple[Job, ...], *, plan: Plan, templates: Templates) -> Batch:
    names = sorted({job.template for job in jobs if job.template})
    closures: tuple[tuple[str, Closure], ...] = tuple((name, templates.closure(name)) for name in names)
    return Batch(plan.site, closures, jobs)


def _can_render(page: Page, templates: Templates) -> bool:
    """Whether its template is there and whole; of one that is not, the problem has been told already."""
    return not page.template or (page.template in templates.closures and page.template not in templates.broken)


def _missing_templates(plan: Plan, templates: Templates) -> list[Problem]:
    known = templates.closures.keys() | templates.broken
    names = sorted({page.template for page in plan.pages if page.template and page.template not in known})
    return [
        Problem(Where(f"templates/{name}"), "this template is missing", "every kind of page needs its template")
        for name in names
    ]


def _template_problems(results: Results, pages: Mapping[str, Page]) -> list[Problem]:
    """One problem for each mistake in a template, however many pages it breaks."""
    broken: dict[Problem, list[str]] = {}
    for key, failed in results.failures.items():
        page = pages[key]
        where = Where(f"templates/{failed.template}", failed.line) if failed.template else page.origin
        broken.setdefault(Problem(where, failed.message, failed.hint), []).append(page.path)
    return [
        Problem(problem.where, f"{problem.message} (while rendering {_first_of(paths)})", problem.hint)
        for problem, paths in broken.items()
    ]


def _first_of(paths: list[str]) -> str:
    first = min(paths)
    return first if len(paths) == 1 else f"{first} and {len(paths) - 1} more"


def _manifest(plan: Plan, pages: Mapping[str, Page], results: Results) -> Manifest:
    entries: dict[str, Entry] = {}
    for key, page in pages.items():
        path = output_path(page.path)
        name, size = json.loads(results.records[key])
        entries[path] = Entry(name, size, media_type(path))
    for file in plan.files:
        path = output_path(file.path)
        entries[path] = Entry(file.source.digest, file.source.size, media_type(path))
    return manifest(entries)


def _read(
    path: str,
    entry: Entry,
    *,
    plan: Plan,
    pages: Mapping[str, Page],
    templates: Templates,
    documents: Documents,
    store: Store,
) -> bytes:
    """The bytes of a path: from the store, else the file it is a copy of, else rendered again."""
    data = store.read(entry.digest)
    if data is not None:
        return data
    for file in plan.files:
        if output_path(file.path) == path:
            return file.source.read()
    page = next(page for page in pages.values() if output_path(page.path) == path)
    batch = _page_batch((_page_job(page, documents),), plan=plan, templates=templates)
    (outcome,) = InlineExecutor().submit(render_batch, batch).result()
    if not isinstance(outcome, Made):
        raise LookupError(f"{path} cannot be rendered again: {outcome.message}")
    return outcome.blob
