"""What the Peppi loader makes of a study guide's courses, plans and realizations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from loaders.base import Reject, Run
from loaders.errors import LoadError
from ontology import terms
from ontology.iris import Minter
from ontology.ntriples import iri
from tests.loaders.loading import OPTIONS, golden, load_json, load_text, objects

SOURCE = "peppi"
COURSE = Minter().course


def oulu() -> tuple[Run, list[Reject]]:
    rejects: list[Reject] = []
    return Run(options=OPTIONS[SOURCE], sink=rejects.append), rejects


def words(fi: str = "", en: str = "", sv: str = "") -> dict[str, str]:
    return {"valueFi": fi, "valueEn": en, "valueSv": sv}


def course(code: str, before: dict[str, str] | None = None, **more: object) -> dict[str, object]:
    section = {"title": words("Esitietovaatimukset"), "content": before}
    return {
        "code": code,
        "name": words(f"Kurssi {code}"),
        "credits": 5,
        "contentList": [section] if before else [],
        **more,
    }


def node(kind: str, code: str, credits: int, *children: dict[str, object]) -> dict[str, object]:
    return {
        "id": f"id-{code}",
        "type": kind,
        "code": code,
        "name": words(code),
        "minCredits": credits,
        "maxCredits": credits,
        "children": list(children),
    }


def test_the_golden_documents_give_the_golden_triples() -> None:
    golden(SOURCE, "peppi")


def test_without_a_university_nothing_is_loaded_and_the_message_says_how_to_name_one(
    tmp_path: Path,
) -> None:
    with pytest.raises(LoadError, match="--university"):
        load_json(SOURCE, tmp_path, course("900101P"), run=Run())


@pytest.mark.parametrize(
    ("prose", "groups"),
    [
        ("521141P tulee olla suoritettuna.", [["521141P"]]),
        ("Kurssit 521141P ja IC00AU61", [["521141P"], ["IC00AU61"]]),
        ("Esitietoina 521141P tai IC00AU61.", [["521141P", "IC00AU61"]]),
        ("TECH1010 rekommenderas.", [["TECH1010"]]),
        ("Ei ole.", []),
        ("Ilmoittaudu 15.8.2026 mennessä huoneeseen TS101.", []),
    ],
)
def test_prose_of_prerequisites_becomes_groups_of_known_courses(
    prose: str, groups: list[list[str]], tmp_path: Path
) -> None:
    known = [course(code) for code in ("521141P", "IC00AU61", "TECH1010")]
    run, _ = oulu()
    found = load_json(SOURCE, tmp_path, *known, course("900900S", words(prose)), run=run)
    held: dict[str, list[str]] = {}
    for line in found:
        group, property_, member = line.split(" ", 2)
        if property_ == iri(terms.member):
            held.setdefault(group, []).append(member[:-2])
    assert list(held.values()) == [[iri(COURSE("oulu", one)) for one in group] for group in groups]


def test_codes_that_the_load_does_not_hold_are_named(tmp_path: Path) -> None:
    run, _ = oulu()
    load_json(
        SOURCE, tmp_path, course("IC00AU61"), course("900S", words("IC00AU99, 521141P")), run=run
    )
    kind = "prerequisites naming an unknown code"
    assert run.examples[kind] == ["900S: 521141P", "900S: IC00AU99"]


def test_a_course_that_only_a_plan_names_is_loaded_and_one_with_a_document_is_said_once(
    tmp_path: Path,
) -> None:
    plan = node("PROGRAMME", "P", 180, node("COURSE_UNIT", "A1", 5), node("COURSE_UNIT", "A2", 3))
    run, _ = oulu()
    found = load_json(SOURCE, tmp_path, plan, course("A1"), run=run)
    assert run.counts["courses"] == 2
    assert len(objects(found, terms.ectsMax)) == 2
    assert len(objects(found, terms.dcterms.title)) == 2


@pytest.mark.parametrize(("asked", "is_stated"), [(10, True), (8, False)])
def test_a_module_is_stated_only_if_its_credits_leave_no_choice(
    asked: int, is_stated: bool, tmp_path: Path
) -> None:
    inner = [node("COURSE_UNIT", code, 5) for code in ("A1", "A2")]
    run, _ = oulu()
    found = load_json(SOURCE, tmp_path, node("STUDY_MODULE", "M", asked, *inner), run=run)
    assert len(objects(found, terms.consistsOf)) == (2 if is_stated else 0)
    assert run.counts["modules"] == is_stated


def test_a_module_that_nothing_names_is_rejected(tmp_path: Path) -> None:
    inner = node("COURSE_UNIT", "A1", 5)
    nameless = {**node("STUDY_MODULE", "", 5, inner), "id": None}
    run, rejects = oulu()
    load_json(SOURCE, tmp_path, nameless, run=run)
    assert [one.reason for one in rejects] == ["no code and no id"]


def test_a_realization_of_a_course_that_the_load_does_not_hold_is_rejected(tmp_path: Path) -> None:
    run, rejects = oulu()
    load_json(SOURCE, tmp_path, course("A1"), {"code": "B1-3001", "startDate": None}, run=run)
    assert [one.reason for one in rejects] == ["teaching of a course that is not in the load"]


def test_a_plan_nested_deeper_than_a_program_can_call_itself_is_read(tmp_path: Path) -> None:
    deep = node("COURSE_UNIT", "DEEPEST", 5)
    for _ in range(400):
        deep = node("CATEGORY", "", 5, deep)
    run, _ = oulu()
    assert load_text(SOURCE, tmp_path, "plan.json", json.dumps(deep), run)
    assert run.counts["courses"] == 1
