"""Loads Aalto University's course catalogue: realisations → courses, offerings, periods.

Publisher: Aalto University, Open API for courses (Sisu), https://www.aalto.fi/en/services/the-course-api.
Licence: of the data not stated; it may be measured, never redistributed.
Format: JSON Lines (also gzipped, also a JSON array or several files) of course unit realisations:
``id, code, courseUnitId, name {fi,sv,en}, type, startDate, endDate, enrolmentStartDate,
enrolmentEndDate, credits {min,max}, organizationId, organizationName, languageOfInstructionCodes,
summary {learningOutcomes, content, prerequisites, workload, assesmentMethods, substitutes,
teachingPeriod, registration, level, cefrLevel}``.
Release used: realisations of 2024–2026, 3,382 of 1,906 codes.
Named graph: ``graph/aalto``.

What becomes of it:

- One *course* per code. Its facts are those of the realisation that starts last, teaching before
  exams; its title is what most realisations say, without their endings. Of the texts of one
  property and language one is kept: the one that stood in that language's slot, else the English,
  Finnish, Swedish slot's. The language is detected, for slots lie (``loaders/language.py``).
- Every realisation but exams and theses is an *offering*. A course known by exams alone has none.
- *Periods* are dated by realisations of courses that name theirs (``loaders/periods.py``).
- *Open University twins* (``AISM-A3002`` of ``ISM-A3002``) are ways into the degree course. The
  twin stays as a course of title, code and credits, whose ``polku:entity`` is the degree course;
  its offerings are the degree course's, each ``polku:openThrough`` that way in; prerequisites and
  substitutions that name it mean the degree course. Its own texts are left out: they repeat the
  degree course's.
- *Ways in* are what texts, names and organisations say (``loaders/ways.py``); a course whose own
  teaching says nothing has one for degree students if a text restricts it, else one for an
  unknown audience. A fee is stated only where the data has one.
- *Prerequisites* in prose become groups (``loaders/prerequisites.py``). Courses that substitute
  one another and stand side by side in a list are alternatives: nobody takes both.
- *Substitutions* only where one course stands for another whole: "together with" and "partly"
  are left alone.

Known gaps: no fees but two; no dates of periods; links between courses only as prose; texts cut
at their beginning by the API (``teachingPeriod``, ``registration``); literature, grading scales
and the shares of organisations are left out.
"""

from __future__ import annotations

import marshal
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final, NamedTuple

from loaders import ways
from loaders.base import Loader, Run
from loaders.courses.kinds import any_of, unit_kind
from loaders.courses.sisu import LEVELS, MODES
from loaders.errors import LoadError, RecordError
from loaders.files import json_records
from loaders.language import NO_LANGUAGE, Detector
from loaders.once import Once
from loaders.periods import MODULES, ORDER, Calendar, Dated, Named, named, place, witnesses
from loaders.prerequisites import Codes, Demands, Group, clearest, demands, written_codes
from loaders.text import is_html, one_line, plain
from loaders.titles import best, title
from ontology import terms
from ontology.languages import LANGUAGES
from ontology.ntriples import Term, Triple, decimal, iri, text, typed
from ontology.terms import Iri
from ontology.universities import UNIVERSITIES

UNIVERSITY: Final = "aalto"
SLOTS: Final = ("en", "fi", "sv")
"""The slots of every text, in the order in which they are asked."""

OPEN_UNIVERSITY_UNIT: Final = "U902"
"""Aalto's code of its Open University."""

_TEXTS: Final = (
    ("learningOutcomes", iri(terms.outcomesText)),
    ("content", iri(terms.contentText)),
    ("prerequisites", iri(terms.prerequisitesText)),
    ("workload", iri(terms.workloadText)),
    ("assesmentMethods", iri(terms.assessmentText)),
)
_AUDIENCES: Final[Mapping[str, Iri]] = {
    ways.OPEN_UNIVERSITY: terms.OpenUniversity,
    ways.FITECH: terms.FITechLearners,
    ways.CROSS_INSTITUTIONAL: terms.CrossInstitutional,
    ways.NON_DEGREE: terms.NonDegree,
    ways.MOOC: terms.MoocLearners,
    ways.DEGREE: terms.DegreeStudents,
    ways.UNKNOWN: terms.UnknownAudience,
}
_MOST_CREDITS: Final = Decimal(60)
"""A year's full-time study; a course of more is suspicious."""

_FIRST_YEAR, _LAST_YEAR = 1990, 2090


_INTRODUCING: Final = ("learningOutcomes", "content")


