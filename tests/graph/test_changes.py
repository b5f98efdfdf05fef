"""What a load changed is data; what it took away is remembered, and comes back cleanly."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import Forbidden, GraphError
from app.graph import changes, generations, gone, open_graph, orphans
from app.graph.backup import backup, restore
from app.graph.changes import Change, Changes, of_load
from app.graph.check import check_generation
from app.graph.embedded import open_store
from app.graph.generations import Generation
from app.graph.publish import publish
from app.graph.writer import Writer
from loaders.bundle import Bundle, source_name
from loaders.errors import LoadError
from loaders.registry import loader
from ontology import terms
from ontology.ntriples import Triple, decimal, iri, text
from tests.graph.bundles import CLAIM, COURSE, IRIS, SKILL, bundle_of, quads_bundle, suggestion
from tests.ontology import test_competency as competency

OTHER = IRIS.course("aalto", "CS-C2000")
AALTO = IRIS.organisation("020hwjq30")


def course(subject: str, title: str) -> list[Triple]:
    from decimal import Decimal

    me = iri(subject)
    return [
        (me, iri(terms.rdf.type), iri(terms.Course)),
        (me, iri(terms.entity), me),
        (me, iri(terms.code), text(subject.rpartition("/")[2])),
        (me, iri(terms.dcterms.title), text(title, "en")),
        (me, iri(terms.university), iri(AALTO)),
        (me, iri(terms.ectsMin), decimal(Decimal(5))),
        (me, iri(terms.ectsMax), decimal(Decimal(5))),
    ]


def skill(subject: str = SKILL, label: str = "logic") -> list[Triple]:
    me = iri(subject)
    return [
        (me, iri(terms.rdf.type), iri(terms.skos.Concept)),
        (me, iri(terms.rdf.type), iri(terms.esco.Skill)),
        (me, iri(terms.entity), me),
        (me, iri(terms.skos.prefLabel), text(label, "en")),
        (me, iri(terms.esco.skillType), iri("http://data.europa.eu/esco/skill-type/skill")),
    ]


BOTH = [*course(COURSE, "Programming 1"), *course(OTHER, "Data structures")]


def load(data: Path, source: str, triples: Iterable[Triple], **options: Any) -> Generation:
    bundle = bundle_of(data / "bundles" / source, source, triples)
    return publish(data, {source: bundle}, checked=False, **options)


def asked(data: Path, query: str) -> list[tuple[str | None, ...]]:
    prefixes = (
        "PREFIX as: <https://www.w3.org/ns/activitystreams#> "
        "PREFIX polku: <https://w3id.org/polku/ns#> "
        "PREFIX dcterms: <http://purl.org/dc/terms/> "
        "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> "
    )
    with open_graph(data) as graph:
        return sorted(graph.select(prefixes + query), key=str)


def told(data: Path) -> list[tuple[str, str]]:
    """What became of which thing, of every change that is kept."""
    rows = asked(
        data, "SELECT ?verb ?thing { ?c a ?verb ; as:object ?thing ; dcterms:isPartOf ?load }"
    )
    return sorted((changes.VERBS[str(verb)], str(thing)) for verb, thing in rows)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A graph of a skill, two courses, and a machine's claim that one develops it."""
    load(tmp_path, "esco", skill())
    load(tmp_path, "aalto", BOTH)
    publish(
        tmp_path,
        {"tags": quads_bundle(tmp_path / "bundles" / "tags", "tags", complete())},
        checked=False,
    )
    return tmp_path


def complete() -> list[Any]:
    """A claim with all that a suggestion must have."""
    from decimal import Decimal

    claims = iri(IRIS.graph("claims"))
    run = iri(IRIS.run("tags", "model"))
    return [
        *suggestion(),
        (iri(CLAIM), iri(terms.confidence), decimal(Decimal("0.5")), claims),
        (iri(CLAIM), iri(terms.prov.wasGeneratedBy), run, claims),
        (run, iri(terms.rdf.type), iri(terms.TaggingRun), claims),
        (run, iri(terms.modelVersion), text("model"), claims),
    ]


