"""``GET /credentials/readiness`` over HTTP; the room's own tests say what is right."""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.api.readiness import Catalogue
from app.settings import Settings
from tests.api.conftest import Service, serving
from tests.api.test_browser import chromium, drawn

__all__ = ["chromium"]

ROUTE = "/credentials/readiness"


def asked(service: Service, accept: str = "application/json", **parameters: Any) -> httpx.Response:
    """The answer, once it has been computed."""
    for _ in range(60):
        answer = service.client.get(ROUTE, params=parameters, headers={"Accept": accept})
        if answer.status_code != 503:
            return answer
        assert answer.headers["retry-after"]
        time.sleep(1)
    raise AssertionError("it was never computed")


def test_every_offering_is_listed_page_by_page(service: Service) -> None:
    first = asked(service, limit=50).json()
    Catalogue.model_validate(first)
    assert first["counts"]["offerings"] == first["matching"] == 72
    second = service.client.get(first["next"])
    assert second.status_code == 200
    assert "next" not in second.json()
    things = [row["thing"] for page in (first, second.json()) for row in page["results"]]
    assert len(things) == len(set(things)) == 72


def test_filters_leave_what_they_say(service: Service) -> None:
    body = asked(service, university="oulu", lacks="qualityAssurance", limit=1000).json()
    assert body["matching"] == len(body["results"]) > 0
    assert body["counts"]["offerings"] >= body["matching"]
    for row in body["results"]:
        assert row["university"] == "oulu"
        assert "qualityAssurance" in row["profiles"]["eu"]["missing"]


def test_a_spreadsheet_reads_it(service: Service) -> None:
    answer = asked(service, "text/csv", profile="fi", limit=1000)
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == 72
    assert {row["fi_state"] for row in rows} <= {"ready", "inferable", "lacking"}
    assert asked(service, format="csv", profile="fi", limit=1000).text == answer.text


def test_people_read_a_page_in_three_languages(service: Service) -> None:
    for lang, title in (("en", "Ready to be"), ("fi", "Valmiina"), ("sv", "Redo att bli")):
        page = asked(service, "text/html", lang=lang, lacks="level")
        assert title in page.text
        assert f"<html lang='{lang}'>" in page.text
        assert "<script" not in page.text
        # The other languages are at the same place.
        for other in {"en", "fi", "sv"} - {lang}:
            assert f"href='{ROUTE}?lang={other}&amp;lacks=level'" in page.text


def test_a_client_that_has_it_is_not_sent_it_again(service: Service) -> None:
    tag = asked(service).headers["etag"]
    again = service.client.get(ROUTE, headers={"If-None-Match": tag})
    assert again.status_code == 304


def test_wrong_questions_are_answered_in_words(service: Service) -> None:
    service.problem(service.client.get(ROUTE, params={"lacks": "nothing"}), 422)
    service.problem(service.client.get(ROUTE, params={"cursor": "x"}), 422)
    service.problem(service.client.get(ROUTE, params={"state": "perhaps"}), 422)
    service.problem(service.client.get(ROUTE, params={"format": "xml"}), 422)


def test_a_computation_over_its_limit_is_stopped_and_said_so(data: Path) -> None:
    settings = Settings(data=data, readiness_seconds=0.001)
    with serving(settings, tokens=False) as hasty:
        body = hasty.problem(asked(hasty), 504)
        assert "readiness_seconds" in str(body)
        # Nothing else is held up by it.
        assert hasty.client.get("/health").status_code == 200


@pytest.mark.browser
def test_a_browser_shows_the_page_with_its_style(
    chromium: str, service: Service, tmp_path: Path
) -> None:
    asked(service)
    page = drawn(chromium, f"{service.url}{ROUTE}?lang=fi", tmp_path)
    assert '<html lang="fi"' in page
    assert "Laadunvarmistus" in page
