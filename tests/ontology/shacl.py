"""Two minds on the same graph: pySHACL, and our shapes compiled to queries."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import pyoxigraph as ox
import pyshacl
import rdflib
from rdflib.namespace import RDF, SH

from ontology.violations import Check, compile_shapes, shapes_turtle

GRAPH = "https://w3id.org/polku/graph/example"


class Result(NamedTuple):
    """One violation: of which shape (or query), which constraint component, at which node."""

    shape: str
    constraint: str
    focus: str


@cache
def checks() -> tuple[Check, ...]:
    return compile_shapes()


@cache
def _shapes(texts: tuple[str, ...]) -> rdflib.Graph:
    graph = rdflib.Graph()
    for text in texts:
        graph.parse(data=text, format="turtle")
    return graph


def by_pyshacl(data: rdflib.Graph, shapes: tuple[str, ...] | None = None) -> frozenset[Result]:
    """What pySHACL finds."""
    _, report, _ = pyshacl.validate(
        data, shacl_graph=_shapes(shapes or shapes_turtle()), inference="none"
    )
    return frozenset(
        Result(
            str(report.value(node, SH.sourceConstraint) or report.value(node, SH.sourceShape)),
            str(report.value(node, SH.sourceConstraintComponent)),
            str(report.value(node, SH.focusNode)),
        )
        for node in report.subjects(RDF.type, SH.ValidationResult)
    )


def store_of(quads: Iterable[ox.Quad]) -> ox.Store:
    store = ox.Store()
    store.extend(quads)
    return store


def by_queries(
    store: ox.Store, graph: str | None = GRAPH, wanted: tuple[Check, ...] | None = None
) -> frozenset[Result]:
    """What the compiled queries find, by either plan."""
    found = set()
    for check in checks() if wanted is None else wanted:
        rows = solutions(store, check.over(graph))
        if check.scan != check.query:
            assert rows == solutions(store, check.over(graph, many=True)), check
        found |= {Result(check.shape, check.constraint, focus) for focus, _ in rows}
    return frozenset(found)


def solutions(store: ox.Store, query: str) -> frozenset[tuple[str, str]]:
    """Focus node and value of each solution; "None" where there is no single value."""
    answer = store.query(query, use_default_graph_as_union=True)
    assert isinstance(answer, ox.QuerySolutions)
    found = set()
    for solution in answer:
        focus = solution["focus"]
        assert isinstance(focus, ox.NamedNode | ox.BlankNode)
        found.add((focus.value, str(solution["value"])))
    return frozenset(found)
