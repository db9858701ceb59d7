"""The search page with indexes of full text: what only an article's text holds is found, in all years."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from broadsheet.build.full_text import with_full_text
from tests.browser.conftest import Served, newsletter, serving
from tests.sites import a_bench, built, outputs, tree

pytest.importorskip("pagefind_bin", reason="the package pagefind[bin] is not installed")

TEXTS = {"Café number 1\n": "A giraffe walks by.", "Café number 2\n": "Another giraffe, this time asleep."}


@pytest.fixture(scope="module")
def indexed() -> Iterator[Served]:
    """The newsletter with words of their own in two articles of two years, and its indexes."""
    text = newsletter().replace("title: Small News\n", "title: Small News\nfull_text: true\n")
    for title, prose in TEXTS.items():
        before, after = text.split(f"title: {title}")
        text = f"{before}title: {title}{after.replace('Prose.', prose, 1)}"
    result = with_full_text(built(tree(text)), "config.yaml", None, a_bench())
    with serving(outputs(result)) as served:
        yield served


def test_words_of_the_text_are_found_in_all_years(page: Page, indexed: Served) -> None:
    """What the lists find comes at once, the rest after it, with the place where the words stand."""
    page.goto(f"{indexed.url}/search/")
    page.get_by_label("Search", exact=True).press_sequentially("giraffe")

    expect(page.locator("#status")).to_have_text("2 articles found")
    assert sorted(page.locator("#found h2").all_inner_texts()) == ["Café number 1", "Café number 2"]
    expect(page.locator("#found p").first).to_contain_text("giraffe")
    page.get_by_label("Year").select_option("2026")
    expect(page.locator("#status")).to_have_text("1 article found")


def test_an_address_with_a_question_looks_into_texts_too(page: Page, indexed: Served) -> None:
    """And an article that the lists and the text both bring stands there once."""
    page.goto(f"{indexed.url}/search/?q=asleep")
    expect(page.locator("#found h2")).to_have_text(["Café number 2"])
    page.goto(f"{indexed.url}/search/?q=everything")
    expect(page.locator("#status")).to_have_text("1 article found")


def test_the_policy_is_kept(page: Page, indexed: Served) -> None:
    """WebAssembly runs on this page, under its own policy and the server's; other pages do not allow it."""
    page.add_init_script(
        "addEventListener('securitypolicyviolation', (e) => (window.broken ??= []).push(e.blockedURI))"
    )
    page.goto(f"{indexed.url}/search/?q=giraffe")
    expect(page.locator("#status")).to_have_text("2 articles found")

    assert page.evaluate("window.broken") is None
    page.goto(f"{indexed.url}/articles/cafe-number-1/")
    assert "wasm" not in (page.locator("meta[http-equiv]").get_attribute("content") or "")


def test_without_its_index_the_lists_answer(page: Page, indexed: Served) -> None:
    """An index that does not come takes nothing away."""
    page.route("**/pagefind.js", lambda route: route.fulfill(body="broken(", content_type="text/javascript"))
    page.goto(f"{indexed.url}/search/?q=everything")

    expect(page.locator("#status")).to_have_text("1 article found")
    page.wait_for_timeout(300)
    expect(page.locator("#status")).to_have_text("1 article found")
