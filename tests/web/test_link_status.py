"""Sources that die are found, their copies are looked for, and articles lead to them; nothing of it in a build."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from broadsheet.cache.cache import MemoryCache
from broadsheet.commands import main as cli
from broadsheet.content.lockfile import NO_COPY, KnownAddress, read_lock
from broadsheet.core.errors import Location
from broadsheet.source.tree import SourceTree, source_tree
from broadsheet.web.client import DISALLOWED, Fetcher, Response
from broadsheet.web.link_status import Cited, find_copy, refresh, updated
from tests.cost import HANG_SECONDS
from tests.newsroom import Newsroom, newsroom
from tests.servers.remote import Remote, Says, remote
from tests.sites import REPOSITORY, SMALL_SITE, built, changed, outputs, tree, without_drawings

TODAY = date(2026, 11, 24)
URL = "https://wire.example/a"
COPY = "http://web.archive.org/web/20251101093000/https://wire.example/a"
SECURE = COPY.replace("http://web", "https://web")


def snapshot(url: str = COPY, status: str = "200", **more: object) -> Says:
    closest = {"available": True, "url": url, "timestamp": "20251101093000", "status": status, **more}
    return Says(body=json.dumps({"url": "x", "archived_snapshots": {"closest": closest}}).encode())


NOTHING = Says(body=b'{"url": "x", "archived_snapshots": {}}')


def hurried() -> Fetcher:
    return Fetcher(pause_seconds=0, deadline_seconds=1.0)


def after(known: dict[str, KnownAddress], urls: list[str], archive: str = "http://127.0.0.1:9/", **given: Any) -> Any:
    cited = {url: Cited(Location("a.md"), date(2025, 11, 1)) for url in urls}
    return refresh(cited, known, hurried(), lambda: None, **{"archive": archive, "today": TODAY, **given})


def test_every_source_is_asked_and_what_it_says_is_kept() -> None:
    """Its status, where it has moved to, and since when it fails."""
    known: dict[str, KnownAddress] = {}
    with remote(fine=Says(), moved=Says(301, {"Location": "/fine"}), gone=Says(410), down=Says(500), shy=Says(403),
                robots_txt=Says(body=b"User-agent: *\nDisallow: /closed"), api=NOTHING) as host:  # fmt: skip
        paths = ["fine", "moved", "gone", "lost", "down", "shy", "closed"]
        work = after(known, [f"{host.url}/{path}" for path in paths], f"{host.url}/api")

    assert (work.asked, work.left, work.found) == (7, 0, 0)
    assert {url.removeprefix(host.url): one for url, one in known.items()} == {
        "/fine": KnownAddress("200", TODAY),
        "/moved": KnownAddress("200", TODAY, final=f"{host.url}/fine"),
        "/gone": KnownAddress("410", TODAY, TODAY, archive=NO_COPY),
        "/lost": KnownAddress("404", TODAY, TODAY, archive=NO_COPY),
        "/down": KnownAddress("500", TODAY, TODAY),
        "/shy": KnownAddress("403", TODAY),
        "/closed": KnownAddress("robots", TODAY),
    }


def test_a_host_that_is_gone_or_wants_a_pause() -> None:
    """No answer is one, and is kept; a wish to be asked later is not."""
    known: dict[str, KnownAddress] = {}
    with remote() as gone:
        pass
    with remote(busy=Says(429), api=NOTHING) as busy:
        after(known, [f"{gone.url}/x", f"{busy.url}/busy"], f"{busy.url}/api")

    assert known == {f"{gone.url}/x": KnownAddress("none", TODAY, TODAY)}


def test_a_computer_that_is_offline_knows_nothing_of_sources() -> None:
    """When nobody answers, not even the archive, nothing is noted; else a week without network would kill them all."""
    with remote() as gone:
        pass
    known = {f"{gone.url}/x": KnownAddress("200", date(2026, 1, 1))}
    work = after(known, [f"{gone.url}/x", f"{gone.url}/y"], f"{gone.url}/api")

    assert (work.asked, work.is_offline) == (2, True)
    assert known == {f"{gone.url}/x": KnownAddress("200", date(2026, 1, 1))}


@pytest.mark.parametrize(
    ("before", "days", "is_asked"),
    [
        (KnownAddress("200", TODAY), 13, False),
        (KnownAddress("200", TODAY), 14, True),
        (KnownAddress("404", TODAY, TODAY), 0, False),
        (KnownAddress("404", TODAY, TODAY), 1, True),
        (KnownAddress("200", TODAY), -1, True),
        (KnownAddress("gone"), 100, False),
        (KnownAddress("gone", TODAY), 100, False),
        (KnownAddress("404"), 0, True),
        (KnownAddress(), 0, True),
    ],
)
def test_when_a_source_is_asked_again(before: KnownAddress, days: int, is_asked: bool) -> None:
    """After two weeks, or a day when it failed; never when a person says that it is gone."""
    with remote(fine=Says(), api=NOTHING) as host:
        known = {f"{host.url}/fine": before}
        work = after(known, [f"{host.url}/fine"], f"{host.url}/api", today=TODAY + timedelta(days=days))

    assert work.asked == int(is_asked)


def test_those_that_waited_longest_come_first() -> None:
    """So that every run gets further, whatever its limit."""
    with remote(a=Says(), b=Says(), c=Says()) as host:
        known = {
            f"{host.url}/a": KnownAddress("200", date(2026, 2, 1)),
            f"{host.url}/b": KnownAddress("200", date(2026, 1, 1)),
        }
        work = after(known, [f"{host.url}/{name}" for name in "abc"], most=2)

    assert (work.asked, work.left) == (2, 1)
    assert [path for method, path in host.asked if method == "HEAD"] == ["/c", "/b"]


def test_a_source_that_is_back_is_alive() -> None:
    """The copy that was found stays on record."""
    dead = KnownAddress("404", TODAY, TODAY, archive=SECURE, archived=date(2025, 11, 1))
    back = updated(dead, URL, Response(200, URL), TODAY)

    assert back == KnownAddress("200", TODAY, archive=SECURE, archived=date(2025, 11, 1))
    assert not back.is_dead


def test_trouble_is_dated_from_its_first_day() -> None:
    """However its kind may change."""
    first = updated(KnownAddress(), URL, Response(500, URL), TODAY)
    second = updated(first, URL, Response(0, URL, "no route"), TODAY + timedelta(days=3))

    assert second == KnownAddress("none", TODAY + timedelta(days=3), TODAY)
    assert updated(second, URL, Response(0, URL, DISALLOWED), TODAY).since is None


def test_a_copy_is_looked_for_near_the_day_of_the_article() -> None:
    """In the manner of the Internet Archive."""
    with remote(api=snapshot()) as host:
        found = find_copy("https://wire.example/a?b=1&c", date(2025, 11, 1), hurried(), f"{host.url}/api")

    assert found == SECURE
    assert host.asked == [("GET", "/api?url=https%3A%2F%2Fwire.example%2Fa%3Fb%3D1%26c&timestamp=20251101")]


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        (NOTHING, NO_COPY),
        (snapshot(status="404"), NO_COPY),
        (snapshot(available=False), NO_COPY),
        (snapshot("javascript:alert(1)"), NO_COPY),
        (snapshot("file:///etc/passwd"), NO_COPY),
        (Says(body=b'{"archived_snapshots": {"closest": 5}}'), NO_COPY),
        (Says(body=b"[]"), NO_COPY),
        (Says(body=b"[" * 90_000), NO_COPY),
        (Says(body=b"<html>Busy</html>"), None),
        (Says(body=b"{" + b" " * 200_000), None),
        (Says(503), None),
        (Says(429), None),
        (Says(hangs=True), None),
    ],
)
def test_what_the_archive_may_say(says: Says, expected: str | None) -> None:
    """Nothing, nonsense, or come again later; what leads anywhere else is no copy."""
    with remote(api=says) as host:
        assert find_copy(URL, TODAY, hurried(), f"{host.url}/api") == expected


def test_an_archive_that_has_no_time_is_asked_another_day() -> None:
    """Once; and nothing is noted."""
    with remote(api=Says(503)) as host:
        known = {f"{host.url}/{name}": KnownAddress("404", TODAY, TODAY) for name in "abc"}
        work = after(known, list(known), f"{host.url}/api")

    assert (work.found, {one.archive for one in known.values()}) == (0, {""})
    assert len(host.asked) == 1


# In a build

LOCK = f"{URL}\n  status 404\n  archive {SECURE}\n"
SITE = without_drawings(tree(SMALL_SITE))


def with_lock(text: str | None, source: SourceTree = SITE) -> SourceTree:
    return changed(source, {"links.lock": text})


def article_of(source: SourceTree) -> str:
    return outputs(built(source))["articles/first/index.html"].decode()


def test_a_dead_source_shows_its_copy_and_its_day() -> None:
    """In the source box; no link leads to what is gone, and machines are told of both."""
    page = article_of(with_lock(LOCK))

    assert f'<a href="{SECURE}" rel="noopener">read the copy archived on <time' in page
    assert ">1 November 2025</time></a>." in page or ">November 1, 2025</time></a>." in page
    assert f'href="{URL}"' not in page
    assert f'"url":"{URL}","archivedAt":"{SECURE}"' in page


def test_a_copy_without_a_day() -> None:
    """It is shown all the same."""
    page = article_of(with_lock(f"{URL}\n  status gone\n  archive https://copies.example/Ab1\n"))

    assert '<a href="https://copies.example/Ab1" rel="noopener">read an archived copy</a>.' in page


@pytest.mark.parametrize(
    "text",
    [
        f"{URL}\n  status 200\n  archive {SECURE}\n",
        f"{URL}\n  status 404\n",
        f"{URL}\n  status 404\n  archive none\n",
        f"https://other.example/\n  status 404\n  archive {SECURE}\n",
        "",
    ],
)
def test_a_source_that_lives_or_has_no_copy_is_shown_as_ever(text: str) -> None:
    """The page has the bytes it has without the file."""
    assert article_of(with_lock(text)) == article_of(SITE)


def test_the_day_of_a_copy_does_not_depend_on_the_zone() -> None:
    """A day is a day in the newsletter's zone, wherever that is."""
    for zone in ("Pacific/Kiritimati", "America/Los_Angeles"):
        settings = SITE.files["config.yaml"].read().decode() + f"timezone: {zone}\n"
        assert ">November 1, 2025</time>" in article_of(with_lock(LOCK, changed(SITE, {"config.yaml": settings})))


