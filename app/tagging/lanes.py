"""Lanes: from a text to candidate skills, each with the features that speak for it.

A lane is one way to come from words to skills: labels named as such, words of labels, words of
descriptions, the latent space, neighbours in ESCO's hierarchy, skills that texts of the kind
often bear. Every lane only proposes; the ranker weighs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from app.tagging.habits import Habit
from app.tagging.index import Index
from app.tagging.lexicon import PREFERRED, Lexicon
from app.tagging.masks import masked
from app.tagging.memory import Memory
from app.tagging.port import Kind
from app.tagging.text import Reading, catalogue_stems, stemmer, stop_stems
from app.tagging.vectors import Vectors

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

FEATURES = (
    "preferred",  # the preferred label is named
    "alternative",  # another label is named
    "nested",  # only inside a longer name of another skill
    "shared",  # how many other skills bear the label that is named
    "named_idf",  # how telling the words of the named label are
    "named_words",  # how many content words it has beyond the first
    "times",  # how often it is named, logarithm
    "title",  # named in the title
    "labels_text",  # likeness of whole text and labels
    "labels_sentence",  # likeness of the best sentence and labels
    "words_text",  # likeness of whole text, and labels with description
    "latent",  # likeness in the latent space
    "labels_relative",  # likeness to labels against the text's best
    "words_relative",  # likeness to description against the text's best
    "latent_relative",  # latent likeness against the text's best
    "cover_preferred",  # share of the preferred label in the best sentence
    "cover_any",  # share of any label in the best sentence
    "cover_text",  # share of the preferred label anywhere in the text
    "cover_title",  # share of the preferred label in the title
    "cover_full",  # all of the preferred label in one sentence
    "specificity",  # summed idf of the preferred label
    "single",  # the preferred label has one content word
    "knowledge",  # ESCO calls it knowledge
    "transversal",  # ESCO calls it transversal
    "narrower",  # the best lexical score of a narrower skill
    "broader",  # the best lexical score of a broader skill
    "related",  # the best lexical score of a related skill
    "place",  # 1/(1 + place by lexical score)
    "prior",  # logarithm of how many judged texts of the kind bear it
    "company",  # share of the words that go with it in judged texts
    "company_relative",  # the same against the text's best
    "company_prior",  # both together
    "vector_names",  # likeness of the whole text's vector and that of the names
    "vector_words",  # likeness of the whole text's vector and that of names with description
    "vector_sentence",  # likeness of the best sentence's vector and that of the names
    "vector_sentence_words",  # the same with description
    "vector_sentences",  # mean over the three best sentences
    "vector_relative",  # likeness to names with description against the text's best
    "vector_place",  # 1/(1 + place by it)
    "vector_title",  # likeness of the title's vector
    "vector_kin",  # the best such likeness of a narrower or related skill
    "memory",  # share of like judged texts that bear it
    "memory_nearest",  # likeness of the nearest judged text that bears it
    "memory_relative",  # the share against the text's best
    "memory_log",  # logarithm of the share
    "memory_alone",  # the share against the text's best, where no word goes with it
)

BY_VECTORS = ("vector_", "memory")
"""How the features begin that need vectors of the language."""

F = {name: number for number, name in enumerate(FEATURES)}

BY_WORDS, BY_LABELS, BY_SENTENCE, BY_LATENT, BY_HIERARCHY = 60, 40, 40, 30, 20
BY_VECTOR, BY_VECTOR_SENTENCE = 60, 30
"""How many candidates each lane proposes: recall on judged texts hardly grew beyond them."""

LABELS_PER_SKILL = 12

LEAST_SHARE = 0.001
"""The share of like texts below which one more or less says nothing."""

TELLING = 3.0
"""Least idf of a word that can vouch for an ambiguous name: about one skill in twenty has it."""


@dataclass(frozen=True, slots=True)
class Named:
    """A label found in a text: words ``first`` to ``last`` (exclusive) of the reading."""

    label: int
    skill: int
    first: int
    last: int
    nested: bool


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
    """

    reading: Reading
    skills: Ints
    features: Floats
    named: Mapping[int, Sequence[Named]]
    sentence: Ints
    kin: Ints
    meaning: Ints


