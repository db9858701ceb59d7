"""The two trees of a place, published and staging, each as a build or a crash has left it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from ..core.errors import Problem, warning
from ..core.urls import parents
from .exchange import Exchange
from .place import Place, named
from .record import NOTHING, Findings, Record, Written, examine, load_names, load_record, save_names, save_record
from .restored import record_of_ledger
from .staging import remove_files, remove_folders


def look(place: Place, tree: Path, trusted: Mapping[str, Written] | None = None) -> Findings:
    """Compare one of the two trees with its record; an absent tree is empty. May raise OSError."""
    if not tree.exists():
        return examine(tree, NOTHING)
    own = place.record(_inode(tree))
    found = examine(tree, load_record(own) or NOTHING, trusted)
    if found.is_ours and not found.is_touched:
        return found
    # A copied or restored folder has another inode: then the content tells which record is its own.
    for path in sorted(place.state_dir.glob("*.record")) if not found.is_ours else ():
        if path != own and (record := load_record(path)):
            other = examine(tree, record, trusted)
            if other.is_ours:
                found = other
                break
    if not found.record.files and found.foreign_files:  # no record at all: then the site may have its own ledger
        restored = examine(tree, record_of_ledger(tree))
        if restored.record.files:
            found = restored
    if found.is_ours and place.state_dir.exists():
        save_record(own, found.record)
    return found


def recover(place: Place) -> None:
    """Complete the renames that a killed process has left half done. May raise OSError."""
    if not place.away.exists():
        return
    if not os.path.lexists(place.output):
        place.away.rename(place.output)
    elif not place.staging.exists():
        place.away.rename(place.staging)
    else:
        _set_aside(place, place.away, [""])


def ready_staging(place: Place, live: Record) -> tuple[Record, list[Problem]]:
    """Return the record of a staging tree that is as recorded; a new, empty one if it was missing or half done.

    Files in it that are not ours were written during an exchange: they are moved aside, with a warning.
    """
    if not place.staging.is_dir():
        place.staging.mkdir(mode=0o755)
        return NOTHING, []
    if not place.dirty(_inode(place.staging)).exists():
        found = look(place, place.staging, live.files)
        if found.is_ours and not found.missing:
            return found.record, []
    problems = clear(place, place.staging)
    place.staging.mkdir(mode=0o755)
    return NOTHING, problems


def begin(place: Place, names: Iterable[str]) -> None:
    """Save the list of paths that are about to be written into the staging tree. May raise OSError."""
    save_names(place.dirty(_inode(place.staging)), names)


def finish(place: Place, record: Record) -> None:
    """Save the record of the staging tree, which is complete. May raise OSError."""
    inode = _inode(place.staging)
    save_record(place.record(inode), record)
    place.dirty(inode).unlink()


def put_in_place(place: Place, swap: Exchange) -> None:
    """Swap the staging tree and the site. May raise OSError, with the old site in place."""
    output, staging, away = place.output, place.staging, place.away
    if not output.exists() or not any(output.iterdir()):
        staging.rename(output)  # replaces an empty folder, and no other
    elif not swap(staging, output):
        output.rename(away)
        try:
            staging.rename(output)  # between these two renames there is no site, for some microseconds
        except OSError:
            away.rename(output)
            raise
        away.rename(staging)


def tidy(place: Place) -> None:
    """Remove the records of trees that no longer exist."""
    kept = {
        path.name
        for tree in (place.output, place.staging)
        if tree.exists()
        for path in _state_files(place, _inode(tree))
    }
    for path in [*place.state_dir.glob("*.record"), *place.state_dir.glob("*.dirty"), *place.state_dir.glob("*.new")]:
        if path.name not in kept:
            path.unlink(missing_ok=True)


def clear(place: Place, tree: Path) -> list[Problem]:
    """Remove a tree of the state folder and its records; files that are not ours are moved aside, with a warning."""
    inode = _inode(tree)
    record, dirty = (load_record(place.record(inode)) or NOTHING), place.dirty(inode)
    begun = load_names(dirty)
    found = examine(tree, record)
    kept = [path for path in (*found.foreign_files, *found.modified_files) if path not in begun]
    problems = []
    if kept:
        aside = _set_aside(place, tree, kept)
        message = f"files added or edited by hand in the old site were saved to {aside}: {named(kept)}"
        problems.append(warning(place.where, message, "take what you need from there, then delete that folder"))
    names = [*record.files, *begun]
    remove_files(tree, names)
    remove_folders(tree, parents(names) | set(record.folders))
    if tree.exists():  # folders that others made, and what file managers left in them
        _set_aside(place, tree, [""])
    for path in _state_files(place, inode):
        path.unlink(missing_ok=True)
    return problems


def _set_aside(place: Place, tree: Path, paths: Iterable[str]) -> Path:
    number = 1
    while (aside := place.state_dir / f"kept-{number}").exists():
        number += 1
    for path in paths:
        target = aside / path if path else aside
        target.parent.mkdir(parents=True, exist_ok=True)
        (tree / path).rename(target)
    return aside


def _state_files(place: Place, inode: int) -> tuple[Path, Path]:
    return place.record(inode), place.dirty(inode)


def _inode(tree: Path) -> int:
    return tree.stat().st_ino
