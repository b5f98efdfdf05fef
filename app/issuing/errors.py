"""Refusals of issuing; the rest of the tree is in ``app/errors.py``.

PolkuError
└── NotEnough         422  an offering that states less than a credential has to say
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from app.errors import Refused


class Gap(NamedTuple):
    """An element that stands in the way: its name and label, its status, why, and what to do."""

    element: str
    label: str
    status: str
    because: str
    hint: str


class NotEnough(Refused):
    """The offering states less than a credential has to say, or something that cannot stand."""

    title = "The offering states too little for a credential"

    def __init__(self, gaps: Sequence[Gap]) -> None:
        told = "; ".join(f"{one.element} ({one.status})" for one in gaps)
        super().__init__(
            f"No credential is issued of this offering: {told}. State them, or name in accept "
            "those that may be missing or inferred; what is wrong has to be put right.",
            [
                (f"/offering/{one.element}", f"{one.label}: {one.because} {one.hint}".strip())
                for one in gaps
            ],
        )
        self.gaps = tuple(gaps)
