"""The background check: a low-priority process renders and checks everything that the next build would publish.

It is a process because a thread would compete with whoever waits for a page.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from ..core.errors import Location, Problem
from ..core.manifest import Manifest, from_bytes, to_bytes
from ..core.runtime import exit_at_once, stop_collecting

QUIET_SECONDS = 0.5  # without a change, before a check starts


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a check has found."""

    problems: tuple[Problem, ...]
    next_manifest: Manifest | None
    """What the next build would publish; None if errors prevent it."""


class BackgroundCheck:
    """Owns the thread that starts a check when there are no more changes, and the process while it runs."""

    def __init__(self, arguments: dict[str, str], on_result: Callable[[CheckResult], None]) -> None:
        """arguments: of `check_next_build`, but as_of; on_result: called in the thread, for the last change only."""
        self._arguments = arguments
        self._on_result = on_result
        self._changed = threading.Condition()
        self._requested: datetime | None = None
        self._has_ended = False
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._run, name="background check", daemon=True)

    def start(self) -> None:
        """Start with what has been requested so far."""
        self._thread.start()

    def request(self, as_of: datetime) -> None:
        """Check again as soon as there are no more requests; a running check is stopped, its result would be stale."""
        with self._changed:
            self._requested = as_of
            self._kill_process()
            self._changed.notify()

    def stop(self) -> None:
        """End the thread and the process."""
        with self._changed:
            self._has_ended = True
            self._kill_process()
            self._changed.notify()
        self._thread.join()

    def _kill_process(self) -> None:
        if self._process is not None:
            self._process.kill()

    def _run(self) -> None:
        while (process := self._next_process()) is not None:
            assert process.stdin and process.stdout
            with process.stdin, process.stdout:  # stdin stays open: the process ends when this one does
                output = process.stdout.read()
            process.wait()
            with self._changed:
                self._process = None
                is_last = self._requested is None and not self._has_ended
            if is_last and process.returncode == 0:
                self._on_result(_parse_result(output))

    def _next_process(self) -> subprocess.Popen[bytes] | None:
        """Wait until there are no more requests, and start the process; None when the thread is to end."""
        with self._changed:
            self._changed.wait_for(lambda: self._requested or self._has_ended)
            while (as_of := self._requested) and not self._has_ended:
                self._requested = None
                self._changed.wait(QUIET_SECONDS)
                if self._requested is None:
                    break
            if self._has_ended or as_of is None:
                return None
            self._process = _start_process({**self._arguments, "as_of": as_of.isoformat()})
            return self._process


def _start_process(arguments: dict[str, str]) -> subprocess.Popen[bytes]:
    package = Path(__file__).parent.parent.parent
    # A session of its own: Ctrl-C is meant for the preview, which ends this process itself.
    return subprocess.Popen(
        [sys.executable, "-m", __name__, json.dumps(arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(package)},
        start_new_session=True,
    )


def _parse_result(output: bytes) -> CheckResult:
    problems_json, _, manifest = output.partition(b"\n")
    problems = [Problem(Location(**problem.pop("where")), **problem) for problem in json.loads(problems_json)]
    return CheckResult(tuple(problems), from_bytes(manifest) if manifest else None)


def main(arguments: str) -> None:
    """In the process: check, and write the result to standard output."""
    os.nice(19)
    stop_collecting()
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    result = check_next_build(**json.loads(arguments))
    problems = json.dumps([asdict(problem) for problem in result.problems])
    manifest = to_bytes(result.next_manifest) if result.next_manifest else b""
    sys.stdout.buffer.write(problems.encode() + b"\n" + manifest)
    sys.stdout.flush()


def check_next_build(root: str, config: str, base_url: str, state: str, output: str, as_of: str) -> CheckResult:
    """What a build at this time would find and publish."""
    # The preview itself needs none of these to start.
    from ..build.pipeline import build_folder
    from ..build.remembered import BuildRequest
    from ..cache.cache import DiskCache
    from ..cache.execute import BuildContext, WorkerPool
    from ..check import Outputs, check_outputs, page_facts
    from ..core.progress import NoProgress

    time = datetime.fromisoformat(as_of)
    store = DiskCache(Path(state))
    context = BuildContext(store, WorkerPool(1), NoProgress())
    request = BuildRequest(time, False, base_url or None, config)
    result = build_folder(Path(root), request, context)
    problems = list(result.problems)
    if result.manifest is not None:
        published = Path(output) if Path(output).is_dir() else None
        pages = page_facts(result.manifest, result.read, context)
        problems += check_outputs(Outputs(result.manifest, result.read, time, published, pages))
    store.close()
    return CheckResult(tuple(problems), result.manifest)


def _exit_with_parent() -> None:
    os.read(0, 1)  # returns when the parent has closed the pipe; a file object would be locked at exit
    exit_at_once(1)


if __name__ == "__main__":
    main(sys.argv[1])
