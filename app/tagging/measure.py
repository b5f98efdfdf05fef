"""Measures of a tagger: how good its order is, and whether its confidence is true."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TypeVar


def ndcg(ranked: Sequence[str], grades: Mapping[str, int], places: int = 10) -> float:
    """Normalised discounted cumulative gain; what was not judged counts 0.

    Gain 2^grade − 1, discount log2(rank + 1). 1 is the best order there is.
    Source: Järvelin & Kekäläinen 2002; Burges et al. 2005.

    >>> ndcg(["a", "b"], {"a": 3, "b": 1})
    1.0
    """
    gains = (2.0 ** grades.get(skill, 0) - 1 for skill in ranked[:places])
    ideal = sorted((2.0**grade - 1 for grade in grades.values()), reverse=True)[:places]
    best = sum(gain / math.log2(place + 2) for place, gain in enumerate(ideal))
    if best == 0:
        return 0.0
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains)) / best


_Item = TypeVar("_Item")


def precision(answers: Sequence[tuple[Sequence[_Item], Set[_Item]]], places: int) -> float:
    """The mean share of right answers among the first ``places``, or as many as are right.

    >>> precision([(["a", "b", "c"], {"a", "c"})], 2)
    0.5
    """
    shares = [
        len(set(ranked[:places]) & right) / min(places, len(right)) for ranked, right in answers
    ]
    return sum(shares) / len(shares)


@dataclass(frozen=True, slots=True)
class Bin:
    """Suggestions of like confidence: how many, what they promised, how many held."""

    low: float
    high: float
    count: int
    confidence: float
    held: float


def reliability(
    confidences: Sequence[float], held: Sequence[bool], bins: int = 10
) -> tuple[Bin, ...]:
    """Suggestions in ``bins`` equal ranges of confidence; empty ranges left out."""
    rows: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for confidence, held_ in zip(confidences, held, strict=True):
        rows[min(int(confidence * bins), bins - 1)].append((confidence, held_))
    return tuple(
        Bin(
            number / bins,
            (number + 1) / bins,
            len(row),
            sum(confidence for confidence, _ in row) / len(row),
            sum(held_ for _, held_ in row) / len(row),
        )
        for number, row in enumerate(rows)
        if row
    )


def calibration_error(confidences: Sequence[float], held: Sequence[bool]) -> float:
    """Expected calibration error over ten ranges: the mean gap of promise and truth.

    Source: Guo et al. 2017, https://arxiv.org/abs/1706.04599.

    >>> calibration_error([0.25, 0.25, 0.25, 0.25], [True, False, False, False])
    0.0
    """
    table = reliability(confidences, held)
    total = sum(row.count for row in table)
    return sum(row.count * abs(row.confidence - row.held) for row in table) / max(total, 1)
