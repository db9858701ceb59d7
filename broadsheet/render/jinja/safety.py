"""What no template may do: reach anything beyond its view, or compute what fills the memory.

A theme may come from a stranger. Names that are written out are refused when templates are loaded; what is computed
is refused when a page is rendered, by Jinja2's sandbox and by the same rules in the fast environment.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment
from jinja2.visitor import NodeTransformer

from ...core.errors import Location, Problem
from ...schema.textfile import forbidden_character

# Beside what is private, the names by which Python's own objects (frames, code, functions, classes) are reached.
_PRIVATE = ("_", "ag_", "co_", "cr_", "f_", "func_", "gi_", "tb_")
_INTERNAL = frozenset({"mro", "format_map"})
FORMAT = ("format", "format_map")  # methods of text that read any attribute: "{0.__class__}".format(x)
# Filters that are told an attribute, by name or as their first argument.
_BY_NAME = frozenset({"join", "map", "max", "min", "sum", "unique"})
_BY_POSITION = frozenset({"rejectattr", "selectattr"})
MOST_BITS = 10_000  # of a whole number: 3,000 digits
LONGEST = 1_000_000  # characters or items, of a repetition
_WIDE = re.compile(r"%[^a-zA-Z%]*(?:\d{4}|\*)")  # a width that a format string asks for
OPERATORS = {"*": operator.mul, "**": operator.pow, "%": operator.mod}


class TooLarge(SecurityError):
    """The result of an operator would be too large to be meant."""


def is_public(name: str) -> bool:
    """Whether a template may ask for this attribute or item."""
    return not name.startswith(_PRIVATE) and name not in _INTERNAL


def unsafe_names(tree: nodes.Template, source: str, path: str) -> Iterator[Problem]:
    """A problem for each name that is written out in a template and leads out of its view."""
    for node, name in _names(tree):
        if not is_public(name):
            hint = "a template shows what is in its view; docs/templates.md lists it"
            yield Problem(_where(path, source, node, name), f'templates may not use "{name}"', hint)
    for call in tree.find_all(nodes.Call):
        if (name := _last_name(call.node)) in FORMAT and is_public(name):
            hint = "join the parts with ~, or use the filter replace"
            yield Problem(_where(path, source, call, name), f'templates may not call "{name}"', hint)
    for const in tree.find_all(nodes.Const):
        if isinstance(const.value, str) and (character := forbidden_character(const.value)):
            message = f"there is a control character ({character}) in the text"
            yield Problem(_where(path, source, const, "\\"), message, "remove the escape for it")


def _names(tree: nodes.Template) -> Iterator[tuple[nodes.Node, str]]:
    """Each attribute and item whose name is written out, with the node that asks for it."""
    for node in tree.find_all((nodes.Getattr, nodes.NSRef, nodes.Getitem, nodes.Filter)):
        if isinstance(node, (nodes.Getattr, nodes.NSRef)):
            yield node, node.attr
        elif isinstance(node, nodes.Getitem):
            if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
                yield node, node.arg.value
        elif isinstance(node, nodes.Filter):
            for name in _attributes(node):
                yield from ((node, part) for part in name.split("."))


def _attributes(node: nodes.Filter) -> Iterator[str]:
    named = [pair.value for pair in node.kwargs if pair.key == "attribute"] if node.name in _BY_NAME else []
    placed = node.args[:1] if node.name in _BY_POSITION else []
    for argument in (*named, *placed):
        if isinstance(argument, nodes.Const) and isinstance(argument.value, str):
            yield argument.value


def _last_name(node: nodes.Node) -> str:
    if isinstance(node, nodes.Getattr):
        return node.attr
    is_named = isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const)
    return str(node.arg.value) if is_named else ""  # type: ignore[attr-defined]


def _where(path: str, source: str, node: nodes.Node, name: str) -> Location:
    """Where the name stands: Jinja2 gives the line."""
    line = source.split("\n")[node.lineno - 1 : node.lineno]
    return Location(path, node.lineno, max(line[0].find(name) + 1, 1) if line else 1)


def refuse(name: str) -> NoReturn:
    """Raises SecurityError, with a sentence for whoever wrote the template."""
    raise SecurityError(f'templates may not use "{name}"')


def bounded(sign: str, left: Any, right: Any) -> Any:
    """What the operator makes of both. Raises TooLarge when nobody can mean that."""
    if sign == "%":
        is_large = isinstance(left, str) and _WIDE.search(left) is not None
    elif isinstance(left, int) and isinstance(right, int):
        bits = left.bit_length() * max(right, 1) if sign == "**" else left.bit_length() + right.bit_length()
        is_large = bits > MOST_BITS
    else:
        is_large = sign == "*" and max(_repeated(left, right), _repeated(right, left)) > LONGEST
    if is_large:
        raise TooLarge(f'the result of "{sign}" is too large')
    return OPERATORS[sign](left, right)


def _repeated(value: Any, times: Any) -> int:
    return len(value) * times if isinstance(value, (str, list, tuple)) and isinstance(times, int) else 0


class SafeEnvironment(SandboxedEnvironment):
    """Jinja2's sandbox with our list of names, and with bounds for what is computed."""

    intercepted_binops = frozenset(OPERATORS)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may have this attribute."""
        return is_public(attr) and super().is_safe_attribute(obj, attr, value)

    def unsafe_undefined(self, obj: Any, attribute: str) -> NoReturn:
        """Raises SecurityError at once: even to ask whether such a name is defined is a mistake."""
        refuse(attribute)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """What an operator makes of both."""
        return bounded(operator, left, right)


class ComputedFormats(NodeTransformer):
    """Turns `x.format` into `x["format"]`, which is looked up where the value can be judged: views have such fields."""

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:
        """The item instead of the attribute."""
        self.generic_visit(node)
        if node.attr not in FORMAT:
            return node
        return nodes.Getitem(node.node, nodes.Const(node.attr, lineno=node.lineno), node.ctx, lineno=node.lineno)
