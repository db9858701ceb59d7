"""The server: answers like a real web server, with the pages of the preview."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Scope

from ..core.manifest import media_type
from ..source.tree import SourceChanged
from .desk.pages import SECURITY_POLICY, desk_page
from .event_stream import EventStream
from .guard import INTERNAL, RequestGuard
from .overlay import client_script, content_tag, page_tag, problem_page, with_client
from .responses import bytes_response, redirect
from .session import Session
from .state import PreviewState
from .worker_thread import WorkerThread

MAX_STREAMS = 100


@dataclass(slots=True)
class PreviewServer:
    """The routes of the preview."""

    session: Session
    thread: WorkerThread
    """All work on the session is done in it."""
    events: EventStream
    hosts: frozenset[str]
    """The values accepted in the Host header."""

    def asgi_app(self) -> ASGIApp:
        """The ASGI application."""
        routes = [
            Route(f"{INTERNAL}events", self.event_stream, methods=["GET"]),
            Route(f"{INTERNAL}client.js", self.client, methods=["GET"]),
            Route(INTERNAL + "{path:path}", self.desk, methods=["GET"]),
            Route("/{path:path}", self.site, methods=["GET"]),
        ]
        return RequestGuard(Starlette(routes=routes), self.hosts)

    async def event_stream(self, request: Request) -> Response:
        """The stream of events."""
        if self.events.subscribers >= MAX_STREAMS:
            return Response("Too many event streams are open.", 503, media_type="text/plain")
        if request.method == "HEAD":
            return Response(media_type="text/event-stream")
        return StreamingResponse(self.events.subscribe(), media_type="text/event-stream")

    async def client(self, request: Request) -> Response:
        """The script that is added to every page."""
        script = client_script()
        return bytes_response(request, script, "text/javascript; charset=utf-8", page_tag(script, ""))

    async def desk(self, request: Request) -> Response:
        """A page of the dashboard."""
        path, query = request.path_params["path"], dict(request.query_params)
        page = await asyncio.wrap_future(self.thread.submit(lambda: desk_page(self.session.desk_state(), path, query)))
        headers = {"Content-Security-Policy": SECURITY_POLICY}
        return Response(page.body, page.status, headers, page.media_type)

    async def site(self, request: Request) -> Response:
        """A page or file of the site; else a redirect or the 404 page."""
        path = _path(request.scope)
        state = self.session.state
        prefix = state.addresses.prefix
        if path is None:
            return await self._not_found(request, state)
        if path == INTERNAL.rstrip("/"):
            return redirect(INTERNAL, request)
        if prefix and not path.startswith(f"{prefix}/"):
            if path in ("/", prefix):
                return redirect(f"{prefix}/", request)
            return await self._not_found(request, state)
        target = state.redirects.get(path) or state.redirects.get(f"{path}/")
        if target is not None:
            return redirect(target, request)
        name = path.removeprefix(prefix)[1:] + ("index.html" if path.endswith("/") else "")
        if name in state.outputs:
            return await self._output(request, name, 200)
        if f"{name}/index.html" in state.outputs:
            return redirect(quote(f"{path}/"), request)
        return await self._not_found(request, state)

    async def _not_found(self, request: Request, state: PreviewState) -> Response:
        if state.plan is None:
            return _problem_response(request, state)
        if "404.html" in state.outputs:
            return await self._output(request, "404.html", 404)
        return Response("This page does not exist.", 404, media_type="text/plain")

    async def _output(self, request: Request, name: str, status: int) -> Response:
        try:
            output = await asyncio.wrap_future(self.thread.submit(lambda: self.session.current_output(name)))
        except SourceChanged:
            return Response("This file is being changed. Try again.", 503, {"Retry-After": "1"}, "text/plain")
        except KeyError:  # the state has changed since the request was looked up
            return Response("This page does not exist.", 404, media_type="text/plain")
        state = self.session.state
        if output is None:
            return _problem_response(request, state)
        if not name.endswith(".html"):
            return bytes_response(request, output.data, _content_type(name), output.digest[:32], status)
        status = 404 if name == "404.html" else status
        return _page_response(request, output.data, state.badges.get(name, ""), status)


def _path(scope: Scope) -> str | None:
    """The requested path, decoded once; None if no path of a site can look like it."""
    raw = scope["raw_path"].partition(b"?")[0]
    try:
        path = unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        return None
    return path if path.startswith("/") and path.isprintable() and "\\" not in path else None


def _content_type(name: str) -> str:
    kind = media_type(name)
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def _page_response(request: Request, page: bytes, badge: str, status: int) -> Response:
    tag = page_tag(page, badge)
    response = bytes_response(request, with_client(page, badge, tag), "text/html; charset=utf-8", tag, status)
    response.headers["Preview-Tag"] = tag
    response.headers["Preview-Content-Tag"] = content_tag(page, badge)
    return response


def _problem_response(request: Request, state: PreviewState) -> Response:
    title = "This newsletter cannot be shown yet" if state.plan is None else "This page cannot be rendered"
    return _page_response(request, problem_page(title, state.problems, state.tree), "", 500)
