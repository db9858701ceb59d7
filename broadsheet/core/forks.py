"""Forked workers: children of this process that know all that it knows, do numbered work, and send back answers.

What they need costs nothing to send, as a forked process has it already; what they send back should be small. This
process works with them, since a child copies whatever it looks at: looking counts a reference. A child whose parent
has been killed ends with the piece it is at. Only for processes with a single thread.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import struct
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from .runtime import collecting_new_objects, exit_at_once, ignore_interrupts, return_freed_memory

_NUMBER = struct.Struct("<I")
_LENGTH = struct.Struct("<Q")
_TURNS = 1024  # numbers that any pipe holds, even a small one: they are all written before anybody reads


def map_forked(work: Callable[[int], Any], total: int, *, processes: int) -> Iterator[tuple[int, Any]]:
    """Each number below total with work(number), as they are done. What a child raises is raised here.

    processes: this one and its children. Raises ChildProcessError when a child is killed.
    """
    step = -(-total // _TURNS) or 1
    turns, give = os.pipe()
    os.write(give, b"".join(map(_NUMBER.pack, range(0, total, step))))
    os.close(give)
    answers: dict[int, int] = {}  # the process behind each pipe
    return_freed_memory()
    try:
        for _ in range(min(processes, -(-total // step)) - 1):
            pipe, child = _forked(work, turns, step, total, others=list(answers))
            answers[pipe] = child
        with collecting_new_objects():
            for number in _numbers(turns, step, total):
                yield number, work(number)
                yield from _answers(answers, wait_ms=0)
        while answers:
            yield from _answers(answers, wait_ms=None)
    finally:
        os.close(turns)
        for pipe, child in answers.items():
            os.close(pipe)
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def _numbers(turns: int, step: int, total: int) -> Iterator[int]:
    """The numbers that are this process's turn."""
    while turn := os.read(turns, _NUMBER.size):
        (first,) = _NUMBER.unpack(turn)
        yield from range(first, min(first + step, total))


def _answers(open_pipes: dict[int, int], *, wait_ms: int | None) -> Iterator[tuple[int, Any]]:
    """One answer from each pipe that has one; those whose child has ended well are closed and taken out.

    wait_ms: how long to wait for the first; None: until there is one.
    """
    poll = select.poll()
    for pipe in open_pipes:
        poll.register(pipe, select.POLLIN)
    for pipe, _ in poll.poll(wait_ms):
        head = _exactly(pipe, _LENGTH.size)
        if head:
            number, answer, error = pickle.loads(_exactly(pipe, *_LENGTH.unpack(head)))
            if error is not None:
                raise error
            yield number, answer
            continue
        os.close(pipe)
        _, status = os.waitpid(open_pipes.pop(pipe), 0)
        if status:
            raise ChildProcessError(None, "a worker process was ended from outside")


def _exactly(pipe: int, size: int) -> bytes:
    """So many bytes; fewer only when the child has ended."""
    read = bytearray()
    while len(read) < size and (part := os.read(pipe, size - len(read))):
        read += part
    return bytes(read) if len(read) == size else b""


def _forked(work: Callable[[int], Any], turns: int, step: int, total: int, *, others: list[int]) -> tuple[int, int]:
    """A new child: the pipe it answers through and its number."""
    pipe, end = os.pipe()
    child = os.fork()
    if not child:
        for other in (pipe, *others):  # else a child would not notice that nobody reads what its sister writes
            os.close(other)
        _live(work, turns, step, total, end)
    os.close(end)
    return pipe, child


def _live(work: Callable[[int], Any], turns: int, step: int, total: int, end: int) -> NoReturn:
    """The life of a child. Interrupts are its parent's business."""
    try:
        ignore_interrupts()
        with collecting_new_objects():
            for number in _numbers(turns, step, total):
                _send(end, (number, work(number), None))
    except BrokenPipeError:
        exit_at_once(1)
    except BaseException as error:  # the worker's rim: told to the parent, which raises it
        _send(end, (0, None, _sendable(error)))
    exit_at_once(0)


def _send(end: int, message: Any) -> None:
    data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    rest = memoryview(_LENGTH.pack(len(data)) + data)
    while rest:
        rest = rest[os.write(end, rest) :]


def _sendable(error: BaseException) -> BaseException:
    """The exception, or one that says the same, if it cannot travel."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error
