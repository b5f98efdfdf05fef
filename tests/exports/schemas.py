"""The published schemas and shapes, read from the folder of real data: none is kept here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
import pyoxigraph as ox
import yaml
from pyshacl import validate
from rdflib import Graph
from rdflib.namespace import SH

from app.exports.formats import Document

ELM = "vocabularies/elm/ap/loq"
SHAPES = ("LOQ-constraints.ttl", "LOQ-constraints-mdr.ttl")


def achievement(real_data: Path) -> jsonschema_rs.Validator:
    """The schema of an Open Badges 3.0 Achievement, as part of that of its credential."""
    whole = json.loads(
        (real_data / "schemas/openbadges/achievementcredential.schema.json").read_text()
    )
    return jsonschema_rs.validator_for(
        {
            "$schema": whole["$schema"],
            "$defs": whole["$defs"],
            "$ref": "#/$defs/Achievement",
        }
    )


def oeapi_course(real_data: Path) -> jsonschema_rs.Validator:
    """The schema of an OEAPI v6 Course, with its formats checked."""
    text = (real_data / "schemas/oeapi/oeapi.yaml").read_text(encoding="utf-8")
    described: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    # Days in examples are read as days: the schemas alone are kept.
    schemas = json.loads(json.dumps(described["components"]["schemas"], default=str))
    return jsonschema_rs.Draft202012Validator(
        {"components": {"schemas": schemas}, "$ref": "#/components/schemas/Course"},
        validate_formats=True,
    )


def shacl(real_data: Path, documents: Iterable[Document]) -> str:
    """What ELM's own LOQ shapes say against the documents; "" if nothing.

    The shapes' pattern of addresses is written for Java, which Python's engine cannot read: it is
    left out, and addresses are looked at by the test itself. The shape of a
    LearningAchievementSpecification is published deactivated: here it is active like all others.
    """
    shapes = Graph()
    for name in SHAPES:
        shapes.parse(real_data / ELM / name)
    shapes.remove((None, SH.deactivated, None))
    for triple in list(shapes.triples((None, SH.pattern, None))):
        if "(?i)" in str(triple[2]):
            shapes.remove(triple)
    conforms, _, said = validate(_graph(documents), shacl_graph=shapes)
    return "" if conforms else str(said)


def _graph(documents: Iterable[Document]) -> Graph:
    lines = b"".join(
        ox.serialize(
            [ox.Triple(*quad.triple) for quad in parsed(one)], format=ox.RdfFormat.N_TRIPLES
        )
        or b""
        for one in documents
    )
    # Each document's blank nodes are its own: parsed names are unique for every parse.
    return Graph().parse(data=lines.decode(), format="nt")


def parsed(document: Mapping[str, Any]) -> list[ox.Quad]:
    """The statements of a JSON-LD document whose context is written out."""
    return list(ox.parse(orjson.dumps(document), format=ox.RdfFormat.JSON_LD))
