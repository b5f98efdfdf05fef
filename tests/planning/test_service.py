"""What designers are answered, on the small network."""

from __future__ import annotations

from typing import Any

import pytest

from app.errors import BadParameter, NotFound
from app.planning.service import Service
from tests.paths.catalogue import CREDENTIAL, WORK, course, occupation, skill

SCIENTIST = {"occupation": occupation("data-scientist")}


def designed(service: Service, to: dict[str, Any] = SCIENTIST, **asked: Any) -> dict[str, Any]:
    """The answer; every proposal proved and passed by the checker."""
    limits = asked.pop("limits", {})
    limits.setdefault("ects", {"min": 5, "max": 15})
    answer: dict[str, Any] = service.design({"to": to, "limits": limits, "timeLimit": 20, **asked})
    for one in answer["proposals"]:
        assert one["certificate"]["status"] == "optimal"
        assert one["certificate"]["checked"], one["certificate"]["violations"]
        assert one["certificate"]["gap"] == 0
    return answer


def codes(proposal: dict[str, Any]) -> set[str]:
    return {one["code"] for one in proposal["courses"]}


def wanted(*names: str) -> dict[str, Any]:
    return {"skills": [{"skill": skill(name)} for name in names]}


def test_the_courses_that_cover_most_are_put_together(service_answer: dict[str, Any]) -> None:
    best = service_answer["proposals"][0]
    assert codes(best) == {"CS-1", "CS-2", "CS-3"}
    assert best["ects"] == 15
    assert {one["label"] for one in best["covered"]} == {
        "Python", "databases", "use databases", "statistics",
    }  # fmt: skip
    by = {one["label"]: one["course"] for one in best["covered"]}
    assert by["Python"] == course("CS-1")


@pytest.fixture(scope="module")
def service_answer(designer: Service) -> dict[str, Any]:
    return designed(designer)


def test_a_prerequisite_inside_is_none_at_the_door(service_answer: dict[str, Any]) -> None:
    assert service_answer["proposals"][0]["entryRequirements"] == []


def test_a_prerequisite_outside_is_asked_for_at_the_door(designer: Service) -> None:
    answer = designed(designer, wanted("databases"), limits={"ects": {"min": 5, "max": 5}})
    best = answer["proposals"][0]
    assert codes(best) == {"CS-2"}
    (entry,) = best["entryRequirements"]
    assert entry["strength"] == "compulsory"
    assert [one["code"] for one in entry["anyOf"]] == ["CS-1"]
    assert entry["askedBy"] == [course("CS-2")]


def test_a_prerequisite_that_the_graph_does_not_know_is_not_dropped(designer: Service) -> None:
    answer = designed(designer, wanted("museum-databases"), limits={"ects": {"min": 1, "max": 5}})
    (entry,) = answer["proposals"][0]["entryRequirements"]
    assert entry["strength"] == "compulsory"
    assert entry["anyOf"] == [] and entry["unknown"] == 1


def test_a_prerequisite_costs_as_much_as_one_credit(designer: Service) -> None:
    # Databases (5, asks for programming) or old databases (5, half as sure, asks for nothing).
    answer = designed(
        designer,
        wanted("databases"),
        limits={"ects": {"min": 5, "max": 5}},
        coverageSlack=0.5,
    )
    assert codes(answer["proposals"][0]) == {"CS-5"}
    assert answer["proposals"][0]["certificate"]["objective"][1] == 500


def test_courses_fill_up_only_where_others_ask_for_them(designer: Service) -> None:
    answer = designed(designer, wanted("sql"), limits={"ects": {"min": 6, "max": 15}})
    best = answer["proposals"][0]
    assert codes(best) == {"CS-1", "CS-2"}
    assert best["entryRequirements"] == []
    with pytest.raises(BadParameter, match="No combination"):
        designed(
            designer,
            wanted("weaving-research"),
            limits={"levels": [8], "ects": {"min": 6, "max": 9}},
        )