@dataclass(frozen=True, slots=True)
class Realisation:
    """One realisation, checked: what is its own and not its course's.

    Attributes:
        type: as the API names it.
        names: slot → name, plain.
        languages: ISO 639-1 codes of the languages it is held in.
        enrolment: first and last day; None where not stated.
    """

    id: str
    code: str
    type: str
    start: date
    end: date
    names: Mapping[str, str]
    languages: tuple[str, ...]
    enrolment: tuple[date | None, date | None]

    @property
    def is_exam(self) -> bool:
        """Whether it is an examination and no teaching."""
        return self.type.startswith("exam")

    @property
    def is_teaching(self) -> bool:
        """Whether it is an offering: neither an exam nor the writing of a thesis."""
        return not self.is_exam and not self.type.startswith("thesis")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a realisation states of its course.

    Attributes:
        credits: least and most ECTS credits; None if not stated.
        texts: field → slot → text as stated.
        organisation: code and names by slot; None if not stated.
        substitutes: group ids of course units for which it stands alone.
    """

    credits: tuple[Decimal, Decimal] | None
    level: str
    cefr: str
    texts: Mapping[str, Mapping[str, str]]
    organisation: tuple[str, Mapping[str, str]] | None
    substitutes: tuple[str, ...]


def realisation(record: Mapping[str, object]) -> Realisation:
    """The realisation that a record states.

    Raises: RecordError if it has no id, no code, or a date that is none.
    """
    start, end = _day(record, "startDate"), _day(record, "endDate")
    if end < start:
        raise RecordError("/endDate", "ends before it starts", "Correct startDate or endDate.")
    stated = record.get("languageOfInstructionCodes")
    languages = (
        [one.strip().lower() for one in stated if isinstance(one, str)]
        if isinstance(stated, list)
        else []
    )
    return Realisation(
        _required(record, "id"),
        _required(record, "code"),
        _string(record.get("type")),
        start,
        end,
        {slot: one_line(plain(name)) for slot, name in _slots(record.get("name")).items()},
        tuple(dict.fromkeys(one for one in languages if one)),
        (_day_or_none(record, "enrolmentStartDate"), _day_or_none(record, "enrolmentEndDate")),
    )


def facts(record: Mapping[str, object]) -> Facts:
    """What a record states of its course.

    Raises: RecordError if its credits are none.
    """
    summary = record.get("summary")
    summary = summary if isinstance(summary, dict) else {}
    organisation = _string(record.get("organizationId"))
    return Facts(
        _credits(record.get("credits")),
        next(iter(_slots(summary.get("level")).values()), ""),
        _string(summary.get("cefrLevel")),
        {
            name: _slots(summary.get(name))
            for name in (*(name for name, _ in _TEXTS), "substitutes", *_WAY_FIELDS)
        },
        (organisation, _slots(record.get("organizationName"))) if organisation else None,
        _group_ids(summary.get("substitutes")),
    )


_WAY_FIELDS: Final = ("teachingPeriod", "registration")
_RESTRICTING_FIELDS: Final = (*_WAY_FIELDS, "prerequisites")


def _string(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _required(record: Mapping[str, object], name: str) -> str:
    value = one_line(_string(record.get(name)))
    if not value:
        raise RecordError(f"/{name}", f"no {name}", "Every realisation has an id and a code.")
    if len(value) > 200:
        raise RecordError(f"/{name}", f"{name} longer than 200 characters", "Is it a text?")
    return value


def _slots(value: object) -> dict[str, str]:
    """Slot → text, in the order of ``SLOTS``, without empty ones."""
    if not isinstance(value, dict):
        return {}
    found: dict[str, str] = {}
    for slot in SLOTS:
        if one := _string(value.get(slot)):
            found[slot] = one
    return found


def _distinct(stated: Mapping[str, str]) -> dict[str, str]:
    """Slot → text, each text in the first of its slots: more than half of all stand in several."""
    first: dict[str, str] = {}
    for slot, one in stated.items():
        first.setdefault(one, slot)
    return {slot: one for one, slot in first.items()}


_DAY: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:T[\d:.Z+-]*)?\Z", re.ASCII)


def _day(record: Mapping[str, object], name: str) -> date:
    stated = record.get(name)
    match = _DAY.match(stated.strip()) if isinstance(stated, str) else None
    try:
        day = date.fromisoformat(match[1]) if match else None
    except ValueError:
        day = None
    if day is None or not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise RecordError(
            f"/{name}",
            "no date",
            f"Expected YYYY-MM-DD from {_FIRST_YEAR} to {_LAST_YEAR}, found {str(stated)[:40]!r}.",
        )
    return day


def _day_or_none(record: Mapping[str, object], name: str) -> date | None:
    return None if record.get(name) in (None, "") else _day(record, name)


def _credits(value: object) -> tuple[Decimal, Decimal] | None:
    if not isinstance(value, dict):
        return None
    least, most = _number(value, "min"), _number(value, "max")
    if least is None and most is None:
        return None
    least = most if least is None else least
    most = least if most is None else most
    if least is None or most is None or most < least:
        raise RecordError("/credits", "least credits above the most", "Swap min and max.")
    return least, most


def _number(value: Mapping[str, object], name: str) -> Decimal | None:
    stated = value.get(name)
    if stated is None or stated == "":
        return None
    try:
        number = Decimal(str(stated).replace(",", "."))
    except InvalidOperation:
        number = Decimal(-1)
    if isinstance(stated, bool) or not number.is_finite() or not 0 <= number < 10_000:
        raise RecordError(
            f"/credits/{name}", "no number of credits", f"Found {str(stated)[:40]!r}."
        )
    return number


def _group_ids(value: object) -> tuple[str, ...]:
    """Course units for each of which alone the course stands; combinations are left alone."""
    alternatives = value.get("courseUnits") if isinstance(value, dict) else None
    found: dict[str, None] = {}
    for units in alternatives if isinstance(alternatives, list) else ():
        if isinstance(units, list) and len(units) == 1 and isinstance(units[0], dict):
            group = _string(units[0].get("courseUnitGroupId"))
            if group:
                found[group] = None
    return tuple(found)


_VERSION: Final = re.compile(r"-\d{8}\Z")


def _groups_of(unit_id: str) -> Iterator[str]:
    """Group ids under which other units may name this one: its id without the version."""
    group = _VERSION.sub("", unit_id)
    yield group
    # Units renewed in 2024 got a new kind of id and kept the number of their group.
    yield group.replace("-CU-", "-OPINKOHD-")


class _Row(NamedTuple):
    """An offering, as small as it can be kept until its course is written."""

    id: str
    start: date
    end: date
    mode: Iri | None
    languages: tuple[str, ...]
    enrolment: tuple[date | None, date | None]
    through: str


class _Prose(NamedTuple):
    """Different texts in which a realisation names its periods, and what it replaces."""

    ways: tuple[str, ...] = ()
    substitutes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Course:
    """What the first reading gathers of one course.

    Attributes:
        rank: of the realisation whose facts hold; the greatest wins.
        ordinal: where that realisation stands.
        titles: slot → title → how many realisations state it.
        exam_languages: languages of its exams, which count if it has no offering.
        through: audience → where a name or an organisation says so.
        prose: of that realisation, until all are known: then ``periods`` and ``replaced`` are.
    """

    rank: tuple[bool, date, str]
    ordinal: int
    titles: dict[str, Counter[str]] = field(default_factory=dict)
    rows: list[_Row] = field(default_factory=list)
    exam_languages: set[str] = field(default_factory=set)
    types: set[str] = field(default_factory=set)
    through: dict[str, str] = field(default_factory=dict)
    prose: _Prose = field(default_factory=_Prose)
    periods: tuple[Named, ...] = ()
    replaced: tuple[str, ...] = ()
    replaced_groups: tuple[str, ...] = ()
    open_university: bool = False


@dataclass
class Survey:
    """What must be known of all courses before one can be written: the first reading's result."""

    courses: dict[str, _Course] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)

    def representative(self, code: str) -> str:
        """The degree course of an Open University twin; any other code itself."""
        course = self.courses.get(code)
        if course is None or not course.open_university or not code.startswith("A"):
            return code
        return code[1:] if code[1:] in self.courses else code

    def twins(self) -> dict[str, list[str]]:
        """Degree course → its Open University twins."""
        found: dict[str, list[str]] = {}
        for code in self.courses:
            if (degree := self.representative(code)) != code:
                found.setdefault(degree, []).append(code)
        return found

    def calendar(self) -> Calendar:
        """The teaching periods as the realisations show them."""
        return Calendar(
            witness
            for course in self.courses.values()
            for witness in witnesses(course.periods, [(row.start, row.end) for row in course.rows])
        )


