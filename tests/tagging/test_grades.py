"""The regression on grades: where its slope is nothing, and what related skills teach."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize

from app.tagging import grades

SHRINK = grades.Shrink(2.0, 6.0, 0.5)


def _drawn() -> tuple[
    NDArray[np.float64], NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]
]:
    random = np.random.default_rng(7)
    features = random.normal(size=(300, 3))
    kind = random.integers(0, 2, 300)
    score = features @ [1.5, -1.0, 0.0] + 0.5 * kind + random.logistic(size=300)
    graded = (score > 1).astype(np.int64) + (score > 2) + (score > 4)
    return features, graded, random.uniform(0.5, 2.0, 300), kind


def test_the_weights_are_those_of_a_general_optimiser() -> None:
    features, graded, weight, kind = _drawn()
    found = grades.learn(features, graded, weight, kind, 2, SHRINK)

    def loss(numbers: NDArray[np.float64]) -> float:
        shared, bias = numbers[:3], numbers[3]
        deviations, biases, thresholds = numbers[4:10].reshape(2, 3), numbers[10:12], numbers[12:]
        score = (features * (shared + deviations[kind])).sum(axis=1) + bias + biases[kind]
        total = 2.0 * (shared**2).sum() + 6.0 * (deviations**2).sum()
        total += 0.5 * ((biases**2).sum() + (thresholds**2).sum())
        for least, lifted in ((2, score), (1, score + thresholds[kind])):
            sign = np.where(graded >= least, 1.0, -1.0)
            total += (weight * np.logaddexp(0.0, -sign * lifted)).sum()
        return float(total)

    best = minimize(loss, np.zeros(14), method="BFGS", options={"gtol": 1e-6}).x
    ours = np.concatenate([found.shared, [found.bias], found.deviations.ravel(), found.biases])
    assert ours == pytest.approx(best[:12], abs=1e-3)


def test_of_two_skills_that_do_not_apply_the_related_one_comes_first() -> None:
    # What the second feature tells apart is only what is related and what was never named.
    features = np.asarray([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]] * 40)
    graded = np.asarray([2, 1, 0] * 40)
    ones, kind = np.ones(120), np.zeros(120, np.int64)
    found = grades.learn(features, graded, ones, kind, 1, grades.Shrink(0.1, 0.3, 0.01))
    applies, related, never = features[:3] @ (found.shared + found.deviations[0])
    assert applies > related > never
