"""What one generation states that a path may need, read once through the port.

Everything a question touches in bulk is read here in a few scans; what a question needs of
few things (an occupation's skills, labels, works) is asked when it comes.
"""

from __future__ import annotations

import logging
import math
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from app.graph.port import Graph
from app.paths import codes
from app.paths.model import (
    CENTI,
    Course,
    Evidence,
    Facts,
    MicroCredential,
    Offering,
    Period,
    PrerequisiteGroup,
    SkillFacts,
    Status,
    WayIn,
)
from app.paths.modules import MOST_CLAUSES, MOST_PARTS, clauses, opened
from app.paths.periods import teaching
from app.paths.remembered import Remembered
from ontology import terms
from ontology.ntriples import iri
from queries import engine

logger = logging.getLogger(__name__)

Pairs = Iterator[tuple[str, str]]


def read(graph: Graph, folder: Path | None = None) -> Facts:
    """The facts of the graph's generation; what was read is kept in the folder, if there is one."""
    began = time.perf_counter()
    remembered = Remembered(graph, folder)
    facts = _Reader(remembered).facts()
    remembered.save()
    logger.info(
        "path index read",
        extra={
            "generation": graph.generation,
            "courses": len(facts.courses),
            "taught_skills": len(facts.taught),
            "seconds": round(time.perf_counter() - began, 3),
        },
    )
    return facts


def assemble(
    generation: str,
    courses: Iterable[Course],
    *,
    periods: Iterable[Period] = (),
    credentials: Iterable[MicroCredential] = (),
    skills: Mapping[str, SkillFacts] | None = None,
    occupations: int = 0,
    threshold: float = 0.0,
    aliases: Mapping[str, str] | None = None,
    universities: Mapping[str, str] | None = None,
    modules: Mapping[str, frozenset[str]] | None = None,
    notes: tuple[tuple[str, int, str], ...] = (),
) -> Facts:
    """Facts with what follows from them: who teaches each skill, what is under each skill."""
    by_iri = {course.iri: course for course in sorted(courses, key=lambda course: course.iri)}
    taught: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for course in by_iri.values():
        for place, evidence in enumerate(course.develops):
            taught[evidence.skill].append((course.iri, place))
    known = dict(skills or {})
    narrower: defaultdict[str, list[str]] = defaultdict(list)
    for skill, facts in sorted(known.items()):
        for broader in facts.broader:
            narrower[broader].append(skill)
    by_period = {period.iri: period for period in periods}
    uses = Counter(
        name
        for course in by_iri.values()
        for held in (course.taught_in, *(one.periods for one in course.offerings))
        for name in held
    )
    return Facts(
        generation=generation,
        courses=by_iri,
        periods=by_period,
        teaching=teaching(by_period.values(), uses),
        credentials={
            one.iri: one for one in sorted(credentials, key=lambda credential: credential.iri)
        },
        modules=dict(modules or {}),
        skills=known,
        narrower={skill: tuple(below) for skill, below in narrower.items()},
        taught={skill: tuple(by) for skill, by in taught.items()},
        occupations=occupations,
        threshold=threshold,
        aliases=dict(aliases or {}),
        universities=dict(universities or {}),
        notes=notes,
    )


def confidence(status: str | None, stated: str | None, *, decided: bool = False) -> float:
    """How surely a claim holds, 0 to 1.

    What a person accepted is sure; what a source states is as sure as it says, sure if it says
    nothing; a machine's suggestion without a confidence says nothing.
    """
    if decided:
        return 1.0
    value = _number(stated)
    if value is None or not 0 <= value <= 1:
        return 1.0 if status == terms.Accepted else 0.0
    return round(float(value), 4)


def never(courses: Sequence[Course]) -> list[str]:
    """Courses that no order of study reaches: their compulsory prerequisites go in a cycle."""
    waiting = {
        course.iri: [
            set(group.members) for group in course.groups if group.compulsory and group.members
        ]
        for course in courses
    }
    reached: set[str] = set()
    while True:
        ready = [
            name
            for name, groups in waiting.items()
            if all(not group.isdisjoint(reached) for group in groups)
        ]
        if not ready:
            return sorted(waiting)
        reached.update(ready)
        for name in ready:
            del waiting[name]


