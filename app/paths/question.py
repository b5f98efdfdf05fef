"""From a question to a problem: which courses may stand on the route, and with what worth.

Courses are reached backwards from the target skills through prerequisite groups; each is held
against every limit, and what keeps it out is remembered, so that the answer can say it.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from app.errors import BadParameter, NotFound
from app.paths import codes
from app.paths.model import (
    CENTI,
    Candidate,
    Course,
    Evidence,
    Facts,
    Filter,
    Limits,
    Placement,
    Problem,
    Target,
    WayIn,
)
from app.paths.periods import Calendar, calendar, placements
from app.paths.request import LimitsModel, PathRequest, pointer
from app.paths.targets import completed_courses, counts_for

PREFERENCE: Mapping[str, int] = {code: place for place, code in enumerate(codes.AUDIENCES.values())}
"""Audience → its place in the order in which ways in are chosen."""

EURO = "EUR"

DOCTORAL = "postgraduate"

_UNSTATED = (WayIn("unknown"),)

HORIZONS = 8
"""Horizons for which placements are remembered."""


@dataclass(frozen=True)
class Question:
    """A request resolved against one generation.

    Attributes:
        limits: the bounds, courses named by the IRI that stands for them.
        targets: skills to reach.
        completed: courses that the learner has completed.
        done: those, what they count in place of, and what counts in their place.
        least: the least confidence of evidence that counts.
        calendar: the horizon.
        as_of: the day of asking.
        surest: the least confidence of a course's surest evidence, if that is asked.
        unsure: courses of less sure evidence: what they develop does not count.
    """

    limits: Limits
    targets: tuple[Target, ...]
    completed: frozenset[str]
    done: frozenset[str]
    least: float
    calendar: Calendar
    as_of: date
    surest: float | None = None
    unsure: frozenset[str] = frozenset()

    @property
    def doctoral(self) -> bool:
        """Whether some skill is asked for at the doctoral level."""
        return any(target.level == codes.OUTCOME_LEVELS[DOCTORAL] for target in self.targets)


@dataclass(frozen=True)
class Reduced:
    """The problem, and what was left behind on the way to it.

    Attributes:
        problem: what the solvers get.
        index: course IRI → candidate.
        out: course IRI → why it is no candidate, for every course that was looked at.
        credentials: IRIs in the order of the problem's credentials.
        unknown_groups: courses with a prerequisite group of which no member is known.
    """

    problem: Problem
    index: Mapping[str, int]
    out: Mapping[str, Filter]
    credentials: tuple[str, ...]
    unknown_groups: tuple[str, ...] = ()
    placements: Mapping[str, tuple[Placement, ...]] = field(default_factory=dict)


def resolve(facts: Facts, request: PathRequest, targets: Sequence[Target], today: date) -> Question:
    """The request with its courses, universities and days resolved.

    Raises: BadParameter or NotFound with a pointer to the field that cannot be.
    """
    asked = request.limits
    start = asked.start or today
    if start.year < 1990 or start.year > 9000:
        raise BadParameter("/limits/start", f"{start} is no day on which studies can start.")
    if asked.end is not None and asked.end < start:
        raise BadParameter(
            "/limits/end", f"The horizon ends on {asked.end}, before it starts on {start}."
        )
    for place, name in enumerate(request.completed):
        if name not in facts.credentials and name not in facts.modules:
            _course(facts, name, pointer("completed", place))
    completed = completed_courses(facts, request.completed)
    require = tuple(
        dict.fromkeys(
            _course(facts, name, pointer("limits", "require", place))
            for place, name in enumerate(asked.require)
        )
    )
    exclude = frozenset(
        _course(facts, name, pointer("limits", "exclude", place))
        for place, name in enumerate(asked.exclude)
    )
    for place, name in enumerate(require):
        if name in exclude:
            raise BadParameter(
                pointer("limits", "require", place), f"<{name}> is both required and excluded."
            )
    for place, name in enumerate(request.why_not):
        _course(facts, name, pointer("whyNot", place))
    limits = Limits(
        ects=None if asked.ects is None else int(asked.ects * CENTI),
        cost=None if asked.cost is None else int(asked.cost * 100),
        courses=asked.courses,
        periods=asked.periods,
        load=None if asked.load is None else int(asked.load * CENTI),
        start=start,
        end=asked.end,
        languages=frozenset(one.lower() for one in asked.languages),
        modes=frozenset(asked.modes),
        universities=frozenset(_universities(facts, asked)),
        levels=frozenset(asked.levels),
        audience=frozenset(asked.audience),
        micro_credentials_only=asked.micro_credentials_only,
        require=tuple(name for name in require if name not in completed),
        exclude=exclude,
    )
    least = facts.threshold if request.min_confidence is None else request.min_confidence
    return Question(
        limits,
        tuple(targets),
        completed,
        completed
        | {other for name in completed for other in facts.courses[name].substitutes}
        | {
            course.iri
            for course in facts.courses.values()
            if completed.intersection(course.substitutes)
        },
        least,
        _horizon(facts, limits),
        min(today, start),
        request.min_surest,
        _unsure(facts, targets, least, request.min_surest),
    )


def relimited(
    facts: Facts, asked: Question, limits: Limits, least: float, surest: float | None
) -> Question:
    """The question under other limits and other demands on evidence, with the horizon they mean."""
    return replace(
        asked,
        limits=limits,
        least=least,
        calendar=_horizon(facts, limits),
        surest=surest,
        unsure=_unsure(facts, asked.targets, least, surest),
    )


def _unsure(
    facts: Facts, targets: Iterable[Target], least: float, surest: float | None
) -> frozenset[str]:
    """The courses that develop target skills, but none of them so surely."""
    if surest is None or surest <= least:
        return frozenset()
    best: dict[str, float] = {}
    for target in targets:
        for name, one in developers(facts, target, least):
            best[name] = max(best.get(name, 0.0), one.confidence)
    return frozenset(name for name, sure in best.items() if sure < surest)


def _horizon(facts: Facts, limits: Limits) -> Calendar:
    """The coming periods of the universities that will do."""
    universities = limits.universities or {one.university for one in facts.courses.values()}
    return calendar(facts.teaching, universities, limits.start, limits.periods, limits.end)


def _course(facts: Facts, name: str, where: str) -> str:
    """The IRI that stands for the course.

    Raises: NotFound naming the field and the IRI.
    """
    course = facts.aliases.get(name, name)
    if course not in facts.courses:
        raise NotFound(f"{where}: there is no course <{name}> in the graph.")
    return course


def _universities(facts: Facts, asked: LimitsModel) -> Iterable[str]:
    by_iri = {name: code for code, name in facts.universities.items()}
    known = set(facts.universities) | {one.university for one in facts.courses.values()}
    for place, name in enumerate(asked.universities):
        code = by_iri.get(name, name)
        if code not in known:
            raise BadParameter(
                pointer("limits", "universities", place),
                f"There is no university {name!r}. Known: {', '.join(sorted(known)[:20])}.",
            )
        yield code


def way_in(course: Course, audience: frozenset[str]) -> WayIn | None:
    """The way in that a route takes: the most open of those that will do, then the cheapest.

    A course without any stated way in has one of the audience ``unknown``; None if none of its
    ways will do.
    """
    ways = course.ways_in or _UNSTATED
    fit = ways if not audience else [one for one in ways if one.audience in audience]
    if len(fit) == 1:
        return fit[0]
    return min(
        fit,
        key=lambda one: (
            PREFERENCE[one.audience],
            one.fee is None,
            one.fee or Decimal(0),
            str(one.link),
        ),
        default=None,
    )


def cost(way: WayIn) -> int | None:
    """The fee in hundredths of a euro; None if it is unknown or in another currency."""
    if way.fee is None or (way.fee and way.currency not in (None, EURO)):
        return None
    return int(way.fee * 100)


def cheapest(course: Course, audience: frozenset[str], most: int | None) -> WayIn | None:
    """The way in to take under a bound on the cost of the whole route."""
    if most is None:
        return way_in(course, audience)
    ways = tuple(one for one in course.ways_in if cost(one) is not None)
    return way_in(replace(course, ways_in=ways), audience) if ways else None


def barred(course: Course, question: Question) -> Filter:
    """Which of the question's limits the course itself breaks."""
    limits, found = question.limits, Filter.NONE
    if course.kind != "course" and course.iri not in limits.require:
        found |= Filter.KIND
    if course.ects <= 0:
        found |= Filter.NO_ECTS
    if limits.ects is not None and course.ects > limits.ects:
        found |= Filter.ECTS
    if limits.languages and not course.languages & limits.languages:
        found |= Filter.LANGUAGES
    if limits.modes and not any(one.mode in limits.modes for one in course.offerings):
        found |= Filter.MODES
    if limits.universities and course.university not in limits.universities:
        found |= Filter.UNIVERSITIES
    if limits.levels:
        if course.level not in limits.levels:
            found |= Filter.LEVELS
    elif course.level == DOCTORAL and not question.doctoral and course.iri not in limits.require:
        # Doctoral courses take doctoral students: never proposed unless asked for.
        found |= Filter.LEVELS
    if way_in(course, limits.audience) is None:
        found |= Filter.AUDIENCE
    elif limits.cost is not None:
        way = cheapest(course, limits.audience, limits.cost)
        fee = cost(way) if way else None
        if fee is None or fee > limits.cost:
            found |= Filter.COST
    if course.iri in limits.exclude:
        found |= Filter.EXCLUDE
    if course.iri in question.done:
        found |= Filter.COMPLETED
    return found


