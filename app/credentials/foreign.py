"""An offering in the formats of others, read as their loaders read them.

Nothing is fetched: a context that is named is known by its name, as to the loaders. What Annex I
asks for and a loader does not load (forms of participation, workload as stated, the country, the
identity check) is read beside it. Nothing of a credential's holder is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import Any, Literal

from app.credentials import badges, opintopolku
from app.credentials.names import EQF
from app.credentials.offering import NAMELESS
from app.credentials.reading import (
    NOBODY,
    UNTOLD,
    Read,
    Said,
    StandIns,
    country,
    lenient,
    pointed,
    tagged_text,
    volume,
)
from app.errors import BadParameter
from app.graph.small import Small
from loaders import elm, oeapi, schema_org
from loaders.base import Run
from loaders.courses.course import Course, Words
from loaders.courses.linked import Document, Thing, identifier, tagged, text, types
from loaders.courses.triples import Mapper
from loaders.courses.workload import TRAP
from loaders.errors import RecordError
from loaders.jsonparts import as_list, as_object, as_objects
from ontology import terms
from ontology.ntriples import Term, Triple, iri
from ontology.ntriples import text as literal

Name = Literal["elm", "schema-org", "oeapi", "kouta", "openbadges"]

MOST_RECORDS = 200
"""Records of a document that are read: one offering has a few, each with its teachings."""

_ELM_TYPES = frozenset(
    [
        "EuropeanDigitalCredential",
        "LearningAchievement",
        "LearningAchievementSpecification",
        "LearningOpportunity",
        "Qualification",
    ]
)
_OURS = terms.Course.removesuffix("Course")
_HOURS = re.compile(r"(\d+)(?:\.0+)? h\Z")


def format_of(document: object) -> Name | None:
    """Whose format it is; None if it is none of these.

    >>> format_of({"@context": "https://schema.org", "@type": "Course"})
    'schema-org'
    >>> format_of({"title": {"en": "Ours"}})
    """
    outermost = [one for one in as_list(document)[:100] if isinstance(one, dict)]
    for one in outermost:
        contexts = repr(one.get("@context"))[:100_000]
        if _OURS in contexts:
            return None
        inner = [one, as_object(one.get("credential")), *as_objects(one.get("@graph"))]
        if "signatures" in one and isinstance(one.get("payload"), str):
            return "elm"
        if any(types(each) & _ELM_TYPES for each in inner):
            return "elm"
        if types(one) & badges.TYPES:
            return "openbadges"
        if opintopolku.is_record(one):
            return "kouta"
        if "schema.org" in contexts:
            return "schema-org"
        if any("courseId" in each for each in (one, *as_objects(one.get("items")))):
            return "oeapi"
    return None


def offering(document: object, name: Name) -> tuple[Term, Small]:
    """The one offering in a document of the format: its term, and what is stated.

    Raises: BadParameter where there is none, several, or one that says nothing of itself.
    """
    mapper = Mapper(Run(), "document")
    found: dict[Term, list[Triple]] = {}
    credentials: set[Term] = set()
    try:
        for number, read in enumerate(islice(_READERS[name](document), MOST_RECORDS + 1)):
            if number == MOST_RECORDS:
                raise BadParameter(
                    "body",
                    f"The document, read as {name}, holds more than {MOST_RECORDS} records; "
                    "send one offering.",
                )
            about, triples = _triples(read, mapper)
            found.setdefault(about, []).extend(triples)
            if read.course.is_credential:
                credentials.add(about)
    except RecordError as error:
        raise BadParameter(
            error.pointer or "body", f"{error.reason}. {error.hint}".strip()[:500]
        ) from None
    except ValueError:
        raise BadParameter(
            "body", f"The document, read as {name}, holds a name that no IRI can be made of."
        ) from None
    chosen = credentials if len(credentials) == 1 else set(found)
    if len(chosen) != 1:
        many = (
            f"describes {len(chosen)} offerings; send one at a time"
            if chosen
            else ("describes no offering: no course, opportunity or specified achievement is in it")
        )
        raise BadParameter("body", f"The document, read as {name}, {many}.")
    about = next(iter(chosen))
    graph = Small()
    graph.add(found[about])
    return about, graph


def _triples(read: Read, mapper: Mapper) -> tuple[Term, list[Triple]]:
    """The offering's term, and what is stated of it; one that does not say whose it is has no IRI."""
    course = read.course
    named = iri(mapper.name(course.provider.code, course.code, is_credential=course.is_credential))
    is_named = not {terms.university, terms.code} & read.untold
    about = named if is_named else iri(NAMELESS)
    untold = {iri(one) for one in read.untold}
    stated = [
        (about if subject == named else subject, prop, value)
        for subject, prop, value in mapper.triples(course)
        if not (subject == named and prop in untold)
    ]
    stated += ((about, iri(prop), value) for prop, value in (*read.more, *_of(course)))
    return about, stated


