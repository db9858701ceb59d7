"""Prose made to hang or crash parsers: it ends soon, with HTML or with a fault; long honest prose passes.

Most cases are from CommonMark's own test/pathological_tests.py (commonmark/cmark).
"""

from __future__ import annotations

from math import isqrt

import pytest

from broadsheet.markdown.document import SLOT_DELIMITER
from broadsheet.markdown.highlight import LANGUAGES, MAX_HIGHLIGHTED, highlighted
from broadsheet.markdown.limits import MAX_SIZE
from broadsheet.markdown.parse import parse_markdown
from tests.cost import costs_less_than

TOO_LONG_SECONDS = 20  # of processor time: a guard against hanging, not a benchmark; most cases take less than one


REPEATED = (
    "a_ ", "_a ", "a]", "[a", "[", "*a_ ", "[ a_", "[ (](", "![[]()", "> ", ">", "[a](<b", "[a](b", "<!--",
    "^[a", "a^[b] ", "\"", "'\"", "a\" ", "\"a 'b ", "it's ", "&amp;", "&", "&#", "<", "<a", "<http://a.b> ",
    "<http:", "[a](b.md) ", "[a](javascript:b) ", "[a]((((((b) ", "![a](b.png) ", "~~a ", "~~a~~ ", "~", "*",
    "_", "`", "a``b", "` ``a ", "# a\n", "## a\n", "## a b ", "a\n=\n", "---\n\n", "* * ", "```\n", "~~~\na\n",
    "    a\n", "\t", " ", "\n", "a\n", "a\\\n", "a  \n", "\\", "\\*", "- a\n", "- a\n\n", "- ", "1. ", "> - ",
    "> a\n", "a", "漢字", "-- ", "...", "-", "a--", "[[]]", "[]", "[](", "[]()", "![", "![]", "[a](b \"", "[a][",
    "[a][b]", "[x]:", "[b\n", "[^b\n", "x\u0001", "[a](#b) ", "[a\n](b\n)\n", "_a*", "**_", "***a", "\u00a0",
    "(c)", "<a >", "* * *\n", "{{", "%00",
    "<!-- ", "<!--\n\n", "<!-- a --> ", "<b c=\"", "<b c='d' ", "</b ", "{{a ", "{%", "{{< a >}} ", "{.a} ",
    "](b){c=", "$$", "$a_", "\\(", "[[a", "[[a]] ", ":a", ":a: ", "==a", "==a== ", "++a", "::: a\n", "#a\n", "TK ",
    "[a][b] ", "| a | b |\n", "https://", "https://a/( ", "www.a.b", "www.", "a@b.c ", "a@", "https://a)", "!!!!",
    "- [ ] a\n", "> [!NOTE]\n", "**漢。**字", "**漢",
)  # fmt: skip


