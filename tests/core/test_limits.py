"""Work beyond its limits ends with an exception, and afterwards everything is as it was."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest

from broadsheet.core.limits import limited
from broadsheet.core.outcome import TooLong
from tests.sites import REPOSITORY


def state() -> tuple[object, ...]:
    """What a limit sets."""
    handler, timers = signal.getsignal(signal.SIGPROF), (signal.ITIMER_PROF, signal.ITIMER_VIRTUAL)
    return handler, *[signal.getitimer(timer) for timer in timers], resource.getrlimit(resource.RLIMIT_DATA)


def endless() -> None:
    """Never returns."""
    while True:
        pass


def growing() -> None:
    """Doubles a text until there is no room."""
    text = "a" * 1_000_000
    while True:
        text += text


@pytest.mark.parametrize(("work", "error"), [(endless, TooLong), (growing, MemoryError)])
def test_work_beyond_its_limits_is_interrupted(work: Callable[[], None], error: type[Exception]) -> None:
    """Time and memory; the limits are gone afterwards."""
    before = state()
    with pytest.raises(error), limited(0.3, 100_000_000):
        work()

    assert state() == before


def test_work_within_its_limits_is_left_alone() -> None:
    """Whether it returns or raises, and how often it is done."""
    before = state()
    for _ in range(100):
        with limited(10, 100_000_000):
            assert sum(range(100)) == 4950
    with pytest.raises(ValueError, match="own"), limited(10, 100_000_000):
        raise ValueError("own")

    assert state() == before


def test_in_another_thread_only_memory_is_limited() -> None:
    """Signals arrive in the main thread alone."""
    raised: list[BaseException] = []

    def work() -> None:
        try:
            with limited(10, 100_000_000):
                growing()
        except MemoryError as error:
            raised.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    assert len(raised) == 1


def test_a_forked_child_has_limits_of_its_own() -> None:
    """Its memory is counted anew, and its time."""
    child = os.fork()
    if not child:
        try:
            with limited(0.3, 100_000_000):
                endless()
        except TooLong:
            os._exit(7)
        os._exit(1)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


# Two lists that are the same and yet not identical, each of 2**60 members: compared in C, which looks at no signal.
STUCK = """
from broadsheet.core.limits import limited
a, b = [1], [1]
for _ in range(60):
    a, b = [a, a], [b, b]
with limited(0.2, 100_000_000):
    a == b
"""


def test_code_that_does_not_return_ends_with_its_process() -> None:
    """Instead of never: nothing in the process could interrupt it."""
    result = subprocess.run([sys.executable, "-c", STUCK], cwd=REPOSITORY, capture_output=True, timeout=60, check=False)

    assert (result.returncode, result.stderr) == (-signal.SIGVTALRM, b"")
