"""What the Sisu loader makes of Kori's course units, modules and teaching."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.base import Run
from loaders.courses.rules import Part, parts
from loaders.sisu import curriculum_year
from ontology import terms
from ontology.iris import Minter
from ontology.ntriples import iri
from tests.loaders.loading import golden, load_json, objects, rejecting

SOURCE = "sisu"
HOME = {"universityOrgIds": ["aalto-university-root-id"]}


def unit(number: int = 1, **more: object) -> dict[str, object]:
    return {
        "id": f"u{number}",
        "groupId": f"g{number}",
        "documentState": "ACTIVE",
        "code": f"CS-A{number}",
        "name": {"en": f"Course number {number}"},
        "credits": {"min": 5, "max": 5},
        "completionMethods": [],
        **HOME,
        **more,
    }


def module(number: int = 1, rule: object = None, **more: object) -> dict[str, object]:
    return {
        "type": "StudyModule",
        "id": f"m{number}",
        "groupId": f"gm{number}",
        "code": f"M{number}",
        "name": {"en": f"Module number {number}"},
        "rule": rule,
        **HOME,
        **more,
    }


def of_units(*numbers: int) -> list[dict[str, object]]:
    return [{"type": "CourseUnitRule", "courseUnitGroupId": f"g{one}"} for one in numbers]


def every(*rules: Mapping[str, object]) -> dict[str, object]:
    return {"type": "CompositeRule", "allMandatory": True, "rules": list(rules)}


def some(*rules: Mapping[str, object]) -> dict[str, object]:
    return {"type": "CompositeRule", "allMandatory": False, "rules": list(rules)}


def test_the_golden_documents_give_the_golden_triples() -> None:
    golden(SOURCE, "sisu")


def test_a_course_of_aalto_has_the_iri_that_the_aalto_loader_gives_it(tmp_path: Path) -> None:
    found = load_json(SOURCE, tmp_path, unit(code="CS-A1110"))
    assert any(line.startswith(iri(Minter().course("aalto", "CS-A1110"))) for line in found)


def test_the_version_whose_validity_begins_last_counts_wherever_it_stands(tmp_path: Path) -> None:
    def version(year: int) -> dict[str, object]:
        return unit(
            id=f"u{year}", name={"en": str(year)}, validityPeriod={"startDate": f"{year}-08-01"}
        )

    for years in ([2020, 2026, 2023], [2026, 2023, 2020]):
        run = Run()
        found = load_json(SOURCE, tmp_path, *map(version, years), run=run)
        assert objects(found, terms.dcterms.title) == ['"2026"@en']
        assert run.counts["other documents of a loaded course"] == 2


def test_a_draft_never_stands_for_a_course_though_it_is_newer(tmp_path: Path) -> None:
    run = Run()
    draft = unit(name={"en": "The draft"}, documentState="DRAFT", metadata={"revision": 9})
    found = load_json(SOURCE, tmp_path, unit(), draft, run=run)
    assert objects(found, terms.dcterms.title) == ['"Course number 1"@en']
    assert run.counts["courses left out: not active"] == 1


def test_what_is_no_longer_valid_on_the_day_of_the_release_is_left_out(tmp_path: Path) -> None:
    old = unit(validityPeriod={"startDate": "2018-08-01", "endDate": "2026-08-01"})
    assert load_json(SOURCE, tmp_path, old, run=Run(release="2026-07-31"))
    run = Run(release="2026-08-01")
    assert load_json(SOURCE, tmp_path, old, run=run) == []
    assert run.counts["courses left out: no longer valid"] == 1


def test_each_group_of_alternatives_is_a_group_and_unknown_members_are_named(
    tmp_path: Path,
) -> None:
    asks = unit(
        4,
        compulsoryFormalPrerequisites=[
            {"prerequisites": [{"type": "CourseUnit", "courseUnitGroupId": g} for g in group]}
            for group in (["g1", "g2"], ["g3", "nowhere"], ["gone"])
        ],
    )
    run = Run()
    found = load_json(SOURCE, tmp_path, *map(unit, (1, 2, 3)), asks, run=run)
    name = Minter().course("aalto", "CS-A4")
    members = {
        number: [
            line.split(" ")[2]
            for line in found
            if line.startswith(f"<{name}/prerequisite/{number}> {iri(terms.member)}")
        ]
        for number in (1, 2, 3)
    }
    course = Minter().course
    assert members == {
        1: [iri(course("aalto", "CS-A1")), iri(course("aalto", "CS-A2"))],
        2: [iri(course("aalto", "CS-A3"))],
        3: [],
    }
    assert run.examples["prerequisites naming an unknown code"] == ["CS-A4: nowhere", "CS-A4: gone"]


def test_a_course_without_a_university_is_rejected_until_the_option_names_one(
    tmp_path: Path,
) -> None:
    run, rejects = rejecting()
    assert load_json(SOURCE, tmp_path, unit(universityOrgIds=[]), run=run) == []
    assert "--university" in rejects[0].hint
    found = load_json(
        SOURCE, tmp_path, unit(universityOrgIds=[]), run=Run(options={"university": "vaasa"})
    )
    assert any(line.startswith(iri(Minter().course("vaasa", "CS-A1"))) for line in found)


def test_a_text_that_stands_alike_in_every_slot_is_said_once_in_its_own_language(
    tmp_path: Path,
) -> None:
    said = "The student can model data and write queries that answer questions."
    found = load_json(SOURCE, tmp_path, unit(outcomes=dict.fromkeys(("fi", "sv", "en"), said)))
    assert objects(found, terms.outcomesText) == [f'"{said}"@en']


def test_a_substitution_by_several_courses_or_for_a_part_is_left_alone(tmp_path: Path) -> None:
    instead = [
        [{"courseUnitGroupId": "g2"}],
        [{"courseUnitGroupId": "g2"}, {"courseUnitGroupId": "g3"}],
        [{"courseUnitGroupId": "g3", "credits": 2}],
    ]
    found = load_json(SOURCE, tmp_path, unit(1, substitutions=instead), unit(2), unit(3))
    assert objects(found, terms.substitutes) == [iri(Minter().course("aalto", "CS-A2"))]


@pytest.mark.parametrize(
    ("stated", "kept"),
    [
        ({"startDate": "2026-09-01", "endDate": "2026-10-20"}, '"2026-10-19"'),
        ({"startDate": "2026-09-01", "endDate": "2026-08-01"}, None),
    ],
    ids=["the last day is the one before endDate", "teaching that ends before it begins"],
)
def test_the_days_of_teaching(stated: dict[str, str], kept: str | None, tmp_path: Path) -> None:
    teaching = {
        "id": "r1",
        "flowState": "PUBLISHED",
        "courseUnits": [{"groupId": "g1"}],
        "activityPeriod": stated,
        "courseUnitRealisationTypeUrn": "urn:code:x:teaching-participation-lectures",
    }
    run = Run()
    found = load_json(SOURCE, tmp_path, teaching, unit(), run=run)
    ends = objects(found, terms.endDate)
    assert ends == ([f"{kept}^^{iri(terms.xsd.date)}"] if kept else [])
    assert bool(run.warnings["offering ends before it begins"]) == (kept is None)


def test_teaching_of_a_course_that_the_load_does_not_hold_is_rejected(tmp_path: Path) -> None:
    run, rejects = rejecting()
    teaching = {"id": "r1", "assessmentItemIds": ["i"], "teachingLanguageUrn": "x:fi"}
    load_json(SOURCE, tmp_path, unit(), teaching, run=run)
    assert [one.reason for one in rejects] == ["teaching of a course that is not in the load"]


def test_a_module_of_choices_states_what_nobody_can_leave_out(tmp_path: Path) -> None:
    run = Run()
    rule = every(*of_units(1), some(*of_units(2, 3)))
    found = load_json(SOURCE, tmp_path, *map(unit, (1, 2, 3)), module(rule=rule), run=run)
    assert objects(found, terms.consistsOf) == [iri(Minter().course("aalto", "CS-A1"))]
    kind = "module with choices; what it asks for at all events is stated"
    assert run.examples[kind] == ["M1: StudyModule"]


def test_where_the_credits_leave_no_choice_every_course_is_a_part(tmp_path: Path) -> None:
    rule = {"type": "CreditsRule", "credits": {"min": 15}, "rule": some(*of_units(1, 2, 3))}
    found = load_json(SOURCE, tmp_path, *map(unit, (1, 2, 3)), module(rule=rule))
    assert len(objects(found, terms.consistsOf)) == 3
    rule["credits"] = {"min": 10}
    found = load_json(SOURCE, tmp_path, *map(unit, (1, 2, 3)), module(rule=rule))
    assert objects(found, terms.consistsOf) == []


@pytest.mark.parametrize(
    ("identifier", "year"),
    [
        ("uta-lvv-2021", 2021),
        ("lut-curriculum-period-2025-2026", 2025),
        ("hy-lv-68", 2017),
        ("otm-2025cafe-0000", 0),
        (7, 0),
    ],
)
def test_years_of_curricula_are_read_where_ids_hold_them(identifier: object, year: int) -> None:
    assert curriculum_year(identifier) == year


CREDITS = {Part(f"g{number}", False): Decimal(number) for number in range(1, 6)}
LEAVES = st.integers(1, 5).map(lambda number: of_units(number)[0])
RULES = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(
            lambda rules, asked: {**some(*rules), "require": {"min": asked}},
            st.lists(inner, min_size=1, max_size=3),
            st.integers(0, 3),
        )
        | st.builds(lambda rules: every(*rules), st.lists(inner, min_size=1, max_size=3))
        | st.builds(
            lambda rule, least: {"type": "CreditsRule", "credits": {"min": least}, "rule": rule},
            inner,
            st.integers(0, 15),
        )
    ),
    max_leaves=5,
)


def meets(rule: Mapping[str, object], done: frozenset[str]) -> bool:
    """Whether courses that are done meet a rule, read straight from what the rule says."""
    kind = rule["type"]
    if kind == "CourseUnitRule":
        return rule["courseUnitGroupId"] in done
    if kind == "CreditsRule":
        inner, asked = rule["rule"], rule["credits"]
        assert isinstance(inner, dict) and isinstance(asked, dict)
        given = sum(CREDITS[Part(one, False)] for one in done & named(inner))
        return bool(given >= asked["min"]) and meets(inner, done)
    rules = rule["rules"]
    assert isinstance(rules, list)
    held = sum(meets(one, done) for one in rules)
    if rule["allMandatory"]:
        return held == len(rules)
    asked = rule.get("require") or {"min": 0}
    assert isinstance(asked, dict)
    return bool(held >= asked["min"])


def named(rule: Mapping[str, object]) -> frozenset[str]:
    if rule["type"] == "CourseUnitRule":
        return frozenset([str(rule["courseUnitGroupId"])])
    inner = rule["rules"] if "rules" in rule else [rule["rule"]]
    assert isinstance(inner, list)
    return frozenset[str]().union(*map(named, inner))


@given(RULES)
def test_what_is_called_needed_is_in_every_choice_that_meets_the_rule(
    rule: dict[str, object],
) -> None:
    found = parts(rule, CREDITS.get)
    everything = sorted(named(rule))
    choices = [
        done
        for size in range(len(everything) + 1)
        for one in combinations(everything, size)
        if meets(rule, done := frozenset(one))
    ]
    needed = {part.group for part in found.needed}
    assert all(needed <= done for done in choices)
    if found.is_whole and choices:
        # The whole of the module: whoever has done what is needed has done the module.
        assert frozenset(needed) in choices
