"""The dashboard of a running preview."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape

import pytest

from tests.newsroom import Newsroom, newsroom
from tests.previewing import DESK, Preview, eventually, previewing
from tests.sites import SMALL_SITE, UNPUBLISHED

SITE = (
    SMALL_SITE.replace("title: First", "title: First\naliases: [/old/first/]").replace(
        "-- content/pages/about.md --", "-- content/articles/photo-notes.txt --\nnothing\n-- content/pages/about.md --"
    )
    + UNPUBLISHED
    + """\
-- content/articles/soon.md --
---
id: urn:test:soon
title: Sooner <thing> & "more"
date: 2026-11-30
---
Not for readers yet.
-- content/pages/plan.md --
---
title: Plans
draft: true
---
Of ours.
"""
)


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    """A newsletter with articles in every state, never published."""
    with previewing(newsroom(tmp_path_factory.mktemp("desk"), SITE)) as running:
        yield running


@pytest.fixture
def news(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """The same, for tests that change it."""
    return newsroom(tmp_path_factory.mktemp("desk"), SITE)


def words(html: str) -> str:
    """The visible text of a page."""
    text = re.sub(r"<(head|iframe)\b.*?</\1>", "", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text))).replace(" .", ".")


def desk(preview: Preview, path: str = "") -> str:
    """The visible text of a page of the dashboard."""
    answer = preview.ask(DESK + path)
    assert answer.status == 200
    return words(answer.text)


def test_articles_are_listed_with_their_state(preview: Preview) -> None:
    """Drafts first, then scheduled ones with their date, the next due first, then live ones."""
    said = desk(preview)
    lines = [
        "Draft Draft of a thing 2026-11-04 10:00",
        "Scheduled Sooner <thing> & “more” 2026-11-30",
        "Scheduled Later thing 2026-12-24 09:30",
        "Live Third 2026-11-03 10:00",
        "Live First 2026-11-01 10:00",
        "Draft Plans",
        "Live About",
    ]

    places = [said.find(line) for line in lines]
    assert -1 not in places and places == sorted(places), said
    assert "As of 2026-11-24 12:00 ( UTC )" in said.replace("(UTC)", "( UTC )")


def test_every_output_is_listed(preview: Preview) -> None:
    """By kind, each with its source file, and no link of the dashboard is broken."""
    seen: set[str] = set()
    waiting = [DESK]
    while waiting:
        path = waiting.pop()
        seen.add(path)
        answer = preview.ask(path)
        assert answer.status in {"/404.html": (404,), "/old/first/": (301,)}.get(path, (200,)), path
        if path.startswith(DESK):
            links = [unescape(link) for link in re.findall(r'href="([^"#]+)"', answer.text)]
            folder = path.partition("?")[0]
            waiting += {folder + link if link.startswith("?") else link for link in links} - seen - set(waiting)

    assert {
        "/articles/first/",
        "/articles/draft-of-a-thing/",
        "/feed.xml",
        "/topics/ai/",
        "/robots.txt",
        "/about/",
    } <= seen
    assert f"{DESK}output/?of=/articles/first/" in seen


def test_unknown_pages_and_queries(preview: Preview) -> None:
    """Unknown pages get a 404, and invalid queries do no harm."""
    for path in (
        "nowhere/",
        "output/",
        "output/?of=/none/",
        "feeds/?of=/none",
        "outputs/?kind=none",
        "base.html",
        "pages.py",
    ):
        assert preview.ask(DESK + path).status == 404, path
    for path in (
        "articles/?page=999999999999999999999",
        "articles/?page=-1",
        "articles/?page=%D9%A3",
        "articles/?q=%00%FF&state=x",
    ):
        assert preview.ask(DESK + path).status == 200, path
    assert preview.ask(DESK.rstrip("/")).headers["location"].endswith(DESK)


def test_titles_are_escaped(preview: Preview) -> None:
    """Markup in them is shown as text."""
    assert "<thing>" not in preview.ask(DESK).text


def test_the_policy_is_strict(preview: Preview) -> None:
    """No inline scripts or styles, nothing from other hosts, no frames; the pages keep to it."""
    answer = preview.ask(DESK)
    policy = answer.headers["content-security-policy"]

    assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
    assert "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy
    assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=", answer.text)


def test_articles_can_be_searched(preview: Preview) -> None:
    """By words of title or file name, and by state."""
    assert "1 article found." in desk(preview, "articles/?q=second")
    assert "2 articles found." in desk(preview, "articles/?state=scheduled")
    assert "Later thing" in desk(preview, "articles/?q=LATER.md&state=scheduled")
    assert "0 articles found." in desk(preview, "articles/?q=nothing")


@pytest.mark.parametrize("path", ["/feed.xml", "/feed.atom", "/feed.json"])
def test_feeds_are_shown_as_readers_show_them(path: str, preview: Preview) -> None:
    """In each format: title, date, author, topics, summary and the full entry."""
    answer = preview.ask(f"{DESK}feeds/?of={path}")
    said = words(answer.text)

    assert "Small News" in said and "6 entries" in said
    assert "Second 2026-11-02 10:00 · Small News · ai, money" in said.replace("Ai, Money", "ai, money").lower().replace(
        "second 2026", "Second 2026").replace("small news ·", "Small News ·"), said  # fmt: skip
    assert "Draft of a thing Draft 2026-11-04" in said and "Later thing Scheduled" in said
    documents = [unescape(found) for found in re.findall(r'srcdoc="([^"]*)"', answer.text)]
    assert any(
        '<a target="_blank" rel="noopener" href="/articles/first/">the first</a>' in found for found in documents
    )
    assert all(
        'sandbox="' in frame and "allow-scripts" not in frame for frame in re.findall("<iframe[^>]*>", answer.text)
    )


def test_structured_data_is_indented(preview: Preview) -> None:
    """The JSON-LD of the page, on several lines."""
    answer = preview.ask(f"{DESK}output/?of=/articles/first/")
    shown = re.search(r"<pre[^>]*><code>(.*?)</code>", answer.text, re.DOTALL)
    script = re.search(r'<script type="application/ld\+json">(.*?)</script>', preview.ask("/articles/first/").text)

    assert shown and script
    assert json.loads(unescape(shown[1])) == json.loads(script[1])
    assert unescape(shown[1]).count("\n") > 20


def test_share_cards_are_images(news: Newsroom) -> None:
    """One for each article, and the newsletter's own."""
    news.write("config.yaml", (news.root / "config.yaml").read_text().replace("share_cards: false\n", ""))
    with previewing(news) as preview:
        answer = preview.ask(f"{DESK}cards/")
        pictures = re.findall(r'<img src="(/media/cards/[^"]+)"', answer.text)
        assert len(pictures) == 7
        shown = preview.ask(pictures[0])
        assert shown.headers["content-type"] == "image/png" and shown.body.startswith(b"\x89PNG")
        assert pictures[-1].startswith("/media/cards/newsletter.")
        assert "/media/cards/" in preview.ask(f"{DESK}output/?of=/articles/first/").text


