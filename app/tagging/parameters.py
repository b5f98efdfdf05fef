"""The learned numbers of the ranker, as ``fit.py`` wrote them.

``parameters.json`` holds weights, habits and how they were made; no text and no single judgement.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson
from numpy.typing import NDArray

from app.errors import GraphError
from app.tagging.habits import Habit
from app.tagging.lanes import FEATURES
from app.tagging.port import Kind

PATH = Path(__file__).with_name("parameters.json")


@dataclass(frozen=True)
class Parameters:
    """The ranker's numbers.

    Attributes:
        mean: of each feature over candidates of judged texts.
        scale: standard deviation of each.
        weights: by kind, the weight of each feature once it is standardised.
        bias: by kind.
        habits: by kind and skill IRI.
        made: how they were made: counts, seed, figures by cross-validation.
    """

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    weights: Mapping[Kind, NDArray[np.float64]]
    bias: Mapping[Kind, float]
    habits: Mapping[Kind, Mapping[str, Habit]]
    made: Mapping[str, object]

    def confidence(self, features: NDArray[np.float32], kind: Kind) -> NDArray[np.float64]:
        """For each row of features, the probability that the skill applies."""
        score = (features - self.mean) / self.scale @ self.weights[kind] + self.bias[kind]
        return np.asarray(1 / (1 + np.exp(-np.clip(score, -30, 30))), np.float64)

    def to_json(self) -> bytes:
        """The numbers as a file, rounded to what matters."""
        return (
            orjson.dumps(
                {
                    "made": self.made,
                    "features": FEATURES,
                    "mean": _rounded(self.mean),
                    "scale": _rounded(self.scale),
                    "weights": {kind.value: _rounded(self.weights[kind]) for kind in Kind},
                    "bias": {kind.value: round(self.bias[kind], 5) for kind in Kind},
                    "habits": {
                        kind.value: {
                            skill: {"texts": habit.texts, "stems": habit.stems}
                            for skill, habit in sorted(self.habits.get(kind, {}).items())
                        }
                        for kind in Kind
                    },
                },
                option=orjson.OPT_INDENT_2,
            )
            + b"\n"
        )


def _rounded(values: NDArray[np.float64]) -> list[float]:
    return [round(float(value), 5) for value in values]


def from_json(content: bytes) -> Parameters:
    """The numbers in a file's content.

    Raises: GraphError if they are of another version's features.
    """
    stated = orjson.loads(content)
    if tuple(stated["features"]) != FEATURES:
        raise GraphError(
            "The tagger's parameters are of other features than its code. Make them again with "
            "python -m app.tagging.fit."
        )
    return Parameters(
        np.asarray(stated["mean"]),
        np.asarray(stated["scale"]),
        {Kind(kind): np.asarray(values) for kind, values in stated["weights"].items()},
        {Kind(kind): float(value) for kind, value in stated["bias"].items()},
        {
            Kind(kind): {
                skill: Habit(habit["texts"], habit["stems"]) for skill, habit in habits.items()
            }
            for kind, habits in stated["habits"].items()
        },
        stated["made"],
    )


def load(path: Path = PATH) -> tuple[Parameters, str]:
    """The shipped numbers, and their hash."""
    content = path.read_bytes()
    return from_json(content), hashlib.sha256(content).hexdigest()[:10]
