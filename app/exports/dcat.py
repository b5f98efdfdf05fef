"""DCAT: the catalogue of the data sets of which the graph consists, as JSON-LD.

Source: Data Catalog Vocabulary (DCAT) 3, W3C Recommendation 2024.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.exports.facts import Source
from app.exports.formats import Document

NAME: Final = "dcat"
MEDIA: Final = "application/ld+json"
CONTEXT: Final[Mapping[str, object]] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "id": "@id",
    "type": "@type",
    "title": {"@id": "dcterms:title", "@container": "@language"},
    "description": {"@id": "dcterms:description", "@container": "@language"},
    "rights": {"@id": "dcterms:rights", "@container": "@language"},
    "license": {"@id": "dcterms:license", "@type": "@id"},
    "publisher": "dcterms:publisher",
    "name": "foaf:name",
    "dataset": {"@id": "dcat:dataset", "@container": "@set"},
    "distribution": {"@id": "dcat:distribution", "@container": "@set"},
    "service": {"@id": "dcat:service", "@container": "@set"},
    "endpointURL": {"@id": "dcat:endpointURL", "@type": "@id"},
    "servesDataset": {"@id": "dcat:servesDataset", "@type": "@id", "@container": "@set"},
    "accessURL": {"@id": "dcat:accessURL", "@type": "@id"},
    "mediaType": {"@id": "dcat:mediaType", "@type": "@id"},
    "version": "dcat:version",
    "modified": {"@id": "dcterms:modified", "@type": "xsd:dateTime"},
    "triples": {"@id": "void:triples", "@type": "xsd:integer"},
}
_TURTLE: Final = "https://www.iana.org/assignments/media-types/text/turtle"


def write(sources: Sequence[Source], base: str, root: str = "") -> Document:
    """The catalogue; ``root`` is where the service stands, "" if none serves it."""
    made: dict[str, Any] = {
        "@context": CONTEXT,
        "id": f"{base}catalogue",
        "type": "dcat:Catalog",
        "title": {"en": "Polku: research, skills, courses, credentials"},
        "description": {
            "en": "The data sets of one graph in which a research result, a skill, a course and a "
            "micro-credential are neighbours."
        },
        "dataset": [_dataset(one, root) for one in sources],
    }
    if root:
        made["service"] = [
            {
                "id": f"{root}sparql",
                "type": "dcat:DataService",
                "title": {"en": "SPARQL endpoint"},
                "endpointURL": f"{root}sparql",
                "servesDataset": [one.iri for one in sources],
            }
        ]
    return made


def _dataset(one: Source, root: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": one.iri,
        "type": "dcat:Dataset",
        "title": dict(one.titles) or {"en": one.iri.rpartition("/")[2]},
        "description": {"en": one.description} if one.description else {},
        "publisher": {"type": "foaf:Agent", "name": one.publisher} if one.publisher else {},
        "license": one.licence,
        "rights": {"en": one.rights} if one.rights else {},
        "version": one.release,
        "modified": one.loaded,
        "triples": one.triples,
        "distribution": [_distribution(one, root)] if root else [],
    }
    return {name: value for name, value in made.items() if value not in ("", {}, [], None)}


def _distribution(one: Source, root: str) -> dict[str, Any]:
    made = {
        "type": "dcat:Distribution",
        "accessURL": f"{root}graphs?graph={one.iri}",
        "mediaType": _TURTLE,
    }
    return made | ({"license": one.licence} if one.licence else {})
