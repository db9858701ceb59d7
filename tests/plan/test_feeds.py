"""Which feeds a newsletter has, where they are linked, and what changes in them when it grows."""

from __future__ import annotations

import json
from typing import Any

import feedparser
import pytest
from lxml import etree, html

from broadsheet.cache.cache import MemoryCache
from tests.feed_sites import FULL, made, many
from tests.sites import SMALL_SITE, built, changed, edit, manifest_of, outputs, tree

SITE = tree(SMALL_SITE)
ATOM = {"a": "http://www.w3.org/2005/Atom", "fh": "http://purl.org/syndication/history/1.0"}


def xml(data: bytes) -> Any:
    return etree.fromstring(data)


def page_of(text: str) -> Any:
    return html.fromstring(text)


def test_the_families_and_formats_that_are_on_by_default() -> None:
    """The newsletter, languages and corrections in three formats, topics and sources in one."""
    found = sorted(path for path in made() if "feed" in path)

    assert found == [
        "corrections/feed.atom", "corrections/feed.json", "corrections/feed.xml",
        "feed.atom", "feed.json", "feed.xml", "feeds.opml",
        "languages/ar/feed.atom", "languages/ar/feed.json", "languages/ar/feed.xml",
        "languages/en/feed.atom", "languages/en/feed.json", "languages/en/feed.xml",
        "sources/post/feed.xml", "sources/wire/feed.xml",
        "topics/ai/feed.xml", "topics/big-money/feed.xml",
    ]  # fmt: skip


def test_families_can_be_chosen() -> None:
    """What is turned off is not there, and a format that is added is."""
    text = FULL.replace("  hub:", "  families: {newsletter: [atom], topics: [json], sources: [], languages: [], "
                        "corrections: []}\n  hub:")  # fmt: skip
    found = sorted(path for path in made(text) if "feed" in path)

    assert found == ["feed.atom", "feeds.opml", "topics/ai/feed.json", "topics/big-money/feed.json"]


def test_one_language_needs_no_feed_of_its_own() -> None:
    """And without a correction there is no feed of corrections."""
    assert not [path for path in outputs(built(SITE)) if path.startswith(("languages/", "corrections/"))]


def test_corrections_are_entries_of_their_own() -> None:
    """Each with an id that lives as long as the article's, whatever becomes of the words and the address."""
    before = json.loads(made()["corrections/feed.json"])
    after = json.loads(
        made(FULL.replace("It was two.", "It was 2.").replace("title: AT&T", "title: T"))["corrections/feed.json"]
    )

    assert before["home_page_url"] == "https://small.example/corrections/"
    assert [item["title"] for item in before["items"]] == ["Correction: AT&T <b>buys</b> “it”"]
    assert before["items"][0]["date_published"] == "2026-11-06T09:00:00+00:00"
    assert "It now says: It was three." in before["items"][0]["content_html"]
    assert before["items"][0]["id"].startswith("urn:uuid:")
    assert [item["id"] for item in after["items"]] == [item["id"] for item in before["items"]]


def test_every_page_names_its_feeds() -> None:
    """The newsletter's on every page, a topic's on the topic's pages, those of corrections on the page about them."""
    site = made()

    def named(path: str) -> list[tuple[str, str, str]]:
        root = page_of(site[path].decode())
        links = root.xpath("//link[@rel='alternate' and contains(@type, '+')]")
        return [(link.get("href"), link.get("type"), link.get("title")) for link in links]

    main = [
        ("/feed.xml", "application/rss+xml", "Small News (RSS)"),
        ("/feed.atom", "application/atom+xml", "Small News (Atom)"),
        ("/feed.json", "application/feed+json", "Small News (JSON Feed)"),
    ]
    assert named("index.html") == main
    assert named("articles/at-t-b-buys-b-it/index.html") == main
    assert named("topics/ai/index.html") == [
        ("/topics/ai/feed.xml", "application/rss+xml", "Small News · ai (RSS)"),
        *main,
    ]
    assert named("sources/wire/index.html")[0][0] == "/sources/wire/feed.xml"
    assert named("corrections/index.html")[0][0] == "/corrections/feed.xml"


def test_the_subscribe_page_lists_them_all() -> None:
    """By family, each in its formats, below the editor's own text; and as OPML for programs."""
    site = made()
    root = page_of(site["subscribe/index.html"].decode())
    opml = xml(site["feeds.opml"])

    assert root.xpath("//h3/text()") == ["By topic", "By source", "By language", "Corrections"]
    assert root.xpath("//section[@class='feeds']//@href") == [
        "/feed.xml", "/feed.atom", "/feed.json",
        "/topics/ai/feed.xml", "/topics/big-money/feed.xml",
        "/sources/post/feed.xml", "/sources/wire/feed.xml",
        "/languages/en/feed.xml", "/languages/en/feed.atom", "/languages/en/feed.json",
        "/languages/ar/feed.xml", "/languages/ar/feed.atom", "/languages/ar/feed.json",
        "/corrections/feed.xml", "/corrections/feed.atom", "/corrections/feed.json",
        "/feeds.opml",
    ]  # fmt: skip
    assert [outline.get("xmlUrl") for outline in opml.iter("outline") if outline.get("xmlUrl")] == [
        "https://small.example/feed.xml",
        "https://small.example/topics/ai/feed.xml",
        "https://small.example/topics/big-money/feed.xml",
        "https://small.example/sources/post/feed.xml",
        "https://small.example/sources/wire/feed.xml",
        "https://small.example/languages/ar/feed.xml",
        "https://small.example/languages/en/feed.xml",
        "https://small.example/corrections/feed.xml",
    ]
    assert not page_of(site["corrections/index.html"].decode()).xpath("//section[@class='feeds']")


