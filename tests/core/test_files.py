"""Files are replaced at once, and read with care."""

from __future__ import annotations

import os
import resource
from pathlib import Path

import pytest

from broadsheet.core.files import load_checked, locked, read_regular, replace_file, save_checked


def test_a_replaced_file_keeps_its_permissions(tmp_path: Path) -> None:
    """An editor may have opened it to others."""
    file = tmp_path / "a.md"
    file.write_bytes(b"old")
    file.chmod(0o640)
    replace_file(file, b"new", b"er")

    assert file.read_bytes() == b"newer"
    assert file.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [file]


def test_a_full_disk_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    """A limit on the size of files has the same effect, and needs no rights."""
    file = tmp_path / "a.md"
    file.write_bytes(b"old")
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limit[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            replace_file(file, b"x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)

    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_is_replaced_and_not_its_target(tmp_path: Path) -> None:
    """A cache may come from anybody: a link in it must not lead us to write elsewhere."""
    (tmp_path / "target").write_bytes(b"mine")
    (tmp_path / "link").symlink_to("target")
    replace_file(tmp_path / "link", b"new")

    assert (tmp_path / "target").read_bytes() == b"mine"
    assert (tmp_path / "link").read_bytes() == b"new"


def test_every_flipped_or_cut_byte_is_noticed(tmp_path: Path) -> None:
    """Of a file with a checksum."""
    file = tmp_path / "value"
    save_checked(file, b"content")
    whole = file.read_bytes()
    assert bytes(load_checked(file) or b"") == b"content"
    for place in range(len(whole)):
        file.write_bytes(whole[:place])
        assert load_checked(file) is None
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert load_checked(file) is None


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    """Reading one would never end."""
    os.mkfifo(tmp_path / "pipe")

    assert read_regular(tmp_path / "pipe") == b""
    assert read_regular(tmp_path / "absent") == b""


def test_a_lock_that_stays_taken_is_an_error(tmp_path: Path) -> None:
    """And is free when whoever held it is done."""
    with (
        locked(tmp_path / "lock", wait_seconds=0),
        pytest.raises(OSError, match="another build holds its lock"),
        locked(tmp_path / "lock", wait_seconds=0),
    ):
        pass
    with locked(tmp_path / "lock", wait_seconds=0):
        pass
