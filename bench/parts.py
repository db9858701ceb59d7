"""What a page must hold in every contender's site, so that the same work is measured: a table, asked before each bench.

Each part has a name and a place: an XPath in which `$title` and the like stand for what the article says. The same
table serves for all; NOT_ASKED says which peers are let off which part, and why.
"""

from __future__ import annotations

import json
import subprocess
from base64 import b64encode
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from lxml import etree, html

from bench.contenders import BASE_URL, Contender
from bench.corpus import BenchArticle, article
from bench.runs import environment
from bench.scenarios import prepare

ARTICLES = 30
SHOWN = 20  # the article that is looked at: with code, with neighbours on both sides and older ones on its topic
BUILD_SECONDS = 120

# In the head and around the content of every page.
FRAME = {
    "language": "//html[@lang='en']",
    "viewport": "//meta[@name='viewport']",
    "canonical": "//link[@rel='canonical'][@href=$url]",
    "og:url": "//meta[@property='og:url'][@content=$url]",
    "og:site_name": "//meta[@property='og:site_name'][@content='The Bench']",
    "feed": "//link[@rel='alternate'][@type='application/rss+xml'][contains(@href, '/feed.xml')]",
    "icon": "//link[@rel='icon'][@href='/static/favicon.svg']",
    "style": "//style[string-length() > 3000]",
    "policy": "//meta[@http-equiv='Content-Security-Policy'][contains(@content, $style_hash)]",
    "skip link": "//a[@class='skip'][@href='#_main'][//main[@id='_main']]",
    "masthead": "//header[@class='masthead']//nav//a[@href='/topics/']",
    "footer": "//footer//nav[.//a[@href='/sources/']][.//a[@href='/archive/']][.//a[@href='/feed.xml']]",
    "imprint": "//footer//p[contains(., 'Published by The Bench')]",
}
ARTICLE = FRAME | {
    "title": "//title[.=concat($title, ' – The Bench')]",
    "description": "//meta[@name='description'][@content=$summary]",
    "og:description": "//meta[@property='og:description'][@content=$summary]",
    "og:title": "//meta[@property='og:title'][@content=$title]",
    "og:type": "//meta[@property='og:type'][@content='article']",
    "published": "//meta[@property='article:published_time'][starts-with(@content, $day)]",
    "policy for the data": "//meta[@http-equiv='Content-Security-Policy'][contains(@content, $data_hash)]",
    "headline": "//article//h1[.=$title]",
    "dek": "//p[@class='dek'][.=$summary]",
    "topics": "//p[@class='label']/a[@href=$topic]",
    "byline": "//p[@class='byline'][starts-with(., concat('From ', $source, '; edited by '))]",
    "date": "//p[@class='meta']//time[starts-with(@datetime, $day)]",
    "reading time": "//p[@class='meta'][contains(., ' min read')]",
    "link to the original": "//p[@class='meta']//a[@href=$source_url]",
    "contents": "//details//nav[count(.//li/a[starts-with(@href, '#')]) = 3]",
    "headings to jump to": "//div[@class='text']/h2[concat('#', @id) = //details//a/@href]",
    "text": "//div[@class='text'][string-length() > 4000]",
    "colours of code": "//pre//span[@class]",
    "source box": "//section[@class='source'][.//a[@href=$source_page]][.//a[@href=$source_url]]",
    "older neighbour": "//nav[@class='pager']//a[@rel='prev'][@href=$older]",
    "newer neighbour": "//nav[@class='pager']//a[@rel='next'][@href=$newer]",
    "related": "//section[@class='related'][count(.//li[a][.//time]) = 3]",
}
LIST = FRAME | {
    "og:type": "//meta[@property='og:type'][@content='website']",
    "entries": "//ul[@class='list'][count(li) > 5]",
    "entry: title": "//ul[@class='list']/li[1]//h2/a[starts-with(@href, '/articles/')]",
    "entry: summary": "//ul[@class='list']/li[1]/p[not(@class)][string-length() > 40]",
    "entry: date": "//ul[@class='list']/li[1]//time[@datetime]",
    "entry: reading time": "//ul[@class='list']/li[1]//p[@class='meta'][contains(., ' min')]",
    "entry: source": "//ul[@class='list']/li[1]//a[starts-with(@href, '/sources/')]",
    "entry: topics": "//ul[@class='list']/li[1]//a[starts-with(@href, '/topics/')]",
}
HOME = LIST | {
    "title": "//title[.='The Bench']",
    "headline": "//h1[.='The Bench']",
    "older page": "//nav[@class='pager']//a[@rel='next'][starts-with(@href, '/page/')]",
    "data": "//script[@type='application/ld+json']",
    "manifest": "//link[@rel='manifest']",
}
TOPIC = LIST | {
    "title": "//title[.='Inference – The Bench']",
    "description": "//meta[@name='description'][contains(@content, 'Inference')]",
    "headline": "//main//h1[.='Inference']",
    "way up": "//main/header//a[@href='/topics/']",
    "count": "//main/header//p[@class='facts'][contains(., ' articles')]",
    "data": "//script[@type='application/ld+json']",
}
PAGES = {
    "article": (f"articles/{article(SHOWN).slug}/", ARTICLE),
    "home": ("", HOME),
    "topic": ("topics/inference/", TOPIC),
}
# What the article's data, a graph of schema.org, must say.
DATA = (
    "identifier", "mainEntityOfPage", "headline", "description", "datePublished", "dateModified", "inLanguage",
    "articleSection", "author", "publisher", "isBasedOn", "creditText",
)  # fmt: skip

