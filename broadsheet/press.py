"""The press: every page of a plan rendered or found in the store, and the bytes of each output on demand."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from .content.reading import read_batch
from .digest import Digester, digest, digest_bytes
from .environment import Closure
from .errors import Problem, Where
from .fingerprint import engine_fingerprint
from .manifest import Entry, Manifest, manifest, media_type
from .markdown.document import Outline
from .model import Settings
from .outcome import Failed
from .plan.types import File, Page, Plan
from .render.job import Batch, Job
from .render.worker import prepare, render_batch
from .run import BATCH, Bench, Task, run
from .templates import Templates
from .tree import SourceTree
from .urls import output_path
from .views import ArticleView, FeedView, IconView, ImageView, ListView, ProseView, TextPageView


@dataclass(frozen=True, slots=True)
class Printed:
    """What became of the pages: records (digest and size) by path of the output, problems of templates.

    rendered: site paths of the pages that were not in the store; reused: how many were.
    """

    records: Mapping[str, tuple[str, int]]
    problems: tuple[Problem, ...]
    rendered: tuple[str, ...]
    reused: int


@dataclass(frozen=True, slots=True)
class Press:
    """Owns nothing that changes but what the store of its bench keeps; outlines by path of the content file."""

    plan: Plan
    templates: Templates
    tree: SourceTree
    settings: Settings
    outlines: Mapping[str, Outline]
    bench: Bench
    _files: dict[str, File] = field(init=False, default_factory=dict)
    _pages: dict[str, Page] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._files.update((output_path(file.path), file) for file in self.plan.files)
        self._pages.update((output_path(page.path), page) for page in self.plan.pages)

    def print_all(self) -> Printed:
        """Every page, from the store or newly rendered."""
        ready = [page for page in self.plan.pages if self._can_render(page)]
        keys = page_keys(self.plan, ready, self.templates)
        tasks = [Task(key, partial(self._job, page), _cost(page)) for key, page in zip(keys, ready, strict=True)]
        results = run(
            tasks,
            render_batch,
            stage="render",
            pack=self._batch,
            bench=self.bench,
            prepare=partial(prepare, {page.renderer for page in ready}, self._closures(ready)),
        )
        pages = dict(zip(keys, ready, strict=True))
        records = {
            output_path(page.path): tuple(json.loads(results.records[key]))
            for key, page in pages.items()
            if key in results.records
        }
        problems = [*self._missing_templates(), *_template_problems(results.failures, pages)]
        rendered = tuple(sorted(pages[key].path for key in results.made))
        return Printed(records, tuple(problems), rendered, results.reused)

    def manifest(self, printed: Printed) -> Manifest:
        """The whole site: the pages as printed, and the files that are copied."""
        entries = {path: Entry(name, size, media_type(path)) for path, (name, size) in printed.records.items()}
        for path, file in self._files.items():
            entries[path] = Entry(file.source.digest, file.source.size, media_type(path))
        return manifest(entries)

    def read(self, path: str, entry: Entry) -> bytes:
        """The bytes of an output: of the file it copies, else from the store, else rendered again."""
        file = self._files.get(path)
        if file is not None:
            return file.source.read()
        data = self.bench.store.read(entry.digest)
        return self.render(path) if data is None else data

    def render(self, path: str) -> bytes:
        """The bytes of a page, rendered here and now.

        Raises KeyError when there is no such page and ValueError when its template fails.
        """
        (outcome,) = render_batch(self._batch((self._job(self._pages[path]),)))
        if isinstance(outcome, Failed):
            raise ValueError(f"{path} cannot be rendered: {outcome.message}")
        return outcome.blob

    def _job(self, page: Page) -> Job:
        needed = dict.fromkeys(prose.document for prose in _proses(page.view))
        html = tuple((name, self._html(name)) for name in needed)
        files = tuple((name, self._source(name)) for name in _sources(page.view))
        return Job(page.renderer, page.template, page.view, html, files, page.language)

    def _batch(self, jobs: tuple[Job, ...]) -> Batch:
        return Batch(self.plan.site, self._closures(jobs), jobs, self.plan.sites)

    def _closures(self, jobs: Iterable[Job | Page]) -> tuple[tuple[str, Closure], ...]:
        names = sorted({job.template for job in jobs if job.template})
        return tuple([(name, self.templates.closure(name)) for name in names])

    def _html(self, document: str) -> str:
        """The html with open slots of a document; its file is read again when the store has lost it."""
        blob = self.bench.store.read(document)
        if blob is None:
            path = next(path for path, outline in self.outlines.items() if outline.document == document)
            (made,) = read_batch((self.settings, (self.tree.files[path],)))
            self.bench.store.write({digest_bytes(made.blob): made.blob})
            blob = made.blob
        return blob.decode()

    def _source(self, name: str) -> bytes:
        """The bytes of a source file, by its digest."""
        return next(file for file in self.tree if file.digest == name).read()

    def _can_render(self, page: Page) -> bool:
        """Whether its template is there and whole; of one that is not whole, the problem has been told already."""
        name, templates = page.template, self.templates
        return not name or (name in templates.closures and name not in templates.broken)

    def _missing_templates(self) -> list[Problem]:
        known = self.templates.closures.keys() | self.templates.broken
        names = sorted({page.template for page in self.plan.pages if page.template and page.template not in known})
        hint = "every kind of page needs its template"
        return [Problem(Where(f"templates/{name}"), "this template is missing", hint) for name in names]


def page_keys(plan: Plan, pages: Sequence[Page], templates: Templates) -> list[str]:
    """The key of each page: engine code and library versions, template closure, what all pages show, and its view."""
    sites = (("", plan.site), *plan.sites)
    common = {language: digest(engine_fingerprint(), site) for language, site in sites}
    closures = {name: closure.digest for name, closure in templates.closures.items()}
    digester = Digester()
    for page in pages:
        if isinstance(page.view, (ListView, FeedView)):
            digester.learn(page.view.items)  # an article's line stands in a dozen lists, its entry in as many feeds
    return [
        digester.digest(
            common[page.language],
            page.path,
            page.renderer,
            page.template,
            closures.get(page.template, ""),
            page.view,
        )
        for page in pages
    ]


def _proses(view: Any) -> tuple[ProseView, ...]:
    if isinstance(view, (ArticleView, TextPageView)):
        return (view.body,)
    if isinstance(view, FeedView):
        return tuple([item.body for item in view.items if item.body])
    return ()


def _sources(view: Any) -> tuple[str, ...]:
    """The digests of the source files that a view is made from."""
    if isinstance(view, ImageView):
        return (view.source,)
    if isinstance(view, IconView) and view.logo:
        return (view.logo,)
    return ()


def _cost(page: Page) -> int:
    return BATCH if _sources(page.view) else 1


def _template_problems(failures: Mapping[str, Failed], pages: Mapping[str, Page]) -> list[Problem]:
    """One problem for each mistake in a template, however many pages it breaks."""
    broken: dict[Problem, list[str]] = {}
    for key, failed in failures.items():
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
