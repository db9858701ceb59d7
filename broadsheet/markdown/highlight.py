"""Syntax highlighting: Pygments' short class names inside <code>."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from typing import Any

MAX_HIGHLIGHTED = 20_000  # characters of a block; longer ones are whole files
MAX_DOCUMENT = 60_000  # characters of all blocks of a document
_LONG_LINE = re.compile(".{301}")  # most lexers take quadratic time for long lines

# Pygments supports 500 languages, and some of its lexers take minutes for hostile input. tests/markdown/test_hostile.py
# tests these; the lexers for C, C++, C# and Java failed it (quadratic time or worse for short lines).
LANGUAGES = frozenset(
    {
        "bash", "css", "diff", "docker", "dockerfile", "go", "graphql", "haskell", "html", "http", "ini",
        "javascript", "js", "json", "jsx", "kotlin", "lua", "make", "makefile", "nginx", "php", "powershell",
        "python", "py", "python3", "pycon", "r", "ruby", "rb", "rust", "rs", "scala", "sh", "shell", "sql",
        "swift", "toml", "ts", "typescript", "tsx", "xml", "yaml", "yml", "zsh",
    }
)  # fmt: skip


def highlighted(code: str, language: str) -> str:
    """The code as HTML, highlighted if its language (in lower case) is supported and it is not too long or wide."""
    if language not in LANGUAGES or len(code) > MAX_HIGHLIGHTED or _LONG_LINE.search(code):
        return escape(code, quote=False)
    from pygments import highlight  # 30 ms to import, and most prose has no code

    return str(highlight(code, _lexer(language), _formatter()))


@lru_cache(maxsize=64)
def _lexer(language: str) -> Any:
    from pygments.lexers import get_lexer_by_name

    return get_lexer_by_name(language, stripnl=False, ensurenl=False)


@lru_cache(maxsize=1)
def _formatter() -> Any:
    from pygments.formatters.html import HtmlFormatter

    return HtmlFormatter(nowrap=True)
