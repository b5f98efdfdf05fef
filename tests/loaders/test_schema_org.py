"""What the schema.org loader makes of pages and their JSON-LD."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from loaders.base import Run
from ontology import terms
from ontology.ntriples import iri
from tests.loaders.loading import (
    REAL,
    golden,
    lines_of,
    load_json,
    load_text,
    needs_real_data,
    objects,
    rejecting,
)

SOURCE = "schema-org"
SKILL = "http://data.europa.eu/esco/skill/598de5b0-5b58-4ea7-8058-a4bc4d18c742"


def course(**more: object) -> dict[str, object]:
    return {
        "@context": "https://schema.org",
        "@type": "Course",
        "name": "The name of a course",
        "courseCode": "A1",
        "provider": {"name": "Aalto University"},
        **more,
    }


def page(*texts: str) -> str:
    found = "".join(f'<script type="application/ld+json">{one}</script>' for one in texts)
    return f"<!doctype html><html><head>{found}</head><body></body></html>"


def test_the_golden_page_and_list_give_the_golden_triples() -> None:
    golden(SOURCE, "schema-org")


def test_a_page_and_its_json_ld_alone_give_the_same_triples(tmp_path: Path) -> None:
    content = json.dumps(course())
    alone = load_text(SOURCE, tmp_path, "a.jsonld", content)
    assert load_text(SOURCE, tmp_path, "a.html", page(content)) == alone


def test_a_broken_script_loses_itself_alone(tmp_path: Path) -> None:
    run, rejects = rejecting()
    load_text(SOURCE, tmp_path, "a.html", page("{", json.dumps(course())), run)
    assert [(one.record, one.reason) for one in rejects] == [("a.html script 1", "not JSON")]
    assert run.counts["courses"] == 1


def test_a_page_of_broken_html_is_read_as_browsers_read_it(tmp_path: Path) -> None:
    run = Run()
    content = "<p><b>" + page(json.dumps(course())) + "</i><<script"
    load_text(SOURCE, tmp_path, "a.html", content, run)
    assert run.counts["courses"] == 1


def test_a_page_without_a_course_is_counted(tmp_path: Path) -> None:
    run = Run()
    load_text(SOURCE, tmp_path, "a.html", page('{"@type": "WebPage"}'), run)
    assert run.counts == {"records without a course": 1}


def test_the_p60m_trap_is_warned_of_by_name(tmp_path: Path) -> None:
    run = Run()
    found = load_json(SOURCE, tmp_path, course(timeRequired="P60M"), run=run)
    assert objects(found, terms.workloadText) == []
    assert [kind for kind in run.warnings if "P60M" in kind]


def test_a_workload_in_hours_is_loaded(tmp_path: Path) -> None:
    instance = {"courseWorkload": "PT54H"}
    found = load_json(SOURCE, tmp_path, course(hasCourseInstance=instance))
    assert objects(found, terms.workloadText) == ['"54 h"@en']


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (5, ["5"]),
        ("2.5", ["2.5"]),
        ("5 ECTS", ["5"]),
        ({"value": 3, "creditUnit": "ECTS"}, ["3"]),
        ({"minValue": 3, "maxValue": 5}, ["5"]),
        ({"value": 3, "unitText": "semester hours"}, []),
        ("many", []),
    ],
)
def test_credits_are_ects_credits_or_none(
    tmp_path: Path, stated: object, expected: list[str]
) -> None:
    found = load_json(SOURCE, tmp_path, course(numberOfCredits=stated))
    assert objects(found, terms.ectsMax) == [
        f'"{one}"^^{iri(terms.xsd.decimal)}' for one in expected
    ]


@pytest.mark.parametrize(
    "more",
    [
        {"teaches": {"@type": "DefinedTerm", "url": SKILL, "name": "SQL"}},
        {"teaches": [SKILL]},
        {"educationalAlignment": {"alignmentType": "teaches", "targetUrl": SKILL}},
    ],
)
def test_skills_of_esco_are_claims_wherever_they_are_named(
    tmp_path: Path, more: dict[str, object]
) -> None:
    found = load_json(SOURCE, tmp_path, course(**more))
    assert objects(found, terms.develops) == [iri(SKILL)]
    assert objects(found, terms.status) == [iri(terms.Accepted)]


def test_a_provider_is_known_by_ror_or_else_by_its_host(tmp_path: Path) -> None:
    for stated, expected in (
        ({"name": "X", "sameAs": "https://ror.org/033003e23"}, "course/tampere/A1"),
        ({"name": "X", "url": "https://www.example.org/about"}, "course/example.org/A1"),
    ):
        found = load_json(SOURCE, tmp_path, course(provider=stated))
        assert any(line.startswith(f"<https://w3id.org/polku/{expected}>") for line in found)


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"courseCode": None}, "/courseCode"),
        ({"provider": {"name": "Nobody with an address"}}, "/provider"),
    ],
)
def test_a_course_without_name_code_or_provider_is_turned_away(
    tmp_path: Path, more: dict[str, object], pointer: str
) -> None:
    run, rejects = rejecting()
    assert load_json(SOURCE, tmp_path, course(**more), run=run) == []
    assert [one.pointer for one in rejects] == [pointer]
    assert rejects[0].hint


@pytest.mark.real_data
@needs_real_data
def test_real_json_ld_of_data_sets_holds_no_course_and_says_so() -> None:
    run, rejects = rejecting()
    assert lines_of(SOURCE, REAL / "schema-org", run=run) == []
    assert rejects == []
    assert run.counts["records without a course"] >= 9
