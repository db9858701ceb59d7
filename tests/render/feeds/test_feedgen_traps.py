"""What feedgen 1.0.0 does wrong or unasked, each held against our feeds (../shared facts §4.10, measured)."""

from __future__ import annotations

import json
import locale
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from lxml import etree

from broadsheet.render.feeds import atom, json_feed, rss
from broadsheet.render.jinja.environment import Closure
from broadsheet.render.job import Job
from broadsheet.views.common import DateView, FigureView, LinkView, PersonView, ProseView, SiteView
from broadsheet.views.feeds import FeedImageView, FeedItemView, FeedMessagesView, FeedSourceView, FeedView

SITE: Any = None
CLOSURE = Closure("", ())
NAMES = {"a": "http://www.w3.org/2005/Atom"}
DATE = DateView("2026-11-20T10:00:00+03:00", "20 November 2026")
ITEM = FeedItemView(
    id="urn:uuid:00000000-0000-4000-8000-00000000000a",
    url="https://n.example/a/",
    title="A title",
    summary="A summary.",
    language="en",
    direction="ltr",
    byline="By us",
    sources=(FeedSourceView("Wire", "https://w.example/a", "", "", "", "https://w.example/feed", None),),
    authors=(PersonView("An editor", "", is_person=True),),
    contributors=(),
    date=DATE,
    updated=DATE,
    topics=("ai",),
    image=FeedImageView(FigureView("https://n.example/i.png", "Alt", "", "", 10, 20), "image/png", 99),
    corrections=(),
    ai=None,
    body=ProseView("d", ()),
)
FEED = FeedView(
    id="https://n.example/feed.atom",
    title="News",
    description="What is new",
    url="https://n.example/feed.atom",
    home_url="https://n.example/",
    language="en",
    direction="ltr",
    publisher=LinkView("The house", "https://house.example/"),
    hub="https://hub.example/",
    updated=DATE,
    has_full_text=True,
    is_archive=False,
    current="https://n.example/feed.atom",
    older="https://n.example/feed/1/feed.atom",
    newer="",
    archive_type="application/atom+xml",
    messages=FeedMessagesView(),
    items=(ITEM,),
)


def job(view: FeedView, prose: str = "<p>Prose.</p>\n") -> Job:
    return Job("", "", view, (("d", prose),))


def atom_of(view: FeedView = FEED, prose: str = "<p>Prose.</p>\n") -> Any:
    return etree.fromstring(atom.render(job(view, prose), SITE, CLOSURE))


def rss_of(view: FeedView = FEED, prose: str = "<p>Prose.</p>\n") -> Any:
    return etree.fromstring(rss.render(job(view, prose), SITE, CLOSURE))[0]


def test_links_of_atom_entries_keep_their_rel() -> None:
    """feedgen overwrites its loop variable: via and enclosure would become alternates (python-feedgen#135, #143)."""
    links = [dict(link.attrib) for link in atom_of().findall("a:entry/a:link", NAMES)]

    assert links == [
        {"rel": "alternate", "type": "text/html", "href": "https://n.example/a/"},
        {"rel": "via", "href": "https://w.example/a"},
        {"rel": "enclosure", "type": "image/png", "href": "https://n.example/i.png", "length": "99"},
    ]


def test_content_has_a_type_that_atom_knows() -> None:
    """feedgen would write type="CDATA" into Atom (python-feedgen#123)."""
    assert atom_of().find("a:entry/a:content", NAMES).get("type") == "html"


def test_the_end_of_a_cdata_section_is_text() -> None:
    """]]> arrives as written in each format."""
    prose = "<p>a ]]&gt; b ]]></p>\n"

    assert "a ]]&gt; b ]]>" in atom_of(prose=prose).findtext("a:entry/a:content", None, NAMES)
    assert "a ]]&gt; b ]]>" in rss_of(prose=prose).findtext("item/{http://purl.org/rss/1.0/modules/content/}encoded")


def test_entries_stay_in_order() -> None:
    """feedgen prepends unless it is told to append."""
    view = replace(FEED, items=tuple(replace(ITEM, id=f"urn:test:{number}") for number in (3, 2, 1)))

    assert [found.text for found in atom_of(view).findall("a:entry/a:id", NAMES)] == [
        "urn:test:3",
        "urn:test:2",
        "urn:test:1",
    ]
    assert [found.text for found in rss_of(view).findall("item/guid")] == ["urn:test:3", "urn:test:2", "urn:test:1"]


def test_the_channel_leads_to_the_page() -> None:
    """feedgen takes the last link() of any rel: neither the hub nor the feed itself must end up there."""
    channel = rss_of()

    assert channel.findtext("link") == "https://n.example/"
    assert channel.index(channel.find("link")) < channel.index(channel.find("item"))


def test_rss_has_a_hub_link() -> None:
    """feedgen writes only the first self link into RSS."""
    links = [(link.get("rel"), link.get("href")) for link in rss_of().findall("{http://www.w3.org/2005/Atom}link")]

    assert links == [
        ("self", "https://n.example/feed.atom"),
        ("hub", "https://hub.example/"),
        ("prev-archive", "https://n.example/feed/1/feed.atom"),
    ]


def test_atom_needs_no_prefix_of_its_own() -> None:
    """A qualified element added to feedgen's would be called ns1:link, which validators warn of."""
    written = atom.render(job(FEED), SITE, CLOSURE)

    assert b"ns0:" not in written
    assert b"ns1:" not in written
    assert atom_of().find("a:link[@rel='hub']", NAMES).get("href") == "https://hub.example/"


