"""The words of ESCO as the graph holds them: labels, descriptions, types, hierarchy.

Everything is ordered by IRI and the same for the same ESCO content, wherever it was loaded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.graph.port import Graph
from ontology import terms
from ontology.ntriples import iri
from queries import engine

PREFERRED, ALTERNATIVE, HIDDEN = 0, 1, 2

KIND_IN_WORDS = ("the preferred label", "an alternative label", "a hidden label")


@dataclass(frozen=True, slots=True, order=True)
class Label:
    """One label of a skill: the skill's number, its language, its kind, its text."""

    skill: int
    language: str
    kind: int
    text: str


@dataclass(frozen=True, slots=True, order=True)
class Description:
    """One description of a skill in one language."""

    skill: int
    language: str
    text: str


@dataclass(frozen=True, slots=True, order=True)
class Occupation:
    """An occupation as context: its words in one language, and the skills it asks for."""

    iri: str
    language: str
    text: str
    skills: tuple[int, ...]


@dataclass(frozen=True)
class Lexicon:
    """Skills and their words.

    Attributes:
        skills: IRIs in order; a skill's number is its place here.
        labels: every label in any loaded language.
        descriptions: every description.
        knowledge: per skill, whether ESCO calls it knowledge and not a skill.
        transversal: per skill, whether ESCO's reuse level is transversal.
        groups: per skill, the codes of the groups above it, however far ("S1.3.1", "0111").
        broader: pairs of numbers, narrower and broader skill, direct.
        related: pairs of numbers that ESCO's skill–skill relations bind.
        occupations: contexts in which skills stand together.
    """

    skills: Sequence[str]
    labels: Sequence[Label]
    descriptions: Sequence[Description]
    knowledge: Sequence[bool]
    transversal: Sequence[bool]
    groups: Mapping[int, Sequence[str]] = field(default_factory=dict)
    broader: Sequence[tuple[int, int]] = ()
    related: Sequence[tuple[int, int]] = ()
    occupations: Sequence[Occupation] = ()

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages in which there are preferred labels, the best covered first."""
        counts: dict[str, int] = {}
        for label in self.labels:
            if label.kind == PREFERRED:
                counts[label.language] = counts.get(label.language, 0) + 1
        return tuple(sorted(counts, key=lambda language: (-counts[language], language)))

    def fingerprint(self) -> str:
        """Hash of the content, the same for the same words in whatever order they were loaded."""
        digest = hashlib.sha256()
        for part in (
            self.skills,
            sorted(self.labels),
            sorted(self.descriptions),
            self.knowledge,
            self.transversal,
            sorted((skill, tuple(sorted(groups))) for skill, groups in self.groups.items()),
            sorted(self.broader),
            sorted(self.related),
            sorted(self.occupations),
        ):  # every list of another kind, so that nothing can stand in for something else
            for item in part:
                digest.update(repr(item).encode("utf-8", "surrogatepass"))
                digest.update(b"\x00")
            digest.update(b"\x01")
        return digest.hexdigest()[:16]


def read(graph: Graph) -> Lexicon:
    """The lexicon of a generation, in every language that it has labels in."""
    types: dict[str, tuple[bool, bool]] = {}
    for skill, type_, reuse in graph.select(engine("tagging-skills").bind({})):
        if skill is not None:
            knowledge, transversal = types.get(skill, (False, False))
            types[skill] = (
                knowledge or (type_ or "").endswith("/knowledge"),
                transversal or (reuse or "").endswith("/transversal"),
            )
    skills = sorted(types)
    number = {skill: place for place, skill in enumerate(skills)}
    groups: dict[int, set[str]] = {}
    for skill, code in graph.select(engine("tagging-groups").bind({})):
        if skill is not None and skill in number and code:
            groups.setdefault(number[skill], set()).add(code)
    return Lexicon(
        skills=skills,
        labels=sorted(_labels(graph, number)),
        descriptions=_descriptions(graph, number),
        knowledge=[types[skill][0] for skill in skills],
        transversal=[types[skill][1] for skill in skills],
        groups={skill: tuple(sorted(codes)) for skill, codes in sorted(groups.items())},
        broader=_pairs(graph, "tagging-broader", number),
        related=_pairs(graph, "tagging-related", number),
        occupations=_occupations(graph, number),
    )


def _labels(graph: Graph, number: Mapping[str, int]) -> Iterator[Label]:
    query = engine("tagging-labels")
    for kind, relation in enumerate(
        (terms.skos.prefLabel, terms.skos.altLabel, terms.skos.hiddenLabel)
    ):
        for skill, text, language in graph.select(query.bind({"relation": iri(relation)})):
            if skill is not None and skill in number and text:
                yield Label(number[skill], language or "en", kind, text)


def _descriptions(graph: Graph, number: Mapping[str, int]) -> list[Description]:
    query = engine("tagging-labels")
    found: dict[tuple[int, str], set[str]] = {}
    for relation in (terms.dcterms.description, terms.skos.definition):
        for skill, text, language in graph.select(query.bind({"relation": iri(relation)})):
            if skill is not None and skill in number and text:
                found.setdefault((number[skill], language or "en"), set()).add(text)
    return [
        Description(skill, language, "\n".join(sorted(texts)))
        for (skill, language), texts in sorted(found.items())
    ]


def _pairs(graph: Graph, query: str, number: Mapping[str, int]) -> list[tuple[int, int]]:
    return sorted(
        {
            (number[one], number[other])
            for one, other in graph.select(engine(query).bind({}))
            if one is not None and other is not None and one != other
            if one in number and other in number
        }
    )


def _occupations(graph: Graph, number: Mapping[str, int]) -> list[Occupation]:
    asked: dict[str, set[int]] = {}
    for occupation, skill in graph.select(engine("tagging-essential").bind({})):
        if occupation and skill is not None and skill in number:
            asked.setdefault(occupation, set()).add(number[skill])
    texts: dict[tuple[str, str], set[str]] = {}
    for occupation, text, language in graph.select(engine("tagging-occupations").bind({})):
        if occupation and text:
            texts.setdefault((occupation, language or "en"), set()).add(text)
    return [
        Occupation(
            occupation, language, "\n".join(sorted(said)), tuple(sorted(asked.get(occupation, ())))
        )
        for (occupation, language), said in sorted(texts.items())
    ]
