"""What changed from one generation to another: graph by graph, type by type, thing by thing.

The stores themselves are compared, not the bundles, so that what people wrote and decided shows
as well. A graph is dumped from both and compared line by line: memory holds hashes, not quads.
The registry, the changes of loads and what is gone are left out: they are records of change.
"""

from __future__ import annotations

import bisect
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import pyoxigraph as ox

from app.errors import NotFound
from app.graph import orphans, registry
from app.graph.embedded import open_store
from app.graph.generations import Generation
from app.graph.kinds import Node, kind_of, label_of
from app.graph.lines import Described, by_subject, differing
from app.graph.settle import OWN
from ontology import terms
from ontology.iris import Minter

Change = Literal["added", "changed", "removed"]
CHANGES: Final[tuple[Change, ...]] = ("added", "changed", "removed")

LIMIT: Final = 5
"""Things that are named of each graph, type and kind of change unless the caller says otherwise."""

UNNAMED: Final = ""
"""The name by which the graph without a name is known here."""

_VALUES = 20
"""Values of one property that are shown of a thing."""

_LONGEST = 500
"""Characters of a value that are shown."""


@dataclass(frozen=True)
class Property:
    """The values of one property that a thing lost and gained, as N-Triples terms.

    At most ``_VALUES`` of each stand here, each cut to ``_LONGEST`` characters.
    """

    property: str
    removed: tuple[str, ...]
    added: tuple[str, ...]


@dataclass(frozen=True, order=True)
class Thing:
    """One thing that changed: its IRI, what it is called, and for a changed one, in what."""

    iri: str
    label: str = field(compare=False)
    properties: tuple[Property, ...] = field(default=(), compare=False)


@dataclass
class Counted:
    """The things of one type that changed in one way: how many, and the first by their IRIs."""

    count: int = 0
    things: list[Thing] = field(default_factory=list)


Groups = dict[tuple[str, str], dict[Change, Counted]]
"""Graph and class ("" if of none that is known) → change → what was counted."""


@dataclass(frozen=True)
class Difference:
    """What changed between two generations."""

    old: str
    new: str
    groups: Groups

    @property
    def total(self) -> Mapping[Change, int]:
        """How many things were added, changed and removed in all graphs."""
        return {
            change: sum(group[change].count for group in self.groups.values()) for change in CHANGES
        }


def diff(
    old: Generation,
    new: Generation,
    *,
    limit: int = LIMIT,
    graph: str | None = None,
    stage: Callable[[str], None] = lambda _: None,
) -> Difference:
    """What changed from the old generation to the new; in one graph if one is named.

    ``stage`` is told of each graph before it is compared.

    Raises: NotFound if neither has the graph that is named.
    """
    stores = open_store(old), open_store(new)
    left_out = {
        Minter(one.base).graph(name) for one in (old, new) for name in (registry.NAME, *OWN)
    }
    graphs = sorted({name for store in stores for name in _graphs(store)} - left_out)
    if graph is not None:
        if graph not in graphs:
            raise NotFound(
                f"Neither {old.id} nor {new.id} has a graph <{graph[:200]}> to compare. They have: "
                + ", ".join(name or "the unnamed graph" for name in graphs)
            )
        graphs = [graph]
    else:
        # What was loaded from the same bundle is the same, but for claims: they follow decisions.
        alike = {s for s, bundle in old.bundles.items() if new.bundles.get(s) == bundle}
        same = {name for source in alike for name in new.graphs[source]}
        if not all(map(_untouched, stores, (old, new))):
            same = {name for name in same if not any(_claims(store, name) for store in stores)}
        graphs = [name for name in graphs if name not in same]
    return Difference(old.id, new.id, compare(*stores, graphs, limit, stage))


def compare(
    old: ox.Store,
    new: ox.Store,
    graphs: Collection[str],
    limit: int = LIMIT,
    stage: Callable[[str], None] = lambda _: None,
) -> Groups:
    """What changed in these graphs from the old store to the new one."""
    groups: Groups = {}
    with tempfile.TemporaryDirectory(prefix="polku-diff-") as scratch:
        for number, name in enumerate(graphs, 1):
            called = name.rpartition("/")[2] or "the unnamed graph"
            stage(f"Comparing {called} ({number} of {len(graphs)})")
            _compare(_Pair(name, old, new), Path(scratch), limit, groups)
    return groups


def as_json(difference: Difference, names: Mapping[str, str]) -> dict[str, object]:
    """The difference as JSON has it; ``names``: what the things of a class are called."""
    return {
        "from": difference.old,
        "to": difference.new,
        "total": dict(difference.total),
        "groups": [
            {
                "graph": graph or None,
                "type": kind or None,
                "name": names.get(kind, "other"),
                **{change: _counted(changes[change]) for change in CHANGES},
            }
            for (graph, kind), changes in sorted(difference.groups.items())
        ],
    }


