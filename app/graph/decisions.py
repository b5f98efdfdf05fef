"""People's decisions on top of what machines and sources claim.

Decisions live in a graph of their own, which no load touches. Each carries what it decides on
(thing, skill, relation), so that it holds even where a later tagging run no longer makes the
claim. ``derive`` brings statuses and plain triples into line with them; it can be run any number
of times with the same result.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from ontology import terms
from ontology.iris import Minter

ACCEPTING = frozenset({terms.Accept, terms.Missing})
"""Verdicts after which the claim stands."""

REFUSING = frozenset({terms.Reject, terms.TooBroad})
"""Verdicts after which the claim falls."""

SUGGESTED = {
    terms.develops: terms.suggestedDevelops,
    terms.requires: terms.suggestedRequires,
    terms.studies: terms.suggestedStudies,
    terms.certifies: terms.suggestedCertifies,
}
"""Relation → the plain property by which a machine suggests it."""

_TYPE = ox.NamedNode(terms.rdf.type)
_CLAIM = ox.NamedNode(terms.Claim)
_REJECTED_CLAIM = ox.NamedNode(terms.RejectedClaim)
_STATUS = ox.NamedNode(terms.status)
_ACCEPTED = ox.NamedNode(terms.Accepted)
_REJECTED = ox.NamedNode(terms.Rejected)


@dataclass(frozen=True)
class Decided:
    """The last word of people on one claim."""

    claim: str
    about: str
    skill: str
    relation: str
    verdict: str


@dataclass(frozen=True)
class Graphs:
    """The graphs in which claims, their plain triples and decisions stand."""

    claims: ox.NamedNode
    links: ox.NamedNode
    decisions: ox.NamedNode

    @classmethod
    def of(cls, iris: Minter) -> Graphs:
        """The graphs of an installation."""
        return cls(*(ox.NamedNode(iris.graph(n)) for n in ("claims", "links", "decisions")))


def last_words(store: ox.Store, graphs: Graphs) -> list[Decided]:
    """The latest decision on each claim; of two at one moment, the one with the greater IRI."""
    latest: dict[str, tuple[tuple[str, str], ox.NamedNode]] = {}
    for quad in store.quads_for_pattern(None, ox.NamedNode(terms.decides), None, graphs.decisions):
        claim, decision = quad.object, quad.subject
        if isinstance(claim, ox.NamedNode) and isinstance(decision, ox.NamedNode):
            order = (_text(store, decision, terms.prov.endedAtTime, graphs), decision.value)
            if claim.value not in latest or latest[claim.value][0] < order:
                latest[claim.value] = (order, decision)
    return [
        Decided(
            claim,
            *(
                _text(store, decision, name, graphs)
                for name in (terms.about, terms.skill, terms.relation, terms.verdict)
            ),
        )
        for claim, (_, decision) in sorted(latest.items())
    ]


def derive(store: ox.Store, iris: Minter, gone: Collection[str] = ()) -> int:
    """How many claims people have decided; statuses and plain triples now follow them.

    A claim that a source states wins over a machine's suggestion of the same claim. Decisions on
    what is ``gone`` stand, and nothing follows from them until it comes back.
    """
    graphs = Graphs.of(iris)
    decided = [
        one for one in last_words(store, graphs) if one.about not in gone and one.skill not in gone
    ]
    for one in decided:
        enact(store, graphs, one)
    _prefer_stated(store, graphs)
    return len(decided)


def enact(store: ox.Store, graphs: Graphs, one: Decided) -> None:
    """Brings one claim's status and plain triples into line with the last word on it."""
    if one.verdict in ACCEPTING:
        _accept(store, graphs, one)
    elif one.verdict in REFUSING:
        _refuse(store, graphs, one)


