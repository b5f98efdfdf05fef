"""Small steps over arrays of ranges and places that several lanes take."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


def spread(starts: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """For ranges of given starts and lengths: which range each item is of, and each item.

    >>> [part.tolist() for part in spread(np.array([5, 9]), np.array([2, 1]))]
    [[0, 0, 1], [5, 6, 9]]
    """
    owners = np.repeat(np.arange(len(starts)), counts)
    before = np.cumsum(counts) - counts
    return owners, np.repeat(starts - before, counts) + np.arange(len(owners))


def met(wanted: Ints, known: Ints) -> tuple[Ints, Ints]:
    """The places in ``wanted`` of what is in ``known``, and their places in that sorted array.

    >>> [part.tolist() for part in met(np.array([4, 1, 3]), np.array([1, 2, 3]))]
    [[1, 2], [0, 2]]
    """
    if len(known) == 0:
        empty = np.zeros(0, np.int64)
        return empty, empty
    places = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    rows = np.flatnonzero(known[places] == wanted)
    return rows, places[rows]


def begins(rows: Ints) -> Ints:
    """The place at which each run of equal numbers begins.

    >>> begins(np.array([3, 3, 5, 5, 5, 8])).tolist()
    [0, 2, 5]
    """
    if len(rows) == 0:
        return np.zeros(0, np.int64)
    return np.flatnonzero(np.concatenate(([True], rows[1:] != rows[:-1])))


def best_first(scores: Floats, groups: Ints, starts: Ints) -> Floats:
    """1/(1 + place) of each score within its group, the best first; groups lie side by side."""
    order = np.lexsort((-scores, groups))
    place = np.empty(len(scores), np.float32)
    place[order] = np.arange(len(scores)) - starts[groups[order]]
    return np.asarray(1 / (1 + place), np.float32)


def top(scores: Floats, count: int) -> Ints:
    """The ``count`` best places, of those with at least a trace of the best score."""
    above = np.flatnonzero(scores > max(0.15 * float(scores.max()), 1e-6))
    if len(above) > count:
        values = scores[above]
        cut = np.partition(values, len(above) - count)[len(above) - count]
        above = above[values >= cut][: count * 2]
    return above
