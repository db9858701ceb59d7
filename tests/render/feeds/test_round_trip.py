"""What goes into a feed comes out of it: any article, read back from each format, is the same."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any

import feedparser
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from broadsheet.markdown.typography import typographic
from broadsheet.render.feeds import atom, json_feed, rss
from broadsheet.render.feeds.content import clean_text, content
from broadsheet.views.common import DateView, FigureView, PersonView, ProseView
from broadsheet.views.feeds import FeedImageView, FeedItemView
from tests.hostile_feeds import TITLES, hostile_site, prose
from tests.render.feeds.test_feedgen_traps import CLOSURE, FEED, SITE, job
from tests.sites import built, outputs, tree

A = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
ENCODED = "{http://purl.org/rss/1.0/modules/content/}encoded"


@dataclass(frozen=True)
class Read:
    """What a reader knows of an article."""

    id: str
    title: str
    link: str
    summary: str
    published: datetime
    updated: datetime | None
    author: str
    topics: tuple[str, ...]
    image: str
    content: str


def words(least: int = 0) -> Any:
    """Text as no author would write it: any character but lone surrogates, which load refuses, and line ends."""
    text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\t"), max_size=40)
    lines = st.one_of(text, st.sampled_from(TITLES))
    return lines.map(lambda value: f"x{value}x") if least else lines


moments = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map(lambda found: found.replace(microsecond=0))
zones = st.integers(-12 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))
dates = st.builds(lambda moment, zone: DateView(moment.replace(tzinfo=zone).isoformat(), "a day"), moments, zones)
slugs = st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,9})?", fullmatch=True)
images = st.builds(
    lambda name, size: FeedImageView(
        FigureView(f"https://n.example/{name}.png?a=1&b=2", "", "", ""), "image/png", size
    ),
    slugs,
    st.integers(0, 10**7),
)
items = st.builds(
    FeedItemView,
    id=st.uuids().map(lambda found: found.urn),
    url=slugs.map(lambda slug: f"https://n.example/{slug}/"),
    title=words(1),
    summary=words(1),
    language=st.just("en"),
    direction=st.just("ltr"),
    byline=words(),
    sources=st.just(()),
    authors=words(1).map(lambda name: (PersonView(name, "", is_person=True),)),
    contributors=st.just(()),
    date=dates,
    updated=dates,
    topics=st.lists(words(1), max_size=3).map(tuple),
    image=st.none() | images,
    corrections=st.just(()),
    ai=st.none(),
    body=st.just(ProseView("d", ())),
)


def expected(item: FeedItemView, html: str, *, has_updated: bool) -> Read:
    updated = datetime.fromisoformat(item.updated.iso)
    return Read(
        id=item.id,
        title=clean_text(item.title),
        link=item.url,
        summary=clean_text(item.summary),
        published=datetime.fromisoformat(item.date.iso),
        updated=updated if has_updated else None,
        author=clean_text(item.authors[0].title),
        topics=tuple(map(clean_text, item.topics)),
        image=item.image.figure.url if item.image else "",
        content=html,
    )


def from_rss(data: bytes) -> Read:
    item: Any = etree.fromstring(data)[0].find("item")
    media = item.find("enclosure")
    media = item.find("{http://search.yahoo.com/mrss/}content") if media is None else media
    return Read(
        id=item.findtext("guid"),
        title=item.findtext("title"),
        link=item.findtext("link"),
        summary=unescape(item.findtext("description")),
        published=parsedate_to_datetime(item.findtext("pubDate")),
        updated=None,
        author=item.findtext(f"{DC}creator"),
        topics=tuple(found.text for found in item.findall("category")),
        image="" if media is None else media.get("url"),
        content=item.findtext(ENCODED),
    )


def from_atom(data: bytes) -> Read:
    entry: Any = etree.fromstring(data).find(f"{A}entry")
    title = entry.find(f"{A}title")
    links = {link.get("rel"): link.get("href") for link in entry.findall(f"{A}link")}
    return Read(
        id=entry.findtext(f"{A}id"),
        title=unescape(title.text) if title.get("type") == "html" else title.text,
        link=links["alternate"],
        summary=unescape(entry.findtext(f"{A}summary")),
        published=datetime.fromisoformat(entry.findtext(f"{A}published")),
        updated=datetime.fromisoformat(entry.findtext(f"{A}updated")),
        author=entry.findtext(f"{A}author/{A}name"),
        topics=tuple(found.get("term") for found in entry.findall(f"{A}category")),
        image=links.get("enclosure", ""),
        content=entry.findtext(f"{A}content"),
    )


def from_json(data: bytes) -> Read:
    (item,) = json.loads(data)["items"]
    return Read(
        id=item["id"],
        title=item["title"],
        link=item["url"],
        summary=item["summary"],
        published=datetime.fromisoformat(item["date_published"]),
        updated=datetime.fromisoformat(item.get("date_modified", item["date_published"])),
        author=item["authors"][0]["name"],
        topics=tuple(item.get("tags", ())),
        image=item.get("image", ""),
        content=item["content_html"],
    )


@settings(max_examples=80)
@given(items, st.sampled_from(prose() or [""]))
def test_an_article_comes_back_from_every_format(item: FeedItemView, html: str) -> None:
    """Title, link, id, dates, author, categories, image and content are equal, to the letter."""
    view = replace(FEED, items=(item,))
    body = f"<pre><code>{html.replace('&', '&amp;').replace('<', '&lt;')}</code></pre>\n"
    whole = content(item, view, {"d": body})

    assert from_rss(rss.render(job(view, body), SITE, CLOSURE)) == expected(item, whole, has_updated=False)
    assert from_atom(atom.render(job(view, body), SITE, CLOSURE)) == expected(item, whole, has_updated=True)
    assert from_json(json_feed.render(job(view, body), SITE, CLOSURE)) == expected(item, whole, has_updated=True)


def test_every_construct_and_every_title_comes_back_from_a_whole_site() -> None:
    """From files to feeds: no title is changed by the way, and no reader library complains."""
    site = outputs(built(tree(hostile_site(prose()))))
    as_json = {item["id"]: item for item in json.loads(site["feed.json"])["items"]}
    as_rss: dict[Any, Any] = {item.findtext("guid"): item for item in etree.fromstring(site["feed.xml"]).iter("item")}
    as_atom: dict[Any, Any] = {
        entry.findtext(f"{A}id"): entry for entry in etree.fromstring(site["feed.atom"]).iter(f"{A}entry")
    }

    assert len(as_json) == len(TITLES) + len(prose())
    assert as_json.keys() == as_rss.keys() == as_atom.keys()
    for identity, item in as_json.items():
        title = as_atom[identity].find(f"{A}title")
        assert item["title"] == as_rss[identity].findtext("title")
        assert item["title"] == (unescape(title.text) if title.get("type") == "html" else title.text)
        assert item["content_html"] == as_rss[identity].findtext(ENCODED) == as_atom[identity].findtext(f"{A}content")
    titles = {item["title"] for item in as_json.values()}
    assert [
        title
        for title in TITLES
        if typographic(title, "en").strip("\u2028\u00a0") not in {found.strip("\u00a0") for found in titles}
    ] == []
    for kind in ("feed.xml", "feed.atom"):
        assert feedparser.parse(site[kind]).bozo == 0


def test_a_title_of_a_thousand_characters_is_a_title() -> None:
    """Load refuses more than 300; a feed would hold them all the same."""
    long = "Ж" * 1_000
    view = replace(FEED, items=(replace(FEED.items[0], title=long),))

    assert from_rss(rss.render(job(view), SITE, CLOSURE)).title == long
    assert from_atom(atom.render(job(view), SITE, CLOSURE)).title == long
    assert from_json(json_feed.render(job(view), SITE, CLOSURE)).title == long
