"""Bare addresses are links, as GFM's extension has them (https://github.github.com/gfm/#autolinks-extension-)."""

from __future__ import annotations

import pytest

from broadsheet.markdown.parse import parse_markdown


def links(text: str) -> list[tuple[str, int, int]]:
    """Target, line and column of each link."""
    return [(it.target, it.line, it.column) for it in parse_markdown(text, "en").outline.references]


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("https://example.com/a_b and", "https://example.com/a_b"),
        ("www.commonmark.org/help for", "https://www.commonmark.org/help"),
        ("Visit www.commonmark.org.", "https://www.commonmark.org"),
        ("Visit www.commonmark.org/a.b.", "https://www.commonmark.org/a.b"),
        ("(https://a.example/x_(y))", "https://a.example/x_(y)"),
        ("www.google.com/search?q=Markup+(business)))", "https://www.google.com/search?q=Markup+(business)"),
        ("www.google.com/search?q=commonmark&hl;", "https://www.google.com/search?q=commonmark"),
        ("https://a.example/x?!.,:*_~'\"", "https://a.example/x"),
        ("“https://a.example/x”", "https://a.example/x"),
        ("mail foo@bar.baz.", "mailto:foo@bar.baz"),
        ("a.b-c_d@a.b", "mailto:a.b-c_d@a.b"),
        ("见https://a.example/路径。之后", "https://a.example/%E8%B7%AF%E5%BE%84"),
        ("（https://a.example/x）", "https://a.example/x"),
        ("см. https://пример.рф/путь, да", "https://xn--e1afmkfd.xn--p1ai/%D0%BF%D1%83%D1%82%D1%8C"),
        ("**https://a.example/x**", "https://a.example/x"),
        ("HTTPS://A.example/x", "https://A.example/x"),
        ("https://a.example/x--y...z", "https://a.example/x--y...z"),
        ("https://a.example/a*b*c d", "https://a.example/a*b*c"),
        ("https://a.example/_posts_/x", "https://a.example/_posts_/x"),
        ("*see https://a.example/x*", "https://a.example/x"),
        ("~~https://a.example/x~~", "https://a.example/x"),
        ("see https://a.example/x\nnext", "https://a.example/x"),
    ],
)
def test_a_bare_address_is_a_link(text: str, target: str) -> None:
    """Without what ends the sentence around it."""
    assert [found[0] for found in links(text)] == [target]


@pytest.mark.parametrize(
    "text",
    [
        "`https://a.example`",
        "```\nhttps://a.example\n```",
        "README.md",
        "ftp.example",
        "a.b-c_d@a.b-",
        "a.b-c_d@a.b_",
        "www.",
        "https://",
        "xhttps://a.example",
        "@user and user@",
        "http:// x",
    ],
)
def test_what_is_no_address_is_text(text: str) -> None:
    """Nor what stands in code."""
    assert links(text) == []


def test_a_link_is_not_made_twice() -> None:
    """The text of a link may be an address."""
    assert [it[0] for it in links("[see https://a.example/_x_](https://b.example) and")] == ["https://b.example"]
    assert [it[0] for it in links("![see https://a.example](https://b.example/c.png)")] == ["https://b.example/c.png"]
    assert [it[0] for it in links("[https://a.example](https://b.example) <https://c.example>")] == [
        "https://b.example",
        "https://c.example",
    ]


def test_each_has_its_place() -> None:
    """For problems of the link."""
    assert links("A https://a.example/x and\nb https://a.example/x, www.c.example") == [
        ("https://a.example/x", 1, 3),
        ("https://a.example/x", 2, 3),
        ("https://www.c.example", 2, 24),
    ]
