"""Markup of other programs: comments are hidden, everything else is shown as it was written, with a warning."""

from __future__ import annotations

import pytest

from broadsheet.core.errors import WARNINGS
from broadsheet.markdown.document import Document
from broadsheet.markdown.parse import parse_markdown
from broadsheet.markdown.text import plain_text


def read(text: str, language: str = "en") -> Document:
    return parse_markdown(text, language)


def warnings(text: str) -> list[str]:
    """Each fault as "line:column name: message"."""
    return [f"{it.line}:{it.column} {it.name or 'error'}: {it.message}" for it in read(text).outline.faults]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("The port opens.\n\n<!-- TODO: ask the lawyer -->\n\nFree.", "<p>The port opens.</p>\n<p>Free.</p>\n"),
        ("One <!-- a note --> two.", "<p>One  two.</p>\n"),
        ("<!-- over\n\nempty\n\nlines -->\n\nText.", "<p>Text.</p>\n"),
        ("<!-- a\n\nb --> What follows stays.", "<p>What follows stays.</p>\n"),
        ("- one <!-- x -->\n- two", "<ul>\n<li>one </li>\n<li>two</li>\n</ul>\n"),
        ("- one\n\n  <!-- x\n\n  y -->\n\n- two", "<ul>\n<li>\n<p>one</p>\n</li>\n<li>\n<p>two</p>\n</li>\n</ul>\n"),
        ("> <!-- q\n> q -->\n> said", "<blockquote>\n<p>said</p>\n</blockquote>\n"),
        ("# Head <!-- x -->\n\nText.", "<p>Text.</p>\n"),
        ("| a <!-- x --> |\n| - |\n| b |", None),
        ("<!---->Text <!--> and <!---> more", "<p>Text  and  more</p>\n"),
        ("<!-- Text\n\n[a]: x -->\n\nMore.", "<p>More.</p>\n"),
    ],
)
def test_comments_are_hidden(text: str, html: str | None) -> None:
    """In any block, over any number of lines; and nothing is said about what is in them."""
    document = read(text)
    assert "<!--" not in document.html
    assert "&lt;!" not in document.html
    assert "x" not in plain_text(document.html).split()
    assert html is None or document.html == html
    assert document.outline.faults == ()


def test_comments_are_no_words() -> None:
    """Neither counted nor searched nor a summary."""
    outline = read("<!-- one two three -->\n\nFour five.").outline
    assert (outline.summary, outline.words) == ("Four five.", 2)
    assert read("# Title <!-- x -->\n\nText").outline.headline == "Title"


def test_a_comment_in_code_is_code() -> None:
    """A span or a block."""
    assert "&lt;!-- x --&gt;" in read("`<!-- x -->`").html
    assert "&lt;!-- x --&gt;" in read("```\n<!-- x -->\n```").html


