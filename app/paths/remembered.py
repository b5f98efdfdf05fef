"""A graph that remembers: what an index reads of a content, kept in the index's folder.

A content never changes, so that what was read of it once holds; the second start is then spared
the scans. People's decisions go on meanwhile: what is said of the things that they touch is read
from the graph each time, over what was remembered of them. The file may vanish at any time, and
one that cannot be used is read anew.
"""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import orjson

from app.graph.port import Graph, Value
from ontology.ntriples import Term, iri
from queries import engine

logger = logging.getLogger(__name__)

FILE = "paths.json"

_Row = tuple[str | None, ...]
_Rows = list[_Row]


class Remembered:
    """The graph, with the solutions of every SELECT kept for ``save``; without a folder, itself."""

    def __init__(self, graph: Graph, folder: Path | None, name: str = FILE) -> None:
        self.graph = graph
        self.file = None if folder is None else folder / name
        self._rows: dict[str, _Rows] = {}
        self._kept, before = self._read()
        now = {row[0] for row in graph.select(engine("paths-touched").text) if row[0]}
        # What was remembered of a thing decided on by then may be too new: a rollback takes
        # decisions back.
        self._touched = before | now

    @property
    def generation(self) -> str:
        """The generation's id."""
        return self.graph.generation

    @property
    def content(self) -> str:
        """What generations that differ in decisions only have in common."""
        return self.graph.content

    def fresh(self, query: str) -> Iterator[_Row]:
        """Solutions of a SELECT, straight from the graph."""
        return self.graph.select(query)

    def claimed(self, query: str, of: Callable[[list[Term]], str]) -> Iterator[_Row]:
        """Solutions of a SELECT that decisions change, of whose rows the first value is the thing.

        ``of`` gives the query for the solutions of some things alone.
        """
        kept = hashlib.sha256(query.encode()).hexdigest() in self._kept
        rows = self.select(query)
        if not kept or not self._touched:
            return rows
        untouched = (row for row in rows if row[0] not in self._touched)
        return chain(untouched, self.fresh(of([iri(one) for one in sorted(self._touched)])))

    def select(self, query: str) -> Iterator[_Row]:
        """Solutions of a SELECT that decisions do not change, from the file where it has them."""
        if self.file is None:
            return self.graph.select(query)
        key = hashlib.sha256(query.encode()).hexdigest()
        rows = self._kept.get(key)
        if rows is None:
            rows = list(self.graph.select(query))
        self._rows[key] = rows
        return iter(rows)

    def solutions(self, query: str) -> Iterator[dict[str, Value]]:
        """Solutions of a SELECT, straight from the graph."""
        return self.graph.solutions(query)

    def ask(self, query: str) -> bool:
        """The answer of an ASK, straight from the graph."""
        return self.graph.ask(query)

    def save(self) -> None:
        """Writes what was read, in one step; a folder that cannot be written to is no harm."""
        if self.file is None or self._rows.keys() <= self._kept.keys():
            return
        content = orjson.dumps(
            {"content": self.content, "touched": sorted(self._touched), "rows": self._rows}
        )
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.file.parent, prefix=f".{self.file.name}.")
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.write(content)
                Path(name).replace(self.file)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            logger.warning("path index not kept", extra={"reason": error.strerror})

    def _read(self) -> tuple[dict[str, _Rows], set[str]]:
        """The rows in the file by query, and the things decided on when they were read."""
        nothing: tuple[dict[str, _Rows], set[str]] = {}, set()
        if self.file is None:
            return nothing
        try:
            kept = orjson.loads(self.file.read_bytes())
        except (OSError, orjson.JSONDecodeError):
            return nothing
        if not isinstance(kept, dict) or kept.get("content") != self.content:
            return nothing
        rows, touched = kept.get("rows"), kept.get("touched")
        if not isinstance(touched, list) or not all(isinstance(one, str) for one in touched):
            return nothing
        if not isinstance(rows, dict) or not all(
            isinstance(of, list) and all(isinstance(row, list) for row in of)
            for of in rows.values()
        ):
            return nothing
        return {key: [tuple(row) for row in of] for key, of in rows.items()}, set(touched)
