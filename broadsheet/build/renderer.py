"""Renders a plan: every page from the cache or newly made, and the bytes of each output on demand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from struct import Struct
from typing import NamedTuple

from ..cache.cache import Record
from ..cache.cached import Task, run_cached
from ..cache.execute import BATCH, BuildContext, run_batches
from ..cache.stages import Stage
from ..content.newsletter import Newsletter
from ..content.reading import read_content_file
from ..core.digest import Digester, digest, digest_bytes
from ..core.engine_fingerprint import engine_fingerprint
from ..core.errors import Location, Problem
from ..core.manifest import Entry, Manifest, manifest, media_type
from ..core.outcome import Completed, Failed
from ..core.urls import output_path
from ..plan.types import File, LazyView, Page, Plan
from ..render.jinja.environment import Closure
from ..render.jinja.templates import Examined, Templates, examine, load_templates
from ..render.job import Batch, Job
from ..render.worker import PageRecord, page_of, prepare, render_batch
from ..source.tree import SourceTree
from .ledger import article_lines, ledger_bytes


class CachedPage(NamedTuple):
    """A page as it is in the cache."""

    view_key: str
    input_key: str
    is_fresh: bool
    """Whether it was rendered just now."""
    record: bytes
    """Its digest and size, as `page_of` reads them."""

    def to_bytes(self) -> bytes:
        """All of it, in a fifth of the memory."""
        return _KEYS.pack(bytes.fromhex(self.view_key), bytes.fromhex(self.input_key), self.is_fresh) + self.record

    @classmethod
    def from_bytes(cls, data: bytes) -> CachedPage:
        """What `to_bytes` gave."""
        view_key, input_key, is_fresh = _KEYS.unpack_from(data)
        return cls(view_key.hex(), input_key.hex(), is_fresh, data[_KEYS.size :])


_KEYS = Struct("<32s32s?")


@dataclass(frozen=True, slots=True)
class RenderResult:
    """What became of the pages."""

    records: Mapping[str, PageRecord]
    """Digest and size by path of the output."""
    problems: tuple[Problem, ...]
    """Of templates, and of files that are damaged."""
    rendered: tuple[str, ...]
    """Site paths of the pages that were not in the cache."""
    reused: int
    """How many were."""


@dataclass(frozen=True, slots=True)
class ToRender:
    """Some pages on their way to a worker."""

    keys: tuple[tuple[str, str], ...]
    """The view key and the input key of each page."""
    records: Mapping[str, Record]
    """By input key, the records of those that are in the cache."""
    batch: Batch
    """The others, in order."""


@dataclass(frozen=True, slots=True)
class PageRenderer:
    """Owns what is derived from a plan while its pages are rendered, and the bytes of the ledger."""

    plan: Plan
    templates: Templates
    newsletter: Newsletter
    context: BuildContext
    _files: dict[str, File] = field(init=False, default_factory=dict)
    _pages: dict[str, Page] = field(init=False, default_factory=dict)
    _ledger: dict[str, bytes] = field(init=False, default_factory=dict)
    _site_digests: dict[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._files.update((output_path(file.path), file) for file in self.plan.files)
        self._site_digests.update(site_digests(self.plan))

    def render_all(self) -> RenderResult:
        """Every page, from the cache or newly rendered."""
        ready = [page for page in self.plan.pages if self._can_render(page)]
        keys, cached = self._cached(ready)
        missing = [page for key, page in zip(keys, ready, strict=True) if key not in cached]
        made, rendered, failed = self._made(missing)
        records = {output_path(path): record for path, record in made.items()}
        for key, page in zip(keys, ready, strict=True):
            if key in cached:
                records[output_path(page.path)] = cached[key]
        self.context.cache.touch([name for name, _ in records.values()])
        return RenderResult(records, tuple(failed), tuple(sorted(rendered)), len(records) - len(rendered))

    def render_pages(self, pages: Sequence[Page]) -> RenderResult:
        """These pages of the plan, from the cache or newly rendered."""
        made, rendered, failed = self._made([page for page in pages if self._can_render(page)])
        records = {output_path(path): record for path, record in made.items()}
        return RenderResult(records, tuple(failed), tuple(sorted(rendered)), len(made) - len(rendered))

    def _cached(self, pages: Sequence[Page]) -> tuple[list[str], dict[str, PageRecord]]:
        """The view key of each page, and by view key the records of those that can be had without making a view."""
        cache = self.context.cache
        if not cache.has_records(Stage.VIEW_KEYS):  # then all pages are made, and their view keys by the workers
            return [""] * len(pages), {}
        keys = view_keys(self._site_digests, pages, self.templates)
        known = {key: record.hex() for key, record in cache.get_many(Stage.VIEW_KEYS, keys).items()}
        records = cache.get_many(Stage.PAGES, list(known.values()))
        return keys, {key: page_of(records[name]) for key, name in known.items() if name in records}

    def _made(self, pages: Sequence[Page]) -> tuple[dict[str, PageRecord], set[str], list[Problem]]:
        """By site path the record of each page, the paths of those that were rendered for it, and problems.

        A view is made where it is rendered, and forgotten then: ten thousand of them are not held at a time.
        """
        cache = self.context.cache
        cached: dict[str, bytes] = {}  # each a CachedPage: there is one for every page until all are made
        failures: dict[str, Failed] = {}
        batches = run_batches(
            pages,
            pack=self._to_render,
            work=render_missing,
            label=Stage.PAGES.label,
            cost=_cost,
            context=self.context,
            prepare=partial(prepare, {page.renderer for page in pages}, self._closures(pages)),
        )
        for batch in batches:
            failures |= {page.path: outcome for page, outcome in batch if isinstance(outcome, Failed)}
            fresh = {page.path: outcome for page, outcome in batch if isinstance(outcome, bytes)}
            cached |= fresh
            pages_of_batch = map(CachedPage.from_bytes, fresh.values())
            cache.put_many(Stage.PAGES, {page.input_key: page.record for page in pages_of_batch if page.is_fresh})
        # Last, and all at once: a build that is killed before finds its pages by their input keys.
        cache.put_many(Stage.VIEW_KEYS, {data[:32].hex(): data[32:64] for data in cached.values()})
        made: dict[str, PageRecord] = {}
        rendered: set[str] = set()
        for path in list(cached):
            page = CachedPage.from_bytes(cached.pop(path))
            made[path] = page_of(page.record)
            if page.is_fresh:
                rendered.add(path)
        return made, rendered, _template_problems(failures, {page.path: page for page in pages})

    def _to_render(self, pages: Sequence[Page]) -> ToRender:
        """What has to be rendered of these pages, and the records of the others."""
        by_view = view_keys(self._site_digests, pages, self.templates)
        seen = [page._replace(content=page.view) for page in pages]
        keys = input_keys(self._site_digests, seen, self.templates)
        records = self.context.cache.get_many(Stage.PAGES, keys)
        jobs = [self._job(page) for key, page in zip(keys, seen, strict=True) if key not in records]
        return ToRender(tuple(zip(by_view, keys, strict=True)), records, self._batch(tuple(jobs)))

    def manifest(self, pages: RenderResult) -> Manifest:
        """The whole site: the pages as rendered, the files that are copied, and the ledger of both."""
        entries = {path: Entry(name, size, media_type(path)) for path, (name, size) in pages.records.items()}
        for path, file in self._files.items():
            entries[path] = Entry(file.source.digest, file.source.size, media_type(path))
        path, ledger = output_path(self.plan.ledger.path), self.plan.ledger
        articles = ledger.articles()
        lines = article_lines(ledger, articles, self.context.cache)
        data = ledger_bytes(ledger, articles, lines, {path: entry.digest for path, entry in entries.items()})
        entries[path] = Entry(digest_bytes(data), len(data), media_type(path))
        self._ledger[path] = data
        self.context.cache.write({entries[path].digest: data})
        self.context.cache.touch([entries[path].digest])
        return manifest(entries)

    def read(self, path: str, entry: Entry) -> bytes:
        """The bytes of an output: of the file it copies, else from the cache, else rendered again."""
        file = self._files.get(path)
        if file is not None:
            return file.source.read()
        data = self._ledger.get(path) or self.context.cache.read(entry.digest)
        return self.render(path) if data is None else data

    def render(self, path: str) -> bytes:
        """The bytes of a page, rendered here and now.

        Raises KeyError when there is no such page and ValueError when its template fails.
        """
        if not self._pages:  # made when a page is asked for, which is seldom: they take 20 MB of a large site
            self._pages.update((output_path(page.path), page) for page in self.plan.pages)
        (outcome,) = render_batch(self._batch((self._job(self._pages[path]),)))
        if isinstance(outcome, Failed):
            raise ValueError(f"{path} cannot be rendered: {outcome.message}")
        return outcome.blob

    def _job(self, page: Page) -> Job:
        html = tuple((name, self._html(name)) for name in dict.fromkeys(page.documents))
        files = tuple((name, self._source(name)) for name in page.files)
        return Job(page.renderer, page.template, page.view, html, files, page.language)

    def _batch(self, jobs: tuple[Job, ...]) -> Batch:
        return Batch(self.plan.site, self._closures(jobs), jobs, self.plan.sites)

    def _closures(self, jobs: Iterable[Job | Page]) -> tuple[tuple[str, Closure], ...]:
        names = sorted({job.template for job in jobs if job.template})
        return tuple([(name, self.templates.closure(name)) for name in names])

    def _html(self, document: str) -> str:
        """The html with open slots of a document; its file is read again when the cache has lost it."""
        blob = self.context.cache.read(document)
        if blob is None:
            newsletter = self.newsletter
            path = next(path for path, summary in newsletter.prose_summaries.items() if summary.document == document)
            made = read_content_file(newsletter.tree.files[path], newsletter.settings)
            self.context.cache.write({digest_bytes(made.blob): made.blob})
            blob = made.blob
        return blob.decode()

    def _source(self, name: str) -> bytes:
        """The bytes of a source file, by its digest."""
        return next(file for file in self.newsletter.tree if file.digest == name).read()

    def _can_render(self, page: Page) -> bool:
        """Whether its template is whole; of one that is not, the problem has been reported already."""
        return page.template not in self.templates.broken


def read_templates(tree: SourceTree, context: BuildContext) -> tuple[Templates, list[Problem]]:
    """All templates of a tree, each examined and compiled once for its content, and what is wrong with any of them."""

    def examine_all(sources: Mapping[str, str]) -> Mapping[str, Examined]:
        engine = engine_fingerprint()
        tasks = [Task(digest("template", engine, *item), partial(tuple, item), cost=BATCH) for item in sources.items()]
        return dict(zip(sources, run_cached(Stage.TEMPLATES, tasks, examine, Examined, context), strict=True))

    return load_templates(tree, examine_all)


def render_missing(pages: ToRender) -> list[Completed | Failed]:
    """At the worker: each page as a `CachedPage`, with its bytes if it was missing."""
    rendered = iter(render_batch(pages.batch))
    outcomes: list[Completed | Failed] = []
    for view_key, key in pages.keys:
        record = pages.records.get(key)
        outcome = next(rendered) if record is None else Completed(bytes(record), b"")
        if isinstance(outcome, Completed):
            page = CachedPage(view_key, key, record is None, outcome.record)
            outcome = replace(outcome, record=page.to_bytes())
        outcomes.append(outcome)
    return outcomes


def site_digests(plan: Plan) -> dict[str, str]:
    """By language, a digest of what decides every page: the engine, and what all pages show."""
    return {language: digest(engine_fingerprint(), site) for language, site in (("", plan.site), *plan.sites)}


def view_keys(sites: Mapping[str, str], pages: Sequence[Page], templates: Templates) -> list[str]:
    """A key of each page made without its view, where that is lazy: from its function and arguments.

    sites: from `site_digests`.
    """
    return [
        digest(*inputs, page.content.function.__qualname__, page.content.arguments)
        if isinstance(page.content, LazyView)
        else digest(*inputs, page.content)
        for page, inputs in zip(pages, _inputs(sites, pages, templates), strict=True)
    ]


def input_keys(sites: Mapping[str, str], pages: Sequence[Page], templates: Templates) -> list[str]:
    """The key of each page: engine code and library versions, template closure, what all pages show, and its view.

    sites: from `site_digests`.
    """
    digester = Digester()
    for page in pages:
        # The entry of an article is in a dozen lists or feeds, whose views are large and call their entries items.
        digester.learn(getattr(page.content, "items", ()))
    all_inputs = _inputs(sites, pages, templates)
    return [digester.digest(*inputs, page.view) for page, inputs in zip(pages, all_inputs, strict=True)]


def _inputs(sites: Mapping[str, str], pages: Sequence[Page], templates: Templates) -> Iterator[tuple[str, ...]]:
    """What is in both keys of each page."""
    closures = {name: closure.digest for name, closure in templates.closures.items()}
    for page in pages:
        template = closures.get(page.template, "")
        yield sites[page.language], page.path, page.renderer, page.template, template


def _cost(page: Page) -> int:
    """How much of a batch it takes up."""
    return min(page.cost, BATCH)


def _template_problems(failures: Mapping[str, Failed], pages: Mapping[str, Page]) -> list[Problem]:
    """One problem for each mistake in a template, however many pages it breaks, and each use of a damaged file."""
    found: set[Problem] = set()
    broken: dict[Problem, list[str]] = {}
    for key, failed in failures.items():
        page = pages[key]
        if failed.is_in_source:
            message = f"{page.source}: {failed.message}"
            found |= {Problem(place, message, failed.hint) for place in (page.origin, *page.other_origins)}
            continue
        where = Location(f"templates/{failed.template}", failed.line) if failed.template else page.origin
        broken.setdefault(Problem(where, failed.message, failed.hint), []).append(page.path)
    return [*found] + [
        Problem(problem.where, f"{problem.message} (while rendering {_first_of(paths)})", problem.hint)
        for problem, paths in broken.items()
    ]


def _first_of(paths: list[str]) -> str:
    first = min(paths)
    return first if len(paths) == 1 else f"{first} and {len(paths) - 1} more"
