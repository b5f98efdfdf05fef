"""What a learner gets back, from a published graph to JSON."""

from __future__ import annotations

import json
from datetime import date
from math import log
from pathlib import Path
from typing import Any

import pytest

from app.errors import BadParameter, NotFound, PolkuError
from app.graph import open_graph
from app.graph.embedded import EmbeddedGraph
from app.graph.publish import publish
from app.paths.service import Service
from tests.graph.bundles import bundle_of
from tests.paths.answers import codes, first, plan, reasons
from tests.paths.catalogue import ADA, CREDENTIAL, THESIS, WORK, course, esco, occupation, skill


def test_an_occupation_gives_a_proved_and_checked_route(service: Service) -> None:
    answer = plan(service)
    route = first(answer)
    assert codes(answer) == ["CS-1", "CS-3", "CS-2"]
    assert route["certificate"]["status"] == "optimal"
    assert route["certificate"]["checked"] is True
    assert route["certificate"]["gap"] == 0
    assert route["certificate"]["generation"] == answer["generation"]
    assert route["ects"] == 15
    assert {one.rsplit("/", 1)[-1] for one in route["covered"]} == {
        "python", "statistics", "databases", "use-databases",
    }  # fmt: skip


def test_weights_are_specificity_times_importance(service: Service) -> None:
    weights = {one["label"]: one["weight"] for one in plan(service)["target"]}
    assert weights["Python"] == round(log(4 / 1), 4)
    assert weights["statistics"] == round(log(4 / 3), 4)
    assert weights["communicate"] == round(0.3 * log(4 / 3), 4)


def test_a_prerequisite_is_taken_in_an_earlier_period(service: Service) -> None:
    steps = {step["code"]: step for step in first(plan(service))["steps"]}
    assert steps["CS-2"]["after"] == [course("CS-1")]
    assert steps["CS-1"]["period"]["end"] < steps["CS-2"]["period"]["start"]
    assert "is asked for before Databases" in steps["CS-1"]["because"]


def test_a_course_of_past_years_is_expected_in_the_same_period(service: Service) -> None:
    step = first(plan(service))["steps"][0]
    assert step["period"]["offering"] == "expected"
    assert step["period"]["name"] == "III 2026–2027"
    assert step["period"]["start"] == "2027-01-04"
    assert step["period"]["basis"] == "III 2025–2026"


def test_an_offering_with_dates_ahead_is_announced(service: Service) -> None:
    answer = plan(
        service, to={"skills": [{"skill": skill("python")}]}, limits={"modes": ["online"]}
    )
    (step,) = first(answer)["steps"]
    assert step["code"] == "OY-1"
    assert step["period"]["offering"] == "announced"
    assert (step["period"]["start"], step["period"]["end"]) == ("2027-01-11", "2027-02-20")


def test_a_skill_group_asks_for_every_skill_under_it(service: Service) -> None:
    answer = plan(service, to={"group": skill("S5")})
    wanted = {one["skill"]: one["weight"] for one in answer["target"]}
    assert set(wanted) == {skill(n) for n in ("databases", "sparql", "sql", "use-databases")}
    assert wanted[skill("sparql")] >= wanted[skill("databases")] > 0
    assert "CS-2" in codes(answer)
    united = plan(service, to={"group": skill("S5"), "skills": [{"skill": skill("python")}]})
    assert skill("python") in {one["skill"] for one in united["target"]}


def test_a_group_without_skills_is_refused_with_what_to_do(service: Service) -> None:
    with pytest.raises(BadParameter, match="Name a skill group"):
        plan(service, to={"group": skill("S9")})


def test_a_completed_micro_credential_counts_as_all_of_its_courses(service: Service) -> None:
    courses = sorted(service.facts.credentials[CREDENTIAL].courses)
    whole, parts = plan(service, completed=[CREDENTIAL]), plan(service, completed=courses)
    assert (codes(whole), whole["known"]) == (codes(parts), parts["known"])
    assert whole["known"] != plan(service)["known"]


def test_every_missing_skill_says_why(service: Service) -> None:
    answer = plan(service)
    assert reasons(answer) == {"weaving": "noCourse", "communicate": "noCourse"}
    assert first(answer)["missing"][1]["relax"] == ["minConfidence"]
    tight = plan(service, limits={"ects": 4})
    assert reasons(tight)["python"] == "overBudget"
    english = plan(service, limits={"languages": ["sv"]})
    assert reasons(english)["python"] == "filteredOut"
    egg = plan(service, to={"skills": [{"skill": skill("ethics")}]})
    assert reasons(egg) == {"ethics": "prerequisite"}


