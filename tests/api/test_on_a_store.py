"""The service where the graph is on an engine of others: two replicas of it."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.graph.remote.deliver import deliver
from app.settings import Settings
from tests.api.conftest import COURSE, DATA_SCIENTIST, MACHINE_LEARNING, Service, serving
from tests.api.test_metrics import value
from tests.engines import running
from tests.engines.relay import Relay, relayed

DECIDED = "ASK { ?d a <https://w3id.org/polku/ns#Decision> }"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/polku/ns#Course> }"


@pytest.fixture
def replicas(data: Path, tmp_path: Path) -> Iterator[tuple[Service, Service]]:
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(running("oxigraph", tmp_path / "engine"))
        made = Settings(data=data, store=url, store_vendor="oxigraph", store_poll_seconds=0.2)
        deliver(made)
        one, other = (
            stack.enter_context(serving(made.model_copy(update={"data": folder, "readers": 1})))
            for folder in (_fresh(tmp_path / "one"), _fresh(tmp_path / "two"))
        )
        yield one, other


def _fresh(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_a_decision_at_one_replica_is_seen_at_the_other(
    replicas: tuple[Service, Service],
) -> None:
    one, other = replicas
    first, again = one.sparql(COUNT), other.sparql(COUNT)
    assert first.text == again.text != "n\r\n0\r\n"
    assert first.headers["etag"] == again.headers["etag"]
    held = {"If-None-Match": first.headers["etag"], "Accept": "text/csv"}
    unchanged = other.client.get("/sparql", params={"query": COUNT}, headers=held)
    assert unchanged.status_code == 304
    assert one.sparql(DECIDED).text.strip() == "false"

    decision = {"about": COURSE, "skill": MACHINE_LEARNING, "decision": "accept"}
    posted = one.client.post("/tags", json=decision, headers=one.bearer("curator"))
    assert posted.is_success, posted.text

    assert one.sparql(DECIDED).text.strip() == "true"
    deadline = time.monotonic() + 20
    while other.sparql(DECIDED).text.strip() != "true":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    # The engine answers with it at once; the replica's own clock notices it.
    while other.sparql(COUNT).headers["etag"] == first.headers["etag"]:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    past = first.headers["polku-generation"]
    other.problem(other.sparql(COUNT, generation=past), 410)


@dataclass(frozen=True)
class OnStore:
    """A service on a store, its engines warm, and the way between them."""

    service: Service
    relay: Relay


@pytest.fixture(scope="module")
def on_store(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OnStore]:
    root = tmp_path_factory.mktemp("store")
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(running("oxigraph", root / "engine"))
        relay = stack.enter_context(relayed(url))
        folder = root / "data"
        shutil.copytree(sample, folder)
        made = Settings(data=folder, store=relay.url, store_vendor="oxigraph")
        deliver(made)
        replica = made.model_copy(update={"data": _fresh(root / "replica"), "readers": 2})
        yield OnStore(stack.enter_context(serving(replica, warm=True)), relay)


# Time enough to prove the route on a busy machine: one that time cuts short may be another.
PLAN = {"to": {"occupation": DATA_SCIENTIST}, "timeLimit": 5}
TEXT = {"text": "Machine learning with neural networks, and the cleaning of data."}


def test_search_answers_as_in_a_data_folder(on_store: OnStore, service: Service) -> None:
    for asked in ({"q": "machine learning"}, {"q": "statistik", "lang": "sv"}, {"q": "statistcs"}):
        here, there = (
            one.client.get("/skills", params=asked).json() for one in (service, on_store.service)
        )
        assert _timeless(there) == _timeless(here)
        assert here["results"] or asked["q"] != "machine learning"


def test_tags_are_suggested_as_in_a_data_folder(on_store: OnStore, service: Service) -> None:
    here, there = (
        one.client.post("/tags/suggest", json=TEXT) for one in (service, on_store.service)
    )
    assert here.status_code == there.status_code == 200, (here.text, there.text)
    assert _timeless(there.json()) == _timeless(here.json())


def test_the_same_route_is_found_as_in_a_data_folder(on_store: OnStore, service: Service) -> None:
    here, there = (one.client.post("/paths", json=PLAN) for one in (service, on_store.service))
    assert here.status_code == there.status_code == 200, (here.text, there.text)
    assert _timeless(there.json()) == _timeless(here.json())


def _timeless(said: object) -> object:
    """An answer without what differs from run to run."""
    if isinstance(said, dict):
        left = {"generation", "seconds", "id", "created", "asked", "at"}
        return {name: _timeless(value) for name, value in said.items() if name not in left}
    return [_timeless(one) for one in said] if isinstance(said, list) else said


def test_what_is_measured_is_measured_on_a_store_too(on_store: OnStore) -> None:
    service = on_store.service
    asked = {"course": COURSE}
    hits = value(service, "polku_cache_answers_total", outcome="hit")
    first, again = (service.client.get("/queries/skills-of-course", params=asked) for _ in range(2))
    assert first.content == again.content and first.json()["results"]
    assert value(service, "polku_cache_answers_total", outcome="hit") == hits + 1
    assert 0 < value(service, "polku_generation_age_seconds") < 3600


def test_updates_and_graphs_are_written_to_the_store(on_store: OnStore) -> None:
    service, graph = on_store.service, "https://e.org/written"
    admin = service.bearer("admin")
    asked = f"SELECT ?o {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} ORDER BY ?o"
    update = "PREFIX e: <https://e.org/> INSERT DATA { GRAPH e:written { <a> e:p 1, 2 } } ; # ours"
    done = service.client.post("/sparql", data={"update": update}, headers=admin)
    assert done.status_code == 204, done.text
    assert service.sparql(asked).text.split() == ["o", "1", "2"]

    turtle = {**admin, "Content-Type": "text/turtle"}
    where = {"graph": graph}
    put = service.client.put("/graphs", params=where, content="<a:s> <a:p> 3 .", headers=turtle)
    assert put.status_code == 204, put.text
    assert put.headers["polku-generation"] != done.headers["polku-generation"]
    assert service.sparql(asked).text.split() == ["o", "3"]
    more = service.client.post("/graphs", params=where, content="<a:s> <a:p> 4 .", headers=turtle)
    assert more.status_code in (200, 204), more.text
    assert service.sparql(asked).text.split() == ["o", "3", "4"]
    assert "3" in service.client.get("/graphs", params=where).text

    gone = service.client.delete("/graphs", params=where, headers=admin)
    assert gone.is_success, gone.text
    assert service.sparql(asked).text.split() == ["o"]
    service.problem(service.client.delete("/graphs", params=where, headers=admin), 404)


def test_where_the_store_is_dead_queries_and_edits_say_so_and_go_on_when_it_is_back(
    on_store: OnStore,
) -> None:
    service = on_store.service
    query = "SELECT (COUNT(*) AS ?dead) { ?s ?p ?o }"
    update = {"update": "INSERT DATA { GRAPH <https://e.org/dead> { <a:s> <a:p> 1 } }"}
    on_store.relay.cut()
    try:
        refused = service.sparql(query)
        assert "does not answer" in service.problem(refused, 503)["detail"]
        assert int(refused.headers["retry-after"]) >= 1
        curated = service.client.get("/queries/datasets")
        service.problem(curated, 503)
        edit = service.client.post("/sparql", data=update, headers=service.bearer("admin"))
        service.problem(edit, 503)
        assert service.client.get("/health").status_code == 200
        assert value(service, "polku_queries_stopped_total", limit="store") >= 2
    finally:
        on_store.relay.mend()
    assert service.sparql(query).status_code == 200
    assert service.client.get("/queries/datasets").status_code == 200
    again = service.client.post("/sparql", data=update, headers=service.bearer("admin"))
    assert again.status_code == 204, again.text
