"""Measures cold builds with our forked workers and with ProcessPoolExecutor's, in turns.

Run: python -m bench --corpus FOLDER --articles 1000, then python bench/worker_forms.py FOLDER [ROUNDS]. Prints the
processor time (the least of all rounds), the peak memory of all processes, and how many of them are left when a build
is killed;
docs/decisions/0074-forked-workers-stay-ours.md draws from it.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import broadsheet.cache.execute
import broadsheet.publish.staging
import broadsheet.source.scan
from broadsheet.commands.main import run
from broadsheet.core.runtime import collecting_new_objects, ignore_interrupts, return_freed_memory

_kept: list[Any] = []  # in a worker: its work, and what would else be undone at once


def map_in_pool(work: Callable[[int], Any], total: int, *, processes: int) -> Iterator[tuple[int, Any]]:
    """What `map_forked` does, by the standard library: this process only waits, so all workers are children."""
    return_freed_memory()
    pool = ProcessPoolExecutor(processes, get_context("fork"), _begin, (work,))
    try:
        yield from enumerate(pool.map(_do, range(total)))
    except BrokenProcessPool:
        raise ChildProcessError(None, "a worker process was ended from outside") from None
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(work: Callable[[int], Any]) -> None:
    ignore_interrupts()
    collecting = collecting_new_objects()
    collecting.__enter__()
    _kept.extend((work, collecting))


def _do(number: int) -> Any:
    return _kept[0](number)


def build(form: str, arguments: list[str]) -> None:
    """Run the command line with one form of workers."""
    if form == "pool":
        for module in (broadsheet.cache.execute, broadsheet.publish.staging, broadsheet.source.scan):
            module.map_forked = map_in_pool  # type: ignore[attr-defined]
    sys.argv[1:] = arguments
    run()


def measure(form: str, folder: Path, *options: str) -> dict[str, float]:
    """What a cold build costs."""
    with tempfile.TemporaryDirectory() as temporary:
        shutil.rmtree(folder / ".broadsheet", ignore_errors=True)
        program = [sys.executable, "-I", "-S", str(Path(__file__).with_name("measure.py")), *options]
        done = subprocess.run([*program, *_command(form, folder, temporary)], stdout=subprocess.PIPE, check=True)
    cost: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    assert not cost["exit"]
    return cost


def left_behind(form: str, folder: Path) -> int:
    """How many processes there still are, five seconds after a build was killed in the midst of rendering."""
    with tempfile.TemporaryDirectory() as temporary:
        shutil.rmtree(folder / ".broadsheet", ignore_errors=True)
        child = subprocess.Popen(_command(form, folder, temporary), start_new_session=True)
        while not (folder / ".broadsheet" / "v2" / "pages.table").exists():
            time.sleep(0.01)
        child.kill()
        child.wait()
        time.sleep(5)
        left = [entry.name for entry in Path("/proc").iterdir() if entry.name.isdigit() and _is_of(entry, child.pid)]
        for name in left:
            os.kill(int(name), signal.SIGKILL)
        return len(left)


def _is_of(entry: Path, session: int) -> bool:
    try:
        return int((entry / "stat").read_text().rpartition(")")[2].split()[3]) == session
    except OSError:
        return False


def _command(form: str, folder: Path, output: str) -> list[str]:
    command = [sys.executable, __file__, form, "build", "--root", str(folder), "--output", f"{output}/site"]
    return [*command, "--as-of", "2026-11-24T12:00Z", "--jobs", "2", "--quiet"]


def main(folder: Path, rounds: int) -> None:
    """Print a Markdown table."""
    costs: dict[str, list[float]] = {"ours": [], "pool": []}
    for _ in range(rounds):
        for form, seconds in costs.items():
            seconds.append(measure(form, folder)["cpu"])
    print("| workers | processor time | memory | left behind |\n| --- | --- | --- | --- |")
    for form, seconds in costs.items():
        memory = measure(form, folder, "--memory")["memory"] / 1e6
        print(f"| {form} | {min(seconds):.2f} s | {memory:.0f} MB | {left_behind(form, folder)} |")


if __name__ == "__main__":
    if sys.argv[1] in ("ours", "pool"):
        build(sys.argv[1], sys.argv[2:])
    else:
        main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 5)