@dataclass(frozen=True)
class Neighbours:
    """For every skill its neighbours of one sort: those of skill n from first[n] to first[n+1]."""

    first: Ints
    others: Ints

    @staticmethod
    def between(pairs: Iterable[tuple[int, int]], size: int) -> Neighbours:
        """Neighbours as pairs of numbers state them."""
        ordered = sorted(set(pairs))
        ones = np.asarray([one for one, _ in ordered], np.int64)
        return Neighbours(
            np.searchsorted(ones, np.arange(size + 1)).astype(np.int64),
            np.asarray([other for _, other in ordered], np.int64),
        )

    def pairs(self, skills: Ints) -> tuple[Ints, Ints]:
        """For some skills, places among them and neighbours, pair by pair."""
        starts = self.first[skills]
        counts = self.first[skills + 1] - starts
        rows = np.repeat(np.arange(len(skills)), counts)
        offsets = np.repeat(starts - np.concatenate(([0], np.cumsum(counts)[:-1])), counts)
        return rows, self.others[offsets + np.arange(counts.sum())]

    def of(self, skills: Ints) -> Ints:
        """All neighbours of some skills."""
        return self.pairs(skills)[1]


@dataclass(frozen=True)
class Hierarchy:
    """Neighbours of every skill in ESCO and flags of skills, as far as ranking needs them."""

    broader: Neighbours
    narrower: Neighbours
    related: Neighbours
    knowledge: Floats
    transversal: Floats
    teaching: NDArray[np.bool_]

    @staticmethod
    def of(lexicon: Lexicon) -> Hierarchy:
        """The neighbours and flags that a lexicon states."""
        size = len(lexicon.skills)
        teaching = np.zeros(size, np.bool_)
        for skill, groups in lexicon.groups.items():
            teaching[skill] = any(_is_teaching(group) for group in groups)
        for label in lexicon.labels:
            # "assess students" and "adapt teaching" stand in groups of other names.
            pattern = _TEACHING_LABELS.get(label.language)
            if label.kind == PREFERRED and pattern and not lexicon.knowledge[label.skill]:
                teaching[label.skill] |= pattern.search(label.text) is not None
        return Hierarchy(
            Neighbours.between(lexicon.broader, size),
            Neighbours.between(((high, low) for low, high in lexicon.broader), size),
            Neighbours.between(
                (pair for one, two in lexicon.related for pair in ((one, two), (two, one))), size
            ),
            np.asarray(lexicon.knowledge, np.float32),
            np.asarray(lexicon.transversal, np.float32),
            teaching,
        )


