"""The changes that each load made, as data: what came, what changed and in what, what went.

A change is an ActivityStreams activity (Create, Update, Delete) on a thing; those of one load are
parts of a collection that says how many there were. They stand in a graph of their own, which
loads add to and never rebuild: it is history. No other term of Polku is used on them, so that no
question about courses, works or claims ever meets one.
Source: ActivityStreams 2.0 Vocabulary, https://www.w3.org/TR/activitystreams-vocabulary/.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from types import MappingProxyType
from typing import Final

import pyoxigraph as ox

from app.graph.generations import Generation
from app.graph.gone import Gone
from app.graph.kinds import kind, kind_of
from app.graph.lines import Described, by_subject, differing
from loaders.bundle import Bundle
from ontology import terms
from ontology.iris import Minter
from ontology.ntriples import Term, Triple, iri, text, typed

NAME: Final = "changes"
"""The graph's own name among graphs."""

KEEP: Final = 50_000
"""Changes that are kept unless the caller says otherwise."""

TOLD: Final = frozenset(
    {
        terms.Course,
        terms.Module,
        terms.MicroCredential,
        terms.Offering,
        terms.ResearchOutput,
        terms.esco.Skill,
        terms.esco.Occupation,
        terms.skos.Concept,
    }
)
"""The classes whose things' changes are told."""

VERBS: Mapping[str, str] = MappingProxyType(
    {
        terms.as_.Create: "added",
        terms.as_.Update: "changed",
        terms.as_.Delete: "removed",
    }
)
"""Class of a change → what became of the thing."""

_NAMES = (f"<{terms.skos.prefLabel}>".encode(), f"<{terms.dcterms.title}>".encode())
_OWNERS = (f"<{terms.university}>".encode(), f"<{terms.offeringOf}>".encode())
_TYPE = f"<{terms.rdf.type}>".encode()

_a = iri(terms.rdf.type)
_part = ox.NamedNode(terms.dcterms.isPartOf)


@dataclass
class Change:
    """What became of one thing: the class of the activity, the thing, what it is, in what."""

    verb: str
    thing: str
    kind: str
    properties: set[str] = field(default_factory=set)


@dataclass
class Changes:
    """The changes that the load of one source makes.

    Attributes:
        source: its name.
        first: whether nothing was loaded from it before; then all is new and nothing is listed.
        listed: the changes, as many as are kept.
        gone: what the load takes away.
        counts: class of activity → how many changes, listed or not.
    """

    source: str
    first: bool
    listed: list[Change] = field(default_factory=list)
    gone: list[Gone] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def of_load(
    source: str,
    old: Bundle | None,
    new: Bundle,
    stores: tuple[ox.Store | None, ox.Store],
    most: int,
) -> Changes:
    """The changes from one bundle of a source to the next.

    ``stores``: the graph before and after, which say what a thing is where the differing lines do
    not, and whether another source still has it.
    """
    if old is None:
        return Changes(source, first=True)
    found = Changes(source, first=False)
    by_thing: dict[str, Change] = {}
    before, after = stores
    skipped = f"<{new.manifest.graph.rpartition('graph/')[0]}claim/".encode()
    for one in by_subject(*differing(old.quads, new.quads)):
        if one.subject.startswith((skipped, b"_:")):
            continue
        thing, is_part = _thing(one, before, after)
        if thing is None:
            continue
        if thing.verb == terms.as_.Delete and not is_part:
            found.gone.append(_gone(thing, one, new.manifest.graph))
        change = by_thing.get(thing.thing)
        if change is None:
            found.counts[thing.verb] += 1
            change = by_thing[thing.thing] = thing
            if len(found.listed) < most:
                found.listed.append(change)
        if change.verb == terms.as_.Update:
            change.properties |= _properties(one)
    return found


def _thing(one: Described, before: ox.Store | None, after: ox.Store) -> tuple[Change | None, bool]:
    """The change of the thing that the lines speak of, and whether they are on a part of it."""
    types = [
        value[1:-1].decode()
        for line in (*one.new, *one.old)
        for _, prop, value in [_split(line)]
        if prop == _TYPE
    ]
    name = one.subject[1:-1].decode()
    if types and kind(types) not in TOLD and kind(types):
        return None, False
    is_part = False
    for candidate in (name, name.rsplit("/", 2)[0]):
        node = ox.NamedNode(candidate)
        now = kind_of(after, node)
        then = kind_of(before, node) if before is not None else ""
        if (now or then) in TOLD:
            verb = (
                terms.as_.Update if now and then else terms.as_.Create if now else terms.as_.Delete
            )
            return Change(verb, candidate, now or then), is_part
        if now or then or candidate.count("/") < 3:
            break
        is_part = True
    return None, False


