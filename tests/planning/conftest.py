"""The small network of the tests of paths, and a service of design on it."""

from __future__ import annotations

import pytest

from app.paths.service import Service as Paths
from app.planning.service import Service
from tests.paths.conftest import network, service

__all__ = ["network", "service"]


@pytest.fixture(scope="session")
def designer(service: Paths) -> Service:
    """A service of design on the network, on a fixed day."""
    return Service(service)
