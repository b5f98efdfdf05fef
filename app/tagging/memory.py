"""What is remembered of judged texts: where each stands among others, and the skills it bears.

A text is likely to bear what texts like it were judged to bear. Texts are remembered by their
vectors alone (``vectors.py``), a byte for each number; their words are not kept. A text that was
judged whole speaks of every skill; one of which people decided single skills, of those alone.
Source: Cover & Hart 1967, nearest neighbours; here all neighbours vote, the nearest loudest.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.tagging.arrays import met
from app.tagging.features import F

Floats = NDArray[np.float32]

NEARNESS = 0.12
"""How fast a neighbour's voice falls with its distance."""

STRANGER = 0.4
"""Likeness at which someone who bears nothing always votes: texts unlike all others get little."""

LEAST_SHARE = 0.001
"""The share of like texts below which one more or less says nothing."""

LIKELY = 0.02
"""The vote from which a skill that only single decisions named is proposed."""

GAIN = (0.0, 1 / 7, 3 / 7, 1.0)
"""What a grade from 0 to 3 is worth: 2^grade − 1, brought to one."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A judged text: its vector, its grades by skill IRI, and whether they are all there are."""

    vector: Floats
    grades: Mapping[str, int]
    whole: bool = True

    def to_json(self) -> dict[str, object]:
        """The text as it is kept."""
        kept: dict[str, object] = {
            "vector": packed(self.vector),
            "grades": dict(sorted(self.grades.items())),
        }
        return kept if self.whole else {**kept, "whole": False}


def from_json(stated: Mapping[str, Any]) -> Remembered:
    """The text that ``to_json`` kept."""
    vector = unpacked(str(stated["vector"]))
    return Remembered(vector, dict(stated["grades"]), bool(stated.get("whole", True)))


def packed(vector: Floats) -> str:
    """A vector of length one as text, a byte for each number."""
    whole = np.rint(np.clip(vector * 127, -127, 127)).astype(np.int8)
    return base64.b64encode(whole.tobytes()).decode()


def unpacked(text: str) -> Floats:
    """The vector that ``packed`` made a text of, to within a hundredth."""
    vector = np.frombuffer(base64.b64decode(text), np.int8).astype(np.float32)
    vector /= max(float(np.linalg.norm(vector)), 1e-9)
    return vector


class Memory:
    """Judged texts of one kind, by number of skill; ready to be asked about another text."""

    def __init__(self, texts: Sequence[Remembered], number: Mapping[str, int]) -> None:
        kept = [text for text in texts if len(text.vector)]
        self.skills: NDArray[np.int64] = np.asarray(
            sorted({number[skill] for text in kept for skill in text.grades if skill in number}),
            np.int64,
        )
        place = {skill: column for column, skill in enumerate(self.skills.tolist())}
        self._vectors = np.asarray([text.vector for text in kept], np.float32)
        self._gains = np.zeros((len(kept), len(self.skills)), np.float32)
        self._speaks = np.zeros_like(self._gains)
        for row, text in enumerate(kept):
            if text.whole:
                self._speaks[row] = 1.0
            for skill, grade in text.grades.items():
                if skill in number:
                    self._gains[row, place[number[skill]]] = GAIN[grade]
                    self._speaks[row, place[number[skill]]] = 1.0
        judged_whole = np.asarray([text.whole for text in kept], np.bool_)
        self._always = (self._gains[judged_whole] > 0).any(axis=0)

    def ask(self, vector: Floats, without: int | None = None) -> tuple[Floats, Floats]:
        """For each of ``skills``, the neighbours' vote, and the likeness of the nearest bearer.

        ``without`` leaves out one text, as if it had never been judged.
        """
        if not len(self._gains) or not vector.any():
            nothing = np.zeros(len(self.skills), np.float32)
            return nothing, nothing
        likeness = self._vectors @ vector
        if without is not None:
            likeness[without] = -1.0
        voices = np.exp((likeness - 1.0) / NEARNESS)
        if without is not None:
            voices[without] = 0.0
        stranger = np.exp((STRANGER - 1.0) / NEARNESS)
        votes = voices @ self._gains / (voices @ self._speaks + stranger)
        nearest = (self._gains * np.maximum(likeness, 0.0)[:, None]).max(axis=0)
        return votes.astype(np.float32), nearest.astype(np.float32)

    def votes(self, vectors: Floats, skills: NDArray[np.int64]) -> Floats:
        """For each of some texts the vote on each of some skills; 0 on those never heard of."""
        votes = np.zeros((len(vectors), len(skills)), np.float32)
        if len(self._gains):
            rows, places = met(skills, self.skills)
            voices = np.exp((vectors @ self._vectors.T - 1.0) / NEARNESS)
            heard = voices @ self._speaks[:, places] + np.exp((STRANGER - 1.0) / NEARNESS)
            votes[:, rows] = voices @ self._gains[:, places] / heard
        return votes

    def fill(
        self, features: Floats, skills: NDArray[np.int64], asked: tuple[Floats, Floats]
    ) -> None:
        """Fill in what the memory answered when it was asked about a text."""
        votes, nearest = asked
        rows, places = met(skills, self.skills)
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

    def proposed(self, votes: Floats) -> NDArray[np.int64]:
        """The skills that may apply: of those that only single decisions named, the likely ones."""
        if not len(self._gains):
            return self.skills
        return np.asarray(self.skills[self._always | (votes >= LIKELY)], np.int64)
