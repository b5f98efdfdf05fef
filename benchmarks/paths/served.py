"""``POST /paths`` of a running service: every kind of target, one client, four clients."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice

import httpx

from app.graph.port import Graph
from app.paths.request import MOST_SKILLS
from app.settings import Settings
from benchmarks.paths.figures import Row, of, percentile, percentiles, say, table
from benchmarks.paths.real import Real, body, things
from benchmarks.service import served
from ontology import terms
from ontology.ntriples import iri

CLIENTS = 4
GOAL = 250
SHORT = 0.1  # seconds

Question = dict[str, object]
Json = dict[str, object]


def run(real: Real, asked: Sequence[str], each: int, seed: int) -> None:
    """Prints the tables of a service on the graph of POLKU_DATA."""
    with served(Settings().data) as (client, ready):
        warm = _warm(client, asked[0])
        say(
            f"`polku serve` ready in {ready:.1f} s and its paths warm {warm:.1f} s later, on the "
            "same graph, by HTTP on this machine."
        )
        _one_client(client, asked)
        _clients(client, asked[: len(asked) // 2])
        _short(client, asked[:each])
        kinds(client, real, asked, each, seed)


def _warm(client: httpx.Client, occupation: str) -> float:
    """Seconds until the first route is answered.

    Raises: TimeoutError if none is within two minutes.
    """
    began = time.perf_counter()
    while time.perf_counter() - began < 120:
        question = body(occupation, limits={"ects": 1})
        if client.post("/paths", json=question).status_code == 200:
            return time.perf_counter() - began
    raise TimeoutError("no route was answered within two minutes")


def _post(client: httpx.Client, question: Question) -> tuple[Json, float]:
    """The answer, and its milliseconds.

    Raises: httpx.HTTPStatusError if it is refused.
    """
    began = time.perf_counter()
    response = client.post("/paths", json=question)
    took = 1000 * (time.perf_counter() - began)
    response.raise_for_status()
    answer: Json = response.json()
    return answer, took


def _best(answer: Json) -> tuple[Json, Json]:
    """The best route of an answer, and its certificate."""
    routes = answer["routes"]
    assert isinstance(routes, list)
    certificate = routes[0]["certificate"]
    assert certificate["checked"] or not routes[0]["steps"], certificate
    return routes[0], certificate


def _one_client(client: httpx.Client, asked: Sequence[str]) -> None:
    rows: list[Row] = []
    for name, goal in (("each question once", GOAL), ("the same again, remembered", None)):
        taken, proved = [], 0
        for occupation in asked:
            answer, took = _post(client, body(occupation))
            taken.append(took)
            proved += _best(answer)[1]["status"] == "optimal"
        met = "met" if percentile(taken, 0.95) <= GOAL else "not met"
        told = "" if goal is None else f"{goal}: {met}"
        rows.append([name, len(asked), of(proved, len(asked)), percentiles(taken, 1),
                     told])  # fmt: skip
    table(
        ["`POST /paths`, one client", "occupations", "proved in 1 s", "ms, median / p95 / max",
         "goal, p95"],
        rows,
    )  # fmt: skip


def _clients(client: httpx.Client, asked: Sequence[str]) -> None:
    """Other questions than before, from one client and from several at once."""
    rows: list[Row] = []
    for clients, ects in ((1, 45), (CLIENTS, 50)):
        questions = [body(one, limits={"ects": ects}) for one in asked]
        began = time.perf_counter()
        with ThreadPoolExecutor(clients) as pool:
            shares = [questions[start::clients] for start in range(clients)]
            taken = [one for some in pool.map(partial(_all, client), shares) for one in some]
        passed = time.perf_counter() - began
        rows.append([clients, len(taken), f"{len(taken) / passed:.1f}", percentiles(taken, 1)])
    table(["clients at once", "answers", "answers a second", "ms, median / p95 / max"], rows)


def _all(like: httpx.Client, questions: Sequence[Question]) -> list[float]:
    """The milliseconds of each question, asked one after another by a client of its own."""
    taken = []
    with httpx.Client(base_url=like.base_url, timeout=60) as client:
        for question in questions:
            answer, took = _post(client, question)
            _best(answer)
            taken.append(took)
    return taken


def _short(client: httpx.Client, asked: Sequence[str]) -> None:
    past, proved, routes = [], 0, 0
    for occupation in asked:
        question = body(occupation, limits={"ects": 55}, timeLimit=SHORT)
        answer, took = _post(client, question)
        route, certificate = _best(answer)
        past.append(max(0.0, took - 1000 * SHORT))
        proved += certificate["status"] == "optimal"
        routes += bool(route["steps"])
    count = len(asked)
    say(
        f"With `timeLimit` {SHORT:g} s: {of(routes, count)} routes, {of(proved, count)} proved, "
        f"{percentiles(past)} ms past the limit (median / p95 / max) until the answer was here."
    )


def kinds(client: httpx.Client, real: Real, asked: Sequence[str], each: int, seed: int) -> None:
    """Prints how questions with every kind of target fare."""
    dice = random.Random(seed)
    rows: list[Row] = []
    for name, make in _makers(client, real, asked, dice).items():
        taken: list[float] = []
        sizes: list[float] = []
        proved = sound = empty = refused = 0
        for question in islice(make(), 20 * each):
            if len(taken) == each:
                break
            try:
                answer, took = _post(client, question)
            except httpx.HTTPStatusError as error:
                # No skill known for it: a problem document says so.
                assert error.response.status_code == 422, error.response.text
                refused += 1
                continue
            route, certificate = _best(answer)
            taken.append(took)
            target = answer["target"]
            assert isinstance(target, list)
            sizes.append(len(target))
            proved += certificate["status"] == "optimal"
            sound += bool(certificate["checked"])
            empty += not route["steps"]
        rows.append([name, len(taken), refused, percentiles(sizes), of(proved, len(taken)),
                     of(sound, len(taken)), empty, percentiles(taken)])  # fmt: skip
    say(
        "Every kind of target, limit 1 s. Refused: no skill is known for what was asked, and the "
        "problem document says so. Empty: no course develops any of the skills wanted."
    )
    table(
        ["target", "questions", "refused besides", "skills wanted, median / p95 / max", "proved",
         "checked", "empty", "ms, median / p95 / max"],
        rows,
    )  # fmt: skip


Maker = Callable[[], Iterator[Question]]


def _makers(
    client: httpx.Client, real: Real, asked: Sequence[str], dice: random.Random
) -> Mapping[str, Maker]:
    """Kind of target → questions of it by seed."""
    graph, facts = real.graph, real.facts
    skills = sorted(facts.taught)
    groups = _groups(graph)
    works = things(graph, terms.ResearchOutput)
    texts = _texts(graph, asked)

    def by_skills() -> Iterator[Question]:
        while True:
            some = dice.sample(skills, min(len(skills), dice.randint(8, 20)))
            yield {
                "to": {
                    "skills": [
                        {"skill": one, "level": dice.choice([1, 1, 2, 3]),
                         "weight": dice.choice([0.5, 1, 2])}
                        for one in some
                    ]
                },
                "limits": {"ects": 30},
            }  # fmt: skip

    def by_route() -> Iterator[Question]:
        for occupation in asked:
            route, _ = _best(_post(client, body(occupation))[0])
            if route["steps"]:
                yield {"to": {"route": route}, "limits": {"ects": 45}}

    def of_kind(kind: str, values: Sequence[str]) -> Maker:
        def make() -> Iterator[Question]:
            for value in dice.sample(values, len(values)):
                yield {"to": {kind: value}}

        return make

    return {
        "occupation": of_kind("occupation", things(graph, terms.esco.Occupation)),
        "skills with level and weight, 30 ECTS": by_skills,
        "skill group": of_kind("group", groups),
        "research output": of_kind("work", works),
        "free text: what an occupation does": of_kind("text", texts),
        "another learner's route, 45 ECTS": by_route,
    }


def _groups(graph: Graph) -> list[str]:
    """Skill groups that are not too large to be asked for."""
    found = graph.select(
        "PREFIX esco: <http://data.europa.eu/esco/model#> "
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
        "SELECT ?group WHERE { ?skill skos:broaderTransitive ?group ; a esco:Skill . "
        "FILTER NOT EXISTS { ?group a esco:Skill } } "
        f"GROUP BY ?group HAVING (COUNT(DISTINCT ?skill) <= {MOST_SKILLS}) ORDER BY ?group"
    )
    return [row[0] for row in found if row[0]]


def _texts(graph: Graph, asked: Sequence[str]) -> list[str]:
    """What the graph says in English that the occupations do."""
    found = []
    for occupation in asked:
        query = (
            "SELECT ?text WHERE { "
            f"{iri(occupation)} {iri(terms.dcterms.description)} ?text "
            'FILTER(LANG(?text) = "en") } ORDER BY ?text LIMIT 1'
        )
        found += [row[0] for row in graph.select(query) if row[0]]
    return found
