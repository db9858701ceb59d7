"""The preview as a process: its start, its end, and builds beside it."""

from __future__ import annotations

import signal
import socket
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.cost import HANG_SECONDS
from tests.newsroom import held, newsroom
from tests.previewing import DESK, EVENTS, SERVED_SITE, eventually, previewing
from tests.sites import SMALL_SITE

AT_ONCE_SECONDS = 20  # a fifth of a second on a machine that does nothing else


def test_nothing_is_written_to_the_site(tmp_path: Path) -> None:
    """Whether it exists or not, and whatever is requested and edited meanwhile."""
    for name, is_published in (("published", True), ("fresh", False)):
        (tmp_path / name).mkdir()
        news = newsroom(tmp_path / name, SERVED_SITE)
        if is_published:
            news.build()
        before = looks(news.root, "site", ".site.broadsheet")
        with previewing(news) as preview:
            news.write("content/articles/new.md", "---\ntitle: New\ndate: 2026-11-05\n---\nText.\n")
            preview.content("/articles/new/", "Text.")
            news.write("content/articles/new.md", "---\ntitle: [\n")
            eventually(lambda: "new.md" in preview.words)
        assert looks(news.root, "site", ".site.broadsheet") == before


def looks(root: Path, *names: str) -> dict[str, tuple[int, int, int]]:
    """Inode, size and time of these folders and everything in them."""
    folders = [root / name for name in names if (root / name).exists()]
    paths = [path for folder in folders for path in (folder, *folder.rglob("*"))]
    return {str(p): (p.lstat().st_ino, p.lstat().st_size, p.lstat().st_mtime_ns) for p in paths}


def test_a_build_renders_nothing_that_the_preview_has_rendered(tmp_path: Path) -> None:
    """Requested pages are in the cache, also those that were soon edited again."""
    news = newsroom(tmp_path)
    with previewing(news) as preview:
        # A body edit under way: the preview renders it, the build need not.
        news.write("content/articles/a.md", (news.root / "content/articles/a.md").read_text() + "\nAn end.\n")
        preview.content("/articles/first/", "An end.")
        asked = ["/", "/articles/first/", "/articles/second/", "/topics/ai/", "/feed.xml", "/sitemap.xml", "/404.html"]
        for path in asked:
            preview.ask(path)
    told = news.build()

    assert told["ok"]
    assert told["reused"] >= len(asked)


def test_a_build_after_a_while_renders_nothing(tmp_path: Path) -> None:
    """Everything else is rendered in the background."""
    news = newsroom(tmp_path, SERVED_SITE)
    with previewing(news) as preview:
        eventually(lambda: "would be published:" in preview.ask(DESK).text, lambda: preview.ask(DESK).text)
    told = news.build()

    assert told["ok"]
    assert told["rendered"] == 0
    assert not [path for path in held(news.site) if "draft" in path or "later" in path]


def test_a_build_beside_the_preview_is_sound(tmp_path: Path) -> None:
    """Both use the same cache at the same time; drafts stay in the preview."""
    news = newsroom(tmp_path, SERVED_SITE)
    with previewing(news) as preview:
        assert preview.ask("/articles/draft-of-a-thing/").status == 200
        news.assert_sound()
        assert not (news.site / "articles/draft-of-a-thing").exists()
        assert not (news.site / "articles/later-thing").exists()
        assert "Draft of a thing" in preview.ask("/").text


def test_the_date_can_be_set(tmp_path: Path) -> None:
    """Articles after it are scheduled, and have a badge."""
    news = newsroom(tmp_path, SERVED_SITE)
    with previewing(news, as_of="2026-11-02T12:00+00:00") as preview:
        desk = preview.ask(DESK).text
        assert "2026-11-02" in desk or "2 November 2026" in desk or "November 2, 2026" in desk
        assert preview.ask("/articles/third/").status == 200


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_at_once(by: signal.Signals, tmp_path: Path) -> None:
    """With open streams, incomplete requests and idle connections; and with the right exit code."""
    with previewing(newsroom(tmp_path)) as preview, ExitStack() as stack:
        for number in range(20):
            wire = stack.enter_context(socket.create_connection(("127.0.0.1", preview.port), timeout=HANG_SECONDS))
            wire.sendall(
                [f"GET {EVENTS} HTTP/1.1\r\nHost: localhost:{preview.port}\r\n\r\n".encode(), b"GET / HT"][number % 2]
            )
        preview.ask("/")
        code, seconds = preview.end(by)

        assert seconds < AT_ONCE_SECONDS
        assert code in ((0, 130) if by is signal.SIGINT else (0, 143, -15))


def test_it_ends_while_it_still_works(tmp_path: Path) -> None:
    """Also while the archive is being rendered in the background."""
    articles = "".join(
        f"-- content/articles/n{number}.md --\n---\ntitle: Number {number}\ndate: 2026-01-01T10:00Z\n---\nProse.\n"
        for number in range(400)
    )
    with previewing(newsroom(tmp_path, SMALL_SITE + articles)) as preview:
        assert preview.ask("/").status == 200
        _, seconds = preview.end()

        assert seconds < AT_ONCE_SECONDS


def test_the_next_port_is_taken_if_one_is_in_use(tmp_path: Path) -> None:
    """The printed address has the new port; two previews of the same newsletter can run at once."""
    news = newsroom(tmp_path)
    with previewing(news) as first, previewing(news, "--port", str(first.port)) as second:
        assert first.port < second.port < first.port + 50
        assert first.ask("/").body and second.ask("/").status == 200
