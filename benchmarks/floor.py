"""What a query cannot cost less than: ``python -m benchmarks.floor http|reader PORT``.

``http``: the server that the service stands on, which answers each request alike and looks at
nothing. ``reader``: the same, where each answer comes from one process as the service's do.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from app.workers import Answer, JsonObject, Pool, Push

ANSWER = b'{"head":{},"boolean":true}'


class Alike:
    """A service that answers every query alike."""

    def query(self, _: JsonObject) -> Push:
        """The answer, as a reader sends it."""

        def push(write: Callable[[bytes], None]) -> None:
            write(ANSWER)

        return Push({"mediaType": "application/sparql-results+json"}, push)


def make(_: JsonObject) -> Alike:
    """The service."""
    return Alike()


def app(reader: bool) -> ASGIApp:
    """An ASGI app with nothing but an answer."""
    pool: list[Pool] = []

    async def answered(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            if reader:
                pool.append(await Pool("benchmarks.floor:make", {}, 1, spares=0).start())
            await send({"type": "lifespan.startup.complete"})
            await receive()
            for one in pool:
                await one.close()
            await send({"type": "lifespan.shutdown.complete"})
            return
        content = ANSWER
        if pool:
            asked = scope["query_string"].decode("ascii")
            answer: Answer = await pool[0].stream("query", {"query": asked})
            content = b"".join([piece async for piece in answer])
        length = (b"content-length", b"%d" % len(content))
        await send({"type": "http.response.start", "status": 200, "headers": [length]})
        await send({"type": "http.response.body", "body": content})

    return answered


if __name__ == "__main__":
    kind, port = sys.argv[1:]
    uvicorn.run(app(kind == "reader"), port=int(port), access_log=False, log_config=None)
