"""The session: the newsletter kept in memory between saves, brought up to date after each; pages made when asked."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable, Mapping, Set
from concurrent.futures import Future
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any, TypeVar

from ..build.pipeline import in_zone
from ..build.renderer import PageRenderer
from ..cache.execute import BuildContext
from ..core.errors import Problem, in_order
from ..core.manifest import Entry, Manifest
from ..core.urls import output_path
from ..plan.types import File, Ledger, Page
from ..source.scan import scan
from ..source.stat_cache import StatCache, load_stat_cache, now_ns, save_stat_cache, trustworthy
from ..source.tree import SourceChanged, SourceFile, SourceTree
from . import fast_path as ahead
from .desk import Papers
from .reader import Content, Reader, Request, is_outdated, with_texts
from .state import State, state_of
from .time_limit import limited

T = TypeVar("T")
IDLE_SECONDS = 1.0
# Objects made and not freed since the memory was last tidied. The collector is off otherwise: it would look at an
# archive of a million objects in the middle of a save.
SOME_LITTER, MUCH_LITTER = 20_000, 100_000
TIDY_ALL = 20  # how often what was kept the last times is looked at too
PATIENCE_SECONDS = 5.0  # for a page to be rendered
TRIES = 5  # to read a newsletter that is being changed


@dataclass(frozen=True, slots=True)
class Shown:
    """An output as it is to be served. digest: of its bytes; is_kept: as it was shown last, since it is broken now."""

    digest: str
    data: bytes
    is_kept: bool = False


class Session:
    """Owns all that the preview knows of the newsletter; only one thread at a time may call its methods.

    told: called after each change of the state or of its problems. The state itself may be read from everywhere.
    """

    def __init__(self, request: Request, context: BuildContext, told: Callable[[], None]) -> None:
        self.request = request
        self.context = context
        self.told = told
        self.state = State(0, request.now(), SourceTree({}), (), None, None, None, {}, {}, {})
        self.upcoming: Manifest | None = None
        self._root = os.path.realpath(request.root)
        self._is_ahead = False  # of the plan: lists and feeds do not have the last change yet
        self._reader = Reader(context)
        self._looks = load_stat_cache(request.state).files
        self._good: Mapping[str, SourceFile] = {}
        self._press: PageRenderer | None = None
        self._found: list[Problem] = []  # of the last scan
        self._own: tuple[Problem, ...] = ()  # of the sources, found at the last change
        self._behind: tuple[Problem, ...] = ()  # of the finished outputs, found behind
        self._rendering: dict[str, tuple[Problem, ...]] = {}  # by output, of pages that were asked for
        self._endless: dict[str, tuple[Problem, ...]] = {}  # by template, of those that come to no end
        self._last_good: dict[str, str] = {}  # by output, the digest of what was shown last

    def refresh(self, hints: frozenset[str]) -> None:
        """Brings the state up to date with what is said to have changed, as far as that can be known from it.

        What it leaves open, `settle` finds out, which must follow when it is quiet.
        """
        tree = ahead.glance(self._root, self.state.tree, hints) if hints and self.state.number else None
        if tree is None:
            self.settle(hints)
            return
        try:
            changed = changed_paths(self.state.tree, tree, hints)
            tree = with_texts(tree, self.state.tree, self.request.config)
            if changed and not self._go_ahead(tree, changed):
                self._take(tree, self._found, changed)
        except SourceChanged:
            self.settle(hints)

    def settle(self, hints: frozenset[str] = frozenset()) -> None:
        """Brings the state up to date with the disk, whatever was said; hints are read even if they look the same."""
        for _ in range(TRIES):
            try:
                tree, found = self._scan(hints)
                changed = changed_paths(self.state.tree, tree, tree.files.keys() | self.state.tree.files.keys())
                is_same = self.state.number and not changed and found == self._found
                if not is_same or self._is_ahead or self._is_outdated():
                    self._take(tree, found, changed)
                return
            except SourceChanged:
                continue

    def _go_ahead(self, tree: SourceTree, changed: frozenset[str]) -> bool:
        """Shows the page of the one article that has changed, if nothing else can have; whether it did."""
        path = next(iter(changed))
        found = ahead.article_page(self.state.outputs, path)
        is_sound = all(problem.where.path != path for problem in self._own)
        if len(changed) > 1 or found is None or not is_sound or self.context.store.warning:
            return False
        name, page = found
        before = self._reader.reading(path)
        now = self._reader.read_again(tree.files[path])
        page_now = ahead.page_ahead(page, before, now)
        if page_now is None:
            return False
        self._is_ahead, self._good = True, {**self._good, path: tree.files[path]}
        outputs = {**self.state.outputs, name: page_now}
        self._forget(changed)
        self.state = replace(self.state, number=self.state.number + 1, tree=tree, outputs=outputs)
        self._tell()
        return True

    def show(self, path: str) -> Shown | None:
        """The output at a path of the site ("about/index.html"), rendered if need be; None when it cannot be made.

        What cannot be rendered any more is shown as it was last. Raises KeyError when the site has no such output.
        """
        output = self.state.outputs[path]
        if isinstance(output, File):
            return Shown(output.source.digest, output.source.read())
        digest = self._ledger(path) if isinstance(output, Ledger) else self._print(path, output)
        if digest is not None:
            self._last_good[path] = digest
            return Shown(digest, self._bytes(path, digest))
        digest = self._last_good.get(path)
        kept = self.context.store.read(digest) if digest else None
        return Shown(digest, kept, is_kept=True) if digest and kept is not None else None

    def _print(self, path: str, page: Page) -> str | None:
        """The digest of a page, which is then in the store; None when it cannot be rendered, which is told."""
        problems, record = self._printed(page, path)
        if problems != self._rendering.get(path, ()):
            self._rendering[path] = problems
            self._tell()
        return record[0] if record else None

    def _printed(self, page: Page, path: str) -> tuple[tuple[Problem, ...], tuple[str, int] | None]:
        """What is wrong with a page when it is rendered, and its digest and size if nothing is."""
        assert self._press is not None
        if page.template in self._endless:  # who waits for one page need not wait as long for each of the others
            return self._endless[page.template], None
        began = monotonic()
        with limited(PATIENCE_SECONDS):
            printed = self._press.render_pages([page])
        if printed.problems and monotonic() - began >= PATIENCE_SECONDS:
            self._endless[page.template] = printed.problems
        return printed.problems, printed.records.get(path)

    def _ledger(self, path: str) -> str | None:
        """The digest of the ledger, which names the digests of all other outputs: they are all rendered for it."""
        assert self._press is not None
        printed = self._press.render_pages(self._press.plan.pages)
        if len(printed.records) < len(self._press.plan.pages):
            return None
        return self._press.manifest(printed).entries[path].digest

    def show_now(self, path: str) -> Shown | None:
        """What `show` gives; where a file has changed and nobody has said so yet, it is looked at first."""
        try:
            return self.show(path)
        except SourceChanged:
            self.settle()
            return self.show(path)

    def papers(self) -> Papers:
        """What the editor's desk is laid out from."""
        state = self.state
        return Papers(
            output=self.request.output,
            as_of=state.as_of,
            problems=state.problems,
            settings=state.settings,
            site=state.site,
            plan=state.plan,
            read=self._read,
            upcoming=self.upcoming,
        )

    def learn(self, problems: tuple[Problem, ...], upcoming: Manifest | None) -> None:
        """Takes in what was found behind, of all that the next build would publish."""
        self._behind, self.upcoming = problems, upcoming
        self._tell()

    def _read(self, path: str) -> bytes:
        shown = self.show(output_path(path))
        return shown.data if shown else b""

    def _bytes(self, path: str, digest: str) -> bytes:
        assert self._press is not None
        data = self.context.store.read(digest)
        return self._press.read(path, Entry(digest, 0, "")) if data is None else data

    def _scan(self, hints: frozenset[str]) -> tuple[SourceTree, list[Problem]]:
        looks = {path: look for path, look in self._looks.items() if path not in hints}
        seen = StatCache(now_ns(self.request.state), looks)
        tree, found = scan(self.request.root, self.request.config, seen)
        if not self.state.number:
            save_stat_cache(self.request.state, seen)
        self._looks = trustworthy(seen)
        return with_texts(tree, self.state.tree, self.request.config), found

    def _is_outdated(self) -> bool:
        settings = self.state.settings
        return settings is not None and is_outdated(self.state.plan, in_zone(self.request.now(), settings))

    def _take(self, tree: SourceTree, found: list[Problem], changed: frozenset[str]) -> None:
        """Makes the state of this tree; where something is broken, of the last good version of it."""
        request = self.request
        content = self._reader.read(tree, found, request)
        self._found = found
        problems, broken = content.problems, content.broken
        mended = {
            path: self._good[path] for path in broken if path in self._good and self._good[path] != tree.get(path)
        }
        if mended:
            whole = {**tree.files, **mended}
            content = self._reader.read(SourceTree({path: whole[path] for path in sorted(whole)}), found, request)
        self._good = _still_good(tree.files, broken, self._good)
        self._own = in_order(problems)
        self._forget(changed)
        self._put(tree, content)
        self._is_ahead = False

    def _forget(self, changed: frozenset[str]) -> None:
        """Drops the problems of outputs that may have been mended; those that have not will be found again."""
        self._behind = tuple([problem for problem in self._behind if problem.where.path not in changed])
        self._rendering, self._endless = {}, {}

    def _put(self, tree: SourceTree, content: Content) -> None:
        planned, old = content.planned, self.state
        if planned.plan is None or planned.settings is None or (planned.plan is old.plan and not self._is_ahead):
            self.state = replace(old, number=old.number + 1, tree=tree)
        else:
            self.state = state_of(planned, old.number + 1, tree)
        if planned.plan is not None and planned.settings is not None:
            self._press = PageRenderer(
                planned.plan, content.templates, content.tree, planned.settings, planned.prose_summaries, self.context
            )
        self._tell()

    def _tell(self) -> None:
        rendering = [problem for problems in self._rendering.values() for problem in problems]
        self.state = replace(self.state, problems=in_order([*self._own, *self._behind, *rendering]))
        self.told()


