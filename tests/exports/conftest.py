"""The facts of the sample graph, and of the real one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from app.exports.catalogue import every
from app.exports.facts import Facts
from app.graph import open_graph
from app.graph.publish import publish
from loaders.sample import bundles
from ontology.iris import Minter


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the sample graph."""
    data = tmp_path_factory.mktemp("sample")
    made = bundles(data / "bundles", Minter())
    publish(data, {bundle.source: bundle for bundle in made}, checked=False)
    return data


@pytest.fixture(scope="session")
def sampled(sample: Path) -> Sequence[Facts]:
    """Every course and micro-credential of the sample, machines' suggestions accepted."""
    with open_graph(sample) as graph:
        return list(every(graph, suggested=True))
