"""Research.fi: publications of Finnish organisations, as VIRTA collects them.

Publisher: CSC – IT Center for Science, for the Ministry of Education and Culture. Licence: the
metadata of Research.fi may be used freely (CC BY 4.0); abstracts stay their authors'.
Access: https://research.fi/api/, by a key of CSC's; the pages of ``/v1/publications`` and
``/v1/publications-export``, each saved to a file of one folder; what a university delivers to
VIRTA, from its own research information system.
Format: JSON of the API: one publication, arrays, JSON Lines; VIRTA's delivery form as XML
(``Julkaisut``) and JSON; each also gzipped.
Named graph: ``graph/researchfi``.

A work is named by its DOI, else by VIRTA's identifier of it, else by the organisation's. Of
records with the same identifier the one modified last is loaded, of several with one DOI the
first. Authors are persons by ORCID iD, organisations by the ROR identifier of their institution
number, else by that number. Fields of science are concepts with Statistics Finland's codes.

Left out and counted: publications that their university took back (status -1).
Known gaps: a delivery names its own organisation alone, so that the others of a joint publication
are not loaded, and has neither an abstract nor a day of change; CSV is read by ``table``, since no header of VIRTA's is published; fields of art,
channels, fees, self-archived copies and the schemes of keywords are not loaded; open access with
code 0 of the older delivery form is no statement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from loaders.base import Loader, Run
from loaders.elements import elements
from loaders.errors import RecordError
from loaders.files import Member
from loaders.identifiers import web_address
from loaders.jsonparts import as_list, as_object, as_objects
from loaders.mixed import mixed_records
from loaders.virta.codes import (
    DISSERTATIONS,
    FIELDS,
    FIELDS_AT,
    LICENCES,
    NAMES,
    REVIEWED,
    ROR,
    WORK_TYPES,
)
from loaders.virta.delivery import REMOVED, is_delivery, publication, tree
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
    checked_doi,
    given_first,
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

_FIELD: Final = "fields-of-science"
_SCHEMES: Final = {_FIELD: "Fields of science, Finland 2010"}


def records(paths: Sequence[Path], run: Run) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Every publication with where it stands, deliveries in the form of the API's JSON."""
    return mixed_records(
        paths,
        run,
        _delivered,
        lambda record: publication(record) if is_delivery(record) else record,
        "no publication in it. Expected JSON of Research.fi's API or VIRTA's XML with <Julkaisu>.",
    )


def _delivered(source: Member) -> Iterator[tuple[str, Mapping[str, object]]]:
    for number, element in enumerate(elements(source, ["Julkaisu"]), 1):
        yield f"{source.name} record {number}", publication(as_object(tree(element)))


def known(record: Mapping[str, object]) -> tuple[str, str]:
    """Name and day of a record.

    Raises: RecordError if it has no identifier.
    """
    identifier = one_line(record.get("id"))
    if not identifier:
        raise RecordError(
            "/id",
            "no identifier",
            "A publication has id, a delivery JulkaisunTunnus, or OrganisaatioTunnus and "
            "JulkaisunOrgTunnus.",
        )
    stamp = issued(record.get("modified"))
    return identifier, stamp if len(stamp) == 10 else ""


def left_out(record: Mapping[str, object]) -> str:
    """Why a record is not loaded, as the report counts it; "" if it is."""
    return "publications taken back left out" if _code(record, "status") == REMOVED else ""


def _code(record: Mapping[str, object], key: str) -> str:
    return one_line(as_object(record.get(key)).get("code"))


def parse(record: Mapping[str, object]) -> Work:
    """The record as a work.

    Raises: RecordError if it has no identifier, name or year.
    """
    notes: list[Note] = []
    identifier, _ = known(record)
    found_doi = checked_doi(record.get("doi"), notes)
    language = languages.tag(_code(record, "language"))
    kind = _code(record, "type").upper()
    abstract = words(record.get("abstract"))
    institutions = _institutions(record, notes)
    return Work(
        "doi" if found_doi else "virta",
        found_doi or identifier,
        title_of([(words(record.get("name")), language)], "/name"),
        needed_date(issued(record.get("publicationYear")), "/publicationYear"),
        _work_type(record, kind, notes),
        doi=found_doi,
        abstracts=((abstract, language),) if abstract else (),
        language=language,
        open_access={"1": True, "0": False}.get(_code(record, "openAccess")),
        peer_reviewed={"1": True, "0": False}.get(
            _code(record, "peerReviewed"), REVIEWED.get(kind)
        ),
        licence=_licence(record),
        url=web_address(one_line(record.get("doiHandle")))
        or web_address(f"https://doi.org/{found_doi}" if found_doi else "")
        or "",
        authors=_authors(record, {one.code for one in institutions}, notes),
        institutions=institutions,
        subjects=_subjects(record),
        keywords=_keywords(record),
        notes=tuple(notes),
    )


