"""A record as OAI-PMH carries it, and what all of its formats share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree

from loaders.identifiers import doi, web_address
from loaders.works.work import Institution, Note, institution
from ontology import terms
from ontology.terms import Iri

_THESES: Final = (terms.DoctoralThesis, terms.StudentThesis)


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its identifier in the repository, its day, whether it is deleted.

    ``metadata`` is the root of its metadata, None if it has none.
    """

    identifier: str
    day: str
    deleted: bool
    metadata: etree._Element | None


def sorted_out(stated: Iterable[str]) -> tuple[str, str, tuple[str, ...]]:
    """DOI, web address and other identifiers among what is stated; "" where there is none.

    >>> sorted_out(["URN:NBN:fi:a-1", "https://doi.org/10.1000/A", "https://example.org/1"])
    ('10.1000/a', 'https://example.org/1', ('URN:NBN:fi:a-1',))
    """
    found_doi, url, others = "", "", dict[str, None]()
    for one in stated:
        if checked := doi(one):
            found_doi = found_doi or checked
        elif address := web_address(one):
            url = url or address
        elif one.lower().startswith("urn:"):
            others[one] = None
    return found_doi, url, tuple(others)


def named(record: Record, found_doi: str) -> tuple[str, str]:
    """Scheme and identifier of a work: its DOI, else the repository's own identifier."""
    return ("doi", found_doi) if found_doi else ("oai", record.identifier)


def address(url: str, found_doi: str) -> str:
    """Where the work is read: what is stated, else the DOI's page; "" if nothing."""
    return url or (web_address(f"https://doi.org/{found_doi}") if found_doi else "") or ""


def taken_by(publishers: Sequence[str], kind: Iri, notes: list[Note]) -> tuple[Institution, ...]:
    """The universities that publish a thesis: who took it; of other works they say nothing."""
    if kind not in _THESES:
        return ()
    found = (institution(name, "", notes) for name in publishers)
    return tuple(dict.fromkeys(one for one in found if one is not None))
