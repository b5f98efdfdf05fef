"""Languages as bibliographic sources write them → BCP 47 tags.

Source: ISO 639-1 and 639-2 (both its codes where there are two), https://www.loc.gov/standards/iso639-2/.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ontology.languages import AUTHORITY, LANGUAGES

_BIBLIOGRAPHIC: Final = {
    "chi": "zh", "cze": "cs", "dut": "nl", "fre": "fr", "ger": "de", "gre": "el", "ice": "is",
    "rum": "ro", "slo": "sk",
}  # fmt: skip
_NAMES: Final = {
    "danish": "da", "dutch": "nl", "english": "en", "estonian": "et", "finnish": "fi",
    "french": "fr", "german": "de", "italian": "it", "norwegian": "no", "portuguese": "pt",
    "russian": "ru", "spanish": "es", "swedish": "sv", "englanti": "en", "ruotsi": "sv",
    "suomi": "fi", "engelska": "en", "finska": "fi", "svenska": "sv",
}  # fmt: skip
_TWO: Final[Mapping[str, str]] = {
    **{value.removeprefix(AUTHORITY).lower(): two for two, value in LANGUAGES.items()},
    **_BIBLIOGRAPHIC,
    **_NAMES,
}
_CODE: Final = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{1,8}){0,4}\Z")


def tag(stated: object) -> str:
    """The language's code, of two letters where it has one; "" if it is no language.

    >>> tag("en-US"), tag("eng"), tag("English"), tag("fi_FI"), tag("gsw"), tag("und"), tag("N/A")
    ('en', 'en', 'en', 'fi', 'gsw', '', '')
    """
    said = stated.strip().lower() if isinstance(stated, str) else ""
    if said in _TWO:
        return _TWO[said]
    match = _CODE.match(said)
    if match is None or match[1] in ("und", "zxx", "mul", "mis"):
        return ""
    return _TWO.get(match[1], match[1])
