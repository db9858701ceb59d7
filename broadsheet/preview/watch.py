"""The watch: says when something may have changed on disk. What has changed, the session finds out for itself."""

from __future__ import annotations

# ruff: noqa: PTH113, PTH116, PTH118, PTH119, PTH120
# Places are text here: a storm of events is no time for Path objects.
import os
import threading
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

from ..source.scan import FOLDERS, is_ignored

# Reading is no event, and a folder is "modified" whenever something in it is created, which is told anyway.
EVENTS: list[type[FileSystemEvent]] = [
    DirCreatedEvent, DirDeletedEvent, DirMovedEvent, FileClosedEvent, FileCreatedEvent, FileDeletedEvent,
    FileModifiedEvent, FileMovedEvent,
]  # fmt: skip
# How long it has to be quiet: hardly at all when a save is known to be over, longer while a file is being written,
# and longer still when many files change, as in a checkout. The second number is when to stop waiting for it.
OVER = (0.008, 0.1)
WRITING = (0.05, 0.1)
MANY = (0.12, 2.0)
GIT_SECONDS = 5.0  # how long a checkout is waited for
FEW = 3  # paths that one save may touch
# Everything is looked at again now and then: events may be lost, and some disks send none.
LOOK_SECONDS, LOOK_SECONDS_UNWATCHED = 3.0, 0.7
SETTLE_SECONDS = 0.3  # after a change, when what it means for the whole is found out


class Watch:
    """Owns the observer of a newsletter's folders, and the thread that waits until they are quiet.

    changed: called in that thread with the paths, relative to the root, that events have named; none are named when it
    is only time to look again.
    """

    def __init__(self, root: Path, config: str, changed: Callable[[frozenset[str]], None]) -> None:
        self._root = os.path.realpath(root)
        self._changed = changed
        self._places = {self._root: False, os.path.dirname(os.path.join(self._root, config)): False}
        self._places.update({os.path.join(self._root, folder): True for folder in FOLDERS})
        self._notes = _Notes(self._root)
        self._observer: BaseObserver | None = None
        self._watched: dict[str, tuple[tuple[int, int], ObservedWatch]] = {}
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    @property
    def is_blind(self) -> bool:
        """Whether the system has no more watches to give, so that the disk is looked at again and again instead."""
        return self._observer is None

    def start(self) -> None:
        """Begins to watch."""
        observer = Observer()
        try:
            observer.start()
            self._observer = observer
            self._attend()
        except OSError:  # ENOSPC and EMFILE: the limits of inotify
            self._observer = None
        self._thread.start()

    def stop(self) -> None:
        """Ends both threads."""
        self._notes.end()
        self._thread.join()
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()

    def _attend(self) -> None:
        """Watches those of the places that are there, and anew those that others have taken the place of."""
        assert self._observer is not None
        for place, is_whole in self._places.items():
            try:
                status = os.stat(place)
                identity = (status.st_dev, status.st_ino)
            except OSError:
                identity = None
            known = self._watched.get(place)
            if known is not None and known[0] != identity:
                self._observer.unschedule(known[1])
                del self._watched[place]
            if identity is not None and place not in self._watched:
                watch = self._observer.schedule(self._notes, place, recursive=is_whole, event_filter=EVENTS)
                self._watched[place] = (identity, watch)

    def _run(self) -> None:
        paths: frozenset[str] = frozenset()
        while not self._notes.has_ended:
            look_seconds = LOOK_SECONDS_UNWATCHED if self.is_blind else LOOK_SECONDS
            paths = self._notes.take(SETTLE_SECONDS if paths else look_seconds)
            if self._notes.has_ended:
                return
            if self._observer is not None:
                try:
                    self._attend()
                except OSError:
                    self._observer = None
            self._changed(paths)


def git_locks(root: str) -> list[str]:
    """Where git would keep the lock that it holds while it changes the files of this folder."""
    folders = [root]
    while (above := os.path.dirname(folders[-1])) != folders[-1]:
        folders.append(above)
    found = []
    for git in [os.path.join(folder, ".git") for folder in folders]:
        if os.path.isfile(git):  # a further work tree, or a module of another repository
            with open(git, encoding="utf-8", errors="replace") as file:  # noqa: PTH123
                git = os.path.join(os.path.dirname(git), file.read().partition("gitdir:")[2].strip())
        found.append(os.path.join(git, "index.lock"))
    return found


def is_git_busy(locks: list[str]) -> bool:
    """Whether git is at work, as in the middle of a checkout; a lock that is old was left behind by a crash."""
    for lock in locks:
        with suppress(OSError):
            if abs(time() - os.stat(lock).st_mtime) < GIT_SECONDS:
                return True
    return False


class _Notes(FileSystemEventHandler):
    """Owns the paths that events have named since they were last taken. An exception here would end the observer."""

    def __init__(self, root: str) -> None:
        self._root = root + os.sep
        self._locks = git_locks(root)
        self._paths: set[str] = set()
        self._is_over = True
        self._last = 0.0
        self._more = threading.Condition()
        self.has_ended = False

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Notes an event, unless it is about a file that is none of ours."""
        names = [os.fsdecode(place) for place in (event.src_path, event.dest_path) if place]
        paths = {name.removeprefix(self._root) for name in names if not is_ignored(os.path.basename(name))}
        if not paths or (event.is_directory and event.event_type == "modified"):
            return
        with self._more:
            self._paths |= paths
            self._is_over = not isinstance(event, (FileCreatedEvent, FileModifiedEvent))
            self._last = monotonic()
            self._more.notify()

    def take(self, at_most: float) -> frozenset[str]:
        """The paths noted, once it is quiet and git is done; none when nothing was noted for so many seconds."""
        with self._more:
            self._more.wait_for(lambda: self._paths or self.has_ended, at_most)
            began = monotonic()
            while self._paths and not self.has_ended:
                quiet, longest = MANY if len(self._paths) > FEW else OVER if self._is_over else WRITING
                now = monotonic()
                left = min(self._last + quiet, began + longest) - now
                if left <= 0 and not is_git_busy(self._locks):
                    break
                self._more.wait(max(left, quiet))
            taken = frozenset(self._paths)
            self._paths.clear()
            return taken

    def end(self) -> None:
        """Wakes who waits, for good."""
        with self._more:
            self.has_ended = True
            self._more.notify_all()