_NO_REFERENCES: Final = 2
"""Marshal's version in which equal values are equal bytes."""


def survey(paths: Sequence[Path], run: Run) -> Survey:
    """Reads all records once; bad ones are rejected, repeated ones counted."""
    found = Survey()
    ids: dict[str, int] = {}
    for ordinal, (where, record) in enumerate(json_records(paths, run)):
        try:
            row, stated = realisation(record), facts(record)
        except RecordError as error:
            run.reject(where, error)
            continue
        content = hash(marshal.dumps(record, _NO_REFERENCES))
        if row.id in ids:
            run.counts["repeated realisations"] += 1
            if ids[row.id] != content:
                run.warn("realisation repeated with other content; the first is kept", row.id)
            continue
        ids[row.id] = content
        _note(found, row, stated, ordinal, record)
        run.counts["realisations"] += 1
        run.counts["exams"] += row.is_exam
        run.counts["theses"] += not row.is_exam and not row.is_teaching
    for course in found.courses.values():
        _read_prose(course)
    return found


def _note(
    found: Survey, row: Realisation, stated: Facts, ordinal: int, record: Mapping[str, object]
) -> None:
    rank = (row.is_teaching, row.start, row.id)
    course = found.courses.get(row.code)
    if course is None:
        course = found.courses[row.code] = _Course(rank, ordinal)
    if rank >= course.rank:
        course.rank, course.ordinal = rank, ordinal
        texts = stated.texts
        course.prose = _Prose(
            tuple(prose for one in _WAY_FIELDS for prose in _distinct(texts[one]).values()),
            tuple(_distinct(texts["substitutes"]).values()),
        )
        course.replaced_groups = stated.substitutes
        course.open_university = bool(
            stated.organisation and stated.organisation[0] == OPEN_UNIVERSITY_UNIT
        )
    for group in _groups_of(_string(record.get("courseUnitId"))):
        found.groups.setdefault(group, row.code)
    for slot, name in row.names.items():
        if bare := title(name, row.code):
            course.titles.setdefault(slot, Counter())[bare] += 1
    course.types.add(row.type)
    through = _said_in_names(row.names)
    if row.is_teaching:
        course.rows.append(
            _Row(row.id, row.start, row.end, mode(row), row.languages, row.enrolment, through)
        )
    else:
        course.exam_languages.update(row.languages)
    if through:
        course.through.setdefault(through, "name")


