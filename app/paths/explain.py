"""Why: each course's reason, each missing skill's, and what would have to give.

Reasons are counted from the facts, never taken from the solver.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.paths.model import CENTI, RELAX, Facts, Filter, Target
from app.paths.question import Question, Reduced, counted, developers


@dataclass(frozen=True)
class Coverage:
    """What a set of courses does for the targets.

    Attributes:
        by: target index → the courses on the route that develop it, the surest first.
        evidence: (target index, course) → confidence, status, the skill that was found.
        of: course → the indices of the targets that it develops, in order.
    """

    by: Mapping[int, tuple[str, ...]]
    evidence: Mapping[tuple[int, str], tuple[float, str, str]]
    of: Mapping[str, Sequence[int]]


def coverage(facts: Facts, question: Question, courses: Collection[str]) -> Coverage:
    """Which targets the courses cover, and how surely."""
    by: dict[int, tuple[str, ...]] = {}
    evidence: dict[tuple[int, str], tuple[float, str, str]] = {}
    of: defaultdict[str, list[int]] = defaultdict(list)
    for place, target in enumerate(question.targets):
        found = [(name, one) for name, one in counted(facts, question, target) if name in courses]
        if found:
            by[place] = tuple(
                name for name, _ in sorted(found, key=lambda pair: (-pair[1].confidence, pair[0]))
            )
            for name, one in found:
                evidence[(place, name)] = (one.confidence, one.status, one.skill)
                of[name].append(place)
    return Coverage(by, evidence, of)


def because(
    course: str,
    covered: Coverage,
    labels: Sequence[str],
    asked_by: Iterable[str],
    required: bool,
) -> str:
    """Why the course is on the route: what would be lost without it.

    Args:
        course: its IRI.
        covered: what the route covers.
        labels: labels of the targets, by index.
        asked_by: names of courses on the route that ask for this one.
        required: whether the learner required it.
    """
    surest_for = [place for place in covered.of.get(course, ()) if covered.by[place][0] == course]
    alone = [labels[place] for place in surest_for if len(covered.by[place]) == 1]
    surest = [labels[place] for place in surest_for if len(covered.by[place]) > 1]
    reasons = []
    if alone:
        reasons.append(f"develops {_listed(alone)}, which nothing else on the route develops")
    if surest:
        reasons.append(f"develops {_listed(surest)} more surely than the rest of the route")
    before = sorted(asked_by)
    if before:
        reasons.append(f"is asked for before {_listed(before)}")
    if required:
        reasons.append("was required")
    return "; ".join(reasons) or "completes a micro-credential or a recommendation on the route"


def _listed(names: Sequence[str], most: int = 4) -> str:
    """The names in a row.

    >>> _listed(["a", "b", "c"]), _listed(list("abcdef"))
    ('a, b and c', 'a, b, c, d and 2 more')
    """
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def reached(facts: Facts, least: float, courses: Iterable[str]) -> frozenset[str]:
    """Every skill that the courses develop surely enough, asked for or not."""
    return frozenset(
        one.skill
        for name in courses
        for one in facts.courses[name].develops
        if one.confidence >= least
    )


def partly(facts: Facts, have: Collection[str], skill: str) -> str | None:
    """The reached skill by which another is partly covered: narrower, broader or sibling."""
    known = facts.skills.get(skill)
    broader = known.broader if known else ()
    near = (
        *facts.narrower.get(skill, ()),
        *broader,
        *(sibling for above in broader for sibling in facts.narrower.get(above, ())),
    )
    return next((one for one in near if one != skill and one in have), None)


def missing(facts: Facts, question: Question, reduced: Reduced, place: int) -> dict[str, object]:
    """Why a target stays missing, with what would have to give or what it would take."""
    target = question.targets[place]
    able = [name for name, _ in counted(facts, question, target)]
    unsure = len(able) < len(developers(facts, target, question.least))
    if not able and unsure:
        return {"reason": "noCourse", "relax": ["minSurest"]}
    if not able:
        return _unsure(facts, question, target)
    inside = [name for name in able if name in reduced.index]
    if inside:
        course = min(inside, key=lambda name: (facts.courses[name].ects, name))
        return {
            "reason": "overBudget",
            "needs": {"course": course, "ects": facts.courses[course].ects / CENTI},
        }
    reasons = [reduced.out.get(name, Filter.NONE) for name in able]
    if any(one == Filter.PREREQUISITE for one in reasons):
        return {"reason": "prerequisite", "courses": able[:3]}
    if all(one & Filter.ECTS and not one & ~Filter.ECTS for one in reasons):
        return {"reason": "overBudget", "relax": ["limits.ects"]}
    return {"reason": "filteredOut", "relax": relax(reasons) + ["minSurest"] * unsure}


def _unsure(facts: Facts, question: Question, target: Target) -> dict[str, object]:
    """No course that develops the skill surely enough and to the level; is there any at all?"""
    surest = max(
        (
            facts.courses[name].develops[place].confidence
            for name, place in facts.taught.get(target.skill, ())
        ),
        default=None,
    )
    found: dict[str, object] = {"reason": "noCourse"}
    if surest is not None:
        found["relax"] = ["minConfidence"] if surest < question.least else ["to.skills.level"]
    return found


def relax(reasons: Iterable[Filter]) -> list[str]:
    """The limits that keep courses out: those that alone keep most of them out first.

    >>> relax([Filter.LANGUAGES, Filter.LANGUAGES | Filter.MODES])
    ['limits.languages', 'limits.modes']
    """
    alone: defaultdict[Filter, int] = defaultdict(int)
    any_of: defaultdict[Filter, int] = defaultdict(int)
    for one in reasons:
        bits = [bit for bit in RELAX if bit & one]
        for bit in bits:
            any_of[bit] += 1
            alone[bit] += len(bits) == 1
    return [RELAX[bit] for bit in sorted(any_of, key=lambda bit: (-alone[bit], -any_of[bit], bit))]
