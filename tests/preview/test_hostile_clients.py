"""Many clients, slow ones and broken ones: the server answers the others, and goes on."""

from __future__ import annotations

import re
import resource
import selectors
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.cost import HANG_SECONDS
from tests.newsroom import newsroom
from tests.previewing import EVENTS, IS_LONG, Preview, previewing


def test_two_hundred_at_once(preview: Preview) -> None:
    """All get a response, with the right bytes."""
    paths = ["/", "/articles/first/", "/feed.xml", "/notes.txt"]
    expected = {path: preview.ask(path).body for path in paths}

    def read(number: int) -> bool:
        path = paths[number % len(paths)]
        return preview.ask(path).body == expected[path]

    with ThreadPoolExecutor(200) as clients:
        assert all(clients.map(read, range(400)))


def test_two_hundred_streams_block_nobody(preview: Preview) -> None:
    """Pages are still served; streams may be refused."""
    with ExitStack() as stack:
        for _ in range(200):
            wire = stack.enter_context(socket.create_connection(("127.0.0.1", preview.port), timeout=HANG_SECONDS))
            wire.sendall(f"GET {EVENTS} HTTP/1.1\r\nHost: localhost:{preview.port}\r\n\r\n".encode())
        assert preview.ask("/").status == 200
    assert preview.is_alive()


def test_slow_clients_are_disconnected(preview: Preview) -> None:
    """A client that never finishes its request makes nobody wait."""
    with ExitStack() as stack:
        wires = [
            stack.enter_context(socket.create_connection(("127.0.0.1", preview.port), timeout=60)) for _ in range(150)
        ]
        for number, wire in enumerate(wires):
            wire.sendall(
                [b"GET / HTTP/1.1\r\nHost: loc", b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: localhost\r\nX: "][
                    number % 4
                ]
            )
        for wire in wires:
            wire.setblocking(False)
        assert preview.ask("/").status == 200
        assert not all(is_closed(wire) for wire in wires), "the answer came only when the others had been ended"
        began = time.monotonic()
        with selectors.DefaultSelector() as ended:
            waiting = set(wires)
            for wire in wires:
                ended.register(wire, selectors.EVENT_READ)
            while waiting and time.monotonic() - began < HANG_SECONDS:
                for key, _ in ended.select(1):
                    if isinstance(key.fileobj, socket.socket) and is_closed(key.fileobj):
                        ended.unregister(key.fileobj)
                        waiting.discard(key.fileobj)
                for wire in waiting:  # one byte now and then, to look alive
                    with suppress(OSError):
                        wire.send(b"a")
        assert not waiting
    assert preview.is_alive()


def is_closed(wire: socket.socket) -> bool:
    """Whether the other side has closed the connection."""
    try:
        while True:
            if not wire.recv(65536):
                return True
    except BlockingIOError:
        return False
    except OSError:
        return True


