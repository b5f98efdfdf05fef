"""Where the served graph lies: what the client of the graph has to know of it, and no more."""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager
from typing import Protocol

from app.errors import GraphError, NotFound
from app.graph import generations
from app.graph.publish import publish
from app.settings import Settings
from app.workers.frames import Json


class Body(Protocol):
    """A place that holds the graph.

    Attributes:
        reader: factory of what answers queries in a reader process.
        writer: factory of what carries out edits in the writer process.
        poll_seconds: how soon a generation that another process published is noticed.
        edits_at_once: how many edits may make one generation.
        keeps: whether earlier generations can be asked.
    """

    reader: str
    writer: str
    poll_seconds: float
    edits_at_once: int
    keeps: bool

    async def prepare(self) -> None:
        """Sees to it that there is a generation to read."""
        ...

    async def current(self) -> str:
        """Id of the generation that is current."""
        ...

    async def created(self, generation: str) -> str:
        """When a generation was made, in ISO 8601; "" where that is not known any more."""
        ...

    def holding(self, generation: str) -> AbstractContextManager[object]:
        """Keeps a generation from being swept away while the block runs."""
        ...

    def edits_held(self) -> int:
        """Number of the last edit that the current generation holds."""
        ...

    def config(self, generation: str) -> dict[str, Json]:
        """What a worker has to be told to work on a generation."""
        ...

    def close(self) -> None:
        """Lets go of what it holds open."""
        ...


class DataFolder:
    """The graph in a data folder."""

    reader = "app.graph.reader:make"
    writer = "app.graph.writer:make"
    poll_seconds = 0.25
    edits_at_once = 64
    keeps = True

    def __init__(self, settings: Settings) -> None:
        self._data = settings.data
        self._keep = settings.keep_generations

    async def prepare(self) -> None:
        """An empty folder becomes an empty graph."""
        if await asyncio.to_thread(generations.current, self._data) is None:
            await asyncio.to_thread(publish, self._data, {}, keep=self._keep)

    async def current(self) -> str:
        """Id of the generation that ``CURRENT`` names."""
        return generations.current_id(self._data)

    async def created(self, generation: str) -> str:
        """When a generation was made; "" if it is not kept."""
        try:
            return (await asyncio.to_thread(generations.read, self._data, generation)).created
        except (NotFound, GraphError):
            return ""

    def holding(self, generation: str) -> AbstractContextManager[object]:
        """Keeps a generation from being swept away while the block runs."""
        return generations.holding(self._data, generation)

    def edits_held(self) -> int:
        """Number of the last edit that the current generation holds."""
        generation = generations.current(self._data)
        return generation.edits if generation else 0

    def config(self, generation: str) -> dict[str, Json]:
        """What a worker has to be told to work on a generation."""
        return {"data": str(self._data.absolute()), "generation": generation}

    def close(self) -> None:
        """Does nothing: it holds nothing open."""


def body_of(settings: Settings) -> Body:
    """Where the graph lies that the settings name: the data folder, or a store.

    Raises: BadParameter if the settings name a store that cannot be.
    """
    if not settings.store:
        return DataFolder(settings)
    from app.graph.remote.body import RemoteStore  # its parts are loaded only where there is one

    return RemoteStore(settings)
