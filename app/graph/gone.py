"""What is gone: things that a load took away, remembered so that their IRIs still say something.

Each is an ActivityStreams tombstone in a graph of its own: what it was, what it was called, since
when it is gone. It has no other type and no ``polku:entity``, so that nothing counts it, offers
it or finds it; when a load brings the thing back, the tombstone goes.
Source: ActivityStreams 2.0 Vocabulary, https://www.w3.org/TR/activitystreams-vocabulary/#dfn-tombstone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from app.graph.kinds import kind_of
from ontology import terms
from ontology.iris import Minter
from ontology.ntriples import Term, Triple, iri, typed

NAME: Final = "gone"
"""The graph's own name among graphs."""

_a = iri(terms.rdf.type)
_TYPE = ox.NamedNode(terms.rdf.type)
_TOMBSTONE = ox.NamedNode(terms.as_.Tombstone)


@dataclass(frozen=True)
class Gone:
    """A thing that a load took away.

    Attributes:
        iri: its IRI.
        kind: the class that told what it was.
        source: IRI of the graph of the source that had it.
        names: its titles or labels, as terms.
        belongs: whose it was: the university of a course, the course of an offering.
    """

    iri: str
    kind: str
    source: str
    names: tuple[Term, ...] = field(default=())
    belongs: tuple[str, ...] = field(default=())


def bury(store: ox.Store, iris: Minter, gone: Iterable[Gone], moment: str) -> None:
    """Sets a tombstone for each of these, in the stead of an earlier one."""
    graph = ox.NamedNode(iris.graph(NAME))
    lines = []
    for one in gone:
        for quad in list(store.quads_for_pattern(ox.NamedNode(one.iri), None, None, graph)):
            store.remove(quad)
        lines += [f"{s} {p} {o} .\n" for s, p, o in _tombstone(one, moment)]
    store.load("".join(lines).encode(), ox.RdfFormat.N_TRIPLES, to_graph=graph)


def raise_returned(store: ox.Store, iris: Minter) -> set[str]:
    """The things that are gone; the tombstones of those that came back are no more."""
    graph = ox.NamedNode(iris.graph(NAME))
    gone = set()
    for quad in list(store.quads_for_pattern(None, _TYPE, _TOMBSTONE, graph)):
        thing = quad.subject
        if not isinstance(thing, ox.NamedNode):
            continue
        if kind_of(store, thing):
            for stated in list(store.quads_for_pattern(thing, None, None, graph)):
                store.remove(stated)
        else:
            gone.add(thing.value)
    return gone


def is_gone(store: ox.Store, iris: Minter, thing: str) -> bool:
    """Whether a thing is gone."""
    graph = ox.NamedNode(iris.graph(NAME))
    quads = store.quads_for_pattern(ox.NamedNode(thing), _TYPE, _TOMBSTONE, graph)
    return next(quads, None) is not None


def _tombstone(gone: Gone, moment: str) -> Iterator[Triple]:
    thing = iri(gone.iri)
    yield thing, _a, iri(terms.as_.Tombstone)
    yield thing, iri(terms.as_.formerType), iri(gone.kind)
    yield thing, iri(terms.as_.deleted), typed(moment, terms.xsd.dateTime)
    yield thing, iri(terms.as_.context), iri(gone.source)
    for name in gone.names:
        yield thing, iri(terms.as_.name), name
    for owner in gone.belongs:
        yield thing, iri(terms.as_.attributedTo), iri(owner)
