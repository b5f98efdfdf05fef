"""A European Digital Credential for Learning: ELM's LearningAchievement of one person.

It is a Verifiable Credential 2.0. ELM's own terms are written out in the document. The term
``description`` is the credential's own there, and ELM's below a claim.
Source: ELM 3, application profile for European Digital Credentials (EDC), 1.1.0.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any, Final

from app.exports import elm
from app.exports.elm import COUNTRIES, SNB, concept, note
from app.exports.facts import first
from app.exports.formats import Lacking
from app.issuing.credential import Award, lacking
from app.issuing.integrity import instant
from app.issuing.linked import CREDENTIALS
from app.issuing.picture import svg
from app.issuing.request import Recipient

NAME: Final = "an ELM credential"

_ESCO_SKILLS: Final = "http://data.europa.eu/esco/concept-scheme/skills"
_FILES: Final = "http://publications.europa.eu/resource/authority/file-type"
_SAID: Final = {"@container": "@language"}
_MOMENT: Final = {"@type": "xsd:dateTime"}
_THING: Final = {"@type": "@id"}
_HERE: Final = "description"
_TERMS: Final[dict[str, Any]] = {
    **{name: value for name, value in elm.CONTEXT.items() if name not in ("id", "type", _HERE)},
    "cred": "https://www.w3.org/2018/credentials#",
    **{
        name: f"elm:{name}"
        for name in [
            "AwardingProcess",
            "ContactPoint",
            "DisplayDetail",
            "DisplayParameter",
            "EuropeanDigitalCredential",
            "IndividualDisplay",
            "LearningAchievement",
            "LearningAssessment",
            "LegalIdentifier",
            "Mailbox",
            "MediaObject",
            "Person",
            "ShaclValidator2017",
        ]
    },
    **{
        name: {"@id": f"elm:{name}", **_THING}
        for name in [
            "awardedBy",
            "contactPoint",
            "contentEncoding",
            "contentType",
            "creditReceived",
            "credentialProfiles",
            "displayDetail",
            "displayParameter",
            "emailAddress",
            "grade",
            "image",
            "individualDisplay",
            "primaryLanguage",
            "specifiedBy",
        ]
    },
    "awardingDate": {"@id": "elm:awardingDate", **_MOMENT},
    "content": {"@id": "elm:content", "@type": "xsd:string"},
    "dateOfBirth": {"@id": "elm:dateOfBirth", **_MOMENT},
    "eIDASIdentifier": {"@id": "elm:eidasLegalIdentifier", **_THING},
    "familyName": {"@id": "foaf:familyName", **_SAID},
    "fullName": {"@id": "foaf:fullName", **_SAID},
    "givenName": {"@id": "foaf:givenName", **_SAID},
    "hasClaim": {"@id": "elm:hasClaim", **_THING, "@context": {_HERE: elm.CONTEXT[_HERE]}},
    "issued": {"@id": "cred:issued", **_MOMENT},
    "page": {"@id": "elm:page", "@type": "xsd:positiveInteger"},
    "spatial": {"@id": "dc:spatial", **_THING},
}
CONTEXT: Final = [CREDENTIALS, _TERMS]


def write(award: Award) -> dict[str, Any]:
    """The credential, not signed.

    Raises: Lacking where ELM asks for something that neither the offering nor the issuer states.
    """
    if not award.issuer.legal_id:
        raise Lacking(
            NAME,
            award.facts.iri,
            "the issuer's legal identifier as eIDAS has it (POLKU_ISSUER_LEGAL_ID, or --legal-id)",
        )
    body = elm.organisation(award.facts)
    country = concept(f"{COUNTRIES}/{award.body.country}", COUNTRIES, {})
    return {
        "@context": CONTEXT,
        "id": award.id,
        "type": ["VerifiableCredential", "EuropeanDigitalCredential"],
        "credentialProfiles": concept(
            f"{SNB}credential/e34929035b", "credential/25831c2", {"en": "Generic"}
        ),
        "credentialSchema": {
            "id": f"{SNB}model/ap/edc-generic-full",
            "type": "ShaclValidator2017",
        },
        "displayParameter": _display(award),
        "issuer": {
            **body,
            "id": award.issuer.iri(award.body),
            "eIDASIdentifier": {
                "type": "LegalIdentifier",
                "notation": award.issuer.legal_id,
                "spatial": country,
            },
        },
        "issued": instant(award.issued),
        **award.validity(),
        "credentialSubject": {**_person(award.recipient, award), "hasClaim": _claim(award, body)},
    }


def _person(recipient: Recipient, award: Award) -> dict[str, Any]:
    lang = first(award.facts.titles, award.lang)[1] or award.lang
    identifiers = [
        {
            "type": "Identifier",
            "notation": one.identity_hash,
            "schemeName": one.identity_type if not one.hashed else f"{one.identity_type}, hashed",
        }
        for number, one in enumerate(recipient.identifier)
        if one not in recipient.identifier[:number]
    ]
    born = recipient.date_of_birth
    return elm.stated(
        {
            "id": recipient.id or "",
            "type": "Person",
            "fullName": {lang: recipient.full_name} if recipient.full_name else {},
            "givenName": {lang: recipient.given_name} if recipient.given_name else {},
            "familyName": {lang: recipient.family_name} if recipient.family_name else {},
            "dateOfBirth": f"{born.isoformat()}T00:00:00" if born else "",
            "identifier": identifiers,
            "contactPoint": {
                "type": "ContactPoint",
                "emailAddress": {"id": f"mailto:{recipient.email}", "type": "Mailbox"},
            }
            if recipient.email
            else {},
        }
    )


def _claim(award: Award, body: dict[str, Any]) -> dict[str, Any]:
    facts = award.facts
    title = elm.tagged(facts, facts.titles, "a title with its language")
    awarded = {
        "type": "AwardingProcess",
        "awardingBody": body,
        "awardingDate": instant(award.issued),
    }
    said = lacking(award)
    return elm.stated(
        {
            "type": "LearningAchievement",
            "title": title,
            "awardedBy": awarded,
            "creditReceived": elm.credit_points(facts),
            "provenBy": {
                "type": "LearningAssessment",
                "title": title,
                "grade": note({award.lang: award.grade}),
                "awardedBy": {**awarded, "awardingBody": {"id": body["id"]}},
            }
            if award.grade
            else {},
            "specifiedBy": elm.stated(
                {
                    "id": facts.iri,
                    "type": "LearningAchievementSpecification",
                    "educationLevel": elm.level(facts.eqf),
                    **elm.specified(facts, _ESCO_SKILLS),
                    "mode": elm.modes(facts.all_modes),
                }
            ),
            "additionalNote": note({award.lang: said}) if said else "",
        }
    )


def _display(award: Award) -> dict[str, Any]:
    """How it is shown: one page in the language that it is issued in."""
    facts = award.facts
    title, lang = first(facts.titles, award.lang)
    lang = lang or award.lang
    language = elm.language_concept(lang)
    credits = f"{facts.credits[1].normalize():f} ECTS" if facts.credits else ""
    lines = [
        award.recipient.full_name,
        first(award.body.names, lang)[0] or award.body.code,
        " · ".join(one for one in (credits, f"EQF {facts.eqf}" if facts.eqf else "") if one),
        award.issued.date().isoformat(),
        award.grade,
    ]
    drawn = svg(title, [one for one in lines if one], lang)
    return {
        "type": "DisplayParameter",
        "title": {lang: title},
        "language": language,
        "primaryLanguage": language,
        "individualDisplay": {
            "type": "IndividualDisplay",
            "language": language,
            "displayDetail": {
                "type": "DisplayDetail",
                "page": 1,
                "image": {
                    "type": "MediaObject",
                    "content": b64encode(drawn.encode()).decode(),
                    "contentType": concept(f"{_FILES}/SVG", _FILES, {"en": "SVG"}),
                    "contentEncoding": concept(
                        f"{SNB}encoding/6146cde7dd", "encoding/25831c2", {"en": "base64"}
                    ),
                },
            },
        },
    }
