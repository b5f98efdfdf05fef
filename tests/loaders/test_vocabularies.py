"""What the vocabularies say, and that records name the very concepts that they hold."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from loaders.base import Run
from loaders.errors import LoadError
from loaders.vocabularies import published
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

REAL_VOCABULARIES = REAL.parent / "vocabularies"
SKOS = "http://www.w3.org/2004/02/skos/core#"
FILES = {
    "eqf": "eqf.xsd",
    "fields-of-science": "fields-of-science.ttl",
    "isced": "isced",
    "yso": "yso",
}
LISTS = {"isced": "isced-f.xsd", "eqf": "eqf.xsd"}


@pytest.mark.parametrize("source", FILES)
def test_the_golden_input_gives_the_golden_triples(source: str) -> None:
    golden(source, FILES[source])


def store_of(source: str, *paths: Path) -> ox.Store:
    store = ox.Store()
    store.load("\n".join(lines_of(source, *paths)).encode(), format=ox.RdfFormat.N_TRIPLES)
    return store


def concepts(store: ox.Store) -> set[str]:
    a, concept = ox.NamedNode(terms.rdf.type), ox.NamedNode(terms.skos.Concept)
    return {str(quad.subject)[1:-1] for quad in store.quads_for_pattern(None, a, concept)}


@pytest.mark.real_data
@needs_real_data
@pytest.mark.parametrize("source", LISTS)
def test_every_code_of_the_real_list_is_a_concept_with_its_label(source: str) -> None:
    file = REAL_VOCABULARIES / LISTS[source]
    xs = "{http://www.w3.org/2001/XMLSchema}"
    stated = {
        str(one.get("value")): " ".join("".join(map(str, one.itertext())).split())
        for one in etree.parse(file).iter(f"{xs}enumeration")
    }
    store = store_of(source, file)
    label = ox.NamedNode(terms.skos.prefLabel)
    assert concepts(store) == set(stated)
    for concept, said in stated.items():
        found = [
            quad.object for quad in store.quads_for_pattern(ox.NamedNode(concept), label, None)
        ]
        assert found == [ox.Literal(said, language="en")]


@pytest.mark.real_data
@needs_real_data
def test_every_real_field_but_the_broad_ones_has_the_field_above_it() -> None:
    store = store_of("isced", REAL_VOCABULARIES / "isced-f.xsd")
    above = {
        str(quad.subject)[1:-1]: str(quad.object)[1:-1]
        for quad in store.quads_for_pattern(None, ox.NamedNode(terms.skos.broader), None)
    }
    assert all(narrow[:-1] == wide for narrow, wide in above.items())
    broad = concepts(store) - set(above)
    assert len(broad) == 12 and all(re.search(r"/\d\d\Z", one) for one in broad)


@pytest.mark.real_data
@needs_real_data
def test_every_real_label_of_yso_stands_at_its_concept() -> None:
    files = sorted(REAL_VOCABULARIES.glob("yso-*.tsv.gz"))
    stated = set()
    for file in files:
        language = file.name.removesuffix(".tsv.gz")[-2:]
        for line in gzip.decompress(file.read_bytes()).decode().splitlines():
            concept, _, label = line.partition("\t")
            stated.add((concept, f'"{" ".join(label.split())}"@{language}'))
    run, rejects = rejecting()
    label = iri(terms.skos.prefLabel)
    found = {
        (concept, said)
        for line in lines_of("yso", *files, run=run)
        for concept, property_, said in [line.removesuffix(" .").split(" ", 2)]
        if property_ == label and concept != f"<{published.YSO}>"
    }
    assert found == {(concept, said.replace("\\", "\\\\")) for concept, said in stated}
    assert not rejects and run.counts["concepts"] == 35_999


@pytest.mark.real_data
@needs_real_data
def test_each_code_of_the_real_list_is_told_from_a_record_but_an_unknown_field() -> None:
    for concept in concepts(store_of("isced", REAL_VOCABULARIES / "isced-f.xsd")):
        code = concept.rpartition("/")[2]
        expected = "" if code.startswith("99") else concept
        assert published.field_of_study(code) == published.field_of_study(concept) == expected


@given(st.text() | st.from_regex(r"[0-9]{1,7}|https?://[a-z./-]{1,40}p?[0-9]{1,5}/?"))
def test_whatever_is_told_from_a_record_is_an_iri_of_the_vocabulary(stated: str) -> None:
    field, subject = published.field_of_study(stated), published.subject(stated)
    assert not field or re.fullmatch(re.escape(published.ISCED_F) + r"\d{2,4}", iri(field)[1:-1])
    assert not subject or subject.startswith((published.YSO, published.FIELDS_OF_SCIENCE))
    # A record may state the IRI that we write, and it stays itself.
    assert published.subjects([subject]) == ((subject,) if subject else ())
    assert published.fields_of_study([field]) == ((field,) if field else ())


@pytest.mark.parametrize("stated", ["Physics", "613", "1.2", "0", "9999", None, 613, "11", "061 3"])
def test_what_is_no_code_of_isced_f_is_no_field(stated: object) -> None:
    assert published.field_of_study(stated) == ""


def test_codes_of_other_authorities_are_no_concepts() -> None:
    other = ("http://id.loc.gov/authorities/subjects/sh1", "http://www.yso.fi/onto/yso/", "p21846")
    assert published.subjects(other) == ()


JOINED = {
    "datacite": terms.dcterms.subject,
    "elm": terms.elm.ISCEDFCode,
    "oai-pmh": terms.dcterms.subject,
    "oeapi": terms.elm.ISCEDFCode,
    "openbadges": terms.elm.ISCEDFCode,
    "schema-org": terms.elm.ISCEDFCode,
    "table": terms.elm.ISCEDFCode,
}


@pytest.mark.parametrize("source", JOINED)
def test_each_source_s_golden_records_name_a_published_concept(source: str) -> None:
    lines = (GOLDEN / f"{source}.nt").read_text(encoding="utf-8").splitlines()
    named = [one[1:-1] for one in objects(lines, JOINED[source])]
    known = [*published.fields_of_study(named), *published.subjects(named)]
    assert known and set(known) == set(named)


def test_a_schema_s_own_language_wins_over_english(tmp_path: Path) -> None:
    lines = load_text(
        "eqf",
        tmp_path,
        "eqf.xsd",
        '<s xmlns:xml="http://www.w3.org/XML/1998/namespace"><enumeration '
        'value="http://data.europa.eu/snb/eqf/1"><annotation><documentation xml:lang="sv">Nivå 1'
        "</documentation></annotation></enumeration></s>",
    )
    assert '"Nivå 1"@sv' in objects(
        [line for line in lines if "/eqf/1>" in line], f"{SKOS}prefLabel"
    )


def test_a_table_whose_name_tells_no_language_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"yso\.tsv: the name does not tell .* yso-fi\.tsv"):
        load_text("yso", tmp_path, "yso.tsv", "<http://www.yso.fi/onto/yso/p1>\ta\n")


def test_another_vocabulary_s_file_is_refused_with_what_was_looked_for(tmp_path: Path) -> None:
    turtle = "<http://e.x/1> a <http://www.w3.org/2004/02/skos/core#Concept> ."
    with pytest.raises(LoadError, match=r"No concept of http://www\.yso\.fi/onto/okm-tieteenala/"):
        load_text("fields-of-science", tmp_path, "a.ttl", turtle)


def test_two_labels_of_one_language_are_told_and_the_first_is_taken() -> None:
    run = Run()
    lines = lines_of("yso", GOLDEN / "yso", run=run)
    assert sum('"tekoäly' in line for line in lines) == 1
    told = run.examples["concept labelled twice in a language, the first is taken"]
    assert any(one.endswith("tekoäly (tutkimusala) (fi)") for one in told)


def ring(size: int) -> Iterator[str]:
    for number in range(size):
        yield (
            f"<{published.YSO}p{number}> a <{SKOS}Concept> ;"
            f" <{SKOS}broader> <{published.YSO}p{(number + 1) % size}> ."
        )


def test_a_cycle_is_told_and_nothing_is_above_itself(tmp_path: Path) -> None:
    run = Run()
    lines = load_text("yso", tmp_path, "ring.ttl", "\n".join(ring(3)), run)
    assert run.warnings["concept is broader than itself in a cycle"] == 3
    for line in lines:
        subject, _, value = line.removesuffix(" .").split(" ", 2)
        assert subject != value
