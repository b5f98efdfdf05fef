"""The answer in JSON, assembled from facts and a solved problem."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.paths import codes
from app.paths.explain import Coverage, because, coverage, missing, partly, reached
from app.paths.labels import Labels
from app.paths.model import CENTI, Course, Facts, Known, Placement
from app.paths.question import EURO, Question, Reduced, cheapest
from app.paths.solve import Solved

MODEL = "evidence-weighted facility location"

Json = dict[str, object]


@dataclass(frozen=True)
class Draft:
    """A route before labels are known.

    Attributes:
        solved: the solved problem.
        courses: the route's courses by first slot.
        covered: what they do for the targets.
        partly: target index → the reached skill that covers it partly.
        missing: target index → the reason.
    """

    solved: Solved
    courses: tuple[str, ...]
    placed: Mapping[str, Placement]
    covered: Coverage
    partly: Mapping[int, str]
    missing: Mapping[int, Json]


def gaps(
    facts: Facts,
    question: Question,
    reduced: Reduced,
    covered: Coverage,
    courses: Iterable[str],
) -> tuple[dict[int, str], dict[int, Json]]:
    """Of the targets that are not covered: by which skill each is partly, or why it is missing."""
    have = reached(facts, question.least, courses)
    near: dict[int, str] = {}
    lacks: dict[int, Json] = {}
    for place, target in enumerate(question.targets):
        if place in covered.by:
            continue
        by = partly(facts, have, target.skill)
        if by is not None:
            near[place] = by
        else:
            lacks[place] = missing(facts, question, reduced, place)
    return near, lacks


def draft(facts: Facts, question: Question, reduced: Reduced, solved: Solved) -> Draft:
    """The route of a solved problem, and what it covers, covers partly and misses."""
    candidates = reduced.problem.candidates
    placed = {candidates[place].course: option for place, option in solved.schedule.placed.items()}
    courses = tuple(sorted(placed, key=lambda name: (placed[name].start, placed[name].end, name)))
    covered = coverage(facts, question, placed)
    near, lacks = gaps(facts, question, reduced, covered, placed)
    return Draft(solved, courses, placed, covered, near, lacks)


def route(
    facts: Facts,
    question: Question,
    reduced: Reduced,
    drafted: Draft,
    labels: Labels,
    language: str,
) -> Json:
    """The route in the contract's shape; ``checked`` and ``works`` are added by the caller."""
    names = [labels.text(target.skill) for target in question.targets]
    asked_by = _asked_by(facts, question, drafted)
    steps = [
        _step(facts, question, drafted, name, labels, language, names, asked_by)
        for name in drafted.courses
    ]
    fees = [
        None if way is None or way.fee is None else float(way.fee)
        for way in (
            cheapest(facts.courses[name], question.limits.audience, question.limits.cost)
            for name in drafted.courses
        )
    ]
    known_fees = [fee for fee in fees if fee is not None]
    credentials = [
        iri
        for iri in reduced.credentials
        if facts.credentials[iri].courses <= question.completed | drafted.placed.keys()
    ]
    return {
        "steps": steps,
        **measured(facts, question, drafted.courses, drafted.covered),
        "cost": round(sum(known_fees), 2) if len(known_fees) == len(fees) else None,
        "knownFees": round(sum(known_fees), 2),
        "unknownFees": len(fees) - len(known_fees),
        "currency": EURO,
        "finish": max(one.end for one in drafted.placed.values()).isoformat()
        if drafted.placed
        else None,
        "covered": [question.targets[place].skill for place in sorted(drafted.covered.by)],
        "partly": [
            {"skill": question.targets[place].skill, "label": names[place], "by": by}
            for place, by in sorted(drafted.partly.items())
        ],
        "missing": [
            {"skill": question.targets[place].skill, "label": names[place], **reason}
            for place, reason in sorted(drafted.missing.items())
        ],
        "credentials": [
            {
                "credential": iri,
                "name": labels.text(iri),
                "stacksInto": list(facts.credentials[iri].stacks_into),
            }
            for iri in credentials
        ],
        "waysIn": {
            "proved": sum(_kind(facts, question, name) in codes.PROVED for name in drafted.courses),
            "unproved": sum(
                _kind(facts, question, name) not in codes.PROVED for name in drafted.courses
            ),
        },
        "announced": sum(one.known is Known.ANNOUNCED for one in drafted.placed.values()),
        "certificate": certificate(facts, reduced, drafted.solved),
    }


def measured(
    facts: Facts, question: Question, courses: Collection[str], covered: Coverage
) -> dict[str, float]:
    """Credits of a set of courses, and shares of the target's weight: covered, and how surely."""
    total = sum(target.weight for target in question.targets)
    weights = {place: question.targets[place].weight for place in covered.by}
    sure = {place: covered.evidence[(place, by[0])][0] for place, by in covered.by.items()}
    return {
        "ects": sum(facts.courses[name].ects for name in courses) / CENTI,
        "coverage": _share(sum(weights.values()), total),
        "evidence": _share(sum(weights[place] * sure[place] for place in weights), total),
    }


