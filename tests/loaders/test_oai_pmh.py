"""What the OAI-PMH loader makes of a harvest."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.base import Run
from loaders.errors import LoadError
from ontology import terms
from ontology.ntriples import iri
from tests.loaders.loading import (
    GOLDEN,
    REAL,
    golden,
    lines_of,
    load_text,
    needs_real_data,
    objects,
    rejecting,
)

SOURCE = "oai-pmh"


def page(*records: str, next_page: str = "") -> str:
    return (
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>'
        + "".join(records)
        + f"<resumptionToken>{next_page}</resumptionToken></ListRecords></OAI-PMH>"
    )


def record(metadata: str, number: int = 1, stamp: str = "2026-01-01", status: str = "") -> str:
    deleted = f' status="{status}"' if status else ""
    return (
        f"<record><header{deleted}><identifier>oai:x:{number}</identifier>"
        f"<datestamp>{stamp}</datestamp></header><metadata>{metadata}</metadata></record>"
    )


def dc(*fields: str, title: str = "T") -> str:
    said = "".join(
        f"<{name}>{value}</{name}>" for name, _, value in (field.partition("=") for field in fields)
    )
    return f'<dc xmlns="http://purl.org/dc/elements/1.1/"><title>{title}</title>{said}</dc>'


def load(folder: Path, *metadata: str, run: Run | None = None) -> list[str]:
    records = (record(one, number) for number, one in enumerate(metadata))
    return load_text(SOURCE, folder, "page.xml", page(*records), run)


def test_the_golden_harvest_gives_the_golden_triples() -> None:
    golden(SOURCE, "oai-pmh")


def test_a_deletion_on_a_later_page_takes_the_work_back() -> None:
    run = Run()
    found = lines_of(SOURCE, GOLDEN / "oai-pmh", run=run)
    assert not any("deleted on the next page" in line for line in found)
    assert run.counts == {
        "works": 3,
        "older records of the same work left out": 1,
        "deleted records left out": 1,
        "records that are no works left out": 1,
    }


def test_a_work_that_came_back_after_its_deletion_is_loaded(tmp_path: Path) -> None:
    content = page(
        record(dc("date=2026"), stamp="2026-03-01"), record("", stamp="2026-02-01", status="deleted")
    )  # fmt: skip
    assert len(objects(load_text(SOURCE, tmp_path, "a.xml", content), terms.dcterms.title)) == 1


def test_of_two_records_with_one_doi_the_first_is_loaded(tmp_path: Path) -> None:
    run = Run()
    same = "identifier=doi:10.1000/1"
    found = load(
        tmp_path, dc("date=2026", same, title="first"), dc("date=2026", same, title="second"), run=run
    )  # fmt: skip
    assert objects(found, terms.dcterms.title) == ['"first"']
    assert run.counts["other records of a loaded work left out"] == 1


def test_an_answer_that_is_an_error_stops_the_load_and_is_repeated(tmp_path: Path) -> None:
    error = '<OAI-PMH><error code="badResumptionToken">It has expired.</error></OAI-PMH>'
    (tmp_path / "page-1.xml").write_text(page(record(dc("date=2026"))))
    (tmp_path / "page-2.xml").write_text(error)
    with pytest.raises(LoadError, match=r"page-2\.xml: .*'badResumptionToken': It has expired\."):
        lines_of(SOURCE, tmp_path)


def test_a_harvest_of_no_records_is_no_error(tmp_path: Path) -> None:
    error = '<OAI-PMH><error code="noRecordsMatch">None.</error></OAI-PMH>'
    assert load_text(SOURCE, tmp_path, "a.xml", error) == []


def test_a_harvest_without_its_last_page_is_warned_of(tmp_path: Path) -> None:
    run = Run()
    load_text(SOURCE, tmp_path, "a.xml", page(record(dc("date=2026")), next_page="2"), run)
    assert run.warnings == {"the harvest has no last page: each one names a next": 1}


def test_the_date_of_issue_counts_and_not_when_the_repository_took_it(tmp_path: Path) -> None:
    found = load(tmp_path, dc("date=2020-01-02T10:00:00Z", "date=2018-05"))
    assert objects(found, terms.dcterms.issued) == [f'"2018-05"^^{iri(terms.xsd.gYearMonth)}']


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("info:eu-repo/semantics/article", terms.Article),
        ("info:eu-repo/semantics/bookPart", terms.Chapter),
        ("http://purl.org/coar/resource_type/c_db06", terms.DoctoralThesis),
        ("G4 Monografiaväitöskirja", terms.DoctoralThesis),
        ("Diplomityö", terms.StudentThesis),
        ("Dataset", terms.DataSet),
        ("text", terms.OtherWork),
    ],
)
def test_types_become_work_types(tmp_path: Path, kind: str, expected: str) -> None:
    found = load(tmp_path, dc("date=2026", f"type={kind}"))
    assert objects(found, terms.workType) == [iri(expected)]


@pytest.mark.parametrize(
    ("rights", "expected"),
    [
        ("info:eu-repo/semantics/openAccess", ["true"]),
        ("info:eu-repo/semantics/embargoedAccess", ["false"]),
        ("https://creativecommons.org/licenses/by-nc/4.0/", ["true"]),
        ("In Copyright", []),
    ],
)
def test_rights_say_whether_access_is_open(
    tmp_path: Path, rights: str, expected: list[str]
) -> None:
    found = load(tmp_path, dc("date=2026", f"rights={rights}"))
    assert objects(found, terms.openAccess) == [
        f'"{one}"^^{iri(terms.xsd.boolean)}' for one in expected
    ]


@pytest.mark.parametrize(
    ("metadata", "pointer", "reason"),
    [
        ("<marc/>", "metadata", "a metadata format that is not read"),
        ("", "metadata", "no metadata"),
        (dc(), "dc:date", "no date of publication"),
        (dc("date=2026", title=" "), "dc:title", "no title"),
    ],
)
def test_a_record_that_cannot_be_read_is_turned_away_alone(
    tmp_path: Path, metadata: str, pointer: str, reason: str
) -> None:
    run, rejects = rejecting()
    load(tmp_path, metadata, dc("date=2026"), run=run)
    assert [(one.record, one.pointer, one.reason) for one in rejects] == [
        ("page.xml record 1", pointer, reason)
    ]
    assert run.counts["works"] == 1


@pytest.mark.real_data
@needs_real_data
def test_real_cerif_records_are_loaded_and_what_is_no_work_left_out() -> None:
    run, rejects = rejecting()
    folder = REAL / "cerif"
    found = lines_of(SOURCE, *sorted(folder.glob("*xml_example*.xml")), run=run)
    assert '"10.2218/ijdc.v8i1.257"' in objects(found, terms.bibo.doi)
    assert run.counts["journals and proceedings left out"] >= 1
    assert run.counts["records that are no works left out"] > 10
    assert {reject.reason for reject in rejects} == {"no date of publication"}


@pytest.mark.real_data
@needs_real_data
def test_real_pages_of_one_harvest_are_one_load() -> None:
    run, rejects = rejecting()
    pages = [REAL / "oai-pmh" / f"ListRecords{number}.xml" for number in ("", "2", "3", "4")]
    lines_of(SOURCE, *pages, run=run)
    assert [(reject.record, reject.pointer) for reject in rejects] == [
        ("ListRecords4.xml record 1", "header/identifier")
    ]
    assert run.counts["works"] >= 1
    assert run.counts["deleted records left out"] >= 1


@pytest.mark.real_data
@needs_real_data
def test_a_real_broken_page_says_so() -> None:
    with pytest.raises(LoadError, match=r"ListRecordsBroken\.xml"):
        lines_of(SOURCE, REAL / "oai-pmh" / "ListRecordsBroken.xml")
