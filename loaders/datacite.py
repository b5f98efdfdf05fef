"""DataCite: data sets, software, theses and texts with a DataCite DOI.

Publisher: DataCite. Licence: CC0 1.0.
Access: https://api.datacite.org/dois, anonymous; the pages of a walk by cursor, each saved to a
file of one folder; XML of metadata schema 2 to 4 as repositories export it.
Format: JSON of the REST API (one DOI, a page with ``data``, or the attributes alone; arrays and
JSON Lines of these) and XML (``resource``, or several within any element); each also gzipped.
Named graph: ``graph/datacite``.

A work is named by its DOI; of records with the same DOI the one updated last is loaded. Titles
and abstracts keep the language that they state, else the record's. Creators are persons by
ORCID iD, affiliations organisations by ROR, and the network's universities by their exact names.

Left out and counted: DOIs that are not findable, and events, services, samples and instruments, which are no
research outputs.
Known gaps: contributors who are no creators, related works, funding and places are not loaded;
of subjects those that state the IRI of a concept of YSO or of the Finnish fields of science are; open access is stated only with a Creative Commons licence or ``openAccess``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from lxml import etree

from loaders.base import Loader, Run
from loaders.elements import attribute, children, elements, language, said
from loaders.errors import RecordError
from loaders.files import Member
from loaders.identifiers import doi, web_address
from loaders.jsonparts import as_list, as_object, as_objects
from loaders.mixed import mixed_records
from loaders.vocabularies.published import subjects
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
    given_first,
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
    "bookchapter": terms.Chapter,
    "computationalnotebook": terms.Software,
    "conferencepaper": terms.Article,
    "datapaper": terms.Article,
    "dataset": terms.DataSet,
    "journalarticle": terms.Article,
    "preprint": terms.Preprint,
    "report": terms.Book,
    "software": terms.Software,
}
"""resourceTypeGeneral → ours. Source: DataCite Metadata Schema 4.5, appendix 1.10."""

_BY_WORDS: Final = (
    (re.compile(r"doctoral|ph\.?\s?d|dissertation", re.IGNORECASE), terms.DoctoralThesis),
    (re.compile(r"\b(?:master|bachelor|diplom)", re.IGNORECASE), terms.StudentThesis),
    (re.compile(r"\bpre-?print\b|working\s?paper", re.IGNORECASE), terms.Preprint),
    (re.compile(r"article|conference\s?paper", re.IGNORECASE), terms.Article),
    (re.compile(r"chapter", re.IGNORECASE), terms.Chapter),
)
"""What a text or a dissertation calls itself → ours; the first that fits."""

_NO_WORKS: Final = frozenset(
    ["award", "event", "instrument", "physicalobject", "project", "service",
     "studyregistration"]
)  # fmt: skip
_BESIDES: Final = frozenset(["Subtitle", "AlternativeTitle", "Other"])


def records(paths: Sequence[Path], run: Run) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Attributes of every DOI with where they stand, from JSON and XML alike."""
    return mixed_records(
        paths,
        run,
        _resources,
        _attributes,
        "no record in it. Expected JSON of DataCite's API or XML with <resource>.",
        inside="data",
    )


def _resources(source: Member) -> Iterator[tuple[str, Mapping[str, object]]]:
    for number, element in enumerate(elements(source, ["resource"]), 1):
        yield f"{source.name} record {number}", attributes(element)


def _attributes(record: Mapping[str, object]) -> Mapping[str, object]:
    data = record.get("data")
    if isinstance(data, dict):
        record = data
    inner = record.get("attributes")
    return inner if isinstance(inner, dict) else record


def attributes(resource: etree._Element) -> Mapping[str, object]:
    """An XML record in the form of the API's JSON, as far as it is loaded."""
    general = next(children(resource, "resourceType"), None)
    return {
        "doi": next(
            (
                said(one)
                for one in children(resource, "identifier")
                if attribute(one, "identifierType").upper() == "DOI"
            ),
            "",
        ),
        "creators": [_creator(one) for one in children(resource, "creators", "creator")],
        "titles": [
            {"title": said(one), "titleType": attribute(one, "titleType"), "lang": language(one)}
            for one in children(resource, "titles", "title")
        ],
        "publicationYear": said(resource, "publicationYear"),
        "dates": [
            {"date": said(one), "dateType": attribute(one, "dateType")}
            for one in children(resource, "dates", "date")
        ],
        "types": {
            "resourceTypeGeneral": attribute(general, "resourceTypeGeneral"),
            "resourceType": said(general),
        },
        "language": said(resource, "language"),
        "descriptions": [
            {
                "description": said(one),
                "descriptionType": attribute(one, "descriptionType"),
                "lang": language(one),
            }
            for one in children(resource, "descriptions", "description")
        ],
        "subjects": [
            {"subject": said(one), "valueUri": attribute(one, "valueURI")}
            for one in children(resource, "subjects", "subject")
        ],
        "rightsList": [
            {"rights": said(one), "rightsUri": attribute(one, "rightsURI"), "lang": language(one)}
            for one in (*children(resource, "rightsList", "rights"), *children(resource, "rights"))
        ],
    }


