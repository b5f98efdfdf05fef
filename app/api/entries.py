"""The queries that run and wait now: for who runs the service, to see and to end."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from app.api.log import query_hash
from app.errors import Ended, NotFound
from app.workers import Ticket


@dataclass(frozen=True)
class Entry:
    """One query on its way: its id, whose it is, since when, and its text."""

    id: str
    ticket: Ticket
    query: str
    since: datetime
    began: float

    @property
    def hash(self) -> str:
        """What the query is known by in the log."""
        return query_hash(self.query)

    @property
    def seconds(self) -> float:
        """Seconds since it came."""
        return time.monotonic() - self.began


class Entries:
    """Every query on its way, in the order in which they came."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}

    def all(self) -> Sequence[Entry]:
        """The queries that wait or run, oldest first."""
        return [one for one in self._entries.values() if one.ticket.state != "over"]

    def add(self, ticket: Ticket, query: str) -> Entry:
        """The query's entry; it stands until it is removed."""
        entry = Entry(secrets.token_hex(8), ticket, query, datetime.now(UTC), time.monotonic())
        self._entries[entry.id] = entry
        return entry

    def remove(self, entry: Entry) -> None:
        """The query is over."""
        self._entries.pop(entry.id, None)

    def end(self, identifier: str) -> Entry:
        """The entry of a query that is ended by this.

        Raises: NotFound if no such query runs or waits.
        """
        entry = self._entries.get(identifier)
        ended = Ended(
            "Who runs the service ended this query, as it kept others from being answered. "
            "Ask for less before you ask again."
        )
        if entry is None or not entry.ticket.end(ended):
            raise NotFound(
                f"No query {identifier[:40]!r} runs or waits; GET /sparql/running lists them."
            )
        return entry
