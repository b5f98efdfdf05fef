"""Issuing: from a request to a credential, signed where there is a key. Nothing of it is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from app.credentials.report import LANGUAGES
from app.errors import Forbidden
from app.issuing import badge, elm
from app.issuing.credential import Award
from app.issuing.integrity import signed
from app.issuing.issuer import Issuer
from app.issuing.offering import Ask, accepted, found
from app.issuing.request import Format, IssueRequest

FORMATS: Mapping[Format, Callable[[Award], dict[str, Any]]] = MappingProxyType(
    {"openBadges": badge.write, "elm": elm.write}
)
"""The formats of credentials, and what writes them."""

UNSIGNED = (
    "No key is set (POLKU_ISSUER_KEY): the credential is not signed, and proves nothing until "
    "someone signs it."
)


@dataclass(frozen=True)
class Issued:
    """A credential that was made.

    Attributes:
        method: the verification method that it is signed by; "" if it is not signed.
        lacks: names of mandatory elements that the offering does not state.
    """

    credential: Mapping[str, Any]
    method: str
    lacks: tuple[str, ...]

    @property
    def is_signed(self) -> bool:
        """Whether it bears a proof."""
        return bool(self.method)


async def issue(
    request: IssueRequest,
    issuer: Issuer,
    ask: Ask,
    *,
    lang: str = "en",
    now: datetime | None = None,
) -> Issued:
    """The credential that is asked for.

    ``ask`` asks the graph; ``lang`` is the language of what is said in one.
    Raises: NotEnough, Lacking for an offering that states too little; Forbidden where the key is
    another body's; NotFound, BadParameter, Unreadable, TooLarge.
    """
    shown = lang if lang in LANGUAGES else "en"
    moment = now or datetime.now(UTC)
    held = await found(request.offering, ask)
    chosen = await accepted(held, request.accept, ask, shown)
    award = Award(
        id=f"urn:uuid:{uuid4()}",
        facts=chosen.facts,
        recipient=request.recipient,
        issuer=issuer,
        issued=request.issued or moment,
        valid_until=request.valid_until,
        grade=request.grade or "",
        lacks=chosen.lacks,
        lang=shown,
    )
    if not issuer.speaks_for(award.body):
        raise Forbidden(
            f"The key of this service speaks for {issuer.body} alone (POLKU_ISSUER_BODY); the "
            f"offering is awarded by {award.body.code}."
        )
    made = await asyncio.to_thread(_made, award, request.format, moment)
    return Issued(made, issuer.method, tuple(chosen.lacks))


def _made(award: Award, name: Format, moment: datetime) -> Mapping[str, Any]:
    document = FORMATS[name](award)
    key = award.issuer.key
    return document if key is None else signed(document, key, award.issuer.method, moment)
