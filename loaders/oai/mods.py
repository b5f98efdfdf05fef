"""``mods`` → a work. Source: Metadata Object Description Schema 3.8, https://www.loc.gov/standards/mods/."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from loaders.elements import attribute, children, language, said
from loaders.oai.kinds import peer_reviewed, rights, work_type
from loaders.oai.record import Record, address, named, sorted_out, taken_by
from loaders.vocabularies.published import subjects
from loaders.works import languages
from loaders.works.work import (
    Author,
    Note,
    Text,
    Work,
    author,
    given_first,
    issued,
    needed_date,
    title_of,
    words,
)

_AUTHORS = frozenset(["", "aut", "author", "cre", "creator", "dis", "tekijä"])


def work(record: Record, metadata: etree._Element) -> Work:
    """The record as a work.

    Raises: RecordError if it has no title or date.
    """
    notes: list[Note] = []
    terms_of = children(metadata, "language", "languageTerm")
    spoken = {tag for one in terms_of if (tag := languages.tag(said(one)))}
    own = next(iter(spoken)) if len(spoken) == 1 else ""
    kinds = [said(one) for one in children(metadata, "genre")]
    found_doi, url, others = sorted_out(_identifiers(metadata))
    licence, other_rights, is_open = rights(
        (stated, languages.tag(language(one)))
        for one in children(metadata, "accessCondition")
        for stated in (said(one), attribute(one, "{http://www.w3.org/1999/xlink}href"))
    )
    kind = work_type(kinds)
    publishers = [said(one) for one in children(metadata, "originInfo", "publisher")]
    return Work(
        *named(record, found_doi),
        title_of(_titles(metadata, own), "titleInfo"),
        needed_date(_date(metadata), "originInfo/dateIssued"),
        kind,
        doi=found_doi,
        identifiers=(record.identifier, *others),
        abstracts=tuple(
            dict.fromkeys(
                (abstract, languages.tag(language(one)) or own)
                for one in children(metadata, "abstract")
                if (abstract := words(said(one)))
            )
        ),
        language=own,
        open_access=is_open,
        peer_reviewed=peer_reviewed(kinds),
        licence=licence,
        rights=other_rights,
        url=address(url, found_doi),
        authors=_authors(metadata, notes),
        institutions=taken_by(publishers, kind, notes),
        concepts=subjects(_concepts(metadata)),
        notes=tuple(notes),
    )


def _identifiers(metadata: etree._Element) -> Iterator[str]:
    for one in children(metadata, "identifier"):
        stated = said(one)
        is_doi = attribute(one, "type").lower() == "doi"
        yield stated if not is_doi or "10." not in stated else stated[stated.index("10.") :]
    for one in children(metadata, "location", "url"):
        yield said(one)


def _concepts(metadata: etree._Element) -> Iterator[str]:
    """What subjects and their topics give as their IRI, or say."""
    for one in children(metadata, "subject"):
        for part in (one, *children(one, "topic")):
            yield attribute(part, "valueURI")
            yield said(part)


def _titles(metadata: etree._Element, own: str) -> Iterator[Text]:
    """The title first, then translated and other ones."""
    stated = sorted(
        children(metadata, "titleInfo"),
        key=lambda one: attribute(one, "type") not in ("", "uniform"),
    )
    for one in stated:
        parts = " ".join(part for part in (said(one, "nonSort"), said(one, "title")) if part)
        subtitle = said(one, "subTitle")
        whole = f"{parts}: {subtitle}" if parts and subtitle else parts
        fallback = own if not attribute(one, "type") else ""
        yield whole, languages.tag(language(one)) or fallback


def _date(metadata: etree._Element) -> str:
    for name in ("dateIssued", "copyrightDate", "dateCreated"):
        for one in children(metadata, "originInfo", name):
            if found := issued(said(one)):
                return found
    return ""


def _authors(metadata: etree._Element, notes: list[Note]) -> tuple[Author, ...]:
    found: dict[Author, None] = {}
    for name in children(metadata, "name"):
        roles = {said(role).lower() for role in children(name, "role", "roleTerm")} or {""}
        if not roles & _AUTHORS:
            continue
        parts = list(children(name, "namePart"))
        by_kind = {attribute(part, "type"): said(part) for part in parts}
        if "family" in by_kind:
            called = f"{by_kind.get('given', '')} {by_kind['family']}".strip()
        else:
            plain = next((said(part) for part in parts if not attribute(part, "type")), "")
            called = plain if attribute(name, "type") == "corporate" else given_first(plain)
        identifiers = (
            said(one)
            for one in children(name, "nameIdentifier")
            if attribute(one, "type").lower() == "orcid"
        )
        one_author = author(called, next(identifiers, ""), notes)
        if one_author is not None:
            found[one_author] = None
    return tuple(found)
