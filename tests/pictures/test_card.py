"""Share cards and icons: deterministic, small, legible, and only where the font can write."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html
from PIL import Image

from broadsheet.cache.cache import MemoryCache
from broadsheet.cache.execute import WorkerPool
from broadsheet.pictures.card import card
from broadsheet.pictures.font_file import COVERED, drawable
from broadsheet.pictures.text_layout import face, fitted, font_file, shortened
from tests.sites import SMALL_SITE, built, changed, edit, outputs, tree

html: Any = lxml_html  # the stubs know no more of XPath than that it gives something
SITE = tree(SMALL_SITE)
TITLES = st.text(st.sampled_from(sorted(COVERED)), max_size=300)
SIZES = ((100, 2), (60, 4), (40, 6))


def opened(data: bytes) -> Any:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def meta(page: bytes) -> dict[str, str]:
    found = html.fromstring(page).xpath("//head/meta[@property or @name]")
    return {tag.get("property") or tag.get("name"): tag.get("content") for tag in found}


def pixels(side: int) -> dict[str, object]:
    return {"@type": "QuantitativeValue", "value": side, "unitCode": "E37"}


def test_every_article_has_a_card_of_its_own() -> None:
    """The head names it with its whole address, size and words, and the file is there."""
    found = outputs(built(SITE))
    seen = set()
    for name, title in (("first", "First"), ("second", "Second"), ("third", "Third")):
        tags = meta(found[f"articles/{name}/index.html"])
        path = tags["og:image"].removeprefix("https://small.example/")
        assert path.startswith(f"media/cards/{name}.")
        assert (tags["og:image:width"], tags["og:image:height"]) == ("1200", "630")
        assert tags["og:image:alt"] == f"{title} – Small News"
        assert tags["twitter:card"] == "summary_large_image"
        image = opened(found[path])
        assert (image.format, image.size, image.mode) == ("PNG", (1200, 630), "P")
        seen.add(found[path])
    assert len(seen) == 3


def test_all_other_pages_share_the_newsletters_card() -> None:
    """One card stands for the home page, lists and pages; a page that is not to be indexed has none."""
    found = outputs(built(SITE))
    pages = {path: meta(data).get("og:image") for path, data in found.items() if path.endswith(".html")}
    urls = {url for path, url in pages.items() if not path.startswith("articles/") and path != "404.html"}

    assert pages["404.html"] is None
    (url,) = urls
    assert url and opened(found[url.removeprefix("https://small.example/")]).size == (1200, 630)


def test_a_card_changes_with_its_words_alone() -> None:
    """A changed body draws no card; a changed title draws one, under a new name."""
    store = MemoryCache()
    before = outputs(built(SITE, store=store))
    body = built(edit(SITE, "content/articles/b.md", "More prose", "Much more prose"), store=store)
    assert not [path for path in body.rendered if "/cards/" in path]

    title = built(edit(SITE, "content/articles/b.md", "title: Second", "title: Second thoughts"), store=store)
    (drawn,) = [path for path in title.rendered if "/cards/" in path]
    assert drawn.removeprefix("/") not in before


def test_two_workers_draw_the_same_cards() -> None:
    """A process that has drawn other cards before, and one that has not, give the same bytes."""
    with WorkerPool(2, inline_below=1) as workers:
        assert outputs(built(SITE, workers=workers)) == outputs(built(SITE))


def test_cards_can_be_switched_off() -> None:
    """Then there are none, and no page names one."""
    found = outputs(built(edit(SITE, "config.yaml", "title: Small News\n", "title: Small News\nshare_cards: false\n")))

    assert not [path for path in found if path.startswith("media/cards/")]
    assert "og:image" not in meta(found["articles/first/index.html"])


@pytest.mark.parametrize("title", ["新しいモデルが登場", "نموذج جديد", "מודל חדש", "新 model"])
def test_a_title_that_the_font_cannot_write_gets_the_newsletters_card(title: str) -> None:
    """No empty boxes: what cannot be written whole is not written, and the newsletter's own card stands in."""
    source = edit(SITE, "content/articles/a.md", "title: First", f"title: '{title}'\nslug: first")
    found = outputs(built(source))

    assert meta(found["articles/first/index.html"])["og:image"] == meta(found["index.html"])["og:image"]


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Plain title", "Plain title"),
        ("Почему «Ант Груп» ушла — и куда", "Почему «Ант Груп» ушла — и куда"),
        ("Ελλάδα", "Ελλάδα"),
        ("Việt Nam đổi mới", "Việt Nam đổi mới"),
        ("🚀 Launch day 👩‍🚀!", "Launch day !"),
        ("Cafe\u0301", "Café"),
        ("non\u2011breaking soft\u00adhyphen", "non-breaking softhyphen"),
        ("Ant 蚂蚁 Group", ""),
        ("", ""),
    ],
)
def test_what_of_a_title_is_drawn(title: str, shown: str) -> None:
    """Emoji and invisible characters are left out; a title in part in another script is not cut to pieces."""
    assert drawable(title) == shown


