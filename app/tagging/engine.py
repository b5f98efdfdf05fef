"""The tagger: lanes propose, a small calibrated ranker weighs, words give the reason."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.graph.port import Graph
from app.tagging import decided as decisions
from app.tagging import near
from app.tagging import parameters as learned
from app.tagging.company import Habits
from app.tagging.decided import Decided
from app.tagging.habits import Habit
from app.tagging.kinds import is_short
from app.tagging.lanes import Candidates, Lanes, Request
from app.tagging.memory import Memory, Remembered
from app.tagging.memory import from_json as from_kept
from app.tagging.naming import named_whole
from app.tagging.parameters import Parameters
from app.tagging.port import Kind, Suggestion, TextToTag
from app.tagging.reasons import Reasons
from app.tagging.short import after_the_longer
from app.tagging.store import Indexes, opened
from app.tagging.text import detect, read

VERSION = "vectors-2"

TOGETHER = 64
"""Texts that are read before the lanes take them, as many at once as is good for them."""

_NO_HABITS = Habits({})
_NO_MEMORY = Memory((), {})

LONGEST_TITLE = 200
"""Characters of a first line that can be a title."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """What was suggested for a text, and the text's vector, empty where there are no vectors."""

    suggestions: list[Suggestion]
    vector: NDArray[np.float32]


class Engine:
    """Suggests skills for texts; implements ``Tagger``."""

    def __init__(
        self,
        indexes: Indexes,
        parameters: Parameters | None = None,
        *,
        habits: bool = True,
        decided: Sequence[Decided] = (),
    ) -> None:
        """Take the numbers that ship, or others; ``habits`` False leaves out what texts taught.

        What people ``decided`` is remembered beside the texts that were judged beforehand.
        """
        if parameters is None:
            parameters, version = learned.load()
        else:
            version = hashlib.sha256(parameters.to_json()).hexdigest()[:10]
        self._indexes = indexes
        self._parameters = parameters
        self._lanes = {
            language: Lanes(index, indexes.hierarchy, indexes.vectors.get(language))
            for language, index in indexes.by_language.items()
        }
        self._number = {skill: place for place, skill in enumerate(indexes.skills)}
        self._habits: dict[Kind, Habits] = {}
        self._memories: dict[Kind, Memory] = {}
        for kind in Kind:
            self.use_habits(kind, parameters.habits.get(kind, {}) if habits else {})
            self.use_memory(kind, parameters.memory.get(kind, ()) if habits else ())
        self._often = _by_number(parameters.short.often if parameters.short else {}, self._number)
        self._next_best = "en" if "en" in self._lanes else next(iter(self._lanes), "")
        self.undecided = f"{VERSION}-{version}-{indexes.fingerprint[:10]}"
        """The model's version, but for what people decided."""
        self._model = self.undecided
        self._judged = parameters.memory if habits else {}
        self._decided: Mapping[Kind, Sequence[Remembered]] = {}
        if decided:
            self._learn(decided)
            self._model += f"-{decisions.digest(decided)}"

    @property
    def model(self) -> str:
        """The model's version: code, parameters, ESCO content."""
        return self._model

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages of labels, the best covered first."""
        return tuple(self._lanes)

    def use_habits(self, kind: Kind, habits: Mapping[str, Habit]) -> None:
        """Take other habits for a kind, by IRI: while learning, those of the other texts."""
        self._habits[kind] = Habits(
            {self._number[skill]: habit for skill, habit in habits.items() if skill in self._number}
        )

    def use_memory(self, kind: Kind, texts: Sequence[Remembered]) -> None:
        """Take other judged texts for a kind."""
        self._memories[kind] = Memory(texts, self._number)

    @property
    def decided(self) -> Mapping[Kind, Sequence[Mapping[str, object]]]:
        """By kind, the texts of which people decided something, as the memory keeps them."""
        return {kind: [one.to_json() for one in some] for kind, some in self._decided.items()}

    def moved(
        self, earlier: Mapping[Kind, Sequence[Mapping[str, object]]]
    ) -> Callable[[Kind, NDArray[np.float32]], NDArray[np.bool_]] | None:
        """What tells of texts whether decisions since an earlier state move their suggestions.

        It takes a kind and vectors; None where people decided nothing since.
        """
        now = self.decided
        if all(
            not near.decided_otherwise(earlier.get(kind, ()), now.get(kind, ())) for kind in Kind
        ):
            return None

        def of(kind: Kind, vectors: NDArray[np.float32]) -> NDArray[np.bool_]:
            skills = near.decided_otherwise(earlier.get(kind, ()), now.get(kind, ()))
            numbers = np.asarray(sorted(self._number[s] for s in skills if s in self._number))
            before = [*self._judged.get(kind, ()), *map(from_kept, earlier.get(kind, ()))]
            return near.moved(
                Memory(before, self._number),
                self._memories[kind],
                numbers.astype(np.int64),
                vectors,
            )

        return of

    def _learn(self, decided: Sequence[Decided]) -> None:
        """Remember what people decided, beside what was judged whole."""
        learned = {}
        for kind in Kind:
            some: list[Remembered] = []
            for language in self._indexes.vectors:
                of_kind = [
                    one
                    for one in decided
                    if one.text.kind is kind and self.language(one.text) == language
                ]
                if of_kind:
                    vectors = self.vectors([one.text for one in of_kind], language)
                    some += [
                        Remembered(vector, one.grades, whole=False)
                        for vector, one in zip(vectors, of_kind, strict=True)
                    ]
            if some:
                learned[kind] = some
            self.use_memory(kind, [*self._judged.get(kind, ()), *some])
        self._decided = learned

    def vectors(self, texts: Sequence[TextToTag], language: str) -> NDArray[np.float32]:
        """The vectors of texts of one language; no columns where it has no vectors."""
        readings = [(read(text.text, language), _title_end(text)) for text in texts]
        return self._lanes[language].vectors_of(readings)

    def language(self, text: TextToTag) -> str:
        """The language of a text: as given, else detected."""
        given = text.language.split("-")[0].lower()
        return given or detect(text.text, self._next_best)

    def candidates(
        self, texts: Sequence[TextToTag], *, without: int | None = None, closely: bool = False
    ) -> list[Candidates]:
        """Candidates of each text, with their features.

        ``without`` leaves one remembered text out of the memory, by its place there. Short texts
        get a closer look, or ``closely`` all.
        """
        result: dict[int, Candidates] = {}
        by_language: dict[str, list[tuple[int, bool, Request]]] = {}
        for place, text in enumerate(texts):
            language = self.language(text)
            spoken = language if language in self._lanes else self._next_best
            # What judged texts taught is about words of the labels' own language.
            habits = self._habits[text.kind] if spoken == language else _NO_HABITS
            memory = self._memories[text.kind] if spoken == language else _NO_MEMORY
            closer = self._parameters.short is not None and spoken == language
            request = Request(
                read(text.text, spoken),
                text.kind,
                _title_end(text),
                habits,
                memory,
                without,
                self._often if closer and (closely or is_short(text)) else None,
            )
            by_language.setdefault(spoken, []).append((place, spoken == language, request))
        for spoken, requests in by_language.items():
            found = self._lanes[spoken].candidates([request for _, _, request in requests])
            for (place, own, _), candidates in zip(requests, found, strict=True):
                result[place] = candidates if own else _only_names(candidates)
        return [result[place] for place in range(len(texts))]

    def suggest(
        self, texts: Sequence[TextToTag], limit: int = 10, least: float = 0.0
    ) -> list[list[Suggestion]]:
        """For each text its suggestions, most confident first, at most ``limit`` of them.

        Those of a confidence below ``least`` are left out.
        """
        return [tagged.suggestions for tagged in self.tagged(texts, limit, least)]

    def tagged(
        self, texts: Sequence[TextToTag], limit: int = 10, least: float = 0.0
    ) -> list[Tagged]:
        """For each text what ``suggest`` says, with the text's vector."""
        if not self._lanes:
            return [Tagged([], np.zeros(0, np.float32)) for _ in texts]
        result = []
        for first in range(0, len(texts), TOGETHER):
            some = texts[first : first + TOGETHER]
            for text, found in zip(some, self.candidates(some), strict=True):
                result.append(Tagged(self._ranked(text, found, limit, least), found.vector))
        return result

    def _ranked(
        self, text: TextToTag, found: Candidates, limit: int, least: float
    ) -> list[Suggestion]:
        if not len(found.skills):
            return []
        by_vectors = found.reading.language in self._indexes.vectors
        exact = self._parameters.confidence(found.features, text.kind, by_vectors=by_vectors)
        short = self._parameters.short
        if short is not None and found.short is not None:
            features = np.concatenate([found.features, found.short], axis=1)
            closer = short.ranker.confidence(features, Kind.OTHER)
            # Sentences that were learned from seldom call a skill by its name; courses and works
            # do, so that what is named is not less sure than there.
            exact = np.where(named_whole(found.features), np.maximum(exact, closer), closer)
            exact = after_the_longer(exact, found.skills, found.named)
        confidence = exact.round(4)
        order = np.lexsort((found.skills, -exact))[:limit]
        reasons = Reasons(
            found,
            self._lanes[found.reading.language].index,
            self._habits[text.kind].by_skill,
        )
        suggestions = []
        for row in order[confidence[order] >= least].tolist():
            skill = int(found.skills[row])
            evidence, because = reasons.of(row)
            suggestions.append(
                Suggestion(
                    skill=self._indexes.skills[skill],
                    label=reasons.label(skill),
                    language=found.reading.language,
                    confidence=float(confidence[row]),
                    evidence=evidence,
                    because=because,
                )
            )
        return suggestions


