"""The benchmarks of learning paths, on sizes that take a moment: they must not rot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.graph import open_graph
from app.paths import index, question, solve
from app.paths.model import Facts
from app.paths.service import Service
from benchmarks.paths import (
    against,
    brute,
    catalogue,
    checked,
    choices,
    generated,
    limits,
    memory,
    monolith,
    planted,
    real,
    routes,
    served,
)
from benchmarks.paths.catalogue import Kind, Shape
from ontology import terms
from tests.paths import catalogue as network
from tests.paths import instances

TINY = Shape("tiny", 80, 40, (2, 5), 0.4)
FEW = Kind("few", (4, 8), 15, 15, (None, 60))
QUESTIONS = 3


@pytest.fixture(scope="module")
def facts() -> Facts:
    return catalogue.catalogue(TINY, 1)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[real.Real]:
    folder = network.published(tmp_path_factory.mktemp("benchmarked"))
    with open_graph(folder) as graph, pytest.MonkeyPatch.context() as patch:
        patch.setenv("POLKU_DATA", str(folder))
        read = index.read(graph)
        service = Service(graph, today=lambda: date(2026, 11, 23), facts=read)
        yield real.Real(graph, read, service, 0.0)


def test_a_catalogue_is_the_same_for_the_same_seed(facts: Facts) -> None:
    assert catalogue.catalogue(TINY, 1) == facts
    assert catalogue.catalogue(TINY, 2) != facts


def test_a_catalogue_leaves_every_level_of_the_objective_something_to_decide() -> None:
    made = catalogue.catalogue(replace(TINY, courses=400), 1).courses.values()
    assert any(group.compulsory for one in made for group in one.groups)
    assert any(not group.compulsory for one in made for group in one.groups)
    assert any(one.substitutes for one in made)
    assert any(one.ways_in for one in made)
    assert {evidence.level for one in made for evidence in one.develops} == {1, 2, 3}
    assert catalogue.catalogue(replace(TINY, courses=400), 1).credentials


def test_generated_questions_are_proved_and_checked(capsys: pytest.CaptureFixture[str]) -> None:
    generated.run(QUESTIONS, 1, ((TINY, (FEW,), 1.0),))
    assert capsys.readouterr().out.count("3 of 3") == 3


def test_planted_routes_are_recovered(facts: Facts) -> None:
    row = planted.row(facts, 10, QUESTIONS, 1)
    assert row[:4] == [10, QUESTIONS, "3 of 3", 3]


def test_nothing_covers_more_than_a_planted_route(facts: Facts) -> None:
    made, asked, route = planted.planted(facts, 1, 10)
    credits = sum(made.courses[one].ects for one in route)
    assert credits == asked.limits.ects == 100 * len(asked.targets)
    for one in made.courses.values():
        sure = [e for e in one.develops if e.confidence == 1 and e.skill in made.taught]
        if one.iri.startswith(("route/", "decoy/")):
            assert 100 * len(sure) == one.ects


@pytest.mark.parametrize("seed", range(20))
def test_one_model_finds_what_trying_everything_finds(seed: int) -> None:
    problem = replace(instances.problem(seed), credentials=(), required=())
    best = instances.best(problem, monolith.SLACK)
    covered = instances.best(problem, 0.0)
    assert best is not None and covered is not None
    for solver in (monolith.by_cp_sat, monolith.by_highs):
        answer = monolith.whole(problem, solver, 20)
        assert answer.proved
        assert (answer.coverage, answer.ects) == (covered[1]["coverage"], best[1]["ects"])
        stages = monolith.two_stages(problem, solver, 20)
        assert stages.coverage == answer.coverage


def test_everybody_answers_and_proofs_agree(
    facts: Facts, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = catalogue.questions(facts, FEW, QUESTIONS, 1)
    pairs = ((one, question.reduce(facts, one)) for one in asked)
    against.run("tiny", against.asked_of(facts, pairs), seconds=10)
    told = capsys.readouterr().out
    assert "6 were proved on both sides in coverage and credits, 3 in coverage" in told
    for name in (*against.RULES, *against.MODELS):
        assert f"| {name} | 3 of 3 |" in told


def test_proofs_that_contradict_one_another_end_the_run() -> None:
    ours = monolith.Answer((), {}, 100, 100, True, 500)
    assert against.agree(ours, replace(ours), "twin") == 2
    for other in (
        replace(ours, coverage=101, bound=101),
        replace(ours, coverage=99, bound=99),
        replace(ours, coverage=101, proved=False),
        replace(ours, ects=400),
    ):
        with pytest.raises(against.DisagreementError):
            against.agree(ours, other, "another")
    assert against.agree(ours, replace(ours, coverage=90, proved=False), "slower") == 0


def test_a_route_that_breaks_a_limit_is_caught(facts: Facts) -> None:
    asked = next(iter(catalogue.questions(facts, FEW, 1, 1)))
    reduced = question.reduce(facts, asked)
    every = range(len(reduced.problem.candidates))
    placed = {c: reduced.problem.candidates[c].placements[0] for c in every}
    wrong = checked.violations(facts, asked, reduced, checked.of_another(every, placed))
    assert "there are more credits than the limit" in wrong


def test_short_limits_and_memory_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    limits.run(2, 1, ((TINY, FEW),))
    memory.run(1, None, (TINY,))
    told = capsys.readouterr().out
    assert told.count("tiny, 4–8 skills") == len(limits.LIMITS)
    assert "| generated, tiny | 80 |" in told


def test_memory_counts_an_object_once() -> None:
    held = ["x" * 1000]
    assert memory.reachable([held, held]) < memory.reachable([held]) + 100


def test_answers_are_those_that_trying_everything_finds(
    capsys: pytest.CaptureFixture[str],
) -> None:
    brute.run(12, 1)
    assert "12 of 12" in capsys.readouterr().out


def test_an_answer_that_is_not_the_best_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solve, "solve", lambda *_: checked.of_another((), {}))
    with pytest.raises(brute.NotTheBestError, match="problem 0"):
        brute.run(1, 1)


def test_fronts_of_ours_lie_on_the_true_ones(capsys: pytest.CaptureFixture[str]) -> None:
    choices.pareto(QUESTIONS, 1)
    assert "| 3 |" in capsys.readouterr().out


def test_the_real_parts_run_on_a_small_network(
    small: real.Real, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(real, "COVERABLE", 2)
    asked = list(real.occupations(small.graph, small.facts, 1, 10))
    assert len(asked) >= 2
    real.run(small, asked)
    real.budgets(small, asked)
    choices.alternatives(small, asked)
    told = capsys.readouterr().out
    assert f"{len(asked)} of {len(asked)}" in told


def test_a_served_network_answers_every_kind_of_target(
    small: real.Real, capsys: pytest.CaptureFixture[str]
) -> None:
    served.run(small, real.things(small.graph, terms.esco.Occupation), 1, 1)
    told = capsys.readouterr().out
    for kind in ("occupation", "skill group", "research output"):
        assert f"| {kind} | 1 |" in told


def test_a_page_of_routes_shows_what_was_said_of_every_step_and_what_was_not_read(
    small: real.Real,
) -> None:
    said = routes.Judged("Why.", {"CS-1": ("wrong", "a snake")}, "In words.")
    lines = list(routes.page(small, "In all.", {"data scientist": said}))
    told = "\n".join(lines)
    assert "**wrong**: a snake" in told
    assert f"**{routes.UNREAD}**" in told
    assert "In all." in told and "Why." in told and "In words." in told
    assert "no course develops it surely enough: " in told


def test_an_occupation_that_the_graph_does_not_hold_is_named(small: real.Real) -> None:
    with pytest.raises(LookupError, match="astronaut"):
        routes.named(small, ["astronaut"])


def test_the_judgements_are_of_ten_occupations_and_in_known_words(tmp_path: Path) -> None:
    summary, said = routes.judged()
    assert summary
    assert len(said) == 10
    other = tmp_path / "judged.yaml"
    other.write_text(
        "summary: s\nroutes: {cook: {why: w, words: w, steps: {C-1: [tasty, why]}}}\n", "utf-8"
    )
    with pytest.raises(ValueError, match="tasty"):
        routes.judged(other)
