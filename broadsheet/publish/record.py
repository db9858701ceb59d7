"""The record of a tree: what we wrote into it, so that we can tell our files from everyone else's."""

from __future__ import annotations

import json
import os
import stat
from array import array
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ..core.digest import digest_bytes
from ..core.files import read_regular, replace_file

# What file managers create in any folder they show: neither reported nor deleted.
LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})

LOOK_AGAIN = -1  # the time of a folder that changed so recently that a later change might not alter it


class Written(NamedTuple):
    """A file as we wrote it. If size, inode and time are the same, it is unchanged; otherwise the digest decides."""

    digest: str
    size: int
    inode: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class Record:
    """The files of a tree and the modification time (ns) of each of its folders; the tree itself is the folder ""."""

    files: Mapping[str, Written]
    folders: Mapping[str, int]


NOTHING = Record({}, {"": LOOK_AGAIN})


@dataclass(frozen=True, slots=True)
class Findings:
    """What a tree contains, compared with its record."""

    record: Record
    """Our files that are there, unmodified, with their present sizes, inodes and times."""
    foreign_files: tuple[str, ...]
    """Files we did not write."""
    modified_files: tuple[str, ...]
    """Our files with other content."""
    missing: tuple[str, ...]
    """Our files that are gone."""
    is_touched: bool
    """Whether a file had to be read to see that it is unchanged, as after a restore from a backup."""

    @property
    def is_ours(self) -> bool:
        """Whether the tree contains nothing but our files, unmodified."""
        return not (self.foreign_files or self.modified_files)


def examine(tree: Path, record: Record, trusted: Mapping[str, Written] | None = None) -> Findings:
    """Compare a tree with its record; files that are the same in `trusted`, a tree just examined, are skipped."""
    foreign_files, folders = _examine_folders(str(tree), record)
    files = dict(record.files)
    modified_files, missing = [], []
    is_touched = False
    same = trusted or {}
    for path, written in [item for item in record.files.items() if same.get(item[0]) != item[1]]:
        try:
            now = os.lstat(f"{tree}/{path}")
        except (FileNotFoundError, NotADirectoryError):
            missing.append(path)
            del files[path]
            continue
        if (now.st_size, now.st_ino, now.st_mtime_ns) == written[1:]:
            continue
        if stat.S_ISREG(now.st_mode) and _digest_of(f"{tree}/{path}") == written.digest:
            files[path] = Written(written.digest, now.st_size, now.st_ino, now.st_mtime_ns)
            is_touched = True
        else:
            modified_files.append(path)
            del files[path]
    return Findings(
        Record(files, folders),
        tuple(sorted(foreign_files)),
        tuple(sorted(modified_files)),
        tuple(sorted(missing)),
        is_touched,
    )


def _examine_folders(tree: str, record: Record) -> tuple[list[str], dict[str, int]]:
    """Return the files that are not in the record, and the present times of the folders that are."""
    foreign_files: list[str] = []
    folders = dict(record.folders)
    for folder, modified_ns in record.folders.items():
        path = f"{tree}/{folder}" if folder else tree
        try:
            now = os.lstat(path)
        except (FileNotFoundError, NotADirectoryError):
            del folders[folder]
            continue
        if now.st_mtime_ns == modified_ns and stat.S_ISDIR(now.st_mode):  # then no file in it was added or removed
            continue
        if stat.S_ISDIR(now.st_mode):
            folders[folder] = now.st_mtime_ns
            foreign_files += _foreign_files(path, folder, record)
        else:
            del folders[folder]
            foreign_files.append(folder)
    return foreign_files, folders


def _foreign_files(path: str, folder: str, record: Record) -> list[str]:
    found: list[str] = []
    with os.scandir(path) as entries:
        for entry in entries:
            name = f"{folder}/{entry.name}" if folder else entry.name
            if name in record.files or name in record.folders or entry.name in LITTER:
                continue
            if entry.is_dir(follow_symlinks=False):
                found += _foreign_files(entry.path, name, record)  # empty folders do not count
            else:
                found.append(name)
    return found


def _digest_of(path: str) -> str:
    return digest_bytes(Path(path).read_bytes())


def save_record(path: Path, record: Record) -> None:
    """Save the record in one step. May raise OSError."""
    files, folders = record.files, record.folders
    digests, sizes, inodes, changed = zip(*files.values(), strict=True) if files else ((), (), (), ())
    texts = ["\n".join([*lines, ""]).encode() for lines in (files, digests, folders)]
    numbers = [array("Q", sizes), array("Q", inodes), _times(changed), _times(folders.values())]
    _write(path, b"\0".join([*texts, b"".join(numbers)]))


def load_record(path: Path) -> Record | None:
    """Return the record, or None if it is missing, damaged or names a path outside the tree."""
    data = _read(path) or b""
    try:
        if data.startswith(b"[") and b"\0" not in data:
            return _in_first_form(data)
        *texts, numbers = data.split(b"\0", 3)
        files, digests, folders = (text.decode().split("\n")[:-1] for text in texts)
        count, wide = len(files), 8 * len(files)
        looks, times = array("Q", numbers[: 2 * wide]), array("q", numbers[2 * wide :])
        written = map(Written._make, zip(digests, looks[:count], looks[count:], times[:count], strict=True))
        record = Record(dict(zip(files, written, strict=True)), dict(zip(folders, times[count:], strict=True)))
    except ValueError:
        return None
    return record if _are_below(files) and _are_below(filter(None, folders)) else None


def _in_first_form(data: bytes) -> Record | None:
    """Return a record in the format used until November 2026: sites published then are ours too."""
    files, folders = json.loads(data)
    if not (_are_below(files) and _are_below(filter(None, folders))):
        return None
    return Record({name: Written(*fields) for name, fields in files.items()}, folders)


def _times(times: Collection[int]) -> array[int]:
    try:
        return array("q", times)
    except OverflowError:  # after the year 2262: never found to be the same
        return array("q", [time if abs(time) < 1 << 63 else LOOK_AGAIN for time in times])


def save_names(path: Path, names: Iterable[str]) -> None:
    """Save a list of paths in one step. May raise OSError."""
    _write(path, json.dumps(sorted(names), ensure_ascii=False).encode())


def load_names(path: Path) -> list[str]:
    """Return the list of paths; empty if it is missing or damaged."""
    data = _read(path)
    names: list[str] = json.loads(data) if data is not None else []
    return names if _are_below(names) else []


def _are_below(paths: Iterable[str]) -> bool:
    # One search for all of them. The record may come with a folder that someone else made.
    joined = "/\n/".join(paths)
    return "/../" not in f"/{joined}/" and "\0" not in joined and "\n//" not in joined and not joined.startswith("/")


def _write(path: Path, data: bytes) -> None:
    replace_file(path, digest_bytes(data).encode(), b"\n", data)


def _read(path: Path) -> bytes | None:
    seal, _, data = read_regular(path).partition(b"\n")
    return data if digest_bytes(data).encode() == seal else None
