"""A table only grows by what is new, and is rewritten when most of it is of no use."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadsheet.cache.table import Table
from broadsheet.core.digest import digest

KEYS = [digest(n) for n in range(1000)]


def table(folder: Path) -> Table:
    return Table(folder / "a.table", folder / "lock", 5)


def records(first: int, last: int) -> dict[str, bytes]:
    return {key: b"%d " % n * 30 for n, key in enumerate(KEYS) if first <= n < last}


def build(folder: Path, first: int, last: int) -> int:
    """A build that uses these records, those it finds and those it makes; how many it found."""
    session = table(folder)
    wanted = records(first, last)
    found = session.get_many(list(wanted))
    assert all(wanted[key] == record for key, record in found.items())
    session.append({key: record for key, record in wanted.items() if key not in found})
    session.rewrite_if_grown()
    session.close()
    return len(found)


def test_an_edit_writes_what_is_new(tmp_path: Path) -> None:
    """Not what is there already."""
    build(tmp_path, 0, 900)
    before = (tmp_path / "a.table").read_bytes()
    assert build(tmp_path, 1, 901) == 899
    after = (tmp_path / "a.table").read_bytes()

    assert after.startswith(before)
    assert len(after) - len(before) < 300


def test_two_generations_are_kept(tmp_path: Path) -> None:
    """A rewritten table holds what the build used and what was young; what was of no use twice is gone."""
    build(tmp_path, 0, 600)
    build(tmp_path, 600, 900)  # 600 of 900 are of no use: rewritten, and these are old now
    assert len(table(tmp_path)) == 900
    assert build(tmp_path, 600, 900) == 300
    assert len(table(tmp_path)) == 300


def test_what_is_used_again_is_young_again(tmp_path: Path) -> None:
    """An edit that is undone finds what it had, also after the table was rewritten."""
    build(tmp_path, 0, 600)
    build(tmp_path, 600, 900)
    assert build(tmp_path, 0, 300) == 300
    session = table(tmp_path)
    assert len(session.get_many(KEYS[:300])) == 300
    assert session.get_many(KEYS[300:600]) == {}


def test_a_session_that_asks_for_nothing_drops_nothing(tmp_path: Path) -> None:
    """As a command that only looks at the size of the cache."""
    build(tmp_path, 0, 900)
    session = table(tmp_path)
    session.rewrite_if_grown()

    assert len(table(tmp_path)) == 900


def test_two_writers_see_each_other(tmp_path: Path) -> None:
    """What one appends or rewrites while the other has the table open."""
    one, other = table(tmp_path), table(tmp_path)
    one.append(records(0, 300))
    other.append(records(300, 600))
    one.append(records(600, 700))
    assert len(one.get_many(KEYS)) == 700
    other.rewrite()
    one.append(records(700, 800))
    other.append(records(800, 900))

    assert len(one.get_many(KEYS)) >= 800
    assert len(table(tmp_path).get_many(KEYS)) == 900


@pytest.mark.parametrize("cut", [1, 40, 70, 90])
def test_what_a_killed_writer_left_is_cut_off(tmp_path: Path, cut: int) -> None:
    """Half a batch at the end: what was before it is there, and what comes after it too."""
    table(tmp_path).append(records(0, 300))
    whole = (tmp_path / "a.table").read_bytes()
    table(tmp_path).append(records(300, 301))
    torn = (tmp_path / "a.table").read_bytes()
    (tmp_path / "a.table").write_bytes(torn[: len(whole) + cut])

    assert len(table(tmp_path).get_many(KEYS)) == 300
    table(tmp_path).append(records(301, 400))
    assert len(table(tmp_path).get_many(KEYS)) == 399


def test_one_flipped_bit_costs_one_record(tmp_path: Path) -> None:
    """Each has a checksum of its own."""
    table(tmp_path).append(records(0, 300))
    data = bytearray((tmp_path / "a.table").read_bytes())
    data[-1] ^= 1
    (tmp_path / "a.table").write_bytes(data)

    assert len(table(tmp_path).get_many(KEYS)) == 299
