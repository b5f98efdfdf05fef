"""Orphaned claims: claims on what is gone, kept aside and restored when it comes back.

A claim on a course that a load took away, or on a skill that the new ESCO release has not, is no
claim of the current graph; nor is it lost. All that was said of it stands in one literal of a node
with the claim's own IRI, as N-Quads, and its three ends as RDF's own reification, so that it can
be found and asked without being taken for a claim.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

import pyoxigraph as ox

from app.graph.decisions import SUGGESTED
from app.graph.kinds import label_of
from ontology import terms
from ontology.iris import Minter

NAME: Final = "orphaned"
"""The graph's own name among graphs."""

_TYPE = ox.NamedNode(terms.rdf.type)
_ORPHANED = ox.NamedNode(terms.OrphanedClaim)
_SUBJECT = ox.NamedNode(terms.rdf.subject)
_PREDICATE = ox.NamedNode(terms.rdf.predicate)
_OBJECT = ox.NamedNode(terms.rdf.object)
_VALUE = ox.NamedNode(terms.rdf.value)
_ABOUT = ox.NamedNode(terms.about)
_SKILL = ox.NamedNode(terms.skill)
_RELATION = ox.NamedNode(terms.relation)
_STATUS = ox.NamedNode(terms.status)

PLAIN: Final = {
    prop: relation for relation, suggested in SUGGESTED.items() for prop in (relation, suggested)
}
"""Property of a plain triple → the relation that it states or suggests."""


@dataclass(frozen=True)
class Orphaned:
    """One claim that is kept aside."""

    claim: str
    about: str
    relation: str
    skill: str


def set_aside(store: ox.Store, iris: Minter, gone: Collection[str]) -> int:
    """How many claims were taken out of the graph and kept aside: those on what is gone."""
    graph = ox.NamedNode(iris.graph(NAME))
    found: dict[Orphaned, set[ox.Quad]] = {}
    for thing in map(ox.NamedNode, gone):
        for one, quad in chain(_claims(store, thing, graph), _plain(store, iris, thing)):
            found.setdefault(one, set()).add(quad)
    for one, quads in found.items():
        claim = ox.NamedNode(one.claim)
        for quad in quads:
            store.remove(quad)
        if not any(quad.predicate == _ABOUT for quad in quads):
            quads |= set(_parsed(_value(store, claim, graph)))
        for quad in list(store.quads_for_pattern(claim, None, None, graph)):
            store.remove(quad)
        said = "".join(sorted(f"{quad} .\n" for quad in quads))
        store.extend(
            [
                ox.Quad(claim, _TYPE, _ORPHANED, graph),
                ox.Quad(claim, _SUBJECT, ox.NamedNode(one.about), graph),
                ox.Quad(claim, _PREDICATE, ox.NamedNode(one.relation), graph),
                ox.Quad(claim, _OBJECT, ox.NamedNode(one.skill), graph),
                ox.Quad(claim, _VALUE, ox.Literal(said), graph),
            ]
        )
    return len(found)


def restore(store: ox.Store, iris: Minter, gone: Collection[str]) -> int:
    """How many orphaned claims are claims again, as nothing that they speak of is gone any more.

    What a later load says of the same claim stands, and nothing of what was kept is added to it.
    """
    graph = ox.NamedNode(iris.graph(NAME))
    restored = 0
    for one in list(orphaned(store, iris)):
        if one.about in gone or one.skill in gone:
            continue
        claim = ox.NamedNode(one.claim)
        said = _value(store, claim, graph)
        for quad in list(store.quads_for_pattern(claim, None, None, graph)):
            store.remove(quad)
        if next(store.quads_for_pattern(claim, _ABOUT, None, None), None) is None:
            store.extend(_parsed(said))
        restored += 1
    return restored


def orphaned(store: ox.Store, iris: Minter) -> Iterator[Orphaned]:
    """The claims that are kept aside."""
    graph = ox.NamedNode(iris.graph(NAME))
    for quad in store.quads_for_pattern(None, _TYPE, _ORPHANED, graph):
        ends = [
            _named(store, quad.subject, prop, graph) for prop in (_SUBJECT, _PREDICATE, _OBJECT)
        ]
        if isinstance(quad.subject, ox.NamedNode) and all(ends):
            yield Orphaned(quad.subject.value, *ends)


@dataclass(frozen=True)
class Summary:
    """What is kept aside, for a report.

    Attributes:
        claims: how many claims.
        things: how many of them speak of each thing or skill that is gone, the most first:
            IRI, what it was called, how many.
    """

    claims: int
    things: tuple[tuple[str, str, int], ...]


def summary(store: ox.Store, iris: Minter) -> Summary:
    """What is kept aside, and for want of what."""
    from app.graph.gone import is_gone

    counted: Counter[str] = Counter()
    claims = 0
    known: dict[str, bool] = {}
    for one in orphaned(store, iris):
        claims += 1
        for end in (one.about, one.skill):
            if end not in known:
                known[end] = is_gone(store, iris, end)
            counted[end] += known[end]
    return Summary(
        claims,
        tuple(
            (thing, label_of(store, ox.NamedNode(thing)), count)
            for thing, count in sorted(counted.items(), key=lambda one: (-one[1], one[0]))
            if count
        ),
    )


def _claims(
    store: ox.Store, thing: ox.NamedNode, aside: ox.NamedNode
) -> Iterator[tuple[Orphaned, ox.Quad]]:
    """The claims on a thing, each with every quad that describes it; decisions stay."""
    for prop in (_ABOUT, _SKILL):
        for found in store.quads_for_pattern(None, prop, thing, None):
            claim = found.subject
            if not isinstance(claim, ox.NamedNode):
                continue
            if next(store.quads_for_pattern(claim, _STATUS, None, None), None) is None:
                continue  # a decision
            about, skill, relation = (
                _named(store, claim, name, None) for name in (_ABOUT, _SKILL, _RELATION)
            )
            if about and skill and relation:
                one = Orphaned(claim.value, about, relation, skill)
                for quad in store.quads_for_pattern(claim, None, None, None):
                    if quad.graph_name != aside:
                        yield one, quad


def _plain(
    store: ox.Store, iris: Minter, thing: ox.NamedNode
) -> Iterator[tuple[Orphaned, ox.Quad]]:
    """The plain triples on a thing, each as the claim that it follows from."""
    for prop, relation in PLAIN.items():
        name = ox.NamedNode(prop)
        for quad in chain(
            store.quads_for_pattern(thing, name, None, None),
            store.quads_for_pattern(None, name, thing, None),
        ):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
                about, skill = quad.subject.value, quad.object.value
                claim = iris.claim(about, skill, relation)
                yield Orphaned(claim, about, relation, skill), quad


def _parsed(said: str | None) -> Iterator[ox.Quad]:
    """The quads that a literal of an orphaned claim holds."""
    return iter(ox.parse(said, ox.RdfFormat.N_QUADS)) if said else iter(())


def _value(store: ox.Store, claim: ox.NamedNode, graph: ox.NamedNode) -> str | None:
    for quad in store.quads_for_pattern(claim, _VALUE, None, graph):
        if isinstance(quad.object, ox.Literal):
            return quad.object.value
    return None


def _named(store: ox.Store, subject: object, prop: ox.NamedNode, graph: ox.NamedNode | None) -> str:
    if isinstance(subject, ox.NamedNode):
        for quad in store.quads_for_pattern(subject, prop, None, graph):
            if isinstance(quad.object, ox.NamedNode):
                return quad.object.value
    return ""
