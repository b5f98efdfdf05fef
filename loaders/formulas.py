"""Fields of CSV that spreadsheets do not take for formulas."""

from __future__ import annotations

from typing import Final

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def plain(field: str) -> str:
    """A field that no spreadsheet takes for a formula: strangers write titles.

    >>> plain("=1+1"), plain("-"), plain("1 op")
    ("'=1+1", "'-", '1 op')
    """
    return f"'{field}" if field.startswith(_FORMULA) else field