@pytest.fixture(params=["fresh", "checkpoint"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The two ways in which a generation is made."""
    speed = 1 if request.param == "fresh" else 10**9
    monkeypatch.setattr("app.graph.publish.CLEARED_PER_SECOND", speed)
    return str(request.param)


# Changes.


@pytest.mark.usefixtures("way")
def test_a_reload_tells_what_came_changed_and_went(data: Path) -> None:
    third = IRIS.course("aalto", "CS-A9999")
    load(data, "aalto", [*course(COURSE, "Programming I"), *course(third, "Sets")])
    assert told(data) == [("added", third), ("changed", COURSE), ("removed", OTHER)]
    assert asked(data, "SELECT ?p { ?c as:object ?t ; polku:changedProperty ?p }") == [
        (terms.dcterms.title,)
    ]


def test_a_first_load_is_told_in_one_sentence(data: Path) -> None:
    assert told(data) == []
    rows = asked(
        data, "SELECT ?s ?said { ?load a as:Collection ; as:origin ?s ; as:summary ?said }"
    )
    assert [row[0] for row in rows] == [IRIS.graph(name) for name in ("aalto", "esco", "tags")]
    assert all("first load" in str(row[1]) for row in rows)


@pytest.mark.usefixtures("way")
def test_history_outlives_later_loads_edits_and_backups(data: Path) -> None:
    load(data, "aalto", course(COURSE, "Programming 1"))
    before = told(data)
    load(data, "esco", skill(label="reasoning"))
    update = "INSERT DATA { GRAPH <https://e.org/mine> { <https://e.org/s> <https://e.org/p> 1 } }"
    Writer(data).edit([{"kind": "update", "text": update}])
    assert set(before) < set(told(data))
    assert ("changed", SKILL) in told(data)
    backup(data, data / "saved.tar")
    restore(data / "saved.tar", data / "again")
    assert told(data / "again") == told(data)


def test_an_edit_while_a_load_is_made_loses_neither(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(*arguments: Any) -> Changes:
        update = (
            "INSERT DATA { GRAPH <https://e.org/mine> { <https://e.org/s> <https://e.org/p> 1 } }"
        )
        Writer(data).edit([{"kind": "update", "text": update}])
        return of_load(*arguments)

    monkeypatch.setattr(changes, "of_load", meanwhile)
    load(data, "aalto", course(OTHER, "Data structures"))
    assert told(data) == [("removed", COURSE)]
    assert orphaned(data) == [CLAIM]
    assert asked(data, "SELECT ?o { <https://e.org/s> <https://e.org/p> ?o }") == [("1",)]


def test_new_links_of_a_thing_are_a_change_of_it(data: Path) -> None:
    claim = (iri(OTHER), iri(terms.suggestedDevelops), iri(SKILL), iri(IRIS.graph("links")))
    bundle = quads_bundle(data / "bundles" / "tags", "tags", [*complete(), claim])
    publish(data, {"tags": bundle}, checked=False)
    assert told(data) == [("changed", OTHER)]


def test_a_part_of_a_course_that_changes_is_a_change_of_the_course(data: Path) -> None:
    group = IRIS.prerequisite_group(COURSE, 1)
    load(data, "aalto", [*BOTH, (iri(group), iri(terms.strength), text("x"))])
    assert told(data) == [("changed", COURSE)]


def test_what_another_source_still_has_is_not_removed(data: Path) -> None:
    load(data, "sisu", course(OTHER, "Data structures"))
    load(data, "aalto", course(COURSE, "Programming 1"))
    assert told(data) == [("changed", OTHER)]
    assert asked(data, "SELECT ?t { ?t a as:Tombstone }") == []


@pytest.mark.parametrize("most", [0, 1, 2])
def test_no_more_changes_are_kept_than_asked_for_and_what_is_cut_is_said(
    data: Path, most: int
) -> None:
    load(data, "aalto", course(OTHER, "Data structures"), keep_changes=most)
    load(data, "aalto", course(COURSE, "Programming 1"), keep_changes=most)
    assert len(told(data)) <= most
    said = " ".join(str(row[0]) for row in asked(data, "SELECT ?s { ?load as:summary ?s }"))
    assert ("not listed, past the limit" in said) == (most < 2)
    assert ("No longer listed" in said) == (most > 0)
    totals = asked(data, "SELECT ?load ?n { ?load as:totalItems ?n }")
    assert [row[1] for row in totals] == ["1", "2"]


def test_no_one_but_a_load_writes_the_graphs_that_loads_keep(data: Path) -> None:
    for name in (changes.NAME, gone.NAME, orphans.NAME):
        update = f"INSERT DATA {{ GRAPH <{IRIS.graph(name)}> {{ <a:s> <a:p> 1 }} }}"
        _, (outcome,) = Writer(data).edit([{"kind": "update", "text": update}])
        assert isinstance(outcome.error, Forbidden)
        with pytest.raises(LoadError, match="taken"):
            source_name(loader("rdf"), {"name": name})
        with pytest.raises(GraphError, match="own use"):
            load(data, name, skill())


_codes = st.dictionaries(st.sampled_from("ABCDEF"), st.sampled_from(["x", "y"]), max_size=5)


@settings(deadline=None)
@given(_codes, _codes)
def test_the_changes_of_a_load_are_what_sets_of_courses_say(
    before: dict[str, str], after: dict[str, str]
) -> None:
    import tempfile

    def written(folder: Path, said: dict[str, str]) -> Bundle:
        triples = [t for c, title in said.items() for t in course(IRIS.course("aalto", c), title)]
        return bundle_of(folder, "aalto", [*skill(), *triples])

    def stored(bundle: Bundle) -> ox.Store:
        store = ox.Store()
        store.load(path=bundle.quads, format=ox.RdfFormat.N_QUADS)
        return store

    with tempfile.TemporaryDirectory() as folder:
        old, new = (written(Path(folder), said) for said in (before, after))
        found = of_load("aalto", old, new, (stored(old), stored(new)), 100)
    told = {(changes.VERBS[one.verb], one.thing.rpartition("/")[2]) for one in found.listed}
    assert told == {
        *(("added", code) for code in after.keys() - before.keys()),
        *(("removed", code) for code in before.keys() - after.keys()),
        *(("changed", c) for c in before.keys() & after.keys() if before[c] != after[c]),
    }
    assert {one.iri.rpartition("/")[2] for one in found.gone} == before.keys() - after.keys()
    assert found.counts.total() == len(found.listed)


def test_no_question_of_the_ontology_counts_a_change_an_orphan_or_what_is_gone() -> None:
    store = ox.Store()
    store.extend(competency.world())
    named = {q.subject.value for q in store if isinstance(q.subject, ox.NamedNode)}
    made = Changes("aalto", first=False)
    for thing in sorted(named):
        for verb in changes.VERBS:
            made.listed.append(Change(verb, thing, terms.Course, {terms.dcterms.title}))
    generation = Generation(
        "000001-abcdef",
        "",
        "2026-11-25T00:00:00Z",
        "",
        {},
        {},
        0,
        IRIS.base,
        Path(),
        "000001-abcdef",
    )
    changes.write(store, IRIS, generation, [made], 10**6)
    lost = [IRIS.course("aalto", "LOST"), "http://data.europa.eu/esco/skill/lost"]
    kinds = (terms.Course, terms.esco.Skill)
    gone.bury(
        store,
        IRIS,
        [
            gone.Gone(one, kind, IRIS.graph("aalto"), (text("Lost", "en"),), (AALTO,))
            for one, kind in zip(lost, kinds, strict=True)
        ],
        generation.created,
    )
    for about in sorted(named):
        claim = iri(IRIS.claim(about, lost[1], terms.develops))
        for prop, value in ((terms.about, about), (terms.skill, lost[1]),
                            (terms.relation, terms.develops), (terms.status, terms.Accepted)):  # fmt: skip
            store.add(
                ox.Quad(
                    ox.NamedNode(claim[1:-1]), ox.NamedNode(prop), ox.NamedNode(value),
                    ox.NamedNode(IRIS.graph("claims")),
                )
            )  # fmt: skip
    assert orphans.set_aside(store, IRIS, lost) == len(named)
    assert len(list(orphans.orphaned(store, IRIS))) == len(named)
    for file in competency.QUESTIONS:
        rows = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        solutions = store.query(file.read_text(encoding="utf-8"), use_default_graph_as_union=True)
        assert isinstance(solutions, ox.QuerySolutions)
        names = [variable.value for variable in solutions.variables]
        found = [
            {n: competency.value(str(one[n])) for n in names if one[n] is not None}
            for one in solutions
        ]
        assert found == [
            {name: competency.value(term) for name, term in row.items()} for row in rows
        ], file.stem


# What is gone.


def orphaned(data: Path) -> list[str]:
    generation = generations.current(data)
    assert generation is not None
    return sorted(one.claim for one in orphans.orphaned(open_store(generation), IRIS))


def quads_of(data: Path, names: Sequence[str]) -> set[str]:
    """All quads of these graphs."""
    generation = generations.current(data)
    assert generation is not None
    store = open_store(generation)
    return {
        str(quad)
        for name in names
        for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(IRIS.graph(name)))
    }


CURRENT = ("aalto", "claims", "links", "decisions", "gone", "orphaned")


def decide(data: Path, verdict: str = "accept") -> None:
    _, (outcome,) = Writer(data).edit(
        [{"kind": "decide", "about": COURSE, "skill": SKILL, "verdict": verdict, "role": "curator"}]
    )
    assert outcome.error is None


def violations(data: Path) -> list[str]:
    generation = generations.current(data)
    assert generation is not None
    found = check_generation(generation)
    return [one.message for one in found if one.severity == "Violation"]


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("verdict", ["", "accept", "reject"])
def test_a_course_that_is_lost_keeps_its_tags_aside_and_comes_back_with_them(
    data: Path, verdict: str
) -> None:
    if verdict:
        decide(data, verdict)
    before = quads_of(data, CURRENT)
    assert violations(data) == []

    load(data, "aalto", course(OTHER, "Data structures"))
    assert asked(data, "SELECT ?c { ?c a polku:Course }") == [(OTHER,)]
    assert asked(data, f"SELECT ?was ?name {{ <{COURSE}> a as:Tombstone ; as:formerType ?was ; as:name ?name ; as:deleted ?when }}") == [(terms.Course, "Programming 1")]  # fmt: skip
    assert asked(data, f"SELECT ?p {{ <{COURSE}> ?p <{SKILL}> }}") == []
    assert asked(data, "SELECT ?c { ?c a polku:Claim }") == []
    assert orphaned(data) == [CLAIM]
    assert len(asked(data, "SELECT ?d { ?d a polku:Decision }")) == bool(verdict)
    assert violations(data) == []

    load(data, "esco", skill(label="still logic"))  # another load changes nothing of it
    assert orphaned(data) == [CLAIM]
    load(data, "esco", skill())

    load(data, "aalto", BOTH)
    assert quads_of(data, CURRENT) == before
    assert violations(data) == []


def test_what_is_gone_cannot_be_decided_on(data: Path) -> None:
    load(data, "aalto", course(OTHER, "Data structures"))
    edit = {"kind": "decide", "about": COURSE, "skill": SKILL, "verdict": "accept",
            "role": "curator", "relation": terms.develops}  # fmt: skip
    _, (outcome,) = Writer(data).edit([edit])
    assert "gone from its source" in str(outcome.error)


def test_a_tagging_run_without_the_lost_course_leaves_its_claim_aside(data: Path) -> None:
    load(data, "aalto", course(OTHER, "Data structures"))
    empty = [(iri(IRIS.run("tags", "m2")), iri(terms.rdf.type), iri(terms.TaggingRun), iri(IRIS.graph("claims")))]  # fmt: skip
    publish(data, {"tags": quads_bundle(data / "bundles" / "tags", "tags", empty)}, checked=False)
    assert orphaned(data) == [CLAIM]
    load(data, "aalto", BOTH)
    assert asked(data, f"SELECT ?c {{ ?c a polku:Claim ; polku:about <{COURSE}> }}") == [(CLAIM,)]
    assert asked(data, f"SELECT ?s {{ <{COURSE}> polku:suggestedDevelops ?s }}") == [(SKILL,)]


# Skills that are replaced.

NEW = "http://data.europa.eu/esco/skill/11111111-afda-43d9-b901-96344886e14d"
MOVED = IRIS.claim(COURSE, NEW, terms.develops)


def replacing(*pairs: tuple[str, str]) -> list[Triple]:
    return [(iri(old), iri(terms.dcterms.isReplacedBy), iri(new)) for old, new in pairs]


@pytest.mark.usefixtures("way")
def test_without_replacements_nothing_moves_and_all_comes_back(data: Path) -> None:
    decide(data)
    kept = [name for name in CURRENT if name != gone.NAME]
    before = quads_of(data, kept)
    load(data, "esco", skill(NEW))
    assert orphaned(data) == [CLAIM]
    assert asked(data, "SELECT ?c { ?c a polku:Claim }") == []
    assert asked(data, "SELECT ?s { ?c polku:develops|polku:suggestedDevelops ?s }") == []
    assert violations(data) == []
    generation = generations.current(data)
    assert generation is not None
    found = orphans.summary(open_store(generation), IRIS)
    assert (found.claims, found.things) == (1, ((SKILL, "logic", 1),))
    load(data, "esco", skill())
    assert quads_of(data, kept) == before


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("verdict", ["", "accept", "reject"])
def test_claims_and_decisions_move_to_what_replaces_their_skill(
    data: Path, at_once: bool, verdict: str
) -> None:
    if verdict:
        decide(data, verdict)
    if not at_once:
        load(data, "esco", skill(NEW))
    load(data, "esco", [*skill(NEW), *replacing((SKILL, NEW))])
    assert orphaned(data) == []
    kind = "polku:RejectedClaim" if verdict == "reject" else "polku:Claim"
    assert asked(data, f"SELECT ?c ?s {{ ?c a {kind} ; polku:skill ?s }}") == [(MOVED, NEW)]
    plain = {"": terms.suggestedDevelops, "accept": terms.develops}.get(verdict)
    assert asked(data, f"SELECT ?p {{ <{COURSE}> ?p <{NEW}> }}") == ([(plain,)] if plain else [])
    decided = asked(data, "SELECT ?c ?s { ?d polku:decides ?c ; polku:skill ?s }")
    assert decided == ([(MOVED, NEW)] if verdict else [])
    assert violations(data) == []
    kept = [name for name in CURRENT if name != gone.NAME]
    after = quads_of(data, kept)
    load(data, "aalto", [*BOTH, *course(IRIS.course("aalto", "X"), "Sets")])
    load(data, "aalto", BOTH)
    assert quads_of(data, kept) == after


def test_one_skill_that_became_several_moves_nothing(data: Path) -> None:
    second = NEW.replace("1111", "2222")
    load(
        data,
        "esco",
        [*skill(NEW), *skill(second, "sets"), *replacing((SKILL, NEW), (SKILL, second))],
    )
    assert orphaned(data) == [CLAIM]


def test_a_chain_of_replacements_is_followed_to_its_end_and_a_cycle_ends(data: Path) -> None:
    middle = NEW.replace("1111", "2222")
    load(data, "esco", [*skill(middle, "sets")])
    load(data, "esco", [*skill(NEW), *replacing((SKILL, middle), (middle, NEW))])
    assert asked(data, "SELECT ?s { ?c a polku:Claim ; polku:skill ?s }") == [(NEW,)]
    load(data, "esco", [*skill(middle, "x"), *replacing((NEW, SKILL), (SKILL, NEW))])
    assert len(orphaned(data)) == 1


def test_a_claim_that_is_there_already_is_left_as_it_is(data: Path) -> None:
    home = iri(IRIS.graph("claims"))
    there = [
        (iri(MOVED), iri(terms.rdf.type), iri(terms.Claim), home),
        (iri(MOVED), iri(terms.about), iri(COURSE), home),
        (iri(MOVED), iri(terms.skill), iri(NEW), home),
        (iri(MOVED), iri(terms.relation), iri(terms.develops), home),
        (iri(MOVED), iri(terms.status), iri(terms.Suggested), home),
        (iri(MOVED), iri(terms.because), text("it says so"), home),
    ]
    load(data, "esco", [*skill(), *skill(NEW)])
    bundle = quads_bundle(data / "bundles" / "tags", "tags", [*complete(), *there])
    publish(data, {"tags": bundle}, checked=False)
    load(data, "esco", [*skill(NEW), *replacing((SKILL, NEW))])
    rows = asked(data, f"SELECT ?p ?o {{ <{MOVED}> ?p ?o }}")
    assert len(rows) == len(there)
