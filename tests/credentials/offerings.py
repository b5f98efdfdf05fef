"""One offering said three times: in our JSON, in JSON-LD and in Turtle."""

from __future__ import annotations

from typing import Any

import orjson

from app.credentials.document import JSON
from app.graph.media import JSON_LD, TURTLE

IRI = "https://example.org/queries"
COURSES = ("https://example.org/course/1", "https://example.org/course/2")
SKILL = "http://data.europa.eu/esco/skill/3a2d5b45-56e4-4f5a-a55a-4a4a65afdc43"
AALTO = "https://w3id.org/polku/organisation/020hwjq30"

OURS: dict[str, Any] = {
    "iri": IRI,
    "title": {"en": "Queries at work"},
    "awardingBody": "aalto",
    "learningOutcomes": [{"en": "The learner writes queries over a graph of data."}],
    "workload": {"duration": "P60M"},
    "assessment": {"en": "An examination and a project."},
    "participation": ["online"],
    "stackability": [{"by": AALTO, "into": "https://example.org/degree"}],
    "consistsOf": [
        {"course": COURSES[0], "ects": 5, "studyLevel": "advanced"},
        {"course": COURSES[1], "ects": 2.5, "studyLevel": "advanced"},
    ],
}

_TURTLE = f"""
@prefix polku: <https://w3id.org/polku/ns#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix elm: <http://data.europa.eu/snb/model/elm/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<{IRI}> a polku:MicroCredential ;
    dcterms:title "Queries at work"@en ;
    polku:university <{AALTO}> ;
    polku:outcomesText "The learner writes queries over a graph of data."@en ;
    elm:volumeOfLearning "P60M"^^xsd:duration ;
    polku:assessmentText "An examination and a project."@en ;
    polku:mode polku:Online ;
    polku:stacksInto <https://example.org/degree> ;
    polku:acceptance [
        a polku:Acceptance ;
        polku:acceptedBy <{AALTO}> ; polku:acceptedInto <https://example.org/degree> ] ;
    polku:consistsOf <{COURSES[0]}>, <{COURSES[1]}> .
<{COURSES[0]}> a polku:Course ; polku:ectsMax 5.0 ; polku:studyLevel polku:AdvancedStudies .
<{COURSES[1]}> a polku:Course ; polku:ectsMax 2.5 ; polku:studyLevel polku:AdvancedStudies .
"""

_LINKED = {
    "@context": {
        "@vocab": "https://w3id.org/polku/ns#",
        "dcterms": "http://purl.org/dc/terms/",
        "elm": "http://data.europa.eu/snb/model/elm/",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "ectsMax": {"@type": "xsd:decimal"},
        "mode": {"@type": "@vocab"},
        "studyLevel": {"@type": "@vocab"},
        "elm:volumeOfLearning": {"@type": "xsd:duration"},
    },
    "@id": IRI,
    "@type": "MicroCredential",
    "dcterms:title": {"@value": "Queries at work", "@language": "en"},
    "university": {"@id": AALTO},
    "outcomesText": {
        "@value": "The learner writes queries over a graph of data.",
        "@language": "en",
    },
    "elm:volumeOfLearning": "P60M",
    "assessmentText": {"@value": "An examination and a project.", "@language": "en"},
    "mode": "Online",
    "stacksInto": {"@id": "https://example.org/degree"},
    "acceptance": {
        "@type": "Acceptance",
        "acceptedBy": {"@id": AALTO},
        "acceptedInto": {"@id": "https://example.org/degree"},
    },
    "consistsOf": [
        {"@id": COURSES[0], "@type": "Course", "ectsMax": "5", "studyLevel": "AdvancedStudies"},
        {"@id": COURSES[1], "@type": "Course", "ectsMax": "2.5", "studyLevel": "AdvancedStudies"},
    ],
}

FORMS: dict[str, bytes] = {
    JSON: orjson.dumps(OURS),
    JSON_LD: orjson.dumps(_LINKED),
    TURTLE: _TURTLE.encode(),
}
"""Media type → the offering."""

COMPLETE: dict[str, Any] = {
    "iri": IRI,
    "title": {"en": "Queries at work", "fi": "Kyselyt työssä"},
    "country": "FI",
    "awardingBody": "aalto",
    "learningOutcomes": [{"en": "The learner writes queries over a graph of data."}],
    "workload": {"ects": 5, "duration": "PT135H"},
    "level": 7,
    "assessment": {"en": "An examination and a project."},
    "participation": ["online"],
    "qualityAssurance": {"en": "The university’s audit."},
    "outcomeSkills": [SKILL],
    "prerequisites": {"en": "None."},
    "supervision": {"en": "The examination is supervised, and identity cards are checked."},
    "stackability": [{"by": AALTO, "into": "https://example.org/degree", "until": "2030-12-31"}],
    "furtherInformation": ["https://example.org/queries"],
    "digitalCertificate": True,
}
"""An offering that lacks nothing."""
