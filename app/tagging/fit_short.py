"""Learns to rank the skills of short texts from sentences that people, or others, gave skills.

What courses and abstracts teach is of no use for a sentence of an advertisement: there, what is
named once in passing counts. Each sentence is read twice, the second time as if no one had ever
borne half of the skills, so that the ranker also learns to do without what it has seen before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.tagging import fit
from app.tagging.engine import Engine
from app.tagging.features import FEATURES
from app.tagging.measure import calibration_error, precision
from app.tagging.parameters import Ranker, Short
from app.tagging.port import Kind, Part, TextToTag
from app.tagging.short import SHORT_FEATURES
from app.tagging.store import Indexes
from app.tagging.training import Sentence

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PLACES = 5
"""Suggestions that are measured; the calibration error is told of twice as many."""

_BY_COUNT = [len(FEATURES) + SHORT_FEATURES.index(name) for name in ("often", "ever")]


@dataclass(frozen=True)
class _Read:
    """A sentence as read: its candidates, their features, the skills that it bears."""

    skills: Ints
    features: NDArray[np.float32]
    right: frozenset[int]

    def hidden(self, seen: NDArray[np.bool_]) -> _Read:
        """The sentence as if no sentence had borne the skills that are not ``seen``."""
        features = self.features.copy()
        features[np.flatnonzero(~seen[self.skills])[:, None], _BY_COUNT] = 0.0
        return _Read(self.skills, features, self.right)


def often(indexes: Indexes, sentences: Sequence[Sentence]) -> dict[str, int]:
    """How many of some sentences bear each skill, by IRI."""
    counts: dict[str, int] = {}
    for sentence in sentences:
        for skill in sentence.skills:
            counts[indexes.skills[skill]] = counts.get(indexes.skills[skill], 0) + 1
    return dict(sorted(counts.items()))


def learn(
    indexes: Indexes, sentences: Sequence[Sentence], counts: Mapping[str, int]
) -> tuple[Short, dict[str, float]]:
    """What sentences teach, and figures by five-fold cross-validation over whole sentences.

    ``counts`` come from other sentences than these.
    """
    read = _read(indexes, sentences, counts)
    random = np.random.default_rng(fit.SEED)
    seen = random.random(len(indexes.skills)) < 0.5
    fold_of = random.permutation(len(read)) % fit.FOLDS
    figures: dict[str, list[tuple[list[int], list[float], frozenset[int]]]] = {
        "": [], "unseen ": [],
    }  # fmt: skip
    for fold in range(fit.FOLDS):
        ranker = _ranker([one for one, of in zip(read, fold_of, strict=True) if of != fold], seen)
        for one in (one for one, of in zip(read, fold_of, strict=True) if of == fold):
            figures[""].append(_ranked(ranker, one))
            # Other skills hidden than those that the ranker has learned to do without.
            figures["unseen "].append(_ranked(ranker, one.hidden(~seen)))
    measured = {}
    for name, outcomes in figures.items():
        bearing = [outcome for outcome in outcomes if outcome[2]]
        pairs = [
            (confidence, skill in right)
            for skills, confidences, right in outcomes
            for skill, confidence in list(zip(skills, confidences, strict=True))[: 2 * PLACES]
        ]
        found = precision([(skills, right) for skills, _, right in bearing], PLACES)
        measured[f"{name}rp@5"] = round(found, 3)
        measured[f"{name}ece"] = round(
            calibration_error([c for c, _ in pairs], [h for _, h in pairs]), 3
        )
    return Short(_ranker(read, seen), counts), measured


def _read(
    indexes: Indexes, sentences: Sequence[Sentence], counts: Mapping[str, int]
) -> list[_Read]:
    zero = np.zeros(len(FEATURES) + len(SHORT_FEATURES))
    none = Ranker(zero, zero + 1, {Kind.OTHER: zero}, {Kind.OTHER: 0.0})
    engine = Engine(indexes, fit.blank(Short(none, counts)), habits=False)
    found = []
    for first in range(0, len(sentences), 16):
        some = sentences[first : first + 16]
        texts = [TextToTag((Part("text", one.text),), Kind.OTHER, "en") for one in some]
        for one, candidates in zip(some, engine.candidates(texts, closely=True), strict=True):
            if candidates.short is not None:
                features = np.concatenate([candidates.features, candidates.short], axis=1)
                found.append(_Read(candidates.skills, features, frozenset(one.skills)))
    return found


def _ranker(read: Sequence[_Read], seen: NDArray[np.bool_]) -> Ranker:
    twice = [*read, *(one.hidden(seen) for one in read)]
    features = np.concatenate([one.features for one in twice]).astype(np.float64)
    right = np.concatenate([np.isin(one.skills, sorted(one.right)) for one in twice])
    mean, scale = fit.standard(features)
    design = np.concatenate([(features - mean) / scale, np.ones((len(features), 1))], axis=1)
    shrink = np.append(np.full(features.shape[1], fit.SHRINK), 0.0)
    found = fit.newton(design, right.astype(np.float64), np.ones(len(design)), shrink)
    return Ranker(mean, scale, {Kind.OTHER: found[:-1]}, {Kind.OTHER: float(found[-1])})


def _ranked(ranker: Ranker, one: _Read) -> tuple[list[int], list[float], frozenset[int]]:
    confidence = ranker.confidence(one.features, Kind.OTHER)
    order = np.lexsort((one.skills, -confidence))
    return one.skills[order].tolist(), confidence[order].tolist(), one.right
