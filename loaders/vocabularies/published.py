"""IRIs by which vocabularies publish their concepts, told from what records state.

A record joins a vocabulary only where it states the concept's own IRI or, in a place that is
the vocabulary's alone, its code. A word is no identifier: many concepts share it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

ISCED_F: Final = "http://data.europa.eu/snb/isced-f/"
YSO: Final = "http://www.yso.fi/onto/yso/"
FIELDS_OF_SCIENCE: Final = "http://www.yso.fi/onto/okm-tieteenala/"

_ISCED_F: Final = re.compile(
    r"(?:https?://data\.europa\.eu/snb/isced-f/)?((?:0[0-9]|10)[0-9]{0,4})/?\Z"
)
_YSO: Final = re.compile(
    r"https?://(?:www\.yso\.fi/onto/yso/|finto\.fi/yso/(?:\w\w/page/)?)(p[0-9]{1,9})/?\Z"
)
_FIELD_OF_SCIENCE: Final = re.compile(
    r"https?://(?:www\.yso\.fi/onto/okm-tieteenala/|finto\.fi/okm-tieteenala/(?:\w\w/page/)?)"
    r"(ta[0-9]{1,4})/?\Z"
)


def field_of_study(stated: object) -> str:
    """The IRI of a field of ISCED-F 2013, from its IRI or its code; "" if it is none.

    More digits than four are a country's own subdivision, and the field is the one above it.
    "Field unknown" (9999), which exports must write where none is stated, states none.

    >>> field_of_study("0613"), field_of_study("073101"), field_of_study("Physics")
    ('http://data.europa.eu/snb/isced-f/0613', 'http://data.europa.eu/snb/isced-f/0731', '')
    """
    match = _ISCED_F.match(stated.strip()) if isinstance(stated, str) else None
    return f"{ISCED_F}{match[1][:4]}" if match else ""


def fields_of_study(stated: Iterable[object]) -> tuple[str, ...]:
    """The fields of ISCED-F among what is stated, each once."""
    return tuple(dict.fromkeys(field for one in stated if (field := field_of_study(one))))


def subject(stated: object) -> str:
    """The IRI of a concept of YSO or of the Finnish fields of science; "" if it is none.

    >>> subject("https://www.yso.fi/onto/yso/p21846/"), subject("machine learning")
    ('http://www.yso.fi/onto/yso/p21846', '')
    >>> subject("http://www.yso.fi/onto/okm-tieteenala/ta113")
    'http://www.yso.fi/onto/okm-tieteenala/ta113'
    """
    said = stated.strip() if isinstance(stated, str) else ""
    for pattern, namespace in ((_YSO, YSO), (_FIELD_OF_SCIENCE, FIELDS_OF_SCIENCE)):
        if match := pattern.match(said):
            return f"{namespace}{match[1]}"
    return ""


def subjects(stated: Iterable[object]) -> tuple[str, ...]:
    """The concepts of YSO and of the Finnish fields of science among what is stated, each once."""
    return tuple(dict.fromkeys(concept for one in stated if (concept := subject(one))))
