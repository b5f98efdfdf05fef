"""The port's embedded body: one immutable generation, opened read-only in this process.

It bounds nothing: what runs on it are our own queries. A stranger's query runs in a reader
process (``reader.py``), which can be killed.
"""

from __future__ import annotations

import os
from pathlib import Path

import pyoxigraph as ox

from app.errors import BadQuery, GraphError
from app.graph import generations
from app.graph.generations import Generation
from app.graph.solved import Solved


def open_store(generation: Generation) -> ox.Store:
    """The generation's store, read-only.

    Raises: GraphError if it cannot be opened.
    """
    try:
        return ox.Store.read_only(str(generation.store))
    except OSError as error:
        raise GraphError(
            f"Generation {generation.id} cannot be opened ({error}). "
            "Choose another of `polku generations` with `polku rollback GENERATION`."
        ) from error


class EmbeddedGraph(Solved):
    """A generation for reading; the default graph is the union of all its graphs.

    A graph that stands for long keeps its generation from being swept away; ``close`` lets go.
    """

    def __init__(self, data: Path, generation: str | None = None) -> None:
        self.info, self._held = generations.hold(data, generation)
        try:
            self.store = open_store(self.info)
        except BaseException:
            self.close()
            raise

    @property
    def generation(self) -> str:
        """The generation's id."""
        return self.info.id

    @property
    def content(self) -> str:
        """Id of the generation from which this one differs in decisions at most."""
        return self.info.content

    def close(self) -> None:
        """Lets the generation be swept away from now on."""
        if self._held >= 0:
            os.close(self._held)
            self._held = -1

    def __enter__(self) -> EmbeddedGraph:
        """The graph itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Lets go of the generation."""
        self.close()

    def __del__(self) -> None:
        """Lets go of the generation."""
        if hasattr(self, "_held"):
            self.close()

    def ask_engine(self, query: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """The store's answer to a query over the union of all graphs.

        Raises: BadQuery if the query is malformed.
        """
        try:
            return self.store.query(query, use_default_graph_as_union=True)
        except SyntaxError as error:
            raise BadQuery(error.msg or "The query cannot be parsed.") from error
