from __future__ import annotations

import asyncio
import csv
import io
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from app.errors import (
    BadParameter,
    BadQuery,
    Busy,
    Forbidden,
    LimitReached,
    NotAcceptable,
    PolkuError,
)
from app.graph import generations, media
from app.graph.client import GraphClient
from app.graph.publish import publish
from app.settings import Settings
from ontology import terms
from ontology.ntriples import iri, text
from tests.graph.bundles import IRIS, bundle_of, labels

CROSS = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(9)) + " }"
MEMORY = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i"


def serving(
    data: Path, work: Callable[[GraphClient], Awaitable[None]], **settings: float | str
) -> None:
    if generations.current(data) is None:
        bundle = bundle_of(data / "bundles" / "esco", "esco", labels(500))
        publish(data, {"esco": bundle}, checked=False)
    made = Settings.model_validate({"data": data, "readers": 1, **settings})

    async def run() -> None:
        async with GraphClient(made) as client:
            await work(client)

    asyncio.run(run())


async def answer(client: GraphClient, query: str, **options: str) -> bytes:
    _, pieces = await client.query(query, **options)  # type: ignore[arg-type]  # names, no values
    return b"".join([piece async for piece in pieces])


async def count(client: GraphClient, pattern: str = "?s ?p ?o") -> int:
    found = await answer(client, f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}", format="csv")
    return int(found.split()[1])


def test_an_empty_folder_is_served_as_an_empty_graph(tmp_path: Path) -> None:
    async def run() -> None:
        async with GraphClient(Settings(data=tmp_path, readers=1)) as client:
            assert await count(client, "?s a <http://www.w3.org/2004/02/skos/core#Concept>") == 0

    asyncio.run(run())


@pytest.mark.parametrize("media_type", media.RESULTS)
def test_solutions_come_in_each_format(tmp_path: Path, media_type: str) -> None:
    async def work(client: GraphClient) -> None:
        query = "SELECT ?s ?label { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?label }"
        head, pieces = await client.query(query, accept=media_type)
        assert head == {
            "mediaType": media_type,
            "kind": "SELECT",
            "generation": client.generation,
        }
        body = b"".join([piece async for piece in pieces])
        if media_type == media.CSV:
            assert len(list(csv.reader(io.StringIO(body.decode())))) == 501
        else:
            formats = {
                media.JSON: ox.QueryResultsFormat.JSON,
                media.XML: ox.QueryResultsFormat.XML,
                media.TSV: ox.QueryResultsFormat.TSV,
            }
            solutions = ox.parse_query_results(body, formats[media_type])
            assert isinstance(solutions, ox.QuerySolutions)
            assert sum(1 for _ in solutions) == 500

    serving(tmp_path, work)


@pytest.mark.parametrize("media_type", media.GRAPHS)
def test_graphs_come_in_each_format(tmp_path: Path, media_type: str) -> None:
    async def work(client: GraphClient) -> None:
        query = "CONSTRUCT WHERE { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?label }"
        head, pieces = await client.query(query, accept=media_type)
        assert head["mediaType"] == media_type
        body = b"".join([piece async for piece in pieces])
        formats = {
            media.TURTLE: ox.RdfFormat.TURTLE,
            media.N_TRIPLES: ox.RdfFormat.N_TRIPLES,
            media.JSON_LD: ox.RdfFormat.JSON_LD,
            media.RDF_XML: ox.RdfFormat.RDF_XML,
            media.N_QUADS: ox.RdfFormat.N_QUADS,
            media.TRIG: ox.RdfFormat.TRIG,
        }
        assert sum(1 for _ in ox.parse(body, formats[media_type])) == 500

    serving(tmp_path, work)


def test_the_default_graph_is_the_union_unless_it_is_said_otherwise(tmp_path: Path) -> None:
    esco = IRIS.graph("esco")

    async def work(client: GraphClient) -> None:
        await client.update("INSERT DATA { <https://e.org/s> <https://e.org/p> 1 }")
        whole = await count(client)
        assert whole > 501
        assert await count(client, f"GRAPH <{esco}> {{ ?s ?p ?o }}") == 500
        query = "SELECT (COUNT(*) AS ?n) $from { ?s ?p ?o }"
        for options, expected in (
            ({"strict": True}, 1),
            ({"default_graphs": [esco]}, 500),
            ({"named_graphs": [esco]}, 0),
        ):
            _, pieces = await client.query(query.replace("$from", ""), format="csv", **options)
            assert int(b"".join([p async for p in pieces]).split()[1]) == expected
        own = await answer(client, query.replace("$from", f"FROM <{esco}>"), format="csv")
        assert int(own.split()[1]) == 500

    serving(tmp_path, work)