def _creator(creator: etree._Element) -> Mapping[str, object]:
    names = [said(one) for one in children(creator, "creatorName")]
    return {
        # Several names in one creator: somebody forgot to close the element between them.
        "names": names,
        "name": names[0] if names else "",
        "nameIdentifiers": [
            {
                "nameIdentifier": said(one),
                "nameIdentifierScheme": attribute(one, "nameIdentifierScheme"),
            }
            for one in children(creator, "nameIdentifier")
        ],
        "affiliation": [
            {"name": said(one), "affiliationIdentifier": attribute(one, "affiliationIdentifier")}
            for one in children(creator, "affiliation")
        ],
    }


def known(record: Mapping[str, object]) -> tuple[str, str]:
    """Name and day of a record.

    Raises: RecordError if it has no DOI.
    """
    found = doi(one_line(record.get("doi"))) or doi(one_line(record.get("id")))
    if found is None:
        raise RecordError("/doi", "no DOI", "Is this a record of DataCite's? Each has one.")
    stamp = issued(record.get("updated"))
    return found, stamp if len(stamp) == 10 else ""


def left_out(record: Mapping[str, object]) -> str:
    """Why a record is not loaded, as the report counts it; "" if it is."""
    if one_line(record.get("state")) not in ("", "findable"):
        return "DOIs that are not findable left out"
    return "what is no work left out" if _general(record) in _NO_WORKS else ""


def _general(record: Mapping[str, object]) -> str:
    stated = one_line(as_object(record.get("types")).get("resourceTypeGeneral"))
    return stated.replace(" ", "").lower()


def parse(record: Mapping[str, object]) -> Work:
    """The record as a work.

    Raises: RecordError if it has no DOI, title or date.
    """
    notes: list[Note] = []
    identifier, _ = known(record)
    own = languages.tag(record.get("language"))
    licence, rights, is_open = _rights(record)
    creators = tuple(as_objects(record.get("creators")))
    stated = one_line(record.get("url"))
    if stated and web_address(stated) is None:
        notes.append(("address of the work is no web address", stated))
    return Work(
        "doi",
        identifier,
        title_of(_titles(record, own), "/titles"),
        needed_date(_issued(record), "/publicationYear"),
        _work_type(record),
        doi=identifier,
        abstracts=_abstracts(record, own),
        language=own,
        open_access=is_open,
        licence=licence,
        rights=rights,
        url=web_address(stated) or web_address(f"https://doi.org/{identifier}") or "",
        authors=_authors(creators, notes),
        institutions=_institutions(creators, notes),
        concepts=subjects(
            one.get(key)
            for one in as_objects(record.get("subjects"))
            for key in ("valueUri", "subject")
        ),
        notes=tuple(notes),
    )


def _titles(record: Mapping[str, object], own: str) -> Iterator[Text]:
    """Main titles with their subtitles, then translations, then alternatives."""
    stated = [
        (
            words(one.get("title")),
            one_line(one.get("titleType")),
            languages.tag(one.get("lang")) or own,
        )
        for one in as_objects(record.get("titles"))
    ]
    subtitles = {tongue: title for title, kind, tongue in reversed(stated) if kind == "Subtitle"}
    for title, kind, tongue in stated:
        if kind not in _BESIDES and title:
            subtitle = subtitles.get(tongue, "")
            yield f"{title}: {subtitle}" if subtitle else title, tongue
    for title, kind, tongue in stated:
        if kind in ("AlternativeTitle", "Other"):
            yield title, tongue


