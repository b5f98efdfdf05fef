"""Merging: a load leaves files that overlap, and soon an edit would wait until they are merged.

A store takes some fourteen edits after a load; the next one waits until the engine has merged
the files of the whole graph, 18 s where it holds three million quads. Done once beside the edits,
on a checkpoint that no one reads yet, no edit waits.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from app.graph import generations, publish
from app.graph.generations import Generation
from ontology.iris import Minter

logger = logging.getLogger(__name__)

LARGE: Final = 2**26
"""Bytes from which a store's files take longer to merge than an edit may."""


def due(generation: Generation) -> bool:
    """Whether an edit would have to wait for the generation's files to be merged."""
    if generation.merged:
        return False
    return sum(file.stat().st_size for file in generation.store.glob("*.sst")) >= LARGE


def merge(
    data: Path,
    start: Generation,
    *,
    descends: Callable[[Generation], bool],
    keep: int,
    wait_seconds: float,
) -> Generation | None:
    """A generation that says what the current one says, on merged files; current from now on.

    None, and nothing changed, if by the end the current one no longer ``descends`` from
    ``start`` by edits alone. Edits go on meanwhile, but for the last moment.
    Raises: as ``publish`` does.
    """
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(generations.building(data))
        stack.enter_context(generations.holding(data, start.id))
        publish.branch(start, folder / "store")
        publish.change(folder / "store", ox.Store.optimize)
        stack.enter_context(generations.write_lock(data, wait_seconds=wait_seconds))
        latest = generations.current(data)
        if latest is None or not descends(latest):
            return None
        new = generations.new_id(data)
        generation = replace(
            latest,
            id=new,
            parent=latest.id,
            created=publish.now(),
            reason="merge",
            merged=True,
            folder=generations.generations_folder(data) / new,
        )

        def finish(store: ox.Store) -> None:
            if latest.id != start.id:
                publish.take_over(latest, store, Minter(generation.base))
            publish.refresh_identity(store, generation)

        publish.change(folder / "store", finish)
        publish.confirm(folder / "store")
        generations.publish_folder(data, generation, folder)
        unneeded = generations.sweep(data, keep)
    generations.discard(unneeded)
    logger.info(
        "files merged",
        extra={"generation": new, "seconds": round(time.monotonic() - began, 3)},
    )
    return generation
