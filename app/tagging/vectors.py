"""Static vectors of word stems: what a text is about, as the sum of what its words are about.

One table, stem × dimension, trained by ``app.tagging.training`` and shipped for English. A text's
vector is the sum of its stems' vectors, brought to length one; a skill's likewise, from its labels
and its description, so any ESCO release has vectors without being trained on.
Source: Arora et al. 2017, https://openreview.net/forum?id=SyK00v5xx (sums of word vectors);
van den Oord et al. 2018, https://arxiv.org/abs/1807.03748 (the loss they are trained by).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from app.errors import GraphError
from app.settings import Settings

Floats = NDArray[np.float32]

NAMES, WORDS = (1.0, 1.0, 0.0), (1.0, 0.5, 0.5)
"""Weights of preferred label, other labels and description in a skill's two vectors.

The first is best for what names a skill in passing (advertisements), the second for what speaks
about it at length (courses, abstracts)."""


@dataclass(frozen=True)
class Vectors:
    """The vectors of a language's stems.

    Attributes:
        language: of the stems.
        rows: row of each stem.
        table: stem × dimension.
        digest: of the file they came from.
    """

    language: str
    rows: Mapping[str, int]
    table: Floats
    digest: str

    def known(self, stems: Iterable[str]) -> list[int]:
        """Rows of the stems that have a vector, in order."""
        rows = self.rows
        return [row for row in map(rows.get, stems) if row is not None]

    def sums(self, bags: Sequence[Sequence[int]]) -> Floats:
        """For each bag of rows its vector of length one; zeros for an empty bag."""
        ends = np.cumsum([len(bag) for bag in bags], dtype=np.int64)
        columns = np.fromiter((row for bag in bags for row in bag), np.int32, int(ends[-1]))
        chosen = sp.csr_matrix(
            (np.ones(len(columns), np.float32), columns, np.concatenate(([0], ends))),
            shape=(len(bags), len(self.table)),
        )
        return unit(np.asarray(chosen @ self.table, np.float32))


def unit(vectors: Floats) -> Floats:
    """Rows brought to length one; zeros stay zeros."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-9), np.float32)


def write(path: Path, stems: Sequence[str], table: Floats) -> None:
    """Write vectors as one ``.npz`` of whole numbers, a byte for each, with a scale for each row.

    The same vectors give the same bytes.
    """
    scale = np.maximum(np.abs(table).max(axis=1), 1e-9) / 127
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            stems=np.frombuffer("\n".join(stems).encode(), np.uint8),
            table=np.rint(table / scale[:, None]).astype(np.int8),
            scale=scale.astype(np.float32),
        )


def read(path: Path, language: str) -> Vectors:
    """The vectors written at ``path``.

    Raises: GraphError if the file is not whole.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            stems = archive["stems"].tobytes().decode().split("\n")
            # Row by row in memory: a sparse product copies what lies otherwise, each time.
            table = np.multiply(archive["table"], archive["scale"][:, None], order="C")
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise GraphError(f"{path.name} holds no vectors that can be read: {error}") from error
    if table.shape[0] != len(stems):
        raise GraphError(f"{path.name} holds {len(stems)} stems and {table.shape[0]} vectors.")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    return Vectors(language, {stem: row for row, stem in enumerate(stems)}, table, digest)


def folder() -> Path:
    """Where the tagger's numbers lie: as the setting says, else those that ship."""
    return Settings().tagger or Path(__file__).parent


@cache
def shipped(language: str) -> Vectors | None:
    """The vectors that ship for a language, or that the settings name; None where there are none.

    Raises: GraphError if their file is not whole.
    """
    path = folder() / f"vectors.{language}.npz"
    return read(path, language) if path.is_file() else None
