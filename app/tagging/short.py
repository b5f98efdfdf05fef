"""A closer look at a short text: a sentence, a line of an advertisement, a list of skills.

A long text speaks about few things at length; a sentence names many in passing. So each window of
a few words is held against the names of skills on its own, and words against labels letter by
letter; names count here in whatever case they stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.tagging import grams
from app.tagging.arrays import best_first, top
from app.tagging.index import Index
from app.tagging.naming import Named
from app.tagging.text import Reading
from app.tagging.vectors import Vectors

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

SHORT_FEATURES = (
    "char",  # likeness to the preferred label by n-grams of characters
    "char_relative",  # the same against the text's best
    "char_place",  # 1/(1 + place by it)
    "window",  # likeness of the best window's vector and that of the names
    "window_relative",
    "window_place",
    "window_words",  # likeness of the best window's vector and that of names with description
    "window_words_relative",
    "often",  # logarithm of how many labelled sentences bear it
    "ever",  # whether any does
    "loose",  # a label stands in the text, in whatever case and company
)

WINDOWS = (1, 2, 4)
"""Words of a window: a skill is named in about as many."""

BY_CHAR, BY_WINDOW, BY_WINDOW_WORDS = 40, 40, 30
"""How many candidates each look proposes."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a closer look finds, by skill; ``loose`` are the skills whose label stands there."""

    char: Floats
    window: Floats
    window_words: Floats
    loose: Ints

    def proposed(self) -> Ints:
        """The skills that it proposes, apart from the loose ones."""
        return np.unique(
            np.concatenate(
                [
                    top(scores[None], count)[1]
                    for scores, count in (
                        (self.char, BY_CHAR),
                        (self.window, BY_WINDOW),
                        (self.window_words, BY_WINDOW_WORDS),
                    )
                ]
            )
        )

    def features(self, skills: Ints, often: Floats) -> Floats:
        """The features of some skills, columns as ``SHORT_FEATURES``."""
        columns: list[Floats] = []
        for scores, placed in ((self.char, True), (self.window, True), (self.window_words, False)):
            own = scores[skills]
            columns += [own, own / max(float(scores.max(initial=0.0)), 1e-6)]
            if placed:
                columns.append(best_first(own, (0, len(own))))
        known = often[skills]
        columns += [known, (known > 0).astype(np.float32)]
        columns.append(np.isin(skills, self.loose).astype(np.float32))
        return np.stack(columns, axis=1).astype(np.float32)


def look(
    reading: Reading,
    bags: Sequence[Sequence[int]],
    index: Index,
    vectors: Vectors,
    loose: Iterable[int],
) -> Look:
    """A closer look at a text, given as rows of vectors by sentence; ``loose`` by skill number."""
    counts = grams.rows([grams.counted(reading.text, reading.language)])
    char = grams.weighted(counts, index.gram_idf) @ index.grams
    names = np.zeros(char.shape[1], np.float32)
    words = names.copy()
    for bag in bags:
        # A window's vector is the sum of its words': so are its products with every skill.
        by_name = vectors.table[bag] @ index.vector_names.T
        by_word = vectors.table[bag] @ index.vector_words.T
        for first, last in _windows(len(bag)):
            length = max(float(np.linalg.norm(vectors.table[bag[first:last]].sum(axis=0))), 1e-9)
            np.maximum(names, by_name[first:last].sum(axis=0) / length, out=names)
            np.maximum(words, by_word[first:last].sum(axis=0) / length, out=words)
    return Look(
        np.asarray(char.toarray()[0], np.float32),
        names,
        words,
        np.asarray(sorted(set(loose)), np.int64),
    )


def after_the_longer(
    confidence: NDArray[np.float64], skills: Ints, named: Mapping[int, Sequence[Named]]
) -> NDArray[np.float64]:
    """Confidences, where no skill is surer than one whose longer name its own name stands in.

    "Programming" stands in "linear programming", and is not what it speaks of.
    """
    row_of = {skill: row for row, skill in enumerate(skills.tolist())}
    whole = [match for some in named.values() for match in some if not match.nested]
    result = confidence.copy()
    for skill, matches in named.items():
        if skill not in row_of or not all(match.nested for match in matches):
            continue
        longer = [
            confidence[row_of[outer.skill]]
            for match in matches
            for outer in whole
            if outer.first <= match.first and match.last <= outer.last and outer.skill in row_of
        ]
        if longer:
            most = max(longer) * (1 - 1e-6)
            result[row_of[skill]] = min(result[row_of[skill]], most)
    return result


def _windows(words: int) -> list[tuple[int, int]]:
    """Every run of so many words; all words where they are no more than a window."""
    found: list[tuple[int, int]] = []
    for size in WINDOWS:
        if words <= size:
            found.append((0, words))
        else:
            found += [(first, first + size) for first in range(words - size + 1)]
    return found