def changed_paths(old: SourceTree, new: SourceTree, paths: Set[str]) -> frozenset[str]:
    """Those of the paths whose bytes differ between two trees, or that only one of them has."""
    before, after = old.files, new.files
    return frozenset([path for path in paths if _digest_at(before, path) != _digest_at(after, path)])


def _digest_at(files: Mapping[str, SourceFile], path: str) -> str:
    file = files.get(path)
    return file.digest if file else ""


def _still_good(
    files: Mapping[str, SourceFile], broken: Set[str], before: Mapping[str, SourceFile]
) -> Mapping[str, SourceFile]:
    """The last version of each file with which nothing was wrong."""
    if not broken:
        return files
    kept = {path: before[path] for path in broken if path in before}
    return {**{path: file for path, file in files.items() if path not in broken}, **kept}


class Turns:
    """Owns the thread in which a session does its work, one thing after the other."""

    def __init__(self) -> None:
        self._work: SimpleQueue[tuple[Callable[[], Any], Future[Any]]] = SimpleQueue()
        self._tidied = 0
        self._thread = threading.Thread(target=self._run, name="session", daemon=True)

    def start(self) -> None:
        """Begins with what has been asked for so far."""
        self._thread.start()

    def do(self, work: Callable[[], T]) -> Future[T]:
        """What comes of some work, when its turn has come."""
        future: Future[T] = Future()
        self._work.put((work, future))
        return future

    def _run(self) -> None:
        while True:
            work, future = self._next()
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(work())
                except BaseException as error:  # it is told where the work was asked for
                    future.set_exception(error)

    def _next(self) -> tuple[Callable[[], Any], Future[Any]]:
        """The next piece of work; while there is none, the memory is tidied if that is of use."""
        if gc.get_count()[0] > MUCH_LITTER:
            self._tidy()
        try:
            return self._work.get(timeout=IDLE_SECONDS)
        except Empty:
            if gc.get_count()[0] > SOME_LITTER:
                self._tidy()
            return self._work.get()

    def _tidy(self) -> None:
        """Frees what is of no use any more, but looks only at what is new: an archive is a million objects."""
        self._tidied += 1
        if self._tidied % TIDY_ALL == 0:
            gc.unfreeze()
        gc.collect()
        gc.freeze()
