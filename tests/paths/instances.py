"""Small random problems, and their answers by trying everything."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from app.paths.model import (
    CENTI,
    Candidate,
    Evidence,
    Known,
    Placement,
    Problem,
    Slot,
    Status,
    Target,
)

START = date(2027, 1, 4)


def slots(count: int) -> tuple[Slot, ...]:
    """Periods of seven weeks, one after another."""
    return tuple(
        Slot(
            START + timedelta(weeks=7 * n),
            START + timedelta(weeks=7 * n + 7, days=-1),
            f"P{n + 1}",
        )
        for n in range(count)
    )


def placement(first: int, last: int, load: Sequence[int], known: Known) -> Placement:
    """A placement that takes whole slots."""
    return Placement(
        first,
        last,
        START + timedelta(weeks=7 * first),
        START + timedelta(weeks=7 * last + 7, days=-1),
        known,
        tuple(load),
    )


def problem(seed: int, courses: int = 7, skills: int = 6, periods: int = 4) -> Problem:
    """A random problem of every kind of constraint; small enough to try everything."""
    dice = random.Random(seed)
    ladder = random.Random(f"{seed} by level")
    candidates = []
    for number in range(courses):
        ects = dice.choice([100, 250, 300, 500, 500, 500, 1000])
        options = []
        for _ in range(dice.randint(1, 3)):
            first = dice.randrange(periods)
            last = min(periods - 1, first + dice.choice([0, 0, 0, 1]))
            part = ects // (last - first + 1)
            load = [part] * (last - first) + [ects - part * (last - first)]
            options.append(placement(first, last, load, dice.choice(list(Known))))
        gains = {
            skill: dice.randint(1, 300)
            for skill in dice.sample(range(skills), dice.randint(0, min(3, skills)))
        }
        others = [other for other in range(courses) if other != number]
        candidates.append(
            Candidate(
                course=f"https://example.org/course/{number}",
                ects=ects,
                cost=dice.choice([0, 0, 5000]),
                unproved=dice.random() < 0.5,
                gains=tuple(sorted(gains.items())),
                groups=_groups(dice, others, 0.25),
                recommended=_groups(dice, others, 0.2),
                placements=tuple(options),
                hash=dice.randrange(1 << 16),
                level=ladder.randint(0, 4),
                develops=tuple(
                    Evidence(f"https://example.org/skill/{skill}", 0.5, Status.SUGGESTED, 1)
                    for skill in ladder.sample(range(skills), min(2, skills))
                ),
            )
        )
    pairs = dice.sample(list(itertools.combinations(range(courses), 2)), dice.choice([0, 0, 1, 2]))
    return Problem(
        targets=tuple(Target(f"https://example.org/skill/{n}", 1.0) for n in range(skills)),
        candidates=tuple(candidates),
        slots=slots(periods),
        ects=dice.choice([None, 1000, 1500, 2500]),
        cost=dice.choice([None, None, 5000]),
        courses=dice.choice([None, None, 3]),
        load=dice.choice([None, 500, 1000, 1500]),
        conflicts=tuple(sorted(pairs)),
        credentials=tuple(
            tuple(sorted(dice.sample(range(courses), dice.randint(1, 3))))
            for _ in range(dice.choice([0, 0, 1, 2]))
        ),
        credentials_only=False,
        required=tuple(dice.sample(range(courses), 1)) if dice.random() < 0.15 else (),
    )


def _groups(
    dice: random.Random, others: Sequence[int], often: float
) -> tuple[tuple[int, ...], ...]:
    if dice.random() > often:
        return ()
    return tuple(
        tuple(sorted(dice.sample(list(others), dice.randint(1, 2))))
        for _ in range(dice.choice([1, 1, 2]))
    )


def allowed(problem: Problem) -> Iterator[tuple[int, ...]]:
    """Every selection that keeps to all but the calendar."""
    every = range(len(problem.candidates))
    for size in range(len(problem.candidates) + 1):
        for chosen in itertools.combinations(every, size):
            if _keeps(problem, chosen):
                yield chosen


def _keeps(problem: Problem, chosen: tuple[int, ...]) -> bool:
    picked = [problem.candidates[c] for c in chosen]
    total = sum(one.ects for one in picked)
    fees = sum(one.cost or 0 for one in picked)
    return (
        (problem.ects is None or total <= problem.ects)
        and (problem.cost is None or fees <= problem.cost)
        and (problem.courses is None or len(chosen) <= problem.courses)
        and set(problem.required) <= set(chosen)
        and not any(a in chosen and b in chosen for a, b in problem.conflicts)
        and all(set(group) & set(chosen) for one in picked for group in one.groups)
    )


def schedules(problem: Problem, chosen: tuple[int, ...]) -> Iterator[dict[int, Placement]]:
    """Every schedule of the chosen that keeps to loads and prerequisites."""
    for options in itertools.product(*(problem.candidates[c].placements for c in chosen)):
        placed = dict(zip(chosen, options, strict=True))
        loads = [0] * len(problem.slots)
        for one in options:
            for slot, part in enumerate(one.load, one.first):
                loads[slot] += part
        if problem.load is not None and max(loads, default=0) > problem.load:
            continue
        if all(
            any(d in placed and placed[d].last < placed[c].first for d in group)
            for c in chosen
            for group in problem.candidates[c].groups
        ):
            yield placed


def out_of_order(problem: Problem, placed: dict[int, Placement]) -> Iterator[bool]:
    """For every two courses: whether the more advanced one begins first, a skill being theirs."""
    for basic, more in itertools.permutations(placed, 2):
        one, other = problem.candidates[basic], problem.candidates[more]
        yield (
            one.level != 0
            and one.level < other.level
            and any(
                mine.skill == theirs.skill for mine in one.develops for theirs in other.develops
            )
            and placed[basic].first > placed[more].first
        )


def levels(problem: Problem, chosen: tuple[int, ...]) -> dict[str, int]:
    """What each level of the objective is for a selection, counted straight."""
    best: dict[int, int] = {}
    for c in chosen:
        for target, worth in problem.candidates[c].gains:
            best[target] = max(worth, best.get(target, 0))
    return {
        "coverage": sum(best.values()),
        "ects": sum(problem.candidates[c].ects for c in chosen),
        "unproved": sum(problem.candidates[c].unproved for c in chosen),
        "unmet": sum(
            not set(group) & set(chosen)
            for c in chosen
            for group in problem.candidates[c].recommended
        ),
        "credentials": sum(set(parts) <= set(chosen) for parts in problem.credentials),
        "hash": sum(problem.candidates[c].hash for c in chosen),
    }


def best(
    problem: Problem, slack: float, *, placed: bool = True
) -> tuple[tuple[int, ...], dict[str, int]] | None:
    """The lexicographically best selection by trying everything; None if there is none."""
    every = [
        (chosen, levels(problem, chosen))
        for chosen in allowed(problem)
        if not placed or next(schedules(problem, chosen), None) is not None
    ]
    if not every:
        return None
    top = max(level["coverage"] for _, level in every)
    floor = math.ceil(top * (1 - slack) - 1e-9)
    return min(
        (pair for pair in every if pair[1]["coverage"] >= floor),
        key=lambda pair: (
            pair[1]["ects"],
            -pair[1]["coverage"],
            pair[1]["unproved"],
            pair[1]["unmet"],
            -pair[1]["credentials"],
            pair[1]["hash"],
        ),
    )


def total(credits: float) -> int:
    """Credits in hundredths."""
    return round(credits * CENTI)