def _of(course: Course) -> Iterator[Said]:
    """What a course says that its loader keeps elsewhere, or not for a micro-credential."""
    yield from ((terms.mode, iri(one.mode)) for one in course.offerings if one.mode is not None)
    if course.eqf:
        yield terms.level, iri(course.eqf)
    if course.is_credential and course.study_level is not None:
        yield terms.studyLevel, iri(course.study_level)
    for said, _ in course.workload:
        if match := _HOURS.match(said):
            yield from volume(f"PT{match[1]}H")


# European Learning Model.


def _elm(document: object) -> Iterator[Read]:
    for record in as_list(document):
        if not isinstance(record, dict):
            continue
        held = Document(elm.unsigned(record))
        for thing, bodies in elm.chosen(held):
            yield _elm_offering(thing, bodies, held)


def _elm_offering(thing: Thing, bodies: Sequence[Thing], held: Document) -> Read:
    nobody = {"type": "Organisation", "id": NOBODY, "legalName": {"en": UNTOLD}}
    stand_ins: StandIns = {
        "/title": ({"title": {"en": UNTOLD}}, [terms.dcterms.title]),
        "/providedBy": ({"providedBy": nobody}, [terms.university]),
        "/awardingBody": ({"awardingBody": nobody}, [terms.university]),
    }
    words = Words()
    is_opportunity = "LearningOpportunity" in types(thing)

    def parse(one: Mapping[str, Any]) -> Course:
        if is_opportunity:
            return elm.opportunity(one, held, words)
        return elm.credential(one, bodies, held, words)

    course, untold = lenient(parse, thing, stand_ins)
    return Read(course, tuple(_elm_more(thing, bodies, held, course)), untold)


def _elm_more(
    thing: Thing, bodies: Sequence[Thing], held: Document, course: Course
) -> Iterator[Said]:
    specified = [thing, *held.get(thing, "learningAchievementSpecification")]
    activities = [
        *held.get(thing, "learningActivitySpecification"),
        *(one for each in specified for one in held.get(each, "influencedBy")),
        *(held.of_type("LearningActivitySpecification") if course.is_credential else ()),
    ]
    for one in (*specified, *activities):
        yield from volume(text(one.get("volumeOfLearning")))
    modes = [mode for one in (*specified, *activities) if (mode := elm.mode(one, held))]
    yield from ((terms.mode, iri(mode)) for mode in modes)
    organisations = [*bodies, *held.get(thing, "providedBy"), *held.get(thing, "awardingBody")]
    organisations += held.get(thing, "awardingOpportunity", "awardingBody")
    for body in organisations:
        for code in held.get(body, "location", "address", "countryCode"):
            yield from country(identifier(code).rpartition("/")[2])
    for one in (*specified, *organisations):
        for accreditation in held.get(one, "accreditation"):
            for said, tag in tagged(accreditation.get("title")):
                yield terms.qualityAssuranceText, tagged_text(said, tag)
    assessments = [one for each in specified for one in held.get(each, "provenBy")]
    if course.is_credential:
        assessments += held.of_type("LearningAssessmentSpecification", "LearningAssessment")
    for one in assessments:
        if not course.assessment:
            for said, tag in tagged(one.get("title")):
                yield terms.assessmentText, tagged_text(said, tag)
        for verified in held.get(one, "idVerification"):
            yield from pointed(terms.elm.idVerification, identifier(verified))
    for one in specified:
        for note in held.get(one, "additionalNote"):
            for said, tag in tagged(note.get("noteLiteral")):
                yield terms.elm.additionalNote, tagged_text(said, tag)


