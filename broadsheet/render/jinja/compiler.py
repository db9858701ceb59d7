"""Templates compiled for speed: plain attributes, plain calls and one function for what is shown.

Jinja2 asks for every attribute, call and expression by way of functions that also know what to do when it is missing,
wants the context, or cannot be shown; it has macros whose arguments may come in many ways, and makes those that a page
imports anew for each template of it. Here whatever is not plain raises an exception; whoever renders then does it again
in the ordinary environment, which has the last word. Where nothing is raised, both give the same.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import partial
from keyword import iskeyword
from typing import Any

from jinja2 import Environment, UndefinedError, nodes
from jinja2.compiler import CodeGenerator, Frame, MacroRef
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape

# What `escape` does, without the object around it.
from markupsafe import _escape_inner as _escaped  # type: ignore[attr-defined]  # isort: skip


class QuickGenerator(CodeGenerator):
    """Jinja2's generator of code with five of its methods replaced; owns what that owns."""

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
        self.write("environment.macro(environment.called, environment, macro)")

    def _import_common(self, node: nodes.Import | nodes.FromImport, frame: Frame) -> None:
        if not node.with_context:
            super()._import_common(node, frame)
            return
        self.write("environment.imported(")
        self.visit(node.template, frame)
        self.write(f", {self.name!r}, context, {self.dump_local_context(frame)})")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write("environment.shown(")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write(")")


def shown(value: Any) -> str:
    """The value as markup. Raises UndefinedError for a function, which would show where it lies in memory."""
    if type(value) is str:
        escaped: str = _escaped(value)
        return escaped
    if isinstance(value, Markup):
        return value
    if callable(value):
        raise UndefinedError
    return escape(value)


def called(environment: Environment, function: Callable[..., str], /, *given: Any, **named: Any) -> str:
    """What a macro gives; its code is called at once where each argument is given in its place."""
    code = function.__code__
    if len(given) == code.co_argcount and not named:
        return str.__new__(Markup, function(*given))
    arguments = [name.split("_", 2)[2] for name in code.co_varnames[: code.co_argcount]]  # "l_1_it" is called "it"
    whole: str = Macro(environment, function, "", arguments, False, False, False, True)(*given, **named)
    return whole


class QuickEnvironment(Environment):
    """An environment whose templates are compiled for speed.

    known: the names that every page knows; alike: templates that hold macros alone, which know nothing else. Owns,
    beside what Jinja2's owns, the last module of each of these, and what the names stood for then.
    """

    code_generator_class = QuickGenerator
    call: Any = staticmethod(operator.call)
    called = staticmethod(called)
    macro = partial
    shown = staticmethod(shown)
    known: tuple[str, ...] = ()
    alike: frozenset[str] = frozenset()

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._modules: dict[str | None, tuple[list[Any], TemplateModule]] = {}

    def imported(self, name: Any, parent: str, context: Context, local: Mapping[str, Any]) -> TemplateModule:
        """A template imported with what the other knows; a page and what it extends share one that is alike."""
        template = self.get_template(name, parent)
        if template.name not in self.alike or not local.keys().isdisjoint(self.known):
            return template.make_module(context.get_all(), True, local)
        given = [context.get(known) for known in self.known]
        last, module = self._modules.get(template.name, ([], None))
        if module is None or not all(map(operator.is_, last, given)):
            module = template.make_module(context.get_all(), True, local)
            self._modules[template.name] = given, module
        return module


def holds_only_macros(tree: nodes.Template) -> bool:
    """Whether a template has nothing at its top but macros, and text around them."""
    return all(
        isinstance(node, nodes.Macro)
        or (isinstance(node, nodes.Output) and all(isinstance(part, nodes.TemplateData) for part in node.nodes))
        for node in tree.body
    )
