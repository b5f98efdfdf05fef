"""Others on the same questions, held against the same checker.

Greedy set cover, the ratio by which JOD ranks, one time-expanded model in CP-SAT and in HiGHS, and
CP-SAT for both stages. Where one model and the product are both proved, they must agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from statistics import mean

from app.paths import solve
from app.paths.greedy import greedy
from app.paths.model import CENTI, Facts, Problem
from app.paths.place import place
from app.paths.question import Question, Reduced
from app.paths.select import COVERAGE, ECTS, Aims, measure
from benchmarks.paths import checked, monolith
from benchmarks.paths.figures import Row, Took, Watch, clocks, of, say, table
from benchmarks.paths.monolith import Answer

SECONDS = 5.0
"""The time limit of one question to one solver."""

OURS = "ours, all levels"
OURS_COVERAGE = "ours, coverage alone"


class DisagreementError(Exception):
    """Two proofs of one question that cannot both be right."""


def ratio(problem: Problem, best: dict[int, int], bundle: tuple[int, ...]) -> float:
    """How JOD ranks: wanted skills that are missing over skills taught, course by course."""
    taught = {target for course in bundle for target, _ in problem.candidates[course].gains}
    return len(taught - best.keys()) / max(1, len(taught)) / len(bundle)


RULES: Mapping[str, Callable[[Problem], tuple[int, ...]]] = {
    "greedy set cover, gain per credit": greedy,
    "JOD's ratio of wanted skills": partial(greedy, merit=ratio, per_credit=False),
}
"""What takes one course after another."""

MODELS: Mapping[str, Callable[[Problem, float], Answer]] = {
    "one model, CP-SAT": lambda problem, s: monolith.whole(problem, monolith.by_cp_sat, s),
    "one model, HiGHS": lambda problem, s: monolith.whole(problem, monolith.by_highs, s),
    "CP-SAT for both stages": lambda problem, s: monolith.two_stages(
        problem, monolith.by_cp_sat, s
    ),
}


@dataclass(frozen=True)
class Asked:
    """A question with its reduction and the facts that it is put to."""

    facts: Facts
    question: Question
    reduced: Reduced


@dataclass
class _Tally:
    reached: list[float] = field(default_factory=list)
    ects: list[float] = field(default_factory=list)
    spent: list[Took] = field(default_factory=list)
    proved: int = 0
    sound: int = 0
    answered: int = 0


def by_rule(problem: Problem, name: str) -> Answer:
    """The answer of a rule, placed."""
    chosen = RULES[name](problem)
    return Answer(
        chosen, place(problem, chosen).placed, measure(problem, chosen)[COVERAGE], 0, False
    )


def by_us(problem: Problem, *, levels: int | None, seconds: float) -> Answer:
    """The product's answer; its coverage and credits are the proved levels."""
    aims = Aims(seconds=seconds, levels=levels)
    solved = solve.solve(problem, aims)
    values = {one.name: one for one in solved.selection.levels}
    covered = values.get(COVERAGE)
    ects = values.get(ECTS)
    settled = solved.schedule.status in ("optimal", "feasible")
    return Answer(
        solved.selection.chosen,
        dict(solved.schedule.placed),
        covered.value if covered else None,
        covered.bound if covered and covered.bound is not None else float("inf"),
        settled and bool(covered and covered.proved),
        ects.value if ects and ects.proved and settled else None,
    )


def agree(ours: Answer, theirs: Answer, name: str) -> int:
    """How many proved levels both have: 0, 1 or 2.

    Raises: DisagreementError if a proof of one is contradicted by the other.
    """
    both = ours.proved and theirs.proved
    if both and ours.coverage != theirs.coverage:
        raise DisagreementError(f"{name} proves {theirs.coverage}, ours proves {ours.coverage}")
    if ours.proved and theirs.coverage is not None and theirs.coverage > (ours.coverage or 0):
        raise DisagreementError(f"{name} covers {theirs.coverage}, ours proves {ours.coverage}")
    if theirs.proved and ours.coverage is not None and ours.coverage > (theirs.coverage or 0):
        raise DisagreementError(f"ours covers {ours.coverage}, {name} proves {theirs.coverage}")
    if both and None not in (ours.ects, theirs.ects):
        if ours.ects != theirs.ects:
            raise DisagreementError(f"{name} proves {theirs.ects} credits, ours proves {ours.ects}")
        return 2
    return int(both)