def test_a_skill_beside_a_covered_one_is_partly_covered_and_never_counted(
    service: Service,
) -> None:
    route = first(plan(service))
    assert [one["skill"] for one in route["partly"]] == [skill("sparql")]
    assert route["partly"][0]["by"] in (skill("databases"), skill("sql"))
    assert skill("sparql") not in route["covered"]


def test_a_narrower_skill_counts_only_where_type_and_reach_allow(service: Service) -> None:
    knowledge = plan(
        service,
        to={"skills": [{"skill": skill("databases")}]},
        limits={"require": [], "exclude": [course("CS-2"), course("CS-5")]},
    )
    assert first(knowledge)["covered"] == []
    other = plan(
        service,
        to={"skills": [{"skill": skill("use-databases")}]},
        limits={"exclude": [course("CS-2")]},
    )
    assert first(other)["covered"] == []
    assert first(plan(service, to={"skills": [{"skill": skill("communicate")}]}))["covered"] == []


def test_theses_are_left_out_unless_required(service: Service) -> None:
    assert "CS-6" not in codes(plan(service))
    answer = plan(service, limits={"require": [course("CS-6")]})
    assert "CS-6" in codes(answer)
    assert first(answer)["certificate"]["checked"] is True


def test_steps_say_which_way_in_they_rest_on_and_how_many_are_unproved(service: Service) -> None:
    route = first(plan(service))
    assert {step["wayIn"]["kind"] for step in route["steps"]} == {"unknown"}
    assert route["waysIn"] == {"proved": 0, "unproved": 3}
    assert route["cost"] is None
    assert route["unknownFees"] == 3
    opened = plan(
        service,
        to={"skills": [{"skill": skill("python")}]},
        limits={"audience": ["openUniversity"]},
    )
    (step,) = first(opened)["steps"]
    assert step["wayIn"] == {
        "kind": "openUniversity",
        "who": "anyone, through the open university",
        "proved": True,
        "fee": {"max": 75.0, "currency": "EUR"},
        "applyBy": "2026-12-31",
        "link": "https://example.org/apply",
        "source": None,
    }
    assert first(opened)["cost"] == 75


def test_an_unknown_fee_is_never_within_a_limit_on_cost(service: Service) -> None:
    free = plan(service, limits={"cost": 0})
    assert codes(free) == []
    assert reasons(free)["python"] == "filteredOut"
    assert codes(plan(service, limits={"cost": 75})) == ["OY-1"]


def test_a_completed_course_meets_prerequisites_and_is_known(service: Service) -> None:
    answer = plan(service, completed=[course("CS-1")])
    assert "CS-1" not in codes(answer)
    assert "CS-2" in codes(answer)
    assert [one["skill"] for one in answer["known"]] == [skill("python")]


def test_a_skill_at_a_higher_level_needs_a_course_of_that_level(service: Service) -> None:
    low = plan(service, to={"skills": [{"skill": skill("museum-databases"), "level": 3}]})
    assert codes(low) == ["CS-4"]
    high = plan(service, to={"skills": [{"skill": skill("museum-databases"), "level": 4}]})
    assert codes(high) == []
    assert first(high)["missing"][0]["relax"] == ["to.skills.level"]


def test_unknown_prerequisites_do_not_bind_and_are_told(service: Service) -> None:
    answer = plan(service, to={"skills": [{"skill": skill("museum-databases")}]})
    assert codes(answer) == ["CS-4"]
    assert any("read their prerequisites" in note for note in answer["notes"])


def test_a_prerequisite_cycle_is_told_as_a_fault_of_the_data(service: Service) -> None:
    assert any("cycle" in note for note in plan(service)["notes"])


def test_everything_known_is_an_answer_and_no_route(service: Service) -> None:
    answer = plan(
        service,
        to={"skills": [{"skill": skill("python"), "level": 2}]},
        have=[{"skill": skill("python"), "level": 2}],
    )
    assert answer["target"] == []
    assert codes(answer) == []
    assert first(answer)["coverage"] == 1.0


def test_micro_credentials_earned_are_shown_with_what_they_stack_into(service: Service) -> None:
    (earned,) = first(plan(service))["credentials"]
    assert earned == {
        "credential": CREDENTIAL,
        "name": "Data basics",
        "stacksInto": ["https://example.org/master"],
    }
    only = plan(service, limits={"microCredentialsOnly": True})
    assert sorted(codes(only)) == ["CS-1", "CS-2"]


