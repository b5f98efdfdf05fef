"""A logistic regression on grades: one score of a candidate, and a threshold for each grade.

What judges called related (grade 1) is not right, but less wrong than what they never named. The
same weights therefore tell both apart: whether a skill applies (2 or 3) and whether it is at least
related; for the second, each kind of text has a threshold of its own. The confidence is the
probability of the first.
Source: McCullagh 1980, https://www.jstor.org/stable/2984952 (proportional odds); the two losses
are added as if they were independent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

APPLIES = 2
"""The least grade at which a skill applies."""
RELATED = 1
"""The least grade at which it is related."""
MOST_STEPS = 50


@dataclass(frozen=True)
class Shrink:
    """How hard squared weights are shrunk: shared ones, deviations of a kind, biases of a kind."""

    shared: float
    deviation: float
    bias: float


@dataclass(frozen=True)
class Learned:
    """Weights that all kinds share with their deviations, one row a kind; biases likewise."""

    shared: Floats
    deviations: Floats
    bias: float
    biases: Floats


def learn(
    features: Floats,
    grades: NDArray[np.int64],
    weight: Floats,
    kind: NDArray[np.int64],
    kinds: int,
    shrink: Shrink,
) -> Learned:
    """The regression that fits the grades of candidates of several kinds.

    By Newton's method, whose curve is made of one square of features for each kind.
    """
    size = features.shape[1] + 1  # and the bias
    parts = [
        _Part(np.c_[features[rows], np.ones(len(rows))], grades[rows], weight[rows])
        for rows in (np.flatnonzero(kind == place) for place in range(kinds))
    ]
    penalty = np.concatenate(
        [
            np.append(np.full(size - 1, shrink.shared), 0.0),
            *[np.append(np.full(size - 1, shrink.deviation), shrink.bias)] * kinds,
            np.full(kinds, shrink.bias),
        ]
    )
    found = np.zeros(len(penalty))
    for _ in range(MOST_STEPS):
        slope = 2 * penalty * found
        curve = np.diag(2 * penalty + 1e-9)
        for place, part in enumerate(parts):
            own = size * (1 + place)
            threshold = size * (1 + kinds) + place
            first, second = part.bends(found[:size] + found[own : own + size], found[threshold])
            at = np.r_[0:size, own : own + size, threshold]
            of = np.r_[0:size, 0:size, size]
            slope[at] += first[of]
            curve[np.ix_(at, at)] += second[np.ix_(of, of)]
        step = np.linalg.solve(curve, slope)
        found -= step
        if np.abs(step).max() < 1e-8:
            break
    of_kinds = found[size : size * (1 + kinds)].reshape(kinds, size)
    return Learned(found[: size - 1], of_kinds[:, :-1], float(found[size - 1]), of_kinds[:, -1])


@dataclass(frozen=True)
class _Part:
    """The candidates of one kind of text."""

    features: Floats
    grades: NDArray[np.int64]
    weight: Floats

    def bends(self, weights: Floats, threshold: float) -> tuple[Floats, Floats]:
        """Slope and curve of the loss by the weights and, last, by the threshold."""
        score = self.features @ weights
        applies = self._residue(score, APPLIES)
        related = self._residue(score + threshold, RELATED)
        slope = np.append((applies[0] + related[0]) @ self.features, related[0].sum())
        size = len(weights)
        curve = np.empty((size + 1, size + 1))
        curve[:size, :size] = (self.features * (applies[1] + related[1])[:, None]).T @ self.features
        curve[:size, size] = curve[size, :size] = related[1] @ self.features
        curve[size, size] = related[1].sum()
        return slope, curve

    def _residue(self, score: Floats, least: int) -> Sequence[Floats]:
        """For each candidate, what the loss of one grade gains by a higher score, and its bend."""
        promised = 1 / (1 + np.exp(-np.clip(score, -30, 30)))
        return (
            self.weight * (promised - (self.grades >= least)),
            self.weight * promised * (1 - promised),
        )