def _gone(change: Change, one: Described, graph: str) -> Gone:
    stated = [_split(line)[1:] for line in one.old]
    return Gone(
        change.thing,
        change.kind,
        graph,
        names=tuple(Term(value.decode()) for prop, value in stated if prop in _NAMES),
        belongs=tuple(
            value[1:-1].decode() for prop, value in stated if prop in _OWNERS and value[:1] == b"<"
        ),
    )


def _properties(one: Described) -> set[str]:
    return {_split(line)[1][1:-1].decode() for line in (*one.old, *one.new)}


def _split(line: bytes) -> tuple[bytes, bytes, bytes]:
    """Subject, property and value of a line of N-Quads, as a bundle writes them."""
    subject, prop, rest = line.split(b" ", 2)
    return subject, prop, rest.rsplit(b" ", 2)[0]


def write(
    store: ox.Store, iris: Minter, generation: Generation, loads: Iterable[Changes], most: int
) -> None:
    """Adds the changes of these loads to the graph, and drops the oldest past ``most``."""
    graph = ox.NamedNode(iris.graph(NAME))
    lines = [f"{s} {p} {o} .\n" for load in loads for s, p, o in _described(iris, generation, load)]
    store.bulk_load("".join(lines).encode(), ox.RdfFormat.N_TRIPLES, to_graph=graph)
    _drop_oldest(store, graph, most)


def _described(iris: Minter, generation: Generation, load: Changes) -> Iterator[Triple]:
    moment = typed(generation.created, terms.xsd.dateTime)
    whole = iri(iris.changes(load.source, generation.id))
    yield whole, _a, iri(terms.as_.Collection)
    yield whole, iri(terms.as_.origin), iri(iris.graph(load.source))
    yield whole, iri(terms.as_.context), iri(iris.run(load.source, generation.id))
    yield whole, iri(terms.as_.endTime), moment
    yield whole, iri(terms.as_.summary), text(summary(load), "en")
    if load.first:
        return
    total = typed(str(load.counts.total()), terms.xsd.nonNegativeInteger)
    yield whole, iri(terms.as_.totalItems), total
    for number, change in enumerate(load.listed, 1):
        me = iri(iris.change(load.source, generation.id, number))
        yield me, _a, iri(change.verb)
        yield me, iri(terms.as_.object), iri(change.thing)
        yield me, iri(terms.dcterms.type), iri(change.kind)
        yield me, iri(terms.as_.endTime), moment
        yield me, iri(terms.dcterms.isPartOf), whole
        for prop in sorted(change.properties):
            yield me, iri(terms.changedProperty), iri(prop)


def summary(load: Changes) -> str:
    """What a load changed, in one sentence.

    >>> summary(Changes("aalto", first=True))
    'The first load: all of it is new, and nothing is listed one by one.'
    """
    if load.first:
        return "The first load: all of it is new, and nothing is listed one by one."
    said = ", ".join(f"{load.counts[verb]} {what}" for verb, what in VERBS.items())
    left = load.counts.total() - len(load.listed)
    return f"{said}; {left} of them not listed, past the limit." if left else f"{said}."


def _drop_oldest(store: ox.Store, graph: ox.NamedNode, most: int) -> None:
    """Drops the changes of the oldest loads until at most so many are left; says where it did."""
    end, note = ox.NamedNode(terms.as_.endTime), ox.NamedNode(terms.as_.summary)
    parts = Counter(
        quad.object.value
        for quad in store.quads_for_pattern(None, _part, None, graph)
        if isinstance(quad.object, ox.NamedNode)
    )
    too_many = parts.total() - most
    if too_many <= 0:
        return
    dated = sorted(
        (quad.object.value, whole)
        for whole in parts
        for quad in store.quads_for_pattern(ox.NamedNode(whole), end, None, graph)
        if isinstance(quad.object, ox.Literal)
    )
    for whole in map(itemgetter(1), dated):
        if too_many <= 0:
            break
        node = ox.NamedNode(whole)
        for part in list(store.quads_for_pattern(None, _part, node, graph)):
            for quad in list(store.quads_for_pattern(part.subject, None, None, graph)):
                store.remove(quad)
        for quad in list(store.quads_for_pattern(node, note, None, graph)):
            if isinstance(quad.object, ox.Literal):
                store.remove(quad)
                said = f"{quad.object.value} No longer listed: only the latest changes are kept."
                store.add(ox.Quad(node, note, ox.Literal(said, language="en"), graph))
        too_many -= parts[whole]
