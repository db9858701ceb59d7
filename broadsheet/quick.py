"""Templates compiled for speed: plain attributes, plain calls and one function for what is shown.

Jinja2 asks for every attribute, call and expression by way of functions that also know what to do when it is missing,
wants the context, or cannot be shown. Here whatever is not plain raises an exception; whoever renders then
does it again in the ordinary environment, which has the last word. Where nothing is raised, both give the same.
"""

from __future__ import annotations

import operator
from keyword import iskeyword
from typing import Any

from jinja2 import Environment, UndefinedError, nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape


class QuickGenerator(CodeGenerator):
    """Jinja2's generator of code with three of its methods replaced; owns what that owns."""

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


class QuickEnvironment(Environment):
    """An environment whose templates are compiled for speed; owns what Jinja2's does."""

    code_generator_class = QuickGenerator
    call: Any = staticmethod(operator.call)
    shown = staticmethod(shown)
