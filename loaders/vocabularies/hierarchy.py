"""What lies above a concept, worked out from what lies directly above each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from loaders.base import Run
from ontology import terms
from ontology.ntriples import Term, Triple, iri

_BROADER_TRANSITIVE: Final = iri(terms.skos.broaderTransitive)

Broader = Mapping[Term, Mapping[Term, None]]
"""Each concept and those directly above it, in the order in which they are stated."""


def transitive(broader: Broader, run: Run) -> Iterator[Triple]:
    """``skos:broaderTransitive`` of every concept; a cycle is warned of, and nothing is above itself."""
    for concept in broader:
        for ancestor in ancestors(concept, broader):
            if ancestor == concept:
                run.warn("concept is broader than itself in a cycle", concept[1:-1])
            else:
                yield concept, _BROADER_TRANSITIVE, ancestor


def ancestors(concept: Term, broader: Broader) -> list[Term]:
    """Every concept above ``concept``, nearest first; itself too if it lies on a cycle."""
    found: dict[Term, None] = dict.fromkeys(broader.get(concept, ()))
    waiting = list(found)
    for above in waiting:
        for next_above in broader.get(above, ()):
            if next_above not in found:
                found[next_above] = None
                waiting.append(next_above)
    return waiting
