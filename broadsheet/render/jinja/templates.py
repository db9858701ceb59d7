"""The templates: read, checked, and for each the closure of all it extends, includes or imports."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import TemplateSyntaxError, nodes
from jinja2.meta import find_undeclared_variables

from ...core.digest import digest
from ...core.errors import Location, Problem, did_you_mean, warning
from ...core.limits import limited
from ...core.outcome import TooLong
from ...i18n.messages import FOLDER as MESSAGES
from ...i18n.messages import message_names, unused_messages
from ...schema.textfile import decode_text
from ...source.tree import TEMPLATES, THEME, SourceFile, SourceTree
from .environment import GLOBALS, KNOWN_NAMES, MOST_BYTES, MOST_SECONDS, Closure, compiled, environment, parsed
from .safety import unsafe_names
from .syntax import place_of_error

FOLDER = TEMPLATES
STATIC = f"{TEMPLATES}/static"
_MESSAGES_HINT = f"messages are in {MESSAGES}en.yaml; add this one there"
_UNKNOWN_TAG = re.compile(r"[Ee]ncountered unknown tag '([^']+)'\.?(.*)", re.DOTALL)
# A brace of a style sheet, or what may contain one that counts for nothing: a comment, a text in quotes, Jinja's own.
_BRACE = re.compile(
    r"""/\*.*?(?:\*/|\Z)|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'"""
    r"""|\{%.*?(?:%\}|\Z)|\{\{.*?(?:\}\}|\Z)|\{#.*?(?:#\}|\Z)|[{}]""",
    re.DOTALL,
)
_TAG = re.compile(r"'(\w+)'")
_TAGS = ("block", "call", "extends", "filter", "for", "from", "if", "import", "include", "macro", "raw", "set", "with")
LARGEST = 1_000_000  # bytes of a template
SUFFIXES = (".html", ".xml", ".css", ".js", ".txt", ".svg")


@dataclass(frozen=True, slots=True)
class Templates:
    """Every template by its name ("article.html", "feeds/item.html"), with its closure.

    broken: those that cannot be used, because something is wrong with them or with what they need.
    """

    closures: Mapping[str, Closure]
    broken: frozenset[str] = frozenset()

    def closure(self, name: str) -> Closure:
        """The closure of a template.

        Raises KeyError when there is no such template.
        """
        return self.closures[name]


@dataclass(frozen=True, slots=True)
class Examined:
    """What one template says by itself: the templates and messages it names, with their lines, and its own problems.

    compiled: its code; empty when something is wrong with it.
    """

    needs: tuple[tuple[str, int], ...]
    messages: tuple[tuple[str, int], ...]
    problems: tuple[Problem, ...]
    compiled: bytes = b""


def examine_all(sources: Mapping[str, str]) -> Mapping[str, Examined]:
    """What each of these templates says by itself, by name."""
    return {name: examine(name, source) for name, source in sources.items()}


def load_templates(
    tree: SourceTree, examined_by: Callable[[Mapping[str, str]], Mapping[str, Examined]] = examine_all
) -> tuple[Templates, list[Problem]]:
    """All templates of the tree, and what is wrong with any of them.

    examined_by: what does the work of `examine_all`, or remembers it.
    """
    problems: list[Problem] = []
    sources: dict[str, str] = {}
    for file in tree.under(FOLDER):
        if file.path.endswith(SUFFIXES) and not file.path.startswith(STATIC + "/"):
            source = _text(file, problems)
            if source is not None:
                sources[file.path.removeprefix(FOLDER + "/")] = source
    known_messages = message_names(tree)
    examined = examined_by(sources)
    for name, found in examined.items():
        problems += found.problems
        problems += _missing(name, found, sources)
        problems += _unknown_messages(name, found, known_messages)
    problems += [fault for name in sources if name.endswith(".css") for fault in _unbalanced(name, sources[name])]
    problems += unused_messages(tree, {message for found in examined.values() for message, _ in found.messages})
    needs = {
        name: {target: line for target, line in found.needs if target in sources} for name, found in examined.items()
    }
    problems += [*_circles(needs), *_unused(tree, needs)]
    faulty = {problem.where.path.removeprefix(FOLDER + "/") for problem in problems if problem.severity == "error"}
    broken = frozenset(name for name in sources if not faulty.isdisjoint(_reach(name, needs))) | faulty
    return Templates({name: _closure(name, needs, sources, examined) for name in sources}, broken), problems


