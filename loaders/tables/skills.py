"""Skills as a planner names them: by their IRI or by their exact preferred label."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from loaders.errors import LoadError, RecordError
from ontology import terms
from ontology.ntriples import Term, iri

_FORMATS = {
    "nq": ox.RdfFormat.N_QUADS,
    "nt": ox.RdfFormat.N_TRIPLES,
    "ttl": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "rdf": ox.RdfFormat.RDF_XML,
}


@dataclass(frozen=True)
class Skills:
    """IRIs of skills by their preferred labels.

    Attributes:
        labels: label, in any language → the skills that have it.
        folded: the same by the label in lower case, for a label that only begins a sentence.
    """

    labels: Mapping[str, frozenset[str]] = field(default_factory=dict)
    folded: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def term(self, column: str, said: str) -> Term:
        """The skill's term.

        Raises: RecordError if no skill, or more than one, has that label.
        """
        if said.startswith(("http://", "https://")):
            try:
                return iri(said)
            except ValueError:
                raise RecordError(column, "not an IRI", said[:200]) from None
        if not self.labels:
            raise RecordError(
                column,
                "a skill named by its label, and no labels at hand",
                f"{said[:80]!r}. Write its IRI, or name a file of ESCO in the mapping's 'skills'.",
            )
        found = self.labels.get(said) or self.folded.get(said.lower(), frozenset())
        if len(found) > 1:
            raise RecordError(
                column, "several skills have this label", f"{said[:80]!r}. Write the IRI."
            )
        for only in found:
            return iri(only)
        raise RecordError(
            column, "no skill has this preferred label", f"{said[:80]!r}. Write its IRI."
        )


def read_skills(path: Path) -> Skills:
    """The labels of every ``esco:Skill`` in a file of RDF.

    Raises: LoadError if it cannot be read.
    """
    kind = _FORMATS.get(path.suffix.lstrip(".").lower())
    if kind is None:
        raise LoadError(
            f"{path.name}: skills are read from {', '.join('.' + name for name in _FORMATS)}."
        )
    skills: set[str] = set()
    labels: dict[str, set[str]] = {}
    try:
        for quad in ox.parse(path=path, format=kind):
            subject, object_ = quad.subject, quad.object
            if not isinstance(subject, ox.NamedNode):
                continue
            if quad.predicate.value == terms.skos.prefLabel and isinstance(object_, ox.Literal):
                labels.setdefault(object_.value, set()).add(subject.value)
            elif (
                quad.predicate.value == terms.rdf.type
                and isinstance(object_, ox.NamedNode)
                and object_.value == terms.esco.Skill
            ):
                skills.add(subject.value)
    except OSError as error:
        raise LoadError(f"{path}: the skills cannot be read: {error}.") from None
    except SyntaxError as error:
        raise LoadError(f"{path.name} line {error.lineno}: {error.msg}.") from None
    exact = {label: frozenset(subjects & skills) for label, subjects in labels.items()}
    folded: dict[str, frozenset[str]] = {}
    for label, subjects_of in exact.items():
        folded[label.lower()] = folded.get(label.lower(), frozenset()) | subjects_of
    return Skills(exact, folded)
