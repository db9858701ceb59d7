"""Progress bars on a terminal, and only for builds that take longer than a moment."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from ..core.progress import NoProgress, Progress

MOMENT_SECONDS = 1.0
REFRESH_SECONDS = 0.1


@contextmanager
def progress(*, quiet: bool) -> Iterator[Progress]:
    """Bars when standard error is a terminal and there is something to wait for, else silence."""
    if quiet or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield NoProgress()
        return
    bars = Bars()
    try:
        yield bars
    finally:
        bars.stop()


@dataclass(slots=True)
class Bars:
    """Owns, for one build, rich's display; it is begun when the build has lasted a moment."""

    began: float = field(default_factory=monotonic)
    shown: Any = None
    refreshed: float = 0.0
    name: str = ""
    total: int = 0
    done: int = 0
    task: Any = None

    def stage(self, name: str, total: int) -> None:
        self.name, self.total, self.done, self.task = name, total, 0, None

    def advance(self, count: int) -> None:
        self.done += count
        now = monotonic()
        if now - self.began < MOMENT_SECONDS or (now - self.refreshed < REFRESH_SECONDS and self.done < self.total):
            return
        self.refreshed = now
        if self.shown is None:
            self.shown = _display()
            self.shown.start()
        if self.task is None:
            self.task = self.shown.add_task(self.name, total=self.total)
        self.shown.update(self.task, completed=self.done)
        self.shown.refresh()

    def note(self, text: str) -> None:
        if self.shown is not None:
            self.shown.console.print(text)

    def stop(self) -> None:
        """Leaves the terminal as it was."""
        if self.shown is not None:
            self.shown.stop()


def _display() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as RichProgress

    # No refresh thread: worker processes are forked from this one, which is safe while it has a single thread.
    return RichProgress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        auto_refresh=False,
        transient=True,
    )