def test_the_archive_holds_everything_once() -> None:
    """Following prev-archive from either XML feed gives all that was ever published, each entry once (RFC 5005 §4)."""
    site = outputs(built(many(20)))

    for start in ("feed.xml", "feed.atom"):
        parsed, seen, pages = feedparser.parse(site[start]), [], 0
        while True:
            seen += [entry.id for entry in parsed.entries]
            older = [link for link in parsed.feed.links if link.rel == "prev-archive"]
            if not older:
                break
            assert older[0].type == "application/atom+xml"
            parsed = feedparser.parse(site[older[0].href.removeprefix("https://t.example/")])
            assert [link.href for link in parsed.feed.links if link.rel == "current"] == ["https://t.example/feed.atom"]
            pages += 1
        assert seen == [f"urn:test:{number:04}" for number in range(20, 0, -1)]
        assert pages == 5


@pytest.mark.parametrize("kind", ["json", "rss"])
def test_the_archive_can_have_another_format(kind: str) -> None:
    """JSON Feed leads on with next_url; RSS has its own pages."""
    site = outputs(built(many(10, f"  archive: [{kind}]\n")))

    if kind == "json":
        feed, seen = json.loads(site["feed.json"]), []
        while feed:
            seen += [item["id"] for item in feed["items"]]
            assert feed.get("next_url") != feed["feed_url"]
            feed = json.loads(site[feed["next_url"].removeprefix("https://t.example/")]) if "next_url" in feed else None
        assert len(seen) == 10
        assert b"prev-archive" not in site["feed.atom"]
    else:
        assert b'<atom:link href="https://t.example/feed/2/feed.xml" rel="prev-archive"' in site["feed.xml"].replace(
            b'rel="prev-archive" href="https://t.example/feed/2/feed.xml"',
            b'href="https://t.example/feed/2/feed.xml" rel="prev-archive"',
        )
        assert b"<fh:archive/>" in site["feed/1/feed.xml"]
        assert b"<fh:archive/>" not in site["feed.xml"]


@pytest.mark.parametrize("count", [5, 6, 8, 9, 11, 500])
def test_one_article_more_rewrites_three_files_of_a_family(count: int) -> None:
    """Closed pages of the archive never change; when one more is full it is added, and nothing else is touched."""
    before, after = outputs(built(many(count))), outputs(built(many(count + 1)))
    feeds = [path for path in before if path.rpartition("/")[2].startswith("feed.") and not path.startswith("topics/")]
    rewritten = sorted(path for path in feeds if before[path] != after[path])
    added = [path for path in after.keys() - before.keys() if "feed" in path]

    expected = ["feed.atom", "feed.json", "feed.xml"]
    # Once in the life of a newsletter the oldest page gets its one neighbour.
    assert rewritten == sorted([*expected, "feed/1/feed.atom"] if count == 8 else expected)
    assert len(added) == (1 if count % 3 == 2 else 0)


def test_the_feed_moves_only_when_its_articles_do() -> None:
    """A change that no feed shows leaves every feed as it is, byte for byte; the ledger lists every file."""
    before = outputs(built(SITE))
    after = outputs(built(edit(SITE, "content/pages/about.md", "Who we are", "Who we were")))

    moved = {path for path in before if before[path] != after[path]}
    assert moved == {"about/index.html", "provenance.json"}  # the ledger has the digest of every file


def test_media_types_are_those_of_the_formats() -> None:
    """As the manifest says, so hosts and the preview serve them."""
    manifest = built(changed(SITE, {})).manifest
    assert manifest is not None
    assert [manifest.entries[path].media_type for path in ("feed.xml", "feed.atom", "feed.json", "feeds.opml")] == [
        "application/rss+xml", "application/atom+xml", "application/feed+json", "text/x-opml"
    ]  # fmt: skip


def test_one_article_more_in_five_thousand_rewrites_three_files_of_a_family() -> None:
    """As a store sees it: of 1,700 feed files of the newsletter three are rendered anew, and one of its topic."""
    store = MemoryCache()
    built(many(4_999), store=store)
    result = built(many(5_000), store=store)
    feeds = [path for path in result.rendered if path.rpartition("/")[2].startswith("feed.")]

    assert len([path for path in manifest_of(result).entries if "feed/" in path]) == 1_665
    assert feeds == ["/feed.atom", "/feed.json", "/feed.xml", "/topics/ai/feed.xml"]
