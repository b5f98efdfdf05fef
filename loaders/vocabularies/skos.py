"""Vocabularies as SKOS in any form of RDF, as Finto and the EU's Publications Office ship them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final

import pyoxigraph as ox

from loaders.base import Run
from loaders.files import Member
from loaders.rdf import FORMATS, quads
from loaders.vocabularies.vocabulary import Reading, Statement
from ontology import terms

_KINDS: Final[Mapping[str, str]] = {
    terms.skos.prefLabel: "label",
    terms.skos.altLabel: "alternative",
    terms.skos.hiddenLabel: "hidden",
    terms.skos.definition: "definition",
    terms.skos.scopeNote: "scope",
    terms.skos.notation: "code",
    terms.skos.broader: "broader",
    terms.skos.related: "related",
    terms.skos.exactMatch: "exact",
    terms.skos.closeMatch: "close",
}
_OF_IRIS: Final = frozenset(["broader", "related", "exact", "close"])
_SUFFIXES: Final = tuple(FORMATS)


def skos(namespace: str, *, codes: bool = True) -> dict[str, Reading]:
    """How the concepts of a namespace are read from RDF, by the file's suffix.

    Without ``codes`` the notations of the file are passed over: the names are the codes.
    """

    def read(member: Member, run: Run) -> Iterator[Statement]:
        format_ = FORMATS[PurePosixPath(member.stem).suffix.lower()]
        concepts = _concepts(member, format_, namespace, run)
        for quad in quads(member, format_):
            if not isinstance(quad.subject, ox.NamedNode):
                continue
            subject, predicate = quad.subject.value, quad.predicate.value
            if predicate == terms.skos.narrower and isinstance(quad.object, ox.NamedNode):
                if subject in concepts and quad.object.value in concepts:
                    yield Statement(quad.object.value, "broader", subject)
                continue
            kind = _KINDS.get(predicate)
            if kind is None or subject not in concepts or (kind == "code" and not codes):
                continue
            if kind in _OF_IRIS:
                if isinstance(quad.object, ox.NamedNode):
                    yield Statement(subject, kind, quad.object.value)
            elif isinstance(quad.object, ox.Literal):
                value = quad.object.value.strip()
                if kind != "code" and kind not in ("definition", "scope"):
                    value = " ".join(value.split())
                if value:
                    yield Statement(subject, kind, value, quad.object.language or "")

    return dict.fromkeys(_SUFFIXES, read)


def _concepts(member: Member, format_: ox.RdfFormat, namespace: str, run: Run) -> frozenset[str]:
    """The concepts that a file describes and that are in use; names alone are remembered."""
    found: set[str] = set()
    deprecated: set[str] = set()
    others = 0
    for quad in quads(member, format_):
        if not isinstance(quad.subject, ox.NamedNode):
            continue
        subject, predicate = quad.subject.value, quad.predicate.value
        if predicate == terms.rdf.type and quad.object == ox.NamedNode(terms.skos.Concept):
            if subject.startswith(namespace):
                found.add(subject)
            else:
                others += 1
        elif predicate == terms.owl.deprecated and str(quad.object).startswith('"true"'):
            deprecated.add(subject)
    for what, number in (
        ("concepts of other vocabularies left out", others),
        ("deprecated concepts left out", len(found & deprecated)),
    ):
        if number:
            run.counts[what] += number
    return frozenset(found - deprecated)
