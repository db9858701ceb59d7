"""Templates compiled for speed: plain attributes, plain calls and one function for what is shown.

Jinja2 asks for every attribute, call and expression by way of functions that also know what to do when it is missing,
wants the context, or cannot be shown, and has macros whose arguments may come in many ways. Here whatever is not plain
raises an exception; whoever renders then does it again in the ordinary environment, which has the last word. Where
nothing is raised, both give the same.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from keyword import iskeyword
from typing import Any

from jinja2 import Environment, UndefinedError, nodes
from jinja2.compiler import CodeGenerator, Frame, MacroRef
from jinja2.runtime import Macro
from markupsafe import Markup, escape


class QuickGenerator(CodeGenerator):
    """Jinja2's generator of code with four of its methods replaced; owns what that owns."""

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        if not node.attr.isascii() or iskeyword(node.attr):  # no name that Python would take as it stands
            super().visit_Getattr(node, frame)
            return
        self.write("(")
        self.visit(node.node, frame)
        self.write(f").{node.attr}")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        self.write("environment.call(")
        self.visit(node.node, frame)
        self.signature(node, frame, {"caller": "caller"} if forward_caller else None)
        self.write(")")

    def macro_def(self, macro_ref: MacroRef, frame: Frame) -> None:
        if macro_ref.accesses_caller or macro_ref.accesses_kwargs or macro_ref.accesses_varargs:
            super().macro_def(macro_ref, frame)
            return
        name, arguments = getattr(macro_ref.node, "name", ""), tuple([node.name for node in macro_ref.node.args])
        self.write(f"environment.macro(environment, macro, {name!r}, {arguments!r})")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write("environment.shown(")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write(")")


def shown(value: Any) -> str:
    """The value as markup. Raises UndefinedError for a function, which would show where it lies in memory."""
    if type(value) is str:
        return (
            value.replace("&", "&amp;")
            .replace("<", "&lt;")
            .replace(">", "&gt;")
            .replace("'", "&#39;")
            .replace('"', "&#34;")
        )
    if isinstance(value, Markup):
        return value
    if callable(value):
        raise UndefinedError
    return escape(value)


def macro(
    environment: Environment, function: Callable[..., str], name: str, arguments: tuple[str, ...]
) -> Callable[..., str]:
    """The macro that `function` is the code of: called at once where each argument is given in its place."""
    count = len(arguments)

    def call(*given: Any, **named: Any) -> str:
        if len(given) != count or named:
            whole: str = Macro(environment, function, name, list(arguments), False, False, False, True)(*given, **named)
            return whole
        return str.__new__(Markup, function(*given))

    return call


class QuickEnvironment(Environment):
    """An environment whose templates are compiled for speed; owns what Jinja2's does."""

    code_generator_class = QuickGenerator
    call: Any = staticmethod(operator.call)
    macro = staticmethod(macro)
    shown = staticmethod(shown)
