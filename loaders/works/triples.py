"""What the graph says of a research output, whatever its source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from loaders.base import Run
from loaders.once import Once
from loaders.works.work import Author, Institution, Text, Work
from ontology import terms
from ontology.languages import LANGUAGES
from ontology.ntriples import Term, Triple, boolean, iri, text, typed
from ontology.universities import UNIVERSITIES

_UNIVERSITY_OF_ROR: Final = {university.ror: university for university in UNIVERSITIES.values()}

_TYPE: Final = iri(terms.rdf.type)
_RESEARCH_OUTPUT: Final = iri(terms.ResearchOutput)
_ENTITY: Final = iri(terms.entity)
_IDENTIFIED: Final = iri(terms.dcterms.identifier)
_TITLE: Final = iri(terms.dcterms.title)
_ALTERNATIVE: Final = iri(terms.dcterms.alternative)
_ABSTRACT: Final = iri(terms.dcterms.abstract)
_ISSUED: Final = iri(terms.dcterms.issued)
_PUBLISHED: Final = iri(terms.published)
_DC_CREATOR: Final = iri(terms.dc.creator)
_CREATOR: Final = iri(terms.dcterms.creator)
_PERSON: Final = iri(terms.schema.Person)
_PERSON_NAME: Final = iri(terms.schema.name)
_PERSON_ORCID: Final = iri(terms.schema.orcid)
_AFFILIATION: Final = iri(terms.affiliation)
_UNIVERSITY: Final = iri(terms.university)
_ORGANISATION: Final = iri(terms.elm.Organisation)
_MEMBER_OF: Final = iri(terms.org.memberOf)
_SUB_ORGANISATION_OF: Final = iri(terms.org.subOrganizationOf)
_WORK_TYPE: Final = iri(terms.workType)
_OPEN_ACCESS: Final = iri(terms.openAccess)
_PEER_REVIEWED: Final = iri(terms.peerReviewed)
_DOI: Final = iri(terms.bibo.doi)
_URL: Final = iri(terms.schema.url)
_LANGUAGE_OF: Final = iri(terms.dcterms.language)
_LICENCE: Final = iri(terms.dcterms.license)
_RIGHTS: Final = iri(terms.dcterms.rights)
_SUBJECT: Final = iri(terms.dcterms.subject)
_KEYWORD: Final = iri(terms.dc.subject)
_CONCEPT: Final = iri(terms.skos.Concept)
_SCHEME: Final = iri(terms.skos.ConceptScheme)
_IN_SCHEME: Final = iri(terms.skos.inScheme)
_NOTATION: Final = iri(terms.skos.notation)
_PREF_LABEL: Final = iri(terms.skos.prefLabel)
_EXACT_MATCH: Final = iri(terms.skos.exactMatch)

_DATATYPES: Final = {4: terms.xsd.gYear, 7: terms.xsd.gYearMonth, 10: terms.xsd.date}


class Mapper:
    """Maps works to triples; persons, organisations and subjects are described when first met.

    ``schemes`` names the subject schemes of the source; ``matches`` says for each of them where
    the concept of a code stands elsewhere, "" if nowhere.
    """

    def __init__(
        self,
        run: Run,
        schemes: Mapping[str, str] | None = None,
        matches: Mapping[str, str] | None = None,
    ) -> None:
        self._run = run
        self._once = Once()
        self._schemes = schemes or {}
        self._matches = matches or {}

    def triples(self, work: Work) -> Iterator[Triple]:
        """All triples of a work."""
        node = iri(self._run.iris.research(work.scheme, _whole(work.identifier)))
        yield node, _TYPE, _RESEARCH_OUTPUT
        yield node, _ENTITY, node
        yield from _titles(node, work.titles)
        for said, language in work.abstracts:
            yield node, _ABSTRACT, text(said, language or None)
        for identifier in work.identifiers:
            yield node, _IDENTIFIED, text(identifier)
        if work.doi:
            yield node, _DOI, text(work.doi)
        yield node, _ISSUED, typed(work.issued, _DATATYPES[len(work.issued)])
        yield node, _PUBLISHED, typed((work.issued + "-01-01")[:10], terms.xsd.date)
        yield node, _WORK_TYPE, iri(work.work_type)
        if work.open_access is not None:
            yield node, _OPEN_ACCESS, boolean(work.open_access)
        if work.peer_reviewed is not None:
            yield node, _PEER_REVIEWED, boolean(work.peer_reviewed)
        if work.licence:
            yield node, _LICENCE, iri(work.licence)
        for said, language in work.rights:
            yield node, _RIGHTS, text(said, language or None)
        if work.url:
            yield node, _URL, iri(work.url)
        if work.language in LANGUAGES:
            yield node, _LANGUAGE_OF, iri(LANGUAGES[work.language])
        for author in work.authors:
            yield from self._author(node, author)
        for institution in work.institutions:
            yield from self._affiliation(node, institution)
        for scheme, code, label in work.subjects:
            yield from self._subject(node, scheme, code, label)
        for said, language in work.keywords:
            yield node, _KEYWORD, text(said, language or None)
        for concept in work.concepts:
            yield node, _SUBJECT, iri(concept)

    def authors(self, work: Work) -> Iterator[Triple]:
        """Triples of a work's authors alone: what another source adds to a known work."""
        node = iri(self._run.iris.research(work.scheme, _whole(work.identifier)))
        for author in work.authors:
            yield from self._author(node, author)

    def _author(self, node: Term, author: Author) -> Iterator[Triple]:
        yield node, _DC_CREATOR, text(author.name)
        if not author.identifier:
            return
        person = iri(self._run.iris.person(author.scheme, author.identifier))
        yield node, _CREATOR, person
        for code in author.institutions:
            organisation = iri(self._run.iris.organisation(code))
            if self._once(f"{person} {organisation}"):
                yield person, _MEMBER_OF, organisation
        if self._once(person):
            yield person, _TYPE, _PERSON
            yield person, _ENTITY, person
            yield person, _PERSON_NAME, text(author.name)
            if author.scheme == "orcid":
                yield person, _PERSON_ORCID, text(f"https://orcid.org/{author.identifier}")

    def _affiliation(self, node: Term, institution: Institution) -> Iterator[Triple]:
        organisation = iri(self._run.iris.organisation(institution.code))
        yield node, _AFFILIATION, organisation
        university = _UNIVERSITY_OF_ROR.get(institution.ror)
        if university is not None:
            yield node, _UNIVERSITY, organisation
        for parent in institution.parents:
            whole = iri(self._run.iris.organisation(parent))
            if self._once(f"{organisation} {whole}"):
                yield organisation, _SUB_ORGANISATION_OF, whole
        if not self._once(organisation):
            return
        yield organisation, _TYPE, _ORGANISATION
        yield organisation, _ENTITY, organisation
        if institution.ror:
            yield organisation, _IDENTIFIED, text(f"https://ror.org/{institution.ror}")
        if university is None:
            yield organisation, _PREF_LABEL, text(institution.name)
            return
        yield organisation, _NOTATION, text(university.code)
        for language, name in university.names.items():
            yield organisation, _PREF_LABEL, text(name, language)

    def _subject(self, node: Term, scheme: str, code: str, label: str) -> Iterator[Triple]:
        subject = iri(self._run.iris.subject(scheme, code))
        yield node, _SUBJECT, subject
        if not self._once(subject):
            return
        in_scheme = iri(self._run.iris.subject_scheme(scheme))
        yield subject, _TYPE, _CONCEPT
        yield subject, _NOTATION, text(code)
        yield subject, _PREF_LABEL, text(label, "en")
        yield subject, _IN_SCHEME, in_scheme
        if scheme in self._matches:
            yield subject, _EXACT_MATCH, iri(f"{self._matches[scheme]}{code}")
        if self._once(in_scheme):
            yield in_scheme, _TYPE, _SCHEME
            yield in_scheme, _PREF_LABEL, text(self._schemes[scheme], "en")


def _whole(name: str) -> str:
    """A name without halves of surrogate pairs, which no IRI can carry."""
    return name if name.isascii() else name.encode(errors="replace").decode()


def _titles(node: Term, titles: tuple[Text, ...]) -> Iterator[Triple]:
    """A title in each language, and the others as alternatives: a shape asks for this."""
    languages: set[str] = set()
    for said, language in titles:
        known = language in languages or (languages and not language)
        property_ = _ALTERNATIVE if known else _TITLE
        languages.add(language)
        yield node, property_, text(said, language or None)
