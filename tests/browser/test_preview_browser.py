"""The preview as an editor meets it: a save is on the screen, in a real browser, whatever was saved and however."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, Route, expect

from tests.newsroom import Newsroom, newsroom
from tests.previewing import IS_LONG, PATIENCE_SECONDS, SAVES, Preview, as_before, eventually, previewing, save_in_place
from tests.sites import SMALL_SITE, UNPUBLISHED

SAVES_AT_ONCE = 500 if IS_LONG else 100
FIRST_EDITS, EDITS = (600, 2_000) if IS_LONG else (50, 120)
MAY_GROW_BYTES = 12_000_000
expect.set_options(timeout=PATIENCE_SECONDS * 1000)  # a test must not fail because others keep the machine busy

SITE = (
    SMALL_SITE.replace("Some prose about the first thing.", "\n\n".join(f"Paragraph {n}." for n in range(200)))
    + UNPUBLISHED
)
FIRST, SECOND, THIRD = "/articles/first/", "/articles/second/", "/articles/third/"


@pytest.fixture
def fresh(tmp_path: Path) -> Newsroom:
    """A newsletter of five articles, one of them long, one a draft, one scheduled."""
    return newsroom(tmp_path, SITE)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    """A preview of such a newsletter."""
    with previewing(newsroom(tmp_path_factory.mktemp("shown"), SITE)) as started:
        yield started


@pytest.fixture
def preview(running: Preview) -> Iterator[Preview]:
    """The preview of a newsletter that is as it was, whatever the tests before have done to it."""
    with as_before(running):
        yield running


@pytest.fixture
def news(preview: Preview) -> Newsroom:
    """The newsletter that is shown."""
    return preview.news


@pytest.fixture
def page(preview: Preview, page: Page) -> Page:
    """A fresh tab that may not complain; it is closed before the preview ends."""
    return page


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """A fresh tab that may complain: a page that is not there, or a preview that was ended, is told on the console."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def edit(news: Newsroom, path: str, old: str, new: str, save: Callable[[Path, str], None] = save_in_place) -> None:
    """Saves a file with one passage exchanged."""
    file = news.root / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    save(file, text.replace(old, new))


def loads(page: Page) -> Callable[[], int]:
    """Counts how often the tab loads a document from now on."""
    seen: list[str] = []
    page.on("domcontentloaded", lambda tab: seen.append(tab.url))
    return lambda: len(seen)


def mark(page: Page) -> None:
    """Leaves a mark in the document, which is gone with it."""
    page.evaluate("document.documentElement.dataset.mark = 'here'")


def is_marked(page: Page) -> bool:
    """Whether it is still the document that was marked."""
    return bool(page.evaluate("document.documentElement.dataset.mark === 'here'"))


def came_to(page: Page, condition: str) -> bool:
    """Whether a condition holds in the page, which may be loading; the page's policy lets nothing wait in it."""
    with suppress(Error):
        return bool(page.evaluate(condition))
    return False


# What may be saved


def test_an_edit_is_shown(page: Page, news: Newsroom, preview: Preview) -> None:
    """On the page that is looked at, without a key being touched."""
    page.goto(preview.url + SECOND)
    edit(news, "content/articles/b.md", "More prose", "Better prose")

    expect(page.locator("article")).to_contain_text("Better prose")


def test_a_headline_is_shown_in_the_lists(page: Page, news: Newsroom, preview: Preview) -> None:
    """And on every page that names the article."""
    page.goto(f"{preview.url}/")
    edit(news, "content/articles/b.md", "title: Second", "title: Second to none")

    expect(page.locator("main")).to_contain_text("Second to none")


def test_a_template_is_shown(page: Page, news: Newsroom, preview: Preview) -> None:
    """The one that all pages extend, and one that is included."""
    page.goto(f"{preview.url}/")
    edit(news, "templates/base.html", "</footer>", "<p>Made with care.</p></footer>")
    expect(page.locator("footer")).to_contain_text("Made with care.")

    page.goto(preview.url + SECOND)
    edit(news, "templates/article.html", '<article class="page">', '<article class="page"><p>Read this.</p>')
    expect(page.locator("article")).to_contain_text("Read this.")


