"""Names of realisations → titles of courses.

A realisation's name is its course's title and then, after commas, what kind of teaching it is,
for whom and when: "Portugisiska 1, (H02 Kontakt) Föreläsning", "Finnish 4, Online teaching,
Sep-Oct, Open uni". Some names are the kind of teaching alone, which is no name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

_TEACHING: Final = (
    # Finnish
    "Luento-opetus|Luento|Tentti|Sähköinen tentti|Verkko-opetus|Online[- ]opetus|Lähiopetus|"
    "Monimuoto-opetus|Monimuoto|Projekti|Itseopiskelu|Itsenäinen (?:opiskelu|projekti|suoritus|"
    "työ)|Kirjallinen työ|Essee|Opinnäytetyö \\w+ korkeakoulututkinnossa|Kesäkurssi|Hybridikurssi|"
    # Swedish
    "Föreläsning|Tentamen|Elektronisk tentamen|Nätundervisning|Närundervisning|"
    "Kontaktundervisning|Flerformsundervisning|Projekt|Självständig[at]? (?:studier?|stdie|"
    "projekt|arbete)|Skriftligt arbete|Examensarbete inom \\w+ högskoleexamen|Sommarkurs|"
    "Hybridkurs|"
    # English
    "Lectures?|Exam|Electronic exam|[Oo]nline teaching|[Cc]ontact teaching|Blended teaching|"
    "Project|Independent (?:[Ss]tudy|project)|Essay|Summer course|Hybrid course|Online"
)
_ONLY_AFTER_A_TITLE: Final = (
    r"(?:Bachelor's thesis|Practical Training|Harjoittelu|Praktik|Exercises)"
    r"|\w[^,]*\b(?i:re-?take|re-?sit|exam|tentti|tenta|omtenta|rästitentti|uusinta\w*)\b.*"
    r"|\w+(?i:tentti\w*|tentin)\b.*|(?i:omtenta|retake|tentti)\b.*"
    r"|(?i:open uni\w*|avoin yo|avoin yliopisto|öppna (?:uni\w*|högskolan))"
    r"|(?:Ylimääräinen [Rr]yhmä|Ryhmä|Group) ?\d*\b.*|(?i:tämä ryhmä|this group)\b.*"
    r"|[HVMP]\d\d?\b.*|\d(?:\.|:[ae]|st|nd|rd|th)? (?i:periodi?)"
    r"|(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)(?:-\w{3,4})?"
    r"|(?i:module \d+|intensiivinen|intensive|intensiv|kesä|syksy|kevät|höst|vår|sommar|autumn|"
    r"spring|summer) ?\d{4}|(?i:module \d+|intensiivinen|intensive|intensiv)"
    r"|\d\.? (?i:study year|opintovuosi)|andra studieår|\d+ (?:cr|op|sp|ECTS)|BScBA\w+"
)
_BRACKETS: Final = r"(?:\s*\([^()]*+\)*)"
_LABEL: Final = re.compile(rf"{_BRACKETS}?\s*(?:{_TEACHING}){_BRACKETS}*+\s*\Z")
_TRAILING: Final = re.compile(rf"{_BRACKETS}?\s*(?:{_ONLY_AFTER_A_TITLE})\s*\Z")
_GROUP_BEFORE: Final = re.compile(r"\s*\([HLMPV]\d\d?\)\s+")
_GROUP_AFTER: Final = re.compile(
    r"\s*(?:\((?:[HLMPV]\d\d?\b[^()]*|\d+(?:[-–]\d+)? ?(?:op|sp|cr|ECTS)|(?i:summer course|"
    r"kesäkurssi|sommarkurs)|only for [^()]*)\)|\b[HV]\d\d|_(?i:this group)\b.*)\s*\Z"
)
_LONGEST: Final = 400
_BRACKET_OR_COMMA: Final = re.compile("[(),]")
_MANY_SPACES: Final = re.compile(r"\s+")


def title(name: str, code: str = "") -> str:
    """The course's title in a realisation's name; "" if the name holds none.

    ``code`` is taken off where the name begins with it.

    >>> title("Portugisiska 1 (o,w), (H02 Kontakt) Föreläsning"), title("Tentamen")
    ('Portugisiska 1 (o,w)', '')
    >>> title("Finnish 4, Online teaching, Sep-Oct, Open uni")
    'Finnish 4'
    """
    return _title(name[:_LONGEST], code)


@lru_cache(maxsize=4096)
def _title(name: str, code: str) -> str:
    segments = _segments(_MANY_SPACES.sub(" ", name).strip())
    kept: list[str] = []
    for segment in segments:
        if _LABEL.match(segment) or (kept and _TRAILING.match(segment)):
            break
        kept.append(segment)
    bare = ", ".join(kept).strip(" ,")
    if code and bare.startswith(code) and len(bare) > len(code):
        bare = bare[len(code) :].lstrip(" :,-–")
    bare = _GROUP_BEFORE.sub("", bare, count=1) if bare.startswith("(") else bare
    while (shorter := _GROUP_AFTER.sub("", bare)) != bare:
        bare = shorter
    return bare


def _segments(name: str) -> list[str]:
    """The name split at its commas, but not at those in brackets."""
    found, depth, start = [], 0, 0
    if name.count("(") > name.count(")"):
        # A bracket that is never closed must not hide the commas after it.
        return [segment.strip() for segment in name.split(",")]
    for bracket in _BRACKET_OR_COMMA.finditer(name):
        at, character = bracket.start(), bracket.group()
        if character == "(":
            depth += 1
        elif character == ")":
            depth = max(depth - 1, 0)
        elif character == "," and not depth and name[at + 1 : at + 2] in ("", " "):
            found.append(name[start:at].strip())
            start = at + 1
    return [*found, name[start:].strip()]


def best(titles: Mapping[str, int]) -> str:
    """The title that most realisations state; "" if there is none.

    Where none has a majority, as with studios that have a theme each, what all begin with; of
    equals the shortest, then the first in code point order.

    >>> best({"Studio Autumn, Housing": 1, "Studio Autumn, Timber": 1})
    'Studio Autumn'
    """
    if not titles:
        return ""
    ranked = sorted(titles, key=lambda stated: (-titles[stated], len(stated), stated))
    if 2 * titles[ranked[0]] > sum(titles.values()):
        return ranked[0]
    return _shared([_segments(stated) for stated in ranked]) or ranked[0]


def _shared(several: Sequence[Sequence[str]]) -> str:
    shared = []
    for column in zip(*several, strict=False):
        if len(set(column)) > 1:
            break
        shared.append(column[0])
    return ", ".join(shared)
