"""Copies of articles in Markdown: nothing that an article says is lost or becomes markup on the way."""

from __future__ import annotations

import json
import re
from typing import Any

import html5lib
import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from broadsheet.render.html_to_markdown import to_markdown
from broadsheet.render.markdown_copy import _scalar
from tests.sites import SMALL_SITE, built, outputs, tree

# With HTML switched on: what would be markup for a reader of the copy shows.
READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
WRITER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
SITE = tree(SMALL_SITE.replace("title: Small News\n", "title: Small News\nmarkdown_copies: true\n"))
PIECES = st.sampled_from(
    [
        "word", "two words", " ", "\n", "\n\n", "*", "**", "_", "__", "~~", "`", "``", "```\n", "<", "<b>", "</b>", ">",
        "> ", "&", "&amp;", "&lt;", "#", "# ", "## ", "- ", "+ ", "* ", "1. ", "7) ", "3. ", "    ", "  - ", "   ", "[",
        "](/a)", "]", "![", "](/b.png 'c')", "(", ")", "\\", "|", "\n| a | b |\n| - | -: |\n| c ", "---\n", "===\n",
        "é", "http://a.example/_x_", "&copy;", "!", '"', "<!-- ", "<script>", ":", "{{ x }}",
    ]
)  # fmt: skip


def said(html: str) -> dict[str, Any]:
    """What a reader gets of some HTML: its elements by name, its words, code, addresses."""
    tree = html5lib.parseFragment(html.replace("<!-- -->", ""), namespaceHTMLElements=False)
    every = [element for element in tree.iter() if isinstance(element.tag, str)]
    return {
        "words": " ".join("".join(tree.itertext()).split()),
        "elements": {element.tag for element in every} - {"p", "DOCUMENT_FRAGMENT", "thead", "tbody"},
        "code": ["".join(element.itertext()).strip() for element in every if element.tag == "code"],
        "links": [element.get("href") for element in every if element.tag == "a"],
        "pictures": [(element.get("src"), element.get("alt", "").split()) for element in every if element.tag == "img"],
    }


@given(st.lists(PIECES, max_size=14).map("".join))
@example("- a\n\n\n\n  3. b")
@example("- a\n* b\n+ c")
@example("````\n```\n  x \n````")
@example("> ```\n> a  \n>\n> b\n> ```")
def test_a_copy_says_what_the_article_says(text: str) -> None:
    """Read again, it has the same words, code, links and pictures, and not one element that was not there."""
    before = said(WRITER.render(text))
    after = said(READER.render(to_markdown(WRITER.render(text))))

    emphasis = {"em", "strong", "s"}  # a star beside another may be one of either kind
    assert {**after, "elements": after["elements"] - emphasis} == {**before, "elements": before["elements"] - emphasis}


EXACT = {
    "lists": "- a\n  - b\n    1. c\n    2. d\n- e\n\n  f\n\n* another list\n\n5) five\n6) six\n",
    "quotes": "> a\n>\n> > b\n\n> c\n",
    "emphasis": "*a **b** c* **d *e* f** g_h_i ~~j~~ **k**l\n",
    "code": "``a ` b`` and\n\n```\n# no heading\n\n    indented  \n```\n",
    "table": "| a \\| b | c | d |\n| :-- | --: | :-: |\n| `x \\| y` | *z* | [l](/m) |\n",
    "links": '[a *b*](https://x.example/q?a=1&amp;b=(c) "t \\"u\\"") ![p [q]](/r.png "s") <https://y.example/>\n',
    "breaks": "a\\\n1\\. b\\\n\\# c\n\n---\n\n## d \\#\n",
    "signs": "\\- a\n\n\\+ b\n\n1\\) c\n\n\\> d\n\n-5 degrees, +6, #7, 8.9 and snake_case_names stay as they are\n",
}


@pytest.mark.parametrize("name", EXACT)
def test_a_copy_is_the_same_when_it_is_read_again(name: str) -> None:
    """To the last element."""
    html = WRITER.render(EXACT[name])
    again = READER.render(to_markdown(html.replace('style="text-align:', 'align="')))

    assert plain(again) == plain(html)


def plain(html: str) -> str:
    # An item of one paragraph is the same with its p and without.
    return re.sub(r"\s+", " ", re.sub(r"</?p>", "", html))


def test_plain_text_stays_readable() -> None:
    """What needs no sign in front of it has none."""
    assert (
        to_markdown("<p>-5 °C, snake_case, AT&amp;T, 3 &gt; 2, #7 (see note!)</p>")
        == "-5 °C, snake_case, AT&T, 3 > 2, #7 (see note!)"
    )


def test_an_article_has_a_copy_beside_its_page() -> None:
    """Front matter with what is known of it, its title, and what feeds say."""
    copy = outputs(built(SITE))["articles/first/index.html.md"].decode()
    _, facts, text = copy.split("---\n", 2)

    assert yaml.safe_load(facts)["url"] == "https://small.example/articles/first/"
    assert yaml.safe_load(facts)["sources"] == [{"name": "Wire", "url": "https://wire.example/a"}]
    assert text.startswith("\n# First\n\n*")
    assert "Source: [" in text


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
@example("a: b # \x7f\x85\ufeff\U0001f600\u2028")
def test_front_matter_is_yaml_whatever_a_title_holds(title: str) -> None:
    """Read again, it is the same text."""
    assert yaml.safe_load(f"title: {_scalar(title)}\n") == {"title": title}


def test_page_list_and_ledger_know_of_the_copy() -> None:
    """The page names it to programs, llms.txt leads to it, and the ledger has it among the article's files."""
    found = outputs(built(SITE))

    assert (
        b'<link rel="alternate" type="text/markdown" href="/articles/first/index.html.md">'
        in found["articles/first/index.html"]
    )
    assert "https://small.example/articles/first/index.html.md)" in found["llms.txt"].decode()
    articles = json.loads(found["provenance.json"])["articles"]
    assert any("articles/first/index.html.md" in json.dumps(article) for article in articles)
    assert "index.html.md" not in found["sitemap.xml"].decode()


def test_without_the_setting_there_are_none() -> None:
    """They are an offer."""
    found = outputs(built(tree(SMALL_SITE)))

    assert not [path for path in found if path.endswith(".md")]
    assert b"text/markdown" not in found["articles/first/index.html"]
