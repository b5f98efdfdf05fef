"""What the Research.fi loader makes of its source."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lxml import etree

from loaders.base import Run
from loaders.elements import local
from loaders.errors import LoadError
from loaders.identifiers import ror
from loaders.virta.codes import NAMES, ROR, WORK_TYPES
from loaders.virta.delivery import tree
from ontology import terms
from ontology.ntriples import iri
from tests.loaders.loading import (
    GOLDEN,
    golden,
    lines_of,
    load_json,
    load_text,
    objects,
    rejecting,
)

PAGE = GOLDEN / "researchfi" / "page.json"
DELIVERY = GOLDEN / "researchfi" / "delivery.xml"


def publication(number: int, **more: object) -> dict[str, object]:
    named = {
        "id": f"{number}",
        "name": "T",
        "publicationYear": "2026",
        "type": {"code": "A1"},
        "organizations": [{"id": "10076"}],
    }
    return {**named, **more}


def test_the_golden_page_and_delivery_give_the_golden_triples() -> None:
    golden("researchfi", "researchfi")


def test_what_was_taken_back_is_left_out_and_what_is_suspicious_is_told() -> None:
    run = Run()
    lines_of("researchfi", GOLDEN / "researchfi", run=run)
    assert run.counts == {"works": 4, "publications taken back left out": 1}
    assert run.warnings == {"ORCID is none": 1, "organisation without a name": 1}


def test_every_form_of_the_api_gives_the_same_triples(tmp_path: Path) -> None:
    expected = lines_of("researchfi", PAGE)
    publications = json.loads(PAGE.read_text(encoding="utf-8"))
    pages = tmp_path / "pages"
    pages.mkdir()
    for number, one in enumerate(publications):
        (pages / f"page-{number}.json").write_text(json.dumps([one]))
    assert load_json("researchfi", tmp_path, *publications) == expected
    assert lines_of("researchfi", pages) == expected


def test_a_delivery_is_the_same_as_xml_and_as_the_json_of_the_service(tmp_path: Path) -> None:
    def served(element: etree._Element) -> object:
        """The service writes an attribute beside the text, which is then ``content``."""
        if element.attrib and not len(element):
            return {**{str(key): str(value) for key, value in element.attrib.items()},
                    "content": int(element.text or "")}  # fmt: skip
        if not len(element):
            return element.text
        inner: dict[str, object] = {}
        for child in element:
            if local(child) not in inner:
                alike = [served(one) for one in element if one.tag == child.tag]
                inner[local(child)] = alike if len(alike) > 1 else alike[0]
        return inner

    root = etree.parse(DELIVERY).getroot()
    published = [served(one) for one in root if local(one) == "Julkaisu"]
    assert [one for one in published if not isinstance(one, dict)] == []
    lines = load_text("researchfi", tmp_path, "virta.json", json.dumps(published))
    assert lines == lines_of("researchfi", DELIVERY)


def test_an_element_that_is_repeated_becomes_a_list() -> None:
    assert tree(etree.fromstring("<a><b>1</b><c/><b> 2\n</b><b>3</b></a>")) == {
        "b": ["1", "2", "3"],
        "c": "",
    }


@pytest.mark.parametrize(
    ("code", "kind", "reviewed"),
    [
        ("A1", terms.Article, ["true"]),
        ("A3", terms.Chapter, ["true"]),
        ("B1", terms.Article, ["false"]),
        ("C1", terms.Book, []),
        ("E2", terms.Book, []),
        ("F1", terms.OtherWork, []),
        ("G2", terms.StudentThesis, []),
        ("g4", terms.DoctoralThesis, []),
        ("I2", terms.Software, []),
        ("Z9", terms.OtherWork, []),
    ],
)
def test_the_type_says_what_a_work_is_and_whether_it_was_reviewed(
    code: str, kind: str, reviewed: list[str], tmp_path: Path
) -> None:
    lines = load_json("researchfi", tmp_path, publication(1, type={"code": code}))
    assert objects(lines, terms.workType) == [iri(kind)]
    said = [value.split('"')[1] for value in objects(lines, terms.peerReviewed)]
    assert said == reviewed


def test_every_type_is_one_of_ours() -> None:
    assert set(WORK_TYPES.values()) <= {
        terms.Article, terms.Book, terms.Chapter, terms.DoctoralThesis, terms.Software,
        terms.StudentThesis,
    }  # fmt: skip


def test_what_is_said_of_peer_review_counts_more_than_the_type(tmp_path: Path) -> None:
    lines = load_json("researchfi", tmp_path, publication(1, peerReviewed={"code": "0"}))
    assert [value.split('"')[1] for value in objects(lines, terms.peerReviewed)] == ["false"]


def test_a_thesis_without_a_type_is_known_by_its_kind(tmp_path: Path) -> None:
    run = Run()
    thesis = publication(1, type=None, thesisType={"code": "1"})
    lines = load_json("researchfi", tmp_path, thesis, publication(2, type=None), run=run)
    assert objects(lines, terms.workType) == [iri(terms.DoctoralThesis), iri(terms.OtherWork)]
    assert run.warnings == {"no type of publication": 1}


def test_the_universities_of_the_network_are_known_by_their_numbers(tmp_path: Path) -> None:
    numbers = ("10076", "01904", "10122", "01913", "02630")
    named = [{"id": number, "nameFi": f"N{number}"} for number in numbers]
    lines = load_json("researchfi", tmp_path, publication(1, organizations=named))
    base = "https://w3id.org/polku/organisation/"
    universities = [
        f"<{base}{code}>" for code in ("020hwjq30", "03yj89h83", "033003e23", "03769b225")
    ]
    assert objects(lines, terms.university) == universities
    assert objects(lines, terms.affiliation) == [*universities, f"<{base}fi-02630>"]


def test_every_ror_identifier_of_a_number_holds_and_has_a_name() -> None:
    assert {number for number, code in ROR.items() if ror(code) != code} == set()
    assert set(ROR) <= set(NAMES)


def test_of_two_records_of_one_identifier_the_one_modified_last_is_loaded(tmp_path: Path) -> None:
    lines = load_json(
        "researchfi",
        tmp_path,
        publication(1, name="Old", modified="2026-01-01T00:00:00"),
        publication(1, name="New", modified="2026-02-01T00:00:00"),
    )
    assert objects(lines, terms.dcterms.title) == ['"New"']


def test_two_universities_that_deliver_one_doi_describe_one_work(tmp_path: Path) -> None:
    run = Run()
    both = (publication(number, doi="10.9999/joint") for number in (1, 2))
    lines = load_json("researchfi", tmp_path, *both, run=run)
    assert len(objects(lines, terms.dcterms.title)) == 1
    assert run.counts["other records of a loaded work left out"] == 1


def test_an_author_whom_the_text_shortens_is_named_once(tmp_path: Path) -> None:
    lines = load_json(
        "researchfi",
        tmp_path,
        publication(
            1,
            authors=[{"firstNames": "Aino Maria", "lastName": "Esimerkki"}],
            authorsText="Esimerkki, A.M.; Esimerkki, Bo; Mallikas, M.",
        ),
    )
    assert objects(lines, terms.dc.creator) == [
        '"Aino Maria Esimerkki"',
        '"Bo Esimerkki"',
        '"M. Mallikas"',
    ]


def test_the_older_code_of_open_access_says_nothing_by_a_nought(tmp_path: Path) -> None:
    stated = {
        "OrganisaatioTunnus": "10076",
        "JulkaisunOrgTunnus": "x",
        "JulkaisunNimi": "T",
        "JulkaisuVuosi": 2026,
        "JulkaisutyyppiKoodi": "A1",
    }
    for code, said in (("0", []), ("1", ["true"]), ("2", ["true"])):
        lines = load_json("researchfi", tmp_path, {**stated, "AvoinSaatavuusKoodi": code})
        assert [value.split('"')[1] for value in objects(lines, terms.openAccess)] == said


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [({"id": ""}, "/id"), ({"name": None}, "/name"), ({"publicationYear": "s.a."}, "/publicationYear")],
)  # fmt: skip
def test_what_a_work_cannot_do_without_is_told_with_its_place(
    wrong: dict[str, object], pointer: str, tmp_path: Path
) -> None:
    run, rejects = rejecting()
    load_json("researchfi", tmp_path, publication(1, **wrong), publication(2), run=run)
    assert [(one.record, one.pointer) for one in rejects] == [("records.jsonl line 1", pointer)]
    assert rejects[0].reason
    assert rejects[0].hint


def test_an_xml_without_publications_is_told(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="no publication in it"):
        load_text("researchfi", tmp_path, "a.xml", "<Julkaisut/>")
