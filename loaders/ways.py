"""Signs in catalogue prose of who gets a place on a course, at what fee, and where to apply.

Only what a text says is a sign: an unknown fee is no fee of zero, and a text that says nothing
about an audience is no refusal. Source of the audiences: the concept scheme ``polku:Audiences``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from urllib.parse import unquote, urlsplit

from loaders.identifiers import web_address
from loaders.text import plain

OPEN_UNIVERSITY: Final = "openUniversity"
FITECH: Final = "fitech"
CROSS_INSTITUTIONAL: Final = "crossInstitutional"
NON_DEGREE: Final = "nonDegree"
MOOC: Final = "mooc"
DEGREE: Final = "degree"
UNKNOWN: Final = "unknown"

OUTSIDERS: Final = (OPEN_UNIVERSITY, FITECH, NON_DEGREE, MOOC)
"""Audiences of people who study at no university."""

_LONGEST: Final = 40_000
_SIGNS: Final = (
    (
        OPEN_UNIVERSITY,
        re.compile(
            r"\bopen uni(?:versity)?\b|\bavoimen yliopisto\w+|\bavoime\w+ yliopisto\w+"
            r"|\bavoin (?:yo\b|yliopisto)|\böppna (?:uni\w*|högskolan)",
            re.IGNORECASE,
        ),
    ),
    (FITECH, re.compile(r"\bfitech", re.IGNORECASE)),
    (CROSS_INSTITUTIONAL, re.compile(r"\bJOO\b|\bflexible study right", re.IGNORECASE)),
    (NON_DEGREE, re.compile(r"\btakes non-degree students|\bfor non-degree students", re.I)),
    (
        MOOC,
        re.compile(
            r"\bopen (?:to|for) (?:everyone|anyone)\b(?! (?:at|in) aalto)|\bkaikille avoime\w+"
            r"|\böppen för alla\b(?! aalto)|\böppet för alla\b(?! aalto)",
            re.IGNORECASE,
        ),
    ),
    (
        DEGREE,
        re.compile(
            r"tutkinto-opiskelija\w* voivat ilmoittautua\s+maksuttomille paikoille", re.IGNORECASE
        ),
    ),
)
_ONLY: Final = re.compile(
    r"\b(?:only|exclusively|exclusive)\b[^.\n]{0,60}?\b(?:for|to|by)\b[^.\n]{0,120}?"
    r"\b(?:students?|majors?|phd|doctoral|cems)\b"
    r"|\b(?:students?|majors?)\b[^.\n]{0,30}?\bonly\b(?! (?:if|when))"
    r"|\b(?:for|to) [^.\n]{0,60}students only\b|\brestricted to [^.\n]{0,80}students\b"
    r"|\b(?:vain|ainoastaan)\b[^.\n]{0,100}?\bopiskelij\w+"
    r"|\b(?:endast|enbart)\b[^.\n]{0,100}?\b(?:studerande|studenter|doktorand\w*)",
    re.IGNORECASE,
)
_NO_RESTRICTION: Final = re.compile(
    r"recommend|suositel|rekommender|ensisijai|priorit|restricted to \d|number of|semester|"
    r"elective|include|summer|kesä|sommar",
    re.IGNORECASE,
)
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+|\n")
_PER_CREDIT: Final = re.compile(
    r"€ ?(?P<before>\d{1,4}(?:[.,]\d{1,2})?) ?(?:/|per) ?(?:credit|cr\b|ects|op\b|sp\b)"
    r"|(?P<after>\d{1,4}(?:[.,]\d{1,2})?) ?(?:€|euroa?\b|euros?\b|eur\b) ?(?:/|per) ?"
    r"(?:credit|cr\b|ects|opintopiste|op\b|studiepoäng|sp\b)",
    re.IGNORECASE,
)
_FREE_FOR_ALL: Final = re.compile(
    r"\bmaksutto\w+ (?:sivusto|verkkokurssi|kurssi)\w*|\bfree of charge (?:to|for) (?:everyone|all)",
    re.IGNORECASE,
)
_LINK: Final = re.compile(r"https?://[^\s\"'<>]{4,1500}")
_WRAPPED: Final = re.compile(r"[?&](?:amp;)?url=([^&]+)")
_PLACES: Final = {
    OPEN_UNIVERSITY: re.compile(r"(?:\A|\.)aalto\.fi/.{0,40}(?:open-univ|avoi|oppna|öppna)"),
    FITECH: re.compile(r"(?:\A|\.)fitech\.io/"),
    MOOC: re.compile(r"\A"),
}


@dataclass(frozen=True)
class Sign:
    """That a text speaks of a way in.

    Attributes:
        audience: notation of the audience.
        fee_per_credit: what it says that a credit costs at most, in euros; None if nothing.
        link: where it says to apply or read more; "" if nowhere.
    """

    audience: str
    fee_per_credit: Decimal | None = None
    link: str = ""


def signs(text: str, known: str = "") -> Iterator[Sign]:
    """Signs of ways in that a text, with or without HTML, gives; each audience once.

    ``known`` is an audience that is known to have a way in, of which the text may say more.

    >>> [sign.audience for sign in signs("Apply through FITech (fitech.io) by 1 May.")]
    ['fitech']
    """
    read = plain(text[:_LONGEST])
    links = _links(text[:_LONGEST])
    for audience, pattern in _SIGNS:
        if audience == known or pattern.search(read):
            fee = None
            if audience == OPEN_UNIVERSITY:
                fee = _fee(read)
            elif audience == DEGREE or (audience == MOOC and _FREE_FOR_ALL.search(read)):
                fee = Decimal(0)
            place = _PLACES.get(audience)
            link = next((one for one in links if place and place.search(_bare(one))), "")
            yield Sign(audience, fee, link)


def restricted(text: str) -> bool:
    """Whether a text keeps a course to some degree students.

    >>> restricted("Offered only to students of the Master's Programme."), restricted("Only 20.")
    (True, False)
    """
    return any(
        _ONLY.search(sentence) and not _NO_RESTRICTION.search(sentence)
        for sentence in _SENTENCE_END.split(plain(text[:_LONGEST]))
    )


def _fee(text: str) -> Decimal | None:
    stated = [
        Decimal((match["before"] or match["after"]).replace(",", "."))
        for match in _PER_CREDIT.finditer(text)
    ]
    return max(stated, default=None)


def _links(text: str) -> list[str]:
    """Web addresses in a text; those that a mail program wrapped are unwrapped."""
    found = []
    for match in _LINK.finditer(text):
        wrapped = _WRAPPED.search(match.group())
        link = unquote(wrapped[1]) if wrapped else match.group()
        address = web_address(link.rstrip(".,;)"))
        # An address that carries somebody's mail address is nobody's business.
        if address is not None and "@" not in unquote(address):
            found.append(address)
    return found


def _bare(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.hostname or ''}{parts.path}"
