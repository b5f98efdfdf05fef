"""The fixed words of a rendered route, in the three languages that people read it in."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "route": {"en": "Route", "fi": "Opintopolku", "sv": "Studieväg"},
    "credits": {"en": "ECTS", "fi": "op", "sv": "sp"},
    "develops": {"en": "Develops", "fi": "Kehittää", "sv": "Utvecklar"},
    "way_in": {"en": "Way in", "fi": "Hakuväylä", "sv": "Ansökningsväg"},
    "apply": {"en": "Apply by today", "fi": "Hae viimeistään tänään", "sv": "Ansök senast i dag"},
    "expected": {
        "en": "Expected, not announced: taught in this period before.",
        "fi": "Odotettu, ei ilmoitettu: opetettu tässä periodissa aiemmin.",
        "sv": "Väntad, inte meddelad: undervisad i denna period tidigare.",
    },
    "announced": {
        "en": "Announced by the university.",
        "fi": "Yliopiston ilmoittama.",
        "sv": "Meddelad av universitetet.",
    },
    "empty": {
        "en": "There is no route.",
        "fi": "Polkua ei ole.",
        "sv": "Det finns ingen studieväg.",
    },
}


def word(name: str, language: str) -> str:
    """The word in the language; in English where the language is none of the three.

    >>> word("credits", "fi"), word("credits", "sv-FI"), word("credits", "de")
    ('op', 'sp', 'ECTS')
    """
    of = WORDS[name]
    return of.get(language.split("-")[0].lower(), of["en"])


def number(value: float) -> str:
    """Credits without a needless decimal.

    >>> number(5.0), number(2.5)
    ('5', '2.5')
    """
    return f"{value:g}"
