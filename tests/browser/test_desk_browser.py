"""The editor's desk in a browser: for everybody, at every width, by keyboard, and up to date by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_pages import AXE
from tests.newsroom import Newsroom, newsroom
from tests.previewing import DESK, PATIENCE_SECONDS, Preview, previewing, save_in_place
from tests.sites import SMALL_SITE, UNPUBLISHED

expect.set_options(timeout=PATIENCE_SECONDS * 1000)  # a test must not fail because others keep the machine busy
SITE = (
    SMALL_SITE.replace("More prose,", "| a | b |\n| --- | --- |\n| 1 | 2 |\n\n```python\nx = 1\n```\n\nMore prose,")
    + UNPUBLISHED
    + """\
-- content/articles/noid.md --
---
title: An article without an id
date: 2026-10-01
---
A warning comes of it.
"""
)
PAGES = {
    "overview": "",
    "articles": "articles/",
    "no articles": "articles/?q=nothing",
    "feed": "feeds/?of=/feed.xml",
    "outputs": "outputs/",
    "files": "outputs/?kind=static-files",
    "output": "output/?of=/articles/second/",
    "cards": "cards/",
    "missing": "nowhere/",
}


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """A newsletter with something of everything."""
    made = newsroom(tmp_path_factory.mktemp("desk"), SITE)
    made.write("config.yaml", (made.root / "config.yaml").read_text().replace("share_cards: false\n", ""))
    return made


@pytest.fixture(scope="module")
def preview(news: Newsroom) -> Iterator[Preview]:
    """Its preview."""
    with previewing(news) as running:
        yield running


@pytest.fixture
def tab(page: Page) -> Page:
    """A tab that notices when the policy is broken."""
    page.add_init_script(
        "addEventListener('securitypolicyviolation', (e) => (window.broken ??= []).push(e.blockedURI))"
    )
    return page


@pytest.mark.parametrize("name", [name for name in PAGES if name != "missing"])
def test_axe_finds_nothing(name: str, tab: Page, preview: Preview, axe: str) -> None:
    """At three widths and in both schemes, and nobody scrolls sideways; the policy is kept."""
    faults: dict[str, Any] = {}
    tab.goto(f"{preview.url}{DESK}{PAGES[name]}")
    tab.wait_for_function("[...document.images].every((image) => image.complete || image.loading === 'lazy')")
    tab.evaluate(axe + ";0")
    for width in (320, 768, 1280):
        tab.set_viewport_size({"width": width, "height": 900})
        assert tab.evaluate("document.documentElement.scrollWidth") == width
        for scheme in ("light", "dark"):
            tab.emulate_media(color_scheme=scheme)
            found = tab.evaluate(AXE.replace("axe.run(document,", "axe.run({exclude: ['iframe']},"))
            faults |= {f"{width} {scheme}": found} if found else {}

    assert faults == {}
    assert tab.evaluate("window.broken") is None


def test_the_keyboard_comes_everywhere(tab: Page, preview: Preview) -> None:
    """Past the head in one step, and every link shows that one is there."""
    tab.goto(f"{preview.url}{DESK}")
    tab.keyboard.press("Tab")
    expect(tab.locator(".skip")).to_be_focused()
    expect(tab.locator(".skip")).to_be_in_viewport()
    for _ in range(15):
        tab.keyboard.press("Tab")
        assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    tab.goto(f"{preview.url}{DESK}")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.closest('main') !== null")


def test_it_is_up_to_date_by_itself(tab: Page, news: Newsroom, preview: Preview) -> None:
    """A save is on the desk; what has the focus, what was opened and where one was stays as it was."""
    tab.goto(f"{preview.url}{DESK}")
    summary = tab.locator("summary").first
    expect(summary).to_be_visible()
    is_open = tab.locator("details").first.evaluate("(part) => part.open")
    summary.click()
    tab.get_by_role("link", name="All outputs").focus()
    tab.evaluate("document.documentElement.dataset.mark = 'here'; scrollTo(0, 200)")
    file = news.root / "content/articles/b.md"
    before = file.read_text()
    save_in_place(file, before.replace("title: Second", "title: Second to none"))
    expect(tab.locator("main")).to_contain_text("Second to none")
    expect(tab.get_by_role("link", name="All outputs")).to_be_focused()
    save_in_place(file, before.replace("title: Second", "titel: Second"))
    expect(tab.locator(".problems")).to_contain_text('unknown field "titel"')
    save_in_place(file, before)
    expect(tab.locator(".problems")).not_to_contain_text('unknown field "titel"')
    expect(tab.locator("summary").first).to_be_visible()
    assert tab.locator("details").first.evaluate("(part) => part.open") is not is_open
    assert tab.evaluate("[document.documentElement.dataset.mark, scrollY]") == ["here", 200]


def test_an_entry_is_shown_whole_and_runs_nothing(preview: Preview, browser: Browser) -> None:
    """In a frame as high as it is, with links that open elsewhere; a script in it would not run."""
    tab = browser.new_page()
    tab.goto(f"{preview.url}{DESK}feeds/?of=/feed.xml")
    entry = tab.locator("article").filter(has_text="Second").first
    entry.get_by_text("Full entry").click()
    frame = entry.locator("iframe")
    inside = frame.content_frame
    expect(inside.locator("body")).to_contain_text("More prose")
    tab.wait_for_function(
        "(frame) => Math.abs(frame.offsetHeight - frame.contentDocument.body.offsetHeight) < 6",
        arg=frame.element_handle(),
    )
    expect(inside.get_by_role("link", name="the first")).to_have_attribute("target", "_blank")
    frame.evaluate(
        "(frame) => { frame.srcdoc += '<script>parent.ran = 1</script><img src=x onerror=\"parent.ran = 2\">' }"
    )
    expect(inside.locator("img")).to_have_count(1)
    assert tab.evaluate("window.ran") is None
    tab.close()


def test_articles_are_found(tab: Page, preview: Preview) -> None:
    """By typing and Enter; the list follows the choice of a state at once."""
    tab.goto(f"{preview.url}{DESK}articles/")
    tab.get_by_label("Search").fill("second")
    tab.keyboard.press("Enter")
    expect(tab.locator("main")).to_contain_text("1 article found")
    tab.goto(f"{preview.url}{DESK}articles/")
    tab.get_by_label("Status").select_option("draft")
    expect(tab.locator("main")).to_contain_text("1 article found")
    expect(tab.locator("main")).to_contain_text("Draft of a thing")
