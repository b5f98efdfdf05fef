"""The engines: each in killable processes of its own, warm on one generation of the graph.

An engine goes on answering from its generation until its successor is warm on the next.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.api.log import Metrics
from app.errors import Busy, NotHosted
from app.graph.body import body_of
from app.settings import Settings
from app.workers import Json, JsonObject, Pool

logger = logging.getLogger(__name__)

_PAUSE_SECONDS = 5.0
_SETTLE_SECONDS = 1.0
_START_SECONDS = 900.0
"""Longest time that an engine may take to stand: on a graph that is new to it, it first makes
its index, which takes a minute or two and is kept."""


@dataclass
class Engine:
    """One engine.

    Attributes:
        name: what it is called; its factory in ``hosts.py`` is named alike.
        spares: how many processes stand ready beside the one that answers.
        generation: the generation on which it is warm; "" while it is on none.
    """

    name: str
    settings: Settings
    spares: int
    generation: str = ""
    _pool: Pool | None = None
    _warm: asyncio.Event = field(default_factory=asyncio.Event)

    async def follow(self, generation: str) -> None:
        """Warms the engine on a generation; the one before goes on answering meanwhile.

        Raises: PolkuError if it cannot be warmed; it then stays as it was.
        """
        config = body_of(self.settings).config(generation)
        if self._pool is None:
            pool = Pool(
                f"app.api.hosts:{self.name}",
                config,
                1,
                queue_seconds=self.settings.queue_seconds,
                spares=self.spares,
                start_seconds=_START_SECONDS,
            )
            try:
                self._pool = await pool.start()
            except BaseException:
                await pool.close()
                raise
        else:
            await self._pool.switch(config)
        self.generation = generation
        self._warm.set()

    async def call(self, method: str, timeout: float, asked: JsonObject) -> Json:
        """What the engine's method answers.

        Raises: NotHosted if it is not among those that run here; Busy if it is not warm in time or
        at work for others; LimitReached past ``timeout`` seconds; PolkuError as the engine raised
        it.
        """
        if self.name not in self.settings.engines:
            raise NotHosted(
                f"The {self.name} engine does not run in this process (POLKU_ENGINES). /ready "
                "lists those that do."
            )
        try:
            async with asyncio.timeout(self.settings.queue_seconds):
                await self._warm.wait()
        except TimeoutError:
            raise Busy(
                f"The {self.name} engine is not ready: it is warming up, or no graph is published "
                "yet (polku load). /ready tells.",
                retry_after=5,
            ) from None
        if self._pool is None:
            raise Busy("The service is stopping.")
        return await self._pool.call(method, asked, timeout, limit="path_seconds")

    async def close(self) -> None:
        """Ends the engine's processes."""
        self._warm.clear()
        if self._pool is not None:
            await self._pool.close()
            self._pool = None


class Engines:
    """All engines, following the graph together."""

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        # A path is killed at its time limit, so that one more stands ready.
        self.search = Engine("search", settings, spares=0)
        self.paths = Engine("paths", settings, spares=1)
        self.tagging = Engine("tagging", settings, spares=0)
        self._metrics = metrics
        self._task: asyncio.Task[None] | None = None
        self._wanted = ""
        self._followed = False
        self._changed = asyncio.Event()

    @property
    def all(self) -> Sequence[Engine]:
        """The engines that run here, the quickest to warm first."""
        known = (self.search, self.paths, self.tagging)
        return [engine for engine in known if engine.name in engine.settings.engines]

    def start(self) -> None:
        """Begins to follow; returns at once."""
        self._task = asyncio.create_task(self._run(), name="engines")

    def follow(self, generation: str) -> None:
        """Has every engine warm on the generation as soon as it can be; returns at once."""
        self._wanted = generation
        self._changed.set()

    async def close(self) -> None:
        """Ends every engine."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        for engine in self.all:
            await engine.close()

    async def _run(self) -> None:
        while True:
            await self._changed.wait()
            # Edits often come one after another: one warming serves them all.
            await asyncio.sleep(_SETTLE_SECONDS if self._followed else 0)
            self._followed = True
            self._changed.clear()
            behind = [engine for engine in self.all if engine.generation != self._wanted]
            # A group, once cancelled, waits for all its tasks; `gather` only for the first of them.
            async with asyncio.TaskGroup() as group:
                warming = [group.create_task(self._warm(one, self._wanted)) for one in behind]
            if not all(task.result() for task in warming):
                # Something may pass that has gone wrong now; a newer generation is tried at once.
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), _PAUSE_SECONDS)
                self._changed.set()

    async def _warm(self, engine: Engine, generation: str) -> bool:
        started = asyncio.get_running_loop().time()
        try:
            await engine.follow(generation)
        except Exception as error:
            # Whatever one engine fails on, the others and the next generation go on.
            logger.exception(
                "an engine could not be warmed",
                extra={"engine": engine.name, "generation": generation, "reason": str(error)},
            )
            return False
        seconds = asyncio.get_running_loop().time() - started
        self._metrics.warm.labels(engine.name).set(1)
        logger.info(
            "engine warm",
            extra={"engine": engine.name, "generation": generation, "seconds": round(seconds, 2)},
        )
        return True
