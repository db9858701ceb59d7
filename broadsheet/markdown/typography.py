"""Dashes and ellipses. Quotation marks are left to markdown-it's `smartquotes`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore

# Only those of markdown-it's `replacements` that cannot be wrong: "(c)" is a list item in "(a), (b), (c)", ".." a path,
# and "????" may be a quotation.
_ELLIPSIS = re.compile(r"(?<!\.)\.\.\.(?!\.)")
_EM_DASH = re.compile(r"(^|[^-])---(?=[^-]|$)", re.MULTILINE)
_SPACED_EN_DASH = re.compile(r"(^|\s)--(?=\s|$)", re.MULTILINE)
_UNSPACED_EN_DASH = re.compile(r"(^|[^-\s])--(?=[^-\s]|$)", re.MULTILINE)


def typography_rule(state: StateCore) -> None:
    """A core rule of markdown-it: replace --, --- and ... in all text except code and autolinks."""
    if not has_dashes(state.src):
        return
    for token in state.tokens:
        if token.type == "inline" and has_dashes(token.content):
            in_autolink = False
            for child in token.children or ():
                if child.type == "text" and not in_autolink:
                    child.content = replace_dashes(child.content)
                elif child.info == "auto":
                    in_autolink = child.type == "link_open"


def has_dashes(text: str) -> bool:
    """Whether `replace_dashes` may change the text."""
    return "--" in text or "..." in text or "+-" in text


def replace_dashes(text: str) -> str:
    """The text with real dashes and ellipses."""
    if not has_dashes(text):
        return text
    text = _ELLIPSIS.sub("…", text)
    text = _EM_DASH.sub("\\1—", text)
    text = _SPACED_EN_DASH.sub("\\1–", text)
    return _UNSPACED_EN_DASH.sub("\\1–", text).replace("+-", "±")
