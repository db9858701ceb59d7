"""Emphasis beside CJK punctuation (https://github.com/tats-u/markdown-cjk-friendly), in sentences of our own."""

from __future__ import annotations

import pytest

from broadsheet.markdown.parse import parse_markdown


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("这是**我想做的事。**所以继续。", "这是<strong>我想做的事。</strong>所以继续。"),
        ("**この文を太字にする。**次の文。", "<strong>この文を太字にする。</strong>次の文。"),
        ("これは**「太字」**です。", "これは<strong>「太字」</strong>です。"),
        ("문서는 **마크다운(Markdown)**을 쓴다.", "문서는 <strong>마크다운(Markdown)</strong>을 쓴다."),
        ("先*（例）*を見る", "先<em>（例）</em>を見る"),
        ("これは~~「古い」~~です", "これは<s>「古い」</s>です"),
        ("说**“你好”**吧", "说<strong>“你好”</strong>吧"),
        ("太郎は**[リンク](https://a.example)**を", None),
        ("これは ** 太字ではない ** です", "これは ** 太字ではない ** です"),
        ("snake_case_名前_です", "snake_case_名前_です"),
    ],
)
def test_emphasis_in_cjk(text: str, html: str | None) -> None:
    """Whatever punctuation is inside."""
    found = parse_markdown(text, "ja").html
    assert html is None or found == f"<p>{html}</p>\n"
    assert html is not None or "<strong><a" in found


@pytest.mark.parametrize("text", ["a**b.**c", "a **b**c", "é**«b»**d", "**a.**b", "a_b_c", "**Слово.**и"])
def test_other_scripts_are_as_in_commonmark(text: str) -> None:
    """The amendment is for CJK only."""
    from markdown_it import MarkdownIt

    assert parse_markdown(text, "en").html == MarkdownIt("commonmark").render(text)