def test_the_font_has_every_letter_that_we_count_on() -> None:
    """What planning takes for drawable is in the font that ships with us."""
    assert font_file().glyphs.keys() >= COVERED


def test_the_ends_of_the_alphabets_are_covered() -> None:
    """Latin with its accents, Cyrillic of the languages that use it, Greek, punctuation."""
    assert COVERED.issuperset("ÀÿŁłŐűŞțğØåßæœİıАяЁёІіЇїЄєҐґЎўҚқҒғӘәΑωΆώ“”„«»’–—…№€₽£¥×−½°§")


def test_letters_are_kerned() -> None:
    """As the font's own tables say, without a layout library that may be missing."""
    letters = face(640, 60)

    assert font_file().kerning("A", "V") < -50
    assert font_file().kerning("Г", "о") < -20
    assert letters.width("AV") < letters.width("A") + letters.width("V")


@pytest.mark.parametrize(
    "title",
    [
        "x", "W" * 200, "i" * 500, "One two three " * 40, "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk",
        "«Ёлки-палки»: " * 12, "A\u00a0B\u00a0C " * 50,
    ],
)  # fmt: skip
def test_a_card_stays_small_and_within_its_frame(title: str) -> None:
    """Any title makes a card below 50 KB with nothing in its margins; only the bar at the top reaches the edges."""
    data = card("Small News", title, "From a very long source of news; edited by somebody " * 5)
    image = opened(data)

    assert len(data) < 50_000
    for box in ((0, 20, 60, 630), (1140, 20, 1200, 630), (0, 600, 1200, 630)):
        assert image.crop(box).getextrema() == (0, 0)


@given(TITLES)
def test_no_title_breaks_a_card(title: str) -> None:
    """Whatever is drawable can be drawn, and twice to the same bytes."""
    shown = drawable(title)
    if shown.strip():
        assert card("News", shown, "") == card("News", shown, "")


@given(TITLES.map(drawable).filter(str.strip), st.integers(200, 1500))
def test_lines_fit_and_lose_nothing_before_the_last_size(text: str, width: int) -> None:
    """Each line fits into the width and there are no more than allowed; only the smallest size cuts words off."""
    letters = face(640, 60)
    size, lines = fitted(text, letters, width, SIZES)

    assert len(lines) <= dict(SIZES)[size]
    assert all(letters.width(line) * size <= width + 1 for line in lines if len(line) > 1)
    if size != SIZES[-1][0]:
        assert " ".join(lines) == text


def test_lines_are_even() -> None:
    """The words are spread over the lines instead of leaving one alone on the last."""
    _, lines = fitted("one two three four five six seven", face(640, 60), 800, ((60, 2),))

    assert lines == ("one two three", "four five six seven")


def test_what_is_shortened_says_so() -> None:
    """A line that does not fit ends in an ellipsis, and then fits."""
    letters = face(420, 20)

    assert shortened("short", letters, 100) == "short"
    cut = shortened("a much longer line of words", letters, 6)
    assert cut.endswith("…") and letters.width(cut) <= 6


def test_a_manifest_that_lies_ready_is_named() -> None:
    """It is the author's, whatever it says."""
    source = changed(SITE, {"content/static/site.webmanifest": b"{}"})
    page = html.fromstring(outputs(built(source))["index.html"])
    assert page.xpath("//link[@rel='manifest']/@href") == ["/site.webmanifest"]


