"""Ready-made choices, alternatives that differ, and another learner's route as the target."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from app.errors import BadParameter
from app.paths import solve
from app.paths.select import Aims
from app.paths.service import Service
from tests.paths.answers import codes, first, plan
from tests.paths.catalogue import skill
from tests.paths.instances import problem as made_up


@pytest.mark.parametrize("name", ["fastest", "lightest"])
def test_a_preset_is_the_preference_of_its_name(service: Service, name: str) -> None:
    preset, preferred = plan(service, preset=name), plan(service, prefer=name)
    assert codes(preset) == codes(preferred)
    assert preset["preset"] == name
    assert "preset" not in preferred


def test_in_english_only_means_courses_taught_in_english(service: Service) -> None:
    finnish = {"skills": [{"skill": skill("present")}, {"skill": skill("python")}]}
    assert "CS-7" in codes(plan(service, to=finnish))
    english = first(plan(service, to=finnish, preset="english"))
    assert english["steps"]
    assert all("en" in step["language"] for step in english["steps"])


def test_at_one_university_is_the_best_that_any_one_gives_alone(service: Service) -> None:
    answer = plan(service, preset="oneUniversity")
    alone = [plan(service, limits={"universities": [one]}) for one in ("aalto", "oulu")]
    assert first(answer)["evidence"] == max(first(one)["evidence"] for one in alone)
    assert {step["university"] for step in first(answer)["steps"]} == {"aalto"}
    oulu = plan(service, preset="oneUniversity", limits={"universities": ["oulu"]})
    assert {step["university"] for step in first(oulu)["steps"]} == {"oulu"}
    assert first(oulu)["certificate"]["checked"] is True


@pytest.mark.parametrize(
    "asked",
    [
        {"preset": "english", "limits": {"languages": ["fi"]}},
        {"preset": "fastest", "prefer": "lightest"},
        {"preset": "lightest", "prefer": "fastest"},
        {"preset": "best"},
    ],
)
def test_a_preset_that_contradicts_the_question_is_refused(
    service: Service, asked: dict[str, Any]
) -> None:
    with pytest.raises(BadParameter) as refused:
        plan(service, **asked)
    assert refused.value.param == "/preset"


def test_choices_say_what_each_preset_would_give(service: Service) -> None:
    answer = plan(service, choices=True)
    assert [one["preset"] for one in answer["choices"]] == [
        "fastest", "lightest", "oneUniversity", "english",
    ]  # fmt: skip
    for one in answer["choices"]:
        route = first(plan(service, preset=one["preset"]))
        assert one["courses"] == [step["course"] for step in route["steps"]]
        assert (one["ects"], one["finish"]) == (route["ects"], route["finish"])
        assert one["same"] == (set(one["courses"]) == {s["course"] for s in first(answer)["steps"]})
        assert one["checked"] is True
    finnish = plan(service, choices=True, limits={"languages": ["fi"]})
    assert "english" not in {one["preset"] for one in finnish["choices"]}


def test_an_alternative_says_how_far_it_is_from_those_before(service: Service) -> None:
    to = {"skills": [{"skill": skill("python")}, {"skill": skill("statistics"), "weight": 20}]}
    answer = plan(service, to=to, alternatives=2)
    assert "difference" not in answer["routes"][0]
    other = answer["routes"][1]
    assert other["difference"] == {"jaccard": 0.6667, "leavesOut": 1, "of": 2, "adds": 1}


@pytest.mark.parametrize("seed", range(12))
def test_alternatives_do_without_a_third_of_the_best_ones_courses(seed: int) -> None:
    problem = made_up(seed)
    best = solve.solve(problem, Aims(seconds=20))
    others = solve.alternatives(problem, best, Aims(seconds=20), 3, give_up=0.5, extra=0.5)
    sets = [set(one.selection.chosen) for one in (best, *others)]
    by = max(1, len(sets[0]) // 3)
    for place, one in enumerate(sets[1:], 1):
        assert all(len(earlier - one) >= min(by, len(earlier)) for earlier in sets[:place])
    assert all(one != other for one, other in pairwise(sets))


def test_another_learners_route_leads_to_the_skills_that_it_develops(service: Service) -> None:
    theirs = first(plan(service))
    answer = plan(service, to={"route": theirs})
    assert {one["skill"] for one in answer["target"]} == set(theirs["covered"])
    assert first(answer)["coverage"] == 1.0
    united = plan(service, to={"route": theirs, "skills": [{"skill": skill("present")}]})
    assert skill("present") in {one["skill"] for one in united["target"]}
    ahead = plan(service, to={"route": theirs}, have=[{"skill": skill("python")}])
    assert skill("python") in {one["skill"] for one in ahead["known"]}


def test_a_route_that_develops_nothing_known_is_refused(service: Service) -> None:
    for steps in ([{"course": "x"}], [{"develops": [{"skill": "https://example.org/gone"}]}]):
        with pytest.raises(BadParameter) as refused:
            plan(service, to={"route": {"steps": steps}})
        assert refused.value.param == "/to/route"
