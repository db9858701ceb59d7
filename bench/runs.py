"""Runs contenders in turns and returns the cost of each run and what it changed on disk."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TypeVar

from bench.contenders import Contender
from bench.scenarios import Scenario, Workplace

MEASURE = str(Path(__file__).with_name("measure.py"))
TIMEOUT_SECONDS = 900

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Cost:
    """One contender in one scenario: seconds of the timed runs, memory and changes of one run that is not timed."""

    contender: str
    scenario: str
    wall: tuple[float, ...]
    cpu: tuple[float, ...]
    memory_bytes: int
    files: int  # in the site
    rewritten_files: int
    changed_files: int  # those with other content, new or gone
    changed_bytes: int

    @property
    def median_wall(self) -> float:
        """Seconds."""
        return median(self.wall)


class RunFailed(Exception):
    """A command of a contender failed; the text is the end of its output."""


def run_scenario(
    scenario: Scenario, places: Sequence[Workplace], runs: int, note: Callable[[str], None]
) -> tuple[list[Cost], list[tuple[Workplace, str]]]:
    """Return the cost of every contender, and the errors of those that failed. The order changes from run to run."""
    times: dict[str, list[dict[str, float]]] = {place.contender.name: [] for place in places}
    failed: list[tuple[Workplace, str]] = []
    for turn in range(runs):
        for place in rotated(places, turn):
            if any(place is loser for loser, _ in failed):
                continue
            note(f"{scenario.name}: run {turn + 1} of {runs}, {place.contender.name}")
            try:
                scenario.change(place)
                times[place.contender.name].append(_measured(place, memory=False))
            except RunFailed as words:
                failed.append((place, str(words)))
    costs = []
    for place in places:
        if any(place is loser for loser, _ in failed):
            continue
        note(f"{scenario.name}: memory and changes, {place.contender.name}")
        before = _snapshot(place.output)
        scenario.change(place)
        memory = int(_measured(place, memory=True)["memory"])
        costs.append(_cost(scenario, place, times[place.contender.name], memory, before))
    return costs, failed


def rotated(places: Sequence[T], turn: int) -> list[T]:
    """Return the workplaces in another order for each turn, so that none always comes first."""
    start = turn % len(places) if places else 0
    return [*places[start:], *places[:start]]


def environment(contender: Contender) -> dict[str, str]:
    """Return the environment variables for a contender."""
    # Containers often tell Python to keep nothing of what it compiles; on an editor's machine it keeps it.
    ours = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return ours | contender.environment


def _measured(place: Workplace, *, memory: bool) -> dict[str, float]:
    """Return the cost of one build. Files written by others are flushed to disk before it starts."""
    os.sync()
    measure = [sys.executable, "-I", "-S", MEASURE, *(["--memory"] if memory else [])]
    log = place.folder / "bench.log"
    with log.open("w+", encoding="utf-8") as said:
        done = subprocess.run(
            [*measure, *place.contender.command(place.folder)],
            cwd=place.folder,
            env=environment(place.contender),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        said.seek(0)
        words = said.read().strip()
    lines = done.stdout.strip().splitlines()
    cost: dict[str, float] = json.loads(lines[-1]) if lines else {"exit": done.returncode or 1}
    if cost["exit"] != 0:
        raise RunFailed(" ".join((words or done.stdout).splitlines()[-3:])[-400:] or f"exit code {cost['exit']}")
    return cost


Snapshot = dict[str, tuple[int, int, int, bytes]]


def _snapshot(folder: Path) -> Snapshot:
    """Return inode, modification time, size and digest of every file."""
    found = {}
    for path in folder.rglob("*") if folder.exists() else ():
        if path.is_file():
            stat = path.stat()
            digest = hashlib.blake2b(path.read_bytes(), digest_size=16).digest()
            found[str(path.relative_to(folder))] = (stat.st_ino, stat.st_mtime_ns, stat.st_size, digest)
    return found


def _cost(scenario: Scenario, place: Workplace, times: list[dict[str, float]], memory: int, before: Snapshot) -> Cost:
    after = _snapshot(place.output)
    if scenario.name == "cold":
        before = {}  # the site of the run before was put away
    changed = [path for path, (_, _, _, digest) in after.items() if path not in before or before[path][3] != digest]
    return Cost(
        contender=place.contender.name,
        scenario=scenario.name,
        wall=tuple(time["wall"] for time in times),
        cpu=tuple(time["cpu"] for time in times),
        memory_bytes=memory,
        files=len(after),
        rewritten_files=sum(1 for path, value in after.items() if before.get(path) != value),
        changed_files=len(changed) + len(before.keys() - after.keys()),
        changed_bytes=sum(after[path][2] for path in changed),
    )
