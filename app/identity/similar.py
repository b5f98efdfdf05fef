"""How alike two works are, and why: titles, authors, year. Pure.

A score is the likeness of the titles, less what authors and years take from it. Some things no
likeness makes good: other authors, other numbers (part I and part II, an edition of another
year), a word on either side that the other title has not, a comment on a work.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from app.identity import normal
from app.identity.records import Work
from app.identity.thresholds import AUTHORS, KEEP, PREFIX, SHORT_TITLE, YEARS, YEARS_APART

_TYPO: Final = 0.7
"""Likeness from which two words are one, mistyped."""

_LOST: Final = 0.97
"""Likeness of a title and its beginning: what was cut off is not known."""

_SUBTITLE: Final = 0.93
"""Likeness of a title and itself with a subtitle."""

_MISTYPED: Final = 0.025
"""What a word that the other title has mistyped takes from the likeness."""

_SMALL: Final = frozenset("""a an and as at by for in is of on or the to via with""".split())  # noqa: SIM905 - easier to read
"""Words of which one more or less makes no other title."""


class Likeness(NamedTuple):
    """How alike two works are, from 0 to 1, and why."""

    score: float
    because: str


NONE: Final = Likeness(0.0, "")


def compare(one: Work, other: Work) -> Likeness:
    """The likeness of two works; ``NONE`` where something speaks against it."""
    titles = best_title(one, other)
    if titles < KEEP:
        return NONE
    same, least = authors(one.people, other.people)
    if not least or same < max(1, AUTHORS * least):
        return NONE
    if min(map(len, (*one.words, *other.words))) < SHORT_TITLE and (
        titles < 1.0 or same < max(len(one.people), len(other.people))
    ):
        return NONE
    apart = abs(one.year - other.year) if one.year and other.year else 0
    lost = next((cost for years, cost in YEARS if apart <= years), YEARS_APART)
    score = titles * (0.85 + 0.15 * same / least) - lost
    years = f"{one.year}, {other.year}" if apart else (str(one.year) if one.year else "not stated")
    said = f"Titles alike {titles:.2f}; {same} of {least} authors in common; years {years}."
    return Likeness(max(0.0, round(score, 4)), said)


def best_title(one: Work, other: Work) -> float:
    """The likeness of the two titles that are most alike."""
    return max((title(a, b) for a in one.words for b in other.words), default=0.0)


def title(one: str, other: str) -> float:
    """How alike two normalised titles are; 0 where a number or a word tells them apart.

    >>> title("deep learning part i", "deep learning part ii")
    0.0
    >>> title("graph databases in practice", "graph databases in pratcice") > 0.9
    True
    """
    if one == other or one.replace(" ", "") == other.replace(" ", ""):
        return 1.0
    if fuzz.ratio(one, other, score_cutoff=60) == 0 and not _begins(one, other):
        return 0.0
    short, long = sorted((one, other), key=len)
    numbers, others = normal.numbers(short), normal.numbers(long)
    whole = numbers == others
    words, more = short.split(), long.split()
    if (normal.ASIDE & set(words)) != (normal.ASIDE & set(more)):
        return 0.0
    if _begins(short, long) and len(short) >= PREFIX:
        # Cut in the middle, perhaps of a word: nothing else may differ.
        if numbers != others[: len(numbers)]:
            return 0.0
        if not whole:
            return _SUBTITLE - 0.05
        return _LOST if len(short) >= 0.6 * len(long) else _SUBTITLE
    if not whole:
        return 0.0
    return _by_words(words, more, short, long)


def letters(one: str, other: str) -> float:
    """How many letters two texts have in common, from 0 to 1; words in another order count less."""
    return float(fuzz.token_sort_ratio(one, other)) / 100


def _begins(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return long.startswith(short)


def _by_words(words: list[str], more: list[str], short: str, long: str) -> float:
    """The likeness of titles that differ in some words."""
    missing, added = _without(words, more), _without(more, words)
    changed = 0
    for word in list(missing):
        near = max(added, key=lambda one: OSA.normalized_similarity(word, one), default=None)
        if near is None or not _mistyped(word, near):
            continue
        added.remove(near)
        missing.remove(word)
        changed += 1
    small = [one for one in (*missing, *added) if one in _SMALL]
    changed += len(small)
    kept = sum(one not in _SMALL for one in missing)
    added = [one for one in added if one not in _SMALL]
    if kept and added:
        joined = "".join(words) == "".join(more)
        if not joined:
            return 0.0
    if kept or added:
        # Words on one side alone: the other was cut short, or this has a subtitle.
        ratio = float(fuzz.ratio(short, long[: len(short)])) / 100
        if len(short) < PREFIX or ratio < 0.9:
            return min(0.85, float(fuzz.ratio(short, long)) / 100)
        return min(_SUBTITLE, ratio) - 0.02
    return max(0.0, 1.0 - _MISTYPED * changed)


def _mistyped(one: str, other: str) -> bool:
    if len(one) < 4 or len(other) < 4:
        least = 1 if {one, other} & _SMALL else 3
        return min(len(one), len(other)) >= least and OSA.distance(one, other) <= 1
    return float(OSA.normalized_similarity(one, other)) >= _TYPO


def _without(words: list[str], others: list[str]) -> list[str]:
    left = list(others)
    found = []
    for word in words:
        if word in left:
            left.remove(word)
        else:
            found.append(word)
    return found


def authors(
    one: tuple[tuple[str, str], ...], other: tuple[tuple[str, str], ...]
) -> tuple[int, int]:
    """How many authors two works have in common, and how many the shorter list has.

    >>> authors((("doe", "j"), ("roe", "r")), (("doe", ""),))
    (1, 1)
    """
    short, long = sorted((one, other), key=len)
    left = list(long)
    same = 0
    for name in short:
        found = next((person for person in left if _one_person(name, person)), None)
        if found is not None:
            left.remove(found)
            same += 1
    return same, len(short)


def _one_person(one: tuple[str, str], other: tuple[str, str]) -> bool:
    (family, initial), (theirs, their_initial) = one, other
    if initial and their_initial and initial != their_initial:
        return False
    if family == theirs:
        return True
    return (
        min(len(family), len(theirs)) > 4
        and float(OSA.normalized_similarity(family, theirs)) >= 0.8
    )
