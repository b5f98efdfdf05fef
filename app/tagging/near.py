"""Which texts a change of decisions moves: those where it moves the memory's vote.

A decision is heard by every text a little, and by texts like the decided one alone so much that a
suggestion may come or go. What no vote says, no feature says either, but for the likeness to the
nearest bearer, whose weight is small.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.tagging.memory import LIKELY, Memory

Floats = NDArray[np.float32]

Kept = Sequence[Mapping[str, Any]]
"""Texts of which people decided something, as they are kept (``Remembered.to_json``)."""


def decided_otherwise(before: Kept, after: Kept) -> frozenset[str]:
    """The skills on which decisions came, went or changed."""
    return frozenset(skill for _, skill, _ in _said(before) ^ _said(after))


def _said(decided: Kept) -> set[tuple[str, str, int]]:
    return {
        (one["vector"], skill, grade) for one in decided for skill, grade in one["grades"].items()
    }


def moved(
    before: Memory, after: Memory, skills: NDArray[np.int64], vectors: Floats
) -> NDArray[np.bool_]:
    """For each of some texts, whether the vote on a skill moved by what makes a skill likely."""
    gap = np.abs(after.votes(vectors, skills) - before.votes(vectors, skills))
    return np.asarray(gap.max(axis=1, initial=0.0) >= LIKELY, np.bool_)
