"""The socket to a worker, frame by frame: a plain protocol, as a short call is mostly its way."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final, cast

from app.workers.frames import HEADER, LARGEST

_MOST_KEPT: Final = 2**19
"""Bytes of frames that nobody has taken yet, past which the worker is kept waiting."""

Frame = tuple[bytes, bytes]
"""A frame's letter and its content."""


class Oversized(ConnectionError):  # noqa: N818 - named as its siblings in errors.py
    """The other side announces more than can be taken: it is broken."""


class Channel(asyncio.Protocol):
    """The frames that a worker sends, kept until they are taken, and the way to it."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._unread = bytearray()
        self._frames: deque[Frame] = deque()
        self._kept = 0
        self._paused = False
        self._awaited: asyncio.Future[None] | None = None
        self._failure: ConnectionError | None = None
        self._closed = self._loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is there."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none of its children

    def data_received(self, data: bytes) -> None:
        """Takes the frames apart; what is left of one waits for the rest."""
        if self._failure is not None:
            return
        if self._unread:
            self._unread += data
            self._unread = self._unread[self._taken_apart(self._unread) :]
        elif (end := self._taken_apart(data)) < len(data):
            self._unread += data[end:]
        if self._frames or self._failure:
            self._wake()
        if self._kept > _MOST_KEPT and not self._paused and self._transport is not None:
            self._paused = True
            self._transport.pause_reading()

    def connection_lost(self, _: Exception | None) -> None:
        """Nothing more comes."""
        self._fail(ConnectionError("the worker is gone"))
        if not self._closed.done():
            self._closed.set_result(None)

    def write(self, data: bytes) -> None:
        """Sends the bytes of a frame, unless the worker is gone; who takes its answer finds that."""
        if self._failure is None and self._transport is not None:
            self._transport.write(data)

    def at_hand(self) -> Frame | None:
        """The next frame, if it has come."""
        if not self._frames:
            return None
        frame = self._frames.popleft()
        self._kept -= len(frame[1])
        if self._paused and self._kept <= _MOST_KEPT // 2:
            self._paused = False
            if self._transport is not None and not self._transport.is_closing():
                self._transport.resume_reading()
        return frame

    def next_is(self, *kinds: bytes) -> bool:
        """Whether the next frame has come, and is of one of the kinds."""
        return bool(self._frames) and self._frames[0][0] in kinds

    async def take(self) -> Frame:
        """The next frame, once it has come.

        Raises: Oversized; ConnectionError when the worker is gone.
        """
        while (frame := self.at_hand()) is None:
            if self._failure is not None:
                raise self._failure
            self._awaited = self._loop.create_future()
            try:
                await self._awaited
            finally:
                self._awaited = None
        return frame

    def fail(self) -> None:
        """Whoever waits for a frame waits no more."""
        self._fail(ConnectionError("the worker was given up"))

    async def close(self) -> None:
        """Returns when the socket is closed."""
        if self._transport is not None:
            self._transport.abort()
            await self._closed

    def _taken_apart(self, data: bytes | bytearray) -> int:
        """How many bytes of the data were whole frames, which are kept now."""
        start = 0
        while start + HEADER.size <= len(data):
            kind, length = HEADER.unpack_from(data, start)
            if length > LARGEST:
                self._fail(Oversized("a frame is too large"))
                break
            end = start + HEADER.size + length
            if end > len(data):
                break
            self._frames.append((kind, bytes(data[start + HEADER.size : end])))
            self._kept += length
            start = end
        return start

    def _fail(self, failure: ConnectionError) -> None:
        if self._failure is None:
            self._failure = failure
        self._wake()

    def _wake(self) -> None:
        if self._awaited is not None and not self._awaited.done():
            self._awaited.set_result(None)


__all__ = ["Channel", "Frame", "Oversized"]
