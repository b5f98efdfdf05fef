"""Queries that ask other services: readers of their own, which reach these through us alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Protocol

from app.errors import PolkuError
from app.graph.lexer import inspect
from app.graph.services import Call, calls, rewritten
from app.workers import Answer, JsonObject, Pool, Ticket


class Asking(Protocol):
    """One query at work: the addresses that stand for its services while it lasts."""

    @property
    def addresses(self) -> Sequence[str]:
        """An address for each of its calls."""

    def why(self, error: PolkuError) -> PolkuError:
        """The error of a service that an error of the query came from; else the error itself."""

    def close(self) -> None:
        """Ends what is asked, and makes the addresses lead nowhere."""


class Remotes(Protocol):
    """Other services, as readers may reach them: through a port of this machine."""

    @property
    def port(self) -> int:
        """The port."""

    def may_ask(self, service: str) -> bool:
        """Whether a service is asked at all."""

    def asking(self, found: Sequence[Call]) -> Asking:
        """The addresses for a query's calls. Raises: TooLarge if there are too many."""


class Federating:
    """The readers whose queries ask other services."""

    def __init__(self, remotes: Remotes, pool: Callable[[JsonObject], Pool]) -> None:
        self._remotes = remotes
        self._make = pool
        self._pool: Pool | None = None

    async def start(self, config: JsonObject) -> None:
        """Starts the readers on what the config names."""
        self._pool = await self._make(self._config(config)).start()

    async def switch(self, config: JsonObject) -> None:
        """Makes the readers follow a change."""
        if self._pool is not None:
            await self._pool.switch(self._config(config))

    async def close(self) -> None:
        """Stops the readers."""
        if self._pool is not None:
            await self._pool.close()

    def takes(self, text: str) -> bool:
        """Whether a query asks other services. Raises: as ``inspect``."""
        return "SERVICE" in text.upper() and inspect(text, services=True).services

    async def stream(
        self,
        asked: JsonObject,
        seconds: float,
        ticket: Ticket | None,
        config: JsonObject | None,
    ) -> Answer:
        """The answer to a query, as of ``Pool.stream``.

        Raises: Forbidden, BadQuery and TooLarge for what its SERVICE names; ServiceFailed, here
        or from the answer, and what ``Pool.stream`` raises.
        """
        if self._pool is None:
            raise PolkuError("There are no readers for it.")
        text, base = str(asked["query"]), asked.get("base")
        found = calls(text, str(base) if base else None, self._remotes.may_ask)
        asking = self._remotes.asking(found)
        try:
            addresses = list(asking.addresses)
            answer = await self._pool.stream(
                "query",
                {
                    **asked,
                    "query": rewritten(text, found, addresses.__getitem__),
                    "services": [*addresses],
                },
                seconds,
                ticket=ticket,
                config=self._config(config) if config else None,
            )
        except PolkuError as error:
            asking.close()
            raise asking.why(error) from None
        except BaseException:
            asking.close()
            raise

        async def pieces() -> AsyncIterator[bytes]:
            try:
                async for piece in answer:
                    yield piece
            except PolkuError as error:
                raise asking.why(error) from None

        async def closed() -> None:
            asking.close()
            await answer.aclose()

        return Answer(answer.head, pieces(), closed)

    def _config(self, config: JsonObject) -> JsonObject:
        return {**config, "port": self._remotes.port}


__all__ = ["Asking", "Federating", "Remotes"]
