"""Responses as a real web server gives them (conditional, byte ranges, redirects), and limits on slow clients."""

from __future__ import annotations

import asyncio
import re
import socket

from starlette.requests import Request
from starlette.responses import Response
from uvicorn.protocols.http.h11_impl import H11Protocol

_RANGE = re.compile(r"bytes=([0-9]{1,18})?-([0-9]{1,18})?")


def bytes_response(request: Request, body: bytes, media_type: str, tag: str, status: int = 200) -> Response:
    """The body, the requested part of it, or 304 if the browser has it already (RFC 9110 §13 and §14)."""
    headers = {"ETag": f'"{tag}"', "Accept-Ranges": "bytes"}
    if status != 200:
        return Response(body, status, headers, media_type)
    if _matches(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    part = _requested_range(request, len(body), tag)
    if part is None:
        return Response(body, 200, headers, media_type)
    first, end = part
    if first >= end:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{len(body)}"})
    headers["Content-Range"] = f"bytes {first}-{end - 1}/{len(body)}"
    return Response(body[first:end], 206, headers, media_type)


def redirect(url: str, request: Request) -> Response:
    """A permanent redirect that keeps the query string."""
    query = request.scope["query_string"].decode("latin-1")
    return Response(status_code=301, headers={"Location": url + (f"?{query}" if query else "")})


def _matches(if_none_match: str, tag: str) -> bool:
    tags = [one.strip().removeprefix("W/") for one in if_none_match.split(",")]
    return if_none_match.strip() == "*" or f'"{tag}"' in tags


def _requested_range(request: Request, size: int, tag: str) -> tuple[int, int] | None:
    """The first byte and the one after the last; None for the whole body.

    Invalid ranges and requests for several ranges get the whole body, as RFC 9110 §14.2 allows.
    """
    found = _RANGE.fullmatch(request.headers.get("range", ""))
    condition = request.headers.get("if-range")
    if found is None or found.group() == "bytes=-" or request.method != "GET" or condition not in (None, f'"{tag}"'):
        return None
    first, last = found.groups()
    if first is None:
        return max(size - int(last), 0), size
    if last is not None and int(last) < int(first):
        return None
    return int(first), min(int(last) + 1, size) if last is not None else size


REQUEST_SECONDS = 8.0
UNREAD_SECONDS = 20  # until a connection is closed whose client accepts no data


class TimeoutProtocol(H11Protocol):
    """Owns one connection; closes it when no complete request arrives in time, or nobody reads the response."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        sock = transport.get_extra_info("socket")
        if sock is not None and hasattr(socket, "TCP_USER_TIMEOUT"):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_SECONDS * 1000)
        self._set_deadline()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._set_deadline()

    def eof_received(self) -> bool:  # type: ignore[override]
        """Whether to stay open: a client that has closed its side may still wait for the response."""
        if self.cycle is None or self.cycle.response_complete:
            return False
        self.cycle.keep_alive = False
        return True

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._set_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        self._clear_deadline()
        super().connection_lost(exc)

    def _set_deadline(self) -> None:
        """Set a deadline for the next request; clear it while one is being answered."""
        if self.cycle is not None and not self.cycle.response_complete:
            self._clear_deadline()
        elif self._deadline is None and not self.transport.is_closing():
            self._deadline = self.loop.call_later(REQUEST_SECONDS, self.transport.abort)

    def _clear_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
