"""The HTTP client: polite to other people's servers and safe from them.

One request at a time to each host with a pause after it, robots.txt respected, a deadline for each response, and no
redirect from outside into our own network. Never part of a build.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.client import HTTPException
from ipaddress import ip_address
from queue import SimpleQueue
from threading import Event, Lock, Timer
from time import monotonic
from urllib.parse import urljoin, urlsplit

from protego import Protego

from ..schema.values import InvalidValue, web_address
from .connection import Connection, new_connection

USER_AGENT = "Broadsheet-link-check/1 (checks that a newsletter's sources are still online)"
HOSTS_AT_ONCE = 6
MAX_REDIRECTS = 10
DEADLINE_SECONDS = 15.0  # for a whole response, however slowly it drips in
PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0  # a host that asks for more is left alone until the next run
ROBOTS_BYTES = 500_000  # RFC 9309 §2.5
REDIRECTS = (301, 302, 303, 307, 308)
PERMANENT = (301, 308)
HEAD_MAY_BE_WRONG = (400, 403, 404, 405, 406, 410, 500, 501, 503)  # some servers answer HEAD like this and GET well
DISALLOWED = "its robots.txt disallows it"
DEFERRED = "the host asked us to try again later"


@dataclass(frozen=True, slots=True)
class Response:
    """The last response to a request, after redirects."""

    status: int
    """0 if there was none; `error` then says why."""
    url: str
    """Where it came from."""
    error: str = ""
    has_moved: bool = False
    """Whether every redirect on the way was permanent."""
    is_deferred: bool = False
    """Whether the host asked us to try again later: nothing is known about the URL."""
    body: bytes = b""
    """Cut one byte after the limit of the request."""


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    url: str
    limit: int = 0
    """How much of the body is wanted, in bytes."""
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class _Exchange:
    """The response to one request, before redirects."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_private: bool


class _RefusedRequest(Exception):
    """A redirect is not followed; the message says where it leads."""


class Stopped(Exception):
    """The fetcher was stopped while a request waited for its turn."""


def is_private(address: str) -> bool:
    """Whether an IP address cannot be reached from the public internet."""
    return not ip_address(address.partition("%")[0]).is_global


