"""Dashes and ellipses. Quotation marks are markdown-it's own `smartquotes`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore

# Of markdown-it's `replacements` only what never changes honest text: "(c)" is a list mark in "(a), (b), (c)",
# ".." a path, and "????" what somebody said.
_ELLIPSIS = re.compile(r"(?<!\.)\.\.\.(?!\.)")
_EM_DASH = re.compile(r"(^|[^-])---(?=[^-]|$)", re.MULTILINE)
_EN_DASH_ALONE = re.compile(r"(^|\s)--(?=\s|$)", re.MULTILINE)
_EN_DASH_WITHIN = re.compile(r"(^|[^-\s])--(?=[^-\s]|$)", re.MULTILINE)


def typography(state: StateCore) -> None:
    """Replace --, --- and ... in all text outside code and autolinks."""
    if not may_have_dashes(state.src):
        return
    for token in state.tokens:
        if token.type == "inline" and may_have_dashes(token.content):
            in_autolink = False
            for child in token.children or ():
                if child.type == "text" and not in_autolink:
                    child.content = set_dashes(child.content)
                elif child.info == "auto":
                    in_autolink = child.type == "link_open"


def may_have_dashes(text: str) -> bool:
    """Whether `set_dashes` can change anything in a text."""
    return "--" in text or "..." in text or "+-" in text


def set_dashes(text: str) -> str:
    """Some text with real dashes and ellipses."""
    if not may_have_dashes(text):
        return text
    text = _ELLIPSIS.sub("…", text)
    text = _EM_DASH.sub("\\1—", text)
    text = _EN_DASH_ALONE.sub("\\1–", text)
    return _EN_DASH_WITHIN.sub("\\1–", text).replace("+-", "±")
