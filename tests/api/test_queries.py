"""The curated queries as routes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.settings import Settings
from queries import catalogue
from queries.query import read
from tests.api.conftest import DATA_SCIENTIST, MACHINE_LEARNING, Service, serving

COURSES = "/queries/courses-for-skill"


def examples(name: str) -> dict[str, str]:
    return {
        parameter.name: parameter.example or ""
        for parameter in catalogue()[name].parameters.values()
        if parameter.required
    }


@pytest.mark.parametrize("name", list(catalogue()))
def test_every_query_answers_its_example(service: Service, name: str) -> None:
    answer = service.client.get(f"/queries/{name}", params=examples(name))
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["results"]
    assert body["generation"] == answer.headers["polku-generation"]
    columns = {column.name for column in catalogue()[name].returns}
    assert all(set(row) == columns for row in body["results"])


SHACL = "PREFIX sh: <http://www.w3.org/ns/shacl#>"
JSON = "application/sparql-results+json"


def test_the_queries_stand_in_the_graph_as_examples_that_run_as_they_are(service: Service) -> None:
    asked = service.sparql(
        f"{SHACL} SELECT ?label ?select {{ ?example a sh:SPARQLExecutable ; sh:select ?select ; "
        "<http://www.w3.org/2000/01/rdf-schema#comment> ?label }",
        JSON,
    )
    found = {
        row["label"]["value"]: row["select"]["value"] for row in asked.json()["results"]["bindings"]
    }
    assert set(found) == {query.summary for query in catalogue().values()}
    for label, text in found.items():
        answer = service.sparql(text, JSON)
        assert answer.status_code == 200, (label, answer.text)
        assert "$" not in text and "#+" not in text
    skills = service.sparql(found[catalogue()["courses-for-skill"].summary], JSON).json()
    assert skills["results"]["bindings"], "an example finds something"


def test_the_prefixes_of_the_queries_are_declared_in_the_graph(service: Service) -> None:
    asked = service.sparql(
        f"{SHACL} SELECT ?prefix ?namespace {{ ?all sh:declare [ sh:prefix ?prefix ; "
        "sh:namespace ?namespace ] . ?example sh:prefixes ?all }",
        JSON,
    )
    found = {
        (row["prefix"]["value"], row["namespace"]["value"])
        for row in asked.json()["results"]["bindings"]
    }
    used = {pair for query in catalogue().values() for pair in query.prefixes.items()}
    assert found == used and ("esco", "http://data.europa.eu/esco/model#") in used


@pytest.mark.parametrize(
    ("form", "media"),
    [
        ("json", "application/json"),
        ("srj", "application/sparql-results+json"),
        ("csv", "text/csv"),
        ("tsv", "text/tab-separated-values"),
    ],
)
def test_an_answer_comes_in_the_form_that_is_named_or_accepted(
    service: Service, form: str, media: str
) -> None:
    asked = {"skill": MACHINE_LEARNING, "limit": "2"}
    named = service.client.get(COURSES, params={**asked, "format": form})
    accepted = service.client.get(COURSES, params=asked, headers={"Accept": media})
    assert named.headers["content-type"].partition(";")[0] == media
    assert form != "json" or named.json()["results"] == accepted.json()["results"]
    assert form == "json" or named.content == accepted.content


def test_pages_follow_one_another_to_the_end(service: Service) -> None:
    asked = "/queries/skills-of-occupation?occupation=" + DATA_SCIENTIST
    whole = service.client.get(asked).json()["results"]
    assert len(whole) > 14
    gathered: list[dict[str, Any]] = []
    following: str | None = f"{asked}&limit=7"
    while following:
        page = service.client.get(following)
        gathered += page.json()["results"]
        following = page.json().get("next")
        assert ("next" in page.links) == (following is not None)
    assert gathered == whole


def test_a_cursor_belongs_to_its_question(service: Service) -> None:
    asked = {"skill": MACHINE_LEARNING, "limit": "1"}
    following = service.client.get(COURSES, params=asked).json()["next"]
    cursor = following.partition("cursor=")[2]
    for other in (
        {**asked, "skill": "http://e.x/other", "cursor": cursor},
        {**asked, "cursor": "eA"},
        {**asked, "cursor": "é"},
        {**asked, "cursor": "W10"},
    ):
        service.problem(service.client.get(COURSES, params=other), 422)


def test_a_cursor_of_an_earlier_generation_is_gone(data: Path) -> None:
    with serving(Settings(data=data)) as service:
        asked = {"skill": MACHINE_LEARNING, "limit": "1"}
        following = service.client.get(COURSES, params=asked).json()["next"]
        update = {"update": "INSERT DATA { GRAPH <http://e.x/mine> { <a:b> <a:c> 1 } }"}
        assert service.client.post(
            "/sparql", data=update, headers=service.bearer("admin")
        ).is_success
        service.problem(service.client.get(following), 410)


def test_an_answer_that_the_client_has_is_not_sent_again(service: Service) -> None:
    asked = {"skill": MACHINE_LEARNING}
    first = service.client.get(COURSES, params=asked)
    again = service.client.get(
        COURSES, params=asked, headers={"If-None-Match": first.headers["etag"]}
    )
    assert again.status_code == 304
    finnish = service.client.get(COURSES, params={**asked, "lang": "fi"})
    assert finnish.headers["etag"] != first.headers["etag"]


def test_labels_come_in_the_language_asked_for_and_say_which_it_is(service: Service) -> None:
    asked = {"skill": MACHINE_LEARNING, "limit": "1"}
    by_name = service.client.get(COURSES, params={**asked, "lang": "fi"}).json()["results"]
    header = {"Accept-Language": "fi-FI, sv;q=0.8"}
    by_header = service.client.get(COURSES, params=asked, headers=header).json()["results"]
    assert by_name == by_header
    assert {row["labelLanguage"] for row in by_name} == {"fi"}
    skills = service.client.get(
        "/queries/skills-of-occupation", params={**examples("skills-of-occupation"), "lang": "sv"}
    ).json()["results"]
    assert {row["labelLanguage"] for row in skills} <= {"sv", "en"}


@pytest.mark.parametrize(
    ("parameters", "pointer"),
    [
        ({}, "skill"),
        ({"skill": "not an iri"}, "skill"),
        ({"skill": "a:b", "minConfidence": "2"}, "minConfidence"),
        ({"skill": "a:b", "minConfidence": "NaN"}, "minConfidence"),
        ({"skill": "a:b", "limit": "0"}, "limit"),
        ({"skill": "a:b", "limit": "99999"}, "limit"),
        ({"skill": "a:b", "lang": "' } DROP ALL #"}, "lang"),
        ({"skill": 'a:b> } { ?s ?p ?o } #"'}, "skill"),
        ({"skil": "a:b"}, "skil"),
    ],
)
def test_a_value_that_cannot_be_is_named(
    service: Service, parameters: dict[str, str], pointer: str
) -> None:
    problem = service.problem(service.client.get(COURSES, params=parameters), 422)
    assert problem["errors"][0]["pointer"] == pointer


def test_a_parameter_is_given_once(service: Service) -> None:
    service.problem(service.client.get(f"{COURSES}?skill=a:b&skill=a:c"), 422)


def test_the_answer_says_which_data_is_missing(tmp_path: Path) -> None:
    with serving(Settings(data=tmp_path / "empty")) as service:
        answer = service.client.get(
            "/queries/newest-works-of-university", params=examples("newest-works-of-university")
        )
        assert answer.json()["results"] == []
        missing = {one["needs"] for one in answer.json()["missing"]}
        assert missing == {"polku:affiliation", "polku:published"}
        assert "polku:affiliation" in answer.headers["polku-missing-data"]


def test_nothing_is_missing_from_the_sample(service: Service) -> None:
    for name in catalogue():
        assert service.client.get(f"/queries/{name}", params=examples(name)).json()["missing"] == []


def test_the_listing_names_every_query_with_its_parameters(service: Service) -> None:
    listed = service.client.get("/queries").json()["queries"]
    assert [one["name"] for one in listed] == list(catalogue())
    assert all(one["summary"] and one["question"] for one in listed)


def test_a_new_file_is_a_new_route_and_stands_in_the_description() -> None:
    from app.api.application import create_app

    text = "#+ summary: One\n#+ params: {x: {type: iri, required: true}}\nASK { $x ?p ?o }"
    app = create_app(Settings(), public_queries={"mine": read("mine", text)})
    described = app.openapi()["paths"]["/queries/mine"]["get"]
    assert described["summary"] == "One"
    assert [one["name"] for one in described["parameters"]] == ["x", "format"]
