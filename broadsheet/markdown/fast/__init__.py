"""The fast path: a second parser, for simple Markdown; what it cannot parse with certainty is left to markdown-it.

It must give what markdown-it gives: `verify` and tests/markdown/test_fast.py compare the two. No further work goes into
it, and it will be deleted when markdown-it-py's own rules are fast enough. Only markdown/parse.py may import it.
"""

from .parse import parse_fast

__all__ = ["parse_fast"]
