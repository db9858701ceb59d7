"""The feeds of a newsletter: which there are, what links them, what they carry in each format."""

from __future__ import annotations

import json
import re
from typing import Any

import feedparser
import pytest
from lxml import etree, html

from broadsheet.cache.cache import MemoryCache
from broadsheet.source.tree import SourceTree
from tests.sites import PICTURE, SMALL_SITE, built, changed, edit, manifest_of, outputs, tree

SITE = tree(SMALL_SITE)
ATOM = {"a": "http://www.w3.org/2005/Atom", "fh": "http://purl.org/syndication/history/1.0"}
FULL = """\
-- config.yaml --
title: Small News
base_url: https://small.example/
share_cards: false
tagline: News that is small
feeds:
  hub: https://hub.example/
-- content/sources.yaml --
wire: {name: Wire, url: "https://wire.example/", feed: "https://wire.example/feed.xml", licence: CC BY 4.0}
post: Post
-- content/people.yaml --
zoe: {name: Zoë Editor, url: "https://zoe.example/"}
rev: Rex Reviewer
-- content/articles/a.md --
---
id: urn:uuid:00000000-0000-4000-8000-00000000000a
title: AT&T <b>buys</b> "it"
date: 2026-11-01T10:00+03:00
updated: 2026-11-05T09:00+03:00
summary: 3 < 4 & more.
topics: [ai, Big money]
source:
  - {ref: wire, url: "https://wire.example/a?x=1&y=2", title: The piece, author: W. Writer, published: 2026-10-31}
  - {ref: post}
editor: zoe
ai: {role: summarised, tool: Tool, model: M1}
review: {by: rev, date: 2026-11-06, checked: [figures]}
image: {src: map.png, alt: A map, caption: The map., credit: "Photo: P"}
corrections:
  - {date: 2026-11-06T12:00+03:00, kind: correction, said: It was two., says: It was three.}
---
See [below](#part) and a note.[^1]

## Part

| a | b |
| --- | ---: |
| 1 | `x < y` |

![Again](map.png)

[^1]: Noted.
-- content/articles/b.md --
---
id: urn:uuid:00000000-0000-4000-8000-00000000000b
title: مرحبا
date: 2026-11-02T10:00Z
lang: ar
---
نص.
-- content/pages/subscribe.md --
---
title: Subscribe
---
Take a feed.
-- content/pages/corrections.md --
---
title: Corrections
---
What was wrong.
"""


def full(text: str = FULL) -> SourceTree:
    return changed(tree(text), {"content/articles/map.png": PICTURE})


def made(text: str = FULL) -> dict[str, bytes]:
    return outputs(built(full(text)))


def xml(data: bytes) -> Any:
    return etree.fromstring(data)


def page_of(text: str) -> Any:
    return html.fromstring(text)


def many(count: int, config: str = "") -> SourceTree:
    """A newsletter of `count` articles on one topic, an hour apart, with three to a feed."""
    articles = "".join(
        f"-- content/articles/n{number:04}.md --\n---\nid: urn:test:{number:04}\ntitle: Number {number}\n"
        f"date: 2026-{1 + number // 600:02}-{1 + number // 24 % 25:02}T{number % 24:02}:00Z\ntopics: [ai]\n---\n"
        f"Prose {number}.\n"
        for number in range(1, count + 1)
    )
    return tree(
        f"-- config.yaml --\ntitle: T\nbase_url: https://t.example/\nshare_cards: false\n"
        f"feeds:\n  length: 3\n{config}{articles}"
    )


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


