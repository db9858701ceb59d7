"""Which pages exist, what they show, and what is said when addresses and links do not fit."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import etree
from lxml import html as lxml_html

from broadsheet.core.errors import Location
from broadsheet.core.urls import addresses
from broadsheet.plan.redirects import sitemaps
from broadsheet.plan.types import Page
from broadsheet.source.tree import SourceTree
from broadsheet.views.assets import TextView
from tests.sites import PICTURE, SMALL_SITE, UNPUBLISHED, built, changed, edit, outputs, tree, without_drawings

html: Any = lxml_html  # the stubs know no more of XPath than that it gives something
SITE = tree(SMALL_SITE)


def problems(source: SourceTree) -> list[str]:
    return [str(problem) for problem in built(source).problems]


def article(**fields: str) -> str:
    title = fields.get("title", "New")
    lines = {"id": f"urn:test:{title.replace(' ', '-')}", "title": title, "date": "2026-11-20T10:00Z"} | fields
    prose = lines.pop("prose", "Some prose.")
    return "---\n" + "".join(f"{name}: {value}\n" for name, value in lines.items()) + f"---\n{prose}\n"


def with_new(**fields: str) -> SourceTree:
    return changed(SITE, {"content/articles/new.md": article(**fields)})


def test_every_kind_of_output_is_there() -> None:
    """A small newsletter gives these files and no others."""
    found = outputs(built(SITE))

    assert sorted(path.split(".")[0] for path in found if path.startswith("media/")) == [
        "media/cards/first",
        "media/cards/newsletter",
        "media/cards/second",
        "media/cards/third",
    ]
    assert sorted(path for path in found if not path.startswith(("static/", "media/"))) == [
        "404.html",
        "_headers",
        "about/index.html",
        "apple-touch-icon.png",
        "archive/2026/11/index.html",
        "archive/2026/index.html",
        "archive/index.html",
        "articles/first/index.html",
        "articles/second/index.html",
        "articles/third/index.html",
        "favicon.ico",
        "feed.atom",
        "feed.json",
        "feed.xml",
        "feeds.opml",
        "icons/192.png",
        "icons/512.png",
        "icons/maskable-512.png",
        "index.html",
        "llms.txt",
        "provenance.json",
        "robots.txt",
        "search/2026-1.json",
        "search/index.html",
        "sitemap-news.xml",
        "sitemap.xml",
        "sources/index.html",
        "sources/wire/feed.xml",
        "sources/wire/index.html",
        "topics/ai/feed.xml",
        "topics/ai/index.html",
        "topics/index.html",
        "topics/money/feed.xml",
        "topics/money/index.html",
    ]


def test_drafts_and_scheduled_articles_stay_at_home() -> None:
    """Neither is published, listed or fed, and --drafts brings both."""
    source = changed(
        SITE,
        {
            "content/articles/d.md": article(title="Half done", draft="true"),
            "content/articles/s.md": article(title="For tomorrow", date="2026-12-01T10:00Z"),
        },
    )
    quiet, loud = built(source), built(source, drafts=True)

    assert not [path for path, data in outputs(quiet).items() if b"Half done" in data or b"For tomorrow" in data]
    assert {"articles/half-done/index.html", "articles/for-tomorrow/index.html"} <= set(outputs(loud))
    assert (quiet.due_title, quiet.due) == ("For tomorrow", "2026-12-01T10:00:00+00:00")
    assert built(source, as_of=datetime(2026, 12, 2, tzinfo=UTC)).due == ""


def test_a_link_by_path_survives_a_new_slug() -> None:
    """The page links to where the article went; the feed does so with an absolute URL."""
    pages = outputs(built(edit(SITE, "content/articles/a.md", "title: First", "title: First\nslug: other")))

    assert b'<a href="/articles/other/">the first</a>' in pages["articles/second/index.html"]
    assert b"https://small.example/articles/other/" in pages["feed.xml"]


@pytest.mark.parametrize(
    ("prose", "expected"),
    [
        ("[x](nowhere.md)", '6:5: error: there is no file "nowhere.md"'),
        ("[x](/nowhere/)", '6:5: error: the site has no "/nowhere/"'),
        ("[x](a.md#nothing)", '6:5: error: "content/articles/a.md" has no heading "#nothing"'),
        ("Text.\n\nMore ![x](gone.png)", '8:11: error: there is no file "gone.png"'),
        ("[x](../../config.yaml)", '6:5: error: there is no file "../../config.yaml"'),
        ("[x](/about)", '6:5: error: the site has no "/about"'),
    ],
)
def test_a_link_that_leads_nowhere_is_a_problem_with_its_place(prose: str, expected: str) -> None:
    """File, line and column of the link's target."""
    assert [text.partition("\n")[0] for text in problems(with_new(prose=prose))] == [
        f"content/articles/new.md:{expected}"
    ]


def test_a_link_to_a_draft_says_so() -> None:
    """A draft is not a missing file."""
    source = changed(with_new(prose="[x](d.md)"), {"content/articles/d.md": article(title="D", draft="true")})

    assert problems(source) == [
        'content/articles/new.md:6:5: error: "d.md" is not published: it is a draft\n'
        "  hint: publish it first, or take the link out"
    ]


