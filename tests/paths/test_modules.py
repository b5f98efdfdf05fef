"""Modules as prerequisites: from RDF to a route, and against a direct reading of them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import NotFound
from app.graph import open_graph
from app.graph.publish import publish
from app.paths import modules, place, solve
from app.paths.model import Placement, Problem
from app.paths.select import Aims
from app.paths.service import Service
from loaders import rdf
from loaders.base import Run
from tests.graph.bundles import bundle_of
from tests.paths import instances
from tests.paths.answers import codes, first, plan
from tests.paths.catalogue import claims, course, courses, esco, people, skill
from tests.paths.conftest import TODAY

MODULE = "https://example.org/module/"
M, N = f"{MODULE}M", f"{MODULE}N"
PRESENT = {"skills": [{"skill": skill("present")}]}
"""What CS-7 alone develops."""

World = Callable[..., Service]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A service on the small network with modules and prerequisites that an RDF file states."""
    with ExitStack() as opened:

        def made(held: Mapping[str, Sequence[str]], *groups: tuple[str, Sequence[str]]) -> Service:
            """Module → its parts; groups as (course that asks, members)."""
            file = tmp_path / "modules.ttl"
            file.write_text(turtle(held, groups), "utf-8")
            data = tmp_path / "data"
            publish(
                data,
                {
                    name: bundle_of(data / "bundles" / name, name, triples)
                    for name, triples in {
                        "esco": esco(),
                        "aalto": (*courses(), *people()),
                        "tags": claims(),
                        "modules": rdf.LOADER.read([file], Run()),
                    }.items()
                },
                checked=False,
            )
            graph = opened.enter_context(open_graph(data))
            return Service(graph, tmp_path / "index", today=lambda: TODAY)

        yield made


