"""One record, every output: the same values in HTML, JSON-LD, RSS, Atom and JSON Feed; corrections; true counts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from lxml import html as lxml_html

from broadsheet.cache.cache import MemoryCache
from broadsheet.content.load import load_site
from broadsheet.content.settings import load_settings
from broadsheet.source.tree import SourceTree
from tests.render.jinja.test_json_ld import compiled
from tests.sites import built, changed, edit, outputs, tree

html: Any = lxml_html  # the stubs know no more of XPath than that it gives something
A = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
ENCODED = "{http://purl.org/rss/1.0/modules/content/}encoded"
PAGE = "articles/told/index.html"
PATH = "content/articles/told.md"
SITE = """\
-- config.yaml --
title: Small News
base_url: https://small.example/
publisher: {name: The House, url: "https://house.example/"}
share_cards: false
provenance: strict
byline:
  translated: "Translated with AI from {source}; edited by {editor}"
-- content/sources.yaml --
gazette: {name: The Gazette, url: "https://gazette.com/", licence: All rights reserved}
wire: {name: Wire}
-- content/people.yaml --
zoe: {name: Zoë Editor, role: Editor}
rex: Rex Reviewer
desk: {name: The Desk, group: true}
-- content/pages/how-we-work.md --
---
title: How we work
---
So.
-- content/pages/corrections.md --
---
title: Corrections
---
Here they are.
-- content/pages/ethics.md --
---
title: Ethics
---
Good.
-- content/articles/told.md --
---
id: urn:uuid:00000000-0000-4000-8000-00000000000a
title: Told & retold
slug: told
date: 2026-11-10T09:00Z
summary: What it says.
topics: [ai]
source:
  - ref: gazette
    url: https://gazette.com/a?x=1&y=2
    title: The piece < here
    author: W. Writer
    published: 2026-11-09
    licence: CC BY 4.0
    accessed: 2026-11-10
  - wire
editor: Zoë Editor
ai: {role: translated, tool: Tool & Co, model: M1, tasks: [translation, shortening], date: 2026-11-10}
review: {by: Rex Reviewer, role: fact checker, date: 2026-11-20, checked: [figures, quotes], text: "TOLD"}
corrections:
  - {date: 2026-11-12T09:00Z, kind: update, says: More is known., by: Zoë Editor}
  - {date: 2026-11-11T09:00Z, said: It was < 2., says: It is 3.}
---
Prose.
-- content/articles/own.md --
---
id: urn:uuid:00000000-0000-4000-8000-00000000000b
title: Our own
date: 2026-11-01T09:00Z
author: [Zoë Editor, The Desk]
ai: generated
review: {by: The House, date: 2026-11-20, text: "OWN"}
---
Prose.
-- content/articles/plain.md --
---
id: urn:uuid:00000000-0000-4000-8000-00000000000c
title: Plain
date: 2026-11-02T09:00Z
source: wire
ai: none
---
Prose.
"""


def newsletter(text: str = SITE) -> SourceTree:
    """The newsletter, with the digests of its texts in the reviews."""
    source = tree(text)
    settings, _ = load_settings(source)
    assert settings is not None
    site, problems = load_site(source, settings)
    digests = {article.slug: article.text_digest for article in site.articles}
    assert digests.keys() >= {"told", "our-own"}, problems
    return tree(text.replace('"TOLD"', f'"{digests["told"]}"').replace('"OWN"', f'"{digests["our-own"]}"'))


@pytest.fixture(scope="module")
def site() -> dict[str, bytes]:
    result = built(newsletter())
    assert result.problems == ()
    return outputs(result)


def page(data: bytes) -> Any:
    return html.fromstring(data.decode())


def words(element: Any) -> str:
    return " ".join(element.text_content().split())


def data_of(site: dict[str, bytes], path: str) -> Any:
    """The first thing of a page's structured data."""
    data = json.loads(page(site[path]).xpath("string(//script[@type='application/ld+json'])"))
    return data["@graph"][0] if "@graph" in data else data


