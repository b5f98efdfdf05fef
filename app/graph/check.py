"""The shapes stage: what a publish adds is checked against SHACL before anyone reads it.

The shapes are compiled to queries (``ontology/violations.py``) that run inside the new store.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import islice

import pyoxigraph as ox

from app.errors import BadParameter, BrokenShapes, NotFound
from app.graph.embedded import open_store
from app.graph.generations import Finding, Generation
from ontology import terms
from ontology.violations import Check, compile_shapes

MOST = 1000
"""Rows after which a check stops counting: there is work enough to do by then."""

MANY = 100_000
"""Quads from which a graph is scanned rather than asked of each focus node."""

_EXAMPLES = 5
_SHOWN = 12


@cache
def checks() -> tuple[Check, ...]:
    """The checks of Polku's own shapes, compiled once."""
    return tuple(compile_shapes())


def findings(
    store: ox.Store, graphs: Iterable[str], wanted: Sequence[Check] | None = None
) -> list[Finding]:
    """What in the graphs does not keep the shapes, gravest first.

    Sources may disagree on what a thing has one of, a date or a title: no graph breaks the shape
    then, and what would be a violation is a warning. Entities are ours: of these there is one.
    """
    todo = [
        (graph, large, check)
        for graph in graphs
        for large in (_is_large(store, graph),)
        for check in (checks() if wanted is None else wanted)
    ]
    # The engine lets go of the interpreter while it works: as many checks as cores at once.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        done = pool.map(lambda one: _run(store, *one), todo)
        found = [finding for finding in done if finding is not None]
    gravity = {"Violation": 0, "Warning": 1, "Info": 2}
    return sorted(found, key=lambda one: (gravity.get(one.severity, 0), one.graph, one.shape))


def check_generation(generation: Generation, graph: str | None = None) -> list[Finding]:
    """What in a generation does not keep the shapes, gravest first; in one graph if one is named.

    Raises: NotFound if there is no such graph, BadParameter if its name is no IRI.
    """
    store = open_store(generation)
    if graph is None:
        graphs = sorted(g for filled in generation.graphs.values() for g in filled)
    elif store.contains_named_graph(_named(graph)):
        graphs = [graph]
    else:
        raise NotFound(f"There is no graph <{graph}> in generation {generation.id}.")
    return findings(store, graphs)


def refuse_violations(found: Sequence[Finding]) -> None:
    """Lets warnings pass.

    Raises: BrokenShapes if a finding is a violation; the detail names shape, message and places.
    """
    broken = [one for one in found if one.severity == "Violation"]
    if broken:
        lines = [_line(one) for one in broken[:_SHOWN]]
        if len(broken) > _SHOWN:
            lines.append(f"… and {len(broken) - _SHOWN} other shapes.")
        raise BrokenShapes(
            "Nothing was published: the data breaks its shapes.\n" + "\n".join(lines) + "\n"
            "Mend these records in the source, or have them turned away, and load again."
        )


def _named(graph: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(graph)
    except ValueError:
        raise BadParameter("graph", f"{graph[:200]!r} is no absolute IRI.") from None


def _is_large(store: ox.Store, graph: str) -> bool:
    quads = store.quads_for_pattern(None, None, None, ox.NamedNode(graph))
    return next(islice(quads, MANY, None), None) is not None


def _run(store: ox.Store, graph: str, large: bool, check: Check) -> Finding | None:
    found = _rows(store, check.over(graph, many=large))
    if not found:
        return None
    severity = check.severity
    message = check.messages.get("en") or next(iter(check.messages.values()), "")
    inner = check.within(graph) if check.path != f"<{terms.entity}>" else None
    if severity == "Violation" and inner is not None:
        own = _rows(store, inner)
        if not own:
            severity, message = "Warning", f"Sources disagree: {message}"
        found = own or found
    where = f" ({check.path})" if check.path else ""
    examples = tuple(found[:_EXAMPLES])
    return Finding(check.shape, severity, message + where, graph, len(found), examples)


def _rows(store: ox.Store, query: str) -> list[str]:
    """The first rows of a check, each as text."""
    rows = store.query(f"{query} LIMIT {MOST}", use_default_graph_as_union=True)
    if not isinstance(rows, ox.QuerySolutions):
        raise TypeError("a check is a SELECT")
    return [" ".join(str(term) for term in row if term is not None)[:400] for row in rows]


def _line(one: Finding) -> str:
    often = f"{MOST} times or more" if one.count >= MOST else f"{one.count} times"
    return f"- {one.message} [{one.shape}], {often} in {one.graph}, e.g. " + "; ".join(
        one.examples[:3]
    )