def test_an_entry_in_atom() -> None:
    """Every piece of provenance has its element, and each link its rel and type."""
    feed = xml(made()["feed.atom"])
    entry = feed.findall("a:entry", ATOM)[2]
    links = [dict(link.attrib) for link in entry.findall("a:link", ATOM)]

    assert entry.findtext("a:id", None, ATOM) == "urn:uuid:00000000-0000-4000-8000-00000000000a"
    assert entry.findtext("a:title", None, ATOM) == 'AT&amp;T &lt;b&gt;buys&lt;/b&gt; "it"'
    assert entry.find("a:title", ATOM).get("type") == "html"
    assert entry.findtext("a:published", None, ATOM) == "2026-11-01T07:00:00+00:00"
    assert entry.findtext("a:updated", None, ATOM) == "2026-11-06T09:00:00+00:00"
    assert entry.findtext("a:author/a:name", None, ATOM) == "Zoë Editor"
    assert entry.findtext("a:author/a:uri", None, ATOM) == "https://small.example/people/zoe/"
    assert entry.findtext("a:contributor/a:name", None, ATOM) == "Rex Reviewer"
    assert entry.findtext("a:rights", None, ATOM) == "CC BY 4.0"
    assert [category.get("term") for category in entry.findall("a:category", ATOM)] == ["ai", "Big money"]
    assert links[:2] == [
        {"rel": "alternate", "type": "text/html", "href": "https://small.example/articles/at-t-b-buys-b-it/"},
        {"rel": "via", "href": "https://wire.example/a?x=1&y=2"},
    ]
    assert (links[2]["rel"], links[2]["type"]) == ("enclosure", "image/png")
    assert [child.text for child in entry.find("a:source", ATOM)] == [
        "https://wire.example/feed.xml", "Wire", "2026-10-31T00:00:00+00:00", None
    ]  # fmt: skip
    assert feed[0].text == "https://small.example/feed.atom"
    assert {link.get("rel"): link.get("href") for link in feed.findall("a:link", ATOM)} == {
        "self": "https://small.example/feed.atom",
        "alternate": "https://small.example/",
        "hub": "https://hub.example/",
    }


def test_an_entry_in_rss() -> None:
    """The same in the words of RSS: dc where RSS asks for mail addresses, media:content for the picture."""
    channel = xml(made()["feed.xml"])[0]
    item = channel.findall("item")[2]
    dc = "{http://purl.org/dc/elements/1.1/}"
    picture = item.find("{http://search.yahoo.com/mrss/}content")

    assert item.findtext("title") == 'AT&T <b>buys</b> "it"'
    assert item.findtext("description") == "3 &lt; 4 &amp; more."
    assert item.find("guid").attrib == {"isPermaLink": "false"}
    assert item.findtext(f"{dc}creator") == "Zoë Editor"
    assert item.findtext(f"{dc}contributor") == "Rex Reviewer"
    # Beside <source>, dc:source would be said twice: the original is then the link "via", as in Atom.
    assert item.find("{http://www.w3.org/2005/Atom}link").attrib == {
        "rel": "via",
        "href": "https://wire.example/a?x=1&y=2",
    }
    assert item.find(f"{dc}source") is None
    assert item.findtext(f"{dc}rights") == "CC BY 4.0"
    assert (item.findtext("source"), item.find("source").get("url")) == ("Wire", "https://wire.example/feed.xml")
    # The picture is made while feeds are, so its length is not known, which an enclosure would have to state.
    assert (picture.get("type"), picture.get("width"), picture.get("height")) == ("image/png", "1", "1")
    assert item.find("enclosure") is None
    assert item.findtext("pubDate") == "Sun, 01 Nov 2026 07:00:00 +0000"
    assert channel.findtext("link") == "https://small.example/"


def test_an_entry_in_json() -> None:
    """JSON Feed 1.1: what is talked about is the external URL, and provenance is spelt out."""
    feed = json.loads(made()["feed.json"])
    item = feed["items"][2]

    assert [*feed][:5] == ["version", "title", "home_page_url", "feed_url", "description"]
    assert feed["hubs"] == [{"type": "WebSub", "url": "https://hub.example/"}]
    assert item["title"] == 'AT&T <b>buys</b> "it"'
    assert item["summary"] == "3 < 4 & more."
    assert item["external_url"] == "https://wire.example/a?x=1&y=2"
    assert item["authors"] == [
        {"name": "Zoë Editor", "url": "https://small.example/people/zoe/"},
        {"name": "Rex Reviewer"},
    ]
    assert item["date_modified"] == "2026-11-06T09:00:00+00:00"
    assert item["tags"] == ["ai", "Big money"]
    assert re.fullmatch(r"https://small\.example/media/map\.[0-9a-f]{8}\.1\.png", item["image"])
    assert item["_provenance"] == {
        "about": "https://small.example/",
        "byline": "AI-processed from Wire, Post; edited by Zoë Editor",
        "sources": [
            {
                "name": "Wire", "url": "https://wire.example/a?x=1&y=2", "title": "The piece", "author": "W. Writer",
                "licence": "CC BY 4.0", "feed": "https://wire.example/feed.xml",
                "date_published": "2026-10-31T00:00:00+00:00",
            },
            {"name": "Post"},
        ],
        "ai": {"role": "summarised", "tool": "Tool", "model": "M1"},
        "review": {"by": "Rex Reviewer", "date": "2026-11-06", "checked": ["figures"]},
        "corrections": [
            {"kind": "Correction", "date": "2026-11-06T09:00:00+00:00", "said": "It was two.", "says": "It was three."}
        ],
    }  # fmt: skip