@dataclass(frozen=True, slots=True)
class Record:
    """What an output says of the article, as far as its format has a place for it."""

    id: str
    byline: str
    sources: tuple[str, ...]
    licence: str
    people: tuple[str, ...]
    published: str
    updated: str
    corrections: tuple[str, ...]


def test_every_output_says_the_same(site: dict[str, bytes]) -> None:
    """Read back from the page, its structured data and the three feeds."""
    tells = [from_page(site), from_data(site), from_rss(site), from_atom(site), from_json(site)]
    expected = Record(
        id="urn:uuid:00000000-0000-4000-8000-00000000000a",
        byline="Translated with AI from The Gazette, Wire; edited by Zoë Editor",
        sources=("https://gazette.com/a?x=1&y=2",),
        licence="CC BY 4.0",
        people=("Zoë Editor", "Rex Reviewer"),
        published="2026-11-10T09:00:00+00:00",
        updated="2026-11-12T09:00:00+00:00",
        corrections=("More is known.", "It is 3."),
    )

    assert tells == [expected] * 5


def from_page(site: dict[str, bytes]) -> Record:
    root = page(site[PAGE])
    notes = root.xpath("//*[starts-with(@id, '_note-')]/span[last()]")
    checked = words(root.xpath("//section[@class='source']/p[last()]")[0])
    return Record(
        id="urn:uuid:00000000-0000-4000-8000-00000000000a",  # a page has no place for it
        byline=root.xpath("string(//p[@class='byline'])"),
        sources=tuple(root.xpath("//section[@class='source']//a[starts-with(@href, 'https://')]/@href")),
        licence=words(root.xpath("//section[@class='source']/p[1]")[0]).partition("Licence: ")[2].rstrip("."),
        people=(
            root.xpath("string(//div[@class='side']//a[starts-with(@href, '/people/')])"),
            checked.partition("Reviewed by ")[2].partition(" (")[0],
        ),
        published=root.xpath("string(//div[@class='side']//time[1]/@datetime)"),
        updated=root.xpath("string((//div[@class='side']//time)[2]/@datetime)"),
        corrections=tuple(sorted((note.text_content() for note in notes), reverse=True)),
    )


def from_data(site: dict[str, bytes]) -> Record:
    data = data_of(site, PAGE)
    return Record(
        id=data["identifier"],
        byline=data["creditText"],
        sources=tuple(source["url"] for source in data["isBasedOn"] if "url" in source),
        licence=data["isBasedOn"][0]["license"]["name"],
        people=tuple(person["name"] for person in data["editor"]),
        published=data["datePublished"],
        updated=data["dateModified"],
        corrections=tuple(note["text"].rpartition("now says: ")[2] for note in data["correction"]),
    )


def from_rss(site: dict[str, bytes]) -> Record:
    (item,) = [
        item for item in etree.fromstring(site["feed.xml"]).iter("item") if item.findtext("title") == "Told & retold"
    ]
    return Record(
        id=item.findtext("guid", ""),
        byline=byline_in(item.findtext(ENCODED, "")),
        sources=tuple(found.text or "" for found in item.findall(f"{DC}source")),
        licence=item.findtext(f"{DC}rights", ""),
        people=(item.findtext(f"{DC}creator", ""), item.findtext(f"{DC}contributor", "")),
        published="2026-11-10T09:00:00+00:00" if item.findtext("pubDate") == "Tue, 10 Nov 2026 09:00:00 +0000" else "",
        updated="2026-11-12T09:00:00+00:00",  # RSS has no place for it: a correction is an item of its own
        corrections=notes_in(item.findtext(ENCODED, "")),
    )


