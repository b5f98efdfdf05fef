"""One entity for each thing: derived from matches, and from what people say of them.

Sources state of every thing that it stands for itself, or what stands for it. Where matches say
that several are one, those statements give way to one representative's, in a graph of our own.
What a source states besides is kept as a match of its own, so that nothing is lost and a person
can turn it down like any other. ``derive`` can be run any number of times with the same result,
and looks at no more than what it is told may have changed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from app.errors import BadParameter
from app.graph import matches
from app.graph.classes import Edge, Sureness, edge, entities, pair
from app.graph.gone import NAME as GONE
from app.graph.kinds import KINDS, kind_of
from ontology import terms
from ontology.iris import Minter

NAME: Final = "identity"
"""The graph's own name among graphs."""

MATCHED: Final = (
    terms.ResearchOutput,
    terms.Course,
    terms.MicroCredential,
    terms.schema.Person,
    terms.elm.Organisation,
)
"""The classes whose things may be one with another of the same class."""

_MANY: Final = 1_000
"""Things for which our own graph is read whole rather than asked about each."""

_TYPE = ox.NamedNode(terms.rdf.type)
_ENTITY = ox.NamedNode(terms.entity)
_ABOUT = ox.NamedNode(terms.about)
_OTHER = ox.NamedNode(terms.other)
_STATUS = ox.NamedNode(terms.status)
_METHOD = ox.NamedNode(terms.matchMethod)
_FROM = ox.NamedNode(terms.prov.wasDerivedFrom)
_SUBJECT = ox.NamedNode(terms.rdf.subject)
_OBJECT = ox.NamedNode(terms.rdf.object)
_BY_SOURCE = ox.NamedNode(terms.BySource)
_BY_PERSON = ox.NamedNode(terms.ByPerson)
_ENDED = ox.NamedNode(terms.prov.endedAtTime)
_KINDS = {
    True: (ox.NamedNode(terms.Match), ox.NamedNode(terms.Accepted)),
    False: (ox.NamedNode(terms.RejectedMatch), ox.NamedNode(terms.Rejected)),
}


@dataclass(frozen=True)
class Word:
    """The last word of people on one match: whether its two IRIs name one thing."""

    match: str
    about: str
    other: str
    holds: bool


@dataclass(frozen=True)
class Graphs:
    """The graphs in which matches, what follows from them and decisions stand."""

    own: ox.NamedNode
    matches: ox.NamedNode
    decisions: ox.NamedNode

    @classmethod
    def of(cls, iris: Minter) -> Graphs:
        """The graphs of an installation."""
        names = (NAME, matches.SOURCE, "decisions")
        return cls(*(ox.NamedNode(iris.graph(name)) for name in names))


def last_words(store: ox.Store, iris: Minter) -> list[Word]:
    """The latest decision on each match; of two at one moment, the one with the greater IRI."""
    graph = Graphs.of(iris).decisions
    latest: dict[str, tuple[tuple[str, str], Word]] = {}
    decision_class = ox.NamedNode(terms.MatchDecision)
    for quad in store.quads_for_pattern(None, _TYPE, decision_class, graph):
        said = _described(store, quad.subject, graph)
        match, about, other = (said.get(p, "") for p in (terms.match, terms.about, terms.other))
        if match and about and other:
            moment = (said.get(_ENDED.value, ""), str(quad.subject))
            word = Word(match, about, other, said.get(terms.verdict) == terms.Accept)
            if match not in latest or latest[match][0] < moment:
                latest[match] = (moment, word)
    return [word for _, (_, word) in sorted(latest.items())]


def note(store: ox.Store, iris: Minter, source: str, bundle: Path) -> set[str]:
    """The things of which a bundle, or the one before it, states an entity.

    What the source says stands for another is from now on what this bundle says.
    """
    graph = ox.NamedNode(iris.graph(source))
    touched = _forget_stated(store, iris, graph)
    for thing, entity in matches.stated(bundle):
        touched.add(thing)
        if thing != entity:
            touched.add(entity)
            _note_one(store, iris, graph, thing, entity)
    return touched