def certificate(facts: Facts, reduced: Reduced, solved: Solved) -> Json:
    """How good the route is known to be, level by level."""
    levels = solved.selection.levels
    gaps = [
        None
        if level.bound is None
        else abs(level.bound - level.value) / max(1, abs(level.bound), abs(level.value))
        for level in levels
    ]
    return {
        "status": solved.status,
        "model": MODEL,
        "levels": [level.name for level in levels],
        "objective": [level.value for level in levels],
        "bound": [level.bound for level in levels],
        "gap": None
        if not gaps or None in gaps
        else round(max(g for g in gaps if g is not None), 6),
        "scale": reduced.problem.scale,
        "placement": solved.schedule.status,
        "candidates": len(reduced.problem.candidates),
        "targets": len(reduced.problem.targets),
        "cuts": solved.cuts,
        "generation": facts.generation,
        "seconds": round(solved.seconds, 4),
    }


def _share(part: float, whole: float) -> float:
    """A share of the target's weight; all of nothing is all."""
    return round(part / whole, 4) if whole else 1.0


def _kind(facts: Facts, question: Question, name: str) -> str:
    way = cheapest(facts.courses[name], question.limits.audience, question.limits.cost)
    return way.audience if way else "unknown"


class _Asking(NamedTuple):
    """A course that asks for another, perhaps as a part of modules."""

    course: str
    compulsory: bool
    modules: tuple[str, ...]


def _before(asking: _Asking, labels: Labels) -> str:
    """The course that asks in words, with the modules for whose sake it does."""
    within = " or ".join(labels.text(one) for one in asking.modules)
    return labels.text(asking.course) + (f" (as a part of {within})" if within else "")


def _asked_by(
    facts: Facts, question: Question, drafted: Draft
) -> Mapping[str, tuple[_Asking, ...]]:
    """Course → the courses on the route that ask for it."""
    found: dict[str, list[_Asking]] = {}
    for name in drafted.courses:
        for group in facts.courses[name].groups:
            if question.completed.intersection(group.members):
                continue
            for member in group.members:
                if member in drafted.placed:
                    within = tuple(one for one in group.modules if member in facts.modules[one])
                    found.setdefault(member, []).append(_Asking(name, group.compulsory, within))
    return {member: tuple(by) for member, by in found.items()}


def _step(
    facts: Facts,
    question: Question,
    drafted: Draft,
    name: str,
    labels: Labels,
    language: str,
    names: Sequence[str],
    asked_by: Mapping[str, tuple[_Asking, ...]],
) -> Json:
    course, placed = facts.courses[name], drafted.placed[name]
    develops = [
        (place, drafted.covered.evidence[(place, name)])
        for place in drafted.covered.of.get(name, ())
    ]
    after = sorted(
        {
            member
            for group in course.groups
            if not question.completed.intersection(group.members)
            for member in group.members
            if member in drafted.placed and drafted.placed[member].last < placed.first
        }
    )
    return {
        "period": period(facts, placed),
        "course": name,
        "code": course.code,
        "name": labels.text(name),
        "nameLang": labels.language(name),
        "university": course.university,
        "ects": course.ects / CENTI,
        "level": course.level,
        "language": sorted(course.languages),
        "wayIn": _way_in(course, question, language),
        "develops": [
            {
                "skill": question.targets[place].skill,
                "label": names[place],
                "confidence": sure,
                "status": str(status),
                **({} if found == question.targets[place].skill else {"by": found}),
            }
            for place, (sure, status, found) in develops
        ],
        "after": after,
        "because": because(
            name,
            drafted.covered,
            names,
            {_before(one, labels) for one in asked_by.get(name, ()) if one.compulsory},
            name in question.limits.require,
        ),
    }


def period(facts: Facts, placed: Placement) -> Json:
    """When a course is taken, and how sure that is."""
    held = [facts.periods[one].code if one in facts.periods else one for one in placed.periods]
    year = placed.start.year if placed.start.month >= 8 else placed.start.year - 1
    held = list(dict.fromkeys(held))
    label = f"{held[0]}–{held[-1]}" if len(held) > 1 else "".join(held)
    name = f"{label} {year}–{year + 1}" if label else f"{placed.start} – {placed.end}"
    return {
        "start": placed.start.isoformat(),
        "end": placed.end.isoformat(),
        "name": name,
        "offering": str(placed.known),
        "slots": [placed.first, placed.last],
        "of": placed.offering,
        "basis": placed.basis,
        "enrolBy": placed.enrol_by.isoformat() if placed.enrol_by else None,
    }


def _way_in(course: Course, question: Question, language: str) -> Json:
    way = cheapest(course, question.limits.audience, question.limits.cost)
    kind = way.audience if way else "unknown"
    who = codes.WHO[kind]
    return {
        "kind": kind,
        "who": who.get(language, who["en"]),
        "proved": kind in codes.PROVED,
        "fee": None
        if way is None or way.fee is None
        else {"max": float(way.fee), "currency": way.currency or EURO},
        "applyBy": way.apply_by.isoformat() if way and way.apply_by else None,
        "link": way.link if way else None,
        "source": way.source if way else None,
    }
