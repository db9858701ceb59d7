"""The script added to every served page: it reloads the page when it changes, and shows problems."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from pathlib import Path

from ..core.digest import digest, digest_bytes

CLIENT = "/__preview/client.js"
# The script comes right after the doctype: a policy in a meta element applies only to what follows it, and the parser
# moves what precedes <html> into the head, so that the rest of the page is unchanged.
_DOCTYPE = re.compile(rb"\s*(?:<!--.*?-->\s*)*<!doctype[^>]*>", re.IGNORECASE | re.DOTALL)
_STYLE = re.compile(rb"<style>.*?</style>|style-src '[^']*'", re.DOTALL)


@cache
def client_script() -> bytes:
    """The script. It runs in each page, and once as the worker that all tabs share."""
    return Path(__file__).with_name("client.js").read_bytes()


@cache
def client_url() -> str:
    """The URL of the script, which changes with its content."""
    return f"{CLIENT}?{digest_bytes(client_script())[:8]}"


def page_tag(page: bytes, badge: str) -> str:
    """A tag that changes whenever the served page does."""
    return digest(digest_bytes(page), badge, client_url())[:32]


def content_tag(page: bytes, badge: str) -> str:
    """A tag that changes whenever anything but the page's CSS does, which can be replaced without a reload."""
    return digest(_STYLE.sub(b"", page), badge)[:32]


def with_client(page: bytes, badge: str, tag: str) -> bytes:
    """The page with the script, as it is served. badge: a short text to show on top of the page, or nothing."""
    at = found.end() if (found := _DOCTYPE.match(page)) else 0
    data = f'data-tag="{tag}" data-content-tag="{content_tag(page, badge)}" data-badge="{escape(badge)}"'
    return page[:at] + f'<script src="{client_url()}" {data}></script>'.encode() + page[at:]
