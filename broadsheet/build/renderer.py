"""The press: every page of a plan rendered or found in the store, and the bytes of each output on demand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from struct import Struct

from ..cache.cache import Record
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
from ..render.jinja.templates import Templates
from ..render.job import Batch, Job
from ..render.worker import PageRecord, page_of, prepare, render_batch
from .ledger import article_lines, ledger_bytes

_ANSWER = Struct("<32s32s?")


@dataclass(frozen=True, slots=True)
class RenderResult:
    """What became of the pages: records (digest and size) by path of the output, problems of templates.

    rendered: site paths of the pages that were not in the store; reused: how many were.
    """

    records: Mapping[str, tuple[str, int]]
    problems: tuple[Problem, ...]
    rendered: tuple[str, ...]
    reused: int


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
    """Owns, beside what the store of its bench keeps, the bytes of the ledger; gists by path of the content file."""

    plan: Plan
    templates: Templates
    newsletter: Newsletter
    context: BuildContext
    _files: dict[str, File] = field(init=False, default_factory=dict)
    _pages: dict[str, Page] = field(init=False, default_factory=dict)
    _ledger: dict[str, bytes] = field(init=False, default_factory=dict)
    _common: dict[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._files.update((output_path(file.path), file) for file in self.plan.files)
        self._common.update(common(self.plan))

    def render_all(self) -> RenderResult:
        """Every page, from the cache or newly rendered."""
        ready = [page for page in self.plan.pages if self._can_render(page)]
        view_keys, cached = self._cached(ready)
        missing = [page for key, page in zip(view_keys, ready, strict=True) if key not in cached]
        made, rendered, failed = self._made(missing)
        records = {output_path(path): record for path, record in made.items()}
        for key, page in zip(view_keys, ready, strict=True):
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
        view_keys = part_keys(self._common, pages, self.templates)
        input_keys = {key: record.hex() for key, record in cache.get_many(Stage.VIEW_KEYS, view_keys).items()}
        records = cache.get_many(Stage.PAGES, list(input_keys.values()))
        return view_keys, {key: page_of(records[name]) for key, name in input_keys.items() if name in records}

    def _made(self, pages: Sequence[Page]) -> tuple[dict[str, PageRecord], set[str], list[Problem]]:
        """By site path the record of each page, the paths of those that were rendered for it, and problems.

        A view is made where it is rendered, and forgotten then: ten thousand of them are not held at a time.
        """
        cache = self.context.cache
        answers: dict[str, bytes] = {}  # a fifth of the memory of what is in them, while there are children
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
            failures |= {page.path: answer for page, answer in batch if isinstance(answer, Failed)}
            whole = {page.path: answer for page, answer in batch if isinstance(answer, bytes)}
            answers |= whole
            told = map(_told, whole.values())
            cache.put_many(Stage.PAGES, {key: record for _, key, is_fresh, record in told if is_fresh})
        # Last, and all at once: a build that is killed before finds its pages by their input keys.
        cache.put_many(Stage.VIEW_KEYS, {answer[:32].hex(): answer[32:64] for answer in answers.values()})
        made: dict[str, PageRecord] = {}
        rendered: set[str] = set()
        for path in list(answers):
            _, _, is_fresh, record = _told(answers.pop(path))
            made[path] = page_of(record)
            if is_fresh:
                rendered.add(path)
        return made, rendered, _template_problems(failures, {page.path: page for page in pages})

    def _to_render(self, pages: Sequence[Page]) -> ToRender:
        """What has to be rendered of these pages, and the records of the others."""
        view_keys = part_keys(self._common, pages, self.templates)
        seen = [page._replace(content=page.view) for page in pages]
        keys = page_keys(self._common, seen, self.templates)
        records = self.context.cache.get_many(Stage.PAGES, keys)
        jobs = [self._job(page) for key, page in zip(keys, seen, strict=True) if key not in records]
        return ToRender(tuple(zip(view_keys, keys, strict=True)), records, self._batch(tuple(jobs)))

    def manifest(self, printed: RenderResult) -> Manifest:
        """The whole site: the pages as printed, the files that are copied, and the ledger of both."""
        entries = {path: Entry(name, size, media_type(path)) for path, (name, size) in printed.records.items()}
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
        """The bytes of an output: of the file it copies, else from the store, else rendered again."""
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
        """The html with open slots of a document; its file is read again when the store has lost it."""
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


def render_missing(pages: ToRender) -> list[Completed | Failed]:
    """At the worker: for each page its two keys, whether its record was missing, and its record; then its bytes too."""
    rendered = iter(render_batch(pages.batch))
    outcomes: list[Completed | Failed] = []
    for view_key, key in pages.keys:
        record = pages.records.get(key)
        outcome = next(rendered) if record is None else Completed(bytes(record), b"")
        if isinstance(outcome, Completed):
            outcome = replace(outcome, record=_answer(view_key, key, record is None, outcome.record))
        outcomes.append(outcome)
    return outcomes


def _answer(mark: str, key: str, is_fresh: bool, record: bytes) -> bytes:
    """What `_settled` has to say of a page, in as few bytes as can be: there is one for each until all are made."""
    return _ANSWER.pack(bytes.fromhex(mark), bytes.fromhex(key), is_fresh) + record


def _told(answer: bytes) -> tuple[str, str, bool, bytes]:
    mark, key, is_fresh = _ANSWER.unpack_from(answer)
    return mark.hex(), key.hex(), is_fresh, answer[_ANSWER.size :]


def part_keys(shared: Mapping[str, str], pages: Sequence[Page], templates: Templates) -> list[str]:
    """A key of each page made without its view, where that is a call: from what is called and what it is handed.

    shared: what `common` gives.
    """
    closures = {name: closure.digest for name, closure in templates.closures.items()}
    return [
        digest(
            shared[page.language],
            page.path,
            page.renderer,
            page.template,
            closures.get(page.template, ""),
            *(
                (page.content.function.__qualname__, page.content.arguments)
                if isinstance(page.content, LazyView)
                else (page.content,)
            ),
        )
        for page in pages
    ]


def common(plan: Plan) -> dict[str, str]:
    """By language, a digest of what decides every page: the engine, and what all pages show."""
    return {language: digest(engine_fingerprint(), site) for language, site in (("", plan.site), *plan.sites)}


def page_keys(shared: Mapping[str, str], pages: Sequence[Page], templates: Templates) -> list[str]:
    """The key of each page: engine code and library versions, template closure, what all pages show, and its view.

    shared: what `common` gives.
    """
    closures = {name: closure.digest for name, closure in templates.closures.items()}
    digester = Digester()
    for page in pages:
        # The entry of an article is in a dozen lists or feeds, whose views are large and call their entries items.
        digester.learn(getattr(page.content, "items", ()))
    return [
        digester.digest(
            shared[page.language],
            page.path,
            page.renderer,
            page.template,
            closures.get(page.template, ""),
            page.view,
        )
        for page in pages
    ]


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
