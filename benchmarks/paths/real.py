"""Occupations on the real graph: stages, proofs, coverage by budget, and what rules reach."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import mean

from app.graph import open_graph
from app.graph.port import Graph
from app.paths import index, question, request, solve, targets
from app.paths.model import CENTI, Facts
from app.paths.place import place
from app.paths.question import Question, Reduced
from app.paths.select import COVERAGE, Aims, Selector
from app.paths.service import Service
from app.settings import Settings
from benchmarks.paths import checked
from benchmarks.paths.against import RULES, relative
from benchmarks.paths.catalogue import TODAY
from benchmarks.paths.figures import (
    Row,
    Took,
    Watch,
    clocks,
    of,
    percentile,
    percentiles,
    say,
    table,
)
from ontology import terms
from ontology.ntriples import iri
from queries import engine

COVERABLE = 20
BUDGETS = (15, 30, 60, 120)
SECONDS = 5.0
STAGES = ("targets", "reduce", "select", "place", "whole answer, works and check included")


@dataclass(frozen=True)
class Real:
    """The graph of POLKU_DATA with its facts, a service on it, and how long it took to read."""

    graph: Graph
    facts: Facts
    service: Service
    seconds: float


def opened() -> Real:
    """The graph, read once for all parts that ask it."""
    graph = open_graph(Settings().data)
    began = time.perf_counter()
    facts = index.read(graph)
    seconds = time.perf_counter() - began
    return Real(graph, facts, Service(graph, today=lambda: TODAY, facts=facts), seconds)


def things(graph: Graph, kind: str) -> list[str]:
    """Everything of a class, in order."""
    query = engine("paths-property").bind({"class": iri(kind), "property": iri(terms.rdf.type)})
    return sorted({row[0] for row in graph.select(query) if row[0]})


def occupations(graph: Graph, facts: Facts, seed: int, count: int) -> Iterator[str]:
    """Occupations by seed among those with at least ``COVERABLE`` skills that courses develop."""
    every = things(graph, terms.esco.Occupation)
    random.Random(seed).shuffle(every)
    found = 0
    for occupation in every:
        wanted = targets.wanted(graph, facts, request.parse(body(occupation)))
        able = sum(
            any(
                facts.courses[name].develops[place].confidence >= facts.threshold
                for name, place in facts.taught.get(target.skill, ())
            )
            for target in wanted.targets
        )
        if able >= COVERABLE:
            yield occupation
            found += 1
            if found == count:
                return


def body(occupation: str, **others: object) -> dict[str, object]:
    """The question for an occupation."""
    return {"to": {"occupation": occupation}, **others}


def reduced(real: Real, asked: dict[str, object]) -> tuple[Question, Reduced]:
    """The question resolved and reduced, as the service does it."""
    parsed = request.parse(asked)
    wanted = targets.wanted(real.graph, real.facts, parsed)
    resolved = question.resolve(real.facts, parsed, wanted.targets, TODAY)
    return resolved, question.reduce(real.facts, resolved, timetable=real.service.timetable)


def run(real: Real, asked: Sequence[str]) -> None:
    """Prints how the occupations fare stage by stage."""
    facts, service = real.facts, real.service
    stages: dict[str, list[Took]] = {name: [] for name in STAGES}
    engine_took: list[Took] = []
    proved = sound = cuts = 0
    coverage, evidence, candidates, able = [], [], [], []
    slowest: tuple[float, str] = (0.0, "")
    for occupation in asked:
        watch = Watch()
        parsed = request.parse(body(occupation))
        wanted = targets.wanted(real.graph, facts, parsed)
        spent = [watch.took()]
        resolved = question.resolve(facts, parsed, wanted.targets, TODAY)
        found = question.reduce(facts, resolved, timetable=service.timetable)
        spent.append(watch.took())
        selection = Selector(found.problem, Aims(seconds=SECONDS)).solve()
        spent.append(watch.took())
        place(found.problem, selection.chosen)
        spent.append(watch.took())
        answer = service.plan(body(occupation, timeLimit=SECONDS))
        spent.append(watch.took())
        for name, took in zip(STAGES, spent, strict=True):
            stages[name].append(took)
        engine_took.append(Took(sum(o.wall for o in spent[:4]), sum(o.cpu for o in spent[:4])))
        routes = answer["routes"]
        assert isinstance(routes, list)
        route, certificate = routes[0], routes[0]["certificate"]
        assert certificate["checked"], (occupation, certificate)
        proved += certificate["status"] == "optimal"
        sound += certificate["checked"]
        cuts += certificate["cuts"]
        coverage.append(route["coverage"])
        evidence.append(route["evidence"])
        candidates.append(certificate["candidates"])
        able.append(len({t for c in found.problem.candidates for t, _ in c.gains}))
        slowest = max(slowest, (spent[-1].wall, occupation))
    count = len(asked)
    say(
        f"Real graph: {len(facts.courses):,} courses, {len(facts.taught):,} skills taught by "
        f"{sum(len(c.develops) for c in facts.courses.values()):,} links, threshold "
        f"{facts.threshold:g}; index read in {real.seconds:.1f} s. {count} occupations with at "
        f"least {COVERABLE} coverable skills; 60 ECTS, 8 periods, 15 ECTS a period; one thread."
    )
    table(
        ["proved", "checked", "cuts", "candidates", "coverable skills", "covered weight"],
        [[
            of(proved, count), of(sound, count), cuts, percentiles(candidates),
            percentiles(able), f"{mean(coverage):.2f}, evidence-weighted {mean(evidence):.2f}",
        ]],
    )  # fmt: skip
    table(
        ["stage", "ms, median / p95 / max", "processor ms", "goal, p95"],
        [
            *([name, *clocks(took), ""] for name, took in stages.items()),
            [
                "engine: the first four",
                *clocks(engine_took),
                f"150: {_met([one.wall for one in engine_took], 150)}",
            ],
        ],
    )
    say(f"Slowest: <{slowest[1]}>, {slowest[0]:.0f} ms.")


def _met(values: Sequence[float], goal: float) -> str:
    return "met" if percentile(values, 0.95) <= goal else "not met"


def budgets(real: Real, asked: Sequence[str]) -> None:
    """Prints coverage by budget, and how near rules come to it."""
    rows: list[Row] = []
    for ects in BUDGETS:
        covered, used = [], []
        shares: dict[str, list[float]] = {name: [] for name in RULES}
        proved = 0
        for occupation in asked:
            limits = {"ects": ects, "periods": 12}
            resolved, found = reduced(real, body(occupation, limits=limits))
            solved = solve.solve(found.problem, Aims(seconds=SECONDS))
            wrong = checked.violations(real.facts, resolved, found, solved)
            assert not wrong, (occupation, wrong[:3])
            proved += solved.status == "optimal"
            names = {target for c in solved.selection.chosen
                     for target, _ in found.problem.candidates[c].gains}  # fmt: skip
            total = sum(one.weight for one in resolved.targets)
            covered.append(sum(resolved.targets[one].weight for one in names) / total)
            used.append(sum(found.problem.candidates[c].ects for c in solved.selection.chosen))
            best = next((o.value for o in solved.selection.levels if o.name == COVERAGE), 0)
            for name, share in relative(found.problem, best).items():
                shares[name].append(share)
        rows.append([
            ects, f"{mean(covered):.3f}", f"{mean(used) / CENTI:.1f}", of(proved, len(asked)),
            of(len(asked), len(asked)),
            *(f"{mean(share):.3f} / {min(share):.3f}" for share in shares.values()),
        ])  # fmt: skip
    say(
        f"Coverage by budget: {len(asked)} of the occupations, 12 periods. What rules reach is the "
        "share of the proved best coverage, mean / least."
    )
    table(["ECTS", "covered weight, mean", "ECTS used, mean", "proved", "checked", *RULES], rows)