def test_cross_sector_skills_can_be_left_out(service: Service) -> None:
    answer = plan(service, crossSector=False)
    labels = {one["label"] for one in answer["target"]}
    assert labels == {"Python", "databases", "use databases", "weaving", "SPARQL"}
    assert answer["setAside"] == 2


def test_weights_of_the_question_win(service: Service) -> None:
    answer = plan(service, weights={skill("statistics"): 9.5})
    assert answer["target"][0] == {
        "skill": skill("statistics"),
        "label": "statistics",
        "labelLang": "en",
        "weight": 9.5,
        "level": 1,
    }


def test_a_work_leads_to_the_skills_it_studies(service: Service) -> None:
    answer = plan(service, to={"work": WORK})
    assert [one["label"] for one in answer["target"]] == ["Python"]
    assert answer["target"][0]["weight"] == round(0.8 * log(4), 4)


def test_newest_works_come_with_the_route_without_student_theses(service: Service) -> None:
    (work,) = first(plan(service))["works"]
    assert work == {
        "work": WORK,
        "title": "On Python",
        "published": "2026-10-01",
        "type": "article",
        "studentThesis": False,
        "doi": "10.1%2Fnew",
        "link": WORK,
        "openAccess": True,
        "peerReviewed": None,
        "university": "aalto",
        "skills": [skill("python")],
    }
    both = first(plan(service, studentTheses=True))["works"]
    assert [(one["work"], one["studentThesis"]) for one in both] == [(THESIS, True), (WORK, False)]


def test_each_step_and_what_lies_beyond_have_their_own_works(service: Service) -> None:
    route = first(plan(service))
    steps = {step["code"]: [one["work"] for one in step["works"]] for step in route["steps"]}
    assert steps == {"CS-1": [WORK], "CS-3": [], "CS-2": []}
    assert route["beyond"] == {"works": [], "publishers": []}
    beyond = first(plan(service, limits={"ects": 4}))
    assert beyond["works"] == []
    assert [one["work"] for one in beyond["beyond"]["works"]] == [WORK]
    none = first(plan(service, stepWorks=0, works=0))
    assert [one for step in none["steps"] for one in step["works"] + step["publishers"]] == []
    assert none["works"] == none["publishers"] == []


def test_people_and_units_of_the_network_that_publish_are_named(service: Service) -> None:
    found = first(plan(service))["publishers"]
    assert found[0] == {
        "iri": ADA,
        "kind": "person",
        "name": "Ada",
        "university": "aalto",
        "works": 1,
        "newest": "2026-10-01",
        "skills": [skill("python")],
    }
    assert [(one["kind"], one["name"]) for one in found[1:]] == [
        ("university", "Aalto"),
        ("unit", "Snake laboratory"),
    ]
    both = first(plan(service, studentTheses=True))["publishers"]
    assert both[0]["works"] == 2


def test_labels_come_in_the_language_asked_for_else_in_english(service: Service) -> None:
    target = {one["skill"]: one for one in plan(service, lang="fi")["target"]}
    assert target[skill("python")]["label"] == "Python-ohjelmointi"
    assert target[skill("python")]["labelLang"] == "fi"
    assert target[skill("statistics")]["labelLang"] == "en"


def test_why_not_says_the_price_or_the_limit_to_relax(service: Service) -> None:
    answer = plan(
        service,
        limits={"languages": ["en"]},
        whyNot=[course("CS-7"), course("OY-1", "oulu"), course("CS-6")],
    )
    swedish, online, thesis = answer["whyNot"]
    assert swedish["relax"] == "limits.languages"
    assert online["price"]["ects"] == 5
    assert thesis["relax"] == "kind"


def test_a_required_course_that_cannot_be_is_refused_with_the_limit_to_relax(
    service: Service,
) -> None:
    answer = plan(service, limits={"require": [course("CS-7")], "languages": ["en"]})
    assert first(answer)["certificate"]["status"] == "infeasible"
    assert answer["relax"] == [
        {"course": course("CS-7"), "relax": ["limits.languages"]},
        {"relax": ["limits.languages"]},
        {"relax": ["limits.require"]},
    ]
    budget = plan(service, limits={"require": [course("CS-1"), course("CS-2")], "ects": 5})
    assert {"relax": ["limits.ects"]} in budget["relax"]


