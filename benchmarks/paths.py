"""Learning paths: proved optimal, milliseconds a stage, and what peers reach on the same questions.

``python -m benchmarks.paths`` prints tables. The first asks for occupations on the graph in
POLKU_DATA (ESCO, courses and claims loaded); the second needs no data: a seeded catalogue of
5,000 courses and 14,000 skills. Every route goes through the checker. ``--questions 100``,
``--seed 1``; ``--budgets`` adds coverage at 15, 30, 60 and 120 ECTS.
"""

from __future__ import annotations

import argparse
import itertools
import math
import random
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from statistics import mean
from typing import NamedTuple

from app.graph import open_graph
from app.graph.port import Graph
from app.paths import index, question, request, solve, targets
from app.paths.greedy import greedy
from app.paths.model import (
    CENTI,
    Course,
    Evidence,
    Facts,
    Limits,
    Offering,
    Period,
    PrerequisiteGroup,
    Problem,
    SkillFacts,
    Status,
    Target,
)
from app.paths.periods import calendar
from app.paths.place import place
from app.paths.select import Aims, Selector, measure
from app.paths.service import Service
from app.settings import Settings
from ontology import terms
from ontology.ntriples import iri
from queries import engine

TODAY = date(2026, 11, 23)
COVERABLE = 20
KINDS = ((8, 20, 30), (50, 120, 60), (80, 200, 120))  # skills from, to, ECTS
Row = list[object]


class Took(NamedTuple):
    """Milliseconds on the clock and of the processor; a busy machine drives them apart."""

    wall: float
    cpu: float


def now() -> Took:
    """Both clocks."""
    return Took(1000 * time.perf_counter(), 1000 * time.process_time())


def between(before: Took, after: Took) -> Took:
    """What both clocks say has passed."""
    return Took(after.wall - before.wall, after.cpu - before.cpu)


