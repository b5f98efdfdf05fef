from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import BadParameter, BadQuery, Busy, Forbidden, GraphError, NotFound
from app.graph import generations, open_graph
from app.graph.edits import EditLog
from app.graph.publish import publish
from app.graph.writer import Writer
from app.workers import JsonObject
from ontology import terms
from ontology.ntriples import iri, text
from tests.graph.bundles import (
    CLAIM,
    COURSE,
    IRIS,
    SKILL,
    bundle_of,
    labels,
    quads_bundle,
    suggestion,
)

A_COURSE = (iri(COURSE), iri(terms.rdf.type), iri(terms.Course))
A_SKILL = (iri(SKILL), iri(terms.rdf.type), iri(terms.esco.Skill))


def load(data: Path, source: str = "esco", count: int = 3) -> None:
    bundle = bundle_of(data / "bundles" / source, source, [A_SKILL, *labels(count)])
    publish(data, {source: bundle}, checked=False)


def load_claims(data: Path, *, graph: str = "claims", status: str = terms.Suggested) -> None:
    course = bundle_of(data / "bundles" / "aalto", "aalto", [A_COURSE])
    tags = quads_bundle(data / "bundles" / "tags", "tags", suggestion(status, graph))
    publish(data, {"aalto": course, "tags": tags}, checked=False)


def insert(value: int | str, graph: str = "https://e.org/mine") -> JsonObject:
    update = f"INSERT DATA {{ GRAPH <{graph}> {{ <https://e.org/s> <https://e.org/p> {value} }} }}"
    return {"kind": "update", "text": update}


def decide(verdict: str, **more: str) -> JsonObject:
    said = {"kind": "decide", "about": COURSE, "skill": SKILL, "verdict": verdict}
    return {**said, "role": "researcher", **more}


def ask(data: Path, pattern: str) -> bool:
    with open_graph(data) as graph:
        return graph.ask(f"PREFIX polku: <https://w3id.org/polku/ns#> ASK {{ {pattern} }}")


def rows(data: Path, query: str) -> list[tuple[str | None, ...]]:
    with open_graph(data) as graph:
        return sorted(graph.select(f"PREFIX polku: <https://w3id.org/polku/ns#> {query}"), key=str)


def test_an_edit_is_read_from_the_generation_that_it_made(tmp_path: Path) -> None:
    load(tmp_path)
    generation, (outcome,) = Writer(tmp_path).edit([insert(1)])
    assert outcome.error is None
    current = generations.current(tmp_path)
    assert current is not None
    assert current.id == generation
    assert ask(tmp_path, "GRAPH <https://e.org/mine> { ?s ?p 1 }")
    assert ask(tmp_path, f"?catalog <{terms.owl.versionInfo}> '{generation}'")
    versions = rows(
        tmp_path, f"SELECT ?v {{ <{IRIS.graph('registry')}> <{terms.owl.versionInfo}> ?v }}"
    )
    assert versions == [(generation,)]


def test_edits_that_come_together_share_a_generation_and_fail_alone(tmp_path: Path) -> None:
    load(tmp_path)
    before = generations.current(tmp_path)
    assert before is not None
    bad: JsonObject = {"kind": "update", "text": "INSERT DATA {"}
    generation, outcomes = Writer(tmp_path).edit([insert(1), bad, insert(2)])
    assert [type(one.error) for one in outcomes] == [type(None), BadQuery, type(None)]
    after = generations.current(tmp_path)
    assert after is not None
    assert (after.id, after.parent) == (generation, before.id)
    assert rows(tmp_path, "SELECT ?o { GRAPH <https://e.org/mine> { ?s ?p ?o } }") == [
        ("1",),
        ("2",),
    ]


def test_refused_edits_make_no_generation(tmp_path: Path) -> None:
    load(tmp_path)
    before = generations.current(tmp_path)
    _, (outcome,) = Writer(tmp_path).edit([insert(1, IRIS.graph("esco"))])
    assert isinstance(outcome.error, Forbidden)
    assert "polku load esco" in outcome.error.detail
    assert generations.current(tmp_path) == before


def test_an_update_is_all_or_nothing(tmp_path: Path) -> None:
    load(tmp_path)
    update = f"{insert(1)['text']} ; CREATE GRAPH <https://e.org/mine>"
    _, (outcome, _) = Writer(tmp_path).edit([{"kind": "update", "text": update}, insert(2)])
    assert isinstance(outcome.error, BadQuery)
    assert rows(tmp_path, "SELECT ?o { GRAPH <https://e.org/mine> { ?s ?p ?o } }") == [("2",)]


