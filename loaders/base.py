"""What a loader is, and what a run gives it.

A loader parses, then maps; only the bundle writes. ``read`` yields triples in the source's
order, streams (memory stays flat), makes no blank nodes, and gives the same triples for the
same files every time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from loaders.errors import RecordError
from ontology.iris import Minter
from ontology.ntriples import Triple


@dataclass(frozen=True)
class Reject:
    """One record that was turned away: which, where in it, why, and what to do."""

    record: str
    pointer: str
    reason: str
    hint: str = ""


class RejectSink(Protocol):
    """Takes rejects as they come; may raise ``TooManyRejects``."""

    def __call__(self, reject: Reject) -> None: ...  # noqa: D102


def _ignore(_: object) -> None:
    return None


@dataclass
class Run:
    """One run of a loader: what it is given, and where it reports.

    Attributes:
        iris: mints the IRIs.
        release: the source's release, as the caller states it; "" if not.
        options: settings of this loader alone, by name (``mapping`` for ``table`` …).
        sink: takes rejects.
        progress: takes the number of bytes of input read since the last call.
        counts: what the load report tells, by name ("courses", "unknown prerequisite codes" …).
        warnings: what is suspicious but loadable, counted by kind.
        examples: for each kind of warning, the first few records, as "record: detail".
    """

    iris: Minter = field(default_factory=Minter)
    release: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    sink: Callable[[Reject], None] = _ignore
    progress: Callable[[int], None] = _ignore
    counts: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def reject(self, record: str, error: RecordError) -> None:
        """Turn a record away, for the reason that the error carries."""
        self.counts["rejected"] += 1
        self.sink(Reject(record[:200], error.pointer, error.reason, error.hint))

    def warn(self, kind: str, record: str, detail: str = "") -> None:
        """Note something suspicious but loadable; ``kind`` is alike for alike things."""
        self.warnings[kind] += 1
        kept = self.examples.setdefault(kind, [])
        if len(kept) < 5:
            kept.append(f"{record[:200]}: {detail[:200]}" if detail else record[:200])


@dataclass(frozen=True)
class Loader:
    """A source that can be loaded, with its data sheet's facts.

    Attributes:
        name: the source's name on the command line and in its graph's IRI.
        title: the data set's title.
        publisher: who publishes it.
        licence: IRI of the licence; "" if none is stated.
        attribution: what must be said wherever the data shows; "" if nothing.
        read: paths and run to triples.
    """

    name: str
    title: str
    publisher: str
    licence: str
    attribution: str
    read: Callable[[Sequence[Path], Run], Iterator[Triple]]
