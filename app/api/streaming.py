"""Answers in pieces, and clients that go away: what was begun for them ends at once.

Once a stream has begun its headers are gone. So the first piece is there before they are sent,
and a stream that has to stop is cut: its last chunk is never sent, and nothing is put after it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.api.log import Metrics
from app.errors import LimitReached, PolkuError
from app.workers import Answer, Json

logger = logging.getLogger(__name__)

T = TypeVar("T")

PIECE: Final = 2**16
"""Bytes of a piece that others follow; a reader sends a smaller one at the end alone."""


class ClientGone(PolkuError):  # noqa: N818 - named as its siblings in errors.py
    """The client went away before it was answered; no one reads this."""

    status = 499
    title = "The client went away"


async def unless_gone(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """What the work gives; it is cancelled if the client goes away first.

    The request's body must have been read. Raises: ClientGone.
    """
    task = asyncio.current_task()
    if task is None:
        raise RuntimeError("a request is answered in a task")
    left = finished = False

    def leave(_: asyncio.Task[None]) -> None:
        nonlocal left
        if not finished:
            left = True
            task.cancel()

    gone = asyncio.create_task(_gone(request.receive))
    gone.add_done_callback(leave)
    try:
        return await work
    except asyncio.CancelledError:
        if not left or task.cancelling() > 1:
            raise
        await gone  # what its body is refused for, if that is why
        raise ClientGone("The client went away.") from None
    finally:
        finished = True
        if left:
            task.uncancel()
        gone.cancel()


@dataclass(frozen=True)
class Whole:
    """An answer that came in one piece: its head, and all of it."""

    head: dict[str, Json]
    content: bytes


async def settled(work: Coroutine[Any, Any, Answer]) -> Whole | Answer:
    """The answer that the work gives: whole if it is short, else as it streams.

    Raises: what the work and the answer raise meanwhile: a short one is whole or refused, not cut.
    """
    answer = await work
    if answer.content is not None:
        return Whole(answer.head, answer.content)
    first = await anext(answer, b"")
    if len(first) >= PIECE:
        return _resumed(answer, first)
    second = await anext(answer, b"") if first else b""
    return _resumed(answer, first, second) if second else Whole(answer.head, first)


def _resumed(answer: Answer, *begun: bytes) -> Answer:
    async def pieces() -> AsyncIterator[bytes]:
        for piece in begun:
            yield piece
        async for piece in answer:
            yield piece

    return Answer(answer.head, pieces(), answer.aclose, ended=answer.ended)


async def _gone(receive: Receive) -> None:
    """Returns when the client has gone away."""
    while (await receive())["type"] != "http.disconnect":
        pass


class Streamed(Response):
    """A response whose body comes in pieces from a worker."""

    def __init__(
        self, answer: Answer, headers: Mapping[str, str], seconds: float, metrics: Metrics
    ) -> None:
        super().__init__(headers=dict(headers))
        # The length is not known: without it the server sends chunks.
        self.raw_headers = [pair for pair in self.raw_headers if pair[0] != b"content-length"]
        self._answer = answer
        self._seconds = seconds
        self._metrics = metrics

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the answer; ends it at once if the client goes away, or somebody ends it."""
        pump = asyncio.create_task(self._pump(send))
        gone = asyncio.create_task(_gone(receive))
        ended = asyncio.create_task(self._answer.ended.wait())
        try:
            await asyncio.wait({pump, gone, ended}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in (pump, gone, ended):
                one.cancel()
            await asyncio.gather(pump, gone, ended, return_exceptions=True)
            await self._answer.aclose()
        if not pump.cancelled() and (failure := pump.exception()) is not None:
            # To return with the last chunk unsent is how the server is told to cut the connection.
            self._metrics.cut.inc()
            limit = failure.limit if isinstance(failure, LimitReached) else ""
            logger.warning(
                "an answer was cut off", extra={"reason": type(failure).__name__, "limit": limit}
            )

    async def _pump(self, send: Send) -> None:
        """Sends every piece; a client too slow for the time limit counts as over it."""
        try:
            async with asyncio.timeout(self._seconds):
                start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
                await send(start)
                async for piece in self._answer:
                    body = {"type": "http.response.body", "body": piece, "more_body": True}
                    await send(body)
        except TimeoutError:
            self._metrics.stopped.labels("query_seconds").inc()
            raise LimitReached("query_seconds", self._seconds, "") from None
        await send({"type": "http.response.body", "body": b"", "more_body": False})
