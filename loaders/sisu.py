"""Sisu's study guide (Kori): course units, study modules and teaching of any university with Sisu.

Publisher: the university whose Sisu answers (of the network: Aalto, Tampere). Licence: none is
stated; texts are the universities' own.
Access: ``/kori/api/…`` of the university's Sisu, anonymous at Tampere, with a key at Aalto; live
or saved to files.
Format: JSON of ``course-units`` and ``modules`` (``/{id}``, ``/by-group-id``),
``course-unit-search`` and ``module-search`` (pages: ``searchResults[]``),
``assessment-items``, ``course-unit-realisations`` (``/by-assessment-item-id``) and
``organisations``: objects, arrays and JSON Lines, all side by side, each also gzipped.
Fixture: hand-made, after the shapes that public programs read; no answer of a Sisu is in it.
Named graph: ``graph/sisu``, or ``graph/<name>`` with the option ``name``.

- A *course unit* is named by its university and its code, as the ``aalto`` loader names it: one
  course, one IRI. The university is told by ``universityOrgIds``, else by the option
  ``university``.
- *Versions*: of the documents of one group, and of several groups of one code, the one whose
  validity begins last counts; then the one of the later curriculum, then the later revision.
  Whole documents go before search results. Curriculum periods are read where their ids hold
  years: ``uta-lvv-2021``, ``lut-curriculum-period-2025-2026``; ``hy-lv-75`` is the 75th year from
  1949. Other ids (``otm-…``) say nothing.
- *Prerequisites* are groups of which any member will do, each named by a group id and resolved
  within the load. Members that the load does not hold are named as warnings and left out.
- *Substitutions* by one whole unit are kept, read as the ``aalto`` loader reads them: this course
  counts in the other's place. Combinations and substitutions for a part of the credits are not.
- *Modules* (``StudyModule``, ``GroupingModule``, ``DegreeProgramme``): the graph's module is
  complete when all of its parts are. What rules ask for at all events becomes its parts, also
  where the credits that are asked for leave no choice; that a module lets people choose is
  warned of, and what may be chosen is not stated.
- *Realisations* are offerings of the course whose assessment item they teach, if it is in the
  load; examinations and theses are none. Days end before ``endDate`` begins, as Sisu has it.
- *Texts*: one that stands alike in several languages' slots has its language found out.

Left out and counted: drafts and deleted documents; what is no longer valid on the day that
``release`` names, if it names one; realisations that are cancelled or not published; search
results of modules, which hold no rules.
Known gaps: prose of prerequisites stays prose; fields of study and curriculum years are not
stated, since the graph has no word for them; who may take a course is not in these documents, so
that no way in is stated; people, literature and grade scales are not loaded.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Final

from loaders.base import Loader, Run
from loaders.courses.clock import day_before, day_of_time
from loaders.courses.course import (
    Course,
    Demand,
    Module,
    Named,
    Note,
    Offering,
    Provider,
    Unit,
    Words,
    by_language,
    credit_range,
    day,
    number,
    offering,
    spoken,
    university_of,
)
from loaders.courses.kinds import unit_kind
from loaders.courses.rules import Part, of_credits, parts
from loaders.courses.sisu import LEVELS, MODES
from loaders.courses.triples import Mapper
from loaders.errors import RecordError
from loaders.files import json_records
from loaders.identifiers import web_address
from loaders.jsonparts import as_list, as_object, as_objects
from ontology.ntriples import Triple

_HOMES: Final[Mapping[str, tuple[Provider, str]]] = {
    "aalto": (Provider("aalto"), "https://sisu.aalto.fi"),
    "tuni": (Provider("tampere"), "https://sis-tuni.funidata.fi"),
    "hy": (
        Provider("040af2s02", (("Helsingin yliopisto", "fi"), ("University of Helsinki", "en"))),
        "https://sisu.helsinki.fi",
    ),
    "jyu": (
        Provider("05n3dz165", (("Jyväskylän yliopisto", "fi"), ("University of Jyväskylä", "en"))),
        "https://sisu.jyu.fi",
    ),
    "lut": (
        Provider("0208vgz68", (("LUT-yliopisto", "fi"), ("LUT University", "en"))),
        "https://sisu.lut.fi",
    ),
}
"""First part of a university's id in Sisu → the university, and where its Sisu is."""
_MODULES: Final = frozenset(["StudyModule", "GroupingModule", "DegreeProgramme"])
_OF_COURSES: Final = frozenset(
    [
        "activityPeriods",
        "completionMethods",
        "compulsoryFormalPrerequisites",
        "courseUnitType",
        "possibleAttainmentLanguages",
    ]
)
"""Keys that only course units have, search results among them."""
_YEARS: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_HELSINKI_YEAR: Final = re.compile(r"hy-lv-(\d{2,3})\Z")
_PLAIN_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,200}\Z")

