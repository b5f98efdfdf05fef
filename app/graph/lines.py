"""What differs between two files of N-Quads or N-Triples: the lines that only one of them holds.

A line is known by 64 bits of its hash, eight bytes of memory each; the lines that differ are read
a part of the subjects at a time, so that memory stays bounded however much differs.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import compress
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

PART: Final = 200_000
"""Lines that differ which are held at a time, about."""


@dataclass(frozen=True)
class Differing:
    """The lines of a file that the other file does not hold."""

    path: Path
    which: npt.NDArray[np.bool_]

    @property
    def count(self) -> int:
        """How many there are."""
        return int(self.which.sum())

    def lines(self) -> Iterator[bytes]:
        """The lines, in the order of the file."""
        if self.count:
            with self.path.open("rb") as file:
                yield from compress(file, self.which)


@dataclass
class Described:
    """What the two files say differently of one subject: lines of the old, lines of the new."""

    subject: bytes
    old: list[bytes]
    new: list[bytes]


def differing(old: Path | None, new: Path | None) -> tuple[Differing, Differing]:
    """The lines that only the old file holds, and those that only the new one does.

    None stands for an empty file. How often a line stands makes no difference, as in RDF.
    """
    before, after = _hashes(old), _hashes(new)
    alike = np.array_equal(before, after)
    return (
        Differing(old or Path(), _not_in(before, after) if not alike else _none(before)),
        Differing(new or Path(), _not_in(after, before) if not alike else _none(after)),
    )


def by_subject(old: Differing, new: Differing) -> Iterator[Described]:
    """The differing lines of each subject that has any."""
    parts = 1 + (old.count + new.count) // PART
    for part in range(parts):
        found: dict[bytes, Described] = {}
        for side, lines in (("old", old.lines()), ("new", new.lines())):
            for line in lines:
                subject = line.split(b" ", 1)[0]
                if parts > 1 and zlib.crc32(subject) % parts != part:
                    continue
                if (one := found.get(subject)) is None:
                    one = found[subject] = Described(subject, [], [])
                (one.old if side == "old" else one.new).append(line)
        yield from found.values()


def _not_in(ones: npt.NDArray[np.int64], others: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    return ~np.isin(ones, others)


def _none(ones: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    return np.zeros(len(ones), np.bool_)


def _hashes(path: Path | None) -> npt.NDArray[np.int64]:
    if path is None:
        return np.empty(0, np.int64)
    with path.open("rb") as file:
        return np.frombuffer(array("q", map(hash, file)), np.int64)
