"""What every template must make of its view, whatever the view says."""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64encode
from dataclasses import fields, is_dataclass, replace
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import html5lib
import pytest

from broadsheet.i18n.messages import load_messages
from broadsheet.render.jinja.environment import environment
from broadsheet.render.jinja.stylesheet import compact
from broadsheet.render.jinja.templates import SUFFIXES
from broadsheet.views.assets import (
    HeadersView,
    NewsEntryView,
    NewsSitemapView,
    RedirectView,
    SitemapEntryView,
    SitemapView,
)
from broadsheet.views.common import (
    AlternateView,
    DateView,
    FigureView,
    HeadingView,
    HeadView,
    Html,
    ItemView,
    LinkView,
    PersonView,
    PromoView,
    SiteView,
    SourceView,
)
from broadsheet.views.pages import (
    ArticleView,
    EntryView,
    ListView,
    NotFoundView,
    OverviewView,
    SearchView,
    SectionView,
    TextPageView,
    WordFormView,
)
from tests.sites import SMALL_SITE, tree

TEMPLATES = Path(__file__).parents[3] / "templates"
BASE = "https://news.example/"
HOSTILE = (
    "</title></style><script>alert(1)</script>\"'><img src=x onerror=alert(2)> {{ 7 * 7 }} {% x %} AT&T &amp; 3 < 4"
)

DATE = DateView("2025-11-20T09:00:00+03:00", "20 November 2025")
TOPIC = LinkView("Health care", "/topics/health-care/")
SITE = SiteView(
    title="Hamidun News",
    tagline="Chosen and edited by people",
    language="en",
    direction="ltr",
    url="/",
    absolute_url=BASE,
    publisher=LinkView("Hamidun Academy", "https://academy.example/"),
    navigation=(LinkView("About", "/about/"), LinkView("Topics", "/topics/")),
    feed=LinkView("Hamidun News", "/feed.xml"),
    topics_url="/topics/",
    sources_url="/sources/",
    archive_url="/archive/",
    people_url="/people/",
    search_url="/search/",
    messages=load_messages(tree(SMALL_SITE), ["en"])[0]["en"].entries(),
)
ITEM = ItemView(
    "Ant Group bets on medicine", "/articles/ant/", "A sharp shift.", DATE, LinkView("Bloomberg Tech", "/b/"),
    (TOPIC, LinkView("Fintech", "/topics/fintech/")), 4, "en", "4 min",
)  # fmt: skip
NAMED_SOURCE = SourceView("Bloomberg Tech", "/sources/bloomberg-tech/", "", "", "", None, "")
LINKED_SOURCE = SourceView("The Register", "/r/", "https://r.example/a", "The doctor", "S. Sharwood", DATE, "CC BY")
CONTENTS = (HeadingView(2, "One", "#one"), HeadingView(3, "Two", "#two"), HeadingView(2, "Three", "#three"))
BODY: Any = Html('<p>Five years ago.</p>\n<h2 id="one">One</h2>\n<h3 id="two">Two</h3>\n<h2 id="three">Three</h2>\n')


def head(path: str, title: str = "A title") -> HeadView:
    return HeadView(title, "A description", BASE + path, "en", "ltr")


