"""The seal: while it holds, whatever reaches for disk, network or another program fails, and is written down.

Only for `verify` and for tests: an audit hook sees every call of the process and cannot be taken off again.
Reading the clock raises no audit event; for clock, chance and environment a test reads the source.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..core.limits import STATUS

_FILES = frozenset({"open", "os.listdir", "os.scandir"})
_PROGRAMS = frozenset({"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"})
_seals: list[tuple[list[str], Collection[str], tuple[str, ...]]] = []  # those that hold now, the innermost last
_watching: list[bool] = []  # not empty once the hook is there


class IoDenied(PermissionError):
    """Something reached for disk or network while that was sealed."""


@contextmanager
def no_io(allowed: Collection[str] = ()) -> Iterator[list[str]]:
    """What reached out of this process, which grows while the seal holds. Each such call raises Sealed.

    allowed: whole paths of files that may be opened.
    """
    if not _watching:
        _watching.append(True)
        sys.addaudithook(_watch)
    _seals.append(([], allowed, _libraries()))
    try:
        yield _seals[-1][0]
    finally:
        _seals.pop()


def _watch(event: str, details: tuple[Any, ...]) -> None:
    if not _seals or not (event in _FILES or event in _PROGRAMS or event.startswith("socket.")):
        return
    found, allowed, libraries = _seals[-1]
    if event in _FILES and (details[0] == STATUS or details[0] in allowed or _is_of_a_library(details[0], libraries)):
        return
    reached = f"{event} {details[0]!r}" if event in _FILES else event
    found.append(reached)
    raise IoDenied(f"sealed, but reached for {reached}")


def _libraries() -> tuple[str, ...]:
    """Return the folders of Python and its libraries, wherever they are installed.

    What these read for themselves (modules, locale data) is covered by the engine's fingerprint.
    """
    folders = {str(Path(__file__).parent.parent)}
    folders |= {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    folders |= {folder for folder in sys.path if any(Path(folder or ".").glob("*.dist-info"))}
    return tuple([f"{os.path.realpath(folder)}/" for folder in folders])


def _is_of_a_library(place: Any, libraries: tuple[str, ...]) -> bool:
    if not isinstance(place, (str, bytes)):
        return False
    path = os.path.realpath(os.fsdecode(place))
    is_metadata = ".egg-info/" in f"{path}/"  # which an editable installation leaves in its checkout
    return (
        f"{path}/".startswith(libraries) or is_metadata or path in map(os.path.realpath, sys.path)
    )  # listed to import
