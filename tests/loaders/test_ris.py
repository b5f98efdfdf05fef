"""What the RIS loader makes of its source."""

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


def record(*lines: str, kind: str = "JOUR") -> str:
    return "\n".join([f"TY  - {kind}", "TI  - T", "AU  - Yksi, A.", "PY  - 2026", *lines, "ER  - "])


def test_the_golden_references_give_the_golden_triples() -> None:
    golden("ris", "ris.ris")


def test_a_work_in_ris_and_in_bibtex_is_one() -> None:
    thesis = "<https://w3id.org/polku/research/citation/"
    named = [
        {line.split(" ")[0] for line in lines_of(source, GOLDEN / file) if line.startswith(thesis)}
        for source, file in (("ris", "ris.ris"), ("bibtex", "bibtex.bib"))
    ]
    assert named[0] == named[1] != set()


def test_lines_of_windows_and_lines_that_go_on_are_read(tmp_path: Path) -> None:
    content = record("AB  - one", "two three").replace("\n", "\r\n")
    found = load_text("ris", tmp_path, "a.ris", content)
    assert objects(found, terms.dcterms.abstract) == ['"one two three"']


def test_a_record_without_an_end_is_turned_away_and_the_next_is_read(tmp_path: Path) -> None:
    run, rejects = rejecting()
    content = "TY  - JOUR\nTI  - T\nPY  - 2026\n" + record("DO  - 10.1000/1")
    found = load_text("ris", tmp_path, "a.ris", content, run)
    assert objects(found, terms.bibo.doi) == ['"10.1000/1"']
    assert [(one.record, one.pointer, one.reason) for one in rejects] == [
        ("a.ris line 1", "ER", "the record has no end")
    ]


@pytest.mark.parametrize(
    ("content", "pointer", "reason"),
    [
        ("TY  - JOUR\nPY  - 2026\nER  - ", "title", "no title"),
        ("TY  - JOUR\nTI  - T\nER  - ", "PY", "no date of publication"),
    ],
)
def test_a_record_without_title_or_year_is_turned_away(
    tmp_path: Path, content: str, pointer: str, reason: str
) -> None:
    run, rejects = rejecting()
    assert load_text("ris", tmp_path, "a.ris", content, run) == []
    assert [(one.pointer, one.reason) for one in rejects] == [(pointer, reason)]


@pytest.mark.parametrize(
    ("kind", "more", "expected"),
    [
        ("CPAPER", "", terms.Article),
        ("CHAP", "", terms.Chapter),
        ("DATA", "", terms.DataSet),
        ("THES", "M3  - Master's thesis", terms.StudentThesis),
        ("THES", "", terms.OtherWork),
        ("UNPB", "M3  - Preprint", terms.Preprint),
        ("GEN", "", terms.OtherWork),
    ],
)
def test_types_become_work_types(tmp_path: Path, kind: str, more: str, expected: str) -> None:
    found = load_text("ris", tmp_path, "a.ris", record(more, kind=kind))
    assert objects(found, terms.workType) == [iri(expected)]


@pytest.mark.real_data
@needs_real_data
def test_real_exports_are_loaded_the_misplaced_space_too() -> None:
    run, rejects = rejecting()
    found = lines_of("ris", REAL / "ris", run=run)
    assert rejects == []
    assert run.counts == {"works": 3}
    assert set(objects(found, terms.bibo.doi)) == {'"10.7554/elife.01567"', '"10.17918/ernk-6431"'}


@pytest.mark.real_data
@needs_real_data
def test_one_work_of_two_real_exports_has_one_name() -> None:
    run = Run()
    subjects = {line.split(" ")[0] for line in lines_of("bibtex", REAL / "bibtex", run=run)}
    assert subjects & {line.split(" ")[0] for line in lines_of("ris", REAL / "ris", run=run)}
