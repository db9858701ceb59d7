"""The four tests that carry the design, and the seal: incremental equals clean, whoever does the work."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.audit.sandbox import IoDenied, no_io
from broadsheet.build import renderer as press
from broadsheet.build.newsletter import read_newsletter
from broadsheet.build.remembered import BuildRequest
from broadsheet.cache.cache import MemoryCache
from broadsheet.cache.execute import BuildContext, WorkerPool
from broadsheet.core.digest import Hashed, digest
from broadsheet.core.progress import NoProgress
from broadsheet.plan import articles as articles_of_plan
from broadsheet.plan import plan_site
from broadsheet.plan.types import LazyView, Page
from broadsheet.render.jinja.templates import load_templates
from broadsheet.render.worker import render_batch
from broadsheet.source.tree import SourceTree
from tests.sites import AS_OF, SMALL_SITE, built, changed, edit, outputs, tree, without_drawings

ARTICLES = tuple(f"content/articles/{name}.md" for name in "abcdef")
WORDS = st.sampled_from(["alpha", "beta & co", "гамма", "<b>", "3 < 4", "{{ site }}", "“quoted”"])
TOPICS = st.lists(st.sampled_from(["ai", "money", "law"]), max_size=2, unique=True)


def article(
    title: str, day: int, topics: list[str], source: str, prose: str, *, is_draft: bool, with_summary: bool
) -> str:
    lines = [f"title: '{title}'", f"date: 2026-11-{day:02}T10:00Z", f"topics: [{', '.join(topics)}]"]
    if source:
        lines.append(f"source: {source}")
    if is_draft:
        lines.append("draft: true")
    if with_summary:
        lines.append(f"summary: 'About {title}'")
    return "---\n" + "\n".join(lines) + f"\n---\n{prose}\n"


articles = st.builds(
    article,
    WORDS,
    st.integers(1, 30),
    TOPICS,
    st.sampled_from(["", "Wire", "Bloomberg Tech"]),
    st.lists(
        st.sampled_from(["Some prose.", "## A heading", "A note.[^1]\n\n[^1]: The note.", "- one\n- two"]), max_size=4
    ).map("\n\n".join),
    is_draft=st.booleans(),
    with_summary=st.booleans(),
)
edits = st.one_of(
    st.tuples(st.sampled_from(ARTICLES), articles),
    st.tuples(st.sampled_from(ARTICLES), st.none()),
    st.tuples(
        st.just("config.yaml"),
        st.builds(
            (
                "title: {}\nbase_url: https://{}.example/\npage_size: {}\nlanguage: {}\ntimezone: {}\n"
                "share_cards: false\n"
            ).format,
            st.sampled_from(["Small News", "Other News"]),
            st.sampled_from(["small", "other"]),
            st.integers(1, 3),
            st.sampled_from(["en", "ru"]),
            st.sampled_from(["UTC", "Asia/Tokyo"]),
        ),
    ),
    st.tuples(
        st.just("content/topics.yaml"),
        st.none() | st.just("ai: Artificial intelligence\nmoney: Money\nlaw: {title: Law, description: Courts.}\n"),
    ),
    st.tuples(st.just("templates/style/base.css"), st.builds("p {{ margin: {}em }}\n".format, st.integers(0, 3))),
    st.tuples(
        st.just("content/pages/about.md"), st.builds("---\ntitle: {}\n---\nText.\n".format, st.sampled_from("AB"))
    ),
    st.tuples(st.just("templates/static/mark.txt"), st.none() | st.sampled_from(["one", "two"])),
    st.tuples(
        st.just("links.lock"),
        st.none()
        | st.builds(
            "https://wire.example/a\n  status {}\n  archive https://copies.example/{}\n".format,
            st.sampled_from(["200", "404", "odd"]),
            st.integers(1, 2),
        ),
    ),
)


@given(st.lists(edits, min_size=1, max_size=12))
def test_incremental_equals_clean(steps: list[tuple[str, str | None]]) -> None:
    """After every step of any sequence of edits, a build with a store gives the bytes of one without."""
    store = MemoryCache()
    source = without_drawings(tree(SMALL_SITE))
    for step in steps:
        source = changed(source, dict([step]))
        incremental, clean = built(source, store=store), built(source)
        assert incremental.problems == clean.problems
        assert (incremental.manifest is None) == (clean.manifest is None)
        if clean.manifest is not None:
            assert outputs(incremental) == outputs(clean)


def rendered(before: SourceTree, *, then: SourceTree) -> list[str]:
    """The pages that building `then` renders when `before` has been built."""
    store = MemoryCache()
    outputs(built(before, store=store))
    after = built(then, store=store)
    outputs(after)
    return list(after.rendered)


SITE = tree(SMALL_SITE)


def test_no_edit_renders_nothing() -> None:
    """What is unchanged costs no rendering."""
    assert rendered(SITE, then=SITE) == []


def test_a_changed_body_renders_its_page_and_the_feeds() -> None:
    """Editing the prose of an article touches its own page, and the feeds that carry its full text."""
    after = edit(SITE, "content/articles/b.md", "More prose", "Much more prose, and a longer lead")
    after = edit(after, "content/articles/b.md", "topics: [ai, money]", "topics: [ai, money]\nsummary: Fixed.")
    before = edit(SITE, "content/articles/b.md", "topics: [ai, money]", "topics: [ai, money]\nsummary: Fixed.")

    assert rendered(before, then=after) == [
        "/articles/second/",
        "/feed.atom",
        "/feed.json",
        "/feed.xml",
        "/topics/ai/feed.xml",
        "/topics/money/feed.xml",
    ]


def test_a_changed_page_renders_itself() -> None:
    """A static page is nobody's business but its own."""
    assert rendered(SITE, then=edit(SITE, "content/pages/about.md", "Who we are", "Who we were")) == ["/about/"]