def from_atom(site: dict[str, bytes]) -> Record:
    wanted = "urn:uuid:00000000-0000-4000-8000-00000000000a"
    feed = etree.fromstring(site["feed.atom"])
    (entry,) = [entry for entry in feed.iter(f"{A}entry") if entry.findtext(f"{A}id") == wanted]
    return Record(
        id=entry.findtext(f"{A}id", ""),
        byline=byline_in(entry.findtext(f"{A}content", "")),
        sources=tuple(link.get("href", "") for link in entry.findall(f"{A}link") if link.get("rel") == "via"),
        licence=entry.findtext(f"{A}rights", ""),
        people=(entry.findtext(f"{A}author/{A}name", ""), entry.findtext(f"{A}contributor/{A}name", "")),
        published=entry.findtext(f"{A}published", ""),
        updated=entry.findtext(f"{A}updated", ""),
        corrections=notes_in(entry.findtext(f"{A}content", "")),
    )


def from_json(site: dict[str, bytes]) -> Record:
    (item,) = [item for item in json.loads(site["feed.json"])["items"] if item["title"] == "Told & retold"]
    record = item["_provenance"]
    assert record["ai"] == {
        "role": "translated", "tool": "Tool & Co", "model": "M1", "tasks": ["translation", "shortening"],
        "date": "2026-11-10",
    }  # fmt: skip
    assert record["review"] == {
        "by": "Rex Reviewer", "role": "fact checker", "date": "2026-11-20", "checked": ["figures", "quotes"]
    }  # fmt: skip
    assert record["sources"][0]["date_accessed"] == "2026-11-10"
    return Record(
        id=item["id"],
        byline=record["byline"],
        sources=(item["external_url"],),
        licence=record["sources"][0]["licence"],
        people=tuple(person["name"] for person in item["authors"]),
        published=item["date_published"],
        updated=item["date_modified"],
        corrections=tuple(note["says"] for note in record["corrections"]),
    )


def byline_in(content: str) -> str:
    return page(f"<div>{content}</div>".encode()).findtext("p/em", "").rstrip(".")


def notes_in(content: str) -> tuple[str, ...]:
    """The notes on corrections in the content of an entry: what stands behind the last "says", or behind the kind."""
    paragraphs = page(f"<div>{content}</div>".encode()).xpath("//p[strong]")
    found = [words(paragraph) for paragraph in paragraphs]
    says = [
        text.rpartition("now says: ")[2].partition(". ")[2] if "Update" in text else text.rpartition(": ")[2]
        for text in found
    ]
    return tuple(sorted((text.partition(" Corrected")[0] for text in says), reverse=True))


def test_the_page_says_it_in_words(site: dict[str, bytes]) -> None:
    """The correction stands before the text, the update below it, the record in the box at the end."""
    root = page(site[PAGE])
    text = words(root.find(".//article"))
    parts = [
        "Correction, November 11, 2026. It said: It was < 2. It now says: It is 3. All corrections",
        "Prose.",
        "Update, November 12, 2026. More is known. Corrected by Zoë Editor. All corrections",
        "The Gazette, by W. Writer, November 9, 2026. Original: The piece < here. Accessed November 10, 2026. "
        "Licence: CC BY 4.0.",
        "Wire. No link to the original is on record.",
        "AI was used: Tool & Co (M1); translation, shortening; November 10, 2026. "
        "Reviewed by Rex Reviewer (fact checker), November 20, 2026: figures, quotes.",
    ]

    assert [part for part in parts if part not in text] == []
    assert [text.index(part) for part in parts] == sorted(text.index(part) for part in parts)


