"""A loopback server for tests that let real feed readers fetch what a build made."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from broadsheet.core.digest import digest_bytes
from broadsheet.core.manifest import media_type


class Site(ThreadingHTTPServer):
    """Owns the files it serves, which may be exchanged at any time, and the log of what was asked for."""

    files: Mapping[str, bytes]
    asked: list[tuple[str, int]]

    @property
    def url(self) -> str:
        """Its base URL."""
        return f"http://127.0.0.1:{self.server_port}/"


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        path = self.path[1:] + ("index.html" if self.path.endswith("/") else "")
        data = self.server.files.get(path)
        tag = f'"{digest_bytes(data)[:16]}"' if data is not None else ""
        status = 404 if data is None else 304 if self.headers.get("If-None-Match") == tag else 200
        self.server.asked.append((self.path, status))
        self.send_response(status)
        self.send_header("ETag", tag)
        self.send_header("Content-Type", media_type(path))
        self.send_header("Content-Length", str(len(data)) if data and status == 200 else "0")
        self.end_headers()
        if data and status == 200:
            self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None: ...


@contextmanager
def serving() -> Iterator[Site]:
    """A server on a free port, without files at first."""
    with Site(("127.0.0.1", 0), _Handler) as server:
        server.files, server.asked = {}, []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
