"""Problems of finished pages name the line that an author can mend."""

from __future__ import annotations

import pytest

from broadsheet.check.in_source import in_source
from broadsheet.core.errors import Location, warning
from broadsheet.plan.types import Page
from broadsheet.source.tree import source_tree
from broadsheet.views.assets import TextView

TREE = source_tree(
    {
        "config.yaml": "title: News\nnavigation:\n  - {title: Shop, url: https://shop.example/}\n",
        "content/articles/a.md": "---\ntitle: A\n---\nSee [it](https://a.example/x) here.\n\n#### Deep\n",
        "content/articles/b.md": "---\ntitle: B\n---\nOnly <https://b.example/?a=1&b=2#part>.\n",
        "templates/base.html": '<p>\n<a href="https://t.example/?a=1&amp;b=2" id="twice">x</a>',
        "templates/messages/en.yaml": "about: See https://m.example/\n",
    }
)
PAGES = [
    Page(
        "/a/", "page", "article.html", TextView(""), Location("content/articles/a.md", 2), owner="content/articles/a.md"
    ),
    Page("/", "page", "list.html", TextView(""), Location("config.yaml")),
]


def moved(message: str, path: str = "site/a/index.html") -> str:
    """The first line of such a problem."""
    (problem,) = in_source([warning(Location(path), message)], TREE, PAGES)
    return str(problem)


@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("https://a.example/x", "content/articles/a.md:4:10"),
        ("https://shop.example/", "config.yaml:3:24"),
        ("https://m.example/", "templates/messages/en.yaml:1:12"),
        ("https://t.example/?a=1&b=2", "templates/base.html:2:10"),
        ("https://b.example/?a=1&b=2", "content/articles/b.md:4:7"),
        ("https://a.example/", "content/articles/a.md:2:1"),
        ("https://nowhere.example/", "content/articles/a.md:2:1"),
    ],
)
def test_a_link_is_named_where_it_stands(address: str, where: str) -> None:
    """In the article, in settings, messages, templates or another article; a longer address is another one."""
    fault = f'the link to "{address}" returns 404'

    assert moved(fault) == f"{where}: warning: {fault} (on /a/)"


@pytest.mark.parametrize(
    ("message", "where"),
    [
        ("no other page leads to this one", "content/articles/a.md:2:1"),
        ("an h4 follows an h1", "content/articles/a.md:6:1"),
        ("the first heading is an h4", "content/articles/a.md:6:1"),
        ("this page has no h1", "content/articles/a.md:2:1"),
        ('the id "twice" stands 2 times in this page', "templates/base.html:2:42"),
    ],
)
def test_other_problems_of_a_page_are_named_in_its_file(message: str, where: str) -> None:
    """At the heading or the id, else where the page comes from."""
    assert moved(message) == f"{where}: warning: {message} (on /a/)"


def test_a_page_without_a_file_is_named_by_what_asks_for_it() -> None:
    """Such as a list; what is no page stays where it is."""
    assert (
        moved("this page has no title", "site/index.html") == "config.yaml:1:1: warning: this page has no title (on /)"
    )
    assert moved("this feed is long", "feed.xml") == "feed.xml:1:1: warning: this feed is long"
