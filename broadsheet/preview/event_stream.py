"""Server-sent events: how open pages hear of changes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

KEEPALIVE_SECONDS = 15.0
RETRY_MILLISECONDS = 400  # how soon a browser reconnects after the preview was restarted


class EventStream:
    """Owns the latest message and the connections that wait for the next one. Belongs to the server's event loop."""

    def __init__(self) -> None:
        self.message = ""
        self.subscribers = 0
        self.is_closed = False
        self._waiting: set[asyncio.Future[None]] = set()

    def publish(self, message: str) -> None:
        """Replace the message and send it to all subscribers."""
        self.message = message
        self._wake()

    def close(self) -> None:
        """End all connections."""
        self.is_closed = True
        self._wake()

    def _wake(self) -> None:
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)
        self._waiting.clear()

    async def subscribe(self) -> AsyncIterator[bytes]:
        """The latest message and all later ones as an event stream (HTML §9.2 Server-sent events)."""
        self.subscribers += 1
        try:
            yield f"retry: {RETRY_MILLISECONDS}\n\n".encode()
            sent = ""
            while not self.is_closed:
                if sent != self.message:
                    sent = self.message
                    yield f"data: {sent}\n\n".encode()
                    continue
                waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                self._waiting.add(waiting)
                try:
                    await asyncio.wait_for(waiting, KEEPALIVE_SECONDS)
                except TimeoutError:
                    yield b": keep-alive\n\n"
                finally:
                    self._waiting.discard(waiting)
        finally:
            self.subscribers -= 1
