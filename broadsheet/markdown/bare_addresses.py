"""Bare addresses as links: GFM's autolinks (https://github.github.com/gfm/#autolinks-extension-), for any language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from markdown_it.token import Token

from .document import LocatedDestination, located

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline

# An address ends at a space, "<" or the punctuation of CJK, which no address contains as it is.
_REST = r"[^\s<>\[\]`\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65“”«»]"
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_BARE = re.compile(
    rf"""(?<![A-Za-z0-9@/.+_-])(?:
      (?P<web>https?://(?=[^\W_\[])(?:{_REST})+)
    | (?P<www>www\.(?:{_LABEL}\.)+[^\W\d_]{{2,}}(?:[:/?\#](?:{_REST})*)?)
    | (?P<mail>[A-Za-z0-9._+-]{{1,64}}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{{0,61}}[A-Za-z0-9])?\.)+[A-Za-z]{{1,63}}(?![\w@-]))
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_SCHEME = re.compile(r"(?<![A-Za-z0-9@/.+_-])https?$", re.IGNORECASE)
_WEB = re.compile(rf"://(?=[^\W_])(?:{_REST})+", re.IGNORECASE)
_ENTITY = re.compile(r"&[A-Za-z0-9]+;$")
_ENDING = "?!.,:;*_~'\"…’"
_CLOSING = {")": "(", "]": "["}


def web_address_rule(state: StateInline, silent: bool) -> bool:
    """An inline rule at the colon of https://, so that * and _ in an address are no emphasis."""
    scheme = _SCHEME.search(state.src[max(state.pos - 6, 0) : state.pos])
    found = _WEB.match(state.src, state.pos, state.posMax) if scheme and not state.linkLevel else None
    if scheme is None or found is None or not (silent or state.pending.endswith(scheme[0])):
        return False
    rest = _trimmed(found[0])
    if len(rest) <= len("://"):
        return False
    if not silent:
        state.pending = state.pending.removesuffix(scheme[0])
        shown = scheme[0] + rest
        opening = state.push("link_open", "a", 1)
        opening.attrs = {"href": located(shown, state.src, state.pos - len(scheme[0]))}
        state.push("text", "", 0).content = shown
        closing = state.push("link_close", "a", -1)
        opening.markup = closing.markup = "linkify"
        opening.info = closing.info = "auto"
    state.pos += len(rest)
    return True


def link_bare_addresses(state: StateCore) -> None:
    """A core rule of markdown-it: addresses without a scheme become links, except in links and code.

    Those with one are found by `web_address_rule`, or here where markup stands directly before them.
    """
    if not ("://" in state.src or "www." in state.src.lower() or "@" in state.src):
        return
    for block in state.tokens:
        if block.type == "inline" and block.children and _BARE.search(block.content):
            block.children = list(_linked(block, block.children))


def _linked(block: Token, children: Sequence[Token]) -> Iterator[Token]:
    depth = at = 0
    for child in children:
        if child.type in ("link_open", "link_close"):
            depth += child.nesting
        if child.type != "text" or depth or not _BARE.search(child.content):
            yield child
            continue
        end = 0
        for found in _BARE.finditer(child.content):
            shown = _trimmed(found[0])
            if found["web"] and not shown.partition("://")[2]:
                continue
            at = max(block.content.find(shown, at), 0)
            yield from _text(child, end, found.start())
            yield from _link(child, shown, located(_target(found, shown), block.content, at))
            end = found.start() + len(shown)
            at += len(shown)
        yield from _text(child, end, len(child.content))


def _target(found: re.Match[str], shown: str) -> str:
    if found["mail"]:
        return f"mailto:{shown}"
    return f"https://{shown}" if found["www"] else shown


def _trimmed(address: str) -> str:
    """The address without what ends the sentence around it (GFM, extended autolink path validation)."""
    end = len(address)
    surplus = {closing: address.count(closing) - address.count(opening) for closing, opening in _CLOSING.items()}
    while end:
        last = address[end - 1]
        if last == ";" and (entity := _ENTITY.search(address[max(end - 40, 0) : end])):
            end -= len(entity[0])
        elif last in _ENDING:
            end -= 1
        elif surplus.get(last, 0) > 0:
            surplus[last] -= 1
            end -= 1
        else:
            break
    return address[:end]


def _text(child: Token, start: int, end: int) -> Iterator[Token]:
    if start < end:
        token = Token("text", "", 0)
        token.content, token.level = child.content[start:end], child.level
        yield token


def _link(child: Token, shown: str, destination: LocatedDestination) -> Iterator[Token]:
    opening, text, closing = Token("link_open", "a", 1), Token("text", "", 0), Token("link_close", "a", -1)
    opening.attrs = {"href": destination}
    opening.level, text.level, closing.level = child.level, child.level + 1, child.level
    opening.markup = closing.markup = "linkify"
    opening.info = closing.info = "auto"
    text.content = shown
    yield from (opening, text, closing)