@lru_cache(maxsize=256)
def examine(name: str, source: str) -> Examined:
    """What a template needs and what is wrong with it, whatever the others say."""
    path = f"{FOLDER}/{name}"
    try:
        tree = parsed(name, source)
        problems = [*_unknown_filters(tree, path), *unsafe_names(tree, source, path)]
        if problems:
            return Examined((), (), tuple(problems))
        with limited(MOST_SECONDS, MOST_BYTES):
            code = compiled(name, source)  # finds what only a whole template shows, such as a block defined twice
    except TemplateSyntaxError as error:
        return Examined((), (), (_syntax_problem(path, source, error),))
    except RecursionError:
        fault = Problem(Location(path), "this template is nested too deeply", "split it into smaller ones")
        return Examined((), (), (fault,))
    except (ValueError, ArithmeticError, MemoryError, TooLong):  # Jinja2 computes constants when it compiles
        message = "a constant in this template cannot be computed"
        return Examined((), (), (Problem(Location(path), message, "look for a large number"),))
    for unknown in sorted(find_undeclared_variables(tree) - KNOWN_NAMES - GLOBALS - _made_here(tree)):
        line = next((node.lineno for node in tree.find_all(nodes.Name) if node.name == unknown), 1)
        hint = did_you_mean(unknown, KNOWN_NAMES) or 'a template knows the names "site" and "page"'
        problems.append(Problem(Location(path, line), f'there is no name "{unknown}"', hint))
    needs = []
    for target, line in _references(tree):
        if target is None:
            message = "the name of an included template is computed"
            problems.append(Problem(Location(path, line), message, "write the name out, in quotes"))
        else:
            needs.append((target, line))
    return Examined(tuple(needs), tuple(_messages(tree)), tuple(problems), b"" if problems else code)


def _text(file: SourceFile, problems: list[Problem]) -> str | None:
    text, faults = decode_text(file.read(), file.path, limit=LARGEST)
    problems += faults
    return None if faults else text


def _missing(name: str, examined: Examined, sources: Mapping[str, str]) -> list[Problem]:
    return [
        Problem(
            Location(f"{FOLDER}/{name}", line),
            f'there is no template "{target}"',
            did_you_mean(target, sources) or f"templates are the files below {FOLDER}/",
        )
        for target, line in examined.needs
        if target not in sources
    ]


def _messages(tree: nodes.Template) -> Iterator[tuple[str, int]]:
    for node in tree.find_all(nodes.Getattr):
        if isinstance(node.node, nodes.Name) and node.node.name == "messages":
            yield node.attr, node.lineno


def _unknown_messages(name: str, examined: Examined, known: frozenset[str] | None) -> list[Problem]:
    if known is None:
        return []
    return [
        Problem(
            Location(f"{FOLDER}/{name}", line),
            f'there is no message "{message}"',
            did_you_mean(message, known) or _MESSAGES_HINT,
        )
        for message, line in examined.messages
        if message not in known
    ]


def _references(tree: nodes.Template) -> Iterator[tuple[str | None, int]]:
    for node in tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
        template = node.template  # type: ignore[attr-defined]
        if isinstance(template, nodes.Const) and isinstance(template.value, str):
            yield template.value, node.lineno
        else:
            yield None, node.lineno


def _unknown_filters(tree: nodes.Template, path: str) -> Iterator[Problem]:
    """Filters and tests that do not exist; Jinja2 itself would find those within an `if` only when it renders."""
    env = environment(())
    for kind, node_type, known in (("filter", nodes.Filter, env.filters), ("test", nodes.Test, env.tests)):
        for node in tree.find_all(node_type):
            name = node.name
            if name not in known:
                hint = did_you_mean(name, known) or "docs/templates.md lists what there is"
                yield Problem(Location(path, node.lineno), f"no {kind} named '{name}'", hint)


