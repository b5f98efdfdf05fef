"""Answers, read and compared by value: blank nodes by isomorphism, numbers as numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

from tests.w3c.suites import FORMATS, RDF, Node, Statements, content

RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
XSD = "http://www.w3.org/2001/XMLSchema#"
_READABLE = {
    "srx": ox.QueryResultsFormat.XML,
    "srj": ox.QueryResultsFormat.JSON,
    "tsv": ox.QueryResultsFormat.TSV,
}
_DECIMAL = {XSD + name for name in ("integer", "decimal", "double", "float")}


@dataclass(frozen=True)
class Solutions:
    """Solutions: variable → term; ``ordered`` where their order is part of the answer."""

    rows: tuple[Mapping[str, Node], ...]
    ordered: bool = False


Answer = bool | Solutions | ox.Dataset


def expected(iri: str) -> Answer:
    """The answer that a document of the suites holds."""
    ending = iri.rpartition(".")[2]
    if ending in _READABLE:
        return solved(content(iri), _READABLE[ending])
    statements = Statements(content(iri), iri)
    for subject in statements.subjects:
        if statements.text(subject, RDF + "type") == RS + "ResultSet":
            return _result_set(statements, subject)
    return graph(content(iri), FORMATS[ending], iri)


def solved(answer: bytes, form: ox.QueryResultsFormat) -> bool | Solutions:
    """The answer to an ASK or a SELECT."""
    results = ox.parse_query_results(answer, form)
    if isinstance(results, ox.QueryBoolean):
        return bool(results)
    names = [variable.value for variable in results.variables]
    found = []
    for one in results:
        terms = {name: one[name] for name in names}
        found.append({name: term for name, term in terms.items() if term is not None})
    return Solutions(tuple(found))


def graph(text: bytes, form: ox.RdfFormat, base: str | None = None) -> ox.Dataset:
    """The graph that a document holds."""
    return ox.Dataset(ox.parse(text, form, base_iri=base, rename_blank_nodes=True))


def same(one: Answer, other: Answer, *, distinct: bool = False) -> bool:
    """Whether two answers have the same value; ``distinct``: however often a solution stands."""
    if isinstance(one, ox.Dataset) and isinstance(other, ox.Dataset):
        return _canonical(ox.Dataset(map(_valued, one))) == _canonical(
            ox.Dataset(map(_valued, other))
        )
    if isinstance(one, Solutions) and isinstance(other, Solutions):
        ordered = one.ordered or other.ordered
        first, second = (_as_graph(answer.rows, ordered, distinct) for answer in (one, other))
        return _canonical(first) == _canonical(second)
    return type(one) is type(other) and one == other


def same_csv(one: bytes, other: bytes) -> bool:
    """Whether two answers in CSV have the same columns and rows, whatever blank nodes are called."""
    first, second = (_csv(text) for text in (one, other))
    return sorted(first[0]) == sorted(second[0]) and same(
        Solutions(tuple(first[1])), Solutions(tuple(second[1])), distinct=False
    )


def _csv(text: bytes) -> tuple[list[str], list[dict[str, Node]]]:
    header, *rows = csv.reader(io.StringIO(text.decode()))
    found = []
    for row in rows:
        cells = zip(header, row, strict=True)
        found.append({name: _cell(cell) for name, cell in cells})
    return header, found


def _cell(cell: str) -> Node:
    if cell.startswith("_:"):
        return ox.BlankNode(cell[2:])
    try:
        return ox.Literal(str(Decimal(cell).normalize()))
    except InvalidOperation:
        return ox.Literal(cell)


def _result_set(statements: Statements, subject: Node) -> bool | Solutions:
    if (said := statements.text(subject, RS + "boolean")) != "":
        return said == "true"
    rows = []
    for solution in statements.all(subject, RS + "solution"):
        row: dict[str, Node] = {}
        for binding in statements.all(solution, RS + "binding"):
            value = statements.one(binding, RS + "value")
            assert value is not None
            row[statements.text(binding, RS + "variable")] = value
        index = statements.text(solution, RS + "index")
        rows.append((int(index) if index else 0, row))
    ordered = any(index for index, _ in rows)
    rows.sort(key=lambda pair: pair[0])
    return Solutions(tuple(row for _, row in rows), ordered)


def _as_graph(rows: tuple[Mapping[str, Node], ...], ordered: bool, distinct: bool) -> ox.Dataset:
    """Solutions as a graph, isomorphic exactly when they are the same solutions."""
    found = ox.Dataset()
    seen = set()
    for number, row in enumerate(rows):
        valued = {name: _value(term) for name, term in row.items()}
        if distinct:
            if (key := str(sorted(valued.items(), key=lambda pair: pair[0]))) in seen:
                continue
            seen.add(key)
        me = ox.BlankNode()
        at = ox.Literal(number if ordered else 0)
        found.add(ox.Quad(me, ox.NamedNode("row:at"), at))
        for name, term in valued.items():
            found.add(ox.Quad(me, ox.NamedNode("row:" + name), term))
    return found


def _canonical(dataset: ox.Dataset) -> ox.Dataset:
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def _valued(quad: ox.Quad) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, _value(quad.object), quad.graph_name)


def _value(term: Node) -> Node:
    """The term in the one form that all terms of its value take here."""
    if isinstance(term, ox.Triple):
        return ox.Triple(term.subject, term.predicate, _value(term.object))
    if not isinstance(term, ox.Literal):
        return term
    if term.language:
        return ox.Literal(term.value, language=term.language.lower(), direction=term.direction)
    if term.datatype.value == XSD + "boolean":
        return ox.Literal(
            {"0": "false", "1": "true"}.get(term.value, term.value), datatype=term.datatype
        )
    if term.datatype.value in _DECIMAL:
        return ox.Literal(_number(term), datatype=term.datatype)
    return term


def _number(term: ox.Literal) -> str:
    try:
        if term.datatype.value in (XSD + "double", XSD + "float"):
            return repr(float(f"{float(term.value):.6e}"))
        return str(Decimal(term.value).normalize() + 0)
    except (ValueError, InvalidOperation):
        return term.value
