"""The habits of one kind of text, ready to be asked about many texts at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from app.tagging.arrays import met
from app.tagging.features import F
from app.tagging.habits import Habit

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


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

    def fill(self, features: Floats, skills: Ints, stems: Iterable[str]) -> None:
        """Fill in what judged texts taught about a text of some stems."""
        company = [0.0] * len(self.skills)
        known = self._by_stem
        for stem in stems:
            for place, weight in known.get(stem, ()):
                company[place] += weight
        share = np.asarray(company, np.float32)
        rows, places = met(skills, self.skills)
        features[rows, F["prior"]] = self._log_texts[places]
        features[rows, F["company"]] = share[places]
        best = max(float(share.max(initial=0.0)), 1e-6)
        features[rows, F["company_relative"]] = share[places] / best
        features[rows, F["company_prior"]] = share[places] * self._log_texts[places]
