"""What prose becomes: fixtures of every construct, places of links, what planning reads, and what never happens."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from html import escape
from pathlib import Path

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it.utils import read_fixture_file

from broadsheet.markdown.destinations import check_destination
from broadsheet.markdown.document import ID_PREFIX, IMAGE_END, IMAGE_START, SLOT_DELIMITER, Document, Heading, fill
from broadsheet.markdown.languages import quotes_for
from broadsheet.markdown.parse import parse_markdown
from broadsheet.markdown.parser import parser_for

FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("*.txt"))
CASES = [(path, *case) for path in FIXTURES for case in read_fixture_file(path)]


def filled(document: Document, *, id_prefix: str = "") -> str:
    """The document with every address as its reference has it."""
    urls = [escape(reference.target) for reference in document.outline.references]
    return fill(document.html, urls, id_prefix=id_prefix)


def html_of(text: str, language: str = "en") -> str:
    return filled(parse_markdown(text, language)).rstrip("\n")


def targets(text: str) -> list[tuple[str, int, int]]:
    return [(r.target, r.line, r.column) for r in parse_markdown(text, "en").outline.references]


def faults(text: str) -> list[str]:
    return [f"{f.line}:{f.column}: {f.message}" for f in parse_markdown(text, "en").outline.faults]


@pytest.mark.parametrize(
    ("path", "line", "title", "text", "expected"), CASES, ids=[f"{case[0].stem}:{case[1]}: {case[2]}" for case in CASES]
)
def test_each_construct_gives_this_html(path: Path, line: int, title: str, text: str, expected: str) -> None:
    """The fixture's input gives its output."""
    assert html_of(text) == expected.rstrip("\n"), f"{path.name}:{line}: {title}"


# Places


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a](x.md) and [b](y.md)", [("x.md", 1, 5), ("y.md", 1, 19)]),
        ("[a](x.md) [a](x.md)", [("x.md", 1, 5), ("x.md", 1, 15)]),
        ('x.md [x.md](x.md "x.md")', [("x.md", 1, 13)]),
        ("one\ntwo [a](x.md)\nthree [b](y.md)", [("x.md", 2, 9), ("y.md", 3, 11)]),
        ("Title\n\n## See [a](x.md) ##", [("x.md", 3, 12)]),
        ("- one\n- two [a](x.md)\n  - [b](y.md)", [("x.md", 2, 11), ("y.md", 3, 9)]),
        ("> quote\n> > [a](x.md)\nlazy [b](y.md)", [("x.md", 2, 9), ("y.md", 3, 10)]),
        ("|a|b|\n|-|-|\n|[a](x.md)|[a](x.md)|", [("x.md", 3, 6), ("x.md", 3, 16)]),
        ("|a|b|\n|-|-|\n| `\\|` [a](x.md) | x |", [("x.md", 3, 12)]),
        ("<https://a.example/> <b@c.example>", [("https://a.example/", 1, 2), ("mailto:b@c.example", 1, 23)]),
        ("![a](x.png) text", [("x.png", 1, 6)]),
        ("[![a](x.png)](y.md)", [("y.md", 1, 15), ("x.png", 1, 7)]),
        ("see [it][r]\n\n> [r]: <x y.md>\n", [("x y.md", 3, 8)]),
        ("[a](x\\_y.md) [b](a&amp;b.md)", [("x_y.md", 1, 5), ("a&b.md", 1, 18)]),
        ("\tcode\n\n1.\tone [a](x.md)", [("x.md", 3, 12)]),
        ("a\r\n\r\n[a](x.md)", [("x.md", 3, 5)]),
    ],
)
def test_a_reference_knows_its_line_and_column(text: str, expected: list[tuple[str, int, int]]) -> None:
    """Both point at the address itself; of a reference-style link, at the address in its definition."""
    assert targets(text) == expected


def test_a_link_in_a_footnote_knows_its_place() -> None:
    """Footnotes stand at the end of the page, but their links where they were written."""
    own = [t for t in targets("a[^1]\nb ^[see [x](x.md)]\n\n[^1]: note [y](y.md)") if not t[0].startswith("#")]

    assert own == [("y.md", 4, 16), ("x.md", 2, 13)]


# Addresses


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "javascript&colon;alert(1)",
        "&#106;avascript:alert(1)",
        "java&Tab;script:alert(1)",
        "java&#10;script:alert(1)",
        "javascript%3Aalert(1)",
        "%6Aavascript:alert(1)",
        "&#x200b;javascript:alert(1)",
        "vbscript:x",
        "data:text/html,x",
        "file:///etc/passwd",
        "blob:https://example.com/x",
        "view-source:https://example.com/",
        "feed:https://example.com/",
        "ftp://example.com/",
        "//example.com/x",
        "/%2Fexample.com",
        "%2F%2Fexample.com",
        "/%5Cexample.com",
        "\\\\\\\\example.com",
        "https:\\\\example.com",
        "https:example.com",
        "https://",
        "https:///x",
        "https://exa%20mple.com/",
        "mailto:",
        "x%00y.md",
        "unknown:x",
    ],
)
def test_an_address_that_is_not_allowed_is_an_error_and_no_link(address: str) -> None:
    """Inline, as reference, as autolink and as image: never live, never passed over in silence."""
    for text in (f"[a]({address})", f"[a](<{address}>)", f"[a]\n\n[a]: <{address}>", f"![a](<{address}>)"):
        document = parse_markdown(text, "en")

        assert "<a" not in document.html and "<img" not in document.html
        if "(" not in address or "<" in text:
            assert [fault.is_error for fault in document.outline.faults] == [True], text


