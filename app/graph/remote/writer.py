"""Edits where the graph is on a store: one update request each, acknowledged once it is confirmed.

A decision is worked out by the same code as in a data folder: what the store says of the thing,
the skill and their claims is read into memory, decided on there, and what that changed goes back
as the data to delete and to insert, in one request with the new generation.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from pathlib import Path

import pyoxigraph as ox

from app.errors import BadParameter, Forbidden, GraphError, NotFound
from app.graph import decisions, forgotten, publish, registry
from app.graph.lexer import tokens
from app.graph.protection import own_graphs, refuse_protected
from app.graph.remote.bodies import store_in
from app.graph.remote.graph import loaded
from app.graph.remote.http import Connection
from app.graph.remote.state import said
from app.graph.writer import RELATIONS, Applied
from app.settings import Settings
from app.workers.frames import Json, JsonObject
from ontology import terms
from ontology.iris import Minter
from ontology.ntriples import iri

_PROLOGUE = frozenset({"BASE", "PREFIX", "VERSION"})


def make(config: JsonObject) -> RemoteWriter:
    """A writer to the store that the config names, in a process."""
    return RemoteWriter(config)


class RemoteWriter:
    """Applies edits to a store."""

    def __init__(self, config: JsonObject) -> None:
        store = store_in(config)
        if store is None:
            raise GraphError("A remote writer needs a store.")
        settings = Settings()
        self._data = Path(str(config["data"]))
        self._connection = Connection(store, settings, settings.update_seconds + 5)

    def apply(self, payload: JsonObject) -> Json:
        """``{"generation": id, "outcomes": […]}`` of the ``edits`` in the payload."""
        edits = payload["edits"]
        if not isinstance(edits, list):
            raise BadParameter("edits", "edits: a list is due.")
        known = forgotten.Recogniser(forgotten.entries(self._data))
        outcomes = []
        for edit in edits:
            if isinstance(edit, dict):
                one = RemoteApplied(self._connection)
                outcomes.append(one.outcome(time.time_ns(), forgotten.redacted(edit, known)))
        generation = loaded(self._connection).generation
        return {"generation": generation, "outcomes": [one.to_json() for one in outcomes]}


class RemoteApplied(Applied):
    """One edit, on a store."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._now = loaded(connection)
        iris = Minter(connection.store.base)
        super().__init__(ox.Store(), iris, protected(connection), publish.now())

    def _update(self, edit: JsonObject) -> Json:
        update, base = self._allowed(edit)
        stated = f"BASE <{base}>\n" if base else ""
        self._connection.update(followed(f"{stated}{update}", self._moved(content=True)))
        return None

    def _graph(self, edit: JsonObject) -> Json:
        method, stated = str(edit.get("method")), edit.get("graph")
        graph = None if stated is None else str(stated)
        if graph is not None:
            refuse_protected(graph, self._protected)
        if method not in ("PUT", "POST", "DELETE"):
            raise BadParameter("method", "PUT, POST or DELETE is due.")
        there = graph is None or holds(self._connection, graph)
        if method == "DELETE" and not there:
            raise NotFound(f"There is no graph <{graph}>.")
        node = ox.DefaultGraph() if graph is None else ox.NamedNode(graph)
        content = b""
        if method != "DELETE":
            made = ox.Store()
            made.extend(self._parsed(edit, node))
            content = made.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=node) or b""
        self._connection.send(method, graph, content)
        self._connection.update(self._moved(content=True))
        return {"created": not there}

    def _decide_match(self, number: int, edit: JsonObject) -> Json:  # noqa: ARG002 - refused whole
        raise Forbidden(
            "Matches are decided on where the graph was built: serve its data folder without "
            "POLKU_STORE, decide there, then run `polku deliver`."
        )

    def _decide(self, number: int, edit: JsonObject) -> Json:
        about, skill = str(edit.get("about") or ""), str(edit.get("skill") or "")
        relations = [str(edit["relation"])] if edit.get("relation") else list(RELATIONS.values())
        things = {one for one in (about, skill) if one}
        if about and skill:
            things |= {self._iris.claim(about, skill, one) for one in relations}
        read(self._connection, self._store, things)
        before = set(self._store)
        result = super()._decide(number, edit)
        changes = difference(before, set(self._store))
        self._connection.update(f"{changes} ;\n{self._moved(content=False)}")
        return result

    def _moved(self, *, content: bool) -> str:
        following = self._now.next(content=content)
        return said(following, self._connection.store.base, self._moment)


def protected(connection: Connection) -> Mapping[str, str]:
    """The graphs of a store that no edit may write: IRI → who writes it."""
    me = iri(Minter(connection.store.base).graph(registry.NAME))
    asked = f"SELECT ?graph WHERE {{ GRAPH {me} {{ ?graph {iri(terms.void.triples)} ?n }} }}"
    loads = {row["graph"].value: "written by a load" for row in connection.solutions(asked)}
    return loads | own_graphs(connection.store.base)


def settle_claim(connection: Connection, one: decisions.Decided) -> None:
    """Brings one claim on the store into line with a decision."""
    store = ox.Store()
    read(connection, store, {one.about, one.skill, one.claim})
    before = set(store)
    decisions.enact(store, decisions.Graphs.of(Minter(connection.store.base)), one)
    changes = difference(before, set(store))
    if changes:
        connection.update(changes)


def read(connection: Connection, store: ox.Store, things: Iterable[str]) -> None:
    """Adds what a store says of things, graph by graph.

    Raises: BadParameter for what is no IRI.
    """
    named = []
    for thing in sorted(things):
        try:
            named.append(iri(thing))
        except ValueError:
            raise BadParameter("about", f"{thing[:200]!r} is no absolute IRI.") from None
    if not named:
        return
    asked = (
        f"SELECT ?graph ?s ?p ?o WHERE {{ VALUES ?s {{ {' '.join(named)} }} "
        "GRAPH ?graph { ?s ?p ?o } }"
    )
    for row in connection.solutions(asked):
        store.add(ox.Quad(row["s"], row["p"], row["o"], row["graph"]))


def followed(update: str, by: str) -> str:
    r"""The update and another after it, in one request.

    The first begins it: not every engine reads a prologue after an operation.

    >>> followed("CLEAR ALL ; # all", "DROP ALL")
    'CLEAR ALL \n;\nDROP ALL'
    >>> followed("BASE <a:b>", "DROP ALL")
    'DROP ALL'
    """
    read = list(tokens(update))
    if not any(one.kind == "word" and one.text.upper() not in _PROLOGUE for one in read):
        return by
    end = read[-1].start if read[-1].text == ";" else len(update)
    return f"{update[:end]}\n;\n{by}"


def holds(connection: Connection, graph: str) -> bool:
    """Whether a store has a graph of that name with anything in it."""
    return connection.ask(f"ASK {{ GRAPH {iri(graph)} {{ ?s ?p ?o }} }}")


def difference(before: set[ox.Quad], after: set[ox.Quad]) -> str:
    """An update that makes the quads before into those after; "" if they are the same."""
    parts = [
        f"{word} DATA {{ {' '.join(map(_quad, sorted(quads, key=str)))} }}"
        for word, quads in (("DELETE", before - after), ("INSERT", after - before))
        if quads
    ]
    return " ;\n".join(parts)


def _quad(quad: ox.Quad) -> str:
    return f"GRAPH {quad.graph_name} {{ {quad.subject} {quad.predicate} {quad.object} . }}"
