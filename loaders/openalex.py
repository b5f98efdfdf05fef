"""OpenAlex: research outputs with authors, institutions, topics and open access.

Publisher: OurResearch. Licence: CC0 1.0.
Format: works as the API and the snapshot give them (https://docs.openalex.org/api-entities/works):
one JSON object, a JSON array, a page of the API (``{"results": […]}``), JSON Lines, each also
gzipped, and a folder of the snapshot's partitioned ``.gz`` files.
Named graph: ``graph/openalex``.

A work is named by its DOI where it has one, else by its OpenAlex id; of records with the same
name the one updated last is loaded. Titles and abstracts carry the language that OpenAlex
states. Authors are persons by ORCID, else by OpenAlex id. Institutions are organisations by
ROR, else by OpenAlex id; those of the network's universities carry the names and codes that
every other source gives them.

Left out and counted: retracted works, and paratexts such as covers and tables of contents.
Known gaps: OpenAlex states the first of January where only the year is known, so some days are
finer than they should be; funding, citations, venues and legacy concepts are not loaded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from loaders.base import Loader, Run
from loaders.errors import RecordError
from loaders.files import json_records
from loaders.identifiers import doi, orcid, ror, web_address
from loaders.newest import superseded
from loaders.once import Once
from ontology import terms
from ontology.languages import LANGUAGES
from ontology.ntriples import Term, Triple, boolean, iri, text, typed
from ontology.terms import Iri
from ontology.universities import UNIVERSITIES

_NAME = re.compile(r"(?:https?://(?:api\.)?openalex\.org/(?:works/)?)?([A-Za-z]\d{1,19})\Z")
_TOPIC = re.compile(r"(?:https?://(?:api\.)?openalex\.org/(?:topics/)?)?([Tt]\d{1,12})\Z")
_KEYWORD = re.compile(
    r"(?:https?://(?:api\.)?openalex\.org/)?keywords/([^/\s\ud800-\udfff]{1,200})\Z"
)
_LANGUAGE = re.compile(r"[a-z]{2,3}\Z")
_DAY = re.compile(r"(\d{4})-\d\d-\d\d")
_WORDS_MOST = 50_000
"""Words that an abstract may have; a position beyond is an error of the record."""

_WORK_TYPES: Mapping[str, Iri] = {
    "article": terms.Article,
    "book": terms.Book,
    "book-chapter": terms.Chapter,
    "conference-paper": terms.Article,
    "data-paper": terms.Article,
    "dataset": terms.DataSet,
    "letter": terms.Article,
    "preprint": terms.Preprint,
    "reference-entry": terms.Chapter,
    "report": terms.Book,
    "review": terms.Article,
    "software": terms.Software,
    "software-paper": terms.Article,
}
"""OpenAlex's type → ours; dissertations are told apart by their raw type, the rest is other work.

