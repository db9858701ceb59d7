"""The one Jinja2 environment: strict, escaping, without chance, and with a short list of names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import Environment, FunctionLoader, StrictUndefined

KNOWN_NAMES = frozenset({"site", "page"})

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
GLOBALS = frozenset({"range", "namespace", "joiner", "cycler"})


@dataclass(frozen=True, slots=True)
class Closure:
    """A template with everything it needs: names and sources, by name, and a digest of them."""

    digest: str
    sources: tuple[tuple[str, str], ...]


@lru_cache(maxsize=64)
def environment(sources: tuple[tuple[str, str], ...]) -> Environment:
    """An environment that holds just these templates (name, source)."""
    env = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        loader=FunctionLoader(_lookup(dict(sources))),
        cache_size=-1,
    )
    env.filters = {name: env.filters[name] for name in FILTERS}
    env.globals = {name: env.globals[name] for name in GLOBALS}
    return env


def _lookup(sources: dict[str, str]) -> Callable[[str], tuple[str, str, None] | None]:
    def look_up(name: str) -> tuple[str, str, None] | None:
        return (sources[name], f"templates/{name}", None) if name in sources else None

    return look_up
