"""Labels and questions as they are compared: without case, diacritics and punctuation."""

from __future__ import annotations

import re
import unicodedata

_NOT_WORD = re.compile(r"(?:[^\w+#]|_)+")
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "ł": "l", "þ": "th"})


def fold(text: str) -> str:
    """The text in lower case, without diacritics, its words parted by single spaces.

    ``+`` and ``#`` stay, since "C", "C++" and "C#" are three skills.

    >>> fold("Sähkö- ja  VOIMAtekniikka (C++)"), fold("★ … ★")
    ('sahko ja voimatekniikka c++', '')
    """
    if text.isascii():
        bare = text.lower()
    else:
        # Some compatibility characters decompose into capitals: fold the case again.
        decomposed = unicodedata.normalize("NFKD", text.casefold()).casefold()
        bare = "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_LETTERS)
    return _NOT_WORD.sub(" ", bare).strip()


def squeeze(code: str) -> str:
    """A code as it is compared: its letters and digits alone, in lower case.

    >>> squeeze("CS-A1110") == squeeze("cs a1110")
    True
    """
    return fold(code).replace(" ", "")


def same_label(one: str, other: str) -> bool:
    """Whether two labels are the same but for case and white space."""
    return _plain(one) == _plain(other)


def _plain(label: str) -> str:
    return " ".join(unicodedata.normalize("NFC", label).casefold().split())
