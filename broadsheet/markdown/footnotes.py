"""Footnotes: mdit-py-plugins' rules, and what they pass over in silence (text that would vanish) made known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_inline, footnote_tail

from .document import ProseFault

_REFERENCE = re.compile(r"(?<!\\)\[\^([^\]\s]{1,100})\]")


def notes_plugin(md: MarkdownIt) -> None:
    """Switch footnotes on: [^1] with its definition, and ^[in the text]."""
    footnote_plugin(md)
    md.inline.ruler.at("footnote_inline", _inline_note)
    md.core.ruler.at("footnote_tail", _tail)


def note_number(token: Token) -> str:
    """What follows "fn" or "fnref" in ids: "2", or "2-3" for the third reference to the second note."""
    number, again = token.meta["id"] + 1, token.meta.get("subId", 0)
    return f"{number}-{again + 1}" if again else str(number)


def undefined_notes(token: Token, env: dict[str, Any]) -> Iterator[tuple[int, str]]:
    """Offset in a block's content and label of each [^label] that was left as text because nothing defines it."""
    if "[^" not in token.content:
        return
    defined = env.get("footnotes", {}).get("refs", {})
    shown = [child.content for child in token.children or () if child.type == "text" and "[^" in child.content]
    for found in _REFERENCE.finditer(token.content) if shown else ():
        if ":" + found[1] not in defined and any(found[0] in text for text in shown):
            yield found.start(), found[1]


def _inline_note(state: StateInline, silent: bool) -> bool:
    if not footnote_inline(state, silent):
        return False
    if not silent:
        note = state.env["footnotes"]["list"][state.tokens[-1].meta["id"]]
        block: Token = state.env["block"]  # the note's own token has no line
        before = max(block.content.find(note["content"]), 0)
        note["line"] = (block.map[0] if block.map else 0) + block.content.count("\n", 0, before)
    return True


def _tail(state: StateCore) -> None:
    notes = state.env.get("footnotes")
    if not notes:
        return
    if notes["refs"]:
        state.env["note_faults"] = list(_unseen(state.tokens, notes["refs"]))
    footnote_tail(state)
    if notes["list"]:
        _set_lines(state.tokens, notes["list"])


def _unseen(tokens: Sequence[Token], references: dict[str, int]) -> Iterator[ProseFault]:
    defined: set[str] = set()
    for token in tokens:
        if token.type != "footnote_reference_open":
            continue
        label = token.meta["label"]
        line = token.map[0] + 1 if token.map else 1
        shown = label if len(label) <= 40 else label[:39] + "…"
        if label in defined:
            yield ProseFault(line, 1, f'the footnote "[^{shown}]" is defined twice', "give each footnote its own name")
        elif references[":" + label] < 0:
            hint = f"write [^{shown}] where it belongs, or delete it"
            yield ProseFault(line, 1, f'nothing refers to the footnote "[^{shown}]"', hint)
        defined.add(label)


def _set_lines(tokens: Sequence[Token], notes: dict[int, dict[str, Any]]) -> None:
    for index, token in enumerate(tokens):
        if token.type == "footnote_open" and "line" in notes[token.meta["id"]]:
            line = notes[token.meta["id"]]["line"]
            tokens[index + 2].map = [line, line + 1]
