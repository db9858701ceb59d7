"""What is added to a page while it is served: one script, which reloads the page when it changes and shows problems."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from pathlib import Path

from ..core.digest import digest, digest_bytes

CLIENT = "/__preview/client.js"
# The script stands right behind the doctype: a policy in a meta element binds only what comes after it, and the
# parser puts what stands before <html> into the head, so that the page itself stays as it is.
_DOCTYPE = re.compile(rb"\s*(?:<!--.*?-->\s*)*<!doctype[^>]*>", re.IGNORECASE | re.DOTALL)
_STYLE = re.compile(rb"<style>.*?</style>|style-src '[^']*'", re.DOTALL)


@cache
def client_script() -> bytes:
    """The script, in which the page and the worker that all tabs share each have their part."""
    return Path(__file__).with_name("client.js").read_bytes()


@cache
def client_address() -> str:
    """Where the script is served; a new version of it has a new address."""
    return f"{CLIENT}?{digest_bytes(client_script())[:8]}"


def tag_of(page: bytes, badge: str) -> str:
    """What changes when the page as it is served does."""
    return digest(digest_bytes(page), badge, client_address())[:32]


def with_client(page: bytes, badge: str, tag: str) -> bytes:
    """The page as it is served. badge: what to say of it over the page, in a few words, or nothing.

    The script is told what the page's tag is, and that of all but its style: where only the style has changed, it can
    be exchanged.
    """
    at = found.end() if (found := _DOCTYPE.match(page)) else 0
    told = f'data-tag="{tag}" data-rest="{rest_of(page, badge)}" data-badge="{escape(badge)}"'
    return page[:at] + f'<script src="{client_address()}" {told}></script>'.encode() + page[at:]


def rest_of(page: bytes, badge: str) -> str:
    """The tag of all but the style of a page, which can be exchanged without a reload."""
    return digest(_STYLE.sub(b"", page), badge)[:32]
