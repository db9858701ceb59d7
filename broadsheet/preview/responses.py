"""Responses as a real web server gives them: conditional requests, byte ranges, redirects."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response

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
