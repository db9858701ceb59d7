"""Outputs rendered on request, within a time limit; a page that no longer renders is served as it last was."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

from ..build.renderer import PageRenderer
from ..cache.execute import BuildContext
from ..core.errors import Problem
from ..core.manifest import Entry
from ..core.outcome import TooLong
from ..plan.types import File, Ledger, Page

RENDER_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class RenderedOutput:
    """An output as it is to be served."""

    digest: str
    data: bytes
    is_outdated: bool = False
    """Whether it is the last good version of an output that cannot be rendered any more."""


class OutputRenderer:
    """Owns the renderer of the current plan, the last good version of each output, and the problems of rendering."""

    def __init__(self, context: BuildContext) -> None:
        self._store = context.cache
        self._renderer: PageRenderer | None = None
        self._last_good: dict[str, str] = {}  # digests by output
        self._problems: dict[str, tuple[Problem, ...]] = {}  # by output
        self._timed_out: dict[str, tuple[Problem, ...]] = {}  # by template

    def use(self, renderer: PageRenderer) -> None:
        """Render with this one from now on."""
        self._renderer = renderer

    @property
    def problems(self) -> list[Problem]:
        """The problems of the outputs that were requested since the last change."""
        return [problem for problems in self._problems.values() for problem in problems]

    def forget_problems(self) -> None:
        """Drop all problems after a change; those that remain are found again."""
        self._problems, self._timed_out = {}, {}

    def render(self, path: str, output: Page | File | Ledger) -> RenderedOutput | None:
        """The output with this path ("about/index.html"), or its last good version; None if there is neither.

        Raises SourceChanged when a file to be copied is no longer the one that was scanned.
        """
        if isinstance(output, File):
            return RenderedOutput(output.source.digest, output.source.read())
        digest = self._ledger(path) if isinstance(output, Ledger) else self._page(path, output)
        if digest is not None:
            self._last_good[path] = digest
            return RenderedOutput(digest, self._read(path, digest))
        digest = self._last_good.get(path)
        data = self._store.read(digest) if digest else None
        return RenderedOutput(digest, data, is_outdated=True) if digest and data is not None else None

    def _page(self, path: str, page: Page) -> str | None:
        """The digest of a page, which is then in the store; None if it cannot be rendered."""
        assert self._renderer is not None
        if page.template in self._timed_out:  # whoever waited for one page need not wait as long for all others
            self._problems[path] = self._timed_out[page.template]
            return None
        start = monotonic()
        with time_limit(RENDER_SECONDS):
            result = self._renderer.render_pages([page])
        if result.problems and monotonic() - start >= RENDER_SECONDS:
            self._timed_out[page.template] = result.problems
        self._problems[path] = result.problems
        record = result.records.get(path)
        return record[0] if record else None

    def _ledger(self, path: str) -> str | None:
        """The digest of the ledger, which contains the digests of all other outputs: all of them are rendered."""
        assert self._renderer is not None
        result = self._renderer.render_pages(self._renderer.plan.pages)
        if len(result.records) < len(self._renderer.plan.pages):
            return None
        return self._renderer.manifest(result).entries[path].digest

    def _read(self, path: str, digest: str) -> bytes:
        assert self._renderer is not None
        data = self._store.read(digest)
        return self._renderer.read(path, Entry(digest, 0, "")) if data is None else data


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raises TooLong in this thread if the block takes longer.

    Python code is interrupted between two bytecode instructions; a single call into C code is not interrupted.
    """
    thread = threading.get_ident()
    lock = threading.Lock()
    is_over = False

    def interrupt() -> None:
        with lock:
            if not is_over:
                _raise_in(thread, TooLong)

    timer = threading.Timer(seconds, interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        with lock:
            is_over = True
        timer.cancel()
        _raise_in(thread, None)  # withdraw an exception that has not been raised yet


def _raise_in(thread: int, error: type[BaseException] | None) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread), ctypes.py_object(error) if error else ctypes.c_void_p(None)
    )
