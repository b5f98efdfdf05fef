"""Generated catalogues: how often a route is proved the best, and how soon."""

from __future__ import annotations

from collections.abc import Sequence

from app.paths import question, solve
from app.paths.model import Facts
from app.paths.select import Aims
from benchmarks.paths import catalogue, checked
from benchmarks.paths.catalogue import Kind, Shape
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

SECONDS = 5.0
"""The time limit of each question; with a low one the slow ones would hide behind it."""

Plan = Sequence[tuple[Shape, Sequence[Kind], float]]
"""Catalogues, the kinds of questions to each, and the share of the questions asked for."""

PLAN: Plan = (
    (catalogue.SPARSE, (catalogue.SMALL, catalogue.OCCUPATION, catalogue.LARGE), 1.0),
    (catalogue.SPARSE_LARGE, (catalogue.OCCUPATION_AT_50_000,), 1.0),
    # Twice as many links and candidates, and half as many courses again that ask for others.
    (catalogue.DENSE, (catalogue.SMALL, catalogue.OCCUPATION, catalogue.LARGE), 0.5),
    # Seconds a question: some are enough to see it.
    (catalogue.DENSE_LARGE, (catalogue.OCCUPATION_AT_50_000,), 0.1),
)


def run(count: int, seed: int, plan: Plan = PLAN) -> None:
    """Prints how questions of every kind fare on every catalogue."""
    rows: list[Row] = []
    for shape, kinds, share in plan:
        facts = catalogue.catalogue(shape, seed)
        rows += [_row(facts, shape, kind, max(1, int(count * share)), seed) for kind in kinds]
    say(
        f"Seed {seed}: {catalogue.SKILLS:,} skills, AND/OR prerequisites, 8 periods, higher "
        "levels wanted of three skills in ten. From the resolved question to the placed route: "
        f"reduction, all levels of the objective, placement; limit {SECONDS:g} s. Goals are "
        "milliseconds on the clock; “in 1 s” counts routes proved within the service's usual limit."
    )
    table(
        [
            "catalogue", "courses / links", "skills, ECTS", "candidates", "proved", "in 1 s",
            "checked", "cuts", "ms, median / p95 / max", "processor ms", "goal, median / p95",
            "met",
        ],
        rows,
    )  # fmt: skip


def _row(facts: Facts, shape: Shape, kind: Kind, count: int, seed: int) -> Row:
    timetable = question.Timetable(facts)
    spent: list[Took] = []
    sizes: list[float] = []
    proved = soon = sound = cuts = 0
    for asked in catalogue.questions(facts, kind, count, seed):
        watch = Watch()
        reduced = question.reduce(facts, asked, timetable=timetable)
        solved = solve.solve(reduced.problem, Aims(seconds=SECONDS))
        spent.append(watch.took())
        sizes.append(len(reduced.problem.candidates))
        proved += solved.status == "optimal"
        soon += solved.status == "optimal" and solved.seconds <= 1
        cuts += solved.cuts
        wrong = checked.violations(facts, asked, reduced, solved)
        assert not wrong, f"{shape}, {kind}: {wrong[:3]}"
        sound += 1
    wall, cpu = clocks(spent)
    links = sum(len(one.develops) for one in facts.courses.values())
    return [
        shape.name, f"{len(facts.courses):,} / {links:,}",
        f"{kind.skills[0]}–{kind.skills[1]}, {kind.ects}", percentiles(sizes),
        of(proved, count), of(soon, count), of(sound, count), cuts, wall, cpu,
        " / ".join("—" if goal is None else str(goal) for goal in kind.goals),
        _met(kind, spent),
    ]  # fmt: skip


def _met(kind: Kind, spent: list[Took]) -> str:
    wall = [one.wall for one in spent]
    pairs = zip(kind.goals, (percentile(wall, 0.5), percentile(wall, 0.95)), strict=True)
    return "yes" if all(goal is None or value <= goal for goal, value in pairs) else "no"
