"""What the BibTeX loader makes of its source."""

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
    load_text,
    needs_real_data,
    objects,
    rejecting,
)


def entry(fields: str, kind: str = "article", key: str = "a") -> str:
    return f"@{kind}{{{key}, title = {{T}}, author = {{A. Yksi}}, year = 2026, {fields}}}\n"


def test_the_golden_library_gives_the_golden_triples() -> None:
    golden("bibtex", "bibtex.bib")


def test_proceedings_are_left_out_and_abbreviations_are_no_entries() -> None:
    run = Run()
    lines_of("bibtex", GOLDEN / "bibtex.bib", run=run)
    assert run.counts == {"works": 3, "proceedings and other containers left out": 1}


def test_a_broken_entry_loses_itself_alone(tmp_path: Path) -> None:
    run, rejects = rejecting()
    content = entry("doi = {10.1000/1}") + "@article{b, title = {T\n\n" + entry("doi={10.1000/2}")
    found = load_text("bibtex", tmp_path, "a.bib", content, run)
    assert objects(found, terms.bibo.doi) == ['"10.1000/1"', '"10.1000/2"']
    (reject,) = rejects
    assert (reject.record, reject.reason) == ("a.bib line 2", "not BibTeX")
    assert reject.hint


def test_an_entry_that_is_not_utf_8_is_turned_away_with_what_to_do(tmp_path: Path) -> None:
    run, rejects = rejecting()
    (tmp_path / "a.bib").write_bytes(entry("note={ä}").encode("latin-1") + entry("").encode())
    lines_of("bibtex", tmp_path / "a.bib", run=run)
    assert [(one.record, one.reason) for one in rejects] == [("a.bib line 1", "not UTF-8")]
    assert run.counts["works"] == 1


@pytest.mark.parametrize(
    ("content", "pointer", "reason"),
    [
        ("@article{a, year = 2026}", "title", "no title"),
        ("@article{a, title = {T}}", "year", "no date of publication"),
        ("@article{a, doi = {10.1000/1}, year = 2026}", "title", "no title"),
    ],
)
def test_an_entry_without_title_or_year_is_turned_away(
    tmp_path: Path, content: str, pointer: str, reason: str
) -> None:
    run, rejects = rejecting()
    assert load_text("bibtex", tmp_path, "a.bib", content, run) == []
    assert [(one.pointer, one.reason) for one in rejects] == [(pointer, reason)]


def test_the_citation_names_a_work_whatever_its_key(tmp_path: Path) -> None:
    first = load_text("bibtex", tmp_path, "a.bib", entry("", key="smith2020"))
    second = load_text("bibtex", tmp_path, "b.bib", entry("note={x}", key="other"))
    other = load_text("bibtex", tmp_path, "c.bib", entry("").replace("{T}", "{Another}"))
    assert first[0] == second[0] != other[0]


def test_a_doi_in_the_address_names_the_work(tmp_path: Path) -> None:
    found = load_text("bibtex", tmp_path, "a.bib", entry("url = {https://doi.org/10.1000/X}"))
    assert objects(found, terms.bibo.doi) == ['"10.1000/x"']


@pytest.mark.parametrize(
    ("kind", "fields", "expected"),
    [
        ("inproceedings", "", terms.Article),
        ("mastersthesis", "", terms.StudentThesis),
        ("thesis", "type = {PhD thesis}", terms.DoctoralThesis),
        ("thesis", "", terms.OtherWork),
        ("techreport", "", terms.Book),
        ("misc", "", terms.OtherWork),
        ("MISC", "eprinttype = {arXiv}, eprint = {2601.00001}", terms.Preprint),
    ],
)
def test_entry_types_become_work_types(
    tmp_path: Path, kind: str, fields: str, expected: str
) -> None:
    found = load_text("bibtex", tmp_path, "a.bib", entry(fields, kind))
    assert objects(found, terms.workType) == [iri(expected)]


def test_a_month_may_be_a_number_a_name_or_an_abbreviation(tmp_path: Path) -> None:
    for month in ("feb", "{February}", "2", '"02"'):
        found = load_text("bibtex", tmp_path, "a.bib", entry(f"month = {month}"))
        assert objects(found, terms.dcterms.issued) == [f'"2026-02"^^{iri(terms.xsd.gYearMonth)}']


def test_braces_nested_very_deep_end_nothing(tmp_path: Path) -> None:
    deep = "{" * 5000 + "\\'a" + "}" * 5000
    run, _ = rejecting()
    load_text("bibtex", tmp_path, "a.bib", entry(f"note = {deep}"), run)


@pytest.mark.real_data
@needs_real_data
def test_real_exports_of_pure_and_crossref_are_loaded() -> None:
    run = Run()
    found = lines_of("bibtex", REAL / "bibtex", run=run)
    assert run.counts == {"works": 2}
    assert objects(found, terms.bibo.doi) == ['"10.7554/elife.01567"']
    assert objects(found, terms.published) == [
        f'"2014-02-01"^^{iri(terms.xsd.date)}',
        f'"2018-04-25"^^{iri(terms.xsd.date)}',
    ]


def test_the_names_of_fields_may_be_capital(tmp_path: Path) -> None:
    shouted = "@ARTICLE{a, TITLE = {T}, AUTHOR = {Yksi, A. and Kaksi, B.}, YEAR = 2026}"
    found = load_text("bibtex", tmp_path, "a.bib", shouted)
    assert objects(found, terms.dc.creator) == ['"A. Yksi"', '"B. Kaksi"']