ARTICLE = ArticleView(
    head=head("articles/ant/"),
    headline="Ant Group bets on medicine",
    summary="A sharp shift.",
    byline="AI-processed from Bloomberg Tech; edited by Hamidun News",
    sources=(NAMED_SOURCE, LINKED_SOURCE),
    editor=PersonView("Z. Hamidun", "/people/z/", is_person=True),
    date=DATE,
    updated=DateView("2025-11-21T09:00:00+03:00", "21 November 2025"),
    minutes=4,
    topics=(TOPIC,),
    figure=FigureView("/a.png", "A clinic", "The clinic.", "Photo: Jane Doe", 1200, 700),
    contents=CONTENTS,
    body=BODY,
    promo=PromoView("From our publisher", "Learn it", "A course.", LinkView("Courses", "https://academy.example/")),
    previous=LinkView("Before", "/articles/before/"),
    next=LinkView("After", "/articles/after/"),
    related=(ITEM,),
    is_draft=True,
    reading="4 min read",
)
BARE_ARTICLE = replace(
    ARTICLE, summary="", byline="", sources=(), editor=PersonView("", "", is_person=False), updated=None, topics=(),
    figure=None, contents=(), promo=None, previous=None, next=None, related=(), is_draft=False,
)  # fmt: skip
HOME = ListView(
    head("", "Hamidun News"),
    "home",
    "Hamidun News",
    "",
    0,
    (),
    None,
    (ITEM,) * 20,
    None,
    LinkView("Page 2", "/page/2/"),
)
SOURCE = ListView(
    head("sources/b/"),
    "source",
    "Bloomberg Tech",
    "A desk.",
    0,
    (LinkView("1 article", ""), LinkView("b.com", "https://b.com/")),
    LinkView("Sources", "/sources/"),
    (ITEM,),
    None,
    None,
    "https://b.com/",
)
PERSON = replace(SOURCE, kind="person", title="Zara Hamidun", parent=LinkView("People", "/people/"))
MONTH = replace(SOURCE, kind="month", title="May 2025", facts=(), lead="", website="")
NUMBERED = replace(
    HOME,
    head=head("page/2/"),
    number=2,
    facts=(LinkView("Page 2", ""),),
    items=(ITEM,),
    newer=LinkView("Page 3", "/page/3/"),
    older=LinkView("Page 1", "/page/1/"),
)
ARCHIVE = OverviewView(
    head("archive/"),
    "Archive",
    "By month.",
    (SectionView("2025", "/archive/2025/", (EntryView("May", "/a/", "x", "1 article"),)),),
)
TOPICS = OverviewView(
    head("topics/"), "Topics", "", (SectionView("", "", (EntryView("Fintech", "/f/", "", "7 articles"),)),)
)
SEARCH = SearchView(
    head("search/"), "Search", "Find it.", ("/search/2025-1.json",), (TOPIC, LinkView("AI", "")),
    (LinkView("Wire", ""),), (), (WordFormView("one", "{n} found"), WordFormView("other", "{n} found")), "en",
)  # fmt: skip
ABOUT = TextPageView(head("about/"), "About us", "Who we are.", DATE, CONTENTS, BODY)
NOT_FOUND = NotFoundView(HeadView("Page not found", "", "", "en", "ltr"), (ITEM,), (TOPIC,))
MOVED = RedirectView(head("articles/ant/"), BASE + "articles/ant/", "/articles/ant/")

PAGES: dict[str, tuple[str, Any]] = {
    "article": ("article.html", ARTICLE),
    "article with the least": ("article.html", BARE_ARTICLE),
    "home": ("list.html", HOME),
    "home without articles": ("list.html", replace(HOME, items=(), older=None)),
    "source": ("list.html", SOURCE),
    "person": ("list.html", PERSON),
    "month": ("list.html", MONTH),
    "search": ("search.html", SEARCH),
    "numbered page": ("list.html", NUMBERED),
    "archive": ("overview.html", ARCHIVE),
    "topics": ("overview.html", TOPICS),
    "no topics": ("overview.html", replace(TOPICS, sections=())),
    "text page": ("page.html", ABOUT),
    "text page with the least": ("page.html", replace(ABOUT, summary="", updated=None, contents=())),
    "not found": ("404.html", NOT_FOUND),
    "not found on a new site": ("404.html", replace(NOT_FOUND, items=(), topics=())),
    "redirect": ("redirect.html", MOVED),
}
FULL_PAGES = [name for name in PAGES if name != "redirect"]


def render(template: str, page: Any, site: SiteView = SITE) -> str:
    sources = {
        path.relative_to(TEMPLATES).as_posix(): path.read_text()
        for path in sorted(TEMPLATES.rglob("*"))
        if path.suffix in SUFFIXES
    }
    env = environment(tuple(sources.items()))
    return env.get_template(template).render(site=site, page=page, messages=SimpleNamespace(**dict(site.messages)))