PEERS = ("Hugo", "Pelican", "Eleventy")
NOT_ASKED = {
    ("article", "colours of code"): (("Eleventy",), "they need a plug-in"),
    ("article", "policy for the data"): (PEERS, "Hugo has no SHA-256 in base64 of a text, only of a resource"),
    ("home", "data"): (PEERS, "only the first pages of lists have it, some 70 of 1,400 pages"),
    ("topic", "data"): (PEERS, "only the first pages of lists have it, some 70 of 1,400 pages"),
    ("home", "manifest"): (PEERS, "one page has it, and the icons that it names are not asked for"),
}


def lacking(contender: Contender, folder: Path) -> list[str]:
    """What the contender's pages lack, as "page: part", when it makes ARTICLES articles in the folder.

    Raises CalledProcessError or TimeoutExpired if the build fails, OSError if a page is not there.
    """
    prepare(contender, folder, ARTICLES, attic=folder)
    command = contender.command(folder)
    subprocess.run(
        command, cwd=folder, env=environment(contender), check=True, capture_output=True, timeout=BUILD_SECONDS
    )
    return [
        f"{kind}: {part}"
        for kind in PAGES
        for part in absent_parts(kind, page_file(contender, folder, kind).read_bytes())
        if contender.name not in NOT_ASKED.get((kind, part), ((), ""))[0]
    ]


def page_file(contender: Contender, folder: Path, kind: str) -> Path:
    """Return the path of the page of that kind that is examined."""
    return folder / contender.output / PAGES[kind][0] / "index.html"


def absent_parts(kind: str, page: bytes) -> list[str]:
    """Return the names of the parts that the table requires of a page of that kind and that this one lacks."""
    tree = html.document_fromstring(page.decode())
    path, table = PAGES[kind]
    data = str(tree.xpath("string(//script[@type='application/ld+json'])"))
    said = _words(article(SHOWN)) if kind == "article" else {}
    said |= {"url": BASE_URL + path, "style_hash": _hash(str(tree.xpath("string(//style)"))), "data_hash": _hash(data)}
    absent = [part for part, place in table.items() if not etree.XPath(place)(tree, **said)]
    return absent + (_absent_data(data) if kind == "article" else [])


def _words(shown: BenchArticle) -> dict[str, str]:
    """Return the text of the article, by the variables of the table."""
    return {
        "title": shown.title,
        "summary": shown.summary,
        "day": f"{shown.date:%Y-%m-%d}",
        "topic": f"/topics/{_slug(shown.topics[0])}/",
        "source": shown.source,
        "source_page": f"/sources/{_slug(shown.source)}/",
        "source_url": shown.source_url,
        "older": f"/articles/{article(shown.number - 1).slug}/",
        "newer": f"/articles/{article(shown.number + 1).slug}/",
    }


def _slug(name: str) -> str:
    return name.lower().replace(" ", "-")


def _hash(text: str) -> str:
    """Return the hash as a Content-Security-Policy writes it."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _absent_data(text: str) -> list[str]:
    graph: Iterable[Mapping[str, object]] = json.loads(text)["@graph"] if text else []
    nodes = {node["@type"]: node for node in graph}
    absent = [f"data: {name}" for name in DATA if not nodes.get("NewsArticle", {}).get(name)]
    trail = nodes.get("BreadcrumbList", {}).get("itemListElement")
    return absent + (["data: trail"] if not isinstance(trail, list) or len(trail) != 3 else [])
