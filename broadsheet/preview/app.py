"""The running preview: session, watcher, background check and server, from start to end."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import Future

import uvicorn

from ..cache.execute import BuildContext
from ..core.errors import Location, Problem, has_errors
from ..core.runtime import stop_collecting
from ..plan.types import File
from .background_check import BackgroundCheck, CheckResult
from .event_stream import EventStream
from .guard import Address, allowed_hosts
from .overlay import heading, problems_html
from .reader import PreviewRequest
from .responses import TimeoutProtocol
from .server import PreviewServer
from .session import Session
from .watch import Watch
from .worker_thread import WorkerThread

MAX_CHANGED_FILES = 500  # in one event
MAX_INCOMPLETE_REQUEST_BYTES = 65_536


class PreviewApp:
    """Owns all parts of a running preview."""

    def __init__(
        self, request: PreviewRequest, context: BuildContext, report: Callable[[list[Problem], bool], None]
    ) -> None:
        """report: called with new errors, and whether all errors are fixed."""
        self._report = report
        self._reported: frozenset[Problem] = frozenset()
        self._file_digests: dict[str, str] = {}
        self._state_number = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._run_id = f"{os.getpid()}-{request.now().timestamp():.0f}"
        self.events = EventStream()
        self.thread = WorkerThread()
        self.session = Session(request, context, self._on_change)
        arguments = {
            "root": str(request.root),
            "config": request.config,
            "base_url": request.base_url or "",
            "state": str(request.state),
            "output": str(request.output),
        }
        self.background_check = BackgroundCheck(arguments, self._on_check_result)
        self.watch = Watch(request.root, request.config, self._on_files_changed)

    def read(self) -> None:
        """Read the newsletter for the first time, which takes long with an empty cache."""
        stop_collecting()  # the worker thread collects garbage while nobody waits
        self.session.rescan()

    def run(self, listener: socket.socket, address: Address) -> None:
        """Serve until interrupted."""
        self.watch.start()
        self.thread.start()
        self.background_check.start()
        try:
            asyncio.run(self._serve(listener, address))
        finally:
            self.background_check.stop()
            self.watch.stop()

    async def _serve(self, listener: socket.socket, address: Address) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(lambda loop, context: None)
        self.events.publish(self._message(()))
        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # malformed requests are not worth a warning
        server = PreviewServer(self.session, self.thread, self.events, allowed_hosts(address))
        config = uvicorn.Config(
            server.asgi_app(),
            http=TimeoutProtocol,
            ws="none",
            lifespan="off",
            loop="asyncio",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            h11_max_incomplete_event_size=MAX_INCOMPLETE_REQUEST_BYTES,
        )
        await UvicornServer(config, self.events).serve(sockets=[listener])

    def _on_files_changed(self, paths: frozenset[str]) -> None:
        work = self.thread.submit(lambda: self.session.refresh(paths) if paths else self.session.rescan())
        work.add_done_callback(self._report_failure)

    def _report_failure(self, work: Future[None]) -> None:
        """Report a bug of ours: the preview goes on, but may not show the last change."""
        error = work.exception()
        if error is not None:
            message = f"the preview could not process the last change: {type(error).__name__}: {error}"
            self._report([Problem(Location("preview"), message)], False)

    def _on_check_result(self, result: CheckResult) -> None:
        self.thread.submit(lambda: self.session.add_check_result(result.problems, result.next_manifest))

    def _on_change(self) -> None:
        """Update the terminal and all open pages."""
        state = self.session.state
        if state.number != self._state_number:
            self._state_number = state.number
            self.background_check.request(state.as_of)
        errors = [problem for problem in state.problems if problem.severity == "error"]
        new = [problem for problem in errors if problem not in self._reported]
        if new or (self._reported and not errors):
            self._report(new, not errors)
        self._reported = frozenset(errors)
        digests = {path: out.source.digest for path, out in state.outputs.items() if isinstance(out, File)}
        before, self._file_digests = self._file_digests, digests
        changed = [path for path, digest in digests.items() if before.get(path) != digest] if before else []
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.events.publish, self._message(changed))

    def _message(self, changed_files: Sequence[str]) -> str:
        """The event that pages are sent; client.js and desk.js read it."""
        state = self.session.state
        prefix = state.addresses.prefix
        message = {
            "state": f"{self._run_id}-{state.number}",
            "changed": [f"{prefix}/{path}" for path in changed_files[:MAX_CHANGED_FILES]],
            "heading": heading(state.problems),
            "hasErrors": has_errors(state.problems),
            "problems": problems_html(state.problems, state.tree),
        }
        return json.dumps(message, ensure_ascii=True)


class UvicornServer(uvicorn.Server):
    """uvicorn's server, which ends all connections when it is interrupted instead of waiting for them."""

    def __init__(self, config: uvicorn.Config, events: EventStream) -> None:
        super().__init__(config)
        self._events = events

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End at once."""
        logging.getLogger("uvicorn.error").disabled = True  # aborted requests are not errors
        self._events.close()
        self.force_exit = True
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await super().shutdown(sockets)