def percentiles(values: Sequence[float]) -> str:
    """Median, 95th percentile and maximum."""
    ordered = sorted(values)
    at = [ordered[min(len(ordered) - 1, math.ceil(len(ordered) * p) - 1)] for p in (0.5, 0.95, 1)]
    return " / ".join(f"{value:.0f}" for value in at)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Prints a Markdown table."""
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print()


def share(problem: Problem, best: dict[int, int], bundle: tuple[int, ...]) -> float:
    """How JOD ranks: wanted skills that are missing over skills taught, course by course."""
    taught = {target for course in bundle for target, _ in problem.candidates[course].gains}
    return len(taught - best.keys()) / max(1, len(taught)) / len(bundle)


PEERS: Mapping[str, Callable[[Problem], tuple[int, ...]]] = {
    "greedy, gain per credit": greedy,
    "ratio of wanted skills": lambda problem: greedy(problem, share, per_credit=False),
}
"""What others do, on the same problem."""


def occupations(graph: Graph, facts: Facts, seed: int, count: int) -> Iterable[str]:
    """Occupations by seed among those with at least ``COVERABLE`` skills that courses develop."""
    query = engine("paths-property").bind(
        {"class": iri(terms.esco.Occupation), "property": iri(terms.rdf.type)}
    )
    every = sorted({row[0] for row in graph.select(query) if row[0]})
    random.Random(seed).shuffle(every)
    found = 0
    for occupation in every:
        asked = request.parse({"to": {"occupation": occupation}})
        wanted = targets.wanted(graph, facts, asked)
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


def on_the_graph(count: int, seed: int, budgets: bool) -> None:
    """Occupations on the graph of POLKU_DATA."""
    graph = open_graph(Settings().data)
    began = time.perf_counter()
    facts = index.read(graph)
    warm = time.perf_counter() - began
    service = Service(graph, today=lambda: TODAY, facts=facts)
    asked = list(occupations(graph, facts, seed, count))
    stages: dict[str, list[Took]] = {
        name: [] for name in ("targets", "reduce", "select", "place", "whole answer")
    }
    rows: dict[str, list[float]] = {name: [] for name in PEERS}
    proved = checked = cuts = 0
    coverage, evidence, candidates, able = [], [], [], []
    slowest: tuple[float, Row] = (0.0, [])
    for occupation in asked:
        parsed = request.parse({"to": {"occupation": occupation}})
        at = [now()]
        wanted = targets.wanted(graph, facts, parsed)
        at.append(now())
        resolved = question.resolve(facts, parsed, wanted.targets, TODAY)
        reduced = question.reduce(facts, resolved, timetable=service.timetable)
        at.append(now())
        selection = Selector(reduced.problem, Aims(seconds=10)).solve()
        at.append(now())
        place(reduced.problem, selection.chosen)
        at.append(now())
        answer = service.plan({"to": {"occupation": occupation}, "timeLimit": 5.0})
        at.append(now())
        spent = [between(*pair) for pair in itertools.pairwise(at)]
        for name, took in zip(stages, spent, strict=True):
            stages[name].append(took)
        routes = answer["routes"]
        assert isinstance(routes, list)
        route = routes[0]
        certificate = route["certificate"]
        proved += certificate["status"] == "optimal"
        checked += certificate["checked"]
        cuts += certificate["cuts"]
        coverage.append(route["coverage"])
        evidence.append(route["evidence"])
        candidates.append(certificate["candidates"])
        able.append(len({t for c in reduced.problem.candidates for t, _ in c.gains}))
        top = certificate["objective"][0]
        for name, peer in PEERS.items():
            reached = measure(reduced.problem, peer(reduced.problem))["coverage"]
            rows[name].append(reached / top if top else 1.0)
        if spent[-1].wall > slowest[0]:
            slowest = (
                spent[-1].wall,
                [occupation, certificate["candidates"], certificate["targets"]],
            )
    print(
        f"Graph: {len(facts.courses):,} courses, {len(facts.taught):,} skills taught by "
        f"{sum(len(c.develops) for c in facts.courses.values()):,} links, threshold "
        f"{facts.threshold:g}; index read in {warm:.2f} s. {len(asked)} occupations (seed {seed}) "
        f"with at least {COVERABLE} coverable skills; 60 ECTS, 8 periods, 15 ECTS a period; all "
        "levels, placement and check; one core.\n"
    )
    n = len(asked)
    table(
        ["proved optimal", "checked", "cuts", "candidates", "coverable skills", "covered weight"],
        [[
            f"{proved} of {n}", f"{checked} of {n}", cuts, percentiles(candidates),
            percentiles(able), f"{mean(coverage):.2f}, evidence-weighted {mean(evidence):.2f}",
        ]],
    )  # fmt: skip
    table(
        ["stage", "ms, median / p95 / max", "processor ms, median / p95 / max"],
        [
            [
                name,
                percentiles([one.wall for one in took]),
                percentiles([one.cpu for one in took]),
            ]
            for name, took in stages.items()
        ],
    )
    table(
        ["peer", "coverage reached of the proved best, mean", "worst"],
        [[name, f"{mean(v):.3f}", f"{min(v):.3f}"] for name, v in rows.items()],
    )
    print(f"Slowest: {slowest[1]}, {slowest[0]:.0f} ms.\n")
    if budgets:
        _budgets(service, asked)


def _budgets(service: Service, asked: Sequence[str]) -> None:
    rows: list[Row] = []
    for ects in (15, 30, 60, 120):
        found = []
        for occupation in asked:
            limits = {"ects": ects, "periods": 12}
            answer = service.plan(
                {"to": {"occupation": occupation}, "limits": limits, "timeLimit": 5.0}
            )
            routes = answer["routes"]
            assert isinstance(routes, list)
            found.append(routes[0])
        rows.append(
            [
                ects,
                f"{mean(one['coverage'] for one in found):.3f}",
                f"{mean(one['ects'] for one in found):.1f}",
                sum(one["certificate"]["status"] == "optimal" for one in found),
            ]
        )
    table(["budget, ECTS", "covered weight, mean", "ECTS used, mean", "proved"], rows)


def catalogue(seed: int, courses: int = 5_000, skills: int = 14_000, taught: int = 2_500) -> Facts:
    """A seeded catalogue: skewed skills, AND/OR prerequisites, eight periods over two years."""
    dice = random.Random(seed)
    starts = [date(2025, 9, 1) + timedelta(weeks=8 * n) for n in range(6)]
    periods = [
        Period(f"p/{n}", "u", start, start + timedelta(weeks=8, days=-1), f"P{n + 1}")
        for n, start in enumerate(starts)
    ]
    made = []
    for number in range(courses):
        names = {int(taught * dice.random() ** 2) for _ in range(dice.randint(2, 8))}
        groups: tuple[PrerequisiteGroup, ...] = ()
        if number > 50 and dice.random() < 0.4:
            groups = tuple(
                PrerequisiteGroup(
                    f"g/{number}/{n}",
                    tuple(f"c/{dice.randrange(number):05}" for _ in range(dice.randint(1, 3))),
                    dice.random() < 0.5,
                )
                for n in range(dice.choice([1, 1, 2]))
            )
        first = dice.randrange(len(periods))
        last = min(len(periods) - 1, first + dice.choice([0, 0, 1]))
        made.append(
            Course(
                f"c/{number:05}",
                f"C-{number}",
                "u",
                dice.choice([200, 300, 500, 500, 500, 500, 600, 1000]),
                dice.choice(["basic", "intermediate", "advanced"]),
                languages=frozenset({"en"}),
                develops=tuple(
                    Evidence(f"s/{name:05}", round(dice.uniform(0.2, 1.0), 4), Status.SUGGESTED, 1)
                    for name in sorted(names)
                ),
                groups=groups,
                offerings=(
                    Offering(
                        f"o/{number}",
                        periods[first].start,
                        periods[last].end,
                        tuple(one.iri for one in periods[first : last + 1]),
                    ),
                ),
            )
        )
    return index.assemble(
        f"generated {seed}",
        made,
        periods=periods,
        skills={f"s/{n:05}": SkillFacts("knowledge") for n in range(skills)},
    )


def generated(count: int, seed: int) -> None:
    """Questions of three sizes on the seeded catalogue."""
    facts = catalogue(seed)
    ahead = calendar(facts.teaching, {"u"}, TODAY, 8)
    taught = sorted(facts.taught)
    timetable = question.Timetable(facts)
    rows: list[Row] = []
    for low, high, ects in KINDS:
        dice = random.Random(seed)
        spent, sizes, proved = [], [], 0
        for _ in range(count):
            wanted = dice.sample(taught, dice.randint(low, high))
            asked = question.Question(
                Limits(ects=ects * CENTI, load=1500 if ects < 100 else 2000, start=TODAY),
                tuple(Target(skill, round(dice.uniform(0.3, 6), 4)) for skill in wanted),
                frozenset(),
                frozenset(),
                0.0,
                ahead,
                TODAY,
            )
            began = now()
            reduced = question.reduce(facts, asked, timetable=timetable)
            solved = solve.solve(reduced.problem, replace(Aims(), seconds=10.0))
            spent.append(between(began, now()))
            sizes.append(len(reduced.problem.candidates))
            proved += solved.status == "optimal"
        rows.append([f"{low}–{high}", ects, percentiles(sizes), f"{proved} of {count}",
                     percentiles([one.wall for one in spent]),
                     percentiles([one.cpu for one in spent])])  # fmt: skip
    print(
        f"Generated: {len(facts.courses):,} courses, {len(facts.taught):,} skills taught, "
        f"seed {seed}; reduction, all levels and placement.\n"
    )
    table(
        ["target skills", "ECTS", "candidates", "proved", "ms, median / p95 / max", "processor ms"],
        rows,
    )


def main() -> int:
    """0 if every table could be made."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--budgets", action="store_true")
    parser.add_argument("--only", choices=["graph", "generated"])
    chosen = parser.parse_args()
    if chosen.only != "generated":
        on_the_graph(chosen.questions, chosen.seed, chosen.budgets)
    if chosen.only != "graph":
        generated(max(10, chosen.questions // 4), chosen.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
