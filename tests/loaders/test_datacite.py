"""What the DataCite loader makes of its source."""

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
    load_text,
    needs_real_data,
    objects,
    rejecting,
)


def work(number: int, **more: object) -> dict[str, object]:
    return {
        "doi": f"10.9998/{number}",
        "titles": [{"title": "T"}],
        "publicationYear": 2026,
        **more,
    }


def test_the_golden_page_and_thesis_give_the_golden_triples() -> None:
    golden("datacite", "datacite")


def test_what_is_not_findable_or_no_work_is_left_out() -> None:
    run = Run()
    lines_of("datacite", GOLDEN / "datacite", run=run)
    assert run.counts == {
        "works": 2,
        "DOIs that are not findable left out": 1,
        "what is no work left out": 1,
    }


def test_json_and_xml_of_one_doi_are_one_work(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(
        '{"data": {"attributes": {"doi": "10.9998/1", "updated": "2026-01-01",'
        ' "titles": [{"title": "new"}], "publicationYear": 2026}}}'
    )
    (tmp_path / "b.xml").write_text(
        '<resource><identifier identifierType="DOI">10.9998/1</identifier>'
        "<titles><title>old</title></titles><publicationYear>2026</publicationYear></resource>"
    )
    assert objects(lines_of("datacite", tmp_path), terms.dcterms.title) == ['"new"']


@pytest.mark.parametrize(
    ("general", "own", "expected"),
    [
        ("Dataset", "", terms.DataSet),
        ("JournalArticle", "", terms.Article),
        ("Text", "Preprint", terms.Preprint),
        ("Text", "Blog post", terms.OtherWork),
        ("Dissertation", "Doctoral thesis", terms.DoctoralThesis),
        ("Dissertation", "Master's thesis", terms.StudentThesis),
        ("Dissertation", "Dissertation", terms.OtherWork),
        ("A type of tomorrow", "", terms.OtherWork),
    ],
)
def test_types_become_work_types(tmp_path: Path, general: str, own: str, expected: str) -> None:
    types = {"resourceTypeGeneral": general, "resourceType": own}
    found = load_json("datacite", tmp_path, work(1, types=types))
    assert objects(found, terms.workType) == [iri(expected)]


def test_a_day_of_issue_counts_where_it_is_of_the_year_of_publication(tmp_path: Path) -> None:
    dates = [{"date": "2025-12-30", "dateType": "Issued"}]
    found = load_json("datacite", tmp_path, work(1, dates=dates))
    assert objects(found, terms.published) == [f'"2026-01-01"^^{iri(terms.xsd.date)}']


@pytest.mark.parametrize(
    ("record", "pointer"),
    [
        (work(1, doi="n/a"), "/doi"),
        (work(1, titles=[{"title": " "}]), "/titles"),
        (work(1, publicationYear=None), "/publicationYear"),
    ],
)
def test_a_record_without_a_name_title_or_date_is_turned_away(
    tmp_path: Path, record: dict[str, object], pointer: str
) -> None:
    run, rejects = rejecting()
    assert load_json("datacite", tmp_path, record, run=run) == []
    assert [reject.pointer for reject in rejects] == [pointer]
    assert rejects[0].hint


def test_several_names_in_one_creator_are_authors_each_and_warned_of(tmp_path: Path) -> None:
    run = Run()
    found = load_text(
        "datacite",
        tmp_path,
        "a.xml",
        '<resource><identifier identifierType="DOI">10.9998/1</identifier><creators><creator>'
        "<creatorName>Yksi, A.</creatorName><creatorName>Kaksi, B.</creatorName></creator>"
        "</creators><titles><title>T</title></titles><publicationYear>2026</publicationYear>"
        "</resource>",
        run,
    )
    assert objects(found, terms.dc.creator) == ['"A. Yksi"', '"B. Kaksi"']
    assert run.warnings == {"several names in one creator": 1}


@pytest.mark.real_data
@needs_real_data
def test_all_real_records_are_loaded_the_malformed_ones_with_a_warning() -> None:
    run, rejects = rejecting()
    lines_of("datacite", REAL / "datacite", run=run)
    assert rejects == []
    # Three of the eight files describe one DOI.
    assert run.counts == {"works": 6, "older records of the same work left out": 2}
    assert run.warnings == {"several names in one creator": 1}
