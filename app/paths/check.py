"""The checker: holds an answer against the facts, with code of its own.

It trusts nothing that the solver or the answer's writer counted: from the raw facts, the
request and the JSON alone it verifies every limit, prerequisite, period and load, and counts
credits, coverage and objective again. It shares no function with the modules it checks.
"""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from app.paths.model import CENTI, Course, Evidence, Facts, Known, Limits, Offering, Target

_LOAD_ROUNDING = 0.02  # credits: shares of a course are rounded to hundredths
_SMALL = 0.2  # a stretch shorter than this share of slot and offering counts for its neighbour
_SHARE_ROUNDING = 0.0001
_EVIDENCE_ROUNDING = 0.005  # worths are rounded to whole numbers, shares to four digits
_MOVES_DAYS = 14  # periods move by some days from year to year

Json = Mapping[str, object]


@dataclass(frozen=True)
class Asked:
    """What was asked, as far as a route can break it."""

    limits: Limits
    targets: tuple[Target, ...]
    completed: frozenset[str]
    least: float
    surest: float | None = None


def violations(facts: Facts, asked: Asked, horizon: Json, route: Json) -> list[str]:
    """What is wrong with the route, one sentence each; empty if nothing is."""
    return list(_Checker(facts, asked, horizon, route).all())


