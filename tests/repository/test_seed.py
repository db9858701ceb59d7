"""A raw text, as an editor gets one, becomes an article: all of it arrives in the page and in the feed.

Its form: a title, a dek and a byline, a line each; a heading; paragraphs; the headline and the text of a promo.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import feedparser
import pytest
from lxml import html

from tests.sites import REPOSITORY, built, outputs, tree

OWN = """\
Lighthouse keepers hand the night watch to software
The coast's last crewed light goes dark as a person's workplace this winter, though not as a light: an
AI-processed from Harbour Wire; edited by Small Press
# Who Watches the Watchman: A Lighthouse, a "Learning" Lamp & 3 < 4 Reasons to Stay
For 141 years somebody slept in the tower—and woke every four hours. From January a \
model that has read the weather of a decade decides when the lamp burns at full strength. It \
costs $1,200 a year; a keeper cost forty times that.
The keepers don't call it a defeat. "It's better at fog than I am," says one of them. \
Tests along 12 kilometres of coast found five false alarms in a month, down from 31.
What isn't settled is who answers for a ship that runs aground. The law knows \
a keeper, not a model. Until that changes, one of them stays on call.
Want to tend a lamp of your own?
The Small Press School teaches you to look after machines, one evening a week.
"""
SEED = REPOSITORY.parent / "shared" / "seed" / "ant-group.txt"
RAW = {"own": OWN} | ({"seed": SEED.read_text(encoding="utf-8")} if SEED.is_file() else {})
WRITTEN_ALIKE = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "\u00a0": " "})


@dataclass(frozen=True, slots=True)
class Raw:
    """The parts of a raw text."""

    title: str
    dek: str
    byline: str
    heading: str
    paragraphs: tuple[str, ...]
    promo_title: str
    promo_text: str


def parts(text: str) -> Raw:
    title, dek, byline, heading, *paragraphs, promo_title, promo_text = filter(None, map(str.strip, text.splitlines()))
    assert heading.startswith("# ")
    return Raw(title, dek, byline, heading.removeprefix("# "), tuple(paragraphs), promo_title, promo_text)


def as_site(raw: Raw) -> str:
    """A throw-away newsletter with the text as its only article, as an editor would set it up."""
    names = re.fullmatch("AI-processed from (.+); edited by (.+)", raw.byline)
    assert names is not None
    source, editor = names.groups()
    body = "\n\n".join([f"# {raw.heading}", *raw.paragraphs])
    # A JSON string is a YAML value in double quotes.
    return f"""\
-- config.yaml --
title: Throw-away News
base_url: https://throw-away.example/
publisher: {{name: {json.dumps(editor)}}}
promos:
  school:
    label: From our publisher
    title: {json.dumps(raw.promo_title)}
    text: {json.dumps(raw.promo_text)}
-- content/articles/raw.md --
---
id: urn:uuid:00000000-0000-4000-8000-000000000001
title: {json.dumps(raw.title)}
summary: {json.dumps(raw.dek)}
date: 2026-11-20
source: {json.dumps(source)}
ai: summarised
promo: school
---
{body}
"""


@pytest.fixture(scope="module", params=RAW)
def site(request: pytest.FixtureRequest) -> Iterator[tuple[Raw, html.HtmlElement, feedparser.FeedParserDict]]:
    """A raw text, the page of its article, and the feed as a feed reader reads it."""
    raw = parts(RAW[request.param])
    files = outputs(built(tree(as_site(raw))))
    (path,) = [path for path in files if path.startswith("articles/")]
    yield raw, html.fromstring(files[path].decode()), feedparser.parse(files["feed.xml"])


Site = tuple[Raw, html.HtmlElement, feedparser.FeedParserDict]


def said(element: html.HtmlElement) -> str:
    """The words of an element as they would be typed: blanks run together, quotation marks straight."""
    return typed(str(element.text_content()))


def typed(text: str) -> str:
    return " ".join(text.translate(WRITTEN_ALIKE).split())


def test_the_page_has_title_headline_and_dek(site: Site) -> None:
    """The title in the window, the heading as the one h1, the dek below it as it was given."""
    raw, page, _ = site

    assert typed(raw.title) in typed(page.findtext(".//title") or "")
    assert [said(heading) for heading in page.iter("h1")] == [typed(raw.heading)]
    assert typed(raw.dek) in said(page.find(".//article/header"))
    assert typed(page.xpath("string(//meta[@name='description']/@content)")) == typed(raw.dek)


def test_the_page_says_where_it_comes_from(site: Site) -> None:
    """The provenance line stands before the text, and what is not known is said."""
    raw, page, _ = site
    text = said(page.find(".//article"))

    assert typed(raw.byline) in text
    assert text.index(typed(raw.byline)) < text.index(typed(raw.paragraphs[0]))
    assert "No link to the original is on record." in text


def test_the_page_has_every_paragraph(site: Site) -> None:
    """Each as a paragraph of its own, in their order, and nothing but them."""
    raw, page, _ = site
    paragraphs = [said(paragraph) for paragraph in page.iter("p")]
    first = paragraphs.index(typed(raw.paragraphs[0]))

    assert paragraphs[first : first + len(raw.paragraphs)] == [typed(paragraph) for paragraph in raw.paragraphs]


def test_the_promo_stands_apart(site: Site) -> None:
    """Below a label, outside the article, and not counted among its words."""
    raw, page, _ = site
    (promo,) = page.xpath("//aside[.//p[contains(., 'From our publisher')]]")
    text = said(page.find(".//article"))
    words = sum(len(paragraph.split()) for paragraph in raw.paragraphs)

    assert typed(raw.promo_title) in said(promo)
    assert typed(raw.promo_text) in said(promo)
    assert typed(raw.promo_title) not in text
    assert typed(raw.promo_text) not in text
    assert f"{max(round(words / 230), 1)} min read" in text


def test_the_feed_is_read_without_a_complaint(site: Site) -> None:
    """By a feed reader that says so when it has to guess."""
    _, _, feed = site

    assert (feed.bozo, feed.get("bozo_exception")) == (0, None)
    assert len(feed.entries) == 1


def test_the_feed_has_all_of_it(site: Site) -> None:
    """Title, dek, provenance line and body."""
    raw, _, feed = site
    (entry,) = feed.entries
    content = html.fromstring(entry.content[0].value)
    paragraphs = [said(paragraph) for paragraph in content.iter("p")]

    assert said(html.fragment_fromstring(entry.title, create_parent="p")) == typed(raw.title)
    assert said(html.fragment_fromstring(entry.summary, create_parent="p")) == typed(raw.dek)
    assert entry.id == "urn:uuid:00000000-0000-4000-8000-000000000001"
    assert any(paragraph.startswith(typed(raw.byline)) for paragraph in paragraphs)
    first = paragraphs.index(typed(raw.paragraphs[0]))
    assert paragraphs[first : first + len(raw.paragraphs)] == [typed(paragraph) for paragraph in raw.paragraphs]


def test_the_feed_keeps_the_promo_out_of_the_summary(site: Site) -> None:
    """What is not news is not told as news."""
    raw, _, feed = site

    assert raw.promo_title not in feed.entries[0].summary
