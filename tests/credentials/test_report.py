"""The report says of every element whether it is there, may be inferred, lacks or is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.credentials.document import JSON, read
from app.credentials.infer import Fact, Suggestion
from app.credentials.report import LANGUAGES, report
from app.graph.media import TURTLE
from ontology import terms
from tests.credentials.offerings import AALTO, COMPLETE, COURSES, FORMS, IRI, OURS, SKILL


def told(offering: dict[str, Any], lang: str = "en", **more: Any) -> dict[str, dict[str, Any]]:
    """The report's elements of both profiles, by name."""
    answer: dict[str, Any] = report(read(orjson.dumps(offering), JSON), lang, **more)
    return {one["element"]: one for held in answer["profiles"] for one in held["elements"]}


def statuses(elements: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {name: one["status"] for name, one in elements.items()}


def facts(prop: str, values: Iterable[str]) -> list[Fact]:
    return [Fact(course, prop, value) for course, value in zip(COURSES, values, strict=True)]


def test_every_element_has_its_status() -> None:
    assert statuses(told(OURS)) == {
        "title": "present",
        "country": "inferred",
        "awardingBody": "present",
        "learningOutcomes": "present",
        "workload": "wrong",
        "level": "inferred",
        "assessment": "present",
        "participation": "present",
        "qualityAssurance": "missing",
        "learner": "atIssuing",
        "issued": "atIssuing",
        "outcomeSkills": "missing",
        "prerequisites": "missing",
        "supervision": "missing",
        "grade": "atIssuing",
        "stackability": "wrong",
        "furtherInformation": "missing",
        "credits": "inferred",
        "recordedOutcomes": "present",
        "reliableAssessment": "present",
        "nationalTitle": "missing",
        "digitalCertificate": "missing",
    }


def test_a_workload_of_sixty_months_is_named() -> None:
    workload = told(OURS)["workload"]
    assert workload["status"] == "wrong"
    assert workload["values"] == ["P60M"]
    assert "P60M is sixty months" in workload["message"]
    assert "PT135H" in workload["hint"]


def test_an_acceptance_without_its_end_is_wrong_and_says_why() -> None:
    assert "until when" in told(OURS)["stackability"]["message"]


@pytest.mark.parametrize("media", FORMS)
def test_the_same_offering_has_the_same_report_in_every_form(media: str) -> None:
    # An acceptance is a node without a name: its name is the parser's own.
    def of(form: str) -> dict[str, Any]:
        answer: dict[str, Any] = report(read(FORMS[form], form), "en")
        for one in answer["profiles"][0]["elements"]:
            if one["element"] == "stackability":
                del one["values"]
        return answer

    assert of(media) == of(JSON)
    assert of(media)["about"] == IRI


def test_an_offering_that_lacks_nothing_scores_in_full() -> None:
    answer: dict[str, Any] = report(read(orjson.dumps(COMPLETE), JSON), "en")
    for held in answer["profiles"]:
        for score in held["score"].values():
            assert score["share"] == 1.0 and score["present"] == score["of"]
        for one in held["elements"]:
            assert one["status"] in ("present", "atIssuing") and "message" not in one


def test_an_empty_offering_lacks_all_that_is_asked() -> None:
    assert set(statuses(told({})).values()) == {"missing", "atIssuing"}


def test_credits_come_from_the_courses_and_say_so() -> None:
    credits = told(OURS)["credits"]
    assert credits["inferred"]["values"] == ["7.5"]
    assert credits["inferred"]["from"] == list(COURSES)
    workload = told({**OURS, "workload": {}})["workload"]
    assert (workload["status"], workload["inferred"]["values"]) == ("inferred", ["7.5"])


def test_credits_are_not_guessed_where_one_course_states_none() -> None:
    offering = {**OURS, "workload": {}, "consistsOf": [{"course": one} for one in COURSES]}
    assert told(offering)["workload"]["status"] == "missing"
    known = facts(terms.ectsMax, ("3", "4"))
    assert told(offering, known=known[:1])["workload"]["status"] == "missing"
    assert told(offering, known=known)["workload"]["inferred"]["values"] == ["7"]


def test_inferred_credits_outside_the_national_limits_are_wrong() -> None:
    offering = {"consistsOf": [{"course": one, "ects": 40} for one in COURSES]}
    elements = told(offering)
    assert elements["workload"]["status"] == "inferred"
    assert elements["credits"]["status"] == "wrong"
    assert elements["credits"]["inferred"]["values"] == ["80"]


@pytest.mark.parametrize(
    ("study_level", "eqf"),
    [("basic", 6), ("intermediate", 6), ("advanced", 7), ("postgraduate", 8), ("other", None)],
)
def test_a_level_from_the_study_level_is_inferred_never_present(
    study_level: str, eqf: int | None
) -> None:
    level = told({"studyLevel": study_level})["level"]
    if eqf is None:
        assert level["status"] == "missing"
    else:
        assert level["status"] == "inferred"
        assert level["inferred"]["values"] == [f"http://data.europa.eu/snb/eqf/{eqf}"]
        assert "study level" in level["inferred"]["because"]


def test_courses_of_different_levels_infer_none() -> None:
    for levels in (("basic", "advanced"), ("advanced", None)):
        parts = [
            {"course": course} | ({"studyLevel": level} if level else {})
            for course, level in zip(COURSES, levels, strict=True)
        ]
        assert told({"consistsOf": parts})["level"]["status"] == "missing"


def test_the_courses_university_is_proposed_and_so_is_its_country() -> None:
    offering = {"consistsOf": [{"course": one} for one in COURSES]}
    elements = told(offering, known=facts(terms.university, (AALTO, AALTO)))
    assert elements["awardingBody"]["inferred"]["values"] == [AALTO]
    assert elements["country"]["inferred"]["values"][0].endswith("/FIN")
    other = told(offering, known=facts(terms.university, (AALTO, "https://example.org/u")))
    assert other["awardingBody"]["status"] == other["country"]["status"] == "missing"


def test_skills_come_from_the_courses_before_the_outcomes() -> None:
    suggested = [Suggestion("https://example.org/s/1", 0.4), Suggestion(SKILL, 0.9)]
    read_in_text = told(OURS, suggested=suggested)["outcomeSkills"]
    assert read_in_text["status"] == "inferred"
    assert read_in_text["inferred"]["values"] == [SKILL, "https://example.org/s/1"]
    developed = facts(terms.develops, (SKILL, SKILL))
    of_courses = told(OURS, suggested=suggested, known=developed)["outcomeSkills"]
    assert of_courses["inferred"]["values"] == [SKILL]
    assert of_courses["inferred"]["from"] == list(COURSES)


def test_courses_that_state_nonsense_infer_nothing() -> None:
    turtle = (
        "@prefix polku: <https://w3id.org/polku/ns#> . "
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . "
        "[] a polku:MicroCredential ; polku:consistsOf <urn:x:c>, [ a polku:Course ] . "
        '<urn:x:c> polku:university "x", [] ; polku:develops "y" ; polku:studyLevel "z" ; '
        'polku:ectsMax "1E+999999999"^^xsd:decimal, "NaN" .'
    )
    answer: dict[str, Any] = report(read(turtle.encode(), TURTLE), "en")
    for held in answer["profiles"]:
        assert all(score["inferred"] == 0 for score in held["score"].values())


def test_what_is_inferred_does_not_raise_the_score() -> None:
    answer: dict[str, Any] = report(read(orjson.dumps({"studyLevel": "basic"}), JSON), "en")
    mandatory = answer["profiles"][0]["score"]["mandatory"]
    assert (mandatory["present"], mandatory["inferred"], mandatory["share"]) == (0, 1, 0.0)


def test_a_report_speaks_the_language_that_is_asked() -> None:
    said = {lang: told(OURS, lang) for lang in LANGUAGES}
    for name in said["en"]:
        assert len({said[lang][name]["label"] for lang in LANGUAGES}) == len(LANGUAGES), name
    assert "kuusikymmentä kuukautta" in said["fi"]["workload"]["message"]
    assert "sextio månader" in said["sv"]["workload"]["message"]
    assert said["fi"]["level"]["inferred"]["because"] != said["sv"]["level"]["inferred"]["because"]
    assert told(OURS, "ja") == said["en"]


FIELDS = sorted(set(COMPLETE) - {"iri"})


@settings(deadline=None, max_examples=25)
@given(st.sets(st.sampled_from(FIELDS)))
def test_to_state_more_never_makes_an_element_lack(left_out: set[str]) -> None:
    offering = {name: value for name, value in COMPLETE.items() if name not in left_out}
    for name, one in told(offering).items():
        if name in FIELDS:
            due = {"missing", "inferred"} if name in left_out else {"present"}
            assert one["status"] in due, name
        assert ("hint" in one) == (one["status"] != "present")
