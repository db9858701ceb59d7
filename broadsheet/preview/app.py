"""The preview from its start to its end: address, session, watch, what is done behind, and the server."""

from __future__ import annotations

import asyncio
import errno
import gc
import json
import logging
import os
import socket
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import uvicorn

from ..cache.execute import BuildContext
from ..core.errors import Location, Problem
from ..plan.types import File
from .background_check import Behind, Found
from .overlay import heading, is_grave, problems_html
from .reader import Request
from .server import Bulletin, Preview
from .session import Session, Turns
from .timeouts import PatientProtocol
from .watch import Watch

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
PORTS_TRIED = 50


@dataclass(frozen=True, slots=True)
class Address:
    """Where to serve. port: the first to be tried, 0 for any."""

    host: str = "127.0.0.1"
    port: int = 8000


def bound(address: Address) -> socket.socket:
    """A socket at the address, or at the next port that is free. Raises OSError when there is none."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    for port in range(address.port, min(address.port + PORTS_TRIED, 65536)):
        # With its protocol named, asyncio sends small answers at once; else each would wait 40 ms for a receipt.
        wire = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            wire.bind((address.host, port))
            wire.listen(1024)
            return wire
        except OSError as error:
            wire.close()
            if error.errno != errno.EADDRINUSE or port == 65535:
                raise
    raise OSError(errno.EADDRINUSE, f"ports {address.port} to {address.port + PORTS_TRIED - 1} are all taken")


def url_of(wire: socket.socket, address: Address) -> str:
    """The address to type into a browser, without a path."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(address.host, address.host)
    return f"http://{f'[{host}]' if ':' in host and '[' not in host else host}:{wire.getsockname()[1]}"


def hosts_of(address: Address) -> frozenset[str]:
    """The host names that requests may carry; "*" for any number, when others than this machine may ask."""
    if address.host in ("127.0.0.1", "::1", "localhost"):
        return frozenset(LOOPBACK)
    return frozenset({*LOOPBACK, address.host.lower(), socket.gethostname().lower(), "*"})


class Host:
    """Owns all parts of a running preview."""

    def __init__(self, request: Request, context: BuildContext, tell: Callable[[list[Problem], bool], None]) -> None:
        self._tell = tell
        self._told: frozenset[Problem] = frozenset()
        self._files: dict[str, str] = {}
        self._number = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._run_name = f"{os.getpid()}-{request.now().timestamp():.0f}"
        self.bulletin = Bulletin()
        self.thread = Turns()
        self.session = Session(request, context, self._changed)
        arguments = {
            "root": str(request.root),
            "config": request.config,
            "base_url": request.base_url or "",
            "state": str(request.state),
            "output": str(request.output),
        }
        self.behind = Behind(arguments, self._learned)
        self.watch = Watch(request.root, request.config, self._noticed)

    def read(self) -> None:
        """Reads the newsletter for the first time, which takes long when nothing of it is in the store."""
        gc.disable()  # the session sees to it when nobody waits
        self.session.settle()

    def run(self, wire: socket.socket, address: Address) -> None:
        """Serves until it is interrupted."""
        self.watch.start()
        self.thread.start()
        self.behind.start()
        try:
            asyncio.run(self._serve(wire, address))
        finally:
            self.behind.end()
            self.watch.stop()

    async def _serve(self, wire: socket.socket, address: Address) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(lambda loop, context: None)
        self.bulletin.tell(self._news(()))
        preview = Preview(self.session, self.thread, self.bulletin, hosts_of(address))
        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # what strangers send is no news
        config = uvicorn.Config(
            preview.app(),
            http=PatientProtocol,
            ws="none",
            lifespan="off",
            loop="asyncio",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            h11_max_incomplete_event_size=65_536,
        )
        server = Server(config, self.bulletin)
        await server.serve(sockets=[wire])

    def _noticed(self, paths: frozenset[str]) -> None:
        work = self.thread.do(lambda: self.session.refresh(paths) if paths else self.session.settle())
        work.add_done_callback(self._done)

    def _done(self, work: Future[None]) -> None:
        """Tells of a fault of our own: the preview lives on, but may not show the last change."""
        fault = work.exception()
        if fault is not None:
            message = f"the preview could not follow the last change: {type(fault).__name__}: {fault}"
            self._tell([Problem(Location("preview"), message)], False)

    def _learned(self, found: Found) -> None:
        self.thread.do(lambda: self.session.learn(found.problems, found.upcoming))

    def _changed(self) -> None:
        """Tells the terminal and all open pages."""
        state = self.session.state
        if state.number != self._number:
            self._number = state.number
            self.behind.want(state.as_of)
        errors = [problem for problem in state.problems if problem.severity == "error"]
        new = [problem for problem in errors if problem not in self._told]
        if new or (self._told and not errors):
            self._tell(new, not errors)
        self._told = frozenset(errors)
        files = {path: out.source.digest for path, out in state.outputs.items() if isinstance(out, File)}
        changed = [path for path, digest in files.items() if self._files.get(path) != digest] if self._files else []
        self._files = files
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.bulletin.tell, self._news(tuple(changed)))

    def _news(self, changed: tuple[str, ...]) -> str:
        state = self.session.state
        prefix = state.addresses.prefix
        news: dict[str, Any] = {
            "state": f"{self._run_name}-{state.number}",
            "changed": [f"{prefix}/{path}" for path in changed[:500]],
            "heading": heading(state.problems),
            "grave": is_grave(state.problems),
            "problems": problems_html(state.problems, state.tree),
        }
        return json.dumps(news, ensure_ascii=True)


class Server(uvicorn.Server):
    """uvicorn's, which ends the streams when it is interrupted, and waits for nobody."""

    def __init__(self, config: uvicorn.Config, bulletin: Bulletin) -> None:
        super().__init__(config)
        self._bulletin = bulletin

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Ends at once."""
        logging.getLogger("uvicorn.error").disabled = True  # requests that are broken off are no faults
        self._bulletin.end()
        self.force_exit = True
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await super().shutdown(sockets)
