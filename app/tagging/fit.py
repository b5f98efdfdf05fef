"""Learns the ranker's numbers from judged texts; ``polku train-tagger`` runs it.

A logistic regression over the features of candidates, with weights shared by all kinds of text
and a deviation for each kind, both shrunk towards nothing. A candidate is right when judges gave
it 2 or 3; so the regression's own probability is the confidence. What they gave 1 teaches the
order too (``grades.py``). The features that come from habits are made for every text from the
other texts alone. Cross-validation leaves out whole texts
(five folds, by kind, seeded); what is shipped is then learned from all of them.

Judged texts are JSON Lines: id, kind (course, research), title, text, skills with IRI and grade.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TypedDict

import numpy as np
import orjson
from numpy.typing import NDArray

from app.tagging import grades
from app.tagging.engine import Engine
from app.tagging.features import BY_VECTORS, FEATURES
from app.tagging.grades import APPLIES
from app.tagging.habits import Judged, Learner
from app.tagging.measure import calibration_error, ndcg
from app.tagging.memory import Remembered
from app.tagging.memory import from_json as from_kept
from app.tagging.parameters import Parameters, Ranker, Short
from app.tagging.port import Kind, Part, TextToTag
from app.tagging.store import Indexes
from app.tagging.text import read, stop_stems

SEED = 20240501
FOLDS = 5
SHRINK = 10.0
"""Weight of the penalty on squared weights; 3 to 30 gave the same figures within 0.01."""
SHRINK_KIND = 3.0
"""How much harder a kind's deviation is shrunk than what all kinds share."""
MOST_STEPS = 50
LEAST_SPREAD = 1e-5
"""Below it the kept numbers would say that a feature does not vary at all."""
CENTRAL = 2.0
"""Weight of a candidate that is central (grade 3) against one that merely applies."""
STRANGE = 0.3
"""Weight of a text read as another kind than its own: 0 to 1 move nDCG@10 by 0.03 at most."""


class Variant(TypedDict, total=False):
    """What a ranker does without."""

    habits: bool
    vectors: bool


VARIANTS: Mapping[str, Variant] = {
    "whole": {},
    "without judged texts": {"habits": False},
    "words alone": {"vectors": False},
}
"""What is measured: everything, nothing remembered of judged texts, no vectors."""

KINDS = {"course": Kind.COURSE, "research": Kind.WORK, "work": Kind.WORK}

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Example:
    """A judged text and its grades by skill IRI; not ``whole`` if single skills were decided."""

    id: str
    text: TextToTag
    grades: Mapping[str, int]
    whole: bool = True

    @cached_property
    def judged(self) -> Judged:
        """What habits are learned from."""
        stops = stop_stems("en")
        stems = {word.stem for word in read(self.text.text, "en").words} - stops
        applies = {skill for skill, grade in self.grades.items() if grade >= APPLIES}
        return Judged(frozenset(stems), frozenset(applies))


def examples(path: Path) -> list[Example]:
    """The judged texts in a file, in its order."""
    found = []
    with path.open("rb") as lines:
        for line in lines:
            record = orjson.loads(line)
            parts = (Part("title", record["title"]), Part("text", record["text"]))
            found.append(
                Example(
                    record["id"],
                    TextToTag(parts, KINDS[record["kind"]], "en"),
                    {skill["skill"]: int(skill["grade"]) for skill in record["skills"]},
                )
            )
    return found


def folds(texts: Sequence[Example], seed: int = SEED) -> NDArray[np.int64]:
    """For each text its fold; every kind is spread evenly."""
    random = np.random.default_rng(seed)
    result = np.zeros(len(texts), np.int64)
    for kind in sorted({text.text.kind for text in texts}):
        places = np.flatnonzero([text.text.kind == kind for text in texts])
        result[random.permutation(places)] = np.arange(len(places)) % FOLDS
    return result