def fill_up(pattern: str, size: int) -> str:
    return pattern * (size // len(pattern))


def around(before: str, middle: str, after: str, size: int) -> str:
    count = size // (len(before) + len(after))
    return before * count + middle + after * count


def hostile(size: int) -> dict[str, str]:
    """Each trick at about this size."""
    several = {
        "nested strong emphasis": around("*a **a ", "b", " a** a*", size),
        "issue 389": fill_up("*a ", size // 2) + fill_up("_a*_ ", size // 2),
        "multiples of three": "a**b" + fill_up("c* ", size),
        "nested brackets": around("[", "a", "]", size),
        "nested links": around("[", "a", "](b)", size),
        "nested images": around("![", "a", "](b)", size),
        "nested notes": around("^[", "a", "]", size),
        "nested quotation marks": around('"a ', "x", ' a"', size),
        "nested emphasis": around("*", "a", "*", size),
        "emphasis in quotes": around(">", "", "a*", size),
        "deep lists": "".join("  " * depth + "* a\n" for depth in range(isqrt(size))),
        "empty lines in deep lists": around("- ", "x", "\n", size),
        "empty lines in lists in quotes": "> " + around("- ", "x\n", ">\n", size),
        "growing backticks": "".join("e" + "`" * count for count in range(isqrt(2 * size))),
        "note references": fill_up("[^a] ", size) + "\n\n[^a]: x",
        "note definitions": "".join(f"[^{number}]: x\n\n" for number in range(size // 12)),
        "notes": "".join(f"a[^{number}]\n\n[^{number}]: x\n\n" for number in range(size // 24)),
        "nested note definitions": "".join("    " * n + f"[^{n}]: a\n" for n in range(isqrt(size // 2))),
        "definitions": "".join(f"[{number}]: /u\n" for number in range(size // 12)),
        "definitions in use": "".join(f"[{n}]: /u\n\n[{n}]\n\n" for n in range(size // 24)),
        "definition without an end": '[a]: /u "' + fill_up("b\n", size),
        "wide table": fill_up("|a", size // 2) + "|\n" + fill_up("|-", size // 2) + "|\n",
        "short rows": "|a" * 100 + "|\n" + "|-" * 100 + "|\n" + fill_up("|x\n", size),
        "many tables of short rows": fill_up("|a" * 100 + "|\n" + "|-" * 100 + "|\n" + "|x\n" * 600 + "\n", size),
        "long table": "|a|b|c|\n|-|-|-|\n" + fill_up("|x|y|z|\n", size),
        "pipes": fill_up("a|b\n", size),
        "unknown headings": "\n\n".join(f"## h{n} abcdef" for n in range(size // 30))
        + fill_up("\n\n[a](#zz)", size // 2),
        "quotes of many levels": fill_up(">" * 40 + " a\n", size),
        "lists of many levels": "".join("  " * (n % 40) + "- a\n" for n in range(size // 50)),
        "long fence": "`" * (size // 2) + "\n" + fill_up("a\n", size // 2),
    }
    return {repr(pattern): fill_up(pattern, size) for pattern in REPEATED} | several


@pytest.mark.parametrize("size", [40_000, MAX_SIZE])
@pytest.mark.parametrize("name", hostile(2))
def test_hostile_prose_ends_soon(name: str, size: int) -> None:
    """At any size up to the limit, with whole slots."""
    text = hostile(size)[name]
    with costs_less_than(TOO_LONG_SECONDS):
        document = parse_markdown(text, "en")

    assert document.html.count(SLOT_DELIMITER) % 2 == 0


def test_prose_beyond_the_limit_is_refused() -> None:
    """With a fault that says so."""
    outline = parse_markdown("word " * (MAX_SIZE // 5 + 1), "en").outline

    assert [fault.message for fault in outline.faults] == ["the text is longer than 1,000,000 characters"]


SENTENCE = 'It\'s said that "prices [rose](https://example.com/a_b) by *four* per cent" -- `so far`[^{0}] & on. '


@pytest.mark.parametrize(
    "text",
    [
        "\n\n".join(SENTENCE.format(n) * 4 + f"\n\n[^{n}]: Note {n}, see [there](b.md)." for n in range(700)),
        "```python\n" + "x = [['a_b', '*'], {'c': \"d\"}]  # <tag>\n" * 8_000 + "```\n",
        "|" + "Name|" * 12 + "\n|" + "---|" * 12 + "\n" + ("|" + " *value* [x](y.md) |" * 12 + "\n") * 500,
        "\n".join(f"- item {n} with [a link](b{n}.md) and *more*" for n in range(3_000)),
        "\n\n".join(f"## Heading {n}\n\n> " + "Words of a quotation. " * 20 for n in range(600)),
        "word " * 100_000,
    ],
    ids=["prose and notes", "code", "table", "list", "quotes", "one paragraph"],
)
def test_long_honest_prose_passes(text: str) -> None:
    """Several hundred kilobytes of what people write."""
    assert len(text) > 100_000
    document = parse_markdown(text, "en")

    assert document.outline.faults == ()
    assert document.html


STUMBLES = (
    "\"", "'", "`", "(", "[", "{", "<", "/*", "\\", "a", "0", "#", "<!--", "${", "a=", "'''", "%", "a.", "@a",
    "::", "--", "=>", "{{", "<a", "&a", " ", "\t", "\n", "\n a", "<<A\n", "//a\n", "- \n",
)  # fmt: skip


SAME_LEXER = {
    "dockerfile",
    "javascript",
    "makefile",
    "py",
    "python3",
    "ruby",
    "rust",
    "sh",
    "shell",
    "typescript",
    "yml",
    "zsh",
}


@pytest.mark.parametrize("language", sorted(LANGUAGES - SAME_LEXER))
def test_no_lexer_hangs(language: str) -> None:
    """The longest code in the longest lines that are highlighted, made of what lexers stumble over."""
    for pattern in STUMBLES:
        line = pattern if "\n" in pattern else fill_up(pattern, 300) + "\n"
        with costs_less_than(TOO_LONG_SECONDS):
            html = highlighted(fill_up(line, MAX_HIGHLIGHTED), language)

        assert "\0" not in html
