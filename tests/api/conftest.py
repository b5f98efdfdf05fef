"""A real server on a free port, over the sample graph."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from app.api.security import TokenStore
from app.graph.publish import publish
from app.main import configuration
from app.settings import Settings
from loaders.sample import bundles
from ontology.iris import Minter

DATA_SCIENTIST = "http://data.europa.eu/esco/occupation/258e46f9-0075-4a2e-adae-1ff0477e0f30"
MACHINE_LEARNING = "http://data.europa.eu/esco/skill/3a2d5b45-56e4-4f5a-a55a-4a4a65afdc43"
COURSE = "https://w3id.org/polku/course/aalto/SAMPLE-DS202"
WARM_SECONDS = 60.0


@dataclass(frozen=True)
class Service:
    """A running service: a client for it, its data, and a token of each role."""

    client: httpx.Client
    url: str
    data: Path
    tokens: dict[str, str]

    def bearer(self, role: str) -> dict[str, str]:
        """The header of a caller of the role."""
        return {"Authorization": f"Bearer {self.tokens[role]}"}

    def sparql(self, query: str, accept: str = "text/csv", **parameters: str) -> httpx.Response:
        """The answer to a query."""
        return self.client.get(
            "/sparql", params={"query": query, **parameters}, headers={"Accept": accept}
        )

    def problem(self, response: httpx.Response, status: int) -> dict[str, Any]:
        """The problem document that the response is."""
        assert response.status_code == status, response.text
        assert response.headers["content-type"] == "application/problem+json"
        body: dict[str, Any] = response.json()
        assert body["status"] == status
        assert body["title"] and body["detail"]
        page = self.client.get(body["type"])
        assert page.status_code == 200, f"{body['type']} leads nowhere"
        return body


@contextlib.contextmanager
def serving(settings: Settings, *, tokens: bool = True, warm: bool = False) -> Iterator[Service]:
    """The service on a free port for as long as the block lasts.

    ``warm``: with its engines, which stand; without, it runs none unless the settings say so, as
    starting them takes seconds of the processor.
    """
    if not warm and "engines" not in settings.model_fields_set:
        settings = settings.model_copy(update={"engines": []})
    roles = ("reader", "researcher", "curator", "admin") if tokens else ()
    store = TokenStore(settings.data / "tokens.db")
    held = {role: store.create(role) for role in roles}
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        served = configuration(settings)
        # Servers stand beside one another in one process here; uvloop's loops cannot start
        # processes at the same time.
        served.loop = "asyncio"
        server = uvicorn.Server(served)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{port}"
        try:
            with httpx.Client(base_url=url, timeout=60) as client:
                _wait(lambda: server.started or not thread.is_alive())
                assert server.started, "the service did not start"
                _wait(lambda: not warm or all(client.get("/ready").json()["engines"].values()))
                yield Service(client, url, settings.data, held)
        finally:
            server.should_exit = True
            thread.join(30)


def _wait(done: Callable[[], bool]) -> None:
    """Waits until something is so; fails where it never comes."""
    deadline = time.monotonic() + WARM_SECONDS
    while not done():
        assert time.monotonic() < deadline, "the service did not become ready"
        time.sleep(0.05)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the sample graph; copy it to change it."""
    data = tmp_path_factory.mktemp("sample")
    made = bundles(data / "bundles", Minter())
    publish(data, {bundle.source: bundle for bundle in made}, checked=False)
    return data


@pytest.fixture
def data(sample: Path, tmp_path: Path) -> Path:
    """A data folder of the test's own."""
    folder = tmp_path / "data"
    shutil.copytree(sample, folder)
    return folder


@pytest.fixture(scope="session")
def service(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for every test that leaves it as it was, but for its generation."""
    folder = tmp_path_factory.mktemp("served") / "data"
    shutil.copytree(sample, folder)
    shapes = Path(os.environ.get("POLKU_REAL_DATA", "/nowhere")) / "vocabularies" / "elm"
    settings = Settings(data=folder, elm_shapes=shapes if shapes.is_dir() else None)
    with serving(settings, warm=True) as running:
        yield running
