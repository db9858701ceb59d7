"""The watch: reports when something may have changed on disk. The session finds out what has changed."""

from __future__ import annotations

# ruff: noqa: PTH113, PTH116, PTH118, PTH119, PTH120
# Paths are strings here: Path objects would be slow when thousands of events arrive.
import os
import threading
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic, time

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

from ..source.scan import FOLDERS, is_ignored, theme_folder

# Not among them: reads, and the "modified" of a folder, which accompanies the events of its files.
EVENTS: list[type[FileSystemEvent]] = [
    DirCreatedEvent, DirDeletedEvent, DirMovedEvent, FileClosedEvent, FileCreatedEvent, FileDeletedEvent,
    FileModifiedEvent, FileMovedEvent,
]  # fmt: skip
# How long to wait for more events: hardly at all after a finished save, longer while a file is being written, and
# longer still when many files change, as in a checkout. The second number is the longest wait.
AFTER_SAVE = (0.008, 0.1)
WHILE_WRITING = (0.05, 0.1)
MANY_FILES = (0.12, 2.0)
GIT_SECONDS = 5.0  # how long a checkout is waited for; older locks were left by a crash
MAX_PATHS_OF_SAVE = 3
# Everything is scanned regularly: events may be lost, and some file systems send none.
RESCAN_SECONDS, RESCAN_SECONDS_POLLING = 3.0, 0.7
RESCAN_SECONDS_AFTER_CHANGE = 0.3  # the whole site is updated then, not only the changed page


class Watch:
    """Owns the observer of a newsletter's folders, and the thread that waits until a save is complete."""

    def __init__(self, root: Path, config: str, on_change: Callable[[frozenset[str]], None]) -> None:
        """on_change: called in the thread with the changed paths, relative to the root; none: only rescan."""
        self._root = os.path.realpath(root)
        self._on_change = on_change
        # Folders, and whether their subfolders are watched too.
        self._folders = {self._root: False, os.path.dirname(os.path.join(self._root, config)): False}
        self._folders.update({os.path.join(self._root, folder): True for folder in FOLDERS})
        self._folders[os.path.realpath(theme_folder())] = True
        self._collector = EventCollector(self._root)
        self._observer: BaseObserver | None = None
        self._watched: dict[str, tuple[tuple[int, int], ObservedWatch]] = {}
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    @property
    def is_polling(self) -> bool:
        """Whether the system grants no more watches, so that the folders are scanned more often instead."""
        return self._observer is None

    def start(self) -> None:
        """Start watching."""
        # It warns when a new folder is reported twice, as happens when several are made at once; that does no harm.
        warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"watchdog\.")
        observer = Observer()
        try:
            observer.start()
            self._observer = observer
            self._update_watches()
        except OSError:  # ENOSPC and EMFILE: the limits of inotify
            self._observer = None
        self._thread.start()

    def stop(self) -> None:
        """End both threads."""
        self._collector.end()
        self._thread.join()
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()

    def _update_watches(self) -> None:
        """Watch the folders that exist, and those that have replaced a watched one."""
        assert self._observer is not None
        for folder, is_recursive in self._folders.items():
            try:
                status = os.stat(folder)
                identity = (status.st_dev, status.st_ino)
            except OSError:
                identity = None
            watched = self._watched.get(folder)
            if watched is not None and watched[0] != identity:
                self._observer.unschedule(watched[1])
                del self._watched[folder]
            if identity is not None and folder not in self._watched:
                watch = self._observer.schedule(self._collector, folder, recursive=is_recursive, event_filter=EVENTS)
                self._watched[folder] = (identity, watch)

    def _run(self) -> None:
        paths: frozenset[str] = frozenset()
        while not self._collector.has_ended:
            rescan_seconds = RESCAN_SECONDS_POLLING if self.is_polling else RESCAN_SECONDS
            paths = self._collector.take(RESCAN_SECONDS_AFTER_CHANGE if paths else rescan_seconds)
            if self._collector.has_ended:
                return
            if self._observer is not None:
                try:
                    self._update_watches()
                except OSError:
                    self._observer = None
            self._on_change(paths)


def git_locks(root: str) -> list[str]:
    """Where git would put the lock that it has while it changes the files of this folder."""
    folders = [root]
    while (parent := os.path.dirname(folders[-1])) != folders[-1]:
        folders.append(parent)
    locks = []
    for git in [os.path.join(folder, ".git") for folder in folders]:
        if os.path.isfile(git):  # of a worktree or a submodule
            with open(git, encoding="utf-8", errors="replace") as file:  # noqa: PTH123
                git = os.path.join(os.path.dirname(git), file.read().partition("gitdir:")[2].strip())
        locks.append(os.path.join(git, "index.lock"))
    return locks


def is_git_busy(locks: list[str]) -> bool:
    """Whether git is changing files, as in the middle of a checkout."""
    for lock in locks:
        with suppress(OSError):
            if abs(time() - os.stat(lock).st_mtime) < GIT_SECONDS:
                return True
    return False


class EventCollector(FileSystemEventHandler):
    """Owns the paths named by events since they were last taken. An exception in it would end the observer."""

    def __init__(self, root: str) -> None:
        self._root = root + os.sep
        self._locks = git_locks(root)
        self._paths: set[str] = set()
        self._is_save_complete = True
        self._last_event = 0.0
        self._changed = threading.Condition()
        self.has_ended = False

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Collect the paths of an event, unless it is about temporary files only."""
        names = [os.fsdecode(path) for path in (event.src_path, event.dest_path) if path]
        paths = {name.removeprefix(self._root) for name in names if not is_ignored(os.path.basename(name))}
        if not paths or (event.is_directory and event.event_type == "modified"):
            return
        with self._changed:
            self._paths |= paths
            self._is_save_complete = not isinstance(event, (FileCreatedEvent, FileModifiedEvent))
            self._last_event = monotonic()
            self._changed.notify()

    def take(self, timeout_seconds: float) -> frozenset[str]:
        """The collected paths, once there are no more events and git is done; none after the timeout."""
        with self._changed:
            self._changed.wait_for(lambda: self._paths or self.has_ended, timeout_seconds)
            start = monotonic()
            while self._paths and not self.has_ended:
                quiet, longest = self._waiting_times()
                remaining = min(self._last_event + quiet, start + longest) - monotonic()
                if remaining <= 0 and not is_git_busy(self._locks):
                    break
                self._changed.wait(max(remaining, quiet))
            paths = frozenset(self._paths)
            self._paths.clear()
            return paths

    def _waiting_times(self) -> tuple[float, float]:
        if len(self._paths) > MAX_PATHS_OF_SAVE:
            return MANY_FILES
        return AFTER_SAVE if self._is_save_complete else WHILE_WRITING

    def end(self) -> None:
        """Make all calls of `take` return at once from now on."""
        with self._changed:
            self.has_ended = True
            self._changed.notify_all()
