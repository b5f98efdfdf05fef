"""What a reader that may ask others can reach, whatever its engine is given: one port of ours."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.errors import Forbidden, PolkuError
from app.graph import generations
from app.workers import Worker
from tests.api.conftest import sample
from tests.federation.servers import Server, plain, serving

__all__ = ["sample"]


@pytest.fixture
def servers() -> Iterator[tuple[Server, Server]]:
    """The one that the reader may reach, and another."""
    with serving() as ours, serving() as other:
        ours.replies["/key/0"] = other.replies["/key/0"] = plain
        yield ours, other


def run(
    data: Path, port: int | None, work: Callable[[Worker], Coroutine[Any, Any, bytes]]
) -> bytes:
    """What the work gives with a reader that may reach a port, or nothing."""
    held = {} if port is None else {"port": port}

    async def with_reader() -> bytes:
        worker = await Worker.start(
            "app.graph.reader:make",
            {"data": str(data), "generation": generations.current_id(data), **held},
        )
        try:
            return await work(worker)
        finally:
            await worker.close()

    return asyncio.run(with_reader())


async def query(worker: Worker, text: str, services: list[str]) -> bytes:
    answer = await worker.stream(
        "query",
        {"query": text, "format": "csv", "rows": 10, "megabytes": 1, "services": [*services]},
        30,
    )
    return b"".join([piece async for piece in answer])


def asking(server: Server) -> tuple[str, str]:
    """A query that asks a server, and the address that it names."""
    address = f"{server.url}/key/0"
    return f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}", address


def port(server: Server) -> int:
    return int(server.url.rpartition(":")[2])


def test_a_reader_reaches_its_port(sample: Path, servers: tuple[Server, Server]) -> None:
    ours, _ = servers
    text, address = asking(ours)
    assert b"x" in run(sample, port(ours), lambda reader: query(reader, text, [address]))
    assert len(ours.asked) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="the wall is Linux's")
def test_a_reader_s_engine_can_reach_no_other_port_and_other_readers_none(
    sample: Path, servers: tuple[Server, Server]
) -> None:
    ours, other = servers
    text, address = asking(other)
    for reachable in (port(ours), None):
        # Even a query that was written for another address, by mistake or by a hole above.
        with pytest.raises(PolkuError):
            run(sample, reachable, lambda reader: query(reader, text, [address]))
    assert other.asked == []


def test_a_reader_refuses_what_names_another_address_than_it_was_told(
    sample: Path, servers: tuple[Server, Server]
) -> None:
    ours, other = servers
    text, _ = asking(other)
    for services in ([f"{ours.url}/key/0"], []):
        with pytest.raises(Forbidden):
            run(sample, port(ours), lambda reader, s=services: query(reader, text, s))  # type: ignore[misc]
    assert other.asked == [] and ours.asked == []
