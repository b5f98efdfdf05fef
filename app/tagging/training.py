"""Trains static vectors of stems from a graph's own words and labelled sentences.

They begin as a truncated SVD of everything that is read, skills, occupations and works, and are
then trained so that what belongs together comes to lie together: a skill's labels and its
description, a sentence and the skills that people gave it, a work's title and its abstract, an
occupation and the skills it asks for, a skill and what is broader. NumPy and SciPy alone; two
cores take minutes. Everything is seeded: the same input on the same machine gives the same file.
Source: van den Oord et al. 2018, https://arxiv.org/abs/1807.03748 (InfoNCE, other pairs of the
batch as wrong answers); Kingma & Ba 2015, https://arxiv.org/abs/1412.6980 (Adam).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.linalg import svds

from app.tagging.index import content_stems
from app.tagging.lexicon import PREFERRED, Lexicon
from app.tagging.text import read, stop_stems

Floats = NDArray[np.float32]
Bag = list[int]

DIMENSIONS = 256
STEPS = 3000
BATCH = 512
RATE = 2e-3
TEMPERATURE = 0.05
DROPPED = 0.1
"""Share of the words of a bag that one step does not see."""
SEED = 7
LEAST_TIMES = 12
"""How often a stem that ESCO does not use must occur to get a vector."""

MIX = {"skill": 4, "sentence": 4, "work": 4, "occupation": 1, "broader": 1}
"""How often each sort of pair is drawn."""

FIRST, SECOND = 0.9, 0.99
"""Adam's forgetting of the first and second moment."""


@dataclass(frozen=True)
class Sentence:
    """A sentence that people gave skills: numbers of skills of the lexicon."""

    text: str
    skills: tuple[int, ...]


@dataclass(frozen=True)
class Corpus:
    """All that is learned from, as rows of the vocabulary.

    Attributes:
        stems: the vocabulary, the commonest first.
        times: how often each occurs.
        preferred, others, described: by skill, its label, its other labels, its description.
        sentences: bags with the skills given to them.
        works: titles with the sentences of their abstracts.
        occupations: bags with the skills they ask for.
        broader: pairs of skills, narrower and broader.
    """

    stems: Sequence[str]
    times: NDArray[np.int64]
    preferred: Sequence[Bag]
    others: Sequence[Sequence[Bag]]
    described: Sequence[Bag]
    sentences: Sequence[tuple[Bag, Sequence[int]]]
    works: Sequence[tuple[Bag, Sequence[Bag]]]
    occupations: Sequence[tuple[Bag, Sequence[int]]]
    broader: Sequence[tuple[int, int]]


Stemmed = tuple[list[str], list[list[str]]]
"""A work's stems: of its title, of each sentence of its abstract."""


def stemmed(title: str, text: str, language: str) -> Stemmed:
    """A work's content stems."""
    return content_stems(title, language), by_sentence(text, language)


def by_sentence(text: str, language: str) -> list[list[str]]:
    """The content stems of each sentence of a text."""
    stops = stop_stems(language)
    reading = read(text, language)
    sentences: list[list[str]] = [[] for _ in reading.sentences]
    for word in reading.words:
        if word.stem not in stops:
            sentences[word.sentence].append(word.stem)
    return [sentence for sentence in sentences if sentence]


def corpus(
    lexicon: Lexicon, language: str, sentences: Sequence[Sentence], works: Iterable[Stemmed]
) -> Corpus:
    """What there is to learn from in a language."""
    size = len(lexicon.skills)
    labels = [
        (label.skill, label.kind, content_stems(label.text, language))
        for label in sorted(lexicon.labels)
        if label.language == language
    ]
    descriptions = [
        (description.skill, content_stems(description.text, language))
        for description in sorted(lexicon.descriptions)
        if description.language == language
    ]
    occupations = [
        (content_stems(occupation.text, language), occupation.skills)
        for occupation in sorted(lexicon.occupations)
        if occupation.language == language
    ]
    said = [(content_stems(sentence.text, language), sentence.skills) for sentence in sentences]
    read_works = list(works)

    own: set[str] = set()
    times: Counter[str] = Counter()
    for _, _, stems in labels:
        own.update(stems)
        times.update(stems)
    for _, stems in descriptions:
        own.update(stems)
        times.update(stems)
    for stems, _ in (*occupations, *said):
        times.update(stems)
    for title, body in read_works:
        times.update(title)
        for stems in body:
            times.update(stems)
    vocabulary = sorted(
        (s for s, n in times.items() if not s.isdigit() and (s in own or n >= LEAST_TIMES)),
        key=lambda stem: (-times[stem], stem),
    )
    rows = {stem: row for row, stem in enumerate(vocabulary)}

    def bag(stems: Sequence[str]) -> Bag:
        return [rows[stem] for stem in stems if stem in rows]

    preferred: list[Bag] = [[] for _ in range(size)]
    others: list[list[Bag]] = [[] for _ in range(size)]
    described: list[Bag] = [[] for _ in range(size)]
    for skill, kind, stems in labels:
        found = bag(stems)
        if kind == PREFERRED:
            preferred[skill].extend(found)
        elif found:
            others[skill].append(found)
    for skill, stems in descriptions:
        described[skill].extend(bag(stems))

    def named(skills: Iterable[int]) -> list[int]:
        return [skill for skill in skills if preferred[skill]]

    bags_of_works = [(bag(title), [b for b in map(bag, body) if b]) for title, body in read_works]
    pairs_of = [
        [(found, kept) for stems, skills in rows_ if (found := bag(stems)) and (kept := named(skills))]
        for rows_ in (said, occupations)
    ]  # fmt: skip
    return Corpus(
        vocabulary,
        np.asarray([times[stem] for stem in vocabulary], np.int64),
        preferred,
        others,
        described,
        pairs_of[0],
        [(title, body) for title, body in bags_of_works if title and body],
        pairs_of[1],
        [(low, high) for low, high in lexicon.broader if preferred[low] and preferred[high]],
    )


