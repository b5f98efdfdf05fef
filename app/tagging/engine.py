"""The tagger: lanes propose, a small calibrated ranker weighs, words give the reason."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.graph.port import Graph
from app.tagging import decided as decisions
from app.tagging import parameters as learned
from app.tagging.decided import Decided
from app.tagging.habits import Habit
from app.tagging.index import Index
from app.tagging.lanes import Candidates, F, Habits, Lanes, Named, Request
from app.tagging.lexicon import KIND_IN_WORDS
from app.tagging.memory import Memory, Remembered
from app.tagging.parameters import Parameters
from app.tagging.port import Evidence, Kind, Suggestion, TextToTag
from app.tagging.store import Indexes, opened
from app.tagging.text import detect, read, stop_stems

VERSION = "vectors-1"

LONGEST_EVIDENCE = 400
"""Characters of a sentence that are shown as evidence."""

TOGETHER = 16
"""Texts that share one product with the index: more would only take memory."""

_NO_HABITS = Habits({})
_NO_MEMORY = Memory((), {})

LONGEST_TITLE = 200
"""Characters of a first line that can be a title."""

REMEMBERED = 0.1
"""Share of like judged texts from which they are the reason."""

MOST_SPANS = 3
"""Spans of evidence of one suggestion."""


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
        self._next_best = "en" if "en" in self._lanes else next(iter(self._lanes), "")
        self._model = f"{VERSION}-{version}-{indexes.fingerprint[:10]}"
        if decided:
            self._learn(decided, parameters.memory if habits else {})
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

    def _learn(
        self, decided: Sequence[Decided], judged: Mapping[Kind, Sequence[Remembered]]
    ) -> None:
        """Remember what people decided, beside what was judged whole."""
        for kind in Kind:
            more = list(judged.get(kind, ()))
            for language in self._indexes.vectors:
                of_kind = [
                    one
                    for one in decided
                    if one.text.kind is kind and self.language(one.text) == language
                ]
                if of_kind:
                    vectors = self.vectors([one.text for one in of_kind], language)
                    more += [
                        Remembered(vector, one.grades, whole=False)
                        for vector, one in zip(vectors, of_kind, strict=True)
                    ]
            self.use_memory(kind, more)

    def vectors(self, texts: Sequence[TextToTag], language: str) -> NDArray[np.float32]:
        """The vectors of texts of one language; no columns where it has no vectors."""
        readings = [(read(text.text, language), _title_end(text)) for text in texts]
        return self._lanes[language].vectors_of(readings)

    def language(self, text: TextToTag) -> str:
        """The language of a text: as given, else detected."""
        given = text.language.split("-")[0].lower()
        return given or detect(text.text, self._next_best)

    def candidates(
        self, texts: Sequence[TextToTag], *, without: int | None = None
    ) -> list[Candidates]:
        """Candidates of each text, with their features.

        ``without`` leaves one remembered text out of the memory, by its place there.
        """
        result: dict[int, Candidates] = {}
        by_language: dict[str, list[tuple[int, bool, Request]]] = {}
        for place, text in enumerate(texts):
            language = self.language(text)
            spoken = language if language in self._lanes else self._next_best
            # What judged texts taught is about words of the labels' own language.
            habits = self._habits[text.kind] if spoken == language else _NO_HABITS
            memory = self._memories[text.kind] if spoken == language else _NO_MEMORY
            request = Request(
                read(text.text, spoken), text.kind, _title_end(text), habits, memory, without
            )
            by_language.setdefault(spoken, []).append((place, spoken == language, request))
        for spoken, requests in by_language.items():
            found = self._lanes[spoken].candidates([request for _, _, request in requests])
            for (place, own, _), candidates in zip(requests, found, strict=True):
                result[place] = candidates if own else _only_names(candidates)
        return [result[place] for place in range(len(texts))]

    def suggest(self, texts: Sequence[TextToTag], limit: int = 10) -> list[list[Suggestion]]:
        """For each text its suggestions, most confident first, at most ``limit`` of them."""
        if not self._lanes:
            return [[] for _ in texts]
        suggestions = []
        for first in range(0, len(texts), TOGETHER):
            some = texts[first : first + TOGETHER]
            for text, found in zip(some, self.candidates(some), strict=True):
                suggestions.append(self._ranked(text, found, limit))
        return suggestions

    def _ranked(self, text: TextToTag, found: Candidates, limit: int) -> list[Suggestion]:
        if not len(found.skills):
            return []
        by_vectors = found.reading.language in self._indexes.vectors
        confidence = self._parameters.confidence(found.features, text.kind, by_vectors=by_vectors)
        order = np.lexsort((found.skills, -confidence))[:limit]
        reasons = _Reasons(
            found,
            self._lanes[found.reading.language].index,
            self._habits[text.kind].by_skill,
        )
        suggestions = []
        for row in order.tolist():
            skill = int(found.skills[row])
            evidence, because = reasons.of(row)
            suggestions.append(
                Suggestion(
                    skill=self._indexes.skills[skill],
                    label=reasons.label(skill),
                    language=found.reading.language,
                    confidence=round(float(confidence[row]), 4),
                    evidence=evidence,
                    because=because,
                )
            )
        return suggestions


def ready(graph: Graph, folder: Path | None) -> Engine:
    """The engine of a generation, which knows what people decided; its index is kept in a folder."""
    indexes = opened(graph, folder)
    return Engine(indexes, decided=decisions.read(graph, tuple(indexes.by_language)))


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
    )


class _Reasons:
    """Finds the words that speak for a suggestion, and says why in words."""

    def __init__(self, found: Candidates, index: Index, habits: Mapping[int, Habit]) -> None:
        self._found = found
        self._index = index
        self._habits = habits
        self._stops = stop_stems(found.reading.language)

    def label(self, skill: int) -> str:
        """The preferred label of a skill."""
        return self._index.label_text[int(self._index.cover_first[skill])]

    def of(self, row: int) -> tuple[tuple[Evidence, ...], str]:
        """Evidence and reason of a candidate."""
        found = self._found
        skill = int(found.skills[row])
        matches = found.named.get(skill)
        if matches:
            spans = tuple(self._cut(match) for match in _apart(matches)[:MOST_SPANS])
            kind = KIND_IN_WORDS[int(self._index.label_kind[matches[0].label])]
            written = self._index.label_text[matches[0].label]
            return spans, f"names “{written}”, {kind}"
        kin = int(found.kin[row])
        if kin in found.named and kin != skill:
            match = found.named[kin][0]
            return (self._cut(match),), f"names “{self.label(kin)}”, a skill next to it in ESCO"
        sentence = int(found.sentence[row])
        if sentence >= 0:
            shared = self._shared(sentence, self._label_stems(skill))
            if shared:
                return (
                    (self._sentence(sentence),),
                    f"this sentence shares {_listed(shared)} with its labels",
                )
        habit = self._habits.get(skill)
        if habit is not None:
            stems = frozenset(habit.stems)
            sentence, shared = self._richest(stems)
            if shared:
                return (
                    (self._sentence(sentence),),
                    f"{_listed(shared)} went with it in texts that people judged",
                )
        meaning = int(found.meaning[row])
        if meaning >= 0 and float(found.features[row, F["memory"]]) >= REMEMBERED:
            return (
                (self._sentence(meaning),),
                "texts like this one were judged to bear it; this sentence is nearest to it",
            )
        sentence, shared = self._richest(self._description_stems(skill))
        if shared:
            return (
                (self._sentence(sentence),),
                f"this sentence shares {_listed(shared)} with its description",
            )
        if meaning >= 0:
            return (self._sentence(meaning),), "this sentence is nearest to it in meaning"
        return (
            (self._sentence(0),),
            "the text as a whole uses words that ESCO uses near this skill",
        )

    def _cut(self, match: Named) -> Evidence:
        reading = self._found.reading
        start, end = reading.words[match.first].start, reading.words[match.last - 1].end
        return Evidence(start, end, reading.text[start:end])

    def _sentence(self, number: int) -> Evidence:
        reading = self._found.reading
        sentence = reading.sentences[number]
        end = sentence.end
        if end - sentence.start > LONGEST_EVIDENCE:
            inside = [
                word.end
                for word in reading.words[sentence.first : sentence.last]
                if word.end - sentence.start <= LONGEST_EVIDENCE
            ]
            end = inside[-1]
        return Evidence(sentence.start, end, reading.text[sentence.start : end])

    def _label_stems(self, skill: int) -> frozenset[str]:
        first, last = self._index.cover_first[skill], self._index.cover_first[skill + 1]
        columns = self._index.cover.indices[
            self._index.cover.indptr[first] : self._index.cover.indptr[last]
        ]
        return frozenset(self._index.stems[column] for column in columns.tolist())

    def _description_stems(self, skill: int) -> frozenset[str]:
        matrix = self._index.skill_words
        columns = matrix.indices[matrix.indptr[skill] : matrix.indptr[skill + 1]]
        return frozenset(self._index.stems[column] for column in columns.tolist())

    def _shared(self, sentence: int, stems: frozenset[str]) -> list[str]:
        """Words of a sentence whose stems are among ``stems``, as written, each once."""
        reading = self._found.reading
        span = reading.sentences[sentence]
        shared: dict[str, str] = {}
        for word in reading.words[span.first : span.last]:
            if word.stem in stems and word.stem not in self._stops:
                shared.setdefault(word.stem, word.written)
        return list(shared.values())

    def _richest(self, stems: frozenset[str]) -> tuple[int, list[str]]:
        """The sentence that holds most of some stems, and the words that do."""
        best = 0
        words: list[str] = []
        for number in range(len(self._found.reading.sentences)):
            shared = self._shared(number, stems)
            if len(shared) > len(words):
                best, words = number, shared
        return best, words


def _apart(matches: Sequence[Named]) -> list[Named]:
    """Matches that do not overlap better ones."""
    kept: list[Named] = []
    for match in matches:
        if all(match.last <= other.first or match.first >= other.last for other in kept):
            kept.append(match)
    return kept


def _listed(words: Sequence[str], most: int = 4) -> str:
    return ", ".join(f"“{word}”" for word in words[:most])
