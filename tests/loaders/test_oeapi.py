"""What the OEAPI loader makes of responses of versions 5 and 6."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from loaders.base import Run
from ontology import terms
from ontology.ntriples import iri
from tests.loaders.loading import golden, lines_of, load_json, objects, rejecting

SOURCE = "oeapi"
UNIVERSITY = {
    "organisationId": "o",
    "organisationType": "root",
    "name": [{"language": "en", "value": "Aalto University"}],
}


def course(number: int = 1, **more: object) -> dict[str, object]:
    return {
        "courseId": f"c{number}",
        "primaryCode": {"codeType": "identifier", "code": f"A{number}"},
        "name": [{"language": "en-GB", "value": f"Course number {number}"}],
        "organisation": UNIVERSITY,
        **more,
    }


def offering(number: int = 1, **more: object) -> dict[str, object]:
    return {"courseOfferingId": f"f{number}", "courseId": "c1", **more}


def test_the_golden_responses_of_both_versions_give_the_golden_triples() -> None:
    golden(SOURCE, "oeapi")


def test_a_course_of_a_faculty_is_of_the_university_above_it(tmp_path: Path) -> None:
    faculty = {
        "organisationId": "f",
        "organisationType": "faculty",
        "primaryCode": {"code": "sci"},
        "name": [{"language": "en", "value": "Faculty"}],
        "parentId": "o",
    }
    found = load_json(
        SOURCE, tmp_path, course(organisation=None, organisationId="f"), faculty, UNIVERSITY
    )
    assert any(line.startswith("<https://w3id.org/polku/course/aalto/A1>") for line in found)


def test_a_circle_of_organisations_ends(tmp_path: Path) -> None:
    ring = [
        {
            "organisationId": one,
            "organisationType": "faculty",
            "name": [{"language": "en", "value": one}],
            "primaryCode": {"code": one},
            "parentId": other,
        }
        for one, other in (("x", "y"), ("y", "x"))
    ]
    run = Run()
    load_json(SOURCE, tmp_path, *ring, course(organisation=None, organisationId="x"), run=run)
    assert run.counts["courses"] == 1


def test_offerings_are_joined_to_courses_whatever_the_order_of_the_files(tmp_path: Path) -> None:
    first = load_json(SOURCE, tmp_path, course(), offering())
    assert load_json(SOURCE, tmp_path, offering(), course()) == first
    assert objects(first, terms.offeringOf) == ["<https://w3id.org/polku/course/aalto/A1>"]


def test_an_offering_of_an_unknown_course_is_turned_away(tmp_path: Path) -> None:
    run, rejects = rejecting()
    load_json(SOURCE, tmp_path, course(2), offering(), run=run)
    assert [(one.record, one.pointer, one.reason) for one in rejects] == [
        ("records.jsonl line 2", "/course", "offering of a course that is not in the input")
    ]


def test_an_offering_of_a_course_that_was_turned_away_is_not_loaded(tmp_path: Path) -> None:
    run, rejects = rejecting()
    assert load_json(SOURCE, tmp_path, course(name=[]), offering(), run=run) == []
    assert [one.reason for one in rejects] == ["no title"]
    assert run.counts["offerings of a course that was turned away"] == 1


def test_a_cancelled_offering_is_not_loaded(tmp_path: Path) -> None:
    found = load_json(SOURCE, tmp_path, course(), offering(state="cancelled"))
    assert objects(found, terms.offeringOf) == []


@pytest.mark.parametrize(
    "version",
    [
        {"studyLoad": {"studyLoadUnit": "ects", "value": 5}, "teachingLanguage": "eng"},
        {"studyLoad": [{"studyLoadUnit": "ects", "value": 5}], "teachingLanguages": ["en-GB"]},
    ],
)
def test_credits_and_languages_of_both_versions_are_read(
    tmp_path: Path, version: dict[str, object]
) -> None:
    found = load_json(SOURCE, tmp_path, course(1, **version))
    assert objects(found, terms.ectsMax) == [f'"5"^^{iri(terms.xsd.decimal)}']
    assert len(objects(found, terms.dcterms.language)) == 1


def test_the_p60m_trap_is_warned_of_by_name(tmp_path: Path) -> None:
    run = Run()
    load_json(SOURCE, tmp_path, course(duration="P60M"), run=run)
    assert [kind for kind in run.warnings if "P60M" in kind]


def test_a_course_without_an_organisation_is_of_the_only_one_there_is(tmp_path: Path) -> None:
    run, rejects = rejecting()
    load_json(SOURCE, tmp_path, course(organisation=None), run=run)
    assert [one.pointer for one in rejects] == ["/organisation"]
    run = Run()
    load_json(SOURCE, tmp_path, course(organisation=None), UNIVERSITY, run=run)
    assert run.counts["courses"] == 1


def test_pages_and_lines_give_the_same_triples(tmp_path: Path) -> None:
    expected = load_json(SOURCE, tmp_path, course(1), course(2))
    file = tmp_path / "page.json"
    file.write_text(json.dumps({"pageSize": 2, "items": [course(1), course(2)]}, indent=1))
    assert lines_of(SOURCE, file) == expected


@pytest.mark.parametrize(
    "record",
    [{"programmeId": "p"}, {"learningComponentId": "l", "courseId": "c"}, {"associationId": "a"}],
)
def test_what_is_no_course_is_left_out_and_counted(
    tmp_path: Path, record: dict[str, object]
) -> None:
    run = Run()
    assert load_json(SOURCE, tmp_path, record, run=run) == []
    assert run.counts == {"records that are no courses left out": 1}