Source: https://docs.openalex.org/api-entities/works/work-object, "type".
"""
_DOCTORAL = re.compile(r"doctor|ph\.?d", re.IGNORECASE)
_STUDENT = re.compile(r"master|bachelor", re.IGNORECASE)

_UNIVERSITY_OF_ROR = {university.ror: university for university in UNIVERSITIES.values()}

_TYPE = iri(terms.rdf.type)
_RESEARCH_OUTPUT = iri(terms.ResearchOutput)
_ENTITY = iri(terms.entity)
_IDENTIFIED = iri(terms.dcterms.identifier)
_TITLE = iri(terms.dcterms.title)
_ABSTRACT = iri(terms.dcterms.abstract)
_ISSUED = iri(terms.dcterms.issued)
_PUBLISHED = iri(terms.published)
_DC_CREATOR = iri(terms.dc.creator)
_CREATOR = iri(terms.dcterms.creator)
_PERSON = iri(terms.schema.Person)
_PERSON_NAME = iri(terms.schema.name)
_PERSON_ORCID = iri(terms.schema.orcid)
_AFFILIATION = iri(terms.affiliation)
_UNIVERSITY = iri(terms.university)
_ORGANISATION = iri(terms.elm.Organisation)
_SUB_ORGANISATION_OF = iri(terms.org.subOrganizationOf)
_WORK_TYPE = iri(terms.workType)
_OPEN_ACCESS = iri(terms.openAccess)
_DOI = iri(terms.bibo.doi)
_URL = iri(terms.schema.url)
_LANGUAGE_OF = iri(terms.dcterms.language)
_LICENCE = iri(terms.dcterms.license)
_SUBJECT = iri(terms.dcterms.subject)
_CONCEPT = iri(terms.skos.Concept)
_SCHEME = iri(terms.skos.ConceptScheme)
_IN_SCHEME = iri(terms.skos.inScheme)
_NOTATION = iri(terms.skos.notation)
_PREF_LABEL = iri(terms.skos.prefLabel)
_EXACT_MATCH = iri(terms.skos.exactMatch)

_SCHEMES = {"openalex": "OpenAlex topics", "openalex-keyword": "OpenAlex keywords"}


@dataclass(frozen=True, slots=True)
class Institution:
    """An institution: ``code`` is its ROR identifier, else its OpenAlex id.

    ``parents`` are the codes of larger institutions named on the same work.
    """

    code: str
    ror: str
    name: str
    parents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Author:
    """An author as the work names them; ``orcid`` and ``openalex`` are "" if unknown."""

    name: str
    orcid: str
    openalex: str


@dataclass(frozen=True, slots=True)
class Work:
    """One OpenAlex work, checked.

    Attributes:
        scheme: ``doi`` or ``openalex``, in which ``identifier`` names the work.
        openalex: its OpenAlex id, ``W…``; "" if the record has none.
        language: ISO 639 code of title and abstract; "" if unknown.
        issued: a day, or a year alone.
        subjects: (scheme, code, label) with the scheme ``openalex`` or ``openalex-keyword``.
        open_access: None if not stated.
        updated: day of the record's last update; "" if not stated.
        notes: (kind, detail) of what is suspicious.
    """

    scheme: str
    identifier: str
    openalex: str
    doi: str
    title: str
    abstract: str
    language: str
    issued: str
    work_type: Iri
    open_access: bool | None
    licence: str
    url: str
    authors: tuple[Author, ...]
    institutions: tuple[Institution, ...]
    subjects: tuple[tuple[str, str, str], ...]
    updated: str
    retracted: bool
    paratext: bool
    notes: tuple[tuple[str, str], ...]


def abstract_text(index: Mapping[str, object]) -> str:
    """The abstract whose words stand in ``index`` with their positions.

    Gaps between positions close up. Raises: RecordError if a position is none.

    >>> abstract_text({"of": [1], "routes": [2], "Lengths": [0]})
    'Lengths of routes'
    """
    placed: list[tuple[int, str]] = []
    for word, positions in index.items():
        if not isinstance(positions, list):
            raise RecordError("/abstract_inverted_index", "a word has no list of positions")
        for position in positions:
            if type(position) is not int or position < 0:
                raise RecordError("/abstract_inverted_index", "a position is no number from 0")
            placed.append((position, word))
        if len(placed) > _WORDS_MOST:
            raise RecordError(
                "/abstract_inverted_index", "too long", f"At most {_WORDS_MOST:,} words are read."
            )
    placed.sort()
    return _one_line(" ".join(word for _, word in placed))


def named(record: Mapping[str, object], notes: list[tuple[str, str]]) -> tuple[str, str, str]:
    """Scheme and identifier by which a work is named, and its OpenAlex id, "" if it has none.

    Raises: RecordError if it has neither a DOI nor an OpenAlex id.
    """
    ids = _object(record.get("ids"))
    openalex = _name(record.get("id")) or _name(ids.get("openalex"))
    if not openalex.startswith("W"):
        openalex = ""
    stated = _one_line(record.get("doi")) or _one_line(ids.get("doi"))
    found = doi(stated)
    if stated and found is None:
        notes.append(("DOI is none", stated))
    if found is not None:
        return "doi", found, openalex
    if not openalex:
        raise RecordError(
            "/id", "no OpenAlex work id and no DOI", "Is this a list of works? Ids begin with W."
        )
    return "openalex", openalex, openalex


def parse(record: Mapping[str, object]) -> Work:
    """The record as a work.

    Raises: RecordError if it has no name, no title or no date, or an abstract that is none.
    """
    notes: list[tuple[str, str]] = []
    scheme, identifier, openalex = named(record, notes)
    title = _one_line(record.get("title")) or _one_line(record.get("display_name"))
    retracted, paratext = record.get("is_retracted") is True, record.get("is_paratext") is True
    if not title and not (retracted or paratext):
        raise RecordError("/title", "no title")
    language = _one_line(record.get("language")).lower()
    if language and not _LANGUAGE.match(language):
        notes.append(("language is no ISO 639 code", language))
        language = ""
    index = record.get("abstract_inverted_index")
    location = _object(record.get("primary_location"))
    is_oa = _object(record.get("open_access")).get("is_oa")
    return Work(
        scheme,
        identifier,
        openalex,
        identifier if scheme == "doi" else "",
        title,
        abstract_text(index) if isinstance(index, dict) else "",
        language,
        _issued(record, notes),
        _work_type(record, location),
        is_oa if isinstance(is_oa, bool) else None,
        _licence(location),
        _url(location, scheme, identifier, notes),
        _authors(record.get("authorships"), notes),
        _institutions(record.get("authorships"), notes),
        _subjects(record),
        _day(record.get("updated_date")),
        retracted,
        paratext,
        tuple(notes),
    )


def _one_line(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _object(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _objects(value: object) -> Iterator[Mapping[str, object]]:
    if isinstance(value, list):
        for item in value:
            if isinstance(item, dict):
                yield item


def _name(value: object) -> str:
    """``W123`` of ``https://openalex.org/W123``; "" if it is no such name."""
    match = _NAME.match(_one_line(value))
    return match[1].upper() if match else ""


