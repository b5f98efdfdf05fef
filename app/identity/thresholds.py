"""Every threshold of matching, in one place; ``python -m benchmarks.identity`` measures them."""

from __future__ import annotations

from typing import Final

VERSION: Final = "2"
"""Of the rules and thresholds as a whole: a match names it."""

JOIN: Final = 0.9
"""Score from which two things have one entity, whatever the method."""

KEEP: Final = 0.78
"""Score from which a match is kept for a curator to decide."""

CONTESTED: Final = 0.5
"""Score of one identifier on two works that are plainly two: kept, never joined."""

TITLES_ALIKE: Final = 0.8
"""Likeness of titles from which an identifier needs nothing else to be believed."""

UNLIKE: Final = 0.45
"""Part of the letters below which two titles in one language are plainly of two works."""

AUTHORS: Final = 0.6
"""Least part of the shorter list of authors that the longer one must have."""

AMBIGUOUS: Final = 0.03
"""Difference of scores below which two candidates of one source cannot be told apart."""

SHORT_TITLE: Final = 24
"""Letters below which a title says too little to be compared otherwise than whole."""

PREFIX: Final = 30
"""Letters that a title cut short must have to be compared with the beginning of another."""

BLOCK: Final = 40
"""Works with one blocking key beyond which the key says nothing."""

COMPARED_AUTHORS: Final = 12
"""Authors of a work that are compared: the first ones."""

YEARS: Final = ((1, 0.0), (3, 0.03), (6, 0.09))
"""Years between two works, at most → what that takes from the score."""

YEARS_APART: Final = 0.2
"""What more years than any of ``YEARS`` take from the score."""

COURSE_JOINS: Final = 0.92
"""Score of courses whose titles and credits say enough for them to be one."""

COURSE_KEPT: Final = 0.8
"""Score of courses of one title and as many credits of which a person must decide."""

COURSE_WORDS: Final = 4
"""Words that a title in one language alone must have to say enough."""
