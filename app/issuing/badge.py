"""An Open Badges 3.0 AchievementCredential: the achievement of the exports, and who has achieved it.

Source: 1EdTech, Open Badges Specification 3.0, section 5.1; https://www.imsglobal.org/spec/ob/v3p0/.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from app.credentials.profiles import profile
from app.exports import elm, openbadges
from app.exports.facts import first
from app.issuing.credential import Award, lacking
from app.issuing.linked import CREDENTIALS, OPEN_BADGES
from app.issuing.offering import PROFILE
from app.issuing.request import Identity, Recipient

CONTEXT: Final = [CREDENTIALS, OPEN_BADGES]

_SALT_BYTES: Final = 16


def write(award: Award) -> dict[str, Any]:
    """The credential, not signed. Raises: Lacking where the offering has no title."""
    facts = award.facts
    achievement = {
        name: value
        for name, value in openbadges.write(facts, award.lang).items()
        if name != "@context" and value not in ("", [])
    }
    if facts.iri.startswith("urn:"):
        # It has no code of its own: the export makes one of the IRI.
        achievement.pop("humanCode", None)
    told = [achievement["criteria"].get("narrative", ""), *_beside(award)]
    achievement["criteria"]["narrative"] = "\n\n".join(one for one in told if one)
    subject: dict[str, Any] = {
        **({"id": award.recipient.id} if award.recipient.id else {}),
        "type": ["AchievementSubject"],
        "identifier": _identities(award.recipient),
        "achievement": achievement,
    }
    if not subject["identifier"]:
        del subject["identifier"]
    if facts.credits is not None:
        credits = _number(facts.credits[1])
        subject["creditsEarned"] = achievement["creditsAvailable"] = credits
    if award.grade:
        described = f"{facts.iri}#grade"
        achievement["resultDescription"] = [
            {
                "id": described,
                "type": ["ResultDescription"],
                "name": "Grade",
                "resultType": "Result",
            }
        ]
        subject["result"] = [
            {
                "type": ["Result"],
                "resultDescription": described,
                "status": "Completed",
                "value": award.grade,
            }
        ]
    said = lacking(award)
    return {
        "@context": CONTEXT,
        "id": award.id,
        "type": ["VerifiableCredential", "AchievementCredential"],
        "name": achievement["name"],
        **({"description": said} if said else {}),
        "issuer": {
            "id": award.issuer.iri(award.body),
            "type": ["Profile"],
            "name": first(award.body.names, award.lang)[0] or award.body.code,
        },
        **award.validity(),
        "credentialSubject": subject,
    }


def _number(value: Decimal) -> int | float:
    """The number as every reader of JSON takes it: whole ones as such, as 5.0 is not to all."""
    return int(value) if value == value.to_integral_value() else float(value)


def _beside(award: Award) -> Iterator[str]:
    """What Annex I asks for and Open Badges has no field for, each under its own name."""
    facts = award.facts
    labels = {one.name: one.labels[award.lang] for one in profile(PROFILE).elements}
    for name, said in (
        ("country", award.body.country),
        ("workload", facts.hours),
        ("participation", ", ".join(one["prefLabel"]["en"] for one in elm.modes(facts.all_modes))),
        ("qualityAssurance", first(facts.quality, award.lang)[0]),
        ("prerequisites", first(facts.prerequisites, award.lang)[0]),
        ("supervision", first(facts.supervision, award.lang)[0]),
    ):
        if said:
            yield f"{labels[name]}: {said}"


def _identities(recipient: Recipient) -> list[dict[str, Any]]:
    """The recipient's identities, each once; an address is told as a hash alone."""
    found = list(recipient.identifier)
    if recipient.full_name:
        found.append(Identity(identity_hash=recipient.full_name, identity_type="name"))
    if recipient.email:
        salt = secrets.token_hex(_SALT_BYTES)
        digest = hashlib.sha256(f"{recipient.email}{salt}".encode()).hexdigest()
        found.append(
            Identity(
                identity_hash=f"sha256${digest}",
                identity_type="emailAddress",
                hashed=True,
                salt=salt,
            )
        )
    # Alike ones would be one in RDF, and cannot be put in order.
    return [
        {"type": "IdentityObject", **one.model_dump(by_alias=True, exclude_none=True)}
        for number, one in enumerate(found)
        if one not in found[:number]
    ]