def run(name: str, asked: Sequence[Asked], seconds: float = SECONDS) -> None:
    """Prints how everybody fares on some questions.

    Raises: DisagreementError if two proofs cannot both be right.
    """
    tallies: dict[str, _Tally] = {}
    agreed = [0, 0, 0]
    for one in asked:
        ours = _tell(tallies, OURS, one, partial(by_us, levels=None, seconds=seconds), None)
        _tell(tallies, OURS_COVERAGE, one, partial(by_us, levels=1, seconds=seconds), ours)
        for peer, model in MODELS.items():
            theirs = _tell(tallies, peer, one, _within(model, seconds), ours)
            agreed[agree(ours, theirs, peer)] += 1
        for peer in RULES:
            theirs = _tell(tallies, peer, one, partial(by_rule, name=peer), ours)
            agree(ours, theirs, peer)
    say(
        f"{len(asked)} questions, {name}; limit {seconds:g} s for each solver and question, one "
        "thread. Coverage is the first level's, of the product's proved best. The models without "
        "a proof stop at the limit. Of "
        f"{sum(agreed)} pairs with a solver of one model or of both stages, {agreed[2]} were "
        f"proved on both sides in coverage and credits, {agreed[1]} in coverage: all agreed."
    )
    table(
        ["who", "answered", "coverage of the best, mean / least", "ECTS, mean",
         "coverage proved", "checked", "ms, median / p95 / max", "processor ms"],
        [_row(peer, tally, len(asked)) for peer, tally in tallies.items()],
    )  # fmt: skip


def _within(
    model: Callable[[Problem, float], Answer], seconds: float
) -> Callable[[Problem], Answer]:
    return lambda problem: model(problem, seconds)


def _tell(
    tallies: dict[str, _Tally],
    name: str,
    asked: Asked,
    solver: Callable[[Problem], Answer],
    ours: Answer | None,
) -> Answer:
    problem = asked.reduced.problem
    tally = tallies.setdefault(name, _Tally())
    watch = Watch()
    answer = solver(problem)
    tally.spent.append(watch.took())
    tally.proved += answer.proved
    if answer.coverage is None:
        tally.reached.append(0.0)
        return answer
    tally.answered += 1
    best = (ours or answer).coverage
    covers = measure(problem, answer.chosen)
    tally.reached.append(covers[COVERAGE] / best if best else 1.0)
    tally.ects.append(covers[ECTS] / CENTI)
    route = checked.of_another(answer.chosen, answer.placed)
    wrong = checked.violations(asked.facts, asked.question, asked.reduced, route)
    assert not wrong, f"{name}: {wrong[:3]}"
    tally.sound += 1
    return answer


def _row(name: str, tally: _Tally, count: int) -> Row:
    wall, cpu = clocks(tally.spent)
    return [
        name,
        of(tally.answered, count),
        f"{mean(tally.reached):.3f} / {min(tally.reached):.3f}",
        f"{mean(tally.ects):.1f}" if tally.ects else "—",
        "—" if name in RULES else of(tally.proved, count),
        of(tally.sound, tally.answered),
        wall,
        cpu,
    ]


def relative(problem: Problem, best: int) -> dict[str, float]:
    """Rule → the share of the best coverage that it reaches."""
    return {
        name: measure(problem, rule(problem))[COVERAGE] / best if best else 1.0
        for name, rule in RULES.items()
    }


def asked_of(facts: Facts, pairs: Iterable[tuple[Question, Reduced]]) -> list[Asked]:
    """Questions to one catalogue."""
    return [Asked(facts, question, reduced) for question, reduced in pairs]
