"""The watch: every way of saving is told, once, and reading or litter never."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from watchdog.events import DirModifiedEvent, FileModifiedEvent
from watchdog.observers.api import BaseObserver

from broadsheet.preview import watch as watch_module
from broadsheet.preview.watch import Watch, git_locks, is_git_busy
from tests.newsroom import Newsroom, newsroom
from tests.previewing import SAVES

PATIENCE_SECONDS = 60.0


class Heard:
    """Owns what a watch has told so far."""

    def __init__(self) -> None:
        self.told: list[frozenset[str]] = []
        self._more = threading.Condition()

    def __call__(self, paths: frozenset[str]) -> None:
        with self._more:
            self.told.append(paths)
            self._more.notify_all()

    def awaits(self, path: str) -> None:
        """Until the path has been told."""
        with self._more:
            assert self._more.wait_for(lambda: any(path in paths for paths in self.told), PATIENCE_SECONDS), self.told

    def awaits_looks(self, count: int) -> None:
        """Until it was told so often that it is time to look again."""
        with self._more:
            assert self._more.wait_for(lambda: self.told.count(frozenset()) >= count, PATIENCE_SECONDS)

    @property
    def paths(self) -> set[str]:
        """All paths told so far."""
        return {path for paths in self.told for path in paths}


@pytest.fixture
def news(tmp_path: Path) -> Newsroom:
    """A small newsletter on disk."""
    return newsroom(tmp_path)


@pytest.fixture
def heard(news: Newsroom) -> Iterator[Heard]:
    """What a watch of it tells."""
    told = Heard()
    watch = Watch(news.root, "config.yaml", told)
    watch.start()
    assert not watch.is_polling
    yield told
    watch.stop()


@pytest.mark.parametrize("name", SAVES)
def test_every_way_of_saving_is_told(name: str, news: Newsroom, heard: Heard) -> None:
    """With the name of the file, whatever the program did beside it."""
    file = news.root / "content/articles/c.md"
    SAVES[name](file, file.read_text() + "\nMore.\n")
    heard.awaits("content/articles/c.md")

    assert all(len(paths) <= 3 for paths in heard.told)


def test_settings_and_new_folders_are_told(news: Newsroom, heard: Heard) -> None:
    """Whatever lies deep in a folder that has just come."""
    (news.root / "config.yaml").write_text("title: News\n")
    heard.awaits("config.yaml")
    folder = news.root / "content/articles/2026/11"
    folder.mkdir(parents=True)
    heard.awaits("content/articles/2026")
    (folder / "new.md").write_text("x")
    heard.awaits("content/articles/2026/11/new.md")


def test_reading_and_litter_are_not_told(news: Newsroom, heard: Heard) -> None:
    """Nor what is written to the site and the cache."""
    for name in ("content/articles/.c.md.swp", "content/articles/c.md~", "content/4913", "site.html", "site/x/y.html"):
        (news.root / name).parent.mkdir(parents=True, exist_ok=True)
        (news.root / name).write_text("x")
    (news.root / "content/articles/c.md").read_text()
    (news.root / "content/articles/b.md").write_text("x")
    heard.awaits("content/articles/b.md")

    assert heard.paths <= {"content/articles/b.md", "site", "site.html"}


def test_a_burst_is_told_once(news: Newsroom, heard: Heard) -> None:
    """As of a checkout, which takes its time."""
    lock = news.root / ".git/index.lock"
    lock.parent.mkdir()
    lock.write_text("")
    names = [f"content/articles/n{number}.md" for number in range(80)]
    for name in names:
        (news.root / name).write_text("x")
    lock.unlink()
    heard.awaits(names[-1])

    assert [paths for paths in heard.told if paths & set(names)] == [
        paths for paths in heard.told if set(names) <= paths
    ]


def test_a_folder_that_is_exchanged_is_watched_again(news: Newsroom, heard: Heard) -> None:
    """As when a checkout takes it away and brings another one."""
    (news.root / "content").rename(news.root / "away")
    heard.awaits("content")
    (news.root / "content/articles").mkdir(parents=True)
    heard.awaits_looks(1)
    (news.root / "content/articles/other.md").write_text("x")
    heard.awaits("content/articles/other.md")


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EMFILE])
def test_without_watches_it_is_looked_at_again_and_again(
    code: int, news: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limits of inotify are met on machines that run many programs."""

    def refuse(*arguments: object, **named: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(BaseObserver, "schedule", refuse)
    monkeypatch.setattr(watch_module, "RESCAN_SECONDS_POLLING", 0.01)
    told = Heard()
    watch = Watch(news.root, "config.yaml", told)
    watch.start()
    told.awaits_looks(3)
    watch.stop()

    assert watch.is_polling


def test_a_lost_event_costs_seconds(news: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is looked at again now and then, though no event has told of anything."""
    monkeypatch.setattr(watch_module, "RESCAN_SECONDS", 0.01)
    told = Heard()
    watch = Watch(news.root, "config.yaml", told)
    watch.start()
    told.awaits_looks(2)
    watch.stop()


def test_names_that_are_no_text_are_noted(news: Newsroom, heard: Heard) -> None:
    """The observer lives on."""
    with open(os.fsencode(news.root / "content/articles") + b"/\xff.md", "wb"):  # noqa: PTH123
        pass
    heard.awaits(os.fsdecode(b"content/articles/\xff.md"))
    (news.root / "content/articles/b.md").write_text("x")
    heard.awaits("content/articles/b.md")


def test_a_save_that_is_over_is_not_waited_for() -> None:
    """Only one that is under way is, since half a file would be read."""
    notes = watch_module.EventCollector("/news")
    notes.on_any_event(FileModifiedEvent("/news/content/a.md"))
    assert not notes._is_save_complete
    notes.on_any_event(DirModifiedEvent("/news/content"))
    assert not notes._is_save_complete
    assert notes.take(0) == {"content/a.md"}


def test_git_is_found_above_and_elsewhere(tmp_path: Path) -> None:
    """A newsletter may be a folder of a repository, and a work tree keeps its lock in another place."""
    (tmp_path / "repository/.git/worktrees/other").mkdir(parents=True)
    (tmp_path / "other/news").mkdir(parents=True)
    (tmp_path / "other/.git").write_text("gitdir: ../repository/.git/worktrees/other\n")
    locks = git_locks(str(tmp_path / "other/news"))
    assert not is_git_busy(locks)
    (tmp_path / "repository/.git/worktrees/other/index.lock").write_text("")
    assert is_git_busy(locks)
    assert not is_git_busy(git_locks(str(tmp_path / "repository")))
    os.utime(tmp_path / "repository/.git/worktrees/other/index.lock", (1, 1))
    assert not is_git_busy(locks)