def _work_type(record: Mapping[str, object], kind: str, notes: list[Note]) -> Iri:
    if not kind and _code(record, "thesisType") in DISSERTATIONS:
        return terms.DoctoralThesis
    if not kind:
        notes.append(("no type of publication", one_line(record.get("name"))))
    return WORK_TYPES.get(kind, terms.OtherWork)


def _licence(record: Mapping[str, object]) -> str:
    stated = as_object(record.get("license"))
    code = one_line(stated.get("code"))
    names = (LICENCES.get(code, code), one_line(stated.get("nameEn")))
    return next((page for name in names if (page := licence_page(name))), "")


def _organisation(number: str) -> str:
    """The code of an organisation: its ROR identifier, else its number as Finland's own."""
    return ROR.get(number) or f"fi-{number}"


def _institutions(record: Mapping[str, object], notes: list[Note]) -> tuple[Institution, ...]:
    found: dict[str, Institution] = {}
    for one in as_objects(record.get("organizations")):
        number = one_line(one.get("id"))
        names = (one_line(one.get(key)) for key in ("nameEn", "nameFi", "nameSv"))
        name = next((name for name in names if name), NAMES.get(number, ""))
        if number and name:
            code = _organisation(number)
            found.setdefault(code, Institution(code, ROR.get(number, ""), name))
        elif number:
            notes.append(("organisation without a name", number))
    return tuple(found.values())


def _authors(
    record: Mapping[str, object], described: set[str], notes: list[Note]
) -> tuple[Author, ...]:
    """Those named one by one, then those whom only the text names: others' authors often.

    An organisation that the publication does not describe is not stated of a person.
    """
    found: dict[Author, None] = {}
    for one in as_objects(record.get("authors")):
        name = f"{one_line(one.get('firstNames'))} {one_line(one.get('lastName'))}".strip()
        person = author(name, one.get("orcid"), notes)
        if person is None:
            continue
        numbers = (one_line(own.get("id")) for own in as_objects(one.get("organizations")))
        codes = (_organisation(number) for number in numbers if number)
        held = tuple(dict.fromkeys(code for code in codes if code in described))
        found[Author(person.name, person.scheme, person.identifier, held)] = None
    named = {_initialled(one.name) for one in found}
    for text in one_line(record.get("authorsText")).split(";"):
        name = given_first(text)
        if name and _initialled(name) not in named:
            found[Author(name)] = None
    return tuple(found)


def _initialled(name: str) -> tuple[str, str]:
    """Family name and first initial: the text may shorten the names of those it repeats."""
    *given, family = name.casefold().split()
    return family, given[0][0] if given else ""


def _subjects(record: Mapping[str, object]) -> tuple[tuple[str, str, str], ...]:
    found: dict[str, str] = {}
    for one in as_objects(record.get("fieldsOfScience")):
        code = one_line(one.get("code"))
        label = FIELDS.get(code) or one_line(one.get("nameEn")) or one_line(one.get("nameFi"))
        if code.isascii() and code.isdigit() and len(code) <= 6:
            found.setdefault(code, label or code)
    return tuple((_FIELD, code, label) for code, label in found.items())


def _keywords(record: Mapping[str, object]) -> tuple[Text, ...]:
    found: dict[Text, None] = {}
    for one in as_list(record.get("keywords")):
        stated = as_object(one)
        value = words(stated.get("value") if stated else one)
        if value:
            found[value, languages.tag(stated.get("language") or stated.get("lang"))] = None
    return tuple(found)


def read(paths: Sequence[Path], run: Run) -> Iterator[Triple]:
    """Triples of all works that stand, in the order of the files."""
    source = Source(lambda run: records(paths, run), known, left_out, parse, once=True)
    return works(source, run, Mapper(run, _SCHEMES, {_FIELD: FIELDS_AT}))


LOADER: Final = Loader(
    name="researchfi",
    title="Publications of Research.fi",
    publisher="CSC – IT Center for Science",
    licence="https://creativecommons.org/licenses/by/4.0/",
    attribution="Research.fi, https://research.fi/",
    read=read,
)
