"""The types of things of which changes are told, and what a thing of them is called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import pyoxigraph as ox

from ontology import terms

KINDS: Mapping[str, str] = MappingProxyType(
    {
        terms.Course: "course",
        terms.Module: "module",
        terms.MicroCredential: "micro-credential",
        terms.Offering: "offering",
        terms.ResearchOutput: "work",
        terms.esco.Skill: "skill",
        terms.esco.Occupation: "occupation",
        terms.skos.Concept: "concept",
        terms.Claim: "claim",
        terms.RejectedClaim: "rejected claim",
        terms.Decision: "decision",
        terms.Match: "match",
        terms.RejectedMatch: "rejected match",
        terms.MatchDecision: "decision on a match",
        terms.Period: "period",
        terms.elm.Organisation: "organisation",
        terms.schema.Person: "person",
    }
)
"""Class → what a thing of it is called; the first that a thing is of counts."""

OTHER = "other"
"""What everything else is called."""

Node = ox.NamedNode | ox.BlankNode

_TYPE = ox.NamedNode(terms.rdf.type)
_NAMES = [
    ox.NamedNode(name)
    for name in (
        terms.skos.prefLabel,
        terms.dcterms.title,
        terms.foaf.name,
        terms.rdfs.label,
        terms.as_.name,
    )
]
_CODES = [ox.NamedNode(name) for name in (terms.code, terms.skos.notation)]
_CLAIMED = [ox.NamedNode(name) for name in (terms.about, terms.relation, terms.skill)]


def kind(types: Iterable[str]) -> str:
    """The class of these that tells what a thing is; "" if none of them does.

    >>> kind([terms.skos.Concept, terms.esco.Skill]) == terms.esco.Skill
    True
    """
    stated = set(types)
    return next((one for one in KINDS if one in stated), "")


def kind_of(store: ox.Store, subject: Node) -> str:
    """The class that tells what a thing in the store is; "" if none does."""
    return kind(
        quad.object.value
        for quad in store.quads_for_pattern(subject, _TYPE, None, None)
        if isinstance(quad.object, ox.NamedNode)
    )


def label_of(store: ox.Store, subject: Node) -> str:
    """What a thing in the store is called, English first; of a claim, what it says; else ""."""
    names = [name for prop in _NAMES for name in _literals(store, subject, prop)]
    names.sort(key=lambda name: (name.language != "en", name.language or "", name.value))
    code = next((one.value for prop in _CODES for one in _literals(store, subject, prop)), "")
    if names:
        return f"{code} {names[0].value}".strip()
    claimed = [
        quad.object
        for prop in _CLAIMED
        for quad in store.quads_for_pattern(subject, prop, None, None)
        if isinstance(quad.object, ox.NamedNode)
    ]
    if len(claimed) == len(_CLAIMED):
        about, relation, skill = claimed
        said = relation.value.rpartition("#")[2]
        return " ".join(
            (label_of(store, about) or about.value, said, label_of(store, skill) or skill.value)
        )
    return code


def _literals(store: ox.Store, subject: Node, prop: ox.NamedNode) -> list[ox.Literal]:
    return [
        quad.object
        for quad in store.quads_for_pattern(subject, prop, None, None)
        if isinstance(quad.object, ox.Literal)
    ]
