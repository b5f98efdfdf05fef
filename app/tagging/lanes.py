"""Lanes: from texts to candidate skills, each with the features that speak for it.

A lane is one way to come from words to skills: labels named as such, words of labels, words of
descriptions, the latent space, neighbours in ESCO's hierarchy, skills that texts of the kind
often bear. Every lane only proposes; the ranker weighs. Several texts go through at once: what
is asked of every pair of a text and a candidate is one step over all pairs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from app.tagging.arrays import begins, best_first, top
from app.tagging.company import Habits
from app.tagging.cover import Cover, stacked
from app.tagging.features import FEATURES, F
from app.tagging.index import Index
from app.tagging.masks import masked
from app.tagging.memory import Memory
from app.tagging.naming import Named, Names
from app.tagging.neighbours import Hierarchy, teaching_stems
from app.tagging.port import Kind
from app.tagging.short import Look, look
from app.tagging.text import Reading, catalogue_stems, stemmer, stop_stems
from app.tagging.vectors import Vectors

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

BY_WORDS, BY_LABELS, BY_SENTENCE, BY_LATENT, BY_HIERARCHY = 60, 40, 40, 30, 20
BY_VECTOR, BY_VECTOR_SENTENCE = 60, 30
"""How many candidates each lane proposes: recall on judged texts hardly grew beyond them."""

_STOP, _UNKNOWN, _NO_ROW = -1, -2, -1
"""Stand for the number of a stem that is a stop, or in no index; for the row of one without any."""

MOST_SENTENCES = 1000
"""Sentences that are told apart; what follows is read as one more, so that memory has a bound."""

SENTENCES_TOGETHER = 480
"""Sentences of the texts that go through in one step: more would only take memory."""


@dataclass(frozen=True)
class Candidates:
    """Candidate skills of one text, with their features and where to look for evidence.

    Attributes:
        reading: the text as read.
        skills: numbers of the candidates, ascending.
        features: one row each, columns as ``FEATURES``.
        named: for each candidate that is named, its matches, best first.
        sentence: for each candidate, the sentence that is most like its labels; −1 for none.
        kin: for each candidate, the candidate skill whose own evidence speaks for it; −1.
        meaning: for each candidate, the sentence nearest to it by vectors; −1 without vectors.
        vector: of the whole text; empty without vectors.
        short: features of a closer look, columns as ``SHORT_FEATURES``; None but of short texts.
    """

    reading: Reading
    skills: Ints
    features: Floats
    named: Mapping[int, Sequence[Named]]
    sentence: Ints
    kin: Ints
    meaning: Ints
    vector: Floats
    short: Floats | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One text to find candidates for; its title, if it has one, ends at ``title_end``."""

    reading: Reading
    kind: Kind
    title_end: int
    habits: Habits
    memory: Memory
    forgotten: int | None = None
    """A judged text that the memory leaves out."""
    often: Floats | None = None
    """Of a short text, which gets a closer look: how often labelled sentences bear each skill."""


