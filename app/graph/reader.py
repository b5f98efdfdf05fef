"""What runs in a reader process: one generation, and strangers' queries on it.

Whatever a query does, the process can be killed; what it can reach is bounded before. Its
address space is bounded by the worker, rows and bytes are counted here, and it can open no
socket; a reader for queries that ask other services can speak to one port of ours, and to no
other.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, cast

import pyoxigraph as ox

from app.errors import BadParameter, BadQuery, LimitReached, PolkuError, ServiceFailed
from app.graph import media, outlines
from app.graph.embedded import EmbeddedGraph
from app.graph.lexer import Kind, Outline, inspect
from app.graph.services import refuse_others
from app.workers.frames import Json, JsonObject, Push
from app.workers.limits import allow_port, deny_network, limit_memory, unlimit_memory

_RESULTS = {
    media.JSON: ox.QueryResultsFormat.JSON,
    media.XML: ox.QueryResultsFormat.XML,
    media.CSV: ox.QueryResultsFormat.CSV,
    media.TSV: ox.QueryResultsFormat.TSV,
}
_GRAPHS = {
    media.TURTLE: ox.RdfFormat.TURTLE,
    media.N_TRIPLES: ox.RdfFormat.N_TRIPLES,
    media.N_QUADS: ox.RdfFormat.N_QUADS,
    media.TRIG: ox.RdfFormat.TRIG,
    media.JSON_LD: ox.RdfFormat.JSON_LD,
    media.RDF_XML: ox.RdfFormat.RDF_XML,
}
_PIECE = 2**16
_MIB = 2**20
_POSITION = re.compile(r"(?:error )?at (\d+):(\d+): ?")
_OF_SERVICE = re.compile(r"http://127\.0\.0\.1:|^Parser error|^(?:invalid|Invalid) ")
_MOST_GRAPHS = 100

logger = logging.getLogger(__name__)

Write = Callable[[bytes], None]
Results = ox.QuerySolutions | ox.QueryBoolean | Iterator[ox.Triple]
"""What an engine answers with: solutions, a boolean, or triples one after another."""


def make(config: JsonObject) -> Reader:
    """A reader of the generation that the config names: ``data``, ``generation``, ``memory_mb``.

    ``port``: the one that it may speak to, where its queries ask other services.
    """
    return Reader(config)


class Reader:
    """Answers queries from one generation at a time."""

    def __init__(self, config: JsonObject) -> None:
        self._graph = _open(config)
        port = config.get("port")
        if not isinstance(port, int):
            deny_network()
        elif not allow_port(port):
            logger.warning(
                "this system bounds no port: queries that ask other services are held by name alone"
            )

    @property
    def generation(self) -> str:
        """Id of the generation that is read."""
        return self._graph.generation

    def switch(self, config: JsonObject) -> Json:
        """Makes the reader answer from another generation from now on."""
        unlimit_memory()
        old, self._graph = self._graph, _open(config)
        old.close()
        del old
        memory_mb = config.get("memory_mb")
        if isinstance(memory_mb, int) and memory_mb:
            limit_memory(memory_mb)
        return None

    def query(self, payload: JsonObject) -> Push:
        """A query's answer in pieces; the head has ``mediaType``, ``kind`` and ``generation``.

        Payload: ``query``; ``accept`` (a header) or ``format`` (a short name); ``defaultGraphs``
        and ``namedGraphs`` (lists of IRIs; empty: the query's own); ``strict``: the default graph
        is the unnamed one, not the union of all; ``base``: what relative IRIs are resolved
        against; ``rows`` and ``megabytes``: limits; ``services``: the addresses that SERVICE may
        name; ``outline``: what was seen of a query without SERVICE, if it has been read (see
        ``outlines.py``).
        """
        query = _text(payload, "query")
        services = payload.get("services")
        if isinstance(services, list) and services:
            outline = inspect(query, services=True)
            refuse_others(query, [str(one) for one in services])
        else:
            outline = outlines.taken(query, payload.get("outline"))
        media_type = _media_type(payload, outline.kind)
        results = self.run(payload, outline)
        rows, megabytes = _limit(payload, "rows"), _limit(payload, "megabytes")
        head: dict[str, Json] = {
            "mediaType": media_type,
            "kind": outline.kind.value,
            "generation": self.generation,
        }

        def push(write: Write) -> None:
            output = _Bounded(write, megabytes)
            try:
                _serialise(results, media_type, output, rows)
            except _ENGINE_ERRORS as error:
                raise _explained(error, asks=outline.services) from error
            output.finish()

        return Push(head, push)

    def run(self, payload: JsonObject, outline: Outline) -> Results:
        """The engine's own answer to a query that has passed the lexer."""
        options = _dataset(payload, outline)
        base = _text(payload, "base") if payload.get("base") else None
        try:
            return self._graph.store.query(outline.text, base_iri=base, **options)
        except _ENGINE_ERRORS as error:
            raise _explained(error, asks=outline.services) from error


_ENGINE_ERRORS = (SyntaxError, ValueError, RuntimeError, OSError)


class _Bounded:
    """An output of bounded size that passes on large pieces."""

    def __init__(self, write: Write, megabytes: int) -> None:
        self._write = write
        self._megabytes = megabytes
        self._left = megabytes * _MIB
        self._buffer = bytearray()
        self.count: Callable[[bytes], None] = _not_counted

    def write(self, data: bytes) -> int:
        self._left -= len(data)
        if self._left < 0:
            raise LimitReached(
                "query_mb",
                self._megabytes,
                f"The answer is larger than {self._megabytes} MiB, the limit here (query_mb). "
                "Ask for less, or page with LIMIT and OFFSET.",
            )
        self._buffer += data
        if len(self._buffer) >= _PIECE:
            self._pass_on()
        return len(data)

    def flush(self) -> None:
        """Does nothing: pieces go out when they are large enough."""

    def finish(self) -> None:
        self._pass_on()

    def _pass_on(self) -> None:
        piece = bytes(self._buffer)
        self._buffer.clear()
        self.count(piece)
        self._write(piece)


class _Rows:
    """Counts the rows of a serialised result by a mark that stands once in each, nowhere else."""

    def __init__(self, media_type: str, most: int) -> None:
        self._csv = media_type == media.CSV
        self._mark = {
            media.JSON: b'"}},{"',  # in a string, each quote has a backslash before it
            media.XML: b"<result>",
            media.CSV: b"\n",
            media.TSV: b"\n",
        }[media_type]
        # JSON's mark stands between rows; CSV and TSV have a line more, the header.
        self._left = most + {media.JSON: -1, media.XML: 0}.get(media_type, 1)
        self._most = most
        self._tail = b""
        self._quoted = False

    def __call__(self, piece: bytes) -> None:
        if self._csv:
            parts = piece.split(b'"')
            found = sum(part.count(b"\n") for part in parts[self._quoted :: 2])
            self._quoted ^= len(parts) % 2 == 0
        else:
            seen = self._tail + piece
            found = seen.count(self._mark)
            self._tail = seen[-(len(self._mark) - 1) :] if len(self._mark) > 1 else b""
        self._left -= found
        if self._left < 0:
            raise too_many_rows(self._most)


def too_many_rows(most: int) -> LimitReached:
    """The error of an answer with more rows, or triples, than are given."""
    return LimitReached(
        "query_rows",
        most,
        f"The answer has more than {most:,} rows, the limit here (query_rows). "
        "Page with LIMIT and OFFSET.",
    )


def _serialise(
    results: Results,
    media_type: str,
    output: _Bounded,
    rows: int,
) -> None:
    stream = cast(IO[bytes], output)  # the engine calls write and flush alone
    if not isinstance(results, ox.QuerySolutions | ox.QueryBoolean):
        ox.serialize(_counted(results, rows), stream, _GRAPHS[media_type])
        return
    if isinstance(results, ox.QuerySolutions):
        output.count = _Rows(media_type, rows)
    results.serialize(stream, _RESULTS[media_type])


def _counted(triples: Iterator[ox.Triple], most: int) -> Iterator[ox.Triple]:
    for number, triple in enumerate(triples, 1):
        if number > most:
            raise too_many_rows(most)
        yield triple


def _not_counted(_: bytes) -> None:
    return None


def _open(config: JsonObject) -> EmbeddedGraph:
    generation = config.get("generation")
    return EmbeddedGraph(Path(_text(config, "data")), str(generation) if generation else None)


def _dataset(payload: JsonObject, outline: Outline) -> dict[str, Any]:
    default, named = graphs(payload)
    if default or named:  # the protocol's dataset wins over the query's own
        return {"default_graph": default, "named_graphs": named}
    if outline.has_dataset or payload.get("strict"):
        return {}
    return {"use_default_graph_as_union": True}


def graphs(payload: JsonObject) -> tuple[list[ox.NamedNode], list[ox.NamedNode]]:
    """The dataset that a query's payload names: default graphs, named graphs.

    Raises: BadParameter for too many, and for what is no IRI.
    """
    return _iris(payload, "defaultGraphs"), _iris(payload, "namedGraphs")


def _iris(payload: JsonObject, name: str) -> list[ox.NamedNode]:
    stated = payload.get(name) or []
    if not isinstance(stated, list) or len(stated) > _MOST_GRAPHS:
        raise BadParameter(name, f"{name}: a list of at most {_MOST_GRAPHS} IRIs is due.")
    found = []
    for value in stated:
        try:
            found.append(ox.NamedNode(str(value)))
        except ValueError:
            raise BadParameter(name, f"{str(value)[:200]!r} is no absolute IRI.") from None
    return found


def _media_type(payload: JsonObject, kind: Kind) -> str:
    offered = media.GRAPHS if kind.gives_graph else media.RESULTS
    short = payload.get("format")
    if short:
        media_type = media.SHORT.get(str(short))
        if media_type is None or media_type not in offered:
            known = ", ".join(name for name, value in media.SHORT.items() if value in offered)
            raise BadParameter(
                "format", f"{kind.value} cannot be answered as {str(short)[:40]!r}. Known: {known}."
            )
        return media_type
    accept = payload.get("accept")
    return media.negotiate(str(accept) if accept is not None else None, offered)


def _explained(error: Exception, *, asks: bool) -> PolkuError:
    """An engine's error as ours: the engine speaks of the query alone in these.

    ``asks``: whether the query asks other services, of whose answers it speaks too.
    """
    said = str(error.msg if isinstance(error, SyntaxError) and error.msg else error)
    if asks and not isinstance(error, SyntaxError) and _OF_SERVICE.search(said):
        return ServiceFailed("", "What a service answered cannot be read.")
    if isinstance(error, OSError):
        raise error  # the disk or the store failed, not the query
    found = _POSITION.match(said)
    if found is None:
        return BadQuery(said[:500])
    line, column = int(found[1]), int(found[2])
    return BadQuery(f"Line {line}, column {column}: {said[found.end() :][:500]}.", line, column)


def _limit(payload: JsonObject, name: str) -> int:
    value = payload.get(name)
    if not isinstance(value, int) or value < 1:
        raise BadParameter(name, f"{name}: a whole number from 1 is due.")
    return value


def _text(payload: JsonObject, name: str) -> str:
    value = payload.get(name)
    if not isinstance(value, str):
        raise BadParameter(name, f"{name}: a text is due.")
    return value