def test_only_the_articles_that_cite_it_are_rendered() -> None:
    """The file is an input of just their pages."""
    store = MemoryCache()
    built(SITE, store=store)

    assert built(with_lock(LOCK), store=store).rendered == ("/articles/first/",)
    assert built(with_lock(LOCK + "\nhttps://other.example/\n  status 404\n"), store=store).rendered == ()
    assert built(SITE, store=store).rendered == ()


def test_a_bad_line_stops_the_build() -> None:
    """With its place."""
    result = built(with_lock(LOCK.replace("404", "dead")))

    assert [str(problem).partition("\n")[0] for problem in result.problems] == [
        'links.lock:2:3: error: "dead" is not a valid status'
    ]
    assert result.manifest is None


def test_incremental_equals_clean_with_it(tmp_path: Path) -> None:
    """On disk: it is read, seen when it changes, and explained."""
    news = newsroom(tmp_path)
    news.assert_sound()
    for text in (LOCK, LOCK.replace("404", "200"), LOCK.replace("2025", "2024"), "nonsense", None):
        news.write("links.lock", text)
        news.assert_sound()


def test_explain_and_verify_know_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The page of the article has changed, and the cache tells the truth."""
    news = newsroom(tmp_path)
    news.build()
    news.write("links.lock", LOCK)
    arguments = ["--root", str(news.root), "--as-of", news.as_of]
    assert cli.main(["explain", "/articles/first/", *arguments]) == 0
    assert "archive" in capsys.readouterr().out
    assert cli.main(["verify", *arguments]) == 0


# The command


@pytest.fixture
def host() -> Iterator[Remote]:
    with remote(api=snapshot()) as found:
        yield found


@pytest.fixture
def news(tmp_path: Path, host: Remote) -> Newsroom:
    """A newsletter whose one source is on a host of ours, as is the archive."""
    text = SMALL_SITE.replace("https://wire.example", host.url)
    return newsroom(tmp_path, text.replace("title:", f"archive: {host.url}/api\ntitle:", 1))


def run(news: Newsroom, *arguments: str) -> int:
    return cli.main(["links", "--root", str(news.root), *arguments])


def lock(news: Newsroom) -> dict[str, KnownAddress]:
    data = (news.root / "links.lock").read_bytes()
    known, problems = read_lock(source_tree({"links.lock": data}).files["links.lock"])
    assert problems == []
    return known


def test_the_command_keeps_the_file(news: Newsroom, host: Remote, capsys: pytest.CaptureFixture[str]) -> None:
    """The dead source gets its copy, the build shows it, and a second run asks nothing and writes nothing."""
    assert run(news) == 0
    assert capsys.readouterr().err == "1 source checked, 1 dead, 1 found in the archive. No problems.\n"
    assert {url: (one.status, one.archive) for url, one in lock(news).items()} == {f"{host.url}/a": ("404", SECURE)}
    assert news.build()["ok"]
    assert SECURE in (news.site / "articles/first/index.html").read_text()
    before, asked = (news.root / "links.lock").stat().st_mtime_ns, len(host.asked)
    assert run(news, "--quiet") == 0
    assert capsys.readouterr().err == ""
    assert ((news.root / "links.lock").stat().st_mtime_ns, len(host.asked)) == (before, asked)


def test_a_dead_source_without_a_copy_is_told(news: Newsroom, host: Remote, capsys: pytest.CaptureFixture[str]) -> None:
    """At the place that cites it, with what to do; a copy written in by hand settles it."""
    host.says["/api"] = NOTHING
    assert run(news, "--quiet") == 0
    assert capsys.readouterr().err == (
        f'content/articles/a.md:6:27: warning: the source "{host.url}/a" does not work (404), and no archived copy is '
        f'known\n  source: {{name: Wire, url: "{host.url}/a"}}\n{" " * 28}{"^" * (len(host.url) + 4)}\n'
        '  hint: look for a copy and add "archive" with its URL below this URL in links.lock\n'
    )
    file = news.root / "links.lock"
    file.write_text(file.read_text().replace("archive none", "archive https://copies.example/1"))
    assert run(news, "--quiet") == 0
    assert capsys.readouterr().err == ""
    assert lock(news)[f"{host.url}/a"].archive == "https://copies.example/1"


def test_what_nobody_cites_any_more_is_dropped(news: Newsroom, host: Remote) -> None:
    """Unless an article cannot be read: it may cite it."""
    news.write("links.lock", "https://old.example/\n  status 200\n")
    news.write("content/articles/broken.md", "---\ntitle: Broken\n---\n")
    assert run(news, "--quiet") == 1
    assert set(lock(news)) == {"https://old.example/", f"{host.url}/a"}
    news.write("content/articles/broken.md", None)
    assert run(news, "--quiet") == 0
    assert set(lock(news)) == {f"{host.url}/a"}


def test_offline_is_told(news: Newsroom, host: Remote, capsys: pytest.CaptureFixture[str]) -> None:
    """As a problem: the command did not do what it should."""
    for path in ("config.yaml", "content/articles/a.md"):
        file = news.root / path
        file.write_text(file.read_text().replace(host.url, "http://127.0.0.1:9"))

    assert run(news, "--quiet") == 1
    assert "links.lock:1:1: error: no server responded, not even the archive" in capsys.readouterr().err


def test_what_is_no_file_is_left_alone(news: Newsroom, host: Remote, capsys: pytest.CaptureFixture[str]) -> None:
    """A pipe would never end, a folder and a link to elsewhere are somebody's."""
    place = news.root / "links.lock"
    os.mkfifo(place)
    assert run(news, "--quiet") == 1
    assert "links.lock:1:1: error: this is a pipe (FIFO), not a file" in capsys.readouterr().err
    assert not news.build()["ok"]
    place.unlink()
    place.mkdir()
    assert run(news, "--quiet") == 1
    assert "links.lock:1:1: error: this is a folder, not a file" in capsys.readouterr().err
    place.rmdir()
    place.symlink_to("/etc/hostname")
    assert run(news, "--quiet") == 1
    assert "points outside the newsletter's folder" in capsys.readouterr().err
    assert host.asked == []


