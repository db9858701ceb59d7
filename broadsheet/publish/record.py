"""The record of a tree: what we wrote into it, so that we can tell our files from everybody else's."""

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

# What file managers leave behind in any folder they show. Neither ours nor anybody's work: not reported, not deleted.
LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})

LOOK_AGAIN = -1  # stands for the time of a folder that changed too lately for its time to tell the next change


class Written(NamedTuple):
    """A file as we left it. Size, inode and time make looking cheap; the digest decides when they differ."""

    digest: str
    size: int
    inode: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class Record:
    """The files of a tree, and the modification time of each of its folders; the tree itself is the folder ""."""

    files: Mapping[str, Written]
    folders: Mapping[str, int]


NOTHING = Record({}, {"": LOOK_AGAIN})


@dataclass(frozen=True, slots=True)
class Findings:
    """What a tree holds, held against its record.

    record: what is there and ours, with sizes, inodes and times of today; strangers: files we did not write;
    edited: files of ours with other content; missing: files of ours that are gone. is_touched: whether a file had
    to be read to see that it is unchanged, as after a restore from a backup.
    """

    record: Record
    strangers: tuple[str, ...]
    edited: tuple[str, ...]
    missing: tuple[str, ...]
    is_touched: bool

    @property
    def is_ours(self) -> bool:
        """Whether everything there is ours and as we left it."""
        return not (self.strangers or self.edited)

    def is_as_recorded(self, record: Record) -> bool:
        """Whether the tree is as its record says, but for times of folders."""
        is_whole = not self.missing and self.record.folders.keys() == record.folders.keys()
        return self.is_ours and not self.is_touched and is_whole


def examine(tree: Path, record: Record, trusted: Mapping[str, Written] | None = None) -> Findings:
    """Looks at every folder, and at every file but those that are the same in `trusted`, a tree just examined."""
    strangers, folders = _examine_folders(str(tree), record)
    files = dict(record.files)
    edited, missing = [], []
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
            edited.append(path)
            del files[path]
    return Findings(
        Record(files, folders), tuple(sorted(strangers)), tuple(sorted(edited)), tuple(sorted(missing)), is_touched
    )


def _examine_folders(tree: str, record: Record) -> tuple[list[str], dict[str, int]]:
    """Files that are not in the record, and today's times of the folders that are."""
    strangers: list[str] = []
    folders = dict(record.folders)
    for folder, modified_ns in record.folders.items():
        path = f"{tree}/{folder}" if folder else tree
        try:
            now = os.lstat(path)
        except (FileNotFoundError, NotADirectoryError):
            del folders[folder]
            continue
        if now.st_mtime_ns == modified_ns and stat.S_ISDIR(now.st_mode):  # then no name in it has come or gone
            continue
        if stat.S_ISDIR(now.st_mode):
            folders[folder] = now.st_mtime_ns
            strangers += _strangers(path, folder, record)
        else:
            del folders[folder]
            strangers.append(folder)
    return strangers, folders


def _strangers(path: str, folder: str, record: Record) -> list[str]:
    found: list[str] = []
    with os.scandir(path) as entries:
        for entry in entries:
            name = f"{folder}/{entry.name}" if folder else entry.name
            if name in record.files or name in record.folders or entry.name in LITTER:
                continue
            if entry.is_dir(follow_symlinks=False):
                found += _strangers(entry.path, name, record)  # an empty folder is nobody's work
            else:
                found.append(name)
    return found


def _digest_of(path: str) -> str:
    return digest_bytes(Path(path).read_bytes())


def save_record(path: Path, record: Record) -> None:
    """Writes the record in one step. May raise OSError."""
    files, folders = record.files, record.folders
    digests, sizes, inodes, changed = zip(*files.values(), strict=True) if files else ((), (), (), ())
    texts = ["\n".join([*lines, ""]).encode() for lines in (files, digests, folders)]
    numbers = [array("Q", sizes), array("Q", inodes), _times(changed), _times(folders.values())]
    _write(path, b"\0".join([*texts, b"".join(numbers)]))


def load_record(path: Path) -> Record | None:
    """The record, or None when there is none, or it is damaged, or it names a place outside the tree."""
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
    """A record as it was written until November 2026: sites that were published then are ours too."""
    files, folders = json.loads(data)
    if not (_are_below(files) and _are_below(filter(None, folders))):
        return None
    return Record({name: Written(*fields) for name, fields in files.items()}, folders)


def _times(times: Collection[int]) -> array[int]:
    try:
        return array("q", times)
    except OverflowError:  # after the year 2262: never found to be the same
        return array("q", [time if abs(time) < 1 << 63 else LOOK_AGAIN for time in times])


def seal_of(path: Path) -> str:
    """What tells a record from the next one in its place; empty when there is none."""
    try:
        with path.open("rb") as file:
            return file.read(64).decode(errors="replace")
    except OSError:
        return ""


def save_names(path: Path, names: Iterable[str]) -> None:
    """Writes a list of paths in one step. May raise OSError."""
    _write(path, json.dumps(sorted(names), ensure_ascii=False).encode())


def load_names(path: Path) -> list[str]:
    """The list of paths; empty when there is none or it is damaged."""
    data = _read(path)
    names: list[str] = json.loads(data) if data is not None else []
    return names if _are_below(names) else []


def _are_below(paths: Iterable[str]) -> bool:
    # One search for all of them. A record may come with a folder that somebody else has made.
    joined = "/\n/".join(paths)
    return "/../" not in f"/{joined}/" and "\0" not in joined and "\n//" not in joined and not joined.startswith("/")


def _write(path: Path, data: bytes) -> None:
    new = path.with_name(path.name + ".new")
    new.write_bytes(digest_bytes(data).encode() + b"\n" + data)
    new.replace(path)


def _read(path: Path) -> bytes | None:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # reading a pipe would never end
            return None
        seal, _, data = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    return data if digest_bytes(data).encode() == seal else None
