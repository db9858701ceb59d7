"""What is put into a page while it is served, and what is shown when there is none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from broadsheet.core.errors import Location, Problem, warning
from broadsheet.preview.address import Address, allowed_hosts, listen, url_of
from broadsheet.preview.background_check import CheckResult, check_next_build
from broadsheet.preview.overlay import heading, problem_page, problems_html
from broadsheet.preview.reload import content_tag, page_tag, with_client
from broadsheet.source.tree import source_tree
from tests.newsroom import newsroom

PAGE = b"<!doctype html>\n<html lang=en>\n<title>A</title>\n<style>a{}</style>\n<p>Words"


# The script


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
def test_one_script_is_put_behind_the_doctype(page: bytes, before: bytes) -> None:
    """In front of all that a policy may forbid, and the rest stays byte for byte."""
    served = with_client(page, "", "tag")
    script = served[len(before) : len(served) - len(page) + len(before)]

    assert served == before + script + page[len(before) :]
    assert re.fullmatch(rb'<script src="/__preview/client\.js\?[0-9a-f]{8}" [^<>]*></script>', script)


def test_a_badge_is_escaped() -> None:
    """Though today's words need it not."""
    assert b'data-badge="&quot;&lt;b&gt;"' in with_client(PAGE, '"<b>', "tag")


def test_tags_tell_what_has_changed() -> None:
    """All, or all but the style; a badge is no style."""
    styled, worded = PAGE.replace(b"a{}", b"b{}"), PAGE.replace(b"Words", b"Text")

    assert len({page_tag(PAGE, ""), page_tag(styled, ""), page_tag(worded, ""), page_tag(PAGE, "Draft")}) == 4
    assert content_tag(PAGE, "") == content_tag(styled, "")
    assert len({content_tag(PAGE, ""), content_tag(worded, ""), content_tag(PAGE, "Draft")}) == 3


# Problems


def test_a_problem_is_shown_with_the_lines_around() -> None:
    """Two before, two behind, and a mark below the column; all of it is text."""
    tree = source_tree({"a.md": "one\ntwo\n<three> & more\nfour\nfive\nsix\n"})
    html = problems_html([Problem(Location("a.md", 3, 4), 'there is no "<b>"', "write & save")], tree)

    assert "<code>a.md:3:4</code> error" in html
    assert "there is no &quot;&lt;b&gt;&quot;" in html
    assert "Hint: write &amp; save" in html
    above, below = "     1  one\n     2  two\n", "     4  four\n     5  five\n"
    assert f"<pre>{above}>    3  &lt;three&gt; &amp; more\n           ^\n{below}</pre>" in html


def test_the_mark_stands_below_its_place_behind_a_tab() -> None:
    """Which is shown as blanks."""
    html = problems_html([Problem(Location("a.md", 1, 2), "wrong")], source_tree({"a.md": "\twrong"}))

    assert "<pre>>    1      wrong\n            ^\n</pre>" in html


@pytest.mark.parametrize("content", [b"\xff\xfe", b"", b"one line"])
def test_a_problem_of_what_cannot_be_shown_is_told_all_the_same(content: bytes) -> None:
    """A picture, an empty file, a line that is not there."""
    tree = source_tree({"a.md": content})
    html = problems_html([Problem(Location("a.md", 9), "wrong"), Problem(Location("b.md"), "gone")], tree)

    assert "a.md:9:1" in html and "b.md:1:1" in html
    assert "<pre>" not in html


def test_errors_come_first_and_hundreds_are_counted() -> None:
    """A page is not the place for a thousand."""
    problems = [warning(Location("a.md"), "mild"), *[Problem(Location("b.md", n), "grave") for n in range(1, 100)]]
    html = problems_html(problems, source_tree({}))

    assert html.count("<li") == 31
    assert "mild" not in html and "… and 70 more" in html
    assert heading(problems) == "99 errors, 1 warning"
    assert problems_html([], source_tree({})) == heading([]) == ""


def test_a_page_of_problems_stands_for_itself() -> None:
    """While there is no page of the newsletter to show them over."""
    page = problem_page("No <page>", [Problem(Location("a.md"), "wrong")], source_tree({}))

    assert page.startswith(b"<!doctype html>")
    assert b"<h1>No &lt;page&gt;</h1>" in page and b"a.md:1:1" in page


# The address


def test_the_next_free_port_is_taken() -> None:
    """And only this machine may ask, unless others were meant to."""
    with listen(Address(port=0)) as first:
        port = first.getsockname()[1]
        with listen(Address(port=port)) as second:
            assert port < second.getsockname()[1] <= port + 50
            assert second.getsockname()[0] == "127.0.0.1"
        assert url_of(first, Address()) == f"http://127.0.0.1:{port}"
        assert url_of(first, Address(host="::1")) == f"http://[::1]:{port}"
        assert url_of(first, Address(host="0.0.0.0")) == f"http://127.0.0.1:{port}"
    assert allowed_hosts(Address()) == {"127.0.0.1", "localhost", "[::1]"}
    assert "*" in allowed_hosts(Address(host="0.0.0.0"))


# What is done behind


def test_what_is_done_behind_is_what_a_check_finds(tmp_path: Path) -> None:
    """Problems of the finished pages, and the manifest of the next build, which has nothing more to do."""
    news = newsroom(tmp_path)
    news.write("content/static/alone.html", "<!doctype html><title>A</title><a href='/nowhere/'>x</a>")
    arguments = {
        "root": str(news.root),
        "config": "config.yaml",
        "base_url": "",
        "state": str(news.root / ".broadsheet"),
        "output": str(news.site),
        "as_of": news.as_of,
    }
    found = check_next_build(**arguments)

    assert isinstance(found, CheckResult) and found.next_manifest is not None
    assert any('"/nowhere/"' in problem.message for problem in found.problems)
    assert "articles/first/index.html" in found.next_manifest.entries
    assert not news.site.exists()
    assert news.build()["rendered"] == 0