def turtle(held: Mapping[str, Sequence[str]], groups: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Modules and compulsory prerequisite groups."""
    lines = [
        "@prefix polku: <https://w3id.org/polku/ns#> .",
        "@prefix dcterms: <http://purl.org/dc/terms/> .",
    ]
    for module, parts in held.items():
        title = f"Module {module.rsplit('/', 1)[-1]}"
        lines.append(f'<{module}> a polku:Module ; dcterms:title "{title}"@en .')
        lines += [f"<{module}> polku:consistsOf <{part}> ." for part in parts]
    for number, (asking, members) in enumerate(groups):
        group = f"<https://example.org/group/{number}>"
        lines.append(f"<{asking}> polku:prerequisiteGroup {group} .")
        lines.append(f"{group} a polku:PrerequisiteGroup ; polku:strength polku:Compulsory .")
        lines += [f"{group} polku:member <{member}> ." for member in members]
    return "\n".join(lines)


def c(number: int) -> str:
    """A course of the network."""
    return course(f"CS-{number}")


def wrong(service: Service) -> dict[str, str]:
    """What is wrong in the data, with the example that is named."""
    return {what: which for what, _, which in service.facts.notes}


def test_every_course_of_a_module_is_taken_before_the_course_that_asks_for_it(
    world: World,
) -> None:
    service = world({M: [c(1), c(3)]}, (c(7), [M]))
    route = first(answer := plan(service, to=PRESENT))
    assert sorted(codes(answer)) == ["CS-1", "CS-3", "CS-7"]
    steps = {step["code"]: step for step in route["steps"]}
    assert steps["CS-7"]["after"] == [c(1), c(3)]
    for part in ("CS-1", "CS-3"):
        assert steps[part]["period"]["end"] < steps["CS-7"]["period"]["start"]
        assert steps[part]["because"] == (
            "is asked for before Presentations (as a part of Module M)"
        )
    assert route["certificate"]["checked"] is True


def test_a_completed_module_meets_the_demand_and_counts_as_its_courses(world: World) -> None:
    service = world({M: [c(1), c(3)]}, (c(7), [M]))
    done = plan(service, to=PRESENT, completed=[M])
    assert codes(done) == ["CS-7"]
    assert first(done)["certificate"]["checked"] is True
    whole, parts = plan(service, completed=[M]), plan(service, completed=[c(1), c(3)])
    assert (codes(whole), whole["known"]) == (codes(parts), parts["known"])
    with pytest.raises(NotFound, match="/completed/0"):
        plan(service, completed=[N])


def test_of_a_module_completed_in_part_the_rest_is_taken(world: World) -> None:
    service = world({M: [c(1), c(3)]}, (c(7), [M]))
    assert codes(plan(service, to=PRESENT, completed=[c(1)])) == ["CS-3", "CS-7"]


def test_a_course_beside_a_module_meets_the_group_alone(world: World) -> None:
    service = world({M: [c(1), c(2)]}, (c(7), [M, c(3)]))
    assert codes(plan(service, to=PRESENT)) == ["CS-3", "CS-7"]
    without = plan(service, to=PRESENT, limits={"exclude": [c(3)]})
    assert codes(without) == ["CS-1", "CS-2", "CS-7"]


def test_a_course_in_whose_place_another_counts_may_be_the_other_in_a_module(
    world: World,
) -> None:
    service = world({M: [c(5), c(3)]}, (c(7), [M]))
    answer = plan(service, to=PRESENT, limits={"exclude": [c(5)]})
    assert "CS-2" in codes(answer)
    assert first(answer)["certificate"]["checked"] is True


def test_modules_within_a_module_are_opened(world: World) -> None:
    service = world({M: [c(1), N], N: [c(3)]}, (c(7), [M]))
    assert sorted(codes(plan(service, to=PRESENT))) == ["CS-1", "CS-3", "CS-7"]
    assert codes(plan(service, to=PRESENT, completed=[N])) == ["CS-1", "CS-7"]


def test_a_module_within_itself_is_reported_and_asks_for_the_courses_in_it(world: World) -> None:
    service = world({M: [c(1), N], N: [c(3), M]}, (c(7), [N]))
    answer = plan(service, to=PRESENT)
    assert sorted(codes(answer)) == ["CS-1", "CS-3", "CS-7"]
    assert f"module that is a part of itself: 2 in the graph, such as {M}" in answer["notes"]


def test_unknown_parts_and_empty_modules_are_reported_and_do_not_bind(world: World) -> None:
    service = world({M: [c(1), c(404)], N: []}, (c(7), [M]), (c(7), [N]))
    assert sorted(codes(answer := plan(service, to=PRESENT))) == ["CS-1", "CS-7"]
    found = wrong(service)
    assert found["module with a part that is neither a known course nor a module"] == M
    assert found["module with no known course"] == N
    assert any("read their prerequisites" in note for note in answer["notes"])


def test_a_course_in_the_module_that_it_asks_for_is_reported(world: World) -> None:
    service = world({M: [c(1), c(7)]}, (c(7), [M]))
    assert sorted(codes(plan(service, to=PRESENT))) == ["CS-1", "CS-7"]
    assert wrong(service)["course that is its own prerequisite"] == c(7)


def test_a_cycle_of_courses_through_a_module_is_reported(world: World) -> None:
    service = world({M: [c(1), c(7)]}, (c(7), [c(3)]), (c(3), [M]))
    assert codes(plan(service, to=PRESENT)) == []
    notes = {what: count for what, count, _ in service.facts.notes}
    # The egg and the hen of the network, and these two.
    cycle = "prerequisites that go in a cycle, so that the course is never reached"
    assert notes[cycle] == 4


def test_a_group_of_too_many_modules_is_reported_and_does_not_bind(world: World) -> None:
    held = {f"{MODULE}{n}": [c(n), c(n + 1)] for n in range(1, 11) if n not in (6, 7, 10)}
    held[f"{MODULE}7"] = [c(1), c(10)]
    held[f"{MODULE}6"] = [c(2), c(8)]
    service = world(held, (c(7), list(held)))
    assert codes(plan(service, to=PRESENT)) == ["CS-7"]
    assert any("more than 64 choices, not binding" in what for what in wrong(service))


def test_deep_wide_and_tangled_modules_end() -> None:
    deep = {str(n): [str(n + 1)] for n in range(100_000)} | {"100000": ["x"]}
    assert modules.opened("0", deep, {"x"}).too_large
    assert modules.opened("99990", deep, {"x"}) == modules.Module(frozenset({"x"}))
    wide = {"m": [str(n) for n in range(1_000_000)]}
    assert modules.opened("m", wide, {"1"}).too_large
    every = [str(n) for n in range(900)]
    tangled = dict.fromkeys(every, every)
    assert modules.opened("0", tangled, {"x"}) == modules.Module(frozenset(), cyclic=True)
    assert modules.clauses([{f"a{n}", f"b{n}"} for n in range(10_000)]) is None


_ALTERNATIVES = st.lists(st.sets(st.sampled_from("abcdef"), min_size=1), min_size=1, max_size=4)


@given(_ALTERNATIVES, st.sets(st.sampled_from("abcdef")))
def test_clauses_say_what_the_alternatives_say(
    alternatives: list[set[str]], behind: set[str]
) -> None:
    made = modules.clauses(alternatives)
    if made is None:
        return
    direct = any(one <= behind for one in alternatives)
    assert all(clause & behind for clause in made) == direct
    assert len(made) <= modules.MOST_CLAUSES


def _with_modules(seed: int) -> tuple[Problem, dict[int, list[list[set[int]]]]]:
    """A random problem without groups, and for some candidates groups of alternatives."""
    dice = random.Random(seed)
    problem = instances.problem(seed, courses=6)
    bare = replace(problem, candidates=tuple(replace(one, groups=()) for one in problem.candidates))
    every = range(len(bare.candidates))
    asked = {}
    for asking in dice.sample(every, 3):
        others = [other for other in every if other != asking]
        asked[asking] = [
            [
                set(dice.sample(others, dice.choice([1, 2, 2, 3])))
                for _ in range(dice.choice([1, 2]))
            ]
            for _ in range(dice.choice([1, 1, 2]))
        ]
    return bare, asked


def _met(placed: Mapping[int, Placement], asked: Mapping[int, list[list[set[int]]]]) -> bool:
    """Whether all of some module of each group ends before the course that asks begins."""
    return all(
        any(
            all(part in placed and placed[part].last < placed[asking].first for part in module)
            for module in group
        )
        for asking, groups in asked.items()
        if asking in placed
        for group in groups
    )


@pytest.mark.parametrize("block", range(4))
def test_the_route_is_the_one_that_a_direct_reading_of_modules_finds(block: int) -> None:
    for seed in range(7000 + block, 7200, 4):
        bare, asked = _with_modules(seed)
        grouped = []
        for number, one in enumerate(bare.candidates):
            groups: list[tuple[int, ...]] = []
            for group in asked.get(number, ()):
                made = modules.clauses([{str(part) for part in module} for module in group])
                assert made is not None
                groups += [tuple(sorted(map(int, clause))) for clause in made]
            grouped.append(replace(one, groups=tuple(groups)))
        problem = replace(bare, candidates=tuple(grouped))

        direct = []
        for chosen in instances.allowed(bare):
            schedules = [one for one in instances.schedules(bare, chosen) if _met(one, asked)]
            if schedules:
                direct.append(chosen)
            if all(set(group) & set(chosen) for n in chosen for group in grouped[n].groups):
                assert schedules == list(instances.schedules(problem, chosen)), (seed, chosen)
            else:
                assert not schedules, (seed, chosen)
        solved = solve.solve(problem, Aims(slack=0.0, seconds=20))
        if not direct:
            assert solved.status == "infeasible", seed
            continue
        measures = [instances.levels(problem, chosen) for chosen in direct]
        best = min(
            measures,
            key=lambda level: (
                -level["coverage"], level["ects"], level["unproved"], level["unmet"],
                -level["credentials"], level["hash"],
            ),
        )  # fmt: skip
        assert instances.levels(problem, solved.selection.chosen) == best, seed
        assert _met(solved.schedule.placed, asked), seed
        assert place.place(problem, solved.selection.chosen).status == "optimal", seed
