"""The checker of proposals: holds one against the facts, with code of its own.

From the raw facts, the question and the JSON alone it verifies every limit and prerequisite, and
counts credits, coverage, objective, overlaps and stacking again. It shares no function with what
it checks; of what paths have, only the other checker's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from app.paths.check import Sure
from app.paths.model import CENTI, Course, Facts, Limits, Target
from app.planning.wholes import Whole

_ROUNDING = 0.0001
_EQF = {"basic": 6, "intermediate": 6, "advanced": 7, "postgraduate": 8}
_ENTRY = CENTI  # what a requirement at the door counts for

Json = Mapping[str, object]


@dataclass(frozen=True)
class Asked:
    """What was asked, as far as a proposal can break it."""

    limits: Limits
    least_ects: int
    one_university: bool
    same_language: bool
    same_level: bool
    targets: tuple[Target, ...]
    least: float


def violations(
    facts: Facts,
    asked: Asked,
    proposal: Json,
    earlier: Sequence[Json] = (),
    wholes: Sequence[Whole] = (),
) -> list[str]:
    """What is wrong with the proposal, one sentence each; empty if nothing is.

    Args:
        facts: the generation's facts.
        asked: the question.
        proposal: as the answer has it.
        earlier: the proposals before it, from which it must differ.
        wholes: what the graph puts together.
    """
    return list(_Checker(facts, asked, proposal, earlier, wholes).all())


class _Checker:
    def __init__(
        self,
        facts: Facts,
        asked: Asked,
        proposal: Json,
        earlier: Sequence[Json],
        wholes: Sequence[Whole],
    ) -> None:
        self.facts, self.asked, self.proposal = facts, asked, proposal
        self.earlier, self.wholes = earlier, wholes
        self.names = [str(one["course"]) for one in _list(proposal["courses"])]
        self.courses = [facts.courses[name] for name in self.names if name in facts.courses]
        self.sure = Sure(facts, self.courses, asked.least)
        self.doors: set[frozenset[str]] = set()

    def all(self) -> Iterator[str]:
        if len(self.courses) != len(self.names) or len(set(self.names)) != len(self.names):
            yield "a course stands twice, or is none of the graph"
            return
        yield from self.limits()
        for course in self.courses:
            yield from self.course(course)
        yield from self.entries()
        yield from self.grounds()
        yield from self.coverage()
        yield from self.objective()
        yield from self.different()
        yield from self.overlaps()
        yield from self.stacking()

    def limits(self) -> Iterator[str]:
        limits = self.asked.limits
        credits = sum(one.ects for one in self.courses)
        if round(cast(float, self.proposal["ects"]) * CENTI) != credits:
            yield "the credits do not add up"
        if credits < self.asked.least_ects:
            yield "there are fewer credits than the least"
        if limits.ects is not None and credits > limits.ects:
            yield "there are more credits than the limit"
        if limits.courses is not None and len(self.courses) > limits.courses:
            yield "there are more courses than the limit"
        if self.asked.one_university and len({one.university for one in self.courses}) > 1:
            yield "the courses are of several universities"
        spoken = [set(one.languages) for one in self.courses if one.languages]
        common = set.intersection(*spoken) if spoken else set()
        if limits.languages:
            common &= limits.languages
        if self.asked.same_language and spoken and not common:
            yield "no language is common to the courses"
        if self.asked.same_level and len({_EQF.get(one.level or "") for one in self.courses}) > 1:
            yield "the courses are of several EQF levels"
        for name in limits.require:
            if name not in self.names:
                yield f"{name} is required and not there"

    def course(self, course: Course) -> Iterator[str]:
        """The limits on a single course."""
        limits = self.asked.limits
        required = course.iri in limits.require
        if course.kind != "course" and not required:
            yield f"{course.iri} is a {course.kind}"
        if limits.languages and not course.languages & limits.languages:
            yield f"{course.iri} is in no language asked for"
        if limits.universities and course.university not in limits.universities:
            yield f"{course.iri} is at another university"
        if limits.levels and course.level not in limits.levels:
            yield f"{course.iri} is of another level"
        if (
            course.level == "postgraduate"
            and not (limits.levels or required)
            and all(target.level < 4 for target in self.asked.targets)
        ):
            yield f"{course.iri} is a doctoral course"
        if course.iri in limits.exclude:
            yield f"{course.iri} is excluded"
        if course.ects <= 0:
            yield f"{course.iri} has no credits"
        if any(other in self.names for other in course.substitutes):
            yield f"{course.iri} stands beside one that it counts in the place of"

    def entries(self) -> Iterator[str]:
        """That what no other course of the combination meets is asked for at the door."""
        for strength in ("compulsory", "recommended"):
            due: dict[frozenset[str], set[str]] = {}
            for course in self.courses:
                for group in course.groups:
                    if group.compulsory != (strength == "compulsory"):
                        continue
                    inside = set(group.members) & set(self.names)
                    if group.compulsory:
                        inside = {one for one in inside if not self.comes_after(one, course.iri)}
                    if not inside:
                        key = frozenset(group.members or (group.iri,))
                        due.setdefault(key, set()).add(course.iri)
            told: dict[frozenset[str], set[str]] = {}
            for one in _list(self.proposal["entryRequirements"]):
                if one["strength"] == strength:
                    members = [str(each["course"]) for each in _list(one["anyOf"])]
                    key = frozenset(members or (str(one["group"]),))
                    told.setdefault(key, set()).update(cast("list[str]", one["askedBy"]))
            for key in due.keys() | told.keys():
                if due.get(key) != told.get(key):
                    yield f"a {strength} prerequisite is not told as it is: {sorted(key)[:3]}"
            if strength == "compulsory":
                self.doors = set(due)

    def comes_after(self, course: str, other: str) -> bool:
        """Whether a course asks for another one, itself or through those that it asks for."""
        seen: set[str] = set()
        waiting = {course}
        while waiting:
            asked = {
                member
                for name in waiting
                for group in self.facts.courses[name].groups
                if group.compulsory
                for member in group.members
            }
            if other in asked:
                return True
            waiting = asked - seen
            seen |= asked
        return False

    def grounds(self) -> Iterator[str]:
        """That every course has a reason to be there."""
        for course in self.courses:
            alone = Sure(self.facts, [course], self.asked.least)
            if (
                not any(alone.of(target) for target in self.asked.targets)
                and course.iri not in self.asked.limits.require
                and not any(
                    group.compulsory and course.iri in group.members
                    for other in self.courses
                    for group in other.groups
                )
            ):
                yield f"{course.iri} develops nothing asked for, and none asks for it"

    def coverage(self) -> Iterator[str]:
        """That the proposal says of every target what is so."""
        covered = {str(one["skill"]): one for one in _list(self.proposal["covered"])}
        apart = [
            {str(one["skill"]) for one in _list(self.proposal[part])}
            for part in ("partly", "missing")
        ]
        for target in self.asked.targets:
            sure = self.sure.of(target)
            told = covered.get(target.skill)
            if (told is not None) != (sure > 0):
                yield f"{target.skill} is covered, or not, against what is said"
            if (told is not None) + sum(target.skill in part for part in apart) != 1:
                yield f"{target.skill} is not in exactly one of covered, partly, missing"
            if told is not None and told["confidence"] != sure:
                yield f"{target.skill} is covered as surely as {sure}, not {told['confidence']}"
            if told is not None and told["course"] in self.names:
                course = self.facts.courses[str(told["course"])]
                if Sure(self.facts, [course], self.asked.least).of(target) != sure:
                    yield f"{course.iri} is not the course that gives {target.skill}"
        total = sum(one.weight for one in self.asked.targets)
        for part, got in (
            ("coverage", sum(one.weight for one in self.asked.targets if self.sure.of(one) > 0)),
            ("evidence", sum(one.weight * self.sure.of(one) for one in self.asked.targets)),
        ):
            share = got / total if total else 1.0
            if abs(share - cast(float, self.proposal[part])) > _ROUNDING:
                yield f"the {part} is another"

    def objective(self) -> Iterator[str]:
        """That the certificate's values are those of the proposal."""
        certificate = cast(Json, self.proposal["certificate"])
        scale = cast(int, certificate["scale"])
        worth = sum(
            max(1, round(scale * target.weight * sure))
            for target in self.asked.targets
            if (sure := self.sure.of(target)) > 0
        )
        credits = sum(one.ects for one in self.courses)
        counted = {
            "coverage at those ects": worth,
            "ects, each entry requirement counted as one": credits + _ENTRY * len(self.doors),
            "entry requirements": len(self.doors),
            "tie-break": sum(
                int(hashlib.sha256(name.encode()).hexdigest()[:4], 16) for name in self.names
            ),
        }
        for level, value, bound in zip(
            cast("list[str]", certificate["levels"]),
            cast("list[int]", certificate["objective"]),
            cast("list[int | None]", certificate["bound"]),
            strict=True,
        ):
            if level in counted and counted[level] != value:
                yield f"the certificate's {level} is {value}, counted {counted[level]}"
            if level == "coverage" and bound is not None and worth > bound:
                yield "the proposal covers more than is proved possible"

    def different(self) -> Iterator[str]:
        """That half of the courses of each proposal before it are left out, required ones apart."""
        for one in self.earlier:
            before = {str(each["course"]) for each in _list(one["courses"])}
            free = before - set(self.asked.limits.require)
            if 2 * len(free & set(self.names)) > len(free):
                yield "it keeps more than half of the courses of a proposal before it"

    def overlaps(self) -> Iterator[str]:
        """That shares with what exists are those of the credits and skills."""
        by_iri = {one.iri: one for one in self.wholes}
        mine = set(self.names)
        skills = self.skills(mine)
        for told in _list(self.proposal["overlaps"]):
            whole = by_iri.get(str(told["thing"]))
            if whole is None:
                yield f"{told['thing']} is nothing that exists"
                continue
            common = mine & whole.courses
            theirs = self.skills(whole.courses) | whole.certifies
            either = skills | theirs
            expected = {
                "share": self.ects(common) / self.ects(mine),
                "shareOfOther": self.ects(common) / max(1, self.ects(whole.courses)),
                "jaccard": len(skills & theirs) / len(either) if either else 0.0,
            }
            for part, value in expected.items():
                if abs(cast(float, told[part]) - value) > _ROUNDING:
                    yield f"the {part} with {whole.iri} is another"
            if {str(one["course"]) for one in _list(told["courses"])} != common:
                yield f"the courses shared with {whole.iri} are others"

    def stacking(self) -> Iterator[str]:
        """That nothing is said of stacking that the graph does not say."""
        told = cast(Json, self.proposal["stacking"])
        mine = set(self.names)
        contained = {one.iri for one in self.wholes if mine <= one.courses}
        contains = {one.iri for one in self.wholes if one.complete and one.courses <= mine}
        for part, allowed in (("containedIn", contained), ("contains", contains)):
            if {str(one["thing"]) for one in _list(told[part])} - allowed:
                yield f"the graph does not say what stands in {part}"
        by_iri = {one.iri: one for one in self.wholes}
        for one in _list(told["countsTowards"]):
            through = cast("Json | None", one["through"])
            whole = by_iri.get(str(one["thing"] if through is None else through["thing"]))
            counted = set(cast("list[str]", one["courses"]))
            if whole is None or not counted or not counted <= whole.courses & mine:
                yield f"the graph does not say that credits count towards {one['thing']}"
            elif through is not None and (
                whole.iri not in contains
                or one["thing"]
                not in {*whole.stacks_into, *(each.into for each in whole.acceptances)}
            ):
                yield f"the graph does not say that {whole.iri} stacks into {one['thing']}"
            if round(cast(float, one["ects"]) * CENTI) != self.ects(counted):
                yield f"the credits that count towards {one['thing']} are others"

    def ects(self, courses: set[str] | frozenset[str]) -> int:
        return sum(self.facts.courses[name].ects for name in courses)

    def skills(self, courses: set[str] | frozenset[str]) -> set[str]:
        return {
            one.skill
            for name in courses
            for one in self.facts.courses[name].develops
            if one.confidence >= self.asked.least
        }


def _list(value: object) -> list[Json]:
    return cast("list[Json]", value)
