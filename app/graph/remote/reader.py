"""What runs in a reader process where the graph is on a store: strangers' queries, passed on.

The same lexer stands before, the same limits behind: rows and bytes are counted here, and past
its time the process is killed, which ends its request. Answers are always asked for in one form
and written here in the one that the client takes, so that engines that write others wrongly do not
show.
"""

from __future__ import annotations

from app.errors import GraphError
from app.graph.lexer import Outline
from app.graph.reader import Reader, Results, graphs
from app.graph.remote.bodies import store_in
from app.graph.remote.http import Connection
from app.settings import Settings
from app.workers.frames import Json, JsonObject


def make(config: JsonObject) -> RemoteReader:
    """A reader of the store that the config names."""
    return RemoteReader(config)


class RemoteReader(Reader):
    """Answers queries from what the store holds."""

    def __init__(self, config: JsonObject) -> None:
        store = store_in(config)
        if store is None:
            raise GraphError("A remote reader needs a store.")
        settings = Settings()
        self._seconds = float(str(config.get("seconds") or settings.query_seconds))
        self._connection = Connection(store, settings, self._seconds + 5)
        self._generation = str(config["generation"])

    @property
    def generation(self) -> str:
        """Id of the generation that the store is known to hold."""
        return self._generation

    def switch(self, config: JsonObject) -> Json:
        """Makes the reader speak of another generation from now on."""
        self._generation = str(config["generation"])
        return None

    def run(self, payload: JsonObject, outline: Outline) -> Results:
        """The store's answer to a query that has passed the lexer."""
        default, named = graphs(payload)
        text = outline.text
        if payload.get("base"):
            text = f"BASE <{payload['base']}>\n{text}"
        return self._connection.query(
            text,
            outline.kind,
            default=[one.value for one in default],
            named=[one.value for one in named],
            strict=bool(payload.get("strict")),
            own_dataset=outline.has_dataset,
            seconds=self._seconds,
        )
