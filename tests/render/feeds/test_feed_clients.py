"""Real feed readers fetch our feeds from a real server: newsboat, feedparser and reader."""

from __future__ import annotations

import os
import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import feedparser
import pytest
import reader as reader_library

from broadsheet.source.tree import SourceTree
from tests.cost import HANG_SECONDS
from tests.feed_sites import FULL, full
from tests.servers.feed_server import Site, serving
from tests.sites import built, edit, outputs
from tools.programs import find_program

KINDS = ("feed.xml", "feed.atom", "feed.json")
# A correction, then both articles.
IDS = [
    "urn:uuid:e0267022-2597-85c1-8db2-e61f7b1c745b",
    *[f"urn:uuid:00000000-0000-4000-8000-00000000000{letter}" for letter in "ba"],
]
MORE = "  - {date: 2026-11-07T12:00+03:00, kind: update, says: It is four by now.}\n"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as server:
        server.files = outputs(built(newsletter(server.url)))
        yield server


def newsletter(url: str) -> SourceTree:
    return full(FULL.replace("https://small.example/", url))


def moved(url: str) -> SourceTree:
    """The same newsletter at another domain, its first article with another slug, title and date."""
    after = edit(
        newsletter(url), "content/articles/a.md", 'title: AT&T <b>buys</b> "it"', "title: Renamed\nslug: elsewhere"
    )
    after = edit(after, "content/articles/a.md", "date: 2026-11-01T10:00+03:00", "date: 2026-11-03T11:00+03:00")
    return edit(after, "config.yaml", url, "https://other.example/")


# feedparser


@pytest.mark.parametrize("kind", ["feed.xml", "feed.atom"])
def test_feedparser_reads_without_a_complaint(site: Site, kind: str) -> None:
    """No bozo bit, the right version and type, and the ids of the articles."""
    parsed: Any = feedparser.parse(site.url + kind)

    assert parsed.bozo == 0
    assert parsed.version == ("rss20" if kind == "feed.xml" else "atom10")
    assert [entry.id for entry in parsed.entries] == IDS


@pytest.mark.parametrize("kind", ["feed.xml", "feed.atom"])
def test_an_unchanged_feed_is_not_sent_again(site: Site, kind: str) -> None:
    """Asked with the tag of the last answer, the server says 304."""
    first: Any = feedparser.parse(site.url + kind)
    second: Any = feedparser.parse(site.url + kind, etag=first.etag)

    assert (first.status, second.status, second.entries) == (200, 304, [])


# reader


@pytest.mark.parametrize("kind", KINDS)
def test_reader_sees_the_same_items_after_everything_moved(site: Site, kind: str) -> None:
    """Slug, title, date and domain change: what was read stays read, and nothing new comes up."""
    client = reader_library.make_reader(":memory:")
    client.add_feed(site.url + kind)
    client.update_feed(site.url + kind)
    before = list(client.get_entries())
    for entry in before:
        client.mark_entry_as_read(entry)
    site.files = outputs(built(moved(site.url)))
    client.update_feed(site.url + kind)
    after = {entry.id: entry for entry in client.get_entries()}

    assert sorted(entry.id for entry in before) == sorted(IDS)
    assert sorted(after) == sorted(IDS)
    assert [entry.id for entry in client.get_entries(read=False)] == []
    assert after[IDS[2]].title == "Renamed"
    assert after[IDS[2]].link == "https://other.example/articles/elsewhere/"


@pytest.mark.parametrize("kind", KINDS)
def test_reader_asks_and_hears_that_nothing_changed(site: Site, kind: str) -> None:
    """The second update costs a header."""
    client = reader_library.make_reader(":memory:")
    client.add_feed(site.url + kind)
    client.update_feed(site.url + kind)
    client.update_feed(site.url + kind)

    assert site.asked == [(f"/{kind}", 200), (f"/{kind}", 304)]


def corrected(url: str) -> SourceTree:
    """The same newsletter once more has been put right."""
    return edit(newsletter(url), "content/articles/a.md", "says: It was three.}\n", f"says: It was three.}}\n{MORE}")


