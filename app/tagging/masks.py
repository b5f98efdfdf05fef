"""Sentences and clauses that say nothing about what a text teaches or studies.

Practical matters of a course, demands on those who come, and what a text says it does *not* do
are no evidence for a skill. Patterns are few and literal: they are wrong seldom, and a sentence
wrongly kept costs less than one wrongly dropped.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from app.tagging.text import Reading, Sentence

_PRACTICAL = re.compile(
    r"\b(?:mycourses|moodle|sisu|attendance|enrol(?:l?ment|l)|registration|register for|"
    r"office hours|contact hours|deadline|grad(?:ing|ed) (?:is|by|on|scale)|"
    r"grade[sd]? (?:is|are|will be|based)|course (?:staff|fee|feedback|personnel)|"
    r"final exam|written exam|exam(?:ination)? (?:is|will|covers)|lectures? (?:will be|are|is) "
    r"(?:given|held|organi[sz]ed|recorded)|teacher in charge|guest lectur\w+|"
    r"working methods|workload|language of instruction|all rights reserved|copyright|"
    r"code (?:and \w+ )?(?:is|are|will be)(?: made)?(?: publicly)? available|github\.com|"
    r"https?://|www\.)",
)

_DEMANDED = re.compile(
    r"\b(?:pre-?requisites?|prior (?:knowledge|experience|skills?)|"
    r"(?:basic|previous|preliminary|sufficient|good) (?:knowledge|understanding|skills?) "
    r"(?:of|in|on) .{0,80}\b(?:is|are) (?:required|assumed|expected|recommended|needed)|"
    r"(?:is|are) (?:assumed|expected) to (?:know|have|be familiar)|"
    r"should (?:already )?(?:be familiar with|have completed|master)|esitiedot|förkunskaper)",
)

_NEGATED = re.compile(
    r"\b(?:(?:does|do|did|will|is|are|was|were|can)(?: not|n[’']t)(?! only\b)|cannot|without|"
    r"instead of|rather than|no (?:need|knowledge|experience|prior|previous)|"
    r"not (?:covered|included|required|about|needed|necessary|part of)|"
    r"unlike|excluding|except(?: for)?|ei (?:käsitellä|edellytetä|vaadita|sisälly)|"
    r"(?:behandlas|krävs|ingår) inte|utan)\b",
)
_CLAUSE_END = re.compile(r"[,;:()]|\b(?:but|however|instead|while|whereas|mutta|vaan|men)\b")
_CLAUSE_BEFORE = re.compile(
    r"\b(?:is|are|was|were|will|does|do) (?:be )?not\b|not (?:covered|included|required|needed|necessary|part of)|inte\b|\bei\b"
)


def lowered(text: str) -> str:
    """The text in lower case, every character where it was.

    >>> lowered("MyCourses İ")
    'mycourses İ'
    """
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)
    return lower


def masked(reading: Reading, *, asks: bool = False) -> Sequence[bool]:
    """For each word of a reading, whether it stands where it is no evidence.

    Practical and demanding sentences are masked whole; a negation masks its own clause. Of a text
    that ``asks``, as advertisements do, what it demands is what it is about.
    """
    result = [False] * len(reading.words)
    # Patterns are in lower case: they are met several times faster than in any case.
    text, sentences = lowered(reading.text), reading.sentences
    ends = [sentence.end for sentence in sentences]

    def around(match: re.Match[str]) -> Sentence | None:
        place = bisect_right(ends, match.start())
        return sentences[place] if place < len(sentences) else None

    for pattern in () if asks else (_PRACTICAL, _DEMANDED):
        for match in pattern.finditer(text):
            sentence = around(match)
            if sentence is not None:
                for number in range(sentence.first, sentence.last):
                    result[number] = True
    for negation in _NEGATED.finditer(text):
        sentence = around(negation)
        if sentence is None:
            continue
        start = negation.start()
        if _CLAUSE_BEFORE.match(negation.group()):
            # "X is not covered": the clause before the negation is what is denied.
            start = max(
                (found.end() for found in _CLAUSE_END.finditer(text, sentence.start, start)),
                default=sentence.start,
            )
        end = _CLAUSE_END.search(text, negation.end(), sentence.end)
        stop = end.start() if end else sentence.end
        for number in range(sentence.first, sentence.last):
            if start <= reading.words[number].start < stop:
                result[number] = True
    return result
