"""Small things about text: escaping, plain text, words, names for headings."""

from __future__ import annotations

import re
import unicodedata

from .document import IMAGE, IMAGE_END, MARK

_TAG = re.compile(
    f'<sup class="footnote-ref".*?</sup>|{MARK}{IMAGE}.*?{MARK}{IMAGE_END}[0-9]+{MARK}|<[^>]*>'
)  # fmt: skip
# Scripts written without spaces: Thai to Khmer, kana, Han, and the ideographs of the supplementary planes.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_LONELY = re.compile(r"(?<!\S)[^\w\s]+(?!\S)")  # a dash, or "»" behind its space
_SPACE = re.compile("[ \t\n]+")  # but no-break spaces stay
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")
_MAX_SLUG = 80


def escape(text: str) -> str:
    """Text for HTML, inside elements or quoted attributes; as markdown-it escapes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def plain_text(fragment: str) -> str:
    """What a reader sees of our own inline HTML, without footnote marks, on one line."""
    if "<" in fragment or MARK in fragment:
        fragment = _TAG.sub("", fragment)
    if "&" in fragment:
        fragment = fragment.replace("&quot;", '"').replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&")
    return _SPACE.sub(" ", fragment).strip()


def word_count(text: str) -> int:
    """How many words a reader reads; where a script has no spaces, two characters count as a word."""
    if text.isascii():
        return len(text.split())
    unspaced = len(_UNSPACED.findall(text))
    if unspaced:
        text = _UNSPACED.sub(" ", text)
    return len(text.split()) - len(_LONELY.findall(text)) + (unspaced + 1) // 2


def heading_slug(text: str) -> str:
    """The id of a heading: "h-" and its letters and digits of any script, in lower case, with hyphens between.

    The "h-" keeps it apart from the ids of templates, and from names that mean something to scripts.
    """
    text = unicodedata.normalize("NFC", text).lower()
    if text.isascii():
        slug = _NOT_IN_SLUG.sub("-", text)
    else:
        slug = "-".join("".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in text).split())
    return "h-" + (slug[:_MAX_SLUG].strip("-") or "section")
