"""The theme and the files that a newsletter has in its place: their list, copies to edit, and changes upstream.

The original of each copy is kept beside it, in a hidden folder that no build reads: what has changed upstream can then
be told without the old version of the package.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..core.errors import did_you_mean
from ..schema.values import InvalidValue, quoted
from ..source.scan import is_ignored, theme_folder
from ..source.tree import TEMPLATES

ORIGINALS = f"{TEMPLATES}/.originals"
_MESSAGES = re.compile(r"messages/[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\.yaml")
_ENGLISH = "messages/en.yaml"


@dataclass(frozen=True, slots=True)
class ThemeFile:
    """A file of the theme: its bytes, those of the newsletter's file in its place, and of the one that was ejected."""

    name: str
    theme: bytes
    own: bytes | None
    original: bytes | None

    @property
    def is_outdated(self) -> bool:
        """Whether the theme's file has changed since it was ejected."""
        return self.own is not None and self.original is not None and self.original != self.theme

    @property
    def state(self) -> str:
        """What an editor should know of it; "" for a file that is the theme's."""
        if self.own is None:
            return ""
        if self.own == self.theme:
            return "yours, the same as the theme's"
        if self.name.startswith("messages/"):
            return "yours, message by message"
        return "yours; the theme's has changed since you ejected it" if self.is_outdated else "yours"


def theme_files(root: Path) -> list[ThemeFile]:
    """Return the files of the theme by name, with those of the newsletter below root."""
    return [
        ThemeFile(name, data, _bytes(root / TEMPLATES / name), _bytes(root / ORIGINALS / name))
        for name, data in _theme().items()
    ]


def eject(root: Path, name: str) -> str:
    """Copy a file of the theme into the newsletter below root, to be edited there; return its path.

    The messages of a language that the theme does not have are copied in English. Raises InvalidValue.
    """
    name = name.removeprefix("./").removeprefix(f"{TEMPLATES}/")
    _check_is_not_the_theme(root)
    files = _theme()
    if name not in files and not _MESSAGES.fullmatch(name):
        hint = did_you_mean(name, files) or "`broadsheet theme list` lists them"
        raise InvalidValue(f"the theme has no file {quoted(name)}", hint)
    if name.startswith("messages/") and name in files:
        hint = f"write only those that you want to change into {TEMPLATES}/{name}, such as `related: Read next`"
        raise InvalidValue("messages are replaced one by one", hint)
    path = root / TEMPLATES / name
    if path.exists():
        raise InvalidValue(f"{TEMPLATES}/{name} is there already", "edit it, or delete it first")
    _write(path, files.get(name, files[_ENGLISH]))
    if name in files:
        _write(root / ORIGINALS / name, files[name])
    return f"{TEMPLATES}/{name}"


def changes(root: Path, names: Sequence[str]) -> Iterator[tuple[ThemeFile, list[str]]]:
    """Return the newsletter's files of these names, or all: with what changed in the theme since each was ejected.

    For a file that was not ejected, how it differs from the theme's. Raises InvalidValue for an unknown name.
    """
    plain = [name.removeprefix("./").removeprefix(f"{TEMPLATES}/") for name in names]
    files = [file for file in theme_files(root) if file.own is not None]
    for name in plain:
        known = [file.name for file in files]
        if name not in known:
            hint = did_you_mean(name, known) or "`broadsheet theme list` lists your files"
            raise InvalidValue(f"there is no {quoted(f'{TEMPLATES}/{name}')} in the place of a file of the theme", hint)
    for file in files:
        if (file.name in plain or not plain) and (plain or not file.name.startswith("messages/")):
            path = f"{TEMPLATES}/{file.name}"
            if file.original is None:
                yield file, _difference(file.theme, file.own or b"", f"theme/{file.name}", path)
            else:
                old = f"theme/{file.name} when you ejected it"
                yield file, _difference(file.original, file.theme, old, f"theme/{file.name} now")


def record_as_applied(root: Path, file: ThemeFile) -> None:
    """Record that the newsletter's file has the changes of the theme."""
    _write(root / ORIGINALS / file.name, file.theme)


def _theme() -> Mapping[str, bytes]:
    folder = theme_folder()
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    names = {path.relative_to(folder): path for path in paths}
    return {name.as_posix(): path.read_bytes() for name, path in names.items() if not any(map(is_ignored, name.parts))}


def _check_is_not_the_theme(root: Path) -> None:
    if (root / TEMPLATES).is_dir() and (root / TEMPLATES).samefile(theme_folder()):
        raise InvalidValue(f"{TEMPLATES}/ is the theme itself here", "edit its files where they are")


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _difference(before: bytes, after: bytes, old: str, new: str) -> list[str]:
    lines, lines_now = (data.decode("utf-8", "replace").splitlines() for data in (before, after))
    return list(difflib.unified_diff(lines, lines_now, old, new, lineterm=""))