Record = Mapping[str, object]
Rank = tuple[bool, str, int, str, int]


@dataclass(slots=True)
class Entry:
    """What is remembered of the newest document of a group.

    Attributes:
        most: the most credits that it gives; None if not stated.
    """

    rank: Rank
    ordinal: int
    named: Named
    most: Decimal | None


@dataclass
class Catalogue:
    """What a first reading finds: names and days alone.

    Attributes:
        groups: group → the newest of its documents, and the module or course that it is.
        units: id of a course unit → its group.
        items: id of an assessment item → group of the course unit that it belongs to.
        organisations: id → code and names.
        newest: ordinals of the documents that count.
        home: the university of documents that name none, by the option.
        has_teaching: whether there is a realisation.
    """

    groups: dict[Part, Entry] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    items: dict[str, str] = field(default_factory=dict)
    organisations: dict[str, Unit] = field(default_factory=dict)
    newest: frozenset[int] = frozenset()
    home: Provider | None = None
    has_teaching: bool = False

    def named(self, part: Part) -> Named | None:
        """The course or module of a group; None if the load does not hold it."""
        entry = self.groups.get(part)
        return entry.named if entry else None

    def credits(self, part: Part) -> Decimal | None:
        """The most credits that a group gives."""
        entry = self.groups.get(part)
        return entry.most if entry else None


def kind(record: Record) -> str:
    """``course``, ``module``, ``teaching``, ``item`` or ``organisation``; "" of none of them."""
    if _text(record.get("type")) in _MODULES:
        return "module"
    if "courseUnitRealisationTypeUrn" in record or "teachingLanguageUrn" in record:
        return "teaching"
    if "assessmentItemType" in record or "primaryCourseUnitGroupId" in record:
        return "item"
    if not _OF_COURSES.isdisjoint(record) or ("credits" in record and "outcomes" in record):
        return "course"
    if "universityOrgId" in record and "parentId" in record:
        return "organisation"
    return ""


def records(paths: Sequence[Path], run: Run) -> Iterator[tuple[str, Record]]:
    """Every document with where it stands; pages of a search are opened."""
    return iter(json_records(paths, run, inside="searchResults"))


def read(paths: Sequence[Path], run: Run) -> Iterator[Triple]:
    """Triples of courses and modules in the order of the files, then of all teaching."""
    catalogue = _catalogue(paths, run)
    mapper = Mapper(run, run.options.get("name", "sisu"))
    words = Words()
    for ordinal, (place, record) in enumerate(records(paths, run)):
        what = kind(record)
        if what in ("course", "module"):
            if reason := left_out(record, run.release):
                run.counts[f"{what}s left out: {reason}"] += 1
                continue
            try:
                _identity(record, what, catalogue.home)
                if ordinal not in catalogue.newest:
                    run.counts[f"other documents of a loaded {what}"] += 1
                elif what == "course":
                    yield from mapper.triples(course(record, catalogue, words))
                else:
                    yield from mapper.module(module(record, catalogue, words))
            except RecordError as error:
                run.reject(place, error)
        elif not what:
            run.counts["records that are no course units and no modules left out"] += 1
    if not catalogue.has_teaching:
        return
    for place, record in records(paths, Run()):
        if kind(record) == "teaching":
            yield from mapper.parsed(place, partial(taught, record, catalogue, run.counts))


def _catalogue(paths: Sequence[Path], run: Run) -> Catalogue:
    """What a first reading of all files finds."""
    found = Catalogue(home=university_of(run.options.get("university", "")))
    words = Words()
    for ordinal, (_, record) in enumerate(records(paths, Run())):
        what = kind(record)
        if what in ("course", "module"):
            if not left_out(record, run.release):
                _note(record, what, ordinal, found)
        elif what == "item":
            group = _text(record.get("primaryCourseUnitGroupId"))
            if group:
                found.items.setdefault(_text(record.get("id")), group)
        elif what == "organisation":
            names = words.texts(by_language(record.get("name")), lines=False)
            code = _text(record.get("code"))
            # The university itself is told by its own name.
            if names and code and record.get("parentId") is not None:
                found.organisations[_text(record.get("id"))] = Unit(code, names)
        elif what == "teaching":
            found.has_teaching = True
    best: dict[Named, Entry] = {}
    for entry in found.groups.values():
        kept = best.get(entry.named)
        if kept is None or kept.rank < entry.rank:
            best[entry.named] = entry
    found.newest = frozenset(entry.ordinal for entry in best.values())
    return found


