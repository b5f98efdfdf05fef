"""A saved route held against today's graph: what still stands, what has changed, what to do.

Courses are cancelled, moved and closed, fees change, and catalogues announce what was only
expected. Each step is looked up again; nothing about the learner is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from app.paths.model import CENTI, Course, Facts, Known, Placement, WayIn
from app.paths.periods import Calendar, calendar, placements
from app.paths.request import Asked, Audience, Iri, PathRequest

HORIZON = 24
"""Coming periods in which another time for a course is looked for: about three years."""

OPTIONS = 3
"""Times that are told for a course that was moved."""

Json = dict[str, object]


class _Saved(BaseModel):
    """A part of a saved answer; what else it says is passed over."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="ignore", frozen=True
    )


class SavedPeriod(_Saved):
    """When a step was to be taken."""

    start: date
    end: date
    offering: Known = Known.EXPECTED


class SavedFee(_Saved):
    """A fee as the route told it."""

    max: float = Field(ge=0, allow_inf_nan=False)
    currency: str | None = None


class SavedWayIn(_Saved):
    """The way in that the route rested on."""

    kind: Audience = "unknown"
    fee: SavedFee | None = None


class SavedSkill(_Saved):
    """A skill that the step was to develop."""

    skill: Iri
    by: Iri | None = None


class SavedStep(_Saved):
    """A step of a saved route."""

    course: Iri
    period: SavedPeriod
    ects: Annotated[float, Field(ge=0, le=1_000, allow_inf_nan=False)] | None = None
    way_in: SavedWayIn | None = None
    develops: list[SavedSkill] = Field(default_factory=list, max_length=500)


class SavedRoute(_Saved):
    """A route as ``POST /paths`` gave it; all but its steps is passed over."""

    steps: list[SavedStep] = Field(min_length=1, max_length=500)


class CheckRequest(Asked):
    """A saved route, and the question that it answered."""

    route: SavedRoute
    question: PathRequest | None = Field(
        None, description="The question of the route: whether there is a better answer today."
    )


@dataclass(frozen=True)
class Held:
    """What became of a step.

    Attributes:
        status: past, running, asPlanned, confirmed, moved, closed or cancelled.
        changes: what else is not as it was: ``what``, ``was``, ``now``.
        options: when the course can be taken, where not as planned or as it is confirmed.
    """

    status: str
    changes: tuple[Json, ...] = ()
    options: tuple[Placement, ...] = ()


STANDS = frozenset({"past", "running", "asPlanned", "confirmed"})
"""Statuses of a step that needs no new plan."""


def held(facts: Facts, route: SavedRoute, completed: Iterable[str], today: date) -> list[Held]:
    """What became of each step, in the order of the route."""
    done = frozenset(completed)

    @cache
    def ahead(university: str) -> Calendar:
        return calendar(facts.teaching, {university}, today, HORIZON)

    return [
        _held(facts, step, done | _before(facts, route, step), today, ahead) for step in route.steps
    ]


def _before(facts: Facts, route: SavedRoute, step: SavedStep) -> frozenset[str]:
    """The courses of the route that are over when the step begins."""
    return frozenset(
        facts.aliases.get(one.course, one.course)
        for one in route.steps
        if one.period.end < step.period.start
    )


