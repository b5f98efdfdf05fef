"""What a combination has in common with what exists, and what its credits count towards.

Said is only what the graph says: that a whole consists of these courses, that it stacks into
another one, that somebody promises to accept it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from app.paths.explain import reached
from app.paths.model import Facts
from app.planning.wholes import Whole

Relation = Literal["same", "contains", "containedIn", "overlaps", "similar"]
Ground = Literal["consistsOf", "stacksInto"]

MOST = 20
"""Overlaps that are told of one proposal."""


@dataclass(frozen=True)
class Overlap:
    """What two sets of courses have in common.

    Attributes:
        courses: the courses in both.
        ects: their credits, in hundredths.
        share: those among all credits of the one.
        share_of_other: those among all known credits of the other.
        skills: how many skills both develop or certify.
        jaccard: those among the skills of either.
    """

    courses: tuple[str, ...]
    ects: int
    share: float
    share_of_other: float
    skills: int
    jaccard: float

    @property
    def most(self) -> float:
        """The largest of the shares."""
        return max(self.share, self.share_of_other, self.jaccard)


@dataclass(frozen=True)
class Near:
    """A whole that a combination overlaps with, and how."""

    whole: Whole
    relation: Relation
    overlap: Overlap


@dataclass(frozen=True)
class Counting:
    """Something that credits count towards, and on what ground.

    ``through``: the micro-credential within the combination that it accepts.
    """

    into: str
    ground: Ground
    courses: tuple[str, ...]
    ects: int
    through: str | None = None
    by: str | None = None
    until: date | None = None


def overlap(
    facts: Facts,
    one: Collection[str],
    other: Collection[str],
    skills: Collection[str],
    others: Collection[str],
) -> Overlap:
    """What two sets of courses, with their skills, have in common."""
    common = tuple(sorted(set(one) & set(other)))
    ects = credits(facts, common)
    either, both = set(skills) | set(others), set(skills) & set(others)
    return Overlap(
        common,
        ects,
        _share(ects, credits(facts, one)),
        _share(ects, credits(facts, other)),
        len(both),
        _share(len(both), len(either)),
    )


def credits(facts: Facts, courses: Iterable[str]) -> int:
    """The courses' credits together, in hundredths."""
    return sum(facts.courses[name].ects for name in courses)


def near(
    facts: Facts,
    least: float,
    courses: Collection[str],
    wholes: Sequence[Whole],
    threshold: float,
) -> list[Near]:
    """The wholes with which the courses share so much, those that share most credits first.

    Args:
        facts: the generation's facts.
        least: the least confidence of evidence that counts.
        courses: the combination.
        wholes: what exists.
        threshold: the least share of the credits of either, or of skills.
    """
    mine = reached(facts, least, courses)
    found = []
    for whole in wholes:
        held = overlap(facts, courses, whole.courses, mine, whole.skills(facts, least))
        if held.most >= threshold and held.most > 0:
            found.append(Near(whole, relation(courses, whole), held))
    found.sort(
        key=lambda one: (
            -one.overlap.share,
            -one.overlap.share_of_other,
            -one.overlap.jaccard,
            one.whole.iri,
        )
    )
    return found


def relation(courses: Collection[str], whole: Whole) -> Relation:
    """How the combination stands to a whole; it contains only what it is known to hold all of."""
    mine = frozenset(courses)
    if whole.complete and whole.courses <= mine:
        return "same" if whole.courses == mine else "contains"
    if mine <= whole.courses:
        return "containedIn"
    return "overlaps" if mine & whole.courses else "similar"


def counting(
    facts: Facts, courses: Collection[str], wholes: Sequence[Whole], today: date
) -> Iterator[Counting]:
    """What the courses' credits count towards, as the graph says.

    Wholes of which they are parts, and what accepts a micro-credential that they complete.
    Promises that are over are left out.
    """
    mine = frozenset(courses)
    for whole in wholes:
        common = tuple(sorted(mine & whole.courses))
        if common and relation(courses, whole) not in ("same", "contains"):
            yield Counting(whole.iri, "consistsOf", common, credits(facts, common))
    for whole in wholes:
        if relation(courses, whole) in ("same", "contains"):
            inside = tuple(sorted(whole.courses))
            for into in sorted({*whole.stacks_into, *(one.into for one in whole.acceptances)}):
                promises = [one for one in whole.acceptances if one.into == into]
                standing = [one for one in promises if one.until is None or one.until >= today]
                if promises and not standing:
                    continue
                promise = standing[0] if standing else None
                yield Counting(
                    into,
                    "stacksInto",
                    inside,
                    credits(facts, inside),
                    through=whole.iri,
                    by=promise.by if promise else None,
                    until=promise.until if promise else None,
                )


def _share(part: float, whole: float) -> float:
    return round(part / whole, 4) if whole else 0.0
