"""Checks of feeds: each fault is planted and reported with the article and the fix."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from broadsheet.check import Outputs, check_outputs
from broadsheet.check.feeds import markup_faults
from broadsheet.core.digest import digest_bytes
from broadsheet.core.manifest import Entry, manifest, media_type
from broadsheet.source.tree import SourceTree
from tests.feed_sites import FULL, full
from tests.hostile_feeds import hostile_site, prose
from tests.sites import AS_OF, SMALL_SITE, built, outputs, tree

SITE = tree(SMALL_SITE)
ITEM = b"""<item><title>T</title><link>https://a.example/t/</link><description>S</description>\
<guid isPermaLink="false">urn:x:1</guid><pubDate>Fri, 20 Nov 2026 10:00:00 +0000</pubDate></item>"""
RSS = b"""<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/">\
<channel><title>A</title><link>https://a.example/</link><description>D</description>\
<atom:link rel="self" href="https://a.example/feed.xml"/>ITEMS</channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:x:f</id><title>A</title><updated>2026-11-20T10:00:00Z</updated>\
<author><name>N</name></author><link rel="self" href="https://a.example/feed.atom"/><entry><id>urn:x:1</id><title>T</title>\
<published>2026-11-20T10:00:00Z</published><updated>2026-11-20T10:00:00Z</updated>\
<link rel="alternate" href="https://a.example/t/"/><content type="html">C</content></entry></feed>"""
JSON = b"""{"version": "https://jsonfeed.org/version/1.1", "title": "A", "feed_url": "https://a.example/feed.json",
"items": [{"id": "urn:x:1", "url": "https://a.example/t/", "title": "T", "content_html": "C", \
"date_published": "2026-11-20T10:00:00Z"}]}"""


def found(files: dict[str, bytes], published: Path | None = None, as_of: datetime = AS_OF) -> list[str]:
    """The problems of some outputs, each on one line without its hint."""
    entries = {path: Entry(digest_bytes(data), len(data), media_type(path)) for path, data in files.items()}
    checked = check_outputs(Outputs(manifest(entries), lambda path, entry: files[path], as_of, published))
    return [f"{problem.where.path}: {problem.severity}: {problem.message}" for problem in checked]


def rss(items: bytes) -> dict[str, bytes]:
    return {"feed.xml": RSS.replace(b"ITEMS", items)}


@pytest.mark.parametrize("source", [SITE, full(FULL.replace("<b>buys</b>", "buys"))])
def test_our_own_feeds_are_well(source: SourceTree) -> None:
    """Feeds made from valid articles have no problems."""
    assert found(outputs(built(source))) == []


def test_hostile_articles_give_healthy_feeds() -> None:
    """Whatever stands in titles and prose; only a title that looks like HTML is worth a word, in RSS."""
    problems = found(outputs(built(tree(hostile_site(prose())))))

    assert {line for line in problems if "which looks like HTML" not in line} == set()
    assert {line.partition(" contains ")[2] for line in problems if line.startswith("feed.xml")} == {
        '"</script>", which looks like HTML',
        '"</title>", which looks like HTML',
        '"</b>", which looks like HTML',
    }


def test_healthy_feeds_of_others_are_well() -> None:
    """The cases below differ from these in one thing each."""
    assert found(rss(ITEM)) == []
    assert found({"feed.atom": ATOM}) == []
    assert found({"feed.json": JSON}) == []


BROKEN = [
    ("feed.xml", b"<rss><channel>", "cannot read this feed: it is not well-formed: "),
    ("feed.xml", b"<html/>", "cannot read this feed: its root element is <html>, not <rss>"),
    ("feed.json", b"{", "cannot read this feed: it is not valid JSON"),
    ("feed.json", b"[]", "cannot read this feed: it is not a JSON Feed: it has no list of items"),
]


@pytest.mark.parametrize(("path", "data", "message"), BROKEN)
def test_what_is_no_feed(path: str, data: bytes, message: str) -> None:
    """Nothing after the first fault can be trusted, so it stands alone."""
    (problem,) = found({path: data})
    assert problem.startswith(f"{path}: error: {message}")


FAULTS = [
    (b"<title>T</title>", b"", 'the entry "urn:x:1" has no title'),
    (b'<guid isPermaLink="false">urn:x:1</guid>', b"", 'the entry "T" has no id'),
    (
        b' isPermaLink="false"',
        b"",
        'the entry "T" is not valid: its guid is not a URL and lacks isPermaLink="false"',
    ),
    (b"https://a.example/t/", b"/t/", 'the entry "T" links to "/t/", which is not a complete URL'),
    (
        b"+0000",
        b"",
        'the entry "T" has the date "Fri, 20 Nov 2026 10:00:00", which is not a valid date with a time zone',
    ),
    (b"<pubDate>Fri, 20 Nov 2026 10:00:00 +0000</pubDate>", b"", 'the entry "T" has no date'),
    (b"S</d", b"&lt;script>x&lt;/script></d", 'the entry "T" contains <script>, which feed readers strip'),
    (
        b"S</d",
        b"&lt;a href='/x'>y&lt;/a></d",
        'the entry "T" has the relative URL "/x", which is broken in feed readers',
    ),
    (
        b"S</d",
        b"&lt;p onclick='x()'>y&lt;/p></d",
        'the entry "T" has the attribute "onclick", which feed readers strip',
    ),
    (
        b"</item>",
        b"<enclosure url='https://a.example/i' type='image/png'/></item>",
        'the entry "T" is not valid: its enclosure has no length',
    ),
    (
        b"<description>",
        b"<content:encoded>C</content:encoded><description>",
        'the entry "T" is not valid: its full content precedes its summary, so that some readers show the summary only',
    ),
    (b"</item>", b"<source>Wire</source></item>", 'the entry "T" is not valid: its <source> has no feed URL'),
]


@pytest.mark.parametrize(("old", "new", "message"), FAULTS)
def test_faults_of_an_entry(old: bytes, new: bytes, message: str) -> None:
    """One fault, one error, with the title of the article."""
    assert old in ITEM
    assert found(rss(ITEM.replace(old, new))) == [f"feed.xml: error: {message}"]


ATOM_FAULTS = [
    (
        b"<author><name>N</name></author>",
        b"",
        'the entry "T" is not valid: neither it nor the feed has an author',
    ),
    (
        b'type="html"',
        b'type="CDATA"',
        'the entry "T" is not valid: its content has the type "CDATA", which is not valid in Atom',
    ),
    (
        b'<link rel="alternate" href',
        b"<link href='https://b.example/'/><link href",
        'the entry "T" is not valid: it has two alternate links of the same type and language',
    ),
    (
        b"<updated>2026-11-20T10:00:00Z</updated><author>",
        b"<author>",
        "this feed is not valid: the feed has no <updated>",
    ),
]


@pytest.mark.parametrize(("old", "new", "message"), ATOM_FAULTS)
def test_faults_of_atom(old: bytes, new: bytes, message: str) -> None:
    """RFC 4287 §4.1 and §4.2."""
    assert old in ATOM
    assert f"feed.atom: error: {message}" in found({"feed.atom": ATOM.replace(old, new)})


JSON_FAULTS = [
    (b'"urn:x:1"', b"1", 'the entry "T" is not valid: its id is not a string'),
    (b'"content_html": "C", ', b"", 'the entry "T" is not valid: it has no content'),
    (
        b'"version": "https://jsonfeed.org/version/1.1"',
        b'"version": "2"',
        "this feed is not valid: the feed does not state its version",
    ),
    (
        b'"title": "A"',
        b'"title": "A", "next_url": "https://a.example/feed.json"',
        "this feed is not valid: its next page is the feed itself",
    ),
]


@pytest.mark.parametrize(("old", "new", "message"), JSON_FAULTS)
def test_faults_of_json_feed(old: bytes, new: bytes, message: str) -> None:
    """https://jsonfeed.org/version/1.1."""
    assert old in JSON
    assert found({"feed.json": JSON.replace(old, new)}) == [f"feed.json: error: {message}"]