def test_a_comment_that_is_never_closed_is_shown() -> None:
    """Hiding the rest of the text would lose it."""
    assert warnings("Text <!-- a\n\nmore") == ['1:6 comments: the comment "<!-- a" is never closed, so it is shown']
    assert "more" in read("Text <!-- a\n\nmore").html


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            'Text\n\n<iframe src="https://a.example" width="1"></iframe>',
            '3:1 html: HTML is shown as text: "<iframe src="https://a.example" width="1">" (and 1 more)',
        ),
        ("a <b>bold</b> word", '1:3 html: HTML is shown as text: "<b>" (and 1 more)'),
        ("A line<br>break", '1:7 html: HTML is shown as text: "<br>"'),
        ("{{< youtube abc123 >}}", '1:1 shortcodes: the shortcode "{{< youtube abc123 >}}" is shown as text'),
        ("{{% note %}} a {{% /note %}}", '1:1 shortcodes: the shortcode "{{% note %}}" is shown as text (and 1 more)'),
        ('[gallery ids="1,2"]', '1:1 shortcodes: the shortcode "[gallery ids="1,2"]" is shown as text'),
        ("See {{ page.title }}.", '1:5 liquid: the template tag "{{ page.title }}" is shown as text'),
        ('{% include "x.html" %}', '1:1 liquid: the template tag "{% include "x.html" %}" is shown as text'),
        ("## Head {#id}", '1:9 attributes: the attribute list "{#id}" is shown as text'),
        ("Text\n{: .wide}", '2:1 attributes: the attribute list "{: .wide}" is shown as text'),
        ("![A](a.png){width=50%}", '1:12 attributes: the attribute list "{width=50%}" is shown as text'),
        ("::: warning\nText", '1:1 admonitions: "::: warning" is shown as text'),
        ('!!! note "T"', '1:1 admonitions: "!!! note" is shown as text'),
        ("So $$x^2$$ it is", '1:4 math: formulas are not rendered: "$$x^2$$"'),
        (r"So \(x\) it is", r'1:4 math: formulas are not rendered: "\(x\)"'),
        ("See [[Other page]].", '1:5 wiki-links: the wiki link "[[Other page]]" is shown as text'),
        ("Done :tada: now", '1:6 emoji-codes: the emoji code ":tada:" is shown as text'),
        ("Term\n: its meaning", '2:1 definition-lists: ": its meaning" is shown as text'),
        ("an ==important== word", '1:4 highlights: "==important==" is shown as text'),
        ("##Head", '1:1 headings: "##Head" is not a heading'),
        ("#Head of it", '1:1 headings: "#Head of it" is not a heading'),
        ("Text\n\n```py\nx = 1\n\nMore", "3:1 fences: this code block is never closed, so all that follows is code"),
        ("> ~~~\n> x", "1:3 fences: this code block is never closed, so all that follows is code"),
        (
            "| a | b |\n| - | - |\n| 1 | 2 | lost |",
            '3:11 cells: the cell "lost" is not shown, as the table has 2 columns',
        ),
        ("a | b\n--- | ---\n1 | 2 | lost", '3:9 cells: the cell "lost" is not shown, as the table has 2 columns'),
        (
            "| Option | Default |\n| --- | --- |\n| a || b | off | see page 3 |",
            '3:8 cells: the cell "b" and 2 more are not shown, as the table has 2 columns',
        ),
        ("- | a |\n  | - |\n  | 1 | b |", '3:9 cells: the cell "b" is not shown, as the table has 1 column'),
        ("> [!DANGER]\n> Text", '1:3 admonitions: "[!DANGER]" is shown as text'),
        ("> [!NOTE] Title\n> Text", '1:3 admonitions: "[!NOTE]" is shown as text'),
        (
            "One.\n\n<!-- a note\n\nLost words.\n\n<!-- b -->\n",
            "3:1 comments: this comment ends only behind the start of another one, and hides what is between them",
        ),
        (
            "One <!-- a\nlost <!-- b --> two.",
            "1:5 comments: this comment ends only behind the start of another one, and hides what is between them",
        ),
        ("He said TK on Monday", '1:9 unfinished: "TK" looks unfinished'),
        ("Lorem ipsum dolor", '1:1 unfinished: "Lorem ipsum" looks unfinished'),
        ("- TODO: call", '1:3 unfinished: "TODO" looks unfinished'),
    ],
)
def test_foreign_markup_is_reported(text: str, expected: str) -> None:
    """One warning for each kind in a text, at the first place."""
    assert warnings(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "3 < 4 and a > b",
        "R&D {and} more",
        "a {b} c",
        "It costs $5, not $6.",
        "a :: b",
        "at 10:30:45 sharp",
        "C++ and i++",
        "a == b",
        "[sic] and [1]",
        "array[0][1] is x",
        "#hashtag",
        "#one #two",
        "C# is fine",
        "an :) face",
        "1:2:3",
        "`{{ x }}` and `<b>`",
        "```\n{{< x >}} <b> TK\n```",
        "    <b> TK",
        "a/b:c:d",
        "https://a.example/x:y:z/?a==b",
        "[a](https://a.example/{x}/{{y}}/[[z]])",
        "| a | b |\n| - | - |\n| 1 | 2 |",
        "| a |\n| - |\n| x \\| y |",
        "~~~\nx\n~~~",
        "> ```\n> x\n> ```",
        "- ```\n  x\n  ```",
        "Atk TKO TODOs",
        "\\[the report\\]\\[1\\]",
    ],
)
def test_what_is_no_markup_is_not_reported(text: str) -> None:
    """No false alarms."""
    assert [it for it in warnings(text) if not it.startswith(("1:1 error: the link", "1:8 error"))] == []


@pytest.mark.parametrize("name", ["playlist", "contact-form-7", "vimeo 123"])
def test_every_shortcode_is_reported(name: str) -> None:
    """Those that are no other sign of foreign markup too, and none of them is a summary."""
    assert warnings(f"[{name}]\n\nThe text.") == [f'1:1 shortcodes: the shortcode "[{name}]" is shown as text']
    assert read(f"[{name}]\n\nThe text.").outline.summary == "The text."


@pytest.mark.parametrize("text", ["```\nx\n~~~", "````\nx\n```", "~~~\nx\n```"])
def test_another_fence_closes_no_block(text: str) -> None:
    """The last line has to be of the same characters, and no fewer."""
    assert [it.partition(":")[0] for it in warnings(text)] == ["1"]


def test_one_warning_for_each_kind() -> None:
    """However many there are."""
    assert warnings("<b>a</b> {{x}}\n\n<i>b</i> {{y}}") == [
        '1:1 html: HTML is shown as text: "<b>" (and 3 more)',
        '1:10 liquid: the template tag "{{x}}" is shown as text (and 1 more)',
    ]