@dataclass(slots=True)
class _Walk:
    """What is heard of a text, word by word, without what is no evidence.

    Attributes:
        numbers: of the known stems that are no stops.
        places: the words that they stand for.
        sentences: the sentences that they stand in.
        whole: whether they are whole words; the stems of a split compound are not: they are like
            the text, but name nothing.
        title: rows of vectors of the title.
        bags: rows of vectors of each sentence.
        in_title: how many of the first numbers stand in the title.
    """

    numbers: list[int]
    places: list[int]
    sentences: list[int]
    whole: list[bool]
    title: list[int]
    bags: list[list[int]]
    in_title: int = 0


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A text as stems: their numbers, words, sentences.

    ``walk`` is of all stems: a name is looked for in these. The rest is of those that tell texts
    apart, without what every course or paper says.
    """

    request: Request
    walk: _Walk
    stems: Ints
    sentence_of: Ints
    in_title: NDArray[np.bool_]
    bags: Sequence[Sequence[int]]
    """Rows of vectors: of the whole text with its title twice, of the title, of each sentence."""
    spoken_of: Ints
    """The sentences that the bags from the third on are of."""


@dataclass(frozen=True, slots=True)
class _ByVectors:
    """What vectors say of several texts.

    Attributes:
        vectors: by text, those of the whole, the title, each sentence.
        words: text × skill, likeness of the whole to names with description.
        names: sentence × skill, likeness to the names; the sentences that have a bag.
        first: by text, the row of its first sentence there; one more at the end.
        best: text × skill, likeness of the sentence most like the names.
    """

    vectors: Sequence[Floats]
    words: Floats
    names: Floats
    first: Ints
    best: Floats


@dataclass
class Lanes:
    """The lanes of one language; ready for texts of that language."""

    index: Index
    hierarchy: Hierarchy
    vectors: Vectors | None = None
    """Those that the index was made with."""
    _numbers: dict[str, int] = field(init=False, repr=False)
    _compounds: dict[str, tuple[int, ...]] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Turn the index's arrays into what a walk over words needs."""
        index = self.index
        self._numbers = {stem: number for number, stem in enumerate(index.stems)}
        self._names = Names(index, self._numbers)
        self._cover = Cover(index)
        catalogue = catalogue_stems(index.language)
        stops = stop_stems(index.language)
        heard = {**self._numbers, **dict.fromkeys(stops, _STOP)}
        vectors = self.vectors.rows if self.vectors is not None else {}
        rows = {s: row for s, row in vectors.items() if s not in stops and s not in catalogue}
        self._heard = {
            stem: (heard.get(stem, _UNKNOWN), rows.get(stem, _NO_ROW)) for stem in {**heard, **rows}
        }
        # A product with few rows spends its time on bringing the table into this order.
        self._names_by_dimension = np.ascontiguousarray(index.vector_names.T)
        self._words_by_dimension = np.ascontiguousarray(index.vector_words.T)
        self._latent_by_dimension = np.ascontiguousarray(index.latent_skills.T)
        self._telling = np.asarray([stem not in catalogue for stem in index.stems], np.bool_)
        self._labelled = self._cover.counts > 0
        self._unnamed = self._labelled & ~index.named

    def candidates(self, requests: Sequence[Request]) -> list[Candidates]:
        """Candidates of several texts at once: one step serves them all."""
        prepared = [self._prepared(request) for request in requests]
        speaking = [one for one in prepared if len(one.stems)]
        found = chain.from_iterable(map(self._weighed, _together(speaking)))
        return [next(found) if len(one.stems) else _none(one.request.reading) for one in prepared]

    def _prepared(self, request: Request) -> _Prepared:
        reading = request.reading
        walk = self._walked(reading, request.title_end, asks=request.often is not None)
        spoken = np.asarray(walk.numbers, np.int64)
        telling = self._telling[spoken]
        return _Prepared(
            request,
            walk,
            spoken[telling],
            np.minimum(np.asarray(walk.sentences, np.int64)[telling], MOST_SENTENCES - 1),
            (np.arange(len(spoken)) < walk.in_title)[telling],
            *self._bags(walk),
        )

    def vectors_of(self, readings: Sequence[tuple[Reading, int]]) -> Floats:
        """The vectors of whole texts, each with the end of its title; no columns without vectors."""
        if self.vectors is None:
            return np.zeros((len(readings), 0), np.float32)
        return self.vectors.sums(
            [self._bags(self._walked(reading, end))[0][0] for reading, end in readings]
        )

    def _walked(self, reading: Reading, title_end: int, *, asks: bool = False) -> _Walk:
        """What the lanes hear of a text, word by word."""
        hidden = masked(reading, asks=asks)
        heard = self._heard
        walk = _Walk([], [], [], [], [], [[] for _ in reading.sentences[:MOST_SENTENCES]])
        numbers, places, sentences, whole = walk.numbers, walk.places, walk.sentences, walk.whole
        title_words = 0
        for place, (_, stem, start, _, sentence) in enumerate(reading.words):
            if hidden[place]:
                continue
            number, row = heard.get(stem, _NOT_HEARD)
            if row != _NO_ROW:
                walk.bags[min(sentence, MOST_SENTENCES - 1)].append(row)
                if start < title_end:
                    walk.title.append(row)
            if number >= 0:
                numbers.append(number)
                places.append(place)
                sentences.append(sentence)
                whole.append(True)
            elif number == _UNKNOWN:
                for part in self._split(stem):
                    numbers.append(part)
                    places.append(place)
                    sentences.append(sentence)
                    whole.append(False)
            if start < title_end:
                title_words = len(numbers)
        walk.in_title = title_words
        return walk

    def _bags(self, walk: _Walk) -> tuple[Sequence[Sequence[int]], Ints]:
        """The bags of a text, and the numbers of the sentences that have one."""
        if self.vectors is None:
            return (), np.zeros(0, np.int64)
        bags = walk.bags
        whole = [row for bag in bags for row in bag] + walk.title
        spoken = [number for number, bag in enumerate(bags) if bag]
        return (whole, walk.title, *(bags[n] for n in spoken)), np.asarray(spoken, np.int64)

    def _likenesses(self, prepared: Sequence[_Prepared]) -> _ByVectors | None:
        """What vectors say of each text; one product with all skills serves them all."""
        if self.vectors is None:
            return None
        vectors = self.vectors.sums([bag for one in prepared for bag in one.bags])
        first = np.cumsum([0] + [len(one.bags) for one in prepared])
        of_text = np.split(vectors, first[1:-1])
        words = vectors[first[:-1]] @ self._words_by_dimension
        spoken = np.concatenate([vectors_[2:] for vectors_ in of_text])
        first = first - 2 * np.arange(len(first))
        names = spoken @ self._names_by_dimension
        return _ByVectors(of_text, words, names, first, _best_of(names, first))

    def _weighed(self, prepared: Sequence[_Prepared]) -> list[Candidates]:
        """The candidates of texts that say something, with every feature."""
        index, cover = self.index, self._cover
        stems = stacked(
            [
                (one.stems, one.sentence_of, one.in_title,
                 min(len(one.request.reading.sentences), MOST_SENTENCES))
                for one in prepared
            ],
            index.idf,
        )  # fmt: skip
        words_text = _dense(stems.texts @ index.words)
        labels_text = _dense(stems.texts @ index.labels)
        by_sentence = _dense(stems.sentences @ index.labels)
        labels_sentence = _best_of(by_sentence, stems.first_sentence)
        latent = self._latent(stems.texts)
        vectors = self._likenesses(prepared)

        lexical = words_text + labels_text + 0.5 * labels_sentence
        if latent is not None:
            lexical += 0.3 * np.maximum(latent, 0)
        named = []
        looks: list[Look | None] = []
        for number, one in enumerate(prepared):
            walk = one.walk
            met = self._names.met(walk.numbers, walk.places, walk.sentences, walk.whole)
            found = self._names.named(one.request.reading, walk.numbers, met)
            for skill, matches in found.items():
                lexical[number, skill] += 0.2 if all(match.nested for match in matches) else 0.5
            named.append(found)
            looks.append(self._look(one, met))
        asked = [
            one.request.memory.ask(vectors.vectors[number][0], one.request.forgotten)
            if vectors is not None
            else None
            for number, one in enumerate(prepared)
        ]

        chosen = np.zeros(lexical.shape, np.bool_)
        chosen[top(words_text, BY_WORDS)] = True
        chosen[top(labels_text, BY_LABELS)] = True
        chosen[top(labels_sentence, BY_SENTENCE)] = True
        texts, strongest = top(lexical, BY_HIERARCHY)
        below, broader = self.hierarchy.broader.pairs(strongest)
        chosen[texts[below], broader] = True
        if latent is not None:
            chosen[top(latent, BY_LATENT)] = True
        if vectors is not None:
            chosen[top(vectors.words, BY_VECTOR)] = True
            chosen[top(vectors.best, BY_VECTOR_SENTENCE)] = True
        for number, one in enumerate(prepared):
            row, request = chosen[number], one.request
            row[request.habits.skills] = True
            votes = asked[number]
            if votes is not None:
                row[request.memory.proposed(votes[0])] = True
            closer = looks[number]
            if closer is not None:
                row[closer.proposed()] = True
            row &= self._unnamed
            if closer is not None:
                row[closer.loose] = True
            row[list(named[number])] = True
            row &= self._labelled
            if request.kind is Kind.COURSE and not _about_teaching(
                request.reading, request.title_end
            ):
                row &= ~self.hierarchy.teaching
        text_of, skills = (np.asarray(part, np.int64) for part in np.nonzero(chosen))
        starts = np.searchsorted(text_of, np.arange(len(prepared) + 1))

        features = np.zeros((len(skills), len(FEATURES)), np.float32)
        for name, scores in (("labels", labels_text), ("words", words_text), ("latent", latent)):
            if scores is not None:
                column = F["latent"] if name == "latent" else F[f"{name}_text"]
                _relative(features, text_of, skills, scores, column, F[f"{name}_relative"])
        features[:, F["labels_sentence"]] = labels_sentence[text_of, skills]
        features[:, F["specificity"]] = np.minimum(index.specificity[skills] / 10, 3)
        features[:, F["single"]] = cover.single[skills]
        features[:, F["knowledge"]] = self.hierarchy.knowledge[skills]
        features[:, F["transversal"]] = self.hierarchy.transversal[skills]
        features[:, F["place"]] = best_first(lexical[text_of, skills], starts.tolist())
        best_cover = cover.fill(features, text_of, skills, stems)
        kin = self._kin_features(features, text_of, skills, lexical)
        if vectors is not None:
            self._vector_features(features, text_of, skills, starts, vectors)

        result = []
        for number, one in enumerate(prepared):
            request = one.request
            first, last = starts[number], starts[number + 1]
            own, its = skills[first:last], features[first:last]
            if not len(own):
                result.append(_none(request.reading))
                continue
            request.habits.fill(its, own, request.reading.places)
            self._names.fill(its, own, named[number], request.reading, request.title_end)
            meaning = np.full(len(own), -1, np.int64)
            votes = asked[number]
            if vectors is not None and votes is not None:
                request.memory.fill(its, own, votes)
                by_names = vectors.names[vectors.first[number] : vectors.first[number + 1]]
                meaning = self._sentence_features(
                    its, own, vectors.vectors[number], by_names.take(own, axis=1), one.spoken_of
                )
            sentences = slice(stems.first_sentence[number], stems.first_sentence[number + 1])
            liking = by_sentence[sentences].take(own, axis=1)
            sentence = np.where(liking.max(axis=0) > 0, liking.argmax(axis=0), -1)
            sentence = np.where(its[:, F["cover_any"]] >= 0.5, best_cover[first:last], sentence)
            closer = looks[number]
            result.append(
                Candidates(
                    request.reading,
                    own,
                    its,
                    named[number],
                    sentence,
                    kin[first:last],
                    meaning,
                    vectors.vectors[number][0] if vectors is not None else _NO_VECTOR,
                    closer.features(own, request.often)
                    if closer is not None and request.often is not None
                    else None,
                )
            )
        return result

    def _look(self, one: _Prepared, met: Sequence[tuple[int, int, int]]) -> Look | None:
        """A closer look at a text that asks for one; None at any other, or without vectors."""
        if one.request.often is None or self.vectors is None:
            return None
        loose = {self._names.skill(label) for _, _, label in met}
        return look(one.request.reading, one.bags[2:], self.index, self.vectors, loose)

    def _split(self, stem: str) -> tuple[int, ...]:
        """An unknown compound as two known stems ("nonlinear", "prosessisuunnittelu"), or nothing."""
        found = self._compounds.get(stem)
        if found is None:
            found = ()
            for cut in range(len(stem) - 4, 3, -1) if 8 <= len(stem) <= 40 else ():
                head, tail = self._numbers.get(stem[:cut]), None
                if head is None:
                    head = self._numbers.get(stemmer(self.index.language)(stem[:cut]))
                if head is not None:
                    tail = self._numbers.get(stem[cut:])
                if head is not None and tail is not None:
                    found = (head, tail)
                    break
            if len(self._compounds) > 200_000:
                self._compounds.clear()
            self._compounds[stem] = found
        return found

    def _vector_features(
        self, features: Floats, text_of: Ints, skills: Ints, starts: Ints, vectors: _ByVectors
    ) -> None:
        """Fill in what vectors say of whole texts."""
        whole = vectors.words[text_of, skills]
        _relative(features, text_of, skills, vectors.words, F["vector_words"], F["vector_relative"])
        features[:, F["vector_place"]] = best_first(whole, starts.tolist())
        for neighbours in (self.hierarchy.narrower, self.hierarchy.related):
            rows, others = neighbours.pairs(skills)
            first = begins(rows)
            if len(first):
                best = np.maximum.reduceat(vectors.words[text_of[rows], others], first)
                at = rows[first]
                features[at, F["vector_kin"]] = np.maximum(features[at, F["vector_kin"]], best)

    def _sentence_features(
        self,
        features: Floats,
        skills: Ints,
        vectors: Floats,
        by_names: Floats,
        spoken_of: Ints,
    ) -> Ints:
        """Fill in what the vectors of a text say by its title and sentences; each nearest one."""
        likeness = vectors[:2] @ self.index.vector_names.take(skills, axis=0).T
        features[:, F["vector_names"]] = likeness[0]
        features[:, F["vector_title"]] = likeness[1]
        if not len(by_names):
            return np.full(len(skills), -1, np.int64)
        ranked = np.sort(by_names, axis=0)[::-1]
        features[:, F["vector_sentence"]] = ranked[0]
        features[:, F["vector_sentences"]] = ranked[:3].mean(axis=0)
        by_words = vectors[2:] @ self.index.vector_words.take(skills, axis=0).T
        features[:, F["vector_sentence_words"]] = by_words.max(axis=0)
        return np.asarray(spoken_of[by_names.argmax(axis=0)], np.int64)

    def _latent(self, texts: sp.csr_matrix) -> Floats | None:
        """Likeness of texts and skills in the latent space; None where there is no such space."""
        if self.index.latent_stems.shape[1] == 0:
            return None
        vectors = np.asarray(texts @ self.index.latent_stems, np.float32)
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return np.asarray(vectors @ self._latent_by_dimension, np.float32)

    def _kin_features(self, features: Floats, text_of: Ints, skills: Ints, lexical: Floats) -> Ints:
        """Fill in how strong the neighbours of each skill are; the strongest of each, or −1."""
        kin = np.full(len(skills), -1, np.int64)
        strongest = np.zeros(len(skills), np.float32)
        most = np.maximum(lexical.max(axis=1), np.float32(1e-6))
        for name, neighbours in (
            ("narrower", self.hierarchy.narrower),
            ("broader", self.hierarchy.broader),
            ("related", self.hierarchy.related),
        ):
            rows, others = neighbours.pairs(skills)
            if len(rows) == 0:
                continue
            scores = lexical[text_of[rows], others]
            starts = begins(rows)
            at, best = rows[starts], np.maximum.reduceat(scores, starts)
            # Of equally strong neighbours the first by number; they are in order.
            equal = np.flatnonzero(scores == np.repeat(best, np.diff(starts, append=len(rows))))
            strong = others[equal[begins(rows[equal])]]
            best = best / most[text_of[at]]
            features[at, F[name]] = best
            better = best > strongest[at]
            strongest[at[better]] = best[better]
            kin[at[better]] = strong[better]
        return kin


