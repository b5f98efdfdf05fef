"""Every shape lets good data pass and stops one fault at a time."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from ontology import FOLDER
from ontology.violations import SH
from tests.ontology.shacl import GRAPH, Result, by_pyshacl, by_queries, checks, store_of

SHAPE = "https://w3id.org/polku/shapes#"
VALID = sorted((FOLDER / "valid").glob("*.ttl"))
INVALID = sorted((FOLDER / "invalid").glob("*.ttl"))

_EXPECTED = re.compile(r"^# fails: shape:(\S+) sh:(\S+) <([^>]+)>$", re.M)

# A literal where a described thing is asked for is also no described thing, and a claim that is
# rejected at once has the status of only one of the two: these faults cannot come alone.
NEVER_ALONE = {
    "claim-type-not",
    "course-university-node-kind",
    "prerequisite-group-member-node-kind",
    "research-output-affiliation-node-kind",
}


def expected(file: Path) -> frozenset[Result]:
    return frozenset(
        Result(SHAPE + shape, SH + constraint, focus)
        for shape, constraint, focus in _EXPECTED.findall(file.read_text(encoding="utf-8"))
    )


def stored(file: Path) -> ox.Store:
    graph = ox.NamedNode(GRAPH)
    return store_of(
        ox.Quad(quad.subject, quad.predicate, quad.object, graph)
        for quad in ox.parse(path=file, format=ox.RdfFormat.TURTLE)
    )


def test_there_are_graphs_to_try() -> None:
    assert len(VALID) > 10
    assert len(INVALID) > 100


@pytest.mark.parametrize("file", VALID, ids=lambda file: file.stem)
def test_a_valid_graph_breaks_no_shape(file: Path) -> None:
    assert by_pyshacl(rdflib.Graph().parse(file)) == frozenset()
    assert by_queries(stored(file)) == frozenset()


@pytest.mark.parametrize("file", INVALID, ids=lambda file: file.stem)
def test_an_invalid_graph_fails_for_its_own_reason(file: Path) -> None:
    reason = expected(file)
    assert len({result.shape for result in reason}) == (2 if file.stem in NEVER_ALONE else 1)
    assert by_pyshacl(rdflib.Graph().parse(file)) == reason
    assert by_queries(stored(file)) == reason


def test_every_constraint_has_a_graph_that_breaks_it() -> None:
    broken = {(one.shape, one.constraint) for file in INVALID for one in expected(file)}
    assert {(check.shape, check.constraint) for check in checks()} == broken


def test_every_class_that_a_shape_targets_stands_in_a_valid_graph() -> None:
    """Else a valid graph would conform because nothing in it is looked at."""
    types = {
        quad.object.value
        for file in VALID
        for quad in ox.parse(path=file, format=ox.RdfFormat.TURTLE)
        if isinstance(quad.object, ox.NamedNode) and quad.predicate.value.endswith("#type")
    }
    assert {check.focus_class for check in checks() if check.focus_class} <= types


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_every_fault_is_told_in_each_language(language: str) -> None:
    missing = [check.shape for check in checks() if not check.messages.get(language)]
    assert missing == []


def test_only_what_can_wait_is_a_warning() -> None:
    assert {check.severity for check in checks()} == {"Violation", "Warning"}