def test_a_refusal_names_place_and_address_and_what_is_allowed() -> None:
    """The message can be acted on."""
    fault = parse_markdown("fine\n\nbad [a](javascript:alert(1))", "en").outline.faults[0]

    assert (fault.line, fault.column) == (3, 9)
    assert fault.message == 'the address "javascript:alert(1)" is not allowed'
    assert fault.hint.startswith("use an https:, http:, mailto: or tel: address")


def test_an_image_needs_a_description() -> None:
    """An image without one is an error; over plain http, a warning."""
    assert faults("![](x.png)") == ["1:5: the image has no description"]
    assert faults("![a](http://a.example/x.png)") == [
        '1:6: the image "http://a.example/x.png" is loaded over insecure HTTP'
    ]
    assert faults("![a](mailto:a@b.example)") == ['1:6: the address "mailto:a@b.example" is not allowed']


@given(
    st.from_regex(
        r"https?://[a-z0-9-]{1,9}(\.[a-z0-9-]{1,9}){1,2}([/?#][A-Za-z0-9;/?:@&=+$,_.!~*'()#-]{0,20})?", fullmatch=True
    )
)
def test_the_short_way_for_plain_addresses_agrees_with_markdown_it(address: str) -> None:
    """A plain https address comes back as markdown-it would normalise it."""
    from markdown_it.common.normalize_url import normalizeLink

    assert check_destination(address, False).target == normalizeLink(address)


def test_a_link_to_a_heading_that_is_not_there_is_an_error() -> None:
    """With a guess at what was meant."""
    fault = parse_markdown("[a](#why-it-matter)\n\n## Why it matters", "en").outline.faults[0]

    assert fault.message == 'there is no heading "#why-it-matter"'
    assert fault.hint == 'did you mean "#why-it-matters"?'


# What would vanish is said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a[^1]", ['1:2: there is no footnote "[^1]"']),
        ("a `[^1]` \\[^2]", []),
        ("a\n\n[^1]: b", ['3:1: nothing refers to the footnote "[^1]"']),
        ("a[^1]\n\n[^1]: b\n\n[^1]: c", ['5:1: the footnote "[^1]" is defined twice']),
        ("# H [a](b.md)", ["1:3: a headline cannot contain links, images or footnotes"]),
        ("a\n\n# B", ["3:3: a second headline is shown as a heading"]),
        ("##", ["1:1: the heading is empty"]),
        (
            "a\x01b\x00",
            [f"1:{column}: the control character U+000{column % 4 // 2} cannot be shown" for column in (2, 4)],
        ),
        ("a&#12;", ["1:2: the control character U+000C cannot be shown"]),
        ("[a]()", ["1:1: the link has no address"]),
        ("> " * 65 + "a", ["1:1: lists and quotes are nested too deeply"]),
    ],
)
def test_what_would_be_lost_is_a_fault(text: str, expected: list[str]) -> None:
    """Nothing an author wrote disappears without a word."""
    assert faults(text) == expected


# The outline


def test_the_outline_holds_what_planning_needs() -> None:
    """Headline, lead, words and headings as plain text."""
    text = (
        '# A *small* "step"\n\n![Pic](a.png)\n\n> Quote\n\nThe **first** [one](b.md)[^1]\ngoes on.\n\n'
        "## Why `it`\n\n```\nskip me\n```\n\n[^1]: Note."
    )
    outline = parse_markdown(text, "en").outline

    assert outline.headline == "A small “step”"
    assert outline.summary == "The first one goes on."
    assert outline.headings == (Heading(2, "Why it", "h-why-it"),)
    assert outline.words == 9


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("one two — three", 3),
        ("« deux mots » !", 2),
        ("漢字と仮名です", 4),
        ("", 0),
        ("![alt text](x.png 'Two words')", 2),
        ("a<b & c", 3),
    ],
)
def test_words_are_what_is_read(text: str, words: int) -> None:
    """Dashes are no words; without spaces two characters make one; descriptions and code are not counted."""
    assert parse_markdown(text, "en").outline.words == words


