"""A saved route held against today's graph."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from app.errors import BadParameter
from app.graph.embedded import EmbeddedGraph
from app.paths.service import Service
from tests.paths.answers import first, plan
from tests.paths.catalogue import course, occupation, skill

QUESTION = {
    "to": {"occupation": occupation("data-scientist")},
    "limits": {"require": [course("OY-1", "oulu")]},
    "timeLimit": 20.0,
}


def route(service: Service) -> dict[str, Any]:
    return first(plan(service, **QUESTION))


def check(service: Service, **asked: Any) -> dict[str, Any]:
    answer: dict[str, Any] = service.check(asked)
    return answer


def step(saved: dict[str, Any], code: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in saved["steps"] if one["code"] == code)
    return found


def checked(service: Service, saved: dict[str, Any], code: str) -> dict[str, Any]:
    return step(check(service, route=saved), code)


def on(network: EmbeddedGraph, service: Service, day: date) -> Service:
    return Service(network, today=lambda: day, facts=service.facts)


def test_a_route_of_today_stands_today(service: Service) -> None:
    answer = check(service, route=route(service), question=QUESTION)
    assert answer["stands"] is True
    assert {one["status"] for one in answer["steps"]} == {"asPlanned"}
    assert all(one["changes"] == [] for one in answer["steps"])
    assert answer["better"] is False
    assert answer["saved"] == {
        name: route(service)[name] for name in ("ects", "coverage", "evidence")
    }


@pytest.mark.parametrize("gone", [course("CS-404"), "no IRI at all"])
def test_a_course_that_is_gone_is_cancelled(service: Service, gone: str) -> None:
    saved = route(service)
    saved["steps"][0]["course"] = gone
    answer = check(service, route=saved)
    assert answer["stands"] is False
    assert answer["steps"][0]["status"] == "cancelled"


def test_a_course_announced_on_other_days_is_moved_and_says_when_it_is(service: Service) -> None:
    saved = route(service)
    announced = step(saved, "OY-1")
    announced["period"] |= {"start": "2027-03-01", "end": "2027-04-11"}
    moved = checked(service, saved, "OY-1")
    assert (moved["status"], moved["stands"]) == ("moved", False)
    assert (moved["options"][0]["start"], moved["options"][0]["end"]) == (
        "2027-01-11", "2027-02-20",
    )  # fmt: skip


def test_an_expected_course_that_is_announced_now_is_confirmed_with_its_days(
    service: Service,
) -> None:
    saved = route(service)
    step(saved, "OY-1")["period"] |= {"offering": "expected", "start": "2027-01-04"}
    confirmed = checked(service, saved, "OY-1")
    assert (confirmed["status"], confirmed["stands"]) == ("confirmed", True)
    assert confirmed["options"][0]["offering"] == "announced"


def test_a_way_in_closes_with_its_deadline(network: EmbeddedGraph, service: Service) -> None:
    saved = route(service)
    late = on(network, service, date(2027, 1, 2))
    assert checked(late, saved, "OY-1")["status"] == "closed"


def test_what_is_over_and_what_has_begun_needs_no_new_plan(
    network: EmbeddedGraph, service: Service
) -> None:
    saved = route(service)
    begun = date.fromisoformat(step(saved, "OY-1")["period"]["start"])
    assert checked(on(network, service, begun), saved, "OY-1")["status"] == "running"
    over = date.fromisoformat(saved["finish"]) + timedelta(days=1)
    answer = check(on(network, service, over), route=saved)
    assert {one["status"] for one in answer["steps"]} == {"past"}
    assert answer["stands"] is True


@pytest.mark.parametrize(
    ("field", "value", "what"),
    [
        ("ects", 3, "ects"),
        ("wayIn", {"kind": "openUniversity", "fee": {"max": 60}}, "fee"),
        ("wayIn", {"kind": "mooc"}, "wayIn"),
        ("develops", [{"skill": skill("weaving")}], "develops"),
    ],
)
def test_what_has_changed_is_told(service: Service, field: str, value: Any, what: str) -> None:
    saved = route(service)
    step(saved, "OY-1")[field] = value
    (change,) = checked(service, saved, "OY-1")["changes"]
    assert change["what"] == what


def test_a_prerequisite_that_no_step_meets_is_told_and_hinders(service: Service) -> None:
    saved = route(service)
    databases = step(saved, "CS-2")
    alone = {"steps": [databases]}
    told = checked(service, alone, "CS-2")
    assert told["changes"] == [{"what": "prerequisite", "was": [], "now": [course("CS-1")]}]
    assert told["stands"] is False
    question = {**QUESTION, "completed": [course("CS-1")]}
    answer = check(service, route=alone, question=question)
    assert step(answer, "CS-2")["changes"] == []


def test_a_poorer_route_is_told_that_there_is_a_better_one(service: Service) -> None:
    saved = route(service)
    poorer = {"steps": [one for one in saved["steps"] if one["code"] != "CS-3"]}
    answer = check(service, route=poorer, question=QUESTION)
    assert answer["better"] is True
    assert answer["best"]["coverage"] > answer["saved"]["coverage"]


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({}, "/route"),
        ({"route": {"steps": []}}, "/route/steps"),
        ({"route": {"steps": [{"course": "x"}]}}, "/route/steps/0/period"),
        ({"route": {"steps": [{"course": "x", "period": {"start": "soon", "end": "later"}}]}},
         "/route/steps/0/period/start"),
    ],
)  # fmt: skip
def test_what_is_no_route_is_refused_with_its_place(
    service: Service, asked: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(BadParameter) as refused:
        service.check(asked)
    assert refused.value.param == pointer
