"""Dashes, ellipses and apostrophes; and the whole typography of text without Markdown, such as titles.

In Markdown, quotation marks are left to markdown-it's `smartquotes`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .languages import primary_subtag, quotes_for
from .smartquotes import OUTSIDE, Piece, replace_quotes

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore

# Only those of markdown-it's `replacements` that cannot be wrong: "(c)" is a list item in "(a), (b), (c)", ".." a path,
# and "????" may be a quotation.
_ELLIPSIS = re.compile(r"(?<!\.)\.\.\.(?!\.)")
_EM_DASH = re.compile(r"(^|[^-])---(?=[^-]|$)", re.MULTILINE)
_SPACED_EN_DASH = re.compile(r"(^|\s)--(?=\s|$)", re.MULTILINE)
_UNSPACED_EN_DASH = re.compile(r"(^|[^-\s])--(?=[^-\s]|$)", re.MULTILINE)


# An apostrophe for letters or digits that are left out, where smartquotes would see an opening quotation mark.
_DECADE = re.compile(r"(?<![^\W_])'(?=[0-9][0-9](?:s|er|ers)\b)")
_CLIPPED = re.compile(r"(?<![^\W_])'(?=(?:tis|twas|twere|twill|em|til|cause|nuff|n['’])(?![^\W_]))", re.IGNORECASE)
_AND = re.compile(r"(?<=’n)'(?![^\W_])", re.IGNORECASE)  # the second one of rock 'n' roll


def typography_rule(state: StateCore) -> None:
    """A core rule of markdown-it: replace --, ---, ... and apostrophes in all text except code and autolinks."""
    has_clipped = has_apostrophes(state.src)
    if not (has_clipped or has_dashes(state.src)):
        return
    is_english = state.env.get("language") == "en"
    for token in state.tokens:
        if token.type == "inline" and (has_clipped or has_dashes(token.content)):
            in_autolink = False
            for child in token.children or ():
                if child.type == "text" and not in_autolink:
                    child.content = replace_apostrophes(replace_dashes(child.content), is_english=is_english)
                elif child.info == "auto":
                    in_autolink = child.type == "link_open"


def typographic(text: str, language: str) -> str:
    """Text without Markdown, such as a title, with the dashes, apostrophes and quotation marks of its language."""
    if not ("'" in text or '"' in text or has_dashes(text)):
        return text
    subtag = primary_subtag(language)
    text = replace_apostrophes(replace_dashes(text), is_english=subtag == "en")
    return replace_quotes([Piece(text, OUTSIDE)], quotes_for(subtag))[0]


def has_apostrophes(text: str) -> bool:
    """Whether `replace_apostrophes` may change the text."""
    return "'" in text and (_DECADE.search(text) or _CLIPPED.search(text)) is not None


def replace_apostrophes(text: str, *, is_english: bool) -> str:
    """The text with apostrophes for what is left out at the start of a word: ’90s, and in English ’tis and ’em."""
    if "'" not in text:
        return text
    text = _DECADE.sub("’", text)
    return _AND.sub("’", _CLIPPED.sub("’", text)) if is_english else text


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