def _together(prepared: Sequence[_Prepared]) -> Iterator[Sequence[_Prepared]]:
    """Texts side by side, as many as one step takes."""
    some: list[_Prepared] = []
    sentences = 0
    for one in prepared:
        its = len(one.walk.bags)
        if some and sentences + its > SENTENCES_TOGETHER:
            yield some
            some, sentences = [], 0
        some.append(one)
        sentences += its
    if some:
        yield some


def _relative(
    features: Floats, text_of: Ints, skills: Ints, scores: Floats, plain: int, relative: int
) -> None:
    """Fill in the scores of pairs of text and skill, and their share of the text's best."""
    own = scores[text_of, skills]
    features[:, plain] = own
    features[:, relative] = own / np.maximum(scores.max(axis=1), np.float32(1e-6))[text_of]


def _best_of(rows: Floats, first: Ints) -> Floats:
    """For each text the best of its rows, those from first[n] to first[n + 1]; zeros for none."""
    best = np.zeros((len(first) - 1, rows.shape[1]), np.float32)
    for number, (begin, end) in enumerate(pairwise(first.tolist())):
        if end > begin:
            rows[begin:end].max(axis=0, out=best[number])
    return best


def _about_teaching(reading: Reading, title_end: int) -> bool:
    """Whether a course is itself about teaching: its title says so, or without one its text."""
    fields, signs = teaching_stems(reading.language)
    if title_end == 0:
        return any(word.stem in fields for word in reading.words)
    return any(word.stem in signs for word in reading.words if word.start < title_end)


_NOT_HEARD = (_UNKNOWN, _NO_ROW)

_NO_VECTOR: Floats = np.zeros(0, np.float32)


def _dense(matrix: sp.csr_matrix) -> Floats:
    return np.asarray(matrix.toarray(), np.float32)


def _none(reading: Reading) -> Candidates:
    none = np.zeros(0, np.int64)
    features = np.zeros((0, len(FEATURES)), np.float32)
    return Candidates(reading, none, features, {}, none, none, none, _NO_VECTOR)