def _counts(bags: Sequence[Bag], columns: int) -> sp.csr_matrix:
    ends = np.cumsum([len(bag) for bag in bags], dtype=np.int64)
    rows = np.fromiter((row for bag in bags for row in bag), np.int32, int(ends[-1]))
    return sp.csr_matrix(
        (np.ones(len(rows), np.float32), rows, np.concatenate(([0], ends))),
        shape=(len(bags), columns),
    )


def start(learned: Corpus, dimensions: int = DIMENSIONS) -> Floats:
    """The vectors before training: what stands together in texts, rare words the louder."""
    documents = [
        one + [row for bag in more for row in bag] + text
        for one, more, text in zip(
            learned.preferred, learned.others, learned.described, strict=True
        )
    ]
    documents += [title + [row for bag in body for row in bag] for title, body in learned.works]
    documents += [
        text + [row for skill in skills[:40] for row in learned.preferred[skill]]
        for text, skills in learned.occupations
    ]
    size = len(learned.stems)
    matrix = _counts([bag for bag in documents if bag], size)
    matrix.sum_duplicates()
    matrix.data = 1 + np.log(matrix.data)
    frequency = np.bincount(matrix.indices, minlength=size)
    matrix = sp.csr_matrix(matrix @ sp.diags(np.log(matrix.shape[0] / (1 + frequency))))
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    matrix = sp.csr_matrix(sp.diags(1 / np.maximum(norms, 1e-9)) @ matrix, dtype=np.float32)
    count = min(dimensions, min(matrix.shape) - 1)
    _, strength, right = svds(matrix, k=count, v0=np.ones(min(matrix.shape), np.float32))
    vectors = right.T * np.sqrt(strength)
    vectors *= np.sign(vectors[np.abs(vectors).argmax(axis=0), np.arange(count)])
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    share = learned.times / learned.times.sum()
    vectors *= (1e-3 / (1e-3 + share))[:, None]
    return np.asarray(vectors / np.sqrt((vectors**2).sum(axis=1).mean()), np.float32)


Pairs = tuple[list[Bag], list[Bag], list[int]]
"""Two bags for each pair, and what the pair is about: pairs about the same are no wrong answers."""


class _Draw:
    """Draws batches of pairs."""

    def __init__(self, learned: Corpus) -> None:
        self._of = learned
        self._random = random.Random(SEED)  # noqa: S311 - a seeded draw, no secret
        self._skills = [
            skill
            for skill, bag in enumerate(learned.preferred)
            if bag and (learned.others[skill] or learned.described[skill])
        ]
        sorts: Mapping[str, tuple[object, Callable[[], tuple[Bag, Bag, int]]]] = {
            "skill": (self._skills, self._skill),
            "sentence": (learned.sentences, self._sentence),
            "work": (learned.works, self._work),
            "occupation": (learned.occupations, self._occupation),
            "broader": (learned.broader, self._broader),
        }
        self._sorts = [
            draw for name, (there, draw) in sorts.items() if there for _ in range(MIX[name])
        ]

    def batch(self) -> Pairs:
        """The pairs of one step, all of one sort."""
        draw = self._random.choice(self._sorts)
        drawn = [draw() for _ in range(BATCH)]
        return (
            [self._thinned(one) for one, _, _ in drawn],
            [self._thinned(other) for _, other, _ in drawn],
            [about for _, _, about in drawn],
        )

    def _thinned(self, bag: Bag) -> Bag:
        return [row for row in bag if self._random.random() > DROPPED] or bag

    def _said_of(self, skill: int) -> Bag:
        """One way to speak of a skill: its label, another, or all there is."""
        learned, chance = self._of, self._random.random()
        label, others = learned.preferred[skill], learned.others[skill]
        if chance < 0.3:
            return label
        if others and chance < 0.6:
            return self._random.choice(others)
        some = self._random.sample(others, min(len(others), 4))
        return label + [row for bag in some for row in bag] + learned.described[skill]

    def _skill(self) -> tuple[Bag, Bag, int]:
        skill = self._random.choice(self._skills)
        label, others = self._of.preferred[skill], self._of.others[skill]
        described = self._of.described[skill]
        name = label if not others or self._random.random() < 0.6 else self._random.choice(others)
        if others and (not described or self._random.random() < 0.55):
            return name, self._random.choice(others), skill
        return name, described, skill

    def _sentence(self) -> tuple[Bag, Bag, int]:
        bag, skills = self._random.choice(self._of.sentences)
        skill = self._random.choice(skills)
        if self._random.random() < 0.3:  # as one sentence among others, as texts have them
            for _ in range(self._random.randint(1, 4)):
                bag = bag + self._random.choice(self._of.sentences)[0]
        return bag, self._said_of(skill), skill

    def _work(self) -> tuple[Bag, Bag, int]:
        number = self._random.randrange(len(self._of.works))
        title, body = self._of.works[number]
        if self._random.random() < 0.5:
            some = self._random.sample(body, min(4, len(body)))
            return title, [row for bag in some for row in bag], number
        some = self._random.sample(body, min(3, len(body)))
        return self._random.choice(body), [row for bag in some for row in bag] + title, number

    def _occupation(self) -> tuple[Bag, Bag, int]:
        number = self._random.randrange(len(self._of.occupations))
        bag, skills = self._of.occupations[number]
        return bag[:80], self._said_of(self._random.choice(skills)), number

    def _broader(self) -> tuple[Bag, Bag, int]:
        low, high = self._random.choice(self._of.broader)
        return self._said_of(low), self._said_of(high), high


