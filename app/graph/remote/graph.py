"""The port's remote body: what a store holds, for reading.

It bounds nothing: what runs on it are our own queries. The store goes on changing beneath it; the
generation is the one that it held when the graph was opened.
"""

from __future__ import annotations

from app.errors import GraphError
from app.graph.lexer import inspect
from app.graph.remote.http import Connection
from app.graph.remote.state import State, state
from app.graph.remote.store import Store
from app.graph.solved import Solved
from app.settings import Settings


class RemoteGraph(Solved):
    """What a store holds; the default graph is the union of all its graphs."""

    def __init__(
        self, store: Store, settings: Settings | None = None, seconds: float = 900
    ) -> None:
        self._connection = Connection(store, settings, seconds)
        self._state = loaded(self._connection)

    @property
    def generation(self) -> str:
        """The generation's id."""
        return self._state.generation

    @property
    def content(self) -> str:
        """Id of the generation from which this one differs in decisions at most."""
        return self._state.content

    def ask_engine(self, query: str) -> object:
        """The store's answer to a query over the union of all graphs.

        Raises: BadQuery if the store refuses it; Busy; GraphError.
        """
        outline = inspect(query)
        return self._connection.query(outline.text, outline.kind, own_dataset=outline.has_dataset)

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()


def loaded(connection: Connection) -> State:
    """What a store holds.

    Raises: GraphError if nothing was ever loaded into it; Busy if it does not answer.
    """
    found = state(connection)
    if found is None:
        raise GraphError(
            f"The store at {connection.store.host} holds no graph of Polku yet. Load a source with "
            "POLKU_STORE set (polku load esco PATH), or bring a data folder there: polku deliver."
        )
    return found
