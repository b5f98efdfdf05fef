"""A data folder with the sample graph."""

from __future__ import annotations

from pathlib import Path

import pytest

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
