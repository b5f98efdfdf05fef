"""Every word is defined once, said in words, and used as it is spelt."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pyoxigraph as ox
import pytest

from ontology import FOLDER, MODULES, terms
from ontology.generate_terms import POLKU, TERMS_FILE, defined_terms, prefixes, render

ROOT = FOLDER.parent
DEFINED = set(defined_terms())
SKOS = terms.skos
CLASS = "http://www.w3.org/2002/07/owl#Class"

_PREFIX = re.compile(r"^\s*(?:@prefix|PREFIX)\s+(\w*):\s*<([^>]*)>", re.M | re.I)
_POLKU_TERM = re.compile(r"(?<![\w/:])polku:([A-Za-z]\w*)")


RDF_LISTS = {terms.rdf.value.replace("value", name) for name in ("first", "rest", "nil")}


def statements(module: str) -> list[ox.Quad]:
    return list(ox.parse(path=FOLDER / f"{module}.ttl", format=ox.RdfFormat.TURTLE))


def described() -> dict[str, dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]]:
    """Polku's own terms: IRI → property → values."""
    found: dict[str, dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]] = {}
    for module in MODULES:
        for quad in statements(module):
            if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(POLKU):
                assert not isinstance(quad.object, ox.Triple)
                values = found.setdefault(quad.subject.value, {})
                values.setdefault(quad.predicate.value, []).append(quad.object)
    return found


OWN = described()


def labels(iri: str, name: str) -> dict[str | None, str]:
    return {
        one.language: one.value for one in OWN[iri].get(name, []) if isinstance(one, ox.Literal)
    }


def tracked(*patterns: str) -> list[Path]:
    """The repository's files of these patterns; those on disk where there is no repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *patterns], cwd=ROOT, capture_output=True, check=False
    )
    names = [name for name in listed.stdout.decode().split("\0") if name]
    if listed.returncode == 0 and names:
        return [ROOT / name for name in names if (ROOT / name).is_file()]
    return [file for pattern in patterns for file in ROOT.glob(f"**/{pattern}")]


@pytest.mark.parametrize("iri", sorted(OWN))
def test_every_term_is_labelled_and_defined_in_one_sentence(iri: str) -> None:
    assert len(OWN[iri].get(terms.rdfs.isDefinedBy, [])) == 1
    assert labels(iri, SKOS.prefLabel).get("en")
    definition = labels(iri, SKOS.definition).get("en", "")
    assert re.match(r"[A-Z(].*\.\Z", definition, re.S), definition
    assert not re.search(r"[.!?] [A-Z]", definition), "more than one sentence"


@pytest.mark.parametrize(
    "iri",
    sorted(
        iri
        for iri, values in OWN.items()
        if {one.value for one in values[terms.rdf.type] if isinstance(one, ox.NamedNode)}
        & {SKOS.Concept, SKOS.ConceptScheme, CLASS}
    ),
)
def test_what_people_read_is_labelled_in_three_languages(iri: str) -> None:
    assert set(labels(iri, SKOS.prefLabel)) == {"en", "fi", "sv"}


def test_a_concept_belongs_to_one_scheme_and_its_notation_is_unique_there() -> None:
    notations: dict[str, list[str]] = {}
    for iri, values in OWN.items():
        if ox.NamedNode(SKOS.Concept) in values[terms.rdf.type]:
            (scheme,) = values[SKOS.inScheme]
            (notation,) = values[SKOS.notation]
            assert isinstance(scheme, ox.NamedNode)
            assert scheme.value in OWN, f"{iri} is in a scheme that is not there"
            notations.setdefault(scheme.value, []).append(notation.value)
    assert notations
    assert all(len(set(found)) == len(found) for found in notations.values())


def test_a_term_is_defined_in_one_module() -> None:
    homes: dict[str, set[str]] = {}
    for module in MODULES:
        for quad in statements(module):
            if isinstance(quad.subject, ox.NamedNode) and quad.subject.value in DEFINED:
                homes.setdefault(quad.subject.value, set()).add(module)
    assert [iri for iri, modules in homes.items() if len(modules) > 1] == []


def test_terms_py_says_what_the_turtle_says() -> None:
    assert TERMS_FILE.read_text(encoding="utf-8") == render()


def test_every_prefix_means_the_same_everywhere() -> None:
    known = prefixes()
    assert len(set(known.values())) == len(known)
    wrong = [
        (file.relative_to(ROOT).as_posix(), prefix, namespace)
        for file in tracked("ontology/*.ttl", "queries/*.rq", "queries/**/*.rq", "ontology/**/*.rq")
        for prefix, namespace in _PREFIX.findall(file.read_text(encoding="utf-8"))
        if known.get(prefix, namespace) != namespace or (prefix not in known and prefix)
    ]
    assert wrong == []


def test_no_term_is_used_that_is_not_defined() -> None:
    undefined = {
        (file.relative_to(ROOT).as_posix(), name)
        for file in tracked("*.rq", "ontology/*.ttl", "ontology/valid/*.ttl", "ontology/*/*.trig")
        for name in _POLKU_TERM.findall(file.read_text(encoding="utf-8"))
        if POLKU + name not in DEFINED
    }
    assert undefined == set()


def test_every_foreign_term_in_the_modules_and_shapes_is_listed_as_reused() -> None:
    """A misspelt foreign term would match nothing, and nobody would see it."""
    listed = tuple(prefixes().values())
    plumbing = {prefixes()[name] for name in ("sh", "shape", "vann", "owl", "eulang")}
    missing = {
        iri.value
        for file in [
            FOLDER / f"{module}{kind}.ttl" for module in MODULES for kind in ("", ".shapes")
        ]
        for quad in ox.parse(path=file, format=ox.RdfFormat.TURTLE)
        for iri in (quad.subject, quad.predicate, quad.object)
        if isinstance(iri, ox.NamedNode)
        and iri.value.startswith(listed)
        and not iri.value.startswith(tuple(plumbing))
        and iri.value not in DEFINED
        and iri.value not in listed
        and iri.value not in RDF_LISTS
    }
    assert missing == set()