def derive(
    store: ox.Store, iris: Minter, found: Iterable[Edge], changed: Collection[str] | None
) -> int:
    """How many things now have another entity than before.

    ``found``: the matches that join, as a machine says. ``changed``: the things around which
    anything may have changed; None: everything is looked at.
    """
    graphs = Graphs.of(iris)
    words = last_words(store, iris)
    for word in words:
        _enact(store, graphs, word)
    apart = {pair(word.about, word.other) for word in words if not word.holds}
    links = [
        *found,
        *(edge(one.about, one.other, Sureness.PERSON) for one in words if one.holds),
    ]
    if changed is None:
        changed = {end for one in links for end in (one.one, one.other)}
        changed |= {end for two in apart for end in two}
        changed |= {one for one, _ in _stated(store, graphs.own)}
        changed |= set(_subjects(store, graphs.own))
    else:
        changed = {*changed, *(end for two in apart for end in two)}
        changed |= {end for one in words for end in (one.about, one.other)}
    return _Derivation(store, graphs, iris, links, apart).run(changed)


def bereft(store: ox.Store, is_forgotten: Callable[[bytes], bool]) -> set[str]:
    """The things that someone stands for of whom this is true; the term comes in brackets."""
    return {
        quad.subject.value
        for quad in store.quads_for_pattern(None, _ENTITY, None, None)
        if isinstance(quad.subject, ox.NamedNode)
        and is_forgotten(str(quad.object).encode())
        and not is_forgotten(str(quad.subject).encode())
    }


def forget(store: ox.Store, iris: Minter, found: Iterable[Edge], left: Iterable[str]) -> None:
    """Brings entities into line once people were taken out, who stood for what is ``left``.

    Of matches and decisions that have but one end nothing stays.
    """
    for kind in (terms.Match, terms.RejectedMatch, terms.MatchDecision):
        for quad in list(store.quads_for_pattern(None, _TYPE, ox.NamedNode(kind), None)):
            ends = (
                next(store.quads_for_pattern(quad.subject, name, None, quad.graph_name), None)
                for name in (_ABOUT, _OTHER)
            )
            if isinstance(quad.graph_name, ox.NamedNode) and not all(ends):
                _drop(store, quad.subject, quad.graph_name)
    own = Graphs.of(iris).own
    for thing in left:
        node = ox.NamedNode(thing)
        store.add(ox.Quad(node, _ENTITY, node, own))
    derive(store, iris, found, None)


def written(store: ox.Store, graphs: Iterable[object]) -> set[str]:
    """The things of which these graphs state an entity."""
    return {
        thing
        for graph in graphs
        if isinstance(graph, ox.NamedNode)
        for thing in _subjects(store, graph)
    }


def one_kind(store: ox.Store, about: str, other: str) -> None:
    """Lets two different things of one class pass.

    Raises: BadParameter for what cannot be one thing.
    """
    if about == other:
        raise BadParameter("other", "other: a thing is itself; name another one.")
    kinds = [kind_of(store, ox.NamedNode(one)) for one in (about, other)]
    for name, kind in zip(("about", "other"), kinds, strict=True):
        if kind not in MATCHED:
            known = ", ".join(KINDS[one] for one in MATCHED)
            raise BadParameter(name, f"{name}: one of these is due: {known}.")
    if kinds[0] != kinds[1]:
        said = " and a ".join(KINDS[one] for one in kinds)
        raise BadParameter("other", f"other: a {said} are never one thing.")


