"""On ESCO itself: one slip of the finger in a preferred label, and the concept is still found."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.search.service import Service
from loaders.base import Run
from loaders.registry import loader
from ontology import terms
from ontology.ntriples import Triple, iri
from tests.search.graphs import SmallGraph

pytestmark = pytest.mark.real_data

logger = logging.getLogger(__name__)

LETTERS = "abcdefghijklmnopqrstuvwxyz"
SAMPLE = 300


@pytest.fixture(scope="module")
def labels(real_data: Path) -> list[Triple]:
    kept = {
        iri(one)
        for one in (
            terms.rdf.type, terms.skos.prefLabel, terms.skos.altLabel, terms.skos.hiddenLabel,
        )
    }  # fmt: skip
    files = sorted((real_data / "esco" / "v1.1.1").glob("*.zip"))
    return [triple for triple in loader("esco").read(files, Run()) if triple[1] in kept]


@pytest.fixture(scope="module")
def service(labels: list[Triple]) -> Service:
    return Service(SmallGraph(labels))


def preferred(labels: list[Triple], kind: str) -> Iterator[tuple[str, str]]:
    of_kind = {s for s, p, o in labels if p == iri(terms.rdf.type) and o == iri(kind)}
    for subject, predicate, label in labels:
        if subject in of_kind and predicate == iri(terms.skos.prefLabel):
            yield subject[1:-1], label[1:].removesuffix('"@en')


def slip(label: str, rng: random.Random) -> str:
    """The label with two letters swapped, or one dropped, replaced or put in."""
    at = rng.randrange(len(label) - 1)
    letter = rng.choice(LETTERS)
    return rng.choice(
        [
            label[:at] + label[at + 1] + label[at] + label[at + 2 :],
            label[:at] + label[at + 1 :],
            label[:at] + letter + label[at + 1 :],
            label[:at] + letter + label[at:],
        ]
    )


@pytest.mark.parametrize(
    ("kind", "of_class"), [("skills", terms.esco.Skill), ("occupations", terms.esco.Occupation)]
)
def test_a_misspelt_preferred_label_finds_its_concept_among_the_first_five(
    service: Service, labels: list[Triple], kind: str, of_class: str
) -> None:
    rng = random.Random(2026)
    asked = rng.sample([one for one in preferred(labels, of_class) if len(one[1]) > 2], SAMPLE)
    missed = []
    for concept, label in asked:
        question = slip(label, rng)
        found = service.search(kind, question, "en", 5)["results"]
        if concept not in [one["iri"] for one in found]:
            missed.append((label, question))
    logger.info("%s: %.3f found among the first five", kind, 1 - len(missed) / SAMPLE)
    assert len(missed) <= SAMPLE // 10, missed


def test_every_preferred_label_finds_its_own_concept_first(
    service: Service, labels: list[Triple]
) -> None:
    rng = random.Random(2026)
    for concept, label in rng.sample(list(preferred(labels, terms.esco.Skill)), SAMPLE):
        best = service.search("skills", label, "en", 5)["results"]
        assert concept in [one["iri"] for one in best if one["score"] == best[0]["score"]]
        assert concept in service.exact("skills", label)


def test_data_scientist_is_one_occupation(service: Service) -> None:
    assert len(service.exact("occupations", "data scientist")) == 1