class _Reader:
    """Reads one graph; collects what is wrong in it on the way."""

    def __init__(self, graph: Remembered) -> None:
        self.graph = graph
        self.wrong: dict[str, list[str]] = {}
        self.aliases: dict[str, str] = {}
        self.modules: dict[str, frozenset[str]] = {}

    def facts(self) -> Facts:
        self.aliases = {
            thing: stands
            for thing, stands in self.values(terms.Course, terms.entity)
            if thing != stands
        }
        universities = self.universities()
        periods = {period.iri: period for period in self.periods(universities)}
        courses = list(self.courses(universities, periods))
        for name in never(courses):
            self.note("prerequisites that go in a cycle, so that the course is never reached", name)
        thresholds = [
            float(value)
            for row in self.graph.select(engine("paths-thresholds").text)
            if (value := _number(row[0])) is not None
        ]
        return assemble(
            self.graph.generation,
            courses,
            periods=periods.values(),
            credentials=self.credentials({course.iri for course in courses}),
            skills=self.skills(),
            occupations=self.occupations(),
            threshold=min(thresholds, default=0.0),
            aliases=self.aliases,
            universities={
                code: name
                for name, code in universities.items()
                if code in {course.university for course in courses}
            },
            modules=self.modules,
            notes=tuple((what, len(which), which[0]) for what, which in sorted(self.wrong.items())),
        )

    def values(self, of: str, name: str) -> Pairs:
        """The values of one property of every thing of a class."""
        query = engine("paths-property").bind({"class": iri(of), "property": iri(name)})
        for thing, value in self.graph.select(query):
            if thing is not None and value is not None:
                yield thing, value

    def one(self, of: str, name: str) -> dict[str, str]:
        """One value of a property for each thing: the least where a thing has several."""
        found: dict[str, str] = {}
        for thing, value in self.values(of, name):
            if thing not in found or value < found[thing]:
                found[thing] = value
        return found

    def several(self, of: str, name: str) -> dict[str, tuple[str, ...]]:
        """All values of a property for each thing, in order."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for thing, value in self.values(of, name):
            found[thing].add(value)
        return {thing: tuple(sorted(values)) for thing, values in found.items()}

    def note(self, what: str, which: str) -> None:
        self.wrong.setdefault(what, []).append(which)

    def universities(self) -> dict[str, str]:
        """Organisation IRI → short code."""
        found: dict[str, str] = {}
        for organisation, code in self.graph.select(engine("paths-universities").text):
            if organisation and code and (organisation not in found or code < found[organisation]):
                found[organisation] = code
        return found

    def periods(self, universities: Mapping[str, str]) -> Iterator[Period]:
        for row in sorted(set(self.graph.select(engine("paths-periods").text)), key=str):
            period, university, start, end, code = row
            if not (period and university and code):
                continue
            first, last = _day(start), _day(end)
            if first is None or last is None or last < first:
                self.note("period without usable dates", period)
                continue
            yield Period(period, universities.get(university, university), first, last, code)

    def skills(self) -> dict[str, SkillFacts]:
        types = self.one(terms.esco.Skill, terms.esco.skillType)
        reuse = self.one(terms.esco.Skill, terms.esco.skillReuseLevel)
        broader: defaultdict[str, set[str]] = defaultdict(set)
        for skill, above in self.graph.select(engine("paths-broader").text):
            if skill and above and skill != above:
                broader[skill].add(above)
        demand = {
            skill: int(count)
            for skill, count in self.graph.select(engine("paths-demand").text)
            if skill and count
        }
        return {
            skill: SkillFacts(
                types.get(skill),
                reuse[skill].rsplit("/", 1)[-1] if skill in reuse else None,
                tuple(sorted(broader.get(skill, ()))),
                demand.get(skill, 0),
            )
            for skill in types.keys() | reuse.keys() | broader.keys() | demand.keys()
        }

    def occupations(self) -> int:
        row = next(iter(self.graph.select(engine("paths-occupations").text)), ("0",))
        return int(row[0] or 0)

    def evidence(self) -> dict[str, dict[str, tuple[float, str | None, int | None]]]:
        """Course → skill → confidence, status and level; the surest claim where several stand."""
        decided = {
            (course, skill) for course, skill in self.graph.fresh(engine("paths-decided").text)
        }
        found: defaultdict[str, dict[str, tuple[float, str | None, int | None]]] = defaultdict(dict)

        def take(course: str, skill: str, sure: float, status: str, level: int | None) -> None:
            skills = found[self.aliases.get(course, course)]
            before = skills.get(skill)
            if before is None or (sure, level or 0) > (before[0], before[2] or 0):
                skills[skill] = (sure, status, level)

        for course, skill, status, stated, level in self.graph.claimed(
            engine("paths-evidence").text,
            lambda courses: engine("paths-evidence-of").bind({"courses": courses}),
        ):
            if not (course and skill) or status == terms.Rejected:
                continue
            sure = confidence(status, stated, decided=(course, skill) in decided)
            step = codes.SKILL_LEVELS.get(level or "")
            accepted = status == terms.Accepted or (course, skill) in decided
            take(course, skill, sure, "accepted" if accepted else "suggested", step)
        for course, skill in self.graph.claimed(
            engine("paths-stated").text,
            lambda courses: engine("paths-stated-of").bind({"courses": courses}),
        ):
            if course and skill and skill not in found[self.aliases.get(course, course)]:
                take(course, skill, 1.0, "accepted", None)
        return found

    def groups(
        self, courses: set[str], instead: Mapping[str, set[str]]
    ) -> dict[str, tuple[PrerequisiteGroup, ...]]:
        """Course → its prerequisite groups, unknown members dropped and counted.

        A course that counts in a member's place meets the group too. A group that holds modules
        becomes several, over courses alone.
        """
        members: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        compulsory: dict[tuple[str, str], bool] = {}
        for course, group, strength, member in self.graph.select(
            engine("paths-prerequisites").text
        ):
            if not (course and group):
                continue
            key = (self.aliases.get(course, course), group)
            compulsory[key] = compulsory.get(key, False) or strength == terms.Compulsory
            if member:
                members[key].add(self.aliases.get(member, member))
        found: defaultdict[str, list[PrerequisiteGroup]] = defaultdict(list)
        for (course, group), binds in sorted(compulsory.items()):
            asked = {
                member: self.modules.get(member) or frozenset([member])
                for member in members[(course, group)]
            }
            if any(course in one for one in asked.values()):
                self.note("course that is its own prerequisite", course)
                asked = {member: rest for member, one in asked.items() if (rest := one - {course})}
                if not asked:
                    continue
            known = {member: one for member, one in asked.items() if one <= courses}
            unknown = len(asked) - len(known)
            if unknown:
                self.note("prerequisite that is no known course", course)
            every = clauses(known.values())
            if every is None:
                self.note(
                    f"prerequisite group whose modules make more than {MOST_CLAUSES} choices, "
                    "not binding",
                    group,
                )
                every = (frozenset(),)
            elif not known:
                self.note("prerequisite group with no known course, not binding", group)
            for clause in every:
                counts = {one for member in clause for one in instead.get(member, ())} & courses
                found[course].append(
                    PrerequisiteGroup(
                        group,
                        tuple(sorted((clause | counts) - {course})),
                        binds,
                        unknown,
                        tuple(
                            sorted(
                                member
                                for member, one in known.items()
                                if member in self.modules
                                and not one.isdisjoint(clause - asked.keys())
                            )
                        ),
                    )
                )
        return {course: tuple(groups) for course, groups in found.items()}

    def opened(self, courses: set[str]) -> dict[str, frozenset[str]]:
        """Module → the known courses in it, at any depth."""
        stated = self.several(terms.Module, terms.consistsOf)
        parts = {
            module: sorted({self.aliases.get(part, part) for part in stated.get(module, ())})
            for module, _ in self.values(terms.Module, terms.rdf.type)
            if module not in courses
        }
        found: dict[str, frozenset[str]] = {}
        for name in sorted(parts):
            module = opened(name, parts, courses)
            found[name] = module.courses
            if module.cyclic:
                self.note("module that is a part of itself", name)
            if module.unknown:
                self.note("module with a part that is neither a known course nor a module", name)
            if module.too_large:
                self.note(f"module of more than {MOST_PARTS} parts, passed over", name)
            elif not module.courses:
                self.note("module with no known course", name)
        return found

    def ways_in(self) -> dict[str, tuple[WayIn, ...]]:
        """Course → its ways in, each once."""
        found: defaultdict[str, set[WayIn]] = defaultdict(set)
        for row in self.graph.select(engine("paths-ways-in").text):
            course, way, audience, fee, currency, by, link, source = row
            if not (course and way and audience):
                continue
            amount = _number(fee)
            found[self.aliases.get(course, course)].add(
                WayIn(
                    codes.AUDIENCES.get(audience, "unknown"),
                    amount if amount is not None and amount >= 0 else None,
                    currency,
                    _day(by),
                    link,
                    source,
                )
            )
        return {course: tuple(sorted(ways, key=str)) for course, ways in found.items()}

    def offerings(self) -> dict[str, tuple[Offering, ...]]:
        """Course → its offerings by start."""
        of = self.one(terms.Offering, terms.offeringOf)
        starts = self.one(terms.Offering, terms.startDate)
        ends = self.one(terms.Offering, terms.endDate)
        enrolment = self.one(terms.Offering, terms.enrolmentEnd)
        periods = self.several(terms.Offering, terms.inPeriod)
        modes = self.one(terms.Offering, terms.mode)
        languages = self.several(terms.Offering, terms.dcterms.language)
        found: defaultdict[str, list[Offering]] = defaultdict(list)
        for offering, course in of.items():
            start, end = _day(starts.get(offering)), _day(ends.get(offering))
            if start is None or (end is not None and end < start):
                self.note("offering without usable dates", offering)
                continue
            mode = modes.get(offering)
            found[self.aliases.get(course, course)].append(
                Offering(
                    offering,
                    start,
                    end,
                    periods.get(offering, ()),
                    codes.MODES.get(mode) if mode else None,
                    frozenset(codes.language(one) for one in languages.get(offering, ())),
                    _day(enrolment.get(offering)),
                )
            )
        return {
            course: tuple(sorted(all_of, key=lambda one: (one.start, one.iri)))
            for course, all_of in found.items()
        }

    def courses(
        self, universities: Mapping[str, str], periods: Mapping[str, Period]
    ) -> Iterator[Course]:
        code = self.one(terms.Course, terms.code)
        university = self.one(terms.Course, terms.university)
        most = self.several(terms.Course, terms.ectsMax)
        least = self.several(terms.Course, terms.ectsMin)
        level = self.one(terms.Course, terms.studyLevel)
        kind = self.one(terms.Course, terms.unitKind)
        languages = self.several(terms.Course, terms.dcterms.language)
        taught_in = self.several(terms.Course, terms.taughtIn)
        substitutes = self.several(terms.Course, terms.substitutes)
        every = {thing for thing, _ in self.values(terms.Course, terms.rdf.type)}
        stands = every - self.aliases.keys()
        evidence, offerings, ways = self.evidence(), self.offerings(), self.ways_in()
        counts_as = {
            self.aliases.get(course, course): {self.aliases.get(one, one) for one in others}
            & stands - {course}
            for course, others in substitutes.items()
        }
        instead: defaultdict[str, set[str]] = defaultdict(set)
        for course, places in counts_as.items():
            for other in places:
                instead[other].add(course)
        self.modules = self.opened(stands)
        groups = self.groups(stands, instead)
        for course in sorted(stands):
            stated_level = codes.LEVELS.get(level.get(course, ""))
            reaches = codes.OUTCOME_LEVELS.get(stated_level or "", 1)
            credits = [
                value
                for text in (*most.get(course, ()), *least.get(course, ()))
                if (value := _number(text)) is not None
            ]
            if not credits or max(credits) <= 0:
                self.note("course that states no credits", course)
            develops = sorted(
                (
                    Evidence(
                        skill,
                        sure,
                        Status.ACCEPTED if status == "accepted" else Status.SUGGESTED,
                        step or reaches,
                    )
                    for skill, (sure, status, step) in evidence.get(course, {}).items()
                    if sure > 0
                ),
                key=lambda one: (-one.confidence, one.skill),
            )
            at = university.get(course, "")
            yield Course(
                course,
                code.get(course, course.rsplit("/", 1)[-1]),
                universities.get(at, at),
                math.ceil(max([*credits, Decimal(0)]) * CENTI),
                stated_level,
                codes.KINDS.get(kind.get(course, ""), "course"),
                frozenset(codes.language(one) for one in languages.get(course, ())),
                tuple(develops),
                groups.get(course, ()),
                offerings.get(course, ()),
                tuple(one for one in taught_in.get(course, ()) if one in periods),
                ways.get(course, ()),
                tuple(sorted(counts_as.get(course, ()))),
            )

    def credentials(self, courses: set[str]) -> Iterator[MicroCredential]:
        consists = self.several(terms.MicroCredential, terms.consistsOf)
        stacks = self.several(terms.MicroCredential, terms.stacksInto)
        for credential, parts in sorted(consists.items()):
            stated = {self.aliases.get(part, part) for part in parts}
            if stated - courses:
                self.note("micro-credential with a course that is not known", credential)
                continue
            yield MicroCredential(credential, frozenset(stated), stacks.get(credential, ()))


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def _number(text: str | None) -> Decimal | None:
    try:
        value = Decimal(text) if text is not None else None
    except InvalidOperation:
        return None
    return value if value is not None and value.is_finite() else None
