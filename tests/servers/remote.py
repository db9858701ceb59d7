"""Hosts somewhere on the web, for tests of what asks them: each says to every path what a test wants it to say."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic


@dataclass(frozen=True, slots=True)
class Says:
    """An answer: to HEAD another status than to GET, when one is given; `drips` sends a header line without end."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b"Hello."
    to_head: int = 0
    drips: bool = False
    hangs: bool = False


@dataclass(slots=True)
class Remote:
    """Owns a host: what it says by path (with the query), and what it was asked, with the moment."""

    url: str
    says: dict[str, Says | Callable[[str], Says]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    bodies: list[bytes] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)


@contextmanager
def remote(address: str = "127.0.0.1", **says: Says) -> Iterator[Remote]:
    """A host on a free port; says: by path without its slash, with "_" for "."."""
    host = Remote("", {f"/{name.replace('_', '.')}": answer for name, answer in says.items()})

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            host.asked.append((self.command, self.path))
            host.moments.append(monotonic())
            host.agents.add(self.headers.get("User-Agent", ""))
            if self.command == "POST":
                host.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            said = host.says.get(self.path) or host.says.get(self.path.partition("?")[0]) or Says(404)
            said = said(self.path) if callable(said) else said
            with suppress(OSError):  # who asks may go away
                self.say(said)

        def say(self, said: Says) -> None:
            if said.hangs:
                host.closing.wait(20)
                return
            self.send_response(said.to_head if said.to_head and self.command == "HEAD" else said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            while said.drips and not host.closing.wait(0.05):
                self.send_header("X-Drip", "drop")
                self.flush_headers()
            self.send_header("Content-Length", str(len(said.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(said.body)

        do_GET = do_HEAD = do_POST = answer

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer((address, 0), Handler)
    host.url = f"http://{address}:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield host
    finally:
        host.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()