def test_no_moment_is_made_up() -> None:
    """feedgen stamps now, in microseconds, wherever it is not told: every date here is the article's or the feed's."""
    now = datetime.now(UTC)
    for view in (FEED, replace(FEED, items=(), updated=None)):
        for data in (atom.render(job(view), SITE, CLOSURE), rss.render(job(view), SITE, CLOSURE)):
            assert not any((now - timedelta(days=day)).strftime("%Y-%m-%d").encode() in data for day in range(2))
            assert not any((now - timedelta(days=day)).strftime("%d %b %Y").encode() in data for day in range(2))
    assert atom_of().findtext("a:updated", None, NAMES) == "2026-11-20T10:00:00+03:00"
    assert rss_of().findtext("lastBuildDate") == "Fri, 20 Nov 2026 10:00:00 +0300"


def test_the_locale_of_the_process_stays() -> None:
    """feedgen calls setlocale for each date: four threads left the process in another locale (measured)."""
    before = locale.setlocale(locale.LC_ALL)
    view = replace(FEED, items=tuple(replace(ITEM, id=f"urn:test:{number}") for number in range(30)))
    with ThreadPoolExecutor(4) as threads:
        made = set(threads.map(lambda _: rss.render(job(view), SITE, CLOSURE), range(40)))

    assert len(made) == 1
    assert locale.setlocale(locale.LC_ALL) == before


def test_an_author_without_an_address_is_named() -> None:
    """feedgen prints nothing in RSS for a name without e-mail; dc:creator is what there is."""
    assert rss_of().findtext("item/{http://purl.org/dc/elements/1.1/}creator") == "An editor"
    assert rss_of().find("item/author") is None


def test_the_source_of_an_atom_entry_is_complete() -> None:
    """feedgen writes only title and link; validators miss id and updated."""
    source = atom_of().find("a:entry/a:source", NAMES)

    assert [(child.tag.rpartition("}")[2], child.text) for child in source] == [
        ("id", "https://w.example/feed"),
        ("title", "Wire"),
        ("updated", "2026-11-20T10:00:00+03:00"),
        ("link", None),
    ]


def test_the_summary_comes_first_and_content_stays_content() -> None:
    """feedgen's description() would become Atom's content; its summary() stands behind the content."""
    names = [child.tag.rpartition("}")[2] for child in atom_of().find("a:entry", NAMES)]

    assert names.index("summary") < names.index("content")
    assert atom_of().findtext("a:entry/a:summary", None, NAMES) == "A summary."
    assert "Prose." in atom_of().findtext("a:entry/a:content", None, NAMES)


def test_a_lone_picture_stands_in_no_group() -> None:
    """feedgen wraps it in media:group, an error for one picture; without type and length there is no enclosure."""
    unknown = FeedImageView(FigureView("https://elsewhere.example/i.jpg", "", "", "", 10, 20), "image/jpeg", 0)
    item = rss_of(replace(FEED, items=(replace(ITEM, image=unknown),))).find("item")
    media = item.find("{http://search.yahoo.com/mrss/}content")

    assert dict(media.attrib) == {
        "url": "https://elsewhere.example/i.jpg",
        "medium": "image",
        "type": "image/jpeg",
        "width": "10",
        "height": "20",
    }
    assert item.find("enclosure") is None


def test_an_entry_without_a_summary_has_its_content_as_description() -> None:
    """Some readers show only the description."""
    item = rss_of(replace(FEED, items=(replace(ITEM, summary=""),))).find("item")

    assert "Prose." in item.findtext("description")
    assert item.find("{http://purl.org/rss/1.0/modules/content/}encoded") is None


@pytest.mark.parametrize("char", ["\x00", "\x08", "\x0b", "\x1b", "\x1f", "\ufffe", "\uffff"])
def test_control_characters_kill_no_feed(char: str) -> None:
    """lxml refuses the whole feed for one of them; ours leaves them out, wherever they come in."""
    item = replace(
        ITEM,
        title=f"A{char}B",
        summary=f"C{char}D",
        byline=f"E{char}F",
        topics=(f"G{char}H",),
        authors=(PersonView(f"I{char}J", "", is_person=True),),
        contributors=(f"K{char}L",),
    )
    view = replace(FEED, title=f"M{char}N", description=f"O{char}P", items=(item,))
    prose = "<p>Q" + (char if char != "\x00" else "") + "R</p>"
    written = [
        render(job(view, prose), SITE, CLOSURE).decode() for render in (atom.render, rss.render, json_feed.render)
    ]

    for text in written:
        assert char not in text
        assert all(pair in text for pair in ("AB", "CD", "EF", "GH", "IJ", "KL", "MN", "OP", "QR"))
    etree.fromstring(written[0].encode())
    etree.fromstring(written[1].encode())
    json.loads(written[2])


def test_feedgen_is_not_imported_by_a_build_that_renders_nothing() -> None:
    """lxml and feedgen take 60 ms: the renderers bring them when the first feed is rendered."""
    import subprocess
    import sys

    code = (
        "import broadsheet.build.pipeline, broadsheet.commands.main, sys;"
        "sys.exit('feedgen' in sys.modules or 'lxml' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_job_needs_no_site() -> None:
    """A feed is a function of its view alone."""
    site: SiteView = SITE
    assert atom.render(job(FEED), site, CLOSURE) == atom.render(job(FEED), site, CLOSURE)