@pytest.mark.parametrize("fresh", [True, False])
def test_what_people_wrote_survives_every_reload(
    tmp_path: Path, fresh: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.graph.publish.CLEARED_PER_SECOND", 1 if fresh else 10**9)
    load(tmp_path)
    writer = Writer(tmp_path)
    writer.edit([insert(1)])
    writer.edit(
        [{"kind": "update", "text": "INSERT DATA { <https://e.org/s> <https://e.org/p> 7 }"}]
    )
    load(tmp_path, count=5)
    load(tmp_path, "other")
    assert ask(tmp_path, "GRAPH <https://e.org/mine> { ?s ?p 1 } . <https://e.org/s> ?q 7")


def test_a_source_cannot_take_over_a_graph_that_people_wrote(tmp_path: Path) -> None:
    load(tmp_path)
    Writer(tmp_path).edit([insert(1, IRIS.graph("aalto"))])
    with pytest.raises(GraphError, match="Move it away"):
        load(tmp_path, "aalto")


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_graph_is_put_and_added_to(tmp_path: Path, method: str) -> None:
    load(tmp_path)
    writer = Writer(tmp_path)
    graph = "https://e.org/mine"
    edit: JsonObject = {"kind": "graph", "method": method, "graph": graph}
    edit = {**edit, "mediaType": "text/turtle"}
    _, (first,) = writer.edit([{**edit, "body": "<s> <p> 1 ."}])
    _, (second,) = writer.edit([{**edit, "body": "<s> <p> 2 ."}])
    assert (first.result, second.result) == ({"created": True}, {"created": False})
    found = rows(tmp_path, f"SELECT ?s ?o {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    both = [("https://e.org/s", "1"), ("https://e.org/s", "2")]
    assert found == (both[1:] if method == "PUT" else both)


def test_a_graph_is_deleted_once(tmp_path: Path) -> None:
    load(tmp_path)
    writer = Writer(tmp_path)
    writer.edit([insert(1)])
    delete: JsonObject = {"kind": "graph", "method": "DELETE", "graph": "https://e.org/mine"}
    _, (outcome,) = writer.edit([delete])
    assert outcome.error is None
    _, (outcome,) = writer.edit([delete])
    assert isinstance(outcome.error, NotFound)


@pytest.mark.parametrize(
    "edit",
    [
        {"kind": "nonsense"},
        {"kind": "update"},
        {
            "kind": "graph",
            "method": "PUT",
            "graph": "no iri",
            "mediaType": "text/turtle",
            "body": "",
        },
        {"kind": "graph", "method": "PUT", "graph": "a:b", "mediaType": "text/html", "body": ""},
        {"kind": "graph", "method": "PUT", "graph": "a:b", "mediaType": "text/turtle", "body": "<"},
        {"kind": "decide", "about": COURSE, "skill": SKILL, "verdict": "perhaps", "role": "x"},
    ],
)
def test_a_malformed_edit_is_refused_by_name(tmp_path: Path, edit: JsonObject) -> None:
    load(tmp_path)
    _, (outcome,) = Writer(tmp_path).edit([edit])
    assert isinstance(outcome.error, BadParameter)


def test_an_accepted_claim_becomes_a_plain_triple(tmp_path: Path) -> None:
    load(tmp_path)
    load_claims(tmp_path)
    assert ask(tmp_path, f"<{COURSE}> polku:suggestedDevelops <{SKILL}>")
    _, (outcome,) = Writer(tmp_path).edit([decide("accept")])
    assert isinstance(outcome.result, dict)
    assert outcome.result["claim"] == CLAIM
    assert rows(tmp_path, f"SELECT ?s {{ <{CLAIM}> polku:status ?s }}") == [(terms.Accepted,)]
    assert ask(tmp_path, f"GRAPH <{IRIS.graph('links')}> {{ <{COURSE}> polku:develops <{SKILL}> }}")
    assert not ask(tmp_path, f"<{COURSE}> polku:suggestedDevelops <{SKILL}>")


@pytest.mark.parametrize("verdict", ["reject", "tooBroad"])
def test_a_rejected_claim_is_no_claim_and_has_no_plain_triple(tmp_path: Path, verdict: str) -> None:
    load(tmp_path)
    load_claims(tmp_path)
    Writer(tmp_path).edit([decide(verdict)])
    assert rows(tmp_path, f"SELECT ?s {{ <{CLAIM}> polku:status ?s }}") == [(terms.Rejected,)]
    assert rows(tmp_path, f"SELECT ?t {{ <{CLAIM}> a ?t }}") == [(terms.RejectedClaim,)]
    assert not ask(tmp_path, f"<{COURSE}> ?p <{SKILL}>")


def test_the_last_word_counts(tmp_path: Path) -> None:
    load(tmp_path)
    load_claims(tmp_path)
    writer = Writer(tmp_path)
    for verdict in ("accept", "reject", "accept", "reject"):
        writer.edit([decide(verdict)])
    assert rows(tmp_path, f"SELECT ?s {{ <{CLAIM}> polku:status ?s }}") == [(terms.Rejected,)]
    assert not ask(tmp_path, f"<{COURSE}> polku:develops <{SKILL}>")
    writer.edit([decide("accept")])
    assert rows(tmp_path, f"SELECT ?t {{ <{CLAIM}> a ?t }}") == [(terms.Claim,)]
    assert ask(tmp_path, f"<{COURSE}> polku:develops <{SKILL}>")


@pytest.mark.parametrize("fresh", [True, False])
@pytest.mark.parametrize("verdict", ["accept", "reject"])
def test_a_decision_survives_reloads_and_new_tagging_runs(
    tmp_path: Path, verdict: str, fresh: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.graph.publish.CLEARED_PER_SECOND", 1 if fresh else 10**9)
    load(tmp_path)
    load_claims(tmp_path)
    Writer(tmp_path).edit([decide(verdict)])
    other = IRIS.claim(COURSE, "https://e.org/other", terms.develops)
    extra = (iri(other), iri(terms.status), iri(terms.Suggested), iri(IRIS.graph("claims")))
    again = quads_bundle(tmp_path / "bundles" / "tags", "tags", [*suggestion(), extra])
    publish(tmp_path, {"tags": again}, checked=False)
    without = quads_bundle(tmp_path / "bundles" / "tags", "tags", [extra])
    for bundle in (None, without):
        if bundle:
            publish(tmp_path, {"tags": bundle}, checked=False)
        status = terms.Accepted if verdict == "accept" else terms.Rejected
        assert rows(tmp_path, f"SELECT ?s {{ <{CLAIM}> polku:status ?s }}") == [(status,)]
        plain = [("develops",)] if verdict == "accept" else []
        found = rows(tmp_path, f"SELECT ?p {{ <{COURSE}> ?p <{SKILL}> }}")
        assert [(str(p).rsplit("#")[-1],) for (p,) in found] == plain


def test_a_missing_skill_becomes_an_accepted_claim(tmp_path: Path) -> None:
    load(tmp_path)
    publish(
        tmp_path,
        {"aalto": bundle_of(tmp_path / "bundles" / "aalto", "aalto", [A_COURSE])},
        checked=False,
    )
    Writer(tmp_path).edit([decide("missing")])
    assert rows(tmp_path, f"SELECT ?s {{ <{CLAIM}> a polku:Claim ; polku:status ?s }}") == [
        (terms.Accepted,)
    ]
    assert ask(tmp_path, f"<{COURSE}> polku:develops <{SKILL}>")


def test_a_skill_outside_esco_is_noted_with_its_name(tmp_path: Path) -> None:
    load(tmp_path)
    load_claims(tmp_path)
    said: JsonObject = {"kind": "decide", "about": COURSE, "verdict": "notInEsco", "role": "x"}
    _, (without, noted) = Writer(tmp_path).edit([said, {**said, "label": "SPARQL"}])
    assert isinstance(without.error, BadParameter)
    assert noted.error is None
    assert ask(tmp_path, "?d a polku:Decision ; ?p 'SPARQL' ; polku:verdict polku:NotInEsco")


def test_a_rejected_claim_of_a_source_loses_its_plain_triple_on_every_load(tmp_path: Path) -> None:
    load(tmp_path)
    graph = iri(IRIS.graph("table"))
    stated = [quad for quad in suggestion(terms.Accepted, "table") if quad[3] == graph]
    stated.append((iri(COURSE), iri(terms.develops), iri(SKILL), graph))
    course = (*A_COURSE, graph)
    for extra in (
        [],
        [(iri("https://e.org/x"), iri(terms.rdfs.label), iri("https://e.org/y"), graph)],
    ):
        bundle = quads_bundle(tmp_path / "bundles" / "table", "table", [course, *stated, *extra])
        publish(tmp_path, {"table": bundle}, checked=False)
        if not extra:
            assert ask(tmp_path, f"<{COURSE}> polku:develops <{SKILL}>")
            Writer(tmp_path).edit([decide("reject")])
        assert not ask(tmp_path, f"<{COURSE}> polku:develops <{SKILL}>")
        assert rows(tmp_path, f"SELECT ?s {{ <{CLAIM}> polku:status ?s }}") == [(terms.Rejected,)]


def test_a_claim_that_a_source_states_wins_over_the_machines_copy(tmp_path: Path) -> None:
    load(tmp_path)
    load_claims(tmp_path)
    graph = iri(IRIS.graph("table"))
    stated = [quad for quad in suggestion(terms.Accepted, "table") if quad[3] == graph]
    bundle = quads_bundle(tmp_path / "bundles" / "table", "table", stated)
    publish(tmp_path, {"table": bundle}, checked=False)
    assert rows(tmp_path, f"SELECT ?s {{ <{CLAIM}> polku:status ?s }}") == [(terms.Accepted,)]
    assert not ask(tmp_path, f"<{COURSE}> polku:suggestedDevelops <{SKILL}>")


def test_the_graph_never_shows_who_decided_or_what_they_commented(tmp_path: Path) -> None:
    load(tmp_path)
    load_claims(tmp_path)
    Writer(tmp_path).edit([decide("reject", comment="Matti says no")])
    assert not ask(tmp_path, "?s ?p ?o FILTER(CONTAINS(STR(?o), 'Matti'))")
    (segment,) = (tmp_path / "edits").iterdir()
    assert "Matti says no" in segment.read_text()
    assert segment.stat().st_mode & 0o077 == 0


def test_a_decision_on_what_is_not_there_is_refused(tmp_path: Path) -> None:
    load(tmp_path)
    load_claims(tmp_path)
    edits = [
        decide("accept", about="https://e.org/none"),
        decide("accept", skill="https://e.org/n"),
    ]
    _, outcomes = Writer(tmp_path).edit(edits)
    assert all(isinstance(one.error, NotFound) for one in outcomes)


def test_edits_wait_for_the_lock_and_then_give_up(tmp_path: Path) -> None:
    load(tmp_path)
    with generations.write_lock(tmp_path, wait_seconds=1), pytest.raises(Busy):
        Writer(tmp_path, wait_seconds=0.1).edit([insert(1)])


def test_the_log_says_what_became_of_each_edit(tmp_path: Path) -> None:
    load(tmp_path)
    generation, _ = Writer(tmp_path).edit([insert(1), insert(2, IRIS.graph("esco"))])
    (segment,) = (tmp_path / "edits").iterdir()
    lines = [json.loads(line) for line in segment.read_text().splitlines()]
    assert [line.get("outcome") for line in lines] == [None, None, generation, "refused"]
    assert [one.number for one in EditLog(tmp_path).edits()] == [1]


def test_half_a_line_at_the_end_of_the_log_is_cut_off(tmp_path: Path) -> None:
    log = EditLog(tmp_path)
    assert log.add([insert(1), insert(2)], "2026-01-01T00:00:00Z") == [1, 2]
    (segment,) = (tmp_path / "edits").iterdir()
    segment.write_bytes(segment.read_bytes() + b'{"n": 3, "ed')
    again = EditLog(tmp_path)
    assert again.add([insert(3)], "2026-01-01T00:00:00Z") == [3]
    assert [json.loads(line)["n"] for line in segment.read_text().splitlines()] == [1, 2, 3]


def test_two_processes_that_write_in_turn_share_the_numbering(tmp_path: Path) -> None:
    one, other = EditLog(tmp_path), EditLog(tmp_path)
    assert one.add([insert(1)], "t") == [1]
    assert other.add([insert(2)], "t") == [2]
    assert one.add([insert(3)], "t") == [3]


def test_a_long_log_goes_on_in_another_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.graph.edits.SEGMENT_BYTES", 300)
    log = EditLog(tmp_path)
    for number in range(1, 20):
        assert log.add([insert(number)], "t") == [number]
        log.conclude([(number, "000002-abcdef")])
    assert len(list((tmp_path / "edits").iterdir())) > 3
    assert EditLog(tmp_path).last == 19
    assert [one.number for one in EditLog(tmp_path).edits(after=5)] == list(range(6, 20))


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=50))
def test_any_text_that_people_write_comes_back(tmp_path: Path, texts: list[str]) -> None:
    if generations.current(tmp_path) is None:
        load(tmp_path)
    triples = "\n".join(f"<https://e.org/s> <https://e.org/p> {text(one)} ." for one in texts)
    edit: JsonObject = {"kind": "graph", "method": "PUT", "graph": "https://e.org/any"}
    edit = {**edit, "mediaType": "application/n-triples", "body": triples}
    _, (outcome,) = Writer(tmp_path).edit([edit])
    assert outcome.error is None
    found = rows(tmp_path, "SELECT ?o { GRAPH <https://e.org/any> { ?s ?p ?o } }")
    assert {row[0] for row in found} == set(texts)


def test_a_refused_edit_leaves_no_store_open(tmp_path: Path) -> None:
    load(tmp_path)
    writer = Writer(tmp_path)
    for number in range(12):  # enough for the engine to merge files behind our back
        bad: JsonObject = {"kind": "update", "text": "INSERT DATA {"}
        _, (good, refused) = writer.edit([insert(number), bad])
        assert good.error is None
        assert isinstance(refused.error, BadQuery)
    assert len(rows(tmp_path, "SELECT ?o { GRAPH <https://e.org/mine> { ?s ?p ?o } }")) == 12


@pytest.mark.parametrize("fresh", [True, False])
def test_edits_go_on_while_a_load_is_built_and_are_in_its_generation(
    tmp_path: Path, fresh: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.graph.publish.CLEARED_PER_SECOND", 1 if fresh else 10**9)
    load(tmp_path)
    load_claims(tmp_path)
    writer = Writer(tmp_path, wait_seconds=0.1)
    writer.edit([insert(1), insert(1, "https://e.org/dropped")])
    drop: JsonObject = {"kind": "update", "text": "DROP GRAPH <https://e.org/dropped>"}
    waiting = [insert(2), decide("accept"), drop]

    def meanwhile(_: int) -> None:
        while waiting:
            outcomes = writer.edit([waiting.pop()])[1]
            assert outcomes[0].error is None

    bundle = bundle_of(tmp_path / "bundles" / "esco", "esco", [A_SKILL, *labels(9)])
    made = publish(tmp_path, {"esco": bundle}, checked=False, progress=meanwhile)
    assert generations.current(tmp_path) == made
    assert made.edits == 5
    assert rows(tmp_path, "SELECT ?o { GRAPH <https://e.org/mine> { ?s ?p ?o } }") == [
        ("1",),
        ("2",),
    ]
    assert not ask(tmp_path, "GRAPH <https://e.org/dropped> { ?s ?p ?o }")
    assert rows(tmp_path, f"SELECT ?s {{ <{CLAIM}> polku:status ?s }}") == [(terms.Accepted,)]
    assert rows(tmp_path, f"SELECT ?p {{ <{COURSE}> ?p <{SKILL}> }}") == [(terms.develops,)]
    found = rows(
        tmp_path, f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{IRIS.graph('esco')}> {{ ?s ?p ?o }} }}"
    )
    assert found == [("10",)]


def test_a_load_that_another_overtakes_keeps_both(tmp_path: Path) -> None:
    load(tmp_path)
    done: list[str] = []

    def meanwhile(_: int) -> None:
        if not done:
            done.append("once")
            load(tmp_path, "other", count=4)

    bundle = bundle_of(tmp_path / "bundles" / "aalto", "aalto", labels(2))
    made = publish(tmp_path, {"aalto": bundle}, checked=False, progress=meanwhile)
    assert set(made.bundles) == {"esco", "other", "aalto"}
    for source, expected in (("esco", "4"), ("other", "5"), ("aalto", "2")):
        graph = IRIS.graph(source)
        found = rows(tmp_path, f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
        assert found == [(expected,)]
    left = [path.name for path in (tmp_path / "generations").iterdir()]
    assert not [one for one in left if one.startswith(".")]


def test_a_writer_leaves_what_another_builds_and_clears_what_a_dead_one_left(
    tmp_path: Path,
) -> None:
    load(tmp_path)
    dead = tmp_path / "generations" / ".building-1-abcdef"
    dead.mkdir()
    with generations.building(tmp_path) as living:
        Writer(tmp_path).edit([insert(1)])
        assert living.is_dir()
        assert not dead.exists()
    assert not living.exists()