def _read_prose(course: _Course) -> None:
    """Read what the realisation whose facts hold says, and let its texts go."""
    periods = {name for prose in course.prose.ways for name in named(plain(prose))}
    course.periods = tuple(sorted(periods, key=place))
    replaced = (code for one in course.prose.substitutes for code in _replaced(plain(one)))
    course.replaced = tuple(dict.fromkeys(replaced))
    course.prose = _Prose()


_ONLINE: Final = re.compile(r"\b(?:online|zoom|verkko|webb|etä|distans)\b|\(V\d\d", re.IGNORECASE)
_BLENDED: Final = re.compile(
    r"\b(?:hybrid\w*|flex|monimuoto|blended|flerforms\w*)\b", re.IGNORECASE
)


def mode(row: Realisation) -> Iri | None:
    """How learners take part: by the type, but what the name's ending says goes before.

    Language courses are all "lectures", and their groups say "(V02 Online) Lecture" or
    "Lecture (Zoom)".
    """
    stated = MODES.get(row.type)
    if stated != terms.OnSite:
        return stated
    endings = [name.replace(title(name, row.code), "", 1) for name in row.names.values()]
    if any(_BLENDED.search(ending) for ending in endings):
        return terms.Blended
    return terms.Online if any(_ONLINE.search(ending) for ending in endings) else stated


_AUDIENCE_IN_NAME: Final = re.compile(r"open uni|avoi|öppna|fitech", re.IGNORECASE)


def _said_in_names(names: Mapping[str, str]) -> str:
    """The audience that a realisation's name says it is for; "" if it says none."""
    for name in names.values():
        if not _AUDIENCE_IN_NAME.search(name):
            continue
        for sign in ways.signs(name):
            if sign.audience in (ways.OPEN_UNIVERSITY, ways.FITECH):
                return sign.audience
    return ""


_NOT_WHOLE: Final = any_of(
    r"\b(?:together|partly|partially|part of|parts of|in part)\b",
    r"\b(?:yhdessä|osan|osin|osittain|osia|puoliksi)\b",
    r"\b(?:tillsammans|delvis|delar av|en del av)\b",
    r"[+]",
)
_PARTS: Final = re.compile(r"(?<=[.;])\s+|\n|;")


def _replaced(prose: str) -> Iterator[str]:
    """Codes of the courses for each of which alone the course stands, as they are written."""
    for part in _PARTS.split(prose):
        if not _NOT_WHOLE.search(part):
            yield from written_codes(part)


_TYPE: Final = iri(terms.rdf.type)
_TITLE: Final = iri(terms.dcterms.title)
_CODE: Final = iri(terms.code)
_UNIVERSITY: Final = iri(terms.university)
_ENTITY: Final = iri(terms.entity)
_LANGUAGE: Final = iri(terms.dcterms.language)
_SOURCE: Final = iri(terms.dcterms.source)
_ECTS_MIN: Final = iri(terms.ectsMin)
_ECTS_MAX: Final = iri(terms.ectsMax)
_START: Final = iri(terms.startDate)
_END: Final = iri(terms.endDate)
_WAY_IN: Final = iri(terms.wayIn)
_PREF_LABEL: Final = iri(terms.skos.prefLabel)
_NOTATION: Final = iri(terms.skos.notation)
_ORGANISATION: Final = iri(terms.elm.Organisation)


def _date(day: date) -> Term:
    return typed(day.isoformat(), terms.xsd.date)


