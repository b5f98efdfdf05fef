"""The words of the learning-path problem: what a route is made of and what it is held against.

Credits are whole hundredths of an ECTS credit inside (``CENTI`` to the credit) and decimal at
the border; dates are days; skills, courses and periods are named by their IRIs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import IntFlag, StrEnum

CENTI = 100
"""Hundredths in one ECTS credit: 2.5 and 7.25 credits stay whole numbers."""


class Status(StrEnum):
    """Where a claim stands."""

    ACCEPTED = "accepted"
    SUGGESTED = "suggested"


class Known(StrEnum):
    """How sure it is that a course is taught then."""

    ANNOUNCED = "announced"
    EXPECTED = "expected"


@dataclass(frozen=True, slots=True)
class Evidence:
    """That a course develops a skill: how surely (0–1), by whose word, to which level (1–4)."""

    skill: str
    confidence: float
    status: Status
    level: int


@dataclass(frozen=True, slots=True)
class PrerequisiteGroup:
    """Courses of which any one meets the demand; ``members`` are those that the graph knows.

    A group that holds modules has become several of the same IRI, all of which must be met;
    ``modules`` are those for whose sake members are in it.
    """

    iri: str
    members: tuple[str, ...]
    compulsory: bool
    unknown: int = 0
    modules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WayIn:
    """A way into a course: for whom, the highest fee (None is unknown, never 0), until when."""

    audience: str
    fee: Decimal | None = None
    currency: str | None = None
    apply_by: date | None = None
    link: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """A teaching period of a university; ``code`` is alike from year to year."""

    iri: str
    university: str
    start: date
    end: date
    code: str


@dataclass(frozen=True, slots=True)
class Offering:
    """One teaching of a course; an open-ended one has no end."""

    iri: str
    start: date
    end: date | None
    periods: tuple[str, ...] = ()
    mode: str | None = None
    languages: frozenset[str] = frozenset()
    enrolment_end: date | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """A course as the graph states it.

    Attributes:
        iri: its IRI.
        code: the university's code.
        university: the university's short code.
        ects: the most credits it gives, in hundredths; 0 if the graph states none.
        level: basic, intermediate, advanced, postgraduate or other; None if not stated.
        kind: course, thesis, seminar, examination, internship, orientation or
            independentWork.
        languages: codes such as ``en``; empty if not stated.
        develops: evidence per skill, strongest first.
        groups: prerequisite groups, all of which must be met.
        offerings: its teachings, past and coming.
        taught_in: periods in which the university says that it is taught.
        ways_in: how people get a place.
        substitutes: courses in whose place it counts.
    """

    iri: str
    code: str
    university: str
    ects: int
    level: str | None = None
    kind: str = "course"
    languages: frozenset[str] = frozenset()
    develops: tuple[Evidence, ...] = ()
    groups: tuple[PrerequisiteGroup, ...] = ()
    offerings: tuple[Offering, ...] = ()
    taught_in: tuple[str, ...] = ()
    ways_in: tuple[WayIn, ...] = ()
    substitutes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MicroCredential:
    """A micro-credential: all the courses it consists of, and what accepts it as a part."""

    iri: str
    courses: frozenset[str]
    stacks_into: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SkillFacts:
    """What ESCO says of a skill; ``demand`` is how many occupations ask for it."""

    type: str | None = None
    reuse: str | None = None
    broader: tuple[str, ...] = ()
    demand: int = 0


@dataclass(frozen=True)
class Facts:
    """What one generation of the graph states that a path may need; read-only.

    Attributes:
        generation: the generation's id.
        courses: course IRI → course.
        periods: period IRI → period.
        teaching: university → the periods of its main calendar, in order, none over another.
        credentials: micro-credential IRI → micro-credential.
        modules: module IRI → the known courses in it, at any depth.
        skills: skill IRI → what ESCO says of it; every skill of the graph.
        narrower: skill → the skills directly under it.
        taught: skill → (course, index into its ``develops``), in order of course IRI.
        occupations: how many occupations there are.
        threshold: the published threshold of machine suggestions.
        aliases: course IRI → the IRI that stands for it.
        universities: university code → its IRI.
        notes: what is wrong in the data, as (what, how many, an example).
    """

    generation: str
    courses: Mapping[str, Course]
    periods: Mapping[str, Period] = field(default_factory=dict)
    teaching: Mapping[str, tuple[Period, ...]] = field(default_factory=dict)
    credentials: Mapping[str, MicroCredential] = field(default_factory=dict)
    modules: Mapping[str, frozenset[str]] = field(default_factory=dict)
    skills: Mapping[str, SkillFacts] = field(default_factory=dict)
    narrower: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    taught: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    occupations: int = 0
    threshold: float = 0.0
    aliases: Mapping[str, str] = field(default_factory=dict)
    universities: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[tuple[str, int, str], ...] = ()


class Filter(IntFlag):
    """Why a course is no candidate; each bit names one limit."""

    NONE = 0
    KIND = 1
    LANGUAGES = 2
    MODES = 4
    UNIVERSITIES = 8
    LEVELS = 16
    AUDIENCE = 32
    COST = 64
    EXCLUDE = 128
    COMPLETED = 256
    NO_ECTS = 512
    PERIODS = 1024
    ECTS = 2048
    LOAD = 4096
    PREREQUISITE = 8192
    MICRO_CREDENTIALS = 16384


RELAX: Mapping[Filter, str] = {
    Filter.KIND: "kind",
    Filter.LANGUAGES: "limits.languages",
    Filter.MODES: "limits.modes",
    Filter.UNIVERSITIES: "limits.universities",
    Filter.LEVELS: "limits.levels",
    Filter.AUDIENCE: "limits.audience",
    Filter.COST: "limits.cost",
    Filter.EXCLUDE: "limits.exclude",
    Filter.COMPLETED: "completed",
    Filter.NO_ECTS: "ects",
    Filter.PERIODS: "limits.periods",
    Filter.ECTS: "limits.ects",
    Filter.LOAD: "limits.load",
    Filter.PREREQUISITE: "prerequisite",
    Filter.MICRO_CREDENTIALS: "limits.microCredentialsOnly",
}
"""The field of a request that keeps a course out, or the fact about the course that does."""


@dataclass(frozen=True, slots=True)
class Target:
    """A skill to reach: how much it counts, and the level (1–4) asked for."""

    skill: str
    weight: float
    level: int = 1


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on a route; None does not bind. Credits in hundredths, cost in hundredths."""

    ects: int | None = 60 * CENTI
    cost: int | None = None
    courses: int | None = None
    periods: int = 8
    load: int | None = 15 * CENTI
    start: date = date.min
    end: date | None = None
    languages: frozenset[str] = frozenset()
    modes: frozenset[str] = frozenset()
    universities: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    audience: frozenset[str] = frozenset()
    micro_credentials_only: bool = False
    require: tuple[str, ...] = ()
    exclude: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of the horizon, period by period without gaps; load is counted per slot."""

    start: date
    end: date
    code: str


@dataclass(frozen=True, slots=True)
class Placement:
    """One way to place a course: an interval of slots, its dates, and its credits per slot."""

    first: int
    last: int
    start: date
    end: date
    known: Known
    load: tuple[int, ...]
    offering: str | None = None
    basis: str | None = None
    periods: tuple[str, ...] = ()
    enrol_by: date | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A course that may stand on the route.

    Attributes:
        course: its IRI.
        ects: hundredths of a credit.
        cost: hundredths of the currency; None if the fee is unknown.
        unproved: whether no way in for people from outside is proved.
        gains: (index into the problem's targets, whole-number worth), worth above 0.
        groups: compulsory groups as indices of candidates, any of which meets it.
        recommended: recommended groups the same way.
        placements: at least one.
        hash: 16-bit hash of the IRI, the last tie-break.
        level: step of its study level, 1 (basic) to 4 (postgraduate); 0 if it is not known.
        develops: all that it teaches, wanted or not.
    """

    course: str
    ects: int
    cost: int | None
    unproved: bool
    gains: tuple[tuple[int, int], ...]
    groups: tuple[tuple[int, ...], ...]
    recommended: tuple[tuple[int, ...], ...]
    placements: tuple[Placement, ...]
    hash: int
    level: int = 0
    develops: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """What may be asked for at the door: for each asking candidate, those that meet it inside.

    It stays at the door if one that asks is selected and none that meets it.
    """

    asking: tuple[tuple[int, tuple[int, ...]], ...]

    def stays(self, selected: Collection[int]) -> bool:
        """Whether the selection leaves it to be met before."""
        return any(
            place in selected and not any(one in selected for one in meeting)
            for place, meeting in self.asking
        )


