"""Suggestions shown blind: without confidence and reasons, to see how much people follow them.

Which ones is drawn from thing and skill alone, so that every answer shows the same ones blind and
a decision can be known to be made blind without keeping who saw what.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

_WITHHELD: dict[str, object] = {"confidence": None, "because": None, "evidence": []}


def drawn(about: str, skill: str, share: float) -> bool:
    """Whether the suggestion of a skill for a thing is one of the ``share`` that is shown blind."""
    return _place(about, skill) < share


def hidden(
    about: str, entries: Sequence[Mapping[str, object]], share: float
) -> list[dict[str, object]]:
    """Suggestions for a thing, best first, as they are shown: some blind, at places of no meaning.

    Those shown with their confidence keep their order.
    """
    seen: list[dict[str, object]] = []
    blind: list[dict[str, object]] = []
    for entry in entries:
        (blind if drawn(about, str(entry["skill"]), share) else seen).append(dict(entry))
    for one in blind:
        place = _place(str(one["skill"]), about)
        seen.insert(int(place * (len(seen) + 1)), one | _WITHHELD | {"blind": True})
    return seen


def measured(rows: Iterable[tuple[bool, int, int]]) -> dict[str, object]:
    """What decisions say of blind and seen suggestions, from rows (blind, decided, accepted).

    ``difference`` is the share accepted of those seen less that of those shown blind: near 0 where
    people judge for themselves. It is None until both kinds were decided on.
    """
    counts = {blind: (decided, accepted) for blind, decided, accepted in rows}
    seen, blind = (_counted(*counts.get(which, (0, 0))) for which in (False, True))
    shares = (seen["share"], blind["share"])
    difference = None if None in shares else round(float(shares[0] or 0) - float(shares[1] or 0), 4)
    return {"seen": seen, "blind": blind, "difference": difference}


def _counted(decided: int, accepted: int) -> dict[str, float | None]:
    share = round(accepted / decided, 4) if decided else None
    return {"decided": decided, "accepted": accepted, "share": share}


def _place(one: str, other: str) -> Fraction:
    """A number from 0 to below 1 that two words have in common, like one drawn."""
    digest = hashlib.sha256(f"{one}\0{other}".encode()).digest()
    return Fraction(int.from_bytes(digest[:8], "big"), 2**64)
