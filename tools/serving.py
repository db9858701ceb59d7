"""Serves a built site on the loopback as a good host would: compressed, and with the headers in _headers."""

from __future__ import annotations

import gzip
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from broadsheet.core.manifest import media_type

COMPRESSED = ("text/", "application/json", "application/xml", "image/svg+xml", "application/manifest+json")


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder, and return its address."""
    asked = folder / "_headers"
    headers = _headers(asked.read_text(encoding="utf-8")) if asked.is_file() else []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            plain = self.path.partition("?")[0]
            file = folder / (plain.lstrip("/") + ("index.html" if plain.endswith("/") else ""))
            is_there = file.is_file()
            lost = folder / "404.html"
            data = file.read_bytes() if is_there else lost.read_bytes() if lost.is_file() else b"Not found"
            kind = media_type(file.name) if is_there else "text/html"
            self.send_response(200 if is_there else 404)
            self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
            for pattern, lines in headers:
                if re.fullmatch(pattern, plain):
                    for key, value in lines:
                        self.send_header(key, value)
            if kind.startswith(COMPRESSED):
                data = gzip.compress(data, 9)
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _headers(text: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the rules of a _headers file: a pattern for paths, and the headers for them."""
    rules: list[tuple[str, list[tuple[str, str]]]] = []
    for line in text.splitlines():
        if line.startswith(" "):
            key, _, value = line.strip().partition(": ")
            rules[-1][1].append((key, value))
        elif line:
            rules.append((re.escape(line).replace(r"\*", ".*"), []))
    return rules
