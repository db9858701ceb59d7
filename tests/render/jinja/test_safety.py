"""Templates cannot leave their view: what is written out is refused on loading, what is computed on rendering."""

from __future__ import annotations

import pytest

from broadsheet.cache.execute import WorkerPool
from broadsheet.render.jinja import page
from broadsheet.render.jinja.templates import load_templates
from broadsheet.source.tree import source_tree
from tests.sites import SMALL_SITE, built, changed, tree

SITE = tree(SMALL_SITE)


def on_loading(template: str | bytes) -> list[str]:
    """The problems of a template alone, each without its hint."""
    loaded = load_templates(source_tree({"templates/a.html": template}))
    return [str(problem).partition("\n")[0] for problem in loaded[1]]


def on_rendering(template: str) -> list[str]:
    """The problems of a site whose 404 page has this template, each without its hint."""
    result = built(changed(SITE, {"templates/404.html": template}))
    assert result.manifest is None
    return [str(problem).partition("\n")[0] for problem in result.problems]


@pytest.mark.parametrize(
    ("template", "column", "name"),
    [
        ("{{ cycler.__init__.__globals__.os.popen('id').read() }}", 11, "__init__"),
        ("{{ joiner.__init__.__globals__.os.popen('id').read() }}", 11, "__init__"),
        ("{{ namespace.__init__.__globals__ }}", 14, "__init__"),
        ("{{ range.__globals__ }}", 10, "__globals__"),
        ("{{ ''.__class__.mro()[1].__subclasses__() }}", 7, "__class__"),
        ("{{ ()['__class__'] }}", 8, "__class__"),
        ("{{ self.__init__.__globals__ }}", 9, "__init__"),
        ("{{ self._TemplateReference__context.environment }}", 9, "_TemplateReference__context"),
        ("{% macro m() %}{{ caller._func }}{% endmacro %}", 26, "_func"),
        ("{% macro m() %}{% endmacro %}{{ m._environment }}", 35, "_environment"),
        ("{% for x in page.y %}{{ loop._iterator.gi_frame }}{% endfor %}", 30, "_iterator"),
        ("{{ (page.items|map('upper')).gi_frame.f_back }}", 30, "gi_frame"),
        ("{{ page._x }}", 9, "_x"),
        ("{{ site['_x'] }}", 10, "_x"),
        ("{{ messages.__dict__ }}", 13, "__dict__"),
        ("{{ [page]|map(attribute='__class__')|list }}", 26, "__class__"),
        ("{{ [page]|map(attribute='head.__class__.x')|list }}", 31, "__class__"),
        ("{{ [page]|selectattr('__class__')|list }}", 23, "__class__"),
        ("{{ [page]|rejectattr('__class__')|list }}", 23, "__class__"),
        ("{{ [page]|sum(attribute='__class__') }}", 26, "__class__"),
        ("{{ [page]|join(',', attribute='__class__') }}", 32, "__class__"),
        ("{{ [page]|unique(attribute='__class__')|list }}", 29, "__class__"),
        ("{{ [page]|min(attribute='__class__') }}", 26, "__class__"),
        ("{% set n = namespace() %}{% set n._x = 1 %}", 35, "_x"),
        ("{{ ''.format_map(page) }}", 7, "format_map"),
    ],
)
def test_a_name_that_leads_out_is_refused_on_loading(template: str, column: int, name: str) -> None:
    """With its place, also on a later line."""
    assert f'templates/a.html:2:{column}: error: templates may not use "{name}"' in on_loading(f"text\n{template}")


@pytest.mark.parametrize(
    "template",
    ["{{ '{0.__class__}'.format(page) }}", "{{ '{0.__class__}'['format'](page) }}", "{{ page.a.format(1) }}"],
)
def test_text_formats_nothing(template: str) -> None:
    """It would read any attribute."""
    (problem,) = on_loading(template)

    assert problem.endswith('error: templates may not call "format"')


@pytest.mark.parametrize("filter_name", ["attr", "format", "safe", "random", "pprint", "xmlattr", "sort"])
def test_a_filter_that_is_not_listed_does_not_exist(filter_name: str) -> None:
    """Among them the one that reads attributes."""
    assert on_loading(f"{{{{ page|{filter_name}('__class__') }}}}") == [
        f"templates/a.html:1:1: error: no filter named '{filter_name}'"
    ]


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("{{ cycler['__in' ~ 'it__'] }}", "__init__"),
        ("{% set key = '__cla' ~ 'ss__' %}{{ page[key] }}", "__class__"),
        ("{% set key = '__cla' ~ 'ss__' %}{{ [page]|map(attribute=key)|list }}", "__class__"),
        ("{% set key = ['__class', '__']|join %}{{ [page]|map(attribute=key ~ '.mro')|list }}", "__class__"),
        ("{% set key = '__cla' ~ 'ss__' %}{{ [page]|selectattr(key)|list }}", "__class__"),
        ("{% set key = '__cla' ~ 'ss__' %}{{ [page]|sum(attribute=key) }}", "__class__"),
        ("{% set key = '__cla' ~ 'ss__' %}{{ page[key] is defined }}", "__class__"),
        ("{% set key = 'gi_fr' ~ 'ame' %}{{ ([1]|map('string'))[key] }}", None),
        ("{% set key = 'gi_fr' ~ 'ame' %}{{ ([1]|map('upper'))[key] }}", "gi_frame"),
        ("{% set show = '{0.__class__}'.format %}{{ show(page) }}", "__class__"),
        ("{% set key = 'for' ~ 'mat' %}{{ '{0.__class__}'[key](page) }}", "__class__"),
        ("{{ [page]|map('attr', '__class__')|list }}", None),
        ("{% autoescape false %}{{ cycler['__in' ~ 'it__'] }}{% endautoescape %}", "__init__"),
    ],
)
def test_a_computed_name_is_refused_on_rendering(template: str, name: str | None) -> None:
    """Whatever way it is made; nothing is published."""
    (problem,) = on_rendering(f"\n{template}")

    assert problem.startswith("templates/404.html:2:1: error: ")
    if name:
        assert f'templates may not use "{name}"' in problem or f"'{name}'" in problem