@pytest.mark.parametrize(
    ("query", "options", "error"),
    [
        ("SELECT * { ?s ?p }", {}, BadQuery),
        ("SELECT * { ?s <no iri> ?o }", {}, BadQuery),
        ("SELECT (<https://e.org/f>(1) AS ?x) {}", {}, BadQuery),
        ("ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", {}, Forbidden),
        ("ASK {}", {"accept": "text/html"}, NotAcceptable),
        ("ASK {}", {"format": "ttl"}, BadParameter),
        ("ASK {}", {"default_graphs": ["no iri"]}, BadParameter),
    ],
)
def test_a_query_that_cannot_be_answered_says_why(
    tmp_path: Path, query: str, options: dict[str, str], error: type[PolkuError]
) -> None:
    async def work(client: GraphClient) -> None:
        with pytest.raises(error) as caught:
            await client.query(query, **options)  # type: ignore[arg-type]  # names, no values
        assert caught.value.detail
        assert await count(client) > 0

    serving(tmp_path, work)


def test_a_query_past_its_time_ends_and_the_next_is_answered(tmp_path: Path) -> None:
    async def work(client: GraphClient) -> None:
        with pytest.raises(LimitReached) as caught:
            await client.query(CROSS)
        assert (caught.value.limit, caught.value.value) == ("query_seconds", 0.5)
        assert await count(client) > 0

    serving(tmp_path, work, query_seconds=0.5)


@pytest.mark.skipif(sys.platform != "linux", reason="address space is bounded on Linux")
def test_a_query_past_its_memory_ends_and_the_next_is_answered(tmp_path: Path) -> None:
    async def work(client: GraphClient) -> None:
        for _ in range(2):
            with pytest.raises(LimitReached) as caught:
                await answer(client, MEMORY)
            assert (caught.value.limit, caught.value.status) == ("query_memory_mb", 507)
        assert await count(client) > 0

    serving(tmp_path, work, query_memory_mb=64, query_rows=10**9, query_mb=10**6)


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_rows_are_counted_exactly_whatever_they_hold(tmp_path: Path, form: str) -> None:
    nasty = ['a"}},{"b', "<result>", "x\ny\n", '"\n"', "}},{", "\\", '\\"}},{"']
    triples = [
        (iri(f"https://e.org/{n}"), iri(terms.rdfs.label), text(nasty[n % len(nasty)] + str(n)))
        for n in range(100)
    ]
    publish(tmp_path, {"esco": bundle_of(tmp_path, "esco", triples)}, checked=False)
    pattern = f"GRAPH <{IRIS.graph('esco')}> {{ ?s ?p ?o }}"

    async def work(client: GraphClient) -> None:
        assert await answer(client, f"SELECT ?s ?o {{ {pattern} }}", format=form)
        with pytest.raises(LimitReached) as caught:
            await answer(
                client, f"SELECT ?s ?o {{ {{ {pattern} }} UNION {{ BIND(1 AS ?s) }} }}", format=form
            )
        assert (caught.value.limit, caught.value.value) == ("query_rows", 100)

    serving(tmp_path, work, query_rows=100)


def test_triples_and_bytes_are_bounded(tmp_path: Path) -> None:
    async def rows(client: GraphClient) -> None:
        with pytest.raises(LimitReached, match="query_rows"):
            await answer(client, "CONSTRUCT WHERE { ?s ?p ?o }")

    async def size(client: GraphClient) -> None:
        with pytest.raises(LimitReached, match="query_mb"):
            await answer(client, "SELECT * { ?s ?p ?o . ?a ?b ?c }")

    serving(tmp_path, rows, query_rows=100)
    serving(tmp_path, size, query_mb=1)


def test_edits_are_seen_by_the_next_query(tmp_path: Path) -> None:
    async def work(client: GraphClient) -> None:
        for number in range(3):
            generation = await client.update(
                f"INSERT DATA {{ GRAPH <https://e.org/m> {{ <https://e.org/s> <https://e.org/p> {number} }} }}"
            )
            assert client.generation == generation
            assert await count(client, "GRAPH <https://e.org/m> { ?s ?p ?o }") == number + 1

    serving(tmp_path, work)