def developers(facts: Facts, target: Target, least: float) -> list[tuple[str, Evidence]]:
    """The courses that develop the skill to the level asked for, and by what evidence.

    A directly narrower skill counts where ``counts_for`` says so.
    """
    best: dict[str, Evidence] = {}
    names = [target.skill] + [
        narrow
        for narrow in facts.narrower.get(target.skill, ())
        if counts_for(facts, narrow, target.skill)
    ]
    for skill in names:
        for name, place in facts.taught.get(skill, ()):
            evidence = facts.courses[name].develops[place]
            if evidence.confidence < least or evidence.level < target.level:
                continue
            before = best.get(name)
            if before is None or evidence.confidence > before.confidence:
                best[name] = evidence
    return sorted(best.items())


def counted(facts: Facts, question: Question, target: Target) -> list[tuple[str, Evidence]]:
    """The courses whose evidence for the skill counts, and what it is."""
    found = developers(facts, target, question.least)
    return [pair for pair in found if pair[0] not in question.unsure]


class Timetable:
    """The placements of courses, remembered: most questions share their horizon."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._of: OrderedDict[tuple[object, ...], dict[str, tuple[Placement, ...]]] = OrderedDict()

    def inside(self, question: Question) -> Callable[[Course], tuple[Placement, ...]]:
        """What gives every way to take a course inside the question's horizon."""
        limits = question.limits
        calendar = question.calendar
        key = (
            calendar.start,
            calendar.slots,
            question.as_of,
            tuple(sorted(limits.languages)),
            tuple(sorted(limits.modes)),
            tuple(sorted(calendar.coming)),
        )
        known = self._of.setdefault(key, {})
        self._of.move_to_end(key)
        while len(self._of) > HORIZONS:
            self._of.popitem(last=False)

        def of(course: Course) -> tuple[Placement, ...]:
            found = known.get(course.iri)
            if found is None:
                found = known[course.iri] = placements(
                    course,
                    course.ects,
                    self._facts.teaching.get(course.university, ()),
                    calendar,
                    languages=limits.languages,
                    modes=limits.modes,
                    as_of=question.as_of,
                )
            return found

        return of


