"""Simple text: plain text, emphasis, code and links of a block, where these are certain, and their HTML.

A span is recognised only if nothing in it, and nothing between spans, can be the start of anything else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ..destinations import check_destination
from ..html_builder import rel_of
from ..smartquotes import OUTSIDE, Piece, replace_quotes
from ..text import escape
from ..typography import has_dashes, replace_dashes

# Plain text is without anything that can start an escape, a span or an autolink, and without tabs, which are rare.
_PLAIN = r"[^\\`*_\[\]<\t]"
_SPECIAL = re.compile(r"[\\`*_\[\]<\t]")
_ENTITY = re.compile("&#?[A-Za-z0-9]+;")
_ADDRESS = r"[A-Za-z0-9/:.#?=&%@+,!$*_~-]+"
# Emphasis opens after a space, or between an opening quotation mark and a letter or digit; it closes before a space, or
# between a letter or digit and closing punctuation: CommonMark §6.2 allows nothing else for such delimiter runs.
_SPAN = re.compile(
    rf"""(?<!`)`(?P<code>[^`\n\t]+)`(?!`)
    | (?<![!^])\[(?!\^)(?P<link>{_PLAIN}+)\]\((?P<address>{_ADDRESS})\)
    | (?:(?<![^ \n])|(?<=[("'“«„—–])(?=[*_]+[^\W_]))(?P<delimiter>\*\*?|__?)(?=\S)(?P<emphasis>{_PLAIN}+)
      (?:(?<=\S)(?P=delimiter)(?![^ \n])|(?<=[^\W_])(?P=delimiter)(?=[.,;:!?)"'”»…—–-]))""",
    re.VERBOSE,
)
_TAGS = {1: ("<em>", "</em>"), 2: ("<strong>", "</strong>")}


class SimpleText(NamedTuple):
    """The text of a block."""

    html: tuple[str, ...]
    """The slots of the links go between its parts."""
    links: tuple[tuple[str, int], ...]
    """Addresses as written, with their offsets in the prose."""
    plain: str
    """The text whose words are counted."""


def simple_text(text: str, start: int, quotes: Sequence[str]) -> SimpleText | None:
    """The text of a block; None if it is not certainly simple.

    start: its offset in the prose; quotes: the quotation marks of its language.
    """
    if text.strip() != text or "~~" in text or ("&" in text and _ENTITY.search(text)):
        return None
    spans = _spans(text)
    if spans is None:
        return None
    if spans:
        return _with_spans(text, spans, start, quotes)
    if has_dashes(text):
        text = replace_dashes(text)
    if '"' in text or "'" in text:
        (text,) = replace_quotes([Piece(text, OUTSIDE)], quotes)
    html = escape(text)
    # For a block that is a single token, TokenWriter counts the words of the HTML, in which a lone ">" is one.
    return SimpleText((html,), (), text if "\n" in text else html)


def _spans(text: str) -> list[re.Match[str]] | None:
    """The spans of a text; None if one of its special characters does not start a span."""
    spans = []
    found = _SPECIAL.search(text)
    while found:
        span = _SPAN.match(text, found.start())
        if not span:
            return None
        spans.append(span)
        found = _SPECIAL.search(text, span.end())
    return spans


def _with_spans(text: str, spans: Sequence[re.Match[str]], start: int, quotes: Sequence[str]) -> SimpleText | None:
    links = tuple([(span["address"], start + span.start("address")) for span in spans if span.lastgroup == "address"])
    for address, _ in links:
        if check_destination(address, False).error:
            return None
    texts = _texts(text, spans)
    if '"' in text or "'" in text or has_dashes(text):
        texts = _typographic(texts, spans, quotes)
    return SimpleText(_html(texts, spans), links, "".join(texts).strip())


def _texts(text: str, spans: Sequence[re.Match[str]]) -> list[str]:
    """The text before the first span, in it, between it and the second one, in the second one, and so on."""
    texts: list[str] = []
    end = 0
    for span in spans:
        inner = span["link"] or span["emphasis"] or _code(span["code"])
        texts += (text[end : span.start()], inner)
        end = span.end()
    texts.append(text[end:])
    return texts


def _code(text: str) -> str:
    return text[1:-1] if text.startswith(" ") and text.endswith(" ") and text.strip(" ") else text


def _typographic(texts: Sequence[str], spans: Sequence[re.Match[str]], quotes: Sequence[str]) -> list[str]:
    pieces = []
    for number, text in enumerate(texts):
        if number % 2 and spans[number // 2].lastgroup == "code":
            pieces.append(Piece(text, None))
        else:
            pieces.append(Piece(replace_dashes(text), number if number % 2 else OUTSIDE))
    return replace_quotes(pieces, quotes)


def _html(texts: Sequence[str], spans: Sequence[re.Match[str]]) -> tuple[str, ...]:
    out = []
    html = escape(texts[0])
    for number, span in enumerate(spans):
        inner, after = escape(texts[2 * number + 1]), escape(texts[2 * number + 2])
        kind = span.lastgroup
        if kind == "address":
            out.append(html + '<a href="')
            html = f'"{rel_of(span["address"])}>{inner}</a>{after}'
        elif kind == "code":
            html += f"<code>{inner}</code>{after}"
        else:
            opening, closing = _TAGS[len(span["delimiter"])]
            html += opening + inner + closing + after
    return (*out, html)
