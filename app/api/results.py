"""Solutions of our own queries: read once, written in the form that the client likes.

Source: SPARQL 1.1 Query Results JSON, and CSV and TSV Formats, W3C Recommendations 2013.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import orjson

from app.graph.media import CSV, TSV
from app.graph.media import JSON as SPARQL_JSON
from app.graph.port import Value
from ontology import terms
from ontology.ntriples import text, typed

JSON = "application/json"

FORMATS: Mapping[str, str] = MappingProxyType(
    {"json": JSON, "srj": SPARQL_JSON, "csv": CSV, "tsv": TSV}
)
"""What ``format=`` may name."""

Scalar = str | int | float | bool
"""A value as plain JSON has it."""


Term = Mapping[str, str]
"""A term: ``type`` (uri, literal, bnode), ``value``, and ``datatype`` or ``xml:lang``."""


@dataclass(frozen=True)
class Solutions:
    """The solutions of a SELECT on one generation, by variable; unbound left out."""

    variables: tuple[str, ...]
    rows: Sequence[Mapping[str, Term]]
    generation: str


def read(content: bytes, generation: str) -> Solutions:
    """The solutions in a document of SPARQL's JSON results."""
    document = orjson.loads(content)
    return Solutions(tuple(document["head"]["vars"]), document["results"]["bindings"], generation)


def values(solutions: Solutions) -> Iterator[dict[str, Value]]:
    """The solutions as the graph's port has them."""
    for row in solutions.rows:
        yield {
            name: Value(
                term["value"],
                term.get("xml:lang"),
                None
                if term["type"] != "literal" or "xml:lang" in term
                else term.get("datatype", terms.xsd.string),
            )
            for name, term in row.items()
        }


def plain(term: Term) -> Scalar:
    """The term as JSON's own value: numbers and booleans as such, all else as text.

    A decimal that a double cannot hold as it is written stays text.
    """
    value, datatype = term["value"], term.get("datatype", "")
    if datatype == terms.xsd.boolean:
        return value in ("true", "1")
    if datatype in _INTEGERS and len(value) < 16:
        return int(value)
    if datatype == terms.xsd.decimal and len(value) < 16:
        return float(value)
    return value


_INTEGERS = frozenset(
    {terms.xsd.integer, terms.xsd.nonNegativeInteger, "http://www.w3.org/2001/XMLSchema#int"}
)


def rows(solutions: Solutions) -> list[dict[str, Scalar | None]]:
    """Every row with every column; null where unbound."""
    return [
        {name: plain(row[name]) if name in row else None for name in solutions.variables}
        for row in solutions.rows
    ]


def _sparql_json(solutions: Solutions) -> bytes:
    return orjson.dumps(
        {
            "head": {"vars": list(solutions.variables)},
            "results": {"bindings": [dict(row) for row in solutions.rows]},
        }
    )


def _csv(solutions: Solutions) -> bytes:
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(solutions.variables)
    for row in solutions.rows:
        writer.writerow([row[name]["value"] if name in row else "" for name in solutions.variables])
    return written.getvalue().encode()


def _tsv(solutions: Solutions) -> bytes:
    lines = ["\t".join(f"?{name}" for name in solutions.variables)]
    for row in solutions.rows:
        lines.append(
            "\t".join(_turtle(row[name]) if name in row else "" for name in solutions.variables)
        )
    return ("\n".join(lines) + "\n").encode()


def _turtle(term: Term) -> str:
    if term["type"] == "uri":
        return f"<{term['value']}>"
    if term["type"] == "bnode":
        return f"_:{term['value']}"
    if "xml:lang" in term:
        written = text(term["value"], term["xml:lang"])
    elif "datatype" in term:
        written = typed(term["value"], term["datatype"])
    else:
        written = text(term["value"])
    return written.replace("\t", "\\t")


WRITERS: Mapping[str, Callable[[Solutions], bytes]] = MappingProxyType(
    {SPARQL_JSON: _sparql_json, CSV: _csv, TSV: _tsv}
)
"""How solutions are written; plain JSON is written by the route, with what belongs to it."""
