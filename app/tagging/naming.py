"""Names: labels of skills that stand in a text word for word, each under its own conditions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.tagging.arrays import met
from app.tagging.features import F
from app.tagging.index import Index
from app.tagging.lexicon import PREFERRED
from app.tagging.text import Reading

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

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


NAME_FEATURES = (
    "preferred", "alternative", "nested", "shared", "named_idf", "named_words", "times", "title",
)  # fmt: skip


class Names:
    """Finds the labels of an index in texts; arrays are turned into what a walk over words needs."""

    def __init__(self, index: Index, numbers: Mapping[str, int]) -> None:
        self._index = index
        self._numbers = numbers
        self._edges = dict(zip(index.trie_keys.tolist(), index.trie_next.tolist(), strict=True))
        self._ends: dict[int, list[int]] = {}
        for state, label in zip(index.end_state.tolist(), index.end_label.tolist(), strict=True):
            self._ends.setdefault(state, []).append(label)
        self._skill: list[int] = index.cover_skill.tolist()
        self._kind: list[int] = index.label_kind.tolist()
        self._case: list[int] = index.label_case.tolist()
        self._needs_company: list[bool] = index.label_context.tolist()
        words = np.diff(index.cover.indptr)
        filled = np.flatnonzero(words)
        idf = np.zeros(len(words), np.float32)
        if len(filled):
            idf[filled] = np.add.reduceat(
                index.idf[index.cover.indices], index.cover.indptr[filled]
            )
        self._words: list[int] = words.tolist()
        self._idf: list[float] = idf.tolist()
        self._company: dict[int, frozenset[int]] = {}
        # Of a small vocabulary, words of up to five skills tell enough.
        self._telling = min(TELLING, float(np.log(len(index.cover_first) / 6)))

    def skill(self, label: int) -> int:
        """The skill that a label is of."""
        return self._skill[label]

    def met(
        self,
        numbers: Sequence[int],
        places: Sequence[int],
        sentences: Sequence[int],
        whole: Sequence[bool],
    ) -> list[tuple[int, int, int]]:
        """Labels that stand in a text word for word: first word, last (exclusive), label.

        The text is given as numbers of stems, the words they stand for, their sentences, and
        whether they are these words whole.
        """
        edges, ends = self._edges, self._ends
        found: list[tuple[int, int, int]] = []
        count = len(numbers)
        for begin in range(count):
            state = edges.get(numbers[begin])  # the root is state 0
            if state is None or not whole[begin]:
                continue
            at, sentence = begin + 1, sentences[begin]
            while True:
                for label in ends.get(state, ()):
                    found.append((places[begin], places[at - 1] + 1, label))
                if at == count or not whole[at] or sentences[at] != sentence:
                    break
                state = edges.get((state << 32) | numbers[at])
                if state is None:
                    break
                at += 1
        return found

    def named(
        self, reading: Reading, numbers: Sequence[int], met: Sequence[tuple[int, int, int]]
    ) -> dict[int, list[Named]]:
        """Of labels that were met, those that fit, by skill, the best match first."""
        if not met:
            return {}
        outer = _outer({(first, last) for first, last, _ in met})
        present = frozenset(numbers)
        result: dict[int, list[Named]] = {}
        for first, last, label in met:
            if self._fits(reading, first, last, label, present):
                skill = self._skill[label]
                match = Named(label, skill, first, last, (first, last) not in outer)
                result.setdefault(skill, []).append(match)
        for matches in result.values():
            if len(matches) > 1:
                matches.sort(
                    key=lambda match: (
                        match.nested,
                        self._kind[match.label],
                        match.first - match.last,
                        match.first,
                    )
                )
        return result

    def _fits(
        self, reading: Reading, first: int, last: int, label: int, present: frozenset[int]
    ) -> bool:
        """Whether the words at a place name the label in fitting case and company."""
        case = self._case[label]
        if case:
            written = reading.text[reading.words[first].start : reading.words[last - 1].end]
            text = self._index.label_text[label].split(" (", 1)[0]
            if written.casefold() != text.casefold():
                return False
            if case == 1 and text[:1].isupper() and not written[:1].isupper():
                return False
            if case == 2 and written != text:
                return False
        if not self._needs_company[label]:
            return True
        company = self._company_of(self._skill[label])
        if len(company & present) >= 2:
            return True
        # "R programming", "software in R": one telling word suffices where it stands beside.
        beside = (*reading.words[max(0, first - 2) : first], *reading.words[last : last + 1])
        return any(
            word.sentence == reading.words[first].sentence
            and self._numbers.get(word.stem, -1) in company
            for word in beside
        )

    def _company_of(self, skill: int) -> frozenset[int]:
        """The telling stems of a skill's words that are not its name's own."""
        company = self._company.get(skill)
        if company is None:
            index = self._index
            own = {
                stem
                for row in range(index.cover_first[skill], index.cover_first[skill + 1])
                if self._kind[row] != PREFERRED or self._case[row]
                for stem in index.cover[row].indices.tolist()
            }
            matrix = index.skill_words
            column = matrix.indices[matrix.indptr[skill] : matrix.indptr[skill + 1]]
            telling = column[index.idf[column] >= self._telling]
            company = frozenset(int(stem) for stem in telling) - own
            self._company[skill] = company
        return company

    def fill(
        self,
        features: Floats,
        skills: Ints,
        named: Mapping[int, Sequence[Named]],
        reading: Reading,
        title_end: int,
    ) -> None:
        """Fill in how each skill is named."""
        rows, places_of = met(np.asarray(sorted(named), np.int64), skills)
        if not len(rows):
            return
        order = sorted(named)
        bearers: dict[tuple[int, int], set[int]] = {}
        for skill, matches in named.items():
            for match in matches:
                bearers.setdefault((match.first, match.last), set()).add(skill)
        values = np.zeros((len(rows), len(NAME_FEATURES)), np.float32)
        for place, row in enumerate(rows.tolist()):
            matches = named[order[row]]
            kinds = {self._kind[match.label] for match in matches}
            labels = {match.label for match in matches}
            firsts = {match.first for match in matches}
            values[place] = (
                PREFERRED in kinds,
                len(kinds) > (PREFERRED in kinds),
                all(match.nested for match in matches),
                math.log(min(len(bearers[match.first, match.last]) for match in matches)),
                min(max(self._idf[label] for label in labels) / 10, 3),
                max(self._words[label] for label in labels) - 1,
                math.log(len(firsts)),
                any(reading.words[first].start < title_end for first in firsts),
            )
        features[places_of[:, None], [F[name] for name in NAME_FEATURES]] = values


def named_whole(features: Floats) -> NDArray[np.bool_]:
    """Which candidates a text names, and not only inside the longer name of another."""
    named = features[:, F["preferred"]] + features[:, F["alternative"]] > 0
    return np.asarray(named & (features[:, F["nested"]] == 0), np.bool_)


def _outer(spans: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """The spans that lie in no longer one: "programming" in "linear programming" does."""
    outer: set[tuple[int, int]] = set()
    furthest, since = -1, -1
    for first, last in sorted(spans, key=lambda span: (span[0], -span[1])):
        if last <= furthest and (first, last) != (since, furthest):
            continue
        outer.add((first, last))
        if last > furthest:
            furthest, since = last, first
    return outer