def test_limits_that_must_give_together_are_told_together(service: Service) -> None:
    wanted = {"require": [course("CS-7"), course("CS-3")], "languages": ["en"], "ects": 5}
    sets = [one["relax"] for one in plan(service, limits=wanted)["relax"] if "course" not in one]
    assert sets == [["limits.ects", "limits.languages"], ["limits.require"]]
    asked = {"to": {"skills": [{"skill": skill("present")}]}}
    both = plan(service, **asked, limits={"languages": ["en"], "courses": 0, "cost": None})
    assert both["relax"] == [{"relax": ["limits.courses", "limits.languages"]}]
    without = plan(service, **asked, limits={"courses": 0, "languages": ["fi"]})
    assert without["relax"] == [{"relax": ["limits.courses"]}]


def test_a_course_needs_one_sure_skill_and_its_less_sure_ones_count_beside(
    service: Service,
) -> None:
    answer = plan(service, minSurest=0.85)
    assert codes(answer) == ["CS-1", "CS-2"]
    assert skill("use-databases") in first(answer)["covered"]
    missing = {one["skill"]: one for one in first(answer)["missing"]}
    # A thesis would teach it surely, the course does not.
    assert missing[skill("statistics")]["relax"] == ["kind", "minSurest"]
    assert first(answer)["certificate"]["checked"] is True
    strict = plan(service, minConfidence=0.85)
    assert skill("use-databases") not in first(strict)["covered"]
    assert plan(service, minSurest=0.1)["routes"][0]["covered"] == first(plan(service))["covered"]


def test_too_sure_evidence_asked_for_is_what_must_give(service: Service) -> None:
    answer = plan(service, to={"skills": [{"skill": skill("statistics")}]}, minSurest=0.9)
    assert answer["relax"] == [{"relax": ["minSurest"]}]


def test_no_limit_is_blamed_where_no_course_teaches_the_skill(service: Service) -> None:
    answer = plan(service, to={"skills": [{"skill": skill("weaving")}]}, limits={"ects": 0})
    assert answer["relax"] == []


def test_why_not_names_the_limits_that_must_give_together(service: Service) -> None:
    answer = plan(service, limits={"courses": 1, "ects": 5, "load": None}, whyNot=[course("CS-2")])
    (entry,) = answer["whyNot"]
    assert entry["limits"] == ["limits.ects", "limits.courses"]
    assert entry["others"] == []


def test_alternatives_and_the_front_come_when_asked_for(service: Service) -> None:
    answer = plan(service, alternatives=1, pareto=True)
    assert len(answer["routes"]) <= 2
    worth = [one["evidence"] for one in answer["pareto"]]
    assert worth == sorted(set(worth))
    assert answer["pareto"][-1]["ects"] <= 60
    assert answer["truncated"] == []


def test_the_fastest_route_is_over_no_later_than_the_usual(service: Service) -> None:
    usual, fast = first(plan(service)), first(plan(service, prefer="fastest"))
    assert fast["finish"] <= usual["finish"]
    assert fast["certificate"]["checked"] is True


def test_the_lightest_route_has_no_more_credits_than_the_usual(service: Service) -> None:
    usual, light = first(plan(service)), first(plan(service, prefer="lightest"))
    assert light["ects"] <= usual["ects"]


def test_the_same_question_gets_the_same_answer(network: EmbeddedGraph) -> None:
    def ask() -> dict[str, Any]:
        answer = plan(Service(network, today=lambda: date(2026, 11, 23)))
        for route in answer["routes"]:
            del route["certificate"]["seconds"]
        return answer

    assert json.dumps(ask()) == json.dumps(ask())


def test_start_defaults_to_today_and_moves_the_horizon(service: Service) -> None:
    assert plan(service)["horizon"]["start"] == "2026-11-23"
    later = plan(service, limits={"start": "2027-03-01"})
    assert all(step["period"]["start"] >= "2027-03-01" for step in first(later)["steps"])


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"to": {}}, "/to"),
        ({"to": {"occupations": "x"}}, "/to/occupations"),
        ({"to": {"text": "I want to learn"}}, "/to/text"),
        ({"limits": {"ects": -1}}, "/limits/ects"),
        ({"limits": {"periods": 0}}, "/limits/periods"),
        ({"limits": {"start": "2027-13-01"}}, "/limits/start"),
        ({"limits": {"start": "0001-01-01"}}, "/limits/start"),
        ({"limits": {"start": "2027-01-01", "end": "2026-12-31"}}, "/limits/end"),
        ({"limits": {"universities": ["hogwarts"]}}, "/limits/universities/0"),
        ({"limits": {"audience": ["everyone"]}}, "/limits/audience/0"),
        (
            {"limits": {"require": [course("CS-1")], "exclude": [course("CS-1")]}},
            "/limits/require/0",
        ),
        ({"to": {"occupation": "not an iri"}}, "/to/occupation"),
        ({"to": {"skills": [{"skill": skill("python"), "weight": float("nan")}]}}, None),
        ({"to": {"skills": [{"skill": skill("x")}] * 2001}}, "/to/skills"),
        ({"coverageSlack": 2}, "/coverageSlack"),
        ({"timeLimit": 0}, "/timeLimit"),
    ],
)
def test_a_question_that_cannot_be_names_its_field(
    service: Service, asked: dict[str, Any], pointer: str | None
) -> None:
    with pytest.raises(BadParameter) as refused:
        plan(service, **asked)
    if pointer is not None:
        assert refused.value.param == pointer
    assert refused.value.detail


