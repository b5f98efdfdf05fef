"""What the ELM loader makes of learning opportunities and of credentials."""

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
    load_text,
    needs_real_data,
    objects,
    rejecting,
)

SKILL = "http://data.europa.eu/esco/skill/598de5b0-5b58-4ea7-8058-a4bc4d18c742"
ECTS = {"id": "http://data.europa.eu/snb/education-credit/6fcec5c5af"}


def opportunity(**more: object) -> dict[str, object]:
    return {
        "id": "https://example.org/1",
        "type": "LearningOpportunity",
        "title": {"en": "The title of a course"},
        "identifier": [{"notation": "L1"}],
        "providedBy": {"type": "Organisation", "legalName": {"en": "Aalto University"}},
        **more,
    }


def test_the_golden_opportunity_and_credential_give_the_golden_triples() -> None:
    golden("elm", "elm")


def test_nothing_of_a_credential_s_holder_is_loaded() -> None:
    found = "\n".join(lines_of("elm", GOLDEN / "elm"))
    assert "holder" not in found
    assert "urn:epass" not in found
    assert "urn:credential" not in found


def test_the_p60m_trap_is_warned_of_by_name() -> None:
    run = Run()
    lines_of("elm", GOLDEN / "elm" / "credential.json", run=run)
    ((kind, examples),) = run.examples.items()
    assert "P60M trap" in kind
    assert examples == ["Walker of paths: P60M is 60 months; PT60M or PT60H?"]


def test_an_opportunity_says_the_same_in_json_ld_and_in_xml(tmp_path: Path) -> None:
    in_json = load_json("elm", tmp_path, opportunity())
    in_xml = load_text(
        "elm",
        tmp_path,
        "a.xml",
        '<Courses><r><learningOpportunity id="https://example.org/1"><identifier><notation>L1'
        '</notation></identifier><title language="en">The title of a course</title>'
        '<providedBy idref="o"/></learningOpportunity></r><a><organisation id="o">'
        '<legalName language="en">Aalto University</legalName></organisation></a></Courses>',
    )
    assert in_xml == in_json != []


def test_what_a_reference_names_is_found_wherever_it_is_described(tmp_path: Path) -> None:
    outcome = {
        "id": "urn:x:o",
        "type": "LearningOutcome",
        "title": {"en": "Knows"},
        "relatedESCOSkill": {"id": SKILL},
    }
    achievement = {
        "id": "urn:x:a",
        "type": "LearningAchievementSpecification",
        "learningOutcome": ["urn:x:o"],
        "creditPoint": {"framework": ECTS, "point": 5},
    }
    graph = [
        opportunity(learningAchievementSpecification={"id": "urn:x:a"}),
        achievement,
        outcome,
    ]
    run = Run()
    found = load_json("elm", tmp_path, {"@graph": graph}, run=run)
    assert objects(found, terms.develops) == [iri(SKILL)]
    assert objects(found, terms.ectsMax) == [f'"5"^^{iri(terms.xsd.decimal)}']
    assert run.counts == {"courses": 1, "skills stated": 1}


def test_a_signed_credential_gives_what_the_unsigned_one_gives(tmp_path: Path) -> None:
    plain = (GOLDEN / "elm" / "credential.json").read_text(encoding="utf-8")
    signed = {"payload": plain, "signatures": [{"signature": "x"}]}
    assert load_json("elm", tmp_path, signed) == load_json("elm", tmp_path, json.loads(plain))


def test_credits_of_another_framework_are_not_taken_for_ects(tmp_path: Path) -> None:
    run = Run()
    achievement = {
        "type": "LearningAchievementSpecification",
        "title": {"en": "A"},
        "creditPoint": {"framework": {"id": "urn:x:ecvet"}, "point": 5},
    }
    record = opportunity(learningAchievementSpecification=achievement)
    assert objects(load_json("elm", tmp_path, record, run=run), terms.ectsMax) == []
    assert run.warnings == {"credits that are not ECTS credits": 1}


@pytest.mark.parametrize(
    ("more", "pointer"), [({"title": {}}, "/title"), ({"providedBy": None}, "/providedBy")]
)
def test_an_opportunity_without_title_or_provider_is_turned_away(
    tmp_path: Path, more: dict[str, object], pointer: str
) -> None:
    run, rejects = rejecting()
    assert load_json("elm", tmp_path, opportunity(**more), run=run) == []
    assert [one.pointer for one in rejects] == [pointer]


def test_things_that_refer_to_one_another_in_circles_end(tmp_path: Path) -> None:
    ring = opportunity(hasPart={"id": "https://example.org/1"}, providedBy={"id": "o"})
    run, _ = rejecting()
    load_json("elm", tmp_path, {"@graph": [ring, {"id": "o", "homepage": {"id": "o"}}]}, run=run)


@pytest.mark.real_data
@needs_real_data
def test_the_commission_s_own_samples_are_read_and_its_trap_is_found() -> None:
    run, rejects = rejecting()
    found = lines_of("elm", REAL / "elm" / "credentials", run=run)
    assert rejects == []
    assert len(set(objects(found, terms.certifies))) == 4
    assert any("P60M" in kind for kind in run.warnings)
    # Certificates of participation certify no achievement.
    assert run.counts["documents without a course or a micro-credential"] == 3


@pytest.mark.real_data
@needs_real_data
def test_the_samples_of_learning_opportunities_are_read() -> None:
    run, rejects = rejecting()
    lines_of("elm", REAL / "elm" / "loq.xml", run=run)
    assert rejects == []
    assert (run.counts["courses"], run.counts["micro-credentials"]) == (2, 1)