@dataclass
class _Writer:
    """Writes courses, one after the other, with all that was surveyed at hand."""

    run: Run
    survey: Survey
    calendar: Calendar
    codes: Codes
    twins: Mapping[str, Sequence[str]]
    substitutes: Mapping[str, frozenset[str]]
    detector: Detector = field(default_factory=Detector)
    once: Once = field(default_factory=Once)
    referred: set[Named] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.aalto = iri(self.run.iris.organisation(UNIVERSITIES[UNIVERSITY].ror))

    def node(self, code: str) -> Term:
        return iri(self.run.iris.course(UNIVERSITY, code))

    def course(self, code: str, stated: Facts) -> Iterator[Triple]:
        """All that the graph says of a course, and of what hangs on it."""
        surveyed = self.survey.courses[code]
        node = self.node(code)
        degree = self.survey.representative(code)
        titles = self._titles(code, surveyed)
        yield node, _TYPE, iri(terms.Course)
        yield node, _ENTITY, self.node(degree)
        yield node, _CODE, text(code)
        yield node, _UNIVERSITY, self.aalto
        for language, one in titles.items():
            yield node, _TITLE, text(one, language)
        yield from self._credits(code, node, stated)
        texts = [one for name in _INTRODUCING for one in _distinct(stated.texts[name]).values()]
        kind = unit_kind(code, titles.values(), surveyed.types, texts)
        yield node, iri(terms.unitKind), iri(kind)
        self.run.counts["courses"] += 1
        self.run.counts[f"courses of kind {kind.rsplit('#', 1)[-1]}"] += 1
        if degree != code:
            self.run.counts["Open University twins"] += 1
            return
        yield from self._facts(code, node, stated)
        yield from self._texts(node, stated)
        yield from self._prerequisites(code, node, stated)
        for other in sorted(self.substitutes.get(code, ())):
            yield node, iri(terms.substitutes), self.node(other)
        yield from self._taught_in(code, node, surveyed)

    def _titles(self, code: str, surveyed: _Course) -> dict[str, str]:
        """Language → title."""
        stated: dict[str, str] = {
            slot: best(surveyed.titles[slot]) for slot in SLOTS if slot in surveyed.titles
        }
        titles = self._by_language(stated)
        neutral = titles.pop(NO_LANGUAGE, "")
        if not titles and not neutral:
            self.run.warn("course without a title; its code stands for it", code)
        # An acronym is in no language; titles need one.
        return titles or {"en": neutral or code}

    def _by_language(
        self, stated: Mapping[str, str], wrong: Callable[[str], None] = lambda _: None
    ) -> dict[str, str]:
        """Language → text, each text once.

        In a language the slot's own text goes first; of texts alike but for white space, which
        forms swallow, the one with more of it. ``wrong`` is told each slot with another language.
        """
        slots: dict[str, list[str]] = {}
        for slot, one in stated.items():
            slots.setdefault(one, []).append(slot)
        found: dict[str, str] = {}
        own: set[str] = set()
        for one, where in slots.items():
            # What stands in several slots is English unless it clearly is not.
            language = self.detector.language(one, where[0])
            if language != NO_LANGUAGE:
                for slot in where:
                    if slot != language:
                        wrong(slot)
            kept = found.get(language)
            if kept is None or (language in where and language not in own):
                found[language] = one
            if kept is not None and _letters(kept) == _letters(one):
                found[language] = max(kept, one, key=len)
            if language in where:
                own.add(language)
        return found

    def _credits(self, code: str, node: Term, stated: Facts) -> Iterator[Triple]:
        if stated.credits is None:
            self.run.warn("course without credits", code)
            return
        least, most = stated.credits
        yield node, _ECTS_MIN, decimal(least)
        yield node, _ECTS_MAX, decimal(most)
        if not most or most > _MOST_CREDITS:
            self.run.warn("suspicious credits", code, f"{least}-{most}")

    def _facts(self, code: str, node: Term, stated: Facts) -> Iterator[Triple]:
        surveyed = self.survey.courses[code]
        if (level := LEVELS.get(stated.level)) is not None:
            yield node, iri(terms.studyLevel), iri(level)
        else:
            self.run.warn("no study level", code, stated.level)
        if stated.cefr:
            yield node, iri(terms.cefrLevel), text(stated.cefr.upper().replace("-", "."))
        spoken = {one for row in surveyed.rows for one in row.languages} or surveyed.exam_languages
        yield from self._languages(node, code, sorted(spoken))
        if stated.organisation is not None:
            unit, names = stated.organisation
            yield node, iri(terms.elm.providedBy), self._unit(unit)
            yield from self._described(unit, names)

    def _languages(self, node: Term, code: str, languages: Iterable[str]) -> Iterator[Triple]:
        for one in languages:
            if one in LANGUAGES:
                yield node, _LANGUAGE, iri(LANGUAGES[one])
            else:
                self.run.warn("language that is not known", code, one)

    def _unit(self, unit: str) -> Term:
        if unit.lower() == UNIVERSITY:
            return self.aalto
        return iri(self.run.iris.organisation(f"{UNIVERSITY}-{unit}"))

    def _described(self, unit: str, names: Mapping[str, str]) -> Iterator[Triple]:
        node = self._unit(unit)
        if node == self.aalto or not self.once(f"unit {unit}"):
            return
        yield node, _TYPE, _ORGANISATION
        yield node, _ENTITY, node
        yield node, _NOTATION, text(unit)
        yield node, iri(terms.org.subOrganizationOf), self.aalto
        for language, name in sorted(names.items()):
            yield node, _PREF_LABEL, text(one_line(plain(name)), language)

    def _texts(self, node: Term, stated: Facts) -> Iterator[Triple]:
        counts = self.run.counts
        for name, predicate in _TEXTS:
            prose: dict[str, str] = {}
            for slot, raw in stated.texts[name].items():
                counts["texts with HTML"] += is_html(raw)
                if says_something(read := plain(raw)):
                    prose[slot] = read
                    counts["texts"] += 1

            def wrong(slot: str) -> None:
                counts[f"texts in the {slot} slot that are in another language"] += 1

            found = self._by_language(prose, wrong)
            different = len({_letters(one) for one in prose.values()})
            counts["second texts in one language, left out"] += different - len(found)
            for language in sorted(found):
                yield node, predicate, text(found[language], language)

    def _prerequisites(self, code: str, node: Term, stated: Facts) -> Iterator[Triple]:
        prose = _distinct(stated.texts["prerequisites"])
        readings = [
            demands(plain(prose[slot]), self.codes, code) for slot in SLOTS if slot in prose
        ]
        read = clearest(readings)
        self._report(code, readings, read)
        groups = self._merged(code, read)
        for number, group in enumerate(groups, 1):
            own = iri(self.run.iris.prerequisite_group(Iri(node[1:-1]), number))
            yield node, iri(terms.prerequisiteGroup), own
            yield own, _TYPE, iri(terms.PrerequisiteGroup)
            strength = terms.Compulsory if group.compulsory else terms.Recommended
            yield own, iri(terms.strength), iri(strength)
            for member in group.members:
                yield own, iri(terms.member), self.node(member)
            self.run.counts["prerequisite groups"] += 1
            self.run.counts["compulsory prerequisite groups"] += group.compulsory

    def _report(self, code: str, readings: Sequence[Demands], read: Demands) -> None:
        counts = self.run.counts
        counts["prerequisite codes"] += len(read.known) + len(read.unknown)
        counts["unknown prerequisite codes"] += len(read.unknown)
        counts["prerequisite demands that bind nothing"] += read.not_binding
        counts["courses with prerequisite groups"] += bool(read.groups)
        if read.names_itself:
            self.run.warn("course that is its own prerequisite; dropped", code)
        if len({reading.groups for reading in readings if reading.groups}) > 1:
            self.run.warn("prerequisites differ between languages", code)

    def _merged(self, code: str, read: Demands) -> list[Group]:
        """The groups with twins as their degree courses, and substitutes as alternatives."""
        groups: dict[tuple[str, ...], bool] = {}
        for group in read.groups:
            members = {self.survey.representative(member) for member in group.members} - {code}
            if members:
                key = tuple(sorted(members))
                groups[key] = groups.get(key, False) or group.compulsory
        for strong in (True, False):
            singles = [
                key[0]
                for key, compulsory in groups.items()
                if len(key) == 1 and compulsory is strong
            ]
            for alike in _alike(singles, self.substitutes):
                for one in alike:
                    del groups[one,]
                groups[tuple(alike)] = strong
                self.run.counts["prerequisites joined because they substitute one another"] += 1
        return [Group(key, groups[key]) for key in sorted(groups)]

    def _taught_in(self, code: str, node: Term, surveyed: _Course) -> Iterator[Triple]:
        for name in surveyed.periods:
            if self.calendar.find(name) is None:
                self.run.warn("period whose dates nothing shows", code, f"{name.year} {name.code}")
                continue
            self.referred.add(name)
            yield node, iri(terms.taughtIn), self._period(name)
        if surveyed.rows and not surveyed.periods:
            self.run.counts["courses that name no period"] += 1

    def _period(self, name: Named) -> Term:
        return iri(self.run.iris.period(UNIVERSITY, name.year, name.code))

    def offerings(self, code: str) -> Iterator[Triple]:
        """The course's offerings; a twin's are the degree course's."""
        surveyed = self.survey.courses[code]
        degree = self.survey.representative(code)
        modules = any(name.code in MODULES for name in surveyed.periods)
        for row in sorted(surveyed.rows, key=lambda row: (row.start, row.id)):
            node = iri(self.run.iris.offering(UNIVERSITY, row.id))
            yield node, _TYPE, iri(terms.Offering)
            yield node, iri(terms.offeringOf), self.node(degree)
            yield node, _START, _date(row.start)
            yield node, _END, _date(row.end)
            yield from self._in_periods(node, row, modules)
            if row.mode is not None:
                yield node, iri(terms.mode), iri(row.mode)
            else:
                self.run.warn("type of realisation that is not known", row.id)
            yield from self._languages(node, row.id, row.languages)
            first, last = row.enrolment
            if first is not None:
                yield node, iri(terms.enrolmentStart), _date(first)
            if last is not None:
                yield node, iri(terms.enrolmentEnd), _date(last)
            through = ways.OPEN_UNIVERSITY if surveyed.open_university else row.through
            if through:
                yield node, iri(terms.openThrough), self._way(degree, through)
            self.run.counts["offerings"] += 1

    def _in_periods(self, node: Term, row: _Row, modules: bool) -> Iterator[Triple]:
        span = row.start, row.end
        periods = self.calendar.overlapping(span, modules=modules)
        periods = periods or self.calendar.overlapping(span)
        self.run.counts["offerings over several periods"] += len(periods) > 1
        if not periods:
            self.run.warn("offering in no period", row.id, f"{row.start} to {row.end}")
        for period in periods:
            self.referred.add(period.name)
            yield node, iri(terms.inPeriod), self._period(period.name)

    def _way(self, code: str, audience: str) -> Term:
        return iri(self.run.iris.way_in(self.run.iris.course(UNIVERSITY, code), audience))

    def ways_in(self, code: str, stated: Mapping[str, Facts]) -> Iterator[Triple]:
        """Ways into a course that stands for itself and its twins, whose facts are ``stated``."""
        found: dict[str, _Way] = {}
        for one in (code, *self.twins.get(code, ())):
            if one in stated:
                for way in self._signs(one, stated[one]):
                    found.setdefault(way.audience, way).join(way)
        surveyed = self.survey.courses[code]
        if not surveyed.open_university and ways.DEGREE not in found:
            way = _restriction(stated[code]) or _Way(ways.UNKNOWN, "")
            found[way.audience] = way
        for audience in sorted(found):
            yield from self._write_way(code, found[audience])
        self.run.counts["courses with a way in for outsiders"] += any(
            audience in ways.OUTSIDERS for audience in found
        )

    def _signs(self, code: str, stated: Facts) -> Iterator[_Way]:
        surveyed = self.survey.courses[code]
        known = ways.OPEN_UNIVERSITY if surveyed.open_university else ""
        if known:
            source = f"organizationId {OPEN_UNIVERSITY_UNIT} of {code}"
            yield _Way(ways.OPEN_UNIVERSITY, source)
        for audience, source in surveyed.through.items():
            yield _Way(audience, f"{source} of a realisation of {code}")
        for stated_title in (best(counter) for counter in surveyed.titles.values()):
            if re.search(r"\bMOOC\b", stated_title):
                yield _Way(ways.MOOC, f"name of {code}")
            elif re.search(r"\bFITech\b", stated_title):
                yield _Way(ways.FITECH, f"name of {code}")
        for name in _WAY_FIELDS:
            for slot, prose in _distinct(stated.texts[name]).items():
                for sign in ways.signs(prose, known):
                    fee = sign.fee_per_credit
                    if fee is not None:
                        fee = fee * stated.credits[1] if stated.credits else None
                    yield _Way(
                        sign.audience, f"summary/{name}/{slot} of {code}", fee, link=sign.link
                    )

    def _write_way(self, code: str, way: _Way) -> Iterator[Triple]:
        node = self._way(code, way.audience)
        yield self.node(code), _WAY_IN, node
        yield node, _TYPE, iri(terms.WayIn)
        yield node, iri(terms.audience), iri(_AUDIENCES[way.audience])
        if way.source:
            yield node, _SOURCE, text(way.source)
        if way.fee is not None:
            yield node, iri(terms.feeMax), decimal(way.fee)
            yield node, iri(terms.feeCurrency), text("EUR")
            self.run.counts["ways in with a fee"] += 1
        if way.link:
            yield node, iri(terms.schema.url), iri(way.link)
        self.run.counts[f"ways in: {way.audience}"] += 1

    def university(self) -> Iterator[Triple]:
        """Aalto itself."""
        facts_of = UNIVERSITIES[UNIVERSITY]
        yield self.aalto, _TYPE, _ORGANISATION
        yield self.aalto, _ENTITY, self.aalto
        yield self.aalto, _NOTATION, text(facts_of.code)
        yield self.aalto, iri(terms.dcterms.identifier), text(f"https://ror.org/{facts_of.ror}")
        for language, name in sorted(facts_of.names.items()):
            yield self.aalto, _PREF_LABEL, text(name, language)

    def periods(self) -> Iterator[Triple]:
        """Every period that something refers to, and the others of its year."""
        years = {name.year for name in self.referred}
        wanted = {period for year in years for period in self.calendar.year(year)} | {
            period for name in self.referred if (period := self.calendar.find(name)) is not None
        }
        for period in sorted(wanted, key=lambda period: place(period.name)):
            yield from self._described_period(period)

    def _described_period(self, period: Dated) -> Iterator[Triple]:
        node = self._period(period.name)
        yield node, _TYPE, iri(terms.Period)
        yield node, _UNIVERSITY, self.aalto
        yield node, _START, _date(period.start)
        yield node, _END, _date(period.end)
        yield node, iri(terms.periodCode), text(period.name.code)
        for language, name in _period_titles(period.name).items():
            yield node, _TITLE, text(name, language)
        if period.witnesses:
            source = f"dates of {period.witnesses} realisations"
        else:
            source = "the same weeks of the nearest academic year whose realisations show them"
            self.run.counts["periods dated by another year"] += 1
        yield node, _SOURCE, text(source)
        self.run.counts["periods"] += 1