def test_courses_that_wait_for_each_other_are_no_ground_for_each_other(designer: Service) -> None:
    answer = designed(designer, wanted("ethics"))
    best = answer["proposals"][0]
    assert codes(best) == {"CS-8"}
    assert [one["code"] for one in best["entryRequirements"][0]["anyOf"]] == ["CS-9"]


def test_theses_and_doctoral_courses_are_left_out(designer: Service) -> None:
    answer = designed(designer, wanted("statistics"), proposals=5)
    assert all("CS-6" not in codes(one) for one in answer["proposals"])
    with pytest.raises(BadParameter, match=r"kept out by limits\.levels"):
        designed(designer, wanted("weaving-research"))
    answer = designed(designer, wanted("weaving-research"), limits={"levels": [8]})
    assert answer["proposals"][0]["level"]["eqf"] == 8


def test_one_university_or_the_whole_network(designer: Service) -> None:
    limits = {"exclude": [course("CS-1")], "ects": {"min": 5, "max": 15}}
    alone = designed(designer, limits=limits)
    assert {tuple(one["universities"]) for one in alone["proposals"]} == {("aalto",), ("oulu",)}
    both = designed(designer, limits={**limits, "together": "network"})
    assert both["proposals"][0]["universities"] == ["aalto", "oulu"]
    assert both["proposals"][0]["coverage"] > alone["proposals"][0]["coverage"]


def test_what_is_required_is_in_and_what_is_excluded_is_out(designer: Service) -> None:
    answer = designed(
        designer,
        limits={"require": [course("CS-7")], "exclude": [course("CS-3")], "sameLanguage": False},
    )
    assert all("CS-7" in codes(one) and "CS-3" not in codes(one) for one in answer["proposals"])
    with pytest.raises(BadParameter, match=r"limits\.languages") as refused:
        designed(designer, limits={"require": [course("CS-9")], "languages": ["sv"]})
    assert refused.value.param == "/limits/require/0"


def test_proposals_differ_in_half_of_their_courses(designer: Service) -> None:
    answer = designed(designer, proposals=10)
    assert 3 <= len(answer["proposals"]) < 10
    for place, one in enumerate(answer["proposals"]):
        for earlier in answer["proposals"][:place]:
            assert 2 * len(codes(one) & codes(earlier)) <= len(codes(earlier))
    pairs = {(one["of"], one["and"]) for one in answer["between"]}
    count = len(answer["proposals"])
    assert pairs == {(a, b) for b in range(1, count + 1) for a in range(1, b)}
    assert answer["ended"] == "infeasible"


def test_what_exists_already_is_told(service_answer: dict[str, Any]) -> None:
    best = service_answer["proposals"][0]
    (near,) = best["overlaps"]
    assert near["thing"] == CREDENTIAL and near["name"] == "Data basics"
    assert near["relation"] == "contains"
    assert near["share"] == pytest.approx(0.6667) and near["shareOfOther"] == 1
    assert [one["code"] for one in near["courses"]] == ["CS-1", "CS-2"]
    assert [one["thing"] for one in best["stacking"]["contains"]] == [CREDENTIAL]
    (counted,) = best["stacking"]["countsTowards"]
    assert counted["thing"] == "https://example.org/master"
    assert counted["ground"] == "stacksInto" and counted["ects"] == 10
    assert counted["through"]["thing"] == CREDENTIAL


def test_a_part_of_what_exists_counts_towards_it_and_stacks_into_nothing(designer: Service) -> None:
    answer = designed(designer, wanted("python"))
    stacking = answer["proposals"][0]["stacking"]
    assert [one["thing"] for one in stacking["containedIn"]] == [CREDENTIAL]
    assert [one["ground"] for one in stacking["countsTowards"]] == ["consistsOf"]
    assert stacking["containedIn"][0]["stacksInto"][0]["thing"] == "https://example.org/master"


def test_what_lacks_is_told_element_by_element(service_answer: dict[str, Any]) -> None:
    readiness = service_answer["proposals"][0]["readiness"]
    assert readiness["profile"] == "eu" and readiness["state"] == "lacking"
    status = {one["element"]: one["status"] for one in readiness["elements"]}
    assert status["qualityAssurance"] == status["title"] == "missing"
    for element in ("workload", "level", "awardingBody", "country", "participation"):
        assert status[element] == "inferred", element
    level = next(one for one in readiness["elements"] if one["element"] == "level")
    assert level["inferred"]["values"] == ["http://data.europa.eu/snb/eqf/6"]
    skills = next(one for one in readiness["elements"] if one["element"] == "outcomeSkills")
    assert skill("databases") in skills["inferred"]["values"]