class _Derivation:
    """Entities of some things brought into line."""

    def __init__(
        self,
        store: ox.Store,
        graphs: Graphs,
        iris: Minter,
        links: Sequence[Edge],
        apart: Collection[tuple[str, str]],
    ) -> None:
        self._store = store
        self._graphs = graphs
        self._iris = iris
        self._links = links
        self._apart = apart
        self._quads: dict[str, list[ox.Quad]] = {}
        self._there: dict[str, bool] = {}

    def run(self, changed: Collection[str]) -> int:
        stated = list(_stated(self._store, self._graphs.own))
        near = self._around(changed, stated)
        for thing in near:
            self._look(thing)
        # What nobody had noted: people's own statements.
        stated = list(_stated(self._store, self._graphs.own))
        beyond = {entity for one, entity in stated if one in near} - near
        if beyond:
            near |= self._around(beyond, stated)
            for thing in near:
                self._look(thing)
        near_stated = [two for two in stated if two[0] in near and self._there.get(two[0])]
        links = [
            one
            for one in self._links
            if one.one in near and self._there.get(one.one) and self._there.get(one.other)
        ]
        links += [edge(*two, Sureness.SOURCE) for two in near_stated]
        wanted = entities(links, self._apart, near_stated)
        return sum(self._bring(thing, wanted.get(thing, thing)) for thing in sorted(near))

    def _around(self, changed: Collection[str], stated: Iterable[tuple[str, str]]) -> set[str]:
        """These things, and all that are linked to them in any number of steps."""
        neighbours: dict[str, list[str]] = {}
        pairs = [(one.one, one.other) for one in self._links]
        for one, other in (*pairs, *self._apart, *stated):
            neighbours.setdefault(one, []).append(other)
            neighbours.setdefault(other, []).append(one)
        due = [thing for thing in changed if thing in neighbours]
        found = set(due)
        while due:
            for other in neighbours[due.pop()]:
                if other not in found:
                    found.add(other)
                    due.append(other)
        # What was linked and is no more: only our own graph still says so.
        return found | self._of_own([thing for thing in changed if thing not in neighbours])

    def _of_own(self, things: Collection[str]) -> set[str]:
        """Those of the things of which our own graph states an entity."""
        own = self._graphs.own
        if len(things) > _MANY:
            return set(_subjects(self._store, own)).intersection(things)
        return {
            thing
            for thing in things
            if next(self._store.quads_for_pattern(ox.NamedNode(thing), _ENTITY, None, own), None)
        }

    def _look(self, thing: str) -> None:
        if thing in self._quads:
            return
        node = ox.NamedNode(thing)
        quads = list(self._store.quads_for_pattern(node, _ENTITY, None, None))
        self._quads[thing] = quads
        gone = ox.NamedNode(self._iris.graph(GONE))
        self._there[thing] = any(
            quad.graph_name != gone
            for quad in self._store.quads_for_pattern(node, _TYPE, None, None)
        )
        for quad in quads:
            entity, graph = quad.object, quad.graph_name
            if (
                isinstance(entity, ox.NamedNode)
                and isinstance(graph, ox.NamedNode)
                and entity != node
                and graph not in (self._graphs.own, self._graphs.matches)
            ):
                _note_one(self._store, self._iris, graph, thing, entity.value)

    def _bring(self, thing: str, wanted: str) -> int:
        """1 if the thing now has another entity, else 0."""
        node, entity, own = ox.NamedNode(thing), ox.NamedNode(wanted), self._graphs.own
        quads = self._quads[thing]
        elsewhere = any(quad.object == entity and quad.graph_name != own for quad in quads)
        mine = ox.Quad(node, _ENTITY, entity, own)
        # Once another stood for a thing, its own sources' word may have given way: from then on
        # we say what stands for it, whichever source comes or goes.
        ours = any(quad.graph_name == own for quad in quads)
        due = self._there[thing] and (ours or thing != wanted or not elsewhere)
        for quad in quads:
            if quad.object != entity or (quad.graph_name == own and not due):
                self._store.remove(quad)
        if due and mine not in quads:
            self._store.add(mine)
        return int(bool(quads) and all(quad.object != entity for quad in quads))


