"""Single values as authors write them: text in, the checked value out, or a Fault that says what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote, unquote, urlsplit

from ..core.errors import did_you_mean

TITLE_LIMIT = 300
TEXT_LIMIT = 1000
URL_LIMIT = 2000
ID_LIMIT = 200
MINT_HINT = "remove the line and run `broadsheet mint`, which assigns one"

_BLANKS = re.compile("[ \t\n\r\x85\u2028\u2029]+")  # not the no-break space: Russian typography needs it
_NOT_IN_URL = re.compile('[\x00-\x20\x7f-\xa0\u2028\u2029\u3000\\\\<>"`{}|^]')
_HOST = re.compile(r"[^\W_]([\w.-]*[^\W_.])?\.?|\[[0-9A-Fa-f:.]+\]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")
# Nearly all addresses: nothing in them that could be wrong.
_PLAIN_WEB = re.compile(r"https?://(?:[a-z0-9]+(?:-+[a-z0-9]+)*\.)+[a-z0-9]+(?:[/?#][A-Za-z0-9/._~?=&%+,:;@!$()*#-]*)?")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_SAFE_IN_URL = "%/:?#[]@!$&'()*+,;=~-._"
_TRUTHS = {"true": True, "yes": True, "false": False, "no": False}


class InvalidValue(ValueError):
    """What is wrong with a value, and what to do; whoever reads the value knows its place and makes it a Problem."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message


def quoted(value: str) -> str:
    """The value in double quotes, on one line and cut to what can be taken in at a glance."""
    line = value[:200]
    if not line.isprintable():
        line = "".join(char if char.isprintable() else " " for char in line)
    return f'"{line if len(value) <= 60 else line[:57] + "…"}"'


def plain_text(value: str) -> str:
    """The text on one line: blanks and line breaks become single spaces."""
    return _BLANKS.sub(" ", value).strip(" ")


def shorter_than(limit: int, value: str) -> str:
    """The plain text, when it has at most `limit` characters."""
    if len(value) > limit:
        raise InvalidValue(
            f"{quoted(value)} has {len(value)} characters; at most {limit} are allowed", "make it shorter"
        )
    return plain_text(value)


def title_text(value: str) -> str:
    """A title or name: plain text of at most 300 characters."""
    return shorter_than(TITLE_LIMIT, value)


def long_text(value: str) -> str:
    """A sentence or a few: plain text of at most 1000 characters."""
    return shorter_than(TEXT_LIMIT, value)


def web_address(value: str) -> str:
    """An absolute http or https URL, in ASCII; empty text stays empty."""
    if not value or (_PLAIN_WEB.fullmatch(value) and len(value) <= URL_LIMIT):
        return value
    return _web_address(value)


def _web_address(value: str) -> str:
    _check_characters(value, encode=True)
    scheme = value.partition(":")[0].lower()
    if scheme not in ("http", "https") or not value[len(scheme) :].startswith("://"):
        raise InvalidValue(f"{quoted(value)} is not a valid web address", 'write it in full, beginning with "https://"')
    try:
        parts = urlsplit(value)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise InvalidValue(f"{quoted(value)} is not a valid web address", "its host or port is not valid") from None
    if "@" in parts.netloc:
        raise InvalidValue(f"{quoted(value)} contains a user name or password", 'remove everything before the "@"')
    if not _HOST.fullmatch(f"[{host}]" if ":" in host else host) or ".." in host or port == 0:
        raise InvalidValue(f"{quoted(value)} has no valid host", "write it like https://example.org/page")
    return value if value.isascii() else _in_ascii(value, parts.netloc)


def host_name(value: str) -> str:
    """The name of a host, such as news.example.org, in small letters."""
    if not _HOST.fullmatch(value) or ".." in value:
        raise InvalidValue(f"{quoted(value)} is not a valid host name", "write it like news.example.org")
    return value.lower()


def local_path(value: str) -> str:
    """A path on this site: begins with one "/", without query, fragment or ways upwards.

    It is written as it is or percent-encoded, as addresses are copied: "/a b/" and "/a%20b/" are the first.
    """
    if "%" in value:
        value = _decoded(value)
    _check_characters(value.replace(" ", "").replace("%", ""))
    if value != value.strip():
        raise InvalidValue(f"{quoted(value)} begins or ends with a space", "remove it")
    if not value.startswith("/") or value.startswith("//"):
        raise InvalidValue(
            f"{quoted(value)} is not a path on this site", 'begin it with a single "/", such as "/old/address/"'
        )
    if "//" in value or {"..", "."} & set(value.split("/")):
        raise InvalidValue(
            f'{quoted(value)} contains "//", "." or ".."', 'write the plain path, such as "/old/address/"'
        )
    if "?" in value or "#" in value:
        raise InvalidValue(f'{quoted(value)} contains "?" or "#"', "write only the path")
    return value