def reduce(
    facts: Facts,
    question: Question,
    also: Iterable[str] = (),
    timetable: Timetable | None = None,
) -> Reduced:
    """The problem of the question: candidates, their worth, what binds them.

    Args:
        facts: the generation's facts.
        question: the resolved question.
        also: courses to look at besides those that develop a target skill.
        timetable: remembers placements from question to question.
    """
    limits = question.limits
    placed = (timetable or Timetable(facts)).inside(question)
    scale = scale_of(question.targets)
    gains: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for place, target in enumerate(question.targets):
        for name, evidence in counted(facts, question, target):
            worth = max(1, round(scale * target.weight * evidence.confidence))
            gains[name].append((place, worth))
    out: dict[str, Filter] = {}
    options: dict[str, tuple[Placement, ...]] = {}
    reached: set[str] = set()
    waiting = [*gains, *limits.require, *also]
    partners: frozenset[str] = frozenset()
    if limits.micro_credentials_only:
        partners = frozenset().union(*(one.courses for one in facts.credentials.values()))
        waiting += sorted(partners)
    while waiting:
        name = waiting.pop()
        if name in reached:
            continue
        reached.add(name)
        course = facts.courses[name]
        kept_out = barred(course, question)
        if limits.micro_credentials_only and name not in partners:
            kept_out |= Filter.MICRO_CREDENTIALS
        if not kept_out:
            options[name] = placed(course)
            if not options[name]:
                kept_out = Filter.PERIODS
            elif limits.load is not None and course.ects > limits.load:
                options[name] = tuple(one for one in options[name] if max(one.load) <= limits.load)
                if not options[name]:
                    kept_out = Filter.LOAD
        out[name] = kept_out
        if not kept_out:
            for group in course.groups:
                waiting.extend(group.members)
    _reachable(facts, question, out, options)
    names = sorted(name for name, kept_out in out.items() if not kept_out)
    index = {name: place for place, name in enumerate(names)}
    credentials = [
        one
        for one in facts.credentials.values()
        if one.courses
        and all(c in index or c in question.completed for c in one.courses)
        and any(c in index for c in one.courses)
    ]
    candidates = tuple(
        _candidate(facts.courses[name], gains.get(name, ()), question, index, options[name])
        for name in names
    )
    return Reduced(
        Problem(
            targets=question.targets,
            candidates=candidates,
            slots=question.calendar.slots,
            ects=limits.ects,
            cost=limits.cost,
            courses=limits.courses,
            load=limits.load,
            conflicts=tuple(
                sorted(
                    {
                        (min(index[name], index[other]), max(index[name], index[other]))
                        for name in names
                        for other in facts.courses[name].substitutes
                        if other in index
                    }
                )
            ),
            credentials=tuple(
                tuple(sorted(index[c] for c in one.courses if c in index)) for one in credentials
            ),
            credentials_only=limits.micro_credentials_only,
            required=tuple(sorted(index[name] for name in limits.require if name in index)),
            scale=scale,
        ),
        index,
        {name: kept_out for name, kept_out in out.items() if kept_out},
        tuple(one.iri for one in credentials),
        tuple(
            name
            for name in names
            if any(group.compulsory and not group.members for group in facts.courses[name].groups)
        ),
        options,
    )


