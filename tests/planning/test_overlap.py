"""What a combination has in common with what exists, and what it counts towards."""

from __future__ import annotations

from datetime import date

import pytest

from app.paths.index import assemble
from app.paths.model import Course, Evidence, Facts, Status
from app.planning.overlap import Relation, counting, near, relation
from app.planning.wholes import Acceptance, Whole

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def facts() -> Facts:
    def course(name: str, ects: int, skill: str) -> Course:
        evidence = Evidence(skill, 0.9, Status.SUGGESTED, 1)
        return Course(name, name, "aalto", ects, develops=(evidence,))

    return assemble(
        "g", [course("a", 500, "x"), course("b", 500, "y"), course("c", 1000, "z")], threshold=0.4
    )


def whole(*courses: str, complete: bool = True, **more: object) -> Whole:
    return Whole("w", "microCredential", frozenset(courses), complete, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("courses", "other", "expected"),
    [
        ("ab", whole("a", "b"), "same"),
        ("ab", whole("a"), "contains"),
        ("a", whole("a", "b"), "containedIn"),
        ("ab", whole("b", "c"), "overlaps"),
        ("a", whole("c"), "similar"),
        # What has parts that nobody knows may hold more than the combination does.
        ("ab", whole("a", complete=False), "overlaps"),
        ("ab", whole("a", "b", complete=False), "containedIn"),
    ],
)
def test_how_a_whole_stands_to_a_combination(
    courses: str, other: Whole, expected: Relation
) -> None:
    assert relation(courses, other) == expected


def test_shares_are_of_credits_and_likeness_is_of_skills(facts: Facts) -> None:
    (found,) = near(facts, 0.4, ["a", "b"], [whole("b", "c", certifies=frozenset("q"))], 0.2)
    assert found.overlap.courses == ("b",)
    assert found.overlap.share == 0.5
    assert found.overlap.share_of_other == pytest.approx(0.3333)
    assert found.overlap.jaccard == 0.25  # y, of x y z q


def test_little_in_common_is_not_told(facts: Facts) -> None:
    assert near(facts, 0.4, ["a"], [whole("c")], 0.2) == []
    alike = whole("c", certifies=frozenset("x"))
    assert [one.relation for one in near(facts, 0.4, ["a"], [alike], 0.2)] == ["similar"]


def test_only_who_completes_a_micro_credential_stacks_it(facts: Facts) -> None:
    small = whole("a", "b", stacks_into=("degree",))
    assert [(one.into, one.ground) for one in counting(facts, ["a"], [small], TODAY)] == [
        ("w", "consistsOf")
    ]
    (done,) = counting(facts, ["a", "b", "c"], [small], TODAY)
    assert (done.into, done.ground, done.ects, done.through) == ("degree", "stacksInto", 1000, "w")


def test_a_promise_that_is_over_is_none(facts: Facts) -> None:
    def promised(until: date | None) -> list[str]:
        accepted = (Acceptance("degree", "aalto", until),)
        other = whole("a", stacks_into=("degree",), acceptances=accepted)
        return [one.into for one in counting(facts, ["a"], [other], TODAY)]

    assert promised(date(2026, 11, 22)) == []
    assert promised(date(2026, 11, 23)) == promised(None) == ["degree"]
