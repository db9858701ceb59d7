"""Where a template's syntax error is: Jinja2 gives a line, which for quotes that are never closed is a wrong one."""

from __future__ import annotations

import re

from jinja2 import Environment, TemplateSyntaxError

from ...core.errors import Location
from ...schema.textfile import place_of

_AT = re.compile(r"unexpected char .+ at (\d+)\Z", re.DOTALL)
_GOT = re.compile(r"got '([^' ]+)'\Z")
_ENDS = ("}}", "%}")


def place_of_error(path: str, source: str, error: TemplateSyntaxError, env: Environment) -> tuple[Location, str]:
    """The place of a syntax error, and what is wrong there."""
    message = error.message or ""
    if opened := _open_quote(source, env):
        return Location(path, *opened), "the quotation mark that begins here is never closed"
    if found := _AT.fullmatch(message):
        place = place_of(source, int(found[1]))
        if source[int(found[1])] in "\"'":
            return Location(path, *place), "the quotation mark that begins here is never closed"
        return Location(path, *place), f'"{source[int(found[1])]}" does not belong here'
    lines = source.split("\n")
    line = lines[error.lineno - 1] if 0 < error.lineno <= len(lines) else ""
    got = _GOT.search(message)
    columns = [line.find(text) + 1 for text in ([got[1]] if got else []) + ["{%", "{{"] if text in line]
    return Location(path, error.lineno, columns[0] if columns else 1), message


def _open_quote(source: str, env: Environment) -> tuple[int, int] | None:
    """Where a text in quotes begins that goes on behind the tag or the value that it stands in, to another line."""
    try:
        for line, kind, value in env.lex(source):
            if kind == "string" and "\n" in value and any(end in value for end in _ENDS):
                start = value.partition("\n")[0]
                return line, source.split("\n")[line - 1].find(start) + 1
    except TemplateSyntaxError:
        return None
    return None
