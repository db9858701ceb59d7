"""Slugs: the part of an address that names an article, page, topic, source or person."""

from __future__ import annotations

import re
from functools import lru_cache

SLUG_LIMIT = 80

# Names that our own pages take, and names that no file on Windows may have (sites are copied there too).
RESERVED = frozenset(
    ["index", "page", "feed", "static", "media", "con", "nul", "prn", "aux"]
    + [f"{device}{number}" for device in ("com", "lpt") for number in range(1, 10)]
)
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@lru_cache(maxsize=4096)  # the same few topics and sources are named by every article
def slug_from(title: str) -> str:
    """The slug of a title: transliterated, at most 80 of [a-z0-9-], cut between words; "" when nothing is left."""
    from slugify import slugify  # 4 ms to import, and not needed when nothing changed

    slug: str = slugify(title, max_length=SLUG_LIMIT, word_boundary=True, save_order=True)
    return slug


def slug_fault(slug: str) -> str:
    """What is wrong with the slug of an article or page, to be put behind it ("is reserved"), or "" when it is fine."""
    return shape_fault(slug) or ("is reserved" if slug in RESERVED else "")


def shape_fault(slug: str) -> str:
    """What is wrong with the letters of a slug, or ""; topics, sources and people may have a reserved name."""
    if not slug:
        return "is empty"
    if len(slug) > SLUG_LIMIT:
        return f"has {len(slug)} characters; at most {SLUG_LIMIT} are allowed"
    if not _SLUG.fullmatch(slug):
        return "may only contain the letters a to z, digits and single hyphens between them"
    return ""
