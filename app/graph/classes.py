"""Which IRIs name one thing, and which of them stands for it: pure, from matches to entities.

Matches are taken the surest first. One that would bring two IRIs together of which a person has
said that they are two things is left out, so that a rejection holds whatever else is found.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final
from urllib.parse import urlsplit

SCHEMES: Final = ("/research/doi/", "/person/orcid/", "/research/arxiv/")
"""Parts of IRIs that were minted of registered identifiers, the best known first."""


class Sureness(IntEnum):
    """On whose word a match stands; the surest first."""

    PERSON = 0
    SOURCE = 1
    IDENTIFIER = 2
    DESCRIPTION = 3


@dataclass(frozen=True, slots=True)
class Edge:
    """Two IRIs that name one thing, on whose word, and how probably; ``one`` is the earlier."""

    one: str
    other: str
    sureness: Sureness
    score: float = 1.0


def edge(one: str, other: str, sureness: Sureness, score: float = 1.0) -> Edge:
    """The edge of two IRIs in whichever order."""
    return Edge(min(one, other), max(one, other), sureness, score)


def order(one: Edge) -> tuple[int, float, str, str]:
    """What edges are taken in the order of: the surest, then the best, then by their IRIs."""
    return one.sureness, -one.score, one.one, one.other


def pair(one: str, other: str) -> tuple[str, str]:
    """Two IRIs in their order."""
    return (one, other) if one <= other else (other, one)


def classes(
    edges: Iterable[Edge], apart: Collection[tuple[str, str]] = ()
) -> dict[str, frozenset[str]]:
    """Each thing that is one with another → all that are one with it, itself included.

    ``apart``: pairs, each in order, that are two things whatever the edges say.
    """
    enemies: dict[str, set[str]] = {}
    for one, other in apart:
        enemies.setdefault(one, set()).add(other)
        enemies.setdefault(other, set()).add(one)
    members: dict[str, list[str]] = {}
    root: dict[str, str] = {}
    for link in sorted(edges, key=order):
        for end in (link.one, link.other):
            if end not in root:
                root[end] = end
                members[end] = [end]
        kept, lost = root[link.one], root[link.other]
        if kept == lost:
            continue
        if len(members[kept]) < len(members[lost]):
            kept, lost = lost, kept
        if enemies and any(enemies.get(kept, set()) & {one} for one in members[lost]):
            continue
        for one in members[lost]:
            root[one] = kept
        members[kept] += members.pop(lost)
        if theirs := enemies.pop(lost, None):
            enemies.setdefault(kept, set()).update(theirs)
    whole = {one: frozenset(all_) for one, all_ in members.items() if len(all_) > 1}
    return {thing: all_ for all_ in whole.values() for thing in all_}


def representative(things: Iterable[str], stated: Collection[str] = ()) -> str:
    """The one of these that stands for all of them.

    What a source names as the representative of another comes first, then what bears a
    registered identifier (``SCHEMES``), then the first IRI in order.

    >>> representative(
    ...     ["https://e.org/research/openalex/W1", "https://e.org/research/doi/10.1%2Fa"]
    ... )
    'https://e.org/research/doi/10.1%2Fa'
    """
    return min(things, key=lambda thing: (thing not in stated, _rank(thing), thing))


def entities(
    edges: Iterable[Edge],
    apart: Collection[tuple[str, str]] = (),
    stated: Collection[tuple[str, str]] = (),
) -> dict[str, str]:
    """Each thing that is one with another → the one that stands for it.

    ``stated``: things, each with what a source names as its representative.
    """
    heads = {entity for _, entity in stated} - {thing for thing, _ in stated}
    found = classes(edges, apart)
    chosen = {all_: representative(all_, heads) for all_ in set(found.values())}
    return {thing: chosen[all_] for thing, all_ in found.items()}


def _rank(thing: str) -> int:
    path = urlsplit(thing).path
    return next((rank for rank, part in enumerate(SCHEMES) if part in path), len(SCHEMES))
