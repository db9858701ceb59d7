"""Slugs: the part of an address that names an article, page, topic, source or person."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

from .romanise import has_kana, romanised_kana

SLUG_LIMIT = 80
_BYTES_LIMIT = 240  # a file name has at most 255 bytes, and some programs add an ending

# Names that our own pages take.
RESERVED = frozenset(["index", "page", "feed", "static", "media"])
SlugStyle = Literal["", "ascii", "unicode"]
"""How titles become slugs: "" for Latin letters except in scripts that cannot be transliterated."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_APOSTROPHE = re.compile("(?<=[^\\W_])['’‘ʼ＇`´](?=[^\\W\\d_])")
_HAN = re.compile("[\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
# Scripts whose letters say too little without their marks or vowels: Hebrew to Ethiopic but for Georgian and Hangul.
_UNTRANSLATABLE = re.compile("[\u0590-\u109f\u1100-\u11ff\u1200-\u137f\u1780-\u17ff]")
_LETTERS = {
    "de": {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"},
    "da": {"æ": "ae", "ø": "oe", "å": "aa"},
}
_LETTERS |= dict.fromkeys(("nb", "nn", "no"), _LETTERS["da"])


@lru_cache(maxsize=4096)  # the same few topics and sources are named by every article
def slug_from(title: str, language: str = "", style: SlugStyle = "") -> str:
    """The slug of a title in a language (a BCP 47 tag): at most 80 characters, cut between words; "" if none is left.

    Latin letters, digits and hyphens, in which apostrophes vanish and German ü is ue. Titles in scripts that cannot be
    transliterated keep their letters, unless the style is "ascii"; with "unicode" all do.
    """
    subtag = language.partition("-")[0].lower()
    text = _APOSTROPHE.sub("", unicodedata.normalize("NFC", title))
    keeps_letters = has_kana(text) or (subtag == "ja" and _HAN.search(text)) or _UNTRANSLATABLE.search(text)
    if style == "unicode" or (not style and keeps_letters):
        return _cut("-".join("".join(c if _is_letter(c) else " " for c in text.lower()).split()))
    from slugify import slugify  # 4 ms to import, and not needed when nothing changed

    for letter, letters in _LETTERS.get(subtag, {}).items():
        text = text.replace(letter, letters).replace(letter.upper(), letters)
    slug: str = slugify(romanised_kana(text), max_length=SLUG_LIMIT, word_boundary=True, save_order=True)
    return slug


def has_unknown_reading(title: str, language: str) -> bool:
    """Whether nothing but a dictionary knows how a title is read: it has Han characters in a Japanese text."""
    is_japanese = language.partition("-")[0].lower() == "ja" or has_kana(title)
    return is_japanese and _HAN.search(title) is not None


def slug_fault(slug: str) -> str:
    """What is wrong with the slug of an article or page, to be put behind it ("is reserved"), or "" when it is fine."""
    return shape_fault(slug) or ("is reserved" if slug in RESERVED else "")


def shape_fault(slug: str) -> str:
    """What is wrong with the letters of a slug, or ""; topics, sources and people may have a reserved name."""
    if not slug:
        return "is empty"
    if len(slug) > SLUG_LIMIT or len(slug.encode("utf-8", "replace")) > _BYTES_LIMIT:
        return f"has {len(slug)} characters; at most {SLUG_LIMIT} are allowed"
    if _SLUG.fullmatch(slug) or (not slug.isascii() and _has_good_shape(slug)):
        return ""
    return "may only contain lower-case letters, digits and single hyphens between them"


def _has_good_shape(slug: str) -> bool:
    is_normal = slug == unicodedata.normalize("NFC", slug).lower()
    return is_normal and all(part and all(map(_is_letter, part)) for part in slug.split("-"))


def _is_letter(character: str) -> bool:
    """Whether it is a letter, a digit or a mark on one."""
    return unicodedata.category(character)[0] in "LNM"


def _cut(slug: str) -> str:
    """The slug within the limits, without half a word if it has several."""
    cut = slug[:SLUG_LIMIT].encode()[:_BYTES_LIMIT].decode(errors="ignore")
    if len(cut) < len(slug) and slug[len(cut)] != "-":
        cut = cut.rpartition("-")[0] or cut
    return cut.strip("-")
