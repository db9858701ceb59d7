"""Whether all outputs can lie in one folder, on any disk and any host: what the manifest takes for granted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from unicodedata import normalize

from ..core.errors import Location, Problem
from ..core.urls import LONGEST_NAME, PUBLIC_DOTFILES, are_plain, output_path, parents
from .types import File, Ledger, Page

Output = Page | File | Ledger


def conflicts(outputs: Sequence[Output]) -> list[Problem]:
    """What keeps outputs from being published together, also where disks know neither case nor Unicode forms."""
    paths = [output_path(output.path) for output in outputs]
    known = frozenset(paths)
    if len(known) == len(paths) and are_plain(paths) and known.isdisjoint(parents(paths)) and "".join(paths).islower():
        return []
    return _conflicts(outputs, paths)


def _conflicts(outputs: Sequence[Output], paths: Sequence[str]) -> list[Problem]:
    """What `conflicts` gives, found by a look at each path."""
    claims: dict[str, list[Output]] = {}
    problems = []
    for output, path in zip(outputs, paths, strict=True):
        if path[:1] == "." or "/." in path or len(path) > LONGEST_NAME or not (path.isascii() and path.isprintable()):
            problems += _unfit(output, path)
        key = path if path.isascii() and path.islower() else normalize("NFC", path).casefold()
        claims.setdefault(key, []).append(output)
    problems += [_rivals(rivals) for rivals in claims.values() if len(rivals) > 1]
    return problems + _files_as_folders(claims)


def _unfit(output: Output, path: str) -> list[Problem]:
    """A problem for a path of which one name surprises disks or servers."""
    for name in path.split("/"):
        fault = ""
        if name.startswith(".") and name not in PUBLIC_DOTFILES:
            fault = "begins with a dot, and hosts take that for hidden"
        elif len(name.encode()) > LONGEST_NAME:
            fault = f"has {len(name.encode())} bytes, and disks take {LONGEST_NAME} at most"
        elif not name.isprintable():
            fault = "contains an invisible character"
        if fault:
            shown = "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in name[:60])
            shown += "…" if len(name) > 60 else ""
            return [Problem(output.origin, f'the name "{shown}" in the address {fault}', _remedy(output, "it"))]
    return []


def _rivals(rivals: list[Output]) -> Problem:
    """The problem of several outputs on one path; it names every origin."""
    rivals.sort(key=lambda output: output.origin)
    others = ", ".join(_from(rival) for rival in rivals[:-1])
    message = f'two outputs want the path "{rivals[-1].path}": {others} and this one'
    return Problem(rivals[-1].origin, message, _remedy(rivals[-1], "one of them"))


def _files_as_folders(claims: Mapping[str, list[Output]]) -> list[Problem]:
    problems = []
    seen: set[str] = set()
    for key, outputs in claims.items():
        folder = key.rpartition("/")[0]
        while folder and folder not in seen:
            seen.add(folder)
            if folder in claims:
                inner, outer = outputs[0], claims[folder][0]
                message = f'"{inner.path}" needs a folder in the place of a file: {_from(outer)}'
                problems.append(Problem(inner.origin, message, _remedy(inner, "one of them")))
            folder = folder.rpartition("/")[0]
    return problems


def _from(output: Output) -> str:
    """The path and its origin; the pages that every site has come from no file of the author's."""
    if output.origin == Location("config.yaml"):
        return f"{output.path} (which every site has)"
    return f"{output.path} from {output.origin}"


def _remedy(output: Output, which: str) -> str:
    return "rename the file" if isinstance(output, File) else f"give {which} another slug or alias"