def _counted(counted: Counted) -> dict[str, object]:
    return {
        "count": counted.count,
        "things": [
            {
                "iri": thing.iri,
                "label": thing.label,
                "properties": [
                    {"property": one.property, "removed": one.removed, "added": one.added}
                    for one in thing.properties
                ],
            }
            for thing in counted.things
        ],
    }


@dataclass(frozen=True)
class _Pair:
    """One graph in both stores."""

    name: str
    old: ox.Store
    new: ox.Store

    @property
    def graph(self) -> ox.NamedNode | ox.DefaultGraph:
        return ox.NamedNode(self.name) if self.name else ox.DefaultGraph()

    def dumped(self, store: ox.Store, file: Path) -> Path:
        store.dump(str(file), ox.RdfFormat.N_TRIPLES, from_graph=self.graph)
        return file

    def change(self, one: Described, subject: Node) -> Change:
        """How the subject changed in the graph: is there anything of it left, was there before."""
        before = bool(one.old) or _any(self.old, subject, self.graph)
        after = bool(one.new) or _any(self.new, subject, self.graph)
        return "changed" if before and after else "added" if after else "removed"


def _untouched(store: ox.Store, generation: Generation) -> bool:
    """Whether what bundles brought stands as it came: nothing is decided, stated or kept aside."""
    iris = Minter(generation.base)
    own = (iris.graph(name) for name in ("decisions", orphans.NAME))
    accepted = store.quads_for_pattern(
        None, ox.NamedNode(terms.status), ox.NamedNode(terms.Accepted), None
    )
    return next(accepted, None) is None and not any(
        next(store.quads_for_pattern(None, None, None, ox.NamedNode(name)), None) for name in own
    )


def _claims(store: ox.Store, name: str) -> bool:
    """Whether anything in a graph may change without a load: claims, and what follows from them.

    Claims are settled after every load and edit (``settle``), by their ends and their statuses.
    """
    graph = ox.NamedNode(name)
    return any(
        next(store.quads_for_pattern(None, ox.NamedNode(prop), None, graph), None) is not None
        for prop in (terms.about, terms.skill, terms.status, *orphans.PLAIN)
    )


def _graphs(store: ox.Store) -> Iterator[str]:
    yield UNNAMED
    for graph in store.named_graphs():
        if isinstance(graph, ox.NamedNode):
            yield graph.value


def _any(store: ox.Store, subject: Node, graph: ox.NamedNode | ox.DefaultGraph) -> bool:
    return next(store.quads_for_pattern(subject, None, None, graph), None) is not None


def _compare(pair: _Pair, scratch: Path, limit: int, groups: Groups) -> None:
    """Counts what changed in one graph, and names the first of it."""
    old = pair.dumped(pair.old, scratch / "old.nt")
    new = pair.dumped(pair.new, scratch / "new.nt")
    for one in by_subject(*differing(old, new)):
        subject = _node(one.subject)
        change = pair.change(one, subject)
        # What a thing is may stand in another graph than what changed of it.
        kind = kind_of(pair.new, subject) or kind_of(pair.old, subject)
        group = groups.setdefault((pair.name, kind), {name: Counted() for name in CHANGES})
        counted = group[change]
        counted.count += 1
        iri = subject.value if isinstance(subject, ox.NamedNode) else str(subject)
        if len(counted.things) < limit or (limit and iri < counted.things[-1].iri):
            stores = (pair.old, pair.new) if change == "removed" else (pair.new, pair.old)
            label = next(filter(None, (label_of(store, subject) for store in stores)), "")
            properties = _properties(one) if change == "changed" else ()
            bisect.insort(counted.things, Thing(iri, label, properties))
            del counted.things[limit:]


def _node(subject: bytes) -> Node:
    text = subject.decode()
    return ox.BlankNode(text[2:]) if text.startswith("_:") else ox.NamedNode(text[1:-1])


def _properties(one: Described) -> tuple[Property, ...]:
    """The properties in which the two files differ, each with what went and what came."""
    old, new = _values(one.old), _values(one.new)
    return tuple(
        Property(name, _shown(old.get(name, ())), _shown(new.get(name, ())))
        for name in sorted(old.keys() | new.keys())
    )


def _values(lines: Iterable[bytes]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in lines:
        _, name, rest = line.decode().split(" ", 2)
        found.setdefault(name[1:-1], []).append(rest.rstrip().removesuffix(".").rstrip())
    return found


def _shown(values: Iterable[str]) -> tuple[str, ...]:
    cut = (value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…" for value in sorted(values))
    return tuple(cut)[:_VALUES]