def _made_here(tree: nodes.Template) -> frozenset[str]:
    """Names that the template itself imports or defines at its top, since its blocks see them too, or sets anywhere.

    Whether one is set on every way that leads to its use is seen when a page is rendered.
    """
    names = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"}
    for node in tree.body:
        if isinstance(node, nodes.Import):
            names.add(node.target)
        elif isinstance(node, nodes.FromImport):
            names.update(name if isinstance(name, str) else name[1] for name in node.names)
        elif isinstance(node, nodes.Macro):
            names.add(node.name)
    return frozenset(names)


def _syntax_problem(path: str, source: str, error: TemplateSyntaxError) -> Problem:
    """The problem of a syntax error; for an unknown tag, with the one that was probably meant."""
    where, message = place_of_error(path, source, error, environment(()))
    unknown = _UNKNOWN_TAG.match(error.message or "")
    if unknown is None or "nesting mistake" in unknown[2]:  # of which Jinja2 says what it expected
        return Problem(where, _sentence(message), "see docs/templates.md")
    tags = [*_TAG.findall(unknown[2]), *_TAGS]
    return Problem(where, f'there is no tag "{unknown[1]}"', did_you_mean(unknown[1], tags) or "see docs/templates.md")


def _sentence(message: str | None) -> str:
    text = (message or "this template is not valid").strip().rstrip(".")
    return text[:1].lower() + text[1:]


def _circles(needs: Mapping[str, Mapping[str, int]]) -> list[Problem]:
    """One problem for each template that needs itself, at the line where the circle begins."""
    problems = []
    for name in needs:
        for target, line in needs[name].items():
            if name in _reach(target, needs):
                message = f'"{name}" includes itself' + ("" if target == name else f' by way of "{target}"')
                problems.append(
                    Problem(Location(f"{FOLDER}/{name}", line), message, "take one of the two includes out")
                )
    return problems


def _unbalanced(name: str, source: str) -> list[Problem]:
    """A warning for the first brace of a style sheet that has no partner, since browsers drop the rules around it."""
    open_at: list[int] = []
    for found in _BRACE.finditer(source):
        if found[0] == "{":
            open_at.append(found.start())
        elif found[0] == "}" and not open_at:
            where = Location(f"{FOLDER}/{name}", source.count("\n", 0, found.start()) + 1)
            return [warning(where, 'there is a "}" too many', "browsers ignore the rule that follows: remove it")]
        elif found[0] == "}":
            open_at.pop()
    if not open_at:
        return []
    where = Location(f"{FOLDER}/{name}", source.count("\n", 0, open_at[-1]) + 1)
    return [warning(where, 'this "{" is never closed', 'browsers ignore what follows: add the "}"')]


def _unused(tree: SourceTree, needs: Mapping[str, Mapping[str, int]]) -> list[Problem]:
    """A warning for each template that the theme does not have and that no other template includes.

    So also for other files that have nearly the name of one of the theme's.
    """
    theme = {file.path.removeprefix(f"{THEME}/") for file in tree.under(THEME)}
    if not theme:
        return []
    used = theme.union(*(_reach(name, needs) for name in theme))
    problems = []
    for file in tree.under(FOLDER):
        name = file.path.removeprefix(f"{FOLDER}/")
        if name in used or file.path.startswith((f"{STATIC}/", MESSAGES)):
            continue
        near = did_you_mean(name, theme)
        if name in needs or near:
            hint = near or "include it in another template, or remove it"
            problems.append(warning(Location(file.path), "nothing uses this file", hint))
    return problems


def _reach(name: str, needs: Mapping[str, Mapping[str, int]]) -> frozenset[str]:
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current not in seen:
            seen.add(current)
            waiting += needs.get(current, ())
    return frozenset(seen)


def _closure(
    name: str,
    needs: Mapping[str, Mapping[str, int]],
    sources: Mapping[str, str],
    examined: Mapping[str, Examined],
) -> Closure:
    names = sorted(_reach(name, needs))
    members = tuple((member, sources[member]) for member in names)
    codes = [code for member in names if (code := examined[member].compiled)]
    return Closure(digest(members), members, tuple(codes) if len(codes) == len(names) else ())
