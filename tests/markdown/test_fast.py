"""Simple blocks, which are written without markdown-it, come out as markdown-it would have them, byte for byte."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it.utils import read_fixture_file

from bench.corpus import article
from broadsheet.content.front_matter import split_front_matter
from broadsheet.markdown.fast.blocks import find_blocks
from broadsheet.markdown.languages import quotes_for
from broadsheet.markdown.parse import parse_markdown, parse_without_fast_path
from tests.sites import REPOSITORY

FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("*.txt"))
TEXTS = [case[2] for path in FIXTURES for case in read_fixture_file(path)]
LANGUAGES = ("en", "fr", "de", "sv", "ja", "ru")

ALL_KINDS = """\
An *opening* with “marks”, "quotes 'in' quotes", it's -- (**so**) ... 1"" and R&D at ~5 %.

- one `c < d`
- two [a](b.md "no"), or [c](https://a.example/?d=1&e=f_g)
- three

* **Bold.** Text
* *em* text

1. first
2. second _it_ is
10. third

> quoted *words* with a [link](#head)
> and 'more' of [them](/x/) __all__

## Head *one* & more
directly below it
second line

### Head

```py
x = 1

y = "two"
```

| **H** | K "q" | [l](m.md) | |
| :-- | ---: | - | :-: |
| [a](b.md) | `c` | it's | ~ |
| | *x*, y | 1 | [z](#nowhere) |

---

[Start](a.md) of a *paragraph*: «**all**», \"*Done*,\" she said.
"""


def agree(text: str, language: str) -> None:
    assert parse_markdown(text, language) == parse_without_fast_path(text, language), repr(text)


def kinds(text: str) -> list[str]:
    return [block.kind for block in find_blocks(text, quotes_for("en"))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Words, it's (so).\nMore: “yes”.", ["paragraph"]),
        ("**Bold.** *Em*, `code` and [link](a/b.md).", ["paragraph"]),
        ('"A quote," he said.', ["paragraph"]),
        ("AT&T & R&D, ~5", ["paragraph"]),
        ("2026 was it.\n\n3.5 too", ["paragraph", "paragraph"]),
        ("## Head\nText", ["heading", "paragraph"]),
        ("a\n\n\n- b\n- c\n\nd", ["paragraph", "bullets", "paragraph"]),
        ("1. b\n2. c", ["numbers"]),
        ("> a\n> b", ["quotation"]),
        ("```py\nx\n\ny\n```\n\na", ["code", "paragraph"]),
        ("| a |\n| - |\n| b |", ["table"]),
        ("a\n\n---\n\nb", ["paragraph", "rule", "paragraph"]),
    ],
)
def test_common_blocks_are_simple(text: str, expected: list[str]) -> None:
    """They do not need markdown-it."""
    assert kinds(text) == expected
    agree(text, "en")


@pytest.mark.parametrize(
    "text",
    [
        "a\n===", "a\n---", "a  \nb", "a\n    b", "    a", "\ta", "a\tb", " a", "a\n- b", "a\n> b", "a\n# b",
        "a\n```\nb\n```",
        "- a\n  - b", "- a\n  b", "- a\nb", "- a\n\n- b", "- a\n\n  b", "- a\n\n* b", "- a\n\n1. b", "- a\n+ b",
        "* * *", "- - a",
        "-", "- ", "2. a", "1) a", "> a\nb", ">a", "> - a", "> > a", "# a", "####### a", "## a ##", "##  a", "##",
        "```\na", "~~~\na\n~~~", "```a`b\n```", "```\na\n ```", "```\na\n```\nb", "````\n```\n````",
        "| a |\n| b |", "| a |\n| - | - |\n| b |", "| a |\n| - |\n| b | c |", "| \\| |\n| - |", "a | b\n- | -",
        "***a***", "**a*", "*a **b** c*", "a*b*c", "a * b * c", "* a*", "_a_b", "(_*a*_)", "**a**b", "**(a)**.",
        "*a*’s",
        "``a``", "`a", "a`", "`a\nb`", "\\*a", "&amp;", "&#65;", "~~a~~", "<https://a.example>", "a < b*", "a<b",
        "[a]", "[a][b]", "[a](b 'c')", "[a](<b>)", "[a](b(c))", "[a]( b)", "[a](javascript:b)", "[a]()",
        "![a](b.png)",
        "[![a](b)](c)", "[*a*](b)", "[^1]", "a^[b]", "!\\[a](b)", "[a](é.md)", "[a]: b", "[a](b&copy;)", "\u00a0a",
        "a\u2003",
    ],
)  # fmt: skip
def test_what_is_not_beyond_doubt_is_left_to_markdown_it(text: str) -> None:
    """Whatever is not surely one of the common blocks."""
    assert "rest" in kinds(text)
    agree(text, "en")


@pytest.mark.parametrize("text", [*TEXTS, ALL_KINDS], ids=lambda text: text[:20])
def test_fixtures_agree_wherever_they_stand(text: str) -> None:
    """Alone, and with simple blocks before and behind them."""
    for frame in ("{}", "Before *it*.\n\n{}", "{}\n\nIt's behind.\n", "- a\n\n{}\n\n- b\n\nEnd\n\n{}"):
        for language in ("en", "fr"):
            agree(frame.replace("{}", text), language)


def test_articles_agree() -> None:
    """Those of the house, and those that builds are measured with."""
    for path in sorted((REPOSITORY / "content").rglob("*.md")):
        parts, _ = split_front_matter(path.read_text(encoding="utf-8"), path.name)
        assert parts is not None
        agree(parts.body, "en")
    for number in range(1, 60):
        agree(article(number).body_with_link("{slug}.md"), "en")


def test_prose_of_simple_blocks_needs_no_markdown_it() -> None:
    """25 ms to import, for nothing in most articles."""
    code = (
        "import sys; from broadsheet.markdown.parse import parse_markdown as p;"
        f"p({article(35).body!r}, 'en'); sys.exit('markdown_it' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def some_of_each_category() -> list[str]:
    """All blanks, and the first characters of every other category of Unicode."""
    characters = sorted(map(chr, range(32, sys.maxunicode + 1)), key=unicodedata.category)
    found = []
    for category, members in groupby(characters, key=unicodedata.category):
        found += list(members)[: None if category in ("Zs", "Zl", "Zp", "Pi", "Pf") else 30]
    return found


@pytest.mark.parametrize(
    "context",
    ["a {}*b{}*{} c", "a {}**b**{} c", "a{}_b_{}", "\"{}a{}\" '{}'", "a{}'{}b", "{}a", "- {}a", "[{}](b)", "`{}`{}"],
)
def test_every_kind_of_character_agrees(context: str) -> None:
    """Blanks, marks, letters and symbols decide what emphasis and quotation marks become."""
    paragraphs = [context.replace("{}", character) for character in some_of_each_category()]
    for at in range(0, len(paragraphs), 50):
        agree("\n\n".join(paragraphs[at : at + 50]), "fr")


# For any text

ATOMS = [
    *"aé漢1 \n*_`[]()<>&\\\"'#-|:.,!?~^=+",
    " ", " ", "word", "\n\n", "\n\n", "**", "__", "``", "```", "](", "](x.md)", "[a](x.md)",
    "[b](https://a.example/x_y)",
    "[c](#a)", "[d](javascript:x)", "![i](p.png)", "[^1]", "\n\n[^1]: note\n\n", "\n\n[a]: /u\n\n", "<https://a.b>",
    "\n> ", "\n\n> ", "\n- ", "\n\n- ", "\n* ", "\n1. ", "\n\n1. ", "\n2. ", "\n\n## ", "\n---\n", "\n\n---\n\n",
    "\n===\n",
    "\n\n| a | b |\n| - | :-: |\n", "| c |", "    ", "\t", "  \n", "\u00a0", "\u2003", "\u2028", "—", "“", "”",
    "«", "»", "…",
    "$", "%", "\u200b", "😀", "--", "---", "...", "+-", "it's", "&amp;", "& ", "12.5", "2. ",
    "\n\n```\ncode\n```\n\n", "~~",
    "**bold**", "*em*", "`code`", "\n\n    code\n\n",
]  # fmt: skip
SOUP = st.lists(st.sampled_from(ATOMS), max_size=40).map("".join)
FEW_ATOMS = st.lists(st.sampled_from(ATOMS), min_size=2, max_size=8)
NEAR_SIMPLE = FEW_ATOMS.flatmap(lambda few: st.lists(st.sampled_from([*few, "a", " "]), max_size=25).map("".join))
EDITS = st.lists(
    st.tuples(st.integers(0, len(ALL_KINDS)), st.integers(0, 3), st.sampled_from(["", *ATOMS])), max_size=6
)


def edited(edits: list[tuple[int, int, str]]) -> str:
    """The text of all kinds after some edits: at a place, so many characters replaced by others."""
    text = ALL_KINDS
    for at, length, new in edits:
        text = text[:at] + new + text[at + length :]
    return text


@given(st.one_of(SOUP, NEAR_SIMPLE, EDITS.map(edited)), st.sampled_from(LANGUAGES))
@settings(max_examples=1500, deadline=None)
def test_any_prose_agrees(text: str, language: str) -> None:
    """HTML, outline and faults."""
    agree(text, language)