@dataclass(slots=True)
class Fetcher:
    """Owns, for one run, when each host may be asked next, its robots.txt, and the open connections."""

    pause_seconds: float = PAUSE_SECONDS
    deadline_seconds: float = DEADLINE_SECONDS
    is_private: Callable[[str], bool] = is_private
    """Whether an IP address belongs to our own network, into which no redirect from outside is followed."""
    user_agent: str = USER_AGENT
    _robots: dict[str, Protego | None] = field(default_factory=dict)
    _next_at: dict[str, float] = field(default_factory=dict)
    _pauses: dict[str, float] = field(default_factory=dict)
    _deferred: set[str] = field(default_factory=set)
    _open: set[Connection] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)
    _stopped: Event = field(default_factory=Event)

    def probe(self, url: str) -> Response:
        """Whether a URL works, by HEAD, or by GET where a server does not support that; robots.txt permitting."""
        try:
            url = web_address(url)
        except InvalidValue as fault:
            return Response(0, url, fault.message)
        if not self._is_allowed(url):
            return Response(0, url, DISALLOWED)
        response = self._send(_Request("HEAD", url))
        is_doubtful = response.status in HEAD_MAY_BE_WRONG and not response.is_deferred
        return self._send(_Request("GET", url)) if is_doubtful else response

    def get(self, url: str, limit: int) -> Response:
        """The response to a GET of a URL meant for programs, with at most limit + 1 bytes of its body."""
        return self._send(_Request("GET", url, limit))

    def post(self, url: str, data: bytes) -> Response:
        """The response to a POST of form data; a redirect is not followed, since it would lose the data."""
        return self._send(_Request("POST", url, data=data))

    def stop(self) -> None:
        """Ends all requests: those that wait raise Stopped, and those under way have no response."""
        self._stopped.set()
        with self._lock:
            for connection in self._open:
                connection.cut()

    def _send(self, request: _Request) -> Response:
        """The response after all redirects; requested a second time if the host asks for a short pause."""
        host = urlsplit(request.url).netloc
        if host in self._deferred:
            return Response(0, request.url, DEFERRED, is_deferred=True)
        response, retry_after = self._follow(request)
        if response.is_deferred and 0 <= retry_after <= LONGEST_PAUSE_SECONDS:
            self._next_at[host] = max(self._next_at.get(host, 0.0), monotonic() + retry_after)
            response, _ = self._follow(request)
        if response.is_deferred:
            self._deferred.add(host)
        return response

    def _follow(self, request: _Request) -> tuple[Response, float]:
        """The response after all redirects, and the seconds that the host asks us to wait, or -1."""
        here, visited, has_moved, is_from_outside = request.url.partition("#")[0], set[str](), True, False
        try:
            while here not in visited and len(visited) <= MAX_REDIRECTS:
                visited.add(here)
                got = self._exchange(replace(request, url=here), is_from_outside)
                is_from_outside = is_from_outside or not got.is_private
                if got.status not in REDIRECTS or not got.headers.get("location") or request.method == "POST":
                    retry_after = got.headers.get("retry-after")
                    is_deferred = got.status == 429 or (got.status == 503 and retry_after is not None)
                    moved = has_moved and len(visited) > 1
                    return Response(got.status, here, "", moved, is_deferred, got.body), _seconds(retry_after or "")
                has_moved = has_moved and got.status in PERMANENT
                here = _redirect_target(here, got.headers["location"]).partition("#")[0]
            return Response(0, here, "it redirects in a circle"), -1
        except _RefusedRequest as refused:
            return Response(0, here, str(refused)), -1
        except (OSError, HTTPException, ValueError) as error:
            if self._stopped.is_set():
                raise Stopped from error
            return Response(0, here, _reason(error)), -1

    def _exchange(self, request: _Request, is_from_outside: bool) -> _Exchange:
        """One request and its response. Raises _Refused before anything is sent into our own network from outside."""
        parts = urlsplit(request.url)
        self._wait_for_turn(parts.netloc)
        with self._connected(request.url) as connection:
            is_private = not connection.is_proxied and self.is_private(connection.peer)
            if is_private and is_from_outside:
                raise _RefusedRequest(f'it redirects into our own network, to "{parts.hostname}"')
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            headers = {
                "Host": parts.netloc,
                "User-Agent": self.user_agent,
                "Accept": "text/html, */*;q=0.5",
                "Accept-Encoding": "identity",
                **({"Content-Type": "application/x-www-form-urlencoded"} if request.data is not None else {}),
            }
            target = request.url if connection.sends_whole_url else path
            connection.request(request.method, target, request.data, headers)
            response = connection.getresponse()
            body = response.read(request.limit + 1) if request.limit and 200 <= response.status < 300 else b""
            names = {name.lower(): value for name, value in response.headers.items()}
            return _Exchange(response.status, names, body, is_private)

    @contextmanager
    def _connected(self, url: str) -> Iterator[Connection]:
        """An open connection that is cut at the deadline."""
        connection = new_connection(url, self.deadline_seconds)
        is_late = Event()

        def end() -> None:
            is_late.set()
            connection.cut()

        timer = Timer(self.deadline_seconds, end)
        timer.daemon = True
        with self._lock:
            self._open.add(connection)
        try:
            timer.start()
            connection.connect()
            yield connection
            if is_late.is_set():  # a connection that was cut looks like one that came to its end
                raise TimeoutError
        except (OSError, HTTPException, ValueError) as error:
            if is_late.is_set() or isinstance(error, TimeoutError):
                raise TimeoutError(f"no response within {self.deadline_seconds:g} seconds") from error
            raise
        finally:
            timer.cancel()
            with self._lock:
                self._open.discard(connection)
            connection.close()
            self._begin_pause(urlsplit(url).netloc)

    def _wait_for_turn(self, host: str) -> None:
        with self._lock:
            now = monotonic()
            at = max(now, self._next_at.get(host, 0.0))
            self._next_at[host] = at + self._pauses.get(host, self.pause_seconds)
        if self._stopped.wait(at - now):
            raise Stopped

    def _begin_pause(self, host: str) -> None:
        """A pause begins with the end of a response, however long that took."""
        with self._lock:
            at = monotonic() + self._pauses.get(host, self.pause_seconds)
            self._next_at[host] = max(self._next_at.get(host, 0.0), at)

    def _is_allowed(self, url: str) -> bool:
        """Whether the host's robots.txt allows it; one that cannot be read allows everything, as this is no crawl."""
        parts = urlsplit(url)
        home = f"{parts.scheme}://{parts.netloc}"
        if home not in self._robots:
            response = self._send(_Request("GET", f"{home}/robots.txt", ROBOTS_BYTES))
            text = response.body[:ROBOTS_BYTES].decode("utf-8", "replace")
            robots = self._robots[home] = Protego.parse(text) if 200 <= response.status < 300 else None
            delay = (robots.crawl_delay(self.user_agent) if robots else None) or 0.0
            self._pauses[parts.netloc] = max(self.pause_seconds, min(delay, LONGEST_PAUSE_SECONDS))
        robots = self._robots[home]
        return robots is None or robots.can_fetch(url, self.user_agent)


def probe_all(urls: Iterable[str], fetcher: Fetcher) -> Iterator[tuple[str, Response]]:
    """Each URL with its response, as they come: several hosts at once, the URLs of each host one by one.

    When the caller stops, also by an interrupt, the requests under way are ended.
    """
    by_host: dict[str, list[str]] = {}
    for url in urls:
        by_host.setdefault(url.split("/", 3)[2], []).append(url)
    responses: SimpleQueue[tuple[str, Response] | None] = SimpleQueue()

    def probe_host(host: str) -> None:
        try:
            for url in by_host[host]:
                responses.put((url, fetcher.probe(url)))
        except Stopped:
            pass
        finally:
            responses.put(None)

    with ThreadPoolExecutor(HOSTS_AT_ONCE) as pool:
        probes = [pool.submit(probe_host, host) for host in by_host]
        try:
            for _ in by_host:
                while (found := responses.get()) is not None:
                    yield found
        except BaseException:
            fetcher.stop()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        for probe in probes:
            probe.result()  # raises what is a bug of ours in one of the threads


def _redirect_target(here: str, location: str) -> str:
    """The URL that a redirect leads to. Raises _Refused if that is not a valid web address."""
    target = location.encode("latin-1", "replace").decode("utf-8", "replace").strip().replace(" ", "%20")
    try:
        return web_address(urljoin(here, target))
    except ValueError:  # InvalidValue is one
        shown = re.sub(r"[^\x20-\x7e]", "?", target)[:100]
        raise _RefusedRequest(f'it redirects to "{shown}", which is not a valid web address') from None


def _seconds(retry_after: str) -> float:
    """The seconds to wait; -1 if that is not given in seconds."""
    return float(retry_after) if re.fullmatch("[0-9]{1,6}", retry_after.strip()) else -1


def _reason(error: Exception) -> str:
    """Why there is no response, on one line of ASCII."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error) or type(error).__name__
    return re.sub(r"[^\x20-\x7e]|\s+", " ", text)[:100].strip()
