"""config.yaml: one line is enough, every mistake is named at once."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from broadsheet.content.feed_settings import DEFAULT_FAMILIES
from broadsheet.content.model import Bylines, DigitalSources, Feeds, Link, Permalinks, Promo, Publisher, Settings
from broadsheet.content.settings import load_settings
from broadsheet.core.errors import Location
from broadsheet.source.tree import source_tree

REPOSITORY = Path(__file__).parents[2]


def settings(text: str, base_url: str | None = None) -> Settings:
    found, problems = load_settings(source_tree({"config.yaml": text}), base_url=base_url)
    assert found is not None, "\n".join(map(str, problems))
    return found


def problems(text: str | bytes, base_url: str | None = None) -> list[str]:
    """Each problem as "line:column message | hint"."""
    found, problems = load_settings(source_tree({"config.yaml": text}), base_url=base_url)
    assert found is None
    return [f"{p.where.line}:{p.where.column} {p.message} | {p.hint}" for p in sorted(problems, key=lambda p: p.where)]


def test_one_line_is_enough() -> None:
    """Only the title is required; the publisher has its name, the rest a default."""
    assert settings("title: Small News") == Settings(
        title="Small News",
        tagline="",
        base_url="http://localhost:8000/",
        language="en",
        timezone="UTC",
        zone=ZoneInfo("UTC"),
        publisher=Publisher("Small News"),
        navigation=(),
        permalinks=Permalinks(),
        bylines=Bylines(),
        page_size=10,
        feeds=Feeds(DEFAULT_FAMILIES),
        promos={},
    )


def test_every_key() -> None:
    """All that can be set arrives."""
    text = """\
title: Small News
tagline: News that is small
base_url: https://small.example/news
language: ru
timezone: Europe/Moscow
publisher: {name: The House, url: "https://house.example/", logo: /static/logo.svg}
navigation:
  - {title: Topics, url: /topics/}
  - {title: House, url: "https://house.example/#us"}
permalinks: {article: "/{year}/{month}/{day}/{slug}/", page: "/p/{slug}/", topic: "/t/{slug}/", source: "/s/{slug}/"}
byline: {ai: "AI: {source}, {editor}, {author}", human: "From {source}", own: "By us"}
page_size: 100
provenance: strict
digital_sources: {none: DigitalCaptureDigitalSource, generated: ""}
feeds: {length: 500}
promos:
  academy: {label: From us, title: Learn, text: Come and learn., url: /learn/, link: See}
  plain: {label: From us, title: Read, text: Read on.}
  paid: {label: Advertisement, title: Buy, text: Buy it., url: "https://shop.example/", sponsored: true}
