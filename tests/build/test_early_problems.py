"""Everything that can be known without rendering is told before the first page or picture is made, all at once."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from broadsheet.build.newsletter import read_newsletter
from broadsheet.build.remembered import BuildRequest
from broadsheet.core.outcome import Completed, Failed
from broadsheet.plan import plan_site
from broadsheet.render import worker
from broadsheet.render.job import Batch
from tests.sites import AS_OF, SMALL_SITE, a_bench, built, changed, edit, tree, without_drawings

SITE = without_drawings(tree(SMALL_SITE))
PHOTOS = 40
GALLERY = "content/articles/gallery.md"


def photo(seed: int) -> bytes:
    file = BytesIO()
    Image.effect_noise((64, 48), 40 + seed).convert("RGB").save(file, "JPEG")
    return file.getvalue()


def with_photos(date: str) -> dict[str, str | bytes | None]:
    """An article with forty photos and this date."""
    prose = "".join(f"![Photo {number}](photo-{number}.jpg)\n\n" for number in range(PHOTOS))
    article = f"---\nid: urn:test:gallery\ntitle: Gallery\ndate: {date}\n---\n{prose}"
    return {GALLERY: article, **{f"content/articles/photo-{number}.jpg": photo(number) for number in range(PHOTOS)}}


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The renderer of every job that is done from now on."""
    done: list[str] = []
    real = worker.render_batch

    def counting(batch: Batch) -> tuple[Completed | Failed, ...]:
        done.extend(job.renderer for job in batch.jobs)
        return real(batch)

    monkeypatch.setattr("broadsheet.build.renderer.render_batch", counting)
    return done


def told(result: Any) -> list[str]:
    return [str(problem).partition("\n")[0] for problem in result.problems]


def test_no_picture_is_made_while_there_is_an_error(rendered: list[str]) -> None:
    """Forty photos and a bad date: the date is told, and nothing has been rendered."""
    result = built(changed(SITE, with_photos("2026-02-30")))

    assert told(result) == [f'{GALLERY}:4:7: error: "2026-02-30" is not a valid date']
    assert rendered == []
    assert built(changed(SITE, with_photos("2026-11-20"))).manifest
    assert rendered.count("image") > PHOTOS


