"""Forked workers: every number is answered once, nobody is left behind, and nothing hangs."""

from __future__ import annotations

import gc
import os
import resource
import select
import signal
from collections import Counter

import pytest

from broadsheet.forks import spread


def nobody_is_left() -> bool:
    """Whether this process has no children, dead or alive, that it should have waited for."""
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return True
    return False


@pytest.mark.parametrize("total", [0, 1, 2, 100, 5000])
def test_every_number_is_answered_once(total: int) -> None:
    """However many there are, and though children know what was never sent to them."""
    secret = object()

    answers = list(spread(lambda number: (number * 2, id(secret)), total, children=2))

    assert sorted(answers) == [(number, (number * 2, id(secret))) for number in range(total)]
    assert nobody_is_left()


@pytest.mark.parametrize("children", [1, 2])
def test_no_child_lives_long(children: int) -> None:
    """What it copies of its parent's memory, and what its work leaves behind, ends with it."""
    pieces = Counter(child for _, child in spread(lambda number: os.getpid(), 1000, children=children))

    assert pieces.total() == 1000
    assert max(pieces.values()) <= 50
    assert nobody_is_left()


def test_large_answers_arrive_whole() -> None:
    """Many times what a pipe holds."""
    assert {answer for _, answer in spread(lambda number: b"x" * 3_000_000, 4, children=2)} == {b"x" * 3_000_000}


def test_what_a_child_raises_is_raised_here() -> None:
    """With its type and its words; the other children end too."""

    def work(number: int) -> int:
        if number == 3:
            raise FileNotFoundError(2, "No such file", "a.md")
        return number

    with pytest.raises(FileNotFoundError, match=r"a\.md"):
        list(spread(work, 1000, children=2))
    assert nobody_is_left()


def test_an_exception_that_cannot_travel_is_told_in_words() -> None:
    """As one that can."""

    class Local(Exception):
        pass

    def work(number: int) -> int:
        raise Local("odd")

    with pytest.raises(RuntimeError, match="Local: odd"):
        list(spread(work, 1, children=2))


def test_a_child_that_is_killed_is_an_error() -> None:
    """As when the system runs out of memory."""

    def work(number: int) -> None:
        if number == 5:
            os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(ChildProcessError, match="a worker process was ended from outside"):
        list(spread(work, 1000, children=2))
    assert nobody_is_left()


def test_who_stops_listening_leaves_no_children() -> None:
    """They would else work on for nobody."""
    answers = spread(lambda number: number, 1000, children=2)
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
        for _ in spread(lambda number: os.write(tell, b"."), 1 << 20, children=2):
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


def test_children_collect_what_stands_in_circles() -> None:
    """Though a build goes without the collector: rendering leaves 20 KB for each page."""

    def work(number: int) -> int:
        circle: list[object] = [b"x" * 1_000_000]
        circle.append(circle)
        for _ in range(1000):
            pair: list[object] = []
            pair.append(pair)
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

    gc.disable()
    try:
        sizes = [size for _, size in sorted(spread(work, 300, children=1))]
    finally:
        gc.enable()
    assert sizes[-1] - sizes[0] < 100
