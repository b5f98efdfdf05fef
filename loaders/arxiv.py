"""arXiv: preprints with title, abstract, authors and categories.

Publisher: arXiv, Cornell University. Licence of the metadata: CC0 1.0; each full text has a
licence of its own, which stands on the work where the record states it.
Format: the metadata snapshot's JSON Lines (``id, submitter, authors, title, comments,
journal-ref, doi, report-no, categories, license, abstract, versions, update_date,
authors_parsed``), also gzipped, also with fewer keys; ``authors`` and ``categories`` may be
lists, ``comment`` may stand for ``comments``, and ``first_seen`` says when a listing first
held the work.
Named graph: ``graph/arxiv``.

Publication is the first version's date; where the record has none, the month that the
identifier states (https://info.arxiv.org/help/arxiv_identifier.html). Titles and abstracts
are tagged English, which arXiv asks of its metadata (https://info.arxiv.org/help/prep.html).
Of records with the same identifier the newest is loaded, of equally new ones the last.

Known gaps: no affiliations, so no university either; report numbers, submitters and page
counts are left out; an article's DOI stands beside the preprint's own identifier, so that the
two may be the same entity without being joined.
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
from loaders.identifiers import doi, web_address
from loaders.newest import superseded
from loaders.once import Once
from ontology import terms
from ontology.ntriples import Term, Triple, boolean, iri, text, typed

_IDENTIFIER = re.compile(
    r"(?:arxiv:)?(?:(?P<new>(?P<yy>\d\d)(?P<mm>\d\d)\.\d{4,5})"
    r"|(?P<old>[a-z][a-z-]{1,15}(?:\.[A-Z]{2})?/(?P<old_yy>\d\d)(?P<old_mm>\d\d)\d{3}))(?:v\d+)?\Z",
    re.IGNORECASE,
)
_CATEGORY = re.compile(r"[a-z][a-z-]{1,15}(?:\.[A-Za-z][A-Za-z-]{1,15})?\Z")
_MSC = re.compile(r"\b\d\d(?:[A-Z]\d\d|[A-Z]xx|-\d\d|-XX|-xx|xx)(?![\w.])")
_ACM = re.compile(r"\b[A-K]\.(?:\d{1,2}|m)(?:\.(?:\d{1,2}|m))?(?![\w.])")
_WITHDRAWN_COMMENT = re.compile(r"\bwithdrawn\b", re.IGNORECASE)
_WITHDRAWN_ABSTRACT = re.compile(
    r"\s*This\s+(?:paper|article|submission|manuscript|work|preprint)\s+"
    r"(?:has\s+been|is|was)\s+withdrawn\b",
    re.IGNORECASE,
)
_CREATED = re.compile(r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4})\b")
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_PARENTHESES = re.compile(r"\([^()]*\)")
_BETWEEN_AUTHORS = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+", re.IGNORECASE)
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], 1
    )
}

_TYPE = iri(terms.rdf.type)
_RESEARCH_OUTPUT = iri(terms.ResearchOutput)
_TITLE = iri(terms.dcterms.title)
_ABSTRACT = iri(terms.dcterms.abstract)
_ISSUED = iri(terms.dcterms.issued)
_PUBLISHED = iri(terms.published)
_MODIFIED = iri(terms.dcterms.modified)
_FIRST_SEEN = iri(terms.firstSeen)
_CREATOR = iri(terms.dc.creator)
_WORK_TYPE = iri(terms.workType)
_ARTICLE = iri(terms.Article)
_PREPRINT = iri(terms.Preprint)
_OPEN_ACCESS = iri(terms.openAccess)
_WITHDRAWN = iri(terms.withdrawn)
_DOI = iri(terms.bibo.doi)
_CITATION = iri(terms.dcterms.bibliographicCitation)
_URL = iri(terms.schema.url)
_LICENCE = iri(terms.dcterms.license)
_IDENTIFIED = iri(terms.dcterms.identifier)
_SUBJECT = iri(terms.dcterms.subject)
_ENTITY = iri(terms.entity)
_CONCEPT = iri(terms.skos.Concept)
_SCHEME = iri(terms.skos.ConceptScheme)
_IN_SCHEME = iri(terms.skos.inScheme)
_NOTATION = iri(terms.skos.notation)
_PREF_LABEL = iri(terms.skos.prefLabel)
_TRUE = boolean(True)

_SCHEMES = {
    "arxiv": "arXiv category taxonomy",
    "msc": "Mathematics Subject Classification",
    "acm": "ACM Computing Classification System, 1998",
}


@dataclass(frozen=True, slots=True)
class Work:
    """One arXiv record, checked.

    Attributes:
        identifier: without version, as ``2401.00001`` or ``cs/0703001``.
        issued: ``2024-01-15`` if a version states it, else the identifier's ``2024-01``.
        first_version: whether ``issued`` is a version's day.
        modified: day of the last change of the record; "" if not stated.
        first_seen: day on which a listing first held it; "" if not stated.
        subjects: (scheme, code) with the scheme one of ``arxiv``, ``msc``, ``acm``.
        dois: of the published article.
        notes: (kind, detail) of what is suspicious.
    """

    identifier: str
    title: str
    abstract: str
    authors: tuple[str, ...]
    subjects: tuple[tuple[str, str], ...]
    issued: str
    first_version: bool
    modified: str
    first_seen: str
    dois: tuple[str, ...]
    journal: str
    licence: str
    withdrawn: bool
    notes: tuple[tuple[str, str], ...]


def identifier_and_month(value: object) -> tuple[str, str]:
    """The identifier without its version, and the month it states as ``2007-03``.

    Raises: RecordError if it follows neither scheme of arXiv.

    >>> identifier_and_month("2401.00001v2"), identifier_and_month("cs/0703001")
    (('2401.00001', '2024-01'), ('cs/0703001', '2007-03'))
    """
    match = _IDENTIFIER.match(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise RecordError(
            "/id", "no arXiv identifier", "expected 2401.00001 or, before April 2007, cs/0703001"
        )
    year, month = match["yy"] or match["old_yy"], match["mm"] or match["old_mm"]
    if not 1 <= int(month) <= 12:
        raise RecordError("/id", "the identifier states a month that is none", "months are 01–12")
    # The old scheme began in 1991; the new one, in April 2007, with 2000 understood.
    century = "19" if match["old"] and int(year) >= 91 else "20"
    return match["new"] or match["old"], f"{century}{year}-{month}"


def parse(record: Mapping[str, object]) -> Work:
    """The record as a work.

    Raises: RecordError if it has no identifier or no title.
    """
    notes: list[tuple[str, str]] = []
    identifier, month = identifier_and_month(record.get("id"))
    title = _one_line(record.get("title"))
    if not title:
        raise RecordError("/title", "no title", "Each of arXiv's records has one.")
    abstract = _one_line(record.get("abstract"))
    if not abstract:
        notes.append(("no abstract", ""))
    day = _first_version(record.get("versions"), notes)
    comment = _one_line(record.get("comments")) or _one_line(record.get("comment"))
    licence = _one_line(record.get("license"))
    if licence and web_address(licence) is None:
        notes.append(("licence is no web address", licence))
        licence = ""
    return Work(
        identifier,
        title,
        abstract,
        _authors(record),
        _subjects(record.get("categories"), notes),
        day or month,
        bool(day),
        _day(record.get("update_date"), "update_date", notes),
        _day(record.get("first_seen"), "first_seen", notes),
        _dois(record.get("doi"), notes),
        _one_line(record.get("journal-ref")),
        web_address(licence) or "",
        bool(_WITHDRAWN_COMMENT.search(comment) or _WITHDRAWN_ABSTRACT.match(abstract)),
        tuple(notes),
    )


def _one_line(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _day(value: object, name: str, notes: list[tuple[str, str]]) -> str:
    day = _one_line(value)
    if not day:
        return ""
    try:
        if _ISO_DATE.fullmatch(day):
            return date.fromisoformat(day).isoformat()
    except ValueError:
        pass
    notes.append((f"{name} is no date", day))
    return ""


def _first_version(versions: object, notes: list[tuple[str, str]]) -> str:
    """The day on which version 1 came, as ``2007-04-02``; "" if the record does not say."""
    if not isinstance(versions, list):
        return ""
    for version in versions:
        if not isinstance(version, dict) or version.get("version") != "v1":
            continue
        created = _one_line(version.get("created"))
        match = _CREATED.match(created)
        try:
            if match is not None:
                month = _MONTHS[match[2]]
                return date(int(match[3]), month, int(match[1])).isoformat()
            return date.fromisoformat(created[:10]).isoformat()
        except (KeyError, ValueError):
            notes.append(("date of version 1 is no date", created))
    return ""


def _authors(record: Mapping[str, object]) -> tuple[str, ...]:
    parsed = record.get("authors_parsed")
    if isinstance(parsed, list) and parsed:
        names = [_parsed_author(parts) for parts in parsed]
    else:
        stated = record.get("authors")
        if isinstance(stated, list):
            names = [_one_line(name) for name in stated]
        else:
            bare = _one_line(stated)
            # Affiliations stand in parentheses, which may nest.
            while (shorter := _PARENTHESES.sub("", bare)) != bare:
                bare = shorter
            names = [_one_line(name) for name in _BETWEEN_AUTHORS.split(bare)]
    return tuple(dict.fromkeys(name for name in names if name))


def _parsed_author(parts: object) -> str:
    """``[last, first, suffix, affiliation …]`` as a name to be read."""
    if not isinstance(parts, list):
        return _one_line(parts)
    last, first, suffix = (*(_one_line(part) for part in parts[:3]), "", "", "")[:3]
    return " ".join(part for part in (first, last, suffix) if part)


def _subjects(value: object, notes: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    stated = value.split() if isinstance(value, str) else value
    if not isinstance(stated, list):
        return ()
    found: dict[tuple[str, str], None] = {}
    for item in stated:
        if not isinstance(item, str):
            notes.append(("category is no text", repr(item)))
        elif _CATEGORY.match(item):
            found["arxiv", item] = None
        else:
            codes = [("msc", code) for code in _MSC.findall(item)]
            codes += [("acm", code) for code in _ACM.findall(item)]
            found.update(dict.fromkeys(codes))
            if not codes:
                notes.append(("category of no known scheme", item))
    return tuple(found)


def _dois(value: object, notes: list[tuple[str, str]]) -> tuple[str, ...]:
    found = []
    for stated in _one_line(value).split():
        name = doi(stated)
        if name is None:
            notes.append(("DOI is none", stated))
        else:
            found.append(name)
    return tuple(dict.fromkeys(found))


def triples(work: Work, run: Run, once: Once) -> Iterator[Triple]:
    """What the graph says of a work; subjects are described when first met."""
    node = iri(run.iris.research("arxiv", work.identifier))
    yield node, _TYPE, _RESEARCH_OUTPUT
    yield node, _ENTITY, node
    yield node, _IDENTIFIED, text(f"arXiv:{work.identifier}")
    yield node, _TITLE, text(work.title, "en")
    if work.abstract:
        yield node, _ABSTRACT, text(work.abstract, "en")
    yield from _dates(node, work)
    for name in work.authors:
        yield node, _CREATOR, text(name)
    yield node, _WORK_TYPE, _ARTICLE if work.journal else _PREPRINT
    yield node, _OPEN_ACCESS, _TRUE
    yield node, _URL, iri(f"https://arxiv.org/abs/{work.identifier}")
    for name in work.dois:
        yield node, _DOI, text(name)
    if work.journal:
        yield node, _CITATION, text(work.journal)
    if work.licence:
        yield node, _LICENCE, iri(work.licence)
    if work.withdrawn:
        yield node, _WITHDRAWN, _TRUE
    for scheme, code in work.subjects:
        yield from _subject(node, scheme, code, run, once)


def _dates(node: Term, work: Work) -> Iterator[Triple]:
    if work.first_version:
        day = typed(work.issued, terms.xsd.date)
        yield node, _ISSUED, day
        yield node, _PUBLISHED, day
    else:
        yield node, _ISSUED, typed(work.issued, terms.xsd.gYearMonth)
        yield node, _PUBLISHED, typed(f"{work.issued}-01", terms.xsd.date)
    if work.modified:
        yield node, _MODIFIED, typed(work.modified, terms.xsd.date)
    if work.first_seen:
        yield node, _FIRST_SEEN, typed(work.first_seen, terms.xsd.date)


def _subject(node: Term, scheme: str, code: str, run: Run, once: Once) -> Iterator[Triple]:
    subject = iri(run.iris.subject(scheme, code))
    yield node, _SUBJECT, subject
    if not once(f"{scheme} {code}"):
        return
    in_scheme = iri(run.iris.subject_scheme(scheme))
    yield subject, _TYPE, _CONCEPT
    yield subject, _NOTATION, text(code)
    yield subject, _IN_SCHEME, in_scheme
    if once(scheme):
        yield in_scheme, _TYPE, _SCHEME
        yield in_scheme, _PREF_LABEL, text(_SCHEMES[scheme], "en")


def read(paths: Sequence[Path], run: Run) -> Iterator[Triple]:
    """Triples of all works, in the order of the files."""
    once = Once()
    older = superseded(_identities(paths))
    for ordinal, (place, record) in enumerate(json_records(paths, run)):
        try:
            work = parse(record)
        except RecordError as error:
            run.reject(place, error)
            continue
        if ordinal in older:
            run.counts["older records of the same work left out"] += 1
            continue
        run.counts["works"] += 1
        for kind, detail in work.notes:
            run.warn(kind, work.identifier, detail)
        if work.withdrawn:
            run.counts["withdrawn works"] += 1
            run.warn("withdrawn", work.identifier)
        yield from triples(work, run, once)


def _identities(paths: Sequence[Path]) -> Iterator[tuple[str, str] | None]:
    """Identifier and day of each sound record: a reading of its own, before the loading one."""
    for _, record in json_records(paths, Run()):
        try:
            work = parse(record)
        except RecordError:
            yield None
            continue
        day = work.issued if work.first_version else ""
        yield work.identifier, max(work.modified, work.first_seen, day)


LOADER = Loader(
    name="arxiv",
    title="arXiv metadata",
    publisher="arXiv, Cornell University",
    licence="https://creativecommons.org/publicdomain/zero/1.0/",
    attribution="Thank you to arXiv for use of its open access interoperability.",
    read=read,
)