def train(
    learned: Corpus,
    *,
    steps: int = STEPS,
    dimensions: int = DIMENSIONS,
    advance: Callable[[int], None] = lambda _: None,
) -> Floats:
    """The trained vectors, one row for each stem of the corpus; ``advance`` hears of each step."""
    table = start(learned, dimensions)
    draw = _Draw(learned)
    first, second = np.zeros_like(table), np.zeros_like(table)
    for step in range(steps):
        one, other, about = draw.batch()
        slope = gradient(table, one, other, np.asarray(about))
        first += (1 - FIRST) * (slope - first)
        second += (1 - SECOND) * (slope * slope - second)
        rate = RATE * min(1.0, (step + 1) / 100) * max(0.02, 1 - step / steps)
        table -= (
            rate
            * (first / (1 - FIRST ** (step + 1)))
            / (np.sqrt(second / (1 - SECOND ** (step + 1))) + 1e-8)
        )
        advance(1)
    return table


def loss(
    table: Floats, one: Sequence[Bag], other: Sequence[Bag], about: NDArray[np.int64]
) -> float:
    """How far pairs are from finding each other among the rest of their batch."""
    ahead, back, _, _ = _found(table, one, other, about)
    here = np.arange(len(one))
    return float(-(np.log(ahead[here, here]) + np.log(back[here, here])).mean() / 2)


def gradient(
    table: Floats, one: Sequence[Bag], other: Sequence[Bag], about: NDArray[np.int64]
) -> Floats:
    """The slope of ``loss`` by every number of the table."""
    ahead, back, ones, others = _found(table, one, other, about)
    here = np.arange(len(one))
    slope: Floats = (ahead + back) * np.float32(0.5 / (len(one) * TEMPERATURE))
    slope[here, here] -= np.float32(1 / (len(one) * TEMPERATURE))
    by_ones = ones.slope(np.asarray(slope @ others.unit, np.float32))
    by_others = others.slope(np.asarray(slope.T @ ones.unit, np.float32))
    return np.asarray(by_ones + by_others, np.float32)


@dataclass(frozen=True)
class _Sums:
    """Bags, their sums of length one, and the lengths they had."""

    counts: sp.csr_matrix
    unit: Floats
    length: Floats

    def slope(self, of_unit: Floats) -> Floats:
        """From a slope by the unit vectors, the slope by the table."""
        along = (of_unit * self.unit).sum(axis=1, keepdims=True)
        return np.asarray(
            self.counts.T.tocsr() @ ((of_unit - self.unit * along) / self.length), np.float32
        )


def _summed(table: Floats, bags: Sequence[Bag]) -> _Sums:
    counts = _counts(bags, len(table))
    sums = np.asarray(counts @ table, np.float32)
    length = np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-6)
    return _Sums(counts, sums / length, length)


def _found(
    table: Floats, one: Sequence[Bag], other: Sequence[Bag], about: NDArray[np.int64]
) -> tuple[Floats, Floats, _Sums, _Sums]:
    """The probabilities with which each finds its other, both ways, and the sums."""
    ones, others = _summed(table, one), _summed(table, other)
    likeness = ones.unit @ others.unit.T / np.float32(TEMPERATURE)
    same = about[:, None] == about[None, :]
    np.fill_diagonal(same, False)
    likeness[same] = -1e4
    ahead = np.exp(likeness - likeness.max(axis=1, keepdims=True))
    back = np.exp(likeness - likeness.max(axis=0))
    return (
        np.maximum(ahead / ahead.sum(axis=1, keepdims=True), 1e-12),
        np.maximum(back / back.sum(axis=0), 1e-12),
        ones,
        others,
    )