"""
    assert settings(text) == Settings(
        title="Small News",
        tagline="News that is small",
        base_url="https://small.example/news/",
        language="ru",
        timezone="Europe/Moscow",
        zone=ZoneInfo("Europe/Moscow"),
        publisher=Publisher("The House", "https://house.example/", "/static/logo.svg"),
        navigation=(Link("Topics", "/topics/"), Link("House", "https://house.example/#us")),
        permalinks=Permalinks("/{year}/{month}/{day}/{slug}/", "/p/{slug}/", "/t/{slug}/", "/s/{slug}/"),
        bylines=Bylines("AI: {source}, {editor}, {author}", "From {source}", "By us"),
        page_size=100,
        provenance="strict",
        digital_sources=DigitalSources(none="DigitalCaptureDigitalSource", generated=""),
        feeds=Feeds(DEFAULT_FAMILIES, length=500),
        promos={
            "academy": Promo("From us", "Learn", "Come and learn.", Link("See", "/learn/")),
            "plain": Promo("From us", "Read", "Read on."),
            "paid": Promo("Advertisement", "Buy", "Buy it.", Link("Buy", "https://shop.example/"), is_sponsored=True),
        },
    )


def test_the_house_config_is_valid() -> None:
    """The file that documents every key is one."""
    assert settings((REPOSITORY / "config.yaml").read_text(encoding="utf-8")).title


def test_a_missing_file_shows_the_line_to_write() -> None:
    """At config.yaml:1:1, or at the file that was asked for."""
    _, (problem,) = load_settings(source_tree({}))
    assert str(problem) == (
        'config.yaml:1:1: error: config.yaml is missing\n  hint: create it with the line "title: My Newsletter"'
    )
    _, (problem,) = load_settings(source_tree({}), "other.yaml")
    assert problem.where == Location("other.yaml")


@pytest.mark.parametrize("text", ["", "tagline: x", "title:", "title: ''", "title: '  '"])
def test_the_title_is_required(text: str) -> None:
    """Missing, empty and blank are the same."""
    assert any('"title" is missing | write "title: My Newsletter"' in problem for problem in problems(text))


FULL = 'write it in full, beginning with "https://"'
SHAPE = "write it like /articles/{slug}/"
ALONE = "write only the address of the home page"
MORE = "more than letters, digits and / - _ ~ ."
TOKENS = "available: {source}, {editor}, {author}"
NAME = 'may only contain lower-case letters, digits and single hyphens between them | write it like "academy"'
CASES = [
    ("titel: x", '1:1 unknown field "titel" | did you mean "title"?'),
    ("title: [a]", '1:8 "title" must be text, not a list | put it into quotes if it is meant as text'),
    ("base_url: ftp://x", f'1:11 "ftp://x" is not a valid web address | {FULL}'),
    ("base_url: https://x.org/?a", f'1:11 "https://x.org/?a" contains "?" or "#" | {ALONE}'),
    ("language: english!", '1:11 "english!" is not a valid language tag | write it like "en", "ru" or "pt-BR"'),
    ("timezone: Moscow", '1:11 unknown time zone "Moscow" | did you mean "Europe/Moscow"?'),
    ("timezone: Europe/Belin", '1:11 unknown time zone "Europe/Belin" | did you mean "Europe/Berlin"?'),
    ("timezone: ../../etc/x", '1:11 unknown time zone "../../etc/x" | write it like Europe/London or UTC'),
    ("timezone: europe/london", '1:11 unknown time zone "europe/london" | did you mean "Europe/London"?'),
    ("provenance: yes", '1:13 "yes" is not one of strict, warn, off | '),
    ("provenance: [off]", '1:13 "provenance" must be text, not a list | put it into quotes if it is meant as text'),
    ("digital_sources: {human: x}", '1:19 unknown field "human" | available fields: assisted, generated, none, '
     "summarised, translated"),
    ("byline: {own_ai: '{reader}'}", f'1:18 unknown placeholder "{{reader}}" | {TOKENS}'),
    ("publisher: x", '1:12 "publisher" must be a group of fields, not text | indent them below it'),
    ("publisher: {nam: x}", '1:13 unknown field "nam" | did you mean "name"?'),
    ('publisher: {url: "javascript:x"}', f'1:18 "javascript:x" is not a valid web address | {FULL}'),
    ("navigation: x", '1:13 "navigation" must be a list | begin each item with "- title: "'),
    ("navigation: [{title: x}]", '1:14 "navigation.0.url" is missing | write "url: /about/"'),
    ("navigation: [x]", '1:14 "navigation.0" must be a group of fields, not text | indent them below it'),
    ("permalinks: {article: x}", f'1:23 "x" does not begin and end with one "/" | {SHAPE}'),
    ('permalinks: {article: "/a/"}', f'1:23 "/a/" does not contain {{slug}} once | {SHAPE}'),
    ('permalinks: {topic: "/{year}/{slug}/"}', '1:21 unknown placeholder "{year}" | available: {slug}'),
    ('permalinks: {page: "/../{slug}/"}', f'1:20 "/../{{slug}}/" has a part that begins with a dot | {SHAPE}'),
    ('permalinks: {page: "/.x/{slug}/"}', f'1:20 "/.x/{{slug}}/" has a part that begins with a dot | {SHAPE}'),
    ('permalinks: {page: "/a b/{slug}/"}', f'1:20 "/a b/{{slug}}/" contains {MORE} | {SHAPE}'),
    ('byline: {ai: "{sorce}"}', f'1:14 unknown placeholder "{{sorce}}" | did you mean "source"? {TOKENS}'),
    ('byline: {ai: "{source"}', f'1:14 "{{source" contains an unmatched brace | {TOKENS}'),
    ("page_size: 0", '1:12 "0" is not a whole number from 1 to 100 | write a number such as 100'),
    ("feeds: {length: many}", '1:17 "many" is not a whole number from 1 to 500 | write a number such as 500'),
    ("promos: [a]", '1:9 "promos" must be a group of fields, not a list | indent them below it'),
    ("promos: {a: {label: x, title: y}}", '1:13 "promos.a.text" is missing | write "text: Some words"'),
    ("promos: {a: {label: x, title: y, text: z, link: w}}", '1:49 the link has a text but no "url" | add "url: https://…"'),
    ('promos: {"a.b": {label: x, title: y, text: z}}', f'1:17 the promo name "a.b" {NAME}'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[case[0] for case in CASES])
def test_mistakes(text: str, expected: str) -> None:
    """Each at the place of its value, with what to do."""
    assert expected in problems(text if text.startswith(("titel", "title")) else f"{text}\ntitle: x")


def test_all_mistakes_at_once() -> None:
    """One run shows them all, in the file and in the option."""
    found = problems("title: x\nlanguage: '?'\npage_size: x\nbase_url: y\nfoo: 1\n", base_url="nowhere")
    assert len(found) == 5


def test_the_option_overrides_the_address() -> None:
    """--base-url wins, gets its "/" and is checked like the file's."""
    assert (
        settings("title: x\nbase_url: https://a.example/", "https://b.example/sub").base_url == "https://b.example/sub/"
    )
    _, (problem,) = load_settings(source_tree({"config.yaml": "title: x"}), base_url="")
    assert problem.where == Location("--base-url")
    assert problem.message == "the address of the site is empty"


@pytest.mark.parametrize(
    "data", [b"\xff\xfet\x00", b"title: \xff", b"title: a: b", b"- x", b"title: \x00", b"[" * 50_000]
)
def test_what_is_no_yaml(data: bytes) -> None:
    """The dangers of text and YAML are met here as anywhere."""
    assert problems(data)


def test_warnings_are_switched_off_by_name() -> None:
    """Unknown names and values other than on and off are errors; all are on by default."""
    assert settings("title: x").silenced == ()
    assert settings("title: x\nwarnings: {shorteners: off, html: on, tracking: OFF}").silenced == (
        "tracking",
        "shorteners",
    )
    assert problems("title: x\nwarnings: {shortener: off, html: no}") == [
        '2:12 unknown field "shortener" | did you mean "shorteners"?',
        '2:34 "no" is neither on nor off | write "on" or "off"',
    ]
