"""Warnings about texts, each with its place and its name, and each can be switched off by it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.content.advice import canonical, without_tracking
from broadsheet.source.tree import SourceTree
from tests.sites import SMALL_SITE, built, tree

ARTICLE = "content/articles/x.md"
HEAD = "-- content/articles/x.md --\n---\nid: urn:x:1\ntitle: {}\ndate: 2026-11-04\n{}---\n{}\n"


def site(title: str = "X", front: str = "", body: str = "Text.", settings: str = "") -> SourceTree:
    """The small site with one more article."""
    return tree(
        SMALL_SITE.replace("provenance: off\n", f"provenance: off\n{settings}") + HEAD.format(title, front, body)
    )


def warnings(source: SourceTree, path: str = ARTICLE) -> list[str]:
    """The named warnings of a build that is published all the same, as "line:column name message | hint"."""
    result = built(source)
    assert result.manifest is not None, result.problems
    return [
        f"{problem.where.line}:{problem.where.column} {problem.name} {problem.message} | {problem.hint}"
        for problem in result.problems
        if problem.name and problem.where.path == path
    ]


@pytest.mark.parametrize("sign", ["TK", "TKTK", "TODO", "FIXME", "XXX", "Lorem ipsum"])
def test_unfinished_work(sign: str) -> None:
    """In titles, summaries, pictures' descriptions and the text; not in code."""
    hint = "write what is missing"
    front = (
        f"headline: The {sign} story\nsummary: Sums {sign} up\nimage: {{src: 'https://a.example/a.png', alt: {sign}}}\n"
    )
    assert warnings(site(f"A {sign} title", front)) == [
        f'3:8 unfinished "{sign}" looks unfinished | {hint}',
        f'5:11 unfinished "{sign}" looks unfinished | {hint}',
        f'6:10 unfinished "{sign}" looks unfinished | {hint}',
        f'7:46 unfinished "{sign}" looks unfinished | {hint}',
    ]
    (found,) = warnings(site(body=f"Words.\n\nThe sum is {sign} today."))
    assert found.startswith("8:") and f'unfinished "{sign}" looks unfinished' in found
    assert warnings(site(body=f"The word `{sign}` is code.\n\n```\n{sign}\n```\n")) == []


@pytest.mark.parametrize("word", ["TKO", "todo", "Todos", "XXXL", "fixme", "stk"])
def test_words_that_only_look_unfinished(word: str) -> None:
    """Parts of other words, and small letters, are no marks."""
    assert warnings(site(f"A {word} title", body=f"The {word} of it.")) == []


def test_tracking_in_links_and_sources() -> None:
    """One warning in a file, at the first, with the address as it should be."""
    address = "https://wire.example/a?utm_source=x&id=3&fbclid=y#top"
    right = "https://wire.example/a?id=3#top"
    message = 'the address has "utm_source", by which readers are tracked'
    assert warnings(site(body=f"A [link]({address}).")) == [
        f"6:10 tracking {message} | write it without: {right}",
    ]
    front = f'source: {{name: Wire, url: "{address}"}}\n'
    assert warnings(site(front=front, body=f"A [link]({address}), <{address}>.")) == [
        f"5:27 tracking {message} (and 2 more) | write it without: {right}",
    ]


@pytest.mark.parametrize("name", ["utm_medium", "fbclid", "gclid", "UTM_Source", "mc_eid", "igshid", "yclid"])
def test_parameters_that_track(name: str) -> None:
    """Those of newsletters, advertisers and social networks, in any case; the others stay in their order."""
    assert without_tracking(f"https://a.example/?{name}=1") == "https://a.example/"
    assert without_tracking(f"https://a.example/?b=2&{name}=1&a=1#x") == "https://a.example/?b=2&a=1#x"


@pytest.mark.parametrize(
    "url", ["https://a.example/?q=utm_source", "https://a.example/utm_source", "https://a.example/?"]
)
def test_addresses_that_do_not_track(url: str) -> None:
    """A word elsewhere is no parameter, and an address without tracking is not touched."""
    assert without_tracking(url).rstrip("?") == url.rstrip("?")


def test_link_shorteners() -> None:
    """In the text and as a source."""
    hint = "open it, and write the address that it leads to: a shortener can close, or lead elsewhere"
    message = '"bit.ly" is a link shortener, which hides where the link leads'
    assert warnings(site(body="A [link](https://bit.ly/abc).")) == [f"6:10 shorteners {message} | {hint}"]
    assert warnings(site(front='source: {name: Wire, url: "https://bit.ly/abc"}\n')) == [
        f"5:27 shorteners {message} | {hint}"
    ]
    assert warnings(site(body="A [link](https://rabbit.ly/abc) and [one](https://t.com/t.co).")) == []


@pytest.mark.parametrize(
    "url",
    [
        "https://wire.example/a",
        "http://www.wire.example/a/",
        "https://WIRE.example:443/a?utm_source=x",
        "https://wire.example/a#part",
    ],
)
def test_the_same_source_in_two_articles(url: str) -> None:
    """Compared by the canonical address; the later article is told of the earlier one."""
    found = warnings(site(front=f'source: {{name: Wire, url: "{url}"}}\nai: none\n'))
    assert [text for text in found if "same-source" in text] == [
        "5:27 same-source content/articles/a.md has the same source | link to that article, or take the source out of "
        "one of them if it is another piece"
    ]


def test_sources_that_are_not_the_same() -> None:
    """Another page of the same site, and a translation of the article."""
    assert warnings(site(front='source: {name: Wire, url: "https://wire.example/a?id=2"}\n')) == []
    front = 'source: {name: Wire, url: "https://wire.example/a"}\nlang: de\ntranslation_of: a.md\n'
    assert warnings(site(front=front)) == []


@pytest.mark.parametrize("name", ["unfinished", "tracking", "shorteners", "same-source"])
def test_each_can_be_switched_off(name: str) -> None:
    """By its name in config.yaml, and the others stay."""
    front = 'source: {name: Wire, url: "https://wire.example/a"}\n'
    body = "A [TODO](https://bit.ly/a) and [b](https://b.example/?fbclid=1)."
    every = {text.split(" ")[1] for text in warnings(site("A TODO", front, body))}
    left = {text.split(" ")[1] for text in warnings(site("A TODO", front, body, f"warnings: {{{name}: off}}\n"))}

    assert every == {"unfinished", "tracking", "shorteners", "same-source"}
    assert left == every - {name}


URLS = st.builds(
    "{}://{}{}/{}{}".format,
    st.sampled_from(["http", "https"]),
    st.sampled_from(["", "www."]),
    st.sampled_from(["a.example", "B.example"]),
    st.sampled_from(["", "x", "x/", "x/y"]),
    st.sampled_from(["", "?", "?a=1", "?b=2&a=1", "?utm_source=x", "?a=1&utm_medium=y#z", "#z"]),
)


@given(URLS)
def test_canonical_addresses(url: str) -> None:
    """What is removed once is gone, and a canonical address is its own."""
    assert without_tracking(without_tracking(url)) == without_tracking(url)
    assert canonical(f"https://{canonical(url)}") == canonical(url)
