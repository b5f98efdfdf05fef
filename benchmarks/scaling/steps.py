"""Steps whose cost is measured, each in a process of its own: what it took is printed as JSON."""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import orjson
import pyoxigraph as ox

from app.errors import PolkuError
from app.graph import check, generations
from app.graph.client import GraphClient
from app.graph.publish import publish
from app.graph.remote.deliver import deliver
from app.settings import Settings
from benchmarks import processes
from benchmarks.loaders import peak_mib
from benchmarks.scaling.generated import Generated, Size
from loaders.bundle import read_bundle
from ontology import terms
from ontology.ntriples import iri
from queries import public

JSON = "application/sparql-results+json"

KINDS = (
    "one row",
    "skills-of-course",
    "courses-for-skill",
    "works-on-skill",
    "units-working-on-skill",
    "aggregation",
    "large",
)
"""The kinds of questions; those with a hyphen are curated queries."""

Step = Callable[["Asked"], dict[str, object]]


class Asked:
    """What a step is asked to work on.

    Attributes:
        data: the data folder; its bundles lie in it.
        quads: about how many quads were asked for.
        settings: where the graph is: in the folder, or on the engine that they name.
    """

    def __init__(self, data: Path, quads: int, vendor: str, url: str) -> None:
        self.data = data
        self.generated = Generated(Size.of(quads))
        self.settings = (
            Settings(data=data, store=url, store_vendor=vendor) if vendor else Settings(data=data)
        )

    @property
    def bundles(self) -> list[Path]:
        return sorted(one.parent for one in (self.data / "bundles").glob("*/*/manifest.json"))


def floor(asked: Asked) -> dict[str, object]:
    """A bare bulk load of the same N-Quads, closed and on disk."""
    with tempfile.TemporaryDirectory(dir=asked.data.parent) as folder:
        store = ox.Store(folder)
        for one in asked.bundles:
            store.bulk_load(path=str(one / "quads.nq"), format=ox.RdfFormat.N_QUADS)
        store.flush()
        del store
    return {}


def published(asked: Asked) -> dict[str, object]:
    """Bundles to a published generation, shapes apart."""
    bundles = {one.source: one for one in map(read_bundle, asked.bundles)}
    publish(asked.data, bundles, checked=False)
    return {}


def checked(asked: Asked) -> dict[str, object]:
    """What a publish does besides: every shape over every graph."""
    generation = generations.current(asked.data)
    assert generation is not None
    return {"findings": len(check.check_generation(generation))}


def delivered(asked: Asked) -> dict[str, object]:
    """The generation to the engine: one PUT for each graph, counted there, then named."""
    done = deliver(asked.settings)
    assert done is not None
    return {"graphs": done.graphs, "quads": done.quads}


def answered(asked: Asked) -> dict[str, object]:
    """The service's readers: their first answer, then questions of each kind, warm."""
    return asyncio.run(_answered(asked))


async def _answered(asked: Asked) -> dict[str, object]:
    began = time.perf_counter()
    found: dict[str, object] = {}
    async with GraphClient(asked.settings) as client:
        await _rows(client, "SELECT ?s { ?s ?p ?o } LIMIT 1")
        found["first"] = time.perf_counter() - began
        for name, texts in kinds(asked.generated).items():
            try:
                taken, rows = await _asked(client, texts)
                found[name] = {"seconds": statistics.median(taken), "rows": rows}
            except PolkuError as error:
                found[name] = {"failed": f"{type(error).__name__}: {error}"}
        found["readers"] = processes.peak_mib(os.getpid(), itself=False)
    return found


async def _asked(client: GraphClient, texts: Iterator[str]) -> tuple[list[float], int]:
    """Seconds of each answer read to its end, and the rows of all; the first is not timed."""
    taken, rows = [], await _rows(client, next(texts))
    for one in texts:
        began = time.perf_counter()
        rows += await _rows(client, one)
        taken.append(time.perf_counter() - began)
    return taken, rows


async def _rows(client: GraphClient, query: str) -> int:
    _, answer = await client.query(query, accept=JSON)
    content = (
        b"".join([piece async for piece in answer]) if answer.content is None else answer.content
    )
    return len(orjson.loads(content)["results"]["bindings"])


def kinds(graph: Generated) -> Mapping[str, Iterator[str]]:
    """Questions by kind; the first of each kind is asked to warm up, none is asked twice."""
    size = graph.size

    def spread(many: int, of: int) -> Iterator[int]:
        return (number * of // (many + 1) for number in range(many + 1))

    def curated(name: str, parameter: str, things: Iterable[str]) -> Iterator[str]:
        return (public(name).bind({parameter: iri(one)}) for one in things)

    studied = iri(terms.suggestedStudies)
    return {
        "one row": (
            f"SELECT ?title {{ {iri(graph.work(n))} {iri(terms.dcterms.title)} ?title }}"
            for n in spread(50, size.works)
        ),
        "skills-of-course": curated(
            "skills-of-course", "course", map(graph.course, spread(20, size.courses))
        ),
        "courses-for-skill": curated(
            "courses-for-skill", "skill", map(graph.skill, spread(20, size.skills // 10))
        ),
        "works-on-skill": curated("works-on-skill", "skill", map(graph.skill, range(4))),
        "units-working-on-skill": curated(
            "units-working-on-skill", "skill", map(graph.skill, range(4))
        ),
        "aggregation": (
            f"SELECT ?skill (COUNT(?work) AS ?n) {{ ?work {studied} ?skill }} "
            f"GROUP BY ?skill ORDER BY DESC(?n) ?skill LIMIT {10 + n}"
            for n in range(4)
        ),
        "large": (
            f"SELECT ?claim ?p ?o {{ ?claim a {iri(terms.Claim)} ; ?p ?o }} LIMIT {limit}"
            for limit in (1_000, 100_000)
        ),
    }


STEPS: Mapping[str, Step] = {
    one.__name__: one for one in (floor, published, checked, delivered, answered)
}


def main(step: str, data: str, quads: str, vendor: str = "", url: str = "") -> None:
    """Does a step and prints what it took."""
    asked = Asked(Path(data), int(quads), vendor, url)
    wall, cpu = time.perf_counter(), os.times()
    found = STEPS[step](asked)
    after = os.times()
    spent = sum(after[:4]) - sum(cpu[:4])
    wall = time.perf_counter() - wall
    print(json.dumps({"wall": wall, "cpu": spent, "mib": peak_mib(), **found}))


if __name__ == "__main__":
    main(*sys.argv[1:])
