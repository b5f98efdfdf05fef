"""What judged texts teach about skills: how often each applies, and which words go with it.

ESCO's own words do not say that a paper on transformers is one on deep learning; people who judge
texts do. A habit is learned for each kind of text and each skill that was judged to apply to at
least two texts, is tied to IRIs and word stems alone, and so outlives any ESCO release: a skill
that the release lacks has no habit, and that is all.
Source: smoothed log odds, Monroe et al. 2008, https://doi.org/10.1093/pan/mpn018.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAST_TEXTS = 2
"""Texts to which a skill must apply before there is a habit."""

LEAST_SHARE = 0.2
"""Share of a skill's texts that must hold a stem before it goes with the skill."""

MOST_STEMS = 12
"""Stems kept for a skill: those that speak most for it."""


@dataclass(frozen=True, slots=True)
class Habit:
    """How many texts of a kind bear a skill, and the stems that go with it, by weight."""

    texts: int
    stems: Mapping[str, float]

    @property
    def total(self) -> float:
        """The weight of a text that holds every stem."""
        return sum(self.stems.values()) or 1.0


@dataclass(frozen=True, slots=True)
class Judged:
    """One judged text: its content stems, and the skills that apply to it."""

    stems: frozenset[str]
    applies: frozenset[str]


class Learner:
    """Learns habits from judged texts of one kind, also with one of them left out."""

    def __init__(self, texts: Sequence[Judged]) -> None:
        self._stems = sorted(frozenset[str]().union(*(text.stems for text in texts)))
        place = {stem: number for number, stem in enumerate(self._stems)}
        self._holds = np.zeros((len(texts), len(self._stems)), np.int64)
        bearers: dict[str, list[int]] = {}
        for number, text in enumerate(texts):
            self._holds[number, [place[stem] for stem in text.stems]] = 1
            for skill in text.applies:
                bearers.setdefault(skill, []).append(number)
        self._bearers = {skill: np.asarray(bearers[skill]) for skill in sorted(bearers)}
        self._everywhere = self._holds.sum(axis=0)

    def habits(self, without: int | None = None) -> dict[str, Habit]:
        """Habits by IRI, as if the text numbered ``without`` had never been judged."""
        texts, everywhere = len(self._holds), self._everywhere
        if without is not None:
            texts, everywhere = texts - 1, everywhere - self._holds[without]
        found = {}
        for skill, every_bearer in self._bearers.items():
            bearers = every_bearer[every_bearer != without] if without is not None else every_bearer
            count = len(bearers)
            if count < LEAST_TEXTS:
                continue
            here = self._holds[bearers].sum(axis=0)
            often = np.flatnonzero(here >= max(2, LEAST_SHARE * count))
            weights = _log_odds(here[often], count, (everywhere - here)[often], texts - count)
            # Stems are in alphabetical order, and so are equal weights.
            best = [n for n in np.argsort(-weights, kind="stable")[:MOST_STEMS] if weights[n] > 0]
            found[skill] = Habit(
                count, {self._stems[often[n]]: round(float(weights[n]), 3) for n in best}
            )
        return found


def learn(texts: Sequence[Judged]) -> dict[str, Habit]:
    """Habits of the skills that apply to at least ``LEAST_TEXTS`` of the texts, by IRI."""
    return Learner(texts).habits()


def _log_odds(
    here: NDArray[np.int64], bearers: int, elsewhere: NDArray[np.int64], others: int
) -> NDArray[np.float64]:
    """How much more often stems stand in bearers than elsewhere, shrunk by uncertainty."""
    a, b = here + 0.5, bearers - here + 0.5
    c, d = elsewhere + 0.5, others - elsewhere + 0.5
    return np.asarray(np.log(a * d / (b * c)) / np.sqrt(1 / a + 1 / b + 1 / c + 1 / d))
