"""An offering in the formats of others: ELM, schema.org and OEAPI, read as their loaders read them.

Nothing is fetched: a context that is named is known by its name, as to the loaders. What Annex I
asks for and a loader does not load (forms of participation, workload as stated, the country, the
identity check) is read beside it. Nothing of a credential's holder is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.credentials.names import COUNTRIES, COUNTRY, EQF
from app.credentials.offering import NAMELESS
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
from ontology.ntriples import Term, Triple, iri, typed
from ontology.ntriples import text as literal

Name = Literal["elm", "schema-org", "oeapi"]

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
_NOBODY = "urn:x-polku:nobody"
_UNTOLD = "untold"
_HOURS = re.compile(r"(\d+)(?:\.0+)? h\Z")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}\Z")
_TWO = re.compile(r"[A-Za-z]{2,3}\Z")

Said = tuple[str, Term]
"""A property and its value."""


@dataclass(frozen=True)
class Read:
    """One offering as its loader reads it, and what is stated beside.

    ``untold``: properties that stand only because the loader cannot do without.
    """

    course: Course
    more: Sequence[Said]
    untold: frozenset[str] = frozenset()


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
        if "schema.org" in contexts:
            return "schema-org"
        if any("courseId" in each for each in (one, *as_objects(one.get("items")))):
            return "oeapi"
    return None


def offering(document: object, name: Name) -> tuple[Term, Small]:
    """The one offering in a document of the format: its term, and what is stated.

    Raises: BadParameter where there is none, several, or one that says nothing of itself.
    """
    readers: Mapping[Name, Callable[[object], Iterator[Read]]] = {
        "elm": _elm,
        "schema-org": _schema_org,
        "oeapi": _oeapi,
    }
    mapper = Mapper(Run(), "document")
    found: dict[Term, list[Triple]] = {}
    credentials: set[Term] = set()
    try:
        for read in readers[name](document):
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
    if course.is_credential:
        for prop, texts in (
            (terms.prerequisitesText, course.prerequisites),
            (terms.assessmentText, course.assessment),
        ):
            yield from ((prop, literal(said, tag)) for said, tag in texts)
    for said, _ in course.workload:
        if match := _HOURS.match(said):
            yield from _volume(f"PT{match[1]}H")


def _volume(stated: str) -> Iterator[Said]:
    if stated:
        yield terms.elm.volumeOfLearning, typed(stated[:100], terms.xsd.duration)


def _lenient(
    parse: Callable[[Mapping[str, Any]], Course],
    thing: Mapping[str, Any],
    stand_ins: Mapping[str, tuple[Mapping[str, Any], Sequence[str]]],
) -> tuple[Course, frozenset[str]]:
    """The course, with stand-ins for what the loader refuses to do without.

    ``stand_ins``: pointer that the refusal names → what is put in, and the properties that then
    are not stated. A check tells what lacks, where a load turns the record away.
    """
    untold: set[str] = set()
    for _ in stand_ins:
        try:
            return parse(thing), frozenset(untold)
        except RecordError as error:
            if error.pointer not in stand_ins:
                raise
            put, properties = stand_ins[error.pointer]
            thing = {**thing, **put}
            untold.update(properties)
    return parse(thing), frozenset(untold)


# European Learning Model.


def _elm(document: object) -> Iterator[Read]:
    for record in as_list(document):
        if not isinstance(record, dict):
            continue
        held = Document(elm.unsigned(record))
        for thing, bodies in elm.chosen(held):
            yield _elm_offering(thing, bodies, held)


def _elm_offering(thing: Thing, bodies: Sequence[Thing], held: Document) -> Read:
    nobody = {"type": "Organisation", "id": _NOBODY, "legalName": {"en": _UNTOLD}}
    stand_ins: Mapping[str, tuple[Mapping[str, Any], Sequence[str]]] = {
        "/title": ({"title": {"en": _UNTOLD}}, [terms.dcterms.title]),
        "/providedBy": ({"providedBy": nobody}, [terms.university]),
        "/awardingBody": ({"awardingBody": nobody}, [terms.university]),
    }
    words = Words()
    is_opportunity = "LearningOpportunity" in types(thing)

    def parse(one: Mapping[str, Any]) -> Course:
        if is_opportunity:
            return elm.opportunity(one, held, words)
        return elm.credential(one, bodies, held, words)

    course, untold = _lenient(parse, thing, stand_ins)
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
        yield from _volume(text(one.get("volumeOfLearning")))
    modes = [mode for one in (*specified, *activities) if (mode := elm.mode(one, held))]
    yield from ((terms.mode, iri(mode)) for mode in modes)
    organisations = [*bodies, *held.get(thing, "providedBy"), *held.get(thing, "awardingBody")]
    organisations += held.get(thing, "awardingOpportunity", "awardingBody")
    for body in organisations:
        for code in held.get(body, "location", "address", "countryCode"):
            yield from _country(identifier(code).rpartition("/")[2])
    for one in (*specified, *organisations):
        for accreditation in held.get(one, "accreditation"):
            for said, tag in tagged(accreditation.get("title")):
                yield terms.qualityAssuranceText, _tagged(said, tag)
    assessments = [one for each in specified for one in held.get(each, "provenBy")]
    if course.is_credential:
        assessments += held.of_type("LearningAssessmentSpecification", "LearningAssessment")
    for one in assessments:
        if not course.assessment:
            for said, tag in tagged(one.get("title")):
                yield terms.assessmentText, _tagged(said, tag)
        for verified in held.get(one, "idVerification"):
            yield from _pointed(terms.elm.idVerification, identifier(verified))
    for one in specified:
        for note in held.get(one, "additionalNote"):
            for said, tag in tagged(note.get("noteLiteral")):
                yield terms.elm.additionalNote, _tagged(said, tag)


def _tagged(said: object, tag: object) -> Term:
    """A text with its language, where that is one."""
    language = tag if isinstance(tag, str) and _LANGUAGE.match(tag) else None
    return literal(str(said), language)


def _pointed(prop: str, value: str) -> Iterator[Said]:
    try:
        yield prop, iri(value)
    except ValueError:
        return


def _country(code: str) -> Iterator[Said]:
    short = code.upper()
    if _TWO.match(short):
        yield terms.country, iri(COUNTRY + COUNTRIES.get(short, short))


# schema.org.


def _schema_org(document: object) -> Iterator[Read]:
    nobody = {"provider": {"name": _UNTOLD, "url": "https://nobody.invalid/"}}
    stand_ins: Mapping[str, tuple[Mapping[str, Any], Sequence[str]]] = {
        "/name": ({"name": _UNTOLD}, [terms.dcterms.title]),
        "/provider": (nobody, [terms.university]),
        "/courseCode": ({"courseCode": _UNTOLD}, [terms.code]),
    }
    words = Words()
    for thing in schema_org.courses_in(document):
        course, untold = _lenient(lambda one: schema_org.parse(one, words), thing, stand_ins)
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
        yield from _country(text(address.get("addressCountry")))
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
            yield from _volume(one)


# OEAPI.


def _oeapi(document: object) -> Iterator[Read]:
    nobody = {
        "organisation": {
            "organisationType": "root",
            "primaryCode": {"codeType": "identifier", "code": _UNTOLD},
            "name": [{"language": "en", "value": _UNTOLD}],
        }
    }
    stand_ins: Mapping[str, tuple[Mapping[str, Any], Sequence[str]]] = {
        "/name": ({"name": [{"language": "en", "value": _UNTOLD}]}, [terms.dcterms.title]),
        "/organisation": (nobody, [terms.university]),
        "/primaryCode": ({"primaryCode": {"code": _UNTOLD}}, [terms.code]),
    }
    words, catalogue = Words(), oeapi.Catalogue()
    for outer in as_list(document):
        for record in (as_object(outer), *as_objects(as_object(outer).get("items"))):
            if oeapi.kind(record) != "course":
                continue
            course, untold = _lenient(
                lambda one: oeapi.parse(one, catalogue, words), record, stand_ins
            )
            more = [
                *((terms.mode, iri(mode)) for mode in [oeapi.mode(record)] if mode),
                *_durations([text(record.get("duration"))], course),
            ]
            yield Read(course, more, untold)
