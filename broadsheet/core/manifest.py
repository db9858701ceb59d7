"""The manifest: every path of the finished site, with digest, size and media type."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from sys import intern
from types import MappingProxyType
from typing import NamedTuple

from .feed_formats import format_of
from .urls import LONGEST_NAME, PUBLIC_DOTFILES, are_plain, parents

# Our own table: the one that Python reads from the machine differs from machine to machine.
_TYPES = MappingProxyType(
    {
        "avif": "image/avif",
        "css": "text/css",
        "csv": "text/csv",
        "eml": "message/rfc822",
        "gif": "image/gif",
        "htm": "text/html",
        "html": "text/html",
        "ico": "image/vnd.microsoft.icon",
        "ics": "text/calendar",
        "jpeg": "image/jpeg",
        "jpg": "image/jpeg",
        "js": "text/javascript",
        "json": "application/json",
        "map": "application/json",
        "md": "text/markdown",
        "mjs": "text/javascript",
        "mp3": "audio/mpeg",
        "mp4": "video/mp4",
        "opml": "text/x-opml",
        "otf": "font/otf",
        "pdf": "application/pdf",
        "png": "image/png",
        "svg": "image/svg+xml",
        "ttf": "font/ttf",
        "txt": "text/plain",
        "wasm": "application/wasm",
        "webm": "video/webm",
        "webmanifest": "application/manifest+json",
        "webp": "image/webp",
        "woff": "font/woff",
        "woff2": "font/woff2",
        "xhtml": "application/xhtml+xml",
        "xml": "application/xml",
        "xsl": "application/xslt+xml",
        "zip": "application/zip",
    }
)
_NAMED_TYPES = MappingProxyType({"_redirects": "text/plain", "_headers": "text/plain"})
_OTHER_TYPE = "application/octet-stream"


class Entry(NamedTuple):
    """What a path of the site holds. A named tuple: a build makes 10,000, and dataclasses cost thrice as much."""

    digest: str
    size: int
    media_type: str


_COLUMNS = (str, str, int, str)  # of a manifest written down: paths, and the fields of entries


@dataclass(frozen=True, slots=True)
class Manifest:
    """The whole site, ordered by path; paths are relative, with "/" between their parts. Made by `manifest`."""

    entries: Mapping[str, Entry]


@dataclass(frozen=True, slots=True)
class Difference:
    """The paths that differ between two manifests, each tuple in order."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def manifest(entries: Mapping[str, Entry] | Iterable[tuple[str, Entry]]) -> Manifest:
    """A manifest of these entries, put in order.

    Raises ValueError for paths that cannot be published together; the plan has reported such paths long before.
    """
    held = dict(entries)
    check_paths(held)
    return Manifest({path: held[path] for path in sorted(held)})


def media_type(path: str) -> str:
    """The media type for a path by its name alone; "application/octet-stream" for a name we do not know."""
    if path.endswith("/index.html"):  # as most do
        return "text/html"
    name = path.rpartition("/")[2]
    feed_format = format_of(name)
    if feed_format is not None:
        return feed_format.media_type
    if name in _NAMED_TYPES:
        return _NAMED_TYPES[name]
    stem, dot, extension = name.rpartition(".")
    return _TYPES.get(extension.lower(), _OTHER_TYPE) if dot and stem else _OTHER_TYPE


def difference(old: Manifest, new: Manifest) -> Difference:
    """What must be done to the old site to make it the new one; only bytes count, not sizes or types."""
    before, after = old.entries, new.entries
    return Difference(
        added=tuple([path for path in after if path not in before]),
        changed=tuple([p for p, entry in after.items() if p in before and before[p].digest != entry.digest]),
        removed=tuple([path for path in before if path not in after]),
    )


def to_bytes(whole: Manifest) -> bytes:
    """The manifest as compact JSON: [paths, digests, sizes, media types]."""
    columns = [list(whole.entries), *zip(*whole.entries.values(), strict=True)] if whole.entries else [[], [], [], []]
    return json.dumps(columns, ensure_ascii=False, separators=(",", ":")).encode()


def from_bytes(data: bytes) -> Manifest:
    """The manifest that `to_bytes` wrote. Raises ValueError for anything else."""
    try:
        columns = json.loads(data)
    except RecursionError:
        raise ValueError("not a manifest: nested too deep") from None
    match columns:
        case [list(paths), list(digests), list(sizes), list(kinds)]:
            types = [set(map(type, column)) for column in columns]
            if all(found <= {kind} for found, kind in zip(types, _COLUMNS, strict=True)):
                entries = map(Entry._make, zip(digests, sizes, map(intern, kinds), strict=True))
                return manifest(zip(paths, entries, strict=True))
    raise ValueError("not a manifest")


def check_paths(paths: Iterable[str]) -> None:
    """Raises ValueError if the paths cannot all be files below one folder, or one of them would surprise a server."""
    known = frozenset(paths)
    if not are_plain(known):
        for path in known:
            for name in path.split("/"):
                _check_name(name, path)
    for folder in known.intersection(parents(known)):
        raise ValueError(f"{folder!r} is both a file and a folder")


def _check_name(name: str, path: str) -> None:
    if not name or "\\" in name or not name.isprintable():
        raise ValueError(f"not a path of a site: {path!r}")
    if name.startswith(".") and name not in PUBLIC_DOTFILES:
        raise ValueError(f"a name that starts with a dot is not published: {path!r}")
    if not name.isascii() or len(name) > LONGEST_NAME:
        try:
            size = len(name.encode())
        except UnicodeEncodeError:
            raise ValueError(f"not valid text: {path!r}") from None
        if size > LONGEST_NAME:
            raise ValueError(f"a name is longer than {LONGEST_NAME} bytes: {path!r}")
