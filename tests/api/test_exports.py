"""Exports over HTTP; the room's own tests say what is valid."""

from __future__ import annotations

import csv
import io

import orjson
import pytest

from app.api.exports import _joined, media_of
from app.exports.catalogue import pieces
from app.exports.registry import CATALOGUES, PROFILES
from tests.api.conftest import COURSE, Service
from tests.exports.made import COURSE as FACTS

PATH = COURSE.removeprefix("https://w3id.org/polku")


@pytest.mark.parametrize("profile", PROFILES)
def test_a_course_is_given_in_each_format(service: Service, profile: str) -> None:
    if profile == "koutalight":
        service.problem(
            service.client.get("/course/tampere/none", params={"profile": profile}), 404
        )
    answer = service.client.get(PATH, params={"profile": profile})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith(media_of(profile))
    assert 'rel="describedby"' in answer.headers["link"]
    assert "SAMPLE-DS202" in answer.text
    again = service.client.get(
        PATH, params={"profile": profile}, headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304


@pytest.mark.parametrize("profile", CATALOGUES)
def test_the_whole_catalogue_is_streamed(service: Service, profile: str) -> None:
    answer = service.client.get(f"/exports/{profile}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith(media_of(profile))
    if profile == "csv":
        assert len(list(csv.DictReader(io.StringIO(answer.text, newline="")))) == 72
    elif profile == "dcat":
        licences = [one.get("license") for one in answer.json()["dataset"]]
        assert any(licences)
        assert answer.json()["service"][0]["endpointURL"].endswith("/sparql")
    else:
        assert 0 < len(answer.json()) <= 72


def test_one_university_s_part_is_streamed(service: Service) -> None:
    answer = service.client.get("/exports/csv", params={"university": "oulu"})
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert rows and {row["organisation"] for row in rows} == {"oulu"}
    nobody = {"university": "https://example.org/nobody"}
    assert service.client.get("/exports/elm", params=nobody).json() == []


def test_the_formats_are_listed(service: Service) -> None:
    listed = service.client.get("/exports").json()["exports"]
    assert [one["profile"] for one in listed] == list(CATALOGUES)


def test_what_has_no_such_form_is_said_so(service: Service) -> None:
    service.problem(service.client.get(PATH, params={"profile": "badge"}), 422)
    service.problem(service.client.get("/graph/sample", params={"profile": "elm"}), 422)
    service.problem(service.client.get("/exports/badge"), 422)
    service.problem(service.client.get("/exports/elm", params={"university": "no one"}), 422)
    service.problem(service.client.get("/course/aalto/NONE", params={"profile": "elm"}), 404)


@pytest.mark.parametrize("profile", PROFILES)
def test_chunks_joined_are_the_whole(profile: str) -> None:
    many = [FACTS] * 5
    joined = _joined(profile, many[:2], False) + _joined(profile, many[2:], True)
    if profile != "csv":
        joined += b"\n]\n"
        assert len(orjson.loads(joined)) == 5
    assert joined == b"".join(pieces(profile, many))


def test_a_client_that_leaves_gives_its_place_back(service: Service) -> None:
    for _ in range(6):
        with service.client.stream("GET", "/exports/elm") as answer:
            assert answer.status_code == 200
            next(answer.iter_raw(100))
    assert service.client.get("/exports/elm").status_code == 200
