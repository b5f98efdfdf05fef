"""A vocabulary as any of its files states it: concepts with labels, codes and what lies above."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

from loaders.base import Run
from loaders.errors import LoadError, RecordError
from loaders.files import Member, members
from loaders.once import Once
from loaders.vocabularies.hierarchy import transitive
from ontology import terms
from ontology.ntriples import Term, Triple, iri, text

_TYPE: Final = iri(terms.rdf.type)
_CONCEPT: Final = iri(terms.skos.Concept)
_SCHEME: Final = iri(terms.skos.ConceptScheme)
_IN_SCHEME: Final = iri(terms.skos.inScheme)
_PREF_LABEL: Final = iri(terms.skos.prefLabel)
_NOTATION: Final = iri(terms.skos.notation)
_BROADER: Final = iri(terms.skos.broader)
_RELATED: Final = iri(terms.skos.related)
_MATCHES: Final = {
    "exact": iri(terms.skos.exactMatch),
    "close": iri(terms.skos.closeMatch),
}
_NOTES: Final = {
    "alternative": iri(terms.skos.altLabel),
    "hidden": iri(terms.skos.hiddenLabel),
    "definition": iri(terms.skos.definition),
    "scope": iri(terms.skos.scopeNote),
}
_MOST_LABELS: Final = 2_000_000


class Statement(NamedTuple):
    """One thing that a file says of a concept.

    ``kind`` is ``label``, ``code``, ``broader``, ``related``, ``exact``, ``close``,
    ``alternative``, ``hidden``, ``definition`` or ``scope``; ``language`` is "" where the
    value has none.
    """

    concept: str
    kind: str
    value: str
    language: str = ""


Reading = Callable[[Member, Run], Iterator[Statement]]
"""How the statements of one file are read."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a loader says of its vocabulary.

    Attributes:
        scheme: IRI of its concept scheme.
        titles: the scheme's title by language.
        namespace: where the IRIs of its concepts begin.
        readings: how a file is read, by its suffix.
        code: the code that a concept's name, the end of its IRI, is; "" if it is none.
        above: the name of the concept that a name alone says to be above it; "" if none.
    """

    scheme: str
    titles: Mapping[str, str]
    namespace: str
    readings: Mapping[str, Reading]
    code: Callable[[str], str] = lambda _: ""
    above: Callable[[str], str] = lambda _: ""

    def read(self, paths: Sequence[Path], run: Run) -> Iterator[Triple]:
        """Triples of the vocabulary in the order of its files, then what lies above each concept."""
        yield from _Mapper(self, run).triples(self._statements(paths, run))

    def _statements(
        self, paths: Sequence[Path], run: Run
    ) -> Iterator[tuple[str, Iterator[Statement]]]:
        found = False
        for member in members(paths, run):
            reading = self.readings.get(PurePosixPath(member.stem).suffix.lower())
            if reading is None:
                run.warn("file passed over: no suffix of this vocabulary's files", member.name)
                continue
            found = True
            yield member.name, reading(member, run)
        if not found:
            raise LoadError(
                f"{', '.join(path.name for path in paths)}: no file of the vocabulary. "
                f"Its suffix tells its form: {', '.join(self.readings)}."
            )


class _Mapper:
    """Says each thing once, and one label in each language: SKOS asks for it."""

    def __init__(self, vocabulary: Vocabulary, run: Run) -> None:
        self._vocabulary = vocabulary
        self._run = run
        self._scheme = iri(vocabulary.scheme)
        self._concepts: dict[str, Term] = {}
        self._labelled = Once(_MOST_LABELS)
        self._broader: dict[Term, dict[Term, None]] = {}

    def triples(self, files: Iterator[tuple[str, Iterator[Statement]]]) -> Iterator[Triple]:
        yield self._scheme, _TYPE, _SCHEME
        for language, title in self._vocabulary.titles.items():
            yield self._scheme, _PREF_LABEL, text(title, language)
        for name, statements in files:
            for statement in statements:
                try:
                    yield from self._statement(statement)
                except RecordError as error:
                    self._run.reject(f"{name} {statement.concept[:120]}", error)
        if not self._concepts:
            raise LoadError(
                f"No concept of {self._vocabulary.namespace} in it. Is it a file of the vocabulary?"
            )
        yield from self._hierarchy()

    def _statement(self, said: Statement) -> Iterator[Triple]:
        node = self._concepts.get(said.concept)
        if node is None:
            node = _iri("concept", said.concept)
            yield from self._first(said.concept, node)
        if said.kind == "label":
            yield from self._label(node, said)
        elif said.kind == "code":
            yield node, _NOTATION, text(said.value)
        elif said.kind == "broader":
            self._broader.setdefault(node, {})[_iri("broader", said.value)] = None
        elif said.kind in _NOTES:
            yield node, _NOTES[said.kind], _said(said)
        elif said.kind == "related":
            yield node, _RELATED, _iri(said.kind, said.value)
        else:
            yield node, _MATCHES[said.kind], _iri(said.kind, said.value)

    def _first(self, concept: str, node: Term) -> Iterator[Triple]:
        self._concepts[concept] = node
        self._run.counts["concepts"] += 1
        yield node, _TYPE, _CONCEPT
        yield node, _IN_SCHEME, self._scheme
        if code := self._vocabulary.code(concept.removeprefix(self._vocabulary.namespace)):
            yield node, _NOTATION, text(code)

    def _label(self, node: Term, said: Statement) -> Iterator[Triple]:
        if self._labelled(f"{node}{said.language}"):
            self._run.counts[f"labels in {said.language or 'no stated language'}"] += 1
            yield node, _PREF_LABEL, _said(said)
        else:
            self._run.warn(
                "concept labelled twice in a language, the first is taken",
                said.concept,
                f"{said.value} ({said.language})",
            )

    def _hierarchy(self) -> Iterator[Triple]:
        """``skos:broader`` as stated or as the codes say, and what follows from it."""
        namespace = self._vocabulary.namespace
        for concept, node in self._concepts.items():
            above = self._vocabulary.above(concept.removeprefix(namespace))
            wider = self._concepts.get(f"{namespace}{above}") if above else None
            if wider is not None:
                self._broader.setdefault(node, {})[wider] = None
        known = frozenset(self._concepts.values())
        kept: dict[Term, dict[Term, None]] = {}
        for node, several in self._broader.items():
            for wider in several:
                if wider not in known or wider == node:
                    self._run.warn("broader concept is not in the files", node[1:-1], wider[1:-1])
                    continue
                kept.setdefault(node, {})[wider] = None
                self._run.counts["broader relations"] += 1
                yield node, _BROADER, wider
        yield from transitive(kept, self._run)


def _said(said: Statement) -> Term:
    try:
        return text(said.value, said.language or None)
    except ValueError:
        raise RecordError(said.kind, "no language tag", said.language[:40]) from None


def _iri(pointer: str, value: str) -> Term:
    try:
        return iri(value)
    except ValueError:
        raise RecordError(pointer, "not an IRI", value[:200]) from None
