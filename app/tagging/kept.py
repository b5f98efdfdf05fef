"""What a model has suggested for which text: a file of JSON Lines that only grows.

``<model>.jsonl`` holds a line for each text that was read: its key, what was suggested, its kind
and its vector. ``<model>.decided.json`` holds what people had decided when the last run ended. Both
are a cache: without them the next run is only slower.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
import orjson
from numpy.typing import NDArray

from app.errors import GraphError
from app.graph.files import replace
from app.tagging.memory import from_json, unpacked
from app.tagging.port import Kind

Kept = tuple[str, float, int, int, str, str]
"""A suggestion as it is remembered: skill, confidence, evidence's start, end, text; because."""

Decisions = Mapping[Kind, Sequence[Mapping[str, Any]]]
"""The texts of which people decided something, by kind, as the memory keeps them."""

Floats = NDArray[np.float32]

_AT_ONCE = 4096
"""Vectors that are looked at together."""


class Suggestions:
    """What a model has suggested for which text."""

    def __init__(self, folder: Path, model: str) -> None:
        self._path = folder / f"{model}.jsonl"
        self._decided = folder / f"{model}.decided.json"
        self._places: dict[bytes, int] = {}
        self._lines = 0
        self._end = 0
        self._file: IO[bytes] | None = None
        if self._path.exists():
            with self._path.open("rb") as lines:
                for line in lines:
                    # The last line of a run that was killed may be cut short.
                    if line.endswith(b"\n") and line[:2] == b'["' and line[34:36] == b'",':
                        self._places[line[2:34]] = self._end
                        self._lines += 1
                    self._end += len(line)

    def __contains__(self, key: str) -> bool:
        """Whether a text was read by this model."""
        return key.encode() in self._places

    def of(self, key: str) -> list[Kept]:
        """What was suggested for a text; nothing if it was not tagged."""
        place = self._places.get(key.encode())
        if place is None:
            return []
        assert self._file is not None  # noqa: S101
        try:
            self._file.seek(place)
            found, kept, *_ = orjson.loads(self._file.readline())
            if found != key:
                raise ValueError(found)
            return cast(list[Kept], kept)
        except ValueError:
            raise GraphError(
                f"{self._path} is damaged. Delete it and run polku tag again."
            ) from None

    def __enter__(self) -> Suggestions:
        """The suggestions, open to be read and added to."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.touch()
            self._mend()
            self._file = self._path.open("r+b")
            self._end = self._file.seek(0, os.SEEK_END)
        except OSError as error:
            raise GraphError(f"{self._path}: {error.strerror}. Nothing was changed.") from None
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _mend(self) -> None:
        """Cut off a last line that a killed run left half written."""
        if self._path.exists():
            with self._path.open("r+b") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - (1 << 20)))
                tail = file.read()
                whole = tail.rfind(b"\n") + 1
                file.truncate(size - len(tail) + whole)

    def keep(self, key: str, kept: Sequence[Kept], kind: Kind, vector: str) -> None:
        """Remember what was suggested for a text of a kind, and the text's vector, packed."""
        assert self._file is not None  # noqa: S101
        line = orjson.dumps([key, kept, kind, vector]) + b"\n"
        try:
            self._file.write(line)
        except OSError as error:
            raise GraphError(f"{self._path}: {error.strerror}. Nothing was changed.") from None
        self._places[key.encode()] = self._end
        self._lines += 1
        self._end += len(line)

    def decided(self) -> Decisions:
        """What people had decided when the last run ended; nothing if none did."""
        try:
            stated = orjson.loads(self._decided.read_bytes())
            for some in stated.values():
                for one in some:
                    from_json(one)
            return {Kind(kind): some for kind, some in stated.items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}

    def forget(self, moved: Callable[[Kind, Floats], NDArray[np.bool_]]) -> int:
        """Forget the texts that ``moved`` names, asked of a kind and vectors; how many they are."""
        forgotten = 0
        for kind, keys, vectors in self._vectors():
            for place in np.flatnonzero(moved(kind, vectors)).tolist():
                del self._places[keys[place]]
                forgotten += 1
        return forgotten

    def _vectors(self) -> Iterator[tuple[Kind, list[bytes], Floats]]:
        """The texts that have a vector, some thousand at a time, each time of one kind."""
        waiting: dict[Kind, tuple[list[bytes], list[Floats]]] = {}
        try:
            lines = self._path.open("rb")
        except FileNotFoundError:
            return
        with lines:
            end = 0
            for line in lines:
                place, end = end, end + len(line)
                if self._places.get(line[2:34]) != place:
                    continue
                try:
                    key, _, kind, vector = orjson.loads(line)
                    one, of_kind = unpacked(vector), Kind(kind)
                except (ValueError, TypeError):
                    continue  # asked for, it is called damaged
                if len(one):
                    keys, vectors = waiting.setdefault(of_kind, ([], []))
                    keys.append(key.encode())
                    vectors.append(one)
                    if len(keys) == _AT_ONCE:
                        yield of_kind, keys, np.asarray(vectors)
                        del waiting[of_kind]
        for of_kind, (keys, vectors) in waiting.items():
            yield of_kind, keys, np.asarray(vectors)

    def finish(self, decided: Decisions | None) -> None:
        """Note what people had decided in a run of everything; remove what nothing asks for."""
        try:
            if self._lines > 2 * len(self._places) + _AT_ONCE:
                self._compact()
            if decided or (decided is not None and self._decided.exists()):
                replace(self._decided, orjson.dumps(decided, option=orjson.OPT_NON_STR_KEYS))
        except OSError as error:
            raise GraphError(f"{self._path}: {error.strerror}. Nothing was changed.") from None
        for pattern in ("*.jsonl", "*.decided.json"):
            for path in self._path.parent.glob(pattern):
                if path not in (self._path, self._decided):
                    path.unlink(missing_ok=True)

    def _compact(self) -> None:
        """Leave out the lines that later ones replace."""
        part = self._path.with_suffix(".part")
        with self._path.open("rb") as lines, part.open("wb") as kept:
            end = 0
            for line in lines:
                if self._places.get(line[2:34]) == end:
                    kept.write(line)
                end += len(line)
        part.replace(self._path)
