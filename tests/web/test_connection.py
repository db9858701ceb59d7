"""A TLS connection trusts no stranger, and can be cut while it is still shaking hands."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from broadsheet.web import connection
from broadsheet.web.client import Fetcher
from tools.programs import find_program


@contextmanager
def listening(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """The port of a server that talks to each who connects; several at a time."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    wire, _ = server.accept()
                    threading.Thread(target=one, args=(wire,), daemon=True).start()

        def one(wire: socket.socket) -> None:
            with wire, suppress(OSError):
                talk(wire)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_a_handshake_that_drips_in_is_cut() -> None:
    """Each byte comes in time, the whole never would."""
    closing = threading.Event()

    def drip(wire: socket.socket) -> None:
        wire.sendall(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc")  # the beginning of a long ServerHello
        while not closing.wait(0.05):
            wire.sendall(b"\x00")

    with listening(drip) as port:
        response = Fetcher(deadline_seconds=0.4, pause_seconds=0).get(f"https://127.0.0.1:{port}/", 10)
        closing.set()

    assert (response.status, response.error) == (0, "no response within 0.4 seconds")


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of the host "localhost" with its key, signed by nobody else."""
    program = find_program("openssl")
    if program is None:
        pytest.skip("no openssl")
    file = tmp_path / "certificate.pem"
    options = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=DNS:localhost"]
    command = [
        program,
        "req",
        "-x509",
        *options,
        *names,
        "-days",
        "36500",
        "-keyout",
        str(tmp_path / "key"),
        "-out",
        str(file),
    ]
    subprocess.run(command, check=True, capture_output=True)
    file.write_bytes(file.read_bytes() + (tmp_path / "key").read_bytes())
    return file


def test_a_certificate_must_be_trusted_and_name_the_host(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that nobody vouches for is refused, and so is one of another host."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)

    def talk(wire: socket.socket) -> None:
        with server.wrap_socket(wire, server_side=True) as secure:
            secure.recv(10_000)
            secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")

    fetcher = Fetcher(pause_seconds=0, deadline_seconds=5)
    with listening(talk) as port:
        stranger = fetcher.get(f"https://localhost:{port}/", 10)
        trusting = ssl.create_default_context(cafile=certificate)
        monkeypatch.setattr(connection, "_tls", lambda: trusting)
        friend = fetcher.get(f"https://localhost:{port}/", 10)
        other_name = fetcher.get(f"https://127.0.0.1:{port}/", 10)

    assert stranger.status == 0 and "certificate verify failed" in stranger.error
    assert (friend.status, friend.body) == (200, b"hi")
    assert other_name.status == 0 and "certificate verify failed" in other_name.error
