"""Text functions: escaping, plain text, word counts, ids of headings."""

from __future__ import annotations

import re
import unicodedata

from .document import IMAGE_END, IMAGE_START, SLOT_DELIMITER

_IMAGE = f"{SLOT_DELIMITER}{IMAGE_START}.*?{SLOT_DELIMITER}{IMAGE_END}[0-9]+{SLOT_DELIMITER}"
_MARKUP = re.compile(f'<sup class="footnote-ref".*?</sup>|{_IMAGE}|<[^>]*>')
# Scripts written without spaces: Thai to Khmer, kana, Han, and the ideographs of the supplementary planes.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_LONE_PUNCTUATION = re.compile(r"(?<!\S)[^\w\s]+(?!\S)")  # a dash, or "»" after its space
_SPACE = re.compile("[ \t\n]+")  # not no-break spaces
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")
_MAX_SLUG = 80


def escape(text: str) -> str:
    """Text for HTML elements and quoted attributes, escaped like markdown-it does."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def plain_text(fragment: str) -> str:
    """The text of our own inline HTML on one line, without footnote references."""
    if "<" in fragment or SLOT_DELIMITER in fragment:
        fragment = _MARKUP.sub("", fragment)
    if "&" in fragment:
        fragment = fragment.replace("&quot;", '"').replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&")
    return _SPACE.sub(" ", fragment).strip()


def word_count(text: str) -> int:
    """The number of words; in scripts without spaces, two characters count as a word."""
    if text.isascii():
        return len(text.split())
    unspaced = len(_UNSPACED.findall(text))
    if unspaced:
        text = _UNSPACED.sub(" ", text)
    return len(text.split()) - len(_LONE_PUNCTUATION.findall(text)) + (unspaced + 1) // 2


def heading_slug(text: str) -> str:
    """The id of a heading: "h-" and its letters and digits of any script, in lower case, joined by hyphens.

    The "h-" avoids conflicts with ids in templates, and with global names of scripts.
    """
    text = unicodedata.normalize("NFC", text).lower()
    if text.isascii():
        slug = _NOT_IN_SLUG.sub("-", text)
    else:
        slug = "-".join("".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in text).split())
    return "h-" + (slug[:_MAX_SLUG].strip("-") or "section")
