"""Loads where the graph is on a store: built and checked in a data folder, then delivered.

``fetch`` first brings what people have written on the store into the folder, so that a load keeps
to it. After the load, ``deliver`` sends each graph that differs by one PUT, and names the new
generation last of all. If it ends half way the store still names the old one, and running it again
sends what is missing.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import logging
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Final, cast

import pyoxigraph as ox

from app.errors import Busy, GraphError, PolkuError
from app.graph import decisions, files, generations, publish, registry
from app.graph.embedded import open_store
from app.graph.generations import Generation
from app.graph.protection import own_graphs
from app.graph.remote.delivered import Delivered
from app.graph.remote.http import Connection
from app.graph.remote.state import State, is_said, said, state
from app.graph.remote.store import Store, store_of
from app.graph.remote.writer import protected, settle_claim
from app.graph.settle import OWN, settle
from app.settings import Settings
from ontology import terms
from ontology.iris import Minter
from ontology.ntriples import iri

logger = logging.getLogger(__name__)

_LINES_AT_ONCE: Final = 2000
_AT_ONCE: Final = 50_000
"""Quads up to which a graph changes at one moment also in an engine that pays for it in memory."""

_LEVEL: Final = 1
"""How hard graphs are compressed: least, since the way to a store is seldom the slow part."""


@dataclass(frozen=True)
class Delivery:
    """What was delivered: how many graphs, how many quads in them, and into which generation."""

    generation: str
    graphs: int
    quads: int
    seconds: float


def fetch(settings: Settings) -> Generation | None:
    """The folder's generation with what people have written on the store; None before any load.

    Nothing happens where the settings name no store.
    Raises: GraphError if the store holds what another folder delivered; Busy.
    """
    store = store_of(settings)
    if store is None:
        return generations.current(settings.data)
    settings.data.mkdir(parents=True, exist_ok=True)
    with _locked(settings.data), contextlib.closing(_Connection(store, settings)) as connection:
        record = Delivered.of(settings.data)
        now = state(connection)
        current = generations.current(settings.data)
        if now is None:
            return current
        if current is None or record.store != store.graphs:
            raise GraphError(
                f"The store at {store.host} holds generation {now.generation}, which {settings.data} "
                "did not deliver. Load with the data folder that did; or, to begin anew, empty the "
                "store first."
            )
        lines = set(_written(connection, current))
        if lines == record.people():
            return current
        made = _taken_in(settings, current, lines, now)
        record.forced = sorted({*record.forced, *_touched(made, lines - record.people(), store)})
        record.keep()
        record.keep_people(lines)
        return made


def deliver(
    settings: Settings, *, progress: Callable[[str, int], None] | None = None
) -> Delivery | None:
    """What of the folder's generation was delivered to the store; None where there is no store.

    ``progress`` is told of each graph, by IRI and quads, before it is sent.
    Raises: GraphError or Busy, which say what to do; the store then names the generation that it
    named before.
    """
    store = store_of(settings)
    if store is None:
        return None
    started = time.monotonic()
    with (
        _locked(settings.data),
        contextlib.closing(_Connection(store, settings)) as connection,
        generations.holding(settings.data) as generation,
    ):
        graphs, quads = _Delivering(
            settings.data, connection, generation, progress or _silent
        ).run()
    seconds = round(time.monotonic() - started, 3)
    logger.info(
        "generation delivered",
        extra={"generation": generation.id, "graphs": graphs, "seconds": seconds},
    )
    return Delivery(generation.id, graphs, quads, seconds)


class _Connection(Connection):
    """A connection without a limit of time on what the store is at work on."""

    def __init__(self, store: Store, settings: Settings) -> None:
        super().__init__(store, settings, 3600)


class _Delivering:
    """One delivery."""

    def __init__(
        self,
        data: Path,
        connection: Connection,
        generation: Generation,
        progress: Callable[[str, int], None],
    ) -> None:
        self._connection = connection
        self._generation = generation
        self._progress = progress
        self._record = Delivered.of(data)
        self._before = state(connection)
        self._store = open_store(generation)
        self._registry = Minter(generation.base).graph(registry.NAME)
        self._sent = self._quads = 0

    def run(self) -> tuple[int, int]:
        """How many graphs were sent, and how many quads in them."""
        host = self._connection.store.host
        if self._before is None:  # nothing was ever finished there: nothing is taken for sent
            self._record = Delivered(self._record.folder, self._connection.store.graphs)
        elif self._record.store != self._connection.store.graphs:
            raise GraphError(
                f"The store at {host} holds generation {self._before.generation}, which this data "
                "folder did not deliver. Deliver from the one that did, or empty the store first."
            )
        self._record.keep()
        try:
            self._all()
        except PolkuError as error:
            named = self._before.generation if self._before else "none"
            kind = Busy if isinstance(error, Busy) else GraphError
            raise kind(
                f"{error.detail} {self._sent} graphs were delivered; the store at {host} still "
                f"names generation {named}. Run polku deliver to go on: what is there already is "
                "not sent again."
            ) from error
        return self._sent, self._quads

    def _all(self) -> None:
        people = set(_people(self._store, self._generation))
        own = {str(one) for one in people}
        with tempfile.TemporaryDirectory(dir=self._record.folder, prefix=".sending-") as folder:
            for node in sorted(self._store.named_graphs(), key=str):
                is_registry = isinstance(node, ox.NamedNode) and node.value == self._registry
                if not isinstance(node, ox.NamedNode) or is_registry:
                    continue
                if str(node) not in own or self._before is None:
                    self._send(node, Path(folder))
            self._remove_gone()
            late = self._people_too(people)
            self._send_registry(Path(folder))
        now = State(self._generation.id, self._generation.content)
        for one in late:
            settle_claim(self._connection, one)
        self._connection.update(said(now, self._generation.base, self._generation.created))
        self._record.forced = []
        self._record.keep()

    def _send(self, node: ox.NamedNode, folder: Path) -> None:
        """Sends a graph unless what is there is the same."""
        graph = node.value
        file = folder / ("graph.nt.gz" if self._connection.store.ways.gzip else "graph.nt")
        digest, quads = _dumped(self._store, node, file)
        if self._record.graphs.get(graph) == digest and graph not in self._record.forced:
            return
        self._record.graphs.pop(graph, None)
        self._record.keep()
        self._progress(graph, quads)
        if quads:
            self._connection.put(graph, file, piecewise=quads > _AT_ONCE)
            self._hold_against(graph, quads)
        else:
            self._connection.send("DELETE", graph)
        self._record.graphs[graph] = digest
        self._record.keep()
        self._sent += 1
        self._quads += quads

    def _hold_against(self, graph: str, quads: int) -> None:
        """Raises: GraphError if the store has not as many triples as were sent."""
        asked = f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH {iri(graph)} {{ ?s ?p ?o }} }}"
        (row,) = self._connection.solutions(asked)
        if int(row["n"].value) != quads:
            raise GraphError(
                f"<{graph}> has {quads:,} triples, of which the store shows "
                f"{int(row['n'].value):,}. Look at the engine's log."
            )

    def _remove_gone(self) -> None:
        """Removes graphs that were sent once and are no more."""
        there = {one.value for one in self._store.named_graphs() if isinstance(one, ox.NamedNode)}
        for graph in sorted(set(self._record.graphs) - there):
            self._connection.send("DELETE", graph)
            del self._record.graphs[graph]
            self._record.keep()

    def _people_too(self, people: set[ox.NamedNode]) -> list[decisions.Decided]:
        """Decisions that came while the load was made, to be held against the new graphs.

        What the load itself changed in people's graphs goes out as its differences, so that
        nothing that came meanwhile is written over.
        """
        lines = {line for node in people for line in _lines(self._store, node)}
        if self._before is not None:
            known = self._record.people()
            self._change(("DELETE", known - lines), ("INSERT", lines - known))
        self._record.keep_people(lines)
        graph = decisions.Graphs.of(Minter(self._generation.base)).decisions
        late = ox.Store()
        for row in self._connection.solutions(_statements(graph.value)):
            late.add(ox.Quad(row["s"], row["p"], row["o"], graph))
        known_ones = {one.subject for one in self._store.quads_for_pattern(None, None, None, graph)}
        new = {str(one.subject) for one in late if one.subject not in known_ones}
        if not new:
            return []
        claims = {
            one.object.value
            for one in late.quads_for_pattern(None, ox.NamedNode(terms.decides), None, graph)
            if str(one.subject) in new and isinstance(one.object, ox.NamedNode)
        }
        words = decisions.last_words(late, decisions.Graphs.of(Minter(self._generation.base)))
        return [one for one in words if one.claim in claims and one.skill]

    def _change(self, *parts: tuple[str, set[str]]) -> None:
        for word, lines in parts:
            ordered = sorted(lines)
            for start in range(0, len(ordered), _LINES_AT_ONCE):
                chunk = ordered[start : start + _LINES_AT_ONCE]
                quads = ox.parse("\n".join(chunk).encode(), ox.RdfFormat.N_QUADS)
                written = " ".join(
                    f"GRAPH {one.graph_name} {{ {one.subject} {one.predicate} {one.object} . }}"
                    for one in quads
                )
                self._connection.update(f"{word} DATA {{ {written} }}")

    def _send_registry(self, folder: Path) -> None:
        """Sends the registry, which goes on naming the generation that it named before."""
        base, graph = self._generation.base, self._registry
        file = folder / "registry.nt"
        node = ox.NamedNode(graph)
        stated = [
            f"{one.subject} {one.predicate} {one.object} .\n"
            for one in self._store.quads_for_pattern(None, None, None, node)
            if not is_said(_value(one.subject), one.predicate.value, base)
        ]
        if self._before is not None:
            stated += [
                f"{row['s']} {row['p']} {row['o']} .\n"
                for row in self._connection.solutions(_statements(graph))
                if is_said(_value(row["s"]), row["p"].value, base)
            ]
        file.write_text("".join(stated), encoding="utf-8")
        self._progress(graph, len(stated))
        self._connection.put(graph, file)
        self._sent += 1
        self._quads += len(stated)


def _people(store: ox.Store, generation: Generation) -> Iterator[ox.NamedNode]:
    """The graphs that people write, decisions among them."""
    own = {Minter(generation.base).graph(name) for name in OWN}
    for node in publish.edit_graphs(store, generation):
        if isinstance(node, ox.NamedNode) and node.value not in own:
            yield node


def _written(connection: Connection, generation: Generation) -> Iterator[str]:
    """What people have written on the store, as lines of N-Quads."""
    ours = own_graphs(connection.store.base).keys() | protected(connection).keys()
    ours |= {graph for graphs in generation.graphs.values() for graph in graphs}
    ours -= {Minter(connection.store.base).graph("decisions")}
    asked = "SELECT DISTINCT ?graph WHERE { GRAPH ?graph { ?s ?p ?o } }"
    for row in list(connection.solutions(asked)):
        graph = row["graph"].value
        if graph in ours or graph.startswith(connection.store.ways.own):
            continue
        for one in connection.solutions(_statements(graph)):
            yield f"{one['s']} {one['p']} {one['o']} {row['graph']} ."


def _taken_in(
    settings: Settings, parent: Generation, lines: Iterable[str], now: State
) -> Generation:
    """A generation of the folder with what people have written in the place of what they had."""
    data = settings.data
    quads = list(ox.parse("\n".join(lines).encode(), ox.RdfFormat.N_QUADS))
    with generations.write_lock(data, wait_seconds=60), generations.building(data) as folder:
        number = max(int(generations.new_id(data)[:6]), int(now.generation.partition("-")[0]) + 1)
        new = f"{number:06d}-{generations.new_id(data)[-6:]}"
        generation = replace(
            parent,
            id=new,
            parent=parent.id,
            created=publish.now(),
            reason="edits on the store",
            content=new,
            folder=generations.generations_folder(data) / new,
        )

        def work(store: ox.Store) -> None:
            for node in list(_people(store, parent)):
                store.remove_graph(node)
            store.extend(quads)
            settle(store, Minter(parent.base))
            publish.refresh_identity(store, generation)

        publish.branch(parent, folder / "store")
        publish.change(folder / "store", work)
        publish.confirm(folder / "store")
        generations.publish_folder(data, generation, folder)
        unneeded = generations.sweep(data, settings.keep_generations)
    generations.discard(unneeded)
    return generation


def _touched(generation: Generation, new: Iterable[str], store: Store) -> Iterator[str]:
    """The graphs in which the store has followed decisions that the folder knew nothing of."""
    iris = Minter(store.base)
    yield from (iris.graph(name) for name in ("claims", "links"))
    held = open_store(generation)
    for quad in ox.parse("\n".join(new).encode(), ox.RdfFormat.N_QUADS):
        if quad.predicate.value == terms.decides and isinstance(quad.object, ox.NamedNode):
            for one in held.quads_for_pattern(quad.object, None, None, None):
                if isinstance(one.graph_name, ox.NamedNode):
                    yield one.graph_name.value


def _dumped(store: ox.Store, node: ox.NamedNode, file: Path) -> tuple[str, int]:
    """The digest of a graph's lines and their number; the file holds them."""
    with file.open("wb") as raw, contextlib.ExitStack() as stack:
        target: IO[bytes] = raw
        if file.suffix == ".gz":
            target = cast(
                IO[bytes], stack.enter_context(gzip.GzipFile("", "wb", _LEVEL, raw, mtime=0))
            )
        sink = _Sink(target)
        store.dump(cast(IO[bytes], sink), ox.RdfFormat.N_TRIPLES, from_graph=node)
    return sink.digest.hexdigest(), sink.lines


class _Sink:
    """A file that counts and digests what is written to it."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self.digest = hashlib.sha256()
        self.lines = 0

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        self.lines += data.count(b"\n")
        return self._target.write(data)

    def flush(self) -> None:
        self._target.flush()


def _lines(store: ox.Store, node: ox.NamedNode) -> Iterator[str]:
    for one in store.quads_for_pattern(None, None, None, node):
        yield f"{one.subject} {one.predicate} {one.object} {node} ."


def _statements(graph: str) -> str:
    return f"SELECT ?s ?p ?o WHERE {{ GRAPH {iri(graph)} {{ ?s ?p ?o }} }}"


def _value(term: object) -> str:
    return str(getattr(term, "value", ""))


def _locked(data: Path) -> contextlib.AbstractContextManager[None]:
    return files.locked(
        data / "store.lock",
        wait_seconds=60,
        detail=f"Another command is delivering from {data}. Try again when it is done.",
    )


def _silent(_: str, __: int) -> None:
    return None


__all__ = ["Delivery", "deliver", "fetch"]
