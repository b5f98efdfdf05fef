"""The checker: it passes what the service answers and catches every change for the worse."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from app.paths import check, question, request, targets
from app.paths.service import Service
from tests.paths.answers import first, plan
from tests.paths.catalogue import course, occupation, skill
from tests.paths.conftest import TODAY

Route = dict[str, Any]


def held(service: Service, route: Route, horizon: dict[str, Any], **asked: Any) -> list[str]:
    """What the checker says of a route to the data scientist."""
    parsed = request.parse({"to": {"occupation": occupation("data-scientist")}} | asked)
    wanted = targets.wanted(service.graph, service.facts, parsed)
    resolved = question.resolve(service.facts, parsed, wanted.targets, TODAY)
    return check.violations(
        service.facts,
        check.Asked(
            resolved.limits,
            resolved.targets,
            resolved.completed,
            resolved.least,
            resolved.surest,
        ),
        horizon,
        route,
    )


@pytest.fixture
def answer(service: Service) -> dict[str, Any]:
    return copy.deepcopy(plan(service))


def test_the_services_route_has_nothing_wrong(service: Service, answer: dict[str, Any]) -> None:
    assert held(service, first(answer), answer["horizon"]) == []


def test_what_no_sure_course_develops_does_not_count(
    service: Service, answer: dict[str, Any]
) -> None:
    found = held(service, first(answer), answer["horizon"], minSurest=0.85)
    assert f"{skill('statistics')} is covered, or not, against what is said" in found
    sure = plan(service, minSurest=0.85)
    assert held(service, first(sure), sure["horizon"], minSurest=0.85) == []


def swap(route: Route) -> None:
    """Databases before programming, which it asks for."""
    steps = {step["code"]: step for step in route["steps"]}
    steps["CS-1"]["period"], steps["CS-2"]["period"] = (
        steps["CS-2"]["period"],
        steps["CS-1"]["period"],
    )


def drop(route: Route) -> None:
    route["steps"].pop(0)


def drop_and_recount(route: Route) -> None:
    route["ects"] -= route["steps"].pop()["ects"]


def double(route: Route) -> None:
    route["steps"].append(route["steps"][0])


def claim_more(route: Route) -> None:
    route["covered"].append(route["missing"].pop()["skill"])


def surer(route: Route) -> None:
    route["steps"][0]["develops"][0]["confidence"] = 0.99


def announce(route: Route) -> None:
    route["steps"][0]["period"]["offering"] = "announced"


def early(route: Route) -> None:
    route["steps"][0]["period"] |= {"start": "2026-11-01", "end": "2026-12-14"}


def wrong_season(route: Route) -> None:
    route["steps"][0]["period"] |= {
        "start": "2027-06-07", "end": "2027-08-29", "slots": [3, 3],
    }  # fmt: skip


def free(route: Route) -> None:
    route["cost"] = 0


def cheaper_way(route: Route) -> None:
    route["steps"][0]["wayIn"] |= {"kind": "mooc", "fee": {"max": 0, "currency": "EUR"}}


def lighter(route: Route) -> None:
    route["steps"][0]["ects"] = 1


def higher_value(route: Route) -> None:
    levels = route["certificate"]["levels"]
    route["certificate"]["objective"][levels.index("coverage at those ects")] += 1


def stranger(route: Route) -> None:
    route["steps"][0]["course"] = course("CS-404")


@pytest.mark.parametrize(
    "spoil",
    [
        swap, drop, drop_and_recount, double, claim_more, surer, announce, early, wrong_season,
        free, cheaper_way, lighter, higher_value, stranger,
    ],
)  # fmt: skip
def test_a_spoilt_route_is_caught(
    service: Service, answer: dict[str, Any], spoil: Callable[[Route], None]
) -> None:
    spoil(first(answer))
    assert held(service, first(answer), answer["horizon"])


@pytest.mark.parametrize(
    "limits",
    [
        {"ects": 14},
        {"courses": 2},
        {"cost": 100},
        {"load": 4},
        {"languages": ["fi"]},
        {"modes": ["online"]},
        {"universities": ["oulu"]},
        {"levels": ["advanced"]},
        {"audience": ["mooc"]},
        {"exclude": [course("CS-1")]},
        {"require": [course("CS-7")]},
        {"periods": 1},
        {"start": "2027-06-01"},
        {"end": "2027-01-31"},
        {"microCredentialsOnly": True},
    ],
)
def test_a_route_is_held_against_every_limit(
    service: Service, answer: dict[str, Any], limits: dict[str, Any]
) -> None:
    assert held(service, first(answer), answer["horizon"], limits=limits)


def test_a_completed_course_may_not_stand_on_the_route(
    service: Service, answer: dict[str, Any]
) -> None:
    assert held(service, first(answer), answer["horizon"], completed=[course("CS-1")])


def test_deleting_any_step_loses_a_skill_that_is_stated_as_its_own(
    service: Service, answer: dict[str, Any]
) -> None:
    for step in first(answer)["steps"]:
        if "nothing else on the route" not in step["because"]:
            continue
        fewer = copy.deepcopy(first(answer))
        fewer["steps"] = [one for one in fewer["steps"] if one["course"] != step["course"]]
        assert any("is covered, or not" in one for one in held(service, fewer, answer["horizon"]))


def test_an_alternative_that_is_none_is_found_out(service: Service) -> None:
    to = {"skills": [{"skill": skill("python")}, {"skill": skill("statistics"), "weight": 20}]}
    best, other = plan(service, to=to, alternatives=1)["routes"]
    assert other["certificate"]["checked"] is True

    def wrong(**changed: Any) -> list[str]:
        return check.apart([best, other | changed], share=3, lacks=0.1, extra=0.1)[1]

    assert wrong() == []
    assert any("too many courses" in one for one in wrong(steps=best["steps"]))
    assert any("distance" in one for one in wrong(difference={"jaccard": 0.1}))
    assert any("credits" in one for one in wrong(ects=best["ects"] * 2))
    assert any("too little" in one for one in wrong(evidence=best["evidence"] / 2))


def test_a_deleted_step_loses_what_it_is_said_to_be_there_for(service: Service) -> None:
    route = first(plan(service))
    for step in route["steps"]:
        left = [other for other in route["steps"] if other is not step]
        lost = {one["skill"] for one in step["develops"]} - {
            one["skill"] for other in left for one in other["develops"]
        }
        alone = "which nothing else on the route develops" in step["because"]
        assert bool(lost) == alone
        for one in step["develops"]:
            named = one["label"] in step["because"].split(", which nothing else")[0]
            assert (one["skill"] in lost) <= named