def test_machines_are_told_in_the_words_of_schema_org(site: dict[str, bytes]) -> None:
    """Persons edit and are accountable; the house publishes and has policies; every correction is a comment."""
    data = data_of(site, PAGE)
    publisher = {
        "@type": "NewsMediaOrganization",
        "name": "The House",
        "url": "https://house.example/",
        "publishingPrinciples": "https://small.example/how-we-work/",
        "correctionsPolicy": "https://small.example/corrections/",
        "ethicsPolicy": "https://small.example/ethics/",
    }

    assert data["accountablePerson"] == data["editor"][0]
    assert [person["@type"] for person in data["editor"]] == ["Person", "Person"]
    assert data["publisher"] == publisher
    assert data["publishingPrinciples"] == publisher["publishingPrinciples"]
    assert data["digitalSourceType"] == "https://schema.org/CompositeWithTrainedAlgorithmicMediaDigitalSource"
    assert data["backstory"].startswith("AI was used: Tool & Co (M1);")
    assert data["correction"][1] == {
        "@type": "CorrectionComment",
        "name": "Correction",
        "text": "It said: It was < 2. It now says: It is 3.",
        "datePublished": "2026-11-11T09:00:00+00:00",
        "url": "https://small.example/articles/told/#_note-1",
    }
    own = data_of(site, "articles/our-own/index.html")
    assert [(maker["@type"], maker["name"]) for maker in own["author"]] == [
        ("Person", "Zoë Editor"),
        ("Organization", "The Desk"),
    ]
    assert own.keys() & {"editor", "accountablePerson", "isBasedOn"} == set()
    assert data_of(site, "people/desk/index.html")["mainEntity"]["@type"] == "Organization"
    assert data_of(site, "people/zoe/index.html")["mainEntity"]["@type"] == "Person"
    assert own["digitalSourceType"] == "https://schema.org/TrainedAlgorithmicMediaDigitalSource"
    assert "digitalSourceType" not in data_of(site, "articles/plain/index.html")
    home = json.loads(page(site["index.html"]).xpath("string(//script[@type='application/ld+json'])"))["@graph"]
    assert home[1]["ethicsPolicy"] == "https://small.example/ethics/"


def test_a_whole_record_is_in_the_vocabulary(site: dict[str, bytes], tmp_path: Path) -> None:
    """Every property of it exists in schema.org and holds what it may hold."""
    found = {
        path: json.loads(text)
        for path, data in site.items()
        if path.endswith(".html") and (text := page(data).xpath("string(//script[@type='application/ld+json'])"))
    }

    assert "correction" in json.dumps(found)
    assert compiled(found, tmp_path) == []


def test_what_machines_are_told_can_be_set() -> None:
    """The names of schema.org are a reading, which a newsletter may have otherwise."""
    source = edit(newsletter(), "config.yaml", "byline:", 'digital_sources: {translated: ""}\nbyline:')

    assert "digitalSourceType" not in data_of(outputs(built(source)), PAGE)


def test_a_piece_of_our_own_says_who_wrote_it(site: dict[str, bytes]) -> None:
    """With AI, without AI, and with a person's page for each."""
    root = page(site["articles/our-own/index.html"])
    alone = outputs(built(edit(newsletter(), "content/articles/own.md", "ai: generated\n", "ai: none\n")))

    assert root.xpath("string(//p[@class='byline'])") == "Written with AI by Zoë Editor, The Desk; edited by The House"
    assert root.xpath("//div[@class='side']//a/@href") == ["/people/zoe/", "/people/desk/", "https://house.example/"]
    assert page(alone["articles/our-own/index.html"]).xpath("string(//p[@class='byline'])") == (
        "By Zoë Editor, The Desk"
    )
    assert words(page(site["people/zoe/index.html"]).xpath("//p[@class='facts']")[0]) == (
        "Editor · 2 articles · 1 written · 1 edited"
    )


def test_a_review_of_another_text_is_not_told() -> None:
    """Whoever approved the old words has not approved the new ones: no output names the reviewer."""
    source = edit(newsletter(), PATH, "Prose.", "Changed prose.")
    site = outputs(built(edit(source, "config.yaml", "provenance: strict", "provenance: off")))
    shown = [path for path, data in site.items() if b"Rex Reviewer" in data and not path.startswith("people/")]

    assert shown == ["how-we-work/index.html"]
    assert b"1 of 3 reviewed in their current version" in site["how-we-work/index.html"]


