"""What the graph says of a course or a micro-credential, whatever its source."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from typing import Final

from loaders.base import Run
from loaders.courses.course import (
    Course,
    Demand,
    Module,
    Named,
    Note,
    Offering,
    Provider,
    Text,
    Unit,
    WayIn,
)
from loaders.errors import RecordError
from loaders.identifiers import ror
from loaders.once import Once
from ontology import terms
from ontology.languages import LANGUAGES
from ontology.ntriples import Term, Triple, decimal, iri, text, typed
from ontology.terms import Iri
from ontology.universities import UNIVERSITIES

_TYPE: Final = iri(terms.rdf.type)
_ENTITY: Final = iri(terms.entity)
_TITLE: Final = iri(terms.dcterms.title)
_CODE: Final = iri(terms.code)
_UNIVERSITY: Final = iri(terms.university)
_LANGUAGE: Final = iri(terms.dcterms.language)
_URL: Final = iri(terms.schema.url)
_LABEL: Final = iri(terms.skos.prefLabel)
_PROVIDED_BY: Final = iri(terms.elm.providedBy)

_TEXTS: Final = (
    ("outcomes", iri(terms.outcomesText)),
    ("content", iri(terms.contentText)),
    ("prerequisites", iri(terms.prerequisitesText)),
    ("workload", iri(terms.workloadText)),
    ("assessment", iri(terms.assessmentText)),
)
_OF_CREDENTIALS: Final = frozenset(["outcomes", "prerequisites", "assessment"])


class Mapper:
    """Maps the courses of one source to triples.

    Of several records of one course the first names and describes it, and others add what it
    left unsaid. 8 bytes of each name are remembered, and which of the parts are said.
    """

    def __init__(self, run: Run, source: str) -> None:
        self._run = run
        self._source = source
        self._once = Once()
        self._said: dict[bytes, int] = {}

    def triples(self, course: Course) -> Iterator[Triple]:
        """All triples of a course; of one that is described already, what is new of it.

        A course without titles stands for one that is described before it.
        """
        name = self.name(course.provider.code, course.code, is_credential=course.is_credential)
        if not course.titles and _digest(name) not in self._said:
            self._run.counts["offerings of a course that was turned away"] += 1
            return
        is_new = self._first(name)
        if is_new:
            kind = "micro-credentials" if course.is_credential else "courses"
            self._run.counts[kind] += 1
            yield from self._provider(course.provider)
            yield from self._named(course, name)
        elif course.titles:
            self._run.counts["other records of a loaded course"] += 1
        self._warn(course.code, course.notes)
        yield from self._unsaid(course, name)
        if course.is_credential:
            return
        for offering in course.offerings:
            yield from self._offering(offering, name)

    def parsed(self, place: str, parse: Callable[[], Course | None]) -> Iterator[Triple]:
        """All triples of the course that a record says; a record that says none is rejected."""
        try:
            course = parse()
        except RecordError as error:
            self._run.reject(place, error)
        else:
            if course is not None:
                yield from self.triples(course)

    def module(self, module: Module) -> Iterator[Triple]:
        """All triples of a study module; none of one that is described already."""
        name = self.named(Named(module.provider.code, module.code, True))
        if not self._first(name):
            self._run.counts["other records of a loaded module"] += 1
            return
        node = iri(name)
        self._run.counts["modules"] += 1
        self._warn(module.code, module.notes)
        yield node, _TYPE, iri(terms.Module)
        for said, tag in module.titles:
            yield node, _TITLE, text(said, tag)
        for part in module.parts:
            yield node, iri(terms.consistsOf), iri(self.named(part))

    def named(self, named: Named) -> Iri:
        """IRI of a course or a study module."""
        mint = self._run.iris.module if named.is_module else self._run.iris.course
        return mint(_whole(named.university), _whole(named.code))

    def name(self, university: str, code: str, *, is_credential: bool = False) -> Iri:
        """IRI of a course or a micro-credential."""
        mint = self._run.iris.credential if is_credential else self._run.iris.course
        return mint(_whole(university), _whole(code))

    def _first(self, name: str) -> bool:
        digest = _digest(name)
        if digest in self._said:
            return False
        self._said[digest] = 0
        return True

    def _warn(self, code: str, notes: tuple[Note, ...]) -> None:
        for kind, detail in notes:
            self._run.warn(kind, code, detail)

    def _organisation(self, provider: Provider) -> Term:
        known = UNIVERSITIES.get(provider.code)
        return iri(self._run.iris.organisation(known.ror if known else _whole(provider.code)))

    def _provider(self, provider: Provider) -> Iterator[Triple]:
        node = self._organisation(provider)
        if not self._once(node):
            return
        known = UNIVERSITIES.get(provider.code)
        identifier = known.ror if known else ror(provider.code)
        yield node, _TYPE, iri(terms.elm.Organisation)
        yield node, _ENTITY, node
        if identifier:
            yield node, iri(terms.dcterms.identifier), text(f"https://ror.org/{identifier}")
        if known:
            yield node, iri(terms.skos.notation), text(known.code)
        names = [(name, tag) for tag, name in known.names.items()] if known else provider.names
        labelled: set[str] = set()
        for name, tag in names or [(provider.code, "")]:
            if tag not in labelled:
                labelled.add(tag)
                yield node, _LABEL, text(name, tag or None)

    def _named(self, course: Course, name: Iri) -> Iterator[Triple]:
        """What the first record alone says: type, code, university, titles, address."""
        node = iri(name)
        yield node, _TYPE, iri(terms.MicroCredential if course.is_credential else terms.Course)
        yield node, _ENTITY, node
        yield node, _CODE, text(course.code)
        yield node, _UNIVERSITY, self._organisation(course.provider)
        for said, tag in course.titles:
            yield node, _TITLE, text(said, tag)
        if course.url:
            yield node, _URL, iri(course.url)

    def _unsaid(self, course: Course, name: Iri) -> Iterator[Triple]:
        """Each part of the description that no earlier record gave."""
        digest = _digest(name)
        said = self._said[digest]
        for number, part in enumerate(self._parts(course, name)):
            triples = list(part) if not said & (1 << number) else []
            if triples:
                said |= 1 << number
                yield from triples
        self._said[digest] = said

    def _parts(self, course: Course, name: Iri) -> Iterator[Iterator[Triple]]:
        node = iri(name)
        yield _credits(node, course)
        yield _levels(node, course)
        yield ((node, iri(terms.elm.ISCEDFCode), iri(field)) for field in course.fields)
        yield _languages(node, course.languages)
        for attribute, property_ in _TEXTS:
            # Annex I asks these of a micro-credential; content and workload are its courses' own.
            is_kept = not course.is_credential or attribute in _OF_CREDENTIALS
            yield _texts(node, property_, getattr(course, attribute) if is_kept else ())
        yield (
            (node, iri(terms.consistsOf), iri(self.name(university, code)))
            for university, code in course.parts
        )
        relation = terms.certifies if course.is_credential else terms.develops
        yield self._claims(name, relation, course.skills)
        if not course.is_credential:
            yield self._claims(name, terms.requires, course.requires)
            yield (triple for way in course.ways_in for triple in self._way_in(way, name))
            yield _kinds(node, course)
            yield self._demands(name, course.demands)
            yield (
                (node, iri(terms.substitutes), iri(self.named(other)))
                for other in course.substitutes
            )
            yield self._units(course)

    def _demands(self, name: Iri, demands: Iterable[Demand]) -> Iterator[Triple]:
        """Prerequisite groups, each with its number."""
        node = iri(name)
        for number, demand in enumerate(demands, 1):
            group = iri(self._run.iris.prerequisite_group(name, number))
            strength = terms.Compulsory if demand.compulsory else terms.Recommended
            yield node, iri(terms.prerequisiteGroup), group
            yield group, _TYPE, iri(terms.PrerequisiteGroup)
            yield group, iri(terms.strength), iri(strength)
            for member in demand.members:
                yield group, iri(terms.member), iri(self.named(member))
            self._run.counts["prerequisite groups"] += 1
            self._run.counts["compulsory prerequisite groups"] += demand.compulsory

    def _units(self, course: Course) -> Iterator[Triple]:
        """The parts of the university that provide the course, described once."""
        whole = self._organisation(course.provider)
        for unit in course.units:
            identifier = f"{course.provider.code}-{unit.code}"
            node = iri(self._run.iris.organisation(_whole(identifier)))
            yield iri(self.name(course.provider.code, course.code)), _PROVIDED_BY, node
            yield from self._unit(unit, node, whole)

    def _unit(self, unit: Unit, node: Term, whole: Term) -> Iterator[Triple]:
        if not self._once(node):
            return
        yield node, _TYPE, iri(terms.elm.Organisation)
        yield node, _ENTITY, node
        yield node, iri(terms.skos.notation), text(unit.code)
        yield node, iri(terms.org.subOrganizationOf), whole
        for said, tag in unit.names:
            yield node, _LABEL, text(said, tag)

    def _claims(self, about: Iri, relation: Iri, skills: tuple[str, ...]) -> Iterator[Triple]:
        """A skill that the source states: the plain triple, and the claim, accepted."""
        for skill in skills:
            claim = iri(self._run.iris.claim(about, skill, relation))
            yield iri(about), iri(relation), iri(skill)
            yield claim, _TYPE, iri(terms.Claim)
            yield claim, iri(terms.about), iri(about)
            yield claim, iri(terms.skill), iri(skill)
            yield claim, iri(terms.relation), iri(relation)
            yield claim, iri(terms.status), iri(terms.Accepted)
            self._run.counts["skills stated"] += 1

    def _way_in(self, way: WayIn, course: Iri) -> Iterator[Triple]:
        node = iri(self._run.iris.way_in(course, way.notation))
        yield iri(course), iri(terms.wayIn), node
        yield node, _TYPE, iri(terms.WayIn)
        yield node, iri(terms.audience), iri(way.audience)
        if way.fee is not None:
            yield node, iri(terms.feeMax), decimal(way.fee)
            yield node, iri(terms.feeCurrency), text(way.currency)
        if way.apply_by:
            yield node, iri(terms.applyBy), typed(way.apply_by, terms.xsd.date)
        if way.url:
            yield node, _URL, iri(way.url)

    def _offering(self, offering: Offering, course: Iri) -> Iterator[Triple]:
        source = offering.source or self._source
        name = self._run.iris.offering(source, _whole(offering.identifier))
        if not self._first(name):
            self._run.counts["other records of a loaded offering"] += 1
            return
        node = iri(name)
        self._run.counts["offerings"] += 1
        yield node, _TYPE, iri(terms.Offering)
        yield node, iri(terms.offeringOf), iri(course)
        for property_, day in (
            (terms.startDate, offering.start),
            (terms.endDate, offering.end),
            (terms.enrolmentStart, offering.enrolment_start),
            (terms.enrolmentEnd, offering.enrolment_end),
        ):
            if day:
                yield node, iri(property_), typed(day, terms.xsd.date)
        if offering.mode is not None:
            yield node, iri(terms.mode), iri(offering.mode)
        yield from _languages(node, offering.languages)
        if offering.url:
            yield node, _URL, iri(offering.url)


def _texts(node: Term, property_: Term, texts: Iterable[Text]) -> Iterator[Triple]:
    for said, tag in texts:
        yield node, property_, text(said, tag)


def _whole(name: str) -> str:
    """A name without halves of surrogate pairs, which no IRI can carry."""
    return name if name.isascii() else name.encode(errors="replace").decode()


def _digest(name: str) -> bytes:
    return blake2b(name.encode(errors="replace"), digest_size=8).digest()


def _credits(node: Term, course: Course) -> Iterator[Triple]:
    if course.credits is not None:
        yield node, iri(terms.ectsMin), decimal(course.credits[0])
        yield node, iri(terms.ectsMax), decimal(course.credits[1])


def _kinds(node: Term, course: Course) -> Iterator[Triple]:
    if course.unit_kind is not None:
        yield node, iri(terms.unitKind), iri(course.unit_kind)
    if course.cefr:
        yield node, iri(terms.cefrLevel), text(course.cefr)


def _levels(node: Term, course: Course) -> Iterator[Triple]:
    if course.study_level is not None and not course.is_credential:
        yield node, iri(terms.studyLevel), iri(course.study_level)
    if course.eqf and course.is_credential:
        yield node, iri(terms.level), iri(course.eqf)


def _languages(node: Term, languages: tuple[str, ...]) -> Iterator[Triple]:
    for language in dict.fromkeys(languages):
        if language in LANGUAGES:
            yield node, _LANGUAGE, iri(LANGUAGES[language])
