"""Forked workers: children of this process that know all that it knows, do numbered work, and send back answers.

What they need costs nothing to send, as a forked process has it already; what they send back should be small. This
process works with them, since a child copies whatever it looks at: looking counts a reference. A child whose parent
has been killed ends with the piece it is at. Only for processes with a single thread.
"""

from __future__ import annotations

import os
import pickle
import signal
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn

from .runtime import collecting_new_objects, exit_at_once, ignore_interrupts, return_freed_memory

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

_NUMBER = struct.Struct("<I")
_TURNS = 1024  # numbers that any pipe holds, even a small one: they are all written before anybody reads


def map_forked(work: Callable[[int], Any], total: int, *, processes: int) -> Iterator[tuple[int, Any]]:
    """Each number below total with work(number), as they are done. What a child raises is raised here.

    processes: this one and its children. Raises ChildProcessError when a child is killed.
    docs/decisions/0074-forked-workers-stay-ours.md says why this is not a ProcessPoolExecutor.
    """
    from multiprocessing.connection import Pipe  # 10 ms, only for builds with much to do

    step = -(-total // _TURNS) or 1
    turns, give = os.pipe()
    os.write(give, b"".join(map(_NUMBER.pack, range(0, total, step))))
    os.close(give)
    numbers = _numbers(turns, step, total)
    children: dict[Connection, int] = {}
    return_freed_memory()
    try:
        for _ in range(min(processes, -(-total // step)) - 1):
            answers, end = Pipe(duplex=False)
            child = os.fork()
            if not child:
                for other in (answers, *children):  # else it would not notice that nobody reads what its sister writes
                    other.close()
                _live(work, numbers, end)
            end.close()
            children[answers] = child
        with collecting_new_objects():
            for number in numbers:
                yield number, work(number)
                yield from _answers(children, wait_seconds=0)
        while children:
            yield from _answers(children, wait_seconds=None)
    finally:
        os.close(turns)
        for answers, child in children.items():
            answers.close()
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def _numbers(turns: int, step: int, total: int) -> Iterator[int]:
    """The numbers that are this process's turn."""
    while turn := os.read(turns, _NUMBER.size):
        (first,) = _NUMBER.unpack(turn)
        yield from range(first, min(first + step, total))


def _answers(children: dict[Connection, int], *, wait_seconds: float | None) -> Iterator[tuple[int, Any]]:
    """One answer from each child that has one; those that have ended well are taken out.

    wait_seconds: how long to wait for the first; None: until there is one.
    """
    from multiprocessing.connection import wait

    ready: list[Any] = wait(list(children), wait_seconds)  # by its types, also things that it was not given
    for pipe in ready:
        try:
            number, answer, error = pipe.recv()
        except (EOFError, OSError):  # at the end of an answer, or in the midst of one
            pipe.close()
            _, status = os.waitpid(children.pop(pipe), 0)
            if status:
                raise ChildProcessError(None, "a worker process was ended from outside") from None
            continue
        if error is not None:
            raise error
        yield number, answer


def _live(work: Callable[[int], Any], numbers: Iterator[int], end: Connection) -> NoReturn:
    """The life of a child. Interrupts are its parent's business."""
    code = 1
    try:
        ignore_interrupts()
        with collecting_new_objects():
            for number in numbers:
                end.send((number, work(number), None))
        code = 0
    except BaseException as error:  # the worker's rim: told to the parent, which raises it
        with suppress(OSError):  # it may be gone
            end.send((0, None, _sendable(error)))
            code = 0
    finally:
        exit_at_once(code)


def _sendable(error: BaseException) -> BaseException:
    """The exception, or one that says the same, if it cannot travel."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error
