"""Clocks, percentiles and Markdown tables."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence
from typing import NamedTuple

Row = Sequence[object]


class Took(NamedTuple):
    """Milliseconds on the clock and of the processor; a busy machine drives them apart."""

    wall: float
    cpu: float


class Watch:
    """Both clocks, from when it is made."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def took(self) -> Took:
        """What has passed; the watch begins anew."""
        wall, cpu = time.perf_counter(), time.process_time()
        passed = Took(1000 * (wall - self._wall), 1000 * (cpu - self._cpu))
        self._wall, self._cpu = wall, cpu
        return passed


def percentile(values: Iterable[float], share: float) -> float:
    """The least value that so large a share of the values does not exceed; 0 of none.

    >>> percentile([4, 1, 3, 2], 0.5), percentile([4, 1, 3, 2], 0.95)
    (2, 4)
    """
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)] if ordered else 0.0


def percentiles(values: Sequence[float], digits: int = 0) -> str:
    """Median, 95th percentile and maximum."""
    return " / ".join(f"{percentile(values, share):.{digits}f}" for share in (0.5, 0.95, 1))


def clocks(took: Sequence[Took]) -> tuple[str, str]:
    """Percentiles of the wall's milliseconds and of the processor's."""
    return percentiles([one.wall for one in took]), percentiles([one.cpu for one in took])


def of(part: int, whole: int) -> str:
    """A count of a count."""
    return f"{part} of {whole}"


def table(head: Sequence[str], rows: Iterable[Row]) -> None:
    """Prints a Markdown table."""
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print(flush=True)


def say(text: str) -> None:
    """Prints a paragraph."""
    print(text + "\n", flush=True)
