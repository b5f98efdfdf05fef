"""How far a call goes past the time limit that it was given."""

from __future__ import annotations

from app.paths import question, solve
from app.paths.select import Aims
from benchmarks.paths import catalogue, checked
from benchmarks.paths.catalogue import Kind, Shape
from benchmarks.paths.figures import Row, Took, Watch, of, percentiles, say, table

MOST_PAST = 100
"""Milliseconds that a call may go past its limit."""

LIMITS = (0.05, 0.2, 1.0)
PLAN: tuple[tuple[Shape, Kind], ...] = (
    (catalogue.SPARSE, catalogue.OCCUPATION),
    (catalogue.DENSE, catalogue.LARGE),
)


def run(count: int, seed: int, plan: tuple[tuple[Shape, Kind], ...] = PLAN) -> None:
    """Prints how far solving goes past short limits, and what stands in for a proof then."""
    rows: list[Row] = []
    for shape, kind in plan:
        facts = catalogue.catalogue(shape, seed)
        timetable = question.Timetable(facts)
        asked = list(catalogue.questions(facts, kind, count, seed + 1))
        for limit in LIMITS:
            past: list[Took] = []
            proved = found = sound = 0
            for one in asked:
                reduced = question.reduce(facts, one, timetable=timetable)
                watch = Watch()
                solved = solve.solve(reduced.problem, Aims(seconds=limit))
                took = watch.took()
                past.append(Took(took.wall - 1000 * limit, took.cpu - 1000 * limit))
                proved += solved.status == "optimal"
                if solved.found:
                    found += 1
                    wrong = checked.violations(facts, one, reduced, solved)
                    assert not wrong, wrong[:3]
                    sound += 1
            over = [max(0.0, one.wall) for one in past]
            rows.append([
                f"{shape.name}, {kind.skills[0]}–{kind.skills[1]} skills", f"{limit:g}",
                of(found, count), of(proved, count), of(sound, found), percentiles(over),
                percentiles([max(0.0, one.cpu) for one in past]),
                of(sum(one > MOST_PAST for one in over), count),
            ])  # fmt: skip
    say(
        "Short limits, on the hardest questions: how far past the limit solving goes. A route "
        "without a proof stands in where the time ends first."
    )
    table(
        ["catalogue", "limit, s", "routes", "proved", "checked",
         "ms past the limit, median / p95 / max", "processor ms past it",
         f"past it by more than {MOST_PAST} ms"],
        rows,
    )  # fmt: skip
