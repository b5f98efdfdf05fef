"""What the Crossref loader makes of its source."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from loaders.base import Run
from ontology import terms
from ontology.ntriples import iri
from tests.loaders.loading import (
    GOLDEN,
    REAL,
    golden,
    lines_of,
    load_json,
    needs_real_data,
    objects,
    rejecting,
)


def work(number: int, **more: object) -> dict[str, object]:
    named = {
        "DOI": f"10.9999/{number}",
        "type": "journal-article",
        "title": ["T"],
        "issued": {"date-parts": [[2026, 1, 2]]},
    }
    return {**named, **more}


def test_the_golden_page_gives_the_golden_triples() -> None:
    golden("crossref", "crossref.json")


def test_what_is_no_work_of_its_own_and_what_was_taken_back_is_left_out() -> None:
    run = Run()
    lines_of("crossref", GOLDEN / "crossref.json", run=run)
    assert run.counts == {
        "works": 2,
        "DOIs taken back left out": 1,
        "parts that are no works left out": 1,
    }
    assert run.warnings == {"ORCID is none": 1}


def test_every_form_in_which_works_come_gives_the_same_triples(tmp_path: Path) -> None:
    expected = lines_of("crossref", GOLDEN / "crossref.json")
    items = json.loads((GOLDEN / "crossref.json").read_text())["message"]["items"]
    (tmp_path / "items.json").write_text(json.dumps({"items": items}, indent=1))
    (tmp_path / "array.json").write_text(json.dumps(items))
    pages = tmp_path / "pages"
    pages.mkdir()
    for number, item in enumerate(items):
        message = {"status": "ok", "message": {"items": [item], "next-cursor": "x"}}
        (pages / f"page-{number:04}.json").write_text(json.dumps(message))
    single = tmp_path / "single"
    single.mkdir()
    for number, item in enumerate(items):
        (single / f"{number}.json").write_text(json.dumps({"message": item}))
    assert load_json("crossref", tmp_path, *items) == expected
    for form in ("items.json", "array.json", "pages", "single"):
        assert lines_of("crossref", tmp_path / form) == expected, form


def test_of_two_records_of_one_doi_the_one_deposited_last_is_loaded(tmp_path: Path) -> None:
    found = load_json(
        "crossref",
        tmp_path,
        work(1, title=["new"], deposited={"date-time": "2026-02-01T00:00:00Z"}),
        work(1, title=["old"], deposited={"date-time": "2026-01-01T00:00:00Z"}),
    )
    assert objects(found, terms.dcterms.title) == ['"new"']


def test_a_work_taken_back_is_gone_though_an_older_record_of_it_stands(tmp_path: Path) -> None:
    gone = {"primary": {"URL": "http://www.crossref.org/deleted_DOI.html"}}
    assert load_json("crossref", tmp_path, work(1), work(1, resource=gone)) == []


def test_a_licence_that_begins_later_does_not_make_a_work_open(tmp_path: Path) -> None:
    page = "https://creativecommons.org/licenses/by/4.0/"
    later = {"URL": page, "content-version": "vor", "delay-in-days": 365}
    found = load_json("crossref", tmp_path, work(1, license=[later]))
    assert objects(found, terms.dcterms.license) == [iri(page)]
    assert objects(found, terms.openAccess) == []


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"type": "posted-content", "subtype": "preprint"}, terms.Preprint),
        ({"type": "posted-content"}, terms.OtherWork),
        ({"type": "dissertation", "degree": ["PhD"]}, terms.DoctoralThesis),
        ({"type": "dissertation", "degree": ["Master of Arts"]}, terms.StudentThesis),
        ({"type": "dissertation"}, terms.OtherWork),
        ({"type": "book-chapter"}, terms.Chapter),
        ({"type": "a type of tomorrow"}, terms.OtherWork),
    ],
)
def test_types_become_work_types(tmp_path: Path, more: dict[str, object], expected: str) -> None:
    found = load_json("crossref", tmp_path, work(1, **more))
    assert objects(found, terms.workType) == [iri(expected)]


@pytest.mark.parametrize(
    ("record", "pointer", "reason"),
    [
        (work(1, DOI=None), "/DOI", "no DOI"),
        (work(1, title=[]), "/title", "no title"),
        (work(1, issued={"date-parts": [[None]]}), "/issued", "no date of publication"),
    ],
)
def test_a_record_without_a_name_title_or_date_is_turned_away(
    tmp_path: Path, record: dict[str, object], pointer: str, reason: str
) -> None:
    run, rejects = rejecting()
    assert load_json("crossref", tmp_path, record, run=run) == []
    (reject,) = rejects
    assert (reject.record, reject.pointer, reject.reason) == (
        "records.jsonl line 1",
        pointer,
        reason,
    )
    assert reject.hint


def test_a_file_of_xml_is_turned_away_once_and_the_others_are_loaded(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text("<doi_records>\n<doi_record/>\n</doi_records>\n")
    (tmp_path / "b.json").write_text(json.dumps(work(1)))
    run, rejects = rejecting()
    lines_of("crossref", tmp_path, run=run)
    assert [one.reason for one in rejects] == ["XML and not JSON"]
    assert run.counts["works"] == 1


@pytest.mark.real_data
@needs_real_data
def test_real_works_are_loaded_and_deleted_ones_left_out() -> None:
    run = Run()
    found = lines_of("crossref", REAL / "crossref" / "crossref.json", run=run)
    assert run.counts == {"works": 1}
    assert objects(found, terms.bibo.doi) == ['"10.7554/elife.01567"']
    assert objects(found, terms.dcterms.license) == [
        "<https://creativecommons.org/licenses/by/3.0/>"
    ]


@pytest.mark.real_data
@needs_real_data
def test_a_real_list_with_a_missing_doi_loses_that_record_alone() -> None:
    run, rejects = rejecting()
    lines_of("crossref", REAL / "crossref" / "crossref-list_missing_doi.json", run=run)
    assert [(reject.pointer, reject.reason) for reject in rejects] == [("/DOI", "no DOI")]
    assert run.counts == {"works": 1, "DOIs taken back left out": 18, "rejected": 1}
