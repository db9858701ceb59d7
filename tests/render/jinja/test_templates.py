"""What a designer gets wrong is told with the template's name and line, before or while pages are rendered."""

from __future__ import annotations

import pytest

from broadsheet.render.jinja.templates import _unbalanced, load_templates
from broadsheet.source.tree import source_tree
from tests.cost import costs_less_than
from tests.sites import SMALL_SITE, built, changed, tree

SITE = tree(SMALL_SITE)


def problems(**templates: str) -> list[str]:
    """The problems of some templates alone, each without its hint."""
    loaded = load_templates(source_tree({f"templates/{name}.html": text for name, text in templates.items()}))
    return [str(problem).partition("\n")[0] for problem in loaded[1]]


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("a\n{{ sitee.title }}", 'templates/a.html:2:1: error: there is no name "sitee"'),
        ("a\n{% if %}", "templates/a.html:2:1: error: expected an expression, got 'end of statement block'"),
        ("{{ page.title", "templates/a.html:1:1: error: unexpected end of template, expected 'end of print statement'"),
        ("\n\n{{ page.title|shout }}", "templates/a.html:3:1: error: no filter named 'shout'"),
        ("{{ page.title|safe }}", "templates/a.html:1:1: error: no filter named 'safe'"),
        ("{{ [1]|random }}", "templates/a.html:1:1: error: no filter named 'random'"),
        ("{{ lipsum() }}", 'templates/a.html:1:1: error: there is no name "lipsum"'),
        ("{% include page.title %}", "templates/a.html:1:1: error: the name of an included template is computed"),
        ("{% include 'b.html' %}", 'templates/a.html:1:1: error: there is no template "b.html"'),
        ("{% include 'a.html' %}", 'templates/a.html:1:1: error: "a.html" includes itself'),
        ("{% if page %}", None),
    ],
)
def test_mistakes_are_found_on_loading(template: str, expected: str | None) -> None:
    """Each with its line; an unclosed block too."""
    found = problems(a=template)

    assert len(found) == 1
    assert expected is None or found == [expected]


NOT_CLOSED = "the quotation mark that begins here is never closed"


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ 'open }}", f"1:4: error: {NOT_CLOSED}"),
        ('a\nb {{ page.x ~ "open }}', f"2:15: error: {NOT_CLOSED}"),
        ("{{ 'open }}\n<p class='x'>\n", f"1:4: error: {NOT_CLOSED}"),
        ("a\n  {% if page.x == 'open %}\n\n<p class='x'>{% endif %}", f"2:19: error: {NOT_CLOSED}"),
        ("a {{ page.x ? 1 }}", '1:13: error: "?" does not belong here'),
        ("\n  {{ page.x page }}", "2:6: error: expected token 'end of print statement', got 'page'"),
        ("\n  {% if %}", "2:3: error: expected an expression, got 'end of statement block'"),
    ],
)
def test_a_syntax_error_is_named_where_it_is(template: str, expected: str) -> None:
    """Line and column; for a quotation mark without its partner the one that opens, not the next one in the page."""
    assert problems(a=template) == [f"templates/a.html:{expected}"]


def test_a_circle_of_includes_is_found() -> None:
    """Both ends are named."""
    assert problems(a="{% include 'b.html' %}", b="\n{% include 'a.html' %}") == [
        'templates/a.html:1:1: error: "a.html" includes itself by way of "b.html"',
        'templates/b.html:2:1: error: "b.html" includes itself by way of "a.html"',
    ]


def test_what_a_template_defines_itself_is_known() -> None:
    """Imported macros, loop variables and `set` are no unknown names, wherever they stand."""
    assert (
        problems(
            base="{% block main %}{% endblock %}",
            parts="{% macro link(to) %}<a>{{ to }}</a>{% endmacro %}",
            a="{% extends 'base.html' %}{% from 'parts.html' import link %}{% set x = 1 %}"
            "{% block main %}{% if page.x %}{% set y, z = page.x %}{{ y }}{{ z }}{% endif %}"
            "{{ link(x) }}{% for i in page.items %}{{ loop.index }}{{ i }}{% endfor %}{% endblock %}",
        )
        == []
    )


def test_a_closure_holds_what_is_reached_and_nothing_else() -> None:
    """Editing a template changes the digests of just those that need it."""
    sources = {"templates/a.html": "{% include 'b.html' %}", "templates/b.html": "b", "templates/c.html": "c"}
    before = load_templates(source_tree(sources))[0]
    after = load_templates(source_tree({**sources, "templates/b.html": "B"}))[0]

    assert [name for name, _ in before.closure("a.html").sources] == ["a.html", "b.html"]
    changed_names = [name for name in before.closures if before.closure(name) != after.closure(name)]
    assert changed_names == ["a.html", "b.html"]


