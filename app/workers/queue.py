"""Whose call is next: the client's with the fewest at work, then in turn, then in order.

Pure bookkeeping; ``Pool`` gives the workers. A key stands for a client; what it is, is the
caller's matter.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.errors import Busy, PolkuError, TooMuch

if TYPE_CHECKING:
    from app.workers.worker import Worker

MOST_WAITING: Final = 4096
"""Calls that wait at once, whoever sent them."""

WAITING_SETTING: Final = "client_waiting"
"""The setting that bounds how many calls of one client wait."""


@dataclass(frozen=True)
class Share:
    """What one client may have at once: calls at work, and calls that wait."""

    running: int
    waiting: int


class Ticket:
    """One call's place: it waits, is at work, or is over. Who holds it can end the call.

    ``bounded``: whether what the client's other calls cost tells what this one may.
    """

    def __init__(self, key: str = "", *, bounded: bool = True) -> None:
        self.key = key
        self.bounded = bounded
        self.long = False
        """Whether it counts as a long call: see ``lanes.py``."""
        self.answering = False
        """Whether somebody has been given something of its answer."""
        self.outlived = False
        """Whether it loses its worker for running longer than a short call may."""
        self.noted = False
        """Whether its client is on probation for it already."""
        self.ended = asyncio.Event()
        """Set when somebody ends the call."""
        self.future: asyncio.Future[Worker] | None = None
        self.worker: Worker | None = None
        self.started = 0.0

    @property
    def state(self) -> str:
        """``waiting``, ``running`` or ``over``."""
        if self.worker is not None:
            return "running"
        return "over" if self.future is None else "waiting"

    def begin(self, worker: Worker) -> None:
        """Puts the call to work."""
        self.worker, self.future, self.started = worker, None, time.monotonic()

    def over(self) -> float:
        """Seconds that the call has held its worker, which from now on is another's."""
        self.worker = None
        return time.monotonic() - self.started

    def end(self, error: PolkuError) -> bool:
        """Whether there was something to end: the call fails with the error, its worker is killed."""
        if self.worker is not None:
            self.worker.end(error)
        elif self.future is not None and not self.future.done():
            self.future.set_exception(error)
        else:
            return False
        self.ended.set()
        return True


def _none(_: str) -> float:
    return 0.0


def _any(_: Ticket) -> bool:
    return True


class FairQueue:
    """The calls that wait, and how many each client has at work.

    ``used``: seconds that a client has used of late; among clients with equally many calls at
    work those that used fewer whole seconds come first.
    """

    def __init__(self, share: Share | None = None, used: Callable[[str], float] = _none) -> None:
        self._share = share
        self._used = used
        self._running: Counter[str] = Counter()
        # In turn: who was served goes to the end. Long calls wait apart from the client's others.
        self._waiting: dict[tuple[str, bool], deque[Ticket]] = {}
        self._length = 0

    def __len__(self) -> int:
        """How many calls wait."""
        return self._length

    @property
    def clients(self) -> int:
        """Of how many clients anything is remembered: those with a call here."""
        return len(self._running.keys() | {key for key, _ in self._waiting})

    def may_run(self, key: str) -> bool:
        """Whether the client has room for one more call at work."""
        return self._share is None or self._running[key] < self._share.running

    def begin(self, key: str) -> None:
        """Counts a call of the client as at work."""
        self._running[key] += 1

    def end(self, key: str) -> None:
        """Counts it no more."""
        self._running[key] -= 1
        if self._running[key] <= 0:
            del self._running[key]

    def add(self, ticket: Ticket) -> None:
        """The call waits behind the client's own.

        Raises: TooMuch if the client has as many waiting as it may; Busy if all have.
        """
        if self._length >= MOST_WAITING:
            raise Busy(f"{MOST_WAITING} queries wait already. Try again.", retry_after=2)
        own = sum(len(self._waiting.get((ticket.key, long), ())) for long in (False, True))
        if self._share is not None and own >= self._share.waiting:
            raise TooMuch(
                WAITING_SETTING,
                self._share.waiting,
                f"{self._share.waiting} of your queries wait already, the limit here "
                f"({WAITING_SETTING}). Wait for an answer before you ask more.",
                retry_after=1,
            )
        self._waiting.setdefault((ticket.key, ticket.long), deque()).append(ticket)
        self._length += 1

    def remove(self, ticket: Ticket) -> None:
        """The call waits no more; nothing happens where it did not."""
        place = (ticket.key, ticket.long)
        own = self._waiting.get(place)
        if own is None or ticket not in own:
            return
        own.remove(ticket)
        self._length -= 1
        if not own:
            del self._waiting[place]

    def drain(self) -> Sequence[Ticket]:
        """Every call that waits; none does any more."""
        all_of_them = [ticket for own in self._waiting.values() for ticket in own]
        self._waiting.clear()
        self._length = 0
        return all_of_them

    def next(self, has_room: Callable[[Ticket], bool] = _any) -> Ticket | None:
        """The call whose turn it is, which waits no more; None if none may run.

        ``has_room``: whether there is a worker for a call.
        """
        able = [
            place
            for place, own in self._waiting.items()
            if self.may_run(place[0]) and has_room(own[0])
        ]
        if not able:
            return None
        # The first of equals is the one that was served longest ago.
        place = min(able, key=lambda one: (self._running[one[0]], int(self._used(one[0]))))
        own = self._waiting.pop(place)
        ticket = own.popleft()
        self._length -= 1
        if own:
            self._waiting[place] = own
        return ticket