def test_a_link_to_a_heading_needs_no_prefix() -> None:
    """other.md#a-heading finds the heading, whatever id the page gives it."""
    source = changed(
        SITE,
        {
            "content/articles/x.md": article(title="X", prose="## Why it matters\n\nText."),
            "content/articles/y.md": article(title="Y", prose="[x](x.md#why-it-matters)"),
        },
    )
    pages = outputs(built(source))

    assert b'href="/articles/x/#h-why-it-matters"' in pages["articles/y/index.html"]
    assert b'id="h-why-it-matters"' in pages["articles/x/index.html"]


def test_pictures_of_the_prose_are_published_and_others_are_not() -> None:
    """Only what some published prose uses lands in the site, under a name that holds its digest."""
    source = changed(
        SITE,
        {
            "content/articles/trip/index.md": article(title="Trip", prose="![A map](map.png)"),
            "content/articles/trip/map.png": PICTURE,
            "content/articles/trip/secret.png": PICTURE + b"secret",
        },
    )
    pages = outputs(built(source))
    media = [path for path in pages if path.startswith("media/m")]

    assert media == ["media/map.ff87c853.1.png", "media/map.ff87c853.1.webp"]
    assert not [path for path in pages if "secret" in path]
    assert f'src="/{media[0]}"'.encode() in pages["articles/trip/index.html"]
    assert f"https://small.example/{media[0]}".encode() in pages["feed.xml"]


def test_two_outputs_on_one_path_are_one_problem() -> None:
    """Also when they differ only by case; every origin is named."""
    source = with_new(aliases="[/About/]")

    assert problems(source) == [
        'content/pages/about.md:1:1: error: two outputs want the path "/about/": '
        "/About/ from content/articles/new.md:5:11 and this one\n"
        "  hint: give one of them another slug or alias"
    ]


def test_an_alias_is_a_page_and_a_line() -> None:
    """Hosts that know _redirects use the line, others serve the page."""
    pages = outputs(built(with_new(aliases="[/old/place/, /older]")))
    page = html.fromstring(pages["old/place/index.html"])

    assert pages["_redirects"].decode() == "/old/place/ /articles/new/ 301\n/older /articles/new/ 301\n"
    assert page.xpath("//link[@rel='canonical']/@href") == ["https://small.example/articles/new/"]
    assert page.xpath("//meta[@http-equiv='refresh']/@content") == ["0; url=/articles/new/"]
    assert "older/index.html" in pages


def test_a_site_below_a_path_keeps_its_prefix_everywhere() -> None:
    """With a base URL like https://host/news/ every internal link begins with /news/."""
    source = edit(SITE, "config.yaml", "https://small.example/", "https://small.example/news/")
    for path, data in outputs(built(source)).items():
        if path.endswith(".html"):
            links = html.fromstring(data).xpath("//a/@href | //link/@href | //img/@src")
            strays = [link for link in links if link.startswith("/") and not link.startswith("/news/")]
            assert strays == [], path


def test_neighbours_and_related_articles() -> None:
    """Previous and next are by date; related ones are older and share topics."""
    page = html.fromstring(outputs(built(SITE))["articles/second/index.html"])

    assert page.xpath("//a[@rel='prev']/@href") == ["/articles/first/"]
    assert page.xpath("//a[@rel='next']/@href") == ["/articles/third/"]
    assert page.xpath("//*[contains(@class, 'related')]//a/@href") == ["/articles/first/"]


def test_the_sitemap_lists_what_is_to_be_found() -> None:
    """All pages but the 404 page and redirects, articles with the moment they changed."""
    root = etree.fromstring(outputs(built(SITE))["sitemap.xml"])
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    entries = {url.findtext(f"{space}loc"): url.findtext(f"{space}lastmod") for url in root}

    assert entries["https://small.example/articles/third/"] == "2026-11-03T10:00:00+00:00"
    assert "https://small.example/404.html" not in entries
    assert len(entries) == 14


def test_a_long_sitemap_is_cut() -> None:
    """Beyond the limit there is an index and parts of at most that many URLs."""
    pages = [Page(f"/{number:02}/", "text", "", TextView(""), Location("x"), is_listed=True) for number in range(7)]
    maps: list[Any] = list(sitemaps(addresses("https://a.example/"), pages, limit=3))

    assert [(page.path, len(page.view.entries), page.view.is_index) for page in maps] == [
        ("/sitemap-1.xml", 3, False),
        ("/sitemap-2.xml", 3, False),
        ("/sitemap-3.xml", 1, False),
        ("/sitemap.xml", 3, True),
    ]


@pytest.mark.parametrize("drafts", [False, True])
def test_search_engines_stay_away_from_drafts(drafts: bool) -> None:
    """A build with drafts or scheduled articles says so in robots.txt, headers and each page, but not in feeds."""
    pages = outputs(built(without_drawings(tree(SMALL_SITE + UNPUBLISHED)), drafts=drafts))

    assert (b"\nDisallow: /\n" in pages["robots.txt"]) == drafts
    assert (b"\nAllow: /\n" in pages["robots.txt"]) != drafts
    assert (b"  X-Robots-Tag: noindex\n" in pages["_headers"]) == drafts
    lost = {"404.html"}  # which is never found
    for path, page in pages.items():
        if path.endswith(".html") and path not in lost and b'http-equiv="refresh"' not in page:
            assert (page.count(b'<meta name="robots" content="noindex">') == 1) == drafts, path
        elif not path.endswith(".html"):
            assert b"noindex" not in page or path == "_headers", path
