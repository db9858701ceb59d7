"""The text of a source file: strict UTF-8 with LF line ends, or the reasons why it is none."""

from __future__ import annotations

import re
from itertools import islice

from ..core.errors import Location, Problem

# XML 1.0 §2.2 allows tab, LF and CR below U+0020 and neither U+FFFE nor U+FFFF: one such character breaks a feed.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FORBIDDEN_BYTES = bytes([*range(9), 0x0B, 0x0C, *range(0x0E, 0x20)])
_UTF16_AND_32 = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
_MOST_SHOWN = 5  # a file of nothing but NULs is one mistake, not a million


def decode_text(data: bytes, path: str, *, limit: int) -> tuple[str, list[Problem]]:
    """The text of a file of at most `limit` bytes without BOM and with LF line ends; "" when there are problems."""
    if len(data) > limit:
        return "", [
            Problem(
                Location(path),
                f"the file is {_size(len(data))}; the limit is {_size(limit)}",
                "split it into several files, and keep pictures in files of their own",
            )
        ]
    for bom, encoding in _UTF16_AND_32.items():
        if data.startswith(bom):
            return "", [Problem(Location(path), f"the file is saved as {encoding}", "save it as UTF-8 in your editor")]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return "", [_not_utf8(data, path, error)]
    if text.startswith("\ufeff"):
        text = text.lstrip("\ufeff")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    # A character class costs ten times this on a usual file, so it only looks where there is something to find.
    if len(data.translate(None, _FORBIDDEN_BYTES)) != len(data) or b"\xef\xbf\xbe" in data or b"\xef\xbf\xbf" in data:
        return "", [_forbidden(text, path, match.start()) for match in islice(_FORBIDDEN.finditer(text), _MOST_SHOWN)]
    return text, []


def forbidden_character(text: str) -> str:
    """The first character that no feed may contain, as "U+0000", or an empty string."""
    found = _FORBIDDEN.search(text)
    return f"U+{ord(found.group()):04X}" if found else ""


def place_of(text: str, position: int) -> tuple[int, int]:
    """Line and column, counted from 1, of a character of the text."""
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


def _not_utf8(data: bytes, path: str, error: UnicodeDecodeError) -> Problem:
    before = data[: error.start].decode("utf-8").lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    line, column = place_of(before, len(before))
    return Problem(
        Location(path, line, column),
        f"the byte 0x{data[error.start]:02X} is not valid UTF-8",
        "save the file as UTF-8 in your editor",
    )


def _forbidden(text: str, path: str, position: int) -> Problem:
    line, column = place_of(text, position)
    hint = "delete it: this character is not allowed in feeds and web pages"
    if text[position] == "\x00":
        hint = "delete it; if there are many, the file is not text or is saved as UTF-16: save it as UTF-8"
    return Problem(
        Location(path, line, column), f"there is a control character (U+{ord(text[position]):04X}) in the text", hint
    )


def _size(size_bytes: int) -> str:
    if size_bytes >= 1_000_000:
        return f"{size_bytes / 1_000_000:.1f} MB".replace(".0 MB", " MB")
    return f"{size_bytes / 1_000:.0f} KB"
