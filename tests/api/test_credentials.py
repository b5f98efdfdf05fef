"""``POST /credentials/check`` over HTTP; the room's own tests say what is right."""

from __future__ import annotations

from typing import Any

import pytest

from app.api.credentials import Readiness
from app.credentials.document import JSON
from tests.api.conftest import COURSE, Service
from tests.credentials.offerings import COMPLETE, FORMS, IRI, OURS

ROUTE = "/credentials/check"


def elements(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["element"]: one for held in answer["profiles"] for one in held["elements"]}


@pytest.mark.parametrize("media", FORMS)
def test_an_offering_is_reported_element_by_element_in_any_form(
    service: Service, media: str
) -> None:
    sent = {"content": FORMS[media], "headers": {"Content-Type": media}}
    answer = service.client.post(ROUTE, **sent)  # type: ignore[arg-type]  # httpx's own overloads
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    Readiness.model_validate(body)
    assert body["about"] == IRI
    assert body["generation"] == answer.headers["polku-generation"]
    assert elements(body)["workload"]["values"] == ["P60M"]


def test_what_the_graph_says_of_the_courses_is_proposed(service: Service) -> None:
    offering = {"consistsOf": [{"course": COURSE}]}
    found = elements(service.client.post(ROUTE, json=offering).json())
    for name in ("workload", "awardingBody", "outcomeSkills"):
        assert found[name]["status"] == "inferred", name
        assert found[name]["inferred"]["from"] == [COURSE]


def test_skills_are_read_in_the_outcomes_where_none_is_named(service: Service) -> None:
    offering = {"learningOutcomes": [{"en": "The learner can use machine learning."}]}
    answer = service.client.post(ROUTE, json=offering).json()
    assert answer["tagging"] == "asked"
    assert elements(answer)["outcomeSkills"]["inferred"]["values"]
    assert service.client.post(ROUTE, json=COMPLETE).json()["tagging"] == "notNeeded"


def test_a_report_is_in_the_language_and_of_the_profile_asked_for(service: Service) -> None:
    by_parameter = service.client.post(ROUTE, params={"lang": "fi", "profile": "eu"}, json=OURS)
    by_header = service.client.post(
        ROUTE, params={"profile": "eu"}, json=OURS, headers={"Accept-Language": "fi-FI"}
    )
    assert by_parameter.json() == by_header.json()
    body = by_parameter.json()
    assert body["lang"] == "fi"
    assert [held["profile"] for held in body["profiles"]] == ["eu"]
    assert elements(body)["workload"]["label"] == "Laskennallinen työmäärä"


@pytest.mark.parametrize(
    ("content", "media", "status"),
    [
        (b"{", JSON, 400),
        (b'{"a":' * 40_000, JSON, 400),
        (b'{"@context":"https://example.org/context"}', "application/ld+json", 400),
        (b"<a", "text/turtle", 400),
        (b"", "text/turtle", 422),
        (b'{"level":0}', JSON, 422),
        (b" " * 300_000, JSON, 413),
        (b"{}", "text/plain", 415),
        (b"{}", "", 415),
    ],
)
def test_what_cannot_be_an_offering_is_a_problem(
    service: Service, content: bytes, media: str, status: int
) -> None:
    answer = service.client.post(ROUTE, content=content, headers={"Content-Type": media})
    service.problem(answer, status)


def test_a_profile_that_there_is_not_is_a_problem(service: Service) -> None:
    service.problem(service.client.post(ROUTE, params={"profile": "xx"}, json={}), 422)
