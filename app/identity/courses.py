"""Matches of courses and micro-credentials by what they are called. Pure.

A university's courses with one title and as many credits are one course if each source has one
such course alone, and titles in two languages agree, or a longer one in one language. Anything
less is for a person to decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from app.graph.classes import pair
from app.identity import normal
from app.identity.match import Match, match
from app.identity.records import Course
from app.identity.thresholds import COURSE_JOINS, COURSE_KEPT, COURSE_WORDS


def by_name(records: Sequence[Course], known: Iterable[Match], what: str) -> Iterator[Match]:
    """The matches of one university's courses with one title and as many credits."""
    joined = {(one.about, one.other) for one in known}
    groups: dict[tuple[str, str, str, tuple[str, str]], list[Course]] = {}
    for course in records:
        if course.university and course.credits != ("", ""):
            for tag, words in course.words.items():
                groups.setdefault((course.university, tag, words, course.credits), []).append(
                    course
                )
    seen: set[tuple[str, str]] = set()
    for (_, tag, words, _), group in sorted(groups.items()):
        for one, other in combinations(group, 2):
            both = pair(one.iri, other.iri)
            if both in seen or both in joined or one.sources & other.sources:
                continue
            seen.add(both)
            tags = [t for t in one.words if t in other.words]
            if any(one.words[t] != other.words[t] for t in tags):
                continue  # one title alike, another not: two courses
            alone = len(group) == 2
            says_enough = len(tags) > 1 or len(words.split()) >= COURSE_WORDS
            score = COURSE_JOINS if alone and says_enough else COURSE_KEPT
            said = (
                f"One university has both {what}s with {_credits(one)} credits under one title in "
                f"{' and '.join(sorted(tags)) or tag}; codes {one.code or 'not stated'}, "
                f"{other.code or 'not stated'}."
            )
            if not alone:
                said += " Others have it too."
            yield match(one.iri, other.iri, "description", score, said)


def code_of(course: Course) -> str:
    """The code by which a course is compared with those of its university."""
    return normal.code(course.code)


def _credits(course: Course) -> str:
    least, most = course.credits
    return least if least == most else f"{least}–{most}"
