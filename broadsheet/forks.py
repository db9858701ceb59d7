"""Forked workers: children of this process that know all that it knows, do numbered work, and send back answers.

What they need costs nothing to send, as a forked process has it already; what they send back should be small. A child
whose parent has been killed ends with the piece it is at. Only for processes with a single thread.
"""

from __future__ import annotations

import gc
import os
import pickle
import select
import signal
import struct
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NoReturn

_NUMBER = struct.Struct("<I")
_LENGTH = struct.Struct("<Q")
_TURNS = 1024  # numbers that any pipe holds, even a small one: they are all written before anybody reads
# A child copies what it looks at of its parent's memory, as looking counts a reference. So it does some pieces, and a
# fresh one goes on: forking takes 5 ms, and what all of them hold at a time stays small.
_SHIFT = 40
_HAS_MORE = 3  # the exit code of a child whose shift is over


def spread(work: Callable[[int], Any], total: int, *, children: int) -> Iterator[tuple[int, Any]]:
    """Each number below total with work(number), as they are done. What a child raises is raised here.

    Raises ChildProcessError when a child is killed.
    """
    step = -(-total // _TURNS) or 1
    turns, give = os.pipe()
    os.write(give, b"".join(map(_NUMBER.pack, range(0, total, step))))
    os.close(give)
    answers: dict[int, int] = {}  # the process behind each pipe
    start = partial(_forked, work, turns, step, total)
    try:
        for _ in range(min(children, -(-total // step))):
            start(answers)
        yield from _answers(answers, start)
    finally:
        os.close(turns)
        for pipe, child in answers.items():
            os.close(pipe)
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def _answers(open_pipes: dict[int, int], start: Callable[[dict[int, int]], int]) -> Iterator[tuple[int, Any]]:
    """What comes out of the pipes; those whose child has ended well are closed and taken out."""
    poll = select.poll()
    for pipe in open_pipes:
        poll.register(pipe, select.POLLIN)
    while open_pipes:
        for pipe, _ in poll.poll():
            head = _exactly(pipe, _LENGTH.size)
            if head:
                number, answer, error = pickle.loads(_exactly(pipe, *_LENGTH.unpack(head)))
                if error is not None:
                    raise error
                yield number, answer
                continue
            poll.unregister(pipe)
            os.close(pipe)
            _, status = os.waitpid(open_pipes.pop(pipe), 0)
            if os.waitstatus_to_exitcode(status) == _HAS_MORE:
                poll.register(start(open_pipes), select.POLLIN)
            elif status:
                raise ChildProcessError(None, "a worker process was ended from outside")


def _exactly(pipe: int, size: int) -> bytes:
    """So many bytes; fewer only when the child has ended."""
    read = bytearray()
    while len(read) < size and (part := os.read(pipe, size - len(read))):
        read += part
    return bytes(read) if len(read) == size else b""


def _forked(work: Callable[[int], Any], turns: int, step: int, total: int, answers: dict[int, int]) -> int:
    """Starts a child, and notes it; the pipe it answers through."""
    pipe, end = os.pipe()
    child = os.fork()
    if not child:
        for other in (pipe, *answers):  # else a child would not notice that nobody reads what its sister writes
            os.close(other)
        _live(work, turns, step, total, end)
    os.close(end)
    answers[pipe] = child
    return pipe


def _live(work: Callable[[int], Any], turns: int, step: int, total: int, end: int) -> NoReturn:
    """The life of a child. Interrupts are its parent's business."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        # A build goes without the collector, but what Jinja2 leaves behind are circles, 20 KB for each page. What came
        # from the parent is left out: looking at it would copy it.
        gc.freeze()
        gc.enable()
        done = 0
        while done < _SHIFT and (turn := os.read(turns, _NUMBER.size)):
            (first,) = _NUMBER.unpack(turn)
            for number in range(first, min(first + step, total)):
                _send(end, (number, work(number), None))
            done += step
    except BrokenPipeError:
        os._exit(1)
    except BaseException as error:  # the worker's rim: told to the parent, which raises it
        _send(end, (0, None, _sendable(error)))
        os._exit(0)
    os._exit(_HAS_MORE if done >= _SHIFT else 0)


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