def test_a_client_that_does_not_read_blocks_nobody(preview: Preview) -> None:
    """One that sends many requests and reads no response costs little memory."""
    before = preview.memory()
    with ExitStack() as stack:
        for _ in range(50):
            wire = stack.enter_context(socket.create_connection(("127.0.0.1", preview.port), timeout=HANG_SECONDS))
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            wire.setblocking(False)
            try:
                for _ in range(200):
                    wire.send(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            except OSError:
                pass
        assert preview.ask("/").status == 200
        assert preview.memory() - before < 50_000_000
    assert preview.is_alive()


def test_more_connections_than_there_can_be(tmp_path: Path) -> None:
    """When no more files can be opened, new clients wait, little is logged, and the server recovers."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 < hard < 2_000 or not hasattr(resource, "prlimit"):
        pytest.skip("the number of open files cannot be set as the test needs it")
    with previewing(newsroom(tmp_path)) as preview, ExitStack() as stack:
        # The limit is the preview's alone: the process of the tests may have more files open than that.
        resource.prlimit(preview.process.pid, resource.RLIMIT_NOFILE, (200, hard))
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2_000), hard))
        stack.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        with ExitStack() as clients:
            for _ in range(400):
                clients.enter_context(socket.create_connection(("127.0.0.1", preview.port), timeout=HANG_SECONDS))
        preview.content("/", "Small News")
        assert preview.is_alive()
        assert len(preview.words) < 2_000


HEADERS = {
    "one of 200 KB": b"X: " + b"a" * 200_000,
    "ten thousand": b"\r\n".join(b"X-%d: a" % number for number in range(10_000)),
    "without an end": b"X: " + b"a" * 2_000_000,
    "with no colon": b"X",
    "with a blank before the colon": b"X : a",
    "folded": b"X: a\r\n b",
    "with a NUL": b"X: a\0b",
    "with bytes that are no text": b"X: \xff\xfe",
    "of the cookie": b"Cookie: " + b"a=b; " * 20_000,
}


@pytest.mark.parametrize("name", HEADERS)
def test_odd_headers_are_bounded(name: str, preview: Preview) -> None:
    """Refused or ignored, and never a server error."""
    answer = preview.raw(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n\r\n" % HEADERS[name])

    assert not answer or answer[9:12] in (b"200", b"400", b"413", b"431"), answer[:200]
    assert len(HEADERS[name]) < 150_000 or answer[9:12] != b"200"
    assert preview.is_alive()


BODIES = {
    "announced and missing": b"Content-Length: 1000000000000\r\n\r\n",
    "of 20 MB": b"Content-Length: 20000000\r\n\r\n" + b"a" * 20_000_000,
    "in pieces": b"Transfer-Encoding: chunked\r\n\r\n" + b"400\r\n%s\r\n" % (b"a" * 1024) * 5_000,
    "of two lengths": b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "of a length below nothing": b"Content-Length: -1\r\n\r\n",
    "in pieces and by length": b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "expected": b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\nabcde",
    "to become another protocol": b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: YQ==\r\n\r\n",
    "to become HTTP/2": b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n",
}


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("method", [b"GET", b"POST"])
def test_bodies_are_not_waited_for(name: str, method: bytes, preview: Preview) -> None:
    """The preview needs no request bodies, so none is kept in memory, whatever its length."""
    before = preview.memory()
    preview.raw(b"%s / HTTP/1.1\r\nHost: localhost\r\n%s" % (method, BODIES[name]))

    assert preview.memory() - before < 30_000_000
    assert preview.is_alive()


TOKENS = st.sampled_from(
    [b"GET ", b"HEAD ", b"POST ", b" HTTP/1.1", b" HTTP/1.0", b" HTTP/9.9", b"\r\n", b"\n", b"\r", b"Host: localhost",
     b"Host: ",
     b"Range: bytes=", b"If-None-Match: ", b"Connection: keep-alive", b"Content-Length: ",
     b"Transfer-Encoding: chunked",
     b"Upgrade: websocket", b"Origin: ", b"/", b"/__preview/", b"/__preview/events", b"%2e%2e", b"%", b"\0", b"\xff",
     b"?", b"#",
     b"//", b"\\", b":", b" ", b"\t", b"0", b"-1", b"99999999999999999999", b"http://", b"*", b"\x16\x03\x01",
     b"PRI * HTTP/2.0"]
)  # fmt: skip


MESSES = st.lists(TOKENS | st.binary(max_size=12), max_size=30).map(b"".join)


PATHS = st.text(max_size=60).map(
    lambda text: b"GET /%s HTTP/1.1\r\nHost: localhost\r\n\r\n" % text.encode("utf-8", "replace")
)


VALUES = st.tuples(
    st.sampled_from(
        ["Range", "If-None-Match", "If-Range", "If-Modified-Since", "Origin", "Host", "Accept", "Last-Event-ID"]
    ),
    st.text(st.characters(blacklist_categories=["Cs"]), max_size=40),
).map(
    lambda pair: b"GET /notes.txt HTTP/1.1\r\nHost: localhost\r\n%s: %s\r\n\r\n" % (pair[0].encode(), pair[1].encode())
)


@settings(max_examples=3_000 if IS_LONG else 200)
@given(data=MESSES | PATHS | VALUES | st.binary(max_size=200))
@example(data=b"GET / HTTP/1.1\r\nHost: localhost\r\nRange: bytes=\xd9\xa3-\r\n\r\n")
@example(data=b"GET /?%s HTTP/1.1\r\nHost: localhost\r\n\r\n" % (b"a" * 70_000))
@example(data=b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
@example(data=b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 100)
def test_no_request_crashes_the_server(data: bytes, preview: Preview) -> None:
    """Any bytes get a response or a closed connection, never a server error."""
    answer = preview.raw(data, seconds=3, ends_after=0.03)

    assert not re.search(rb"HTTP/1.1 5\d\d", answer), answer[:500]
    assert b"Traceback" not in answer
    assert preview.process.poll() is None
    assert "Traceback" not in preview.words


def test_requests_are_not_printed_to_the_terminal(preview: Preview) -> None:
    """They could contain control characters, which a terminal obeys."""
    preview.raw(b"GET /\x1b]0;evil\x07 HTTP/1.1\r\nHost: localhost\r\nX: \x1b[2J\r\n\r\n")
    preview.ask("/%1b%5d0;evil%07")

    assert "\x1b]" not in preview.words and "\x1b[2J" not in preview.words
