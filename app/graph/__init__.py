"""The graph behind one port: immutable generations, killable readers, one writer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.graph.embedded import EmbeddedGraph
    from app.graph.port import Graph
    from app.workers.frames import JsonObject


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


def opened(config: JsonObject) -> tuple[Graph, Path]:
    """The graph that a worker's config names, and where its indexes lie.

    Raises: GraphError or NotFound if it cannot be read; Busy if a store does not answer.
    """
    data, generation = Path(str(config["data"])), str(config["generation"])
    if "store" not in config:
        return open_graph(data, generation), index_folder(data, generation)
    from app.graph.remote.bodies import store_in
    from app.graph.remote.graph import RemoteGraph

    store = store_in(config)
    if store is None:
        raise ValueError("a store is an object")
    graph = RemoteGraph(store)
    return graph, data / "index" / graph.content
