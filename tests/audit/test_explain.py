"""Explaining in words why a page is rendered again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.audit.explain import differences
from broadsheet.build.history import Inputs, record_inputs, recorded_inputs, tree_of
from broadsheet.build.remembered import BuildRequest
from broadsheet.cache.cache import DiskCache, MemoryCache
from broadsheet.cache.stages import Stage
from broadsheet.commands import main as cli
from broadsheet.core.digest import digest
from broadsheet.core.serialize import encode
from broadsheet.views.common import DateView, HeadView, LinkView, ProseView
from broadsheet.views.pages import TextPageView
from tests.sites import AS_OF, SMALL_SITE, built, tree, written

CHANGED = "{} has changed since the last build (2026-11-24 12:00+00:00):"
UNCHANGED = "Nothing that {} shows has changed since the last build (2026-11-24 12:00+00:00)."


def run(root: Path, *arguments: str) -> int:
    return cli.main([*arguments, "--root", str(root), "--as-of", AS_OF.isoformat(), "--quiet"])


def build(root: Path) -> None:
    assert run(root, "build") == 0


def explained(root: Path, page: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The lines that the command prints about a page."""
    capsys.readouterr()
    assert run(root, "explain", page) == 0
    return capsys.readouterr().out.splitlines()


def exchange(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text(encoding="utf-8")
    assert old in text
    (root / path).write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A small newsletter that has been built."""
    build(written(SMALL_SITE.replace("title: Small News", "share_cards: false\ntitle: Small News"), tmp_path))
    return tmp_path


def test_nothing_has_changed(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """After the first build there is nothing to tell; another build without a change tells the same."""
    assert explained(site, "/about/", capsys) == [UNCHANGED.format("/about/")]
    build(site)
    assert explained(site, "/about/", capsys) == [UNCHANGED.format("/about/")]


def test_a_new_title_is_told_where_it_shows(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On the article's own page, and on those that name it; others are unchanged."""
    exchange(site, "content/articles/c.md", "title: Third", "title: Third and last\nslug: third")

    assert explained(site, "/articles/third/", capsys) == [
        CHANGED.format("/articles/third/"),
        "  head.title: Third → Third and last",
        "  headline: Third → Third and last",
    ]
    assert explained(site, "/articles/second/", capsys) == [
        CHANGED.format("/articles/second/"),
        "  next.title: Third → Third and last",
    ]
    assert explained(site, "/about/", capsys) == [UNCHANGED.format("/about/")]


def test_new_prose_is_told(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Text is not printed, but named."""
    exchange(site, "content/pages/about.md", "Who we are", "Who we were")

    assert "  body: the text itself" in explained(site, "/about/", capsys)


def test_a_new_article_enters_its_lists(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its own page is new, and the list says which entry has come."""
    new = "---\ntitle: New\ndate: 2026-11-20T10:00Z\ntopics: [money]\n---\nNew prose.\n"
    (site / "content/articles/new.md").write_text(new)

    assert explained(site, "/articles/new/", capsys) == [CHANGED.format("/articles/new/"), "  the page is new"]
    assert '  items: new in the list: "/articles/new/"' in explained(site, "/topics/money/", capsys)
    (site / "content/articles/new.md").unlink()
    (site / "content/articles/c.md").unlink()
    assert explained(site, "/articles/third/", capsys) == [CHANGED.format("/articles/third/"), "  the page is gone"]


def test_a_changed_template_is_named(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The page's own, or one that it needs."""
    with (site / "templates/base.html").open("a") as file:
        file.write("<!-- x -->")
    assert explained(site, "/about/", capsys) == [
        CHANGED.format("/about/"),
        "  the template base.html, which page.html needs, has changed",
    ]


def test_what_all_pages_show_is_told_as_such(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A field of the site's view."""
    exchange(site, "config.yaml", "title: Small News", "title: Small News\ntagline: Twice a week")

    assert "  what all pages show: tagline: nothing → Twice a week" in explained(site, "/about/", capsys)


def test_after_a_build_the_build_is_explained(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who sees that a page was rendered wants to know why it was."""
    exchange(site, "content/pages/about.md", "title: About", "title: About us\nslug: about")
    build(site)

    assert explained(site, "/about/", capsys) == [
        UNCHANGED.format("/about/"),
        "That build rendered it again:",
        "  head.title: About → About us",
        "  headline: About → About us",
    ]
    exchange(site, "content/pages/about.md", "title: About us", "title: About")
    build(site)  # everything is in the cache, and yet the page has changed
    assert explained(site, "/about/", capsys)[2] == "  head.title: About us → About"


@pytest.mark.parametrize(
    "name",
    ["about", "/about", "about/index.html", "/about/#top", "https://small.example/about/", "content/pages/about.md"],
)
def test_a_page_may_be_named_in_many_ways(site: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    """By its path, its file, its address, or the file it comes from."""
    assert explained(site, name, capsys) == [UNCHANGED.format("/about/")]


def test_an_unknown_page_is_told_with_what_may_be_meant(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The end is 1."""
    capsys.readouterr()
    assert run(site, "explain", "/abuot/") == 1
    assert capsys.readouterr().err == 'the site has no page "/abuot/"; did you mean "/about/"?\n'


def test_without_a_last_build_there_is_nothing_to_tell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nor is there when the note is damaged: never an error."""
    written(SMALL_SITE, tmp_path)
    nothing = ["There is no record of a last build, so there is nothing to compare with."]
    assert explained(tmp_path, "/about/", capsys) == nothing
    build(tmp_path)
    note = tmp_path / ".broadsheet/v2/last_inputs.value"
    note.write_bytes(note.read_bytes()[:-1])
    assert explained(tmp_path, "/about/", capsys) == nothing


def test_another_engine_is_told_by_its_parts(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Which library, Python, or our own code."""
    store = DiskCache(site / ".broadsheet")
    last = recorded_inputs(store, Stage.LAST_INPUTS)
    assert last is not None
    libraries = tuple(
        "jinja2-3.0.0.dist-info" if name.startswith("jinja2-") else name for name in last.engine.libraries
    )
    version = next(name for name in last.engine.libraries if name.startswith("jinja2-"))[7:].removesuffix(".dist-info")
    store.set_value(
        Stage.LAST_INPUTS, encode(replace(last, engine=replace(last.engine, source="other", libraries=libraries)))
    )

    assert explained(site, "/about/", capsys) == [
        "/about/ is rendered again, as every page is:",
        "  Broadsheet's own code is another",
        f"  the library jinja2: 3.0.0 → {version}",
    ]


def test_a_copied_file_is_explained_too(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Pictures and static files have no view, only a source."""
    (site / "templates/static").mkdir(exist_ok=True)
    (site / "templates/static/mark.txt").write_text("one")
    build(site)
    (site / "templates/static/mark.txt").write_text("two")
    path = next(p for p in (site / "site").rglob("mark.txt")).relative_to(site / "site").as_posix()

    assert explained(site, path, capsys) == [
        CHANGED.format(f"/{path}"),
        "  templates/static/mark.txt, of which it is a copy, has other content",
    ]


def test_the_last_tree_comes_back_whole(tmp_path: Path) -> None:
    """What the plan reads is in the note; everything else is known by its digest."""
    store, source = MemoryCache(), tree(SMALL_SITE)
    assert built(source).tree is source
    record_inputs(store, source, BuildRequest(AS_OF))
    assert recorded_inputs(store, Stage.PREVIOUS_INPUTS) is None
    inputs = recorded_inputs(store, Stage.LAST_INPUTS)
    assert isinstance(inputs, Inputs)
    again = tree_of(inputs, tmp_path)
    assert dict(again.files) == dict(source.files)
    assert again.files["config.yaml"].read() == source.files["config.yaml"].read()


def page(title: str, urls: tuple[str, ...] = (), updated: DateView | None = None) -> TextPageView:
    head = HeadView("Head", "", "", "en", "ltr")
    return TextPageView(head, title, "", updated, (), ProseView("d", urls))


def test_long_values_are_cut_to_where_they_part() -> None:
    """The difference is in sight, however long the text."""
    old, new = page("word " * 100 + "one, then more"), page("word " * 100 + "two, then more")

    assert list(differences(old, new)) == ["headline: …word word word one, then more → …word word word two, then more"]
    assert list(differences(page("a\nb"), page("a"))) == ["headline: a⏎b → a"]


def test_optional_parts_come_and_go() -> None:
    """Nothing is "nothing", not None."""
    view = page("A", updated=DateView("2026-11-01", "1 November"))
    assert list(differences(page("A"), view)) == ['updated: nothing → "1 November"']


def test_equal_views_do_not_differ_and_every_difference_is_told() -> None:
    """A changed order or number of equal entries is a difference too."""
    a, b = LinkView("A", "/a/"), LinkView("B", "/b/")
    assert list(differences((a, b), (a, b))) == []
    order = ["links: the order, or entries of the same name"]
    assert list(differences((a, b), (b, a), "links")) == order
    assert list(differences((a, a), (a,), "links")) == order
    assert list(differences((a,), (LinkView("A", "/c/"),), "links")) == ["links[0].url: /a/ → /c/"]


links = st.builds(LinkView, st.sampled_from("AB"), st.sampled_from("/"))
views = st.builds(
    page, st.sampled_from(["", "A", "x" * 70]), st.lists(st.sampled_from("ab"), max_size=3).map(tuple)
) | st.lists(links, max_size=3).map(tuple)


@given(views, views)
def test_something_is_told_just_when_the_digests_differ(old: object, new: object) -> None:
    """No change of a key goes unexplained."""
    assert bool(list(differences(old, new))) == (digest(old) != digest(new))