def _note(record: Record, what: str, ordinal: int, found: Catalogue) -> None:
    """Remembers a document of a course or module, if it is the newest of its group."""
    try:
        who, code = _identity(record, what, found.home)
    except RecordError:
        return
    part = Part(_group(record), what == "module")
    if not part.is_module:
        found.units[_text(record.get("id"))] = part.group
        for method in as_objects(record.get("completionMethods")):
            for item in as_list(method.get("assessmentItemIds")):
                if isinstance(item, str):
                    found.items.setdefault(item, part.group)
    rank = _rank(record)
    kept = found.groups.get(part)
    if kept is None or kept.rank <= rank:
        most = _credits(record, what).get("max")
        most = _credits(record, what).get("min") if most is None else most
        named = Named(who.code, code, part.is_module)
        found.groups[part] = Entry(rank, ordinal, named, number(most))


def left_out(record: Record, release: str) -> str:
    """Why a document is not loaded; "" if it is."""
    state = _text(record.get("documentState"))
    if state not in ("", "ACTIVE"):
        return "deleted" if state == "DELETED" else "not active"
    until = day(as_object(record.get("validityPeriod")).get("endDate"))
    on = day(release)
    return "no longer valid" if until and on and until <= on else ""


def _text(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _last(value: object) -> str:
    """Last part of a code of Sisu's: ``fi`` of ``urn:code:language:fi``."""
    return _text(value).rpartition(":")[2]


def _group(record: Record) -> str:
    return _text(record.get("groupId")) or _text(record.get("id"))


def _credits(record: Record, what: str) -> Record:
    return as_object(record.get("targetCredits" if what == "module" else "credits"))


def _rank(record: Record) -> Rank:
    """What tells which of several documents is newer."""
    stated = as_object(record.get("metadata"))
    revision = number(stated.get("revision"))
    return (
        "groupId" in record and ("documentState" in record or bool(stated)),
        day(as_object(record.get("validityPeriod")).get("startDate")),
        max(map(curriculum_year, as_list(record.get("curriculumPeriodIds"))), default=0),
        _text(stated.get("lastModifiedOn")),
        int(revision) if revision is not None else 0,
    )


def curriculum_year(identifier: object) -> int:
    """The first year of a curriculum period, where its id tells; 0 if it does not.

    >>> curriculum_year("uta-lvv-2021"), curriculum_year("hy-lv-75"), curriculum_year("otm-1")
    (2021, 2024, 0)
    """
    said = _text(identifier)
    if counted := _HELSINKI_YEAR.match(said):
        return 1949 + int(counted[1])
    # A random id may hold four digits that look like a year.
    years = [] if said.startswith("otm-") else _YEARS.findall(said)
    return int(years[0]) if years else 0


def _identity(record: Record, what: str, home: Provider | None) -> tuple[Provider, str]:
    """University and code.

    Raises: RecordError if there is no code, no title or no university.
    """
    code = _text(record.get("code")) or (_group(record) if what == "module" else "")
    if not code:
        raise RecordError("/code", "no code", "Each course unit of Sisu has a code.")
    if len(code) > 200:
        raise RecordError(
            "/code", "code longer than 200 characters", "Give the code, not a name or a text."
        )
    if not any(_text(said) for said, _ in _spoken(record.get("name"), record)):
        raise RecordError("/name", "no title", "A course needs a title in any language.")
    return _provider(record, home), code


def _provider(record: Record, home: Provider | None) -> Provider:
    for stated in as_list(record.get("universityOrgIds")):
        first = _text(stated).removesuffix("-university-root-id")
        if first in _HOMES:
            return _HOMES[first][0]
        if first and home is None:
            return Provider(first, ((first, ""),))
    if home is None:
        raise RecordError(
            "/universityOrgIds",
            "no university",
            "Say whose Sisu it is: --university, with a code or a ROR identifier.",
        )
    return home


def _spoken(value: object, record: Record) -> list[tuple[object, object]]:
    """Texts with their languages; "" where one stands alike in several languages' slots."""
    if isinstance(value, str):
        return [(value, record.get("lang"))]
    return spoken(by_language(value))


def course(record: Record, catalogue: Catalogue, words: Words) -> Course:
    """The document as a course.

    Raises: RecordError if it has no title, no code or no university.
    """
    notes: list[Note] = []
    who, code = _identity(record, "course", catalogue.home)
    titles = words.titles(_spoken(record.get("name"), record), "/name", notes)
    credits = _credits(record, "course")
    outcomes = words.texts(_spoken(record.get("outcomes"), record))
    content = words.texts(_spoken(record.get("content"), record))
    _check_validity(record, notes)
    types = ["thesis"] if _last(record.get("courseUnitType")).endswith("thesis") else []
    introduced = (said for said, _ in (*outcomes, *content))
    own = Named(who.code, code)
    return Course(
        who,
        code,
        titles,
        credits=credit_range(credits.get("min"), credits.get("max"), notes),
        study_level=LEVELS.get(_last(record.get("studyLevel"))),
        languages=tuple(map(_last, as_list(record.get("possibleAttainmentLanguages")))),
        outcomes=outcomes,
        content=content,
        prerequisites=words.texts(_spoken(record.get("prerequisites"), record)),
        assessment=_assessment(record, words),
        url=_page(record, who),
        notes=tuple(_unknown_or_own(record, own, catalogue, notes)),
        cefr=_last(record.get("cefrLevel")).upper().replace("-", "."),
        unit_kind=unit_kind(code, [said for said, _ in titles], types, introduced),
        demands=tuple(_demands(record, own, catalogue)),
        substitutes=tuple(_substitutes(record, own, catalogue)),
        units=tuple(_units(record, catalogue)),
    )


def _check_validity(record: Record, notes: list[Note]) -> None:
    valid = as_object(record.get("validityPeriod"))
    start, end = day(valid.get("startDate")), day(valid.get("endDate"))
    if start and end and end < start:
        notes.append(("validity ends before it begins", f"{start} to {end}"))


def _assessment(record: Record, words: Words) -> tuple[tuple[str, str], ...]:
    """How each method of completion is described and judged, line by line."""
    methods = list(as_objects(record.get("completionMethods")))
    return words.lines(
        text
        for method in methods
        for key in ("description", "evaluationCriteria")
        for text in _spoken(method.get(key), record)
    )


def _page(record: Record, who: Provider) -> str:
    """The course's page in its university's Sisu."""
    identifier = _text(record.get("id"))
    site = next((site for home, site in _HOMES.values() if home == who), "")
    if not site or not _PLAIN_ID.match(identifier):
        return ""
    return web_address(f"{site}/student/courseunit/{identifier}/brochure") or ""


def _groups(record: Record) -> Iterator[tuple[bool, list[Part]]]:
    """Prerequisite groups as the document states them: whether compulsory, and members."""
    for key in ("compulsoryFormalPrerequisites", "recommendedFormalPrerequisites"):
        for group in as_objects(record.get(key)):
            members = [_part(one) for one in as_objects(group.get("prerequisites"))]
            yield key.startswith("compulsory"), [one for one in members if one.group]


def _part(stated: Record) -> Part:
    module_group = _text(stated.get("moduleGroupId"))
    unit_group = _text(stated.get("courseUnitGroupId"))
    is_module = stated.get("type") == "Module" or (not unit_group and bool(module_group))
    return Part(module_group if is_module else unit_group, is_module)


def _demands(record: Record, own: Named, catalogue: Catalogue) -> Iterator[Demand]:
    """What is asked for, with the members that the load holds; the same is said once."""
    found: dict[tuple[Named, ...], bool] = {}
    for compulsory, members in _groups(record):
        known = {named for one in members if (named := catalogue.named(one)) is not None} - {own}
        if known:
            key = tuple(sorted(known))
            found[key] = found.get(key, False) or compulsory
    for key, compulsory in found.items():
        yield Demand(key, compulsory)


def _unknown_or_own(
    record: Record, own: Named, catalogue: Catalogue, notes: list[Note]
) -> Iterable[Note]:
    """The notes, and one for each member that the load does not hold or that is the course."""
    for _, members in _groups(record):
        for one in members:
            named = catalogue.named(one)
            if named is None:
                notes.append(("prerequisites naming an unknown code", one.group))
            elif named == own:
                notes.append(("course that is its own prerequisite; dropped", one.group))
    return notes


def _substitutes(record: Record, own: Named, catalogue: Catalogue) -> Iterator[Named]:
    """Courses for each of which alone this one stands whole."""
    found: dict[Named, None] = {}
    for units in as_list(record.get("substitutions")):
        together = list(as_objects(units))
        if len(together) != 1 or together[0].get("credits") is not None:
            continue
        named = catalogue.named(Part(_text(together[0].get("courseUnitGroupId")), False))
        if named is not None and named != own:
            found[named] = None
    yield from found


def _units(record: Record, catalogue: Catalogue) -> Iterator[Unit]:
    """Organisations that the load describes, each once."""
    found: dict[str, Unit] = {}
    for one in as_objects(record.get("organisations")):
        unit = catalogue.organisations.get(_text(one.get("organisationId")))
        if unit is not None:
            found.setdefault(unit.code, unit)
    yield from found.values()


def module(record: Record, catalogue: Catalogue, words: Words) -> Module:
    """The document as a study module, with what it asks for at all events.

    Raises: RecordError if it has no title or no university.
    """
    notes: list[Note] = []
    who, code = _identity(record, "module", catalogue.home)
    own = Named(who.code, code, True)
    found = of_credits(
        parts(as_object(record.get("rule")), catalogue.credits),
        _credits(record, "module").get("min"),
        catalogue.credits,
    )
    if not found.is_whole:
        kind = "module with choices; what it asks for at all events is stated"
        notes.append((kind, _text(record.get("type"))))
    held: dict[Named, None] = {}
    for part in found.needed:
        named = catalogue.named(part)
        if named is None:
            notes.append(("module naming an unknown code", part.group))
        elif named != own:
            held[named] = None
    return Module(
        who,
        code,
        words.titles(_spoken(record.get("name"), record), "/name", notes),
        tuple(held),
        tuple(notes),
    )


def taught(record: Record, catalogue: Catalogue, counts: Counter[str]) -> Course | None:
    """The course of a realisation with the offering; None, and counted, where it is none.

    Raises: RecordError if it has no id, or its course is not in the load.
    """
    what = _last(record.get("courseUnitRealisationTypeUrn"))
    if what.startswith(("exam", "thesis")):
        counts["examinations and theses, which are no offerings"] += 1
        return None
    if _text(record.get("flowState")) not in ("", "PUBLISHED") or left_out(record, ""):
        counts["realisations that are not published or are cancelled left out"] += 1
        return None
    identifier = _text(record.get("id"))
    if not identifier:
        raise RecordError("/id", "no id", "Each realisation of Sisu has an id.")
    entry = catalogue.groups.get(Part(_of(record, catalogue), False))
    if entry is None:
        raise RecordError(
            "/assessmentItemIds",
            "teaching of a course that is not in the load",
            "Load the course unit and its assessment items with it.",
        )
    notes: list[Note] = []
    period, enrolment = (
        as_object(record.get(key)) for key in ("activityPeriod", "enrolmentPeriod")
    )
    found = Offering(
        identifier,
        start=day(period.get("startDate")),
        end=day_before(day(period.get("endDate"))),
        mode=MODES.get(what),
        languages=(_last(record.get("teachingLanguageUrn")),),
        enrolment_start=day_of_time(enrolment.get("startDateTime")),
        enrolment_end=day_of_time(enrolment.get("endDateTime"), is_end=True),
        source=entry.named.university,
    )
    return Course(
        Provider(entry.named.university),
        entry.named.code,
        (),
        offerings=(offering(found, notes),),
        notes=tuple(notes),
    )


def _of(record: Record, catalogue: Catalogue) -> str:
    """Group of the course unit that a realisation teaches; "" if the load does not tell."""
    for one in as_objects(record.get("courseUnits")):
        group = _text(one.get("groupId")) or catalogue.units.get(_text(one.get("id")), "")
        if Part(group, False) in catalogue.groups:
            return group
    items = (catalogue.items.get(_text(one)) for one in as_list(record.get("assessmentItemIds")))
    return next((group for group in items if group), "")


LOADER: Final = Loader(
    name="sisu",
    title="Course units of Sisu",
    publisher="",
    licence="",
    attribution="",
    read=read,
)
