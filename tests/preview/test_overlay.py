"""Problems as HTML, on top of a page or as a page of their own."""

from __future__ import annotations

import re

import pytest

from broadsheet.core.errors import Location, Problem, warning
from broadsheet.preview.overlay import content_tag, heading, page_tag, problem_page, problems_html, with_client
from broadsheet.source.tree import source_tree


def test_a_problem_is_shown_with_an_excerpt() -> None:
    """Two lines before, two after, and a caret below the column; all of it is escaped."""
    tree = source_tree({"a.md": "one\ntwo\n<three> & more\nfour\nfive\nsix\n"})
    html = problems_html([Problem(Location("a.md", 3, 4), 'there is no "<b>"', "write & save")], tree)

    assert "<code>a.md:3:4</code> error" in html
    assert "there is no &quot;&lt;b&gt;&quot;" in html
    assert "Hint: write &amp; save" in html
    above, below = "     1  one\n     2  two\n", "     4  four\n     5  five\n"
    assert f"<pre>{above}>    3  &lt;three&gt; &amp; more\n           ^\n{below}</pre>" in html


def test_the_caret_is_in_the_right_column_after_a_tab() -> None:
    """Tabs are shown as spaces."""
    html = problems_html([Problem(Location("a.md", 1, 2), "wrong")], source_tree({"a.md": "\twrong"}))

    assert "<pre>>    1      wrong\n            ^\n</pre>" in html


@pytest.mark.parametrize("content", [b"\xff\xfe", b"", b"one line"])
def test_a_problem_without_an_excerpt_is_shown(content: bytes) -> None:
    """In a binary file, an empty file, and on a line that does not exist."""
    tree = source_tree({"a.md": content})
    html = problems_html([Problem(Location("a.md", 9), "wrong"), Problem(Location("b.md"), "gone")], tree)

    assert "a.md:9:1" in html and "b.md:1:1" in html
    assert "<pre>" not in html


def test_errors_come_first_and_only_some_are_shown() -> None:
    """The others are counted."""
    problems = [warning(Location("a.md"), "mild"), *[Problem(Location("b.md", n), "grave") for n in range(1, 100)]]
    html = problems_html(problems, source_tree({}))

    assert html.count("<li") == 31
    assert "mild" not in html and "… and 70 more" in html
    assert heading(problems) == "99 errors, 1 warning"
    assert problems_html([], source_tree({})) == heading([]) == ""


def test_problems_can_be_a_page_of_their_own() -> None:
    """For when the newsletter has no page to show."""
    page = problem_page("No <page>", [Problem(Location("a.md"), "wrong")], source_tree({}))

    assert page.startswith(b"<!doctype html>")
    assert b"<h1>No &lt;page&gt;</h1>" in page and b"a.md:1:1" in page


PAGE = b"<!doctype html>\n<html lang=en>\n<title>A</title>\n<style>a{}</style>\n<p>Words"


@pytest.mark.parametrize(
    ("page", "before"),
    [
        (PAGE, b"<!doctype html>"),
        (b"<!DOCTYPE html SYSTEM 'about:legacy-compat'><p>x", b"<!DOCTYPE html SYSTEM 'about:legacy-compat'>"),
        (b" <!-- a --> <!doctype html><p>x", b" <!-- a --> <!doctype html>"),
        (b"<p>no doctype <!doctype html>", b""),
        (b"", b""),
    ],
)
def test_one_script_is_inserted_after_the_doctype(page: bytes, before: bytes) -> None:
    """Before any security policy of the page; the rest stays byte for byte."""
    served = with_client(page, "", "tag")
    script = served[len(before) : len(served) - len(page) + len(before)]

    assert served == before + script + page[len(before) :]
    assert re.fullmatch(rb'<script src="/__preview/client\.js\?[0-9a-f]{8}" [^<>]*></script>', script)


def test_a_badge_is_escaped() -> None:
    """Although no badge needs it today."""
    assert b'data-badge="&quot;&lt;b&gt;"' in with_client(PAGE, '"<b>', "tag")


def test_tags_change_with_the_page() -> None:
    """One with everything, one with everything except CSS."""
    styled, worded = PAGE.replace(b"a{}", b"b{}"), PAGE.replace(b"Words", b"Text")

    assert len({page_tag(PAGE, ""), page_tag(styled, ""), page_tag(worded, ""), page_tag(PAGE, "Draft")}) == 4
    assert content_tag(PAGE, "") == content_tag(styled, "")
    assert len({content_tag(PAGE, ""), content_tag(worded, ""), content_tag(PAGE, "Draft")}) == 3
