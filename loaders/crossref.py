"""Crossref: works with a DOI, as their publishers registered them.

Publisher: Crossref. Licence: the metadata are facts and free of rights, abstracts excepted, which
stay their publishers' (https://www.crossref.org/documentation/retrieve-metadata/).
Access: https://api.crossref.org/works, anonymous; the pages of a walk by cursor, each saved to a
file of one folder.
Format: JSON of the REST API: one work, a message with a work or with a page of ``items``, an
object or an array of works, JSON Lines; each also gzipped.
Named graph: ``graph/crossref``.

A work is named by its DOI; of records with the same DOI the one deposited last is loaded. Authors
are persons by ORCID iD, affiliations are organisations by ROR, and the network's universities
also by their exact names. An abstract stands with what the record says of its licence.

Left out and counted: DOIs that their publishers took back, and parts that are no works of their
own (journals, components, grants, peer reviews).
Known gaps: the XML that publishers deposit is not read; affiliations with neither a ROR identifier nor a university's exact name, funding,
references and venues are not loaded; open access is stated only where a Creative Commons licence
holds for the published version from its first day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from loaders.base import Loader, Run
from loaders.errors import LoadError, RecordError
from loaders.files import json_records_of, members, opening
from loaders.identifiers import doi, web_address
from loaders.jsonparts import as_list, as_object, as_objects, of_page
from loaders.works import languages
from loaders.works.reading import Source, works
from loaders.works.triples import Mapper
from loaders.works.work import (
    Author,
    Institution,
    Note,
    Text,
    Work,
    author,
    dated,
    institution,
    issued,
    licence_page,
    needed_date,
    one_line,
    title_of,
    words,
)
from ontology import terms
from ontology.ntriples import Triple
from ontology.terms import Iri

_WORK_TYPES: Final[Mapping[str, Iri]] = {
    "book": terms.Book,
    "book-chapter": terms.Chapter,
    "book-part": terms.Chapter,
    "book-section": terms.Chapter,
    "dataset": terms.DataSet,
    "edited-book": terms.Book,
    "journal-article": terms.Article,
    "monograph": terms.Book,
    "posted-content": terms.OtherWork,
    "proceedings-article": terms.Article,
    "reference-book": terms.Book,
    "reference-entry": terms.Chapter,
    "report": terms.Book,
    "software": terms.Software,
}
"""Crossref's type → ours. Source: https://api.crossref.org/types."""

_NO_WORKS: Final = frozenset(
    ["book-series", "book-set", "component", "database", "grant", "journal", "journal-issue",
     "journal-volume", "peer-review", "proceedings", "proceedings-series", "report-series",
     "standard-series"]
)  # fmt: skip
_TAKEN_BACK: Final = "://www.crossref.org/deleted_doi"


