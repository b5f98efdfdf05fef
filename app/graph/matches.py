"""Matches as bundles hold them: read from their files, since a store takes ten times as long."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from app.graph import generations
from app.graph.classes import Edge, Sureness, edge
from app.graph.generations import Generation
from ontology import terms

SOURCE: Final = "matches"
"""The name of the bundle, and of the graph that it fills."""

_BLOCK: Final = 2**20
_ENTITY = re.compile(rb"^<([^>\n]*)> <%b> <([^>\n]*)>" % terms.entity.encode(), re.MULTILINE)
_READ: Final = {
    terms.about: "about",
    terms.other: "other",
    terms.confidence: "score",
    terms.matchMethod: "method",
    terms.threshold: "threshold",
}
_LINE = re.compile(
    rb'^<([^>\n]*)> <(%b)> (?:<([^>\n]*)>|"([0-9.]*)")'
    % b"|".join(re.escape(name.encode()) for name in _READ),
    re.MULTILINE,
)
_ENDS: Final = {f"<{terms.about}>".encode(): 1, f"<{terms.other}>".encode(): 2}
_MATCH: Final = f"<{terms.Match}> ".encode()
_SURENESS: Final = {
    terms.ByIdentifier: Sureness.IDENTIFIER,
    terms.ByDescription: Sureness.DESCRIPTION,
}


def stated(quads: Path) -> Iterator[tuple[str, str]]:
    """Each thing that a file of N-Quads gives an entity, with that entity."""
    for block in _blocks(quads):
        for thing, entity in _ENTITY.findall(block):
            yield thing.decode(), entity.decode()


def whole(lines: Callable[[], Iterable[bytes]]) -> Iterator[bytes]:
    """The lines of N-Quads, read twice, without those of matches that lack an end, or both."""
    ends: dict[bytes, int] = {}
    for line in lines():
        subject, name, rest = line.split(b" ", 2)
        if name in _ENDS:
            ends[subject] = ends.get(subject, 0) | _ENDS[name]
        elif rest.startswith(_MATCH):
            ends.setdefault(subject, 0)
    halves = {subject for subject, found in ends.items() if found != sum(_ENDS.values())}
    return (line for line in lines() if line.split(b" ", 1)[0] not in halves)


def edges(generation: Generation) -> tuple[Edge, ...]:
    """The matches of a generation's bundle that join, as a machine says; none if it has none."""
    bundle = generation.bundles.get(SOURCE)
    if bundle is None:
        return ()
    data = generation.folder.parent.parent
    return joining(generations.bundles_folder(data, SOURCE) / bundle / "quads.nq")


@lru_cache(maxsize=1)
def joining(quads: Path) -> tuple[Edge, ...]:
    """The matches of a bundle's file whose score reaches the threshold of their method."""
    found: dict[str, dict[str, str]] = {}
    for block in _blocks(quads):
        for subject, name, node, value in _LINE.findall(block):
            said = found.setdefault(subject.decode(), {})
            said[_READ[terms.Iri(name.decode())]] = (node or value).decode()
    least = {one["method"]: float(one["threshold"]) for one in found.values() if "threshold" in one}
    return tuple(
        edge(
            one["about"],
            one["other"],
            _SURENESS[terms.Iri(one["method"])],
            score,
        )
        for one in found.values()
        if one.keys() >= {"about", "other", "method", "score"}
        and (score := float(one["score"])) >= least[one["method"]]
    )


def _blocks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as stream:
        while block := stream.read(_BLOCK):
            yield block + stream.readline()