def test_a_style_is_exchanged_without_a_reload(page: Page, news: Newsroom, preview: Preview) -> None:
    """The document stays the one it was, with what was typed in it; also a second time, and on a page loaded later."""
    page.goto(f"{preview.url}/search/")
    mark(page)
    for colour, shown in (("#123456", "rgb(18, 52, 86)"), ("#654321", "rgb(101, 67, 33)")):
        css = (news.root / "templates/style/base.css").read_text()
        save_in_place(
            news.root / "templates/style/base.css", re.sub(r"--paper: #\w+;", f"--paper: {colour};", css, count=1)
        )
        eventually(partial(came_to, page, f"getComputedStyle(document.documentElement).backgroundColor === '{shown}'"))
        assert is_marked(page)
    page.reload()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(101, 67, 33)"


def test_a_setting_is_shown(page: Page, news: Newsroom, preview: Preview) -> None:
    """Of config.yaml."""
    page.goto(f"{preview.url}/")
    edit(news, "config.yaml", "title: Small News", "title: Large News")

    expect(page.locator("header.masthead")).to_contain_text("Large News")
    expect(page).to_have_title("Large News")


def test_a_registry_is_shown(page: Page, news: Newsroom, preview: Preview) -> None:
    """One that comes, one that changes."""
    page.goto(f"{preview.url}/topics/")
    news.write("content/topics.yaml", "ai: {title: Machines}\nmoney: {title: Money}\n")
    expect(page.locator("main")).to_contain_text("Machines")
    news.write("content/topics.yaml", "ai: {title: Engines}\nmoney: {title: Money}\n")
    expect(page.locator("main")).to_contain_text("Engines")


def test_a_new_article_is_shown(page: Page, news: Newsroom, preview: Preview) -> None:
    """In the lists, and at its address, at which one may have been waiting for it."""
    page.goto(f"{preview.url}/")
    news.write("content/articles/new.md", "---\ntitle: Brand new\ndate: 2026-11-20\n---\nText.\n")
    expect(page.locator("main")).to_contain_text("Brand new")
    page.get_by_role("link", name="Brand new").first.click()
    expect(page.locator("article")).to_contain_text("Text.")


def test_a_new_folder_is_shown(page: Page, news: Newsroom, preview: Preview) -> None:
    """With what is written into it at once, and what comes into it later."""
    page.goto(f"{preview.url}/")
    folder = news.root / "content/articles/2026/11"
    folder.mkdir(parents=True)
    (folder / "one.md").write_text("---\ntitle: In a folder\ndate: 2026-11-20\n---\nText.\n")
    expect(page.locator("main")).to_contain_text("In a folder")
    (folder / "two.md").write_text("---\ntitle: In it too\ndate: 2026-11-21\n---\nText.\n")
    expect(page.locator("main")).to_contain_text("In it too")
    (folder / "one.md").write_text("---\ntitle: Changed there\ndate: 2026-11-20\n---\nText.\n")
    expect(page.locator("main")).to_contain_text("Changed there")


def test_a_folder_that_is_moved_is_shown(page: Page, news: Newsroom, preview: Preview) -> None:
    """Into the newsletter from elsewhere, and what is saved in it afterwards."""
    elsewhere = news.root.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "moved.md").write_text("---\ntitle: Moved in\ndate: 2026-11-20\n---\nText.\n")
    page.goto(f"{preview.url}/")
    elsewhere.rename(news.root / "content/articles/moved")
    expect(page.locator("main")).to_contain_text("Moved in")
    (news.root / "content/articles/moved/moved.md").write_text("---\ntitle: Changed\ndate: 2026-11-20\n---\nText.\n")
    expect(page.locator("main")).to_contain_text("Changed")


