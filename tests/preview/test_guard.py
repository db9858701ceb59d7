"""The guard, as a hostile web page and a curious neighbour meet it: other hosts, origins and methods are refused."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from broadsheet.preview.guard import Address, allowed_hosts, listen, url_of
from tests.cost import HANG_SECONDS
from tests.previewing import DESK, EVENTS, Preview


@pytest.mark.parametrize(
    "host",
    [
        "evil.example", "evil.example:{port}", "127.0.0.1.evil.example", "localhost.evil.example:{port}",
        "evil.localhost.example",
        "127.0.0.1@evil.example", "evil.example#127.0.0.1", "", " ", "127.0.0.1:x", "127.0.0.1:{port}, evil.example",
        "0.0.0.0:{port}", "[::]:{port}", "[::1", "localhost:{port}/", "localhost\x00",
        "127.0.0.1.:{port}", "xn--localhst-x1a",
    ],
)  # fmt: skip
def test_another_host_is_refused(host: str, preview: Preview) -> None:
    """A page whose domain was pointed at this machine (DNS rebinding) gets nothing, whatever it requests."""
    named = host.format(port=preview.port).encode("latin-1")
    for path in (b"/", b"/articles/draft-of-a-thing/", DESK.encode(), EVENTS.encode(), b"/feed.xml"):
        answer = preview.raw(b"GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" % (path, named))

        assert int(answer[9:12]) in (400, 403, 421), answer[:300]
        assert b"thing" not in answer


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: evil.example\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: localhost\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nX-Forwarded-Host: localhost\r\nForwarded: host=localhost\r\nConnection: close\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    ],
)
def test_no_host_or_two_are_refused(head: bytes, preview: Preview) -> None:
    """And headers of proxies do not matter."""
    assert preview.status_of(head) in (400, 403, 421)


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "localhost:{port}", "LocalHost:{port}", "localhost"])
def test_its_own_hosts_are_served(host: str, preview: Preview) -> None:
    """By IP address and by name."""
    assert preview.ask("/", Host=host.format(port=preview.port)).status == 200


FOREIGN = [
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:1"},
    {"Origin": "https://127.0.0.1:{port}"},
    {"Origin": "http://127.0.0.1:{port}.evil.example"},
    {"Origin": "http://localhost.evil.example:{port}"},
    {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors"},
    {"Sec_Fetch_Site": "same-site", "Sec_Fetch_Mode": "no-cors"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
@pytest.mark.parametrize("path", [DESK, EVENTS])
def test_the_desk_and_the_stream_refuse_other_origins(path: str, headers: dict[str, str], preview: Preview) -> None:
    """Other websites can neither read drafts nor open streams; another port is another origin."""
    answer = preview.ask(path, **{name: value.format(port=preview.port) for name, value in headers.items()})

    assert answer.status == 403
    assert b"thing" not in answer.body


def test_the_desk_and_the_stream_serve_their_own_origin(preview: Preview) -> None:
    """With the headers of a browser, by either name of this machine."""
    for host in ("127.0.0.1", "localhost"):
        own = {
            "Host": f"{host}:{preview.port}",
            "Origin": f"http://{host}:{preview.port}",
            "Sec_Fetch_Site": "same-origin",
        }
        assert preview.ask(DESK, **own).status == 200
        assert first_of(preview, EVENTS, **own).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "path", ["/", "/articles/draft-of-a-thing/", "/feed.xml", "/photo.png", "/nowhere/", DESK, EVENTS]
)
def test_no_other_page_may_read_or_frame_anything(path: str, preview: Preview) -> None:
    """No response allows other origins, and browsers do not guess its media type."""
    answer = first_of(preview, path, Origin=preview.url).partition(b"\r\n\r\n")[0].lower()

    assert b"access-control-allow" not in answer
    assert b"x-content-type-options: nosniff" in answer
    assert b"set-cookie" not in answer
    if path == DESK:
        assert b"frame-ancestors" in answer


def first_of(preview: Preview, path: str, **headers: str) -> bytes:
    """The beginning of a response that may not end."""
    named = {"Host": f"127.0.0.1:{preview.port}", **headers}
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in named.items())
    with socket.create_connection(("127.0.0.1", preview.port), timeout=HANG_SECONDS) as wire:
        wire.sendall(f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode())
        data = b""
        while b"\r\n\r\n" not in data and (part := wire.recv(65536)):
            data += part
    return data


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "BREW", "get"])
@pytest.mark.parametrize("path", ["/", "/about", "/old/first/", "/nowhere/", DESK, EVENTS])
def test_nothing_but_get_and_head(method: str, path: str, preview: Preview) -> None:
    """The response to other methods names these two, also for paths that do not exist."""
    answer = preview.ask(path, method, Content_Length="0")

    assert answer.status == 405
    assert {word.strip() for word in answer.headers["allow"].split(",")} == {"GET", "HEAD"}


def test_nobody_else_on_the_network_is_served(preview: Preview) -> None:
    """It listens on the loopback address only."""
    port = f":{preview.port:04X}"
    listening = [line.split() for table in ("tcp", "tcp6") if (path := Path("/proc/net", table)).exists()
                 for line in path.read_text().splitlines()[1:]]  # fmt: skip
    addresses = {fields[1] for fields in listening if fields[1].endswith(port) and fields[3] == "0A"}

    assert addresses == {f"0100007F{port}"}


def test_the_next_free_port_is_taken() -> None:
    """Only this machine may connect unless another host is given."""
    with listen(Address(port=0)) as first:
        port = first.getsockname()[1]
        with listen(Address(port=port)) as second:
            assert port < second.getsockname()[1] <= port + 50
            assert second.getsockname()[0] == "127.0.0.1"
        assert url_of(first, Address()) == f"http://127.0.0.1:{port}"
        assert url_of(first, Address(host="::1")) == f"http://[::1]:{port}"
        assert url_of(first, Address(host="0.0.0.0")) == f"http://127.0.0.1:{port}"
    assert allowed_hosts(Address()) == {"127.0.0.1", "localhost", "[::1]"}
    assert "*" in allowed_hosts(Address(host="0.0.0.0"))