class Habits:
    """The habits of one kind of text, by number of skill; ready to be looked up by stem."""

    def __init__(self, by_skill: Mapping[int, Habit]) -> None:
        self.by_skill = by_skill
        self.skills: Ints = np.asarray(sorted(by_skill), np.int64)
        self._log_texts = np.asarray(
            [np.log1p(by_skill[skill].texts) for skill in sorted(by_skill)], np.float32
        )
        self._by_stem: dict[str, list[tuple[int, float]]] = {}
        for place, skill in enumerate(sorted(by_skill)):
            habit = by_skill[skill]
            for stem, weight in habit.stems.items():
                self._by_stem.setdefault(stem, []).append((place, weight / habit.total))

    def fill(self, features: Floats, skills: Ints, reading: Reading) -> None:
        """Fill in the features that judged texts taught."""
        company = np.zeros(len(self.skills), np.float32)
        for stem in {word.stem for word in reading.words}:
            for place, weight in self._by_stem.get(stem, ()):
                company[place] += weight
        _, rows, places = np.intersect1d(skills, self.skills, True, return_indices=True)
        features[rows, F["prior"]] = self._log_texts[places]
        features[rows, F["company"]] = company[places]
        best = max(float(company.max(initial=0.0)), 1e-6)
        features[rows, F["company_relative"]] = company[places] / best
        features[rows, F["company_prior"]] = company[places] * self._log_texts[places]


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


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A text as stems: their numbers, words, sentences, and the rows they make.

    ``spoken``, ``places`` and ``whole`` are of all stems: a name is looked for in these. The rest
    is of those that tell texts apart, without what every course or paper says.
    """

    request: Request
    spoken: Ints
    places: Sequence[int]
    whole: Sequence[bool]
    stems: Ints
    sentence_of: Ints
    in_title: NDArray[np.bool_]
    text_row: sp.csr_matrix
    sentence_rows: sp.csr_matrix
    bags: Sequence[Sequence[int]]
    """Rows of vectors: of the whole text with its title twice, of the title, of each sentence."""
    spoken_of: Ints
    """The sentences that the bags from the third on are of."""


@dataclass(frozen=True, slots=True)
class _ByVectors:
    """What vectors say of a text.

    Attributes:
        vectors: of the whole, the title, each sentence.
        words: by skill, likeness of the whole to its names with description.
        names: one row for each of ``vectors``, by skill, likeness to its names.
    """

    vectors: Floats
    words: Floats
    names: Floats

    @property
    def best(self) -> Floats:
        """By skill, likeness of the sentence most like its names."""
        rows = self.names[2:] if len(self.names) > 2 else self.names[:1]
        return np.asarray(rows.max(axis=0), np.float32)


def _is_teaching(group: str) -> bool:
    """Whether an ESCO group is of skills by which others are taught.

    S1.3 is "teaching and training" in ESCO's hierarchy of skills.
    """
    return group == "S1.3" or group.startswith("S1.3.")


@dataclass
class Lanes:
    """The lanes of one language; ready for texts of that language."""

    index: Index
    hierarchy: Hierarchy
    vectors: Vectors | None = None
    """Those that the index was made with."""
    _numbers: dict[str, int] = field(init=False, repr=False)
    _catalogue: Ints = field(init=False, repr=False)
    _edges: dict[int, int] = field(init=False, repr=False)
    _ends: dict[int, list[int]] = field(init=False, repr=False)
    _context: dict[int, frozenset[int]] = field(init=False, repr=False, default_factory=dict)
    _compounds: dict[str, tuple[int, ...]] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Turn the index's arrays into what a walk over words needs."""
        index = self.index
        self._numbers = {stem: number for number, stem in enumerate(index.stems)}
        self._catalogue = np.asarray(
            [self._numbers.get(stem, -1) for stem in sorted(catalogue_stems(index.language))],
            np.int64,
        )
        self._silent = stop_stems(index.language) | catalogue_stems(index.language)
        self._edges = dict(zip(index.trie_keys.tolist(), index.trie_next.tolist(), strict=True))
        self._ends = {}
        for state, label in zip(index.end_state.tolist(), index.end_label.tolist(), strict=True):
            self._ends.setdefault(state, []).append(label)
        first = index.cover_first
        self._label_rows = first[:-1]
        self._label_counts = np.minimum(first[1:] - first[:-1], LABELS_PER_SKILL)
        # Of a small vocabulary, words of up to five skills tell enough.
        self._telling = min(TELLING, float(np.log((len(first)) / 6)))
        lengths = np.diff(index.cover.indptr)
        self._single = np.zeros(len(first) - 1, np.float32)
        has = self._label_counts > 0
        self._single[has] = lengths[first[:-1][has]] == 1

    def candidates(self, requests: Sequence[Request]) -> list[Candidates]:
        """Candidates of several texts at once: one product with the index serves them all."""
        prepared = [self._prepared(request) for request in requests]
        texts = sp.vstack([one.text_row for one in prepared]).tocsr()
        sentences = sp.vstack([one.sentence_rows for one in prepared]).tocsr()
        words_text = _dense(texts @ self.index.words)
        labels_text = _dense(texts @ self.index.labels)
        labels_sentence = _dense(sentences @ self.index.labels)
        latent = self._latent(texts)
        vectors = self._likenesses(prepared)
        result, first = [], 0
        for number, one in enumerate(prepared):
            last = first + one.sentence_rows.shape[0]
            result.append(
                self._weighed(
                    one,
                    words_text[number],
                    labels_text[number],
                    labels_sentence[first:last],
                    latent[number] if latent is not None else None,
                    vectors[number] if vectors is not None else None,
                )
            )
            first = last
        return result

    def _prepared(self, request: Request) -> _Prepared:
        reading = request.reading
        hidden = masked(reading)
        spoken, places, whole = self._stems(reading, hidden)
        telling = ~np.isin(spoken, self._catalogue)
        stems = spoken[telling]
        words = [reading.words[place] for place in places]
        sentence_of = np.fromiter((word.sentence for word in words), np.int64)[telling]
        in_title = np.fromiter((word.start < request.title_end for word in words), bool)[telling]
        text_row, sentence_rows = self._rows(stems, sentence_of, in_title, len(reading.sentences))
        return _Prepared(
            request, spoken, places, whole, stems, sentence_of, in_title, text_row, sentence_rows,
            *self._bags(reading, request.title_end, hidden),
        )  # fmt: skip

    def vectors_of(self, readings: Sequence[tuple[Reading, int]]) -> Floats:
        """The vectors of whole texts, each with the end of its title; no columns without vectors."""
        if self.vectors is None:
            return np.zeros((len(readings), 0), np.float32)
        return self.vectors.sums(
            [self._bags(reading, end, masked(reading))[0][0] for reading, end in readings]
        )

    def _bags(
        self, reading: Reading, title_end: int, hidden: Sequence[bool]
    ) -> tuple[Sequence[Sequence[int]], Ints]:
        """The bags of a text, and the numbers of the sentences that have one."""
        if self.vectors is None:
            return (), np.zeros(0, np.int64)
        rows, silent = self.vectors.rows, self._silent
        title: list[int] = []
        sentences: list[list[int]] = [[] for _ in reading.sentences]
        for place, word in enumerate(reading.words):
            row = rows.get(word.stem)
            if row is None or hidden[place] or word.stem in silent:
                continue
            sentences[word.sentence].append(row)
            if word.start < title_end:
                title.append(row)
        whole = [row for sentence in sentences for row in sentence] + title
        spoken = [number for number, sentence in enumerate(sentences) if sentence]
        return (whole, title, *(sentences[n] for n in spoken)), np.asarray(spoken, np.int64)

    def _likenesses(self, prepared: Sequence[_Prepared]) -> list[_ByVectors] | None:
        """What vectors say of each text; one product with all skills serves them all."""
        if self.vectors is None:
            return None
        vectors = self.vectors.sums([bag for one in prepared for bag in one.bags])
        names = vectors @ self.index.vector_names.T
        found, first = [], 0
        starts = np.cumsum([0] + [len(one.bags) for one in prepared])[:-1]
        words = vectors[starts] @ self.index.vector_words.T
        for number, one in enumerate(prepared):
            last = first + len(one.bags)
            found.append(_ByVectors(vectors[first:last], words[number], names[first:last]))
            first = last
        return found

    def _weighed(
        self,
        one: _Prepared,
        words_text: Floats,
        labels_text: Floats,
        by_sentence: Floats,
        latent: Floats | None,
        vectors: _ByVectors | None,
    ) -> Candidates:
        """The candidates of one text, with every feature."""
        index = self.index
        request, reading, stems = one.request, one.request.reading, one.stems
        if len(stems) == 0:
            return _none(reading)
        labels_sentence = by_sentence.max(axis=0)
        named = self._named(one)
        lexical = words_text + labels_text + 0.5 * labels_sentence
        if latent is not None:
            lexical += 0.3 * np.maximum(latent, 0)
        for skill, matches in named.items():
            lexical[skill] += 0.2 if all(match.nested for match in matches) else 0.5
        proposals = [
            np.fromiter(named, np.int64, len(named)),
            _top(words_text, BY_WORDS),
            _top(labels_text, BY_LABELS),
            _top(labels_sentence, BY_SENTENCE),
            request.habits.skills,
            self.hierarchy.broader.of(_top(lexical, BY_HIERARCHY)),
        ]
        if latent is not None:
            proposals.append(_top(latent, BY_LATENT))
        asked = _NOTHING_ASKED
        if vectors is not None:
            proposals.append(_top(vectors.words, BY_VECTOR))
            proposals.append(_top(vectors.best, BY_VECTOR_SENTENCE))
            asked = request.memory.ask(vectors.vectors[0], request.forgotten)
            proposals.append(request.memory.proposed(asked[0]))
        skills = np.unique(np.concatenate(proposals))
        keep = (self._label_counts[skills] > 0) & (
            ~index.named[skills] | np.isin(skills, proposals[0])
        )
        if request.kind is Kind.COURSE and not self._about_teaching(reading, request.title_end):
            keep &= ~self.hierarchy.teaching[skills]
        skills = skills[keep]
        if len(skills) == 0:
            return _none(reading)

        features = np.zeros((len(skills), len(FEATURES)), np.float32)
        for name, scores in (("labels", labels_text), ("words", words_text), ("latent", latent)):
            if scores is not None:
                column = F["latent"] if name == "latent" else F[f"{name}_text"]
                features[:, column] = scores[skills]
                relative = scores[skills] / max(float(scores.max()), 1e-6)
                features[:, F[f"{name}_relative"]] = relative
        features[:, F["labels_sentence"]] = labels_sentence[skills]
        features[:, F["specificity"]] = np.minimum(index.specificity[skills] / 10, 3)
        features[:, F["single"]] = self._single[skills]
        features[:, F["knowledge"]] = self.hierarchy.knowledge[skills]
        features[:, F["transversal"]] = self.hierarchy.transversal[skills]
        request.habits.fill(features, skills, reading)
        self._name_features(features, skills, named, reading, request.title_end)
        best_cover = self._cover_features(features, skills, one)
        kin = self._kin_features(features, skills, lexical)
        meaning = np.full(len(skills), -1, np.int64)
        if vectors is not None:
            self._vector_features(features, skills, vectors)
            _memory_features(features, skills, request.memory, asked)
            if len(one.spoken_of):
                meaning = one.spoken_of[vectors.names[2:, skills].argmax(axis=0)]

        order = np.argsort(-lexical[skills], kind="stable")
        place = np.empty(len(skills), np.float32)
        place[order] = np.arange(len(skills))
        features[:, F["place"]] = 1 / (1 + place)

        liking = by_sentence[:, skills]
        sentence = np.where(liking.max(axis=0) > 0, liking.argmax(axis=0), -1)
        sentence = np.where(features[:, F["cover_any"]] >= 0.5, best_cover, sentence)
        return Candidates(reading, skills, features, named, sentence, kin, meaning)

    def _stems(
        self, reading: Reading, hidden: Sequence[bool]
    ) -> tuple[Ints, Sequence[int], Sequence[bool]]:
        """Numbers of the known stems that are no stops, their words, and whether they are whole.

        The stems of a split compound are not whole: they are like the text, but name nothing.
        """
        known, stops = self._numbers, stop_stems(self.index.language)
        stems: list[int] = []
        places: list[int] = []
        whole: list[bool] = []
        for place, word in enumerate(reading.words):
            stem = word.stem
            if hidden[place] or stem in stops:
                continue
            number = known.get(stem)
            if number is not None:
                stems.append(number)
                places.append(place)
                whole.append(True)
                continue
            for part in self._split(stem):
                stems.append(part)
                places.append(place)
                whole.append(False)
        return np.asarray(stems, np.int64), places, whole

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

    def _rows(
        self, stems: Ints, sentence_of: Ints, in_title: NDArray[np.bool_], sentences: int
    ) -> tuple[sp.csr_matrix, sp.csr_matrix]:
        """The whole text (title twice) and its sentences as TF-IDF rows of length one."""
        columns = len(self.index.idf)
        counts = np.bincount(stems, weights=1.0 + in_title, minlength=columns)
        present = np.flatnonzero(counts)
        values = (1 + np.log(counts[present])) * self.index.idf[present]
        values /= max(float(np.linalg.norm(values)), 1e-9)
        text = sp.csr_matrix(
            (values.astype(np.float32), present.astype(np.int32), np.asarray([0, len(present)])),
            shape=(1, columns),
        )
        pairs = np.unique(sentence_of * columns + stems)
        rows, cols = pairs // columns, pairs % columns
        weights = self.index.idf[cols]
        norms = np.sqrt(np.bincount(rows, weights=weights**2, minlength=sentences))
        data = (weights / np.maximum(norms[rows], 1e-9)).astype(np.float32)
        indptr = np.searchsorted(rows, np.arange(sentences + 1)).astype(np.int32)
        return text, sp.csr_matrix(
            (data, cols.astype(np.int32), indptr), shape=(sentences, columns)
        )

    def _vector_features(self, features: Floats, skills: Ints, vectors: _ByVectors) -> None:
        """Fill in what vectors say."""
        whole = vectors.words
        features[:, F["vector_names"]] = vectors.names[0, skills]
        features[:, F["vector_title"]] = vectors.names[1, skills]
        features[:, F["vector_words"]] = whole[skills]
        best = max(float(whole.max()), 1e-6)
        features[:, F["vector_relative"]] = whole[skills] / best
        order = np.argsort(-whole[skills], kind="stable")
        place = np.empty(len(skills), np.float32)
        place[order] = np.arange(len(skills))
        features[:, F["vector_place"]] = 1 / (1 + place)
        sentences = vectors.names[2:, skills]
        if len(sentences):
            ranked = -np.sort(-sentences, axis=0)
            features[:, F["vector_sentence"]] = ranked[0]
            features[:, F["vector_sentences"]] = ranked[:3].mean(axis=0)
            in_words = vectors.vectors[2:] @ self.index.vector_words[skills].T
            features[:, F["vector_sentence_words"]] = in_words.max(axis=0)
        for neighbours in (self.hierarchy.narrower, self.hierarchy.related):
            rows, others = neighbours.pairs(skills)
            np.maximum.at(features[:, F["vector_kin"]], rows, whole[others])

    def _latent(self, texts: sp.csr_matrix) -> Floats | None:
        """Likeness of texts and skills in the latent space; None where there is no such space."""
        if self.index.latent_stems.shape[1] == 0:
            return None
        vectors = np.asarray(texts @ self.index.latent_stems, np.float32)
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return np.asarray(vectors @ self.index.latent_skills.T, np.float32)

    def _named(self, one: _Prepared) -> dict[int, list[Named]]:
        """Labels that the text names, each under its own conditions, the best match first."""
        reading, places, whole = one.request.reading, one.places, one.whole
        edges, ends, words = self._edges, self._ends, reading.words
        numbers = one.spoken.tolist()
        found: list[tuple[int, int, int]] = []
        count = len(numbers)
        for begin in range(count):
            state, at = 0, begin
            sentence = words[places[begin]].sentence
            while at < count and whole[at] and words[places[at]].sentence == sentence:
                following = edges.get((state << 32) | numbers[at])
                if following is None:
                    break
                state, at = following, at + 1
                for label in ends.get(state, ()):
                    found.append((places[begin], places[at - 1] + 1, label))
        if not found:
            return {}
        # A name inside a longer name is nested: "programming" in "linear programming".
        spans = {(first, last) for first, last, _ in found}
        outer: set[tuple[int, int]] = set()
        furthest, since = -1, -1
        for first, last in sorted(spans, key=lambda span: (span[0], -span[1])):
            if last <= furthest and (first, last) != (since, furthest):
                continue
            outer.add((first, last))
            if last > furthest:
                furthest, since = last, first
        present = frozenset(numbers)
        result: dict[int, list[Named]] = {}
        for first, last, label in found:
            skill = int(self.index.cover_skill[label])
            if not self._fits(reading, first, last, label, skill, present):
                continue
            match = Named(label, skill, first, last, (first, last) not in outer)
            result.setdefault(skill, []).append(match)
        for matches in result.values():
            matches.sort(
                key=lambda match: (
                    match.nested,
                    int(self.index.label_kind[match.label]),
                    match.first - match.last,
                    match.first,
                )
            )
        return result

    def _fits(
        self,
        reading: Reading,
        first: int,
        last: int,
        label: int,
        skill: int,
        present: frozenset[int],
    ) -> bool:
        """Whether the words at a place name the label in fitting case and company."""
        case = int(self.index.label_case[label])
        if case:
            written = reading.text[reading.words[first].start : reading.words[last - 1].end]
            text = self.index.label_text[label].split(" (", 1)[0]
            if written.casefold() != text.casefold():
                return False
            if case == 1 and text[:1].isupper() and not written[:1].isupper():
                return False
            if case == 2 and written != text:
                return False
        if not self.index.label_context[label]:
            return True
        company = self._context.get(skill)
        if company is None:
            matrix = self.index.skill_words
            own = {
                stem
                for row in range(self.index.cover_first[skill], self.index.cover_first[skill + 1])
                if self.index.label_kind[row] != PREFERRED or self.index.label_case[row]
                for stem in self.index.cover[row].indices.tolist()
            }
            column = matrix.indices[matrix.indptr[skill] : matrix.indptr[skill + 1]]
            telling = column[self.index.idf[column] >= self._telling]
            company = frozenset(int(stem) for stem in telling) - own
            self._context[skill] = company
        if len(company & present) >= 2:
            return True
        # "R programming", "software in R": one telling word suffices where it stands beside.
        beside = (*reading.words[max(0, first - 2) : first], *reading.words[last : last + 1])
        return any(
            word.sentence == reading.words[first].sentence
            and self._numbers.get(word.stem, -1) in company
            for word in beside
        )

    @staticmethod
    def _about_teaching(reading: Reading, title_end: int) -> bool:
        """Whether a course is itself about teaching: its title says so, or without one its text."""
        stem = stemmer(reading.language)
        fields, signs = _TEACHING_SIGNS.get(reading.language, _TEACHING_SIGNS["en"])
        if title_end == 0:
            stems = {stem(sign) for sign in fields}
            return any(word.stem in stems for word in reading.words)
        stems = {stem(sign) for sign in (*fields, *signs)}
        return any(word.stem in stems for word in reading.words if word.start < title_end)

    def _name_features(
        self,
        features: Floats,
        skills: Ints,
        named: Mapping[int, Sequence[Named]],
        reading: Reading,
        title_end: int,
    ) -> None:
        index = self.index
        row_of = {skill: row for row, skill in enumerate(skills.tolist())}
        bearers: dict[tuple[int, int], set[int]] = {}
        for skill, matches in named.items():
            for match in matches:
                bearers.setdefault((match.first, match.last), set()).add(skill)
        for skill, matches in named.items():
            row = row_of.get(skill)
            if row is None:
                continue
            values = features[row]
            kinds = [int(index.label_kind[match.label]) for match in matches]
            values[F["preferred"]] = PREFERRED in kinds
            values[F["alternative"]] = any(kind != PREFERRED for kind in kinds)
            values[F["nested"]] = all(match.nested for match in matches)
            values[F["shared"]] = np.log(
                min(len(bearers[match.first, match.last]) for match in matches)
            )
            best = max(
                float(
                    index.idf[
                        index.cover.indices[
                            index.cover.indptr[match.label] : index.cover.indptr[match.label + 1]
                        ]
                    ].sum()
                )
                for match in matches
            )
            values[F["named_idf"]] = min(best / 10, 3)
            values[F["named_words"]] = max(
                int(index.cover.indptr[match.label + 1] - index.cover.indptr[match.label]) - 1
                for match in matches
            )
            places = {match.first for match in matches}
            values[F["times"]] = np.log(len(places))
            values[F["title"]] = any(reading.words[place].start < title_end for place in places)

    def _cover_features(self, features: Floats, skills: Ints, one: _Prepared) -> Ints:
        """Fill in how much of each skill's labels one sentence holds; the best sentence of each."""
        stems, sentences = one.stems, one.sentence_rows.shape[0]
        index = self.index
        counts = self._label_counts[skills].astype(np.int64)
        starts = np.concatenate(([0], np.cumsum(counts)[:-1]))
        rows = np.repeat(self._label_rows[skills] - starts, counts) + np.arange(counts.sum())
        first, last = index.cover.indptr[rows], index.cover.indptr[rows + 1]
        lengths = (last - first).astype(np.int64)
        offsets = np.concatenate(([0], np.cumsum(lengths)[:-1]))
        flat = np.repeat(first - offsets, lengths) + np.arange(lengths.sum())
        columns, weights = index.cover.indices[flat], index.cover.data[flat]
        present = np.zeros((sentences + 2, len(index.idf)), np.float32)
        present[one.sentence_of, stems] = 1
        present[sentences, stems] = 1
        present[sentences + 1, stems[one.in_title]] = 1
        held = np.add.reduceat(present[:, columns] * weights, offsets, axis=1)
        held[:, lengths == 0] = 0
        in_sentences, anywhere, title = held[:sentences], held[sentences], held[sentences + 1]
        preferred = starts
        features[:, F["cover_preferred"]] = in_sentences[:, preferred].max(axis=0)
        features[:, F["cover_text"]] = anywhere[preferred]
        features[:, F["cover_title"]] = title[preferred]
        features[:, F["cover_full"]] = features[:, F["cover_preferred"]] > 0.999
        any_label = np.maximum.reduceat(in_sentences, starts, axis=1)
        features[:, F["cover_any"]] = any_label.max(axis=0)
        return np.asarray(any_label.argmax(axis=0), np.int64)

    def _kin_features(self, features: Floats, skills: Ints, lexical: Floats) -> Ints:
        """Fill in how strong the neighbours of each skill are; the strongest of each, or −1."""
        kin = np.full(len(skills), -1, np.int64)
        strongest = np.zeros(len(skills), np.float32)
        top = max(float(lexical.max()), 1e-6)
        hierarchy = self.hierarchy
        for name, neighbours in (
            ("narrower", hierarchy.narrower),
            ("broader", hierarchy.broader),
            ("related", hierarchy.related),
        ):
            rows, others = neighbours.pairs(skills)
            if len(rows) == 0:
                continue
            scores = lexical[others]
            order = np.lexsort((others, -scores, rows))
            firsts = order[np.unique(rows[order], return_index=True)[1]]
            at, best = rows[firsts], scores[firsts] / top
            features[at, F[name]] = best
            better = best > strongest[at]
            strongest[at[better]] = best[better]
            kin[at[better]] = others[firsts[better]]
        return kin


