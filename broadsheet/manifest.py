"""The manifest: every path of the finished site, with digest, size and media type."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

# Our own table: the one that Python reads from the machine differs from machine to machine.
_TYPES = MappingProxyType(
    {
        "atom": "application/atom+xml",
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
        "rss": "application/rss+xml",
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
_NAMED_TYPES = MappingProxyType(
    {
        "feed.xml": "application/rss+xml",
        "rss.xml": "application/rss+xml",
        "atom.xml": "application/atom+xml",
        "feed.json": "application/feed+json",
        "_redirects": "text/plain",
        "_headers": "text/plain",
    }
)
_OTHER_TYPE = "application/octet-stream"
_PUBLIC_DOTFILES = frozenset({".well-known", ".nojekyll"})
_LONGEST_NAME = 255  # bytes, on every file system in common use


class Entry(NamedTuple):
    """What a path of the site holds. A named tuple: a build makes 10,000, and dataclasses cost thrice as much."""

    digest: str
    size: int
    media_type: str


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
    name = path.rpartition("/")[2]
    named = _NAMED_TYPES.get(name)
    if named is not None:
        return named
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
    """The manifest as compact JSON: {path: [digest, size, media type]}."""
    return json.dumps(dict(whole.entries), ensure_ascii=False, separators=(",", ":")).encode()


def from_bytes(data: bytes) -> Manifest:
    """The manifest that `to_bytes` wrote. Raises ValueError for anything else."""
    try:
        loaded = json.loads(data)
    except RecursionError:
        raise ValueError("not a manifest: nested too deep") from None
    if not isinstance(loaded, dict):
        raise ValueError("not a manifest: no mapping")
    return manifest((path, _entry(path, fields)) for path, fields in loaded.items())


def _entry(path: str, fields: object) -> Entry:
    match fields:
        case [str(digest), int(size), str(kind)]:
            return Entry(digest, size, kind)
    raise ValueError(f"not a manifest: {path!r} has {fields!r}")


def check_paths(paths: Iterable[str]) -> None:
    """Raises ValueError if the paths cannot all be files below one folder, or one of them would surprise a server."""
    known = frozenset(paths)
    checked: set[str] = {""}  # folders are shared by many paths, so each is looked at once
    for path in known:
        folder, _, name = path.rpartition("/")
        _check_name(name, path)
        while folder not in checked:
            if folder in known:
                raise ValueError(f"{folder!r} is both a file and the folder of {path!r}")
            checked.add(folder)
            folder, _, name = folder.rpartition("/")
            _check_name(name, path)
        if path.startswith("/"):
            raise ValueError(f"not a path of a site: {path!r}")


def _check_name(name: str, path: str) -> None:
    if not name or "\\" in name or not name.isprintable():
        raise ValueError(f"not a path of a site: {path!r}")
    if name.startswith(".") and name not in _PUBLIC_DOTFILES:
        raise ValueError(f"a name that starts with a dot is not published: {path!r}")
    if not name.isascii() or len(name) > _LONGEST_NAME:
        try:
            size = len(name.encode())
        except UnicodeEncodeError:
            raise ValueError(f"not valid text: {path!r}") from None
        if size > _LONGEST_NAME:
            raise ValueError(f"a name is longer than {_LONGEST_NAME} bytes: {path!r}")