def parse(markup: str) -> ElementTree.Element:
    """The tree of a page. Raises html5lib.html5parser.ParseError where the markup is not well-formed HTML."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False, strict=True)
    tree: ElementTree.Element = parser.parse(markup)
    return tree


def words(element: ElementTree.Element | None) -> str:
    assert element is not None
    return " ".join("".join(element.itertext()).split())


def hostile(value: Any) -> Any:
    """The same view with HOSTILE in the place of every text, but for the language codes and the finished body."""
    if isinstance(value, Html):
        return value
    if isinstance(value, str):
        return HOSTILE if value else value
    if isinstance(value, tuple):
        return tuple(map(hostile, value))
    if is_dataclass(value) and not isinstance(value, type):
        kept = ("language", "direction", "kind", "messages", "form")
        changes = {f.name: hostile(getattr(value, f.name)) for f in fields(value) if f.name not in kept}
        return replace(value, **changes)
    return value


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_what_every_page_needs(name: str) -> None:
    """Language, direction, title, a main part, exactly one h1; unique ids; no attribute carries style or script."""
    tree = parse(render(*PAGES[name]))

    assert (tree.get("lang"), tree.get("dir")) == ("en", None)  # left to right is what HTML starts from
    assert words(tree.find("head/title"))
    assert len(tree.findall(".//main")) == 1
    assert len(tree.findall(".//h1")) == 1
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert [script.get("type") for script in tree.findall(".//script")] in (
        [None] if name == "search" else [], ["application/ld+json"]
    )  # fmt: skip
    names = {attribute for element in tree.iter() for attribute in element.attrib}
    assert not [attribute for attribute in names if attribute == "style" or attribute.startswith("on")]


@pytest.mark.parametrize("name", FULL_PAGES)
def test_the_first_link_skips_to_the_main_part(name: str) -> None:
    """Somebody who uses the keyboard passes the navigation with one key."""
    tree = parse(render(*PAGES[name]))
    first = tree.find(".//body//a")
    main = tree.find(".//main")

    assert first is not None and main is not None
    assert first.get("href") == f"#{main.get('id')}"


@pytest.mark.parametrize("name", FULL_PAGES)
def test_headings_leave_no_level_out(name: str) -> None:
    """Below an h2 comes an h3, never an h4."""
    levels = [
        int(element.tag[1]) for element in parse(render(*PAGES[name])).iter() if element.tag in ("h1", "h2", "h3", "h4")
    ]

    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("name", PAGES)
def test_hostile_text_stays_text(name: str) -> None:
    """Markup, quotes and template syntax in any field show as written and change nothing about the page."""
    template, page = PAGES[name]
    plain = parse(render(template, page))
    attacked = parse(render(template, hostile(page), hostile(SITE)))

    assert len(attacked.findall(".//script")) <= len(plain.findall(".//script"))
    assert "alert" not in "".join(words(script) for script in attacked.findall(".//script") if not script.get("type"))
    # Hostile addresses make the home page look like any other, which has a header and a paragraph more; and a site
    # that does not lie at the root of its host names its icons.
    found = [element for element in attacked.iter() if element.get("rel") not in ("icon", "apple-touch-icon")]
    assert {element.tag for element in found} <= {element.tag for element in plain.iter()} | {"p", "header"}
    assert not [element for element in attacked.iter() if "onerror" in element.attrib]
    assert words(attacked.find("head/title")).startswith(" ".join(HOSTILE.split()))


@pytest.mark.parametrize("name", FULL_PAGES)
def test_the_style_sheet_stands_in_the_page(name: str) -> None:
    """One request is enough: the style sheet comes with the page, and the policy names it by its hash."""
    tree = parse(render(*PAGES[name]))
    style, policy = tree.find("head/style"), tree.find("head/meta[@http-equiv='Content-Security-Policy']")

    assert style is not None and style.text and policy is not None
    assert style.text.startswith(compact((TEMPLATES / "style" / "base.css").read_text())[:200])
    found = b64encode(sha256(style.text.encode()).digest()).decode()
    assert f"style-src 'sha256-{found}';" in policy.get("content", "")
    assert not [link for link in tree.findall("head/link") if link.get("rel") == "stylesheet"]


def test_the_style_sheet_needs_nothing_from_elsewhere() -> None:
    """No import, no font, no picture, and nothing that Jinja2 would take for its own."""
    style = "".join(path.read_text() for path in (TEMPLATES / "style").iterdir())

    assert not [word for word in ("@import", "url(", "@font-face", "{{", "{%", "{#", "!important") if word in style]


def test_no_template_declares_text_safe() -> None:
    """Safe markup has the type Html; a template never says so itself."""
    for path in TEMPLATES.rglob("*.html"):
        assert not re.search(r"\|\s*safe|autoescape", path.read_text()), path


def test_an_article_shows_where_it_comes_from() -> None:
    """The byline stands before the text; a source with a link is linked, of one without the page says so."""
    text = words(parse(render("article.html", ARTICLE)).find(".//main"))

    assert text.index("AI-processed from Bloomberg Tech; edited by Hamidun News") < text.index("Five years ago.")
    assert "Bloomberg Tech. No link to the original is on record." in text
    assert "The Register, by S. Sharwood, 20 November 2025. Original: The doctor. Licence: CC BY." in text


def test_an_article_shows_both_its_times() -> None:
    """Published and updated are there for people and for machines."""
    side = parse(render("article.html", ARTICLE)).find(".//div[@class='side']")

    assert side is not None
    assert [time.get("datetime") for time in side.findall(".//time")] == [ARTICLE.date.iso, "2025-11-21T09:00:00+03:00"]
    assert "20 November 2025 · Updated 21 November 2025 · 4 min read" in words(side)


def test_a_promo_stands_apart_from_the_article() -> None:
    """It is an aside under its label, outside the article."""
    tree = parse(render("article.html", ARTICLE))
    promo = tree.find(".//aside")

    assert promo is not None and promo.get("aria-label") == "From our publisher"
    assert tree.find(".//article//aside") is None


@pytest.mark.parametrize(("is_sponsored", "rel"), [(True, "sponsored"), (False, None)])
def test_the_link_of_a_paid_promo_says_so(*, is_sponsored: bool, rel: str | None) -> None:
    """To search engines, which demand it of paid links; no other link of the page says it."""
    assert ARTICLE.promo is not None
    promo = replace(ARTICLE.promo, is_sponsored=is_sponsored)
    tree = parse(render("article.html", replace(ARTICLE, promo=promo)))

    assert [link.get("rel") for link in tree.findall(".//aside//a")] == [rel]
    assert sum(link.get("rel") == "sponsored" for link in tree.iter()) == is_sponsored


def test_a_draft_says_that_it_is_one() -> None:
    """Nobody takes a draft for a published article."""
    assert "Draft: not published" in render("article.html", ARTICLE)
    assert "Draft" not in render("article.html", BARE_ARTICLE)


def test_contents_lead_to_the_headings() -> None:
    """Each line of the contents is a link within the page."""
    tree = parse(render("article.html", ARTICLE))

    assert [a.get("href") for a in tree.findall(".//details//a")] == ["#one", "#two", "#three"]


def test_the_name_of_the_newsletter_is_the_headline_of_the_home_page_only() -> None:
    """The masthead is the h1 at home and a link home elsewhere."""
    home, source = parse(render("list.html", HOME)), parse(render("list.html", SOURCE))

    assert (words(home.find(".//h1")), words(source.find(".//h1"))) == ("Hamidun News", "Bloomberg Tech")
    assert words(home.find("head/title")) == "Hamidun News"
    assert words(source.find("head/title")) == "A title – Hamidun News"


def test_an_item_in_another_language_says_so() -> None:
    """Its title and summary carry the language, and their direction follows from the letters."""
    tree = parse(render("list.html", replace(HOME, items=(replace(ITEM, language="ar"), ITEM))))
    arabic, english = tree.findall(".//h2")

    assert (arabic.get("lang"), arabic.get("dir")) == ("ar", "auto")
    assert english.get("lang") is None


def test_words_of_the_newsletter_keep_their_language_on_a_page_in_another() -> None:
    """On an Arabic page of an English newsletter, the navigation stays English and left to right."""
    page = replace(ARTICLE, head=HeadView("أ", "ب", BASE + "ar/", "ar", "rtl"))
    tree = parse(render("article.html", page))
    masthead = tree.find(".//header[@class='masthead']")

    assert (tree.get("lang"), tree.get("dir")) == ("ar", "rtl")
    assert masthead is not None and (masthead.get("lang"), masthead.get("dir")) == ("en", "ltr")


def test_pages_that_are_not_to_be_indexed_say_so() -> None:
    """A page without a canonical address has no link to one, and asks not to be indexed."""
    lost = render("404.html", NOT_FOUND)

    assert 'name="robots" content="noindex"' in lost and "canonical" not in lost
    assert "noindex" not in render("article.html", ARTICLE)


def test_a_redirect_sends_on_by_itself_and_by_a_link() -> None:
    """It works in every browser, and search engines are told the real address."""
    tree = parse(render("redirect.html", MOVED))
    refresh, link = tree.find(".//meta[@http-equiv='refresh']"), tree.find(".//a")

    assert refresh is not None and refresh.get("content") == "0; url=/articles/ant/"
    assert link is not None and link.get("href") == "/articles/ant/"


@pytest.mark.parametrize("full_text", [False, True])
def test_the_script_of_the_search_page_is_allowed_by_its_hash(full_text: bool) -> None:
    """By the page and by its server, which would stop every other; WebAssembly only where text is looked through."""
    tree = parse(render("search.html", replace(SEARCH, indexes=("/search/full/2025/",) if full_text else ())))
    script = tree.find(".//main/script")
    policy = tree.find("head/meta[@http-equiv='Content-Security-Policy']")
    assert script is not None and script.text and policy is not None
    expected = f"'sha256-{b64encode(sha256(script.text.encode()).digest()).decode()}'"
    policies = policy.get("content", ""), render("headers.txt", HeadersView(full_text, is_staging=False))

    for text in policies:
        (allowed,) = re.findall(r"script-src ([^;]*);", text)
        assert expected in allowed and "unsafe-inline" not in allowed
        assert ("'wasm-unsafe-eval'" in allowed) == full_text


def test_headers_hold_below_the_root_of_the_site() -> None:
    """Rules without blank lines between their own lines; hashed files are kept for ever."""
    told = render("headers.txt", HeadersView(full_text=False, is_staging=False), replace(SITE, root_url="/news/"))

    assert [line for line in told.splitlines() if not line.startswith("  ")] == [
        "/news/*", "/news/media/*", "/news/sitemap-news.xml",
    ]  # fmt: skip
    assert "/news/media/*\n  Cache-Control: public, max-age=31536000, immutable\n" in told
    assert "\n  X-Content-Type-Options: nosniff\n" in told


@pytest.mark.parametrize(("is_index", "root", "entry"), [(False, "urlset", "url"), (True, "sitemapindex", "sitemap")])
def test_a_sitemap_is_well_formed(is_index: bool, root: str, entry: str) -> None:
    """It has the namespace of the protocol, escapes what it must, and leaves lastmod out where it is unknown."""
    page = SitemapView(is_index, (SitemapEntryView(BASE + "a?b&c='d'", "2025-11-20"), SitemapEntryView(BASE, "")))
    tree = ElementTree.fromstring(render("sitemap.xml", page).encode())
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"

    assert tree.tag == space + root
    assert [[(child.tag, child.text) for child in line] for line in tree.iter(space + entry)] == [
        [(space + "loc", BASE + "a?b&c='d'"), (space + "lastmod", "2025-11-20")],
        [(space + "loc", BASE)],
    ]


def test_the_frame_of_a_page_is_small() -> None:
    """With every part but a text, an article is at most 3,800 bytes compressed: 700 words more stay below 6,000."""
    assert len(gzip.compress(render("article.html", ARTICLE).encode(), 9)) <= 3_800


def json_ld(template: str, page: Any, site: SiteView = SITE) -> list[dict[str, Any]]:
    script = parse(render(template, page, site)).find(".//script[@type='application/ld+json']")
    assert script is not None and script.text
    content = json.loads(script.text)
    return content.get("@graph", [content])


def test_an_article_tells_machines_what_it_is() -> None:
    """What Google recommends of a NewsArticle, and the sources it is based on."""
    article, breadcrumbs = json_ld("article.html", ARTICLE)

    assert article["@type"] == "NewsArticle"
    assert article["headline"] == "Ant Group bets on medicine"
    assert (article["datePublished"], article["dateModified"]) == (DATE.iso, "2025-11-21T09:00:00+03:00")
    assert article["author"] == {"@type": "Person", "name": "Z. Hamidun", "url": BASE + "people/z/"}
    assert article["image"] == [BASE + "a.png"]
    assert (article["inLanguage"], article["mainEntityOfPage"]) == ("en", BASE + "articles/ant/")
    assert article["publisher"]["name"] == "Hamidun Academy"
    assert article["isBasedOn"][1] == {
        "@type": "CreativeWork",
        "name": "The doctor",
        "url": "https://r.example/a",
        "author": {"@type": "Person", "name": "S. Sharwood"},
        "datePublished": DATE.iso,
        "license": {"@type": "CreativeWork", "name": "CC BY"},
        "publisher": {"@type": "Organization", "name": "The Register"},
    }
    assert [(step["position"], step["name"]) for step in breadcrumbs["itemListElement"]] == [
        (1, "Hamidun News"), (2, "Health care"), (3, "Ant Group bets on medicine"),
    ]  # fmt: skip


def test_the_home_page_names_the_newsletter_and_who_publishes_it() -> None:
    """A WebSite and a NewsMediaOrganization with its policies; a numbered page has none of it."""
    site = replace(SITE, principles_url="/how-we-work/", corrections_url="/corrections/")
    website, organisation = json_ld("list.html", HOME, site)

    assert (website["@type"], website["url"], organisation["@type"]) == ("WebSite", BASE, "NewsMediaOrganization")
    assert organisation["correctionsPolicy"] == BASE + "corrections/"
    assert "ld+json" not in render("list.html", NUMBERED)


def test_hostile_text_stays_text_for_machines_too() -> None:
    """The data is JSON whatever the article says, and its script element ends where it should."""
    (article, *_) = json_ld("article.html", hostile(ARTICLE), hostile(SITE))

    assert article["headline"] == HOSTILE


def test_a_translated_page_leads_to_its_other_languages() -> None:
    """Search engines are told of all languages, itself among them; readers of the others."""
    alternates = (
        AlternateView("en", "English", "/a/", BASE + "a/"),
        AlternateView("ru", "Русский", "/ru/a/", BASE + "ru/a/"),
    )
    tree = parse(render("article.html", replace(ARTICLE, head=replace(ARTICLE.head, alternates=alternates))))
    switch = tree.findall(".//a[@hreflang]")

    assert [link.get("href") for link in tree.findall(".//link[@hreflang]")] == [BASE + "a/", BASE + "ru/a/"]
    assert [(link.get("href"), link.get("lang"), link.text) for link in switch] == [("/ru/a/", "ru", "Русский")]


def test_a_news_sitemap_is_well_formed() -> None:
    """Publication, language, date and title of each article."""
    page = NewsSitemapView((NewsEntryView("A & B", BASE + "a/", "3 < 4", "en", DATE.iso),))
    tree = ElementTree.fromstring(render("sitemap-news.xml", page).encode())
    space = "{http://www.google.com/schemas/sitemap-news/0.9}"

    assert [element.text for element in tree.iter() if element.tag.startswith(space) and element.text] == [
        "A & B", "en", DATE.iso, "3 < 4",
    ]  # fmt: skip
