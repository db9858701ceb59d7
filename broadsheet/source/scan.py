"""The one place that reads the sources from disk: which files there are, and the digest of each."""

# ruff: noqa: PTH114, PTH120, PTH208
# Places are text here: joining Path objects takes longer than reading the files.

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from unicodedata import normalize

from ..core.errors import Location, Problem
from ..core.forks import map_forked
from ..schema.textfile import forbidden_character
from .stat_cache import FileStat, StatCache
from .tree import TEMPLATES, THEME, SourceFile, SourceTree

FOLDERS = ("content", TEMPLATES)
FILES = ("links.lock",)
SIZE_LIMIT = 100_000_000  # a video does not belong into a newsletter's sources; hashing it would stall every build
_DEPTH_LIMIT = 20
_LINK_LIMIT = 1000
_CHUNK_BYTES = 1 << 20
_WORTH_FORKING = 1000  # files to be read
_TOGETHER = 100
_PACKAGE = Path(__file__).parent.parent
_IGNORED_NAMES = frozenset({"__pycache__", "Thumbs.db", "desktop.ini", "4913"})  # vim tries out a file named 4913
_IGNORED_ENDINGS = ("~", ".swp", ".swo", ".swx", ".tmp", ".bak", ".orig", ".pyc")


def scan(root: Path, config: str = "config.yaml", seen: StatCache | None = None, *, processes: int = 1) -> SourceTree:
    """Return all files of content/ and templates/, the config file and links.lock, with what cannot be read of them.

    What templates/ does not have is the theme's: its files are overridden one by one.

    seen: what an earlier scan saw; files that look the same are not read again, and it is brought up to date.
    processes: how many read when there is much to read; above one this process is forked.
    """
    walk = _Walk(os.path.realpath(root), seen.files if seen else {})
    for name in (config, *FILES):
        if (root / name).is_dir():
            walk.report(name, "this is a folder, not a file", "rename it")
        elif os.path.lexists(root / name):
            walk.entry(f"{walk.root}/{name}", name, 0)
    for folder in FOLDERS:
        if (root / folder).is_dir():
            walk.entry(f"{walk.root}/{folder}", folder, 0)
        elif os.path.lexists(root / folder):
            walk.report(folder, "this is a file, not a folder", "rename it, and make a folder of this name")
    walk.entry(str(theme_folder()), THEME, 0)
    walk.read(processes)
    walk.complete(THEME, TEMPLATES)
    walk.drop_twins()
    if not os.path.lexists(root / "content"):
        hint = "make it, with a folder articles in it; or name the newsletter's folder with --root"
        walk.problems.append(Problem(Location("content"), "the content folder is missing", hint))
    if seen is not None:
        seen.files = walk.looks
    return SourceTree({path: walk.files[path] for path in sorted(walk.files)}, tuple(walk.problems))


@cache
def theme_folder() -> Path:
    """Return the folder of the theme: in the installed package, or beside it in a checkout."""
    installed = _PACKAGE / "theme"
    return installed if installed.is_dir() else _PACKAGE.parent / "templates"


# The hidden names that a site publishes: https://www.rfc-editor.org/rfc/rfc8615, and the one by which GitHub's servers
# are told to leave the files alone.
PUBLIC = frozenset({"content/static/.well-known", "content/static/.nojekyll"})


def is_ignored(name: str) -> bool:
    """Whether a file or folder is none of ours: hidden, an editor's backup or a program's litter."""
    return (
        name.startswith(".")
        or name in _IGNORED_NAMES
        or name.endswith(_IGNORED_ENDINGS)
        or (name.startswith("#") and name.endswith("#"))
    )