def test_a_bad_line_is_not_written_over(news: Newsroom, host: Remote, capsys: pytest.CaptureFixture[str]) -> None:
    """It is a person's work; nothing is asked."""
    news.write("links.lock", "https://old.example/\n  statsu 404\n")

    assert run(news) == 1
    assert capsys.readouterr().err.startswith(
        'links.lock:2:3: error: unknown field "statsu"\n    statsu 404\n    ^^^^^^\n  hint: did you mean "status"?'
    )
    assert (news.root / "links.lock").read_text() == "https://old.example/\n  statsu 404\n"
    assert host.asked == []


def test_the_command_tells_programs(news: Newsroom, capsys: pytest.CaptureFixture[str]) -> None:
    """With --json, on standard output."""
    assert run(news, "--json") == 0
    told = json.loads(capsys.readouterr().out)

    assert told == {"ok": True, "problems": [], "asked": 1, "left": 0, "dead": 1, "found": 1}
    assert run(news, "--most", "0") == 2


def test_an_interrupt_loses_nothing(news: Newsroom, host: Remote) -> None:
    """What was answered is in the file, whole; the next run goes on from there."""
    with remote(slow=Says(hangs=True)) as slow:
        entry = "---\ntitle: {0}\ndate: 2026-11-04\nsource: {{name: Wire, url: '{1}'}}\n---\nText.\n"
        news.write("content/articles/d.md", entry.format("Fourth", f"{slow.url}/slow"))
        command = [sys.executable, str(REPOSITORY / "build.py"), "links", "--root", str(news.root)]
        with subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True) as process:
            while not (news.root / "links.lock").exists():  # written when the first answer came
                assert process.poll() is None
                slow.closing.wait(0.02)
            os.kill(process.pid, signal.SIGINT)
            said = process.communicate(timeout=HANG_SECONDS)[1]

    assert (process.returncode, said) == (130, b"\nInterrupted. The site is unchanged.\n")
    assert set(lock(news)) == {f"{host.url}/a"}
    assert [path.name for path in news.root.iterdir() if path.name.endswith(".tmp")] == []
    before = len(host.asked)
    with remote(slow=Says()) as slow:
        news.write("content/articles/d.md", entry.format("Fourth", f"{slow.url}/slow"))
        assert run(news, "--quiet") == 0
    assert ("HEAD", "/a") not in host.asked[before:]
    assert len(lock(news)) == 2