def test_a_rename_is_shown(page: Page, news: Newsroom, preview: Preview) -> None:
    """The file's name is no part of the page, and links to it must follow."""
    page.goto(preview.url + SECOND)
    (news.root / "content/articles/a.md").rename(news.root / "content/articles/renamed.md")
    expect(page.get_by_text('there is no file "a.md"')).to_be_visible()
    edit(news, "content/articles/b.md", "(a.md)", "(renamed.md)")

    expect(page.get_by_text('there is no file "a.md"')).to_have_count(0)
    expect(page.get_by_role("link", name="the first")).to_have_attribute("href", FIRST)
    page.get_by_role("link", name="the first").click()
    expect(page.locator("h1")).to_have_text("First")


def test_a_click_outlives_a_refresh(page: Page, news: Newsroom, preview: Preview) -> None:
    """Whoever has followed a link is on the way, also when the page that is left changes meanwhile."""
    page.goto(preview.url + SECOND)
    asked = []

    def slow(route: Route) -> None:
        asked.append(route.request.url)
        edit(news, "content/articles/b.md", "More prose", "More prose, edited on the way")
        page.wait_for_timeout(1_000)
        route.continue_()

    page.route(preview.url + FIRST, slow, times=1)
    page.get_by_role("link", name="the first").click()
    expect(page.locator("h1")).to_have_text("First")
    assert asked


def test_a_press_outlives_a_refresh(page: Page, news: Newsroom, preview: Preview) -> None:
    """A page that changes under the finger waits until the finger is off it."""
    page.goto(preview.url + SECOND)
    page.get_by_role("link", name="the first").hover()
    page.mouse.down()
    edit(news, "content/articles/b.md", "More prose", "More prose, edited under the finger")
    page.wait_for_timeout(1_000)
    page.mouse.up()
    expect(page.locator("h1")).to_have_text("First")


def test_a_refresh_outlives_a_press(page: Page, news: Newsroom, preview: Preview) -> None:
    """What waited for a finger that followed no link is shown when it is off."""
    page.goto(preview.url + SECOND)
    page.locator("h1").hover()
    page.mouse.down()
    edit(news, "content/articles/b.md", "More prose", "More prose, edited under the finger")
    page.wait_for_timeout(500)
    page.mouse.up()
    expect(page.locator("main")).to_contain_text("edited under the finger")


def test_a_new_address_is_found(page: Page, news: Newsroom, preview: Preview) -> None:
    """The old one says that there is nothing any more, or leads to the new one."""
    page.goto(f"{preview.url}/")
    edit(news, "content/articles/c.md", "title: Third", "title: Third\nslug: third-of-all")
    expect(page.get_by_role("link", name="Third").first).to_have_attribute("href", "/articles/third-of-all/")
    assert preview.ask(THIRD).status == 404
    edit(news, "content/articles/c.md", "slug: third-of-all", f"slug: third-of-all\naliases: [{THIRD}]")
    eventually(lambda: preview.ask(THIRD).headers.get("location", "").endswith("/articles/third-of-all/"))


def test_a_deleted_article_is_gone(tab: Page, page: Page, news: Newsroom, preview: Preview) -> None:
    """From the lists; the tab that shows it comes to the page for what is not there, and comes back with it."""
    page.goto(f"{preview.url}/")
    tab.goto(preview.url + THIRD)
    text = (news.root / "content/articles/c.md").read_text()
    (news.root / "content/articles/c.md").unlink()

    expect(page.get_by_role("link", name="Third")).to_have_count(0)
    expect(tab.locator("article h1")).to_have_count(0)
    assert preview.ask(THIRD).status == 404
    (news.root / "content/articles/c.md").write_text(text)
    expect(tab.locator("h1")).to_have_text("Third")


