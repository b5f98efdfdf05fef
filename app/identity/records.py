"""What matching knows of things: as they were read from the graph, nothing of the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from app.identity import normal
from app.identity.identifiers import Identifier
from app.identity.thresholds import COMPARED_AUTHORS


@dataclass(frozen=True)
class Work:
    """A work as one or several sources describe it under one IRI.

    Attributes:
        iri: its IRI.
        sources: IRIs of the graphs that describe it.
        titles: its titles, in whatever languages.
        authors: names of its authors.
        year: when it was published; 0 if not stated.
        identifiers: its identifiers in their one form.
    """

    iri: str
    sources: frozenset[str]
    titles: tuple[str, ...]
    authors: tuple[str, ...]
    year: int
    identifiers: frozenset[Identifier] = frozenset()

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Its titles, normalised."""
        return tuple(dict.fromkeys(words for one in self.titles if (words := normal.title(one))))

    @cached_property
    def people(self) -> tuple[tuple[str, str], ...]:
        """Family name and initial of the first of its authors."""
        names = map(normal.person, self.authors[:COMPARED_AUTHORS])
        return tuple(dict.fromkeys(name for name in names if name[0]))


@dataclass(frozen=True)
class Course:
    """A course or a micro-credential as it is described under one IRI.

    Attributes:
        iri: its IRI.
        sources: IRIs of the graphs that describe it.
        university: IRI of its university; "" if not stated.
        code: its code; "" if not stated.
        titles: language → title.
        credits: least and most credits, as stated; "" if not.
        identifiers: what else its sources state to identify it.
    """

    iri: str
    sources: frozenset[str]
    university: str
    code: str
    titles: Mapping[str, str]
    credits: tuple[str, str]
    identifiers: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def words(self) -> Mapping[str, str]:
        """Its titles by language, normalised."""
        found = {tag: normal.title(one) for tag, one in self.titles.items()}
        return {tag: words for tag, words in found.items() if words}
