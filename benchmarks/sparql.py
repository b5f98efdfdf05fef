"""SPARQL side by side: this service, the engine's own server, and rdflib-endpoint.

The peers live in an environment of their own::

    python -m venv build/peers
    build/peers/bin/pip install oxigraph==0.5.13 rdflib-endpoint==0.6.3

The engine's server reads the very store that this service reads. rdflib-endpoint holds its graph
in Python's memory: it is given the sample graph, and so is this service beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import urlencode

import httptools
import httpx
import pyoxigraph as ox
import uvloop

from app.graph import open_graph
from app.graph.generations import current
from benchmarks.hostile import attacked, wait
from benchmarks.processes import processor_seconds
from benchmarks.service import free_port

ROOT = Path(__file__).parent.parent
PEERS = Path(os.environ.get("POLKU_PEERS", ROOT / "build" / "peers"))
JSON = "application/sparql-results+json"
AT_ONCE = 4
ROUNDS = 3
SECONDS = 3.0

PREFIXES = (
    "PREFIX esco: <http://data.europa.eu/esco/model#> "
    "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
    "PREFIX polku: <https://w3id.org/polku/ns#> "
    "PREFIX dcterms: <http://purl.org/dc/terms/> "
)

ONE_ROW = (
    "ASK { $thing ?p ?o }",
    "SELECT ?label { $thing skos:prefLabel ?label } LIMIT 1",
    "SELECT ?type { $thing a ?type } LIMIT 1",
    "SELECT ?p ?o { $thing ?p ?o } LIMIT 1",
    "SELECT ?s { ?s ?p $thing } LIMIT 1",
    "SELECT (COUNT(*) AS ?n) { $thing ?p ?o }",
    "SELECT ?g { GRAPH ?g { $thing a ?type } } LIMIT 1",
    "SELECT ?label { $thing skos:prefLabel ?label FILTER(LANG(?label) = 'en') } LIMIT 1",
    "SELECT ?n { $thing ?p ?o BIND(STRLEN(STR(?o)) AS ?n) } LIMIT 1",
    "ASK { $thing a esco:Skill ; skos:prefLabel ?label }",
)
HEAVY = (
    "SELECT ?s ?l { ?s a esco:Occupation ; skos:prefLabel ?l FILTER(LANG(?l) = 'en') } "
    "LIMIT 100 OFFSET $number",
    "SELECT ?a ?c { ?a skos:broader/skos:broader ?c } LIMIT 200 OFFSET $number",
    "CONSTRUCT { ?s skos:prefLabel ?l } WHERE { ?s a esco:Skill ; skos:prefLabel ?l } "
    "LIMIT 200 OFFSET $number",
    "SELECT ?o ?l { ?o esco:relatedEssentialSkill ?k . ?k skos:prefLabel ?l } "
    "LIMIT 300 OFFSET $number",
    "SELECT ?o (COUNT(?k) AS ?n) { { SELECT ?o { ?o a esco:Occupation } LIMIT 100 "
    "OFFSET $number } ?o esco:relatedEssentialSkill ?k } GROUP BY ?o ORDER BY DESC(?n) ?o",
    "SELECT ?s { { SELECT ?s ?l { ?s skos:prefLabel ?l } LIMIT 5000 OFFSET $number } "
    "FILTER(CONTAINS(LCASE(STR(?l)), 'data')) }",
    "SELECT ?l { { SELECT ?l { ?s a polku:Course ; dcterms:title ?l } LIMIT 300 OFFSET $number } } "
    "ORDER BY LCASE(STR(?l))",
    "SELECT (COUNT(DISTINCT ?l) AS ?n) { { SELECT ?l { ?s skos:prefLabel ?l } LIMIT 5000 "
    "OFFSET $number } }",
    "CONSTRUCT { ?s dcterms:title ?l } WHERE { ?s a polku:Course ; dcterms:title ?l } LIMIT 100",
    "SELECT ?k (COUNT(?o) AS ?n) { { SELECT ?o ?k { ?o esco:relatedOptionalSkill ?k } LIMIT 2000 "
    "OFFSET $number } } GROUP BY ?k ORDER BY DESC(?n) ?k LIMIT 10",
)
REPEATED = (
    "ASK { ?course a polku:Course }",
    "SELECT ?s { ?s a esco:Occupation } LIMIT 10",
    "SELECT ?s ?l { ?s a esco:Occupation ; skos:prefLabel ?l FILTER(LANG(?l) = 'en') } LIMIT 100",
    "SELECT ?s ?p ?o { ?s a polku:Course ; ?p ?o } LIMIT 20",
    "CONSTRUCT { ?s a polku:Course } WHERE { ?s a polku:Course } LIMIT 100",
)
LARGE = (
    "SELECT ?s ?type { ?s a ?type } LIMIT 100000",
    "SELECT ?s ?o { ?s skos:altLabel ?o } LIMIT 100000",
    "SELECT ?s ?p ?o { GRAPH <https://w3id.org/polku/graph/esco> { ?s ?p ?o } } LIMIT 100000",
    "SELECT ?s ?o { GRAPH <https://w3id.org/polku/graph/esco> { ?s ?p ?o } } LIMIT 100000",
    "SELECT ?g ?s ?o { GRAPH ?g { ?s skos:altLabel ?o } } LIMIT 100000",
)
"""Thirty queries; ``$thing`` is another thing each time, ``$number`` another number."""

THINGS = (
    "SELECT ?s { { SELECT ?s { ?s a <http://data.europa.eu/esco/model#Skill> } LIMIT 4000 } UNION "
    "{ SELECT ?s { ?s a <https://w3id.org/polku/ns#Course> } LIMIT 1000 } }"
)

Ask = Callable[[int], str]


@dataclass(frozen=True)
class Server:
    """A server that runs: its name, where, and which processes are its own."""

    name: str
    port: int
    route: str
    pid: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def request(self, text: str, accept: str) -> bytes:
        query = urlencode({"query": PREFIXES + text})
        return (
            f"GET {self.route}?{query} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Accept: {accept}\r\n\r\n"
        ).encode()


class Connection(asyncio.Protocol):
    """One connection that asks again as soon as it is answered."""

    def __init__(self) -> None:
        self.size = 0
        self._transport: asyncio.Transport | None = None
        self._parser: httptools.HttpResponseParser | None = None
        self._answered: asyncio.Future[int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none of its children

    def data_received(self, data: bytes) -> None:
        assert self._parser is not None
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self.size += len(body)

    def on_message_complete(self) -> None:
        assert self._parser is not None and self._answered is not None
        self._answered.set_result(self._parser.get_status_code())

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(exc or ConnectionError("closed before its end"))

    async def ask(self, request: bytes) -> int:
        """The status of the answer, which has been read to its end."""
        assert self._transport is not None
        self.size = 0
        self._parser = httptools.HttpResponseParser(self)
        self._answered = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answered

    def close(self) -> None:
        assert self._transport is not None
        self._transport.close()


@asynccontextmanager
async def connected(server: Server) -> AsyncIterator[Connection]:
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(Connection, "127.0.0.1", server.port)
    try:
        yield connection
    finally:
        connection.close()


@dataclass(frozen=True)
class Rate:
    """Answers a second, processor milliseconds and bytes of one."""

    answers: float
    processor: float
    size: float


async def rate(
    server: Server, ask: Iterator[str], accept: str, seconds: float, at_once: int
) -> Rate:
    """How fast a server answers, asked by so many connections for so long."""
    done = size = 0
    end = time.perf_counter() + seconds

    async def again() -> None:
        nonlocal done, size
        async with connected(server) as connection:
            while time.perf_counter() < end:
                status = await connection.ask(server.request(next(ask), accept))
                assert status == 200, f"{server.name}: {status}"
                done, size = done + 1, size + connection.size

    spent, began = processor_seconds(server.pid), time.perf_counter()
    await asyncio.gather(*(again() for _ in range(at_once)))
    taken = time.perf_counter() - began
    spent = processor_seconds(server.pid) - spent
    return Rate(done / taken, 1000 * spent / done, size / done)


async def once(server: Server, texts: Sequence[str], accept: str) -> None:
    """Asks each of the texts, one after another."""
    async with connected(server) as connection:
        for text in texts:
            assert await connection.ask(server.request(text, accept)) == 200, text


def asked(
    texts: Sequence[str], things: Sequence[str], *, unique: bool
) -> Callable[[], Iterator[str]]:
    """Queries for ever: each of the texts in its turn, none twice if they are to be unique."""
    number = itertools.count()

    def endless() -> Iterator[str]:
        for text in itertools.cycle(texts):
            if not unique:
                yield text
                continue
            at = next(number)
            made = text.replace("$thing", f"<{things[at % len(things)]}>")
            yield f"{made.replace('$number', str(at % 500))} # {at}"

    return endless


def side_by_side(servers: Sequence[Server], things: Sequence[str], seconds: float) -> None:
    kinds: list[tuple[str, Callable[[], Iterator[str]], str, int]] = [
        ("one row, unique", asked(ONE_ROW, things, unique=True), JSON, AT_ONCE),
        ("≥ 2 ms of the engine, unique", asked(HEAVY, things, unique=True), "*/*", 2),
        ("repeated", asked(REPEATED, things, unique=False), "*/*", AT_ONCE),
        ("large, up to 100,000 rows", asked(LARGE, things, unique=True), "text/csv", 1),
    ]
    names = " | ".join(f"{one.name}: answers/s | processor ms" for one in servers)
    print(f"| queries | {names} | answers/s, ours to theirs | processor, ours to theirs |")
    print(f"|---{'|---:' * (2 * len(servers) + 2)}|", flush=True)
    for name, queries, accept, at_once in kinds:
        if name == "repeated":  # what it costs once is the other rows' matter
            for one in servers:
                asyncio.run(once(one, REPEATED, accept))
        found: dict[str, list[Rate]] = {one.name: [] for one in servers}
        for _ in range(ROUNDS):
            for one in servers:  # in turn, so that whatever else runs here meets both
                found[one.name].append(asyncio.run(rate(one, queries(), accept, seconds, at_once)))
        answers, spent = (
            [
                statistics.median(getattr(one, part) for one in found[server.name])
                for server in servers
            ]
            for part in ("answers", "processor")
        )
        figures = " | ".join(f"{a:,.1f} | {p:,.2f}" for a, p in zip(answers, spent, strict=True))
        ratio = f"{answers[0] / answers[1]:.2f} × | {spent[0] / spent[1]:.2f} ×"
        print(f"| {name} | {figures} | {ratio} |", flush=True)


def floors(things: Sequence[str], seconds: float) -> None:
    """What of a short query is HTTP alone, and what the way to a process and back."""
    print("| floor, asked as for one row | answers/s | processor ms |")
    print("|---|---:|---:|")
    queries = asked(ONE_ROW, things, unique=True)
    for kind, what in (("http", "HTTP alone"), ("reader", "and one process behind it")):
        port = free_port()
        command = [sys.executable, "-m", "benchmarks.floor", kind, str(port)]
        with running(f"polku {kind}", command, port, "/", "/") as server:
            found = asyncio.run(rate(server, queries(), JSON, seconds, AT_ONCE))
        print(f"| {what} | {found.answers:,.1f} | {found.processor:,.2f} |", flush=True)


async def latencies(server: Server, seconds: float) -> tuple[list[float], int]:
    """Milliseconds of trivial questions one after another, and how many got no answer."""
    taken: list[float] = []
    failed = 0
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        began = time.perf_counter()
        try:
            async with asyncio.timeout(60), connected(server) as connection:
                text = f"ASK {{}} # {time.perf_counter_ns()}"
                failed += await connection.ask(server.request(text, "text/csv")) != 200
        except (TimeoutError, OSError):
            failed += 1
        taken.append(1000 * (time.perf_counter() - began))
        await asyncio.sleep(0.05)
    return sorted(taken), failed


def under_attack(server: Server, seconds: float) -> None:
    with attacked(server.url, server.route):
        taken, failed = asyncio.run(latencies(server, seconds))
    p99 = taken[int(0.99 * len(taken))]
    middle = statistics.median(taken)
    print(f"| {server.name} | {len(taken)} | {failed} | {middle:.1f} | {p99:.1f} |", flush=True)


@contextmanager
def running(
    name: str, command: Sequence[str], port: int, route: str, ready: str
) -> Iterator[Server]:
    # Its own workers are to run this tree too, whatever is installed.
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    if "polku" not in name:
        environment.pop("PYTHONPATH")
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )
    server = Server(name, port, route, process.pid)
    try:
        wait(server.url, ready)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def warm(url: str) -> None:
    """Returns when every engine is warm: an index that is made takes a processor for a minute."""
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline:
        if all(httpx.get(f"{url}/ready", timeout=60).json()["engines"].values()):
            return
        time.sleep(0.5)
    raise TimeoutError("the service's engines were not warm within ten minutes")


@contextmanager
def polku(data: Path) -> Iterator[Server]:
    port = free_port()
    command = [sys.executable, "-c", "from app.cli import main; main()", "serve"]
    command += ["--data", str(data), "--port", str(port)]
    with running("polku", command, port, "/sparql", "/ready") as server:
        warm(server.url)
        yield server


@contextmanager
def oxigraph(data: Path) -> Iterator[Server]:
    generation = current(data)
    if generation is None:
        raise SystemExit(f"{data} holds no graph; load it as the README says")
    port = free_port()
    command = [str(PEERS / "bin" / "oxigraph"), "serve-read-only", "--union-default-graph"]
    command += ["--location", str(generation.store), "--bind", f"127.0.0.1:{port}"]
    with running("oxigraph", command, port, "/query", "/query?query=ASK%20%7B%7D") as server:
        yield server


@contextmanager
def rdflib_endpoint(data: Path) -> Iterator[Server]:
    port = free_port()
    with tempfile.TemporaryDirectory() as folder, open_graph(data) as graph:
        file = Path(folder) / "graph.nt"
        triples = {str(quad.triple) for quad in graph.store}
        file.write_text("".join(f"{one} .\n" for one in sorted(triples)), encoding="utf-8")
        command = [str(PEERS / "bin" / "rdflib-endpoint"), "serve", "--host", "127.0.0.1"]
        command += ["--port", str(port), str(file)]
        with running("rdflib-endpoint", command, port, "/", "/?query=ASK%20%7B%7D") as server:
            yield server


def things(data: Path) -> list[str]:
    with open_graph(data) as graph:
        return [str(row[0]) for row in graph.select(THINGS)]


def engine_milliseconds(data: Path) -> list[float]:
    """What each heavy query costs the engine in this process, its answer read to the end."""
    found = []
    with open_graph(data) as graph:
        for text in HEAVY:
            best = float("inf")
            for _ in range(3):
                began = time.perf_counter()
                asked = PREFIXES + text.replace("$number", "0")
                answer = graph.store.query(asked, use_default_graph_as_union=True)
                assert not isinstance(answer, ox.QueryBoolean)
                for _ in answer:
                    pass
                best = min(best, 1000 * (time.perf_counter() - began))
            found.append(best)
    return found


def sample(folder: Path) -> Path:
    """A data folder with the sample graph."""
    from app.graph.publish import publish
    from loaders.sample import bundles
    from ontology.iris import Minter

    made = bundles(folder / "bundles", Minter())
    publish(folder, {bundle.source: bundle for bundle in made}, checked=False)
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("POLKU_DATA", "data")))
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of each measurement")
    parser.add_argument("--attacked", type=float, default=40.0, help="seconds under attack")
    given = parser.parse_args()
    if not (PEERS / "bin" / "oxigraph").exists():
        raise SystemExit(f"There are no peers in {PEERS}. {__doc__}")
    uvloop.install()
    with open_graph(given.data) as graph:
        quads = len(graph.store)
    cost = engine_milliseconds(given.data)
    print(
        f"The real graph, {quads:,} quads; every setting is the default. Closed loop over "
        f"kept connections: {AT_ONCE} for one row and repeated, 2 for the heavy, 1 for the large; "
        f"median of {ROUNDS} rounds of {given.seconds:g} s, servers in turn; what is repeated was asked once before. Processor: all of the "
        "server's processes. What the heavy queries cost the engine alone: "
        f"{min(cost):.1f} to {max(cost):.0f} ms, median {statistics.median(cost):.0f}.\n"
    )
    with polku(given.data) as ours, oxigraph(given.data) as theirs:
        side_by_side([ours, theirs], things(given.data), given.seconds)
    print("\nWhat Python's server takes before any of this service is in it:\n")
    floors(things(given.data), given.seconds)
    with tempfile.TemporaryDirectory() as folder:
        small = sample(Path(folder))
        with open_graph(small) as graph:
            print(f"\nThe sample graph, {len(graph.store):,} quads:\n")
        with polku(small) as ours, rdflib_endpoint(small) as theirs:
            side_by_side([ours, theirs], things(small), given.seconds)
        print(
            f"\nTrivial questions one after another for {given.attacked:g} s while eight hostile "
            "queries run, each from an address of its own; none waits longer than 60 s. "
            "rdflib-endpoint: on the sample graph.\n"
        )
        print("| server | asked | without an answer | p50 ms | p99 ms |")
        print("|---|---:|---:|---:|---:|")
        with polku(given.data) as ours:
            under_attack(ours, given.attacked)
        with oxigraph(given.data) as theirs:
            under_attack(theirs, given.attacked)
        with rdflib_endpoint(small) as theirs:
            under_attack(theirs, given.attacked)


if __name__ == "__main__":
    main()
