"""The server: answers as a real host would, and to nobody but this machine's own browser."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import quote, unquote_to_bytes

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..core.manifest import media_type
from ..source.tree import SourceChanged
from . import desk
from .overlay import problem_page
from .reload import client_script, rest_of, tag_of, with_client
from .session import Session, Turns
from .state import State

OWN = "/__preview/"
MOST_STREAMS = 100
MOST_HEADER_BYTES = 32_768
PULSE_SECONDS = 15.0
_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)(?::[0-9]{1,5})?")
_RANGE = re.compile(r"bytes=([0-9]{1,18})?-([0-9]{1,18})?")


class Bulletin:
    """Owns what is told to all open pages, and the streams that wait for news. Lives in the server's loop."""

    def __init__(self) -> None:
        self.text = ""
        self.streams = 0
        self.has_ended = False
        self._waiting: set[asyncio.Future[None]] = set()

    def tell(self, text: str) -> None:
        """Exchanges what is told, and wakes those who wait."""
        self.text = text
        self._wake()

    def end(self) -> None:
        """Ends all streams."""
        self.has_ended = True
        self._wake()

    def _wake(self) -> None:
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)
        self._waiting.clear()

    async def follow(self) -> AsyncIterator[bytes]:
        """All news from now on, the last first, as an event stream; https://html.spec.whatwg.org/#server-sent-events."""
        self.streams += 1
        try:
            yield b"retry: 400\n\n"
            told = ""
            while not self.has_ended:
                if told != self.text:
                    told = self.text
                    yield f"data: {told}\n\n".encode()
                    continue
                waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                self._waiting.add(waiting)
                try:
                    await asyncio.wait_for(waiting, PULSE_SECONDS)
                except TimeoutError:
                    yield b": still here\n\n"
                finally:
                    self._waiting.discard(waiting)
        finally:
            self.streams -= 1


@dataclass(slots=True)
class Preview:
    """Owns what the answers are made from: the session, the thread that does its work, and the bulletin."""

    session: Session
    thread: Turns
    bulletin: Bulletin
    hosts: frozenset[str]

    def app(self) -> ASGIApp:
        """The whole as an ASGI application."""
        routes = [
            Route(f"{OWN}events", self.events, methods=["GET"]),
            Route(f"{OWN}client.js", self.client, methods=["GET"]),
            Route(OWN + "{path:path}", self.papers, methods=["GET"]),
            Route("/{path:path}", self.page, methods=["GET"]),
        ]
        return Guard(Starlette(routes=routes), self.hosts)

    async def events(self, request: Request) -> Response:
        """The stream of news."""
        if self.bulletin.streams >= MOST_STREAMS:
            return Response("too many streams are open", 503, media_type="text/plain")
        if request.method == "HEAD":
            return Response(media_type="text/event-stream")
        return StreamingResponse(self.bulletin.follow(), media_type="text/event-stream")

    async def client(self, request: Request) -> Response:
        """The script of all pages."""
        return _whole(request, client_script(), "text/javascript; charset=utf-8", tag_of(client_script(), ""))

    async def papers(self, request: Request) -> Response:
        """A page of the editor's desk."""
        path = request.path_params["path"]
        answer = await asyncio.wrap_future(
            self.thread.do(lambda: desk.answer(self.session.papers(), path, dict(request.query_params)))
        )
        headers = {"Content-Security-Policy": desk.POLICY}
        return Response(answer.body, answer.status, headers, answer.media_type)

    async def page(self, request: Request) -> Response:
        """A page or file of the site, or what a host says instead."""
        path = _path(request.scope)
        state = self.session.state
        prefix = state.addresses.prefix
        if path is None:
            return await self._missing(request, state)
        if path == OWN.rstrip("/"):
            return _moved(OWN, request)
        if prefix and not path.startswith(f"{prefix}/"):
            if path in ("/", prefix):
                return _moved(f"{prefix}/", request)
            return await self._missing(request, state)
        target = state.redirects.get(path) or state.redirects.get(f"{path}/")
        if target is not None:
            return _moved(target, request)
        name = path.removeprefix(prefix)[1:] + ("index.html" if path.endswith("/") else "")
        if name in state.outputs:
            return await self._output(request, state, name, 200)
        if f"{name}/index.html" in state.outputs:
            return _moved(quote(f"{path}/"), request)
        return await self._missing(request, state)

    async def _missing(self, request: Request, state: State) -> Response:
        if state.plan is None:
            return _broken(request, state)
        if "404.html" in state.outputs:
            return await self._output(request, state, "404.html", 404)
        return Response("There is no such page.", 404, media_type="text/plain")

    async def _output(self, request: Request, state: State, name: str, status: int) -> Response:
        try:
            shown = await asyncio.wrap_future(self.thread.do(lambda: self.session.show_now(name)))
        except SourceChanged:
            return Response("This file is being changed.", 503, {"Retry-After": "1"}, "text/plain")
        except KeyError:  # the state is a newer one than a moment ago
            return Response("There is no such page.", 404, media_type="text/plain")
        state = self.session.state
        if shown is None:
            return _broken(request, state)
        if not name.endswith(".html"):
            return _whole(request, shown.data, _kind(name), shown.digest[:32], status)
        return _page(request, shown.data, state.badges.get(name, ""), 404 if name == "404.html" else status)


