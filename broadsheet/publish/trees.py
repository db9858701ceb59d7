"""The two trees of a place: the published one and its spare, each found as a build or a crash has left it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from ..core.errors import Problem, warning
from ..core.urls import parents
from .exchange import Exchange
from .place import Place, named
from .record import (
    NOTHING,
    Findings,
    Record,
    Written,
    examine,
    load_names,
    load_record,
    save_names,
    save_record,
    seal_of,
)
from .staging import remove_files, remove_folders

# What was seen of trees where all was ours and as we had left it, by inode and time of their top folder: the seal of
# the record, and the times of those folders that it had wrong.
Sights = Mapping[tuple[int, int], tuple[str, Mapping[str, int]]]


def look(
    place: Place, tree: Path, trusted: Mapping[str, Written] | None = None, *, sights: Sights = MappingProxyType({})
) -> Findings:
    """What one of the two trees holds; nothing at all when it is absent. May raise OSError.

    A tree that is among the sights is not looked at again.
    """
    if not tree.exists():
        return examine(tree, NOTHING)
    own = place.record(_inode(tree))
    seal, record = seal_of(own), load_record(own)
    seen, times = sights.get(_state(tree), ("", {}))
    if record and seal == seen:
        return Findings(replace(record, folders={**record.folders, **times}), (), (), (), is_touched=False)
    found = examine(tree, record or NOTHING, trusted)
    if found.is_ours and not found.is_touched:
        return found
    # A copied or restored folder has another inode: then the content tells which record is its own.
    for path in sorted(place.companion.glob("*.record")) if not found.is_ours else ():
        if path != own and (record := load_record(path)):
            other = examine(tree, record, trusted)
            if other.is_ours:
                found = other
                break
    if found.is_ours and place.companion.exists():
        save_record(own, found.record)
    return found


def glance(place: Place) -> Sights:
    """What can be seen of both trees. Changes nothing, so that it needs no lock."""
    sights: dict[tuple[int, int], tuple[str, Mapping[str, int]]] = {}
    trusted = None
    for tree in filter(Path.is_dir, (place.output, place.spare)):
        state, own = _state(tree), place.record(_inode(tree))
        seal, record = seal_of(own), load_record(own)
        found = examine(tree, record or NOTHING, trusted)
        if record is None or not found.is_as_recorded(record):
            break
        sights[state] = seal, dict(found.record.folders.items() - record.folders.items())
        trusted = record.files
    return sights


def recover(place: Place) -> None:
    """Ends what a killed process has left between two renames. May raise OSError."""
    if not place.away.exists():
        return
    if not os.path.lexists(place.output):
        place.away.rename(place.output)
    elif not place.spare.exists():
        place.away.rename(place.spare)
    else:
        _set_aside(place, place.away, [""])


def ready_spare(place: Place, live: Record, sights: Sights) -> tuple[Record, list[Problem]]:
    """The record of a spare tree in good order; a new, empty one when there was none or it was left half done.

    Files in it that are not ours came in at the very moment of an exchange: they are moved aside, with a warning.
    """
    if not place.spare.is_dir():
        place.spare.mkdir(mode=0o755)
        return NOTHING, []
    if not place.dirty(_inode(place.spare)).exists():
        found = look(place, place.spare, live.files, sights=sights)
        if found.is_ours and not found.missing:
            return found.record, []
    problems = clear(place, place.spare)
    place.spare.mkdir(mode=0o755)
    return NOTHING, problems


def begin(place: Place, names: Iterable[str]) -> None:
    """Notes that these paths are about to be written into the spare. May raise OSError."""
    save_names(place.dirty(_inode(place.spare)), names)


def finish(place: Place, record: Record) -> None:
    """Notes what the spare holds now that it is complete. May raise OSError."""
    inode = _inode(place.spare)
    save_record(place.record(inode), record)
    place.dirty(inode).unlink()


def put_in_place(place: Place, swap: Exchange) -> None:
    """The spare becomes the site and the site the spare. May raise OSError, with the old site in place."""
    output, spare, away = place.output, place.spare, place.away
    if not output.exists() or not any(output.iterdir()):
        spare.rename(output)  # takes the place of an empty folder, and of no other
    elif not swap(spare, output):
        output.rename(away)
        try:
            spare.rename(output)  # between the last line and this one there is no site, for some microseconds
        except OSError:
            away.rename(output)
            raise
        away.rename(spare)


def tidy(place: Place) -> None:
    """Removes records of trees that are no more."""
    kept = {path.name for tree in (place.output, place.spare) if tree.exists() for path in _notes(place, _inode(tree))}
    for path in [*place.companion.glob("*.record"), *place.companion.glob("*.dirty"), *place.companion.glob("*.new")]:
        if path.name not in kept:
            path.unlink(missing_ok=True)


def clear(place: Place, tree: Path) -> list[Problem]:
    """Removes a tree of the companion and its notes; what is not ours is moved aside, with a warning."""
    inode = _inode(tree)
    record, dirty = (load_record(place.record(inode)) or NOTHING), place.dirty(inode)
    begun = load_names(dirty)
    found = examine(tree, record)
    kept = [path for path in (*found.strangers, *found.edited) if path not in begun]
    problems = []
    if kept:
        aside = _set_aside(place, tree, kept)
        message = f"the site before this one held {named(kept)} not as Broadsheet wrote it; it is kept in {aside}"
        problems.append(warning(place.where, message, "take what you need from there and delete that folder"))
    names = [*record.files, *begun]
    remove_files(tree, names)
    remove_folders(tree, parents(names) | set(record.folders))
    if tree.exists():  # folders and litter that others made
        _set_aside(place, tree, [""])
    for path in _notes(place, inode):
        path.unlink(missing_ok=True)
    return problems


def _set_aside(place: Place, tree: Path, paths: Iterable[str]) -> Path:
    number = 1
    while (aside := place.companion / f"kept-{number}").exists():
        number += 1
    for path in paths:
        target = aside / path if path else aside
        target.parent.mkdir(parents=True, exist_ok=True)
        (tree / path).rename(target)
    return aside


def _notes(place: Place, inode: int) -> tuple[Path, Path]:
    return place.record(inode), place.dirty(inode)


def _state(tree: Path) -> tuple[int, int]:
    now = tree.stat()
    return now.st_ino, now.st_mtime_ns


def _inode(tree: Path) -> int:
    return tree.stat().st_ino
