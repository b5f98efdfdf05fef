"""The combinations against trying everything, and what must hold whatever the catalogue."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.paths.model import Known
from app.paths.select import Aims, select
from app.planning.calendar import narrowest
from app.planning.choose import best, choose, covered, kept
from tests.paths import instances as routes
from tests.planning import instances

SECONDS = 20.0


@pytest.mark.parametrize("block", range(5))
def test_the_best_combination_is_the_one_that_trying_everything_finds(block: int) -> None:
    for seed in range(block, 500, 5):
        problem = instances.problem(seed)
        slack = (0.0, 0.02, 0.15)[seed % 3]
        divided = instances.divided(seed)
        found = best(problem, divided, slack=slack, seconds=SECONDS)
        wanted = instances.best(problem, slack, divided)
        if wanted is None:
            assert found.status == "infeasible", seed
            continue
        assert found.status == "optimal", seed
        assert instances.levels(problem, found.chosen) == wanted, (seed, found)
        assert all(level.proved for level in found.levels), seed


@pytest.mark.parametrize("seed", range(600, 640))
def test_each_further_one_is_the_best_of_those_that_differ_from_all_before(seed: int) -> None:
    problem = replace(instances.problem(seed), at_most=())
    divided = instances.divided(seed)
    found = choose(problem, 3, divided, slack=0.0, seconds=SECONDS)
    before: list[set[int]] = []
    for one in found.chosen:
        chosen = one.selection.chosen
        free = [earlier - set(problem.required) for earlier in before]
        differ = tuple((tuple(sorted(each)), kept(len(each))) for each in free)
        narrowed = replace(problem, at_most=differ)
        assert chosen in set(instances.allowed(narrowed, divided))
        assert instances.levels(narrowed, chosen) == instances.best(narrowed, 0.0, divided)
        before.append(set(chosen))
    assert found.ended in ("enough", "infeasible")


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1000, 3000), st.integers(0, 2000))
def test_more_credits_never_cover_less(seed: int, most: int, more: int) -> None:
    problem = replace(instances.problem(seed), required=())
    aims = Aims(slack=0.0, seconds=SECONDS)
    tight = select(replace(problem, ects=most), aims)
    loose = select(replace(problem, ects=most + more), aims)
    if tight.status == "optimal":
        assert loose.status == "optimal"
        assert covered(problem, loose.chosen) >= covered(problem, tight.chosen)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_what_is_asked_for_at_the_door_never_changes_what_can_be_covered(seed: int) -> None:
    problem = instances.problem(seed)
    aims = Aims(slack=0.0, seconds=SECONDS)
    asked, open_ = select(problem, aims), select(replace(problem, entries=()), aims)
    assert asked.status == open_.status
    if asked.status == "optimal":
        assert covered(problem, asked.chosen) == covered(problem, open_.chosen)


def test_without_time_there_is_no_proposal_and_it_is_said() -> None:
    found = choose(instances.problem(1), 3, slack=0.0, seconds=0.0)
    assert not found.chosen
    assert found.ended == "unknown"


@pytest.mark.parametrize("seed", range(700, 740))
def test_the_courses_are_taken_in_as_few_periods_as_can_be(seed: int) -> None:
    made = routes.problem(seed, courses=4)
    problem = replace(made, load=made.load and 1500, required=())
    chosen = tuple(range(4))
    spans = {
        (min(one.first for one in placed.values()), max(one.last for one in placed.values()))
        for placed in routes.schedules(problem, chosen)
    }
    found = narrowest(problem)
    least = min((last - first for first, last in spans), default=None)
    assert {(one.first, one.last) for one in found} == {
        span for span in spans if span[1] - span[0] == least
    }
    assert all(option.known in Known for one in found for option in one.placed.values())