def test_edits_that_come_together_all_hold(tmp_path: Path) -> None:
    async def work(client: GraphClient) -> None:
        insert = (
            "INSERT DATA { GRAPH <https://e.org/m> { <https://e.org/s> <https://e.org/p> %d } }"
        )
        made = await asyncio.gather(*(client.update(insert % n) for n in range(30)))
        assert len(set(made)) < 30
        assert await count(client, "GRAPH <https://e.org/m> { ?s ?p ?o }") == 30

    serving(tmp_path, work)


def test_an_update_that_takes_too_long_is_ended_and_harms_no_other(tmp_path: Path) -> None:
    where = CROSS.replace("SELECT (COUNT(*) AS ?n)", f"GRAPH <{IRIS.graph('esco')}>")
    bomb = f"INSERT {{ ?s0 ?p0 ?o8 }} WHERE {{ {where} }}"

    async def work(client: GraphClient) -> None:
        insert = (
            "INSERT DATA { GRAPH <https://e.org/m> { <https://e.org/s> <https://e.org/p> %d } }"
        )
        results = await asyncio.gather(
            client.update(insert % 1),
            client.update(bomb),
            client.update(insert % 2),
            return_exceptions=True,
        )
        assert isinstance(results[1], LimitReached)
        assert results[1].limit == "update_seconds"
        assert await count(client, "GRAPH <https://e.org/m> { ?s ?p ?o }") == 2

    serving(tmp_path, work, update_seconds=2)


def test_a_load_in_another_process_is_followed_while_queries_run(tmp_path: Path) -> None:
    async def work(client: GraphClient) -> None:
        before = client.generation
        bundle = bundle_of(tmp_path / "bundles" / "aalto", "aalto", labels(7, "course"))
        made = await asyncio.to_thread(publish, tmp_path, {"aalto": bundle}, checked=False)
        async with asyncio.timeout(10):
            assert await client.next_generation(before) == made.id
        assert await count(client, f"GRAPH <{IRIS.graph('aalto')}> {{ ?s ?p ?o }}") == 7
        await asyncio.to_thread(generations.rollback, tmp_path, before)
        async with asyncio.timeout(10):
            assert await client.next_generation(made.id) == before
        assert await count(client, f"GRAPH <{IRIS.graph('aalto')}> {{ ?s ?p ?o }}") == 0

    serving(tmp_path, work)


def test_a_running_answer_outlives_changes_of_the_graph(tmp_path: Path) -> None:
    async def work(client: GraphClient) -> None:
        head, pieces = await client.query(
            "SELECT * { ?s ?p ?o . ?a ?b ?c } LIMIT 100000", format="csv"
        )
        first = await anext(aiter(pieces))
        for number in range(8):
            await client.update(f"INSERT DATA {{ <https://e.org/s> <https://e.org/p> {number} }}")
        rest = b"".join([piece async for piece in pieces])
        assert (first + rest).count(b"\r\n") == 100_001
        assert head["generation"] != client.generation

    serving(tmp_path, work, readers=2, query_mb=1024)


def test_queries_go_on_when_a_reader_is_killed(tmp_path: Path) -> None:
    async def work(client: GraphClient) -> None:
        for _ in range(3):
            pools = client._readers
            assert pools is not None
            os.kill(pools._idle[0].pid, signal.SIGKILL)
            await asyncio.sleep(0.05)
            results = await asyncio.gather(
                *(count(client) for _ in range(4)), return_exceptions=True
            )
            assert sum(isinstance(one, int) for one in results) >= 3
            assert await count(client) > 0

    serving(tmp_path, work)


async def count_at_last(client: GraphClient) -> int:
    """The count, asked until a reader is free: on a busy machine a new one takes its time."""
    async with asyncio.timeout(60):
        while True:
            try:
                return await count(client)
            except Busy:
                await asyncio.sleep(0.1)


def test_too_many_queries_are_told_to_come_again(tmp_path: Path) -> None:
    async def work(client: GraphClient) -> None:
        long = asyncio.create_task(answer(client, CROSS))
        await asyncio.sleep(0.2)
        with pytest.raises(Busy):
            await count(client)
        long.cancel()
        await asyncio.gather(long, return_exceptions=True)
        assert await count_at_last(client) > 0

    serving(tmp_path, work, queue_seconds=0.3)