def test_the_house_may_review_beside_a_person_who_edits() -> None:
    """Its name is that of the publisher."""
    source = edit(newsletter(), PATH, "by: Rex Reviewer", "by: The House")
    site = outputs(built(source))

    assert "Reviewed by The House (fact checker), November 20, 2026" in words(page(site[PAGE]))
    assert [person["name"] for person in json.loads(site["feed.json"])["items"][2]["authors"]] == [
        "Zoë Editor", "The House"
    ]  # fmt: skip
    assert data_of(site, PAGE)["editor"]["name"] == "Zoë Editor"


def test_corrections_are_listed_by_date(site: dict[str, bytes]) -> None:
    """The newest first, each leading to its note, and each note back; the page is as new as the newest."""
    root = page(site["corrections/index.html"])
    ids = page(site[PAGE]).xpath("//*[starts-with(@id, '_note-')]/@id")

    assert [words(entry) for entry in root.xpath("//main//section/p")] == [
        "Update, November 12, 2026. Told & retold. More is known. Corrected by Zoë Editor.",
        "Correction, November 11, 2026. Told & retold. It said: It was < 2. It now says: It is 3.",
    ]
    assert root.xpath("//main//section/p/a/@href") == ["/articles/told/#_note-2", "/articles/told/#_note-1"]
    assert sorted(ids) == ["_note-1", "_note-2"]
    assert page(site[PAGE]).xpath("//*[starts-with(@id, '_note-')]/a/@href") == ["/corrections/"] * 2
    assert root.xpath("string(//div[@class='side']//time/@datetime)") == "2026-11-12T09:00:00+00:00"


def test_without_corrections_the_page_says_so() -> None:
    """And does so itself: nobody has to remember to take the sentence out."""
    text = newsletter().files[PATH].read().decode()
    source = changed(newsletter(), {PATH: text[: text.index("corrections:")] + "---\nProse.\n"})
    site = outputs(built(source))

    assert "No article has needed a correction so far." in words(page(site["corrections/index.html"]))
    assert not [path for path in site if path.startswith("corrections/feed")]


def test_the_newsletter_counts_truly(site: dict[str, bytes]) -> None:
    """Articles, the share with AI, what was checked, sources, corrections, and who is responsible for what."""
    root = page(site["how-we-work/index.html"])
    first, second = root.xpath("//main//section/ul")

    assert [words(line) for line in first] == [
        "3 articles",
        "AI was used in 2 of 3 articles (67%): 1 translated with AI, 1 written with AI",
        "2 of 3 reviewed in their current version",
        "2 sources used",
        "1 correction",
        "1 update",
        "Articles with incomplete provenance are not published: the software rejects them",
    ]
    assert first.xpath(".//a/@href") == ["/archive/", "/sources/", "/corrections/", "/corrections/"]
    assert [words(line) for line in second] == [
        "The House: Publisher, with overall responsibility",
        "Rex Reviewer (1 reviewed)",
        "The Desk (1 written)",
        "Zoë Editor: Editor (1 written, 1 edited)",
    ]


def test_what_nobody_has_said_counts_as_unknown() -> None:
    """An article without a word on AI is none without AI."""
    source = edit(newsletter(), "content/articles/plain.md", "ai: none\n", "")
    site = outputs(built(edit(source, "config.yaml", "provenance: strict", "provenance: off")))

    assert (
        "AI was used in 2 of 3 articles (67%): 1 translated with AI, 1 written with AI, 1 with no AI disclosure"
        in words(page(site["how-we-work/index.html"]))
    )
    assert "1 with no AI disclosure" in words(page(site["sources/wire/index.html"]))


def test_a_source_page_says_how_it_is_used(site: dict[str, bytes]) -> None:
    """On what terms, how often and how."""
    facts = words(page(site["sources/wire/index.html"]).xpath("//p[@class='facts']")[0])
    gazette = words(page(site["sources/gazette/index.html"]).xpath("//p[@class='facts']")[0])

    assert facts == "2 articles · 1 without AI · 1 translated with AI"
    assert gazette == "1 article · gazette.com · 1 translated with AI · Licence: All rights reserved"


