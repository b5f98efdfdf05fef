"""What the arXiv loader makes of its source."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from loaders.arxiv import LOADER, identifier_and_month
from loaders.base import Reject, Run
from loaders.errors import LoadError, RecordError
from ontology import terms
from ontology.ntriples import iri

GOLDEN = Path(__file__).parent / "golden"


def lines_of(*paths: Path, run: Run | None = None) -> list[str]:
    return [f"{s} {p} {o} ." for s, p, o in LOADER.read(paths, run or Run())]


def load(folder: Path, *records: Mapping[str, object], run: Run | None = None) -> list[str]:
    file = folder / "works.jsonl"
    file.write_text("".join(json.dumps(record) + "\n" for record in records))
    return lines_of(file, run=run)


def test_the_golden_file_gives_the_golden_triples() -> None:
    expected = (GOLDEN / "arxiv.nt").read_text().splitlines()
    assert lines_of(GOLDEN / "arxiv.jsonl") == expected


def test_a_gzipped_file_gives_the_same_triples(tmp_path: Path) -> None:
    packed = tmp_path / "works.jsonl.gz"
    packed.write_bytes(gzip.compress((GOLDEN / "arxiv.jsonl").read_bytes()))
    assert lines_of(packed) == lines_of(GOLDEN / "arxiv.jsonl")


def test_the_day_a_listing_first_saw_a_work_is_not_its_publication(tmp_path: Path) -> None:
    found = load(tmp_path, {"id": "1812.06145", "title": "T", "first_seen": "2025-10-13"})
    published = [line for line in found if terms.published in line]
    assert len(published) == 1
    assert '"2018-12-01"' in published[0]
    assert any(terms.firstSeen in line and '"2025-10-13"' in line for line in found)


@pytest.mark.parametrize(
    ("value", "identifier", "month"),
    [
        ("0704.0001", "0704.0001", "2007-04"),
        ("2401.00001v12", "2401.00001", "2024-01"),
        ("arXiv:2401.00001", "2401.00001", "2024-01"),
        ("hep-th/9108001", "hep-th/9108001", "1991-08"),
        ("math.GT/0309136", "math.GT/0309136", "2003-09"),
    ],
)
def test_both_identifier_schemes_state_a_month(value: str, identifier: str, month: str) -> None:
    assert identifier_and_month(value) == (identifier, month)


@pytest.mark.parametrize("value", [None, 7, "", "2413.00001", "24.1", "cs/07", "x y/0703001", []])
def test_what_is_no_identifier_is_turned_away(value: object) -> None:
    with pytest.raises(RecordError):
        identifier_and_month(value)


def test_a_bad_record_is_rejected_and_the_rest_is_loaded(tmp_path: Path) -> None:
    rejects: list[Reject] = []
    run = Run(sink=rejects.append)
    file = tmp_path / "works.jsonl"
    file.write_bytes(
        b'{"id": "2401.00001", "title": "Good"}\n'
        b"not json\n"
        b'{"id": "2401.00002"}\n'
        b'{"id": "nonsense", "title": "T"}\n'
        b"[1]\n"
        b'{"id": "2401.00003", "title": "\xff"}\n'
    )
    found = lines_of(file, run=run)
    assert sum(f"> {iri(terms.dcterms.title)} " in line for line in found) == 1
    assert [(r.record, r.pointer) for r in rejects] == [
        ("works.jsonl line 2", ""),
        ("works.jsonl line 3", "/title"),
        ("works.jsonl line 4", "/id"),
        ("works.jsonl line 5", ""),
        ("works.jsonl line 6", ""),
    ]
    assert run.counts["works"] == 1


def test_of_records_of_one_work_the_newest_is_loaded_and_the_others_counted(
    tmp_path: Path,
) -> None:
    run = Run()
    found = load(
        tmp_path,
        {"id": "2401.00001", "title": "newest", "update_date": "2024-03-01"},
        {"id": "2401.00001", "title": "old", "update_date": "2024-02-01"},
        {"id": "2401.00002", "title": "first"},
        {"id": "2401.00002v2", "title": "last"},
        {"id": "2401.00002", "title": ""},
        run=run,
    )
    titles = [line for line in found if terms.dcterms.title in line]
    assert ['"newest"' in titles[0], '"last"' in titles[1], len(titles)] == [True, True, 2]
    assert run.counts["older records of the same work left out"] == 2


def test_a_withdrawn_work_is_flagged_and_counted(tmp_path: Path) -> None:
    run = Run()
    found = load(
        tmp_path,
        {"id": "2401.00001", "title": "A", "comments": "Withdrawn: an error in Lemma 2"},
        {"id": "2401.00002", "title": "B", "abstract": "This paper has been withdrawn."},
        {"id": "2401.00003", "title": "C", "abstract": "Money was withdrawn from accounts."},
        run=run,
    )
    assert sum(terms.withdrawn in line for line in found) == 2
    assert run.counts["withdrawn works"] == run.warnings["withdrawn"] == 2


def test_a_journal_reference_makes_an_article_of_a_preprint(tmp_path: Path) -> None:
    found = load(
        tmp_path,
        {"id": "2401.00001", "title": "A"},
        {"id": "2401.00002", "title": "B", "journal-ref": "J. 1 (2024)"},
    )
    kinds = [line.split()[2] for line in found if terms.workType in line]
    assert kinds == [iri(terms.Preprint), iri(terms.Article)]


def test_titles_keep_their_latex(tmp_path: Path) -> None:
    found = load(tmp_path, {"id": "2401.00001", "title": "A $\\frac{1}{2}$-law\n  of {\\O}"})
    assert any('"A $\\\\frac{1}{2}$-law of {\\\\O}"@en' in line for line in found)


def test_an_empty_file_says_so(tmp_path: Path) -> None:
    empty = tmp_path / "works.jsonl"
    empty.touch()
    with pytest.raises(LoadError, match="empty"):
        lines_of(empty)


def test_a_truncated_gzip_loads_nothing(tmp_path: Path) -> None:
    cut = tmp_path / "works.jsonl.gz"
    cut.write_bytes(gzip.compress((GOLDEN / "arxiv.jsonl").read_bytes())[:-20])
    with pytest.raises(LoadError, match="ends too early"):
        next(LOADER.read([cut], Run()))


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
KEYS = [
    "title",
    "abstract",
    "authors",
    "authors_parsed",
    "categories",
    "comments",
    "comment",
    "doi",
    "journal-ref",
    "license",
    "versions",
    "update_date",
    "first_seen",
]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(record=st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS, values)))
def test_any_record_gives_triples_that_a_parser_takes_or_a_reject(
    record: dict[str, object], tmp_path_factory: pytest.TempPathFactory
) -> None:
    rejects: list[Reject] = []
    folder = tmp_path_factory.mktemp("any")
    found = load(folder, {"id": "2401.00001", **record}, run=Run(sink=rejects.append))
    parsed = list(parse("\n".join(found).encode(), RdfFormat.N_TRIPLES))
    assert len(parsed) == len(found)
    assert bool(found) != bool(rejects)


@pytest.mark.real_data
def test_the_real_abstracts_load_without_a_reject(real_data: Path) -> None:
    run = Run()
    works = 0
    for _, predicate, _ in LOADER.read([real_data / "research" / "arxiv-abstracts.jsonl.gz"], run):
        works += predicate == iri(terms.published)
    assert works == run.counts["works"] > 60_000
    assert run.counts["rejected"] == 0
    assert sum(run.warnings.values()) < works / 1000