def scale_of(targets: Sequence[Target]) -> int:
    """What weights are multiplied by to become whole numbers: 100, more where all are small."""
    heaviest = max((one.weight for one in targets), default=1.0)
    return 100 if heaviest >= 1 else min(1_000_000, round(100 / heaviest))


def _reachable(
    facts: Facts,
    question: Question,
    out: dict[str, Filter],
    options: dict[str, tuple[Placement, ...]],
) -> None:
    """Takes out courses, and placements of courses, whose compulsory prerequisites come too late.

    The earliest slot in which each course can be behind the learner grows from nothing until it
    stands still, so that courses in a cycle of prerequisites are never reached.
    """
    after: dict[str, int] = dict.fromkeys(question.completed, -1)
    names = [name for name, kept_out in out.items() if not kept_out]
    asking = []
    for name in names:
        if any(group.compulsory and group.members for group in facts.courses[name].groups):
            asking.append(name)
        else:
            after[name] = min([one.last for one in options[name]])
    never = len(question.calendar.slots) + 1
    opens: dict[str, int] = {}
    changed = True
    while changed:
        changed = False
        for name in asking:
            first = _opens(facts.courses[name], after)
            if first is None or first == opens.get(name):
                continue
            opens[name] = first
            ends = min([one.last for one in options[name] if one.first >= first], default=never)
            if ends < after.get(name, never):
                after[name] = ends
                changed = True
    for name in asking:
        if name not in after:
            out[name] = Filter.PREREQUISITE
        else:
            options[name] = tuple([one for one in options[name] if one.first >= opens[name]])


def _opens(course: Course, after: Mapping[str, int]) -> int | None:
    """The first slot in which the course can begin; None if a group cannot be met (yet)."""
    first = 0
    for group in course.groups:
        if not group.compulsory or not group.members:
            continue
        ends = min([after[member] for member in group.members if member in after], default=None)
        if ends is None:
            return None
        first = max(first, ends + 1)
    return first


def _candidate(
    course: Course,
    gains: Sequence[tuple[int, int]],
    question: Question,
    index: Mapping[str, int],
    options: tuple[Placement, ...],
) -> Candidate:
    way = cheapest(course, question.limits.audience, question.limits.cost)

    compulsory: list[tuple[int, ...]] = []
    recommended: list[tuple[int, ...]] = []
    for group in course.groups:
        if group.members and not question.completed.intersection(group.members):
            members = sorted({index[member] for member in group.members if member in index})
            (compulsory if group.compulsory else recommended).append(tuple(members))
    return Candidate(
        course=course.iri,
        ects=course.ects,
        cost=cost(way) if way else None,
        unproved=way is None or way.audience not in codes.PROVED,
        gains=tuple(gains),
        groups=tuple(compulsory),
        recommended=tuple(recommended),
        placements=options,
        hash=short_hash(course.iri),
        level=codes.OUTCOME_LEVELS.get(course.level or "", 0),
        develops=course.develops,
    )


@lru_cache(maxsize=1 << 17)
def short_hash(iri: str) -> int:
    """A fixed 16-bit hash of an IRI."""
    return int.from_bytes(hashlib.sha256(iri.encode()).digest()[:2], "big")
