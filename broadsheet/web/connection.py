"""One HTTP connection, directly or through the environment's proxy, that another thread can cut at any moment."""

from __future__ import annotations

import ssl
from contextlib import suppress
from functools import cache
from http.client import HTTPConnection, HTTPSConnection
from socket import SHUT_RDWR, socket
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass


class Connection(HTTPConnection):
    """A connection to one host, used for one request."""

    is_proxied = False
    sends_whole_url = False
    """Whether requests name the whole URL, as a proxy for plain HTTP needs it."""

    @property
    def peer(self) -> str:
        """The IP address that it is connected to: the name server's answer may have changed since anybody asked."""
        address: str = self.sock.getpeername()[0]
        return address

    def cut(self) -> None:
        """Ends it from any thread; whoever reads or writes gets an error, or the end of the data."""
        if self.sock is not None:
            with suppress(OSError):
                socket.shutdown(self.sock, SHUT_RDWR)  # a TLS socket's own method would talk to the other side


class _TLSConnection(Connection, HTTPSConnection):
    """One that can be cut during the handshake too, since its socket is already known then."""

    server = ""
    """The host name that the certificate must have."""

    def connect(self) -> None:
        HTTPConnection.connect(self)
        self.sock = _tls().wrap_socket(self.sock, server_hostname=self.server, do_handshake_on_connect=False)
        self.sock.do_handshake()


def new_connection(url: str, timeout_seconds: float) -> Connection:
    """A connection for a URL, not yet opened. The timeout is for each read; cut it to end all of them."""
    parts = urlsplit(url)
    proxy = "" if proxy_bypass(parts.netloc) else getproxies().get(parts.scheme, "")
    via = urlsplit(proxy if "//" in proxy else f"//{proxy}").netloc.rpartition("@")[2]
    if parts.scheme == "http":
        connection = Connection(via or parts.netloc, timeout=timeout_seconds)
        connection.sends_whole_url = bool(via)
    else:
        connection = _TLSConnection(via or parts.netloc, timeout=timeout_seconds, context=_tls())
        connection.server = parts.hostname or ""
        if via:
            connection.set_tunnel(parts.netloc)
    connection.is_proxied = bool(via)
    return connection


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
