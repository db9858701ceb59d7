"""The preview's address, and the guard in front of the server: only this machine's own browser is answered."""

from __future__ import annotations

import errno
import re
import socket
from dataclasses import dataclass
from ipaddress import ip_address

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
PORTS_TRIED = 50


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen."""

    host: str = "127.0.0.1"
    port: int = 8000
    """The first port to try; 0 for any free one."""


def listen(address: Address) -> socket.socket:
    """A socket listening at the address, or at the next free port. Raises OSError if there is none."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    for port in range(address.port, min(address.port + PORTS_TRIED, 65536)):
        # With the protocol named, asyncio sets TCP_NODELAY; without it, each small response waits 40 ms for an ACK.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address.host, port))
            listener.listen(1024)
            return listener
        except OSError as error:
            listener.close()
            if error.errno != errno.EADDRINUSE or port == 65535:
                raise
    raise OSError(errno.EADDRINUSE, f"ports {address.port} to {address.port + PORTS_TRIED - 1} are all in use")


def url_of(listener: socket.socket, address: Address) -> str:
    """The URL to open in a browser, without a path."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(address.host, address.host)
    return f"http://{f'[{host}]' if ':' in host and '[' not in host else host}:{listener.getsockname()[1]}"


def allowed_hosts(address: Address) -> frozenset[str]:
    """The values accepted in the Host header; "*" stands for any IP address, if other machines may connect."""
    if address.host in ("127.0.0.1", "::1", "localhost"):
        return frozenset(LOOPBACK)
    return frozenset({*LOOPBACK, address.host.lower(), socket.gethostname().lower(), "*"})


INTERNAL = "/__preview/"  # the dashboard, the event stream and the script: what only the preview's own pages may use
MAX_HEADER_BYTES = 32_768
_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)(?::[0-9]{1,5})?")


@dataclass(slots=True)
class RequestGuard:
    """Refuses requests from other hosts and origins, and adds the headers that every response has."""

    app: ASGIApp
    hosts: frozenset[str]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        app = self._refusal(scope, Headers(scope=scope)) or self.app
        await _with_headers(app, scope, receive, send)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        if not self._is_allowed_host(headers.getlist("host")) or not scope["raw_path"].startswith(b"/"):
            return Response("This preview does not serve this host.", 403, media_type="text/plain")
        if sum([len(name) + len(value) for name, value in scope["headers"]]) > MAX_HEADER_BYTES:
            return Response("The request headers are too large.", 431, media_type="text/plain")
        if scope["method"] not in ("GET", "HEAD"):
            return Response("Only GET and HEAD are supported.", 405, {"Allow": "GET, HEAD"}, "text/plain")
        if scope["path"].startswith(INTERNAL) and not _is_same_origin(headers):
            return Response("Requests from other origins are not allowed.", 403, media_type="text/plain")
        return None

    def _is_allowed_host(self, hosts: list[str]) -> bool:
        # A page elsewhere whose domain was pointed at this machine (DNS rebinding) still sends that domain.
        if len(hosts) != 1 or (found := _HOST.fullmatch(hosts[0])) is None:
            return False
        return found[1].lower() in self.hosts or ("*" in self.hosts and _is_ip_address(found[1].strip("[]")))


def _is_same_origin(headers: Headers) -> bool:
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    return origin in (None, f"http://{headers['host']}") and site in (None, "same-origin", "none")


def _is_ip_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


async def _with_headers(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["X-Content-Type-Options"] = "nosniff"
            headers["Cross-Origin-Resource-Policy"] = "same-origin"
            headers["Cache-Control"] = "no-cache"
        await send(message)

    await app(scope, receive, send_with_headers)
