"""Asking other people's servers politely: who we are, one address at a time at each host with a pause, what robots.txt
allows, and no longer than a deadline. Never part of a build: it needs the network.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address
from queue import SimpleQueue
from socket import SHUT_RDWR, socket
from threading import Event, Lock, Timer
from time import monotonic
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass
from urllib.robotparser import RobotFileParser

from ..schema.values import InvalidValue, web_address

AGENT = "Broadsheet-link-check/1 (a newsletter looks whether its sources are still there)"
HOSTS_AT_ONCE = 6
MOST_REDIRECTS = 10
DEADLINE_SECONDS = 15.0  # for one answer, however slowly it drips in
PAUSE_SECONDS = 1.0
LONGEST_PAUSE = 30.0  # a host that wants a longer one is left in peace until the next run
ROBOTS_LIMIT = 500_000  # RFC 9309 §2.5
REDIRECTS = (301, 302, 303, 307, 308)
FOR_GOOD = (301, 308)
NO_HEAD = (400, 403, 404, 405, 406, 410, 500, 501, 503)  # some servers answer HEAD like this and GET well
ROBOTS = "its robots.txt asks programs to stay away"


@dataclass(frozen=True, slots=True)
class Response:
    """What came of asking for an address. status: of the last answer, or 0, and then fault says why there was none.

    url: where the answer came from. has_moved: whether it was sent there for good. is_put_off: the host wants to be
    asked another time, so nothing is known. body: cut where the limit was.
    """

    status: int
    url: str
    fault: str = ""
    has_moved: bool = False
    is_put_off: bool = False
    body: bytes = b""


class _Refused(Exception):
    """We will not go where we were sent; says where that is."""


class Stopped(Exception):
    """The fetcher was stopped while somebody waited for his turn."""


def is_private(address: str) -> bool:
    """Whether an IP address is one that only our own network knows."""
    return not ip_address(address.partition("%")[0]).is_global


@dataclass(slots=True)
class Fetcher:
    """Owns, for one run, whose turn it is at each host, what robots.txt said, and the open connections.

    is_private: whether redirects from outside to an IP address are refused, as they may mean to spy on our network.
    """

    pause_seconds: float = PAUSE_SECONDS
    deadline_seconds: float = DEADLINE_SECONDS
    is_private: Callable[[str], bool] = is_private
    _robots: dict[str, RobotFileParser | None] = field(default_factory=dict)
    _turns: dict[str, float] = field(default_factory=dict)
    _pauses: dict[str, float] = field(default_factory=dict)
    _resting: set[str] = field(default_factory=set)
    _open: set[HTTPConnection] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)
    _stopped: Event = field(default_factory=Event)

    def ask(self, url: str) -> Response:
        """Whether an address is there: by HEAD, and by GET where a server does not know how to answer that."""
        try:
            url = web_address(url)
        except InvalidValue as fault:
            return Response(0, url, fault.message)
        if not self._is_allowed(url):
            return Response(0, url, ROBOTS)
        answer = self._answer("HEAD", url, 0)
        return self._answer("GET", url, 0) if answer.status in NO_HEAD and not answer.is_put_off else answer

    def get(self, url: str, limit: int) -> Response:
        """What stands at an address of which we know that programs may read it: at most limit + 1 bytes."""
        return self._answer("GET", url, limit)

    def stop(self) -> None:
        """Ends what is under way; whoever waits is told by Stopped, and whoever reads gets no answer."""
        self._stopped.set()
        with self._lock:
            for connection in self._open:
                _cut(connection)

    def _answer(self, method: str, url: str, limit: int) -> Response:
        """The answer after all redirects, asked once more when the host wants a short pause."""
        host = urlsplit(url).netloc
        if host in self._resting:
            return Response(0, url, "the host asked for a pause", is_put_off=True)
        answer, retry_after = self._follow(method, url, limit)
        if answer.is_put_off and 0 <= retry_after <= LONGEST_PAUSE:
            self._turns[host] = max(self._turns.get(host, 0.0), monotonic() + retry_after)
            answer, _ = self._follow(method, url, limit)
        if answer.is_put_off:
            self._resting.add(host)
        return answer

    def _follow(self, method: str, url: str, limit: int) -> tuple[Response, float]:
        """The answer after all redirects, and how long the host wants us to wait, or -1."""
        here, seen, has_moved, began_private = url.partition("#")[0], set[str](), True, None
        try:
            while True:
                if here in seen or len(seen) > MOST_REDIRECTS:
                    return Response(0, here, "its redirects go round in circles"), -1
                seen.add(here)
                status, headers, body, private = self._exchange(method, here, limit, began_private)
                began_private = private if began_private is None else began_private
                if status not in REDIRECTS or not headers.get("location"):
                    moved = has_moved and len(seen) > 1
                    is_put_off = status == 429 or (status == 503 and "retry-after" in headers)
                    return Response(status, here, "", moved, is_put_off, body), _seconds(headers.get("retry-after", ""))
                has_moved = has_moved and status in FOR_GOOD
                here = _target(here, headers["location"]).partition("#")[0]
        except _Refused as refused:
            return Response(0, here, str(refused)), -1
        except (OSError, HTTPException, ValueError) as error:
            if self._stopped.is_set():
                raise Stopped from error
            return Response(0, here, _reason(error)), -1

    def _exchange(
        self, method: str, url: str, limit: int, began_private: bool | None
    ) -> tuple[int, dict[str, str], bytes, bool]:
        """Status, headers in small letters, body, and whether the host is one of our own network."""
        parts = urlsplit(url)
        self._wait_for_turn(parts.netloc)
        with self._connected(url) as (connection, private):
            if private and began_private is False:
                raise _Refused(f'it leads into our own network, to "{parts.hostname}"')
            path = url if connection.has_proxy else (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            headers = {"User-Agent": AGENT, "Accept": "text/html, */*;q=0.5", "Accept-Encoding": "identity"}
            connection.request(method, path, headers={**headers, "Host": parts.netloc})
            answer = connection.getresponse()
            body = answer.read(limit + 1) if limit and 200 <= answer.status < 300 else b""
            return answer.status, {name.lower(): value for name, value in answer.headers.items()}, body, private

    @contextmanager
    def _connected(self, url: str) -> Iterator[tuple[_Connection, bool]]:
        """A connection to a host that is cut at the deadline, and whether it leads into our own network."""
        connection = _connection(url, self.deadline_seconds)
        late = Event()

        def end() -> None:
            late.set()
            _cut(connection)

        timer = Timer(self.deadline_seconds, end)
        timer.daemon = True
        with self._lock:
            self._open.add(connection)
        try:
            timer.start()
            connection.connect()
            peer = connection.sock.getpeername()[0]
            yield connection, not connection.has_proxy and not connection.is_tunnel and self.is_private(peer)
            if late.is_set():  # a connection that was cut looks like one that came to its end
                raise TimeoutError
        except (OSError, HTTPException, ValueError) as error:
            if late.is_set() or isinstance(error, TimeoutError):
                raise TimeoutError(f"no answer within {self.deadline_seconds:g} seconds") from error
            raise
        finally:
            timer.cancel()
            with self._lock:
                self._open.discard(connection)
            connection.close()
            self._rest(urlsplit(url).netloc)

    def _wait_for_turn(self, host: str) -> None:
        with self._lock:
            now = monotonic()
            at = max(now, self._turns.get(host, 0.0))
            self._turns[host] = at + self._pauses.get(host, self.pause_seconds)
        if self._stopped.wait(at - now):
            raise Stopped

    def _rest(self, host: str) -> None:
        """A pause begins when the answer is there, however long that took."""
        with self._lock:
            over = monotonic() + self._pauses.get(host, self.pause_seconds)
            self._turns[host] = max(self._turns.get(host, 0.0), over)

    def _is_allowed(self, url: str) -> bool:
        """What the host's robots.txt says; one that cannot be had forbids nothing, as we look at one page only."""
        parts = urlsplit(url)
        home = f"{parts.scheme}://{parts.netloc}"
        if home not in self._robots:
            answer = self._answer("GET", f"{home}/robots.txt", ROBOTS_LIMIT)
            rules = _rules(answer.body[:ROBOTS_LIMIT]) if 200 <= answer.status < 300 else None
            if rules is not None:
                pause = float(min(int(rules.crawl_delay(AGENT) or 0), LONGEST_PAUSE))
                self._pauses[parts.netloc] = max(self.pause_seconds, pause)
            self._robots[home] = rules
        known = self._robots[home]
        return known is None or known.can_fetch(AGENT, url)


