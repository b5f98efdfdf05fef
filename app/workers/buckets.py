"""What each client has used of late, in seconds of a worker: a leaky bucket for each."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Final

from app.errors import TooMuch

MOST_CLIENTS: Final = 10_000
"""Clients that are remembered; past it those that used least are forgotten."""

BURST_SETTING: Final = "client_burst_seconds"
"""The setting that a refusal is named after."""


class Buckets:
    """Seconds used, leaking away at ``refill`` a second; ``burst`` may stand in a bucket."""

    def __init__(
        self, burst: float, refill: float, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst = burst
        self._refill = refill
        self._clock = clock
        self._levels: dict[str, tuple[float, float]] = {}

    def __len__(self) -> int:
        """How many clients are remembered."""
        return len(self._levels)

    def used(self, key: str) -> float:
        """Seconds in the client's bucket now."""
        level, at = self._levels.get(key, (0.0, 0.0))
        return max(0.0, level - (self._clock() - at) * self._refill)

    def charge(self, key: str, seconds: float) -> None:
        """Puts seconds into the client's bucket."""
        level = self.used(key) + seconds
        if key not in self._levels and len(self._levels) >= MOST_CLIENTS:
            self._forget()
        self._levels[key] = (level, self._clock())

    def admit(self, key: str) -> None:
        """Returns if the client's bucket is not over its brim.

        Raises: TooMuch, which says when it will not be.
        """
        over = self.used(key) - self._burst
        if over < 0:
            return
        raise TooMuch(
            BURST_SETTING,
            self._burst,
            f"Your queries have used more than {self._burst:g} seconds of the service of late, "
            f"the limit here ({BURST_SETTING}); {self._refill:g} are given back each second. "
            "Come back after the seconds in Retry-After, and ask for less.",
            retry_after=max(1, math.ceil(over / self._refill)),
        )

    def _forget(self) -> None:
        """Drops the empty buckets, and the emptiest tenth where that is not enough."""
        levels = {key: self.used(key) for key in self._levels}
        for key in [key for key, level in levels.items() if level <= 0]:
            del self._levels[key]
        if len(self._levels) >= MOST_CLIENTS:
            for key in sorted(self._levels, key=lambda one: levels[one])[: MOST_CLIENTS // 10]:
                del self._levels[key]
