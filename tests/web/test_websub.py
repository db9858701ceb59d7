"""Telling the hub after an upload which feeds have changed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from broadsheet.commands.main import main
from tests.sites import SMALL_SITE, written


class Hub(HTTPServer):
    """Owns what it was told, and the status that it returns."""

    told: list[dict[str, list[str]]]
    status = 204


class _Handler(BaseHTTPRequestHandler):
    server: Hub

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.told.append(parse_qs(body))
        self.send_response(self.server.status)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def hub() -> Iterator[Hub]:
    with Hub(("127.0.0.1", 0), _Handler) as server:
        server.told = []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def newsletter(folder: Path, hub: str) -> Path:
    return written(SMALL_SITE.replace("title: Small News", f"title: Small News\nfeeds: {{hub: '{hub}'}}"), folder)


def ping(folder: Path, *more: str) -> int:
    return main(["ping", "--root", str(folder), *more])


def test_the_hub_hears_of_what_changed(tmp_path: Path, hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    """All feeds the first time, then only those with other bytes; --all tells of everything again."""
    root = newsletter(tmp_path, f"http://127.0.0.1:{hub.server_port}/")
    assert main(["--root", str(root), "--quiet", "--as-of", "2026-11-24"]) == 0

    assert ping(root) == 0
    assert [note["hub.mode"] for note in hub.told] == [["publish"]]
    assert hub.told[0]["hub.url"] == [
        "https://small.example/feed.atom",
        "https://small.example/feed.json",
        "https://small.example/feed.xml",
        "https://small.example/sources/wire/feed.xml",
        "https://small.example/topics/ai/feed.xml",
        "https://small.example/topics/money/feed.xml",
    ]
    assert ping(root) == 0
    assert len(hub.told) == 1
    article = root / "content/articles/c.md"
    article.write_text(article.read_text().replace("Prose again", "Prose at last"))
    assert main(["--root", str(root), "--quiet", "--as-of", "2026-11-24"]) == 0
    assert ping(root) == 0
    assert "https://small.example/topics/ai/feed.xml" not in hub.told[1]["hub.url"]
    assert ping(root, "--all", "--base-url", "https://other.example/") == 0
    assert hub.told[2]["hub.url"][0] == "https://other.example/feed.atom"
    assert "No feed has changed." in capsys.readouterr().out


def test_a_hub_that_refuses_is_told_again(tmp_path: Path, hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    """What it did not take is not noted as told."""
    root = newsletter(tmp_path, f"http://127.0.0.1:{hub.server_port}/")
    main(["--root", str(root), "--quiet", "--as-of", "2026-11-24"])
    for hub.status in (403, 302):
        assert ping(root) == 1
        assert f"returned {hub.status}" in capsys.readouterr().err
    hub.status = 204
    assert ping(root) == 0
    assert len(hub.told) == 3


def test_what_keeps_the_hub_from_being_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No hub, no site, nobody there: a sentence each, and no traceback."""
    root = written(SMALL_SITE, tmp_path / "a")
    assert ping(root) == 1
    assert "no hub is set" in capsys.readouterr().err
    root = newsletter(tmp_path / "b", "http://127.0.0.1:9/")
    assert ping(root) == 1
    assert "publish it first" in capsys.readouterr().err
    main(["--root", str(root), "--quiet", "--as-of", "2026-11-24"])
    assert ping(root) == 1
    assert "cannot reach the hub" in capsys.readouterr().err