@dataclass
class _Way:
    """One way in, as far as it is known."""

    audience: str
    source: str
    fee: Decimal | None = None
    link: str = ""

    def join(self, other: _Way) -> None:
        """Take what another sign of the same way says more; of fees the highest."""
        if other.fee is not None:
            self.fee = other.fee if self.fee is None else max(self.fee, other.fee)
        self.link = self.link or other.link


def _restriction(stated: Facts) -> _Way | None:
    for name in _RESTRICTING_FIELDS:
        for slot, prose in _distinct(stated.texts[name]).items():
            if ways.restricted(prose):
                return _Way(ways.DEGREE, f"summary/{name}/{slot}")
    return None


def _letters(prose: str) -> str:
    return "".join(prose.split())


_HEADING: Final = re.compile(
    r"(?:(?:recommended|compulsory|required|suositellut|pakolliset|rekommenderade|obligatoriska)"
    r"\s+)?(?:prerequisites?|esitiedot|förkunskaper)\s*:",
    re.IGNORECASE,
)
_NOTHING: Final = re.compile(r"(?:[\W_]|\b(?:x+|g|n/a|tba|tbd)\b)*\Z", re.IGNORECASE)


_LONG_WORD: Final = re.compile(r"(?<!\w)[0-9A-Za-zåäöÅÄÖ]{4,}(?!\w)")
_HEADING_WORDS: Final = (
    *("recommended", "compulsory", "required", "suositellut", "pakolliset", "rekommenderade"),
    *("obligatoriska", "prerequisite", "prerequisites", "esitiedot", "förkunskaper"),
)