def _held(
    facts: Facts,
    step: SavedStep,
    done: frozenset[str],
    today: date,
    ahead: Callable[[str], Calendar],
) -> Held:
    course = facts.courses.get(facts.aliases.get(step.course, step.course))
    if course is None:
        return Held("cancelled")
    if step.period.end < today:
        return Held("past")
    changes = tuple(_changes(course, step, done))
    if step.period.start <= today:
        return Held("running", changes)
    way_gone = step.way_in is not None and not _ways(course, step.way_in.kind)
    late = step.way_in is not None and all(
        one.apply_by is not None and one.apply_by < today for one in _ways(course, step.way_in.kind)
    )
    options = _options(facts, course, today, ahead(course.university))
    if way_gone or late or not options:
        return Held("closed", changes, options[:OPTIONS] if not way_gone else ())
    same = [one for one in options if (one.start, one.end) == (step.period.start, step.period.end)]
    if any(one.known is Known.ANNOUNCED for one in same):
        was_sure = step.period.offering is Known.ANNOUNCED
        return Held("asPlanned" if was_sure else "confirmed", changes, tuple(same[:1]))
    if step.period.offering is Known.EXPECTED:
        if same:
            return Held("asPlanned", changes)
        # Announced in the same stretch on other days: what was expected has come true.
        near = [
            one
            for one in options
            if one.known is Known.ANNOUNCED and _mostly(one, step.period.start, step.period.end)
        ]
        if near:
            return Held("confirmed", changes, tuple(near[:1]))
    return Held("moved", changes, options[:OPTIONS])


def _options(facts: Facts, course: Course, today: date, ahead: Calendar) -> tuple[Placement, ...]:
    """When the course can be taken from today on, the earliest first, announced before expected."""
    found = placements(
        course, course.ects, facts.teaching.get(course.university, ()), ahead, as_of=today
    )
    return tuple(sorted(found, key=lambda one: (one.start, one.known, one.end)))


def _mostly(one: Placement, start: date, end: date) -> bool:
    """Whether most of the shorter of the two stretches of days is common to both."""
    common = (min(one.end, end) - max(one.start, start)).days + 1
    return 2 * common > min((one.end - one.start).days, (end - start).days) + 1


def _ways(course: Course, kind: str | None) -> list[WayIn]:
    """The ways in of a kind, or of any; a course that states none has an unknown one."""
    ways = course.ways_in or (WayIn("unknown"),)
    return [one for one in ways if kind is None or one.audience == kind]


def _changes(course: Course, step: SavedStep, done: frozenset[str]) -> Iterator[Json]:
    if step.ects is not None and round(step.ects * CENTI) != course.ects:
        yield {"what": "ects", "was": step.ects, "now": course.ects / CENTI}
    if step.way_in is not None:
        ways = _ways(course, step.way_in.kind)
        was = None if step.way_in.fee is None else step.way_in.fee.max
        fees = {None if one.fee is None else float(one.fee) for one in ways}
        if ways and was not in fees:
            now = min((one for one in fees if one is not None), default=None)
            yield {"what": "fee", "was": was, "now": now}
        if not ways:
            there = [one.audience for one in course.ways_in] or ["unknown"]
            yield {"what": "wayIn", "was": step.way_in.kind, "now": sorted(set(there))}
    developed = {one.skill for one in course.develops}
    lost = [one.skill for one in step.develops if (one.by or one.skill) not in developed]
    if lost:
        yield {"what": "develops", "was": lost, "now": []}
    for group in course.groups:
        if group.compulsory and group.members and not done.intersection(group.members):
            yield {"what": "prerequisite", "was": [], "now": list(group.members)}


def described(step: SavedStep, outcome: Held, facts: Facts, name: str) -> Json:
    """A step's outcome in JSON."""
    course = facts.courses.get(facts.aliases.get(step.course, step.course))
    return {
        "course": step.course,
        "code": course.code if course else None,
        "name": name,
        "period": {"start": step.period.start.isoformat(), "end": step.period.end.isoformat()},
        "status": outcome.status,
        "stands": outcome.status in STANDS and not _hinders(outcome.changes),
        "changes": list(outcome.changes),
        "options": [
            {
                "start": one.start.isoformat(),
                "end": one.end.isoformat(),
                "offering": str(one.known),
                "enrolBy": one.enrol_by.isoformat() if one.enrol_by else None,
            }
            for one in outcome.options
        ],
    }


def _hinders(changes: Sequence[Mapping[str, object]]) -> bool:
    return any(one["what"] in ("prerequisite", "wayIn") for one in changes)
