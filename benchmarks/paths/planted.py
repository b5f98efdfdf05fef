"""Catalogues in which the best route is known because it was put there.

Every skill wanted counts alike, and a course that belongs to the riddle develops as many of them
as it has credits, surely. So nobody covers more than one skill a credit, and a route that covers
them all within the budget is the best, with every credit spent. One such route is planted: courses
that share no skill, each to be taken after the one before, in the one period that lets it. The
decoys are as good, credit for credit, but lie across it: to find a route that covers all is to
find an exact cover (problem 14 of Karp 1972). Around them stands a whole generated catalogue that
teaches the same skills less surely.
"""

from __future__ import annotations

import random
from dataclasses import replace

from app.paths import index, question, solve
from app.paths.model import CENTI, Course, Evidence, Facts, PrerequisiteGroup, Status, Target
from app.paths.question import Question
from app.paths.select import Aims
from benchmarks.paths import catalogue, checked
from benchmarks.paths.figures import Row, Took, Watch, clocks, of, say, table

SECONDS = 5.0
STEPS = catalogue.YEAR
SIZES = (5, 10)  # credits of a planted course, and skills
DECOYS = (40, 150)


def planted(base: Facts, seed: int, among: int) -> tuple[Facts, Question, frozenset[str]]:
    """A catalogue with a route among so many decoys, the question to it, and its courses."""
    dice = random.Random(f"planted {seed}")
    sizes = [dice.randint(*SIZES) for _ in range(STEPS)]
    wanted = dice.sample(sorted(base.skills), sum(sizes))
    planted: list[Course] = []
    start = 0
    for place, size in enumerate(sizes):
        # Periods come in the order of the horizon: the third of the year is the first ahead.
        period = (place + 2) % catalogue.YEAR
        before = planted[-1].iri if planted else None
        planted.append(_course(f"route/{place}", wanted[start : start + size], period, before))
        start += size
    decoys = [
        _course(
            f"decoy/{number}",
            dice.sample(wanted, dice.randint(*SIZES)),
            dice.randrange(catalogue.YEAR),
        )
        for number in range(among)
    ]
    weaker = [_weaker(dice, one, wanted) for one in base.courses.values()]
    facts = index.assemble(
        f"planted {seed}",
        [*weaker, *planted, *decoys],
        periods=base.periods.values(),
        skills=base.skills,
    )
    asked = catalogue.asked(
        facts,
        tuple(Target(skill, 1.0) for skill in sorted(wanted)),
        len(wanted) * CENTI,
        max(SIZES) * CENTI,
    )
    return facts, asked, frozenset(one.iri for one in planted)


def _course(name: str, skills: list[str], period: int, after: str | None = None) -> Course:
    return Course(
        name,
        name,
        "u",
        len(skills) * CENTI,
        "basic",
        develops=tuple(Evidence(one, 1.0, Status.ACCEPTED, 1) for one in sorted(skills)),
        groups=(PrerequisiteGroup(f"{name}/after", (after,), True),) if after else (),
        offerings=(catalogue.offering(f"{name}/o", catalogue.year(), period),),
    )


def _weaker(dice: random.Random, course: Course, wanted: list[str]) -> Course:
    """The course, one of its skills a wanted one: less surely, and for more credits."""
    if dice.random() < 0.5 or not course.develops:
        return course
    skill = dice.choice(wanted)
    others = tuple(one for one in course.develops if one.skill != skill)
    found = Evidence(skill, round(dice.uniform(0.2, 0.9), 4), Status.SUGGESTED, 1)
    return replace(course, develops=(found, *others))


def run(count: int, seed: int) -> None:
    """Prints how many planted routes were recovered."""
    base = catalogue.catalogue(catalogue.SPARSE, seed)
    say(
        f"Planted optima: an exact cover of {STEPS} courses, each asking for the one before, among "
        "decoys as good credit for credit and the 5,000 courses of the sparse catalogue; no "
        f"coverage given up; limit {SECONDS:g} s."
    )
    table(
        ["decoys", "planted", "best coverage reached", "by the planted courses", "proved",
         "checked", "ms, median / p95 / max", "processor ms"],
        [row(base, among, count, seed) for among in DECOYS],
    )  # fmt: skip


def row(base: Facts, among: int, count: int, seed: int) -> Row:
    """How many routes planted among so many decoys were recovered, and how soon."""
    recovered = same = proved = 0
    spent: list[Took] = []
    for number in range(count):
        facts, asked, route = planted(base, 1000 * seed + number, among)
        watch = Watch()
        reduced = question.reduce(facts, asked)
        solved = solve.solve(reduced.problem, Aims(slack=0.0, seconds=SECONDS))
        spent.append(watch.took())
        wrong = checked.violations(facts, asked, reduced, solved)
        assert not wrong, wrong[:3]
        best = sum(round(reduced.problem.scale * one.weight) for one in asked.targets)
        assert solve.coverage(solved) <= best, "a route covers more than there is"
        recovered += solve.coverage(solved) == best
        proved += solved.status == "optimal"
        names = {reduced.problem.candidates[one].course for one in solved.selection.chosen}
        same += names == route
    wall, cpu = clocks(spent)
    return [among, count, of(recovered, count), same, proved, of(count, count), wall, cpu]