def test_a_picture_is_shown(tab: Page, news: Newsroom, preview: Preview) -> None:
    """A new one, one that changes and one that goes; a picture for a page is in its tab."""
    from io import BytesIO

    from PIL import Image

    def picture(width: int) -> bytes:
        into = BytesIO()
        Image.new("RGB", (width, 40), "red").save(into, "PNG")
        return into.getvalue()

    (news.root / "content/articles/photo.png").write_bytes(picture(60))
    edit(news, "content/articles/c.md", "Prose again.", "![Something red](photo.png)")
    tab.goto(preview.url + THIRD)
    shown = tab.get_by_role("img", name="Something red")
    expect(shown).to_have_attribute("width", "60")
    (news.root / "content/articles/photo.png").write_bytes(picture(80))
    expect(shown).to_have_attribute("width", "80")
    eventually(lambda: came_to(tab, "[...document.images].every((image) => image.complete && image.naturalWidth)"))
    (news.root / "content/articles/photo.png").unlink()
    expect(tab.get_by_text('there is no file "photo.png"')).to_be_visible()


def test_a_file_that_is_copied_is_shown(page: Page, news: Newsroom, preview: Preview) -> None:
    """From content/static/, new and changed, though no page names it."""
    news.write("content/static/notes.txt", "one")
    preview.content("/notes.txt", "one")
    news.write("content/static/notes.txt", "two")
    preview.content("/notes.txt", "two")
    news.write("content/static/notes.txt", None)
    eventually(lambda: preview.ask("/notes.txt").status == 404)


# How it may be saved


@pytest.mark.parametrize("name", SAVES)
def test_every_way_of_saving_is_noticed(name: str, page: Page, news: Newsroom, preview: Preview) -> None:
    """Three times, of an article, and no problem is told of what lies about meanwhile."""
    page.goto(preview.url + THIRD)
    for text in ("Once.", "Twice.", "Three times."):
        file = news.root / "content/articles/c.md"
        SAVES[name](file, file.read_text().rstrip("\n").rpartition("\n")[0] + f"\n{text}\n")
        expect(page.locator("article")).to_contain_text(text)
    assert "error" not in preview.words


@pytest.mark.parametrize("name", SAVES)
def test_every_way_of_saving_a_template_is_noticed(name: str, page: Page, news: Newsroom, preview: Preview) -> None:
    """It is read anew, not taken from what the template engine knew."""
    page.goto(preview.url + THIRD)
    file = news.root / "templates/base.html"
    for text in ("Once", "Twice"):
        SAVES[name](file, file.read_text().rstrip("\n").rpartition("\n")[0] + f"\n</footer><p id=told>{text}</p>\n")
        expect(page.locator("#told")).to_have_text(text)
    assert "error" not in preview.words


def test_a_save_that_changes_nothing_refreshes_nothing(page: Page, news: Newsroom, preview: Preview) -> None:
    """Written again with the same words, or only touched."""
    page.goto(preview.url + THIRD)
    mark(page)
    file = news.root / "content/articles/c.md"
    save_in_place(file, file.read_text())
    file.touch()
    other = page.context.new_page()
    other.goto(preview.url + SECOND)
    edit(news, "content/articles/b.md", "More prose", "Better prose")
    expect(other.locator("article")).to_contain_text("Better prose")

    assert is_marked(page)


def test_many_rapid_saves_end_with_the_last(page: Page, news: Newsroom, preview: Preview) -> None:
    """No page goes back to an older text, nobody is refused meanwhile, and the last save is what is shown."""
    page.goto(preview.url + THIRD)
    file = news.root / "content/articles/c.md"
    text = file.read_text()
    newest = 0
    for number in range(1, SAVES_AT_ONCE + 1):
        save = [SAVES["in place"], SAVES["by rename"]][number % 2]
        save(file, text.replace("Prose again.", f"Save {number}."))
        answer = preview.ask(THIRD)
        assert answer.status == 200
        found = re.search(r"Save (\d+)\.", answer.text)
        assert found is None or int(found[1]) >= newest
        newest = int(found[1]) if found else newest

    expect(page.locator("article")).to_contain_text(f"Save {SAVES_AT_ONCE}.")
    assert preview.is_alive()