def _day(value: object) -> str:
    match = _DAY.match(_one_line(value))
    try:
        return date.fromisoformat(match[0]).isoformat() if match else ""
    except ValueError:
        return ""


def _issued(record: Mapping[str, object], notes: list[tuple[str, str]]) -> str:
    stated = _one_line(record.get("publication_date"))
    day = _day(stated)
    if day:
        return day
    if stated:
        notes.append(("publication date is no date", stated))
    year = record.get("publication_year")
    if isinstance(year, int) and not isinstance(year, bool) and 1000 <= year <= 9999:
        return str(year)
    raise RecordError(
        "/publication_date", "no date of publication", "Expected a day such as 2026-05-04."
    )


def _work_type(record: Mapping[str, object], location: Mapping[str, object]) -> Iri:
    kind = _one_line(record.get("type")).lower()
    if kind == "dissertation":
        raw = _one_line(location.get("raw_type"))
        if _DOCTORAL.search(raw):
            return terms.DoctoralThesis
        if _STUDENT.search(raw):
            return terms.StudentThesis
    return _WORK_TYPES.get(kind, terms.OtherWork)


_CREATIVE_COMMONS = re.compile(r"cc-(by(?:-nc)?(?:-sa|-nd)?)\Z")


def _licence(location: Mapping[str, object]) -> str:
    """The licence's page; of Creative Commons the one without a version, which is not stated."""
    stated = _one_line(location.get("license")).lower()
    match = _CREATIVE_COMMONS.match(stated)
    if match:
        return f"https://creativecommons.org/licenses/{match[1]}/"
    if stated in ("cc0", "public-domain"):
        page = {"cc0": "zero", "public-domain": "mark"}[stated]
        return f"https://creativecommons.org/publicdomain/{page}/1.0/"
    return ""


def _url(
    location: Mapping[str, object],
    scheme: str,
    identifier: str,
    notes: list[tuple[str, str]],
) -> str:
    stated = _one_line(location.get("landing_page_url"))
    address = web_address(stated)
    if stated and address is None:
        notes.append(("address of the work is no web address", stated))
    resolver = "https://doi.org/" if scheme == "doi" else "https://openalex.org/"
    return address or web_address(resolver + identifier) or ""


