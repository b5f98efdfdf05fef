"""Search, paths and tags over HTTP; the engines' own tests say what is right."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from app.settings import Settings
from tests.api.conftest import COURSE, DATA_SCIENTIST, MACHINE_LEARNING, Service, serving

STATISTICS = "http://data.europa.eu/esco/skill/7ee4c2ea-b349-4bd2-81a3-ec31475d4833"


def test_a_search_finds_the_best_first_and_says_the_language(service: Service) -> None:
    answer = service.client.get("/skills", params={"q": "machine lear"})
    body = answer.json()
    assert body["results"][0]["iri"] == MACHINE_LEARNING
    assert body["results"][0]["lang"] == "en"
    assert body["generation"] == answer.headers["polku-generation"]
    again = service.client.get(
        "/skills", params={"q": "machine lear"}, headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304


def test_occupations_and_courses_are_searched_alike(service: Service) -> None:
    occupations = service.client.get("/occupations", params={"q": "data scientist"}).json()
    assert occupations["results"][0]["iri"] == DATA_SCIENTIST
    courses = service.client.get("/courses", params={"q": "SAMPLE-DS202", "lang": "fi"}).json()
    assert courses["results"][0]["iri"] == COURSE
    assert courses["results"][0]["lang"] == "fi"


@pytest.mark.parametrize(
    "parameters",
    [{}, {"q": ""}, {"q": "a" * 301}, {"q": "a", "limit": "0"}, {"q": "a", "lang": "e"}],
)
def test_a_search_that_cannot_be_is_refused(service: Service, parameters: dict[str, str]) -> None:
    service.problem(service.client.get("/skills", params=parameters), 422)


def plan(service: Service, **question: Any) -> dict[str, Any]:
    answer = service.client.post("/paths", json=question)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    body: dict[str, Any] = answer.json()
    return body


def test_a_path_to_an_occupation_comes_with_its_certificate(service: Service) -> None:
    answer = plan(
        service,
        to={"occupation": DATA_SCIENTIST},
        have=[{"skill": STATISTICS, "level": 2}],
        limits={"ects": 30},
    )
    route = answer["routes"][0]
    assert route["steps"] and route["ects"] <= 30
    assert route["certificate"]["checked"] is True


def test_a_path_by_name_is_the_same_path(service: Service) -> None:
    by_name = service.client.get("/paths", params={"to": "data scientist", "ects": "30"})
    by_body = plan(
        service,
        to={"occupation": DATA_SCIENTIST},
        limits={"ects": 30, "periods": 8, "load": 15},
        prefer="coverage",
    )
    assert by_name.status_code == 200, by_name.text

    def taken(answer: dict[str, Any]) -> list[str]:
        return [step["course"] for step in answer["routes"][0]["steps"]]

    assert taken(by_name.json()) == taken(by_body)
    again = service.client.get(
        "/paths",
        params={"to": "data scientist", "ects": "30"},
        headers={"If-None-Match": by_name.headers["etag"]},
    )
    assert again.status_code == 304


def test_a_path_to_a_text_rests_on_the_skills_that_it_speaks_of(service: Service) -> None:
    answer = plan(service, to={"text": "We use machine learning and statistics."})
    assert MACHINE_LEARNING in [target["skill"] for target in answer["target"]]


def test_labels_on_a_path_come_in_the_language_asked_for(service: Service) -> None:
    question = {"to": {"skills": [{"skill": MACHINE_LEARNING}]}}
    answer = service.client.post("/paths", params={"lang": "fi"}, json=question)
    names = [step["name"] for step in answer.json()["routes"][0]["steps"]]
    english = [step["name"] for step in plan(service, **question)["routes"][0]["steps"]]
    assert names and names != english


@pytest.mark.parametrize("personal", ["have", "completed"])
def test_what_a_learner_has_never_travels_in_a_url(service: Service, personal: str) -> None:
    asked = {"to": "data scientist", personal: STATISTICS}
    problem = service.problem(service.client.get("/paths", params=asked), 422)
    assert "POST" in problem["detail"]


@pytest.mark.parametrize(
    ("question", "pointer"),
    [
        ({}, "/to"),
        ({"to": {"occupations": "x"}}, "/to/occupations"),
        ({"to": {"occupation": DATA_SCIENTIST}, "limits": {"ects": -1}}, "/limits/ects"),
        (
            {"to": {"occupation": DATA_SCIENTIST}, "limits": {"languages": "en"}},
            "/limits/languages",
        ),
        ({"to": {"occupation": DATA_SCIENTIST}, "timeLimit": 60}, "/timeLimit"),
        ({"to": {"skills": [{"skill": STATISTICS}] * 10_000}}, "/to/skills"),
        (
            {
                "to": {"occupation": DATA_SCIENTIST},
                "limits": {"start": "2027-01-01", "end": "2026-12-31"},
            },
            "/limits/end",
        ),
        (
            {
                "to": {"occupation": DATA_SCIENTIST},
                "preset": "english",
                "limits": {"languages": ["fi"]},
            },
            "/preset",
        ),
        (
            {
                "to": {"occupation": DATA_SCIENTIST},
                "limits": {"require": [COURSE], "exclude": [COURSE]},
            },
            "/limits/require/0",
        ),
    ],
)
def test_a_question_that_cannot_be_is_refused_by_its_field(
    service: Service, question: dict[str, Any], pointer: str
) -> None:
    problem = service.problem(service.client.post("/paths", json=question), 422)
    assert problem["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize(
    "limits", [{"ects": 0}, {"courses": 0}, {"end": "2026-11-25"}, {"load": 0.1}]
)
def test_limits_that_no_course_keeps_to_give_an_answer_without_a_course(
    service: Service, limits: dict[str, Any]
) -> None:
    within = {"start": "2026-11-24"} | limits
    answer = plan(service, to={"occupation": DATA_SCIENTIST}, limits=within)
    (route,) = answer["routes"]
    assert route["steps"] == []
    assert route["certificate"]["status"] == "optimal"
    assert all(one["reason"] != "" for one in route["missing"])


def test_what_is_known_already_needs_no_course(service: Service) -> None:
    answer = plan(
        service, to={"skills": [{"skill": STATISTICS}]}, have=[{"skill": STATISTICS, "level": 4}]
    )
    (route,) = answer["routes"]
    assert (route["steps"], route["coverage"]) == ([], 1.0)


@pytest.mark.parametrize(
    "unknown",
    [
        {"have": [{"skill": "http://e.x/none"}]},
        {"completed": ["http://e.x/none"]},
        {"limits": {"require": ["http://e.x/none"]}},
        {"limits": {"exclude": ["http://e.x/none"]}},
        {"whyNot": ["http://e.x/none"]},
        {"weights": {"http://e.x/none": 1}},
    ],
)
def test_an_unknown_thing_in_a_question_is_named(service: Service, unknown: dict[str, Any]) -> None:
    question = {"to": {"occupation": DATA_SCIENTIST}} | unknown
    problem = service.problem(service.client.post("/paths", json=question), 404)
    assert "http://e.x/none" in problem["detail"]


def test_an_unknown_target_is_named(service: Service) -> None:
    unknown = {"to": {"occupation": "http://e.x/none"}}
    assert "http://e.x/none" in service.client.post("/paths", json=unknown).text
    near = service.problem(service.client.get("/paths", params={"to": "data scientis"}), 422)
    assert "data scientist" in near["detail"]
    service.problem(service.client.get("/paths", params={"to": "http://e.x/none"}), 422)


def test_a_text_is_tagged_with_the_words_that_speak_for_each_skill(service: Service) -> None:
    words = "We use machine learning."
    answer = service.client.post("/tags/suggest", json={"text": words, "limit": 3})
    first = answer.json()["suggestions"][0]
    assert first["skill"] == MACHINE_LEARNING
    span = first["evidence"][0]
    assert words[span["start"] : span["end"]] == span["text"]


def test_a_list_of_texts_gives_a_list_of_answers(service: Service) -> None:
    texts = [{"text": "statistics"}, {"title": "On learning", "abstract": "machine learning"}]
    answers = service.client.post("/tags/suggest", json=texts).json()
    assert len(answers) == 2
    alone = [service.client.post("/tags/suggest", json=one).json() for one in texts]
    assert answers == alone


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"text": "a", "colour": "red"}, "/colour"),
        ([{"text": "a"}, {"text": "a", "limit": 0}], "/1/limit"),
        ({"text": "a", "about": COURSE}, "/"),
        ({}, "/"),
        ([], ""),
    ],
)
def test_a_text_that_cannot_be_tagged_is_refused(
    service: Service, body: object, pointer: str
) -> None:
    problem = service.problem(service.client.post("/tags/suggest", json=body), 422)
    assert problem["errors"][0]["pointer"] == pointer


def test_a_thing_of_the_graph_is_tagged_by_its_own_text(service: Service) -> None:
    answer = service.client.post("/tags/suggest", json={"about": COURSE})
    assert answer.json()["suggestions"]
    unknown = service.client.post("/tags/suggest", json={"about": "http://e.x/none"})
    service.problem(unknown, 404)


def test_claims_about_a_thing_say_where_they_stand(service: Service) -> None:
    answer = service.client.get("/tags", params={"about": COURSE}).json()
    assert answer["claims"]
    assert {one["status"] for one in answer["claims"]} == {"accepted"}
    assert {one["relation"] for one in answer["claims"]} == {"develops", "requires"}
    service.problem(service.client.get("/tags", params={"about": "none"}), 422)


def test_a_person_s_decision_wins_and_is_seen_at_once(data: Path) -> None:
    with serving(Settings(data=data)) as service:
        skills = {"course": COURSE}
        before = service.client.get("/queries/skills-of-course", params=skills).json()["results"]
        skill = before[0]["skill"]
        decision = {"about": COURSE, "skill": skill, "decision": "reject", "comment": "private"}
        service.problem(service.client.post("/tags", json=decision), 401)
        reader = service.client.post("/tags", json=decision, headers=service.bearer("reader"))
        service.problem(reader, 403)
        made = service.client.post("/tags", json=decision, headers=service.bearer("researcher"))
        assert made.status_code == 201, made.text
        after = service.client.get("/queries/skills-of-course", params=skills).json()
        assert after["generation"] == made.json()["generation"]
        assert skill not in [row["skill"] for row in after["results"]]
        claims = service.client.get("/tags", params={"about": COURSE}).json()["claims"]
        decided = [one for one in claims if one["claim"] == made.json()["claim"]]
        assert [one["status"] for one in decided] == ["rejected"]
        everything = service.sparql("SELECT * { ?s ?p ?o FILTER(CONTAINS(STR(?o), 'private')) }")
        assert len(everything.text.splitlines()) == 1


@pytest.mark.parametrize(
    ("decision", "pointer"),
    [
        ({"about": COURSE, "decision": "accept"}, "/skill"),
        ({"about": COURSE, "decision": "notInEsco"}, "/label"),
        ({"about": COURSE, "skill": STATISTICS, "decision": "perhaps"}, "/decision"),
    ],
)
def test_a_decision_that_says_too_little_is_refused(
    service: Service, decision: dict[str, str], pointer: str
) -> None:
    answer = service.client.post("/tags", json=decision, headers=service.bearer("researcher"))
    assert service.problem(answer, 422)["errors"][0]["pointer"] == pointer


def test_engines_follow_a_new_generation(data: Path) -> None:
    with serving(Settings(data=data), warm=True) as service:
        update = {"update": "INSERT DATA { GRAPH <http://e.x/mine> { <a:b> <a:c> 1 } }"}
        done = service.client.post("/sparql", data=update, headers=service.bearer("admin"))
        generation = done.headers["polku-generation"]
        # Until its successor is warm, each engine answers from the generation before.
        assert service.client.get("/skills", params={"q": "statistics"}).json()["results"]
        for _ in range(600):
            ready = service.client.get("/ready").json()
            if set(ready["engines"].values()) == {generation}:
                break
            time.sleep(0.1)
        else:
            pytest.fail(f"the engines did not follow: {ready}")
        found = service.client.get("/skills", params={"q": "statistics"}).json()
        assert found["generation"] == generation


def test_a_route_comes_as_a_calendar_or_a_picture_where_the_client_takes_one(
    service: Service,
) -> None:
    asked = {"to": {"occupation": DATA_SCIENTIST}}
    calendar = service.client.post(
        "/paths", params={"lang": "fi"}, json=asked, headers={"Accept": "text/calendar"}
    )
    assert calendar.status_code == 200
    assert calendar.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "BEGIN:VEVENT" in calendar.text
    by_name = {"to": "data scientist"}
    drawn = service.client.get("/paths", params=by_name, headers={"Accept": "text/vnd.mermaid"})
    assert drawn.text.startswith("flowchart LR")
    assert "Accept" in drawn.headers["vary"]
    as_json = service.client.get("/paths", params=by_name)
    assert as_json.headers["content-type"] == "application/json"
    assert as_json.headers["etag"] != drawn.headers["etag"]


def test_a_route_in_a_form_that_there_is_not_is_refused_with_those_there_are(
    service: Service,
) -> None:
    asked = {"to": {"occupation": DATA_SCIENTIST}}
    answer = service.client.post("/paths", json=asked, headers={"Accept": "image/png"})
    assert "text/calendar" in service.problem(answer, 406)["detail"]


def test_a_saved_route_is_held_against_the_graph_of_today(service: Service) -> None:
    question = {"to": {"occupation": DATA_SCIENTIST}, "limits": {"ects": 30}}
    saved = plan(service, **question)["routes"][0]
    answer = service.client.post("/paths/check", json={"route": saved, "question": question})
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    held = answer.json()
    assert held["stands"] is True and held["better"] is False
    saved["steps"][0]["course"] = f"{COURSE}-GONE"
    gone = service.client.post("/paths/check", json={"route": saved}).json()
    assert gone["stands"] is False
    assert gone["steps"][0]["status"] == "cancelled"


def test_what_is_no_saved_route_is_refused_with_its_place(service: Service) -> None:
    answer = service.client.post("/paths/check", json={"route": {"steps": [{}]}})
    problem = service.problem(answer, 422)
    assert any(one["pointer"].startswith("/route/steps/0") for one in problem["errors"])
