"""Templates for speed give what ordinary ones give, or raise."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from jinja2 import UndefinedError

from broadsheet.render.jinja.environment import environment, fast_environment
from broadsheet.views.common import Html

PAGE = SimpleNamespace(
    title='R&D <b>"it\'s"</b>', body=Html("<p>R&amp;D</p>"), none=None, number=3, items=("a", "<b>"), pair={"key": "<"}
)
MACRO = "{% macro show(it, sign='!') %}<i>{{ it }}{{ sign }}" + (
    "{% if caller is defined and caller %}{{ caller() }}{% endif %}</i>{% endmacro %}"
)


def both(source: str) -> tuple[str, str]:
    """What the fast and the ordinary environment make of it."""
    sources = (("a.html", source), ("m.html", MACRO))
    fast, plain = [make(sources).get_template("a.html").render(page=PAGE) for make in (fast_environment, environment)]
    return fast, plain


@pytest.mark.parametrize(
    "source",
    [
        "{{ page.title }}{{ page.body }}{{ page.none }}{{ page.number }}{{ page.number > 2 }}{{ page.items }}",
        "{{ page.title.upper() }}{{ page.items | join(', ') }}{{ 'a<'.upper() }}{{ page.body ~ page.title }}",
        "{% for it in page.items %}{{ loop.index }}{{ loop.cycle('x', 'y') }}{{ it }}{% endfor %}",
        "{% for it in range(3) recursive %}{{ it }}{{ loop([]) }}{% endfor %}",
        "{% from 'm.html' import show with context %}{{ show(page.title) }}{{ show('<', sign='>') }}",
        "{% from 'm.html' import show %}{% call show('<') %}<b>{{ page.title }}</b>{% endcall %}",
        "{% import 'm.html' as m %}{{ m.show('a') }}{% set x %}{{ page.title }}{% endset %}{{ x }}{{ x | length }}",
        "{% set n = namespace(x=1) %}{% set n.x = n.x + 1 %}{{ n.x }}{% set j = joiner(',') %}{{ j() }}a{{ j() }}b",
        "{% autoescape false %}{{ page.title }}{% endautoescape %}{{ page.title }}",
        "{% from 'm.html' import show %}{% autoescape false %}{{ show(page.title) }}{% endautoescape %}",
        "{% macro one(a) %}<i>{{ a }}</i>{% endmacro %}{{ one('<') }}{{ one(a='>') }}{{ one('<') ~ '<' }}",
        "{% macro all() %}{{ varargs | join }}{{ kwargs['b'] }}{% endmacro %}{{ all('<', b='>') }}",
        "{% block a %}{{ page.title }}{% endblock %}{% filter upper %}{{ page.title }}{% endfilter %}",
    ],
)
def test_both_give_the_same(source: str) -> None:
    """Also where markup, macros, loops and blocks meet."""
    fast, plain = both(source)

    assert fast == plain
    assert fast


@pytest.mark.parametrize(
    "source",
    [
        "{{ page.absent }}",
        "{% macro one(a) %}{{ a }}{% endmacro %}{{ one(1, 2) }}",
        "{% macro one(a) %}{{ a }}{% endmacro %}{{ one() }}",
        "{% macro one(a) %}{{ a }}{% endmacro %}{{ one(b=1) }}",
        "{{ absent }}",
        "{{ page.pair.key }}",
        "{{ page.title.upper }}",
        "{{ page.absent is defined }}",
        "{% block a %}{% endblock %}{{ self.a() }}",
    ],
)
def test_what_is_not_plain_raises(source: str) -> None:
    """Nothing is passed over in silence: the ordinary environment is asked then."""
    with pytest.raises((AttributeError, TypeError, UndefinedError)):
        fast_environment((("a.html", source),)).get_template("a.html").render(page=PAGE)
