"""ESCO's neighbourhoods as arrays: what is broader, narrower, related, and flags of skills."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from app.tagging.arrays import spread
from app.tagging.lexicon import PREFERRED, Lexicon
from app.tagging.text import stemmer

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Neighbours:
    """For every skill its neighbours of one sort: those of skill n from first[n] to first[n+1]."""

    first: Ints
    others: Ints

    @staticmethod
    def between(pairs: Iterable[tuple[int, int]], size: int) -> Neighbours:
        """Neighbours as pairs of numbers state them."""
        ordered = sorted(set(pairs))
        ones = np.asarray([one for one, _ in ordered], np.int64)
        return Neighbours(
            np.searchsorted(ones, np.arange(size + 1)).astype(np.int64),
            np.asarray([other for _, other in ordered], np.int64),
        )

    def pairs(self, skills: Ints) -> tuple[Ints, Ints]:
        """For some skills, places among them and neighbours, pair by pair."""
        starts = self.first[skills]
        rows, places = spread(starts, self.first[skills + 1] - starts)
        return rows, self.others[places]

    def of(self, skills: Ints) -> Ints:
        """All neighbours of some skills."""
        return self.pairs(skills)[1]


@dataclass(frozen=True)
class Hierarchy:
    """Neighbours of every skill in ESCO and flags of skills, as far as ranking needs them."""

    broader: Neighbours
    narrower: Neighbours
    related: Neighbours
    knowledge: Floats
    transversal: Floats
    teaching: NDArray[np.bool_]

    @staticmethod
    def of(lexicon: Lexicon) -> Hierarchy:
        """The neighbours and flags that a lexicon states."""
        size = len(lexicon.skills)
        teaching = np.zeros(size, np.bool_)
        for skill, groups in lexicon.groups.items():
            teaching[skill] = any(_is_teaching(group) for group in groups)
        for label in lexicon.labels:
            # "assess students" and "adapt teaching" stand in groups of other names.
            pattern = _TEACHING_LABELS.get(label.language)
            if label.kind == PREFERRED and pattern and not lexicon.knowledge[label.skill]:
                teaching[label.skill] |= pattern.search(label.text) is not None
        return Hierarchy(
            Neighbours.between(lexicon.broader, size),
            Neighbours.between(((high, low) for low, high in lexicon.broader), size),
            Neighbours.between(
                (pair for one, two in lexicon.related for pair in ((one, two), (two, one))), size
            ),
            np.asarray(lexicon.knowledge, np.float32),
            np.asarray(lexicon.transversal, np.float32),
            teaching,
        )


def _is_teaching(group: str) -> bool:
    """Whether an ESCO group is of skills by which others are taught.

    S1.3 is "teaching and training" in ESCO's hierarchy of skills.
    """
    return group == "S1.3" or group.startswith("S1.3.")


_TEACHING_LABELS: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(r"\b(?:teach\w*|students?|pupils?|lessons?|classroom|curricul\w+)\b", re.I),
    "fi": re.compile(r"\b(?:opet(?:taa|us)\w*|opiskelij\w+|oppila\w+|oppitun\w+)", re.I),
    "sv": re.compile(r"\b(?:undervis\w*|studenter\w*|elever\w*|lektion\w*)", re.I),
}


_TEACHING_SIGNS: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "en": (
        ("pedagogy", "pedagogical", "didactics"),
        ("teaching", "teacher", "education", "tutoring", "coaching", "instructor", "training",
         "supervision", "mentoring"),
    ),
    "fi": (("pedagogiikka", "pedagoginen", "didaktiikka"), ("opetus", "opettaja", "ohjaus")),
    "sv": (("pedagogik", "pedagogisk", "didaktik"), ("undervisning", "lärare", "handledning")),
}  # fmt: skip
"""Words that name the field of teaching, and words that in a title say as much."""


@cache
def teaching_stems(language: str) -> tuple[frozenset[str], frozenset[str]]:
    """Stems that name the field of teaching, and those that in a title say as much."""
    stem = stemmer(language)
    fields, signs = _TEACHING_SIGNS.get(language, _TEACHING_SIGNS["en"])
    named = frozenset(map(stem, fields))
    return named, named | frozenset(map(stem, signs))