def rendering(template: str) -> list[str]:
    """The problems of a site whose 404 page has this template."""
    result = built(changed(SITE, {"templates/404.html": template}))
    assert result.manifest is None
    return [str(problem).partition("\n")[0] for problem in result.problems]


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("a\n\n{{ page.headlin }}", 'templates/404.html:3:1: error: NotFoundView has no "headlin"'),
        ("\n{{ 1 / 0 }}", "templates/404.html:2:1: error: ZeroDivisionError: division by zero"),
        (
            "{% macro again() %}\n{{ again() }}{% endmacro %}{{ again() }}",
            "templates/404.html:2:1: error: a macro calls itself without end",
        ),
    ],
)
def test_mistakes_are_found_on_rendering(template: str, expected: str) -> None:
    """The template's line, and a page that it breaks."""
    assert rendering(template) == [f"{expected} (while rendering /404.html)"]


def test_one_mistake_on_many_pages_is_one_problem() -> None:
    """The first page is named and the others are counted."""
    result = built(changed(SITE, {"templates/article.html": "\n{{ page.nothing }}"}))

    assert [str(problem).partition("\n")[0] for problem in result.problems] == [
        'templates/article.html:2:1: error: ArticleView has no "nothing" (while rendering /articles/first/ and 2 more)'
    ]


THEME_OF_TWO = {
    "broadsheet/theme/article.html": "{% include 'style/base.css' %}",
    "broadsheet/theme/style/base.css": "p {}",
    "templates/article.html": "{% include 'style/base.css' %}",
    "templates/style/base.css": "p {}",
}


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"templates/artcle.html": "x"}, 'templates/artcle.html: nothing uses this file: did you mean "article.html"?'),
        (
            {"templates/styles/base.css": "x"},
            'templates/styles/base.css: nothing uses this file: did you mean "style/base.css"?',
        ),
        (
            {"templates/style/base.scss": "x"},
            'templates/style/base.scss: nothing uses this file: did you mean "style/base.css"?',
        ),
        (
            {"templates/sidebar.html": "x"},
            "templates/sidebar.html: nothing uses this file: include it in another template, or remove it",
        ),
        ({"templates/article.html": "{% include 'sidebar.html' %}", "templates/sidebar.html": "x"}, ""),
        ({"templates/README.md": "x", "templates/static/artcle.html": "x"}, ""),
    ],
)
def test_an_override_that_overrides_nothing_is_reported(files: dict[str, str], said: str) -> None:
    """With the name that was probably meant; a file of one's own is right when a template includes it."""
    _, found = load_templates(source_tree({**THEME_OF_TWO, **files}))

    assert [f"{problem.where.path}: {problem.message}: {problem.hint}" for problem in found] == ([said] if said else [])
    assert {problem.severity for problem in found} <= {"warning"}


def test_a_template_that_is_no_text_is_a_problem() -> None:
    """Latin-1 and the like are named with their line."""
    _, found = load_templates(source_tree({"templates/a.html": b"one\ntwo \xe9"}))

    assert [str(problem.where) for problem in found] == ["templates/a.html:2:5"]


@pytest.mark.parametrize(
    ("css", "said"),
    [
        ("a { b: c }\n@media print { d { e: f } }\n", ""),
        ("a { content: '}' }\n/* } { */\nb::after { content: \"{\" }\n{# { #}{% if site.title %}c {}{% endif %}", ""),
        ("a { color: {{ page.ink }} }", ""),
        ("a { b: c }\n.x { color: red\n", '2: this "{" is never closed'),
        ("a {}\n}\nb {}\n", '2: there is a "}" too many'),
        ("a { /* b }", '1: this "{" is never closed'),
    ],
)
def test_a_brace_without_its_partner_is_reported(css: str, said: str) -> None:
    """Of a style sheet, with its line; those in comments, quotes and tags do not count."""
    _, found = load_templates(source_tree({"templates/style/base.css": css}))
    told = [f"{problem.where.line}: {problem.message}" for problem in found if "browsers" in problem.hint]

    assert told == ([said] if said else [])
    assert {problem.severity for problem in found} <= {"warning"}


@pytest.mark.parametrize("character", ["{", "}", "{%", "{{", "{#", "/*", '"', "'"])
def test_braces_are_counted_in_linear_time(character: str) -> None:
    """Whatever a style sheet repeats."""
    with costs_less_than(2):
        _unbalanced("a.css", character * 200_000)


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{% block main %}x{% endblok %}", 'there is no tag "endblok": did you mean "endblock"?'),
        ("{% inclde 'a.html' %}", 'there is no tag "inclde": did you mean "include"?'),
        ("{% frobnicate %}", 'there is no tag "frobnicate": see docs/templates.md'),
    ],
)
def test_an_unknown_tag_names_the_one_that_was_meant(template: str, said: str) -> None:
    """In our own words."""
    _, (problem,) = load_templates(source_tree({"templates/a.html": template}))

    assert f"{problem.message}: {problem.hint}" == said
