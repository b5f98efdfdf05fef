"""What the ORCID loader makes of people's records."""

from __future__ import annotations

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

HOLDER = "0000-0002-1825-0097"


def record(
    *summaries: dict[str, object], of: str = HOLDER, changed: int = 1_767_225_600_000
) -> dict[str, object]:
    return {
        "orcid-identifier": {"path": of},
        "history": {"last-modified-date": {"value": changed}},
        "person": {"name": {"credit-name": {"value": f"N {of[-1]}"}}},
        "activities-summary": {"works": {"group": [{"work-summary": [one]} for one in summaries]}},
    }


def summary(number: int, **more: object) -> dict[str, object]:
    return {
        "put-code": number,
        "title": {"title": {"value": f"T{number}"}},
        "publication-date": {"year": {"value": "2026"}},
        **more,
    }


def test_the_golden_records_give_the_golden_triples() -> None:
    golden("orcid", "orcid")


def test_a_work_of_two_people_is_described_once_and_has_both_as_authors() -> None:
    found = lines_of("orcid", GOLDEN / "orcid")
    shared = [line for line in found if line.startswith(iri_of("10.9995%2Fmade.up.1"))]
    assert len(objects(shared, terms.dcterms.title)) == 1
    assert len(objects(shared, terms.dcterms.creator)) == 2


def iri_of(identifier: str) -> str:
    return f"<https://w3id.org/polku/research/doi/{identifier}>"


def test_of_two_records_of_one_person_the_one_changed_last_is_loaded(tmp_path: Path) -> None:
    run = Run()
    day = 86_400_000
    found = load_json(
        "orcid",
        tmp_path,
        record(summary(1), changed=100 * day),
        record(summary(2), changed=99 * day),
        run=run,
    )
    assert objects(found, terms.dcterms.title) == ['"T1"']
    assert run.counts["older records of the same person left out"] == 1


def test_what_is_not_public_is_not_loaded(tmp_path: Path) -> None:
    run = Run()
    load_json("orcid", tmp_path, record(summary(1, visibility="LIMITED")), run=run)
    assert run.counts["works that are not public left out"] == 1


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("journal-article", terms.Article),
        ("data-set", terms.DataSet),
        ("dissertation-thesis", terms.OtherWork),
        ("a type of tomorrow", terms.OtherWork),
    ],
)
def test_types_become_work_types(tmp_path: Path, kind: str, expected: str) -> None:
    found = load_json("orcid", tmp_path, record(summary(1, type=kind)))
    assert objects(found, terms.workType) == [iri(expected)]


def test_a_work_without_a_title_or_year_is_turned_away_alone(tmp_path: Path) -> None:
    run, rejects = rejecting()
    broken = [summary(1, title=None), summary(2, **{"publication-date": None})]
    load_json("orcid", tmp_path, record(*broken, summary(3)), run=run)
    assert [(one.record, one.pointer) for one in rejects] == [
        ("records.jsonl line 1 work 1", "/title"),
        ("records.jsonl line 1 work 2", "/publication-date"),
    ]
    assert run.counts["works"] == 1


def test_a_record_whose_id_does_not_hold_is_turned_away(tmp_path: Path) -> None:
    run, rejects = rejecting()
    load_json("orcid", tmp_path, record(summary(1), of="0000-0002-1825-0098"), run=run)
    assert [one.reason for one in rejects] == ["no ORCID iD"]


@pytest.mark.real_data
@needs_real_data
def test_real_records_are_read_and_the_private_work_is_left_out() -> None:
    run, rejects = rejecting()
    files = [REAL / "orcid" / name for name in ("record-full-3.0.json", "record-3.0.xml")]
    lines_of("orcid", *files, run=run)
    assert rejects == []
    assert run.counts == {"people": 2, "works": 1, "works that are not public left out": 1}
    assert run.warnings == {"DOI is none": 1}
