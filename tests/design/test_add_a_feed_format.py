"""A new feed format is one declaration and one module: this test adds one to a copy of the package."""

from __future__ import annotations

import re
import subprocess
import sys
from html import unescape
from pathlib import Path
from shutil import copy, copytree, ignore_patterns

import pytest

from tests.newsroom import Newsroom
from tests.previewing import DESK, previewing
from tests.sites import REPOSITORY, SMALL_SITE, written

DECLARATION = 'FeedFormat("jsonl", "JSON Lines", "feed.jsonl", "application/jsonl", "json_lines"),\n        '
MODULE = '''
"""JSON Lines: the feed in the first line, an entry in each of the others."""

import json

from .content import content
from .parsing import ParsedEntry, ParsedFeed


def render(job, site, closure):
    view = job.view
    lines = [{"title": view.title, "home_url": view.home_url, "self_url": view.url, "language": view.language}]
    for item in view.items:
        html = content(item, view, dict(job.documents))
        lines.append({"id": item.id, "url": item.url, "title": item.title, "date": item.date.iso, "html": html})
    return "".join(json.dumps(line) + "\\n" for line in lines).encode()


def parse(data):
    feed, *items = map(json.loads, data.splitlines())
    entries = [
        ParsedEntry(
            item["id"], item["url"], item["title"], item["date"], "", content=item["html"], html=(item["html"],),
            title_may_be_html=True,
        )
        for item in items
    ]
    return ParsedFeed(description="", entries=tuple(entries), **feed)
'''
SITE = SMALL_SITE.replace(
    "title: Small News", "title: Small News\nfeeds: {families: {newsletter: [rss, jsonl], topics: [jsonl]}}"
).replace("title: Third", 'title: "A </b> in its title"')
PAGE = "-- content/pages/subscribe.md --\n---\ntitle: Subscribe\n---\nAll feeds.\n"
MEDIA_TYPES = """
from pathlib import Path
from broadsheet.core.manifest import media_type
for file in sorted(Path("site").rglob("feed.*")):
    print(file, media_type(file.relative_to("site").as_posix()))
"""


@pytest.fixture
def engine(tmp_path: Path) -> Path:
    """A copy of the program with the format "jsonl" added."""
    folder = tmp_path / "engine"
    copytree(REPOSITORY / "broadsheet", folder / "broadsheet", ignore=ignore_patterns("__pycache__"))
    copy(REPOSITORY / "build.py", folder)
    formats = folder / "broadsheet/core/feed_formats.py"
    formats.write_text(formats.read_text().replace('FeedFormat("rss"', DECLARATION + 'FeedFormat("rss"', 1))
    (folder / "broadsheet/render/feeds/json_lines.py").write_text(MODULE)
    return folder


def run(engine: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the copy's Python with these arguments in a newsletter's folder."""
    environment = {"PYTHONPATH": str(engine), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True)


def broadsheet(engine: Path, folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    return run(engine, folder, str(engine / "build.py"), command, "--as-of", "2026-11-24")


def test_a_format_is_added_by_one_declaration_and_one_module(engine: Path, tmp_path: Path) -> None:
    """It is accepted in config.yaml, published, linked, listed, typed, checked and previewed."""
    files = {path for path in engine.rglob("*") if path.is_file()}
    touched = [
        path.relative_to(engine).as_posix()
        for path in sorted(files)
        if not (original := REPOSITORY / path.relative_to(engine)).exists()
        or original.read_bytes() != path.read_bytes()
    ]
    assert touched == ["broadsheet/core/feed_formats.py", "broadsheet/render/feeds/json_lines.py"]

    news = written(SITE + PAGE, tmp_path / "news")
    built = broadsheet(engine, news, "build")
    assert built.returncode == 0, built.stderr
    site = news / "site"
    assert (site / "feed.jsonl").read_text().count("\n") == 4
    assert not (site / "feed.json").exists()

    types = dict(line.split() for line in run(engine, news, "-c", MEDIA_TYPES).stdout.splitlines())
    assert types["site/feed.jsonl"] == types["site/topics/ai/feed.jsonl"] == "application/jsonl"

    link = '<link rel="alternate" type="application/jsonl" title="Small News (JSON Lines)" href="/feed.jsonl">'
    assert link in (site / "index.html").read_text()
    assert re.search('<a href="/feed.jsonl"[^>]*>JSON Lines</a>', (site / "subscribe/index.html").read_text())
    assert "https://small.example/topics/ai/feed.jsonl" in (site / "feeds.opml").read_text()

    checked = broadsheet(engine, news, "check")
    assert 'feed.jsonl:1:1: warning: the title "A </b> in its title" contains "</b>"' in checked.stdout + checked.stderr
    (news / "content/articles/b.md").unlink()
    (news / "content/articles/a.md").write_text(
        (news / "content/articles/a.md").read_text().replace("topics: [ai]", "topics: [money]")
    )
    checked = broadsheet(engine, news, "check")
    assert 'the feed "/topics/ai/feed.jsonl" would be removed' in checked.stdout + checked.stderr

    with previewing(Newsroom(news), engine=engine) as preview:
        page = unescape(preview.ask(f"{DESK}feeds/?of=/feed.jsonl").text)
    assert "A </b> in its title" in page and "2 entries" in page
