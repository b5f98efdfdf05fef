"""An offering in ELM, schema.org or OEAPI is held against the profiles as one of ours is."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.credentials.document import JSON, read
from app.credentials.report import report
from app.errors import BadParameter, PolkuError
from app.graph.media import JSON_LD
from ontology.ntriples import iri

SKILL = "http://data.europa.eu/esco/skill/3a2d5b45-56e4-4f5a-a55a-4a4a65afdc43"
IRI = "https://w3id.org/polku/course/aalto/DEMO-1"

ELM: dict[str, Any] = {
    "@context": ["http://data.europa.eu/snb/model/context/edc-ap"],
    "id": "https://example.org/demo",
    "type": "LearningOpportunity",
    "identifier": {"type": "Identifier", "notation": "DEMO-1"},
    "title": {"en": "Paths", "fi": "Polut"},
    "homepage": {"type": "WebResource", "contentUrl": "https://example.org/demo"},
    "mode": {"id": "http://data.europa.eu/snb/learning-assessment/920fbb3cbe", "type": "Concept"},
    "providedBy": {
        "type": "Organisation",
        "legalName": {"en": "Aalto University"},
        "location": {
            "type": "Location",
            "address": {
                "type": "Address",
                "countryCode": {
                    "id": "http://publications.europa.eu/resource/authority/country/FIN"
                },
            },
        },
        "accreditation": {"type": "Accreditation", "title": {"en": "Audit"}},
    },
    "learningAchievementSpecification": {
        "type": "LearningAchievementSpecification",
        "title": {"en": "Paths"},
        "volumeOfLearning": "P60M",
        "creditPoint": {
            "framework": {"id": "http://data.europa.eu/snb/education-credit/6fcec5c5af"},
            "point": "5",
        },
        "entryRequirement": {"type": "Note", "noteLiteral": {"en": "A lamp"}},
        "learningOutcome": {
            "type": "LearningOutcome",
            "title": {"en": "Finds a path"},
            "relatedESCOSkill": {"id": SKILL},
        },
        "provenBy": {
            "type": "LearningAssessmentSpecification",
            "title": {"en": "Exam"},
            "idVerification": {"id": "http://data.europa.eu/snb/supervision-verification/1"},
        },
    },
}
SCHEMA_ORG: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "Course",
    "courseCode": "DEMO-1",
    "name": [{"@value": "Paths", "@language": "en"}, {"@value": "Polut", "@language": "fi"}],
    "url": "https://example.org/demo",
    "provider": {"name": "Aalto University", "address": {"addressCountry": "FI"}},
    "numberOfCredits": 5,
    "timeRequired": "P60M",
    "coursePrerequisites": "A lamp",
    "teaches": ["Finds a path", {"@id": SKILL}],
    "educationalLevel": {"@type": "DefinedTerm", "url": "http://data.europa.eu/snb/eqf/7"},
    "recognizedBy": {"name": "Audit"},
    "hasCourseInstance": {"courseMode": "online", "startDate": "2027-01-11"},
}
OEAPI: dict[str, Any] = {
    "courseId": "c-1",
    "primaryCode": {"codeType": "identifier", "code": "DEMO-1"},
    "name": [{"language": "en", "value": "Paths"}, {"language": "fi", "value": "Polut"}],
    "organisation": {
        "organisationType": "root",
        "primaryCode": {"codeType": "identifier", "code": "x"},
        "name": [{"language": "en", "value": "Aalto University"}],
    },
    "studyLoad": [{"studyLoadUnit": "ects", "value": 5}],
    "duration": "P60M",
    "modesOfDelivery": ["online"],
    "level": "master",
    "learningOutcomes": [
        {
            "learningOutcomeId": "o",
            "name": [{"language": "en", "value": "Finds a path"}],
            "otherCodes": [{"codeType": "esco", "code": SKILL}],
        }
    ],
    "admissionRequirements": [{"language": "en", "value": "A lamp"}],
    "assessment": [{"language": "en", "value": "Exam"}],
    "link": "https://example.org/demo",
}
FORMATS: Mapping[str, dict[str, Any]] = {"elm": ELM, "schema-org": SCHEMA_ORG, "oeapi": OEAPI}
ALIKE = {
    "title": "present",
    "awardingBody": "present",
    "learningOutcomes": "present",
    "workload": "wrong",
    "participation": "present",
    "outcomeSkills": "present",
    "prerequisites": "present",
    "furtherInformation": "present",
    "credits": "present",
    "nationalTitle": "present",
    "stackability": "missing",
}
"""What is to be said of all three."""
OWN: Mapping[str, dict[str, str]] = {
    "elm": {
        "country": "present",
        "assessment": "present",
        "qualityAssurance": "present",
        "supervision": "present",
        "level": "missing",
    },
    "schema-org": {"country": "present", "qualityAssurance": "present", "level": "present"},
    "oeapi": {"country": "inferred", "assessment": "present", "level": "inferred"},
}


def told(content: bytes, media: str = JSON_LD) -> dict[str, dict[str, Any]]:
    answer: dict[str, Any] = report(read(content, media), "en")
    return {one["element"]: one for held in answer["profiles"] for one in held["elements"]}


@pytest.mark.parametrize("media", [JSON, JSON_LD])
@pytest.mark.parametrize("name", FORMATS)
def test_each_format_s_offering_is_reported_element_by_element(name: str, media: str) -> None:
    content = orjson.dumps(FORMATS[name])
    assert read(content, media).about == iri(IRI)
    elements = told(content, media)
    for element, status in (ALIKE | OWN[name]).items():
        assert elements[element]["status"] == status, element
    assert elements["workload"]["values"] == ["P60M"]
    assert "P60M is sixty months" in elements["workload"]["message"]


@pytest.mark.parametrize("name", FORMATS)
def test_what_a_loader_would_turn_away_is_reported_as_missing(name: str) -> None:
    without = {"providedBy", "provider", "organisation", "title", "name"}
    bare = {key: value for key, value in FORMATS[name].items() if key not in without}
    elements = told(orjson.dumps(bare))
    assert elements["awardingBody"]["status"] == "missing"
    assert elements["title"]["status"] == "missing"
    assert elements["nationalTitle"]["status"] == "missing"
    assert read(orjson.dumps(bare), JSON_LD).about == "<urn:x-polku:offering>"


def test_several_teachings_of_one_course_are_one_offering() -> None:
    again = ELM | {"id": "https://example.org/again"}
    document = {"@context": ELM["@context"], "@graph": [ELM, again]}
    assert read(orjson.dumps(document), JSON_LD).about == iri(IRI)
    other = ELM | {"id": "https://example.org/b", "identifier": {"notation": "DEMO-2"}}
    with pytest.raises(BadParameter, match="2 offerings"):
        read(orjson.dumps({"@context": ELM["@context"], "@graph": [ELM, other]}), JSON_LD)


def test_a_document_of_a_format_without_any_offering_is_refused_in_words() -> None:
    for document in (
        {"@context": "https://schema.org", "@type": "Person"},
        {"type": "EuropeanDigitalCredential"},
        {"courseId": "c", "componentId": "d"},
    ):
        with pytest.raises(BadParameter, match="no offering"):
            read(orjson.dumps(document), JSON_LD)


@pytest.mark.real_data
@pytest.mark.parametrize("form", ["signed.jsonld", "unsigned.jsonld", "unsigned-uploadable.json"])
def test_the_eu_s_own_sample_is_read_and_its_known_mistake_caught_by_name(
    real_data: Path, form: str
) -> None:
    file = real_data / "formats/elm/credentials" / f"Sample-MC-Annex1-{form}"
    elements = told(file.read_bytes())
    assert elements["workload"]["status"] == "wrong"
    assert elements["workload"]["values"] == ["P60M"]
    assert "P60M is sixty months" in elements["workload"]["message"]
    for name in (
        *("title", "country", "awardingBody", "learningOutcomes", "level", "assessment"),
        *("participation", "outcomeSkills", "prerequisites", "supervision"),
    ):
        assert elements[name]["status"] == "present", name
    assert elements["qualityAssurance"]["status"] == "missing"


@pytest.mark.real_data
def test_a_credential_that_specifies_no_achievement_is_said_to_have_no_offering(
    real_data: Path,
) -> None:
    for file in (real_data / "formats/elm/credentials").glob("Sample-CertOfPart-*"):
        with pytest.raises(BadParameter, match="no offering"):
            read(file.read_bytes(), JSON_LD)


def test_nothing_of_a_holder_comes_into_the_graph() -> None:
    credential = {
        "type": ["VerifiableCredential", "EuropeanDigitalCredential"],
        "credentialSubject": {
            "type": "Person",
            "fullName": {"en": "Nobody's business"},
            "hasClaim": {
                "type": "LearningAchievement",
                "title": {"en": "Nobody's business"},
                "specifiedBy": ELM["learningAchievementSpecification"] | {"id": "urn:epass:a:1"},
            },
        },
    }
    stated = read(orjson.dumps(credential), JSON_LD)
    rows = list(stated.graph.solutions("SELECT ?o WHERE { ?s ?p ?o }"))
    assert rows and not any("business" in str(row["o"].term) for row in rows)


KEYS = sorted(
    {key for one in FORMATS.values() for key in one}
    | {*ELM["learningAchievementSpecification"], *ELM["providedBy"], "payload", "signatures"}
    | {"id", "@id", "en", "e!", "value", "code", "@value", "@language", "items", "credential"}
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.sampled_from([SKILL, "P60M", "PT60H", "FI", "LearningOpportunity", "Qualification"])
    | st.sampled_from(["Course", "https://schema.org", "LearningAchievement", "\ud800"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
    ),
    max_leaves=25,
)


@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from(sorted(FORMATS)),
    changed=st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6),
)
def test_any_document_is_reported_on_or_refused_in_words(
    name: str, changed: dict[str, Any]
) -> None:
    try:
        content = orjson.dumps(FORMATS[name] | changed)
    except TypeError:  # halves of surrogate pairs do not come in JSON's bytes
        return
    with contextlib.suppress(PolkuError):
        report(read(content, JSON_LD), "en")
