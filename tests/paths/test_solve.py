"""The two solvers against trying everything, and what must hold whatever the catalogue."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.paths import greedy, place, select, solve
from app.paths.model import Known, Placement, Problem
from app.paths.select import Aims
from tests.paths import instances

CALM = Aims(slack=0.02, seconds=20)
SEEDS = range(1000)


@pytest.mark.parametrize("block", range(12))
def test_the_route_is_the_one_that_trying_everything_finds(block: int) -> None:
    for seed in list(SEEDS)[block::12]:
        problem = instances.problem(seed)
        aims = replace(CALM, slack=(0.0, 0.02, 0.15)[seed % 3])
        solved = solve.solve(problem, aims)
        wanted = instances.best(problem, aims.slack)
        if wanted is None:
            assert solved.status == "infeasible", seed
            continue
        assert solved.status == "optimal", seed
        chosen, level = wanted
        found = instances.levels(problem, solved.selection.chosen)
        assert found == level, (seed, chosen, solved.selection)


@pytest.mark.parametrize(
    ("seed", "load", "slack"),
    [
        (100889, 500, 0.02),
        (101287, None, 0.3),
        (20521, None, 0.02),  # said to be infeasible once a solution is known
        (21467, None, 0.3),
    ],
)
def test_a_solver_that_fails_while_presolving_is_asked_once_more(
    seed: int, load: int | None, slack: float
) -> None:
    problem = instances.problem(seed, courses=8, periods=3 + seed % 3)
    problem = replace(problem, load=load or problem.load)
    solved = solve.solve(problem, replace(CALM, slack=slack))
    wanted = instances.best(problem, slack)
    assert wanted is not None
    assert solved.status == "optimal"
    assert instances.levels(problem, solved.selection.chosen) == wanted[1]


@pytest.mark.parametrize("block", range(4))
def test_selection_alone_is_the_best_before_the_calendar_is_asked(block: int) -> None:
    for seed in range(1000 + block, 1100, 4):
        problem = replace(instances.problem(seed, courses=8), load=None)
        found = select.select(problem, CALM)
        wanted = instances.best(problem, CALM.slack, placed=False)
        assert (wanted is None) == (found.status == "infeasible"), seed
        if wanted is not None:
            assert instances.levels(problem, found.chosen) == wanted[1], seed


@pytest.mark.parametrize("block", range(4))
def test_courses_of_one_kind_fill_the_periods_as_if_they_were_told_apart(block: int) -> None:
    for seed in range(3000 + block, 3060, 4):
        problem = instances.problem(seed, courses=8)
        kinds = problem.candidates[:2]
        problem = replace(
            problem,
            load=700 + 100 * (seed % 5),
            candidates=tuple(
                replace(one, groups=(), ects=kind.ects, placements=kind.placements)
                for one, kind in zip(problem.candidates, kinds * 4, strict=True)
            ),
        )
        found = select.select(problem, replace(CALM, timetable=True))
        wanted = instances.best(problem, CALM.slack)
        assert (wanted is None) == (found.status == "infeasible"), seed
        if wanted is not None:
            assert instances.levels(problem, found.chosen) == wanted[1], seed


@pytest.mark.parametrize("block", range(4))
def test_what_is_asked_for_is_over_before_it_is_asked_for(block: int) -> None:
    for seed in range(7000 + block, 7080, 4):
        problem = instances.problem(seed, courses=7, periods=3 + seed % 3)
        problem = replace(problem, load=(500, 700, 1000, None)[seed % 4])
        found = select.select(problem, replace(CALM, timetable=True, ordered=True))
        wanted = instances.best(problem, CALM.slack)
        assert (wanted is None) == (found.status == "infeasible"), seed
        if wanted is not None:
            assert instances.levels(problem, found.chosen) == wanted[1], seed
            assert place.place(problem, found.chosen).status == "optimal", seed


def test_every_level_tells_its_proved_bound() -> None:
    found = select.select(instances.problem(3), CALM)
    assert found.status == "optimal"
    assert all(level.bound == level.value for level in found.levels)


@pytest.mark.parametrize("seed", range(2000, 2060))
def test_a_schedule_is_over_early_then_climbs_by_level_and_prefers_announced(seed: int) -> None:
    problem = replace(instances.problem(seed, courses=5), required=())
    chosen = tuple(range(len(problem.candidates)))
    every = list(instances.schedules(problem, chosen))
    found = place.place(problem, chosen)
    if not every:
        assert found.status == "infeasible"
        return

    def merit(placed: dict[int, Placement]) -> tuple[int, int, int, int]:
        return (
            max(one.last for one in placed.values()),
            sum(instances.out_of_order(problem, placed)),
            sum(one.known is Known.EXPECTED for one in placed.values()),
            sum(one.first for one in placed.values()),
        )

    assert found.status == "optimal"
    assert merit(dict(found.placed)) == min(merit(one) for one in every)


def test_a_route_of_hundreds_of_courses_is_placed_without_comparing_every_two(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    small = replace(instances.problem(1, courses=4), required=(), load=None)
    one = replace(small.candidates[0], groups=(), recommended=())
    many = place.MOST_ORDERED + 1
    problem = replace(small, candidates=(one,) * many)
    monkeypatch.setattr(place, "ladder", lambda *_: pytest.fail("every two were compared"))
    found = place.place(problem, range(many))
    assert found.status == "feasible"
    assert len(found.placed) == many


@pytest.mark.parametrize("seed", range(3000, 3060))
def test_a_conflict_forbids_no_selection_that_can_be_placed(seed: int) -> None:
    problem = instances.problem(seed, courses=6, periods=3)
    for chosen in instances.allowed(problem):
        if place.place(problem, chosen).status != "infeasible":
            continue
        cut = place.conflict(problem, chosen)
        assert set(cut.together) <= set(chosen)
        assert not set(cut.unless) & set(chosen)
        for other in instances.allowed(problem):
            forbidden = set(cut.together) <= set(other) and not set(cut.unless) & set(other)
            if forbidden:
                assert next(instances.schedules(problem, other), None) is None
        return


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_adding_a_course_never_lowers_coverage(seed: int) -> None:
    problem = replace(instances.problem(seed), required=(), credentials=())
    fewer = _without_last(problem)
    first = select.select(fewer, replace(CALM, slack=0.0, levels=1))
    more = select.select(problem, replace(CALM, slack=0.0, levels=1))
    assert more.levels[0].value >= first.levels[0].value


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 3000), st.integers(0, 3000))
def test_a_larger_budget_never_hurts(seed: int, one: int, other: int) -> None:
    problem = replace(instances.problem(seed), required=())
    small, large = sorted((one, other))
    tight = solve.solve(replace(problem, ects=small), replace(CALM, slack=0.0))
    loose = solve.solve(replace(problem, ects=large), replace(CALM, slack=0.0))
    assert solve.coverage(loose) >= solve.coverage(tight)


def test_a_problem_that_presolving_calls_infeasible_after_a_cut_is_still_solved() -> None:
    problem = replace(instances.problem(240), required=(), ects=1500)
    found = solve.solve(problem, replace(CALM, slack=0.0))
    placeable = [c for c in instances.allowed(problem) if any(instances.schedules(problem, c))]
    assert found.status == "optimal"
    assert solve.coverage(found) == max(
        instances.levels(problem, chosen)["coverage"] for chosen in placeable
    )


@pytest.mark.parametrize("seed", range(4000, 4030))
def test_the_fastest_route_is_over_first_of_those_that_cover_enough(seed: int) -> None:
    problem = replace(instances.problem(seed, courses=6), required=())
    found = solve.fastest(problem, CALM)
    every = [
        (max((one.last for one in placed.values()), default=-1), chosen)
        for chosen in instances.allowed(problem)
        for placed in instances.schedules(problem, chosen)
    ]
    top = max(instances.levels(problem, chosen)["coverage"] for _, chosen in every)
    enough = [
        last
        for last, chosen in every
        if instances.levels(problem, chosen)["coverage"] >= top * (1 - CALM.slack)
    ]
    assert found.status == "optimal"
    assert max((one.last for one in found.schedule.placed.values()), default=-1) == min(enough)


@pytest.mark.parametrize("seed", range(5000, 5020))
def test_alternatives_differ_in_a_third_of_the_courses_and_lose_little(seed: int) -> None:
    problem = replace(instances.problem(seed, courses=8), required=())
    first = solve.solve(problem, CALM)
    others = solve.alternatives(problem, first, CALM, 2, give_up=0.1, extra=0.1)
    credits = instances.levels(problem, first.selection.chosen)["ects"]
    before = [set(first.selection.chosen)]
    for other in others:
        chosen = set(other.selection.chosen)
        assert all(len(one - chosen) >= max(1, len(before[0]) // 3) for one in before)
        assert solve.coverage(other) >= 0.9 * solve.coverage(first)
        assert instances.levels(problem, other.selection.chosen)["ects"] <= 1.1 * credits
        before.append(chosen)


def test_the_pareto_front_only_rises() -> None:
    problem = replace(instances.problem(11, courses=9), required=(), ects=3000)
    front = solve.pareto(problem, CALM, 3000, 10)
    worth = [solve.coverage(one) for _, one in front]
    assert len(front) > 2
    assert worth == sorted(set(worth))


@pytest.mark.parametrize("seed", range(8))
def test_a_planted_best_route_is_found_among_many_courses(seed: int) -> None:
    problem = instances.problem(seed, courses=60, skills=12, periods=6)
    planted = tuple(
        replace(
            problem.candidates[n],
            ects=100,
            gains=((2 * n, 100_000), (2 * n + 1, 100_000)),
            groups=(),
            cost=0,
            placements=(instances.placement(n, n, (100,), Known.ANNOUNCED),),
        )
        for n in range(6)
    )
    problem = replace(
        problem,
        candidates=(*planted, *problem.candidates[6:]),
        ects=600,
        courses=None,
        conflicts=(),
        required=(),
        load=1500,
    )
    solved = solve.solve(problem, CALM)
    assert solved.status == "optimal"
    assert set(range(6)) <= set(solved.selection.chosen)


def _without_last(problem: Problem) -> Problem:
    last = len(problem.candidates) - 1
    return replace(
        problem,
        candidates=tuple(
            replace(
                one,
                groups=tuple(tuple(c for c in group if c != last) for group in one.groups),
                recommended=tuple(
                    tuple(c for c in group if c != last) for group in one.recommended
                ),
            )
            for one in problem.candidates[:-1]
        ),
        conflicts=tuple(pair for pair in problem.conflicts if last not in pair),
    )


def test_out_of_time_there_is_no_exception_and_no_false_proof() -> None:
    problem = instances.problem(7, courses=200, skills=60, periods=6)
    for seconds in (0.0, 1e-6, 1e-3, 0.02):
        for solver in (solve.solve, solve.fastest):
            solved = solver(replace(problem, required=()), replace(CALM, seconds=seconds))
            assert solved.status in ("unknown", "feasible", "optimal")
            if solved.status == "optimal":
                assert all(level.proved for level in solved.selection.levels)


def test_once_the_time_is_over_nothing_more_is_sought() -> None:
    problem = replace(instances.problem(11, courses=9), required=(), ects=3000)
    best = solve.solve(problem, CALM)
    over = replace(CALM, seconds=0.0)
    assert solve.alternatives(problem, best, over, 3, give_up=0.5, extra=0.5) == []
    assert solve.pareto(problem, over, 3000, 10) == []
    assert greedy.greedy(problem, until=0.0) == ()
    chosen = best.selection.chosen
    cut = place.conflict(problem, chosen, until=0.0)
    assert cut.together == chosen


@pytest.mark.parametrize("seed", range(2000, 2060))
def test_courses_placed_one_by_one_keep_to_loads_and_prerequisites(seed: int) -> None:
    problem = replace(instances.problem(seed, courses=5), required=())
    chosen = tuple(range(len(problem.candidates)))
    placed = place.early(problem, chosen)
    if placed is not None:
        assert placed in list(instances.schedules(problem, chosen))


@pytest.mark.parametrize("seed", range(6000, 6040))
def test_out_of_time_there_is_a_route_without_a_proof(seed: int) -> None:
    problem = replace(instances.problem(seed, courses=8, periods=3), required=())
    solved = solve.solve(problem, replace(CALM, seconds=0.0))
    assert solved.status == "feasible"
    assert all(level.bound is None for level in solved.selection.levels)
    assert solved.selection.chosen in list(instances.allowed(problem))
    assert dict(solved.schedule.placed) in list(
        instances.schedules(problem, solved.selection.chosen)
    )
    best = solve.solve(problem, CALM)
    assert solve.coverage(solved) <= solve.coverage(best) / (1 - CALM.slack) + 1
