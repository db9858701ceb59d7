"""Templates for speed: plain attributes, plain calls, and one function for whatever is shown.

Jinja2 looks up attributes, calls functions and escapes values by way of functions that also handle what is missing or
needs the context. Here everything that is not plain raises an exception, and the caller renders the page again in the
ordinary environment, which has the last word. Where nothing is raised, both give the same.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from types import CodeType
from typing import Any

from jinja2 import Environment, UndefinedError, nodes
from jinja2.runtime import Context
from markupsafe import Markup, escape

from .safety import FORMAT, OPERATORS, ComputedFormats, bounded, is_public, refuse

# At the end of a module that Jinja2 has generated: the function that it escapes with gives way to a faster one.
_REBOUND = "\nescape = environment.escape\n"


def escaped(value: Any) -> str:
    """The value as markup. Raises UndefinedError for a function, which would show its address in memory."""
    if type(value) is str:
        # Most text needs no escaping, and finding that out is faster than `escape`.
        if "&" in value or "<" in value or ">" in value or "'" in value or '"' in value:
            return escape(value)
        return value
    if isinstance(value, Markup):
        return value
    if callable(value):
        raise UndefinedError
    return escape(value)


class FastContext(Context):
    """A context whose calls are plain: no function that templates know asks for the context."""

    def call(
        self, function: Callable[..., Any], /, *arguments: Any, _loop_vars: Any = None, _block_vars: Any = None,
        **named: Any,
    ) -> Any:  # fmt: skip
        """What the function returns."""
        return function(*arguments, **named)


class FastEnvironment(Environment):
    """An environment whose templates are compiled for speed."""

    context_class = FastContext
    getattr = staticmethod(builtins.getattr)  # type: ignore[assignment]
    escape = staticmethod(escaped)
    intercepted_binops = frozenset(OPERATORS)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """An item or else an attribute. Raises SecurityError for what leads out of the view."""
        if isinstance(argument, str) and not is_public(argument):
            refuse(argument)
        value = super().getitem(obj, argument)
        if argument in FORMAT and callable(value):
            refuse(argument)
        return value

    def call(self, context: Context, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Any:
        """What the function returns, in a template with bounded operators."""
        return context.call(function, *arguments, **named)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """What an operator makes of both. Raises TooLarge."""
        return bounded(operator, left, right)

    def compile(  # type: ignore[override]
        self, source: str | nodes.Template, name: str | None = None, filename: str | None = None,
        raw: bool = False, defer_init: bool = False,
    ) -> CodeType:  # fmt: skip
        """The template as code."""
        tree = self.parse(source, name, filename) if isinstance(source, str) else source
        if any(node.attr in FORMAT for node in tree.find_all(nodes.Getattr)):
            tree = ComputedFormats().visit(tree)
        # Operators are bounded only where there are any: in such a template calls take a step more.
        is_bounded = any(tree.find_all((nodes.Mul, nodes.Pow, nodes.Mod)))
        if tree.find(nodes.EvalContextModifier):  # within {% autoescape %}, what is shown depends on where it is
            plain = self.overlay()
            plain.sandboxed = is_bounded
            code: CodeType = Environment.compile(plain, tree, name, filename)
            return code
        # Without `finalize`, whose work `escaped` does.
        fast = self.overlay(finalize=None)
        fast.sandboxed = is_bounded
        python = Environment.compile(fast, tree, name, filename, raw=True)
        return builtins.compile(python + _REBOUND, filename or "<template>", "exec")
