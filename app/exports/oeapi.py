"""OEAPI v6: a Course.

Source: Open Education API specification 6.0, https://openonderwijsapi.nl/.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from app.exports.facts import Body, Facts, Skill, Texts, first, notices
from app.exports.formats import Document, Format, Lacking
from ontology import terms

NAME: Final = "oeapi"

_MODES: Final[dict[str, str]] = {
    terms.Online: "online",
    terms.OnSite: "presential",
    terms.Blended: "blended",
    terms.ProjectWork: "project_based",
}
_LEVELS: Final[dict[str, str]] = {
    terms.BasicStudies: "bachelor",
    terms.IntermediateStudies: "bachelor",
    terms.AdvancedStudies: "master",
    terms.PostgraduateStudies: "doctoral",
}


def write(facts: Facts) -> Document:
    """The thing as a course.

    Raises: Lacking where it has no title.
    """
    if not facts.titles:
        raise Lacking(NAME, facts.iri, "a title")
    course: dict[str, Any] = {
        "courseId": _uuid(facts.iri),
        "primaryCode": {"codeType": "identifier", "code": facts.code},
        "name": _texts(facts.titles),
    }
    more = {
        "description": _texts(facts.content),
        "studyLoad": _load(facts),
        "modesOfDelivery": [_MODES[one] for one in facts.all_modes if one in _MODES],
        "duration": facts.hours if facts.hours.startswith("PT") else "",
        "teachingLanguages": list(facts.all_languages),
        "learningOutcomes": _outcomes(facts),
        "admissionRequirements": _texts(facts.prerequisites),
        "level": _LEVELS.get(facts.study_level, ""),
        "fieldsOfStudy": facts.fields[0].code if facts.fields else "",
        "assessment": _texts(facts.assessment),
        "link": facts.url,
        "otherCodes": [{"codeType": "identifier", "code": facts.iri}],
        "organisation": _organisation(facts.body) if facts.body else {},
        "consumer": _consumer(facts),
        "ext": {"rights": said} if (said := notices(facts)) else {},
    }
    return course | {name: value for name, value in more.items() if value}


def _uuid(iri: str) -> str:
    """The same identifier for the same IRI, always."""
    return str(uuid5(NAMESPACE_URL, iri))


def _texts(texts: Texts) -> list[dict[str, str]]:
    """OEAPI marks every text with a language: one without is undetermined."""
    return [{"language": tag or "und", "value": said} for tag, said in sorted(texts.items())]


def _load(facts: Facts) -> list[dict[str, Any]]:
    """The most credits, as a budget counts them: OEAPI has no range."""
    if facts.credits is None:
        return []
    return [{"studyLoadUnit": "ects", "value": float(facts.credits[1])}]


def _outcomes(facts: Facts) -> list[dict[str, Any]]:
    """The outcomes of each language as one, or none if there are none; skills as their codes."""
    if not facts.outcomes and not facts.skills:
        return []
    # An outcome has to have a name: skills alone are named by their course.
    names = facts.outcomes or facts.titles
    if not facts.outcomes:
        return []
    return [
        {
            "learningOutcomeId": _uuid(f"{facts.iri}#outcomes"),
            "primaryCode": {"codeType": "identifier", "code": f"{facts.code} outcomes"},
            "name": _texts(names),
            **({"otherCodes": _codes(facts.skills)} if facts.skills else {}),
        }
    ]


def _codes(skills: Sequence[Skill]) -> list[dict[str, str]]:
    return [{"codeType": "esco", "code": one.iri} for one in skills]


def _organisation(body: Body) -> dict[str, Any]:
    rors = [{"codeType": "identifier", "code": f"https://ror.org/{body.ror}"}] if body.ror else []
    made: dict[str, Any] = {
        "organisationId": _uuid(body.iri),
        "organisationType": "root",
        "primaryCode": {"codeType": "organisation_id", "code": body.code},
        "name": _texts(body.names)
        or [{"language": "und", "value": first(body.names)[0] or body.code}],
    }
    return made | ({"otherCodes": rors} if rors else {})


def _consumer(facts: Facts) -> dict[str, str]:
    """Named where students of partner universities have a way in of their own."""
    partners = any(one.audience == terms.CrossInstitutional for one in facts.ways)
    return {"consumerKey": "alliance"} if partners else {}


FORMAT: Final = Format(NAME, "OEAPI v6 Course", "application/json", write)
