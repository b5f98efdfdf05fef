"""How well a label answers a question: a score in bands, so that no typo outranks an exact name.

An exact preferred label comes first, then what begins with the question, alternative labels,
hidden ones, labels that hold its words, and last what is nearly spelt so.
"""

from __future__ import annotations

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from app.search.candidates import Found
from app.search.fold import squeeze
from app.search.index import CODES, Rank

LEAST = 0.4
"""Score below which a label is no answer."""

_EXACT = {
    Rank.PREFERRED: 1.0,
    Rank.CODE: 0.99,
    Rank.OTHER_CODE: 0.98,
    Rank.ALTERNATIVE: 0.88,
    Rank.HIDDEN: 0.8,
}
_BEGINNING = {
    Rank.PREFERRED: (0.9, 0.94),
    Rank.CODE: (0.895, 0.9),
    Rank.OTHER_CODE: (0.885, 0.89),
    Rank.ALTERNATIVE: (0.82, 0.87),
    Rank.HIDDEN: (0.77, 0.79),
}
_BEGINNING_WHOLE = {Rank.PREFERRED: (0.945, 0.98)}
"""The same where the question ends with a word: "java" means "Java (computer programming)"."""

_WORDED = (0.66, 0.76)
_SPELT = (0.2, 0.65)
_SPELT_LEAST = 0.6
"""Likeness, of 1, below which two spellings are two words."""


def score(folded: str, found: Found) -> float:
    """How well a label answers the folded question, from 0 to 1."""
    rank = Rank(found.rank)
    if rank in CODES:
        folded = squeeze(folded)
    if folded == found.folded:
        return _EXACT[rank]
    if found.folded.startswith(folded):
        band = _BEGINNING[rank]
        if found.folded[len(folded)] == " ":
            band = _BEGINNING_WHOLE.get(rank, band)
        return _within(band, len(folded) / len(found.folded))
    if rank not in CODES and _holds_words(folded, found.folded):
        return _within(_WORDED, len(folded) / len(found.folded)) - 0.005 * rank
    return _spelling(folded, found.folded, rank)


def _within(band: tuple[float, float], share: float) -> float:
    low, high = band
    return low + (high - low) * min(share, 1.0)


def _holds_words(folded: str, label: str) -> bool:
    words = label.split()
    return all(any(word.startswith(asked) for word in words) for asked in folded.split())


def _spelling(folded: str, label: str, rank: Rank) -> float:
    """Likeness of spelling; the beginning and a part of a longer label count a little less."""
    whole = OSA.normalized_similarity(folded, label)
    beginning = part = 0.0
    if len(label) > len(folded) and len(folded) > 3:
        beginning = 0.93 * OSA.normalized_similarity(folded, label[: len(folded)])
        part = 0.88 * fuzz.partial_ratio(folded, label) / 100
    likeness = max(whole, beginning, part)
    # One slip in a word of three letters leaves two thirds of it: judge short words by the slip.
    if likeness < _SPELT_LEAST and not (len(folded) <= 4 and OSA.distance(folded, label) == 1):
        return 0.0
    return _within(_SPELT, likeness**2) - 0.01 * rank
