"""A proposal in JSON, assembled from the facts and a combination."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.paths import answer as route
from app.paths.explain import Coverage, because, coverage, reached
from app.paths.labels import Labels
from app.paths.model import CENTI, Facts, Schedule, Selection
from app.paths.question import Question, Reduced
from app.paths.select import ECTS
from app.paths.solve import Solved
from app.planning import overlap
from app.planning.calendar import Stretch, shortest
from app.planning.choose import Chosen
from app.planning.overlap import Counting, Near, Overlap
from app.planning.problem import Before, eqf
from app.planning.wholes import Whole

Json = dict[str, object]

COUNTED = "ects, each entry requirement counted as one"
"""What the level of fewest credits counts."""


@dataclass(frozen=True)
class Asked:
    """Courses that are asked for at the door: any one of them, or what the graph does not know.

    Attributes:
        group: IRI of the group.
        by: the courses of the combination that ask.
        courses: the known courses, any of which meets it.
        unknown: how many further ones the graph does not know.
        compulsory: whether it binds.
    """

    group: str
    by: tuple[str, ...]
    courses: tuple[str, ...]
    unknown: int
    compulsory: bool


@dataclass(frozen=True)
class Draft:
    """A proposal before labels are known."""

    selection: Selection
    seconds: float
    courses: tuple[str, ...]
    covered: Coverage
    partly: Mapping[int, str]
    missing: Mapping[int, Json]
    entries: tuple[Asked, ...]
    stretches: tuple[Stretch, ...]
    near: tuple[Near, ...]
    counting: tuple[Counting, ...]

    def things(self) -> set[str]:
        """Everything that has a label."""
        return {
            *self.courses,
            *self.partly.values(),
            *(one for entry in self.entries for one in (*entry.by, *entry.courses)),
            *(one.whole.iri for one in self.near),
            *(into for one in self.near for into in one.whole.stacks_into),
            *(
                thing
                for one in self.counting
                for thing in (one.into, one.through, one.by, *one.courses)
                if thing is not None
            ),
        }


def draft(
    facts: Facts,
    question: Question,
    reduced: Reduced,
    chosen: Chosen,
    wholes: Sequence[Whole],
    threshold: float,
) -> Draft:
    """The proposal of a combination: what it covers, asks for, overlaps with and counts towards."""
    candidates = reduced.problem.candidates
    courses = tuple(candidates[place].course for place in chosen.selection.chosen)
    covered = coverage(facts, question, courses)
    near, lacks = route.gaps(facts, question, reduced, covered, courses)
    return Draft(
        chosen.selection,
        chosen.seconds,
        courses,
        covered,
        near,
        lacks,
        tuple(entries(facts, courses)),
        tuple(shortest(facts, question, courses, reduced.placements)),
        tuple(overlap.near(facts, question.least, courses, wholes, threshold)),
        tuple(overlap.counting(facts, courses, wholes, question.as_of)),
    )


def entries(facts: Facts, courses: Sequence[str]) -> Iterable[Asked]:
    """What the combination asks for at the door, the compulsory first; each once."""
    before, inside = Before(facts), frozenset(courses)
    found: dict[tuple[bool, tuple[str, ...]], Asked] = {}
    for name in courses:
        for group in facts.courses[name].groups:
            meeting = inside.intersection(group.members)
            if group.compulsory:
                meeting = frozenset(one for one in meeting if before.meets(one, name))
            if meeting:
                continue
            key = (not group.compulsory, group.members or (group.iri,))
            held = found.get(key)
            found[key] = Asked(
                group.iri if held is None else held.group,
                (name,) if held is None else tuple(dict.fromkeys((*held.by, name))),
                group.members,
                max(group.unknown, 0 if held is None else held.unknown),
                group.compulsory,
            )
    return [found[key] for key in sorted(found)]


def proposal(
    facts: Facts, question: Question, reduced: Reduced, drafted: Draft, labels: Labels
) -> Json:
    """The proposal in JSON; ``readiness`` and whether it is checked are added by the caller."""
    names = [
        {"label": labels.text(one.skill), "labelLang": labels.language(one.skill)}
        for one in question.targets
    ]
    surest = {place: by[0] for place, by in drafted.covered.by.items()}
    return {
        "courses": [
            _course(facts, question, drafted, name, labels, names) for name in drafted.courses
        ],
        **route.measured(facts, question, drafted.courses, drafted.covered),
        "covered": [
            {
                "skill": question.targets[place].skill,
                **names[place],
                "weight": question.targets[place].weight,
                "course": name,
                **_evidence(question, drafted, place, name),
            }
            for place, name in sorted(surest.items())
        ],
        "partly": [
            {
                "skill": question.targets[place].skill,
                **names[place],
                "by": by,
                "byLabel": labels.text(by),
            }
            for place, by in sorted(drafted.partly.items())
        ],
        "missing": [
            {"skill": question.targets[place].skill, **names[place], **reason}
            for place, reason in sorted(drafted.missing.items())
        ],
        "universities": sorted({facts.courses[name].university for name in drafted.courses}),
        "level": _level(facts, drafted.courses),
        "languages": _languages(facts, drafted.courses),
        "entryRequirements": [_entry(facts, one, labels) for one in drafted.entries],
        "teaching": _teaching(facts, drafted, labels),
        "overlaps": [_near(facts, one, labels) for one in drafted.near[: overlap.MOST]],
        "overlapsInAll": len(drafted.near),
        "stacking": {
            "contains": [
                _whole(one.whole, labels)
                for one in drafted.near
                if one.relation in ("same", "contains")
            ],
            "containedIn": [
                {
                    **_whole(one.whole, labels),
                    "stacksInto": [_named(into, labels) for into in one.whole.stacks_into],
                }
                for one in drafted.near
                if one.relation in ("same", "containedIn")
            ],
            "countsTowards": [_counting(one, labels) for one in drafted.counting],
        },
        "certificate": _certificate(facts, reduced, drafted),
    }


def between(facts: Facts, least: float, drafts: Sequence[Draft]) -> list[Json]:
    """What each two proposals have in common, named by their places from 1."""
    skills = [reached(facts, least, one.courses) for one in drafts]
    found: list[Json] = []
    for second in range(len(drafts)):
        for first in range(second):
            held = overlap.overlap(
                facts,
                drafts[first].courses,
                drafts[second].courses,
                skills[first],
                skills[second],
            )
            found.append({"of": first + 1, "and": second + 1, **_shared(held)})
    return found


def _named(thing: str, labels: Labels) -> Json:
    return {"thing": thing, "name": labels.text(thing), "nameLang": labels.language(thing)}


def _course_named(facts: Facts, name: str, labels: Labels) -> Json:
    return {
        "course": name,
        "code": facts.courses[name].code,
        "name": labels.text(name),
        "nameLang": labels.language(name),
    }


def _evidence(question: Question, drafted: Draft, place: int, name: str) -> Json:
    """How surely a course gives a target; ``by`` is the narrower skill that counts for it."""
    sure, status, found = drafted.covered.evidence[(place, name)]
    by = {} if found == question.targets[place].skill else {"by": found}
    return {"confidence": sure, "status": str(status), **by}


def _course(
    facts: Facts,
    question: Question,
    drafted: Draft,
    name: str,
    labels: Labels,
    names: Sequence[Mapping[str, str | None]],
) -> Json:
    course = facts.courses[name]
    asking = {
        labels.text(other)
        for other in drafted.courses
        for group in facts.courses[other].groups
        if group.compulsory and name in group.members
    }
    return {
        **_course_named(facts, name, labels),
        "university": course.university,
        "ects": course.ects / CENTI,
        "level": course.level,
        "language": sorted(course.languages),
        "develops": [
            {
                "skill": question.targets[place].skill,
                **names[place],
                **_evidence(question, drafted, place, name),
            }
            for place, by in sorted(drafted.covered.by.items())
            if name in by
        ],
        "because": because(
            name,
            drafted.covered,
            [str(one["label"]) for one in names],
            asking,
            name in question.limits.require,
        ),
    }


def _languages(facts: Facts, courses: Sequence[str]) -> list[str]:
    """The languages common to all courses that state any."""
    stated = [facts.courses[name].languages for name in courses if facts.courses[name].languages]
    return sorted(frozenset.intersection(*stated)) if stated else []


def _level(facts: Facts, courses: Sequence[str]) -> Json:
    """The EQF level, if all courses are of one; the levels of studies that it is inferred from."""
    studied = [facts.courses[name].level for name in courses]
    reached_ = {eqf(one) for one in studied}
    only = next(iter(reached_)) if len(reached_) == 1 else None
    return {
        "eqf": only,
        "from": dict(zip(courses, studied, strict=True)),
    }


def _entry(facts: Facts, one: Asked, labels: Labels) -> Json:
    return {
        "strength": "compulsory" if one.compulsory else "recommended",
        "anyOf": [_course_named(facts, name, labels) for name in one.courses],
        "unknown": one.unknown,
        "askedBy": list(one.by),
        "group": one.group,
    }


def _teaching(facts: Facts, drafted: Draft, labels: Labels) -> Json:
    """The stretches of periods in which all can be taken; none where there is no such."""
    return {
        "periods": drafted.stretches[0].periods if drafted.stretches else None,
        "stretches": [
            {
                "start": min(one.start for one in stretch.placed.values()).isoformat(),
                "end": max(one.end for one in stretch.placed.values()).isoformat(),
                "courses": [
                    {
                        **_course_named(facts, name, labels),
                        "period": route.period(facts, stretch.placed[name]),
                    }
                    for name in sorted(
                        stretch.placed, key=lambda name: (stretch.placed[name].start, name)
                    )
                ],
            }
            for stretch in drafted.stretches
        ],
    }


def _shared(held: Overlap) -> Json:
    return {
        "courses": list(held.courses),
        "ects": held.ects / CENTI,
        "share": held.share,
        "shareOfOther": held.share_of_other,
        "skills": held.skills,
        "jaccard": held.jaccard,
    }


def _whole(whole: Whole, labels: Labels) -> Json:
    return {**_named(whole.iri, labels), "kind": whole.kind}


def _near(facts: Facts, one: Near, labels: Labels) -> Json:
    shared = _shared(one.overlap)
    shared["courses"] = [_course_named(facts, name, labels) for name in one.overlap.courses]
    return {**_whole(one.whole, labels), "relation": one.relation, **shared}


def _counting(one: Counting, labels: Labels) -> Json:
    return {
        **_named(one.into, labels),
        "ground": one.ground,
        "courses": list(one.courses),
        "ects": one.ects / CENTI,
        "through": _named(one.through, labels) if one.through else None,
        "by": _named(one.by, labels) if one.by else None,
        "until": _iso(one.until),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _certificate(facts: Facts, reduced: Reduced, drafted: Draft) -> Json:
    """How good the proposal is known to be; nothing of it is placed in a calendar."""
    solved = Solved(drafted.selection, Schedule({}, "optimal"), 0, drafted.seconds)
    told = route.certificate(facts, reduced, solved)
    levels = told["levels"]
    assert isinstance(levels, list)  # noqa: S101
    del told["placement"], told["cuts"]
    return told | {"levels": [COUNTED if one == ECTS else one for one in levels]}