def apart(routes: Sequence[Json], *, share: int, lacks: float, extra: float) -> list[list[str]]:
    """What is wrong with each route as another choice than those before it; the first is none.

    Args:
        routes: the best route and its alternatives, in order.
        share: an alternative does without this part (a third: 3) of the best one's number of
            courses, from every route before it.
        lacks: the share of the best one's coverage, weighed by evidence, that it may lack.
        extra: the share of the best one's credits that it may add.
    """
    sets = [{str(step["course"]) for step in _list(route["steps"])} for route in routes]
    found: list[list[str]] = [[] for _ in routes]
    for place, (route, mine) in enumerate(zip(routes, sets, strict=True)):
        if place == 0:
            continue
        wrong, best = found[place], routes[0]
        least = max(1, len(sets[0]) // share)
        near = [len(mine & other) / len(mine | other) for other in sets[:place] if mine | other]
        if any(len(other - mine) < least for other in sets[:place]):
            wrong.append("the alternative keeps too many courses of a route before it")
        told = cast("Mapping[str, float]", route["difference"])
        if not near or abs(1 - max(near) - told["jaccard"]) > _SHARE_ROUNDING:
            wrong.append("the alternative's distance from those before it is another")
        if cast(float, route["ects"]) > cast(float, best["ects"]) * (1 + extra) + 0.01:
            wrong.append("the alternative has too many credits")
        least_sure = cast(float, best["evidence"]) * (1 - lacks)
        if cast(float, route["evidence"]) < least_sure - _EVIDENCE_ROUNDING:
            wrong.append("the alternative covers too little")
    return found


class Sure:
    """How surely courses develop targets, counted from the facts alone."""

    def __init__(self, facts: Facts, courses: Iterable[Course], least: float) -> None:
        self._facts, self._least = facts, least
        self._surest: dict[str, float] = {}
        self._evidence: defaultdict[str, list[Evidence]] = defaultdict(list)
        for course in courses:
            for one in course.develops:
                below = facts.skills.get(one.skill)
                for name in {one.skill, *(below.broader if below else ())}:
                    self._evidence[name].append(one)

    def of(self, target: Target) -> float:
        """How surely they develop a target; 0 if not surely enough, or not to the level."""
        if target.skill not in self._surest:
            self._surest[target.skill] = max(
                (
                    one.confidence
                    for one in self._developing(target.skill)
                    if one.level >= target.level and one.confidence >= self._least
                ),
                default=0.0,
            )
        return self._surest[target.skill]

    def _developing(self, skill: str) -> Iterator[Evidence]:
        """What they do for a skill: for itself, or fully by way of a narrower one."""
        above = self._facts.skills.get(skill)
        for one in self._evidence.get(skill, ()):
            below = self._facts.skills.get(one.skill)
            if one.skill == skill or (
                below is not None
                and above is not None
                and below.type == above.type is not None
                and above.reuse != "transversal"
            ):
                yield one


@dataclass(frozen=True)
class _Step:
    course: Course
    start: date
    end: date
    first: int
    last: int
    known: str
    of: str | None
    json: Json


class _Checker:
    def __init__(self, facts: Facts, asked: Asked, horizon: Json, route: Json) -> None:
        self.facts, self.asked, self.route = facts, asked, route
        self.slots = [
            (date.fromisoformat(str(one["start"])), date.fromisoformat(str(one["end"])))
            for one in _list(horizon["periods"])
        ]
        self.steps: list[_Step] = []
        self.sure = Sure(facts, (), asked.least)

    def all(self) -> Iterator[str]:
        for one in _list(self.route["steps"]):
            name = str(one["course"])
            course = self.facts.courses.get(name)
            if course is None:
                yield f"{name} is no course of the graph"
                continue
            period = cast(Json, one["period"])
            first, last = cast("list[int]", period["slots"])
            of = period["of"]
            self.steps.append(
                _Step(
                    course,
                    date.fromisoformat(str(period["start"])),
                    date.fromisoformat(str(period["end"])),
                    first,
                    last,
                    str(period["offering"]),
                    None if of is None else str(of),
                    one,
                )
            )
        names = [one.course.iri for one in self.steps]
        if len(set(names)) != len(names):
            yield "a course stands twice"
        self.sure = Sure(self.facts, self.counting(), self.asked.least)
        yield from self.horizon()
        for step in self.steps:
            yield from self.step(step)
            yield from self.period(step)
            yield from self.prerequisites(step)
        yield from self.totals()
        yield from self.load()
        yield from self.required()
        yield from self.coverage()
        yield from self.objective()

    def counting(self) -> Iterator[Course]:
        """The courses of which some evidence is as sure as is asked of the surest."""
        least = max(self.asked.least, self.asked.surest or 0.0)
        for step in self.steps:
            alone = Sure(self.facts, [step.course], least)
            if self.asked.surest is None or any(alone.of(one) for one in self.asked.targets):
                yield step.course

    def horizon(self) -> Iterator[str]:
        limits = self.asked.limits
        if len(self.slots) > limits.periods:
            yield "the horizon has more periods than asked for"
        if self.slots and self.slots[0][0] < limits.start:
            yield "the horizon starts too early"
        if limits.end is not None and self.slots and self.slots[-1][1] > limits.end:
            yield "the horizon ends too late"
        for (_, end), (start, _) in zip(self.slots, self.slots[1:], strict=False):
            if (start - end).days != 1:
                yield "the horizon has gaps or overlaps"

    def step(self, step: _Step) -> Iterator[str]:
        """The limits on a single course."""
        course, limits = step.course, self.asked.limits
        if course.kind != "course" and course.iri not in limits.require:
            yield f"{course.iri} is a {course.kind}"
        if limits.languages and not course.languages & limits.languages:
            yield f"{course.iri} is in no language asked for"
        if limits.universities and course.university not in limits.universities:
            yield f"{course.iri} is at another university"
        if limits.levels and course.level not in limits.levels:
            yield f"{course.iri} is of another level"
        if (
            course.level == "postgraduate"
            and not limits.levels
            and course.iri not in limits.require
            and all(target.level < 4 for target in self.asked.targets)
        ):
            yield f"{course.iri} is a doctoral course"
        if limits.modes and not any(one.mode in limits.modes for one in course.offerings):
            yield f"{course.iri} is in no mode asked for"
        if course.iri in limits.exclude:
            yield f"{course.iri} is excluded"
        if course.iri in self.asked.completed:
            yield f"{course.iri} is completed already"
        if round(cast(float, step.json["ects"]) * CENTI) != course.ects or course.ects <= 0:
            yield f"{course.iri} has other credits"
        way = cast(Json, step.json["wayIn"])
        kinds = {one.audience for one in course.ways_in} or {"unknown"}
        if way["kind"] not in kinds:
            yield f"{course.iri} has no such way in"
        if limits.audience and way["kind"] not in limits.audience:
            yield f"{course.iri} has a way in that was not asked for"
        fee = cast("Json | None", way["fee"])
        stated = {one.fee for one in course.ways_in if one.audience == way["kind"]}
        if fee is not None and not any(
            one is not None and float(one) == fee["max"] for one in stated
        ):
            yield f"{course.iri} has another fee"
        if fee is None and limits.cost is not None:
            yield f"{course.iri} has an unknown fee under a limit on cost"
        others = {one.course.iri for one in self.steps}
        for other in course.substitutes:
            if other in others:
                yield f"{course.iri} and {other} stand for one another"

    def period(self, step: _Step) -> Iterator[str]:
        """That the course can be taken then."""
        if not 0 <= step.first <= step.last < len(self.slots):
            yield f"{step.course.iri} is outside the horizon"
            return
        if step.start < self.asked.limits.start or step.end > self.slots[-1][1]:
            yield f"{step.course.iri} starts or ends outside the horizon"
        for place, (begin, end) in enumerate(self.slots):
            overlap = (min(end, step.end) - max(begin, step.start)).days + 1
            share = overlap / min((end - begin).days + 1, (step.end - step.start).days + 1)
            if share > _SMALL + 0.01 and not step.first <= place <= step.last:
                yield f"{step.course.iri} runs in a period in which it is not counted"
        if step.known == Known.ANNOUNCED:
            offering = next((one for one in step.course.offerings if one.iri == step.of), None)
            if offering is None or not self._holds(offering, step):
                yield f"{step.course.iri} is not announced for these days"
        elif not self._foretold(step):
            yield f"{step.course.iri} was never taught in such a period"

    @staticmethod
    def _holds(offering: Offering, step: _Step) -> bool:
        if (offering.start, offering.end) == (step.start, step.end):
            return True
        open_ended = offering.end is None or (offering.end - offering.start).days > 270
        return (
            open_ended
            and offering.start <= step.start
            and (offering.end is None or step.end <= offering.end)
        )

    def _foretold(self, step: _Step) -> bool:
        """Whether some past teaching, or stated period, comes round inside the step's days."""
        spans: list[tuple[date, date]] = []
        for one in step.course.offerings:
            if one.end is None or (one.end - one.start).days > 270:
                return True
            spans.append((one.start, one.end))
        spans += [
            (self.facts.periods[name].start, self.facts.periods[name].end)
            for name in step.course.taught_in
            if name in self.facts.periods
        ]
        return any(_comes_round(start + (end - start) / 2, step) for start, end in spans)

    def prerequisites(self, step: _Step) -> Iterator[str]:
        for group in step.course.groups:
            if not group.compulsory or not group.members:
                continue
            if self.asked.completed.intersection(group.members):
                continue
            if not any(
                other.course.iri in group.members and other.last < step.first
                for other in self.steps
            ):
                yield f"{step.course.iri} comes before what it asks for ({group.iri})"

    def totals(self) -> Iterator[str]:
        limits = self.asked.limits
        credits = sum(one.course.ects for one in self.steps)
        if round(cast(float, self.route["ects"]) * CENTI) != credits:
            yield "the credits do not add up"
        if limits.ects is not None and credits > limits.ects:
            yield "there are more credits than the limit"
        if limits.courses is not None and len(self.steps) > limits.courses:
            yield "there are more courses than the limit"
        fees = [cast("Json | None", cast(Json, one.json["wayIn"])["fee"]) for one in self.steps]
        known = sum(cast(float, one["max"]) for one in fees if one is not None)
        stated = self.route["cost"]
        if None in fees and stated is not None:
            yield "an unknown fee is counted as none"
        if None not in fees and (stated is None or abs(cast(float, stated) - known) > 0.005):
            yield "the fees do not add up"
        if limits.cost is not None and known * 100 > limits.cost + 0.5:
            yield "the fees are above the limit"

    def load(self) -> Iterator[str]:
        most = self.asked.limits.load
        if most is None:
            return
        by_slot: defaultdict[int, float] = defaultdict(float)
        for step in self.steps:
            days = {
                place: max(
                    0,
                    (
                        min(self.slots[place][1], step.end) - max(self.slots[place][0], step.start)
                    ).days
                    + 1,
                )
                for place in range(step.first, min(step.last, len(self.slots) - 1) + 1)
            }
            total = sum(days.values())
            for place, count in days.items():
                by_slot[place] += step.course.ects / CENTI * (count / total if total else 1)
        for place, credits in sorted(by_slot.items()):
            if credits > most / CENTI + _LOAD_ROUNDING * len(self.steps):
                yield f"period {place} holds {credits:.2f} credits"

    def required(self) -> Iterator[str]:
        names = {one.course.iri for one in self.steps}
        for name in self.asked.limits.require:
            if name not in names:
                yield f"{name} is required and not there"
        if self.asked.limits.micro_credentials_only:
            done = names | self.asked.completed
            earned: set[str] = set()
            for credential in self.facts.credentials.values():
                if credential.courses <= done:
                    earned |= credential.courses
            for name in sorted(names - earned):
                yield f"{name} is part of no micro-credential that the route completes"

    def coverage(self) -> Iterator[str]:
        """That the route says of every target what is so."""
        covered = set(cast("list[str]", self.route["covered"]))
        apart = [
            {str(one["skill"]) for one in _list(self.route[part])} for part in ("partly", "missing")
        ]
        for target in self.asked.targets:
            sure = self.sure.of(target)
            if (target.skill in covered) != (sure > 0):
                yield f"{target.skill} is covered, or not, against what is said"
            if (target.skill in covered) + sum(target.skill in part for part in apart) != 1:
                yield f"{target.skill} is not in exactly one of covered, partly, missing"
        total = sum(one.weight for one in self.asked.targets)
        got = sum(one.weight for one in self.asked.targets if self.sure.of(one) > 0)
        share = got / total if total else 1.0
        if abs(share - cast(float, self.route["coverage"])) > 0.0001:
            yield "the coverage is another"
        for step in self.steps:
            for one in _list(step.json["develops"]):
                found = str(one.get("by", one["skill"]))
                if not any(
                    evidence.skill == found
                    and evidence.confidence == one["confidence"]
                    and evidence.status == one["status"]
                    for evidence in step.course.develops
                ):
                    yield f"{step.course.iri} does not develop {found} as surely as is said"

    def objective(self) -> Iterator[str]:
        """That the certificate's values are those of the route."""
        certificate = cast(Json, self.route["certificate"])
        if certificate["status"] not in ("optimal", "feasible"):
            return
        scale = cast(int, certificate["scale"])
        names = {one.course.iri for one in self.steps}
        worth = sum(
            max(1, round(scale * target.weight * sure))
            for target in self.asked.targets
            if (sure := self.sure.of(target)) > 0
        )
        levels = cast("list[str]", certificate["levels"])
        counted = {
            "coverage at those ects": worth,
            "ects": sum(one.course.ects for one in self.steps),
            "tie-break": sum(
                int(hashlib.sha256(name.encode()).hexdigest()[:4], 16) for name in names
            ),
        }
        for level, value, bound in zip(
            levels,
            cast("list[int]", certificate["objective"]),
            cast("list[int | None]", certificate["bound"]),
            strict=True,
        ):
            if level in counted and counted[level] != value:
                yield f"the certificate's {level} is {value}, counted {counted[level]}"
            if level == "coverage" and worth > value and bound is not None and worth > bound:
                yield "the route covers more than is proved possible"
            if not math.isfinite(value):
                yield f"the certificate's {level} is no number"


def _comes_round(day: date, step: _Step) -> bool:
    """Whether the day's anniversary lies in the step's days, give or take how periods move."""
    for year in (step.start.year, step.end.year):
        same = date(year, day.month, min(day.day, 28))
        if (same - step.start).days >= -_MOVES_DAYS and (same - step.end).days <= _MOVES_DAYS:
            return True
    return False


def _list(value: object) -> list[Json]:
    return cast("list[Json]", value)
