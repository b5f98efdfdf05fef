"""An offering in our own JSON: its fields are named as the elements of the profiles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from app.credentials.names import COUNTRIES, COUNTRY, EQF, MODES, STUDY_LEVELS, Mode, StudyLevel
from app.errors import BadParameter
from ontology import terms
from ontology.iris import Minter
from ontology.ntriples import Term, Triple, boolean, decimal, iri, text, typed
from ontology.universities import UNIVERSITIES

NAMELESS = "urn:x-polku:offering"
"""What an offering is called that does not say its IRI."""


def _absolute(value: str) -> str:
    iri(value)
    return value


def _body(value: str) -> str:
    return value if value in UNIVERSITIES else _absolute(value)


def _country(value: str) -> str:
    short = value.upper()
    if short in COUNTRIES or short in COUNTRIES.values():
        return COUNTRIES.get(short, short)
    raise ValueError("not a country of Europe by its code of two or three letters")


Iri = Annotated[str, Field(min_length=1, max_length=2_000), AfterValidator(_absolute)]
Body = Annotated[
    str, Field(min_length=1, max_length=2_000, examples=["aalto"]), AfterValidator(_body)
]
Country = Annotated[
    str, Field(min_length=2, max_length=3, examples=["FI"]), AfterValidator(_country)
]
Language = Annotated[str, Field(pattern="^[A-Za-z]{2,3}$")]
Words = Annotated[str, Field(min_length=1, max_length=20_000)]
Texts = Annotated[
    dict[Language, Words], Field(max_length=30, examples=[{"en": "Queries", "fi": "Kyselyt"}])
]
Ects = Annotated[Decimal, Field(ge=-1_000, le=1_000, max_digits=12)]


class _Model(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True
    )


class Workload(_Model):
    """How much work it is."""

    ects: Ects | None = None
    duration: Annotated[str, Field(max_length=100, examples=["PT135H"])] | None = Field(
        default=None, description="Hours of work, as PT135H."
    )


class Part(_Model):
    """A course that it consists of; what is not said is looked up in the graph."""

    course: Iri
    ects: Ects | None = None
    study_level: StudyLevel | None = None
    awarding_body: Body | None = None


class Acceptance(_Model):
    """Who takes it as a part, into what, until when."""

    by: Iri | None = None
    into: Iri | None = None
    until: date | None = None


class Offering(_Model):
    """A micro-credential, or a course, as it is offered. No field is due: the check says which."""

    iri: Iri = NAMELESS
    kind: Literal["microCredential", "course"] = "microCredential"
    title: Texts = {}
    country: Country | None = None
    awarding_body: Body | None = Field(None, description="IRI, or code of a university.")
    learning_outcomes: Annotated[list[Texts], Field(max_length=100)] = []
    workload: Workload = Workload()
    level: Annotated[int, Field(ge=1, le=8)] | None = Field(None, description="EQF level.")
    outside_framework: bool | None = Field(None, description="No framework's level applies.")
    study_level: StudyLevel | None = Field(None, description="From this the EQF level is inferred.")
    assessment: Texts = {}
    participation: Annotated[list[Mode], Field(max_length=4)] = []
    quality_assurance: Texts = {}
    outcome_skills: Annotated[list[Iri], Field(max_length=200)] = []
    prerequisites: Texts = {}
    supervision: Texts = {}
    stackability: Annotated[list[Acceptance], Field(max_length=50)] = []
    further_information: Annotated[list[Iri], Field(max_length=50)] = []
    digital_certificate: bool | None = None
    consists_of: Annotated[list[Part], Field(max_length=100)] = []


def parse(document: object) -> tuple[Term, Sequence[Triple]]:
    """The offering in our JSON as its term and what is stated.

    Raises: BadParameter for the first value that cannot be, by its JSON pointer.
    """
    try:
        offering = Offering.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = "".join(f"/{step}" for step in first["loc"] if step != "[key]")
        raise BadParameter(where[:300] or "body", str(first["msg"])[:300]) from None
    about = iri(offering.iri)
    kind = terms.MicroCredential if offering.kind == "microCredential" else terms.Course
    stated = [
        (about, iri(prop), value)
        for prop, value in ((terms.rdf.type, iri(kind)), *_simple(offering))
    ]
    for number, one in enumerate(offering.stackability):
        stated += _acceptance(about, Term(f"_:acceptance{number}"), one)
    for part in offering.consists_of:
        stated += _part(about, part)
    return about, stated


def _simple(offering: Offering) -> Iterator[tuple[str, Term]]:
    """Property and value of all that is stated of the offering itself."""
    for prop, texts in (
        (terms.dcterms.title, [offering.title]),
        (terms.outcomesText, offering.learning_outcomes),
        (terms.assessmentText, [offering.assessment]),
        (terms.qualityAssuranceText, [offering.quality_assurance]),
        (terms.prerequisitesText, [offering.prerequisites]),
        (terms.supervisionText, [offering.supervision]),
    ):
        for one in texts:
            yield from ((prop, text(words, language)) for language, words in one.items())
    if offering.country is not None:
        yield terms.country, iri(COUNTRY + offering.country)
    if offering.workload.duration is not None:
        yield terms.elm.volumeOfLearning, typed(offering.workload.duration, terms.xsd.duration)
    if offering.level is not None:
        yield terms.level, iri(f"{EQF}{offering.level}")
    yield from _shared(offering.workload.ects, offering.study_level, offering.awarding_body)
    yield from ((terms.mode, iri(MODES[mode])) for mode in offering.participation)
    yield from ((terms.certifies, iri(skill)) for skill in offering.outcome_skills)
    yield from ((terms.schema.url, iri(page)) for page in offering.further_information)
    for prop, whether in (
        (terms.outsideFramework, offering.outside_framework),
        (terms.digitalCertificate, offering.digital_certificate),
    ):
        if whether is not None:
            yield prop, boolean(whether)


def _shared(
    ects: Decimal | None, study_level: StudyLevel | None, awarding_body: str | None
) -> Iterator[tuple[str, Term]]:
    """What is stated alike of an offering and of a course in it."""
    if ects is not None:
        yield terms.ectsMax, decimal(ects)
    if study_level is not None:
        yield terms.studyLevel, iri(STUDY_LEVELS[study_level])
    if awarding_body is not None:
        known = UNIVERSITIES.get(awarding_body)
        yield terms.university, iri(Minter().organisation(known.ror) if known else awarding_body)


def _acceptance(about: Term, node: Term, one: Acceptance) -> Iterator[Triple]:
    yield about, iri(terms.acceptance), node
    yield node, iri(terms.rdf.type), iri(terms.Acceptance)
    if one.by is not None:
        yield node, iri(terms.acceptedBy), iri(one.by)
    if one.into is not None:
        yield about, iri(terms.stacksInto), iri(one.into)
        yield node, iri(terms.acceptedInto), iri(one.into)
    if one.until is not None:
        yield node, iri(terms.acceptedUntil), typed(one.until.isoformat(), terms.xsd.date)


def _part(about: Term, part: Part) -> Iterator[Triple]:
    course = iri(part.course)
    yield about, iri(terms.consistsOf), course
    for prop, value in _shared(part.ects, part.study_level, part.awarding_body):
        yield course, iri(prop), value
