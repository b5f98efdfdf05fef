"""How a store travels in the config of a worker process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from app.graph.remote.store import Store
from app.workers.frames import Json


def config_of(store: Store) -> dict[str, Json]:
    """The store as a config has it; no secret is among it."""
    return {"store": {name: str(value) for name, value in asdict(store).items()}}


def store_in(config: Mapping[str, Json]) -> Store | None:
    """The store that a config names; None where the graph lies in the data folder."""
    named = config.get("store")
    return (
        Store(**{name: str(value) for name, value in named.items()})
        if isinstance(named, Mapping)
        else None
    )