def records(paths: Sequence[Path], run: Run) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Every work with where it stands; messages and pages are opened."""
    found = False
    for source in members(paths, run):
        start, source = opening(source)
        if start.startswith(b"<"):
            run.reject(
                source.name,
                RecordError(
                    "", "XML and not JSON", "Fetch it from https://api.crossref.org/works."
                ),
            )
            continue
        for where, record in json_records_of(source, run, inside="items"):
            found = True
            message = record.get("message")
            if not isinstance(message, dict):
                yield where, record
            elif isinstance(items := message.get("items"), list):
                yield from of_page(where, items, run)
            else:
                yield where, message
    if not found and not run.counts["rejected"]:
        raise LoadError(
            f"{', '.join(path.name for path in paths)}: empty, there is no record. "
            "Expected JSON of Crossref's API."
        )


def known(record: Mapping[str, object]) -> tuple[str, str]:
    """Name and day of a record.

    Raises: RecordError if it has no DOI.
    """
    found = doi(one_line(record.get("DOI")))
    if found is None:
        raise RecordError("/DOI", "no DOI", "Is this a work of Crossref's? Each has one.")
    stamp = issued(as_object(record.get("deposited")).get("date-time")) or issued(
        as_object(record.get("indexed")).get("date-time")
    )
    return found, stamp if len(stamp) == 10 else ""


def left_out(record: Mapping[str, object]) -> str:
    """Why a record is not loaded, as the report counts it; "" if it is."""
    primary = as_object(as_object(record.get("resource")).get("primary"))
    if _TAKEN_BACK in one_line(primary.get("URL")).lower():
        return "DOIs taken back left out"
    return "parts that are no works left out" if one_line(record.get("type")) in _NO_WORKS else ""


def parse(record: Mapping[str, object]) -> Work:
    """The record as a work.

    Raises: RecordError if it has no DOI, title or date.
    """
    notes: list[Note] = []
    identifier, _ = known(record)
    language = languages.tag(record.get("language"))
    titles = title_of(_titles(record, language), "/title")
    if doi(titles[0][0]) is not None:
        notes.append(("title is a DOI", titles[0][0]))
    abstract = words(record.get("abstract"))
    licence, is_open = _licence(record)
    address = web_address(one_line(record.get("URL")))
    return Work(
        "doi",
        identifier,
        titles,
        needed_date(_issued(record), "/issued"),
        _work_type(record),
        doi=identifier,
        abstracts=((abstract, language),) if abstract else (),
        language=language,
        open_access=True if is_open else None,
        licence=licence,
        url=address or web_address(f"https://doi.org/{identifier}") or "",
        authors=_authors(record, notes),
        institutions=_institutions(record, notes),
        notes=tuple(notes),
    )


def _titles(record: Mapping[str, object], language: str) -> Iterator[Text]:
    subtitles = [words(subtitle) for subtitle in as_list(record.get("subtitle"))]
    for number, title in enumerate(as_list(record.get("title"))):
        said = words(title)
        more = subtitles[0] if not number and subtitles else ""
        whole = f"{said}: {more}" if said and more and more not in said else said
        yield whole, language
    # The title in the work's own language, where ``title`` is a translation.
    for title in as_list(record.get("original-title")):
        yield words(title), ""


def _issued(record: Mapping[str, object]) -> str:
    for key in ("issued", "published", "published-online", "published-print", "posted"):
        parts = as_list(as_object(record.get(key)).get("date-parts"))
        found = dated(*as_list(parts[0])[:3]) if parts and as_list(parts[0]) else ""
        if found:
            return found
    return ""


def _work_type(record: Mapping[str, object]) -> Iri:
    kind, subtype = one_line(record.get("type")), one_line(record.get("subtype"))
    if kind == "posted-content":
        return terms.Preprint if subtype == "preprint" else terms.OtherWork
    if kind == "dissertation":
        degrees = " ".join(one_line(degree) for degree in as_list(record.get("degree"))).lower()
        if "phd" in degrees.replace(".", "") or "doctor" in degrees:
            return terms.DoctoralThesis
        return terms.StudentThesis if "master" in degrees else terms.OtherWork
    return _WORK_TYPES.get(kind, terms.OtherWork)


def _licence(record: Mapping[str, object]) -> tuple[str, bool]:
    """The published version's licence, and whether it is open from the first day."""
    for stated in as_objects(record.get("license")):
        if stated.get("content-version") not in ("vor", "unspecified"):
            continue
        page = licence_page(one_line(stated.get("URL")))
        if page:
            is_open = page.startswith("https://creativecommons.org/")
            return page, is_open and stated.get("delay-in-days", 0) == 0
    return "", False


def _authors(record: Mapping[str, object], notes: list[Note]) -> tuple[Author, ...]:
    found = (
        author(
            f"{one_line(one.get('given'))} {one_line(one.get('family'))}".strip()
            or one.get("name"),
            one.get("ORCID"),
            notes,
        )
        for one in as_objects(record.get("author"))
    )
    return tuple(dict.fromkeys(one for one in found if one is not None))


def _institutions(record: Mapping[str, object], notes: list[Note]) -> tuple[Institution, ...]:
    stated = [
        affiliation
        for one in as_objects(record.get("author"))
        for affiliation in as_objects(one.get("affiliation"))
    ]
    stated += as_objects(record.get("institution"))
    found: dict[str, Institution] = {}
    for affiliation in stated:
        identifiers = (
            one_line(identifier.get("id"))
            for identifier in as_objects(affiliation.get("id"))
            if one_line(identifier.get("id-type")).upper() == "ROR"
        )
        one = institution(affiliation.get("name"), next(identifiers, ""), notes)
        if one is not None:
            found.setdefault(one.code, one)
    return tuple(found.values())


def read(paths: Sequence[Path], run: Run) -> Iterator[Triple]:
    """Triples of all works that stand, in the order of the files."""
    source = Source(lambda run: records(paths, run), known, left_out, parse)
    return works(source, run, Mapper(run))


LOADER: Final = Loader(
    name="crossref",
    title="Crossref works",
    publisher="Crossref",
    licence="",
    attribution="",
    read=read,
)
