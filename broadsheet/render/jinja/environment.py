"""The one Jinja2 environment: strict, escaping, without chance, and with a short list of names."""

from __future__ import annotations

import marshal
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from jinja2 import (
    BaseLoader,
    Environment,
    StrictUndefined,
    Template,
    TemplateNotFound,
    Undefined,
    UndefinedError,
    nodes,
)

from .compiler import FastEnvironment
from .json_ld import structured_data
from .safety import SafeEnvironment
from .stylesheet import content_hash, needed_by

E = TypeVar("E", bound=Environment)
KNOWN_NAMES = frozenset({"site", "page", "messages"})

# Pure functions of their arguments, since Jinja2 may run a filter once, at compile time. `random` is not among them,
# `safe` neither: what is safe has the type Html.
FILTERS = frozenset(
    {
        "abs",
        "batch",
        "capitalize",
        "default",
        "e",
        "escape",
        "first",
        "float",
        "int",
        "join",
        "last",
        "length",
        "list",
        "lower",
        "max",
        "min",
        "replace",
        "reverse",
        "round",
        "select",
        "selectattr",
        "reject",
        "rejectattr",
        "map",
        "slice",
        "sum",
        "title",
        "tojson",
        "trim",
        "truncate",
        "unique",
        "upper",
        "urlencode",
        "wordcount",
    }
)


def opening(prose: str) -> tuple[str, str]:
    """Some prose parted behind its first paragraph; the first part is empty when it begins with something else."""
    end = prose.find("</p>") + len("</p>") if prose.startswith("<p>") else 0
    return type(prose)(prose[:end]), type(prose)(prose[end:].lstrip("\n"))


OWN_FILTERS = {
    "content_hash": content_hash,
    "needed_by": needed_by,
    "opening": opening,
    "structured_data": structured_data,
}
LONGEST_RANGE = 100_000
MOST_SECONDS, MOST_BYTES = 10.0, 500_000_000  # of processor time and of memory, for a page and for a template
MOST_TEMPLATES = 256  # that are kept at a time
GLOBALS = frozenset({"range", "namespace", "joiner", "cycler"})


@dataclass(frozen=True, slots=True)
class Closure:
    """A template with every template that it extends, includes or imports, directly or by way of others."""

    digest: str
    """Of names and sources."""
    sources: tuple[tuple[str, str], ...]
    """Name and source of each, by name."""
    codes: tuple[bytes, ...] = ()
    """What `compiled` gives for each, in the same order; empty if that is not known."""


@lru_cache(maxsize=64)
def environment(sources: tuple[tuple[str, str], ...]) -> Environment:
    """An environment with just these templates (name, source)."""
    return _furnished(SafeEnvironment, sources)


@lru_cache(maxsize=64)
def fast_environment(sources: tuple[tuple[str, str], ...], codes: tuple[bytes, ...] = ()) -> FastEnvironment:
    """An environment for speed with the same templates. What they raise here means nothing: see compiler.py."""
    by_name = {name: code for (name, _), code in zip(sources, codes, strict=bool(codes))}
    return _furnished(FastEnvironment, sources, by_name)


def _furnished(kind: type[E], sources: tuple[tuple[str, str], ...], codes: Mapping[str, bytes] | None = None) -> E:
    env = kind(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        loader=_Loader(dict(sources), codes or {}),
        finalize=_shown,
        cache_size=-1,
    )
    env.filters = {name: env.filters[name] for name in FILTERS} | OWN_FILTERS
    env.globals = {name: env.globals[name] for name in GLOBALS} | {"range": _range}
    return env


def _range(*limits: int) -> range:
    """A range that ends before a reader's patience does."""
    numbers = range(*limits)
    if numbers[LONGEST_RANGE:]:
        raise UndefinedError(f"a range has at most {LONGEST_RANGE:,} numbers")
    return numbers


def _shown(value: Any) -> Any:
    """The value of an expression, when it can be shown: a function would show where it lies in memory."""
    if callable(value) and not isinstance(value, Undefined):
        raise UndefinedError('a function cannot be shown; "()" behind its name calls it')
    return value


@lru_cache(maxsize=MOST_TEMPLATES)
def parsed(name: str, source: str) -> nodes.Template:
    """The template as a tree. Raises what Jinja2 raises."""
    return environment(()).parse(source, name, f"templates/{name}")


@lru_cache(maxsize=MOST_TEMPLATES)
def compiled(name: str, source: str) -> bytes:
    """The code of a template in `fast_environment`, as `marshal` writes it. Raises what Jinja2 raises."""
    return marshal.dumps(fast_environment(()).compile(parsed(name, source), name, f"templates/{name}"))


class _Loader(BaseLoader):
    """Owns nothing: the sources and the codes that it was given, by name."""

    def __init__(self, sources: Mapping[str, str], codes: Mapping[str, bytes]) -> None:
        self.sources = sources
        self.codes = codes

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, None]:
        if template not in self.sources:
            raise TemplateNotFound(template)
        return self.sources[template], f"templates/{template}", None

    def load(self, environment: Environment, name: str, globals: MutableMapping[str, Any] | None = None) -> Template:
        # Not as the chain of one mapping that it is: every page would walk through it several times.
        known = dict(globals or {})
        if name not in self.codes:
            return super().load(environment, name, known)
        # A record of the cache is read only by the engine and the Python that wrote it, and has a checksum.
        return environment.template_class.from_code(environment, marshal.loads(self.codes[name]), known)