def _authors(value: object, notes: list[tuple[str, str]]) -> tuple[Author, ...]:
    found: dict[Author, None] = {}
    for authorship in _objects(value):
        author = _object(authorship.get("author"))
        name = _one_line(author.get("display_name")) or _one_line(authorship.get("raw_author_name"))
        if not name:
            continue
        stated = _one_line(author.get("orcid"))
        checked = orcid(stated) or ""
        if stated and not checked:
            notes.append(("ORCID is none", stated))
        openalex = _name(author.get("id"))
        found[Author(name, checked, openalex if openalex.startswith("A") else "")] = None
    return tuple(found)


def _institutions(value: object, notes: list[tuple[str, str]]) -> tuple[Institution, ...]:
    stated: dict[str, tuple[str, str, list[str]]] = {}
    codes: dict[str, str] = {}
    for authorship in _objects(value):
        for institution in _objects(authorship.get("institutions")):
            openalex = _name(institution.get("id"))
            stated_ror = _one_line(institution.get("ror"))
            checked = ror(stated_ror) or ""
            if stated_ror and not checked:
                notes.append(("ROR is none", stated_ror))
            code = checked or openalex
            name = _one_line(institution.get("display_name"))
            if not code or not name or code in stated:
                continue
            lineage = institution.get("lineage")
            parents = [_name(parent) for parent in lineage] if isinstance(lineage, list) else []
            stated[code] = (checked, name, parents)
            if openalex:
                codes[openalex] = code
    return tuple(
        Institution(
            code,
            checked,
            name,
            tuple(codes[parent] for parent in parents if codes.get(parent, code) != code),
        )
        for code, (checked, name, parents) in stated.items()
    )


def _subjects(record: Mapping[str, object]) -> tuple[tuple[str, str, str], ...]:
    found: dict[tuple[str, str], str] = {}
    for topic in _objects(record.get("topics")):
        match = _TOPIC.match(_one_line(topic.get("id")))
        label = _one_line(topic.get("display_name"))
        if match and label:
            found.setdefault(("openalex", match[1].upper()), label)
    for keyword in _objects(record.get("keywords")):
        match = _KEYWORD.match(_one_line(keyword.get("id")))
        label = _one_line(keyword.get("display_name"))
        if match and label:
            found.setdefault(("openalex-keyword", match[1]), label)
    return tuple((scheme, code, label) for (scheme, code), label in found.items())


def triples(work: Work, run: Run, once: Once) -> Iterator[Triple]:
    """What the graph says of a work; persons, organisations and subjects when first met."""
    node = iri(run.iris.research(work.scheme, work.identifier))
    language = work.language or None
    yield node, _TYPE, _RESEARCH_OUTPUT
    yield node, _ENTITY, node
    yield node, _TITLE, text(work.title, language)
    if work.abstract:
        yield node, _ABSTRACT, text(work.abstract, language)
    if work.openalex:
        yield node, _IDENTIFIED, text(f"https://openalex.org/{work.openalex}")
    if work.doi:
        yield node, _DOI, text(work.doi)
    if len(work.issued) == 4:
        yield node, _ISSUED, typed(work.issued, terms.xsd.gYear)
        yield node, _PUBLISHED, typed(f"{work.issued}-01-01", terms.xsd.date)
    else:
        day = typed(work.issued, terms.xsd.date)
        yield node, _ISSUED, day
        yield node, _PUBLISHED, day
    yield node, _WORK_TYPE, iri(work.work_type)
    if work.open_access is not None:
        yield node, _OPEN_ACCESS, boolean(work.open_access)
    if work.licence:
        yield node, _LICENCE, iri(work.licence)
    if work.url:
        yield node, _URL, iri(work.url)
    if work.language in LANGUAGES:
        yield node, _LANGUAGE_OF, iri(LANGUAGES[work.language])
    for author in work.authors:
        yield from _author(node, author, run, once)
    for institution in work.institutions:
        yield from _affiliation(node, institution, run, once)
    for scheme, code, label in work.subjects:
        yield from _subject(node, scheme, code, label, run, once)


