"""Progress bars on a terminal, for builds that take longer than a second."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from ..core.progress import NoProgress, Progress

DELAY_SECONDS = 1.0
REFRESH_SECONDS = 0.1


@contextmanager
def progress(*, quiet: bool) -> Iterator[Progress]:
    """Show progress bars if standard error is a terminal; otherwise, and when quiet, nothing."""
    if quiet or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield NoProgress()
        return
    bars = ProgressBars()
    try:
        yield bars
    finally:
        bars.stop()


@dataclass(slots=True)
class ProgressBars:
    """Owns rich's display during one build; it appears once the build has taken DELAY_SECONDS."""

    started: float = field(default_factory=monotonic)
    display: Any = None
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
        if now - self.started < DELAY_SECONDS or (now - self.refreshed < REFRESH_SECONDS and self.done < self.total):
            return
        self.refreshed = now
        if self.display is None:
            self.display = _display()
            self.display.start()
        if self.task is None:
            self.task = self.display.add_task(self.name, total=self.total)
        self.display.update(self.task, completed=self.done)
        self.display.refresh()

    def note(self, text: str) -> None:
        if self.display is not None:
            self.display.console.print(text)

    def stop(self) -> None:
        """Remove the bars from the terminal."""
        if self.display is not None:
            self.display.stop()


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
