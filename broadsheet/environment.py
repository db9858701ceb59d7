"""The one Jinja2 environment: strict, escaping, without chance, and with a short list of names."""

from __future__ import annotations

import marshal
from collections.abc import MutableMapping
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType
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
from jinja2.meta import find_undeclared_variables

from .quick import QuickEnvironment, holds_only_macros
from .structured import structured_data
from .style import content_hash, needed_by

E = TypeVar("E", bound=Environment)
KNOWN_NAMES = frozenset({"site", "page", "words"})

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
MOST_TEMPLATES = 256  # that are kept at a time
GLOBALS = frozenset({"range", "namespace", "joiner", "cycler"})


@dataclass(frozen=True, slots=True)
class Closure:
    """A template with everything it needs: names and sources, by name, and a digest of them."""

    digest: str
    sources: tuple[tuple[str, str], ...]


@lru_cache(maxsize=64)
def environment(sources: tuple[tuple[str, str], ...]) -> Environment:
    """An environment that holds just these templates (name, source)."""
    return _furnished(Environment, sources)


@lru_cache(maxsize=64)
def quick_environment(sources: tuple[tuple[str, str], ...]) -> QuickEnvironment:
    """The same for templates that are whole: what they raise here says nothing, see quick.py."""
    env = _furnished(QuickEnvironment, sources)
    env.known = tuple(KNOWN_NAMES)
    env.alike = frozenset([name for name, source in sources if compiled(name, source).is_alike])
    return env


def _furnished(kind: type[E], sources: tuple[tuple[str, str], ...]) -> E:
    env = kind(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        loader=_Loader(dict(sources)),
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


@dataclass(frozen=True, slots=True)
class Compiled:
    """A template as code, which is the same in every environment.

    is_alike: whether it is the same for all that import it into one page.
    """

    code: bytes  # as marshal has it
    is_alike: bool


# What was compiled by an earlier build, by name and source: compiling what one page needs takes 70 ms.
_restored: dict[tuple[str, str], Compiled] = {}


def restore(name: str, source: str, made: Compiled) -> None:
    """Spares compiling a template: this is what `compiled` gave for it, with the same engine."""
    if len(_restored) >= MOST_TEMPLATES:
        _restored.clear()
    _restored[name, source] = made


@lru_cache(maxsize=MOST_TEMPLATES)
def compiled(name: str, source: str) -> Compiled:
    """The template as code of the quick environment. Raises what Jinja2 raises."""
    made = _restored.get((name, source))
    if made is not None:
        return made
    tree = parsed(name, source)
    # Within {% autoescape %}, what is shown depends on where it stands.
    is_plain = tree.find(nodes.EvalContextModifier) is not None
    code = (environment if is_plain else quick_environment)(()).compile(tree, name, f"templates/{name}")
    return Compiled(marshal.dumps(code), holds_only_macros(tree) and find_undeclared_variables(tree) <= KNOWN_NAMES)


@lru_cache(maxsize=MOST_TEMPLATES)
def _code(name: str, source: str, *, is_quick: bool) -> CodeType:
    if is_quick:
        code: CodeType = marshal.loads(compiled(name, source).code)
        return code
    return environment(()).compile(parsed(name, source), name, f"templates/{name}")


class _Loader(BaseLoader):
    """Owns nothing: the templates it was given, by name."""

    def __init__(self, sources: dict[str, str]) -> None:
        self.sources = sources

    def load(self, environment: Environment, name: str, globals: MutableMapping[str, Any] | None = None) -> Template:
        if name not in self.sources:
            raise TemplateNotFound(name)
        code = _code(name, self.sources[name], is_quick=isinstance(environment, QuickEnvironment))
        # Not as the chain of one mapping that it is: every page would walk through it several times.
        return Template.from_code(environment, code, dict(globals or {}))
