"""What every format takes of an award: the offering's facts, the recipient, the issuer, the dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.exports.facts import Body, Facts
from app.exports.formats import Lacking
from app.issuing.integrity import instant
from app.issuing.issuer import Issuer
from app.issuing.request import Recipient


@dataclass(frozen=True)
class Award:
    """One achieved micro-credential.

    Attributes:
        id: IRI of the credential.
        lacks: labels of elements that the offering does not state, by name.
        lang: language of what is said in one.
    """

    id: str
    facts: Facts
    recipient: Recipient
    issuer: Issuer
    issued: datetime
    valid_until: datetime | None = None
    grade: str = ""
    lacks: Mapping[str, str] = field(default_factory=dict)
    lang: str = "en"

    @property
    def body(self) -> Body:
        """The awarding body. Raises: Lacking if none is stated: nobody would have awarded it."""
        if self.facts.body is None:
            raise Lacking("a credential", self.facts.iri, "an awarding body")
        return self.facts.body

    def validity(self) -> dict[str, str]:
        """From when on it is valid, and until when."""
        until = self.valid_until
        return {
            "validFrom": instant(self.issued),
            **({"validUntil": instant(until)} if until is not None else {}),
        }


def lacking(award: Award) -> str:
    """What the offering does not state, in words; "" if it states all that is due."""
    words = {
        "en": "Not stated by the offering",
        "fi": "Tarjonnassa ei kerrota",
        "sv": "Anges inte i utbudet",
    }
    labels = ", ".join(award.lacks.values())
    return f"{words.get(award.lang, words['en'])}: {labels}." if labels else ""
