"""``/credentials/design`` over HTTP; the room's own tests say what is right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.api.design import Design
from tests.api.conftest import COURSE, DATA_SCIENTIST, MACHINE_LEARNING, Service
from tests.api.test_browser import chromium, drawn

__all__ = ["chromium"]

ROUTE = "/credentials/design"
SCIENTIST = {"occupation": DATA_SCIENTIST}


def designed(service: Service, **question: Any) -> dict[str, Any]:
    answer = service.client.post(ROUTE, json=question)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    body: dict[str, Any] = answer.json()
    Design.model_validate(body)
    return body


def codes(answer: dict[str, Any]) -> list[set[str]]:
    return [{one["code"] for one in each["courses"]} for each in answer["proposals"]]


def test_courses_for_an_occupation_come_with_their_certificate(service: Service) -> None:
    answer = designed(service, to=SCIENTIST, limits={"ects": {"min": 10, "max": 20}})
    assert len(answer["proposals"]) == 3
    for one in answer["proposals"]:
        assert 10 <= one["ects"] <= 20 and len(one["courses"]) <= 4
        assert one["certificate"]["checked"] is True
        assert one["readiness"]["profile"] == "eu"


def test_what_is_designed_can_be_checked_as_an_offering(service: Service) -> None:
    (one,) = designed(service, to=SCIENTIST, proposals=1)["proposals"]
    checked = service.client.post("/credentials/check?profile=eu", json=one["offering"])
    assert checked.status_code == 200, checked.text
    elements = {each["element"]: each for each in checked.json()["profiles"][0]["elements"]}
    assert float(elements["workload"]["inferred"]["values"][0]) == one["ects"]


def test_a_design_by_name_is_the_same(service: Service) -> None:
    asked = {"to": "data scientist", "ects": "10-20", "language": "en", "level": ""}
    by_name = service.client.get(ROUTE, params=asked)
    assert by_name.status_code == 200, by_name.text
    by_body = designed(
        service, to=SCIENTIST, limits={"ects": {"min": 10, "max": 20}, "languages": ["en"]}
    )
    assert codes(by_name.json()) == codes(by_body)
    again = service.client.get(
        ROUTE, params=asked, headers={"If-None-Match": by_name.headers["etag"]}
    )
    assert again.status_code == 304


def test_a_text_is_taken_for_the_skills_that_it_speaks_of(service: Service) -> None:
    answer = designed(service, to={"text": "We use machine learning and statistics."})
    assert MACHINE_LEARNING in [target["skill"] for target in answer["target"]]


@pytest.mark.parametrize(
    ("question", "pointer"),
    [
        ({}, "/to"),
        ({"to": SCIENTIST, "limits": {"ects": {"min": 20, "max": 10}}}, "/limits/ects"),
        ({"to": SCIENTIST, "limits": {"ects": {"min": "many"}}}, "/limits/ects/min"),
        ({"to": SCIENTIST, "timeLimit": 60}, "/timeLimit"),
        ({"to": SCIENTIST, "limits": {"ects": {"min": 299, "max": 300}}}, "/limits"),
        (
            {"to": SCIENTIST, "limits": {"require": [COURSE], "exclude": [COURSE]}},
            "/limits/require/0",
        ),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(
    service: Service, question: dict[str, Any], pointer: str
) -> None:
    body = service.problem(service.client.post(ROUTE, json=question), 422)
    assert body["errors"][0]["pointer"] == pointer


def test_unknown_things_and_wrong_addresses_are_refused(service: Service) -> None:
    nothing = {"to": {"occupation": "https://example.org/nothing"}}
    service.problem(service.client.post(ROUTE, json=nothing), 404)
    service.problem(
        service.client.post(ROUTE, content=b"to", headers={"Content-Type": "text/plain"}), 415
    )
    for wrong in (
        {},
        {"to": "no such occupation"},
        {"to": "data scientist", "ects": "much"},
        {"to": "data scientist", "level": "9"},
        {"to": "data scientist", "together": "apart"},
    ):
        service.problem(service.client.get(ROUTE, params=wrong), 422)


def test_people_read_a_page_in_three_languages(service: Service) -> None:
    for lang, title in (("en", "Design a"), ("fi", "Suunnittele"), ("sv", "Planera")):
        page = service.client.get(
            ROUTE, params={"to": "data scientist", "lang": lang, "format": "html"}
        )
        assert page.status_code == 200
        assert title in page.text and f"<html lang='{lang}'>" in page.text
        assert "<script" not in page.text
        assert f"href='{ROUTE}?to=data+scientist&amp;ects=5-15" in page.text


def test_the_page_begins_with_a_form_and_says_what_cannot_be(service: Service) -> None:
    empty = service.client.get(ROUTE, headers={"Accept": "text/html"})
    assert empty.status_code == 200 and "<form" in empty.text and "<table" not in empty.text
    refused = service.client.get(
        ROUTE, params={"to": "<b>nothing"}, headers={"Accept": "text/html"}
    )
    assert refused.status_code == 422
    assert "role='alert'" in refused.text and "<b>nothing" not in refused.text


@pytest.mark.browser
def test_a_browser_shows_the_proposals_with_their_style(
    chromium: str, service: Service, tmp_path: Path
) -> None:
    page = drawn(chromium, f"{service.url}{ROUTE}?to=data%20scientist&lang=fi", tmp_path)
    assert '<html lang="fi"' in page
    assert "Ehdotus 1" in page and "Pääsyvaatimukset" in page