def test_content_stands_alone_and_says_where_it_comes_from() -> None:
    """The same HTML in all formats: absolute addresses, plain tables, nothing that only our pages need."""
    site = made()
    content = json.loads(site["feed.json"])["items"][2]["content_html"]
    root = page_of(f"<div>{content}</div>")
    words = root.text_content()

    encoded = xml(site["feed.xml"]).findall("channel/item/{http://purl.org/rss/1.0/modules/content/}encoded")
    assert content == encoded[2].text
    assert content == xml(site["feed.atom"]).findall("a:entry/a:content", ATOM)[2].text
    assert words.startswith("AI-processed from Wire, Post; edited by Zoë Editor.")
    assert "Correction, November 6, 2026. It said: It was two. It now says: It was three." in words
    assert "Source: The piece (Wire) Licence: CC BY 4.0." in words
    assert "Source: Post. No link to the original is on record." in words
    assert "AI was used: Tool (M1)." in words
    assert "Reviewed by Rex Reviewer, November 6, 2026: figures." in words
    assert not root.xpath("//@class | //@id | //@role | //@style | //@tabindex | //span | //section | //script")
    assert [url for url in root.xpath("//@href | //@src") if not url.startswith("https://")] == []
    assert root.xpath("//a[@href='https://small.example/articles/at-t-b-buys-b-it/#fn1']")
    assert root.xpath("//td[@align='right']/code/text()") == ["x < y"]
    assert [image.get("alt") for image in root.iter("img")] == ["A map", "Again"]
    assert root.xpath("//figcaption/text()")[0] == "The map. Photo: P"
    assert "↩" not in words


def test_another_language_is_marked() -> None:
    """In the content with its direction, and as metadata in each format."""
    site = made()

    assert json.loads(site["feed.json"])["items"][1]["content_html"].startswith('<div lang="ar" dir="rtl">')
    assert json.loads(site["feed.json"])["items"][1]["language"] == "ar"
    assert b'<entry xml:lang="ar">' in site["feed.atom"]
    assert b"<dc:language>ar</dc:language>" in site["feed.xml"]
    assert b"<language>ar</language>" in site["languages/ar/feed.xml"]
    assert "Small News · العربية" in site["languages/ar/feed.xml"].decode()


def test_corrections_are_entries_of_their_own() -> None:
    """Each with an id that lives as long as the article's, whatever becomes of the words and the address."""
    before = json.loads(made()["corrections/feed.json"])
    after = json.loads(
        made(FULL.replace("It was two.", "It was 2.").replace("title: AT&T", "title: T"))["corrections/feed.json"]
    )

    assert before["home_page_url"] == "https://small.example/corrections/"
    assert [item["title"] for item in before["items"]] == ['Correction: AT&T <b>buys</b> "it"']
    assert before["items"][0]["date_published"] == "2026-11-06T09:00:00+00:00"
    assert "It now says: It was three." in before["items"][0]["content_html"]
    assert before["items"][0]["id"].startswith("urn:uuid:")
    assert [item["id"] for item in after["items"]] == [item["id"] for item in before["items"]]


def test_summaries_can_stand_for_the_text() -> None:
    """With `content: summary` the entry holds its summary and its provenance, and no body."""
    site = made(FULL.replace("  hub:", "  content: summary\n  hub:"))
    content = json.loads(site["feed.json"])["items"][2]["content_html"]
    item = xml(site["feed.xml"])[0].findall("item")[2]

    assert "<p>3 &lt; 4 &amp; more.</p>" in content
    assert "See" not in content
    assert "Source: " in content
    assert item.findtext("description") == content.rstrip() or item.findtext("description") == content
    assert item.find("{http://purl.org/rss/1.0/modules/content/}encoded") is None


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


def test_an_empty_newsletter_has_valid_feeds() -> None:
    """No article, no clock, in any format."""
    site = outputs(built(tree("-- config.yaml --\ntitle: Empty\n-- content/articles/.keep --\n")))

    assert feedparser.parse(site["feed.atom"]).feed.updated == "1970-01-01T00:00:00+00:00"
    assert json.loads(site["feed.json"])["items"] == []


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