def test_a_checkout_is_one_refresh(page: Page, news: Newsroom, preview: Preview) -> None:
    """git changes, adds and removes a hundred files at once; the reader sees before and after, and nothing between."""
    if shutil.which("git") is None:
        pytest.skip("no git here")

    def git(*arguments: str) -> None:
        subprocess.run(
            ["git", "-c", "user.name=a", "-c", "user.email=a@b.example", *arguments],
            cwd=news.root,
            check=True,
            capture_output=True,
        )

    def article(number: int, name: str) -> None:
        news.write(
            f"content/articles/{name}{number}.md",
            f"---\nid: urn:x:{name}{number}\ntitle: {name} {number}\ndate: 2026-11-{number % 20 + 1:02}\n---\nText.\n",
        )

    git("init", "-q")
    for number in range(60):
        article(number, "old")
    git("add", "content", "templates", "config.yaml")
    git("commit", "-qm", "one")
    git("checkout", "-qb", "two")
    for number in range(60):
        news.write(f"content/articles/old{number}.md", None)
        article(number, "new")
    git("add", "-A", "content", "templates", "config.yaml")
    git("commit", "-qm", "two")
    preview.content("/archive/2026/11/", "new 59")
    page.goto(f"{preview.url}/archive/2026/11/")
    count = loads(page)
    git("checkout", "-q", "HEAD~1")
    expect(page.locator("main")).to_contain_text("old 59")
    expect(page.locator("main")).not_to_contain_text("new 59")
    assert count() == 1
    git("checkout", "-q", "two")
    expect(page.locator("main")).to_contain_text("new 59")
    expect(page.locator("main")).not_to_contain_text("old 59")
    assert count() == 2


# What stays


def test_where_one_was_reading_stays(page: Page, news: Newsroom, preview: Preview) -> None:
    """The place on the page, to the point, also when it was saved twice."""
    page.goto(preview.url + FIRST)
    page.evaluate("window.scrollTo(0, 3000)")
    for old, new in (("Paragraph 190.", "Paragraph one hundred and ninety."), ("Paragraph 191.", "The next.")):
        edit(news, "content/articles/a.md", old, new)
        expect(page.locator("article")).to_contain_text(new)
        eventually(lambda: came_to(page, "Math.abs(scrollY - 3000) < 2"), lambda: str(page.evaluate("scrollY")))


def test_the_focus_stays(page: Page, news: Newsroom, preview: Preview) -> None:
    """On the link that had it, and in a field with the words typed so far."""
    page.goto(preview.url + SECOND)
    page.get_by_role("link", name="the first").focus()
    edit(news, "content/articles/b.md", "More prose", "Better prose")
    expect(page.locator("article")).to_contain_text("Better prose")
    expect(page.get_by_role("link", name="the first")).to_be_focused()

    page.goto(f"{preview.url}/search/")
    field = page.locator("input[type=search], input[name=q]").first
    field.fill("thi")
    edit(news, "templates/base.html", "</footer>", "<p>Made with care.</p></footer>")
    expect(page.locator("footer")).to_contain_text("Made with care.")
    expect(field).to_be_focused()
    expect(field).to_have_value("thi")


def test_only_pages_that_show_a_change_are_refreshed(page: Page, news: Newsroom, preview: Preview) -> None:
    """A tab with another article stays as it is; so does the archive, which shows no bodies."""
    others = [page.context.new_page() for _ in range(3)]
    for tab, path in zip(others, (FIRST, "/archive/", "/about/"), strict=True):
        tab.goto(preview.url + path)
        mark(tab)
    page.goto(preview.url + THIRD)
    for number in range(3):
        edit(news, "content/articles/c.md", "Prose again" if not number else f"Prose {number}", f"Prose {number + 1}")
        expect(page.locator("article")).to_contain_text(f"Prose {number + 1}")

    assert [is_marked(tab) for tab in others] == [True, True, True]
    edit(news, "config.yaml", "title: Small News", "title: Large News")
    for tab in others:  # they are able to be refreshed
        expect(tab.locator("header.masthead")).to_contain_text("Large News")


