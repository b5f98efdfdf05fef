"""The graph as the service sees it: queries to killable readers, edits to a killable writer.

The service itself opens no store. It follows the current generation, which other processes may
move too; readers change over between two queries, and running queries finish on what they began
with. Where the graph lies is its body's matter (``body.py``).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import orjson

from app.errors import Busy, GraphError, Overflowed, PolkuError, TooLarge
from app.graph.body import body_of
from app.graph.federating import Federating, Remotes
from app.graph.lexer import Outline
from app.graph.outlines import sent
from app.settings import Settings
from app.workers import Answer, Buckets, Json, JsonObject, Pool, Share, Ticket, Worker
from app.workers.frames import error_of

logger = logging.getLogger(__name__)

_WRITER_MEMORY_MB: Final = 2048
_MOST_WAITING = 256


@dataclass
class _Pending:
    edit: JsonObject
    outcome: asyncio.Future[tuple[str, Json]]


class GraphClient:
    """One data folder, served; ``async with`` starts and stops its processes.

    ``remotes``: how queries may ask other services; without it none does.
    """

    def __init__(self, settings: Settings, remotes: Remotes | None = None) -> None:
        self._settings = settings
        self._body = body_of(settings)
        self._generation = ""
        self._readers: Pool | None = None
        self.used = Buckets(settings.client_burst_seconds, settings.client_refill)
        """What each client has used of the readers of late."""
        self._federating = Federating(remotes, self._federating_pool) if remotes else None
        self._writer: Worker | None = None
        self._pending: list[_Pending] = []
        self._edits_waiting = asyncio.Event()
        self._look = asyncio.Event()
        self._changed = asyncio.Condition()
        self._following = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> GraphClient:
        """The client, its readers warm; an empty folder becomes an empty graph.

        Raises: GraphError if the graph cannot be read.
        """
        await self._body.prepare()
        generation = await self._body.current()
        self._readers = await Pool(
            self._body.reader,
            self._config(generation),
            self._settings.readers,
            memory_mb=self._settings.query_memory_mb,
            queue_seconds=self._settings.queue_seconds,
            in_place=True,
            share=Share(_queries_at_once(self._settings), self._settings.client_waiting),
            buckets=self.used,
            short_seconds=self._settings.short_seconds,
        ).start()
        if self._federating:
            await self._federating.start(self._config(generation))
        self._generation = generation
        self._tasks = [
            asyncio.create_task(self._follow(), name="follow CURRENT"),
            asyncio.create_task(self._write(), name="write edits"),
        ]
        return self

    async def close(self) -> None:
        """Stops every process; edits that are not acknowledged yet are refused."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        for pending in self._pending:
            if not pending.outcome.done():
                pending.outcome.set_exception(Busy("The service is stopping."))
        self._pending = []
        if self._readers:
            await self._readers.close()
        if self._federating:
            await self._federating.close()
        if self._writer:
            await self._writer.close()
        self._body.close()

    async def __aenter__(self) -> GraphClient:
        """The client, started."""
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        """Stops every process."""
        await self.close()

    @property
    def generation(self) -> str:
        """Id of the generation that queries are answered from."""
        return self._generation

    @property
    def keeps(self) -> bool:
        """Whether earlier generations can be asked."""
        return self._body.keeps

    @property
    def waiting(self) -> int:
        """How many queries wait for a reader."""
        return self._readers.waiting if self._readers else 0

    @property
    def running(self) -> int:
        """How many queries a reader is at work for."""
        return self._readers.running if self._readers else 0

    async def created(self) -> str:
        """When the generation in use was made, in ISO 8601; "" where that is not known."""
        return await self._body.created(self._generation)

    async def next_generation(self, after: str) -> str:
        """The generation in use as soon as it is another than ``after``."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._generation != after)
            return self._generation

    def notify(self) -> None:
        """Looks at once whether there is a new generation."""
        self._look.set()

    async def query(
        self,
        text: str,
        *,
        accept: str | None = None,
        format: str | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        strict: bool | None = None,
        ticket: Ticket | None = None,
        base: str | None = None,
        generation: str | None = None,
        outline: Outline | None = None,
    ) -> tuple[dict[str, Json], Answer]:
        """A query's head (``mediaType``, ``kind``, ``generation``) and its answer in pieces.

        ``accept`` is an Accept header, ``format`` a short name such as ``csv``, which wins.
        ``strict``: whether the default graph is the unnamed one alone; None: as the settings say.
        ``ticket``: whose query it is, and what it can be ended by.
        ``base``: what relative IRIs are resolved against.
        ``generation``: a kept generation to ask instead of the current one.
        ``outline``: what ``inspect`` saw of the text, if it has read it.
        Close the answer if it is left before its end: its reader is killed then.
        Raises: BadQuery, Forbidden, TooLarge, NotAcceptable, BadParameter, Busy, TooMuch;
        NotFound if the generation is not kept; ServiceFailed; LimitReached, or what the ticket is ended with, here or from the answer.
        """
        if self._readers is None:
            raise GraphError("The graph is not open yet.")
        settings = self._settings
        asked: JsonObject = {
            "query": text,
            "outline": sent(text, outline),
            "accept": accept,
            "format": format,
            "defaultGraphs": list(default_graphs),
            "namedGraphs": list(named_graphs),
            "strict": settings.default_graph == "strict" if strict is None else strict,
            "base": base,
            "rows": settings.query_rows,
            "megabytes": settings.query_mb,
        }
        config = self._config(generation) if generation else None
        try:
            if self._federating and self._federating.takes(text):
                answer = await self._federating.stream(
                    asked, settings.query_seconds, ticket, config
                )
            else:
                answer = await self._readers.stream(
                    "query", asked, settings.query_seconds, ticket=ticket, config=config
                )
        except Overflowed:
            raise _too_complex() from None
        return answer.head, answer

    async def update(self, text: str) -> str:
        """Id of the generation that holds a SPARQL update; queries see it from now on.

        Raises: BadQuery, Forbidden, TooLarge; LimitReached past ``update_seconds``; Busy.
        """
        generation, _ = await self.edit({"kind": "update", "text": text})
        return generation

    async def edit(self, edit: JsonObject) -> tuple[str, Json]:
        """Id of the generation that holds an edit, and the edit's result (see ``writer.py``).

        Raises: what the edit was refused for; LimitReached past ``update_seconds``; Busy.
        """
        if len(self._pending) >= _MOST_WAITING:
            raise Busy(f"{_MOST_WAITING} edits wait already. Try again.", retry_after=2)
        pending = _Pending(edit, asyncio.get_running_loop().create_future())
        self._pending.append(pending)
        self._edits_waiting.set()
        generation, result = await pending.outcome
        await self._catch_up()
        return generation, result

    def _federating_pool(self, config: JsonObject) -> Pool:
        """Readers for queries that ask other services: those that ask none never wait for these."""
        settings = self._settings
        readers = settings.service_readers
        return Pool(
            "app.graph.reader:make",
            config,
            readers,
            memory_mb=settings.query_memory_mb,
            queue_seconds=settings.queue_seconds,
            in_place=True,
            spares=0,
            share=Share(max(1, readers - 1), settings.client_waiting),
            buckets=self.used,
        )

    def _config(self, generation: str) -> dict[str, Json]:
        return {
            **self._body.config(generation),
            "memory_mb": self._settings.query_memory_mb,
        }

    # Following CURRENT.

    async def _follow(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._body.poll_seconds):
                    await self._look.wait()
            self._look.clear()
            try:
                await self._catch_up()
            except PolkuError as error:
                logger.error(
                    "the current generation cannot be followed", extra={"error": error.detail}
                )
                await asyncio.sleep(1)

    async def _catch_up(self) -> None:
        async with self._following:
            generation = await self._body.current()
            if generation == self._generation or self._readers is None:
                return
            # Holding it keeps it from being swept before the readers do.
            with self._body.holding(generation):
                await self._readers.switch(self._config(generation))
                if self._federating:
                    await self._federating.switch(self._config(generation))
            async with self._changed:
                self._generation = generation
                self._changed.notify_all()
            logger.info("generation followed", extra={"generation": generation})

    # Writing.

    async def _write(self) -> None:
        while True:
            await self._edits_waiting.wait()
            self._edits_waiting.clear()
            while self._pending:
                batch = self._pending[: self._body.edits_at_once]
                del self._pending[: self._body.edits_at_once]
                batch = [one for one in batch if not one.outcome.done()]  # their client has left
                try:
                    await self._write_batch(batch)
                except asyncio.CancelledError:
                    for one in batch:
                        if not one.outcome.done():
                            one.outcome.set_exception(Busy("The service is stopping."))
                    raise

    async def _write_batch(self, batch: list[_Pending]) -> None:
        """Answers each edit of a batch; one that kills the writer is found by writing singly."""
        if not batch:
            return
        held = self._body.edits_held()
        try:
            answer = await self._apply([one.edit for one in batch])
        except PolkuError as error:
            # What ended as it was published must not be written a second time.
            alone = len(batch) == 1 or isinstance(error, Busy | GraphError)
            if alone or self._body.edits_held() != held:
                for one in batch:
                    _fail(one, error)
                return
            for one in batch:
                await self._write_batch([one])
            return
        outcomes = answer["outcomes"]
        if not isinstance(outcomes, list):
            raise TypeError("outcomes are a list")
        for one, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, dict) and "error" in outcome:
                _fail(one, error_of(orjson.dumps(outcome["error"])))
            elif isinstance(outcome, dict) and not one.outcome.done():
                one.outcome.set_result((str(answer["generation"]), outcome["result"]))

    async def _apply(self, edits: list[JsonObject]) -> dict[str, Json]:
        if self._writer is None or not self._writer.ready:
            if self._writer is not None:
                await self._writer.close()
            self._writer = await Worker.start(
                self._body.writer,
                {
                    **self._body.config(self._generation),
                    "keep": self._settings.keep_generations,
                },
                memory_mb=_WRITER_MEMORY_MB,
            )
        try:
            answer = await self._writer.call(
                "apply",
                {"edits": [dict(edit) for edit in edits]},
                self._settings.update_seconds,
                limit="update_seconds",
            )
        except Overflowed:
            raise _too_complex() from None
        if not isinstance(answer, dict):
            raise TypeError("an answer is an object")
        return answer


def _queries_at_once(settings: Settings) -> int:
    """Queries of one client that run at once: unless it is set, no client takes every reader."""
    return settings.client_queries or max(1, settings.readers - 1)


def _too_complex() -> TooLarge:
    """The refusal of what overflowed the engine's stack: its parser calls itself for each part."""
    return TooLarge(
        "It is more than the engine can take: a chain of too many operators, list members or "
        "alternatives. Shorten it; values are better given with VALUES."
    )


def _fail(pending: _Pending, error: PolkuError) -> None:
    if not pending.outcome.done():
        pending.outcome.set_exception(error)
