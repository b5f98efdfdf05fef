"""Media types: which there are, and which of them a client takes.

Source: RFC 9110, section 12.5.1 "Accept"; SPARQL 1.1 Protocol, section 2.2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from app.errors import NotAcceptable

JSON: Final = "application/sparql-results+json"
XML: Final = "application/sparql-results+xml"
CSV: Final = "text/csv"
TSV: Final = "text/tab-separated-values"
TURTLE: Final = "text/turtle"
N_TRIPLES: Final = "application/n-triples"
N_QUADS: Final = "application/n-quads"
TRIG: Final = "application/trig"
JSON_LD: Final = "application/ld+json"
RDF_XML: Final = "application/rdf+xml"

RESULTS: Final = (JSON, XML, CSV, TSV)
"""What a SELECT or an ASK can be answered in; the first if the client takes anything."""

GRAPHS: Final = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML, N_QUADS, TRIG)
"""What a CONSTRUCT or a DESCRIBE can be answered in; the first if the client takes anything."""

SHORT: Mapping[str, str] = MappingProxyType(
    {
        "json": JSON,
        "xml": XML,
        "csv": CSV,
        "tsv": TSV,
        "ttl": TURTLE,
        "turtle": TURTLE,
        "nt": N_TRIPLES,
        "nq": N_QUADS,
        "trig": TRIG,
        "jsonld": JSON_LD,
        "rdf": RDF_XML,
    }
)
"""Short name, as in ``--format`` and ``?format=`` → media type."""

_ALIASES = {
    "application/json": (JSON, JSON_LD),
    "application/xml": (XML, RDF_XML),
    "text/xml": (XML, RDF_XML),
    "text/plain": (N_TRIPLES,),
    "application/x-turtle": (TURTLE,),
}
_MOST_RANGES = 64
_LONGEST_KNOWN = 512
"""Characters of the longest header whose outcome is remembered."""


def negotiate(accept: str | None, offered: Sequence[str]) -> str:
    """The offered media type that the client prefers; the earlier offered of equals.

    A broken range in the header is passed over.
    Raises: NotAcceptable if it takes none.

    >>> negotiate("text/csv;q=0.5, application/sparql-results+json", RESULTS)
    'application/sparql-results+json'
    >>> negotiate("text/*", RESULTS)
    'text/csv'
    """
    if accept is None or not accept.strip():
        return offered[0]
    choose = _chosen if len(accept) <= _LONGEST_KNOWN else _chosen.__wrapped__
    return choose(accept, tuple(offered))


@lru_cache(maxsize=1024)
def _chosen(accept: str, offered: tuple[str, ...]) -> str:
    ranges = [parsed for part in accept.split(",")[:_MOST_RANGES] if (parsed := _range(part))]
    best, best_quality = None, 0.0
    for media_type in offered:
        quality = _quality(media_type, ranges)
        if quality > best_quality:
            best, best_quality = media_type, quality
    if best is None:
        raise NotAcceptable(f"None of these is accepted: {', '.join(offered)}.", offered)
    return best


def _quality(media_type: str, ranges: Sequence[tuple[str, float]]) -> float:
    """Quality of the most specific range that holds the media type; 0 if none does."""
    major = media_type.split("/")[0]
    found = (-1, 0.0)
    for name, quality in ranges:
        if name == media_type:
            found = max(found, (3, quality), key=lambda pair: pair[0])
        elif media_type in _ALIASES.get(name, ()):
            found = max(found, (2, quality), key=lambda pair: pair[0])
        elif name == f"{major}/*":
            found = max(found, (1, quality), key=lambda pair: pair[0])
        elif name == "*/*":
            found = max(found, (0, quality), key=lambda pair: pair[0])
    return found[1]


def _range(part: str) -> tuple[str, float] | None:
    name, *parameters = (piece.strip() for piece in part.split(";"))
    quality = 1.0
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "q":
            try:
                quality = float(value)
            except ValueError:
                return None
    if "/" not in name or not 0 <= quality <= 1:
        return None
    return name.lower(), quality
