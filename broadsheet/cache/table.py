"""Notes in the store that hold many lines by a key: what the last build knew, and what it was known from."""

from __future__ import annotations

import marshal
from collections.abc import Mapping
from typing import Any

from .cache import Cache

# A note is written anew when more than one in so many of its lines is not as it says: making some again is cheap.
STALE = 50


def load_table(cache: Cache, name: str, inputs: str = "") -> Mapping[str, Any]:
    """The lines of plain values that were noted last; none when other inputs than these gave them."""
    data = cache.noted(name)
    try:
        known, lines = marshal.loads(data) if data else ("", {})
    except (ValueError, TypeError, EOFError):  # another version of Python may have written it
        return {}
    return lines if known == inputs else {}


def save_table(cache: Cache, name: str, lines: dict[str, Any], inputs: str = "") -> None:
    """Notes the lines, with a digest of what they come from besides their keys."""
    cache.note(name, marshal.dumps((inputs, lines)))
