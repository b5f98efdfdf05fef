"""The proxy through which readers reach other services: on loopback, for queries at work alone.

A reader's engine asks an address that only it knows, ``/KEY/NUMBER``; what stands behind it is
asked by ``ask.py``, within bounds, and its answer is given whole. A key lasts as long as its query.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import uvicorn
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from app.api.ask import Asker
from app.api.wire import protocol
from app.errors import PolkuError, ServiceFailed, TooLarge
from app.graph import media
from app.graph.services import Call
from app.settings import Settings

_HOST: Final = "127.0.0.1"
_QUERY: Final = "application/sparql-query"
_LONGEST: Final = 2**21
"""Bytes of the longest query that is passed on."""

_BASE: Final = re.compile(rb"\ABASE <[^>]*>\n")
_MIB: Final = 2**20


@dataclass(frozen=True)
class _Bounds:
    """What one query may have of other services."""

    calls: int
    seconds: float
    megabytes: int


class Run:
    """One query at work: what it asks of whom, and what became of it."""

    def __init__(self, found: Sequence[Call], port: int, asker: Asker, bounds: _Bounds) -> None:
        self.key = secrets.token_urlsafe(32)
        self.addresses = [f"http://{_HOST}:{port}/{self.key}/{n}" for n in range(len(found))]
        self._calls = list(found)
        self._asker = asker
        self._bounds = bounds
        self._left = bounds.megabytes * _MIB
        self._asked = 0
        self._kept: dict[tuple[str, bytes], bytes] = {}
        self._failed: ServiceFailed | None = None
        self._tasks: set[asyncio.Task[bytes]] = set()
        self._over = False

    async def answer(self, number: int, query: bytes) -> bytes | None:
        """The answer of a service to a query; None if it fails, which is remembered.

        The engine may ask the same for each of its rows: the service is asked once.
        """
        call = self._calls[number]
        query = self._meant(query)
        place = (call.iri, query)
        if (kept := self._kept.get(place)) is not None:
            return kept
        task = asyncio.ensure_future(self._ask(call.iri, query))
        self._tasks.add(task)
        try:
            await asyncio.wait({task})
            answered = task.result()
        except ServiceFailed as error:
            if not call.silent:
                self._failed = error
            return None
        except asyncio.CancelledError:
            return None
        finally:
            self._tasks.discard(task)
        self._kept[place] = answered
        return answered

    def why(self, error: PolkuError) -> PolkuError:
        """The error of a service that an error of the query came from; else the error itself."""
        if not isinstance(error, ServiceFailed):
            return error
        if self._failed is not None:
            return self._failed
        names = sorted({one.iri for one in self._calls})
        listed = ", ".join(f"<{one}>" for one in names)
        return ServiceFailed(names[0], f"What {listed} answered cannot be read.")

    def close(self) -> None:
        """Ends what is asked."""
        self._over = True
        for task in self._tasks:
            task.cancel()

    def _meant(self, query: bytes) -> bytes:
        """What the engine asks, as a stranger may see it.

        A base, which it has applied already, names this service; of services within the group
        it knows our addresses alone.
        """
        query = _BASE.sub(b"", query, count=1)
        for address, call in zip(self.addresses, self._calls, strict=True):
            query = query.replace(f"<{address}>".encode(), f"<{call.iri}>".encode())
        return query

    async def _ask(self, service: str, query: bytes) -> bytes:
        bounds = self._bounds
        self._asked += 1
        if self._asked > bounds.calls:
            raise ServiceFailed(
                service,
                f"The query asks other services more than {bounds.calls} times, the limit here "
                "(service_calls).",
                "service_calls",
                bounds.calls,
            )
        try:
            async with asyncio.timeout(bounds.seconds):
                answered = await self._asker.ask(service, query, self._left)
        except TimeoutError:
            raise ServiceFailed(
                service,
                f"<{service}> took longer than {bounds.seconds:g} s, the limit here "
                "(service_seconds).",
                "service_seconds",
                bounds.seconds,
            ) from None
        if answered is None:
            raise ServiceFailed(
                service,
                f"With <{service}> other services gave this query more than {bounds.megabytes} "
                "MiB, the limit here (service_mb).",
                "service_mb",
                bounds.megabytes,
            )
        self._left -= len(answered)
        return answered


class Remotes:
    """The proxy; ``async with`` opens and closes its port."""

    def __init__(self, settings: Settings, asker: Asker | None = None) -> None:
        self._allowed = frozenset(settings.service_allow)
        self._bounds = _Bounds(
            settings.service_calls, settings.service_seconds, settings.service_mb
        )
        self._asker = asker or Asker(settings)
        self._runs: dict[str, Run] = {}
        self._state = ServerState()
        self._server: asyncio.Server | None = None
        self._seconds = settings.request_seconds

    async def __aenter__(self) -> Remotes:
        """The proxy, which answers."""
        config = uvicorn.Config(
            self._serve,
            interface="asgi3",
            proxy_headers=False,
            lifespan="off",
            http=protocol(self._seconds),
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
        )
        config.load()
        made: Any = config.http_protocol_class
        self._server = await asyncio.get_running_loop().create_server(
            lambda: made(config=config, server_state=self._state, app_state={}), _HOST, 0
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        """Closes the port and what is open through it."""
        for run in list(self._runs.values()):
            run.close()
        if self._server is not None:
            self._server.close()
            for connection in list(self._state.connections):
                connection.shutdown()

    @property
    def port(self) -> int:
        """The port."""
        if self._server is None:
            raise RuntimeError("the proxy is not open")
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def may_ask(self, service: str) -> bool:
        """Whether a service is asked at all."""
        return service in self._allowed

    def asking(self, found: Sequence[Call]) -> Asked:
        """The addresses for a query's calls. Raises: TooLarge if there are too many."""
        if len(found) > self._bounds.calls:
            raise TooLarge(
                f"The query has {len(found):,} SERVICE; {self._bounds.calls} are taken, the limit "
                "here (service_calls)."
            )
        run = Run(found, self.port, self._asker, self._bounds)
        self._runs[run.key] = run
        return Asked(run, self._runs)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a reader's engine; anyone else finds nothing."""
        request = Request(scope, receive)
        key, _, number = request.url.path.removeprefix("/").partition("/")
        run = self._runs.get(key)
        if run is None or not number.isdecimal() or int(number) >= len(run.addresses):
            response = Response("There is nothing here.", 404)
        elif request.method != "POST" or request.headers.get("content-type") != _QUERY:
            response = Response("A query is due.", 415)
        else:
            response = await _passed_on(request, run, int(number))
        await response(scope, receive, send)


class Asked:
    """A run that is known to the proxy until it is closed."""

    def __init__(self, run: Run, runs: dict[str, Run]) -> None:
        self._run = run
        self._runs = runs

    @property
    def addresses(self) -> Sequence[str]:
        """An address for each of its calls."""
        return self._run.addresses

    def why(self, error: PolkuError) -> PolkuError:
        """The error of a service that an error of the query came from; else the error itself."""
        return self._run.why(error)

    def close(self) -> None:
        """Ends what is asked, and makes the addresses lead nowhere."""
        self._runs.pop(self._run.key, None)
        self._run.close()


async def _passed_on(request: Request, run: Run, number: int) -> Response:
    query = b""
    with contextlib.suppress(ClientDisconnect):
        async for piece in request.stream():
            query += piece
            if len(query) > _LONGEST:
                return Response("The query is too long.", 413)
    answered = await run.answer(number, query)
    if answered is None:
        return Response("The service did not answer as it should.", 502)
    return Response(answered, media_type=media.JSON)