def test_a_changed_list_template_renders_the_lists() -> None:
    """A template is an input of just the pages that use it."""
    after = changed(SITE, {"templates/404.html": SITE.files["templates/404.html"].read() + b"<!-- x -->"})

    assert rendered(SITE, then=after) == ["/404.html"]


def test_a_new_article_leaves_what_is_far_away_alone() -> None:
    """Publishing one article renders its page, its neighbour, and the lists and feeds it enters."""
    new = "---\ntitle: New\ndate: 2026-11-20T10:00Z\ntopics: [money]\n---\nNew prose.\n"

    touched = rendered(SITE, then=changed(SITE, {"content/articles/new.md": new}))

    assert [path.split(".")[0] if "/cards/" in path else path for path in touched] == [
        "/",
        "/404.html",
        "/archive/",
        "/archive/2026/",
        "/archive/2026/11/",
        "/articles/new/",
        "/articles/third/",
        "/feed.atom",
        "/feed.json",
        "/feed.xml",
        "/llms.txt",
        "/media/cards/new",
        "/search/2026-1.json",
        "/sitemap.xml",
        "/topics/",
        "/topics/money/",
        "/topics/money/feed.xml",
    ]


def test_a_renamed_article_renders_the_pages_that_point_at_it() -> None:
    """A link written as a path to the file survives a new slug; pages without such a link stay."""
    after = edit(SITE, "content/articles/a.md", "title: First", "title: First\nslug: the-very-first")
    touched = rendered(SITE, then=after)

    assert "/articles/the-very-first/" in touched
    assert "/articles/second/" in touched
    assert "/about/" not in touched
    assert b'href="/articles/the-very-first/"' in outputs(built(after))["articles/second/index.html"]


def test_executors_agree() -> None:
    """One process and two give the same bytes and the same problems."""
    inline = outputs(built(SITE))
    with WorkerPool(2, inline_below=1) as workers:
        pool = outputs(built(SITE, workers=workers))

    assert pool == inline


@contextmanager
def planted(fault: Any) -> Iterator[None]:
    """A hidden input for the time of a test: the fault is called with each page batch before it is rendered."""
    real = render_batch

    def faulty(batch: Any) -> Any:
        return real(fault(batch))

    vars(press)["render_batch"] = faulty
    try:
        yield
    finally:
        vars(press)["render_batch"] = real


def test_a_planted_hidden_input_is_found() -> None:
    """When pages read something that is not in their key, the comparison of incremental and clean sees it."""
    hidden = ["yesterday"]

    def fault(batch: Any) -> Any:
        return replace(batch, site=replace(batch.site, tagline=hidden[0]))

    with planted(fault):
        store = MemoryCache()
        built(SITE, store=store)
        hidden[0] = "today"
        with pytest.raises(AssertionError):
            assert outputs(built(SITE, store=store)) == outputs(built(SITE))


