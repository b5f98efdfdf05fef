"""``oai_cerif_openaire`` → a work. Source: OpenAIRE Guidelines for CRIS Managers 1.1 and 1.2."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from loaders.elements import children, first, language, local, said
from loaders.oai.kinds import peer_reviewed, rights, work_type
from loaders.oai.record import Record, address, named, sorted_out
from loaders.vocabularies.published import subjects
from loaders.works import languages
from loaders.works.work import (
    Author,
    Institution,
    Note,
    Text,
    Work,
    author,
    checked_doi,
    institution,
    issued,
    needed_date,
    title_of,
    words,
)

WORKS = frozenset(["Publication", "Product"])
"""Elements that are works; persons, projects, patents and the like are none."""


def work(record: Record, metadata: etree._Element) -> Work:
    """The record as a work.

    Raises: RecordError if it has no title or date.
    """
    notes: list[Note] = []
    own = languages.tag(said(metadata, "Language"))
    kinds = [said(one) for one in children(metadata, "Type")]
    found_doi = checked_doi(said(metadata, "DOI"), notes)
    _, url, others = sorted_out(
        said(one) for name in ("URL", "Handle", "URN") for one in children(metadata, name)
    )
    licence, other_rights, is_open = rights(
        (said(one), languages.tag(language(one)))
        for name in ("Access", "License")
        for one in children(metadata, name)
    )
    people = [
        one
        for path in (("Authors", "Author"), ("Creators", "Creator"))
        for one in children(metadata, *path)
    ]
    return Work(
        *named(record, found_doi),
        title_of(_titles(metadata, own), "Title"),
        needed_date(_date(metadata), "PublicationDate"),
        work_type(kinds),
        doi=found_doi,
        identifiers=(record.identifier, *others),
        abstracts=tuple(
            dict.fromkeys(
                (abstract, languages.tag(language(one)) or own)
                for name in ("Abstract", "Description")
                for one in children(metadata, name)
                if (abstract := words(said(one)))
            )
        ),
        language=own,
        open_access=is_open,
        peer_reviewed=peer_reviewed(kinds),
        licence=licence,
        rights=other_rights,
        url=address(url, found_doi),
        authors=_authors(people, notes),
        institutions=_institutions(people, notes),
        concepts=subjects(
            said(one) for name in ("Subject", "Keyword") for one in children(metadata, name)
        ),
        notes=tuple(notes),
    )


def _titles(metadata: etree._Element, own: str) -> Iterator[Text]:
    """Titles with the subtitle in their language; a product has a name."""
    subtitles = {language(one): said(one) for one in children(metadata, "Subtitle")}
    for one in metadata:
        if local(one) in ("Title", "Name"):
            title, subtitle = said(one), subtitles.get(language(one), "")
            whole = f"{title}: {subtitle}" if title and subtitle else title
            yield whole, languages.tag(language(one)) or own


def _date(metadata: etree._Element) -> str:
    found = issued(said(metadata, "PublicationDate"))
    if found:
        return found
    for path in (("Dates", "Available"), ("Dates", "Issued")):
        one = first(metadata, *path)
        if one is not None and (day := issued(one.get("startDate") or said(one))):
            return day
    return ""


def _authors(people: list[etree._Element], notes: list[Note]) -> tuple[Author, ...]:
    found: dict[Author, None] = {}
    for one in people:
        person = first(one, "Person")
        name = first(person, "PersonName")
        called = (
            f"{said(name, 'FirstNames')} {said(name, 'FamilyNames')}".strip()
            or said(one, "DisplayName")
            or said(one, "OrgUnit", "Name")
        )
        stated = said(person, "ORCID") if person is not None else ""
        if (author_ := author(called, stated, notes)) is not None:
            found[author_] = None
    return tuple(found)


def _institutions(people: list[etree._Element], notes: list[Note]) -> tuple[Institution, ...]:
    found: dict[str, Institution] = {}
    for one in people:
        for unit in children(one, "Affiliation", "OrgUnit"):
            name = said(unit, "Name")
            stated = said(unit, "RORID") or said(unit, "ROR")
            if (place := institution(name, stated, notes)) is not None:
                found.setdefault(place.code, place)
    return tuple(found.values())
