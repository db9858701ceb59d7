"""The style sheet as it stands in a page: without what only people need, and the hash that lets browsers use it."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import lru_cache
from hashlib import sha256

from .views import Html

_TOKEN = re.compile(r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|/\*.*?\*/|\s*([{};,])\s*|(:)\s+|\s+""", re.DOTALL)


@lru_cache(maxsize=64)
def compact(css: str) -> Html:
    """The style sheet without comments and needless blanks; what stands in quotes stays as it is."""
    text = _TOKEN.sub(lambda found: found[1] or found[2] or found[3] or ("" if found[0][:2] == "/*" else " "), css)
    # Taking a comment out may have left blanks beside a sign; a second time there is none.
    text = _TOKEN.sub(lambda found: found[1] or found[2] or found[3] or " ", text)
    return Html(text.replace(";}", "}").strip())


@lru_cache(maxsize=64)
def content_hash(css: str) -> str:
    """The source expression for a style or script element with this content
    (https://www.w3.org/TR/CSP3/#grammardef-hash-source)."""
    return f"sha256-{b64encode(sha256(css.encode()).digest()).decode()}"
