"""A plain preview: the published folder over HTTP, on this machine only."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from .manifest import media_type

HOST = "127.0.0.1"


class _Handler(SimpleHTTPRequestHandler):
    def guess_type(self, path: object) -> str:
        kind = media_type(str(path))
        return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory) / "404.html"
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a preview that prints a line for each picture hides the lines that matter."""


def serve_folder(folder: Path, port: int, *, announce: Callable[[str], None]) -> None:
    """Serves a folder until interrupted.

    Raises OSError when the port is taken.
    """
    with ThreadingHTTPServer((HOST, port), partial(_Handler, directory=str(folder.resolve()))) as server:
        announce(f"Serving {folder} at http://{HOST}:{server.server_port}/ — Ctrl-C ends it.")
        server.serve_forever()
