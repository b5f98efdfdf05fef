"""How sources are asked: who asks, how long is waited, how much is taken."""

from __future__ import annotations

import importlib.metadata
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from app.errors import BadParameter
from app.settings import Settings

_MIB: Final = 1 << 20


@dataclass(frozen=True)
class Manners:
    """How sources are asked.

    Attributes:
        agent: the User-Agent.
        seconds: longest wait for the next bytes.
        page_seconds: longest time that one page may take in all.
        file_seconds: longest time that one file may take in all.
        page_bytes: most bytes of one page, unpacked.
        all_bytes: most bytes of one source, unpacked.
        attempts: how often an answer is asked for before the source is taken to be down.
        first_pause: about how many seconds pass before the second attempt; doubled each time.
        longest_pause: longest pause that a source may ask for.
        private: whether private and loopback addresses may be asked.
    """

    agent: str
    seconds: float = 60.0
    page_seconds: float = 600.0
    file_seconds: float = 6 * 3600.0
    page_bytes: int = 64 * _MIB
    all_bytes: int = 10_240 * _MIB
    attempts: int = 6
    first_pause: float = 1.0
    longest_pause: float = 600.0
    private: bool = False


def manners(settings: Settings) -> Manners:
    """The manners that the settings ask for.

    Raises: BadParameter if the contact cannot stand in a header.
    """
    return Manners(
        agent=agent(settings.contact),
        seconds=settings.fetch_seconds,
        page_bytes=settings.fetch_page_mb * _MIB,
        all_bytes=settings.fetch_mb * _MIB,
        attempts=settings.fetch_attempts,
        first_pause=settings.fetch_pause_seconds,
        longest_pause=settings.fetch_longest_pause_seconds,
        private=settings.fetch_private,
    )


def agent(contact: str) -> str:
    """The User-Agent: the program, its version, and whom to write to.

    >>> agent("mailto:library@example.org").partition(" ")[2]
    '(mailto:library@example.org)'
    """
    if not contact.isascii() or not contact.isprintable() or set(contact) & set("()"):
        raise BadParameter(
            "POLKU_CONTACT", "Use a mail address or a page's address: ASCII, no brackets."
        )
    product = f"Polku/{importlib.metadata.version('polku')}"
    return f"{product} ({contact})" if contact else product


def retry_after(stated: str, now: datetime) -> float | None:
    """Seconds that a Retry-After asks for, as a number or a date; None if it says neither.

    Source: RFC 9110, section 10.2.3.

    >>> retry_after("120", datetime(2026, 5, 4, tzinfo=UTC))
    120.0
    >>> retry_after("Mon, 04 May 2026 00:01:00 GMT", datetime(2026, 5, 4, tzinfo=UTC))
    60.0
    """
    said = stated.strip()
    if said.isascii() and said.isdecimal() and len(said) < 10:
        return float(said)
    try:
        moment = parsedate_to_datetime(said)
    except (ValueError, TypeError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
