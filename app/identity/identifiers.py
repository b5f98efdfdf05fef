"""Identifiers of works, as sources state them → one form for each, by which works are joined.

Sources: arXiv's DOIs (https://info.arxiv.org/help/doi.html), ISBN Users' Manual (check digits).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import unquote

from loaders.identifiers import doi
from ontology import terms

_ARXIV_ID: Final = r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?"
_ARXIV = re.compile(
    rf"(?:arxiv:\s*|https?://(?:www\.)?arxiv\.org/(?:abs|pdf)/){_ARXIV_ID}(?:\.pdf)?\Z"
)
_ARXIV_DOI = re.compile(rf"10\.48550/arxiv\.{_ARXIV_ID}\Z")
_OPENALEX = re.compile(r"https?://(?:www\.)?openalex\.org/(?:works/)?(w\d+)\Z")
_PMID = re.compile(
    r"(?:pmid:\s*|https?://(?:www\.)?(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/)(\d{1,9})/?\Z"
)
_PMC = re.compile(r"(?:pmcid:\s*|https?://\S+/pmc/articles/)?(pmc\d{3,9})/?\Z")
_HANDLE = re.compile(r"(?:hdl:\s*|https?://hdl\.handle\.net/)([\d.]+/\S+)\Z")
_URN = re.compile(r"(?:https?://(?:www\.)?urn\.fi/)?(urn:nbn:[a-z]{2}:\S+)\Z")
_ISBN = re.compile(r"(?:urn:)?isbn[:\s]\s*([\dx -]{10,17})\Z")
_MINTED = re.compile(r".*/research/(doi|arxiv|openalex|oai)/([^/]+)\Z")
_PLAIN: Final = (
    ("openalex", _OPENALEX),
    ("pmid", _PMID),
    ("pmc", _PMC),
    ("hdl", _HANDLE),
    ("urn", _URN),
)

NAMES: Final = {
    "doi": "DOI",
    "arxiv": "arXiv identifier",
    "openalex": "OpenAlex identifier",
    "pmid": "PubMed identifier",
    "pmc": "PubMed Central identifier",
    "hdl": "handle",
    "urn": "URN",
    "isbn": "ISBN",
    "oai": "identifier in its repository",
}
"""Scheme → what an identifier of it is called."""

_WHOLE_BOOKS: Final = frozenset([terms.Book])
"""Types of works whose ISBN is their own, not that of what they are part of."""

Identifier = tuple[str, str]
"""A scheme of ``NAMES``, and the identifier in its one form."""


def of_work(
    work: str, dois: Iterable[str], stated: Iterable[str], work_type: str = ""
) -> frozenset[Identifier]:
    """All identifiers of a work: those of its IRI, its DOIs and what else is stated.

    >>> sorted(
    ...     of_work(
    ...         "https://w3id.org/polku/research/doi/10.48550%2Farxiv.2401.00001",
    ...         [],
    ...         ["https://openalex.org/W1"],
    ...     )
    ... )
    [('arxiv', '2401.00001'), ('openalex', 'w1')]
    """
    found = set(_minted(work))
    for one in dois:
        found.update(_of_doi(one))
    for one in stated:
        found.update(_of_text(one, work_type))
    return frozenset(found)


def isbn(value: str) -> str | None:
    """The thirteen digits of an ISBN; None if it is none.

    >>> isbn("0-306-40615-2"), isbn("978-0-306-40615-7"), isbn("978-0-306-40615-8")
    ('9780306406157', '9780306406157', None)
    """
    digits = re.sub(r"[ -]", "", value).upper()
    if re.fullmatch(r"\d{9}[\dX]", digits):
        values = [10 if one == "X" else int(one) for one in digits]
        if sum(weight * one for weight, one in zip(range(10, 0, -1), values, strict=True)) % 11:
            return None
        digits = "978" + digits[:9]
        return digits + str(-sum(int(d) * (1 + 2 * (i % 2)) for i, d in enumerate(digits)) % 10)
    if re.fullmatch(r"97[89]\d{10}", digits):
        total = sum(int(d) * (1 + 2 * (i % 2)) for i, d in enumerate(digits))
        return digits if total % 10 == 0 else None
    return None


def _minted(work: str) -> Iterator[Identifier]:
    if (found := _MINTED.match(work)) is None:
        return
    scheme, name = found[1], unquote(found[2])
    if scheme == "doi":
        yield from _of_doi(name)
    else:
        yield scheme, name.lower()


def _of_doi(value: str) -> Iterator[Identifier]:
    name = doi(value)
    if name is None:
        return
    found = _ARXIV_DOI.match(name)
    yield ("arxiv", found[1]) if found else ("doi", name)


def _of_text(value: str, work_type: str) -> Iterator[Identifier]:
    lower = value.strip().lower()
    if doi(value):
        yield from _of_doi(value)
    elif found := _ARXIV.match(lower):
        yield "arxiv", found[1]
    elif lower.startswith("oai:"):
        yield "oai", lower
    elif found := _ISBN.match(lower):
        number = isbn(found[1])
        if number and work_type in _WHOLE_BOOKS:
            yield "isbn", number
    else:
        for scheme, pattern in _PLAIN:
            if found := pattern.match(lower):
                yield scheme, found[1]
                return
