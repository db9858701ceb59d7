"""The feed as feed readers see it."""

from __future__ import annotations

import json
import re
from typing import Any

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml import html as lxml_html

from broadsheet.markdown.typography import typographic
from broadsheet.source.tree import SourceTree
from tests.sites import HOUSE_TEMPLATES, PICTURE, SMALL_SITE, built, changed, edit, outputs, tree, without_drawings

html: Any = lxml_html  # the stubs know no more of XPath than that it gives something
SITE = tree(SMALL_SITE)


def feed_of(source: SourceTree) -> Any:
    """The feed as feedparser reads it, without a complaint."""
    parsed = feedparser.parse(outputs(built(source))["feed.xml"])
    assert parsed.bozo == 0, parsed.get("bozo_exception")
    return parsed


def with_new(front: str, prose: str) -> SourceTree:
    text = f"---\nid: urn:test:new\ntitle: New\ndate: 2026-11-20T10:00Z\n{front}---\n{prose}\n"
    return changed(SITE, {"content/articles/new.md": text})


def test_the_channel_says_what_it_is() -> None:
    """Title, home page, language, its own address, and no moment but the newest item's."""
    feed = feed_of(SITE).feed

    assert (feed.title, feed.link, feed.language) == ("Small News", "https://small.example/", "en")
    assert [link.href for link in feed.links if link.rel == "self"] == ["https://small.example/feed.xml"]
    assert feed.updated == "Tue, 03 Nov 2026 10:00:00 +0000"


def test_items_are_newest_first_with_frozen_ids() -> None:
    """The id is the article's, whatever happens to title, slug, date and domain."""
    before = feed_of(SITE)
    after = edit(SITE, "content/articles/a.md", "title: First", "title: Renamed\nslug: moved")
    after = edit(after, "content/articles/a.md", "2026-11-01", "2026-10-01")
    after = edit(after, "config.yaml", "small.example", "other.example")

    assert [entry.title for entry in before.entries] == ["Third", "Second", "First"]
    assert [entry.id for entry in feed_of(after).entries] == [entry.id for entry in before.entries]
    assert feed_of(after).entries[2].link == "https://other.example/articles/moved/"


def test_an_item_carries_the_whole_article() -> None:
    """Full content with absolute addresses, summary before content, categories, creator, source in words."""
    source = with_new(
        "summary: Short.\ntopics: [ai]\nsource: {name: Wire, url: 'https://wire.example/x'}\n",
        "See [the first](a.md), [below](#part) and a note.[^1]\n\n## Part\n\n![A map](map.png)\n\n[^1]: Noted.",
    )
    source = changed(source, {"content/articles/map.png": PICTURE})
    raw = outputs(built(source))["feed.xml"].decode()
    entry = feedparser.parse(raw).entries[0]
    content = entry.content[0].value
    root = html.fromstring(content)

    assert entry.summary == "Short."
    assert raw.index("<description>Short.") < raw.index("content:encoded>")
    assert [tag.term for tag in entry.tags] == ["ai"]
    assert entry.author == "Small News"
    addresses = [*root.xpath("//@href"), *root.xpath("//@src")]
    assert addresses
    assert [url for url in addresses if not url.startswith("https://")] == []
    assert "https://small.example/articles/new/#h-part" in addresses
    assert "From Wire; edited by Small News." in root.text_content()
    assert root.xpath("//a[@href='https://wire.example/x']")


def test_a_source_without_a_link_says_so() -> None:
    """Honest about what is not known."""
    content = feed_of(with_new("source: Bloomberg Tech\n", "Prose.")).entries[0].content[0].value

    assert "Source: Bloomberg Tech. No link to the original is on record." in content


def test_an_empty_newsletter_has_a_valid_feed() -> None:
    """No article, no clock."""
    source = tree("-- config.yaml --\ntitle: Empty\n-- content/articles/.keep --\n")
    parsed = feed_of(source)

    assert parsed.entries == []
    assert parsed.feed.updated == "Thu, 01 Jan 1970 00:00:00 +0000"


HOSTILE = [
    "<script>alert(1)</script>",
    "]]>",
    "&amp; & &lt;",
    "\u202eright to left",
    "😀",
    "\"quotes\" and 'more'",
    "{{ site }}",
    "a" * 290,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_arrives_as_text(text: str) -> None:
    """What looks like markup in a title, a summary or a source is shown, not obeyed."""
    named, quoted = (json.dumps(words, ensure_ascii=False) for words in (f"Wire {text}", text))
    source = changed(
        SITE,
        {
            "content/articles/new.md": f"---\nid: urn:test:new\ntitle: {quoted}\ndate: 2026-11-20T10:00Z\n"
            f"summary: {quoted}\nsource: {{name: {named}, url: 'https://wire.example/x'}}\n---\nProse.\n"
        },
    )
    raw = outputs(built(source))["feed.xml"]
    item = etree.fromstring(raw).find("channel/item")
    assert item is not None
    assert item.findtext("title") == typographic(text, "en")
    assert html.fromstring(f"<p>{item.findtext('description')}</p>").text_content() == typographic(text, "en")
    assert b"<script" not in raw
    assert not re.search(r"<script", item.findtext("{http://purl.org/rss/1.0/modules/content/}encoded") or "")


@settings(max_examples=25)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60).filter(lambda t: t.strip()))
def test_any_prose_gives_a_well_formed_feed(prose: str) -> None:
    """Whatever characters come in, the feed parses or the build says why not."""
    result = built(without_drawings(with_new("", prose)))
    if result.manifest is not None:
        assert feedparser.parse(outputs(result)["feed.xml"]).bozo == 0
    else:
        assert result.problems


def test_feedgens_clock_does_not_show() -> None:
    """Two builds at different moments give the same bytes (feedgen stamps `now` unless it is told a moment)."""
    assert outputs(built(SITE))["feed.xml"] == outputs(built(tree(SMALL_SITE, templates=HOUSE_TEMPLATES)))["feed.xml"]
