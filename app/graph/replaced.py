"""Skills that others have replaced: claims and decisions on them move to their replacements.

A load says so with ``dcterms:isReplacedBy``. Only what is gone is replaced, and only by exactly
one concept that is there: where one became several, no machine can tell which is meant, and the
claims wait aside for people. A chain is followed to its end.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pyoxigraph as ox

from app.graph.decisions import Graphs
from app.graph.kinds import kind_of
from app.graph.orphans import PLAIN
from ontology import terms
from ontology.iris import Minter

_REPLACED_BY = ox.NamedNode(terms.dcterms.isReplacedBy)
_ABOUT = ox.NamedNode(terms.about)
_SKILL = ox.NamedNode(terms.skill)
_RELATION = ox.NamedNode(terms.relation)
_DECIDES = ox.NamedNode(terms.decides)
_NOTE = ox.NamedNode(terms.skos.changeNote)


def replacements(store: ox.Store, gone: Collection[str]) -> dict[str, str]:
    """What is gone → the one thing in the graph that has replaced it."""
    stated: dict[str, set[str]] = {}
    for quad in store.quads_for_pattern(None, _REPLACED_BY, None, None):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
            stated.setdefault(quad.subject.value, set()).add(quad.object.value)
    found = {}
    for old in gone:
        end, seen = old, {old}
        while end in gone and len(next_ones := stated.get(end, set()) - seen) == 1:
            (end,) = next_ones
            seen.add(end)
        if end not in gone and kind_of(store, ox.NamedNode(end)):
            found[old] = end
    return found


def move(store: ox.Store, iris: Minter, replaced: Mapping[str, str]) -> int:
    """How many claims and decisions on these moved to what has replaced them.

    A claim that is there already is left as it is. Each moved decision says what it was made on.
    """
    graphs = Graphs.of(iris)
    moved = 0
    for before, after in replaced.items():
        old, new = ox.NamedNode(before), ox.NamedNode(after)
        for quad in list(store.quads_for_pattern(None, _SKILL, old, None)):
            node = quad.subject
            if not isinstance(node, ox.NamedNode):
                continue
            about, relation = (_one(store, node, prop) for prop in (_ABOUT, _RELATION))
            if about is None or relation is None:
                continue
            claim = ox.NamedNode(iris.claim(about.value, new.value, relation.value))
            if quad.graph_name == graphs.decisions:
                _move_decision(store, graphs, node, claim, (old, new))
            else:
                _move_claim(store, node, claim, new)
            moved += 1
        for prop in PLAIN:
            for quad in list(store.quads_for_pattern(None, ox.NamedNode(prop), old, None)):
                store.remove(quad)
                store.add(ox.Quad(quad.subject, quad.predicate, new, quad.graph_name))
    return moved


def _move_decision(
    store: ox.Store,
    graphs: Graphs,
    decision: ox.NamedNode,
    claim: ox.NamedNode,
    pair: tuple[ox.NamedNode, ox.NamedNode],
) -> None:
    old, new = pair
    for prop, value in ((_SKILL, new), (_DECIDES, claim)):
        for quad in list(store.quads_for_pattern(decision, prop, None, graphs.decisions)):
            store.remove(quad)
        store.add(ox.Quad(decision, prop, value, graphs.decisions))
    note = ox.Literal(f"Made on {old.value}, which {new.value} has replaced.", language="en")
    store.add(ox.Quad(decision, _NOTE, note, graphs.decisions))


def _move_claim(
    store: ox.Store, old: ox.NamedNode, claim: ox.NamedNode, skill: ox.NamedNode
) -> None:
    """Gives the claim its new skill and with it its new IRI, unless that claim is there."""
    known = next(store.quads_for_pattern(claim, _ABOUT, None, None), None) is not None
    for quad in list(store.quads_for_pattern(old, None, None, None)):
        store.remove(quad)
        if not known:
            value = skill if quad.predicate == _SKILL else quad.object
            store.add(ox.Quad(claim, quad.predicate, value, quad.graph_name))


def _one(store: ox.Store, node: ox.NamedNode, prop: ox.NamedNode) -> ox.NamedNode | None:
    for quad in store.quads_for_pattern(node, prop, None, None):
        if isinstance(quad.object, ox.NamedNode):
            return quad.object
    return None