@pytest.mark.parametrize(
    "asked",
    [
        {"to": {"occupation": occupation("wizard")}},
        {"to": {"occupation": skill("python")}},
        {"to": {"skills": [{"skill": skill("magic")}]}},
        {"to": {"work": "https://example.org/none"}},
        {"to": {"group": skill("S404")}},
        {"have": [{"skill": skill("magic")}]},
        {"completed": [course("CS-404")]},
        {"limits": {"require": [course("CS-404")]}},
        {"whyNot": [course("CS-404")]},
        {"weights": {skill("magic"): 1.0}},
    ],
)
def test_an_unknown_iri_is_named(service: Service, asked: dict[str, Any]) -> None:
    with pytest.raises(NotFound) as refused:
        plan(service, **asked)
    assert "<" in refused.value.detail


@pytest.mark.parametrize(
    "limits",
    [
        {"ects": 0},
        {"courses": 0},
        {"cost": 0},
        {"load": 0.5},
        {"periods": 1},
        {"start": "2900-01-01"},
        {"end": "2026-12-01"},
        {"ects": None, "load": None, "periods": 40},
        {"universities": ["oulu"]},
        {"levels": ["postgraduate"]},
        {"modes": ["project"]},
        {"languages": ["xx"]},
    ],
)
def test_tight_limits_give_an_answer_and_never_an_exception(
    service: Service, limits: dict[str, Any]
) -> None:
    answer = plan(service, limits=limits, alternatives=1, pareto=True, whyNot=[course("CS-3")])
    assert first(answer)["certificate"]["checked"] is True


def test_two_thousand_target_skills_are_answered(service: Service) -> None:
    answer = plan(
        service, to={"skills": [{"skill": skill("python")}, {"skill": skill("sql")}] * 1000}
    )
    assert first(answer)["certificate"]["checked"] is True


def test_ten_thousand_target_skills_are_refused_with_the_most_there_may_be(
    service: Service,
) -> None:
    with pytest.raises(BadParameter) as refused:
        plan(service, to={"skills": [{"skill": skill("python")}] * 10_000})
    assert refused.value.param == "/to/skills"
    assert "2000" in refused.value.detail


def test_a_graph_without_a_course_gives_an_answer_without_one(tmp_path: Path) -> None:
    publish(
        tmp_path,
        {"esco": bundle_of(tmp_path / "bundles" / "esco", "esco", esco())},
        checked=False,
    )
    with open_graph(tmp_path) as graph:
        answer = plan(Service(graph), alternatives=2, pareto=True, choices=True)
    assert codes(answer) == []
    assert set(reasons(answer).values()) == {"noCourse"}


def test_every_refusal_is_one_of_our_own(service: Service) -> None:
    hopeless: list[dict[str, Any]] = [
        {}, {"to": None}, {"to": []}, {"to": {"skills": [{}]}}, {"lang": "!"},
    ]  # fmt: skip
    for nonsense in hopeless:
        with pytest.raises(PolkuError):
            service.plan(nonsense)


def test_doctoral_courses_come_only_when_asked_for(service: Service) -> None:
    doctoral = {"to": {"skills": [{"skill": skill("weaving-research")}]}}
    assert codes(plan(service, **doctoral)) == []
    assert first(plan(service, **doctoral))["missing"][0]["relax"] == ["limits.levels"]
    asked = plan(service, **doctoral, limits={"levels": ["postgraduate"]})
    assert codes(asked) == ["CS-10"]
    high = plan(service, to={"skills": [{"skill": skill("weaving-research"), "level": 4}]})
    assert codes(high) == ["CS-10"]
    assert first(high)["certificate"]["checked"] is True
