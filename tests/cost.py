"""What work costs in processor time: on a busy machine the clock on the wall measures what others do."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

HANG_SECONDS = 120  # for whoever waits for another process: a guard against hanging, never a measurement


def processor_seconds() -> float:
    """The processor time of this process and of its children that have ended."""
    return sum(os.times()[:4])


@contextmanager
def costs_less_than(seconds: float) -> Iterator[None]:
    """Fails when its block took more processor time than that."""
    started = processor_seconds()
    yield
    taken = processor_seconds() - started
    assert taken < seconds, f"took {taken:.1f} s of processor time"


def cheapest(work: Callable[[], object], runs: int = 2) -> float:
    """The least processor time that work took in several runs, without that of the garbage collector."""
    is_collecting = gc.isenabled()
    gc.disable()  # its time grows with what other tests have left in memory
    try:
        return min(_cost(work) for _ in range(runs))
    finally:
        if is_collecting:
            gc.enable()


def _cost(work: Callable[[], object]) -> float:
    started = processor_seconds()
    work()
    return processor_seconds() - started