@pytest.mark.parametrize(
    ("template", "sign"),
    [
        ("{{ 10**(10**8) }}", "**"),
        ("{% set n = 10**8 %}{{ 10**n }}", "**"),
        ('{{ "a" * 10**10 }}', "*"),
        ("{{ 10**10 * [1] }}", "*"),
        ("{% set n = 9**999 %}{{ n*n*n*n*n*n*n*n }}", "*"),
        ("{{ '%9999999999d' % 1 }}", "%"),
        ("{{ '%*d' % (9999999999, 1) }}", "%"),
        ("{% autoescape false %}{{ 10**(10**8) }}{% endautoescape %}", "**"),
    ],
)
def test_a_result_that_would_fill_the_memory_is_refused(template: str, sign: str) -> None:
    """Before it is computed, which no limit could interrupt; when templates are compiled as well."""
    assert on_rendering(f"\n{template}") == [
        f'templates/404.html:2:1: error: the result of "{sign}" is too large (while rendering /404.html)'
    ]


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{% for a in range(99999) %}\n{% for b in range(99999) %}{% endfor %}{% endfor %}", "this takes too long"),
        (
            "{% set n = namespace(x='a') %}{% for a in range(99999) %}\n{% set n.x = n.x ~ n.x %}{% endfor %}",
            "this takes too much memory",
        ),
        (
            "{% for a in range(99999) %}\n{% for b in range(99999) %}{{ 'x' * 9999 }}{% endfor %}{% endfor %}",
            "this takes",
        ),
    ],
)
@pytest.mark.parametrize("processes", [1, 2])
def test_a_page_that_takes_too_much_is_a_problem(
    template: str, message: str, processes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the line of its template, in this process and in forked workers."""
    monkeypatch.setattr(page, "MOST_SECONDS", 0.3)
    monkeypatch.setattr(page, "MOST_BYTES", 100_000_000)
    result = built(changed(SITE, {"templates/404.html": template}), workers=WorkerPool(processes, inline_below=1))
    (problem,) = result.problems

    assert result.manifest is None
    assert problem.where.path == "templates/404.html"
    assert problem.where.line == 2 or "9999 }}" in template  # the pieces of a page are joined outside of its template
    assert problem.message.startswith(message)


def test_harmless_templates_still_work() -> None:
    """Fields called "format", arithmetic, repetitions, and text with a percent sign."""
    template = (
        "{% for feed in page.head.feeds %}{{ feed.format }};{% endfor %}{{ 3 * 4 }} {{ 'ab' * 2 }} {{ 2**8 }} "
        "{{ 7 % 4 }} {{ '%02d' % 5 }}{% macro m(a) %}<{{ a }}>{% endmacro %}{{ m(1) }}{{ {'format': 1}.format }}"
    )
    result = built(changed(SITE, {"templates/404.html": template}))

    assert result.problems == ()
    assert result.manifest is not None
    assert result.read("404.html", result.manifest.entries["404.html"]).endswith(b"12 abab 256 3 05<1>1")


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (b"one\ntw\x00o", "2:3: error: there is a control character (U+0000) in the text"),
        (b"\x1b[0m", "1:1: error: there is a control character (U+001B) in the text"),
        (b"a {{ '\\x00' }}", "1:7: error: there is a control character (U+0000) in the text"),
        (b"one\ntwo \xe9", "2:5: error: the byte 0xE9 is not valid UTF-8"),
    ],
)
def test_a_template_is_clean_text(template: bytes, expected: str) -> None:
    """No NUL, no other control character, whether it stands there or is escaped."""
    assert on_loading(template) == [f"templates/a.html:{expected}"]


@pytest.mark.parametrize(
    "template", ["", "  \n", "{% if page.nothing is defined %}x{% endif %}", "{# only a comment #}"]
)
def test_an_empty_page_is_an_error(template: str) -> None:
    """With the template's name: it is hardly meant, and nothing would say so."""
    assert on_rendering(template) == [
        "templates/404.html:1:1: error: this template renders an empty page (while rendering /404.html)"
    ]
