"""Simple text: what in a block is surely plain text, emphasis, code or a link, and its HTML.

Each span is recognised only where CommonMark leaves no choice: nothing in it or between spans can begin anything else.
tests/markdown/test_fast.py compares all of it with markdown-it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ..addresses import judge
from ..html_builder import rel_of
from ..prose import escape
from ..typography import may_have_dashes, set_dashes
from .smartquotes import OUTSIDE, Piece, curled

# What can begin an escape, a span or an autolink. Tabs are rare, and no friends of columns.
_PLAIN = r"[^\\`*_\[\]<\t]"
_SPECIAL = re.compile(r"[\\`*_\[\]<\t]")
_ENTITY = re.compile("&#?[A-Za-z0-9]+;")
_ADDRESS = r"[A-Za-z0-9/:.#?=&%@+,!$*_~-]+"
# Emphasis opens behind a blank, or before a letter or digit behind an opening mark; it closes before a blank, or
# behind a letter or digit before a closing one: runs that CommonMark §6.2 lets do nothing else.
_SPAN = re.compile(
    rf"""(?<!`)`(?P<code>[^`\n\t]+)`(?!`)
    | (?<![!^])\[(?!\^)(?P<link>{_PLAIN}+)\]\((?P<address>{_ADDRESS})\)
    | (?:(?<![^ \n])|(?<=[("'“«„—–])(?=[*_]+[^\W_]))(?P<mark>\*\*?|__?)(?=\S)(?P<emphasis>{_PLAIN}+)
      (?:(?<=\S)(?P=mark)(?![^ \n])|(?<=[^\W_])(?P=mark)(?=[.,;:!?)"'”»…—–-]))""",
    re.VERBOSE,
)
_TAGS = {1: ("<em>", "</em>"), 2: ("<strong>", "</strong>")}


class Simple(NamedTuple):
    """The text of a block. html: pieces between which the slots of its links stand.

    links: address as written and its offset in the prose; said: the text whose words are counted.
    """

    html: tuple[str, ...]
    links: tuple[tuple[str, int], ...]
    said: str


def simple_text(text: str, start: int, quotes: Sequence[str]) -> Simple | None:
    """The text of a block, without blanks around line ends; None if it is not surely simple.

    start: its offset in the prose; quotes: the marks of its language.
    """
    if text.strip() != text or "~~" in text or ("&" in text and _ENTITY.search(text)):
        return None
    spans = _spans(text)
    if spans is None:
        return None
    if spans:
        return _with_spans(text, spans, start, quotes)
    if may_have_dashes(text):
        text = set_dashes(text)
    if '"' in text or "'" in text:
        (text,) = curled([Piece(text, OUTSIDE)], quotes)
    html = escape(text)
    # Of a block that is one token the writer counts the HTML, in which a lonely ">" is a word.
    return Simple((html,), (), text if "\n" in text else html)


def _spans(text: str) -> list[re.Match[str]] | None:
    """The spans of a text; None if anything in it that can begin one begins none."""
    spans = []
    found = _SPECIAL.search(text)
    while found:
        span = _SPAN.match(text, found.start())
        if not span:
            return None
        spans.append(span)
        found = _SPECIAL.search(text, span.end())
    return spans


def _with_spans(text: str, spans: Sequence[re.Match[str]], start: int, quotes: Sequence[str]) -> Simple | None:
    links = tuple([(span["address"], start + span.start("address")) for span in spans if span.lastgroup == "address"])
    for address, _ in links:
        if judge(address, False).refusal:
            return None
    texts = _texts(text, spans)
    if '"' in text or "'" in text or may_have_dashes(text):
        texts = _dressed(texts, spans, quotes)
    return Simple(_html(texts, spans), links, "".join(texts).strip())


def _texts(text: str, spans: Sequence[re.Match[str]]) -> list[str]:
    """What stands before the first span, in it, behind it, in the second one, and so on."""
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


def _dressed(texts: Sequence[str], spans: Sequence[re.Match[str]], quotes: Sequence[str]) -> list[str]:
    pieces = []
    for number, text in enumerate(texts):
        if number % 2 and spans[number // 2].lastgroup == "code":
            pieces.append(Piece(text, None))
        else:
            pieces.append(Piece(set_dashes(text), number if number % 2 else OUTSIDE))
    return curled(pieces, quotes)


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
            opening, closing = _TAGS[len(span["mark"])]
            html += opening + inner + closing + after
    return (*out, html)
