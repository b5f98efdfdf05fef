"""Matching the whole graph: what is one by identifiers and by description, into one bundle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, Protocol

from app.errors import GraphError
from app.graph import generations, open_graph
from app.graph.generations import Generation, bundles_folder
from app.graph.identity import MATCHED
from app.graph.kinds import KINDS
from app.graph.matches import SOURCE, stated
from app.graph.port import Graph
from app.identity import courses, described, joined, match, read
from app.identity.match import Match
from app.identity.records import Course
from app.identity.thresholds import VERSION
from app.settings import Settings
from loaders.base import Run
from loaders.bundle import Bundle, write_quads_bundle
from loaders.errors import LoadError
from loaders.identifiers import orcid, ror
from ontology import terms
from ontology.iris import Minter

_COUNTED: Final = "matches by "


class Progress(Protocol):
    """Where a run reports."""

    def stage(self, name: str, total: int | None = None) -> None: ...  # noqa: D102
    def advance(self, amount: int) -> None: ...  # noqa: D102


def match_graph(data: Path, shown: Progress, *, iris: Minter | None = None) -> Bundle:
    """The bundle of matches of everything in the current generation; the caller publishes it.

    Raises: GraphError if there is no graph, or the bundle cannot be written.
    """
    iris = iris or Minter(Settings(data=data).base)
    generation = generations.current(data)
    if generation is None:
        raise GraphError(f"{data} holds no graph yet. Load a source first: polku load.")
    run = Run(iris=iris, release=VERSION)
    with open_graph(data, generation.id) as graph:
        by_source = read.stated(graph)
        found = [
            one
            for one in _matches(graph, iris, shown, run)
            if (one.about, one.other) not in by_source
        ]
        shown.stage("Things without an entity")
        alone = _alone(data, generation, graph, iris)
    found.sort(key=lambda one: (one.about, one.other))
    for kind, counted in sorted(_told(found).items()):
        run.counts[kind] += counted
    run.counts["things that no source gives an entity"] = len(alone)
    shown.stage("Writing matches")
    try:
        return write_quads_bundle(
            SOURCE,
            match.quads(found, alone, iris),
            data / "bundles" / SOURCE,
            run=run,
            title="Matches: which descriptions are of one thing",
            may_be_empty=True,
        )
    except LoadError as error:
        raise GraphError(str(error)) from None


def _alone(data: Path, generation: Generation, graph: Graph, iris: Minter) -> list[str]:
    """The things that no source gives an entity, whatever matches made of what sources state."""
    found = [thing for kind in MATCHED for thing in read.unstated(graph, kind, iris)]
    if not found:
        return []
    said = {
        thing
        for source, bundle in generation.bundles.items()
        if source not in (SOURCE, "tags")
        for thing, _ in stated(bundles_folder(data, source) / bundle / "quads.nq")
    }
    return [thing for thing in found if thing not in said]


def standing(bundle: Bundle) -> int:
    """How many matches a bundle holds, as it says of itself."""
    counts = bundle.manifest.counts
    return sum(number for name, number in counts.items() if name.startswith(_COUNTED))


def _told(found: Sequence[Match]) -> Counter[str]:
    return Counter(
        f"{_COUNTED}{one.method}, {'joined' if one.joins else 'to be decided'}" for one in found
    )


def _matches(graph: Graph, iris: Minter, shown: Progress, run: Run) -> Iterator[Match]:
    """Every match, works first; a pair comes once."""
    shown.stage("Reading works")
    works = read.works(graph, iris)
    run.counts["works"] = len(works)
    for work, one, other in read.of_two_titles(graph):
        run.warn("two titles under one identifier", work, f"{one!r}, {other!r}")
    shown.stage("Matching works by identifier")
    known = list(joined.works(works))
    yield from known
    shown.stage("Comparing works")
    yield from _new(described.works(works, known, shown.advance), known)
    shown.stage("Matching persons and organisations")
    orcids = _by(graph, terms.schema.Person, terms.schema.orcid, "/person/orcid/", orcid)
    yield from joined.by_key(orcids, "ORCID iD")
    rors = _by(graph, terms.elm.Organisation, terms.dcterms.identifier, "/organisation/", ror)
    yield from joined.by_key(rors, "ROR identifier")
    for kind in (terms.Course, terms.MicroCredential):
        what = KINDS[kind]
        shown.stage(f"Matching {what}s")
        records = read.courses(graph, kind, iris)
        run.counts[f"{what}s"] = len(records)
        yield from _courses(records, what)


def _courses(records: Sequence[Course], what: str) -> Iterator[Match]:
    known = list(joined.courses(records, courses.code_of, what))
    yield from _new(known, ())
    yield from courses.by_name(records, known, what)


def _new(found: Iterable[Match], known: Iterable[Match]) -> Iterator[Match]:
    """Those of a pair that was not met yet."""
    seen = {(one.about, one.other) for one in known}
    for one in found:
        if (one.about, one.other) not in seen:
            seen.add((one.about, one.other))
            yield one


class _Checked(Protocol):
    def __call__(self, value: str, /) -> str | None: ...


def _by(graph: Graph, kind: str, name: str, minted: str, checked: _Checked) -> dict[str, list[str]]:
    """Identifier → the things of a class that bear it, as their IRI or a property says."""
    bearers: dict[str, set[str]] = {}
    for thing, said in read.values(graph, kind, name).items():
        for value in said:
            if identifier := checked(value):
                bearers.setdefault(identifier, set()).add(thing)
    for thing in read.named(graph, kind):
        _, found, rest = thing.rpartition(minted)
        if found and (identifier := checked(rest)):
            bearers.setdefault(identifier, set()).add(thing)
    return {identifier: sorted(things) for identifier, things in bearers.items() if len(things) > 1}
