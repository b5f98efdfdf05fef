"""The port behind which a tagger stands: texts in, suggestions with evidence out.

The lexical engine (``engine.py``) is the first body; a trained one takes its place by keeping to
this page.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

SEPARATOR = "\n\n"
"""What stands between the parts of a text when they are read as one."""


class Kind(StrEnum):
    """What a text describes; judged texts taught the ranker each kind's own habits."""

    COURSE = "course"
    WORK = "work"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Part:
    """A named part of a text: ``title``, ``abstract``, ``outcomes`` …."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class TextToTag:
    """What is to be tagged: its parts in order, what it describes, its language ("" to detect)."""

    parts: tuple[Part, ...]
    kind: Kind = Kind.OTHER
    language: str = ""

    @property
    def text(self) -> str:
        """The parts as one text, which is what offsets of evidence count in."""
        return SEPARATOR.join(part.text for part in self.parts)

    def hash(self) -> str:
        """SHA-256 of the one text, in hexadecimal."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    def place(self, start: int) -> tuple[Part, int]:
        """The part in which an offset of the one text falls, and the offset at which it begins."""
        base = 0
        for part in self.parts[:-1]:
            if start < base + len(part.text) + len(SEPARATOR):
                return part, base
            base += len(part.text) + len(SEPARATOR)
        return self.parts[-1], base


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words of a text that speak for a suggestion: ``text[start:end]``, in characters."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A skill that a text speaks of.

    Attributes:
        skill: the skill's IRI.
        label: its preferred label, in the language given by ``language``.
        language: of the label.
        confidence: probability that a judge would say that the skill applies, 0 to 1.
        evidence: the best span first; never empty.
        because: the reason in words.
    """

    skill: str
    label: str
    language: str
    confidence: float
    evidence: tuple[Evidence, ...]
    because: str


class Tagger(Protocol):
    """Suggests skills for texts."""

    @property
    def model(self) -> str:
        """The model's version: alike exactly when the same texts get the same suggestions."""
        ...

    def suggest(
        self, texts: Sequence[TextToTag], limit: int = 10, least: float = 0.0
    ) -> list[list[Suggestion]]:
        """For each text its suggestions, most confident first, at most ``limit`` of them.

        Those of a confidence below ``least`` are left out.
        """
        ...
