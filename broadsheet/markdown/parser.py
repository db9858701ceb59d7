"""markdown-it as we use it: which rules are enabled, and their dispatch by first character for speed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from markdown_it import MarkdownIt, helpers
from markdown_it.parser_block import ParserBlock
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline import autolink as markdown_autolink
from markdown_it.token import Token
from markdown_it.utils import EnvType

from .bare_addresses import link_bare_addresses, web_address_rule
from .cjk import CjkFriendlyState
from .document import located
from .footnotes import footnotes_plugin
from .foreign import comment_rule, raw_rule
from .languages import quotes_for
from .typography import typography_rule

MAX_NESTING = 100  # that of js-default, which drops deeper content; writer.py reports a problem long before

# The characters at which each rule can match; None: at any. Not trying a rule where it cannot match saves time and
# changes nothing else: most of markdown-it's time goes into comparing characters in Python.
_BLOCK_STARTS: dict[str, str | None] = {
    "comment": "<",
    "table": None,
    "code": None,
    "fence": "`~",
    "blockquote": ">",
    "hr": "*-_",
    "list": "*-+0123456789",
    "footnote_def": "[",
    "reference": "[",
    "heading": "#",
    "lheading": None,
    "paragraph": None,
}
_INLINE_STARTS = {
    "newline": "\n",
    "escape": "\\",
    "backticks": "`",
    "strikethrough": "~",
    "emphasis": "*_",
    "link": "[",
    "image": "!",
    "footnote_inline": "^",
    "footnote_ref": "[",
    "autolink": "<",
    "raw": "<{",
    "web_address": ":",
    "entity": "&",
}
DISABLED = ("html_block", "html_inline", "linkify", "replacements")


@lru_cache(maxsize=64)
def parser_for(subtag: str) -> MarkdownIt:
    """The parser for a language (a primary subtag); it is not modified after this."""
    md = MarkdownIt("js-default", {"maxNesting": MAX_NESTING, "typographer": True, "quotes": quotes_for(subtag)})
    md.use(footnotes_plugin)
    md.disable(DISABLED)
    configure(md)
    md.inline = InlineDispatcher(md.inline)
    md.block = BlockDispatcher(md.block)
    return md


def configure(md: MarkdownIt) -> None:
    """Change what differs from markdown-it in its result; the rest of this module only makes it faster."""
    md.core.ruler.before("smartquotes", "linkify_bare", link_bare_addresses)
    md.core.ruler.before("smartquotes", "typography", typography_rule)
    md.core.ruler.at("inline", _inline_rule)
    md.inline.ruler.at("autolink", _autolink_rule)
    md.inline.ruler.after("autolink", "raw", raw_rule)
    md.inline.ruler.after("raw", "web_address", web_address_rule)
    md.block.ruler.before("table", "comment", comment_rule, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    # Every address reaches the writer as written, and is checked there, where a problem gets a line and a column.
    md.validateLink = lambda url: True  # type: ignore[method-assign]
    md.normalizeLink = lambda url: url  # type: ignore[method-assign]
    md.helpers = SimpleNamespace(  # type: ignore[assignment]
        parseLinkLabel=helpers.parseLinkLabel,
        parseLinkDestination=_link_destination,
        parseLinkTitle=helpers.parseLinkTitle,
    )


def _link_destination(string: str, pos: int, maximum: int) -> Any:
    result = helpers.parseLinkDestination(string, pos, maximum)
    if result.ok:
        result.str = located(result.str, string, pos)
    return result


def _autolink_rule(state: StateInline, silent: bool) -> bool:
    start = state.pos
    if not markdown_autolink(state, silent):
        return False
    if not silent:
        opening = state.tokens[-3]
        opening.attrs["href"] = located(str(opening.attrs["href"]), state.src, start + 1)
    return True


def _inline_rule(state: StateCore) -> None:
    """markdown-it's core rule `inline`, but skipping tokens without content: there are many empty table cells."""
    parse, md, env = state.md.inline.parse, state.md, state.env
    for token in state.tokens:
        if token.type == "inline" and token.content:
            env["block"] = token
            token.children = parse(token.content, md, env, [])


