"""The watch: every way of saving is reported once; reads and temporary files are not."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
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
from tests.sites import REPOSITORY

PATIENCE_SECONDS = 60.0


class Recorder:
    """Owns the paths that a watch has reported so far."""

    def __init__(self) -> None:
        self.reports: list[frozenset[str]] = []
        self._more = threading.Condition()

    def __call__(self, paths: frozenset[str]) -> None:
        with self._more:
            self.reports.append(paths)
            self._more.notify_all()

    def wait_for(self, path: str) -> None:
        """Wait until the path is reported."""
        with self._more:
            assert self._more.wait_for(lambda: any(path in paths for paths in self.reports), PATIENCE_SECONDS), (
                self.reports
            )

    def wait_for_rescans(self, count: int) -> None:
        """Wait until so many rescans are due."""
        with self._more:
            assert self._more.wait_for(lambda: self.reports.count(frozenset()) >= count, PATIENCE_SECONDS)

    @property
    def paths(self) -> set[str]:
        """All paths reported so far."""
        return {path for paths in self.reports for path in paths}


@pytest.fixture
def news(tmp_path: Path) -> Newsroom:
    """A small newsletter on disk."""
    return newsroom(tmp_path)


@pytest.fixture
def recorder(news: Newsroom) -> Iterator[Recorder]:
    """What a watch of it reports."""
    recorder = Recorder()
    watch = Watch(news.root, "config.yaml", recorder)
    watch.start()
    assert not watch.is_polling
    yield recorder
    watch.stop()


@pytest.mark.parametrize("name", SAVES)
def test_every_way_of_saving_is_reported(name: str, news: Newsroom, recorder: Recorder) -> None:
    """With the path of the file, whatever temporary files the editor writes."""
    file = news.root / "content/articles/c.md"
    SAVES[name](file, file.read_text() + "\nMore.\n")
    recorder.wait_for("content/articles/c.md")

    assert all(len(paths) <= 3 for paths in recorder.reports)


def test_settings_and_new_folders_are_reported(news: Newsroom, recorder: Recorder) -> None:
    """And files in new subfolders."""
    (news.root / "config.yaml").write_text("title: News\n")
    recorder.wait_for("config.yaml")
    folder = news.root / "content/articles/2026/11"
    folder.mkdir(parents=True)
    recorder.wait_for("content/articles/2026")
    (folder / "new.md").write_text("x")
    recorder.wait_for("content/articles/2026/11/new.md")


# Folders within folders, made faster than they can be watched.
MANY_FOLDERS = """
import sys
from pathlib import Path
from threading import Event
from broadsheet.preview.watch import Watch

root, last = Path(sys.argv[1]), Event()
watch = Watch(root, "config.yaml", lambda paths: last.set() if "content/articles/last.md" in paths else None)
watch.start()
for number in range(300):
    (root / f"content/articles/{number}/a/b/c/d/e").mkdir(parents=True)
(root / "content/articles/last.md").write_text("x")
assert last.wait(60)
watch.stop()
"""


def test_many_new_folders_at_once_print_nothing(news: Newsroom) -> None:
    """Neither a warning of Python's nor the end of a thread, which authors could only wonder about."""
    command = [sys.executable, "-c", MANY_FOLDERS, str(news.root)]
    result = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY, timeout=120, check=False)

    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_the_theme_is_watched(news: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the package is; and so is the newsletter's folder for its own templates, from the first one on."""
    theme = tmp_path / "package/theme"
    (theme / "style").mkdir(parents=True)
    (theme / "style/base.css").write_text("a {}")
    shutil.rmtree(news.root / "templates")
    monkeypatch.setattr(watch_module, "theme_folder", lambda: theme)
    recorder = Recorder()
    watch = Watch(news.root, "config.yaml", recorder)
    watch.start()
    (theme / "style/base.css").write_text("b {}")
    recorder.wait_for(str(theme / "style/base.css"))
    (news.root / "templates").mkdir()
    recorder.wait_for("templates")
    (news.root / "templates/404.html").write_text("x")
    recorder.wait_for("templates/404.html")
    watch.stop()


def test_reads_and_temporary_files_are_not_reported(news: Newsroom, recorder: Recorder) -> None:
    """Nor files written to the site and the cache."""
    for name in ("content/articles/.c.md.swp", "content/articles/c.md~", "content/4913", "site.html", "site/x/y.html"):
        (news.root / name).parent.mkdir(parents=True, exist_ok=True)
        (news.root / name).write_text("x")
    (news.root / "content/articles/c.md").read_text()
    (news.root / "content/articles/b.md").write_text("x")
    recorder.wait_for("content/articles/b.md")

    assert recorder.paths <= {"content/articles/b.md", "site", "site.html"}


def test_many_changes_are_reported_at_once(news: Newsroom, recorder: Recorder) -> None:
    """Such as those of a checkout, which takes a while."""
    lock = news.root / ".git/index.lock"
    lock.parent.mkdir()
    lock.write_text("")
    names = [f"content/articles/n{number}.md" for number in range(80)]
    for name in names:
        (news.root / name).write_text("x")
    lock.unlink()
    recorder.wait_for(names[-1])

    assert [paths for paths in recorder.reports if paths & set(names)] == [
        paths for paths in recorder.reports if set(names) <= paths
    ]


def test_a_replaced_folder_is_watched_again(news: Newsroom, recorder: Recorder) -> None:
    """As when a checkout deletes and creates it."""
    (news.root / "content").rename(news.root / "away")
    recorder.wait_for("content")
    (news.root / "content/articles").mkdir(parents=True)
    recorder.wait_for_rescans(1)
    (news.root / "content/articles/other.md").write_text("x")
    recorder.wait_for("content/articles/other.md")


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EMFILE])
def test_without_watches_the_folders_are_scanned_often(
    code: int, news: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Machines that run many programs may reach the limits of inotify."""

    def refuse(*arguments: object, **named: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(BaseObserver, "schedule", refuse)
    monkeypatch.setattr(watch_module, "RESCAN_SECONDS_POLLING", 0.01)
    recorder = Recorder()
    watch = Watch(news.root, "config.yaml", recorder)
    watch.start()
    recorder.wait_for_rescans(3)
    watch.stop()

    assert watch.is_polling


def test_a_lost_event_delays_an_update_by_seconds(news: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rescans are due regularly, even without events."""
    monkeypatch.setattr(watch_module, "RESCAN_SECONDS", 0.01)
    recorder = Recorder()
    watch = Watch(news.root, "config.yaml", recorder)
    watch.start()
    recorder.wait_for_rescans(2)
    watch.stop()


def test_names_that_are_not_utf8_are_reported(news: Newsroom, recorder: Recorder) -> None:
    """And do not end the observer."""
    with open(os.fsencode(news.root / "content/articles") + b"/\xff.md", "wb"):  # noqa: PTH123
        pass
    recorder.wait_for(os.fsdecode(b"content/articles/\xff.md"))
    (news.root / "content/articles/b.md").write_text("x")
    recorder.wait_for("content/articles/b.md")


def test_a_complete_save_is_reported_at_once() -> None:
    """An incomplete one is waited for, since half a file would be read."""
    collector = watch_module.EventCollector("/news")
    collector.on_any_event(FileModifiedEvent("/news/content/a.md"))
    assert not collector._is_save_complete
    collector.on_any_event(DirModifiedEvent("/news/content"))
    assert not collector._is_save_complete
    assert collector.take(0) == {"content/a.md"}


def test_git_locks_are_found_in_parents_and_worktrees(tmp_path: Path) -> None:
    """A newsletter may be a subfolder of a repository, and the lock of a worktree is in another folder."""
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