def ask_all(urls: Iterable[str], fetcher: Fetcher) -> Iterator[tuple[str, Response]]:
    """Each http address with its answer as soon as it comes; hosts at the same time, each host's addresses one by one.

    When the caller goes away, by an interrupt too, what is under way is ended.
    """
    by_host: dict[str, list[str]] = {}
    for url in urls:
        by_host.setdefault(url.split("/", 3)[2], []).append(url)
    answers: SimpleQueue[tuple[str, Response] | None] = SimpleQueue()

    def ask_host(host: str) -> None:
        try:
            for url in by_host[host]:
                answers.put((url, fetcher.ask(url)))
        except Stopped:
            pass
        finally:
            answers.put(None)

    with ThreadPoolExecutor(HOSTS_AT_ONCE) as pool:
        asked = [pool.submit(ask_host, host) for host in by_host]
        try:
            for _ in by_host:
                while (found := answers.get()) is not None:
                    yield found
        except BaseException:
            fetcher.stop()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        for one in asked:
            one.result()  # a mistake of ours in one of the threads shows here


class _Connection(HTTPConnection):
    """A connection that knows whether it goes by a proxy."""

    has_proxy = False
    is_tunnel = False


class _Secure(_Connection, HTTPSConnection):
    """One whose socket can be cut while it shakes hands. server: the name that the certificate has to show."""

    server = ""

    def connect(self) -> None:
        HTTPConnection.connect(self)
        secured = _context().wrap_socket(self.sock, server_hostname=self.server, do_handshake_on_connect=False)
        self.sock = secured
        secured.do_handshake()


