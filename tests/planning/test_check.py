"""The checker of proposals: it catches every change for the worse."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from app.paths import question, targets
from app.planning import check, request
from app.planning.service import Service
from tests.paths.catalogue import course
from tests.paths.conftest import TODAY
from tests.planning.test_service import SCIENTIST

Proposal = dict[str, Any]

ASKED: dict[str, Any] = {
    "to": SCIENTIST,
    "limits": {"courses": 2, "ects": {"min": 5, "max": 10}, "exclude": [course("CS-1")]},
    "proposals": 2,
}


def held(service: Service, proposals: list[Proposal], place: int = 0, **limits: Any) -> list[str]:
    """What the checker says of a proposal."""
    parsed = request.parse({**ASKED, "limits": ASKED["limits"] | limits})
    as_path = request.as_path(parsed)
    wanted = targets.wanted(service.paths.graph, service.facts, as_path)
    resolved = question.resolve(service.facts, as_path, wanted.targets, TODAY)
    asked = check.Asked(
        limits=resolved.limits,
        least_ects=round(parsed.limits.ects.min * 100),
        one_university=parsed.limits.together == "university",
        same_language=parsed.limits.same_language,
        same_level=parsed.limits.same_level,
        targets=resolved.targets,
        least=resolved.least,
    )
    return check.violations(
        service.facts, asked, proposals[place], proposals[:place], service.wholes
    )


@pytest.fixture
def proposals(designer: Service) -> list[Proposal]:
    found: list[Proposal] = copy.deepcopy(designer.design(ASKED)["proposals"])  # type: ignore[arg-type]
    assert found[0]["entryRequirements"] and found[0]["overlaps"]
    return found


def test_what_the_service_answers_has_nothing_wrong(
    designer: Service, proposals: list[Proposal]
) -> None:
    for place in range(len(proposals)):
        assert held(designer, proposals, place) == []


def drop_a_course(one: Proposal) -> None:
    one["courses"].pop()


def double_a_course(one: Proposal) -> None:
    one["courses"].append(one["courses"][0])


def forget_the_door(one: Proposal) -> None:
    one["entryRequirements"].clear()


def soften_the_door(one: Proposal) -> None:
    one["entryRequirements"][0]["strength"] = "recommended"


def claim_more(one: Proposal) -> None:
    lacking = one["missing"].pop()
    one["covered"].append({**one["covered"][0], "skill": lacking["skill"]})


def surer(one: Proposal) -> None:
    one["covered"][0]["confidence"] = 0.99


def another_giver(one: Proposal) -> None:
    one["covered"][0]["course"] = next(
        each["course"] for each in one["courses"] if each["course"] != one["covered"][0]["course"]
    )


def more_coverage(one: Proposal) -> None:
    one["coverage"] += 0.1


def less_evidence(one: Proposal) -> None:
    one["evidence"] -= 0.1


def fewer_credits(one: Proposal) -> None:
    one["ects"] -= 1


def better_objective(one: Proposal) -> None:
    one["certificate"]["objective"][1] -= 100


def lower_bound(one: Proposal) -> None:
    one["certificate"]["bound"][0] = 1


def larger_overlap(one: Proposal) -> None:
    one["overlaps"][0]["share"] += 0.1


def invented_whole(one: Proposal) -> None:
    one["overlaps"][0]["thing"] = "https://example.org/invented"


def invented_stacking(one: Proposal) -> None:
    one["stacking"]["countsTowards"].append(
        {
            "thing": "https://example.org/doctorate",
            "through": None,
            "courses": [one["courses"][0]["course"]],
            "ects": 5.0,
        }
    )


def more_counted(one: Proposal) -> None:
    one["stacking"]["countsTowards"][0]["ects"] += 5


@pytest.mark.parametrize(
    "spoil",
    [
        drop_a_course, double_a_course, forget_the_door, soften_the_door, claim_more, surer,
        another_giver, more_coverage, less_evidence, fewer_credits, better_objective, lower_bound,
        larger_overlap, invented_whole, invented_stacking, more_counted,
    ],
)  # fmt: skip
def test_every_change_for_the_worse_is_caught(
    designer: Service, proposals: list[Proposal], spoil: Callable[[Proposal], None]
) -> None:
    spoil(proposals[0])
    assert held(designer, proposals)


@pytest.mark.parametrize(
    "limits",
    [
        {"courses": 1},
        {"ects": {"min": 11, "max": 15}},
        {"ects": {"min": 1, "max": 5}},
        {"languages": ["sv"]},
        {"levels": [8]},
        {"universities": ["oulu"]},
        {"require": [course("CS-7")]},
    ],
)
def test_every_limit_that_is_broken_is_caught(
    designer: Service, proposals: list[Proposal], limits: dict[str, Any]
) -> None:
    assert held(designer, proposals, **limits)


def test_what_is_excluded_is_caught(designer: Service, proposals: list[Proposal]) -> None:
    assert held(designer, proposals, exclude=[proposals[0]["courses"][0]["course"]])


def test_courses_without_a_common_language_or_level_are_caught(
    designer: Service, proposals: list[Proposal]
) -> None:
    for code, said in (("CS-7", "language"), ("CS-4", "EQF")):
        other = [proposals[0]["courses"][0], {"course": course(code)}]
        wrong = held(designer, [proposals[0] | {"courses": other}], sameLevel=True)
        assert any(said in one for one in wrong), wrong


def test_a_proposal_like_one_before_it_is_caught(
    designer: Service, proposals: list[Proposal]
) -> None:
    assert held(designer, [proposals[0], proposals[0]], 1)
