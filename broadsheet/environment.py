"""The one Jinja2 environment: strict, escaping, without chance, and with a short list of names."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache, Environment, FunctionLoader, StrictUndefined, Undefined, UndefinedError, nodes
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape

from .structured import structured_data
from .style import content_hash, needed_by
from .views import Html

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
OWN_FILTERS = {"content_hash": content_hash, "needed_by": needed_by, "structured_data": structured_data}
LONGEST_RANGE = 100_000
GLOBALS = frozenset({"range", "namespace", "joiner", "cycler"})


@dataclass(frozen=True, slots=True)
class Closure:
    """A template with everything it needs: names and sources, by name, and a digest of them."""

    digest: str
    sources: tuple[tuple[str, str], ...]


class _Codes(BytecodeCache):
    """Owns the compiled templates of this process, and of the workers it starts: each is compiled once."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if len(self._codes) >= 1024:  # the preview of somebody who writes templates all day
            self._codes.clear()
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code


_CODES = _Codes()
_SPECIAL = re.compile("[&<>\"']")


class _Writing(CodeGenerator):
    """Has each expression shown by one call, where Jinja2 makes three of it; half of rendering was in these calls."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile:
            self.write("environment.finalize((")
        else:
            super()._output_child_pre(node, frame, finalize)


class _Environment(Environment):
    code_generator_class = _Writing


@lru_cache(maxsize=64)
def environment(sources: tuple[tuple[str, str], ...]) -> Environment:
    """An environment that holds just these templates (name, source)."""
    env = _Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        loader=FunctionLoader(_lookup(dict(sources))),
        finalize=_shown,
        cache_size=-1,
        bytecode_cache=_CODES,
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


def compile_template(source: str, tree: nodes.Template, name: str, path: str) -> None:
    """Compile a parsed template, and keep the code for whoever renders it.

    Raises what Jinja2 finds wrong with it.
    """
    env = environment(())
    bucket = _CODES.get_bucket(env, name, path, source)
    if bucket.code is None:
        bucket.code = env.compile(tree, name, path)
        _CODES.set_bucket(bucket)


def _shown(value: Any) -> Any:
    """The value of an expression as it stands in the page: escaped, unless it is markup.

    A function is refused: it would show where it lies in memory.
    """
    kind = type(value)
    if kind is str:
        return escape(value) if _SPECIAL.search(value) else value
    if kind is Html or kind is Markup:
        return value
    if callable(value) and not isinstance(value, Undefined):
        raise UndefinedError('a function cannot be shown; "()" behind its name calls it')
    return escape(value)


def _lookup(sources: dict[str, str]) -> Callable[[str], tuple[str, str, None] | None]:
    def look_up(name: str) -> tuple[str, str, None] | None:
        return (sources[name], f"templates/{name}", None) if name in sources else None

    return look_up