def test_faults_of_a_whole_feed() -> None:
    """Twins, order, the feed's own address, size, dates to come."""
    older = ITEM.replace(b"20 Nov", b"19 Nov").replace(b"Fri", b"Thu")
    twins = ITEM + older.replace(b"<title>T", b"<title>U")
    disorder = older.replace(b"urn:x:1", b"urn:x:2").replace(b"<title>T", b"<title>U") + ITEM

    assert found(rss(twins)) == [
        'feed.xml: error: "T" and "U" have the same id "urn:x:1": feed readers show only one of them'
    ]
    assert found(rss(disorder)) == ['feed.xml: error: "T" is newer than "U" but comes after it']
    assert found({"feed.xml": rss(ITEM)["feed.xml"].replace(b"/feed.xml", b"/else.xml")}) == [
        'feed.xml: error: this feed gives "https://a.example/else.xml" as its own address'
    ]
    assert found(rss(ITEM.replace(b"S</d", b"S" * 1_100_000 + b"</d"))) == [
        "feed.xml: warning: this feed is 1.1 MB long, and some feed readers stop at 1 MB"
    ]
    assert found(rss(ITEM), as_of=datetime(2026, 11, 1, tzinfo=UTC)) == [
        'feed.xml: warning: the entry "T" is dated Fri, 20 Nov 2026 10:00:00 +0000, which is in the future'
    ]
    long = ITEM.replace(b"<title>T", b"<title>" + b"T" * 301)
    assert found(rss(long)) == [f'feed.xml: warning: the title "{"T" * 59}… has 301 characters']


def test_markup_that_readers_keep_is_no_fault() -> None:
    """What our own content consists of."""
    text = (
        "<p>3 &lt; 4</p><figure><img src='https://a.example/i.png' alt=''></figure><a href='mailto:x@a.example'>m</a>"
    )
    assert markup_faults(text) == ()
    assert markup_faults("<img src='https://a.example/i.png'>") == ("contains an image without alt text",)
