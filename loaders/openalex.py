"""OpenAlex: research outputs with authors, institutions, topics and open access.

Publisher: OurResearch. Licence: CC0 1.0.
Format: works as the API and the snapshot give them (https://docs.openalex.org/api-entities/works):
one JSON object, a JSON array, a page of the API (``{"results": […]}``), JSON Lines, each also
gzipped, and a folder of the snapshot's partitioned ``.gz`` files.
Named graph: ``graph/openalex``.

A work is named by its DOI where it has one, else by its OpenAlex id; of records with the same
name the one updated last is loaded. Titles and abstracts carry the language that OpenAlex
states. Authors are persons by ORCID, else by OpenAlex id, and members of the institutions that
any of their works states as theirs. Institutions are organisations by
ROR, else by OpenAlex id; those of the network's universities carry the names and codes that
every other source gives them.

Left out and counted: retracted works, and paratexts such as covers and tables of contents.
Known gaps: OpenAlex states the first of January where only the year is known, so some days are
finer than they should be; funding, citations, venues and legacy concepts are not loaded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from loaders.base import Loader, Run
from loaders.errors import RecordError
from loaders.files import json_records
from loaders.identifiers import doi, orcid, ror, web_address
from loaders.works.reading import Source, works
from loaders.works.triples import Mapper
from loaders.works.work import Author, Institution, Work
from ontology import terms
from ontology.ntriples import Triple
from ontology.terms import Iri

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

_SCHEMES = {"openalex": "OpenAlex topics", "openalex-keyword": "OpenAlex keywords"}


def abstract_text(index: Mapping[str, object]) -> str:
    """The abstract whose words stand in ``index`` with their positions.

    Gaps between positions close up. Raises: RecordError if a position is none.

    >>> abstract_text({"of": [1], "routes": [2], "Lengths": [0]})
    'Lengths of routes'
    """
    placed: list[tuple[int, str]] = []
    for word, positions in index.items():
        if not isinstance(positions, list):
            raise RecordError(
                "/abstract_inverted_index",
                "a word has no list of positions",
                "Fetch the work again.",
            )
        for position in positions:
            if type(position) is not int or position < 0:
                raise RecordError(
                    "/abstract_inverted_index",
                    "a position is no number from 0",
                    "Fetch the work again.",
                )
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
    if not title:
        raise RecordError("/title", "no title", "A work needs title or display_name.")
    language = _one_line(record.get("language")).lower()
    if language and not _LANGUAGE.match(language):
        notes.append(("language is no ISO 639 code", language))
        language = ""
    index = record.get("abstract_inverted_index")
    location = _object(record.get("primary_location"))
    is_oa = _object(record.get("open_access")).get("is_oa")
    abstract = abstract_text(index) if isinstance(index, dict) else ""
    return Work(
        scheme,
        identifier,
        ((title, language),),
        _issued(record, notes),
        _work_type(record, location),
        doi=identifier if scheme == "doi" else "",
        identifiers=(f"https://openalex.org/{openalex}",) if openalex else (),
        abstracts=((abstract, language),) if abstract else (),
        language=language,
        open_access=is_oa if isinstance(is_oa, bool) else None,
        licence=_licence(location),
        url=_url(location, scheme, identifier, notes),
        authors=_authors(record.get("authorships"), notes),
        institutions=_institutions(record.get("authorships"), notes),
        subjects=_subjects(record),
        notes=tuple(notes),
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
        stated_codes = (
            ror(_one_line(institution.get("ror"))) or _name(institution.get("id"))
            for institution in _objects(authorship.get("institutions"))
            if _one_line(institution.get("display_name"))
        )
        codes = tuple(code for code in stated_codes if code)
        if checked:
            found[Author(name, "orcid", checked, codes)] = None
        elif openalex.startswith("A"):
            found[Author(name, "openalex", openalex, codes)] = None
        else:
            found[Author(name)] = None
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


def left_out(record: Mapping[str, object]) -> str:
    """Why a record is not loaded, as the report counts it; "" if it is."""
    if record.get("is_retracted") is True:
        return "retracted works left out"
    return "paratexts left out" if record.get("is_paratext") is True else ""


def known(record: Mapping[str, object]) -> tuple[str, str]:
    """Name and day of a record.

    Raises: RecordError if it has no name.
    """
    scheme, identifier, _ = named(record, [])
    return f"{scheme} {identifier}", _day(record.get("updated_date"))


def read(paths: Sequence[Path], run: Run) -> Iterator[Triple]:
    """Triples of all works that stand, in the order of the files."""
    source = Source(lambda run: json_records(paths, run, inside="results"), known, left_out, parse)
    mapper = Mapper(run, _SCHEMES, {"openalex": "https://openalex.org/"})
    return works(source, run, mapper)


LOADER = Loader(
    name="openalex",
    title="OpenAlex works",
    publisher="OurResearch",
    licence="https://creativecommons.org/publicdomain/zero/1.0/",
    attribution="",
    read=read,
)
