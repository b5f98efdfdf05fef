"""The log of what people write: on disk before it is applied, kept after.

``DATA/edits/<first number>.jsonl`` holds two kinds of lines: an edit, and what became of one. An
edit without an outcome was never acknowledged, and is not applied later. A generation says up to
which number it holds edits. The log is private: it keeps comments, which the graph never shows.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from app.errors import GraphError
from app.graph import files
from app.workers.frames import JsonObject

SEGMENT_BYTES: Final = 2**24
"""Size past which the log goes on in another file."""


@dataclass(frozen=True)
class Logged:
    """One edit in the log: its number, when it came, what it says."""

    number: int
    at: str
    edit: JsonObject


class EditLog:
    """The log of one data folder; used only by whoever holds the write lock."""

    def __init__(self, data: Path) -> None:
        self._folder = data / "edits"
        self._last: int | None = None
        self._seen: tuple[str, int] | None = None

    @property
    def last(self) -> int:
        """Number of the last edit; 0 if there is none."""
        segment = self._segment()
        if segment is None:
            return 0
        if self._last is None or self._seen != (segment.name, segment.stat().st_size):
            _mend(segment)
            numbers = [one["n"] for one in _lines(segment)]
            self._last = max(numbers, default=int(segment.stem) - 1)
            self._seen = (segment.name, segment.stat().st_size)
        return self._last

    def add(self, edits: Sequence[JsonObject], at: str) -> list[int]:
        """The numbers of the edits, which are on disk."""
        first = self.last + 1
        numbers = list(range(first, first + len(edits)))
        self._append(
            [{"n": n, "at": at, "edit": dict(edit)} for n, edit in zip(numbers, edits, strict=True)]
        )
        self._last = numbers[-1] if numbers else self._last
        return numbers

    def conclude(self, outcomes: Sequence[tuple[int, str]]) -> None:
        """Notes what became of edits: the generation that holds each, or "refused".

        The generation is what an acknowledgement rests on, so that this need not wait for the disk.
        """
        self._append(
            [{"n": number, "outcome": outcome} for number, outcome in outcomes], durable=False
        )

    def redact(self, redacted: Callable[[JsonObject], JsonObject]) -> int:
        """How many edits were replaced by what ``redacted`` makes of them; each keeps its number.

        A file is replaced whole, so that a crash leaves the old one or the new one.
        """
        changed = 0
        for segment in self._segments():
            _mend(segment)
            records = list(_lines(segment))
            new = [
                one | {"edit": redacted(one["edit"])} if "edit" in one else one for one in records
            ]
            differing = sum(old != now for old, now in zip(records, new, strict=True))
            if differing:
                files.replace(segment, _written(new), mode=0o600)
                self._seen = None
            changed += differing
        return changed

    def edits(self, after: int = 0) -> Iterator[Logged]:
        """The edits with a greater number that were acknowledged, in order."""
        for segment in self._segments():
            records = list(_lines(segment))
            done = {one["n"] for one in records if one.get("outcome", "refused") != "refused"}
            for one in records:
                if "edit" in one and one["n"] > after and one["n"] in done:
                    yield Logged(one["n"], one["at"], one["edit"])

    def _segments(self) -> list[Path]:
        return sorted(self._folder.glob("*.jsonl"), key=lambda path: int(path.stem))

    def _segment(self) -> Path | None:
        segments = self._segments()
        return segments[-1] if segments else None

    def _append(self, records: Sequence[JsonObject], *, durable: bool = True) -> None:
        if not records:
            return
        segment = self._segment()
        last = self.last
        # An edit and its outcome stay in one file: only an edit begins another.
        if segment is None or (segment.stat().st_size > SEGMENT_BYTES and "edit" in records[0]):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            segment = self._folder / f"{last + 1:09d}.jsonl"
        content = _written(records)
        new = not segment.exists()
        descriptor = os.open(segment, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            try:
                _write_all(descriptor, content)
                if durable:
                    os.fsync(descriptor)
            except OSError:
                os.ftruncate(descriptor, size)  # half a line must not precede the next one
                raise
        finally:
            os.close(descriptor)
        if new:
            for folder in (self._folder, self._folder.parent):
                _sync_folder(folder)
        self._seen = (segment.name, size + len(content))


def _written(records: Sequence[JsonObject]) -> bytes:
    """The lines of records."""
    text = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    return text.encode("utf-8", "surrogatepass")


def _write_all(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _mend(segment: Path) -> None:
    """Cuts off half a line that a crash left at the end: what it began was never acknowledged."""
    with segment.open("rb+") as file:
        content = file.read()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            file.truncate(whole)
            os.fsync(file.fileno())


def _lines(segment: Path) -> Iterator[dict[str, Any]]:
    with segment.open(encoding="utf-8", errors="surrogatepass") as file:
        for number, line in enumerate(file, 1):
            if not line.endswith("\n"):
                return
            try:
                record: dict[str, Any] = json.loads(line)
                record["n"] = int(record["n"])
            except (ValueError, KeyError, TypeError):
                raise GraphError(
                    f"{segment}, line {number}, is damaged. Restore it from a backup: it is what "
                    "people wrote."
                ) from None
            yield record
