"""Problems as HTML: shown over a page, or as a page of their own while there is none to show them over."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ..core.errors import Problem, has_errors
from ..source.tree import SourceChanged, SourceTree

MOST_SHOWN = 30
LINES_AROUND = 2
LONGEST_LINE = 200

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
    """A page that says what is wrong, for as long as there is no page of the newsletter to show."""
    return _PAGE.format(title=escape(title), problems=problems_html(problems, tree)).encode()


def problems_html(problems: Sequence[Problem], tree: SourceTree) -> str:
    """The problems as a list, errors first, each with its place, the lines around it and a hint; "" for none."""
    ordered = sorted(problems, key=lambda problem: problem.severity != "error")
    items = [_item(problem, tree) for problem in ordered[:MOST_SHOWN]]
    more = len(ordered) - MOST_SHOWN
    if more > 0:
        items.append(f"<li>… and {more} more; the terminal shows them all")
    return f"<ol>\n{''.join(items)}</ol>\n" if items else ""


def heading(problems: Sequence[Problem]) -> str:
    """ "2 errors, 1 warning"; "" for none."""
    errors = sum(problem.severity == "error" for problem in problems)
    counts = ((errors, "error"), (len(problems) - errors, "warning"))
    return ", ".join(f"{count} {word}" if count == 1 else f"{count} {word}s" for count, word in counts if count)


def is_grave(problems: Sequence[Problem]) -> bool:
    """Whether they are to be shown over the page: errors are, warnings wait for a click."""
    return has_errors(problems)


def _item(problem: Problem, tree: SourceTree) -> str:
    hint = f"<p>Hint: {escape(problem.hint)}</p>\n" if problem.hint else ""
    return (
        f'<li class="{problem.severity}">\n<p><code>{escape(str(problem.where))}</code> {problem.severity}</p>\n'
        f"<p><strong>{escape(problem.message)}</strong></p>\n{_excerpt(problem, tree)}{hint}"
    )


def _excerpt(problem: Problem, tree: SourceTree) -> str:
    """The lines around the place, with their numbers and a caret below the column; nothing for what is no text."""
    file = tree.get(problem.where.path)
    try:
        lines = file.read().decode("utf-8-sig").splitlines() if file else []
    except (SourceChanged, UnicodeDecodeError):
        return ""
    at = problem.where.line
    shown = []
    for number in range(max(at - LINES_AROUND, 1), min(at + LINES_AROUND, len(lines)) + 1):
        text = lines[number - 1].expandtabs(4)[:LONGEST_LINE]
        mark = ">" if number == at else " "
        shown.append(f"{mark} {number:4}  {escape(text)}\n")
        if number == at and problem.where.column > 1:
            before = lines[number - 1][: problem.where.column - 1].expandtabs(4)
            shown.append(f"        {' ' * min(len(before), LONGEST_LINE)}^\n")
    return f"<pre>{''.join(shown)}</pre>\n" if shown else ""