def ready(graph: Graph, folder: Path | None) -> Engine:
    """The engine of a generation, which knows what people decided; its index is kept in a folder."""
    indexes = opened(graph, folder)
    return Engine(indexes, decided=decisions.read(graph, tuple(indexes.by_language)))


def _by_number(often: Mapping[str, int], number: Mapping[str, int]) -> NDArray[np.float32]:
    """By skill number, the logarithm of how many sentences bear it."""
    counts = np.zeros(len(number), np.float32)
    for skill, count in often.items():
        if skill in number:
            counts[number[skill]] = count
    return np.log1p(counts)


def _title_end(text: TextToTag) -> int:
    """Where the title ends: that of a part called so, or a short first line above more text."""
    if text.parts and text.parts[0].name == "title":
        return len(text.parts[0].text)
    head, _, rest = text.text.partition("\n")
    return len(head) if len(head) <= LONGEST_TITLE and len(rest) > len(head) else 0


def _only_names(found: Candidates) -> Candidates:
    """Of a text in a language without labels, only skills that it names stand to reason."""
    rows = np.asarray(
        [row for row, skill in enumerate(found.skills.tolist()) if skill in found.named], np.int64
    )
    return Candidates(
        found.reading,
        found.skills[rows],
        found.features[rows],
        found.named,
        found.sentence[rows],
        found.kin[rows],
        found.meaning[rows],
        np.zeros(0, np.float32),
    )