class _Walk:
    """Owns what one scan has found so far. Places are whole paths on disk, paths are those below the root."""

    def __init__(self, root: str, seen: Mapping[str, FileStat]) -> None:
        self.root = root
        self.seen = seen
        self.looks: dict[str, FileStat] = {}
        self.files: dict[str, SourceFile] = {}
        self.problems: list[Problem] = []
        self.unread: list[tuple[str, str, tuple[int, int, int, int]]] = []  # place, path and look of files to be read
        self.links = 0
        self.link_folders: list[str] = []  # the real folders of the links that led to where the walk is

    def entry(self, place: str, path: str, depth: int) -> None:
        """Take in a file, or all that is in a folder."""
        try:
            status = os.lstat(place)
            if stat.S_ISREG(status.st_mode):  # by far the most
                self.file(place, path, status)
            elif stat.S_ISDIR(status.st_mode):
                self.folder(place, path, depth)
            elif stat.S_ISLNK(status.st_mode):
                self.link(place, path, depth)
            else:
                self.report(path, f"this is {_kind(status.st_mode)}, not a file", "remove it")
        except OSError as error:
            self.refuse(path, error)

    def folder(self, place: str, path: str, depth: int) -> None:
        if depth >= _DEPTH_LIMIT:
            self.report(path, f"folders are nested more than {_DEPTH_LIMIT} levels deep", "move the files up")
            return
        if path.endswith(".md"):
            name = path.rpartition("/")[2]
            self.report(path, f'a folder is named "{name}" like an article', f'rename it to "{name[:-3]}"')
            return
        for name in sorted(os.listdir(place)):
            if is_ignored(name) and f"{path}/{name}" not in PUBLIC:
                continue
            fault = _name_fault(name)
            if fault:
                self.report(f"{path}/{_shown(name)}", f"the name contains {fault}", "rename it")
            else:
                self.entry(f"{place}/{name}", f"{path}/{name}", depth + 1)

    def file(self, place: str, path: str, status: os.stat_result) -> None:
        size = status.st_size
        if size > SIZE_LIMIT:
            limit = f"the limit is {SIZE_LIMIT // 1_000_000} MB"
            self.report(path, f"the file is {size // 1_000_000} MB; {limit}", "store it elsewhere and link to it")
            return
        look = (size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
        before = self.seen.get(path)
        if before is not None and before[:4] == look:
            self.take(place, path, look, before[4], size)
        else:
            self.unread.append((place, path, look))

    def take(self, place: str, path: str, look: tuple[int, int, int, int], digest: str, size: int) -> None:
        self.looks[path] = (*look, digest)
        self.files[path] = SourceFile(path, digest, size, place)

    def read(self, processes: int) -> None:
        """Take in the files that are not known."""
        parts = [self.unread[start : start + _TOGETHER] for start in range(0, len(self.unread), _TOGETHER)]
        numbers = range(len(parts))

        def digests(number: int) -> list[tuple[str, int] | OSError]:
            return [_digest_or_error(place, look[0]) for place, _, look in parts[number]]

        is_much = processes > 1 and len(self.unread) >= _WORTH_FORKING
        found = (
            map_forked(digests, len(parts), processes=processes)
            if is_much
            else zip(numbers, map(digests, numbers), strict=True)
        )
        for number, answers in found:
            for (place, path, look), answer in zip(parts[number], answers, strict=True):
                if isinstance(answer, OSError):
                    self.refuse(path, answer)
                else:
                    self.take(place, path, look, *answer)

    def complete(self, source: str, target: str) -> None:
        """Take in the files of one folder as those of another that has none of these names."""
        for path in [path for path in self.files if path.startswith(f"{source}/")]:
            name, file = target + path.removeprefix(source), self.files[path]
            self.files.setdefault(name, SourceFile(name, file.digest, file.size, file.content))

    def drop_twins(self) -> None:
        """Report and drop files whose names look the same and are stored in two ways: no link could tell them apart."""
        first: dict[str, str] = {}
        for path in sorted(path for path in self.files if not path.isascii()):
            other = first.setdefault(normalize("NFC", path), path)
            if other != path:
                del self.files[path]
                message = "there are two files of this name, which differ only in how its accents are stored"
                self.report(normalize("NFC", path), message, "remove or rename one of them")

    def refuse(self, path: str, error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):  # else removed since its folder was listed: as if never there
            self.report(path, f"this cannot be read: {error.strerror or error}", "check its permissions")

    def link(self, place: str, path: str, depth: int) -> None:
        target = os.path.realpath(place)
        self.links += 1
        if not os.path.lexists(target):
            self.report(path, "this link points to a file that does not exist", "remove it or put the file there")
        elif os.path.islink(target):  # realpath gives up on links that lead to each other
            self.report(path, "this link points to itself", "remove it")
        elif not _is_below(target, self.root):
            hint = "copy the file into the newsletter's folder"
            self.report(path, "this link points outside the newsletter's folder", hint)
        elif self.links > _LINK_LIMIT:
            if self.links == _LINK_LIMIT + 1:  # links to folders with links multiply: two in each of 20 are a million
                self.report(path, f"there are more than {_LINK_LIMIT} links", "replace them with copies")
        else:
            self.link_folders.append(os.path.realpath(os.path.dirname(place)))
            if any(_is_below(folder, target) for folder in self.link_folders):
                self.report(path, "this link points to a folder that contains it", "remove it")
            else:
                self.entry(target, path, depth)
            self.link_folders.pop()

    def report(self, path: str, message: str, hint: str) -> None:
        self.problems.append(Problem(Location(path), message, hint))


def _is_below(place: str, folder: str) -> bool:
    return f"{place}/".startswith(f"{folder.rstrip('/')}/")


def _digest_or_error(place: str, size: int) -> tuple[str, int] | OSError:
    try:
        return digest_file(place, size)
    except OSError as error:
        return error


def digest_file(place: str, size: int) -> tuple[str, int]:
    """The digest and the true size of a file that is said to have this size. May raise OSError."""
    # Not by Path.read_bytes: a picture of 90 MB need not be in memory as a whole. O_NONBLOCK: what was a file a moment
    # ago may be a FIFO now, and opening one would wait for ever.
    descriptor = os.open(place, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    try:
        data = os.read(descriptor, min(size + 1, _CHUNK_BYTES))
        hasher = hashlib.blake2b(data, digest_size=32)
        size_read = len(data)
        while data:
            data = os.read(descriptor, _CHUNK_BYTES)
            hasher.update(data)
            size_read += len(data)
    finally:
        os.close(descriptor)
    return hasher.hexdigest(), size_read


def _shown(name: str) -> str:
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in text)


def _kind(mode: int) -> str:
    if stat.S_ISFIFO(mode):
        return "a pipe (FIFO)"
    return "a socket" if stat.S_ISSOCK(mode) else "a device"


def _name_fault(name: str) -> str:
    if name.isascii() and name.isprintable() and "\\" not in name:  # nearly all, and there are ten thousand
        return ""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return "bytes that are not UTF-8"
    if "\\" in name:
        return "a backslash"
    if forbidden_character(name) or not all(char.isprintable() or char in "\u200c\u200d\u00ad" for char in name):
        return "a control character"
    return ""
