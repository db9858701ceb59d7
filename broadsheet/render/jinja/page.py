"""Pages and sitemaps: a view through a Jinja2 template."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, replace
from functools import lru_cache
from itertools import islice
from types import SimpleNamespace
from typing import Any

from jinja2 import TemplateError, UndefinedError
from jinja2.exceptions import SecurityError

from ... import views
from ...core.errors import did_you_mean
from ...core.limits import limited
from ...core.outcome import Failed, TooLong
from ...views.common import ProseView, SiteView
from ..job import Job
from ..prose import filled
from .environment import MOST_BYTES, MOST_SECONDS, Closure, environment, fast_environment
from .safety import TooLarge

_FAULTS = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError)
PIECES = 5_000  # more than any page of a newsletter has
_UNDEFINED = re.compile(r"'(\w+)' is undefined")
_UNKNOWN = re.compile(r"'broadsheet\.views\.(\w+)\.(\w+) object' has no attribute '(\w+)'")


def render(job: Job, site: SiteView, closure: Closure) -> bytes | Failed:
    """The page as UTF-8, or what the template got wrong, with its line."""
    page = _with_prose(job.view, dict(job.documents))
    names = {"site": site, "page": page, "messages": _messages(site.messages)}
    try:
        with limited(MOST_SECONDS, MOST_BYTES):
            html = _generated(names, job.template, closure)
        if job.template.endswith(".html") and not html.strip():
            hint = "write what this page shows; a template that extends another shows only its blocks"
            return Failed("this template renders an empty page", job.template, hint=hint)
        return html
    except RecursionError as error:
        hint = "give it a condition under which it stops"
        return Failed("a macro calls itself without end", *_place(error, job.template), hint)
    except TooLong as error:
        return Failed("this takes too long", *_place(error, job.template), "is there a loop that has no end?")
    except MemoryError as error:
        hint = "does something grow in a loop?"
        return Failed("this takes too much memory", *_place(error, job.template), hint)
    except TooLarge as error:
        return Failed(str(error), *_place(error, job.template), "use smaller numbers")
    except SecurityError as error:
        hint = "a template shows what is in its view; docs/templates.md lists it"
        return Failed(str(error), *_place(error, job.template), hint)
    except UndefinedError as error:
        message, hint = _plain(error)
        return Failed(message, *_place(error, job.template), hint)
    except _FAULTS as error:
        hint = "docs/templates.md tells what templates can do"
        return Failed(f"{type(error).__name__}: {error}", *_place(error, job.template), hint)


def _generated(names: Mapping[str, Any], template: str, closure: Closure) -> bytes:
    """The page. Raises whatever its template does wrong."""
    with suppress(*_FAULTS):  # compiler.py says why
        return _joined(fast_environment(closure.sources, closure.codes).get_template(template).generate(names))
    return _joined(environment(closure.sources).get_template(template).generate(names))


def _with_prose(view: Any, documents: Mapping[str, str]) -> Any:
    """The view with finished markup in the place of each ProseView among its fields."""
    values = {field.name: getattr(view, field.name) for field in fields(view)} if documents else {}
    prose = {name: filled(value, documents) for name, value in values.items() if isinstance(value, ProseView)}
    return replace(view, **prose) if prose else view


def _joined(pieces: Iterator[str]) -> bytes:
    """The pieces as UTF-8. A sitemap has half a million of them, which are let go a few thousand at a time."""
    parts = []
    while some := list(islice(pieces, PIECES)):
        parts.append("".join(some).encode())
    return b"".join(parts)


@lru_cache(maxsize=16)
def _messages(messages: tuple[tuple[str, str], ...]) -> SimpleNamespace:
    """Return the messages as an object with an attribute for each name."""
    return SimpleNamespace(**dict(messages))


def _plain(error: UndefinedError) -> tuple[str, str]:
    """What is undefined, in plain words, and a hint."""
    unknown = _UNKNOWN.fullmatch(str(error))
    listed = "docs/templates.md lists what each page knows"
    if unknown is None:
        undefined = _UNDEFINED.fullmatch(str(error))
        if undefined:
            return f'there is no name "{undefined[1]}" here', "a macro that is imported knows only what it is given"
        message = str(error)
        return message[:1].lower() + message[1:], listed
    module, kind, name = unknown.groups()
    fields = getattr(getattr(getattr(views, module), kind, None), "__dataclass_fields__", {})
    guess = did_you_mean(name, fields)
    return f'{kind} has no "{name}"', f"{guess} {listed}".strip()


def _place(error: BaseException, template: str) -> tuple[str, int]:
    """Template name and line of the innermost frame that runs template code (Jinja2 maps its frames to templates)."""
    place = (template, 1)
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith("templates/"):
            place = (file.removeprefix("templates/"), trace.tb_lineno)
        trace = trace.tb_next
    return place
