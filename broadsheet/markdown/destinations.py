"""Link destinations (CommonMark §6.3): which ones prose may use, and their normal form."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

# Already in the form that normalizeLink gives, as nearly all destinations are.
_PLAIN_WEB_URL = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:[/?#][A-Za-z0-9;/?:@&=+$,_.!~*'()#-]*)?")
_PLAIN_PATH = re.compile(r"[a-z0-9/._#-]+")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_WEB = re.compile(r"https?://(?:[^/?#@]*@)?(?:[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?=[/?#]|$)", re.I)
# Browsers remove some of these before they look for a scheme, so that "java\tscript:" runs.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
_ALLOWED = ("http", "https", "mailto", "tel")

_LINK_HINT = (
    "use an https:, http:, mailto: or tel: address, the path of an article's file, "
    'a path such as "/about/" or "#heading"'
)
_IMAGE_HINT = "use the path of an image file, or an https: address"


class Destination(NamedTuple):
    """A destination in its normal form, or what is wrong with it."""

    target: str
    error: str = ""
    hint: str = ""


def check_destination(address: str, is_image: bool) -> Destination:
    """The destination for an address as written, with its backslash escapes and entities decoded.

    With a scheme, it is percent-encoded and only needs escaping for an attribute. Without one, it is percent-decoded,
    except for ; / ? : @ & = + $ , # and %, so that it names a file.
    """
    if _PLAIN_WEB_URL.fullmatch(address):
        return Destination(address)
    if _PLAIN_PATH.fullmatch(address) and not address.startswith("//"):
        return Destination(address)
    address = address.strip(" ")
    hint = _IMAGE_HINT if is_image else _LINK_HINT
    quoted = shortened(address)
    if not address:
        return Destination("", "the image has no address" if is_image else "the link has no address", hint)
    if _CONTROL.search(address):
        error = f'the address "{quoted}" contains an invisible character'
        return Destination("", error, "delete the address and type it again")
    if "\\" in address:
        return Destination("", f'the address "{quoted}" contains a backslash', 'use "/" instead')
    refused = Destination("", f'the address "{quoted}" is not allowed', hint)
    scheme = _SCHEME.match(address)
    if scheme:
        return _with_scheme(address, scheme[1].lower(), is_image, refused)
    return _without_scheme(address, refused)


def shortened(text: str) -> str:
    """Text to quote in a message: on one line, without control characters, of at most 60 characters."""
    text = "".join(c if c.isprintable() else "\ufffd" for c in text[:80])
    return text if len(text) <= 60 else text[:59] + "…"


def _with_scheme(address: str, scheme: str, is_image: bool, refused: Destination) -> Destination:
    if scheme not in _ALLOWED or (is_image and not scheme.startswith("http")):
        return refused
    from markdown_it.common.normalize_url import normalizeLink  # 25 ms to import, and most prose does not need it

    url = scheme + normalizeLink(address)[len(scheme) :]
    if scheme.startswith("http") and not _WEB.match(url):
        return refused._replace(error=refused.error.replace("is not allowed", "has no valid host name"))
    if url.endswith(":"):
        return refused._replace(error=refused.error.replace("is not allowed", "is incomplete"))
    return Destination(url)


def _without_scheme(address: str, refused: Destination) -> Destination:
    # What only looks like a path: "javascript%3Aalert(1)", "%2F%2Fhost", "/%5Chost".
    bare = unquote(address).replace(" ", "")
    if bare.startswith("//") or "\\" in bare or _CONTROL.search(bare) or _SCHEME.match(bare):
        return refused
    import mdurl  # as markdown-it, which imports it

    return Destination(mdurl.decode(address, mdurl.DECODE_DEFAULT_CHARS + "%"))
