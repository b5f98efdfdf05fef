"""What the Open Badges loader makes of achievements, and what it never looks at."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.base import Run
from ontology import terms
from ontology.ntriples import iri
from tests.loaders.loading import GOLDEN, golden, lines_of, load_json, objects, rejecting

SKILL = "http://data.europa.eu/esco/skill/598de5b0-5b58-4ea7-8058-a4bc4d18c742"


def achievement(**more: object) -> dict[str, object]:
    return {
        "id": "https://example.org/badges/1",
        "type": ["Achievement"],
        "name": "The title of a badge",
        "description": "What it is about",
        "criteria": {"narrative": "Pass the exam"},
        "creator": {"id": "https://example.org/", "type": ["Profile"], "name": "Aalto University"},
        **more,
    }


def test_the_golden_badges_give_the_golden_triples() -> None:
    golden("openbadges", "openbadges")


def test_nothing_of_a_holder_is_loaded() -> None:
    found = "\n".join(lines_of("openbadges", GOLDEN / "openbadges"))
    assert "DEMO-MC" in found and "Reader%20of%20maps" not in found
    for personal in ("holder", '"99"', "grade", "2026-05-31", "assertions", "credentials/1", "@ex"):
        assert personal not in found, personal


def test_a_credential_s_issuer_stands_in_for_a_creator(tmp_path: Path) -> None:
    alone = {key: value for key, value in achievement().items() if key != "creator"}
    credential = {
        "type": ["VerifiableCredential", "AchievementCredential"],
        "issuer": achievement()["creator"],
        "credentialSubject": {"type": ["AchievementSubject"], "achievement": alone},
    }
    assert load_json("openbadges", tmp_path, credential) == load_json(
        "openbadges", tmp_path, achievement()
    )


def test_a_person_who_issues_stands_for_their_organisation(tmp_path: Path) -> None:
    run, rejects = rejecting()
    person = {"id": "https://example.org/me", "givenName": "Ann", "familyName": "Holder"}
    university = {"id": "https://example.org/", "type": ["Profile"], "name": "Aalto University"}
    belongs = person | {"parentOrg": university}
    assert load_json("openbadges", tmp_path, achievement(creator=belongs)) == load_json(
        "openbadges", tmp_path, achievement()
    )
    assert load_json("openbadges", tmp_path, achievement(creator=person), run=run) == []
    assert [one.pointer for one in rejects] == ["/creator"]


@pytest.mark.parametrize(
    ("kind", "is_course"), [("Course", True), ("MicroCredential", False), ("Badge", False)]
)
def test_a_course_is_told_from_a_micro_credential(
    tmp_path: Path, kind: str, is_course: bool
) -> None:
    found = objects(
        load_json("openbadges", tmp_path, achievement(achievementType=kind)), terms.rdf.type
    )
    assert (iri(terms.Course) in found) is is_course
    assert (iri(terms.MicroCredential) in found) is not is_course


def test_degrees_are_left_out_and_counted() -> None:
    run = Run()
    lines_of("openbadges", GOLDEN / "openbadges" / "achievements.jsonl", run=run)
    assert run.counts["degrees, licences and memberships left out"] == 1


def test_a_badge_that_is_only_pointed_at_is_counted(tmp_path: Path) -> None:
    run = Run()
    record = {"type": "Assertion", "badge": "https://example.org/badges/1"}
    assert load_json("openbadges", tmp_path, record, run=run) == []
    assert run.counts == {"documents without an achievement": 1}


@pytest.mark.parametrize(
    ("narrative", "outcomes", "assessment"),
    [
        ("Pass the exam", [], ['"Pass the exam"@en']),
        ("## Learning outcomes\n\nFinds paths", ['"Finds paths"@en'], []),
        (
            "First this.\n\n## Assessment\nAn exam\n## Learning outcomes \nFinds paths",
            ['"Finds paths"@en'],
            ['"First this.\\nAn exam"@en'],
        ),
        ("## Osaamistavoitteet\n\nLöytää polun", ['"Löytää polun"@en'], []),
        ("We have learning outcomes", [], ['"We have learning outcomes"@en']),
    ],
)
def test_the_criteria_say_what_is_learnt_under_a_heading_of_their_own(
    tmp_path: Path, narrative: str, outcomes: list[str], assessment: list[str]
) -> None:
    record = achievement(criteria={"narrative": narrative}, inLanguage="en-GB")
    found = load_json("openbadges", tmp_path, record)
    assert objects(found, terms.outcomesText) == outcomes
    assert objects(found, terms.assessmentText) == assessment


def test_alignments_to_esco_are_claims_that_are_stated(tmp_path: Path) -> None:
    aligned = [{"targetUrl": SKILL}, {"targetUrl": "https://example.org/own"}, "none", 5]
    found = load_json("openbadges", tmp_path, achievement(alignment=aligned))
    assert objects(found, terms.certifies) == [iri(SKILL)]
    assert objects(found, terms.status) == [iri(terms.Accepted)]
