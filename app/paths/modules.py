"""Modules as prerequisites: the courses of one, and what a group that asks for one asks for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod

MOST_PARTS = 1000
"""Courses and modules within one module, at any depth."""

MOST_CLAUSES = 64
"""What one prerequisite group may become."""


@dataclass(frozen=True)
class Module:
    """What a module holds at any depth, and what is wrong with it.

    Attributes:
        courses: the courses that the graph knows; none of one that is too large.
        unknown: how many of its parts are neither a known course nor a module.
        cyclic: whether it is a part of itself.
        too_large: whether it has more than ``MOST_PARTS`` parts.
    """

    courses: frozenset[str]
    unknown: int = 0
    cyclic: bool = False
    too_large: bool = False


def opened(module: str, parts: Mapping[str, Collection[str]], courses: Collection[str]) -> Module:
    """The module with the modules within it opened, each once.

    To complete a module within a module is to complete its courses, so that what is asked for is
    the courses that can be reached, in a cycle as well.

    Args:
        module: its IRI.
        parts: module → the courses and modules of which it consists.
        courses: the known courses.
    """
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        for part in parts[waiting.pop()]:
            if part in seen:
                continue
            if len(seen) == MOST_PARTS:
                return Module(frozenset(), too_large=True)
            seen.add(part)
            if part in parts:
                waiting.append(part)
    held = frozenset(part for part in seen if part in courses)
    unknown = sum(part not in courses and part not in parts for part in seen)
    return Module(held, unknown, module in seen)


def clauses(alternatives: Iterable[Collection[str]]) -> tuple[frozenset[str], ...] | None:
    """Sets of courses of each of which one must be behind the learner; None if they are too many.

    A group is met if all courses of one alternative are behind the learner when the course that
    asks begins: (a) or (x and y). Written the other way round it is (a or x) and (a or y). For
    one route and one course that asks, each course either is behind the learner or is not, and
    for such truth values the two say the same by the distributive law. So whoever asks for one
    course of each set, be it chosen, ended before or completed, asks for the group as stated.
    The earliest day on which a group can be met is the same too: the least of the alternatives'
    latest ends is the latest of the sets' least ends, since minimum and maximum distribute.

    Args:
        alternatives: sets of courses, each met by all of its courses; none is empty.

    >>> sorted(map(sorted, clauses([{"a"}, {"x", "y"}]) or ()))
    [['a', 'x'], ['a', 'y']]
    >>> clauses([{"a"}, {"a", "b"}])
    (frozenset({'a'}),)
    """
    stated = {frozenset(one) for one in alternatives}
    alone = frozenset().union(*(one for one in stated if len(one) == 1))
    # (a) or (a and b) is a.
    several = sorted(sorted(one) for one in stated if len(one) > 1 and alone.isdisjoint(one))
    # Each of them has two courses at least, so that their number alone may be too large.
    if len(several) >= MOST_CLAUSES or prod(map(len, several)) > MOST_CLAUSES:
        return None
    made = {alone.union(choice) for choice in product(*several)}
    return tuple(sorted((one for one in made if not any(o < one for o in made)), key=sorted))
