"""Forked workers: every number is answered once, nobody is left behind, and nothing hangs."""

from __future__ import annotations

import gc
import os
import resource
import select
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from broadsheet.core.forks import map_forked


def children() -> set[int]:
    """The children of this process, dead ones that nobody has waited for too."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            if int(status.read_text().rpartition(")")[2].split()[1]) == os.getpid():
                found.add(int(status.parent.name))
    return found


others: set[int] = set()


@pytest.fixture(autouse=True)
def children_of_other_tests() -> None:
    """What tests before these have started and left in this process is no concern of theirs."""
    others.clear()
    others.update(children())


def nobody_is_left() -> bool:
    """Whether this process has no more children than before the test, dead or alive."""
    return children() <= others


@pytest.mark.parametrize("total", [0, 1, 2, 100, 5000])
def test_every_number_is_answered_once(total: int) -> None:
    """However many there are, and though children know what was never sent to them."""
    secret = object()

    answers = list(map_forked(lambda number: (number * 2, id(secret)), total, processes=2))

    assert sorted(answers) == [(number, (number * 2, id(secret))) for number in range(total)]
    assert nobody_is_left()


def test_large_answers_arrive_whole() -> None:
    """Many times what a pipe holds."""
    assert {answer for _, answer in map_forked(lambda number: b"x" * 3_000_000, 4, processes=2)} == {b"x" * 3_000_000}


def in_a_child(act: Callable[[], None]) -> Callable[[int], None]:
    """Work of which every child does this, and this process nothing until one has begun with it."""
    parent = os.getpid()
    begun, tell = os.pipe()
    seen: list[bytes] = []

    def work(number: int) -> None:
        if os.getpid() != parent:
            os.write(tell, b".")
            act()
        elif not seen:
            seen.append(os.read(begun, 1))

    return work


def raise_not_found() -> None:
    raise FileNotFoundError(2, "No such file", "a.md")


def test_what_a_child_raises_is_raised_here() -> None:
    """With its type and its words; the others end too."""
    with pytest.raises(FileNotFoundError, match=r"a\.md"):
        list(map_forked(in_a_child(raise_not_found), 1000, processes=3))
    assert nobody_is_left()


def test_what_this_process_raises_ends_the_children() -> None:
    """However much they have to do."""
    parent = os.getpid()

    def work(number: int) -> None:
        if os.getpid() == parent:
            raise_not_found()
        signal.pause()

    with pytest.raises(FileNotFoundError, match=r"a\.md"):
        list(map_forked(work, 1000, processes=3))
    assert nobody_is_left()


def test_an_exception_that_cannot_travel_is_told_in_words() -> None:
    """As one that can."""

    class Local(Exception):
        pass

    def act() -> None:
        raise Local("odd")

    with pytest.raises(RuntimeError, match="Local: odd"):
        list(map_forked(in_a_child(act), 1000, processes=2))


def test_a_child_that_is_killed_is_an_error() -> None:
    """As when the system runs out of memory."""
    work = in_a_child(lambda: os.kill(os.getpid(), signal.SIGKILL))

    with pytest.raises(ChildProcessError, match="a worker process was ended from outside"):
        list(map_forked(work, 1000, processes=2))
    assert nobody_is_left()


def test_who_stops_listening_leaves_no_children() -> None:
    """They would else work on for nobody."""
    answers = map_forked(lambda number: number, 1000, processes=2)
    next(answers)
    answers.close()  # type: ignore[attr-defined]

    assert nobody_is_left()


def test_children_of_a_killed_parent_end() -> None:
    """With the piece they are at; what they hold is free then."""
    alive, end = os.pipe()
    started, tell = os.pipe()
    parent = os.fork()
    if not parent:
        os.close(alive)
        for _ in map_forked(lambda number: os.write(tell, b"."), 1 << 20, processes=2):
            pass
        os._exit(0)
    os.close(end)
    os.close(tell)
    os.read(started, 1)
    os.kill(parent, signal.SIGKILL)
    os.waitpid(parent, 0)
    while os.read(started, 1 << 16):  # until nobody can write to it any more
        pass

    assert select.select([alive], [], [], 20)[0]  # its other end is closed when the last of them has ended
    assert os.read(alive, 1) == b""


def test_what_stands_in_circles_is_collected() -> None:
    """Though a build goes without the collector: rendering leaves 20 KB for each page."""

    def work(number: int) -> tuple[int, int]:
        circle: list[object] = [b"x" * 1_000_000]
        circle.append(circle)
        for _ in range(1000):
            pair: list[object] = []
            pair.append(pair)
        return os.getpid(), _resident_megabytes()

    gc.disable()
    try:
        answers = [answer for _, answer in map_forked(work, 600, processes=2)]
        assert not gc.isenabled()
    finally:
        gc.enable()
    for process in {process for process, _ in answers}:
        sizes = [size for worker, size in answers if worker == process]
        assert max(sizes) - sizes[0] < 100


def _resident_megabytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() >> 20