@cache
def _context() -> ssl.SSLContext:
    return ssl.create_default_context()


def _connection(url: str, timeout: float) -> _Connection:
    """A connection for an address, by the proxy that the environment names, if it names one."""
    parts = urlsplit(url)
    proxy = "" if proxy_bypass(parts.netloc) else getproxies().get(parts.scheme, "")
    via = urlsplit(proxy if "//" in proxy else f"//{proxy}").netloc.rpartition("@")[2]
    if parts.scheme == "http":
        plain = _Connection(via or parts.netloc, timeout=timeout)
        plain.has_proxy = bool(via)
        return plain
    secure = _Secure(via or parts.netloc, timeout=timeout, context=_context())
    secure.server = parts.hostname or ""
    if via:
        secure.set_tunnel(parts.netloc)
        secure.is_tunnel = True
    return secure


def _cut(connection: HTTPConnection) -> None:
    if connection.sock is not None:
        with suppress(OSError):
            socket.shutdown(connection.sock, SHUT_RDWR)  # not the method of a TLS socket, which talks to the other side


def _target(here: str, location: str) -> str:
    """Where a redirect leads. Raises _Refused when that is no web address."""
    target = location.encode("latin-1", "replace").decode("utf-8", "replace").strip().replace(" ", "%20")
    try:
        return web_address(urljoin(here, target))
    except ValueError:  # Fault is one
        shown = re.sub(r"[^\x20-\x7e]", "?", target)[:100]
        raise _Refused(f'it leads to "{shown}", which is no web address') from None


def _rules(body: bytes) -> RobotFileParser | None:
    """What a robots.txt says; None for one that the standard library stumbles over."""
    rules = RobotFileParser()
    try:
        rules.parse(body.decode("utf-8", "replace").splitlines())
    except ValueError:  # it takes "²" for a number
        return None
    return rules


def _seconds(retry_after: str) -> float:
    """How long to wait; -1 when that is not said in seconds."""
    return float(retry_after) if re.fullmatch("[0-9]{1,6}", retry_after.strip()) else -1


def _reason(error: Exception) -> str:
    """Why there was no answer, on one line."""
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error) or type(error).__name__
    return re.sub(r"[^\x20-\x7e]|\s+", " ", said)[:100].strip()