class InlineDispatcher(ParserInline):
    """markdown-it's inline parser; rules are tried only at characters at which they can match."""

    def __init__(self, full: ParserInline) -> None:
        self.ruler = full.ruler
        self.ruler2 = full.ruler2
        rules = dict(zip(full.ruler.get_active_rules(), full.ruler.getRules(""), strict=True))
        rules.pop("text")
        self.by_character = _by_character(rules, _INLINE_STARTS)
        self.next_special = re.compile(
            r"[\n\\`~*_\[\]]|!(?=\[)|\^(?=\[)|<(?=[^\s<>])|&(?=[#A-Za-z])|\{(?=[{%:#.A-Za-z])|:(?=//)"
        ).search

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        """The tokens of a text; emphasis beside CJK punctuation is found as cjk.py says."""
        if src.isascii():
            return super().parse(src, md, env, tokens)
        state = CjkFriendlyState(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens

    def tokenize(self, state: StateInline) -> None:
        src, end = state.src, state.posMax
        search, by_character = self.next_special, self.by_character
        is_open = state.level < state.md.options["maxNesting"]
        pos = state.pos
        while pos < end:
            found = search(src, pos, end)
            if found is None:
                state.append_pending(src[pos:end])
                pos = end
                break
            start = found.start()
            if start > pos:
                state.append_pending(src[pos:start])
            state.pos = start
            character = src[start]
            if is_open:
                for rule in by_character.get(character, ()):
                    if rule(state, False):
                        break
                else:
                    state.append_pending(character)
                    state.pos = start + 1
            else:
                state.append_pending(character)
                state.pos = start + 1
            pos = state.pos
        state.pos = pos
        if state.pending:
            state.pushPending()

    def skipToken(self, state: StateInline) -> None:
        pos = state.pos
        cache = state.cache
        if pos in cache:
            state.pos = cache[pos]
            return
        rules = self.by_character.get(state.src[pos])
        if state.level >= state.md.options["maxNesting"]:
            state.pos = state.posMax  # as markdown-it does
        elif rules is not None:
            state.level += 1
            for rule in rules:
                if rule(state, True):
                    break
            else:
                state.pos = pos + 1
            state.level -= 1
        else:
            found = self.next_special(state.src, pos, state.posMax)
            state.pos = max(found.start(), pos + 1) if found else state.posMax
        cache[pos] = state.pos


class BlockDispatcher(ParserBlock):
    """markdown-it's block parser; rules are tried only at characters at which they can match."""

    def __init__(self, full: ParserBlock) -> None:
        self.ruler = RuleDispatcher(full)  # type: ignore[assignment]


class RuleDispatcher:
    """Chains of block rules, each combined into one rule that dispatches by the first character of the line."""

    def __init__(self, full: ParserBlock) -> None:
        self.active = full.ruler.get_active_rules()
        names = {rule: name for name, rule in zip(self.active, full.ruler.getRules(""), strict=True)}
        self.chains = {
            chain: [_first_character_rule({names[rule]: rule for rule in full.ruler.getRules(chain)})]
            for chain in ("", "paragraph", "reference", "blockquote", "list")
        }

    def getRules(self, chain: str = "") -> Sequence[Callable[..., bool]]:
        return self.chains[chain]

    def get_active_rules(self) -> list[str]:
        return self.active


def _first_character_rule(rules: dict[str, Callable[..., bool]]) -> Callable[..., bool]:
    by_character = _by_character(rules, _BLOCK_STARTS)
    anywhere = tuple(rule for name, rule in rules.items() if _BLOCK_STARTS[name] is None)
    get = by_character.get

    def pick(state: StateBlock, line: int, end_line: int, silent: bool) -> bool:
        start = state.bMarks[line] + state.tShift[line]
        for rule in get(state.src[start : start + 1], anywhere):  # noqa: SIM110  (a generator costs time)
            if rule(state, line, end_line, silent):
                return True
        return False

    return pick


def _by_character(
    rules: dict[str, Callable[..., Any]], starts: dict[str, str | None] | dict[str, str]
) -> dict[str, tuple[Callable[..., Any], ...]]:
    characters = {character for name in rules for character in starts[name] or ""}
    return {
        character: tuple(rule for name, rule in rules.items() if starts[name] is None or character in starts[name])  # type: ignore[operator]
        for character in sorted(characters)
    }