def corrected(source: SourceTree) -> SourceTree:
    """The newsletter with one more correction, of an article that nothing else is built from."""
    return edit(
        source,
        "content/articles/plain.md",
        "ai: none\n",
        "ai: none\ncorrections:\n  - {date: 2026-11-21T09:00Z, said: Two., says: Three.}\n",
    )


def rendered(before: SourceTree, after: SourceTree) -> list[str]:
    store = MemoryCache()
    outputs(built(before, store=store))
    result = built(after, store=store)
    outputs(result)
    return list(result.rendered)


def test_a_correction_touches_what_tells_of_it() -> None:
    """The id stays, one item is new in the main feed, and no other article is rendered."""
    before, after = newsletter(), corrected(newsletter())
    old, new = outputs(built(before)), outputs(built(after))
    ids = [[item["id"] for item in json.loads(site["feed.json"])["items"]] for site in (old, new)]
    data = data_of(new, "articles/plain/index.html")

    assert new["articles/plain/index.html"].count(b'id="_note-') == 1
    assert ids[1][1:] == ids[0]
    assert json.loads(new["feed.json"])["items"][0]["title"] == "Correction: Plain"
    assert json.loads(new["corrections/feed.json"])["items"][0]["id"] == ids[1][0]
    assert data["dateModified"] == "2026-11-21T09:00:00+00:00"
    assert "Three." in words(page(new["corrections/index.html"]))
    assert rendered(before, after) == [
        "/articles/plain/",
        "/corrections/",
        "/corrections/feed.atom",
        "/corrections/feed.json",
        "/corrections/feed.xml",
        "/feed.atom",
        "/feed.json",
        "/feed.xml",
        "/how-we-work/",
        "/sitemap.xml",
        "/sources/wire/feed.xml",
    ]


def test_a_count_touches_only_the_pages_that_show_it() -> None:
    """What AI did in one article is counted on its source's page and on the page on how we work."""
    before = newsletter()
    after = edit(before, "content/articles/plain.md", "ai: none", "ai: assisted")
    after = edit(after, "config.yaml", "provenance: strict", "provenance: off")
    before = edit(before, "config.yaml", "provenance: strict", "provenance: off")

    assert rendered(before, after) == [
        "/articles/plain/",
        "/feed.atom",
        "/feed.json",
        "/feed.xml",
        "/how-we-work/",
        "/sources/wire/",
        "/sources/wire/feed.xml",
    ]


def test_an_old_correction_leaves_the_main_feed_with_its_time() -> None:
    """Once the feed begins after it, it stays in the feed of corrections alone."""
    source = edit(newsletter(), "config.yaml", "byline:", "feeds: {length: 1}\nbyline:")
    late = changed(
        source,
        {
            f"content/articles/n{day}.md": f"---\nid: urn:test:{day}\ntitle: N{day}\ndate: 2026-11-{day}\n"
            "author: The House\nai: none\n---\nP.\n"
            for day in (22, 23)
        },
    )
    titles = [item["title"] for item in json.loads(outputs(built(late))["feed.json"])["items"]]
    before = [item["title"] for item in json.loads(outputs(built(source))["feed.json"])["items"]]

    assert before == ["Update: Told & retold", "Correction: Told & retold", "Told & retold"]
    assert titles == ["N23"]


def test_a_correction_on_the_day_of_publishing_comes_after_it() -> None:
    """Most people write the day alone, which begins before the article was published."""
    text = newsletter().files["content/articles/plain.md"].read().decode()
    noted = text.replace("ai: none\n", "ai: none\ncorrections:\n  - {date: 2026-11-02, said: Two., says: Three.}\n")
    only = {"content/articles/told.md": None, "content/articles/own.md": None, "content/articles/plain.md": noted}
    items = json.loads(outputs(built(changed(newsletter(), only)))["feed.json"])["items"]

    assert [(item["title"], item["date_published"]) for item in items] == [
        ("Correction: Plain", "2026-11-02T09:00:00+00:00"),
        ("Plain", "2026-11-02T09:00:00+00:00"),
    ]
