"""What `check` finds in a finished site: each fault planted once, and nothing in a site without faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadsheet.build.remembered import BuildResult
from broadsheet.cache.cache import DiskCache, MemoryCache
from broadsheet.cache.execute import BuildContext, WorkerPool
from broadsheet.check import Outputs, check_outputs, page_facts
from broadsheet.check.external import check_external
from broadsheet.check.page_facts import PageStructure, facts_of
from broadsheet.core.progress import NoProgress
from broadsheet.source.tree import SourceTree
from broadsheet.web.client import Fetcher
from tests.servers.remote import Says, remote
from tests.sites import AS_OF, SMALL_SITE, built, changed, edit, manifest_of, tree

SITE = edit(tree(SMALL_SITE), "config.yaml", "title: Small News", "title: Small News\ntagline: News of small things.")


def memory_bench() -> BuildContext:
    return BuildContext(MemoryCache(), WorkerPool(1), NoProgress())


def pages_of(result: BuildResult) -> dict[str, PageStructure]:
    return page_facts(manifest_of(result), result.read, memory_bench())


def found(source: SourceTree) -> list[str]:
    result = built(source)
    assert result.problems == ()
    outputs = Outputs(manifest_of(result), result.read, AS_OF, pages=pages_of(result))
    return [str(problem).partition("\n")[0] for problem in check_outputs(outputs)]


def test_the_house_templates_make_a_site_without_faults() -> None:
    """Every page is linked, every link leads somewhere, every page has its own title and description."""
    linked = edit(SITE, "config.yaml", "tagline:", "navigation: [{title: About, url: /about/}]\ntagline:")

    assert found(linked) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("<h1>", '<h1 id="_main">', 'the id "_main" stands 2 times in this page'),
        ("<h1>", "<h3>Before</h3><h1>", "the first heading is an h3"),
        ("<h1>", "<h1>Two</h1><h1>", "this page has 2 h1"),
        ("<h1>", "<h1>x</h1><h4>y</h4><h1>", "an h4 follows an h1"),
    ],
)
def test_a_fault_within_a_page_is_found(old: str, new: str, expected: str) -> None:
    """Planted into the template of text pages."""
    problems = found(edit(SITE, "templates/page.html", old, new))

    assert [problem for problem in problems if expected in problem and "site/about/index.html" in problem]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('<a href="/nowhere/">x</a>', 'error: the link to "/nowhere/" is broken'),
        ('<a href="/topics">x</a>', 'warning: the link to "/topics" is redirected by most hosts'),
        ('<a href="/old/">x</a>', 'warning: the link to "/old/" goes to a page that redirects'),
        ('<a href="/about/#gone">x</a>', 'error: the link to "/about/#gone" goes to "#gone"'),
        ('<img src="gone.png" alt="">', 'error: the link to "gone.png" is broken'),
        ('<img src="/icons/192.png" srcset="/a.png 1x, /b.png 2x" alt="">', 'the link to "/b.png" is broken'),
        ('<a href="https://small.example/gone/">x</a>', "is broken"),
    ],
)
def test_a_link_that_leads_nowhere_or_by_a_detour_is_found(markup: str, expected: str) -> None:
    """Once for all the pages that hold it, wherever it comes from."""
    source = edit(SITE, "content/articles/a.md", "title: First", "title: First\naliases: [/old/]")
    problems = [
        problem for problem in found(edit(source, "templates/page.html", "<h1>", f"{markup}<h1>")) if "link" in problem
    ]

    assert len([problem for problem in problems if expected in problem]) == 1


def test_a_page_that_nobody_links_to_is_found() -> None:
    """Readers would never come there."""
    assert "site/about/index.html:1:1: warning: no other page leads to this one" in found(SITE)


def test_doubled_titles_and_descriptions_are_found() -> None:
    """The first page is named, and those that share its words."""
    page = "---\ntitle: About\nslug: who\nsummary: Who we are.\n---\nText.\n"
    source = changed(edit(SITE, "content/pages/about.md", "title: About", "title: About\nsummary: Who we are."),
                     {"content/pages/who.md": page})  # fmt: skip
    problems = found(source)

    assert 'site/about/index.html:1:1: warning: the title "About – Small News" is also that of /who/' in problems
    assert 'site/about/index.html:1:1: warning: the description "Who we are." is also that of /who/' in problems


def test_a_site_below_a_path_is_checked_below_it() -> None:
    """Its addresses keep the prefix, and one without it is off the site."""
    source = edit(SITE, "config.yaml", "https://small.example/", "https://small.example/news/")
    stray = edit(source, "templates/page.html", "<h1>", '<a href="/topics/">x</a><h1>')

    assert [problem for problem in found(source) if "no other page" not in problem] == []
    assert [problem for problem in found(stray) if "leaves the newsletter" in problem]


def test_facts_are_kept_by_the_bytes_of_a_page() -> None:
    """A second check reads no page again."""
    result, context = built(SITE), memory_bench()
    first = page_facts(manifest_of(result), result.read, context)

    def never(path: str, entry: object) -> bytes:
        raise AssertionError(path)

    assert page_facts(manifest_of(result), never, context) == first


def page_with(*links: str) -> dict[str, PageStructure]:
    return {"a/index.html": facts_of("".join(f'<a href="{link}">x</a>' for link in links).encode())}


def hurried() -> Fetcher:
    return Fetcher(pause_seconds=0)


def test_outgoing_links_are_tried_politely(tmp_path: Path) -> None:
    """HEAD first, GET where that is refused; what moved or is gone is told, what programs may not see is not."""
    cache = DiskCache(tmp_path)
    robots = Says(body=b"User-agent: *\nDisallow: /closed")
    with remote(fine=Says(), moved=Says(301, {"Location": "/fine"}), shy=Says(403), robots_txt=robots) as host:
        host.says["/no-head"] = Says(200, to_head=405)
        paths = ("/fine", "/moved", "/gone", "/shy", "/no-head", "/fine#part", "/closed")
        pages = page_with(*(f"{host.url}{path}" for path in paths))
        problems, tried, left = check_external(pages, cache, hurried(), now=1_000_000)

    assert (tried, left) == (6, 0)
    assert [str(problem).replace(host.url, "") for problem in problems] == [
        'site/a/index.html:1:1: warning: the link to "/gone" returns 404\n'
        "  hint: find its new URL, or say in the text that it is gone",
        'site/a/index.html:1:1: warning: the link to "/moved" has moved permanently\n  hint: change it to "/fine"',
    ]
    assert ("HEAD", "/fine") in host.asked and ("GET", "/fine") not in host.asked
    assert ("GET", "/no-head") in host.asked


def test_outgoing_links_are_not_tried_again_too_soon(tmp_path: Path) -> None:
    """What was fine is left alone for two weeks, what failed for a day; a run has its limit."""
    cache = DiskCache(tmp_path)
    with remote(fine=Says()) as host:
        pages = page_with(f"{host.url}/fine", f"{host.url}/gone")
        assert check_external(pages, cache, hurried(), now=1_000_000, most=1)[1:] == (1, 1)
        check_external(pages, cache, hurried(), now=1_000_000)
        host.asked.clear()
        assert check_external(pages, cache, hurried(), now=1_000_100)[1:] == (0, 0)
        assert check_external(pages, cache, hurried(), now=1_100_000)[1:] == (1, 0)
        assert {path for _, path in host.asked} == {"/robots.txt", "/gone"}
        host.asked.clear()
        assert check_external(pages, DiskCache(tmp_path), hurried(), now=1_100_001)[1:] == (0, 0)
    assert check_external({}, cache, hurried(), now=0)[1:] == (0, 0)


def test_a_host_that_wants_a_pause_is_asked_the_next_time(tmp_path: Path) -> None:
    """Nothing is kept, so nothing is told."""
    cache = DiskCache(tmp_path)
    with remote(busy=Says(429, {"Retry-After": "900"})) as host:
        assert check_external(page_with(f"{host.url}/busy"), cache, hurried(), now=0) == ([], 1, 0)
        assert check_external(page_with(f"{host.url}/busy"), cache, hurried(), now=1) == ([], 1, 0)


def test_a_host_that_does_not_answer_is_told(tmp_path: Path) -> None:
    """Nothing listens there any more."""
    with remote() as host:
        pass
    problems, *_ = check_external(page_with(f"{host.url}/fine"), MemoryCache(), hurried(), now=0)

    assert "does not work: Connection refused" in problems[0].message
