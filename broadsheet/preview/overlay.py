"""What the preview adds to pages: the script that reloads them when they change, and problems on top of a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from html import escape
from pathlib import Path

from ..core.digest import digest, digest_bytes
from ..core.errors import Problem
from ..source.tree import SourceChanged, SourceTree

MAX_SHOWN = 30
CONTEXT_LINES = 2
MAX_LINE_LENGTH = 200

_PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>{title}</title>
<body>
<main>
<h1>{title}</h1>
{problems}
</main>
"""


def problem_page(title: str, problems: Sequence[Problem], tree: SourceTree) -> bytes:
    """A page of problems, for when the page itself cannot be shown."""
    return _PAGE.format(title=escape(title), problems=problems_html(problems, tree)).encode()


def problems_html(problems: Sequence[Problem], tree: SourceTree) -> str:
    """The problems as a list, errors first, each with its location, an excerpt and a hint; "" for none."""
    ordered = sorted(problems, key=lambda problem: problem.severity != "error")
    items = [_item(problem, tree) for problem in ordered[:MAX_SHOWN]]
    more = len(ordered) - MAX_SHOWN
    if more > 0:
        items.append(f"<li>… and {more} more. The terminal shows all of them.")
    return f"<ol>\n{''.join(items)}</ol>\n" if items else ""


def heading(problems: Sequence[Problem]) -> str:
    """ "2 errors, 1 warning"; "" for none."""
    errors = sum(problem.severity == "error" for problem in problems)
    counts = ((errors, "error"), (len(problems) - errors, "warning"))
    return ", ".join(f"{count} {word}" if count == 1 else f"{count} {word}s" for count, word in counts if count)


def _item(problem: Problem, tree: SourceTree) -> str:
    hint = f"<p>Hint: {escape(problem.hint)}</p>\n" if problem.hint else ""
    return (
        f'<li class="{problem.severity}">\n<p><code>{escape(str(problem.where))}</code> {problem.label}</p>\n'
        f"<p><strong>{escape(problem.message)}</strong></p>\n{_excerpt(problem, tree)}{hint}"
    )


def _excerpt(problem: Problem, tree: SourceTree) -> str:
    """The lines around the location, numbered, with a caret below the column; "" for binary and missing files."""
    file = tree.get(problem.where.path)
    try:
        lines = file.read().decode("utf-8-sig").splitlines() if file else []
    except (SourceChanged, UnicodeDecodeError):
        return ""
    line = problem.where.line
    excerpt = []
    for number in range(max(line - CONTEXT_LINES, 1), min(line + CONTEXT_LINES, len(lines)) + 1):
        text = lines[number - 1].expandtabs(4)[:MAX_LINE_LENGTH]
        pointer = ">" if number == line else " "
        excerpt.append(f"{pointer} {number:4}  {escape(text)}\n")
        if number == line and problem.where.column > 1:
            before = lines[number - 1][: problem.where.column - 1].expandtabs(4)
            excerpt.append(f"        {' ' * min(len(before), MAX_LINE_LENGTH)}^\n")
    return f"<pre>{''.join(excerpt)}</pre>\n" if excerpt else ""


CLIENT = "/__preview/client.js"
# The script comes right after the doctype: a policy in a meta element applies only to what follows it, and the parser
# moves what precedes <html> into the head, so that the rest of the page is unchanged.
_DOCTYPE = re.compile(rb"\s*(?:<!--.*?-->\s*)*<!doctype[^>]*>", re.IGNORECASE | re.DOTALL)
_STYLE = re.compile(rb"<style>.*?</style>|style-src '[^']*'", re.DOTALL)


@cache
def client_script() -> bytes:
    """The script. It runs in each page, and once as the worker that all tabs share."""
    return Path(__file__).with_name("client.js").read_bytes()


@cache
def client_url() -> str:
    """The URL of the script, which changes with its content."""
    return f"{CLIENT}?{digest_bytes(client_script())[:8]}"


def page_tag(page: bytes, badge: str) -> str:
    """A tag that changes whenever the served page does."""
    return digest(digest_bytes(page), badge, client_url())[:32]


def content_tag(page: bytes, badge: str) -> str:
    """A tag that changes whenever anything but the page's CSS does, which can be replaced without a reload."""
    return digest(_STYLE.sub(b"", page), badge)[:32]


def with_client(page: bytes, badge: str, tag: str) -> bytes:
    """The page with the script, as it is served. badge: a short text to show on top of the page, or nothing."""
    at = found.end() if (found := _DOCTYPE.match(page)) else 0
    data = f'data-tag="{tag}" data-content-tag="{content_tag(page, badge)}" data-badge="{escape(badge)}"'
    return page[:at] + f'<script src="{client_url()}" {data}></script>'.encode() + page[at:]
