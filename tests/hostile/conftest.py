"""A service with small limits over a graph on which bombs explode."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from app.settings import Settings
from tests.api.conftest import Service, sample, serving
from tests.hostile.cases import CHAIN, CUT, GRAPH, LENGTH, LISTED, Case

__all__ = ["sample"]

SECONDS = 2.0


def limits(data: Path, **changed: object) -> Settings:
    """Small limits: every bomb meets one soon."""
    values: dict[str, object] = {
        "data": data,
        "readers": 3,
        "query_seconds": SECONDS,
        "query_memory_mb": 256,
        "query_rows": 50_000,
        "query_mb": 8,
        "queue_seconds": 120.0,
        "update_seconds": 4.0,
        "request_mb": 4,
        "request_seconds": 3.0,
        "client_burst_seconds": 10_000.0,
        "service_allow": list(LISTED),
        "service_readers": 1,
        **changed,
    }
    return Settings.model_validate(values)


def lengthen(service: Service) -> None:
    """Adds a long chain to the graph."""
    turtle = "".join(
        f"<{CHAIN}{n}> <{CHAIN}next> <{CHAIN}{n + 1}> ; <{CHAIN}label> 'step {n}' .\n"
        for n in range(LENGTH)
    )
    headers = {**service.bearer("admin"), "Content-Type": "text/turtle"}
    put = service.client.put("/graphs", params={"graph": GRAPH}, content=turtle, headers=headers)
    assert put.status_code == 201, put.text


@pytest.fixture(scope="session")
def target(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service that is attacked; it is left as it was."""
    folder = tmp_path_factory.mktemp("attacked") / "data"
    shutil.copytree(sample, folder)
    with serving(limits(folder)) as service:
        lengthen(service)
        yield service


def client(service: Service, address: str) -> httpx.Client:
    """A client that comes from a loopback address of its own."""
    transport = httpx.HTTPTransport(local_address=address)
    return httpx.Client(base_url=service.url, transport=transport, timeout=180)


@dataclass(frozen=True)
class Outcome:
    """What became of a hostile text: a status or ``CUT``, the limit named, bytes received."""

    status: int
    limit: str
    size: int
    said: str


def send(caller: httpx.Client, case: Case, kind: str, headers: dict[str, str]) -> Outcome:
    """What becomes of a case, sent as the body of a POST."""
    text = case.text()
    content = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    asked = caller.stream(
        "POST",
        "/sparql",
        content=content,
        headers={"Accept": case.accept, "Content-Type": f"application/sparql-{kind}", **headers},
    )
    size = 0
    try:
        with asked as answer:
            head = b""
            for piece in answer.iter_bytes():
                size += len(piece)
                head = (head + piece)[:5_000]
            status = answer.status_code
            limit = ""
            if status >= 400:
                assert answer.headers["content-type"] == "application/problem+json", head
                limit = str(json.loads(head).get("limit", ""))
            return Outcome(status, limit, size, head.decode("utf-8", "replace"))
    except httpx.RemoteProtocolError as error:
        return Outcome(CUT, "", size, str(error))