def _decoded(value: str) -> str:
    """The path with its percent-encoded characters decoded; a "%" that encodes nothing is itself."""
    for code, char in (("%2f", "/"), ("%3f", "?"), ("%23", "#")):
        if code in value.lower():
            message = f'{quoted(value)} contains an encoded "{char}" ({code.upper()})'
            raise InvalidValue(message, "no file can have such an address, so remove it")
    try:
        return unquote(value, errors="strict")
    except UnicodeDecodeError:
        message = f"{quoted(value)} contains bytes that are not UTF-8"
        raise InvalidValue(message, "write the characters themselves, not their codes") from None


def address_or_path(value: str) -> str:
    """A web address, or a path on this site that may end in a fragment."""
    if value.startswith("/"):
        path, mark, fragment = value.partition("#")
        _check_characters(fragment)
        return local_path(path) + mark + fragment
    return web_address(value)


def picture_source(value: str) -> str:
    """Where a picture lies: a web address, or a path relative to the file or to the root."""
    _check_characters(value)
    if value.startswith("//") or _SCHEME.match(value):
        return web_address(value)
    return value


def frozen_id(value: str) -> str:
    """An id that feeds can keep for ever: a URI beginning with urn:, tag:, http:// or https://."""
    if len(value) > ID_LIMIT:
        raise InvalidValue(f"{quoted(value)} has {len(value)} characters; at most {ID_LIMIT} are allowed", MINT_HINT)
    if not value.startswith(("urn:", "tag:", "http://", "https://")) or value.endswith((":", "//")):
        raise InvalidValue(f"{quoted(value)} is not a valid ID", MINT_HINT)
    if not value.isascii() or _NOT_IN_URL.search(value):
        raise InvalidValue(f"{quoted(value)} contains a character that an ID cannot have", MINT_HINT)
    return value


def language_tag(value: str) -> str:
    """A language tag like "en" or "pt-BR" (BCP 47)."""
    if not _LANGUAGE.fullmatch(value):
        raise InvalidValue(f"{quoted(value)} is not a valid language tag", 'write it like "en", "ru" or "pt-BR"')
    return value


def truth(value: str) -> bool:
    """true or false."""
    found = _TRUTHS.get(value.lower())
    if found is None:
        raise InvalidValue(f"{quoted(value)} is neither true nor false", 'write "true" or "false"')
    return found


def whole_number(least: int, most: int, value: str) -> int:
    """A number between the two, both included."""
    if not re.fullmatch("[0-9]{1,9}", value) or not least <= int(value) <= most:
        raise InvalidValue(
            f"{quoted(value)} is not a whole number from {least} to {most}", f"write a number such as {most}"
        )
    return int(value)


def one_of(known: Iterable[str], value: str) -> str:
    """The value, when it is one of those known."""
    names = list(known)
    if value not in names:
        every = ", ".join(names)
        raise InvalidValue(f"{quoted(value)} is not one of {every}", did_you_mean(value, names))
    return value


def _check_characters(value: str, *, encode: bool = False) -> None:
    if len(value) > URL_LIMIT:
        raise InvalidValue(
            f"{quoted(value)} has {len(value)} characters; at most {URL_LIMIT} are allowed", "make it shorter"
        )
    found = _NOT_IN_URL.search(value)
    if found:
        char = found.group()
        name = "a space" if char == " " else f'"{char}"' if char.isprintable() else f"the character U+{ord(char):04X}"
        raise InvalidValue(f"{quoted(value)} contains {name}", f"write it as {quote(char)}" if encode else "remove it")


def _in_ascii(value: str, netloc: str) -> str:
    # RSS and HTTP know only ASCII; the host has its own spelling (IDNA), the rest is percent-encoded.
    try:
        host = netloc.encode("idna").decode("ascii")
    except UnicodeError:
        raise InvalidValue(f"{quoted(value)} has no valid host", "write it like https://example.org/page") from None
    scheme, _, rest = value.partition("://")
    return f"{scheme}://{host}{quote(rest[len(netloc) :], safe=_SAFE_IN_URL)}"