def says_something(prose: str) -> bool:
    """Whether a plain text is more than a dash, an x or a heading with nothing under it.

    >>> says_something("Recommended prerequisites: -"), says_something("None.")
    (False, True)
    """
    for found in _LONG_WORD.finditer(prose):
        word = found.group().lower()
        # Nearly always the first is one that no heading ends in; what stands, says something.
        if word.strip("x") and not word.endswith(_HEADING_WORDS):
            return True
    return not _NOTHING.match(_HEADING.sub(" ", prose))


def _alike(
    singles: Sequence[str], substitutes: Mapping[str, frozenset[str]]
) -> Iterator[list[str]]:
    """Sets of two or more codes that hang together by substitution."""
    left = sorted(singles)
    while left:
        together = [left.pop(0)]
        for one in together:
            near = [
                other
                for other in left
                if other in substitutes.get(one, ()) or one in substitutes.get(other, ())
            ]
            together += near
            left = [other for other in left if other not in near]
        if len(together) > 1:
            yield sorted(together)


_SEASONS: Final = {
    "en": ("Autumn", "Spring", "Summer", "Module"),
    "fi": ("Syksy", "Kevät", "Kesä", "Moduuli"),
    "sv": ("Höst", "Vår", "Sommar", "Modul"),
}


def _period_titles(name: Named) -> dict[str, str]:
    years = name.year.replace("-", "\u2013")
    titles = {}
    for language, (autumn, spring, summer, module) in _SEASONS.items():
        if name.code in MODULES:
            titles[language] = f"{module} {name.code.rsplit('-', 1)[-1]}, {years}"
        elif name.code == ORDER[-1]:
            titles[language] = f"{summer}, {years}"
        else:
            season = autumn if name.code in ORDER[:2] else spring
            titles[language] = f"{season} {name.code}, {years}"
    return titles


