"""What the entries of feeds carry in each format."""

from __future__ import annotations

import json
import re
from typing import Any

import feedparser
from lxml import etree, html

from tests.feed_sites import FULL, made
from tests.sites import SMALL_SITE, built, outputs, tree

SITE = tree(SMALL_SITE)
ATOM = {"a": "http://www.w3.org/2005/Atom", "fh": "http://purl.org/syndication/history/1.0"}


def xml(data: bytes) -> Any:
    return etree.fromstring(data)


def page_of(text: str) -> Any:
    return html.fromstring(text)


def test_an_entry_in_atom() -> None:
    """Every piece of provenance has its element, and each link its rel and type."""
    feed = xml(made()["feed.atom"])
    entry = feed.findall("a:entry", ATOM)[2]
    links = [dict(link.attrib) for link in entry.findall("a:link", ATOM)]

    assert entry.findtext("a:id", None, ATOM) == "urn:uuid:00000000-0000-4000-8000-00000000000a"
    assert entry.findtext("a:title", None, ATOM) == "AT&amp;T &lt;b&gt;buys&lt;/b&gt; “it”"
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

    assert item.findtext("title") == "AT&T <b>buys</b> “it”"
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
    assert item["title"] == "AT&T <b>buys</b> “it”"
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


def test_an_empty_newsletter_has_valid_feeds() -> None:
    """No article, no clock, in any format."""
    site = outputs(built(tree("-- config.yaml --\ntitle: Empty\n-- content/articles/.keep --\n")))

    assert feedparser.parse(site["feed.atom"]).feed.updated == "1970-01-01T00:00:00+00:00"
    assert json.loads(site["feed.json"])["items"] == []