def test_what_the_next_build_would_publish(news: Newsroom) -> None:
    """Compared with the published site: no changes, an edit, a deleted article; drafts are not counted."""
    with previewing(news) as preview:
        eventually(lambda: "would be published:" in desk(preview), lambda: desk(preview))
        assert "new" in desk(preview) and "draft-of-a-thing" not in changes_of(preview)
        news.build()
        eventually(lambda: "Nothing would change" in desk(preview), lambda: desk(preview))
        news.write("content/articles/a.md", (news.root / "content/articles/a.md").read_text() + "\nAn end.\n")
        eventually(lambda: "/articles/first/" in changes_of(preview), lambda: desk(preview))
        assert "/articles/second/" not in changes_of(preview)
        news.write("content/articles/c.md", None)
        eventually(lambda: "removed" in changes_of(preview), lambda: desk(preview))
        news.write("content/articles/a.md", "---\ntitle: [")
        eventually(lambda: "Nothing would be published because of the error" in desk(preview), lambda: desk(preview))


def changes_of(preview: Preview) -> str:
    """What the overview says of the next build."""
    return desk(preview).partition("The next build")[2].partition("Not published yet")[0]


def test_problems_are_listed(news: Newsroom) -> None:
    """All of them, with location, message, hint and a link to the page, until they are fixed."""
    before = (news.root / "content/articles/b.md").read_text()
    with previewing(news) as preview:
        news.write("content/articles/b.md", before.replace("(a.md)", "(none.md)"))
        eventually(lambda: 'there is no file "none.md"' in desk(preview), lambda: desk(preview))
        assert "1 error." in desk(preview) and "content/articles/b.md:" in desk(preview)
        assert '<a href="/articles/second/" aria-label="View page for content/articles/b.md">' in preview.ask(DESK).text
        news.write("content/articles/b.md", before)
        eventually(lambda: "No problems." in desk(preview), lambda: desk(preview))


def test_the_desk_of_a_broken_newsletter(news: Newsroom) -> None:
    """All its pages are there from the first start, whatever is broken."""
    news.write("config.yaml", "title: [")
    with previewing(news) as preview:
        for path in ("", "articles/", "feeds/", "cards/", "outputs/"):
            assert preview.ask(DESK + path).status == 200, path
        assert "config.yaml:1" in desk(preview)
        news.write("config.yaml", "title: Mended\n")
        eventually(lambda: "Mended" in desk(preview))
