"""What every route is given: settings, the graph, the engines, the tokens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from fastapi import Request

from app.api.cache import Cache, key_of
from app.api.clients import SERVICE, Client
from app.api.engines import Engines
from app.api.entries import Entries
from app.api.log import Metrics
from app.api.results import Solutions, read
from app.api.security import TokenStore
from app.errors import Busy, LimitReached, PolkuError, StoreSilent, TooMuch
from app.graph import media
from app.graph.client import GraphClient
from app.graph.lexer import Outline
from app.settings import Settings
from app.workers import Answer, Json, JsonObject, Ticket
from ontology.ntriples import iri

_MOST_REMEMBERED = 256
_LONGEST_HOST = 512


@dataclass(frozen=True)
class Edited:
    """An edit that holds: from which generation on, and what it gave."""

    generation: str
    result: Json


@dataclass
class Context:
    """One app's parts, and for whom they work: the service itself, or one request's client."""

    settings: Settings
    tokens: TokenStore
    metrics: Metrics
    graph: GraphClient
    engines: Engines
    cache: Cache
    client: Client = SERVICE
    entries: Entries = field(default_factory=Entries)
    _remembered: dict[tuple[str, str], asyncio.Task[str]] = field(default_factory=dict)

    @property
    def generation(self) -> str:
        """The id of the generation that is served."""
        return self.graph.generation

    async def answer(
        self,
        query: str,
        media_type: str,
        default: Sequence[str] = (),
        named: Sequence[str] = (),
        *,
        strict: bool | None = None,
        base: str | None = None,
        generation: str | None = None,
        outline: Outline | None = None,
    ) -> Answer:
        """The streamed answer to a query; its head names the generation.

        ``strict``: whether the default graph is the one without a name; if left out, the
        settings say. ``base``: what relative IRIs are resolved against. ``generation``: a kept
        one to ask instead of the current one. ``outline``: what ``inspect`` saw of the query.
        Raises: BadQuery, Forbidden, Busy, LimitReached; TooMuch if the client's share is used
        up; Ended; NotFound if the generation is not kept.
        """
        ticket = Ticket(self.client.key, bounded=self.client is not SERVICE)
        entry = self.entries.add(ticket, query)
        try:
            if self.client.bounded:
                self.graph.used.admit(self.client.key)
            _, answer = await self.graph.query(
                query,
                accept=media_type,
                default_graphs=default,
                named_graphs=named,
                strict=strict,
                base=base,
                generation=generation,
                outline=outline,
                ticket=ticket,
            )
        except BaseException as error:
            self.entries.remove(entry)
            self._count(error)
            raise
        if answer.content is not None:
            self.entries.remove(entry)
            return answer

        async def pieces() -> AsyncIterator[bytes]:
            try:
                async for piece in answer:
                    yield piece
            except PolkuError as error:
                self._count(error)
                raise

        async def closed() -> None:
            self.entries.remove(entry)
            await answer.aclose()

        return Answer(answer.head, pieces(), closed, ended=ticket.ended)

    def _count(self, error: BaseException) -> None:
        if isinstance(error, LimitReached | TooMuch):
            self.metrics.stopped.labels(error.limit).inc()
        elif isinstance(error, StoreSilent):
            self.metrics.stopped.labels("store").inc()
        elif isinstance(error, Busy):
            self.metrics.stopped.labels("queue_seconds").inc()

    async def solve(self, query: str) -> Solutions:
        """The solutions of one of our own SELECT queries, over all graphs.

        Raises: Busy, LimitReached, TooMuch, Ended.
        """
        return read(*await self._solved(query))

    async def solve_kept(self, query: str) -> Solutions:
        """The same, given again where it was asked before on this generation.

        Raises: Busy, LimitReached, TooMuch, Ended.
        """
        key = key_of(self.generation, "solve", query)
        content, generation = self.cache.get(key), self.generation
        if content is None:
            content, generation = await self._solved(query)
            self.cache.keep(key_of(generation, "solve", query), content)
        return read(content, generation)

    async def _solved(self, query: str) -> tuple[bytes, str]:
        """A SELECT's solutions as JSON, and the generation that they are of."""
        answer = await self.answer(query, media.JSON, strict=False)
        content = b"".join([piece async for piece in answer])
        return content, str(answer.head["generation"])

    async def holds(self, ask: str) -> bool:
        """The answer to an ASK of our own, asked once for each generation."""

        async def asked(service: Context) -> str:
            return str(await service.asks(ask))

        return await self.once(ask, asked) == "True"

    async def asks(self, ask: str, generation: str | None = None) -> bool:
        """The answer to an ASK of our own that its client has a part in, asked each time."""
        answer = await self.answer(ask, media.CSV, strict=False, generation=generation)
        return b"".join([piece async for piece in answer]).strip() == b"true"

    async def once(self, key: str, make: Callable[[Context], Awaitable[str]]) -> str:
        """What ``make`` gives, made once for each generation however many ask at a time.

        It is given the context to ask with: it works for all, so no one's share is charged.
        """
        place = (self.generation, key)
        task = self._remembered.get(place)
        if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
            task = asyncio.ensure_future(_awaited(make, replace(self, client=SERVICE)))
            self._forget_some()
            self._remembered[place] = task
        return await asyncio.shield(task)

    async def edit(self, edit: JsonObject) -> Edited:
        """What became of an edit (see ``app/graph/writer.py``); queries see it from now on.

        Raises: what it was refused for; LimitReached past ``update_seconds``; Busy.
        """
        try:
            generation, result = await self.graph.edit(edit)
        except (LimitReached, StoreSilent) as error:
            self._count(error)
            raise
        return Edited(generation, result)

    def _forget_some(self) -> None:
        """Drops what belongs to other generations, and the oldest where there is too much."""
        for place in [one for one in self._remembered if one[0] != self.generation]:
            del self._remembered[place]
        while len(self._remembered) >= _MOST_REMEMBERED:
            del self._remembered[next(iter(self._remembered))]


async def _awaited(make: Callable[[Context], Awaitable[str]], service: Context) -> str:
    return await make(service)


def context(request: Request) -> Context:
    """The parts of the app that answers the request, at work for the request's client."""
    shared: Context = request.app.state.context
    request.state.generation = shared.generation
    # As ``replace`` would make it, which takes far longer.
    here = object.__new__(Context)
    vars(here).update(vars(shared), client=request.state.client)
    return here


def root(request: Request) -> str:
    """Where the service stands as its client sees it; ends in a slash.

    The Host header is the client's to choose: one that no IRI could hold is not repeated.
    """
    scope = request.scope
    hosts = [value for name, value in scope["headers"] if name == b"host"][:1]
    path = scope.get("app_root_path", scope.get("root_path", ""))
    make = _root if len(path) + sum(map(len, hosts)) <= _LONGEST_HOST else _root.__wrapped__
    return make(scope["scheme"], tuple(hosts), scope.get("server"), path)


@lru_cache(maxsize=256)
def _root(
    scheme: str, hosts: tuple[bytes, ...], server: tuple[str, int | None] | None, path: str
) -> str:
    headers = [(b"host", host) for host in hosts]
    scope = {"type": "http", "scheme": scheme, "server": server, "headers": headers}
    stated = str(Request({**scope, "path": "/", "root_path": path}).base_url)
    try:
        iri(stated)
    except ValueError:
        return "http://localhost/"
    return stated
