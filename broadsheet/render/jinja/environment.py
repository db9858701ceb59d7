"""The one Jinja2 environment: strict, escaping, without chance, and with a short list of names."""

from __future__ import annotations

import marshal
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import starmap
from types import CodeType
from typing import Any, NamedTuple, TypeVar

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

from .compiler import QuickEnvironment, holds_only_macros
from .json_ld import structured_data
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
MOST_TEMPLATES = 256  # that are kept at a time
GLOBALS = frozenset({"range", "namespace", "joiner", "cycler"})


class Compiled(NamedTuple):
    """A template as code, which is the same in every environment; code: as marshal has it.

    is_alike: whether it is the same for all that import it into one page.
    """

    code: bytes
    is_alike: bool


@dataclass(frozen=True, slots=True)
class Closure:
    """A template with everything it needs: names and sources, by name, and a digest of them.

    codes: what each of them is compiled to, in the same order; none where that is not known.
    """

    digest: str
    sources: tuple[tuple[str, str], ...]
    codes: tuple[Compiled, ...] = ()


@lru_cache(maxsize=64)
def environment(sources: tuple[tuple[str, str], ...]) -> Environment:
    """An environment that holds just these templates (name, source)."""
    return _furnished(Environment, sources)


@lru_cache(maxsize=64)
def quick_environment(sources: tuple[tuple[str, str], ...], codes: tuple[Compiled, ...] = ()) -> QuickEnvironment:
    """The same for templates that are whole: what they raise here says nothing, see quick.py."""
    made = {name: code for (name, _), code in zip(sources, codes or starmap(compiled, sources), strict=True)}
    env = _furnished(QuickEnvironment, sources)
    env.loader = _Loader(dict(sources), {name: each.code for name, each in made.items()})
    env.known = tuple(KNOWN_NAMES)
    env.alike = frozenset([name for name, each in made.items() if each.is_alike])
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


@lru_cache(maxsize=MOST_TEMPLATES)
def compiled(name: str, source: str) -> Compiled:
    """The template as code of the quick environment. Raises what Jinja2 raises."""
    tree = parsed(name, source)
    # Within {% autoescape %}, what is shown depends on where it stands.
    is_plain = tree.find(nodes.EvalContextModifier) is not None
    code = (environment if is_plain else quick_environment)(()).compile(tree, name, f"templates/{name}")
    return Compiled(marshal.dumps(code), holds_only_macros(tree) and find_undeclared_variables(tree) <= KNOWN_NAMES)


@lru_cache(maxsize=MOST_TEMPLATES)
def _plain_code(name: str, source: str) -> CodeType:
    return environment(()).compile(parsed(name, source), name, f"templates/{name}")


@lru_cache(maxsize=MOST_TEMPLATES)
def _loaded(code: bytes) -> CodeType:
    loaded: CodeType = marshal.loads(code)
    return loaded


class _Loader(BaseLoader):
    """Owns nothing: the templates it was given, by name; codes: of those that are quick."""

    def __init__(self, sources: Mapping[str, str], codes: Mapping[str, bytes] | None = None) -> None:
        self.sources, self.codes = sources, codes

    def load(self, environment: Environment, name: str, globals: MutableMapping[str, Any] | None = None) -> Template:
        if name not in self.sources:
            raise TemplateNotFound(name)
        code = _plain_code(name, self.sources[name]) if self.codes is None else _loaded(self.codes[name])
        # Not as the chain of one mapping that it is: every page would walk through it several times.
        return Template.from_code(environment, code, dict(globals or {}))
