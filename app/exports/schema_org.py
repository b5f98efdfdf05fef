"""schema.org: a Course, or an EducationalOccupationalCredential’s course, as JSON-LD.

Source: https://schema.org/Course, https://schema.org/CourseInstance, version 29.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from app.exports.facts import Facts, Field, Skill, Teaching, Texts, first, notices
from app.exports.formats import Document, Format
from ontology import terms

NAME: Final = "schema-org"

_MODES: Final[dict[str, str]] = {
    terms.Online: "online",
    terms.OnSite: "onsite",
    terms.Blended: "blended",
}
_LEVELS: Final[dict[str, str]] = {
    terms.BasicStudies: "Beginner",
    terms.IntermediateStudies: "Intermediate",
    terms.AdvancedStudies: "Advanced",
    terms.PostgraduateStudies: "Doctoral",
}


def write(facts: Facts) -> Document:
    """The thing as one Course."""
    return {
        "@context": "https://schema.org",
        "@type": "Course",
        "@id": facts.iri,
        **_stated(
            {
                "name": _texts(facts.titles),
                "courseCode": facts.code,
                "url": facts.url,
                "provider": _provider(facts),
                "description": _texts(facts.content),
                "inLanguage": list(facts.languages),
                "numberOfCredits": _credits(facts),
                "educationalLevel": _level(facts),
                "about": [_field(one) for one in facts.fields],
                "teaches": [*_lines(facts.outcomes), *_skills(facts.skills, "teaches")],
                "competencyRequired": _skills(facts.requires, "requires"),
                "coursePrerequisites": _lines(facts.prerequisites),
                "educationalCredentialAwarded": _credential(facts),
                "hasPart": [
                    {"@type": "Course", "@id": one.iri, "courseCode": one.code}
                    for one in facts.parts
                ],
                "hasCourseInstance": [_instance(one) for one in _teachings(facts)],
                "offers": [_offer(facts)] if facts.ways else [],
                "copyrightNotice": notices(facts),
                "license": sorted({one.licence for one in facts.sources[:1] if one.licence}),
            }
        ),
    }


def _stated(thing: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in thing.items() if value not in ("", [], {}, None)}


def _texts(texts: Texts) -> list[Any]:
    return [_text(said, tag) for tag, said in sorted(texts.items())]


def _text(said: str, tag: str) -> object:
    return {"@value": said, "@language": tag} if tag else said


def _lines(texts: Texts) -> list[Any]:
    """Each line as a text of its own."""
    return [
        _text(line.strip(), tag)
        for tag, said in sorted(texts.items())
        for line in said.splitlines()
        if line.strip()
    ]


def _provider(facts: Facts) -> object:
    body = facts.body
    if body is None:
        return None
    return _stated(
        {
            "@type": "CollegeOrUniversity" if body.code != body.ror else "Organization",
            "name": _texts(body.names),
            "identifier": body.code if not body.ror else "",
            "sameAs": f"https://ror.org/{body.ror}" if body.ror else "",
        }
    )


def _credits(facts: Facts) -> object:
    if facts.credits is None:
        return None
    least, most = (float(one) for one in facts.credits)
    amount: dict[str, Any] = {"@type": "StructuredValue", "unitText": "ECTS"}
    if least == most:
        return amount | {"value": most}
    return amount | {"minValue": least, "maxValue": most}


def _level(facts: Facts) -> object:
    if facts.eqf is not None:
        return {
            "@type": "DefinedTerm",
            "name": f"EQF level {facts.eqf}",
            "url": f"http://data.europa.eu/snb/eqf/{facts.eqf}",
        }
    return _LEVELS.get(facts.study_level)


def _field(field: Field) -> object:
    return _stated(
        {
            "@type": "DefinedTerm",
            "@id": field.iri,
            "name": _texts(field.labels),
            "termCode": field.code,
        }
    )


def _skills(skills: Sequence[Skill], _why: str) -> list[Any]:
    """Skills as terms of ESCO, named by their IRIs alone where a loader reads texts too."""
    return [
        _stated(
            {
                "@type": "DefinedTerm",
                "@id": one.iri,
                "inDefinedTermSet": "http://data.europa.eu/esco/concept-scheme/skills",
                "termCode": one.iri,
            }
        )
        for one in skills
    ]


def _credential(facts: Facts) -> object:
    if not facts.is_credential:
        return None
    return {
        "@type": "EducationalOccupationalCredential",
        "credentialCategory": "micro-credential",
        "name": first(facts.titles)[0],
    }


def _teachings(facts: Facts) -> list[Teaching]:
    return sorted(facts.teachings, key=lambda one: one.iri)


def _instance(one: Teaching) -> dict[str, Any]:
    return {
        "@type": "CourseInstance",
        **_stated(
            {
                "identifier": one.identifier,
                "startDate": one.start,
                "endDate": one.end,
                "courseMode": _MODES.get(one.mode),
                "inLanguage": list(one.languages),
                "url": one.url,
            }
        ),
    }


def _offer(facts: Facts) -> dict[str, Any]:
    """The way in with the highest fee; schema.org knows no audience of it here."""
    way = max(facts.ways, key=lambda one: (one.fee is not None, one.fee or 0))
    return {
        "@type": "Offer",
        "category": "Free" if way.fee == 0 else "Paid" if way.fee else "Unknown",
        **_stated(
            {
                "price": None if way.fee is None else str(way.fee),
                "priceCurrency": way.currency,
                "availabilityEnds": way.apply_by,
                "url": way.url,
            }
        ),
    }


FORMAT: Final = Format(NAME, "schema.org Course", "application/ld+json", write)