# schema.org.


def _schema_org(document: object) -> Iterator[Read]:
    nobody = {"provider": {"name": UNTOLD, "url": "https://nobody.invalid/"}}
    stand_ins: StandIns = {
        "/name": ({"name": UNTOLD}, [terms.dcterms.title]),
        "/provider": (nobody, [terms.university]),
        "/courseCode": ({"courseCode": UNTOLD}, [terms.code]),
    }
    words = Words()
    for thing in schema_org.courses_in(document):
        course, untold = lenient(lambda one: schema_org.parse(one, words), thing, stand_ins)
        yield Read(course, tuple(_schema_org_more(thing, course)), untold)


def _schema_org_more(thing: Mapping[str, Any], course: Course) -> Iterator[Said]:
    instances = [one for one in as_list(thing.get("hasCourseInstance")) if isinstance(one, dict)]
    stated = [text(one.get("courseWorkload")) for one in instances]
    stated.append(text(thing.get("timeRequired")))
    yield from _durations(stated, course)
    for level in as_list(thing.get("educationalLevel")):
        named: Mapping[str, object] = level if isinstance(level, dict) else {"url": level}
        for key in ("@id", "url", "termCode"):
            place = text(named.get(key))
            if place.startswith(EQF) and place.removeprefix(EQF) in tuple("12345678"):
                yield terms.level, iri(place)
    for body in as_list(thing.get("provider")):
        address = as_object(as_object(body).get("address"))
        yield from country(text(address.get("addressCountry")))
    for key in ("recognizedBy", "accreditedBy"):
        for one in as_list(thing.get(key)):
            said = text(as_object(one).get("name")) or text(one)
            if said:
                yield terms.qualityAssuranceText, literal(said)


def _durations(stated: Iterable[str], course: Course) -> Iterator[Said]:
    """Durations in months only where they can only be meant in hours: courses last for months."""
    is_trap = any(kind == TRAP for kind, _ in course.notes)
    for one in stated:
        if is_trap and one.upper().startswith("P"):
            yield from volume(one)


# OEAPI.


def _oeapi(document: object) -> Iterator[Read]:
    nobody = {
        "organisation": {
            "organisationType": "root",
            "primaryCode": {"codeType": "identifier", "code": UNTOLD},
            "name": [{"language": "en", "value": UNTOLD}],
        }
    }
    stand_ins: StandIns = {
        "/name": ({"name": [{"language": "en", "value": UNTOLD}]}, [terms.dcterms.title]),
        "/organisation": (nobody, [terms.university]),
        "/primaryCode": ({"primaryCode": {"code": UNTOLD}}, [terms.code]),
    }
    words, catalogue = Words(), oeapi.Catalogue()
    for outer in as_list(document):
        for record in (as_object(outer), *as_objects(as_object(outer).get("items"))):
            if oeapi.kind(record) != "course":
                continue
            course, untold = lenient(
                lambda one: oeapi.parse(one, catalogue, words), record, stand_ins
            )
            more = [
                *((terms.mode, iri(mode)) for mode in [oeapi.mode(record)] if mode),
                *_durations([text(record.get("duration"))], course),
            ]
            yield Read(course, more, untold)


_READERS: Mapping[Name, Callable[[object], Iterator[Read]]] = MappingProxyType(
    {
        "elm": _elm,
        "schema-org": _schema_org,
        "oeapi": _oeapi,
        "kouta": opintopolku.read,
        "openbadges": badges.read,
    }
)
