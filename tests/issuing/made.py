"""Credentials that the tests issue, without a graph."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from app.exports.read import Row
from app.issuing.issue import Issued, issue
from app.issuing.issuer import Issuer
from app.issuing.keys import made
from app.issuing.request import checked
from tests.credentials.offerings import COMPLETE

KEY = made()
ISSUER = Issuer(KEY, KEY.public.method, "VATFI-00000000")
NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)

PERSON: dict[str, Any] = {
    "id": "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
    "givenName": "Aino",
    "familyName": "Example",
    "email": "aino@example.org",
    "dateOfBirth": "1999-02-03",
    "identifier": [
        {"identityHash": "S-1234", "identityType": "ext:studentNumber"},
        {"identityHash": "S-1234", "identityType": "ext:studentNumber"},
        {"identityHash": "sha256$00", "identityType": "identifier", "hashed": True, "salt": "x"},
    ],
}


async def nothing(_: str) -> Sequence[Row]:
    """A graph that holds nothing."""
    return []


def request(form: str, **more: Any) -> dict[str, Any]:
    """A request for a credential of an offering that lacks nothing."""
    return {
        "offering": COMPLETE,
        "recipient": PERSON,
        "format": form,
        "issued": "2024-06-01T12:00:00Z",
        "validUntil": "2124-06-01T12:00:00Z",
        "grade": "5/5",
        **more,
    }


def issued(form: str, issuer: Issuer = ISSUER, lang: str = "en", **more: Any) -> Issued:
    """What becomes of the request."""
    return asyncio.run(issue(checked(request(form, **more)), issuer, nothing, lang=lang, now=NOW))


def credential(form: str, issuer: Issuer = ISSUER, lang: str = "en", **more: Any) -> dict[str, Any]:
    """The credential, as it goes over the wire."""
    document: dict[str, Any] = orjson.loads(
        orjson.dumps(issued(form, issuer, lang, **more).credential)
    )
    return document
