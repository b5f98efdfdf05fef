"""Data Integrity proofs of the cryptosuite eddsa-rdfc-2022: made, and held against a document.

Source: W3C, Verifiable Credential Data Integrity 1.0; Data Integrity EdDSA Cryptosuites 1.0,
section 3.2.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from app.issuing import multibase
from app.issuing.keys import DID_KEY, PublicKey, SigningKey, public_key
from app.issuing.linked import Document, canonical

TYPE: Final = "DataIntegrityProof"
SUITE: Final = "eddsa-rdfc-2022"
PURPOSE: Final = "assertionMethod"

_MOST_PROOFS: Final = 4
_SIGNATURE_BYTES: Final = 64
_NONE: Final[Mapping[str, Document]] = MappingProxyType({})


class Invalid(Exception):  # noqa: N818 - named as what it says of the proof
    """The document is not what was signed, or not by whom it says: why, in words."""


def hashed(document: Document, proof: Document, known: Mapping[str, Document] = _NONE) -> bytes:
    """What is signed: the hash of the proof's options, then that of the document without proofs.

    Raises: Unreadable, TooLarge, as ``canonical``.
    """
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    bare = {name: value for name, value in document.items() if name != "proof"}
    options["@context"] = document.get("@context", [])
    return b"".join(hashlib.sha256(canonical(one, known)).digest() for one in (options, bare))


def signed(
    document: Document,
    key: SigningKey,
    method: str,
    created: datetime,
    known: Mapping[str, Document] = _NONE,
) -> dict[str, Any]:
    """The document with a proof by the key; ``method`` is the IRI that verifiers know the key by.

    Raises: Unreadable, TooLarge, as ``canonical``.
    """
    proof = {
        "type": TYPE,
        "cryptosuite": SUITE,
        "created": instant(created),
        "verificationMethod": method,
        "proofPurpose": PURPOSE,
    }
    value = multibase.encode(key.sign(hashed(document, proof, known)))
    return {**document, "proof": [{**proof, "proofValue": value}]}


def instant(moment: datetime) -> str:
    """The moment as proofs and credentials write it: UTC, whole seconds.

    >>> instant(datetime(2027, 1, 2, 3, 4, 5, 6, UTC))
    '2027-01-02T03:04:05Z'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: object) -> datetime:
    """The moment that a text names, in UTC. Raises: ValueError if it names none, or no zone."""
    if not isinstance(text, str):
        raise ValueError("no date and time")
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("a date and time without a zone")
    return found.astimezone(UTC)


def verify(
    document: Document,
    now: datetime,
    key: PublicKey | None = None,
    known: Mapping[str, Document] = _NONE,
) -> PublicKey:
    """The key by which every proof of the document is, once each has been found to hold.

    ``key``: whose signature is asked for; without it that of the did:key which the proof names.
    Raises: Invalid, with the reason; Unreadable, TooLarge for a document that cannot be read.
    """
    proofs = document.get("proof")
    listed = proofs if isinstance(proofs, list) else [proofs]
    if proofs is None or not listed:
        raise Invalid("It bears no proof: anyone may have written it.")
    if len(listed) > _MOST_PROOFS:
        raise Invalid(f"It bears {len(listed)} proofs; at most {_MOST_PROOFS} are looked at.")
    signers = {_held(document, proof, now, key, known) for proof in listed}
    if len(signers) > 1:
        raise Invalid("Its proofs are by different keys.")
    return signers.pop()


def _held(
    document: Document,
    proof: object,
    now: datetime,
    key: PublicKey | None,
    known: Mapping[str, Document],
) -> PublicKey:
    """The key by which one proof is."""
    if not isinstance(proof, dict):
        raise Invalid("Its proof is no JSON object.")
    for name, expected in (("type", TYPE), ("cryptosuite", SUITE), ("proofPurpose", PURPOSE)):
        if proof.get(name) != expected:
            raise Invalid(f"Its proof has another {name} than {expected}: none else is known here.")
    if "previousProof" in proof:
        raise Invalid("Its proof leans on another one: chains of proofs are not known here.")
    _in_time(proof, now)
    signer = _signer(proof.get("verificationMethod"), key)
    try:
        signature = multibase.decode(str(proof.get("proofValue")))
    except ValueError:
        raise Invalid("Its proofValue is not base58btc.") from None
    if len(signature) != _SIGNATURE_BYTES:
        raise Invalid("Its proofValue is no signature: it has not 64 bytes.")
    if not signer.verifies(signature, hashed(document, proof, known)):
        raise Invalid("It was changed after it was signed, or another key signed it.")
    return signer


def _in_time(proof: Document, now: datetime) -> None:
    for name in ("created", "expires"):
        if name in proof:
            try:
                when = moment(proof[name])
            except ValueError:
                raise Invalid(f"The {name} of its proof is no date and time with a zone.") from None
            if name == "expires" and when <= now:
                raise Invalid(f"Its proof has expired, at {instant(when)}.")


def _signer(method: object, key: PublicKey | None) -> PublicKey:
    """The key that the verification method stands for."""
    if not isinstance(method, str) or not method:
        raise Invalid("Its proof names no verification method.")
    if not method.startswith(DID_KEY):
        if key is None:
            raise Invalid(
                f"Its proof names {method[:200]}, which is no did:key, and nothing is fetched: "
                "name the issuer's key."
            )
        return key
    try:
        named = public_key(method)
    except ValueError:
        raise Invalid("Its proof names a did:key of another kind than Ed25519, or none.") from None
    if key is not None and named != key:
        raise Invalid(f"It was signed with {named.did}, not with {key.did}.")
    return named


def controller(method: str) -> str:
    """Who speaks by a verification method: its IRI without the fragment.

    >>> controller("did:web:example.org#key-1")
    'did:web:example.org'
    """
    return method.partition("#")[0]
