"""Open Badges 3.0: an Achievement with its skills as alignments to ESCO.

Source: 1EdTech, Open Badges Specification 3.0, https://www.imsglobal.org/spec/ob/v3p0/.
It is the offering alone: no credential, no learner.
"""

from __future__ import annotations

from typing import Any, Final

from app.exports.facts import Body, Facts, Field, Skill, first, notices
from app.exports.formats import Document, Format, Lacking
from loaders.openbadges import HEADINGS
from ontology.notices import ESCO

NAME: Final = "openbadges"
CONTEXT: Final = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)


def write(facts: Facts, lang: str = "en") -> Document:
    """The achievement, its words in one language: that asked for, else English, else any.

    Raises: Lacking where it has no title.
    """
    name, tag = first(facts.titles, lang)
    if not name:
        raise Lacking(NAME, facts.iri, "a title")
    outcomes = first(facts.outcomes, tag)[0]
    described = first(facts.content, tag)[0] or outcomes or name
    narrative = _narrative(outcomes, first(facts.assessment, tag)[0], tag)
    achievement: dict[str, Any] = {
        "@context": list(CONTEXT),
        "id": facts.iri,
        "type": ["Achievement"],
        "achievementType": "MicroCredential" if facts.is_credential else "Course",
        "name": name,
        "description": described,
        "criteria": {
            "id": facts.url or facts.iri,
            **({"narrative": narrative} if narrative else {}),
        },
        "humanCode": facts.code,
        "alignment": [
            *(_skill(one, tag) for one in facts.skills),
            *([_level(facts.eqf)] if facts.eqf is not None else []),
            *(_field(one, tag) for one in facts.fields),
        ],
    }
    if len(tag) in (2, 3):
        achievement["inLanguage"] = tag
    if facts.credits is not None:
        achievement["creditsAvailable"] = float(facts.credits[1])
    if facts.body is not None:
        achievement["creator"] = _creator(facts.body, tag)
    said = notices(facts)
    if said:
        achievement["tag"] = said
    return achievement


def _narrative(outcomes: str, assessment: str, lang: str) -> str:
    """Both in Markdown, each under a heading by which a loader tells them apart."""
    headings = HEADINGS.get(lang, HEADINGS["en"])
    said = zip(headings, (outcomes, assessment), strict=True)
    return "\n\n".join(f"## {heading}\n\n{one}" for heading, one in said if one)


def _creator(body: Body, lang: str) -> dict[str, Any]:
    creator: dict[str, Any] = {
        "id": f"https://ror.org/{body.ror}" if body.ror else body.iri,
        "type": ["Profile"],
        "name": first(body.names, lang)[0] or body.code,
    }
    if not body.ror:
        entry = {"type": "IdentifierEntry", "identifier": body.code, "identifierType": "identifier"}
        creator["otherIdentifier"] = [entry]
    return creator


def _skill(skill: Skill, lang: str) -> dict[str, Any]:
    return {
        "type": ["Alignment"],
        "targetName": first(skill.labels, lang)[0] or skill.iri,
        "targetUrl": skill.iri,
        "targetFramework": "ESCO",
        "targetDescription": ESCO,
        "targetType": "ceasn:Competency",
    }


def _level(level: int) -> dict[str, Any]:
    return {
        "type": ["Alignment"],
        "targetName": f"EQF level {level}",
        "targetUrl": f"http://data.europa.eu/snb/eqf/{level}",
        "targetCode": str(level),
        "targetFramework": "European Qualifications Framework",
    }


def _field(field: Field, lang: str) -> dict[str, Any]:
    return {
        "type": ["Alignment"],
        "targetName": first(field.labels, lang)[0] or f"ISCED-F {field.code}",
        "targetUrl": field.iri,
        "targetCode": field.code,
        "targetFramework": "ISCED Fields of Education and Training 2013",
    }


FORMAT: Final = Format(NAME, "Open Badges 3.0 Achievement", "application/ld+json", write)
