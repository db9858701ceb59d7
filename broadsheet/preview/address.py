"""The address that the preview listens on, and the host names under which it may be asked."""

from __future__ import annotations

import errno
import socket
from dataclasses import dataclass

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