@pytest.mark.parametrize("kind", KINDS)
def test_reader_shows_a_correction_as_one_new_item(site: Site, kind: str) -> None:
    """Everything was read; what was put right since comes up, and the article does not come up again."""
    client = reader_library.make_reader(":memory:")
    client.add_feed(site.url + kind)
    client.update_feed(site.url + kind)
    for entry in list(client.get_entries()):
        client.mark_entry_as_read(entry)
    site.files = outputs(built(corrected(site.url)))
    client.update_feed(site.url + kind)
    unread = list(client.get_entries(read=False))

    assert [(entry.title or "").partition(":")[0] for entry in unread] == ["Update"]
    assert unread[0].link == f"{site.url}articles/at-t-b-buys-b-it/#_note-2"
    assert {entry.id for entry in client.get_entries(read=True)} == set(IDS)


# newsboat


class Newsboat:
    """Owns a folder with newsboat's settings and cache."""

    def __init__(self, folder: Path, *urls: str) -> None:
        program = find_program("newsboat")
        if program is None:
            message = "newsboat is not installed (Debian, Ubuntu: apt install newsboat)"
            if os.environ.get("CI"):
                pytest.fail(message)
            pytest.skip(message)
        self.program = program
        self.folder = folder
        (folder / "urls").write_text("".join(f"{url}\n" for url in urls))
        (folder / "config").write_text("")

    def run(self, *arguments: str) -> str:
        """What it prints."""
        here = ["-u", str(self.folder / "urls"), "-c", str(self.folder / "cache"), "-C", str(self.folder / "config")]
        environment = {**os.environ, "HOME": str(self.folder), "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            [self.program, *here, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=HANG_SECONDS,
            check=True,
        )
        return done.stdout

    def unread(self) -> str:
        """How much it calls unread after fetching everything anew."""
        return self.run("-x", "reload", "print-unread").strip()


@pytest.mark.parametrize("kind", ["feed.xml", "feed.atom"])
def test_newsboat_counts_the_items(site: Site, tmp_path: Path, kind: str) -> None:
    """It finds all items, keeps them read through every move, and asks with the tag it was given."""
    client = Newsboat(tmp_path, site.url + kind)

    assert client.unread() == "3 unread articles"
    (tmp_path / "read").write_text("".join(f"{identity}\n" for identity in IDS))
    client.run("-I", str(tmp_path / "read"))
    assert client.unread() == "0 unread articles"  # newsboat notes a tag only of a feed that it knows already
    assert client.unread() == "0 unread articles"
    site.files = outputs(built(moved(site.url)))
    assert client.unread() == "0 unread articles"
    assert site.asked == [(f"/{kind}", status) for status in (200, 200, 304, 200)]


@pytest.mark.parametrize("kind", ["feed.xml", "feed.atom"])
def test_newsboat_shows_a_correction_as_one_new_item(site: Site, tmp_path: Path, kind: str) -> None:
    """As the other reader does."""
    client = Newsboat(tmp_path, site.url + kind)
    client.unread()
    (tmp_path / "read").write_text("".join(f"{identity}\n" for identity in IDS))
    client.run("-I", str(tmp_path / "read"))
    assert client.unread() == "0 unread articles"
    site.files = outputs(built(corrected(site.url)))

    assert client.unread() == "1 unread articles"


def test_newsboat_takes_the_list_of_feeds(site: Site, tmp_path: Path) -> None:
    """The third kind of file it reads, OPML: it subscribes to every feed and finds articles in all of them."""
    client = Newsboat(tmp_path)
    (tmp_path / "feeds.opml").write_bytes(site.files["feeds.opml"])
    client.run("-i", str(tmp_path / "feeds.opml"))
    listed = [line.partition(" ")[0] for line in (tmp_path / "urls").read_text().splitlines() if line]
    wanted = [outline.get("xmlUrl") for outline in ElementTree.fromstring(site.files["feeds.opml"]).iter("outline")]

    assert listed == [url for url in wanted if url]
    client.unread()
    assert {status for _, status in site.asked} == {200}
    assert len(site.asked) == len(listed)
