"""Languages by the IRIs of the EU's language authority table.

Source: https://op.europa.eu/en/web/eu-vocabularies/concept-scheme/-/resource?uri=http://publications.europa.eu/resource/authority/language
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ontology.terms import Iri

AUTHORITY = "http://publications.europa.eu/resource/authority/language/"

_THREE_LETTERS = {
    "ar": "ARA", "bg": "BUL", "cs": "CES", "da": "DAN", "de": "DEU", "el": "ELL", "en": "ENG",
    "es": "SPA", "et": "EST", "fi": "FIN", "fr": "FRA", "ga": "GLE", "he": "HEB", "hr": "HRV",
    "hu": "HUN", "is": "ISL", "it": "ITA", "ja": "JPN", "ko": "KOR", "la": "LAT", "lt": "LIT",
    "lv": "LAV", "mt": "MLT", "nl": "NLD", "no": "NOR", "pl": "POL", "pt": "POR", "ro": "RON",
    "ru": "RUS", "se": "SME", "sk": "SLK", "sl": "SLV", "sv": "SWE", "tr": "TUR", "uk": "UKR",
    "vi": "VIE", "zh": "ZHO",
}  # fmt: skip

LANGUAGES: Mapping[str, Iri] = MappingProxyType(
    {two: Iri(AUTHORITY + three) for two, three in _THREE_LETTERS.items()}
)
"""ISO 639-1 code → the language's IRI."""
