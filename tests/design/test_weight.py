"""What a reader's line has to carry: pages compressed, with their style sheet, their data and their cards."""

from __future__ import annotations

import gzip
from functools import cache

from bench.corpus import article as corpus_article
from broadsheet.source.scan import scan
from tests.sites import REPOSITORY, built, outputs, tree

FIRST_FLIGHT = 14_600  # bytes that a server sends before it waits for the first answer


def weight(data: bytes) -> int:
    return len(gzip.compress(data, 9))


@cache
def house() -> dict[str, bytes]:
    """The newsletter of this repository."""
    source = scan(REPOSITORY)
    return outputs(built(source))


def heavy(start: str, most: int) -> dict[str, int]:
    """The pages below a path that are heavier than that."""
    pages = {path: weight(data) for path, data in house().items() if path.startswith(start) and path.endswith(".html")}
    return {path: size for path, size in pages.items() if size > most}


def made(number: int) -> str:
    article = corpus_article(number)
    return (
        f"-- content/articles/{article.slug}.md --\n---\nid: urn:test:{number}\ntitle: {article.title!r}\n"
        f"date: {article.date.isoformat()}\nsummary: {article.summary!r}\ntopics: [{', '.join(article.topics)}]\n"
        f"source: {{name: {article.source}, url: {article.source_url!r}}}\n---\n" + article.body_with_link("{slug}.md")
    )


def test_an_article_is_light() -> None:
    """One of 750 words, with cards, structured data and style, is at most 6,000 bytes."""
    assert weight(house()["articles/ant-group-ai-medicine/index.html"]) <= 6_000


def test_a_topic_is_light() -> None:
    """At most 6,000 bytes."""
    assert heavy("topics/", 6_000) == {}


def test_every_page_comes_with_the_first_flight() -> None:
    """No page of the newsletter makes a reader wait for a second one."""
    assert heavy("", FIRST_FLIGHT) == {}


def test_long_lists_are_light_too() -> None:
    """A home page with 20 articles has at most 8,000 bytes, and a month with 99 comes with the first flight."""
    config = "-- config.yaml --\ntitle: The Bench\nbase_url: https://a.example/\npage_size: 20\ntagline: News of it.\n"
    home = outputs(built(tree(config + "".join(map(made, range(1, 21))))))["index.html"]
    month = outputs(built(tree(config + "".join(map(made, range(1, 100))))))["archive/2001/01/index.html"]

    assert weight(home) <= 8_000
    assert weight(month) <= FIRST_FLIGHT