@dataclass(frozen=True)
class Problem:
    """A question reduced to what the solvers need; indices count candidates in IRI order.

    What a route has no use for stands last:

    Attributes:
        least_ects: hundredths of a credit that a selection must have.
        entries: what may be asked for at the door.
        entry_price: what each of those that stay counts for among the credits.
        at_most: sets of candidates with how many of each may be selected.
    """

    targets: tuple[Target, ...]
    candidates: tuple[Candidate, ...]
    slots: tuple[Slot, ...]
    ects: int | None
    cost: int | None
    courses: int | None
    load: int | None
    conflicts: tuple[tuple[int, int], ...] = ()
    credentials: tuple[tuple[int, ...], ...] = ()
    credentials_only: bool = False
    required: tuple[int, ...] = ()
    scale: int = 100
    least_ects: int = 0
    entries: tuple[Entry, ...] = ()
    entry_price: int = 0
    at_most: tuple[tuple[tuple[int, ...], int], ...] = ()


@dataclass(frozen=True, slots=True)
class Level:
    """One level of the objective: its value, and the proved bound (None if none was found)."""

    name: str
    value: int
    bound: int | None

    @property
    def proved(self) -> bool:
        """Whether no route is better at this level, those before it held."""
        return self.bound == self.value


@dataclass(frozen=True)
class Selection:
    """The outcome of stage 1: chosen candidates in order, the levels, how it ended."""

    chosen: tuple[int, ...]
    levels: tuple[Level, ...]
    status: str


@dataclass(frozen=True)
class Schedule:
    """The outcome of stage 2: each chosen candidate's placement, and whether it is proved."""

    placed: Mapping[int, Placement]
    status: str
