"""The one place for tricks: what we ask of Python's run time and of the system beyond plain code, each with why."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

# When the collector looks at what is new, at that again, and at all. Looking more often cost a cold build 1 per cent of
# its time, and much more seldom (50,000) several, as memory is then out of the caches when it is used again.
_THRESHOLDS = (3_000, 50, 100)


def stop_collecting() -> None:
    """Switches the garbage collector off.

    A build makes a million small objects and hardly any garbage; looking for cycles in them takes half of its time.
    """
    gc.disable()


@contextmanager
def collecting_new_objects() -> Iterator[None]:
    """The collector at work on what is made from now on.

    What Jinja2 leaves behind are cycles, 20 KB for each page. Objects that were there before are left out: in a forked
    process, looking at them would copy them.
    """
    was_enabled, thresholds = gc.isenabled(), gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    gc.enable()
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        if not was_enabled:
            gc.disable()


def new_objects() -> int:
    """How many objects have been made, less those that were freed, since the collector last ran."""
    return gc.get_count()[0]


def collect_now(*, all_objects: bool) -> None:
    """Frees unreachable objects, and leaves those that survive out of the next collection unless that looks at all.

    The preview calls it while nobody waits: an archive is a million objects, and nearly all of them stay.
    """
    if all_objects:
        gc.unfreeze()
    gc.collect()
    gc.freeze()


def return_freed_memory() -> None:
    """Gives what the C library keeps of freed memory back to the system, before a fork: a tenth of a large build's."""
    import ctypes  # 5 ms, only for builds that fork

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # of the GNU library alone
    if trim is not None:
        trim(0)


def ignore_interrupts() -> None:
    """In a worker process: Ctrl-C reaches all processes of a terminal, and is the parent's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def exit_at_once(code: int) -> NoReturn:
    """Ends the process without tidying up.

    Python would first free each of a million small objects, which takes longer than a build in which nothing changed;
    and a forked process must not run what its parent has registered for its own end. Streams have to be flushed before.
    """
    os._exit(code)


def interrupt_again(lost: UnraisableHookArgs) -> None:
    """Raises an interrupt again that came where Python drops exceptions, such as when it frees a module's lock."""
    if isinstance(lost.exc_value, KeyboardInterrupt):
        signal.signal(signal.SIGALRM, signal.default_int_handler)
        signal.setitimer(signal.ITIMER_REAL, 0.01)  # not at once: exceptions are dropped here too
    else:
        sys.__unraisablehook__(lost)


def end_on_termination_as_on_interrupt() -> None:
    """Makes SIGTERM raise KeyboardInterrupt, so that the preview ends its processes however it is stopped."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
