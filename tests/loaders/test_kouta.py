"""What the Kouta loader makes of Opintopolku's records."""

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
    needs_real_data,
    objects,
    rejecting,
)

SKILL = "http://data.europa.eu/esco/skill/598de5b0-5b58-4ea7-8058-a4bc4d18c742"


def training(number: int = 1, **metadata: object) -> dict[str, object]:
    return {
        "oid": f"1.2.246.562.13.{number}",
        "tila": "julkaistu",
        "nimi": {"fi": f"Nimi {number}"},
        "tarjoajat": [{"oid": "1.2.3", "nimi": {"en": "Aalto University"}}],
        "metadata": {"tyyppi": "kk-opintojakso", "tunniste": f"A{number}", **metadata},
    }


def teaching(number: int, of: int, **metadata: object) -> dict[str, object]:
    return {
        **training(number, **metadata),
        "oid": f"1.2.246.562.17.{number}",
        "koulutusOid": f"1.2.246.562.13.{of}",
    }


def test_the_golden_trainings_give_the_golden_triples() -> None:
    golden("kouta", "kouta.json")


def test_what_is_no_course_and_no_micro_credential_is_left_out_and_counted() -> None:
    run = Run()
    lines_of("kouta", GOLDEN / "kouta.json", run=run)
    assert run.counts == {
        "courses": 1,
        "offerings": 1,
        "micro-credentials": 1,
        "skills stated": 2,
        "other records of a loaded course": 1,
        "study modules that are no micro-credentials left out": 1,
        "degrees and other kinds of training left out": 1,
        "records that are not published left out": 1,
    }
    assert run.warnings == {"IRI of an ESCO skill is none": 1}


def test_what_the_training_leaves_unsaid_its_teaching_says() -> None:
    found = lines_of("kouta", GOLDEN / "kouta.json")
    about = [line for line in found if line.startswith("<https://w3id.org/polku/course/")]
    assert objects(about, terms.outcomesText) == ['"- löytää polun"@fi']
    assert len(objects(about, terms.dcterms.title)) == 2
    assert objects(about, terms.feeMax) == [f'"75"^^{iri(terms.xsd.decimal)}']


def test_the_order_of_training_and_teaching_does_not_change_whose_course_it_is(
    tmp_path: Path,
) -> None:
    found = load_json("kouta", tmp_path, teaching(9, of=1), training(1))
    course = "<https://w3id.org/polku/course/aalto/A1>"
    assert objects(found, terms.offeringOf) == [course]
    assert {line.split(" ")[0] for line in found if terms.Course in line} == {course}


def test_a_page_of_the_index_gives_its_hits(tmp_path: Path) -> None:
    page = {
        "took": 1,
        "hits": {"total": 2, "hits": [{"_source": training(1)}, {"_source": training(2)}]},
    }
    file = tmp_path / "page.json"
    file.write_text(json.dumps(page, indent=1))
    assert lines_of("kouta", file) == load_json("kouta", tmp_path, training(1), training(2))


def test_a_badge_is_no_micro_credential(tmp_path: Path) -> None:
    run = Run()
    load_json("kouta", tmp_path, training(tyyppi="vapaa-sivistystyo-osaamismerkki"), run=run)
    assert run.counts == {"degrees and other kinds of training left out": 1}


def test_credits_in_another_unit_are_not_taken_for_ects(tmp_path: Path) -> None:
    run = Run()
    unit = {"koodiUri": "opintojenlaajuusyksikko_6#1"}
    found = load_json(
        "kouta",
        tmp_path,
        training(opintojenLaajuusyksikko=unit, opintojenLaajuusNumero=40),
        run=run,
    )
    assert objects(found, terms.ectsMax) == []
    assert run.warnings == {"size that is not in ECTS credits": 1}


@pytest.mark.parametrize(
    ("metadata", "warning"),
    [
        ({"opintojenLaajuusNumero": 60}, "course of 60 ECTS credits or more"),
        (
            {"opintojenLaajuusNumeroMin": 5, "opintojenLaajuusNumeroMax": 3},
            "fewest credits above the most",
        ),
    ],
)
def test_the_suspicious_is_loaded_and_warned_of(
    tmp_path: Path, metadata: dict[str, object], warning: str
) -> None:
    run = Run()
    found = load_json("kouta", tmp_path, training(1, **metadata), run=run)
    assert run.warnings == {warning: 1}
    assert objects(found, terms.ectsMax)


def test_html_in_a_title_and_a_teaching_that_ends_before_it_begins_are_warned_of(
    tmp_path: Path,
) -> None:
    run = Run()
    when = {
        "koulutuksenAlkamispaivamaara": "2027-05-01",
        "koulutuksenPaattymispaivamaara": "2027-01-01",
    }
    record = teaching(2, of=1, opetus={"koulutuksenAlkamiskausi": when})
    record["nimi"] = {"fi": "<b>Nimi</b>"}
    found = load_json("kouta", tmp_path, record, run=run)
    assert objects(found, terms.dcterms.title) == ['"Nimi"@fi']
    assert run.warnings == {"HTML in a title": 1, "offering ends before it begins": 1}


def test_skills_that_are_stated_stand_as_triples_and_as_accepted_claims(tmp_path: Path) -> None:
    found = load_json("kouta", tmp_path, training(osaaminenUrit=[SKILL]))
    assert objects(found, terms.develops) == [iri(SKILL)]
    assert objects(found, terms.status) == [iri(terms.Accepted)]


def test_half_a_character_and_a_language_that_is_none_end_nothing(tmp_path: Path) -> None:
    record = training(1, tunniste="A\ud800")
    record["tarjoajat"] = [{"oid": "1.2.3", "nimi": {"0": "Nimi\ud800"}}]
    run = Run()
    load_json("kouta", tmp_path, record, run=run)
    assert run.counts["courses"] == 1


@pytest.mark.parametrize(
    ("key", "value", "pointer", "reason"),
    [
        ("nimi", {}, "/nimi", "no title"),
        ("tarjoajat", [], "/tarjoajat", "no provider"),
    ],
)
def test_a_record_without_a_title_or_a_university_is_turned_away(
    tmp_path: Path, key: str, value: object, pointer: str, reason: str
) -> None:
    run, rejects = rejecting()
    assert load_json("kouta", tmp_path, {**training(), key: value}, run=run) == []
    assert [(one.pointer, one.reason) for one in rejects] == [(pointer, reason)]


@pytest.mark.real_data
@needs_real_data
def test_real_records_give_the_courses_of_two_universities() -> None:
    run, rejects = rejecting()
    found = lines_of("kouta", REAL / "kouta", run=run)
    assert {line.split(" ")[0] for line in found if line.endswith(f"{iri(terms.Course)} .")} == {
        "<https://w3id.org/polku/course/aalto/LC-7280>",
        "<https://w3id.org/polku/course/oulu/ay044116S>",
    }
    assert [reject.record for reject in rejects] == ["kouta/oppilaitos-example-1.json"]
