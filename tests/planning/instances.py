"""Small random problems of design, and their answers by trying everything."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.paths.model import CENTI, Entry, Problem
from app.planning.problem import Division
from tests.paths import instances


def problem(seed: int, courses: int = 8) -> Problem:
    """A random problem: prerequisites at the door, several universities, least credits."""
    dice = random.Random(seed)
    made = instances.problem(seed, courses=courses)
    every = range(courses)
    candidates = []
    for place, one in enumerate(made.candidates):
        # Some develop nothing, and are there for those that ask for them.
        ground = dice.random() < 0.2
        others = [other for other in every if other != place]
        candidates.append(
            replace(
                one,
                cost=None,
                unproved=False,
                gains=() if ground else one.gains,
                groups=(tuple(sorted(dice.sample(others, 2))),) if ground else (),
            )
        )
    entries = []
    for _ in range(dice.choice([0, 1, 2, 4])):
        asking = dice.sample(every, dice.randint(1, 3))
        entries.append(
            Entry(
                tuple(
                    (place, tuple(sorted({*dice.sample(every, dice.randint(0, 2))} - {place})))
                    for place in asking
                )
            )
        )
    return replace(
        made,
        candidates=tuple(candidates),
        ects=dice.choice([1000, 1500, 2500]),
        cost=None,
        courses=dice.choice([2, 3, 4]),
        load=None,
        credentials=(),
        required=tuple(dice.sample(every, 1)) if dice.random() < 0.1 else (),
        least_ects=dice.choice([100, 500, 700, 1000]),
        entries=tuple(entries),
        entry_price=CENTI,
        at_most=((tuple(sorted(dice.sample(every, 3))), 1),) if dice.random() < 0.3 else (),
    )


def divided(seed: int, courses: int = 8) -> tuple[Division, ...]:
    """Random divisions of the candidates; in one of them some are in both parts."""
    dice, every = random.Random(-seed), range(courses)
    split, common = dice.randint(1, courses - 1), dice.randint(0, 2)
    found: list[Division] = []
    if dice.random() < 0.5:
        found.append((tuple(every[:split]), tuple(every[split:])))
    if dice.random() < 0.5:
        found.append((tuple(every[::2]), tuple(sorted({*every[1::2], *every[:common]}))))
    return tuple(found)


def allowed(problem: Problem, apart: Sequence[Division] = ()) -> Iterator[tuple[int, ...]]:
    """Every combination that keeps to all limits."""
    every = range(len(problem.candidates))
    for size in range(len(problem.candidates) + 1):
        for chosen in itertools.combinations(every, size):
            within = (any(set(chosen) <= set(part) for part in parts) for parts in apart)
            if _keeps(problem, set(chosen)) and all(within):
                yield chosen


def _keeps(problem: Problem, chosen: set[int]) -> bool:
    total = sum(problem.candidates[one].ects for one in chosen)
    return (
        problem.least_ects <= total
        and (problem.ects is None or total <= problem.ects)
        and (problem.courses is None or len(chosen) <= problem.courses)
        and set(problem.required) <= chosen
        and not any(a in chosen and b in chosen for a, b in problem.conflicts)
        and all(
            chosen.intersection(group) for one in chosen for group in problem.candidates[one].groups
        )
        and all(len(chosen.intersection(places)) <= most for places, most in problem.at_most)
    )


def levels(problem: Problem, chosen: tuple[int, ...]) -> tuple[int, ...]:
    """What counts, in order, the less the better; counted straight."""
    held = set(chosen)
    surest: dict[int, int] = {}
    for one in chosen:
        for target, worth in problem.candidates[one].gains:
            surest[target] = max(worth, surest.get(target, 0))
    doors = 0
    for entry in problem.entries:
        doors += any(one in held and not held & set(meeting) for one, meeting in entry.asking)
    unmet = 0
    for one in chosen:
        unmet += sum(not held & set(group) for group in problem.candidates[one].recommended)
    return (
        sum(problem.candidates[one].ects for one in chosen) + CENTI * doors,
        -sum(surest.values()),
        doors,
        unmet,
        sum(problem.candidates[one].hash for one in chosen),
    )


def best(problem: Problem, slack: float, apart: Sequence[Division] = ()) -> tuple[int, ...] | None:
    """The levels of the best combination by trying everything; None if there is none."""
    every = [levels(problem, chosen) for chosen in allowed(problem, apart)]
    if not every:
        return None
    floor = math.ceil(max(-level[1] for level in every) * (1 - slack) - 1e-9)
    return min(level for level in every if -level[1] >= floor)