def _issued(record: Mapping[str, object]) -> str:
    """The finest date of issue in the year of publication, else the year, else a date of issue."""
    years = [issued(one)[:4] for one in as_list(record.get("publicationYear"))]
    year = next((one for one in years if one), "")
    dates = {
        kind: found
        for kind in ("Available", "Issued")
        for one in reversed(list(as_objects(record.get("dates"))))
        if one.get("dateType") == kind and (found := issued(one.get("date")))
    }
    for kind in ("Issued", "Available"):
        if (found := dates.get(kind, "")) and (not year or found.startswith(year)):
            return found
    return year


def _work_type(record: Mapping[str, object]) -> Iri:
    general = _general(record)
    own = one_line(as_object(record.get("types")).get("resourceType"))
    if general in _WORK_TYPES:
        return _WORK_TYPES[general]
    if general in ("", "text", "dissertation", "other"):
        # "Dissertation" alone may be of any degree: only what says more is believed.
        spoken = re.sub(r"([a-z])([A-Z])", r"\1 \2", own)
        if general == "dissertation" and re.fullmatch(r"dissertation", spoken, re.IGNORECASE):
            return terms.OtherWork
        return next((kind for sign, kind in _BY_WORDS if sign.search(spoken)), terms.OtherWork)
    return terms.OtherWork


def _abstracts(record: Mapping[str, object], own: str) -> tuple[Text, ...]:
    return tuple(
        dict.fromkeys(
            (said_, languages.tag(one.get("lang")) or own)
            for one in as_objects(record.get("descriptions"))
            if one.get("descriptionType") == "Abstract" and (said_ := words(one.get("description")))
        )
    )


def _rights(record: Mapping[str, object]) -> tuple[str, tuple[Text, ...], bool | None]:
    """The licence's page, what else is said of rights, and whether access is open."""
    page, others, is_open = "", [], None
    for one in as_objects(record.get("rightsList")):
        uri, spoken = one_line(one.get("rightsUri")), words(one.get("rights"))
        if uri.startswith("info:eu-repo/semantics/"):
            is_open = uri.endswith("/openAccess") or is_open
            continue
        found = licence_page(uri) or licence_page(one_line(one.get("rightsIdentifier")))
        if found and not page:
            page = found
        elif not found and spoken:
            others.append((spoken, languages.tag(one.get("lang"))))
    if page.startswith("https://creativecommons.org/"):
        is_open = True
    return page, tuple(dict.fromkeys(others)), is_open


def _authors(creators: Sequence[Mapping[str, object]], notes: list[Note]) -> tuple[Author, ...]:
    found: dict[Author, None] = {}
    for creator in creators:
        stated = next(
            (
                one_line(one.get("nameIdentifier"))
                for one in as_objects(creator.get("nameIdentifiers"))
                if one_line(one.get("nameIdentifierScheme")).upper() == "ORCID"
            ),
            "",
        )
        if not stated and "orcid.org" in one_line(creator.get("id")):
            stated = one_line(creator.get("id"))
        names = [one_line(name) for name in as_list(creator.get("names"))]
        if len(names) > 1:
            notes.append(("several names in one creator", "; ".join(names)))
        for name in names or [one_line(creator.get("name"))]:
            whole = name if creator.get("nameType") == "Organizational" else given_first(name)
            one = author(whole, stated if len(names) < 2 else "", notes)
            if one is not None:
                found[one] = None
    return tuple(found)


def _institutions(
    creators: Sequence[Mapping[str, object]], notes: list[Note]
) -> tuple[Institution, ...]:
    found: dict[str, Institution] = {}
    for creator in creators:
        for stated in as_list(creator.get("affiliation")):
            if isinstance(stated, str):
                stated = {"name": stated}
            affiliation = as_object(stated)
            identifier = one_line(affiliation.get("affiliationIdentifier"))
            is_ror = (
                "ror"
                in (one_line(affiliation.get("affiliationIdentifierScheme")) + identifier).lower()
            )
            one = institution(affiliation.get("name"), identifier if is_ror else "", notes)
            if one is not None:
                found.setdefault(one.code, one)
    return tuple(found.values())


def read(paths: Sequence[Path], run: Run) -> Iterator[Triple]:
    """Triples of all works that stand, in the order of the files."""
    source = Source(lambda run: records(paths, run), known, left_out, parse)
    return works(source, run, Mapper(run))


LOADER: Final = Loader(
    name="datacite",
    title="DataCite works",
    publisher="DataCite",
    licence="https://creativecommons.org/publicdomain/zero/1.0/",
    attribution="",
    read=read,
)
