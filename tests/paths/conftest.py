"""The small network, published once, and a service on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from app.graph import open_graph
from app.graph.embedded import EmbeddedGraph
from app.paths.service import Service
from tests.paths import catalogue

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="session")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedGraph]:
    """The graph of the small network."""
    with open_graph(catalogue.published(tmp_path_factory.mktemp("network"))) as graph:
        yield graph


@pytest.fixture(scope="session")
def service(network: EmbeddedGraph) -> Service:
    """A service on it, on a fixed day."""
    return Service(network, today=lambda: TODAY)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for an index."""
    return tmp_path / "index"
