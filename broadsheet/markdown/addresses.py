"""Which addresses prose may point at, and in what form they are handed on."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

# Already in the form that normalizeLink gives, as nearly every link is.
_PLAIN_WEB = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:[/?#][A-Za-z0-9;/?:@&=+$,_.!~*'()#-]*)?")
_PLAIN_PATH = re.compile(r"[a-z0-9/._#-]+")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_WEB = re.compile(r"https?://(?:[^/?#@]*@)?(?:[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?=[/?#]|$)", re.I)
# Browsers drop some of these before they read the scheme, so "java\tscript:" runs.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
_ALLOWED = ("http", "https", "mailto", "tel")

_LINK_HINT = (
    "write an https:, http:, mailto: or tel: address, the path of an article's file, "
    'a path such as "/about/" or "#heading"'
)
_IMAGE_HINT = "write the path of an image file, or an https: address"


class Judged(NamedTuple):
    """An address in the form to hand on, or why it may not stand in prose."""

    target: str
    refusal: str = ""
    hint: str = ""


def judge(address: str, is_image: bool) -> Judged:
    """What becomes of an address as written, its backslashes and entities already undone.

    With a scheme it comes back percent-encoded, ready for an attribute but for HTML escaping. Without one it comes
    back readable: percent escapes undone but those of ; / ? : @ & = + $ , # and %, so that it names a file.
    """
    if _PLAIN_WEB.fullmatch(address):
        return Judged(address)
    if _PLAIN_PATH.fullmatch(address) and not address.startswith("//"):
        return Judged(address)
    address = address.strip(" ")
    hint = _IMAGE_HINT if is_image else _LINK_HINT
    quoted = shortened(address)
    if not address:
        return Judged("", "the image has no address" if is_image else "the link has no address", hint)
    if _CONTROL.search(address):
        return Judged("", f'the address "{quoted}" holds an invisible character', "delete it and type the address anew")
    if "\\" in address:
        return Judged("", f'the address "{quoted}" holds a backslash', 'write "/" instead')
    scheme = _SCHEME.match(address)
    if scheme:
        return _with_scheme(address, scheme[1].lower(), is_image, Judged("", _refusal(quoted), hint))
    return _without_scheme(address, Judged("", _refusal(quoted), hint))


def shortened(text: str) -> str:
    """Text fit for a message: on one line, without control characters, of at most 60 characters."""
    text = "".join(c if c.isprintable() else "\ufffd" for c in text[:80])
    return text if len(text) <= 60 else text[:59] + "…"


def _refusal(quoted: str) -> str:
    return f'the address "{quoted}" is not allowed'


def _with_scheme(address: str, scheme: str, is_image: bool, refused: Judged) -> Judged:
    if scheme not in _ALLOWED or (is_image and not scheme.startswith("http")):
        return refused
    from markdown_it.common.normalize_url import normalizeLink  # as in broadsheet.markdown.parse

    url = scheme + normalizeLink(address)[len(scheme) :]
    if scheme.startswith("http") and not _WEB.match(url):
        return refused._replace(refusal=refused.refusal.replace("is not allowed", "has no valid host name"))
    if url.endswith(":"):
        return refused._replace(refusal=refused.refusal.replace("is not allowed", "leads nowhere"))
    return Judged(url)


def _without_scheme(address: str, refused: Judged) -> Judged:
    # What only looks like a path: "javascript%3Aalert(1)", "%2F%2Fhost", "/%5Chost".
    bare = unquote(address).replace(" ", "")
    if bare.startswith("//") or "\\" in bare or _CONTROL.search(bare) or _SCHEME.match(bare):
        return refused
    import mdurl

    return Judged(mdurl.decode(address, mdurl.DECODE_DEFAULT_CHARS + "%"))