def fit(
    indexes: Indexes, texts: Sequence[Example], *, habits: bool = True, vectors: bool = True
) -> Parameters:
    """What is learned from judged texts."""
    kinds = sorted({text.text.kind for text in texts})
    judged = [text.judged for text in texts]
    reader = Engine(indexes, blank(), habits=False)
    of_kind = {
        kind: [place for place, text in enumerate(texts) if text.text.kind == kind]
        for kind in kinds
    }
    whole_of_kind = {
        kind: [place for place in of_kind[kind] if texts[place].whole] for kind in kinds
    }
    learners = {kind: Learner([judged[place] for place in whole_of_kind[kind]]) for kind in kinds}
    everything = {kind: learners[kind].habits() if habits else {} for kind in kinds}
    remembered = _remembered(reader, texts) if habits and vectors else []
    memory = {kind: [remembered[n] for n in of_kind[kind]] for kind in kinds if remembered}
    for kind in memory:
        reader.use_memory(kind, memory[kind])
    rows: list[Floats] = []
    graded: list[int] = []
    weight: list[float] = []
    kind_of: list[int] = []
    for place, example in enumerate(texts):
        # Every text is read as each kind: judged texts of one kind are of few fields, and to
        # whoever has read only those the others show what a stranger looks like.
        for kind in kinds:
            own = kind == example.text.kind
            within = of_kind[kind].index(place) if own else None
            if habits:
                learned = learners[kind]
                reader.use_habits(
                    kind,
                    learned.habits(without=whole_of_kind[kind].index(place))
                    if own and example.whole
                    else everything[kind],
                )
            text = replace(example.text, kind=kind)
            found = reader.candidates([text], without=within)[0]
            # Of a text that was not judged whole, only what was decided says right or wrong.
            judged_rows = [
                row
                for row, skill in enumerate(found.skills.tolist())
                if example.whole or indexes.skills[skill] in example.grades
            ]
            rows.append(found.features[judged_rows].astype(np.float64))
            for skill in found.skills[judged_rows].tolist():
                grade = example.grades.get(indexes.skills[skill], 0)
                graded.append(grade)
                weight.append((CENTRAL if grade == 3 else 1.0) * (1.0 if own else STRANGE))
                kind_of.append(kinds.index(kind))
    features = np.concatenate(rows)
    words_only = features.copy()
    words_only[:, [name.startswith(BY_VECTORS) for name in FEATURES]] = 0.0
    of_grades = np.asarray(graded, np.int64)
    by_vectors, by_words = (
        _ranker(one, of_grades, np.asarray(weight), np.asarray(kind_of), kinds)
        for one in (features if vectors else words_only, words_only)
    )
    known = indexes.vectors.get("en")
    return Parameters(
        by_vectors,
        by_words,
        everything,
        memory,
        known.digest if known else "",
        {"texts": {kind.value: sum(t.text.kind == kind for t in texts) for kind in kinds},
         "candidates": len(graded), "right": int((of_grades >= APPLIES).sum()), "seed": SEED, "shrink": SHRINK},
    )  # fmt: skip


def _remembered(reader: Engine, texts: Sequence[Example]) -> list[Remembered]:
    """The texts as the memory keeps them: as they come back from a file, so that both agree."""
    vectors = reader.vectors([text.text for text in texts], "en")
    return [
        from_kept(Remembered(vector, text.grades, text.whole).to_json())
        for vector, text in zip(vectors, texts, strict=True)
    ]


def _ranker(
    features: Floats,
    graded: NDArray[np.int64],
    weight: Floats,
    kind_of: NDArray[np.int64],
    kinds: Sequence[Kind],
) -> Ranker:
    mean, scale = standard(features)
    found = grades.learn(
        (features - mean) / scale,
        graded,
        weight,
        kind_of,
        len(kinds),
        grades.Shrink(SHRINK, SHRINK * SHRINK_KIND, SHRINK * 0.1),
    )
    weights = {kind: found.shared + found.deviations[place] for place, kind in enumerate(kinds)}
    bias_by_kind = {kind: float(found.bias + found.biases[n]) for n, kind in enumerate(kinds)}
    for kind in Kind:  # a text of no known kind is read with what all kinds share
        weights.setdefault(kind, found.shared + found.deviations.mean(axis=0))
        bias_by_kind.setdefault(kind, float(found.bias + found.biases.mean()))
    return Ranker(mean, scale, weights, bias_by_kind)


def standard(features: Floats) -> tuple[Floats, Floats]:
    """Mean and spread of each feature; a spread of 1 where it never varies and so says nothing."""
    spread = features.std(axis=0)
    return features.mean(axis=0), np.where(spread > LEAST_SPREAD, spread, 1.0)