def test_a_planted_gap_in_the_key_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the key leaves out the template closure, an edited template is not seen, and the comparison sees that."""
    real = press.input_keys

    def without_closures(plan: Any, pages: Any, templates: Any) -> list[str]:
        return real(plan, pages, replace(templates, closures={}))

    monkeypatch.setattr(press, "input_keys", without_closures)
    store = MemoryCache()
    built(SITE, store=store)
    after = changed(SITE, {"templates/style/base.css": "p { margin: 9em }"})

    assert outputs(built(after, store=store)) != outputs(built(after))


def test_rendering_is_sealed_against_disk_and_network() -> None:
    """Planning, parsing and rendering open no file and no socket."""
    outputs(built(SITE))  # so that everything is imported
    with no_io() as reached:
        outputs(built(SITE))

    assert reached == []


def test_the_seal_is_able_to_fail() -> None:
    """A renderer that opens a file is seen."""

    def fault(batch: Any) -> Any:
        Path("/dev/null").read_bytes()
        return batch

    outputs(built(SITE))
    with planted(fault), no_io() as reached, pytest.raises(IoDenied):
        outputs(built(SITE))

    assert reached[0] == "open '/dev/null'"


def calls(source: SourceTree) -> dict[str, Page]:
    """The pages of a tree's plan whose views are made from parts, by the key of these parts."""
    context = BuildContext(MemoryCache(), WorkerPool(1), NoProgress())
    templates, _ = load_templates(source)
    newsletter = read_newsletter(source, BuildRequest(AS_OF), context)
    if not newsletter.is_config_valid:
        return {}
    plan, _ = plan_site(newsletter)
    made = [page for page in plan.pages if isinstance(page.content, LazyView)]
    return dict(zip(press.view_keys(press.site_digests(plan), made, templates), made, strict=True))


@given(st.lists(edits, min_size=1, max_size=8))
def test_a_view_depends_on_nothing_but_its_parts(steps: list[tuple[str, str | None]]) -> None:
    """Whatever else is edited: the same call with the same parts gives the same view."""
    source = without_drawings(tree(SMALL_SITE))
    seen: dict[str, str] = {}
    for step in steps:
        source = changed(source, dict([step]))
        for key, page in calls(source).items():
            assert seen.setdefault(key, digest(page.view)) == digest(page.view), page.path


def test_views_are_made_by_plain_functions() -> None:
    """What makes a view is found by its name and holds nothing by itself."""
    for page in calls(SITE).values():
        assert isinstance(page.content, LazyView)
        make: Any = page.content.function
        assert getattr(sys.modules[make.__module__], make.__qualname__) is make
        assert (make.__closure__, make.__defaults__, make.__kwdefaults__) == (None, None, None)


def test_a_view_that_shows_more_than_its_parts_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that shows how many articles there are, without having been handed the number, is seen to be stale."""
    real, count = articles_of_plan.article_view, ["3"]

    def leaking(*parts: Any) -> Any:
        return replace(real(*parts), byline=count[0])

    monkeypatch.setattr(articles_of_plan, "article_view", leaking)
    store = MemoryCache()
    built(SITE, store=store)
    count[0] = "4"
    after = edit(SITE, "content/articles/b.md", "More prose", "Even more prose")

    assert outputs(built(after, store=store)) != outputs(built(after))


def test_no_view_is_made_of_what_is_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """An edit elsewhere looks at no article; one in an article looks at it and those that name it, not at the rest."""
    real, seen = articles_of_plan.article_view, list[str]()

    def noting(hashed: Hashed, *parts: Any) -> Any:
        seen.append(hashed.value.model.title)
        return real(hashed, *parts)

    monkeypatch.setattr(articles_of_plan, "article_view", noting)
    store = MemoryCache()
    built(SITE, store=store)
    assert sorted(seen) == ["First", "Second", "Third"]
    seen.clear()
    built(edit(SITE, "content/pages/about.md", "Who we are", "Who we were"), store=store)
    assert seen == []
    built(edit(SITE, "content/articles/c.md", "Prose again", "Prose once more"), store=store)
    assert seen == ["Third"]
