"""The graph on a store, as the client of the graph knows it."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from contextlib import AbstractContextManager
from typing import Final

from app.errors import BadParameter
from app.graph.remote.bodies import config_of
from app.graph.remote.graph import loaded
from app.graph.remote.http import Connection
from app.graph.remote.store import store_of
from app.settings import Settings
from app.workers.frames import Json

_POLL_TIMEOUT: Final = 10.0
_INDEXES_KEPT: Final = 2


class RemoteStore:
    """The graph on a store; replicas keep nothing but indexes, which they make anew."""

    reader = "app.graph.remote.reader:make"
    writer = "app.graph.remote.writer:make"
    edits_at_once = 1
    keeps = False

    def __init__(self, settings: Settings) -> None:
        store = store_of(settings)
        if store is None:
            raise BadParameter("store", "POLKU_STORE names no store.")
        self.poll_seconds = settings.store_poll_seconds
        self._settings = settings
        self._store = store
        self._connection = Connection(store, settings, _POLL_TIMEOUT)
        self._made = ("", "")

    async def prepare(self) -> None:
        """Sees to it that the store answers and holds a graph.

        Raises: Busy if it does not answer; GraphError if it holds none.
        """
        self._settings.data.mkdir(parents=True, exist_ok=True)
        await self.current()

    async def current(self) -> str:
        """Id of the generation that the store names."""
        now = await asyncio.to_thread(loaded, self._connection)
        await asyncio.to_thread(self._sweep, now.content)
        self._made = (now.generation, now.created)
        return now.generation

    async def created(self, generation: str) -> str:
        """When the generation that the store last named was made; "" of any other."""
        named, created = self._made
        return created if named == generation else ""

    def holding(self, generation: str) -> AbstractContextManager[object]:
        """Nothing: a store keeps one generation."""
        return contextlib.nullcontext(generation)

    def edits_held(self) -> int:
        """Nothing to tell edits by: each is written alone, so that none is tried again."""
        return 0

    def config(self, generation: str) -> dict[str, Json]:
        """What a worker has to be told to work on the store."""
        return {
            "data": str(self._settings.data.absolute()),
            "generation": generation,
            "seconds": self._settings.query_seconds,
            **config_of(self._store),
        }

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()

    def _sweep(self, content: str) -> None:
        """Removes indexes of what the store held long ago; no one reads them any more."""
        folder = self._settings.data / "index"
        if (self._settings.data / "CURRENT").exists() or not folder.is_dir():
            return  # where a folder is loaded from, loading sweeps
        others = [one for one in folder.iterdir() if one.name != content]
        for one in sorted(others, key=lambda path: path.stat().st_mtime)[
            : 1 - _INDEXES_KEPT or None
        ]:
            shutil.rmtree(one, ignore_errors=True)
