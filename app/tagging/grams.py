"""Character n-grams of words: what brings together words that stems keep apart.

"Postgres" and "PostgreSQL" have no stem in common, but most of their n-grams. N-grams are known by
a number, a hash of theirs, so that no list of them need be kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from zlib import crc32

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from app.tagging.text import read

Floats = NDArray[np.float32]

NUMBERS = 1 << 18
"""Numbers for n-grams: labels of ESCO have some 30,000, few share one."""

LENGTHS = (3, 4, 5)


@lru_cache(50_000)
def _of_word(word: str) -> tuple[int, ...]:
    around = f" {word} "
    return tuple(
        crc32(around[start : start + length].encode("utf-8", "surrogatepass")) % NUMBERS
        for length in LENGTHS
        for start in range(len(around) - length + 1)
    )


def counted(text: str, language: str) -> Counter[int]:
    """How often each n-gram stands within the words of a text."""
    counts: Counter[int] = Counter()
    for word in read(text, language).words:
        counts.update(_of_word(word.written.lower()))
    return counts


def rows(counts: Sequence[Counter[int]]) -> sp.csr_matrix:
    """Counts as the rows of a sparse matrix."""
    ends = np.cumsum([0] + [len(count) for count in counts])
    size = int(ends[-1])
    return sp.csr_matrix(
        (
            np.fromiter((times for count in counts for times in count.values()), np.float32, size),
            np.fromiter((gram for count in counts for gram in count), np.int32, size),
            ends,
        ),
        shape=(len(counts), NUMBERS),
    )


def idf(documents: int, frequency: NDArray[np.int64]) -> Floats:
    """Inverse document frequency of each n-gram that stands in so many documents."""
    return np.asarray(np.log((1 + documents) / (1 + frequency)) + 1, np.float32)


def weighted(counts: sp.csr_matrix, weights: Floats) -> sp.csr_matrix:
    """Log-damped TF-IDF rows of length one."""
    data = (1 + np.log(counts.data)) * weights[counts.indices]
    owners = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    norms = np.sqrt(np.bincount(owners, weights=data**2, minlength=counts.shape[0]))
    data = (data / np.maximum(norms[owners], 1e-9)).astype(np.float32)
    return sp.csr_matrix((data, counts.indices, counts.indptr), shape=counts.shape)
