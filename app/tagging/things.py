"""What a thing of the graph says of itself: the text that is tagged, and what kind it is.

A thing often says the same in several languages; one language is read: English where there is
any, else the best covered language of the labels, else whatever there is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.graph.port import Graph
from app.tagging.port import Kind, Part, TextToTag
from ontology import terms
from ontology.ntriples import iri
from queries import engine

LONGEST = 100_000
"""Characters of one text that are read."""


_AT_ONCE = 200
"""Things asked for in one query: memory stays flat however many there are."""


@dataclass(frozen=True)
class Sort:
    """A sort of thing that is tagged.

    Attributes:
        class_: IRI of its class.
        parts: names of its parts and the properties that hold them, in reading order.
        kind: what the ranker takes it for.
        relation: what a claim states between it and a skill.
        suggested: the plain property of a suggestion.
        most: suggestions that are kept.
    """

    class_: str
    parts: tuple[tuple[str, str], ...]
    kind: Kind
    relation: str
    suggested: str
    most: int


COURSE = Sort(
    terms.Course,
    (
        ("title", terms.dcterms.title),
        ("outcomes", terms.outcomesText),
        ("content", terms.contentText),
    ),
    Kind.COURSE,
    terms.develops,
    terms.suggestedDevelops,
    10,
)
CREDENTIAL = Sort(
    terms.MicroCredential,
    (("title", terms.dcterms.title), ("outcomes", terms.outcomesText)),
    Kind.COURSE,
    terms.certifies,
    terms.suggestedCertifies,
    10,
)
WORK = Sort(
    terms.ResearchOutput,
    (("title", terms.dcterms.title), ("abstract", terms.dcterms.abstract)),
    Kind.WORK,
    terms.studies,
    terms.suggestedStudies,
    5,
)
SORTS = (COURSE, CREDENTIAL, WORK)

Said = Mapping[str, Mapping[str, str]]
"""Texts of one thing by property and language ("" where none is stated)."""


def compose(sort: Sort, said: Said, languages: Sequence[str]) -> TextToTag | None:
    """The text of a thing, its title alone if it says no more; None if it says nothing."""
    spoken = {
        language
        for _, relation in sort.parts[1:]
        for language, text in said.get(relation, {}).items()
        if text.strip()
    } or {language for language, text in said.get(sort.parts[0][1], {}).items() if text.strip()}
    if not spoken:
        return None
    preferred = ["en", *languages]
    language = min(
        spoken,
        key=lambda tag: (
            preferred.index(_main(tag)) if _main(tag) in preferred else len(preferred),
            tag,
        ),
    )
    parts = []
    for name, relation in sort.parts:
        texts = {tag: text for tag, text in said.get(relation, {}).items() if text.strip()}
        text = texts.get(language)
        if text is None and name == "title" and texts:
            text = texts[min(texts, key=lambda tag: (_main(tag) != _main(language), tag))]
        if text is not None:
            parts.append(Part(name, text[:LONGEST]))
    return TextToTag(tuple(parts), sort.kind, _main(language))


def _main(tag: str) -> str:
    return tag.partition("-")[0].lower()


def described(graph: Graph, thing: str, languages: Sequence[str]) -> TextToTag | None:
    """The text of one thing; None if it is none that is tagged, or says nothing."""
    said: dict[str, dict[str, str]] = {}
    classes = set()
    query = engine("tagging-text").bind({"thing": iri(thing)})
    for relation, text, language in graph.select(query):
        if relation == terms.rdf.type and text:
            classes.add(text)
        elif relation and text:
            _keep(said.setdefault(relation, {}), language or "", text)
    for sort in SORTS:
        if sort.class_ in classes:
            return compose(sort, said, languages)
    return None


def _keep(texts: dict[str, str], language: str, text: str) -> None:
    """Of several texts in one language the longest, of equally long ones the first by letters."""
    kept = texts.get(language)
    if kept is None or (-len(text), text) < (-len(kept), kept):
        texts[language] = text


def all_of(graph: Graph, sort: Sort) -> frozenset[str]:
    """Every thing of a sort."""
    query = engine("tagging-things").bind({"class": iri(sort.class_)})
    return frozenset(thing for (thing,) in graph.select(query) if thing)


def texts(
    graph: Graph, sort: Sort, things: Sequence[str], languages: Sequence[str]
) -> Iterator[tuple[str, TextToTag]]:
    """The things that say something, with their texts, in the order given; a few at a time."""
    query = engine("tagging-texts")
    for first in range(0, len(things), _AT_ONCE):
        some = things[first : first + _AT_ONCE]
        said: dict[str, dict[str, dict[str, str]]] = {}
        named = [iri(thing) for thing in some]
        for _, relation in sort.parts:
            bound = query.bind({"things": named, "relation": iri(relation)})
            for thing, text, language in graph.select(bound):
                if thing and text:
                    _keep(said.setdefault(thing, {}).setdefault(relation, {}), language or "", text)
        for thing in some:
            text_to_tag = compose(sort, said.get(thing, {}), languages)
            if text_to_tag is not None:
                yield thing, text_to_tag


def of_source(graph: Graph, graph_iri: str, sort: Sort) -> frozenset[str]:
    """The things of a sort that a source's graph describes."""
    query = engine("tagging-sourced").bind({"class": iri(sort.class_), "graph": iri(graph_iri)})
    return frozenset(thing for (thing,) in graph.select(query) if thing)
