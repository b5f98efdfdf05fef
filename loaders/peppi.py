"""Peppi's study guide: courses, study modules and teaching of one university.

Publisher: the university whose study guide answers (of the network: Oulu; Vaasa's is to be
checked). Licence: none is stated; texts are the university's own.
Access: ``/api/…`` behind the study guide, anonymous; live, an address for each file, or saved.
Format: JSON of ``course/{id}``, ``accomplishment-plan/{programme}``, ``realizations/course/{id}``,
``education/…`` and ``lu/units/…``: objects, arrays and JSON Lines, all side by side, each also
gzipped. Words are objects of ``valueFi``, ``valueEn`` and ``valueSv``.
Fixture: hand-made, after the shapes that public programs read; no answer of a Peppi is in it.
Named graph: ``graph/peppi``, or ``graph/<name>`` with the option ``name``.

Peppi does not say whose it is: the option ``university`` must.

- A *course* is named by its university and its code. ``course/{id}`` describes it; a course that
  only a plan names is loaded with title, code and credits.
- *Sections* of ``contentList`` are told by their headings in any of three languages: outcomes,
  content, prerequisites, assessment, workload, level, language. Others are left out.
- *Prerequisites* are prose (``Esitietovaatimukset``) and are read as Aalto's are
  (``loaders/prerequisites.py``), by the codes that the load holds; of three languages the one
  that says most counts. Codes that the load does not hold are named as warnings.
- *Realizations* are offerings. Their moments are days in Finland. A realization belongs to the
  course whose code its own begins with: ``405040Y-3021`` to ``405040Y``.
- *Study modules* of a plan whose courses and modules give no more credits than it asks for have
  all of them as parts. A plan does not tell otherwise what is compulsory: other modules are left
  out and counted.

Left out and counted: programmes, educations and other nodes of plans that are no course.
Known gaps: a document does not say of which curriculum it is, so that files of one ``period``
belong in one load, else the first document of a code counts; who may take a course, places and
periods of plans are not loaded; a level is taken from its section alone, never from a code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Final

from loaders.base import Loader, Run
from loaders.courses.clock import day_of_milliseconds, day_of_time
from loaders.courses.course import (
    Course,
    Demand,
    Module,
    Named,
    Note,
    Offering,
    Provider,
    Text,
    Words,
    credit_range,
    number,
    offering,
    spoken,
    university_of,
)
from loaders.courses.kinds import unit_kind
from loaders.courses.rules import Part, Parts, of_credits
from loaders.courses.triples import Mapper
from loaders.errors import LoadError, RecordError
from loaders.files import json_records
from loaders.jsonparts import as_list, as_object, as_objects
from loaders.prerequisites import Codes, clearest, demands
from ontology import terms
from ontology.ntriples import Triple
from ontology.terms import Iri

_SLOTS: Final = (("valueFi", "fi"), ("valueEn", "en"), ("valueSv", "sv"))
_SECTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "outcomes": ("osaamistavoitteet", "learning outcomes", "lärandemål", "kompetensmål"),
    "content": ("sisältö", "sisällöt", "content", "contents", "innehåll"),
    "prerequisites": (
        "esitietovaatimukset",
        "esitiedot",
        "edeltävät opinnot",
        "qualifications",
        "prerequisites",
        "required prerequisites",
        "förkunskapskrav",
        "förkunskaper",
    ),
    "assessment": (
        "suoritustavat",
        "suoritustavat ja arviointikriteerit",
        "arviointi",
        "arviointikriteerit",
        "arviointimenetelmät ja arviointikriteerit",
        "assessment",
        "assessment criteria",
        "assessment methods and criteria",
        "completion methods",
        "bedömning",
        "bedömningskriterier",
    ),
    "workload": ("opiskelijan työmäärä", "kuormitus", "workload", "student workload"),
    "level": ("taso", "opintojen taso", "level", "study level", "nivå"),
    "languages": (
        "opetuskieli",
        "opetuskielet",
        "language of instruction",
        "teaching language",
        "teaching languages",
        "undervisningsspråk",
    ),
}
_HEADINGS: Final[Mapping[str, str]] = {
    heading: what for what, headings in _SECTIONS.items() for heading in headings
}
_LEVELS: Final[Mapping[str, Iri]] = {
    "perusopinnot": terms.BasicStudies,
    "basic studies": terms.BasicStudies,
    "grundstudier": terms.BasicStudies,
    "aineopinnot": terms.IntermediateStudies,
    "intermediate studies": terms.IntermediateStudies,
    "ämnesstudier": terms.IntermediateStudies,
    "syventävät opinnot": terms.AdvancedStudies,
    "advanced studies": terms.AdvancedStudies,
    "fördjupade studier": terms.AdvancedStudies,
    "jatko-opinnot": terms.PostgraduateStudies,
    "postgraduate studies": terms.PostgraduateStudies,
    "forskarstudier": terms.PostgraduateStudies,
    "yleisopinnot": terms.OtherStudies,
    "general studies": terms.OtherStudies,
    "muut opinnot": terms.OtherStudies,
    "other studies": terms.OtherStudies,
    "övriga studier": terms.OtherStudies,
}
_LANGUAGES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("fi", "suomi", "suomeksi", "finnish", "finska"), "fi"),
    **dict.fromkeys(("en", "englanti", "englanniksi", "english", "engelska"), "en"),
    **dict.fromkeys(("sv", "ruotsi", "ruotsiksi", "swedish", "svenska"), "sv"),
}
_WORD: Final = re.compile(r"\w+")
_OF_TEACHING: Final = frozenset(
    ["startDate", "endDate", "enrollmentStartDateTime", "realisationId", "realizationId"]
)
_NUMBER_OF_TEACHING: Final = re.compile(r"-\d{1,6}\Z")
_MOST_NODES: Final = 100_000

Record = Mapping[str, object]


@dataclass
class Catalogue:
    """What a first reading finds: names and credits alone.

    Attributes:
        university: whose study guide it is.
        described: codes of the courses that a document describes.
        named: codes of the courses that plans name.
        codes: both, for the prose of prerequisites.
        courses: id of a course in a plan → its code and the most credits.
        modules: id of a study module in a plan → its code and the most credits.
        has_teaching: whether there is a realization.
    """

    university: Provider
    described: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    codes: Codes = field(default_factory=lambda: Codes(()))
    courses: dict[str, tuple[str, Decimal | None]] = field(default_factory=dict)
    modules: dict[str, tuple[str, Decimal | None]] = field(default_factory=dict)
    has_teaching: bool = False

    def credits(self, part: Part) -> Decimal | None:
        """The most credits of a part of a plan."""
        return (self.modules if part.is_module else self.courses).get(part.group, ("", None))[1]

    def part(self, part: Part) -> Named | None:
        """The course or module that a part of a plan is."""
        code, _ = (self.modules if part.is_module else self.courses).get(part.group, ("", None))
        return Named(self.university.code, code, part.is_module) if code else None


def kind(record: Record) -> str:
    """``course``, ``teaching`` or ``node``; "" of none of them."""
    if isinstance(record.get("type"), str):
        return "node"
    if not _OF_TEACHING.isdisjoint(record):
        return "teaching"
    return "course" if "code" in record and "contentList" in record else ""


def records(paths: Sequence[Path], run: Run) -> Iterator[tuple[str, Record]]:
    """Every document with where it stands; lists of learning units are opened."""
    return iter(json_records(paths, run, inside="learningUnits"))


def read(paths: Sequence[Path], run: Run) -> Iterator[Triple]:
    """Triples of all described courses, then of what plans name, then of all teaching.

    Raises: LoadError if the option ``university`` names none.
    """
    university = university_of(run.options.get("university", ""))
    if university is None:
        raise LoadError(
            "Peppi does not say whose courses these are. Name the university with --university: "
            "a code such as oulu, or a ROR identifier."
        )
    catalogue = _catalogue(paths, university)
    mapper = Mapper(run, run.options.get("name", "peppi"))
    words = Words()
    for place, record in records(paths, run):
        what = kind(record)
        if what == "course":
            yield from mapper.parsed(place, partial(course, record, catalogue, words))
        elif not what:
            run.counts["records of no known kind left out"] += 1
    if catalogue.named or catalogue.modules:
        yield from _plans(paths, catalogue, mapper, words, run)
    if not catalogue.has_teaching:
        return
    for place, record in records(paths, Run()):
        if kind(record) == "teaching":
            yield from mapper.parsed(place, partial(taught, record, catalogue))


def _catalogue(paths: Sequence[Path], university: Provider) -> Catalogue:
    """What a first reading of all files finds."""
    found = Catalogue(university)
    for _, record in records(paths, Run()):
        what = kind(record)
        if what == "course" and _is_named(record):
            found.described.add(_text(record.get("code")))
        elif what == "teaching":
            found.has_teaching = True
        elif what == "node":
            for node in nodes(record):
                identifier, code = _identifier(node), _text(node.get("code"))
                credits = number(_most(node))
                if node.get("type") == "COURSE_UNIT" and _is_named(node):
                    found.named.add(code)
                    found.courses.setdefault(identifier, (code, credits))
                elif node.get("type") == "STUDY_MODULE" and identifier:
                    found.modules.setdefault(identifier, (code or identifier, credits))
    found.codes = Codes(found.described | found.named)
    return found


def nodes(record: Record) -> Iterator[Record]:
    """The node of a plan and all below it, in their order."""
    waiting: list[Record] = [record]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        node = waiting.pop()
        yield node
        waiting += reversed(list(as_objects(node.get("children"))))


def _text(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return " ".join(value.split()) if isinstance(value, str) else ""


def _identifier(node: Record) -> str:
    return _text(node.get("id")) or _text(node.get("learningUnitId"))


def _most(record: Record) -> object:
    most = record.get("maxCredits")
    return next(
        (one for one in (most, record.get("minCredits"), record.get("credits")) if one is not None),
        None,
    )


def _slots(value: object) -> list[tuple[object, object]]:
    """Texts with their languages."""
    if isinstance(value, str):
        return [(value, "")]
    stated = as_object(value)
    return spoken((stated.get(key), tag) for key, tag in _SLOTS)


def _is_named(record: Record) -> bool:
    said = any(_text(text) for text, _ in _slots(record.get("name")))
    return said and 0 < len(_text(record.get("code"))) <= 200


def _identity(record: Record) -> str:
    """The code.

    Raises: RecordError if there is none.
    """
    code = _text(record.get("code"))
    if not code:
        raise RecordError("/code", "no code", "Each course of Peppi has a code.")
    if len(code) > 200:
        raise RecordError(
            "/code", "code longer than 200 characters", "Give the code, not a name or a text."
        )
    return code


def _sections(record: Record) -> dict[str, list[tuple[object, object]]]:
    """What is known of sections → their texts with languages, in their order."""
    found: dict[str, list[tuple[object, object]]] = {}
    for section in as_objects(record.get("contentList")):
        headings = (_text(said).casefold().rstrip(":") for said, _ in _slots(section.get("title")))
        what = next((_HEADINGS[one] for one in headings if one in _HEADINGS), "")
        if what:
            found.setdefault(what, []).extend(_slots(section.get("content")))
    return found


def course(record: Record, catalogue: Catalogue, words: Words) -> Course:
    """The document as a course.

    Raises: RecordError if it has no code or no title.
    """
    notes: list[Note] = []
    code = _identity(record)
    titles = words.titles(_slots(record.get("name")), "/name", notes)
    sections = _sections(record)
    outcomes = words.lines(sections.get("outcomes", ()))
    content = words.lines(sections.get("content", ()))
    prerequisites = words.lines(sections.get("prerequisites", ()))
    introduced = (said for said, _ in (*outcomes, *content))
    return Course(
        catalogue.university,
        code,
        titles,
        credits=_credits(record, notes),
        study_level=_level(words.lines(sections.get("level", ()))),
        languages=_languages(sections),
        outcomes=outcomes,
        content=content,
        prerequisites=prerequisites,
        workload=words.lines(sections.get("workload", ())),
        assessment=words.lines(sections.get("assessment", ())),
        unit_kind=unit_kind(code, [said for said, _ in titles], (), introduced),
        demands=_demands(prerequisites, code, catalogue, notes),
        notes=tuple(notes),
    )


def _credits(record: Record, notes: list[Note]) -> tuple[Decimal, Decimal] | None:
    whole = record.get("credits")
    least, most = record.get("minCredits"), record.get("maxCredits")
    return credit_range(whole if least is None else least, whole if most is None else most, notes)


def _level(stated: Sequence[Text]) -> Iri | None:
    said = (one.casefold().strip(" .") for one, _ in stated)
    return next((_LEVELS[one] for one in said if one in _LEVELS), None)


def _languages(sections: Mapping[str, list[tuple[object, object]]]) -> tuple[str, ...]:
    """Languages of teaching, in the order in which they are named."""
    said = (one.casefold() for one, _ in sections.get("languages", ()) if isinstance(one, str))
    named = (_LANGUAGES.get(word, "") for text in said for word in _WORD.findall(text[:200]))
    return tuple(dict.fromkeys(one for one in named if one))


def _demands(
    prose: Sequence[Text], code: str, catalogue: Catalogue, notes: list[Note]
) -> tuple[Demand, ...]:
    """What the prose asks for, by the codes that the load holds; notes those that it does not."""
    read = clearest(demands(said, catalogue.codes, code) for said, _ in prose)
    notes += [("prerequisites naming an unknown code", one) for one in sorted(read.unknown)]
    if read.names_itself:
        notes.append(("course that is its own prerequisite; dropped", code))
    university = catalogue.university.code
    return tuple(
        Demand(tuple(Named(university, member) for member in group.members), group.compulsory)
        for group in read.groups
    )


def _plans(
    paths: Sequence[Path], catalogue: Catalogue, mapper: Mapper, words: Words, run: Run
) -> Iterator[Triple]:
    """Courses that no document describes, and modules that leave no choice, each once."""
    seen: set[str] = set()
    for place, record in records(paths, Run()):
        if kind(record) != "node":
            continue
        for node in nodes(record):
            what, identifier = node.get("type"), _identifier(node)
            key = f"{what} {identifier or _text(node.get('code'))}"
            if key in seen:
                continue
            seen.add(key)
            try:
                if what == "COURSE_UNIT":
                    if _text(node.get("code")) not in catalogue.described:
                        yield from mapper.triples(_named(node, catalogue, words))
                elif what == "STUDY_MODULE":
                    yield from _module(node, catalogue, mapper, words, run)
                else:
                    run.counts["nodes of plans that are no courses left out"] += 1
            except RecordError as error:
                run.reject(f"{place} node {identifier}", error)


def _named(node: Record, catalogue: Catalogue, words: Words) -> Course:
    """The course that a node names."""
    notes: list[Note] = []
    code = _identity(node)
    titles = words.titles(_slots(node.get("name")), "/name", notes)
    return Course(
        catalogue.university,
        code,
        titles,
        credits=_credits(node, notes),
        unit_kind=unit_kind(code, [said for said, _ in titles], ()),
        notes=tuple(notes),
    )


def _module(
    node: Record, catalogue: Catalogue, mapper: Mapper, words: Words, run: Run
) -> Iterator[Triple]:
    """The module of a node, if all that is in it is asked for."""
    held = _held(node)
    found = of_credits(held, node.get("minCredits"), catalogue.credits)
    parts = [named for one in found.needed if (named := catalogue.part(one)) is not None]
    if not parts or len(parts) < len(held.named):
        run.counts["study modules with choices left out"] += 1
        return
    notes: list[Note] = []
    code = _text(node.get("code")) or _identifier(node)
    if not 0 < len(code) <= 200:
        raise RecordError("/code", "no code and no id", "Each study module of a plan has one.")
    titles = words.titles(_slots(node.get("name")), "/name", notes)
    yield from mapper.module(
        Module(catalogue.university, code, titles, tuple(dict.fromkeys(parts)), tuple(notes))
    )


def _held(node: Record) -> Parts:
    """Courses and modules right below a node; what merely sorts them is looked through."""
    found: dict[Part, None] = {}
    waiting = list(as_objects(node.get("children")))
    is_closed = True
    for _ in range(_MOST_NODES):
        if not waiting:
            break
        child = waiting.pop(0)
        what = child.get("type")
        if what in ("COURSE_UNIT", "STUDY_MODULE"):
            found[Part(_identifier(child), what == "STUDY_MODULE")] = None
        elif what == "CATEGORY":
            waiting += as_objects(child.get("children"))
        else:
            is_closed = False
    return Parts((), tuple(found), is_whole=False, is_closed=is_closed and not waiting)


def taught(record: Record, catalogue: Catalogue) -> Course:
    """The course of a realization with the offering.

    Raises: RecordError if it has no code, or its course is not in the load.
    """
    own = _identity(record)
    stated = (_text(record.get(key)) for key in ("courseCode", "courseUnitCode"))
    code = next((one for one in stated if one), _NUMBER_OF_TEACHING.sub("", own))
    if code not in catalogue.described and code not in catalogue.named:
        raise RecordError(
            "/code",
            "teaching of a course that is not in the load",
            f"{code[:80]!r}. Load the course's document or its plan with it.",
        )
    notes: list[Note] = []
    found = Offering(
        own,
        start=_day(record.get("startDate")),
        end=_day(record.get("endDate")),
        languages=_languages(
            {"languages": [*_spoken_in(record), *_sections(record).get("languages", ())]}
        ),
        enrolment_start=_day(record.get("enrollmentStartDateTime")),
        enrolment_end=_day(record.get("enrollmentEndDateTime")),
        source=catalogue.university.code,
    )
    kept = offering(found, notes)
    return Course(catalogue.university, code, (), offerings=(kept,), notes=tuple(notes))


def _spoken_in(record: Record) -> Iterator[tuple[object, object]]:
    for key in ("teachingLanguages", "teachingLanguage", "languages", "language"):
        for one in as_list(record.get(key)):
            yield from _slots(one)


def _day(value: object) -> str:
    """The day of milliseconds, as Peppi writes moments, or of a date in words."""
    return day_of_milliseconds(value) or day_of_time(value)


LOADER: Final = Loader(
    name="peppi",
    title="Courses of Peppi",
    publisher="",
    licence="",
    attribution="",
    read=read,
)
