"""Matches over HTTP: listed for curators, decided by them alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.settings import Settings
from tests.api.conftest import Service, serving
from tests.graph.identified import (
    ARXIV,
    DOI,
    OPENALEX,
    entities,
    found,
    load,
    load_matches,
    name,
    work,
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service over three works, two of which are one and one of which may be."""
    data = tmp_path_factory.mktemp("matches") / "data"
    load(data, "works", [*work(ARXIV), *work(DOI), *work(OPENALEX)])
    load_matches(data, [found(ARXIV, DOI), found(OPENALEX, DOI, 0.85, "description")])
    with serving(Settings(data=data)) as running:
        yield running


def test_matches_are_listed_the_surest_first_and_page_by_page(service: Service) -> None:
    first = service.client.get("/matches", params={"limit": 1}).json()
    assert [one["score"] for one in first["results"]] == [1.0]
    second = service.client.get(first["next"]).json()
    assert [(one["other"], one["status"]) for one in second["results"]] == [(OPENALEX, "suggested")]
    assert second["next"] is None
    assert second["results"][0]["method"] == "description"
    assert second["results"][0]["because"] == "Made up."


def test_matches_of_one_thing_are_found_from_either_end(service: Service) -> None:
    for thing, many in ((DOI, 2), (ARXIV, 1), ("https://e.org/none", 0)):
        answer = service.client.get("/matches", params={"about": thing})
        assert len(answer.json()["results"]) == many
    answer = service.client.get("/matches", params={"about": DOI, "status": "suggested"})
    assert len(answer.json()["results"]) == 1


def test_a_client_that_has_the_answer_is_told_so(service: Service) -> None:
    tag = service.client.get("/matches").headers["etag"]
    assert service.client.get("/matches", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    "params", [{"status": "perhaps"}, {"about": "no iri"}, {"cursor": "x"}, {"limit": 0}], ids=str
)
def test_a_wrong_question_is_a_problem_document(
    service: Service, params: dict[str, str | int]
) -> None:
    answer = service.client.get("/matches", params=params)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_only_curators_decide(service: Service) -> None:
    said = {"about": ARXIV, "other": DOI, "decision": "reject"}
    for headers, status in (({}, 401), (service.bearer("researcher"), 403)):
        answer = service.client.post("/matches", json=said, headers=headers)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_rejection_parts_two_works_at_once(service: Service) -> None:
    said = {"about": ARXIV, "other": DOI, "decision": "reject", "comment": "Not the same."}
    answer = service.client.post("/matches", json=said, headers=service.bearer("curator"))
    assert answer.status_code == 201, answer.text
    listed = service.client.get(answer.headers["location"]).json()["results"]
    assert [(one["match"], one["status"]) for one in listed] == [
        (answer.json()["match"], "rejected")
    ]
    assert entities(service.data)[name(ARXIV)] == name(ARXIV)
    said["decision"] = "accept"
    service.client.post("/matches", json=said, headers=service.bearer("curator"))
    assert entities(service.data)[name(ARXIV)] == name(DOI)


def test_a_comment_and_a_name_never_reach_the_graph(service: Service) -> None:
    answer = service.client.get(
        "/sparql", params={"query": "ASK { ?s ?p ?o FILTER(CONTAINS(STR(?o), 'Not the same')) }"}
    )
    assert answer.json()["boolean"] is False


def test_what_cannot_be_one_thing_is_refused(service: Service) -> None:
    for other, status in ((ARXIV, 422), ("https://e.org/none", 404)):
        said = {"about": ARXIV, "other": other, "decision": "accept"}
        answer = service.client.post("/matches", json=said, headers=service.bearer("curator"))
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