def test_many_tabs_are_refreshed(browser: Browser, news: Newsroom, preview: Preview) -> None:
    """Eight of one window: a browser keeps only six connections to a host, and none may wait for another."""
    context = browser.new_context()
    tabs = [context.new_page() for _ in range(8)]
    for tab in tabs:
        tab.goto(preview.url + THIRD, timeout=10_000)
    edit(news, "content/articles/c.md", "Prose again", "Better prose")
    for tab in tabs:
        expect(tab.locator("article")).to_contain_text("Better prose")
    context.close()


def test_a_tab_that_was_away_is_up_to_date(page: Page, news: Newsroom, preview: Preview) -> None:
    """One comes back to it by the browser's Back, after something was saved."""
    page.goto(preview.url + THIRD)
    page.goto(preview.url + SECOND)
    edit(news, "content/articles/c.md", "Prose again", "Better prose")
    preview.content(THIRD, "Better prose")
    page.go_back()

    expect(page.locator("article")).to_contain_text("Better prose")


def test_a_preview_that_is_started_again_refreshes_its_tabs(tab: Page, fresh: Newsroom) -> None:
    """They look for it until it is back, and show what was saved meanwhile."""
    with previewing(fresh) as preview:
        tab.goto(preview.url + THIRD)
        port = preview.port
        preview.end()
    edit(fresh, "content/articles/c.md", "Prose again", "Better prose")
    with previewing(fresh, "--port", str(port)) as again:
        assert again.port == port
        expect(tab.locator("article")).to_contain_text("Better prose", timeout=15_000)


# Problems


def test_a_broken_save_is_told_over_the_last_good_page(page: Page, news: Newsroom, preview: Preview) -> None:
    """File, line, column, the lines around and the hint; all problems; the page below stays; it goes away by itself."""
    page.goto(preview.url + THIRD)
    edit(news, "content/articles/c.md", "topics: [money]", "topics: [money]\nsumary: A slip")
    place = page.get_by_text("content/articles/c.md:6:1")
    expect(place.first).to_be_visible()
    for words in (
        'unknown field "sumary"',
        "summary",
        "sumary: A slip",
        "topics: [money]",
        "date: 2026-11-03T10:00Z",
    ):
        expect(page.get_by_text(words).first).to_be_visible()
    expect(page.locator("article")).to_contain_text("Prose again.")
    assert "Prose again." in preview.ask(THIRD).text
    edit(news, "content/articles/b.md", "(a.md)", "(nowhere.md)")
    expect(page.get_by_text('there is no file "nowhere.md"').first).to_be_visible()
    eventually(lambda: "content/articles/c.md:6:1: error:" in preview.words)

    edit(news, "content/articles/c.md", "sumary: A slip", "summary: No slip")
    expect(place).to_have_count(0)
    expect(page.get_by_text('there is no file "nowhere.md"').first).to_be_visible()
    edit(news, "content/articles/b.md", "(nowhere.md)", "(a.md)")
    expect(page.get_by_text('there is no file "nowhere.md"')).to_have_count(0)
    expect(page.locator("article")).to_contain_text("No slip")


def test_problems_are_told_on_every_page(page: Page, news: Newsroom, preview: Preview) -> None:
    """Also on one that is opened while something is broken."""
    edit(news, "content/articles/c.md", "date: 2026-11-03T10:00Z", "date: yesterday")
    eventually(lambda: "c.md:4" in preview.words)
    page.goto(preview.url + FIRST)

    expect(page.get_by_text("content/articles/c.md:4").first).to_be_visible()
    edit(news, "content/articles/c.md", "date: yesterday", "date: 2026-11-03T10:00Z")
    expect(page.get_by_text("content/articles/c.md:4")).to_have_count(0)


