"""What a loader reads, is written, and is read again is the same for what the format holds.

Each case lists by property what is lost and what is new; anything else fails.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import orjson
import pyoxigraph as ox
import pytest

from app.exports.catalogue import every
from app.exports.facts import Facts, Field, Skill
from app.exports.formats import Lacking
from app.exports.registry import FORMATS
from app.graph.port import Value
from ontology import terms
from ontology.iris import BASE
from ontology.ntriples import iri, text
from tests.exports.made import COURSE, CREDENTIAL
from tests.loaders.loading import GOLDEN, lines_of

GRAPH = ox.NamedNode("https://w3id.org/polku/graph/loaded")


class Loaded:
    """A graph in memory that our own queries are asked of."""

    generation = content = "loaded"

    def __init__(self, lines: list[str]) -> None:
        self._store = ox.Store()
        for quad in ox.parse("\n".join(lines), format=ox.RdfFormat.N_TRIPLES):
            self._store.add(ox.Quad(quad.subject, quad.predicate, quad.object, GRAPH))

    def solutions(self, query: str) -> Iterator[dict[str, Value]]:
        rows = self._store.query(query, use_default_graph_as_union=True)
        assert isinstance(rows, ox.QuerySolutions)
        names = [one.value for one in rows.variables]
        for row in rows:
            yield {
                name: Value(
                    term.value, term.language, None if term.language else term.datatype.value
                )
                if isinstance(term, ox.Literal)
                else Value(term.value)
                for i, name in enumerate(names)
                if isinstance(term := row[i], ox.Literal | ox.NamedNode)
            }

    def select(self, query: str) -> Iterator[tuple[str | None, ...]]:
        raise NotImplementedError

    def ask(self, query: str) -> bool:
        raise NotImplementedError


def written(profile: str, lines: list[str], folder: Path) -> Path:
    """All that can be written of a graph, in a file."""
    made = []
    for one in every(Loaded(lines), private=True):
        try:
            made.append(FORMATS[profile].write(one))
        except Lacking:
            continue
    file = folder / "written.json"
    file.write_bytes(orjson.dumps(made))
    return file


def differences(before: list[str], after: list[str]) -> tuple[Counter[str], Counter[str]]:
    """Properties that are lost, and that are new, each with how often."""

    def counted(lines: set[str]) -> Counter[str]:
        return Counter(line.split(" ")[1].strip("<>") for line in lines)

    return counted(set(before) - set(after)), counted(set(after) - set(before))


@pytest.mark.parametrize(
    ("source", "profile", "inputs", "lost", "new"),
    [
        ("elm", "elm", ["elm/opportunity.xml"], [], []),
        ("openbadges", "openbadges", ["openbadges"], [], []),
        # A course without an address has its IRI for one.
        ("schema-org", "schema-org", ["schema-org/list.jsonld"], [], [terms.schema.url]),
        (
            "oeapi",
            "oeapi",
            ["oeapi/v5-offering.json", "oeapi/v6-more.json", "oeapi/v6.json"],
            # Offerings, and with them price and deadline, are records of their own in OEAPI.
            [
                terms.applyBy,
                terms.feeCurrency,
                terms.feeMax,
                terms.dcterms.language,
                terms.rdf.type,
                terms.enrolmentEnd,
                terms.enrolmentStart,
                terms.endDate,
                terms.mode,
                terms.offeringOf,
                terms.startDate,
            ],
            [],
        ),
    ],
)
def test_what_a_loader_read_is_the_same_when_it_has_been_written_and_read_again(
    source: str, profile: str, inputs: list[str], lost: list[str], new: list[str], tmp_path: Path
) -> None:
    before = lines_of(source, *(GOLDEN / one for one in inputs))
    after = lines_of(source, written(profile, before, tmp_path))
    gone, come = differences(before, after)
    assert set(gone) == set(lost)
    assert set(come) == set(new)
    if profile == "oeapi":
        assert {line.split(" ")[0].split("/")[4] for line in set(before) - set(after)} == {
            "offering",
            "course",
        }


@pytest.mark.parametrize(
    ("source", "profile"),
    [
        ("elm", "elm"),
        ("schema-org", "schema-org"),
        ("openbadges", "openbadges"),
        ("oeapi", "oeapi"),
        ("kouta", "koutalight"),
    ],
)
def test_what_has_been_written_once_is_held_exactly(
    source: str, profile: str, sampled: Sequence[Facts], tmp_path: Path
) -> None:
    many = [COURSE, CREDENTIAL, *sampled]
    made = []
    for one in many:
        with contextlib.suppress(Lacking):
            made.append(FORMATS[profile].write(one))
    first = tmp_path / "first.json"
    first.write_bytes(orjson.dumps(made))
    once = lines_of(source, first)
    twice = lines_of(source, written(profile, once, tmp_path))
    assert len(once) > 500
    assert differences(once, twice) == (Counter(), Counter())


HELD: Mapping[str, frozenset[str]] = {
    # Of the course in `made.py`: which of its statements each loader reads from what is written.
    "elm": frozenset(
        ["ectsMax", "outcomesText", "contentText", "prerequisitesText", "workloadText", "develops"]
    ),
    "schema-org": frozenset(
        [
            "ectsMin",
            "ectsMax",
            "studyLevel",
            "outcomesText",
            "contentText",
            "prerequisitesText",
            "develops",
            "requires",
            "feeMax",
            "feeCurrency",
            "applyBy",
        ]
    ),
    "oeapi": frozenset(
        [
            "ectsMax",
            "studyLevel",
            "outcomesText",
            "contentText",
            "prerequisitesText",
            "workloadText",
            "assessmentText",
            "develops",
        ]
    ),
    "openbadges": frozenset(
        ["ectsMax", "outcomesText", "contentText", "assessmentText", "develops"]
    ),
    "kouta": frozenset(["contentText", "develops"]),
}


@pytest.mark.parametrize(
    ("source", "profile"),
    [
        ("elm", "elm"),
        ("schema-org", "schema-org"),
        ("openbadges", "openbadges"),
        ("oeapi", "oeapi"),
        ("kouta", "koutalight"),
    ],
)
def test_each_format_holds_what_is_said_of_it(source: str, profile: str, tmp_path: Path) -> None:
    file = tmp_path / "course.json"
    file.write_bytes(orjson.dumps(FORMATS[profile].write(COURSE)))
    lines = lines_of(source, file)
    for name in HELD[source]:
        assert f"{BASE}ns#{name}>" in "\n".join(lines), name
    stated = {line.split(" ", 2)[2] for line in lines if f"{BASE}ns#outcomesText>" in line}
    if "outcomesText" in HELD[source]:
        assert '"Finds a path.\\nWalks it."@en .' in stated


def test_the_level_of_a_micro_credential_is_read_where_elm_lets_it_stand(tmp_path: Path) -> None:
    file = tmp_path / "credential.json"
    file.write_bytes(orjson.dumps(FORMATS["elm"].write(CREDENTIAL)))
    assert any(
        "ns#level> <http://data.europa.eu/snb/eqf/7>" in line for line in lines_of("elm", file)
    )


def test_open_badges_are_the_same_when_they_are_loaded_and_written_again(
    sampled: Sequence[Facts], tmp_path: Path
) -> None:
    # What must be said of the sources stands beside them: the graph that is loaded has none.
    # A skill has one label in it, whoever names the skill; a field's are its vocabulary's.
    named: dict[str, Skill] = {}
    many = [
        replace(one, sources=(), skills=[named.setdefault(s.iri, s) for s in one.skills])
        for one in (*sampled, COURSE, CREDENTIAL)
    ]
    first = tmp_path / "first.json"
    made = {one.iri: FORMATS["openbadges"].write(one) for one in many}
    first.write_bytes(orjson.dumps(list(made.values())))
    concepts: list[Skill | Field] = [*named.values()]
    concepts += [field for one in many for field in one.fields]
    labels = {
        f"{iri(concept.iri)} {iri(terms.skos.prefLabel)} {text(said, tag)} ."
        for concept in concepts
        for tag, said in concept.labels.items()
    }
    lines = [*lines_of("openbadges", first), *labels]
    again = orjson.loads(written("openbadges", lines, tmp_path).read_bytes())
    assert {one["id"]: one for one in again} == made
