"""Short calls and long ones: what has run for long leaves a worker to what has only begun.

Pure bookkeeping; ``Pool`` gives the workers. Nobody knows what a call will cost, so each begins
as short. One that has run for ``short_seconds`` is long, and long calls together have all
workers but one. A client whose call was long, or cost a worker its life, is on probation for a
while: its calls are taken for long ones from the start. Who merely leaves early is not.
"""

from __future__ import annotations

import enum
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from app.workers.queue import Ticket

FIRST_PROBATION: Final = 15.0
LONGEST_PROBATION: Final = 900.0
"""Seconds on probation after the first long call; each more doubles them, up to the longest."""

MOST_CLIENTS: Final = 10_000
"""Clients of which anything is remembered; past it those whose probation ends soonest are not."""


class Fate(enum.Enum):
    """What becomes of a call that has been short for as long as one may be."""

    STAYS = "it goes on, as a long one"
    WAITS = "it gives its worker back and begins again when a long one may"
    ENDS = "it is cut off: it has sent something, so it cannot begin again"


class Probations:
    """Which clients are taken for expensive, and until when."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: dict[str, tuple[float, float]] = {}

    def __contains__(self, key: str) -> bool:
        """Whether the client is on probation now."""
        return self._until.get(key, (0.0, 0.0))[1] > self._clock()

    def __len__(self) -> int:
        """How many clients are remembered."""
        return len(self._until)

    def add(self, key: str, *, again: bool = False) -> None:
        """Puts the client on probation: for twice as long as last time, if that is not long ago.

        ``again``: for the same call as last time, so it lasts no longer, but begins anew.
        """
        now = self._clock()
        seconds, until = self._until.get(key, (0.0, 0.0))
        if seconds and again:
            pass
        elif seconds and now < until + LONGEST_PROBATION:
            seconds = min(2 * seconds, LONGEST_PROBATION)
        else:
            seconds = FIRST_PROBATION
        if key not in self._until and len(self._until) >= MOST_CLIENTS:
            soonest = sorted(self._until, key=lambda one: self._until[one][1])
            for one in soonest[: MOST_CLIENTS // 10]:
                del self._until[one]
        self._until[key] = (seconds, now + seconds)


class Lanes:
    """How many short and long calls are at work, and which may begin.

    Without ``short_seconds``, or with one worker, every call is short and may take any worker.
    """

    def __init__(
        self,
        size: int,
        short_seconds: float | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.short_seconds = short_seconds if size > 1 else None
        self.short = 0
        self.long = 0
        self._size = size
        self._most_long = size - 1
        self._probations = Probations(clock)

    @property
    def beyond(self) -> int:
        """Long calls beyond those that may begin: answers that had begun when they became long."""
        return max(0, self.long - self._most_long) if self.short_seconds is not None else 0

    def has_room(self, ticket: Ticket, ready: int) -> bool:
        """Whether the call may have one of the ``ready`` workers that are free.

        A long one may not have the last: how often workers die, a short one finds one ready.
        """
        if not self.is_long(ticket):
            return ready > 0 and self.short < max(1, self._size - self.long)
        kept = 0 if self.short else 1
        return ready > kept and self.long < self._most_long and self.short + self.long < self._size

    def begin(self, ticket: Ticket) -> None:
        """Counts a call as at work."""
        ticket.long = self.is_long(ticket)
        self._count(ticket, 1)

    def end(self, ticket: Ticket, *, killed: bool) -> None:
        """Counts it no more; ``killed``: it cost its worker's life."""
        self._count(ticket, -1)
        if self.short_seconds is not None and (ticket.long or ticket.outlived or killed):
            self._probations.add(ticket.key, again=ticket.noted)
            ticket.noted = True

    def outlived(self, ticket: Ticket) -> Fate:
        """What becomes of a call at work that was short and has run for ``short_seconds``."""
        most = self._most_long + (self._size if ticket.answering else 0)
        if self.long < most:
            self._count(ticket, -1)
            ticket.long = True
            self._count(ticket, 1)
            return Fate.STAYS
        return Fate.ENDS if ticket.answering else Fate.WAITS

    def is_long(self, ticket: Ticket) -> bool:
        """Whether the call is a long one, or would begin as one."""
        if self.short_seconds is None:
            return False
        return ticket.long or (ticket.bounded and ticket.key in self._probations)

    def _count(self, ticket: Ticket, by: int) -> None:
        if ticket.long:
            self.long += by
        else:
            self.short += by