def test_the_periods_in_which_all_can_be_taken_are_told(service_answer: dict[str, Any]) -> None:
    teaching = service_answer["proposals"][0]["teaching"]
    # Programming (I or III) ends before databases (II or IV); statistics in III.
    assert teaching["periods"] == 2
    assert [one["code"] for one in teaching["stretches"][0]["courses"]][-1] == "CS-2"
    periods = {one["code"]: one["period"]["name"] for one in teaching["stretches"][0]["courses"]}
    assert periods["CS-1"].startswith("III") and periods["CS-2"].startswith("IV")


def test_a_research_result_is_taught_too(designer: Service) -> None:
    answer = designed(designer, {"work": WORK})
    assert [one["label"] for one in answer["target"]] == ["Python"]
    assert answer["proposals"][0]["courses"][0]["code"] == "CS-1"


def test_one_language_is_common_to_all_unless_they_may_be_mixed(designer: Service) -> None:
    both = wanted("present", "python")
    alone = designed(designer, both)
    assert all(len(codes(one)) == 1 and len(one["languages"]) == 1 for one in alone["proposals"])
    mixed = designed(designer, both, limits={"sameLanguage": False})
    assert codes(mixed["proposals"][0]) == {"CS-1", "CS-7"}
    assert mixed["proposals"][0]["languages"] == []


def test_all_are_of_one_level_where_that_is_asked_for(designer: Service) -> None:
    both = wanted("databases", "museum-databases")
    mixed = designed(designer, both)["proposals"][0]
    assert codes(mixed) == {"CS-2", "CS-4"} and mixed["level"]["eqf"] is None
    assert {one["element"]: one["status"] for one in mixed["readiness"]["elements"]}[
        "level"
    ] == "missing"
    alike = designed(designer, both, limits={"sameLevel": True})["proposals"]
    assert {one["level"]["eqf"] for one in alike} <= {6, 7}


def test_the_same_question_has_the_same_answer(designer: Service) -> None:
    def bare(answer: dict[str, Any]) -> dict[str, Any]:
        for one in answer["proposals"]:
            one["certificate"].pop("seconds")
        return answer

    assert bare(designed(designer)) == bare(designed(designer))


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ({"to": {}}, "/to"),
        ({"to": SCIENTIST, "limits": {"ects": {"min": 9, "max": 5}}}, "/limits/ects"),
        ({"to": SCIENTIST, "limits": {"ects": {"min": 0}}}, "/limits/ects/min"),
        ({"to": SCIENTIST, "limits": {"courses": 13}}, "/limits/courses"),
        ({"to": SCIENTIST, "limits": {"levels": [5]}}, "/limits/levels/0"),
        ({"to": SCIENTIST, "limits": {"universities": ["nowhere"]}}, "/limits/universities/0"),
        ({"to": wanted("weaving")}, "/to"),
        ({"to": SCIENTIST, "limits": {"ects": {"min": 299, "max": 300}}}, "/limits"),
        ({"to": SCIENTIST, "colour": "red"}, "/colour"),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(
    designer: Service, asked: dict[str, Any], where: str
) -> None:
    with pytest.raises(BadParameter) as refused:
        designer.design(asked)
    assert refused.value.param == where


def test_unknown_things_are_named(designer: Service) -> None:
    for asked in (
        {"to": {"occupation": "https://example.org/nothing"}},
        {"to": {"skills": [{"skill": "https://example.org/nothing"}]}},
        {"to": SCIENTIST, "limits": {"require": ["https://example.org/nothing"]}},
        {"to": SCIENTIST, "limits": {"exclude": ["https://example.org/nothing"]}},
    ):
        with pytest.raises(NotFound, match=r"https://example\.org/nothing"):
            designer.design(asked)
