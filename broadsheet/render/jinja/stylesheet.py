"""The style sheet as it stands in a page: the rules that it needs, without what only people need, and their hash.

A rule stays unless it names an element, a class or an id that the page's markup does not have. So all rules may stand
in one place, and a page without tables carries none for them.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from ...views.common import Html

_TOKEN = re.compile(r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|/\*.*?\*/|\s*([{};,])\s*|(:)\s+|\s+""", re.DOTALL)
_PART = re.compile(r"""((?:[^"'{};]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')*)([{};]|$)""", re.DOTALL)
# What a selector says besides the names of elements, classes and ids: attributes, and pseudo-classes with arguments.
_CONDITION = re.compile(r"""\[[^\]]*\]|::?[\w-]+(?:\([^()]*\))?""")
_NAME = re.compile(r"([#.]?)([^\W\d][\w-]*)")
_COMBINATOR = re.compile(r" ([>+~]) ")
_ELEMENT = re.compile(r"<([A-Za-z][\w-]*)")
_VALUE = re.compile(r"""["']?([^"'>]*)""")
_GROUPS = ("@media", "@supports", "@container", "@layer")  # at-rules with rules in them


@dataclass(frozen=True, slots=True)
class _Rule:
    """selectors: each with the names it needs; none for a statement. rules: of a group, of which text is the head."""

    text: str
    selectors: tuple[tuple[str, frozenset[str]], ...] = ()
    rules: tuple[_Rule, ...] | None = None

    @property
    def names(self) -> frozenset[str]:
        own = [names for _, names in self.selectors]
        return frozenset().union(*own, *[rule.names for rule in self.rules or ()])


@lru_cache(maxsize=64)
def compact(css: str) -> Html:
    """The style sheet without comments and needless blanks; what stands in quotes stays as it is."""
    text = _TOKEN.sub(lambda found: found[1] or found[2] or found[3] or ("" if found[0][:2] == "/*" else " "), css)
    # Taking a comment out may have left blanks beside a sign; a second time there is none.
    text = _TOKEN.sub(lambda found: found[1] or found[2] or found[3] or " ", text)
    return Html(text.replace(";}", "}").strip())


def needed_by(css: str, markup: str) -> Html:
    """The style sheet, compact, without the selectors and rules that nothing in this markup can match.

    markup: the body. What a script adds to it has to be there too, in a template element.
    """
    plain, needs = str(markup), _names(css)  # what is cut from markup would be made markup again
    names = {"html", *map(str.lower, set(_ELEMENT.findall(plain)))}
    for sign, attribute in ((".", "class="), ("#", "id=")):
        if sign in _signs(css):
            # Splitting takes a fifth of the time of an expression; a rule too many, for a "data-id=", does no harm.
            found = {_value(rest) for rest in plain.split(attribute)[1:]}
            names.update([sign + name for value in found for name in value.split()])
    return _with(css, needs.intersection(names))


def _value(rest: str) -> str:
    """The value of an attribute with which the text begins."""
    end = rest.find('"', 1) if rest[:1] == '"' else -1
    return rest[1:end] if end > 0 else _VALUE.match(rest)[1]  # type: ignore[index]


@lru_cache(maxsize=1024)
def _with(css: str, names: frozenset[str]) -> Html:
    return Html(_text(_rules(css), names))


@lru_cache(maxsize=64)
def _names(css: str) -> frozenset[str]:
    """All names that decide whether a rule is needed."""
    return frozenset().union(*[rule.names for rule in _rules(css)])


@lru_cache(maxsize=64)
def _signs(css: str) -> frozenset[str]:
    """What these names begin with."""
    return frozenset([name[0] for name in _names(css)])


@lru_cache(maxsize=64)
def _rules(css: str) -> tuple[_Rule, ...]:
    return tuple(_parsed(compact(css)))


def _parsed(text: str) -> Iterator[_Rule]:
    at = 0
    while at < len(text):
        found = _PART.match(text, at)
        if found is None or found[2] == "":  # the end, or a quotation mark without its other one
            yield _Rule(text[at:])
            return
        at = found.end()
        if found[2] == "{":
            body, at = _block(text, at)
            yield _rule(found[1], body)
        else:
            yield _Rule(found[0])


def _block(text: str, start: int) -> tuple[str, int]:
    """What stands between two braces, the first of which has been read, and where it goes on."""
    depth, at = 1, start
    while depth and (found := _PART.match(text, at)) and found[2]:
        at = found.end()
        depth += {"{": 1, "}": -1}.get(found[2], 0)
    return text[start : at - 1 if depth == 0 else len(text)], at if depth == 0 else len(text)


def _rule(prelude: str, body: str) -> _Rule:
    if prelude.startswith(_GROUPS):
        return _Rule(prelude, rules=tuple(_parsed(body)))
    if prelude.startswith("@"):
        return _Rule(f"{prelude}{{{body}}}")
    return _Rule(body, _selectors(prelude))


def _selectors(prelude: str) -> tuple[tuple[str, frozenset[str]], ...]:
    bare = prelude
    while (shorter := _CONDITION.sub(" ", bare)) != bare:
        bare = shorter
    if bare.count(",") != prelude.count(",") or "\\" in prelude:
        return ((prelude, frozenset()),)  # a comma within ":is()", or a sign that stands for another: it stays whole
    short = prelude if '"' in prelude else _COMBINATOR.sub(r"\1", prelude)
    return tuple([(one, _needs(plain)) for one, plain in zip(short.split(","), bare.split(","), strict=True)])


def _needs(selector: str) -> frozenset[str]:
    return frozenset([sign + name if sign else name.lower() for sign, name in _NAME.findall(selector)])


def _text(rules: tuple[_Rule, ...], names: frozenset[str]) -> str:
    return "".join([_rule_text(rule, names) for rule in rules])


def _rule_text(rule: _Rule, names: frozenset[str]) -> str:
    if rule.rules is not None:
        inner = _text(rule.rules, names)
        # A layer that is empty still has its place among the others.
        return f"{rule.text}{{{inner}}}" if inner or rule.text.startswith("@layer") else ""
    if not rule.selectors:
        return rule.text
    kept = ",".join([selector for selector, needs in rule.selectors if needs <= names])
    return f"{kept}{{{rule.text}}}" if kept else ""


@lru_cache(maxsize=1024)
def content_hash(css: str) -> str:
    """The source expression for a style or script element with this content
    (https://www.w3.org/TR/CSP3/#grammardef-hash-source)."""
    return f"sha256-{b64encode(sha256(css.encode()).digest()).decode()}"
