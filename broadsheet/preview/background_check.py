"""What is done behind: a process of its own, at the lowest priority, renders and checks all that would be published.

It is a process, since in a thread it would take its turns from whoever waits for a page.
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

QUIET_SECONDS = 0.5  # after the last change


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: all problems, and what would be published, or None when there are errors."""

    problems: tuple[Problem, ...]
    upcoming: Manifest | None


class Behind:
    """Owns the thread that starts the process when it has been quiet, and the process while it runs.

    learned: called in that thread with what was found, for the last change only.
    """

    def __init__(self, arguments: dict[str, str], learned: Callable[[Found], None]) -> None:
        self._arguments = arguments
        self._learned = learned
        self._more = threading.Condition()
        self._wanted: datetime | None = None
        self._has_ended = False
        self._child: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._run, name="behind", daemon=True)

    def start(self) -> None:
        """Begins with what is wanted so far."""
        self._thread.start()

    def want(self, as_of: datetime) -> None:
        """Begins anew, as soon as it is quiet; what was being done is of no use any more."""
        with self._more:
            self._wanted = as_of
            self._stop_child()
            self._more.notify()

    def end(self) -> None:
        """Ends the thread and the process."""
        with self._more:
            self._has_ended = True
            self._stop_child()
            self._more.notify()
        self._thread.join()

    def _stop_child(self) -> None:
        if self._child is not None:
            self._child.kill()

    def _run(self) -> None:
        while True:
            with self._more:
                self._more.wait_for(lambda: self._wanted or self._has_ended)
                while (wanted := self._wanted) and not self._has_ended:
                    self._wanted = None
                    self._more.wait(QUIET_SECONDS)
                    if self._wanted is None:
                        break
                if self._has_ended or wanted is None:
                    return
                child = self._child = _started({**self._arguments, "as_of": wanted.isoformat()})
            assert child.stdin and child.stdout
            with child.stdin, child.stdout:  # its input stays open: it ends with us when that does
                out = child.stdout.read()
            child.wait()
            with self._more:
                self._child = None
                is_last = self._wanted is None and not self._has_ended
            if is_last and child.returncode == 0:
                self._learned(_found(out))


def _started(arguments: dict[str, str]) -> subprocess.Popen[bytes]:
    package = Path(__file__).parent.parent.parent
    # A group of its own: Ctrl-C is meant for the preview, which ends this process itself.
    return subprocess.Popen(
        [sys.executable, "-m", __name__, json.dumps(arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(package)},
        start_new_session=True,
    )


def _found(out: bytes) -> Found:
    told, _, manifest = out.partition(b"\n")
    problems = [Problem(Location(**problem.pop("where")), **problem) for problem in json.loads(told)]
    return Found(tuple(problems), from_bytes(manifest) if manifest else None)


def main(argument: str) -> None:
    """In the process: builds without publishing, checks, and tells what it found on standard output."""
    import gc

    os.nice(19)
    gc.disable()
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    found = look(**json.loads(argument))
    told = json.dumps([asdict(problem) for problem in found.problems])
    sys.stdout.buffer.write(told.encode() + b"\n" + (to_bytes(found.upcoming) if found.upcoming else b""))
    sys.stdout.flush()


def look(root: str, config: str, base_url: str, state: str, output: str, as_of: str) -> Found:
    """What a build of just now would find and publish."""
    from ..build.build import build
    from ..build.request import BuildRequest
    from ..cache.execute import BuildContext, WorkerPool
    from ..cache.store import DiskStore
    from ..check import Outputs, check_outputs, page_facts
    from ..core.progress import NoProgress

    moment = datetime.fromisoformat(as_of)
    store = DiskStore(Path(state))
    context = BuildContext(store, WorkerPool(1), NoProgress())
    request = BuildRequest(moment, False, base_url or None, config)
    result = build(Path(root), request, context, state=Path(state))
    problems = list(result.problems)
    if result.manifest is not None:
        published = Path(output) if Path(output).is_dir() else None
        pages = page_facts(result.manifest, result.read, context)
        problems += check_outputs(Outputs(result.manifest, result.read, moment, published, pages))
    store.close()
    return Found(tuple(problems), result.manifest)


def _end_with_the_parent() -> None:
    os.read(0, 1)  # ends when the other end of the pipe does; a file object would be locked when this process ends
    os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1])
