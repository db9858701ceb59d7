"""The search page: it answers while one types, and says what to do where it cannot."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Served
from tests.sites import REPOSITORY


def titles(page: Page) -> list[str]:
    return page.locator("#found h2").all_inner_texts()


def test_nothing_is_loaded_before_somebody_searches(page: Page, site: Served) -> None:
    """The lists come when the field is focused, newest year first."""
    site.asked.clear()
    page.goto(f"{site.url}/search/")
    page.wait_for_load_state("networkidle")
    assert not [path for path in site.asked if path.endswith(".json")]
    with page.expect_response("**/2025-1.json"):
        page.get_by_label("Search", exact=True).focus()

    assert [path for path in site.asked if path.endswith(".json")] == ["/search/2026-1.json", "/search/2025-1.json"]


def test_it_answers_with_the_first_keys(page: Page, site: Served) -> None:
    """Neither case nor accents matter; what is found in titles comes first; the address keeps the question."""
    page.goto(f"{site.url}/search/")
    page.get_by_label("Search", exact=True).press_sequentially("cafe 1")

    expect(page.locator("#status")).to_have_text("4 articles found")
    assert titles(page)[0] == "Café number 12" and len(titles(page)) == 4
    assert page.url == f"{site.url}/search/?q=cafe+1"
    expect(page.locator("#found .meta").first).to_contain_text("October 12, 2026 · The Post · Money")
    page.locator("#found a").first.click()
    assert page.url == f"{site.url}/articles/cafe-number-12/"


def test_an_address_with_a_question_is_answered(page: Page, site: Served) -> None:
    """A result can be sent on, and a plain form from another page leads here."""
    page.goto(f"{site.url}/search/?q=everything")
    expect(page.locator("#status")).to_have_text("1 article found")
    assert page.get_by_label("Search", exact=True).input_value() == "everything"

    page.goto(f"{site.url}/404.html")
    page.get_by_label("Search", exact=True).fill("story")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#status")).to_have_text("13 articles found")


def test_filters_by_topic_source_and_year(page: Page, site: Served) -> None:
    """Each narrows what is found, with words or without."""
    page.goto(f"{site.url}/search/")
    page.get_by_label("Topic").select_option("Machines that learn")
    expect(page.locator("#status")).to_have_text("7 articles found")
    page.get_by_label("Year").select_option("2026")
    expect(page.locator("#status")).to_have_text("1 article found")
    page.get_by_label("Topic").select_option("")
    page.get_by_label("Source").select_option("The Post")
    expect(page.locator("#status")).to_have_text("6 articles found")
    assert page.url == f"{site.url}/search/?source=The+Post&year=2026"


def test_it_says_when_nothing_is_found_or_the_list_does_not_come(page: Page, site: Served) -> None:
    """In words, to screen readers too."""
    page.goto(f"{site.url}/search/")
    page.get_by_label("Search", exact=True).fill("zebra")
    expect(page.get_by_role("status")).to_have_text("No results. Try fewer or different words.")


def test_each_language_searches_its_own(page: Page, site: Served) -> None:
    """With the plural forms of the language."""
    page.goto(f"{site.url}/ru/search/?q=история")
    expect(page.locator("#status")).to_have_text("Найдена 1 статья")
    assert titles(page) == ["История со всем"]


def test_what_articles_say_stays_text(page: Page, site: Served) -> None:
    """The script writes text, never markup."""
    page.route("**/*.json", lambda route: route.fulfill(json={
        "prefix": "/articles/", "topics": [], "sources": ["<b>x</b>"],
        "rows": [["a/", "<img src=x onerror=alert(1)>", "<script>1</script>", "1 May", "2026", [], [0]]],
    }))  # fmt: skip
    page.goto(f"{site.url}/search/?q=img")
    expect(page.locator("#found h2").first).to_have_text("<img src=x onerror=alert(1)>")
    assert page.locator("#found img").count() == 0


def test_without_scripts_it_says_what_to_do(browser: Browser, site: Served) -> None:
    """Topics, sources and the archive lead to everything."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.url}/search/?q=x")

    expect(page.get_by_text("No JavaScript?")).to_be_visible()
    assert [link.get_attribute("href") for link in page.locator("main p a").all()] == [
        "/topics/", "/sources/", "/archive/",
    ]  # fmt: skip
    context.close()


FOLD = re.search(
    r"  const LETTERS = .*?\n  const plain = .*?;\n", (REPOSITORY / "templates/search.js").read_text(), re.S
)


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Straße", "STRASSE"), ("ＡＢＣ１", "abc1"), ("ｶﾞｼﾞｪｯﾄ", "がじぇっと"), ("ガジェット", "ｶﾞｼﾞｪｯﾄ"), ("Café", "cafe"),
        ("İstanbul", "istanbul"), ("ISPARTA", "ısparta"), ("ΟΔΟΣ", "οδος"), ("Łódź", "lodz"), ("שָׁלוֹם", "שלום"),
        ("مُحَمَّد", "محمد"), ("علي", "علی"), ("Ærø", "aero"),
    ],
)  # fmt: skip
def test_search_folds_what_readers_write_in_several_ways(page: Page, written: str, asked: str) -> None:
    """Case, accents, ß, the dotless i, full and half width, kana, vowel points."""
    assert FOLD is not None
    one, other = page.evaluate(f"(texts) => {{ {FOLD[0]} return texts.map(plain); }}", [written, asked])
    assert one == other


@pytest.mark.parametrize(("one", "other"), [("か", "が"), ("कि", "क"), ("กี", "ก")])
def test_search_keeps_marks_that_make_other_letters(page: Page, one: str, other: str) -> None:
    """Voiced kana and the vowels of Indic scripts and Thai."""
    assert FOLD is not None
    first, second = page.evaluate(f"(texts) => {{ {FOLD[0]} return texts.map(plain); }}", [one, other])
    assert first != second


def test_folding_twice_is_folding_once(page: Page) -> None:
    """For every letter of Unicode's first three planes; the index and the question go through the same function."""
    assert FOLD is not None
    changing = page.evaluate(f"""() => {{
        {FOLD[0]}
        const wrong = [];
        for (let code = 0; code < 0x30000; code++) {{
            const once = plain(`a${{String.fromCodePoint(code)}}b`);
            if (plain(once) !== once) wrong.push(code);
        }}
        return wrong;
    }}""")
    assert changing == []
