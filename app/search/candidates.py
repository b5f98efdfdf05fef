"""Which labels a question may mean, read from the index: few enough to be ranked one by one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from app.search.fold import squeeze
from app.search.index import CODES, KINDS, SHORT, Rank, grams

PREFIXED_MOST = 400
WORDED_MOST = 400
SIMILAR_MOST = 250

_LAST = "\U0010ffff"
_COLUMNS = "id, thing, rank, language, label, folded"


class Found(NamedTuple):
    """One label as the index holds it."""

    id: int
    thing: int
    rank: int
    language: str
    label: str
    folded: str


class Candidates:
    """Reads candidates of one kind at a time; holds the labels' sizes in memory."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._sizes = {
            kind: np.frombuffer(self._blob(f"sizes {kind}"), dtype=np.uint16).astype(np.float32)
            for kind in KINDS
        }

    def _blob(self, name: str) -> bytes:
        row = self._database.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
        if row is None:
            raise sqlite3.DatabaseError(f"the index lacks {name!r}")
        return bytes(row[0])

    def beginning(self, kind: str, folded: str) -> list[Found]:
        """Labels that begin with the question, of every rank, and codes that do."""
        found: list[Found] = []
        for rank in Rank:
            start = squeeze(folded) if rank in CODES else folded
            found += self._rows(
                f"SELECT {_COLUMNS} FROM label_{kind} WHERE rank = ? AND folded >= ? "  # noqa: S608
                f"AND folded < ? ORDER BY folded = ? DESC, id LIMIT {PREFIXED_MOST}",
                (rank, start, start + _LAST, start),
            )
        return found

    def worded(self, kind: str, folded: str) -> list[Found]:
        """Labels in which every word of the question begins a word."""
        # The words are letters, digits, + and # alone; quoted, none of them is syntax.
        question = " ".join(f'"{word}"*' for word in folded.split()[:12])
        return self._rows(
            f"SELECT {_COLUMNS} FROM label_{kind} WHERE id IN (SELECT rowid FROM word_{kind} "  # noqa: S608
            f"WHERE word_{kind} MATCH ? ORDER BY rowid LIMIT {WORDED_MOST})",
            (question,),
        )

    def similar(self, kind: str, folded: str) -> list[Found]:
        """Labels that share the most groups of three characters with the question."""
        sizes = self._sizes[kind]
        _, groups = grams([folded])
        if not len(sizes) or not len(groups):
            return []
        wanted = groups.tolist()
        marks = ",".join("?" * len(wanted))
        postings = [
            np.frombuffer(blob, dtype=np.uint32)
            for (blob,) in self._database.execute(
                f"SELECT labels FROM gram_{kind} WHERE gram IN ({marks})",  # noqa: S608
                wanted,
            )
        ]
        if not postings:
            return []
        shared = np.bincount(np.concatenate(postings), minlength=len(sizes))
        likeness = 2 * shared / (sizes + len(wanted))
        most = min(SIMILAR_MOST, len(likeness))
        best = np.argpartition(-likeness, most - 1)[:most]
        return self._by_id(kind, sorted(int(n) for n in best if shared[n]))

    def short(self, kind: str, folded: str) -> list[Found]:
        """Short labels, whose few groups of characters say too little, of nearly this length."""
        if len(folded) >= SHORT:
            return []
        return self._rows(
            f"SELECT {_COLUMNS} FROM label_{kind} "  # noqa: S608
            f"WHERE length(folded) <= {SHORT} AND length(folded) BETWEEN ? AND ?",
            (len(folded) - 1, len(folded) + 1),
        )

    def preferred(self, kind: str, folded: str) -> list[Found]:
        """Preferred labels that fold to this."""
        return self._rows(
            f"SELECT {_COLUMNS} FROM label_{kind} WHERE rank = 0 AND folded = ?",  # noqa: S608
            (folded,),
        )

    def names(self, kind: str, things: list[int]) -> Iterator[Found]:
        """Preferred labels and codes of things."""
        for start in range(0, len(things), 500):
            some = things[start : start + 500]
            marks = ",".join("?" * len(some))
            yield from self._rows(
                f"SELECT {_COLUMNS} FROM label_{kind} "  # noqa: S608
                f"WHERE thing IN ({marks}) AND rank <= {Rank.CODE} ORDER BY id",
                tuple(some),
            )

    def iris(self, things: list[int]) -> dict[int, str]:
        """IRIs of things."""
        marks = ",".join("?" * len(things))
        return dict(
            self._database.execute(f"SELECT id, iri FROM thing WHERE id IN ({marks})", things)  # noqa: S608
        )

    def things(self, iris: list[str]) -> Iterator[tuple[int, str, str]]:
        """Number, kind and IRI of the things of these IRIs that the index holds."""
        for start in range(0, len(iris), 500):
            some = iris[start : start + 500]
            marks = ",".join("?" * len(some))
            yield from self._database.execute(
                f"SELECT id, kind, iri FROM thing WHERE iri IN ({marks})",  # noqa: S608
                some,
            )

    def _by_id(self, kind: str, numbers: list[int]) -> list[Found]:
        marks = ",".join("?" * len(numbers))
        return self._rows(
            f"SELECT {_COLUMNS} FROM label_{kind} WHERE id IN ({marks})",  # noqa: S608
            tuple(numbers),
        )

    def _rows(self, query: str, values: tuple[object, ...]) -> list[Found]:
        return [Found(*row) for row in self._database.execute(query, values)]