def blank(short: Short | None = None) -> Parameters:
    """Parameters of a ranker that has learned nothing."""
    zero = np.zeros(len(FEATURES))
    none = Ranker(zero, zero + 1, dict.fromkeys(Kind, zero), dict.fromkeys(Kind, 0.0))
    return Parameters(none, none, {}, {}, "", {}, short)


def newton(design: Floats, right: Floats, weight: Floats, shrink: Floats) -> Floats:
    """The weights of a logistic regression, squared weights shrunk.

    By Newton's method: with a hundred weights, a dozen steps reach the one minimum there is.
    """
    found = np.zeros(design.shape[1])
    for _ in range(MOST_STEPS):
        probability = 1 / (1 + np.exp(-np.clip(design @ found, -30, 30)))
        slope = design.T @ (weight * (probability - right)) + 2 * shrink * found
        spread = weight * probability * (1 - probability)
        curve = (design * spread[:, None]).T @ design + np.diag(2 * shrink + 1e-9)
        step = np.linalg.solve(curve, slope)
        found -= step
        if np.abs(step).max() < 1e-8:
            break
    return found


@dataclass(frozen=True)
class Outcome:
    """What was suggested for a text by a ranker that had not seen it."""

    example: Example
    skills: Sequence[str]
    confidences: Sequence[float]

    @property
    def held(self) -> list[bool]:
        """For each suggestion, whether judges say that it applies."""
        return [self.example.grades.get(skill, 0) >= APPLIES for skill in self.skills]

    def ndcg(self, without: frozenset[str] = frozenset()) -> float:
        """nDCG@10, with some skills removed from suggestions and judgements alike."""
        return ndcg(
            [skill for skill in self.skills if skill not in without],
            {s: grade for s, grade in self.example.grades.items() if s not in without},
        )


def cross_validate(
    indexes: Indexes,
    texts: Sequence[Example],
    *,
    habits: bool = True,
    vectors: bool = True,
    limit: int = 10,
    decided: Sequence[Example] = (),
) -> list[Outcome]:
    """Outcomes of every text, each by a ranker learned from the other folds alone.

    Texts of which single skills were ``decided`` are always learned from and never measured.
    """
    fold_of = folds(texts)
    outcomes: dict[int, Outcome] = {}
    for fold in range(FOLDS):
        train = [text for text, of in zip(texts, fold_of, strict=True) if of != fold]
        train += decided
        learned = fit(indexes, train, habits=habits, vectors=vectors)
        engine = Engine(indexes, learned, habits=habits)
        for place in np.flatnonzero(fold_of == fold).tolist():
            suggestions = engine.suggest([texts[place].text], limit)[0]
            outcomes[place] = Outcome(
                texts[place],
                [suggestion.skill for suggestion in suggestions],
                [suggestion.confidence for suggestion in suggestions],
            )
    return [outcomes[place] for place in range(len(texts))]


def commonest(texts: Sequence[Example], count: int = 25) -> frozenset[str]:
    """The skills that most often apply: what a prior alone could guess."""
    counts: dict[str, int] = {}
    for text in texts:
        for skill, grade in text.grades.items():
            counts[skill] = counts.get(skill, 0) + (grade >= APPLIES)
    return frozenset(sorted(counts, key=lambda skill: (-counts[skill], skill))[:count])


def figures(outcomes: Sequence[Outcome], kind: Kind, tail: frozenset[str]) -> dict[str, float]:
    """nDCG@10 over all skills and over the tail, and the calibration error of the first ten."""
    of_kind = [outcome for outcome in outcomes if outcome.example.text.kind == kind]
    first_ten = [
        (confidence, held)
        for outcome in of_kind
        for confidence, held in list(zip(outcome.confidences, outcome.held, strict=True))[:10]
    ]
    return {
        "ndcg": round(float(np.mean([outcome.ndcg() for outcome in of_kind])), 3),
        "tail": round(float(np.mean([outcome.ndcg(tail) for outcome in of_kind])), 3),
        "ece": round(calibration_error([c for c, _ in first_ten], [h for _, h in first_ten]), 3),
    }