def _author(node: Term, author: Author, run: Run, once: Once) -> Iterator[Triple]:
    yield node, _DC_CREATOR, text(author.name)
    if author.orcid:
        person = iri(run.iris.person("orcid", author.orcid))
    elif author.openalex:
        person = iri(run.iris.person("openalex", author.openalex))
    else:
        return
    yield node, _CREATOR, person
    if once(person):
        yield person, _TYPE, _PERSON
        yield person, _PERSON_NAME, text(author.name)
        if author.orcid:
            yield person, _PERSON_ORCID, text(f"https://orcid.org/{author.orcid}")


def _affiliation(node: Term, institution: Institution, run: Run, once: Once) -> Iterator[Triple]:
    organisation = iri(run.iris.organisation(institution.code))
    yield node, _AFFILIATION, organisation
    university = _UNIVERSITY_OF_ROR.get(institution.ror)
    if university is not None:
        yield node, _UNIVERSITY, organisation
    for parent in institution.parents:
        whole = iri(run.iris.organisation(parent))
        if once(f"{organisation} {whole}"):
            yield organisation, _SUB_ORGANISATION_OF, whole
    if not once(organisation):
        return
    yield organisation, _TYPE, _ORGANISATION
    if institution.ror:
        yield organisation, _IDENTIFIED, text(f"https://ror.org/{institution.ror}")
    if university is None:
        yield organisation, _PREF_LABEL, text(institution.name)
        return
    yield organisation, _NOTATION, text(university.code)
    for language, name in university.names.items():
        yield organisation, _PREF_LABEL, text(name, language)


def _subject(
    node: Term, scheme: str, code: str, label: str, run: Run, once: Once
) -> Iterator[Triple]:
    subject = iri(run.iris.subject(scheme, code))
    yield node, _SUBJECT, subject
    if not once(subject):
        return
    in_scheme = iri(run.iris.subject_scheme(scheme))
    yield subject, _TYPE, _CONCEPT
    yield subject, _NOTATION, text(code)
    yield subject, _PREF_LABEL, text(label, "en")
    yield subject, _IN_SCHEME, in_scheme
    if scheme == "openalex":
        yield subject, _EXACT_MATCH, iri(f"https://openalex.org/{code}")
    if once(in_scheme):
        yield in_scheme, _TYPE, _SCHEME
        yield in_scheme, _PREF_LABEL, text(_SCHEMES[scheme], "en")


def read(paths: Sequence[Path], run: Run) -> Iterator[Triple]:
    """Triples of all works that stand, in the order of the files."""
    once = Once()
    older = superseded(_identities(paths))
    records = json_records(paths, run, inside="results")
    for ordinal, (place, record) in enumerate(records):
        try:
            work = parse(record)
        except RecordError as error:
            run.reject(place, error)
            continue
        if ordinal in older:
            run.counts["older records of the same work left out"] += 1
        elif work.retracted:
            run.counts["retracted works left out"] += 1
        elif work.paratext:
            run.counts["paratexts left out"] += 1
        else:
            run.counts["works"] += 1
            for kind, detail in work.notes:
                run.warn(kind, work.identifier, detail)
            yield from triples(work, run, once)


def _identities(paths: Sequence[Path]) -> Iterator[tuple[str, str] | None]:
    """Name and day of each record: a quick reading of its own, before the loading one."""
    for _, record in json_records(paths, Run(), inside="results"):
        try:
            scheme, identifier, _ = named(record, [])
        except RecordError:
            yield None
        else:
            yield f"{scheme} {identifier}", _day(record.get("updated_date"))


LOADER = Loader(
    name="openalex",
    title="OpenAlex works",
    publisher="OurResearch",
    licence="https://creativecommons.org/publicdomain/zero/1.0/",
    attribution="",
    read=read,
)
