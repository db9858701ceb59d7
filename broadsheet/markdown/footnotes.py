"""Footnotes: the rules of mdit-py-plugins, and problems for footnotes that these would drop without a message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_inline, footnote_tail

from .document import ProseFault


def footnotes_plugin(md: MarkdownIt) -> None:
    """Enable footnotes: [^1] with its definition, and ^[inline ones]."""
    footnote_plugin(md)
    md.inline.ruler.at("footnote_inline", _inline_footnote)
    md.core.ruler.at("footnote_tail", _tail)


def footnote_number(token: Token) -> str:
    """What follows "fn" or "fnref" in ids: "2", or "2-3" for the third reference to the second footnote."""
    number, earlier_references = token.meta["id"] + 1, token.meta.get("subId", 0)
    return f"{number}-{earlier_references + 1}" if earlier_references else str(number)


def _inline_footnote(state: StateInline, silent: bool) -> bool:
    if not footnote_inline(state, silent):
        return False
    if not silent:
        footnote = state.env["footnotes"]["list"][state.tokens[-1].meta["id"]]
        block: Token = state.env["block"]  # the footnote's own token has no line
        before = max(block.content.find(footnote["content"]), 0)
        footnote["line"] = (block.map[0] if block.map else 0) + block.content.count("\n", 0, before)
    return True


def _tail(state: StateCore) -> None:
    footnotes = state.env.get("footnotes")
    if not footnotes:
        return
    if footnotes["refs"]:
        state.env["footnote_faults"] = list(_faults(state.tokens, footnotes["refs"]))
    footnote_tail(state)
    if footnotes["list"]:
        _set_lines(state.tokens, footnotes["list"])


def _faults(tokens: Sequence[Token], references: dict[str, int]) -> Iterator[ProseFault]:
    defined: set[str] = set()
    for token in tokens:
        if token.type != "footnote_reference_open":
            continue
        label = token.meta["label"]
        line = token.map[0] + 1 if token.map else 1
        quoted = label if len(label) <= 40 else label[:39] + "…"
        if label in defined:
            yield ProseFault(line, 1, f'the footnote "[^{quoted}]" is defined twice', "give each footnote its own name")
        elif references[":" + label] < 0:
            hint = f"write [^{quoted}] where it belongs, or delete it"
            yield ProseFault(line, 1, f'nothing refers to the footnote "[^{quoted}]"', hint)
        defined.add(label)


def _set_lines(tokens: Sequence[Token], footnotes: dict[int, dict[str, Any]]) -> None:
    for index, token in enumerate(tokens):
        if token.type == "footnote_open" and "line" in footnotes[token.meta["id"]]:
            line = footnotes[token.meta["id"]]["line"]
            tokens[index + 2].map = [line, line + 1]