_TEACHING_LABELS: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(r"\b(?:teach\w*|students?|pupils?|lessons?|classroom|curricul\w+)\b", re.I),
    "fi": re.compile(r"\b(?:opet(?:taa|us)\w*|opiskelij\w+|oppila\w+|oppitun\w+)", re.I),
    "sv": re.compile(r"\b(?:undervis\w*|studenter\w*|elever\w*|lektion\w*)", re.I),
}

_TEACHING_SIGNS: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "en": (
        ("pedagogy", "pedagogical", "didactics"),
        ("teaching", "teacher", "education", "tutoring", "coaching", "instructor", "training",
         "supervision", "mentoring"),
    ),
    "fi": (("pedagogiikka", "pedagoginen", "didaktiikka"), ("opetus", "opettaja", "ohjaus")),
    "sv": (("pedagogik", "pedagogisk", "didaktik"), ("undervisning", "lärare", "handledning")),
}  # fmt: skip
"""Words that name the field of teaching, and words that in a title say as much."""


_NOTHING_ASKED: Final = (np.zeros(0, np.float32), np.zeros(0, np.float32))


def _memory_features(
    features: Floats, skills: Ints, memory: Memory, asked: tuple[Floats, Floats]
) -> None:
    """Fill in what the memory of judged texts says."""
    votes, nearest = asked
    _, rows, places = np.intersect1d(skills, memory.skills, True, return_indices=True)
    features[rows, F["memory"]] = votes[places]
    features[rows, F["memory_nearest"]] = nearest[places]
    most = max(float(votes.max(initial=0.0)), 1e-6)
    features[rows, F["memory_relative"]] = votes[places] / most
    features[:, F["memory_log"]] = np.log(features[:, F["memory"]] + LEAST_SHARE)
    # What most judged texts bear is likeliest in a text from any other field too; there
    # none of the words stand that go with it.
    features[:, F["memory_alone"]] = np.where(
        features[:, F["company"]] > 0, 0.0, features[:, F["memory_relative"]]
    )


def _dense(matrix: sp.csr_matrix) -> Floats:
    return np.asarray(matrix.toarray(), np.float32)


def _top(scores: Floats, count: int) -> Ints:
    """The ``count`` best places, of those with at least a trace of the best score."""
    above = np.flatnonzero(scores > max(0.15 * float(scores.max()), 1e-6))
    if len(above) > count:
        cut = np.partition(scores[above], len(above) - count)[len(above) - count]
        above = above[scores[above] >= cut][: count * 2]
    return above


def _none(reading: Reading) -> Candidates:
    empty = np.zeros(0, np.int64)
    return Candidates(reading, empty, np.zeros((0, len(FEATURES)), np.float32), {}, *(empty,) * 3)
