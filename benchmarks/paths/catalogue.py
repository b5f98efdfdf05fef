"""Seeded catalogues of any size, and questions to them: nothing of real data is needed.

Skills are skewed: some are taught by many courses, many by few. Courses ask for earlier ones in
AND/OR groups, half of which are compulsory, and four members in five are of the same subject, as
in Aalto's catalogue (81 %, where fewer ask and fewer groups are compulsory); they are taught in one or two of the year's periods,
more of them in the first ones, so that they clash under the cap on a period; what they develop
goes as far as their level. One course in twenty has a proved way in, one in fifty stands in
another's place, and there is a micro-credential to every hundred courses: so every level of the
objective has something to decide.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from app.paths import codes, index
from app.paths.model import (
    CENTI,
    Course,
    Evidence,
    Facts,
    Limits,
    MicroCredential,
    Offering,
    Period,
    PrerequisiteGroup,
    SkillFacts,
    Status,
    Target,
    WayIn,
)
from app.paths.periods import calendar
from app.paths.question import Question

TODAY = date(2026, 11, 23)
PERIODS = 8
YEAR = 6  # periods of one academic year
SKILLS = 14_000
SUBJECT = 100  # courses of one subject
OWN = 0.8  # of the courses that are asked for, those of the same subject


@dataclass(frozen=True)
class Shape:
    """What a catalogue is like.

    Attributes:
        name: what it is called.
        courses: how many courses.
        taught: of how many skills some are taught.
        develops: how many skills a course develops, from and to.
        asking: the share of courses that ask for others.
    """

    name: str
    courses: int
    taught: int
    develops: tuple[int, int]
    asking: float


SPARSE = Shape("sparse", 5_000, 2_500, (2, 8), 0.4)
DENSE = Shape("dense", 5_000, 2_500, (4, 16), 0.6)
SPARSE_LARGE = Shape("sparse", 50_000, 10_000, (2, 8), 0.4)
DENSE_LARGE = Shape("dense", 50_000, 10_000, (4, 16), 0.6)


@dataclass(frozen=True)
class Kind:
    """A kind of question: how many skills, how many credits, and how fast it is to be.

    ``goals`` are milliseconds: of the median and of the 95th percentile.
    """

    name: str
    skills: tuple[int, int]
    ects: int
    load: int
    goals: tuple[int | None, int | None]


SMALL = Kind("small", (8, 20), 30, 15, (None, 60))
OCCUPATION = Kind("occupation-like", (50, 120), 60, 15, (120, 200))
LARGE = Kind("large", (80, 200), 120, 20, (None, 500))
OCCUPATION_AT_50_000 = Kind("occupation-like", (50, 120), 60, 15, (None, 1000))


def catalogue(shape: Shape, seed: int) -> Facts:
    """The facts of a catalogue; the same for the same shape and seed."""
    dice = random.Random(f"{shape} {seed}")
    periods = year()
    courses = [_course(shape, dice, number, periods) for number in range(shape.courses)]
    return index.assemble(
        f"generated {shape.name} {shape.courses} {seed}",
        courses,
        periods=periods,
        credentials=_credentials(dice, courses),
        skills={f"s/{n:05}": SkillFacts("knowledge") for n in range(SKILLS)},
    )


def year() -> list[Period]:
    """The periods of the academic year before: those ahead are foretold from them."""
    starts = [date(2025, 9, 1) + timedelta(weeks=8 * n) for n in range(YEAR)]
    return [
        Period(f"p/{n}", "u", start, start + timedelta(weeks=8, days=-1), f"P{n + 1}")
        for n, start in enumerate(starts)
    ]


def offering(name: str, periods: list[Period], first: int, length: int = 1) -> Offering:
    """A teaching in so many periods from one on."""
    held = periods[first : first + length]
    return Offering(name, held[0].start, held[-1].end, tuple(one.iri for one in held))


def _course(shape: Shape, dice: random.Random, number: int, periods: list[Period]) -> Course:
    level = dice.choice(["basic", "intermediate", "advanced"])
    skills = {int(shape.taught * dice.random() ** 2) for _ in range(dice.randint(*shape.develops))}
    return Course(
        f"c/{number:05}",
        f"C-{number}",
        "u",
        dice.choice([200, 300, 500, 500, 500, 500, 600, 1000]),
        level,
        languages=frozenset({"en"}),
        develops=tuple(
            Evidence(
                f"s/{skill:05}",
                round(dice.uniform(0.2, 1.0), 4),
                Status.SUGGESTED,
                codes.OUTCOME_LEVELS[level],
            )
            for skill in sorted(skills)
        ),
        groups=tuple(_groups(shape, dice, number)),
        offerings=tuple(_offerings(dice, number, periods)),
        ways_in=(WayIn("openUniversity", Decimal(75), "EUR"),) if dice.random() < 0.05 else (),
        substitutes=(f"c/{dice.randrange(number):05}",) if number and dice.random() < 0.02 else (),
    )


def _groups(shape: Shape, dice: random.Random, number: int) -> Iterator[PrerequisiteGroup]:
    first = number - number % SUBJECT
    if number == first or dice.random() >= shape.asking:
        return
    for place in range(dice.choice([1, 1, 2])):
        members = {
            f"c/{dice.randrange(first if dice.random() < OWN else 0, number):05}"
            for _ in range(dice.randint(1, 3))
        }
        yield PrerequisiteGroup(
            f"g/{number}/{place}", tuple(sorted(members)), compulsory=dice.random() < 0.5
        )


def _offerings(dice: random.Random, number: int, periods: list[Period]) -> Iterator[Offering]:
    for time in range(dice.choice([1, 1, 2])):
        first = min(dice.randrange(YEAR), dice.randrange(YEAR))
        length = min(YEAR - first, dice.choice([1, 1, 2]))
        yield offering(f"o/{number}/{time}", periods, first, length)


def _credentials(dice: random.Random, courses: list[Course]) -> Iterator[MicroCredential]:
    for number in range(len(courses) // 100):
        parts = dice.sample(courses, dice.randint(2, 4))
        yield MicroCredential(f"m/{number:04}", frozenset(one.iri for one in parts))


def questions(facts: Facts, kind: Kind, count: int, seed: int) -> Iterator[Question]:
    """Questions of a kind: skills that some course develops, of uneven weight and wanted level."""
    dice = random.Random(f"{kind.name} {seed}")
    taught = sorted(facts.taught)
    for _ in range(count):
        wanted = dice.sample(taught, min(len(taught), dice.randint(*kind.skills)))
        targets = tuple(
            Target(skill, round(dice.uniform(0.3, 6), 4), dice.choice([1] * 7 + [2, 2, 3]))
            for skill in wanted
        )
        yield asked(facts, targets, kind.ects * CENTI, kind.load * CENTI)


def asked(facts: Facts, targets: tuple[Target, ...], ects: int, load: int) -> Question:
    """The question for a route to the targets, with the usual horizon."""
    return Question(
        Limits(ects=ects, load=load, periods=PERIODS, start=TODAY),
        targets,
        frozenset(),
        frozenset(),
        0.0,
        calendar(facts.teaching, {"u"}, TODAY, PERIODS),
        TODAY,
    )
