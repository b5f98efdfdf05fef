"""How much of each skill's labels a text holds: anywhere, in its title, in its best sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from app.tagging.arrays import begins, spread
from app.tagging.features import F
from app.tagging.index import Index

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

LABELS_PER_SKILL = 12

FULL = 0.999
"""The share from which a label counts as held whole."""


@dataclass(frozen=True)
class Stems:
    """The stems of several texts, as lanes look them up.

    Attributes:
        texts: TF-IDF rows of length one, of whole texts (title twice).
        sentences: the same of their sentences, one text's after the other's.
        text_of: the text of each pair of a text and a stem that it holds.
        stem_of: the stem of each pair.
        in_title: whether the stem stands in the text's title.
        first, holders: the sentences of pair n, counted within its text, are
            holders[first[n]] to holders[first[n + 1]].
        first_sentence: by text, the row of its first sentence; one more at the end.
    """

    texts: sp.csr_matrix
    sentences: sp.csr_matrix
    text_of: Ints
    stem_of: Ints
    in_title: NDArray[np.bool_]
    first: Ints
    holders: Ints
    first_sentence: Ints


def stacked(parts: Sequence[tuple[Ints, Ints, NDArray[np.bool_], int]], idf: Floats) -> Stems:
    """Texts as rows: of each its stems, their sentences, whether in the title, and sentences."""
    columns = len(idf)
    first_sentence = np.cumsum([0] + [sentences for _, _, _, sentences in parts])
    stems = np.concatenate([part[0] for part in parts])
    sentence = np.concatenate(
        [part[1] + base for part, base in zip(parts, first_sentence[:-1].tolist(), strict=True)]
    )
    in_title = np.concatenate([part[2] for part in parts])
    text = np.repeat(np.arange(len(parts)), [len(part[0]) for part in parts])

    keys, pair = np.unique(text * columns + stems, return_inverse=True)
    text_of, stem_of = keys // columns, keys % columns
    values = (1 + np.log(np.bincount(pair, weights=1.0 + in_title))) * idf[stem_of]
    norms = np.sqrt(np.bincount(text_of, weights=values**2, minlength=len(parts)))
    values /= np.maximum(norms[text_of], 1e-9)

    held, place = np.unique(sentence * columns + stems, return_index=True)
    rows, cols = held // columns, held % columns
    weights = idf[cols]
    lengths = np.sqrt(np.bincount(rows, weights=weights**2, minlength=int(first_sentence[-1])))
    weights = weights / np.maximum(lengths[rows], 1e-9)

    pair_of = pair[place]
    order = np.argsort(pair_of, kind="stable")
    return Stems(
        _rows(values, stem_of, text_of, (len(parts), columns)),
        _rows(weights, cols, rows, (int(first_sentence[-1]), columns)),
        text_of,
        stem_of,
        np.bincount(pair, weights=in_title) > 0,
        np.searchsorted(pair_of[order], np.arange(len(keys) + 1)),
        (rows - first_sentence[text_of[pair_of]])[order],
        first_sentence,
    )


def _rows(
    values: NDArray[np.float64], columns: Ints, rows: Ints, shape: tuple[int, int]
) -> sp.csr_matrix:
    """A sparse matrix of values whose rows are in order."""
    starts = np.searchsorted(rows, np.arange(shape[0] + 1)).astype(np.int32)
    return sp.csr_matrix((values.astype(np.float32), columns.astype(np.int32), starts), shape=shape)


class Cover:
    """The labels of an index by skill, as stems with weights that add up to one."""

    def __init__(self, index: Index) -> None:
        first = index.cover_first.astype(np.int64)
        self._columns = len(index.idf)
        self._stems = index.cover.indices.astype(np.int64)
        self._weights = index.cover.data
        starts = index.cover.indptr.astype(np.int64)
        lengths = np.diff(starts)
        self._label = first[:-1]
        self._label_of: Ints = np.repeat(np.arange(len(lengths)), lengths)
        self.counts: Ints = np.minimum(first[1:] - first[:-1], LABELS_PER_SKILL)
        """By skill, how many of its labels are looked at; the preferred one is the first."""
        self.single = np.zeros(len(self._label), np.float32)
        """By skill, 1 where the preferred label has one content word."""
        has = self.counts > 0
        self.single[has] = lengths[self._label[has]] == 1
        # The labels of a skill lie side by side, and so do their stems.
        self._first = starts[self._label]
        self._lengths = starts[self._label + self.counts] - self._first

    def fill(self, features: Floats, text_of: Ints, skills: Ints, stems: Stems) -> Ints:
        """Fill in what each text holds of each skill's labels; the best sentence of each."""
        pair, flat = spread(self._first[skills], self._lengths[skills])
        slots = np.full(stems.texts.shape[0] * self._columns, -1, np.int32)
        slots[stems.text_of * self._columns + stems.stem_of] = np.arange(len(stems.text_of))
        slot = slots[(text_of * self._columns)[pair] + self._stems[flat]]
        # From here on only what is held of labels; of most it is nothing.
        held = np.flatnonzero(slot >= 0)
        pair, slot, flat = pair[held], slot[held], flat[held]
        weight = self._weights[flat]
        label = self._label_of[flat] - self._label[skills[pair]]

        preferred = label == 0
        own, its, size = pair[preferred], weight[preferred], len(skills)
        features[:, F["cover_text"]] = np.bincount(own, its, minlength=size)
        in_title = np.where(stems.in_title[slot[preferred]], its, 0.0)
        features[:, F["cover_title"]] = np.bincount(own, in_title, minlength=size)

        starts = begins(pair * LABELS_PER_SKILL + label)
        some = len(starts)
        dense = np.repeat(np.arange(some), np.diff(starts, append=len(pair)))
        item, holder = spread(stems.first[slot], stems.first[slot + 1] - stems.first[slot])
        most = int(np.diff(stems.first_sentence).max(initial=1))
        grid = np.bincount(
            dense[item] * most + stems.holders[holder], weight[item], some * most
        ).reshape(some, most)

        best_sentence = np.zeros(len(skills), np.int64)
        if some:
            bearer, is_preferred = pair[starts], preferred[starts]
            features[bearer[is_preferred], F["cover_preferred"]] = grid[is_preferred].max(axis=1)
            firsts = begins(bearer)
            any_label = np.maximum.reduceat(grid, firsts, axis=0)
            owners = bearer[firsts]
            features[owners, F["cover_any"]] = any_label.max(axis=1)
            best_sentence[owners] = any_label.argmax(axis=1)
        features[:, F["cover_full"]] = features[:, F["cover_preferred"]] > FULL
        return best_sentence
