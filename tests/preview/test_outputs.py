"""Code that takes too long is interrupted."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from broadsheet.core.outcome import Failed
from broadsheet.preview.outputs import time_limit
from broadsheet.render.jinja.environment import Closure
from broadsheet.render.jinja.page import render
from broadsheet.render.job import Job
from broadsheet.views.assets import TextView
from tests.cost import costs_less_than


def test_an_endless_template_is_interrupted() -> None:
    """And not rendered a second time in another way."""
    loop = "\n{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}"
    site = cast(Any, SimpleNamespace(messages=()))
    job = Job("page", "page.html", TextView(""), ())
    with costs_less_than(5), time_limit(0.3):
        outcome = render(job, site, Closure("", (("page.html", loop),)))

    assert outcome == Failed("this takes too long", "page.html", 2, "is there a loop that has no end?")
