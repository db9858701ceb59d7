"""Builds killed at random moments: the published folder is wholly old or wholly new, and the next build is right."""

from __future__ import annotations

import os
import random
import subprocess
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cost import HANG_SECONDS
from tests.newsroom import PLAIN, Newsroom, assert_same, held, newsroom, process

KILLS = {20: 30, 170: 20}  # by number of articles; the second has enough of them for worker processes


class Reader(threading.Thread):
    """Reads the site over and over through one open folder, until `stop`; keeps what it found that is not allowed."""

    def __init__(self, site: Path, allowed: list[Mapping[str, bytes]]) -> None:
        super().__init__(daemon=True)
        self.site, self.allowed, self.wrong, self.passes = site, allowed, "", 0
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(0.005):  # a reader without a rest would take a core from the builds
            try:
                found = read_whole(self.site)
            except OSError as error:
                self.wrong = self.wrong or repr(error)
                continue
            self.passes += 1
            if found not in self.allowed:
                self.wrong = self.wrong or f"a mixture: {sorted(found.items() ^ self.allowed[-1].items())[:4]}"

    def stop(self) -> None:
        """Ends the reading."""
        self.over.set()
        self.join(30)


def read_whole(site: Path) -> dict[str, bytes]:
    """All files, as a server sees them that has opened the folder once. Raises OSError when one is missing."""
    top = os.open(site, os.O_RDONLY | os.O_DIRECTORY)
    found = {}
    try:
        for folder, _, names, handle in os.fwalk(".", dir_fd=top):
            for name in names:
                with open(os.open(name, os.O_RDONLY, dir_fd=handle), "rb") as file:  # noqa: PTH123
                    found[f"{folder}/{name}".removeprefix("./")] = file.read()
    finally:
        os.close(top)
    return found


def with_articles(folder: Path, count: int) -> Newsroom:
    """A newsletter of so many small articles."""
    news = newsroom(folder)
    for n in range(count):
        news.write(
            f"content/articles/piece-{n}.md",
            f"---\ntitle: Piece {n}\ndate: 2026-{n % 11 + 1:02}-{n % 28 + 1:02}\ntopics: [ai]\n---\nSome prose {n}.\n",
        )
    return news


def edit(news: Newsroom, number: int, chance: random.Random) -> None:
    """Something new in every page, in one, or in an article and in which there are."""
    kind = chance.choice(["all", "one", "some"])
    if kind == "all":
        news.write("config.yaml", f"{PLAIN}title: Small News {number}\nbase_url: https://small.example/\n")
    news.write("content/pages/about.md", f"---\ntitle: About\n---\nEdition {number}.\n")
    if kind == "some":
        news.write(
            f"content/articles/piece-{chance.randrange(9)}.md", f"---\ntitle: P {number}\ndate: 2026-11-01\n---\nX.\n"
        )
        news.write(
            "content/articles/more.md", "---\ntitle: More\ndate: 2026-11-02\n---\nMore.\n" if number % 2 else None
        )


def others_of(session: int) -> list[int]:
    """The processes that are left of a session."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == session and fields[0] != "Z":
                found.append(int(entry.name))
    return found


def begun(news: Newsroom) -> subprocess.Popen[str]:
    """A build in a process and a session of its own."""
    return process(news.root, "--jobs", "2", "--quiet")


@pytest.mark.parametrize("articles", KILLS)
def test_killed_at_random_moments(tmp_path: Path, articles: int) -> None:
    """Each time the site is old or new, under the eyes of a reader; no process is left; the next build is right."""
    chance = random.Random(articles)
    news = with_articles(tmp_path, articles)
    started = time.monotonic()
    with begun(news) as child:
        assert child.wait(HANG_SECONDS) == 0
    duration = time.monotonic() - started
    allowed: list[Mapping[str, bytes]] = [held(news.site)]
    reader = Reader(news.site, allowed)
    reader.start()
    killed = 0
    for number in range(KILLS[articles]):
        edit(news, number, chance)
        before = held(news.site)
        after = news.clean()[1]
        allowed[:] = [before, after]
        started = time.monotonic()
        with begun(news) as child:
            try:
                child.wait(chance.uniform(0.1, 1) * duration)
                duration = min(duration, time.monotonic() - started)  # the machine has less to do than it had
            except subprocess.TimeoutExpired:
                child.kill()
                killed += 1
            child.wait(HANG_SECONDS)
        assert held(news.site) in (before, after)
        left = time.monotonic() + HANG_SECONDS
        while others_of(child.pid):
            assert time.monotonic() < left, "the killed build has left processes behind"
            time.sleep(0.02)
        result = news.build()
        assert result["ok"]
        assert_same(held(news.site), after)
    reader.stop()
    assert reader.wrong == ""
    assert reader.passes > KILLS[articles]
    assert killed >= KILLS[articles] / 2