def test_a_template_without_an_end_is_given_up(tab: Page, news: Newsroom, preview: Preview) -> None:
    """Nobody can wait for it: it is told of, by its line, and when it is mended all is well again."""
    tab.goto(f"{preview.url}/")
    before = (news.root / "templates/base.html").read_text()
    line = before[: before.index("</footer>")].count("\n") + 1
    loop = "{% for x in range(100000) %}{% for y in range(100000) %}{% endfor %}{% endfor %}"
    save_in_place(news.root / "templates/base.html", before.replace("</footer>", f"{loop}</footer>"))
    expect(tab.get_by_text(f"templates/base.html:{line}:1").first).to_be_visible()
    expect(tab.get_by_text("this takes too long").first).to_be_visible()
    expect(tab.locator("main")).to_contain_text("Second")
    save_in_place(news.root / "templates/base.html", before)
    expect(tab.get_by_text("this takes too long")).to_have_count(0)


BROKEN_TEMPLATES = {
    "syntax": ("{% endblock %}", "{% endblok %}"),
    "name": ("</footer>", "{{ nothing }}</footer>"),
    "attribute": ("</footer>", "{{ page.nothing.at.all }}</footer>"),
    "include": ("</footer>", '{% include "none.html" %}</footer>'),
    "half a tag": ("</footer>", "{{ </footer>"),
}


@pytest.mark.parametrize("name", BROKEN_TEMPLATES)
def test_a_broken_template_is_told_and_mended(name: str, page: Page, news: Newsroom, preview: Preview) -> None:
    """By its file and line, over the last good page."""
    page.goto(f"{preview.url}/")
    before = (news.root / "templates/base.html").read_text()
    old, new = BROKEN_TEMPLATES[name]
    save_in_place(news.root / "templates/base.html", before.replace(old, new, 1))
    expect(page.get_by_text(re.compile(r"templates/base\.html:\d+")).first).to_be_visible()
    expect(page.locator("main")).to_contain_text("Second")
    save_in_place(news.root / "templates/base.html", before)

    expect(page.get_by_text(re.compile(r"templates/base\.html:\d+"))).to_have_count(0)
    assert preview.is_alive()


def test_what_problems_quote_is_shown_and_not_obeyed(page: Page, news: Newsroom, preview: Preview) -> None:
    """Markup in a file that is broken stays text in the page that tells of it."""
    page.goto(preview.url + THIRD)
    evil = "<img src=x onerror=\"document.title='run'\"></script><script>document.title='run'</script>"
    edit(news, "content/articles/c.md", "topics: [money]", f"topics: [money]\n'{evil}': x # {evil}")
    expect(page.get_by_text("content/articles/c.md:6").first).to_be_visible()
    page.reload()
    expect(page.get_by_text("content/articles/c.md:6").first).to_be_visible()

    assert page.title() != "run"


BROKEN_AT_THE_START: dict[str, tuple[str, str | None, str]] = {
    "config": ("config.yaml", "title: [", "config.yaml:1"),
    "no config": ("config.yaml", None, "config.yaml"),
    "template": ("templates/base.html", "{% if %}", "templates/base.html:1"),
    "article": ("content/articles/b.md", "---\ntitle: [\n---\n", "content/articles/b.md:3"),
    "registry": ("content/topics.yaml", "a: [", "content/topics.yaml:1"),
}


@pytest.mark.parametrize("name", BROKEN_AT_THE_START)
def test_a_site_that_is_broken_at_the_start(name: str, tab: Page, fresh: Newsroom) -> None:
    """The preview starts all the same, says in the page and in the terminal what is wrong, and recovers by itself."""
    path, text, told = BROKEN_AT_THE_START[name]
    before = (fresh.root / path).read_bytes() if (fresh.root / path).exists() else None
    fresh.write(path, text)
    with previewing(fresh) as preview:
        preview.awaits(re.escape(told))
        tab.goto(f"{preview.url}/")
        expect(tab.get_by_text(told).first).to_be_visible()
        fresh.write(path, before)
        expect(tab.get_by_text(told)).to_have_count(0)
        expect(tab.locator("main")).to_contain_text("Second")
        assert preview.is_alive()