def test_ids_take_the_prefix_of_their_document() -> None:
    """Two documents can share a page."""
    html = fill(parse_markdown("## A\n\nb^[c]", "en").html, ["#x", "#y"], id_prefix="art-1-")

    assert 'id="art-1-h-a"' in html and 'id="art-1-fn1"' in html and 'id="art-1-fnref1"' in html


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "“a ‘b’ c”"),
        ("en-GB", "“a ‘b’ c”"),
        ("ru", "«a „b“ c»"),
        ("uk", "«a „b“ c»"),
        ("de-AT", "„a ‚b‘ c“"),
        ("fr", "«\u00a0a “b” c\u00a0»"),
        ("es", "«a “b” c»"),
        ("it", "«a “b” c»"),
        ("pl", "„a «b» c”"),
        ("xx", "“a ‘b’ c”"),
    ],
)
def test_quotes_follow_the_language(language: str, expected: str) -> None:
    """By the primary subtag; unknown languages take English marks."""
    assert parse_markdown("\"a 'b' c\"", language).outline.summary == expected


def test_reading_the_types_does_not_load_the_parser() -> None:
    """Planning and rendering import the package for `fill` alone."""
    code = "import sys, broadsheet.markdown; sys.exit(any(m in sys.modules for m in ('markdown_it', 'pygments')))"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_code_without_a_known_language_does_not_load_pygments() -> None:
    """30 milliseconds that most articles need not pay."""
    code = (
        "import sys; from broadsheet.markdown.parse import parse_markdown as p;"
        "p('```\\nx\\n```\\n\\n```nosuch\\ny\\n```', 'en'); sys.exit('pygments' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# For any text

ALPHABET = [
    *"ab01 \n\n*_`~[]()!<>&\\\"'#->|:=^.é漢\t",
    "**", "```", "](", "![", "[^1]", "\n\n[^1]: ", "^[", "\n|-|-|\n", "    ", "<https://a.b>", "javascript:", "&#10;",
    "&Tab;", "\n[a]: ", "[a]", "x.md", "\x00", "\x0c", "\ufffe", "\u2028", "](#a)", "\n# a\n", "```python\n",
    "{{", "%00",
]  # fmt: skip
PROSE = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(ALPHABET), max_size=60).map("".join))

PLAIN_TAGS = ("p", "br", "hr", "em", "strong", "s", "ul", "blockquote", "table", "thead", "tbody", "tr")
VOID = re.compile("<(br|hr|img[^>]*)>")
ALLOWED = {
    "a": {"href", "title", "rel", "id", "class", "role", "aria-label"},
    "img": {"src", "alt", "title"},
    "div": {"class", "role", "tabindex", "aria-label"},
    "section": {"class", "role", "aria-label"},
    "pre": {"tabindex"},
    "code": {"class"},
    "span": {"class"},
    "sup": {"class", "id"},
    "th": {"class", "scope"},
    "td": {"class"},
    "li": {"id"},
    "ol": {"start"},
    **{f"h{level}": {"id"} for level in range(2, 7)},
    **{tag: set() for tag in (*PLAIN_TAGS, "figure", "figcaption")},
}


@given(PROSE, st.sampled_from(["en", "ru", "fr", ""]))
@settings(max_examples=400, deadline=None)
def test_whatever_the_prose_the_html_is_safe(text: str, language: str) -> None:
    """Only known elements and attributes, no live refused scheme, every slot in range, valid as HTML and as XML."""
    document = parse_markdown(text, language)
    slots = document.html.split(SLOT_DELIMITER)[1::2]
    numbers = [int(slot.lstrip(IMAGE_START + IMAGE_END)) for slot in slots if slot != ID_PREFIX]
    assert all(number < len(document.outline.references) for number in numbers)

    html = filled(document, id_prefix="p-")
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parseFragment(html)
    assert not parser.errors, parser.errors
    for element in tree.iter():
        if element.tag == "DOCUMENT_FRAGMENT":
            continue
        assert set(element.attrib) <= ALLOWED[element.tag], element.tag
        for name in ("href", "src"):
            address = element.attrib.get(name, "").lower()
            scheme = re.match(r"[^/?#]*:", address)
            assert scheme is None or scheme[0] in ("http:", "https:", "mailto:", "tel:"), address
    ids = [element.attrib["id"] for element in tree.iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids))
    ElementTree.fromstring("<x>" + VOID.sub(r"<\1/>", html) + "</x>")


@given(PROSE)
@settings(max_examples=300, deadline=None)
def test_our_dispatch_changes_nothing(text: str) -> None:
    """The parser that tries rules only where they can begin gives the tokens that markdown-it's own loops give."""
    from markdown_it import MarkdownIt

    from broadsheet.markdown.footnotes import footnotes_plugin
    from broadsheet.markdown.parser import DISABLED, configure

    plain = MarkdownIt("js-default", {"typographer": True, "quotes": quotes_for("en")})
    plain.use(footnotes_plugin).disable(DISABLED)
    configure(plain)

    def tokens(md: MarkdownIt) -> list[object]:
        return [token.as_dict() for token in md.parse(text.replace("\x00", ""), {})]

    assert tokens(parser_for("en")) == tokens(plain)


@given(PROSE)
@settings(max_examples=200, deadline=None)
def test_equal_prose_gives_equal_documents(text: str) -> None:
    """Nothing is carried over from one article to the next."""
    first = parse_markdown(text, "en")
    parse_markdown("[^1] [a]\n\n[^1]: x\n\n[a]: b", "en")

    assert parse_markdown(text, "en") == first
