"""The background check finds what a build and a check would find."""

from __future__ import annotations

from pathlib import Path

from broadsheet.preview.background_check import CheckResult, check_next_build
from tests.newsroom import newsroom


def test_it_finds_what_a_check_finds(tmp_path: Path) -> None:
    """Problems of rendered pages, and the manifest of the next build, which then renders nothing."""
    news = newsroom(tmp_path)
    news.write("content/static/alone.html", "<!doctype html><title>A</title><a href='/nowhere/'>x</a>")
    arguments = {
        "root": str(news.root),
        "config": "config.yaml",
        "base_url": "",
        "state": str(news.root / ".broadsheet"),
        "output": str(news.site),
        "as_of": news.as_of,
    }
    found = check_next_build(**arguments)

    assert isinstance(found, CheckResult) and found.next_manifest is not None
    assert any('"/nowhere/"' in problem.message for problem in found.problems)
    assert "articles/first/index.html" in found.next_manifest.entries
    assert not news.site.exists()
    assert news.build()["rendered"] == 0
