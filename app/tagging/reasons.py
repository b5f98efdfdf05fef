"""Reasons: the words of a text that speak for a suggestion, and what they say in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.tagging.features import F
from app.tagging.habits import Habit
from app.tagging.index import Index
from app.tagging.lanes import Candidates
from app.tagging.lexicon import KIND_IN_WORDS
from app.tagging.naming import Named
from app.tagging.port import Evidence
from app.tagging.text import stop_stems

LONGEST_EVIDENCE = 400
"""Characters of a sentence that are shown as evidence."""

REMEMBERED = 0.1
"""Share of like judged texts from which they are the reason."""

MOST_SPANS = 3
"""Spans of evidence of one suggestion."""


class Reasons:
    """Finds the words that speak for a suggestion of one text, and says why in words."""

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
        span, words, held = reading.sentences[sentence], reading.words, reading.places
        shared = sorted(
            next(place for place in places if place >= span.first)
            for stem in stems
            if stem not in self._stops
            and (places := held.get(stem))
            and any(span.first <= place < span.last for place in places)
        )
        return [words[place].written for place in shared]

    def _richest(self, stems: frozenset[str]) -> tuple[int, list[str]]:
        """The sentence that holds most of some stems, the first of equals, and the words that do."""
        words, places = self._found.reading.words, self._found.reading.places
        held: dict[int, int] = {}
        for stem in stems:
            if stem in places and stem not in self._stops:
                for sentence in {words[place].sentence for place in places[stem]}:
                    held[sentence] = held.get(sentence, 0) + 1
        if not held:
            return 0, []
        best = min(held, key=lambda sentence: (-held[sentence], sentence))
        return best, self._shared(best, stems)


def _apart(matches: Sequence[Named]) -> list[Named]:
    """Matches that do not overlap better ones."""
    kept: list[Named] = []
    for match in matches:
        if all(match.last <= other.first or match.first >= other.last for other in kept):
            kept.append(match)
    return kept


def _listed(words: Sequence[str], most: int = 4) -> str:
    return ", ".join(f"“{word}”" for word in words[:most])
