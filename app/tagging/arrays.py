"""Small steps over arrays of ranges and places that several lanes take."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

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


def best_first(scores: Floats, starts: Sequence[int]) -> Floats:
    """1/(1 + place) of each score within its group, the best first.

    Groups lie side by side: one begins at each of ``starts`` but the last, where all end.

    >>> best_first(np.array([0.1, 0.4, 0.2, 0.3]), [0, 2, 4]).tolist()
    [0.5, 1.0, 0.5, 1.0]
    """
    place = np.empty(len(scores), np.float32)
    for first, last in pairwise(starts):
        order = np.argsort(-scores[first:last], kind="stable")
        place[first + order] = np.arange(last - first)
    return np.asarray(1 / (1 + place), np.float32)


_PARTS = 16
"""Parts of a row whose best stand for it while few of many are looked for."""


def top(scores: Floats, count: int) -> tuple[Ints, Ints]:
    """For each row its ``count`` best places, of those with at least a trace of its best score.

    What comes back is rows and places, row by row; of equals at the end at most as many again.

    >>> [part.tolist() for part in top(np.array([[1.0, 0.1, 0.5, 0.9], [0.0, 0.0, 0.0, 2.0]]), 2)]
    [[0, 0, 1], [0, 3, 3]]
    """
    size = scores.shape[1]
    width = size // _PARTS
    least = np.maximum(0.15 * scores.max(axis=1), 1e-6).astype(scores.dtype)
    least = np.nextafter(least, np.inf, dtype=scores.dtype)  # what is more, not as much
    if width > count:
        # Of the best of every sixteen, the last that counts: so many are no worse than it.
        best = scores[:, : width * _PARTS].reshape(len(scores), _PARTS, width).max(axis=1)
        least = np.maximum(least, np.partition(best, width - count, axis=1)[:, width - count])
    rows, places = np.nonzero(scores >= least[:, None])
    kept = np.ones(len(rows), np.bool_)
    ends = np.searchsorted(rows, np.arange(len(scores) + 1))
    for row, (first, last) in enumerate(pairwise(ends.tolist())):
        if last - first > count:
            values = scores[row, places[first:last]]
            cut = np.partition(values, last - first - count)[last - first - count]
            kept[first:last] = values >= cut
            kept[first:last] &= np.cumsum(kept[first:last]) <= 2 * count
    return rows[kept], places[kept]