def test_a_newsletter_without_anything(tab: Page, tmp_path: Path) -> None:
    """An empty folder: the preview says what is missing, and begins when it comes."""
    made = newsroom(tmp_path, SITE)
    empty = tmp_path / "empty"
    empty.mkdir()
    with previewing(Newsroom(empty)) as preview:
        tab.goto(f"{preview.url}/")
        expect(tab.get_by_text("config.yaml").first).to_be_visible()
        for name in ("config.yaml", "templates", "content"):
            (made.root / name).rename(empty / name)
        expect(tab.locator("main")).to_contain_text("Second")
        edit(Newsroom(empty), "content/articles/b.md", "title: Second", "title: Twice")
        expect(tab.locator("main")).to_contain_text("Twice")


def test_a_folder_that_goes_and_comes_back(tab: Page, news: Newsroom, preview: Preview) -> None:
    """As when a disk is taken out, or a checkout replaces the whole folder: what is saved in the new one is noticed."""
    tab.goto(f"{preview.url}/")
    (news.root / "content").rename(news.root / "away")
    expect(tab.get_by_text("the content folder is missing").first).to_be_visible()
    (news.root / "away").rename(news.root / "content")
    expect(tab.get_by_text("the content folder is missing")).to_have_count(0)
    edit(news, "content/articles/b.md", "title: Second", "title: Twice")
    expect(tab.locator("main")).to_contain_text("Twice")


# Drafts


@pytest.mark.parametrize(
    ("path", "badge"), [("/articles/draft-of-a-thing/", "Draft"), ("/articles/later-thing/", "Scheduled")]
)
def test_what_is_not_published_says_so(path: str, badge: str, page: Page, preview: Preview) -> None:
    """A badge that nobody overlooks; an article that is live has none."""
    page.goto(preview.url + path)
    expect(page.get_by_text(re.compile(badge, re.IGNORECASE)).first).to_be_in_viewport()
    page.goto(preview.url + THIRD)
    expect(page.get_by_text("not published")).to_have_count(0)


def test_a_draft_becomes_live(page: Page, news: Newsroom, preview: Preview) -> None:
    """When the line is taken out, the badge goes, while one looks on."""
    page.goto(f"{preview.url}/articles/draft-of-a-thing/")
    edit(news, "content/articles/draft.md", "draft: true\n", "")

    expect(page.get_by_text("Draft: not published")).to_have_count(0)


# Endurance


def test_memory_is_steady(news: Newsroom, preview: Preview) -> None:
    """After many edits, each of which was served, the process holds about as much as after the first of them."""
    file = news.root / "content/articles/c.md"
    text = file.read_text()

    def save(number: int) -> None:
        save_in_place(file, text.replace("Prose again.", f"Edit {number}."))
        preview.content(THIRD, f"Edit {number}.")

    for number in range(FIRST_EDITS):
        save(number)
    before = preview.memory()
    for number in range(FIRST_EDITS, FIRST_EDITS + EDITS):
        save(number)

    grown = preview.memory() - before
    print(f"{EDITS} edits: from {before:,} bytes by {grown:,}")
    assert grown < MAY_GROW_BYTES
    assert preview.is_alive()


def test_nothing_is_refreshed_for_ever(page: Page, news: Newsroom, preview: Preview) -> None:
    """The preview reads files and writes its cache, and neither is taken for a change."""
    page.goto(preview.url + THIRD)
    edit(news, "content/articles/c.md", "Prose again", "Better prose")
    expect(page.locator("article")).to_contain_text("Better prose")
    page.wait_for_load_state()  # the text may be seen before the page is loaded
    count = loads(page)
    (news.root / ".broadsheet/touched").write_text("x")
    (news.root / "content/articles/.c.md.swp").write_text("x")
    (news.root / "content/articles/c.md~").write_text("x")
    news.build()
    edit(news, "content/articles/c.md", "Better prose", "The best prose")
    expect(page.locator("article")).to_contain_text("The best prose")
    page.wait_for_load_state()

    assert count() == 1
