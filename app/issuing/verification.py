"""A credential held against its proof, its issuer and its dates: what holds, and what does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson

from app.credentials.document import MOST_DEPTH, walk
from app.errors import TooLarge, Unreadable
from app.issuing import elm
from app.issuing.integrity import Invalid, instant, moment, verify
from app.issuing.keys import DID_KEY, PublicKey
from app.issuing.linked import BUNDLED, Document

MOST_BYTES: Final = 2**20
"""Bytes of one credential: a picture or two may stand in it."""


@dataclass(frozen=True)
class Verdict:
    """What is to be said of a credential.

    Attributes:
        why: why it does not hold; "" if it does.
        key: whose signature holds, if one does.
        issuer: who it says has issued it; "" if it names nobody.
        name: what it is called; "" if it is not.
        defines: whether it defines terms itself: what its fields mean is then for it to say, and
            its words are to be read by their IRIs alone.
    """

    why: str
    key: PublicKey | None = None
    issuer: str = ""
    name: str = ""
    defines: bool = False

    @property
    def holds(self) -> bool:
        """Whether it was signed in its issuer's name, is unchanged, and is valid now."""
        return not self.why


def read(content: bytes) -> Document:
    """The credential in a file; of an answer of ``/credentials/issue`` the credential in it.

    Raises: TooLarge; Unreadable if it is no JSON object, or nests too deeply.
    """
    if len(content) > MOST_BYTES:
        raise TooLarge(f"It is over {MOST_BYTES // 2**10} KiB, the limit of one credential.")
    try:
        document: object = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"It is not JSON: {str(error)[:300]}") from None
    if any(depth > MOST_DEPTH for _, depth in walk(document)):
        raise Unreadable(f"It nests deeper than {MOST_DEPTH} levels.")
    if isinstance(document, dict) and "@context" not in document:
        document = document.get("credential", document)
    if not isinstance(document, dict):
        raise Unreadable("It is no credential: not a JSON object.")
    return document


def verified(document: Document, now: datetime, key: PublicKey | None = None) -> Verdict:
    """Whether the credential holds now; ``key`` is its issuer's, where it is known.

    Raises: Unreadable, TooLarge for a document that cannot be read as JSON-LD.
    """
    issuer = _name_of(document.get("issuer"))
    name = document.get("name")
    called = name if isinstance(name, str) else ""
    try:
        signer = verify(document, now, key)
        _check_issuer(document, issuer, key)
        _check_dates(document, now)
    except Invalid as error:
        return Verdict(str(error), None, issuer, called)
    return Verdict("", signer, issuer, called, _defines(document))


def _name_of(issuer: object) -> str:
    named = issuer.get("id") if isinstance(issuer, Mapping) else issuer
    return named if isinstance(named, str) else ""


def _defines(document: Document) -> bool:
    """Whether any context of it is neither one that ships nor ELM's, as we write it out."""
    contexts = document.get("@context")
    listed = contexts if isinstance(contexts, list) else [contexts]
    outer = any(one not in (*BUNDLED, elm.CONTEXT[-1]) for one in listed)
    inner = any(
        isinstance(value, dict) and value is not document and "@context" in value
        for value, _ in walk({name: one for name, one in document.items() if name != "@context"})
    )
    return outer or inner


def _check_issuer(document: Document, issuer: str, key: PublicKey | None) -> None:
    """Raises: Invalid where another than its issuer has signed it."""
    proofs = document["proof"]
    for proof in proofs if isinstance(proofs, list) else [proofs]:
        method = proof["verificationMethod"]
        signer = method.partition("#")[0]
        if not issuer:
            raise Invalid("It names no issuer: nobody answers for it.")
        # A key that is told to be the issuer's is, whatever the issuer is called.
        if signer != issuer and not (key is not None and not issuer.startswith(DID_KEY)):
            raise Invalid(f"It names {issuer[:200]} as its issuer, but {signer[:200]} signed it.")


def _check_dates(document: Document, now: datetime) -> None:
    """Raises: Invalid before it begins and once it has ended."""
    for name in ("validFrom", "validUntil"):
        if name not in document:
            continue
        try:
            when = moment(document[name])
        except ValueError:
            raise Invalid(f"Its {name} is no date and time with a zone.") from None
        if name == "validFrom" and now < when:
            raise Invalid(f"It is valid from {instant(when)} on.")
        if name == "validUntil" and now >= when:
            raise Invalid(f"It was valid until {instant(when)}.")
