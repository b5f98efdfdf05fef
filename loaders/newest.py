"""Of several records of one thing the newest counts: which of the others to pass over."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from datetime import date
from hashlib import blake2b

import numpy as np


def superseded(records: Iterable[tuple[str, str] | None]) -> frozenset[int]:
    """Ordinals, from 0, of the records that a newer one of the same thing replaces.

    A record is its thing's identifier and its day (``2026-05-04``, "" if unknown), or None if it
    counts for nothing; of equally new ones the last counts. Holds 16 bytes a record.

    >>> superseded([("a", "2026-01-02"), ("b", ""), ("a", "2026-01-01"), None, ("b", "")])
    frozenset({1, 2})
    """
    keys, ordinals, days = array("Q"), array("I"), array("I")
    for ordinal, record in enumerate(records):
        if record is None:
            continue
        identifier, day = record
        digest = blake2b(identifier.encode(errors="replace"), digest_size=8).digest()
        keys.append(int.from_bytes(digest))
        ordinals.append(ordinal)
        days.append(date.fromisoformat(day).toordinal() if day else 0)
    key = np.frombuffer(keys, dtype=np.uint64)
    place = np.frombuffer(ordinals, dtype=np.uint32)
    order = np.lexsort((place, np.frombuffer(days, dtype=np.uint32), key))
    replaced = order[:-1][key[order[:-1]] == key[order[1:]]]
    return frozenset(place[replaced].tolist())