def test_no_picture_is_decoded_before_all_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kind and size are in the header."""
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", None)
    newsletter = read_newsletter(changed(SITE, with_photos("2026-11-20")), BuildRequest(AS_OF), a_bench())
    _, problems = plan_site(newsletter)

    assert (newsletter.problems, problems) == ((), [])
    assert {(found.width, found.height) for found in newsletter.pictures.values() if found.kind == "jpeg"} == {(64, 48)}


def test_a_site_without_config_has_one_problem(rendered: list[str]) -> None:
    """Nothing else is judged, as nearly everything would seem wrong."""
    result = built(changed(SITE, {"config.yaml": None, GALLERY: "---\ndate: never\n---\n"}))

    assert told(result) == ["config.yaml:1:1: error: config.yaml is missing"]
    assert rendered == []


def test_an_unreadable_config_makes_no_name_unknown() -> None:
    """The publisher may edit and write, but only the config file says who that is."""
    source = changed(SITE, {"content/people.yaml": "ann: Ann Lee\n"})
    source = edit(source, "content/articles/a.md", "topics: [ai]", "topics: [ai]\neditor: Small News\ndraft: perhaps")

    assert told(built(changed(source, {"config.yaml": "title: Some\npublisher: [x\n"}))) == [
        "config.yaml:2:12: error: the list that begins here is not closed",
        'content/articles/a.md:7:8: error: "perhaps" is neither true nor false',
    ]


def test_templates_content_links_and_config_are_told_together(rendered: list[str]) -> None:
    """One run: a value of the settings, a date, a name, a broken link of another file, and two templates."""
    source = edit(SITE, "config.yaml", "provenance: off\n", "provenance: off\npage_size: 0\n")
    source = edit(source, "content/articles/a.md", "date: 2026-11-01T10:00Z", "date: never")
    source = edit(source, "content/articles/b.md", "(a.md)", "(a.md) and [another](nowhere.md)")
    source = changed(source, {"templates/404.html": "{{ pagee }}", "templates/article.html": "{% if %}"})

    assert told(built(source)) == [
        'config.yaml:4:12: error: "0" is not a whole number from 1 to 100',
        'content/articles/a.md:4:7: error: cannot read "never" as a date',
        'content/articles/b.md:7:59: error: there is no file "nowhere.md"',
        'templates/404.html:1:1: error: there is no name "pagee"',
        "templates/article.html:1:1: error: expected an expression, got 'end of statement block'",
    ]
    assert rendered == []


def test_addresses_and_navigation_are_judged_beside_errors_of_content() -> None:
    """Whose own addresses are known: only a file that has none could be what is missing."""
    navigation = "navigation:\n- {title: About, url: /abuot/}\n"
    source = edit(SITE, "config.yaml", "provenance: off\n", f"provenance: off\n{navigation}")
    source = edit(source, "content/articles/a.md", "date: 2026-11-01T10:00Z", "date: never\naliases: [/about/]")

    assert told(built(source)) == [
        'config.yaml:5:23: error: the navigation leads to "/abuot/", which the site does not have',
        'content/articles/a.md:4:7: error: cannot read "never" as a date',
        'content/pages/about.md:1:1: error: two outputs want the path "/about/": /about/ from '
        "content/articles/a.md:5:11 and this one",
    ]


def test_a_link_to_a_file_with_errors_is_not_broken() -> None:
    """One mistake is one problem."""
    source = edit(SITE, "content/articles/a.md", "---\nid:", "--\nid:")
    source = edit(source, "content/articles/b.md", "More prose", "More prose, see [the first](/articles/first/)")

    assert [problem.where.path for problem in built(source).problems] == ["content/articles/a.md"]


def test_damage_is_told_where_the_picture_is_used() -> None:
    """Behind the header: it is found when the picture is made, and told once for each use."""
    prose = "![One](photo.jpg)\n\n![Another](photo.jpg)\n"
    head = "---\nid: urn:test:gallery\ntitle: Gallery\ndate: 2026-11-20\n---\n"
    whole = photo(1)
    source = changed(SITE, {GALLERY: head + prose, "content/articles/photo.jpg": whole[: len(whole) // 2]})

    assert told(built(source)) == [
        f'{GALLERY}:6:8: error: "photo.jpg": the picture is damaged',
        f'{GALLERY}:8:12: error: "photo.jpg": the picture is damaged',
    ]


def test_a_damaged_logo_is_told_where_it_is_named() -> None:
    """By the icons that are drawn from it."""
    source = changed(tree(SMALL_SITE), {"templates/static/logo.jpg": photo(1)[:1000]})
    source = edit(
        source,
        "config.yaml",
        "title: Small News\n",
        "title: Small News\nshare_cards: false\npublisher: {name: N, logo: /static/logo.jpg}\n",
    )

    assert told(built(source)) == ['config.yaml:3:28: error: the logo "/static/logo.jpg": the picture is damaged']


def test_what_moves_is_decoded_before_it_is_copied() -> None:
    """It is published as it is, but for its metadata; what cannot be shown is not published."""
    frames = [Image.effect_noise((64, 48), 40 + seed).convert("RGB") for seed in range(3)]
    head = "---\nid: urn:test:gallery\ntitle: Gallery\ndate: 2026-11-20\n---\n![One](film.png)\n"
    png = BytesIO()
    frames[0].save(png, "PNG", save_all=True, append_images=frames[1:])
    data = bytearray(png.getvalue())
    at = data.index(b"IDAT") + 20
    data[at : at + 40] = bytes(40)

    assert told(built(changed(SITE, {GALLERY: head, "content/articles/film.png": bytes(data)}))) == [
        f'{GALLERY}:6:8: error: "film.png": the picture is damaged',
    ]
