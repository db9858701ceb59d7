"""Runs one command and prints what it cost, as JSON: python -I -S measure.py [--memory] COMMAND…

A program of its own and as small as can be, because a child's peak memory is never reported below what its parent had
when it was started. With --memory it looks at all processes of the command every few milliseconds and adds them up;
that takes time from the command, so a run that is timed goes without.
"""

from __future__ import annotations

import json
import os
import sys
import time

INTERVAL_SECONDS = 0.01


def run(command: list[str], *, memory: bool) -> dict[str, float]:
    """Return wall and CPU seconds, exit code and peak memory in bytes of a command and its child processes."""
    began = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ)
    peak = 0
    if memory:
        while True:
            done, status, usage = os.wait4(child, os.WNOHANG)
            if done:
                break
            peak = max(peak, _memory_of_tree(child))
            time.sleep(INTERVAL_SECONDS)
    else:
        _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - began
    # The largest single process is exact; the sum is sampled, and may miss a short peak.
    largest = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return {
        "wall": wall,
        "cpu": usage.ru_utime + usage.ru_stime,
        "memory": max(peak, largest),
        "exit": os.waitstatus_to_exitcode(status),
    }


def _memory_of_tree(root: int) -> int:
    """Return the memory the processes use now, in bytes; shared pages are counted once."""
    parents: dict[int, int] = {}
    try:
        names = os.listdir("/proc")  # noqa: PTH208 — pathlib would make this process larger
    except FileNotFoundError:
        return 0
    for name in names:
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123
                    parents[int(name)] = int(file.read().rpartition(b")")[2].split()[1])
            except (OSError, IndexError):
                continue
    family = {root}
    while True:
        more = {pid for pid, parent in parents.items() if parent in family} - family
        if not more:
            break
        family |= more
    return sum(map(_memory_of_process, family))


def _memory_of_process(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/smaps_rollup", "rb") as file:  # noqa: PTH123
            for line in file:
                if line.startswith(b"Pss:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


if __name__ == "__main__":
    arguments = sys.argv[1:]
    wants_memory = arguments[0] == "--memory"
    print(json.dumps(run(arguments[1:] if wants_memory else arguments, memory=wants_memory)))
