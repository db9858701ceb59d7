"""The session: the newsletter kept in memory between saves and updated after each; pages are rendered on request."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Set
from dataclasses import replace

from ..build.newsletter import in_zone
from ..build.renderer import PageRenderer
from ..cache.execute import BuildContext
from ..core.errors import Problem, in_order
from ..core.manifest import Manifest
from ..core.urls import output_path
from ..source.scan import scan
from ..source.stat_cache import StatCache, load_stat_cache, save_stat_cache, trustworthy
from ..source.tree import SourceChanged, SourceFile, SourceTree
from .desk.articles import DeskState
from .fast_path import article_page, tree_with, updated_page
from .outputs import OutputRenderer, RenderedOutput
from .reader import Content, PreviewRequest, Reader, is_outdated, with_texts
from .state import PreviewState, state_of

SCAN_ATTEMPTS = 5  # to read a newsletter that keeps changing meanwhile


class Session:
    """Owns everything the preview knows of the newsletter; only one thread at a time may call its methods.

    The state may be read from any thread.
    """

    def __init__(self, request: PreviewRequest, context: BuildContext, on_change: Callable[[], None]) -> None:
        """on_change: called after each change of the state or of its problems."""
        self.request = request
        self.context = context
        self.on_change = on_change
        self.state = PreviewState(0, request.now(), SourceTree({}), (), None, None, None, {}, {}, {})
        self.next_manifest: Manifest | None = None
        self._root = os.path.realpath(request.root)
        self._is_plan_stale = False  # lists and feeds do not show the last change yet
        self._reader = Reader(context)
        self._file_stats = load_stat_cache(self.context.cache).files
        self._last_good: Mapping[str, SourceFile] = {}
        self._outputs = OutputRenderer(context)
        self._source_problems: tuple[Problem, ...] = ()
        self._output_problems: tuple[Problem, ...] = ()  # found by the background check

    def refresh(self, paths: frozenset[str]) -> None:
        """Update the state from the files that events have named, as far as these files alone can tell.

        The rest is left to `rescan`, which must follow when there are no more events.
        """
        tree = tree_with(self._root, self.state.tree, paths) if paths and self.state.number else None
        if tree is None:
            self.rescan(paths)
            return
        try:
            changed = changed_paths(self.state.tree, tree, paths)
            tree = with_texts(tree, self.state.tree, self.request.config)
            if changed and not self._update_one_page(tree, changed):
                self._update(tree, changed)
        except SourceChanged:
            self.rescan(paths)

    def rescan(self, paths: frozenset[str] = frozenset()) -> None:
        """Update the state from all files; those at these paths are read even if they look unchanged."""
        for _ in range(SCAN_ATTEMPTS):
            try:
                tree = self._scan(paths)
                changed = changed_paths(self.state.tree, tree, tree.files.keys() | self.state.tree.files.keys())
                is_same = self.state.number and not changed and tree.problems == self.state.tree.problems
                if not is_same or self._is_plan_stale or self._is_outdated():
                    self._update(tree, changed)
                return
            except SourceChanged:
                continue

    def output(self, path: str) -> RenderedOutput | None:
        """The output with this path ("about/index.html"), rendered if necessary; None if it cannot be rendered.

        Raises KeyError when the site has no such output, SourceChanged when its file was changed since the scan.
        """
        before = self._outputs.problems
        output = self._outputs.render(path, self.state.outputs[path])
        if self._outputs.problems != before:
            self._publish()
        return output

    def current_output(self, path: str) -> RenderedOutput | None:
        """Like `output`, but when a file was changed and no event has come yet, it rescans first."""
        try:
            return self.output(path)
        except SourceChanged:
            self.rescan()
            return self.output(path)

    def desk_state(self) -> DeskState:
        """What the dashboard shows."""
        state = self.state
        return DeskState(
            output=self.request.output,
            as_of=state.as_of,
            problems=state.problems,
            settings=state.settings,
            site=state.site,
            plan=state.plan,
            read=self._read,
            next_manifest=self.next_manifest,
        )

    def add_check_result(self, problems: tuple[Problem, ...], next_manifest: Manifest | None) -> None:
        """Take in what the background check has found."""
        self._output_problems, self.next_manifest = problems, next_manifest
        self._publish()

    def _read(self, path: str) -> bytes:
        output = self.output(output_path(path))
        return output.data if output else b""

    def _scan(self, paths: frozenset[str]) -> SourceTree:
        stats = {path: stat for path, stat in self._file_stats.items() if path not in paths}
        cache = StatCache(self.context.cache.now_ns(), stats)
        tree = scan(self.request.root, self.request.config, cache)
        if not self.state.number:
            save_stat_cache(self.context.cache, cache)
        self._file_stats = trustworthy(cache)
        return with_texts(tree, self.state.tree, self.request.config)

    def _is_outdated(self) -> bool:
        settings = self.state.settings
        return settings is not None and is_outdated(self.state.plan, in_zone(self.request.now(), settings))

    def _update_one_page(self, tree: SourceTree, changed: frozenset[str]) -> bool:
        """Update only the page of the one article that changed, if nothing else can have changed; whether it did."""
        path = next(iter(changed))
        found = article_page(self.state.outputs, path)
        has_problem = any(problem.where.path == path for problem in self._source_problems)
        if len(changed) > 1 or found is None or has_problem or self.context.cache.warning:
            return False
        name, page = found
        before = self._reader.reading(path)
        page_now = updated_page(page, before, self._reader.read_again(tree.files[path]))
        if page_now is None:
            return False
        self._is_plan_stale, self._last_good = True, {**self._last_good, path: tree.files[path]}
        outputs = {**self.state.outputs, name: page_now}
        self._forget_problems(changed)
        self.state = replace(self.state, number=self.state.number + 1, tree=tree, outputs=outputs)
        self._publish()
        return True

    def _update(self, tree: SourceTree, changed: frozenset[str]) -> None:
        """Make the state of this tree, with the last good version of each broken file in its place."""
        content = self._reader.read(tree, self.request)
        problems, broken = content.problems, content.broken
        last_good = {path: self._last_good[path] for path in broken if path in self._last_good}
        if any(file != tree.get(path) for path, file in last_good.items()):
            files = {**tree.files, **last_good}
            repaired = replace(tree, files={path: files[path] for path in sorted(files)})
            content = self._reader.read(repaired, self.request)
        good = {path: file for path, file in tree.files.items() if path not in broken} if broken else tree.files
        self._last_good = {**good, **last_good} if last_good else good
        self._source_problems = in_order(problems)
        self._forget_problems(changed)
        self._show(tree, content)
        self._is_plan_stale = False

    def _forget_problems(self, changed: frozenset[str]) -> None:
        """Drop the problems that the change may have fixed; those that remain are found again."""
        self._output_problems = tuple([p for p in self._output_problems if p.where.path not in changed])
        self._outputs.forget_problems()

    def _show(self, tree: SourceTree, content: Content) -> None:
        planned, old = content.planned, self.state
        if planned.plan is None:
            self.state = replace(old, number=old.number + 1, tree=tree)
        else:
            if planned.plan is old.plan and not self._is_plan_stale:
                self.state = replace(old, number=old.number + 1, tree=tree)
            else:
                self.state = state_of(planned, old.number + 1, tree)
            self._outputs.use(PageRenderer(planned.plan, content.templates, planned.newsletter, self.context))
        self._publish()

    def _publish(self) -> None:
        problems = [*self._source_problems, *self._output_problems, *self._outputs.problems]
        self.state = replace(self.state, problems=in_order(problems))
        self.on_change()


def changed_paths(old: SourceTree, new: SourceTree, paths: Set[str]) -> frozenset[str]:
    """Those of the paths whose bytes differ between two trees, or that only one of the trees has."""
    before, after = old.files, new.files
    return frozenset([path for path in paths if _digest_at(before, path) != _digest_at(after, path)])


def _digest_at(files: Mapping[str, SourceFile], path: str) -> str:
    file = files.get(path)
    return file.digest if file else ""
