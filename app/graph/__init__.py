"""The graph behind one port: immutable generations, killable readers, one writer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.graph.embedded import EmbeddedGraph


def index_folder(data: Path, generation: str) -> Path:
    """Where the indexes of a generation lie; generations that differ in decisions share them.

    Raises: NotFound if the generation is not kept, GraphError if it is damaged.
    """
    from app.graph.generations import index_folder as folder

    return folder(data, generation)


def open_graph(data: Path, generation: str | None = None) -> EmbeddedGraph:
    """The current generation of a data folder, or the one named, opened read-only.

    Raises: GraphError if there is none or it cannot be read, NotFound if it is not kept.
    """
    from app.graph.embedded import EmbeddedGraph  # the store is loaded only when asked for

    return EmbeddedGraph(data, generation)
