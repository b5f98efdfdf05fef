"""``POST /credentials/check`` over HTTP; the room's own tests say what is right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from app.api.credentials import Readiness
from app.credentials.document import JSON
from tests.api.conftest import COURSE, Service
from tests.credentials.offerings import COMPLETE, FORMS, IRI, OURS
from tests.credentials.test_foreign import SCHEMA_ORG
from tests.credentials.test_more_formats import FORMS as FORMATS
from tests.credentials.test_more_formats import XML_OPPORTUNITY

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


@pytest.mark.parametrize("name", FORMATS)
def test_others_formats_are_read_over_http(service: Service, name: str) -> None:
    answer = service.client.post(ROUTE, json=FORMATS[name])
    assert answer.status_code == 200, answer.text
    assert elements(answer.json())["title"]["status"] == "present"


@pytest.mark.parametrize("media", ["application/xml", "text/xml", "text/html"])
def test_xml_and_pages_are_read_or_refused_over_http(service: Service, media: str) -> None:
    course = b'<script type="application/ld+json">' + orjson.dumps(SCHEMA_ORG) + b"</script>"
    content = XML_OPPORTUNITY if media.endswith("xml") else course
    answer = service.client.post(ROUTE, content=content, headers={"Content-Type": media})
    if answer.status_code == 422:
        assert "send one at a time" in service.problem(answer, 422)["detail"]
    else:
        assert elements(answer.json())["title"]["status"] == "present"
    broken = service.client.post(ROUTE, content=b"<", headers={"Content-Type": media})
    service.problem(broken, 400 if media.endswith("xml") else 422)


@pytest.mark.real_data
def test_elm_s_own_shapes_are_asked_over_http(service: Service, real_data: Path) -> None:
    file = real_data / "formats/elm/credentials/Sample-CertOfPart-unsigned.jsonld"
    answer = service.client.post(
        ROUTE,
        params={"profile": "elm-edc", "lang": "sv"},
        content=file.read_bytes(),
        headers={"Content-Type": "application/ld+json"},
    )
    # A certificate of participation describes no offering, and is a credential all the same.
    assert answer.status_code == 200, answer.text
    body = answer.json()
    Readiness.model_validate(body)
    assert body["profiles"] == []
    (found,) = body["conformance"]
    assert found["profile"] == "elm-edc" and "bilaga I" in found["summary"]


@pytest.mark.real_data
def test_what_elm_s_shapes_cannot_be_asked_of_is_a_problem(
    service: Service, real_data: Path
) -> None:
    assert real_data.is_dir()
    params = {"profile": "elm-loq"}
    service.problem(
        service.client.post(
            ROUTE, params=params, content=b"<a/>", headers={"Content-Type": "application/xml"}
        ),
        422,
    )


def test_a_profile_that_there_is_not_is_a_problem(service: Service) -> None:
    service.problem(service.client.post(ROUTE, params={"profile": "xx"}, json={}), 422)