def test_icons_and_manifest_come_with_every_site() -> None:
    """Every icon that a page or the manifest names is there, in the size that is said."""
    found = outputs(built(SITE))
    page = html.fromstring(found["index.html"])
    *links, manifest_url = page.xpath("//link[@rel='icon' or @rel='apple-touch-icon' or @rel='manifest']/@href")
    kind, _, data = manifest_url.partition(",")
    manifest = json.loads(unquote(data))

    assert kind == "data:application/manifest+json"
    for icon in manifest["icons"]:
        address = icon["src"].partition("?")[0]
        image = opened(found[address.removeprefix("https://small.example/")])
        assert f"{image.width}x{image.height}" == icon["sizes"]
    assert [icon.get("purpose") for icon in manifest["icons"]] == [None, None, "maskable"]
    assert (manifest["name"], manifest["lang"]) == ("Small News", "en")
    assert links == []  # browsers look for them at the root
    other = html.fromstring(found["topics/index.html"])
    assert not other.xpath("//link[@rel='manifest']")  # it would be fetched for each page that names it
    assert all(link.lstrip("/") in found for link in links)
    below = html.fromstring(
        outputs(built(edit(SITE, "config.yaml", "small.example/", "small.example/n/")))["index.html"]
    )
    assert "/n/favicon.ico" in below.xpath("//link[@rel='icon']/@href")
    assert opened(found["favicon.ico"]).format == "ICO"
    assert opened(found["apple-touch-icon.png"]).size == (180, 180)


def test_icons_are_made_from_the_logo() -> None:
    """A logo takes the place of the initial, and of an SVG of the newsletter's; its shape is kept."""
    file = BytesIO()
    Image.new("RGB", (400, 200), (0, 128, 0)).save(file, "PNG")
    source = edit(
        SITE, "config.yaml", "title: Small News\n", "title: Small News\npublisher: {logo: /static/logo.png}\n"
    )
    for path in ("templates/static/favicon.svg", "content/static/static/favicon.svg"):
        page = outputs(built(changed(SITE, {path: b"<svg/>"})))["index.html"].decode()
        assert html.fromstring(page).xpath("//link[@rel='icon']/@href") == ["/static/favicon.svg"]
    found = outputs(built(changed(source, {"templates/static/logo.png": file.getvalue(), path: b"<svg/>"})))

    image = opened(found["icons/512.png"]).convert("RGBA")
    assert image.getpixel((256, 256)) == (0, 128, 0, 255)
    assert image.getpixel((256, 40))[3] == 0
    assert b"favicon.svg" not in found["index.html"]


@pytest.mark.parametrize(
    ("logo", "said"),
    [
        ("", {"url": "https://small.example/icons/512.png", "width": pixels(512), "height": pixels(512)}),
        (
            "/static/logo.png",
            {"url": "https://small.example/static/logo.png", "width": pixels(300), "height": pixels(100)},
        ),
        ("/mark.svg", {"url": "https://small.example/mark.svg"}),
        ("https://cdn.example/logo.png", {"url": "https://cdn.example/logo.png"}),
    ],
)
def test_search_engines_are_told_of_the_logo(logo: str, said: dict[str, object]) -> None:
    """On the home page alone: with its size when it is a picture of ours; without one they get the largest icon."""
    file = BytesIO()
    Image.new("RGB", (300, 100), (0, 0, 255)).save(file, "PNG")
    files = {"templates/static/logo.png": file.getvalue(), "content/static/mark.svg": b"<svg/>"}
    named = f"title: Small News\npublisher: {{logo: '{logo}'}}\n" if logo else "title: Small News\n"
    found = outputs(built(changed(edit(SITE, "config.yaml", "title: Small News\n", named), files)))

    assert (
        f'"logo":{{"@type":"ImageObject",{json.dumps(said, separators=(",", ":"))[1:]}' in found["index.html"].decode()
    )
    assert [path for path, data in found.items() if b'"logo"' in data] == ["index.html"]


def test_a_logo_that_is_missing_or_broken_is_a_problem() -> None:
    """It is named with the way out; the address of a picture elsewhere is left alone."""
    source = edit(
        SITE, "config.yaml", "title: Small News\n", "title: Small News\npublisher: {logo: /static/logo.png}\n"
    )
    assert [problem.message for problem in built(source).problems] == ['there is no logo "/static/logo.png"']

    broken = changed(source, {"templates/static/logo.png": b"junk"})
    assert [problem.message for problem in built(broken).problems] == [
        'the logo "/static/logo.png": this is not a picture that can be read'
    ]
    elsewhere = edit(source, "config.yaml", "/static/logo.png", "https://cdn.example/logo.png")
    assert built(elsewhere).problems == ()


def test_an_editors_own_icon_stands() -> None:
    """What lies ready in content/static is published as it is."""
    found = outputs(built(changed(SITE, {"content/static/favicon.ico": b"own"})))

    assert found["favicon.ico"] == b"own"
