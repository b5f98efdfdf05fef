"""The universities of the network: their short codes, ROR identifiers and names.

Source: the Research Organization Registry, https://ror.org/.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class University:
    """One university: the code that IRIs and limits use, its ROR identifier, its names."""

    code: str
    ror: str
    names: Mapping[str, str]


_TABLE = (
    ("aalto", "020hwjq30", "Aalto-yliopisto", "Aalto-universitetet", "Aalto University"),
    ("oulu", "03yj89h83", "Oulun yliopisto", "Uleåborgs universitet", "University of Oulu"),
    (
        "tampere",
        "033003e23",
        "Tampereen yliopisto",
        "Tammerfors universitet",
        "Tampere University",
    ),
    ("vaasa", "03769b225", "Vaasan yliopisto", "Vasa universitet", "University of Vaasa"),
)

UNIVERSITIES: Mapping[str, University] = MappingProxyType(
    {
        code: University(code, ror, MappingProxyType({"fi": fi, "sv": sv, "en": en}))
        for code, ror, fi, sv, en in _TABLE
    }
)
"""Short code → university."""
