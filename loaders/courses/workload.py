"""ISO 8601 durations of learning, and the trap in them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from loaders.courses.course import Note

_DURATION: Final = re.compile(
    r"P(?:(?P<years>\d{1,4})Y)?(?:(?P<months>\d{1,4})M)?(?:(?P<weeks>\d{1,4})W)?"
    r"(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?:(?P<hours>\d{1,6}(?:[.,]\d+)?)H)?(?:(?P<minutes>\d{1,7}(?:[.,]\d+)?)M)?"
    r"(?:(?P<seconds>\d{1,9}(?:[.,]\d+)?)S)?)?\Z"
)
TRAP: Final = "workload in months where minutes or hours are meant (the P60M trap)"
_MOST_MONTHS: Final = 24
"""Months that a course of a university may take; ``P60M`` would be five years."""


def hours(stated: str, notes: list[Note]) -> Decimal | None:
    """Hours of work that a duration states; None if it states none, or cannot mean what it says.

    ``P60M`` is 60 months; whoever wrote it meant ``PT60M`` or ``PT60H``, and nobody can say which.
    Source: ISO 8601-1:2019, 5.5.2; the Council Recommendation's own sample of annex I has it.

    >>> hours("PT60H", []), hours("PT90M", []), hours("P3M", [])
    (Decimal('60'), Decimal('1.5'), None)
    >>> notes = []
    >>> hours("P60M", notes), notes[0][1]
    (None, 'P60M is 60 months; PT60M or PT60H?')
    """
    bare = stated.strip().upper()
    match = _DURATION.match(bare)
    if not bare:
        return None
    if match is None or bare in ("P", "PT") or bare.endswith("T"):
        notes.append(("workload is no ISO 8601 duration", stated[:80]))
        return None
    parts = {name: value for name, value in match.groupdict().items() if value}
    if set(parts) == {"months"} and int(parts["months"]) > _MOST_MONTHS:
        notes.append(
            (
                TRAP,
                f"{bare} is {int(parts['months'])} months; PT{bare[1:]} or PT{parts['months']}H?",
            )
        )
        return None
    if not set(parts) <= {"hours", "minutes", "seconds"}:
        return None
    amounts = {name: Decimal(value.replace(",", ".")) for name, value in parts.items()}
    zero = Decimal(0)
    return (
        amounts.get("hours", zero)
        + amounts.get("minutes", zero) / 60
        + amounts.get("seconds", zero) / 3600
    )


def hours_text(stated: str, notes: list[Note]) -> tuple[tuple[str, str], ...]:
    """A workload as a text, "" where it states no hours.

    >>> hours_text("PT60H", [])
    (('60 h', 'en'),)
    """
    found = hours(stated, notes)
    if found is None:
        return ()
    rounded = f"{found.quantize(Decimal('0.01')).normalize():f}"
    return ((f"{rounded} h", "en"),)
