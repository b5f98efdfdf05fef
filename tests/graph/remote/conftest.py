"""The sample graph in both bodies of the port."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.graph.embedded import EmbeddedGraph
from app.graph.publish import publish
from app.graph.remote.deliver import deliver
from app.graph.remote.graph import RemoteGraph
from app.graph.remote.store import store_of
from app.settings import Settings
from loaders.sample import bundles
from ontology.iris import Minter
from tests.engines import ENGINES, running
from tests.graph.conftest import _MEMORY

COURSE = "https://w3id.org/polku/course/aalto/SAMPLE-DS202"


@dataclass(frozen=True)
class Both:
    """One graph in a data folder and on an engine."""

    engine: str
    settings: Settings
    embedded: EmbeddedGraph
    remote: RemoteGraph


def folder() -> tempfile.TemporaryDirectory[str]:
    """A fresh folder, in memory where there is one."""
    root = _MEMORY if _MEMORY.is_dir() else None
    return tempfile.TemporaryDirectory(prefix="polku-remote-", dir=root)


def published(data: Path) -> None:
    """Publishes the sample graph in a data folder."""
    made = bundles(data / "bundles", Minter())
    publish(data, {bundle.source: bundle for bundle in made}, checked=False)


@pytest.fixture(scope="package", params=ENGINES)
def both(request: pytest.FixtureRequest) -> Iterator[Both]:
    """The sample graph, published and delivered to each engine."""
    engine = str(request.param)
    with contextlib.ExitStack() as stack:
        root = Path(stack.enter_context(folder()))
        url = stack.enter_context(running(engine, root / "engine"))
        settings = Settings(data=root / "data", store=url, store_vendor=engine)
        published(settings.data)
        deliver(settings)
        store = store_of(settings)
        assert store is not None
        remote = stack.enter_context(contextlib.closing(RemoteGraph(store, settings)))
        embedded = stack.enter_context(EmbeddedGraph(settings.data))
        yield Both(engine, settings, embedded, remote)
