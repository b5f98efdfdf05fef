"""The profiles ask of an offering what Annex I and Finland ask, and catch known mistakes by name."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from ontology import FOLDER
from ontology.violations import compile_shapes
from tests.ontology.shacl import GRAPH, by_pyshacl, store_of

PROFILES = sorted((FOLDER / "profiles").glob("*.ttl"))
HEAD = (
    "@prefix polku: <https://w3id.org/polku/ns#> . "
    "@prefix elm: <http://data.europa.eu/snb/model/elm/> . "
    "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . "
)


def broken(profile: str, turtle: str) -> set[str]:
    """The shapes that the offering breaks: pySHACL's answer, and ours, which must be the same."""
    shapes = (FOLDER / "profiles" / f"{profile}.ttl").read_text(encoding="utf-8")
    store = store_of(
        ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(GRAPH))
        for quad in ox.parse(HEAD + turtle, format=ox.RdfFormat.TURTLE)
    )
    found = set()
    for check in compile_shapes([shapes]):
        rows = store.query(check.over(GRAPH), use_default_graph_as_union=True)
        assert isinstance(rows, ox.QuerySolutions)
        if list(rows):
            found.add(check.shape)
    data = rdflib.Graph().parse(data=HEAD + turtle, format="turtle")
    assert {one.shape for one in by_pyshacl(data, (shapes,))} == found
    return {one.rpartition("#")[2] for one in found}


@pytest.mark.parametrize("file", PROFILES, ids=lambda file: file.stem)
def test_every_message_of_a_profile_is_in_three_languages(file: Path) -> None:
    for check in compile_shapes([file.read_text(encoding="utf-8")]):
        assert set(check.messages) == {"en", "fi", "sv"}


def test_a_workload_of_sixty_months_is_caught_by_name() -> None:
    for duration, caught in (("P60M", True), ("P1Y", True), ("PT60H", False), ("PT60M", False)):
        offering = (
            f'<urn:x:m> a polku:MicroCredential ; elm:volumeOfLearning "{duration}"^^xsd:duration .'
        )
        assert ("Eu-workload-months" in broken("eu", offering)) == caught


def test_a_level_is_due_unless_none_applies() -> None:
    level = "<http://data.europa.eu/snb/eqf/6>"
    assert "Eu-level-stated" in broken("eu", "<urn:x:m> a polku:MicroCredential .")
    for said in (f"polku:level {level}", "polku:outsideFramework true"):
        assert "Eu-level-stated" not in broken(
            "eu", f"<urn:x:m> a polku:MicroCredential ; {said} ."
        )


def test_sixty_credits_are_too_many_in_finland() -> None:
    for credits, fits in (("1.0", True), ("59.0", True), ("60.0", False), ("0.5", False)):
        offering = f"<urn:x:m> a polku:MicroCredential ; polku:ectsMax {credits} ."
        assert ("Fi-credits-stated" not in broken("fi", offering)) == fits
