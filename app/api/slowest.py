"""Seconds by query, as Prometheus reads them: of the queries that cost most, so many and no more.

A query is known by its hash. Whoever sends millions of different ones gets none of the memory of
those that come again: what is known is cut back to the costliest, and cost of long ago fades.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final

from prometheus_client.metrics_core import HistogramMetricFamily
from prometheus_client.registry import Collector

SHOWN: Final = 50
"""Queries that are shown, the costliest first."""

KNOWN: Final = 500
"""Queries whose seconds are known after cutting back; twice as many before it."""

FADES: Final = 3600.0
"""Seconds in which what a query has cost counts half, where it is held against others."""

_NAME: Final = "polku_query_seconds"
_MEANING: Final = (
    "Seconds from the request's first byte to the answer's last, by the query's hash as the access "
    f"log has it: the {SHOWN} queries that cost most of late."
)


@dataclass
class _Cost:
    """What one query has cost: ``weight`` fades, the rest only grows."""

    counts: list[int]
    seconds: float = 0.0
    weight: float = 0.0


@dataclass(eq=False)
class Slowest(Collector):
    """The seconds of the costliest queries.

    ``bounds``: upper bounds of the histogram's buckets. ``clock``: gives seconds that only grow.
    """

    bounds: Sequence[float]
    clock: Callable[[], float] = time.monotonic
    _known: dict[str, _Cost] = field(default_factory=dict)
    _faded: float = 0.0

    def __post_init__(self) -> None:
        """Begins to count."""
        self._faded = self.clock()

    def __len__(self) -> int:
        """How many queries are known."""
        return len(self._known)

    def observe(self, query_hash: str, seconds: float) -> None:
        """Counts one answer to a query."""
        if self.clock() - self._faded > FADES:
            self._fade()
        cost = self._known.get(query_hash)
        if cost is None:
            if len(self._known) >= 2 * KNOWN:
                self._known = dict(self._costliest(KNOWN))
            cost = self._known[query_hash] = _Cost([0] * (len(self.bounds) + 1))
        cost.counts[bisect_left(self.bounds, seconds)] += 1
        cost.seconds += seconds
        cost.weight += seconds

    def describe(self) -> Iterator[HistogramMetricFamily]:
        """The metric without values."""
        yield HistogramMetricFamily(_NAME, _MEANING, labels=("hash",))

    def collect(self) -> Iterator[HistogramMetricFamily]:
        """The metric, a histogram for each query that is shown."""
        told = HistogramMetricFamily(_NAME, _MEANING, labels=("hash",))
        names = [*map(str, map(float, self.bounds)), "+Inf"]
        for query_hash, cost in self._costliest(SHOWN):
            buckets = list(zip(names, map(float, accumulate(cost.counts)), strict=True))
            told.add_metric((query_hash,), buckets, cost.seconds)
        yield told

    def _fade(self) -> None:
        now = self.clock()
        left = 0.5 ** ((now - self._faded) / FADES)
        self._faded = now
        for cost in self._known.values():
            cost.weight *= left

    def _costliest(self, most: int) -> list[tuple[str, _Cost]]:
        self._fade()
        return sorted(self._known.items(), key=lambda one: -one[1].weight)[:most]


__all__ = ["FADES", "KNOWN", "SHOWN", "Slowest"]
