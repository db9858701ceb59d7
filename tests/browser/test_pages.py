"""The pages as a reader meets them: by keyboard, in the dark, on a small phone, without scripts, on paper."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Served
from tests.sites import REPOSITORY

PAGES = {
    "home": "/",
    "numbered page": "/page/1/",
    "article": "/articles/a-story-with-everything/",
    "plain article": "/articles/cafe-number-1/",
    "Russian article": "/ru/articles/istoriia-so-vsem/",
    "Russian home": "/ru/",
    "topics": "/topics/",
    "topic": "/topics/ai/",
    "source": "/sources/wire/",
    "people": "/people/",
    "person": "/people/jane/",
    "archive": "/archive/",
    "month": "/archive/2026/10/",
    "search": "/search/",
    "search results": "/search/?q=cafe",
    "about": "/about/",
    "not found": "/404.html",
}
TEMPLATES = REPOSITORY / "templates"
ARTICLE = PAGES["article"]
AXE = """async () => {
  const tags = ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const found = await axe.run(document, {
    runOnly: {type: "tag", values: tags},
    rules: {"color-contrast-enhanced": {enabled: true}, "target-size": {enabled: true}},
    resultTypes: ["violations", "incomplete"],
  });
  return [...found.violations, ...found.incomplete].flatMap(
    (rule) => rule.nodes.map((node) => `${rule.id}: ${node.html}`));
}"""

FONTS = """() => [...document.querySelectorAll("*")].filter((it) => it.checkVisibility()).map((it) => {
  const style = getComputedStyle(it);
  return [style.fontFamily, style.fontSize, style.fontWeight, style.fontStyle].join(" ");
})"""


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(name: str, page: Page, site: Served, axe: str) -> None:
    """No violation of any rule, AAA contrast among them, and nothing that needs review: three widths, two schemes."""
    faults: dict[str, Any] = {}
    page.goto(site.url + PAGES[name])
    if "?q=" in PAGES[name]:  # axe must not look while results are put in
        page.wait_for_load_state("networkidle")
        expect(page.locator("#found li")).not_to_have_count(0)
    page.evaluate(axe + ";0")
    for width in (320, 768, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found = page.evaluate(AXE)
            faults |= {f"{width} {scheme}": found} if found else {}

    assert faults == {}


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wider_than_a_small_phone(name: str, page: Page, site: Served) -> None:
    """At 320 px, which is also 640 px at 200 % zoom, nobody scrolls sideways."""
    page.set_viewport_size({"width": 320, "height": 600})
    page.goto(site.url + PAGES[name])

    assert page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize("name", PAGES)
def test_the_policy_is_kept_and_no_page_but_the_search_has_a_script(name: str, page: Page, site: Served) -> None:
    """Neither the page's own policy nor the server's is violated, and one request is enough to read."""
    page.add_init_script(
        "addEventListener('securitypolicyviolation', (e) => (window.broken ??= []).push(e.blockedURI))"
    )
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url.removeprefix(site.url)))
    page.goto(site.url + PAGES[name])
    page.wait_for_load_state("networkidle")

    assert page.evaluate("window.broken") is None
    scripts = page.evaluate("[...document.scripts].filter((s) => s.type !== 'application/ld+json').length")
    assert scripts == (1 if name.startswith("search") else 0)
    if name != "search results":
        assert [address for address in requests if "favicon" not in address] == [PAGES[name]]


def test_the_browser_reads_the_manifest(page: Page, site: Served) -> None:
    """It stands in the home page, and the policies of page and server let it in; nothing of it is refused."""
    page.goto(site.url + "/")
    found = page.context.new_cdp_session(page).send("Page.getAppManifest")

    assert found["errors"] == []
    assert json.loads(found["data"])["name"]
    assert [icon["sizes"] for icon in found["manifest"]["icons"]] == ["192x192", "512x512", "512x512"]


def test_the_policy_would_stop_a_script(browser: Browser, site: Served) -> None:
    """What might get into a page by a mistake of ours does not run."""
    tab = browser.new_page()
    tab.goto(site.url + ARTICLE)
    tab.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.ran = 1\">');"
        "const s = document.createElement('script'); s.textContent = 'window.ran = 2'; document.body.append(s)"
    )
    tab.wait_for_timeout(200)

    assert tab.evaluate("window.ran") is None
    tab.close()


def test_the_keyboard_comes_everywhere(page: Page, site: Served) -> None:
    """The first key shows the skip link, which leads to the text; every link on the way shows where one is."""
    page.goto(site.url + ARTICLE)
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    seen = []
    for _ in range(12):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        seen.append((page.evaluate("document.activeElement.textContent"), outline))
    assert all(outline != "none" for _, outline in seen)
    assert [text for text, _ in seen[:5]] == ["Small News", "Topics", "Archive", "Search", "About"]
    assert "Machines that learn" in [text for text, _ in seen]

    page.goto(site.url + ARTICLE)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_the_contents_open_and_lead_to_the_headings(page: Page, site: Served) -> None:
    """Without a script."""
    page.goto(site.url + ARTICLE)
    page.get_by_text("Contents", exact=True).click()
    page.locator("details").get_by_role("link", name="An end").click()

    assert page.url.endswith("#h-an-end")


def test_a_translation_is_one_click_away_and_leads_back(page: Page, site: Served) -> None:
    """The switch names the language in its own words; the page then speaks it throughout."""
    page.goto(site.url + ARTICLE)
    page.locator("article").get_by_role("link", name="Русский").click()

    assert page.url == site.url + PAGES["Russian article"]
    assert page.locator("html").get_attribute("lang") == "ru"
    expect(page.locator("header.masthead")).to_contain_text("Малые новости")
    expect(page.locator("footer")).to_contain_text("Источники")
    page.locator("article").get_by_role("link", name="English").click()
    assert page.url == site.url + ARTICLE


def test_the_scheme_follows_the_system(page: Page, site: Served) -> None:
    """Light paper by day, dark by night, and the ink with it."""
    page.goto(site.url + ARTICLE)
    seen = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        seen[scheme] = page.evaluate(
            "[getComputedStyle(document.documentElement).backgroundColor, getComputedStyle(document.body).color]"
        )

    assert seen == {
        "light": ["rgb(253, 251, 246)", "rgb(28, 26, 23)"],
        "dark": ["rgb(24, 22, 19)", "rgb(232, 227, 217)"],
    }


def test_on_paper_there_is_the_text_with_its_addresses(page: Page, site: Served) -> None:
    """No navigation; black on white, also in the dark; the address of each link in print."""
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(site.url + ARTICLE)

    expect(page.locator("nav").first).to_be_hidden()
    expect(page.locator("footer")).to_be_hidden()
    after = page.evaluate("getComputedStyle(document.querySelector('.text a[href^=http]'), '::after').content")
    assert "https://else.example/" in after.replace('" "', "") or "attr(href)" in after
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def test_lines_have_the_length_that_reads_well(page: Page, site: Served) -> None:
    """60 to 70 characters on a wide screen, at least 35 on a phone; letters of 18 to 20 px."""
    page.goto(site.url + ARTICLE)
    measure = """() => {
      const p = document.querySelector('.text p'); const range = document.createRange();
      const text = document.createTextNode('the quick brown fox jumps over a lazy dog and runs away '.repeat(4));
      p.replaceChildren(text); range.selectNodeContents(p);
      return [text.length / range.getClientRects().length, parseFloat(getComputedStyle(p).fontSize)];
    }"""
    wide, size = page.evaluate(measure)
    page.set_viewport_size({"width": 390, "height": 800})
    narrow, _ = page.evaluate(measure)

    assert 52 <= wide <= 75
    assert narrow >= 33
    assert 18 <= size <= 20


def test_the_rules_that_a_page_does_not_get_would_change_nothing(browser: Browser, site: Served) -> None:
    """Each element looks as it would with the whole style sheet, what the search has found among them."""
    whole = "".join(
        (TEMPLATES / "style" / f"{part}.css").read_text() for part in ("base", "text", "list", "form", "code")
    )
    looks = "[...document.body.querySelectorAll('*')].map((e) => e.tagName + ' ' + getComputedStyle(e).cssText)"
    context = browser.new_context(bypass_csp=True, color_scheme="light")
    tab = context.new_page()
    for name, path in PAGES.items():
        tab.goto(site.url + path)
        if name == "search results":  # of several lists: all of them have to be there
            tab.wait_for_load_state("networkidle")
            expect(tab.locator("#found li")).not_to_have_count(0)
        seen = tab.evaluate(looks)
        tab.evaluate("(css) => { document.querySelector('style').textContent = css }", whole)

        assert tab.evaluate(looks) == seen, name
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_for_few_fonts(name: str, page: Page, site: Served) -> None:
    """docs/decisions/0068-few-fonts.md: a browser asks its system for each, and shows no text before it has them."""
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(site.url + PAGES[name])
    fonts = set(page.evaluate(FONTS))
    assert not [font for font in fonts if "Times" in font]  # the browser's own, where nothing is said
    assert not [font for font in fonts if font.startswith("system-ui") and " 700 " in font]
    assert len(fonts) <= 10, sorted(fonts)
