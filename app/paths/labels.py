"""Labels of whatever an answer names, read in one go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.graph.port import Graph
from ontology.ntriples import iri
from queries import engine

FALLBACK = "en"


@dataclass(frozen=True)
class Labels:
    """Labels in one language, or in English, or in whatever there is."""

    of: Mapping[str, tuple[str, str]]

    def text(self, thing: str) -> str:
        """The label; the last part of the IRI where there is none."""
        return self.of[thing][0] if thing in self.of else thing.rstrip("/").rsplit("/", 1)[-1]

    def language(self, thing: str) -> str | None:
        """The language that the label is in; None if it is not stated."""
        return (self.of[thing][1] or None) if thing in self.of else None


class Reader:
    """Reads labels of one generation, each thing's once."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._of: dict[str, dict[str, str]] = {}

    def read(self, things: Iterable[str], language: str) -> Labels:
        """Labels of the things: the language asked for, else English, else the first there is."""
        wanted = set(things)
        new = sorted(wanted - self._of.keys())
        if new:
            found: dict[str, dict[str, str]] = {thing: {} for thing in new}
            query = engine("paths-labels").bind({"things": [iri(one) for one in new]})
            for row in self._graph.solutions(query):
                label = row["label"]
                tag = (label.language or "").lower()
                kept = found[row["thing"].lexical]
                if tag not in kept or label.lexical < kept[tag]:
                    kept[tag] = label.lexical
            self._of |= found
        return Labels(
            {
                thing: _choose(self._of[thing], language.lower())
                for thing in wanted
                if self._of[thing]
            }
        )


def _choose(of: Mapping[str, str], language: str) -> tuple[str, str]:
    for tag in (language, language.split("-")[0], FALLBACK):
        if tag in of:
            return of[tag], tag
    tag = min(of)
    return of[tag], tag
