"""What the OpenAlex loader makes of its source."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from loaders.base import Reject, Run
from loaders.errors import LoadError, RecordError
from loaders.openalex import LOADER, abstract_text
from ontology import terms
from ontology.iris import Minter
from ontology.ntriples import iri

GOLDEN = Path(__file__).parent / "golden"


def lines_of(*paths: Path, run: Run | None = None) -> list[str]:
    return [f"{s} {p} {o} ." for s, p, o in LOADER.read(paths, run or Run())]


def load(folder: Path, *records: Mapping[str, object], run: Run | None = None) -> list[str]:
    file = folder / "works.jsonl"
    file.write_text("".join(json.dumps(record) + "\n" for record in records))
    return lines_of(file, run=run)


def work(number: int, **more: object) -> dict[str, object]:
    named = {
        "id": f"https://openalex.org/W{number}",
        "title": "T",
        "publication_date": "2026-01-02",
    }
    return {**named, **more}


def objects(lines: list[str], predicate: str) -> list[str]:
    return [line.split(" ", 2)[2][:-2] for line in lines if line.split(" ")[1] == iri(predicate)]


def test_the_golden_page_gives_the_golden_triples() -> None:
    expected = (GOLDEN / "openalex.nt").read_text().splitlines()
    run = Run()
    assert lines_of(GOLDEN / "openalex.json", run=run) == expected
    assert run.counts == {"works": 2, "retracted works left out": 1}


def test_every_form_in_which_works_come_gives_the_same_triples(tmp_path: Path) -> None:
    expected = (GOLDEN / "openalex.nt").read_text().splitlines()
    records = json.loads((GOLDEN / "openalex.json").read_text())["results"]
    as_lines = "".join(json.dumps(record) + "\n" for record in records).encode()
    array = tmp_path / "array.json"
    array.write_text(json.dumps(records, indent=2))
    packed = tmp_path / "lines.gz"
    packed.write_bytes(gzip.compress(as_lines))
    for number, record in enumerate(records):
        part = tmp_path / "works" / f"updated_date=2026-01-0{number + 1}" / "part_000.gz"
        part.parent.mkdir(parents=True)
        part.write_bytes(gzip.compress(json.dumps(record).encode() + b"\n"))
    assert lines_of(array) == lines_of(packed) == lines_of(tmp_path / "works") == expected


def test_one_work_alone_is_loaded(tmp_path: Path) -> None:
    file = tmp_path / "W1.json"
    file.write_text(json.dumps(work(1), indent=1))
    assert len(objects(lines_of(file), terms.dcterms.title)) == 1


def test_a_retracted_work_is_not_loaded_even_if_an_older_record_of_it_stands(
    tmp_path: Path,
) -> None:
    run = Run()
    found = load(
        tmp_path,
        work(1, updated_date="2026-01-01"),
        work(1, updated_date="2026-02-01", is_retracted=True),
        run=run,
    )
    assert found == []
    assert run.counts["retracted works left out"] == 1


def test_of_two_records_with_one_doi_the_one_updated_last_is_loaded(tmp_path: Path) -> None:
    found = load(
        tmp_path,
        work(1, doi="https://doi.org/10.9999/A", title="new", updated_date="2026-02-01T00:00:00"),
        work(2, doi="https://doi.org/10.9999/a", title="old", updated_date="2026-01-01T00:00:00"),
    )
    assert objects(found, terms.dcterms.title) == ['"new"']


@pytest.mark.parametrize(
    ("kind", "raw", "expected"),
    [
        ("article", "", terms.Article),
        ("conference-paper", "", terms.Article),
        ("preprint", "", terms.Preprint),
        ("book-chapter", "", terms.Chapter),
        ("dissertation", "info:eu-repo/semantics/doctoralThesis", terms.DoctoralThesis),
        ("dissertation", "masterThesis", terms.StudentThesis),
        ("dissertation", "dissertation", terms.OtherWork),
        ("peer-review", "", terms.OtherWork),
        ("a type of tomorrow", "", terms.OtherWork),
    ],
)
def test_types_become_work_types(tmp_path: Path, kind: str, raw: str, expected: str) -> None:
    found = load(tmp_path, work(1, type=kind, primary_location={"raw_type": raw}))
    assert objects(found, terms.workType) == [iri(expected)]


def test_a_unit_is_part_of_the_institution_it_is_listed_with() -> None:
    found = lines_of(GOLDEN / "openalex.json")
    aalto = iri(Minter().organisation("020hwjq30"))
    assert objects(found, terms.org.subOrganizationOf) == [aalto]
    assert objects(found, terms.university) == [aalto]


def test_an_identifier_with_a_wrong_check_digit_is_not_believed(tmp_path: Path) -> None:
    run = Run()
    author = {"id": "A5", "display_name": "A", "orcid": "https://orcid.org/0000-0002-1825-0098"}
    place = {"id": "I7", "display_name": "I", "ror": "https://ror.org/020hwjq31"}
    found = load(
        tmp_path, work(1, authorships=[{"author": author, "institutions": [place]}]), run=run
    )
    assert objects(found, terms.dcterms.creator) == [iri(Minter().person("openalex", "A5"))]
    assert objects(found, terms.affiliation) == [iri(Minter().organisation("I7"))]
    assert run.warnings == {"ORCID is none": 1, "ROR is none": 1}


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"id": "https://openalex.org/A1"}, "/id"),
        ({"id": None}, "/id"),
        ({"title": " "}, "/title"),
        ({"publication_date": "soon"}, "/publication_date"),
        ({"abstract_inverted_index": {"a": [-1]}}, "/abstract_inverted_index"),
        ({"abstract_inverted_index": {"a": "0"}}, "/abstract_inverted_index"),
        ({"abstract_inverted_index": {"a": list(range(60_000))}}, "/abstract_inverted_index"),
    ],
)
def test_a_bad_record_is_rejected_with_where_and_why(
    tmp_path: Path, change: dict[str, object], pointer: str
) -> None:
    rejects: list[Reject] = []
    found = load(tmp_path, {**work(1), **change}, work(2), run=Run(sink=rejects.append))
    assert [(r.record, r.pointer) for r in rejects] == [("works.jsonl line 1", pointer)]
    assert len(objects(found, terms.dcterms.title)) == 1


def test_a_broken_array_loads_nothing(tmp_path: Path) -> None:
    file = tmp_path / "works.json"
    file.write_text(json.dumps([work(1), work(2)])[:-30])
    with pytest.raises(LoadError, match=r"works\.json"):
        next(LOADER.read([file], Run()))


words = st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Z", "C"]), min_size=1))


@settings(deadline=None)
@given(words, st.randoms(use_true_random=False))
def test_an_inverted_abstract_reads_as_it_was_written(
    written: list[str], order: random.Random
) -> None:
    index: dict[str, object] = {}
    for word in order.sample(written, len(written)):
        index[word] = [place for place, other in enumerate(written) if other == word]
    assert abstract_text(index) == " ".join(written)


@pytest.mark.parametrize("positions", [None, [None], [True], ["1"], [1.5]])
def test_positions_that_are_none_are_refused(positions: object) -> None:
    with pytest.raises(RecordError):
        abstract_text({"a": positions})


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=4,
)
institution = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(["id", "display_name", "ror", "lineage"], values)
)
authorship = st.fixed_dictionaries(
    {"institutions": st.lists(institution, max_size=2)},
    optional={"author": st.fixed_dictionaries({}, optional=dict.fromkeys(["id", "orcid"], values))},
)
KEYS = [
    "doi", "ids", "title", "language", "type", "open_access", "primary_location", "topics",
    "keywords", "abstract_inverted_index", "updated_date", "publication_date", "is_retracted",
]  # fmt: skip


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    record=st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS, values)),
    authorships=st.lists(authorship, max_size=2) | values,
)
def test_any_record_gives_triples_that_a_parser_takes_or_a_reject(
    record: dict[str, object], authorships: object, tmp_path_factory: pytest.TempPathFactory
) -> None:
    run = Run()
    folder = tmp_path_factory.mktemp("any")
    found = load(folder, {**work(1), **record, "authorships": authorships}, run=run)
    assert len(list(parse("\n".join(found).encode(), RdfFormat.N_TRIPLES))) == len(found)
    assert sum(run.counts.values()) == 1


@pytest.mark.real_data
def test_real_works_load_and_only_the_one_without_a_title_is_rejected(real_data: Path) -> None:
    rejects: list[Reject] = []
    run = Run(sink=rejects.append)
    found = lines_of(real_data / "formats" / "openalex", run=run)
    parsed = list(parse("\n".join(found).encode(), RdfFormat.N_TRIPLES))
    assert len(parsed) == len(found)
    assert run.counts["works"] == 31
    assert [reject.pointer for reject in rejects] == ["/title"]
    assert len(objects(found, terms.dcterms.abstract)) == 19
    assert len(objects(found, terms.affiliation)) >= 31