def _note_one(store: ox.Store, iris: Minter, graph: ox.NamedNode, thing: str, entity: str) -> None:
    """Keeps, as a match of its own, that a source names one thing for another."""
    match = ox.NamedNode(iris.match(thing, entity))
    one, other = pair(thing, entity)
    graphs = Graphs.of(iris)
    if next(store.quads_for_pattern(match, _METHOD, _BY_SOURCE, graphs.own), None):
        store.add(ox.Quad(match, _FROM, graph, graphs.own))
        return
    # What a source says wins over a machine's finding, and over a person's guess of it.
    for home in (graphs.own, graphs.matches):
        _drop(store, match, home)
    kind, status = _KINDS[True]
    for name, value in (
        (_TYPE, kind),
        (_STATUS, status),
        (_ABOUT, ox.NamedNode(one)),
        (_OTHER, ox.NamedNode(other)),
        (_METHOD, _BY_SOURCE),
        (_SUBJECT, ox.NamedNode(thing)),
        (_OBJECT, ox.NamedNode(entity)),
        (_FROM, graph),
    ):
        store.add(ox.Quad(match, name, value, graphs.own))


def _forget_stated(store: ox.Store, iris: Minter, graph: ox.NamedNode) -> set[str]:
    """The ends of what a source stated until now; it is no more kept."""
    own = Graphs.of(iris).own
    ends = set()
    for quad in list(store.quads_for_pattern(None, _FROM, graph, own)):
        for name in (_SUBJECT, _OBJECT):
            ends |= set(_objects(store, quad.subject, name, own))
        store.remove(quad)
        if next(store.quads_for_pattern(quad.subject, _FROM, None, own), None) is None:
            _drop(store, quad.subject, own)
    return ends


def _enact(store: ox.Store, graphs: Graphs, word: Word) -> None:
    """Brings one match's class and status into line with the last word on it."""
    match = ox.NamedNode(word.match)
    kind, status = _KINDS[word.holds]
    in_bundle = next(store.quads_for_pattern(match, _ABOUT, None, graphs.matches), None)
    home = graphs.matches if in_bundle else graphs.own
    if in_bundle:
        _drop(store, match, graphs.own)
    for name, value in ((_TYPE, kind), (_STATUS, status)):
        for quad in list(store.quads_for_pattern(match, name, None, home)):
            if quad.object != value:
                store.remove(quad)
        store.add(ox.Quad(match, name, value, home))
    one, other = pair(word.about, word.other)
    store.add(ox.Quad(match, _ABOUT, ox.NamedNode(one), home))
    store.add(ox.Quad(match, _OTHER, ox.NamedNode(other), home))
    if next(store.quads_for_pattern(match, _METHOD, None, home), None) is None:
        store.add(ox.Quad(match, _METHOD, _BY_PERSON, home))


def _stated(store: ox.Store, own: ox.NamedNode) -> Iterator[tuple[str, str]]:
    """Each thing for which a source names another, with that other."""
    for quad in store.quads_for_pattern(None, _METHOD, _BY_SOURCE, own):
        said = _described(store, quad.subject, own)
        if terms.rdf.subject in said and terms.rdf.object in said:
            yield said[terms.rdf.subject], said[terms.rdf.object]


def _subjects(store: ox.Store, graph: ox.NamedNode) -> Iterator[str]:
    for quad in store.quads_for_pattern(None, _ENTITY, None, graph):
        if isinstance(quad.subject, ox.NamedNode):
            yield quad.subject.value


def _objects(
    store: ox.Store,
    subject: ox.NamedNode | ox.BlankNode | ox.Triple,
    name: ox.NamedNode,
    graph: ox.NamedNode,
) -> Iterator[str]:
    for quad in store.quads_for_pattern(subject, name, None, graph):
        if isinstance(quad.object, ox.NamedNode):
            yield quad.object.value


def _described(
    store: ox.Store, subject: ox.NamedNode | ox.BlankNode | ox.Triple, graph: ox.NamedNode
) -> dict[str, str]:
    """Property → value of a node that has one of each."""
    return {
        quad.predicate.value: quad.object.value
        for quad in store.quads_for_pattern(subject, None, None, graph)
        if isinstance(quad.object, ox.NamedNode | ox.Literal)
    }


def _drop(
    store: ox.Store, subject: ox.NamedNode | ox.BlankNode | ox.Triple, graph: ox.NamedNode
) -> None:
    for quad in list(store.quads_for_pattern(subject, None, None, graph)):
        store.remove(quad)
