"""Every thing has one entity, whatever was loaded, matched and decided, in whatever order."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import BadParameter, NotFound
from app.graph import generations, identity, merge, open_graph
from app.graph.classes import Edge, Sureness, classes, edge, order, pair
from app.graph.classes import entities as derived
from app.graph.publish import publish
from app.graph.writer import Writer
from app.identity.run import match_graph
from ontology import terms
from ontology.ntriples import iri, text
from tests.graph.bundles import COURSE, IRIS
from tests.graph.identified import (
    ARXIV,
    DOI,
    OPENALEX,
    Silent,
    decide,
    entities,
    found,
    load,
    load_matches,
    name,
    work,
)

THINGS = [f"https://e.org/{letter}" for letter in "abcdefgh"]
ENDS = st.tuples(st.sampled_from(THINGS), st.sampled_from(THINGS)).filter(
    lambda two: two[0] != two[1]
)
EDGES = st.lists(
    st.builds(
        lambda two, sure, score: edge(two[0], two[1], sure, score),
        ENDS,
        st.sampled_from(Sureness),
        st.sampled_from([0.9, 0.95, 1.0]),
    ),
    max_size=12,
)
APART = st.sets(ENDS.map(lambda two: pair(*two)), max_size=4)


def by_brute_force(edges: Iterable[Edge], apart: set[tuple[str, str]]) -> set[frozenset[str]]:
    """Groups as sets, joined one edge at a time, every pair of both looked at."""
    groups = [{thing} for thing in THINGS]
    for one in sorted(edges, key=order):
        mine = next(group for group in groups if one.one in group)
        theirs = next(group for group in groups if one.other in group)
        if mine is theirs or any(pair(a, b) in apart for a in mine for b in theirs):
            continue
        groups.remove(theirs)
        mine |= theirs
    return {frozenset(group) for group in groups if len(group) > 1}


@given(EDGES, APART)
def test_classes_are_those_of_brute_force(edges: list[Edge], apart: set[tuple[str, str]]) -> None:
    assert set(classes(edges, apart).values()) == by_brute_force(edges, apart)


@given(EDGES, APART, st.randoms())
def test_the_order_of_matches_makes_no_difference(
    edges: list[Edge], apart: set[tuple[str, str]], chance: random.Random
) -> None:
    shuffled = chance.sample(edges, len(edges))
    assert derived(edges, apart) == derived(shuffled, apart)


@given(EDGES, APART)
def test_a_representative_stands_for_itself_and_rejected_pairs_stay_apart(
    edges: list[Edge], apart: set[tuple[str, str]]
) -> None:
    found = derived(edges, apart)
    assert all(found[entity] == entity for entity in found.values())
    assert all(found.get(one, one) != found.get(other, other) for one, other in apart)


def test_the_registered_identifier_stands_for_the_others(tmp_path: Path) -> None:
    load(tmp_path, "arxiv", work(ARXIV))
    load(tmp_path, "crossref", work(DOI))
    load(tmp_path, "openalex", work(OPENALEX))
    assert len(set(entities(tmp_path).values())) == 3
    load_matches(tmp_path, [found(ARXIV, DOI), found(OPENALEX, DOI, 0.92, "description")])
    assert set(entities(tmp_path).values()) == {name(DOI)}
    assert counted(tmp_path) == 1


def test_a_match_below_the_threshold_joins_nothing(tmp_path: Path) -> None:
    load(tmp_path, "arxiv", [*work(ARXIV), *work(DOI)])
    load_matches(tmp_path, [found(ARXIV, DOI, 0.85, "description")])
    assert counted(tmp_path) == 2


def test_a_rejection_holds_through_later_runs_and_reloads(tmp_path: Path) -> None:
    load(tmp_path, "arxiv", work(ARXIV))
    load(tmp_path, "crossref", work(DOI))
    load_matches(tmp_path, [found(ARXIV, DOI)])
    _, (outcome,) = Writer(tmp_path).edit([decide(DOI, ARXIV, "reject")])
    assert outcome.error is None
    assert counted(tmp_path) == 2
    assert kinds(tmp_path) == {(terms.RejectedMatch, terms.Rejected)}
    load_matches(tmp_path, [found(ARXIV, DOI), found(ARXIV, OPENALEX)])
    load(tmp_path, "arxiv", work(ARXIV, "Another title"))
    load(tmp_path, "openalex", work(OPENALEX))
    load_matches(tmp_path, [found(ARXIV, DOI), found(OPENALEX, DOI), found(ARXIV, OPENALEX)])
    assert entities(tmp_path)[name(ARXIV)] != entities(tmp_path)[name(DOI)]
    Writer(tmp_path).edit([decide(DOI, ARXIV, "accept")])
    assert set(entities(tmp_path).values()) == {name(DOI)}


def test_what_no_machine_found_a_person_can_say(tmp_path: Path) -> None:
    load(tmp_path, "arxiv", work(ARXIV))
    load(tmp_path, "crossref", work(DOI))
    Writer(tmp_path).edit([decide(ARXIV, DOI, "accept")])
    assert set(entities(tmp_path).values()) == {name(DOI)}
    assert kinds(tmp_path) == {(terms.Match, terms.Accepted)}
    load(tmp_path, "crossref", work(DOI, "Again"))
    assert set(entities(tmp_path).values()) == {name(DOI)}
    load_matches(tmp_path, [found(ARXIV, DOI)])
    assert kinds(tmp_path) == {(terms.Match, terms.Accepted)}


def test_what_a_source_states_is_kept_and_can_be_turned_down(tmp_path: Path) -> None:
    load(tmp_path, "arxiv", [*work(ARXIV, entity=OPENALEX), *work(OPENALEX)])
    assert entities(tmp_path) == {name(ARXIV): "W1", "W1": "W1"}
    load(tmp_path, "crossref", work(DOI))
    load_matches(tmp_path, [found(ARXIV, DOI)])
    assert set(entities(tmp_path).values()) == {"W1"}, "whom a source names goes first"
    Writer(tmp_path).edit([decide(ARXIV, OPENALEX, "reject")])
    assert entities(tmp_path) == {name(ARXIV): name(DOI), name(DOI): name(DOI), "W1": "W1"}
    load_matches(tmp_path, [])
    assert entities(tmp_path) == {name(ARXIV): name(ARXIV), name(DOI): name(DOI), "W1": "W1"}
    Writer(tmp_path).edit([decide(ARXIV, OPENALEX, "accept")])
    assert entities(tmp_path)[name(ARXIV)] == "W1"
    load(tmp_path, "arxiv", [*work(ARXIV), *work(OPENALEX)])
    Writer(tmp_path).edit([decide(ARXIV, OPENALEX, "reject")])
    assert entities(tmp_path)[name(ARXIV)] == name(ARXIV)


def test_a_representative_that_goes_leaves_its_place_to_the_next(tmp_path: Path) -> None:
    load(tmp_path, "arxiv", [*work(ARXIV), *work(OPENALEX)])
    load(tmp_path, "crossref", work(DOI))
    load_matches(tmp_path, [found(ARXIV, DOI), found(OPENALEX, DOI), found(ARXIV, OPENALEX)])
    assert set(entities(tmp_path).values()) == {name(DOI)}
    load(tmp_path, "crossref", work(IRIS.research("doi", "10.1000/b")))
    assert entities(tmp_path)[name(ARXIV)] == entities(tmp_path)["W1"] == name(ARXIV)
    assert name(DOI) not in entities(tmp_path)
    load(tmp_path, "crossref", work(DOI))
    assert set(entities(tmp_path).values()) == {name(DOI)}


def test_the_files_merged_and_the_store_loaded_afresh_say_the_same(tmp_path: Path) -> None:
    load(tmp_path, "arxiv", [*work(ARXIV), *work(OPENALEX)])
    load(tmp_path, "crossref", work(DOI))
    load_matches(tmp_path, [found(ARXIV, DOI), found(OPENALEX, DOI)])
    start = generations.current(tmp_path)
    assert start is not None
    Writer(tmp_path).edit([decide(OPENALEX, DOI, "reject")])
    before = entities(tmp_path)
    merge.merge(tmp_path, start, descends=lambda _: True, keep=5, wait_seconds=5)
    assert entities(tmp_path) == before
    # A reload of nearly all is loaded into a fresh store.
    load(tmp_path, "arxiv", [*work(ARXIV, "New"), *work(OPENALEX, "New")])
    assert entities(tmp_path) == before


def test_what_cannot_be_one_thing_is_refused(tmp_path: Path) -> None:
    course = [(iri(COURSE), iri(terms.rdf.type), iri(terms.Course))]
    load(tmp_path, "arxiv", [*work(ARXIV), *work(DOI), *course])
    writer = Writer(tmp_path)
    for about, other, verdict, error in (
        (ARXIV, ARXIV, "accept", BadParameter),
        (ARXIV, COURSE, "accept", BadParameter),
        (ARXIV, "https://e.org/nothing", "accept", NotFound),
        (ARXIV, DOI, "tooBroad", BadParameter),
        (ARXIV, IRIS.graph("arxiv"), "accept", BadParameter),
    ):
        _, (outcome,) = writer.edit([decide(about, other, verdict)])
        assert isinstance(outcome.error, error), (about, other, verdict)


def test_a_thing_that_no_source_gives_an_entity_stands_for_itself(tmp_path: Path) -> None:
    person = IRIS.person("openalex", "A1")
    load(tmp_path, "openalex", [(iri(person), iri(terms.rdf.type), iri(terms.schema.Person))])
    load_matches(tmp_path, [], alone=[person])
    assert entities(tmp_path) == {"A1": "A1"}
    other = IRIS.person("orcid", "0000-0002-1825-0097")
    load(tmp_path, "crossref", [(iri(other), iri(terms.rdf.type), iri(terms.schema.Person))])
    load_matches(tmp_path, [found(person, other)], alone=[person, other])
    assert set(entities(tmp_path).values()) == {name(other)}


def test_matching_again_finds_the_same_whatever_gave_way_to_its_first_run(tmp_path: Path) -> None:
    orcid = "0000-0002-1825-0097"
    jane, a1 = IRIS.person("orcid", orcid), IRIS.person("openalex", "A1")
    persons = [
        (iri(one), iri(name), value)
        for one in (jane, a1)
        for name, value in (
            (terms.rdf.type, iri(terms.schema.Person)),
            (terms.schema.orcid, text(f"https://orcid.org/{orcid}")),
        )
    ]
    stated = (iri(ARXIV), iri(terms.bibo.doi), text("10.1000/a"))
    load(tmp_path, "arxiv", [*work(ARXIV), stated, *persons])
    load(tmp_path, "crossref", work(DOI))
    first = publish(tmp_path, {"matches": match_graph(tmp_path, Silent(), iris=IRIS)})
    assert set(entities(tmp_path).values()) == {orcid, name(DOI)}
    again = publish(tmp_path, {"matches": match_graph(tmp_path, Silent(), iris=IRIS)})
    assert again == first


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("load"), st.sampled_from("xyz"), st.sets(st.sampled_from(THINGS), min_size=1), st.dictionaries(st.sampled_from(THINGS), st.sampled_from(THINGS), max_size=2)),
        st.tuples(st.just("match"), st.lists(st.tuples(ENDS, st.sampled_from([0.8, 0.95, 1.0])), max_size=5)),
        st.tuples(st.just("decide"), ENDS, st.booleans()),
    ),
    min_size=2,
    max_size=8,
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_entities_are_those_of_brute_force_after_any_loads_matches_and_decisions(
    steps: list[tuple[object, ...]],
) -> None:
    """A store in memory, changed as publishing changes one, against all that holds by then."""
    world = World()
    for step in steps:
        world.take(step)
        world.holds()


class World:
    """A store, and what it should say."""

    def __init__(self) -> None:
        self.store = ox.Store()
        self.loaded: dict[str, dict[str, str]] = {}
        self.edges: list[Edge] = []
        self.words: dict[tuple[str, str], bool] = {}
        self.moment = 0

    def take(self, step: tuple[object, ...]) -> None:
        match step:
            case ("load", str(source), set(things), dict(twins)):
                stated = {thing: str(twins.get(thing, thing)) for thing in map(str, things)}
                self.load(source, stated)
            case ("match", list(pairs)):
                self.edges = [
                    edge(two[0], two[1], Sureness.DESCRIPTION, score)
                    for two, score in pairs
                    if score >= 0.9
                ]
                identity.derive(self.store, IRIS, self.edges, None)
            case ("decide", (str(one), str(other)), bool(holds)):
                self.decide(pair(one, other), holds)

    def load(self, source: str, stated: dict[str, str]) -> None:
        graph = ox.NamedNode(IRIS.graph(source))
        self.store.remove_graph(graph)
        lines = [
            (ox.NamedNode(thing), ox.NamedNode(terms.rdf.type), ox.NamedNode(terms.ResearchOutput))
            for thing in stated
        ]
        lines += [
            (ox.NamedNode(thing), ox.NamedNode(terms.entity), ox.NamedNode(entity))
            for thing, entity in stated.items()
        ]
        self.store.extend(ox.Quad(*line, graph) for line in lines)
        around = set(self.loaded.get(source, ())) | note(self.store, source, stated)
        self.loaded[source] = stated
        identity.derive(self.store, IRIS, self.edges, around)

    def decide(self, two: tuple[str, str], holds: bool) -> None:
        self.moment += 1
        self.words[two] = holds
        me = ox.NamedNode(IRIS.decision(str(self.moment)))
        verdict = terms.Accept if holds else terms.Reject
        ended = ox.Literal(f"2026-01-01T00:00:{self.moment:02}Z")
        for prop, value in (
            (terms.rdf.type, ox.NamedNode(terms.MatchDecision)),
            (terms.match, ox.NamedNode(IRIS.match(*two))),
            (terms.about, ox.NamedNode(two[0])),
            (terms.other, ox.NamedNode(two[1])),
            (terms.verdict, ox.NamedNode(verdict)),
            (terms.prov.endedAtTime, ended),
        ):
            graph = ox.NamedNode(IRIS.graph("decisions"))
            self.store.add(ox.Quad(me, ox.NamedNode(prop), value, graph))
        identity.derive(self.store, IRIS, self.edges, set(two))

    def holds(self) -> None:
        there = {thing for stated in self.loaded.values() for thing in stated}
        twins = {
            (thing, entity)
            for stated in self.loaded.values()
            for thing, entity in stated.items()
            if thing != entity
        }
        edges = [one for one in self.edges if {one.one, one.other} <= there]
        edges += [
            edge(*two, Sureness.PERSON)
            for two, holds in self.words.items()
            if holds and set(two) <= there
        ]
        edges += [edge(*two, Sureness.SOURCE) for two in twins]
        apart = {two for two, holds in self.words.items() if not holds}
        groups = by_brute_force(edges, apart)
        stated: dict[str, set[str]] = {}
        for quad in self.store.quads_for_pattern(None, ox.NamedNode(terms.entity), None, None):
            assert isinstance(quad.subject, ox.NamedNode)
            assert isinstance(quad.object, ox.NamedNode)
            stated.setdefault(quad.subject.value, set()).add(quad.object.value)
        assert stated.keys() == there
        assert all(len(entities) == 1 for entities in stated.values()), stated
        entity = {thing: next(iter(entities)) for thing, entities in stated.items()}
        for one in there:
            for other in there:
                together = one == other or any({one, other} <= group for group in groups)
                assert (entity[one] == entity[other]) == together, (one, other)
            head = entity[one]
            assert head not in there or entity[head] == head
        for two, holds in self.words.items():
            match = ox.NamedNode(IRIS.match(*two))
            statuses = {
                quad.object
                for quad in self.store.quads_for_pattern(match, ox.NamedNode(terms.status), None)
            }
            assert statuses == {ox.NamedNode(terms.Accepted if holds else terms.Rejected)}


def note(store: ox.Store, source: str, stated: dict[str, str]) -> set[str]:
    """As publishing notes a bundle, of a file in memory."""
    import tempfile

    with tempfile.NamedTemporaryFile(suffix=".nq") as file:
        for thing, entity in stated.items():
            file.write(f"<{thing}> <{terms.entity}> <{entity}> <{IRIS.graph(source)}> .\n".encode())
        file.flush()
        return identity.note(store, IRIS, source, Path(file.name))


def counted(data: Path) -> int:
    """How many works there are, as anyone counts them."""
    query = f"SELECT (COUNT(DISTINCT ?e) AS ?n) {{ ?s a <{terms.ResearchOutput}> ; <{terms.entity}> ?e }}"
    with open_graph(data) as graph:
        ((number,),) = graph.select(query)
    return int(str(number))


def kinds(data: Path) -> set[tuple[str | None, ...]]:
    """Class and status of the match of the preprint and the article."""
    query = f"SELECT ?k ?v {{ <{IRIS.match(ARXIV, DOI)}> a ?k ; <{terms.status}> ?v }}"
    with open_graph(data) as graph:
        return set(graph.select(query))