def _accept(store: ox.Store, graphs: Graphs, one: Decided) -> None:
    claim, about, skill = map(ox.NamedNode, (one.claim, one.about, one.skill))
    home = _home(store, graphs, claim)
    if home != graphs.claims:
        _drop_machine_copy(store, graphs, claim)
    _remove(store, _matching(store, claim, _STATUS), keep=ox.Quad(claim, _STATUS, _ACCEPTED, home))
    _remove(store, _matching(store, claim, _TYPE, _REJECTED_CLAIM))
    _describe(store, home, one, _CLAIM, _ACCEPTED)
    suggested = SUGGESTED.get(terms.Iri(one.relation))
    if suggested:
        _remove(store, _matching(store, about, ox.NamedNode(suggested), skill))
    plain = ox.NamedNode(one.relation)
    if not any(True for _ in _matching(store, about, plain, skill)):
        store.add(ox.Quad(about, plain, skill, graphs.links))


def _refuse(store: ox.Store, graphs: Graphs, one: Decided) -> None:
    claim, about, skill = map(ox.NamedNode, (one.claim, one.about, one.skill))
    home = _home(store, graphs, claim)
    if home != graphs.claims:
        _drop_machine_copy(store, graphs, claim)
    _remove(store, _matching(store, claim, _STATUS), keep=ox.Quad(claim, _STATUS, _REJECTED, home))
    _remove(store, _matching(store, claim, _TYPE, _CLAIM))
    _describe(store, home, one, _REJECTED_CLAIM, _REJECTED)
    for name in (one.relation, SUGGESTED.get(terms.Iri(one.relation))):
        if name:
            _remove(store, _matching(store, about, ox.NamedNode(name), skill))


def _home(store: ox.Store, graphs: Graphs, claim: ox.NamedNode) -> ox.NamedNode:
    """The one graph in which the claim's description stands: a source's before the machine's."""
    for quad in store.quads_for_pattern(claim, ox.NamedNode(terms.about), None, None):
        graph = quad.graph_name
        if isinstance(graph, ox.NamedNode) and graph not in (graphs.claims, graphs.decisions):
            return graph
    return graphs.claims


def _describe(
    store: ox.Store, home: ox.NamedNode, one: Decided, kind: ox.NamedNode, status: ox.NamedNode
) -> None:
    claim = ox.NamedNode(one.claim)
    for predicate, value in (
        (_TYPE, kind),
        (_STATUS, status),
        (ox.NamedNode(terms.about), ox.NamedNode(one.about)),
        (ox.NamedNode(terms.skill), ox.NamedNode(one.skill)),
        (ox.NamedNode(terms.relation), ox.NamedNode(one.relation)),
    ):
        store.add(ox.Quad(claim, predicate, value, home))


def _prefer_stated(store: ox.Store, graphs: Graphs) -> None:
    """Drops a machine's copy of each claim that a source itself states as accepted."""
    for quad in list(store.quads_for_pattern(None, _STATUS, _ACCEPTED, None)):
        if quad.graph_name != graphs.claims and isinstance(quad.subject, ox.NamedNode):
            _drop_machine_copy(store, graphs, quad.subject)


def _drop_machine_copy(store: ox.Store, graphs: Graphs, claim: ox.NamedNode) -> None:
    copy = list(store.quads_for_pattern(claim, None, None, graphs.claims))
    if not copy:
        return
    value = {quad.predicate.value: quad.object for quad in copy}
    about, skill, relation = map(value.get, (terms.about, terms.skill, terms.relation))
    _remove(store, copy)
    if isinstance(about, ox.NamedNode) and isinstance(relation, ox.NamedNode):
        suggested = SUGGESTED.get(terms.Iri(relation.value))
        if suggested and isinstance(skill, ox.NamedNode):
            _remove(store, _matching(store, about, ox.NamedNode(suggested), skill))


def _matching(
    store: ox.Store,
    subject: ox.NamedNode,
    predicate: ox.NamedNode,
    value: ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple | None = None,
) -> Iterator[ox.Quad]:
    return store.quads_for_pattern(subject, predicate, value, None)


def _remove(store: ox.Store, quads: Iterable[ox.Quad], keep: ox.Quad | None = None) -> None:
    for quad in list(quads):
        if quad != keep:
            store.remove(quad)


def _text(store: ox.Store, subject: ox.NamedNode, predicate: str, graphs: Graphs) -> str:
    for quad in store.quads_for_pattern(subject, ox.NamedNode(predicate), None, graphs.decisions):
        value = quad.object
        if isinstance(value, ox.NamedNode | ox.Literal):
            return value.value
    return ""
