"""Looking ahead: another process looks at the trees of a place while the site is made.

What it has seen holds for a few seconds. Whoever changes a published file after that look does as if it were right
after the exchange: nothing is lost, and the next build tells of it.
"""

from __future__ import annotations

import marshal
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from select import POLLIN, poll
from time import monotonic
from typing import NoReturn

from ..core.errors import Location
from .place import Place, place_of
from .trees import Sights, glance

HOLDS_SECONDS = 5.0


@contextmanager
def looking_ahead(output: Path, *, processes: int) -> Iterator[Callable[[], Sights]]:
    """A function that waits for what has been seen; it gives nothing when that is too old.

    processes: how many this one may be forked into; when it is the only one, nobody looks.
    """
    if processes < 2:
        yield dict
        return
    pipe, end = os.pipe()
    child = os.fork()
    if not child:
        os.close(pipe)
        _look(place_of(output, Location("--output")), end)
    os.close(end)
    try:
        yield partial(_seen, pipe, monotonic())
    finally:
        os.close(pipe)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _seen(pipe: int, since: float) -> Sights:
    left = since + HOLDS_SECONDS - monotonic()
    waiting = poll()
    waiting.register(pipe, POLLIN)
    if left <= 0 or not waiting.poll(left * 1000):
        return {}
    told = b"".join(iter(partial(os.read, pipe, 1 << 16), b""))
    try:
        return marshal.loads(told)  # type: ignore[no-any-return]
    except (EOFError, ValueError, TypeError):  # it has ended before it could tell
        return {}


def _look(place: Place, end: int) -> NoReturn:
    """The life of the child. Whatever goes wrong in it, `publish` will see for itself."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the business of its parent
        with open(end, "wb") as pipe:
            pipe.write(marshal.dumps(glance(place)))  # type: ignore[arg-type]  # plain dicts
    finally:
        os._exit(0)
