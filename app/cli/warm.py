"""Indexes made at the end of a load, so that the service which follows is ready at once."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ENGINES = ("app.paths.service", "app.tagging.service", "app.search.service")
"""Modules whose ``Service`` keeps an index beside the generation; the slowest first."""


def make_indexes(data: Path, generation: str) -> None:
    """Make the indexes of a generation that are not there yet, on two cores."""
    # A fresh interpreter for each: a store that is open must not be forked.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        for done in [pool.submit(_make, name, data, generation) for name in ENGINES]:
            done.result()


def _make(module: str, data: Path, generation: str) -> None:
    import importlib

    from app.graph import index_folder, open_graph

    with open_graph(data, generation) as graph:
        importlib.import_module(module).Service(graph, index_folder(data, generation))
