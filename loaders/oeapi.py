"""OEAPI (Open Education API) v5 and v6: courses that universities offer each other's students.

Publisher: each university that answers. Licence: none is stated; texts are the universities' own.
Access: for partners (EuroTeQ, eduXchange); responses saved to files of one folder.
Format: JSON of ``/courses``, ``/course-offerings``, ``/academic-sessions`` and
``/organisations`` (in v5 ``/organizations``), single or in pages (``items``), v5 and v6 side by
side, arrays and JSON Lines too; each also gzipped. References may be expanded or ids.
Named graph: ``graph/oeapi``, or ``graph/<name>`` with the option ``name``.

A course is named by its university and its ``primaryCode``. The university is the course's
organisation, or the one above it: by exact name or ROR identifier one of the network's, else by
its code. An offering without dates gets those of its academic session. What is offered to a
consumer such as EuroTeQ has a cross-institutional way in, with the price if one is stated. ESCO
skills among the codes of a course and its learning outcomes stand as plain triples and accepted
claims.

Left out and counted: programmes, components, groups, associations and whatever else is no course.
Known gaps: ``admissionRequirements`` are words and stay words; credits other than ECTS are not
turned into them; places and validity are not loaded; a field of study that is finer than ISCED-F
is loaded as the field above it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Final

from loaders.base import Loader, Run
from loaders.courses.course import (
    Course,
    Note,
    Offering,
    Provider,
    WayIn,
    Words,
    credit_range,
    day,
    esco_skills,
    needed_provider,
    number,
    offering,
    provider,
)
from loaders.courses.triples import Mapper
from loaders.courses.workload import hours_text
from loaders.errors import RecordError
from loaders.files import json_records
from loaders.identifiers import web_address
from loaders.jsonparts import as_list, as_object, as_objects
from loaders.vocabularies.published import fields_of_study
from loaders.works import languages
from ontology import terms
from ontology.ntriples import Triple
from ontology.terms import Iri

_MODES: Final[Mapping[str, Iri]] = {
    "blended": terms.Blended,
    "coil": terms.Online,
    "distance-learning": terms.Online,
    "hybrid": terms.Blended,
    "in-person": terms.OnSite,
    "on campus": terms.OnSite,
    "online": terms.Online,
    "presential": terms.OnSite,
    "project-based": terms.ProjectWork,
}
"""Source: OEAPI v6, ``modeOfDelivery``, and v5's of the same names."""
_LEVELS: Final[Mapping[str, Iri]] = {
    "master": terms.AdvancedStudies,
    "doctoral": terms.PostgraduateStudies,
    "doctorate": terms.PostgraduateStudies,
}
_PARTNERS: Final = ("euroteq", "eduxchange", "alliance")
_MOST_ABOVE: Final = 20
"""Organisations above one another; more is a circle."""

Record = Mapping[str, object]


@dataclass
class Catalogue:
    """What a first reading finds: names, codes and days alone.

    Attributes:
        courses: id → university and code.
        sessions: id of an academic session → first and last day.
        organisations: id → provider and id of the organisation above, "" if none.
        offered: ids of courses that have an offering.
    """

    courses: dict[str, tuple[Provider, str]] = field(default_factory=dict)
    sessions: dict[str, tuple[str, str]] = field(default_factory=dict)
    organisations: dict[str, tuple[Provider, str]] = field(default_factory=dict)
    offered: set[str] = field(default_factory=set)


def kind(record: Record) -> str:
    """``course``, ``offering``, ``session`` or ``organisation``; "" of what is none of them."""
    if any(key.endswith(("AssociationId", "ComponentOfferingId", "ComponentId")) for key in record):
        return ""
    if "courseOfferingId" in record:
        return "offering"
    if "offeringId" in record:
        return "offering" if _text(record.get("offeringType")) in ("", "course") else ""
    if "academicSessionType" in record:
        return "session"
    if "organisationType" in record or "organizationType" in record:
        return "organisation"
    is_other = any(key in record for key in ("componentId", "associationId", "groupId"))
    return "course" if "courseId" in record and not is_other else ""


