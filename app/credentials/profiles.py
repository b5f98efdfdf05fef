"""The profiles that an offering is held against: elements, each with the checks that speak of it.

Both are read from ``ontology/profiles``: whoever mends a profile mends it there alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from app.graph.media import TURTLE
from app.graph.small import Small
from ontology import FOLDER
from ontology.violations import SH, Check, compile_shapes

ProfileName = Literal["eu", "fi"]
PROFILES: tuple[ProfileName, ...] = get_args(ProfileName)

_ABSENT = frozenset(SH + name + "ConstraintComponent" for name in ("MinCount", "HasValue"))
_SPARQL = SH + "SPARQLConstraintComponent"

_ELEMENTS = """PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX shape: <https://w3id.org/polku/shapes#>
SELECT ?element ?name ?order ?requirement ?label (LANG(?label) AS ?language) ?hint WHERE {
  ?element a shape:Element ; shape:name ?name ; sh:order ?order ; shape:requirement ?requirement ;
    sh:name ?label ; shape:hint ?hint . FILTER(LANG(?label) = LANG(?hint))
}"""
_TITLES = """PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX owl: <http://www.w3.org/2002/07/owl#>
SELECT ?title (LANG(?title) AS ?language) WHERE { ?profile a owl:Ontology ; dcterms:title ?title }"""
_SPOKEN_OF = """PREFIX shape: <https://w3id.org/polku/shapes#>
SELECT ?constraint ?element WHERE { ?constraint shape:element ?element }"""


@dataclass(frozen=True)
class Element:
    """One thing that a profile asks for; labels and hints by language."""

    name: str
    order: int
    requirement: str
    labels: Mapping[str, str]
    hints: Mapping[str, str]
    checks: Sequence[Check]


@dataclass(frozen=True)
class Profile:
    """What one framework asks of an offering."""

    name: ProfileName
    titles: Mapping[str, str]
    elements: Sequence[Element]


def tells_absence(check: Check, *, valued: bool) -> bool:
    """Whether a row of the check says that the element is missing, not that it is wrong.

    ``valued``: whether the row names a value. The convention is stated in the profiles.
    """
    return check.constraint in _ABSENT or (check.constraint == _SPARQL and not valued)


@cache
def profile(name: ProfileName) -> Profile:
    """The profile of this name, its shapes compiled once."""
    turtle = (FOLDER / "profiles" / f"{name}.ttl").read_text(encoding="utf-8")
    stated = Small.read(turtle.encode(), TURTLE)
    titles = {row["language"].lexical: row["title"].lexical for row in stated.solutions(_TITLES)}
    element_of = {
        row["constraint"].lexical: row["element"].lexical for row in stated.solutions(_SPOKEN_OF)
    }
    checks: defaultdict[str, list[Check]] = defaultdict(list)
    for check in compile_shapes([turtle]):
        checks[element_of[check.shape]].append(check)
    return Profile(name, titles, tuple(_elements(stated, checks)))


def _elements(stated: Small, checks: Mapping[str, Sequence[Check]]) -> Iterator[Element]:
    """The elements in their order."""
    found: dict[str, Element] = {}
    for row in stated.solutions(_ELEMENTS):
        language = row["language"].lexical
        iri = row["element"].lexical
        before = found.get(iri)
        found[iri] = Element(
            name=row["name"].lexical,
            order=int(row["order"].lexical),
            requirement=row["requirement"].lexical,
            labels={**(before.labels if before else {}), language: row["label"].lexical},
            hints={**(before.hints if before else {}), language: row["hint"].lexical},
            checks=checks.get(iri, ()),
        )
    yield from sorted(found.values(), key=lambda one: one.order)
