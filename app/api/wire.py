"""HTTP on the wire, with bounds that hold before any request reaches the app.

The server's own protocol reads heads of any size for any time, and waits for ever for a client
that reads nothing. Here a head is bounded in bytes, what a client sends and what it takes are
bounded in time, and a refusal is a problem document like any other.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any, Final, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.api import problems

MOST_HEAD: Final = 2**18
"""Bytes of a request's head; a longer query is sent by POST."""

GRACE: Final = 5.0
"""Seconds that a connection which is being closed may still take to send what is left."""


class _Closing:
    """A transport that is gone soon after it is closed, whether the client reads or not."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def close(self) -> None:
        """Closes, and aborts what is still there after the grace."""
        if not self._transport.is_closing():
            self._loop.call_later(GRACE, self._transport.abort)
        self._transport.close()


class Guarded(HttpToolsProtocol):
    """One connection; ``seconds`` is how long a request may take to arrive, a piece to be taken."""

    seconds = 60.0

    _head = 0
    _in_head = True
    _whole = False
    _refused = False
    _arrival: asyncio.TimerHandle | None = None
    _stalled: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Starts the time of the first request."""
        super().connection_made(transport)
        self.transport = cast(asyncio.Transport, _Closing(transport, self.loop))
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stops every clock."""
        self._arrived()
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Reads on; 431 where a head has no end."""
        if self._refused:
            return
        self._expect()
        self._whole = False
        super().data_received(data)
        # Where a request ended in these bytes they are mostly its body.
        self._head = self._head + len(data) if self._in_head and not self._whole else 0
        if self._head > MOST_HEAD:
            self._refuse(
                HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                f"The head of the request is over {MOST_HEAD:,} bytes, the limit here. "
                "Send a long query by POST.",
            )

    def on_message_begin(self) -> None:
        """A request begins, perhaps in the same breath as another ended."""
        self._in_head = True
        self._expect()
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Takes one field of the head; of a trailer, which comes after a body, nothing is kept."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is there, small enough even if it came at once."""
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > MOST_HEAD:
            raise ValueError("the head is too large")  # the parser stops; see send_400_response
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The whole request has arrived."""
        self._arrived()
        self._in_head = self._whole = True
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuses what is not HTTP."""
        self._refuse(HTTPStatus.BAD_REQUEST, f"{msg} It is not HTTP/1.1, or its head is too large.")

    def pause_writing(self) -> None:
        """The client takes nothing: its time runs."""
        super().pause_writing()
        self._stalled = self.loop.call_later(self.seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """The client took something."""
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None
        super().resume_writing()

    def _expect(self) -> None:
        if self._arrival is None:
            self._arrival = self.loop.call_later(self.seconds, self._late)

    def _arrived(self) -> None:
        if self._arrival is not None:
            self._arrival.cancel()
            self._arrival = None

    def _late(self) -> None:
        """The request has not arrived in time. Of a body the app knows, and answers."""
        if not self._in_head:
            self._arrival = self.loop.call_later(GRACE, self.transport.abort)
            return
        self._refuse(
            HTTPStatus.REQUEST_TIMEOUT,
            f"The request did not arrive within {self.seconds:g} s, the limit here "
            "(request_seconds).",
        )

    def _refuse(self, status: HTTPStatus, detail: str) -> None:
        """Sends a problem document and closes; of a connection that is answering, cuts it."""
        self._refused = True
        if self.transport.is_closing():
            return
        if self.cycle is not None and not self.cycle.response_complete:
            if self._in_head or self.cycle.response_started or self.pipeline:
                self.transport.abort()
                return
            self.cycle.disconnected = True  # it is its body that is refused: the app may stop
            self.cycle.message_event.set()
        response = problems.problem(status, status.phrase, detail)
        lines = [f"HTTP/1.1 {status.value} {status.phrase}".encode(), b"connection: close"]
        lines += [name + b": " + value for name, value in response.raw_headers]
        self.transport.write(b"\r\n".join(lines) + b"\r\n\r\n" + bytes(response.body))
        self.transport.close()


def protocol(seconds: float) -> type[Guarded]:
    """The protocol with so many seconds for a request to arrive, or a piece to be taken."""
    return type("Guarded", (Guarded,), {"seconds": seconds})