def _text(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _code(value: object) -> str:
    return _text(as_object(value).get("code")) or _text(value)


def _either(record: Record, *keys: str) -> object:
    """The first of several properties that is stated."""
    return next((record[key] for key in keys if record.get(key) is not None), None)


def _typed(value: object) -> list[tuple[object, object]]:
    """Texts with their languages; a bare string, and v5's lists of lists, count too."""
    found: list[tuple[object, object]] = []
    for one in as_list(value):
        if isinstance(one, list):
            found += [text for inner in one[:50] for text in _typed([inner])]
        elif isinstance(one, dict) and "value" in one:
            found.append((one.get("value"), languages.tag(one.get("language"))))
        elif isinstance(one, dict):
            found += _typed(one.get("name"))[:10] if not isinstance(one.get("name"), dict) else []
        elif isinstance(one, str):
            found.append((one, ""))
    return found


def _reference(record: Record, *names: str) -> tuple[str, Record]:
    """Id of what a record refers to, and it itself where it is expanded."""
    for name in names:
        for key in (name, f"{name}Id"):
            value = record.get(key)
            if isinstance(value, str) and value.strip():
                return _text(value), {}
            if isinstance(value, dict):
                own = _text(_either(value, *(f"{one}Id" for one in names), "offeringId"))
                return own, value
    return "", {}


def records(paths: Sequence[Path], run: Run) -> Iterator[tuple[str, Record]]:
    """Every record with where it stands; pages are opened."""
    return iter(json_records(paths, run, inside="items"))


def read(paths: Sequence[Path], run: Run) -> Iterator[Triple]:
    """Triples of all courses in the order of the files, then of all offerings."""
    catalogue = _catalogue(paths)
    mapper = Mapper(run, run.options.get("name", "oeapi"))
    words = Words()
    for place, record in records(paths, run):
        what = kind(record)
        if what == "course":
            yield from mapper.parsed(place, partial(parse, record, catalogue, words))
        elif not what:
            run.counts["records that are no courses left out"] += 1
    for place, record in records(paths, Run()):
        if kind(record) == "offering":
            yield from mapper.parsed(place, partial(taught, record, catalogue, words))


def _catalogue(paths: Sequence[Path]) -> Catalogue:
    """What a first reading of all files finds, organisations before what they offer."""
    found = Catalogue()
    for _, record in records(paths, Run()):
        what = kind(record)
        if what == "session":
            _session(record, found)
        elif what == "organisation":
            _organisation(record, found)
    for _, record in records(paths, Run()):
        what = kind(record)
        if what == "offering":
            found.offered.add(_reference(record, "course")[0])
        elif what == "course":
            try:
                identity = _identity(record, found)
            except RecordError:
                continue
            found.courses[_text(record.get("courseId"))] = identity
    return found


def _session(record: Record, found: Catalogue) -> None:
    span = tuple(day(_either(record, f"{end}DateTime", f"{end}Date")) for end in ("start", "end"))
    found.sessions[_text(record.get("academicSessionId"))] = (span[0], span[1])


def _organisation(record: Record, found: Catalogue) -> None:
    identifier = _text(_either(record, "organisationId", "organizationId"))
    above, _ = _reference(record, "parent")
    who = _provider_of(record)
    if identifier and who is not None:
        found.organisations[identifier] = who, above


def _provider_of(organisation: Record) -> Provider | None:
    codes = [_code(one) for one in as_list(organisation.get("otherCodes"))]
    names = [(_text(said), str(tag)) for said, tag in _typed(organisation.get("name"))]
    own = _code(organisation.get("primaryCode")) or _text(organisation.get("shortName"))
    rors = [code for code in codes if "ror.org" in code]
    return provider(names, [*rors, *([own] if own else [])])


def _provider(record: Record, catalogue: Catalogue) -> Provider | None:
    """The university: the course's organisation, or of those above it the highest known one."""
    identifier, expanded = _reference(record, "organisation", "organization")
    found = _provider_of(expanded) if expanded else None
    if found is not None and not found.names:
        return found
    if not identifier and len(catalogue.organisations) == 1:
        identifier = next(iter(catalogue.organisations))
    for _ in range(_MOST_ABOVE):
        if identifier not in catalogue.organisations:
            break
        found, identifier = catalogue.organisations[identifier]
        if not found.names:
            break
    return found


def _identity(record: Record, catalogue: Catalogue) -> tuple[Provider, str]:
    """University and code of a course.

    Raises: RecordError if it has neither.
    """
    code = _code(record.get("primaryCode")) or _text(record.get("courseId"))
    if not code:
        raise RecordError("/primaryCode", "no code", "A course of OEAPI has a primaryCode.")
    return needed_provider(_provider(record, catalogue), "/organisation"), code


def parse(record: Record, catalogue: Catalogue, words: Words) -> Course:
    """The record as a course.

    Raises: RecordError if it has no name, no code or no organisation.
    """
    notes: list[Note] = []
    who, code = _identity(record, catalogue)
    outcomes = as_list(record.get("learningOutcomes"))
    codes = [
        _code(code_)
        for thing in (record, *as_objects(outcomes))
        for code_ in (thing.get("primaryCode"), *as_list(thing.get("otherCodes")))
    ]
    duration = _text(record.get("duration"))
    credits, load_hours = _loads(record, notes)
    return Course(
        who,
        code,
        words.titles(_typed(record.get("name")), "/name", notes),
        credits=credits,
        study_level=_LEVELS.get(_text(record.get("level")).lower()),
        fields=fields_of_study(as_list(record.get("fieldsOfStudy"))),
        languages=_languages(record),
        outcomes=words.lines(_typed(outcomes)),
        content=words.texts(_typed(record.get("description"))),
        prerequisites=words.texts(
            _typed(_either(record, "admissionRequirements", "qualificationRequirements"))
        ),
        workload=load_hours or hours_text(duration, notes),
        assessment=words.texts(_typed(record.get("assessment"))),
        skills=esco_skills(codes, notes),
        url=web_address(_text(record.get("link"))) or "",
        # Price and deadline stand in the offering, where the input has one.
        ways_in=() if _text(record.get("courseId")) in catalogue.offered else _ways_in(record, {}),
        notes=tuple(notes),
    )


def _loads(
    record: Record, notes: list[Note]
) -> tuple[tuple[Decimal, Decimal] | None, tuple[tuple[str, str], ...]]:
    """Credits in ECTS, and hours as a text."""
    credits, text = None, tuple[tuple[str, str], ...]()
    for one in as_objects(as_list(record.get("studyLoad"))):
        unit, value = _text(one.get("studyLoadUnit")).lower(), one.get("value")
        if unit == "ects":
            credits = credit_range(value, None, notes)
        elif unit in ("sbu", "hour", "hours") and (amount := number(value)) is not None:
            text = ((f"{amount.normalize():f} h", "en"),)
        elif unit:
            notes.append(("credits that are not ECTS credits", unit))
    return credits, text


def _languages(record: Record) -> tuple[str, ...]:
    stated = as_list(_either(record, "teachingLanguages", "teachingLanguage"))
    return tuple(dict.fromkeys(tag for one in stated if (tag := languages.tag(one))))


def mode(record: Record) -> Iri | None:
    """The form of participation of a course or offering; of several blended; None if none."""
    stated = as_list(_either(record, "modesOfDelivery", "modeOfDelivery"))
    found = {mode for one in stated if (mode := _MODES.get(_text(one).lower())) is not None}
    return found.pop() if len(found) == 1 else terms.Blended if found else None


def _ways_in(course: Record, offered: Record) -> tuple[WayIn, ...]:
    """The way in for students of partners, where the course or its offering is for them."""
    consumers = [
        one
        for record in (course, offered)
        for key in ("consumer", "consumers")
        for one in as_list(record.get(key))
    ]
    keys = (_text(as_object(one).get("consumerKey")).lower() for one in consumers)
    if not any(partner in key for key in keys for partner in _PARTNERS):
        return ()
    prices = [
        (amount, _text(price.get("currency")).upper())
        for price in as_objects(as_list(offered.get("priceInformation")))
        if (amount := number(price.get("amount"))) is not None
    ]
    fee, currency = max(prices, default=(None, ""))
    is_stated = len(currency) == 3 and currency.isascii() and currency.isalpha()
    return (
        WayIn(
            "crossInstitutional",
            terms.CrossInstitutional,
            fee=fee if is_stated else None,
            currency=currency if is_stated else "EUR",
            apply_by=_enrolment(offered)[1],
            url=web_address(_text(offered.get("link"))) or "",
        ),
    )


def _enrolment(offered: Record) -> tuple[str, str]:
    """First and last day of enrolment over all periods of it."""
    periods = [offered, *as_objects(as_list(offered.get("enrolmentPeriods")))]
    starts = [day(_either(one, "enrollStartDate", "enrolStartDate")) for one in periods[:1]]
    ends = [day(_either(one, "enrollEndDate", "enrolEndDate")) for one in periods[:1]]
    starts += [day(_either(one, "startDateTime", "startDate")) for one in periods[1:]]
    ends += [day(_either(one, "endDateTime", "endDate")) for one in periods[1:]]
    return min(filter(None, starts), default=""), max(filter(None, ends), default="")


def taught(record: Record, catalogue: Catalogue, words: Words) -> Course:
    """The course of an offering with the offering; where only its id stands, with that alone.

    Raises: RecordError if nothing describes the course, or the offering has no id.
    """
    notes: list[Note] = []
    identifier = _text(_either(record, "courseOfferingId", "offeringId"))
    if not identifier:
        raise RecordError("/courseOfferingId", "no id of the offering", "Each offering has one.")
    of, expanded = _reference(record, "course")
    if expanded:
        course = parse(expanded, catalogue, words)
    elif of in catalogue.courses:
        course = Course(*catalogue.courses[of], ())
    else:
        raise RecordError("/course", "offering of a course that is not in the input", of[:80])
    start, end = _days(record, catalogue)
    enrolment_start, enrolment_end = _enrolment(record)
    found = Offering(
        identifier,
        start=start,
        end=end,
        mode=mode(record),
        languages=_languages(record),
        enrolment_start=enrolment_start,
        enrolment_end=enrolment_end,
        url=web_address(_text(record.get("link"))) or "",
    )
    is_off = _text(record.get("state")).lower() in ("cancelled", "canceled", "deleted")
    return replace(
        course,
        offerings=() if is_off else (offering(found, notes),),
        ways_in=_ways_in(expanded, record),
        notes=(*course.notes, *notes),
    )


def _days(record: Record, catalogue: Catalogue) -> tuple[str, str]:
    """First and last day of an offering: its own, else its academic session's."""
    start, end = (day(_either(record, f"{one}DateTime", f"{one}Date")) for one in ("start", "end"))
    if start:
        return start, end
    session, expanded = _reference(record, "academicSession")
    if expanded:
        _session(expanded, catalogue)
        session = _text(expanded.get("academicSessionId"))
    return catalogue.sessions.get(session, ("", ""))


LOADER: Final = Loader(
    name="oeapi",
    title="Courses by the Open Education API",
    publisher="",
    licence="",
    attribution="",
    read=read,
)
