"""The learned numbers of the ranker, as ``fit.py`` found them.

``parameters.json`` holds weights, habits, the memory of judged texts (a vector and grades for
each, no words), and how all were made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from app.errors import GraphError
from app.tagging.features import FEATURES
from app.tagging.habits import Habit
from app.tagging.memory import Remembered
from app.tagging.memory import from_json as from_kept
from app.tagging.port import Kind
from app.tagging.short import SHORT_FEATURES
from app.tagging.vectors import folder, shipped

NAME = "parameters.json"


@dataclass(frozen=True)
class Ranker:
    """A logistic regression over features.

    Attributes:
        mean: of each feature over candidates of judged texts.
        scale: standard deviation of each.
        weights: by kind, the weight of each feature once it is standardised.
        bias: by kind.
    """

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    weights: Mapping[Kind, NDArray[np.float64]]
    bias: Mapping[Kind, float]

    def confidence(self, features: NDArray[np.float32], kind: Kind) -> NDArray[np.float64]:
        """For each row of features, the probability that the skill applies."""
        weights = self.weights[kind] / self.scale
        score = features @ weights + (self.bias[kind] - self.mean @ weights)
        return np.asarray(1 / (1 + np.exp(-np.clip(score, -30, 30))), np.float64)

    def to_json(self) -> dict[str, object]:
        """The numbers as they are kept, rounded to what matters."""
        return {
            "mean": _rounded(self.mean),
            "scale": _rounded(self.scale),
            "weights": {kind.value: _rounded(of) for kind, of in self.weights.items()},
            "bias": {kind.value: round(of, 5) for kind, of in self.bias.items()},
        }


@dataclass(frozen=True)
class Short:
    """What was learned from sentences.

    Attributes:
        ranker: over ``FEATURES`` and ``SHORT_FEATURES``, of texts of any kind.
        often: by skill IRI, how many labelled sentences bear it.
    """

    ranker: Ranker
    often: Mapping[str, int]


@dataclass(frozen=True)
class Parameters:
    """What was learned from judged texts.

    Attributes:
        by_vectors: the ranker of texts in a language that has vectors.
        by_words: the ranker of all others.
        habits: by kind and skill IRI.
        memory: by kind, the judged texts.
        vectors: digest of the vectors that memory and ranker go with; "" for none.
        made: how they were made: counts, seed, figures by cross-validation.
        short: what sentences taught; without it short texts are read like all others.
    """

    by_vectors: Ranker
    by_words: Ranker
    habits: Mapping[Kind, Mapping[str, Habit]]
    memory: Mapping[Kind, Sequence[Remembered]]
    vectors: str
    made: Mapping[str, object]
    short: Short | None = None

    def confidence(
        self, features: NDArray[np.float32], kind: Kind, *, by_vectors: bool
    ) -> NDArray[np.float64]:
        """For each row of features, the probability that the skill applies."""
        return (self.by_vectors if by_vectors else self.by_words).confidence(features, kind)

    def to_json(self) -> bytes:
        """What was learned, as a file."""
        return (
            orjson.dumps(
                {
                    "made": self.made,
                    "vectors": self.vectors,
                    "features": FEATURES,
                    "by_vectors": self.by_vectors.to_json(),
                    "by_words": self.by_words.to_json(),
                    "short": self.short
                    and {
                        "features": SHORT_FEATURES,
                        "ranker": self.short.ranker.to_json(),
                        "often": self.short.often,
                    },
                    "habits": {
                        kind.value: {
                            skill: {"texts": habit.texts, "stems": habit.stems}
                            for skill, habit in sorted(self.habits.get(kind, {}).items())
                        }
                        for kind in Kind
                    },
                    "memory": {
                        kind.value: [text.to_json() for text in self.memory.get(kind, ())]
                        for kind in Kind
                    },
                },
                option=orjson.OPT_INDENT_2,
            )
            + b"\n"
        )


def _rounded(values: NDArray[np.float64]) -> list[float]:
    return [round(float(value), 5) for value in values]


def _ranker(stated: Mapping[str, Any]) -> Ranker:
    return Ranker(
        np.asarray(stated["mean"]),
        np.asarray(stated["scale"]),
        {Kind(kind): np.asarray(values) for kind, values in stated["weights"].items()},
        {Kind(kind): float(value) for kind, value in stated["bias"].items()},
    )


def from_json(content: bytes) -> Parameters:
    """What a file's content says was learned.

    Raises: GraphError if it was learned from another version's features.
    """
    stated = orjson.loads(content)
    short = stated.get("short")
    if tuple(stated["features"]) != FEATURES or (
        short and tuple(short["features"]) != SHORT_FEATURES
    ):
        raise GraphError(
            "The tagger's parameters are of other features than its code. Make them again with "
            "polku train-tagger."
        )
    return Parameters(
        _ranker(stated["by_vectors"]),
        _ranker(stated["by_words"]),
        {
            Kind(kind): {
                skill: Habit(habit["texts"], habit["stems"]) for skill, habit in habits.items()
            }
            for kind, habits in stated["habits"].items()
        },
        {
            Kind(kind): tuple(from_kept(text) for text in texts)
            for kind, texts in stated["memory"].items()
        },
        stated["vectors"],
        stated["made"],
        Short(_ranker(short["ranker"]), short["often"]) if short else None,
    )


def load(path: Path | None = None) -> tuple[Parameters, str]:
    """What ships, or the settings name, and its hash.

    Raises: GraphError if it was learned with other vectors than those that ship.
    """
    content = (path or folder() / NAME).read_bytes()
    parameters = from_json(content)
    vectors = shipped("en")
    if vectors is not None and parameters.vectors != vectors.digest:
        raise GraphError(
            "The tagger's parameters were learned with other vectors than those beside them. Make "
            "both again with polku train-tagger."
        )
    return parameters, hashlib.sha256(content).hexdigest()[:10]