def _path(scope: Scope) -> str | None:
    """The path that is asked for, decoded once; None for what is no text or holds what no path of a site holds."""
    raw = scope["raw_path"].partition(b"?")[0]
    try:
        path = unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        return None
    return path if path.startswith("/") and path.isprintable() and "\\" not in path else None


def _kind(name: str) -> str:
    kind = media_type(name)
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def _page(request: Request, page: bytes, badge: str, status: int) -> Response:
    tag = tag_of(page, badge)
    body = with_client(page, badge, tag)
    answer = _whole(request, body, "text/html; charset=utf-8", tag, status)
    answer.headers["Preview-Tag"] = tag
    answer.headers["Preview-Rest"] = rest_of(page, badge)
    return answer


def _broken(request: Request, state: State) -> Response:
    title = "This newsletter cannot be shown yet" if state.plan is None else "This page cannot be rendered"
    return _page(request, problem_page(title, state.problems, state.tree), "", 500)


def _moved(address: str, request: Request) -> Response:
    query = request.scope["query_string"].decode("latin-1")
    return Response(status_code=301, headers={"Location": address + (f"?{query}" if query else "")})


def _whole(request: Request, body: bytes, kind: str, tag: str, status: int = 200) -> Response:
    """The body, the part of it that was asked for, or word that it has not changed (RFC 9110 §13 and §14)."""
    headers = {"ETag": f'"{tag}"', "Accept-Ranges": "bytes"}
    if status != 200:
        return Response(body, status, headers, kind)
    if _is_known(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    part = _range(request, len(body), tag)
    if part is None:
        return Response(body, 200, headers, kind)
    first, end = part
    if first >= end:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{len(body)}"})
    headers["Content-Range"] = f"bytes {first}-{end - 1}/{len(body)}"
    return Response(body[first:end], 206, headers, kind)


def _is_known(tags: str, tag: str) -> bool:
    return tags.strip() == "*" or f'"{tag}"' in [one.strip().removeprefix("W/") for one in tags.split(",")]


def _range(request: Request, size: int, tag: str) -> tuple[int, int] | None:
    """First byte and the one behind the last, None for all; what means nothing, or several parts, means all."""
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


@dataclass(slots=True)
class Guard:
    """Lets through what this machine's own browser asks for, and adds what holds for every answer."""

    app: ASGIApp
    hosts: frozenset[str]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await _with_headers(refusal, scope, receive, send)
        else:
            await _with_headers(self.app, scope, receive, send)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        if not self._is_own_host(headers.getlist("host")) or not scope["raw_path"].startswith(b"/"):
            return Response("This host is not served.", 403, media_type="text/plain")
        if sum([len(name) + len(value) for name, value in scope["headers"]]) > MOST_HEADER_BYTES:
            return Response("Too much is said.", 431, media_type="text/plain")
        if scope["method"] not in ("GET", "HEAD"):
            return Response("Only GET and HEAD.", 405, {"Allow": "GET, HEAD"}, "text/plain")
        if scope["path"].startswith(OWN) and not _is_own_origin(headers):
            return Response("Other origins are not served.", 403, media_type="text/plain")
        return None

    def _is_own_host(self, hosts: list[str]) -> bool:
        """A page elsewhere whose name was made to lead here (DNS rebinding) still sends that name."""
        if len(hosts) != 1 or (found := _HOST.fullmatch(hosts[0])) is None:
            return False
        return found[1].lower() in self.hosts or ("*" in self.hosts and _is_number(found[1].strip("[]")))


def _is_own_origin(headers: Headers) -> bool:
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    return origin in (None, f"http://{headers['host']}") and site in (None, "same-origin", "none")


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


async def _with_headers(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    async def send_more(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["X-Content-Type-Options"] = "nosniff"
            headers["Cross-Origin-Resource-Policy"] = "same-origin"
            headers["Cache-Control"] = "no-cache"
        await send(message)

    await app(scope, receive, send_more)