def _substitutes(found: Survey, codes: Codes, run: Run) -> dict[str, frozenset[str]]:
    """Degree course → courses in whose place it counts; what cannot be resolved is counted."""
    result: dict[str, set[str]] = {}
    for code, course in found.courses.items():
        degree = found.representative(code)
        others: set[str] = set()
        for written in course.replaced:
            known = codes.find(written)
            others.update(known)
            run.counts["substitutes by code"] += 1
            run.counts["substitutes by code, unresolved"] += not known
        for group in course.replaced_groups:
            known_code = found.groups.get(group)
            run.counts["substitutes by group id"] += 1
            run.counts["substitutes by group id, unresolved"] += known_code is None
            if known_code is not None:
                others.add(known_code)
        own = {found.representative(other) for other in others} - {degree}
        if own:
            result.setdefault(degree, set()).update(own)
    return {code: frozenset(others) for code, others in sorted(result.items())}


def read(paths: Sequence[Path], run: Run) -> Iterator[Triple]:
    """Triples of all courses, in the order in which the realisations that state them stand."""
    # Two readings: prerequisites, periods and twins need all codes before the first course.
    # The first one reports what it rejects, the second how far it has come.
    first = Run(
        iris=run.iris,
        options=run.options,
        sink=run.sink,
        counts=run.counts,
        warnings=run.warnings,
        examples=run.examples,
    )
    found = survey(paths, first)
    if not found.courses:
        return
    codes = Codes(found.courses.keys())
    substitutes = _substitutes(found, codes, run)
    writer = _Writer(run, found, found.calendar(), codes, found.twins(), substitutes)
    yield from writer.university()
    by_ordinal = {course.ordinal: code for code, course in found.courses.items()}
    held: dict[str, Facts] = {}
    for ordinal, (_, record) in enumerate(json_records(paths, Run(progress=run.progress))):
        code = by_ordinal.get(ordinal)
        if code is None:
            continue
        try:
            held[code] = facts(record)
        except RecordError as error:
            raise LoadError("An input changed while it was read. Load it again.") from error
        yield from writer.course(code, held[code])
        yield from writer.offerings(code)
        family = _family(code, writer)
        if all(one in held for one in family):
            yield from writer.ways_in(family[0], {one: held.pop(one) for one in family})
    yield from writer.periods()


def _family(code: str, writer: _Writer) -> tuple[str, ...]:
    """A degree course and its twins."""
    degree = writer.survey.representative(code)
    return (degree, *writer.twins.get(degree, ()))


LOADER = Loader(
    name=UNIVERSITY,
    title="Aalto University course catalogue",
    publisher="Aalto University",
    licence="",
    attribution="Course data: Aalto University, Open API for courses.",
    read=read,
)
