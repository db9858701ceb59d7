"""A newsletter in several languages: lists of their own, translations, and what is said when they do not fit."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from lxml import etree, html

from broadsheet.source.tree import SourceTree
from tests.sites import REPOSITORY, SMALL_SITE, built, changed, edit, outputs, tree

CONFIG = """\
title: Small News
base_url: https://small.example/
provenance: off
languages:
  ru:
    title: Малые новости
    navigation:
      - {title: Темы, url: /ru/topics/}
"""
TRANSLATION = """\
---
id: urn:test:ru
title: Первая
date: 2026-11-04T10:00Z
lang: ru
topics: [ai]
translation_of: a.md
---
Немного прозы.
"""
SITE = changed(
    tree(SMALL_SITE),
    {
        "config.yaml": CONFIG,
        "content/articles/a-ru.md": TRANSLATION,
        "content/pages/about-ru.md": "---\ntitle: О нас\nslug: about\nlang: ru\n---\nКто мы.\n",
        "content/topics.yaml": "ai: {title: AI, languages: {ru: {title: ИИ}}}\nmoney: Money\n",
    },
)


def problems(source: SourceTree) -> list[str]:
    return [str(problem) for problem in built(source).problems]


def test_each_language_has_its_own_lists() -> None:
    """Below its own address, with its own words; the other language is not in them."""
    pages = outputs(built(SITE))
    home = html.fromstring(pages["ru/index.html"].decode())

    assert {path for path in pages if path.startswith("ru/")} == {
        "ru/about/index.html",
        "ru/archive/2026/11/index.html",
        "ru/archive/2026/index.html",
        "ru/archive/index.html",
        "ru/articles/pervaia/index.html",
        "ru/feed.atom",
        "ru/feed.json",
        "ru/feed.xml",
        "ru/feeds.opml",
        "ru/index.html",
        "ru/search/2026-1.json",
        "ru/search/index.html",
        "ru/sources/index.html",
        "ru/topics/ai/feed.xml",
        "ru/topics/ai/index.html",
        "ru/topics/index.html",
    }
    assert home.xpath("//html/@lang") == ["ru"]
    assert home.xpath("//h1/text()") == ["Малые новости"]
    assert home.xpath("//main//h2/a/@href") == ["/ru/articles/pervaia/"]
    assert html.fromstring(pages["ru/topics/ai/index.html"].decode()).xpath("//h1/text()") == ["ИИ"]
    assert "Первая" not in pages["index.html"].decode()
    assert [row[1] for row in json.loads(pages["ru/search/2026-1.json"])["rows"]] == ["Первая"]


def test_translations_know_each_other() -> None:
    """hreflang for machines, a switch for readers, on both; other articles have neither."""
    pages = outputs(built(SITE))
    english = html.fromstring(pages["articles/first/index.html"].decode())
    russian = html.fromstring(pages["ru/articles/pervaia/index.html"].decode())
    addresses = ["https://small.example/articles/first/", "https://small.example/ru/articles/pervaia/"]

    assert english.xpath("//link[@hreflang]/@href") == addresses == russian.xpath("//link[@hreflang]/@href")
    assert english.xpath("//article//a[@hreflang='ru']/text()") == ["Русский"]
    assert russian.xpath("//article//a[@hreflang='en']/@href") == ["/articles/first/"]
    assert b"hreflang" not in pages["articles/second/index.html"].split(b"<footer")[0]


def test_pages_with_the_same_slug_are_translations() -> None:
    """Both home pages and both about pages lead to each other."""
    pages = outputs(built(SITE))

    for path, other in (("about/index.html", "/ru/about/"), ("ru/index.html", "/")):
        page = html.fromstring(pages[path].decode())
        assert page.xpath(f"//link[@hreflang][@href='https://small.example{other}']")


def test_all_languages_are_in_one_sitemap() -> None:
    """One robots.txt, one sitemap, one news sitemap with the language of each article."""
    pages = outputs(built(edit(SITE, "content/articles/a-ru.md", "2026-11-04T10:00Z", "2026-11-23T10:00Z")))
    news = etree.fromstring(pages["sitemap-news.xml"])

    assert b"https://small.example/ru/articles/pervaia/" in pages["sitemap.xml"]
    assert [element.text for element in news.iter("{*}language")] == ["ru"]
    assert [element.text for element in news.iter("{*}name")] == ["Малые новости"]


def test_an_article_in_a_language_without_lists_stays_in_the_main_ones() -> None:
    """It says its language where it stands."""
    source = edit(SITE, "content/articles/b.md", "title: Second", "title: Zweite\nlang: de")
    home = html.fromstring(outputs(built(source))["index.html"].decode())

    assert home.xpath("//h2[@lang='de']/a/@href") == ["/articles/zweite/"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("translation_of: a.md", "translation_of: aa.md", 'unknown article "aa.md"'),
        ("lang: ru", "lang: en", 'content/articles/a.md is in the same language, "en"'),
    ],
)
def test_a_translation_that_cannot_be_one_is_a_problem(old: str, new: str, expected: str) -> None:
    """At the line where it names its original."""
    found = problems(edit(SITE, "content/articles/a-ru.md", old, new))

    assert found[0].startswith(f"content/articles/a-ru.md:7:17: error: {expected}")


def test_one_translation_for_each_language() -> None:
    """A second one is a problem; a translation of a translation too."""
    other = TRANSLATION.replace("urn:test:ru", "urn:test:ru2").replace("Первая", "Другая")
    chain = other.replace("lang: ru", "lang: fr").replace("a.md", "a-ru.md")

    assert "is already the translation of content/articles/a.md" in "".join(
        problems(changed(SITE, {"content/articles/z.md": other}))
    )
    assert "content/articles/a-ru.md is itself a translation" in "".join(
        problems(changed(SITE, {"content/articles/z.md": chain}))
    )


def test_a_russian_page_says_where_a_piece_is_from_in_russian() -> None:
    """Bylines and the words of the record come from the interface text; the other edition has its own title."""
    record = (
        "source: {name: Wire}\nai: {role: summarised, tasks: [shortening, magic]}\n"
        "review: {by: Small News, date: 2026-11-05, checked: [figures]}\n"
    )
    page = outputs(built(edit(SITE, "content/articles/a-ru.md", "topics: [ai]\n", f"topics: [ai]\n{record}")))
    article = " ".join(map(str, html.fromstring(page["ru/articles/pervaia/index.html"].decode()).itertext()))
    home = html.fromstring(page["ru/index.html"].decode())

    assert "Обработано ИИ по материалу: Wire; редактор: Small News" in article
    assert "сокращение, magic" in article
    assert "цифры" in article
    assert "edited by" not in article
    assert "Small News (English)" in " ".join(map(str, home.itertext()))
    assert "Малые новости (English)" not in " ".join(map(str, home.itertext()))


SOURCED = """\
---
id: urn:test:sourced
title: Вторая
date: 2026-11-05T10:00Z
lang: ru
source: {name: Wire, url: "https://wire.example/b"}
ai: {role: summarised, tool: Tool, tasks: [shortening, rewording, своими словами]}
editor: jane
---
Ещё немного прозы.
"""


def parsed(page: bytes | str) -> Any:
    """A page as an element of lxml, whose types are too wide for these tests."""
    return html.fromstring(page)


def test_a_page_in_russian_says_nothing_in_english() -> None:
    """No text of a page or attribute equals an English message; bylines and the words for tasks are translated."""
    english = yaml.safe_load((REPOSITORY / "templates/messages/en.yaml").read_text())
    russian = yaml.safe_load((REPOSITORY / "templates/messages/ru.yaml").read_text())
    flat = {text for value in english.values() for text in (value.values() if isinstance(value, dict) else [value])}
    source = changed(
        SITE,
        {
            "content/articles/sourced-ru.md": SOURCED,
            "content/people.yaml": "jane: Джейн\n",
            "config.yaml": CONFIG.replace("provenance", 'byline: {ai: "Made of {source}"}\nprovenance'),
        },
    )
    pages = {path: parsed(data) for path, data in outputs(built(source)).items() if path.endswith(".html")}
    there = {path: page for path, page in pages.items() if path.startswith("ru/")}

    assert russian.keys() == english.keys() and len(there) > 10
    assert [name for name, text in english.items() if russian[name] == text] == []
    for path, page in there.items():
        said = {text.strip() for text in page.itertext()} | {
            str(value) for name in ("aria-label", "title", "alt") for value in page.xpath(f"//@{name}")
        }
        assert not said & flat, path
    text = there["ru/articles/vtoraia/index.html"].text_content()
    assert "Обработано ИИ по материалу: Wire; редактор: Джейн" in text
    assert "сокращение, пересказ, своими словами" in text
    assert "Made of" not in text