def test_every_kind_has_a_name_that_can_be_switched_off() -> None:
    """The names are those of the registry."""
    text = "<b> <!-- x {{< y >}} {{ z }} ==h== ++w++ [[w]] :e: $$m$$ TK ![a](b){.c}\n::: n\n: d\n##h\n\n```\n"
    names = {fault.name for fault in read(text).outline.faults if fault.name}
    assert names <= WARNINGS.keys()
    assert len(names) > 10


@pytest.mark.parametrize(
    "text",
    [
        "<img alt=\"a 'b' -- c...\">",
        '{{< video title="it\'s -- ..." >}}',
        "<a title='\"x\"'>",
        '{% include "x--y" %}',
        '`a -- "b"`',
    ],
)
def test_nothing_in_a_tag_or_in_code_is_typography(text: str) -> None:
    """Quotation marks and dashes stay as they were written, while those around are replaced."""
    shown = plain_text(read(f'He "said" {text} -- so.').html)
    assert shown == f"He “said” {text.strip('`')} – so."


@pytest.mark.parametrize(
    ("text", "lead"),
    [
        ('<iframe src="x"></iframe>\n\nThe text.', "The text."),
        ("{{< youtube abc >}}\n\nThe text.", "The text."),
        ("[[toc]]\n\nThe text.", "The text."),
        ("::: note\n\nThe text.", "The text."),
        ("<p>The text.</p>", "The text."),
        ("- First thing.\n- Second thing\n  - third", "First thing; Second thing; third."),
        ("| a | b |\n| - | - |\n| c | d |", "c; d."),
        ("Intro **one**.\n\nIntro two.\n\nOther", "Intro one."),
    ],
)
def test_markup_is_no_summary(text: str, lead: str) -> None:
    """The first paragraph with words; of a list or a table the first items."""
    assert read(text).outline.summary == lead


@pytest.mark.parametrize("more", ["<!--more-->", "<!-- more -->", "<!-- MORE -->"])
def test_more_ends_the_summary(more: str) -> None:
    """Between paragraphs or within one."""
    assert read(f"One.\n\nTwo.\n\n{more}\n\nThree.").outline.summary == "One. Two."
    assert read(f"One.\n\nTwo {more} three.").outline.summary == "One. Two"
    assert read("One.\n\n<!-- nevermore -->\n\nTwo").outline.summary == "One."


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("See [the report][1].", "1"),
        ("[the study][]", "the study"),
        ("![pic][img]", "img"),
        ("见[报告][1]。", "1"),
        ("[**a**][b]", "b"),
        ("[a [b] c][d e]", "d e"),
        ("[![alt](https://a.example/x.png)][d]", "d"),
    ],
)
def test_a_link_without_a_definition_is_an_error(text: str, label: str) -> None:
    """As a footnote without one is."""
    found = [fault for fault in read(text).outline.faults if fault.is_error]
    assert [fault.message for fault in found] == [f'the link "[{label}]" is not defined']
    assert not [
        f for f in read(f"{text}\n\n[{label}]: https://a.example/x.png").outline.faults if "not defined" in f.message
    ]


def test_a_link_that_is_defined_twice_is_an_error() -> None:
    """The second address would never be used; the same address twice does no harm."""
    text = "[a] b\n\n[a]: https://a.example/1\n[A]: https://a.example/{}\n"
    assert warnings(text.format(2)) == ['4:1 error: the link "[a]" is defined twice, with different addresses']
    assert warnings(text.format(1)) == []


def test_tasks_and_callouts() -> None:
    """With words for screen readers in the language of the text, and no words counted that the author did not write."""
    html = read("- [ ] one\n- [x] two\n- [link](https://a.example)", "de").html
    assert '<li class="task"><span role="img" aria-label="offen">☐</span> one</li>' in html
    assert '<li class="task"><span role="img" aria-label="erledigt">☑</span> two</li>' in html
    document = read("> [!NOTE]\n> Mind the **gap**.\n\n> [!warning]\n>\n> - a")
    note = '<blockquote class="callout callout-note" role="note">\n<p><strong>Note</strong></p>\n'
    warning = '<blockquote class="callout callout-warning" role="note">\n<p><strong>Warning</strong></p>\n'
    assert document.html == (
        f"{note}<p>Mind the <strong>gap</strong>.</p>\n</blockquote>\n{warning}<ul>\n<li>a</li>\n</ul>\n</blockquote>\n"
    )
    assert document.outline.words == 4
    assert "callout" not in read("> [!NOTE] on one line").html


@pytest.mark.parametrize("language", ["ar", "he", "fa-IR", "ur"])
def test_code_runs_from_left_to_right(language: str) -> None:
    """In a text that runs from right to left."""
    html = read("نص `x = 1`\n\n```\ny\n```\n\n```py\nz\n```\n\n    w", language).html
    assert html.count('<code dir="ltr">') == 1
    assert html.count('<pre tabindex="0" dir="ltr">') == 3
    assert "dir" not in read("Text `x`", "en").html
