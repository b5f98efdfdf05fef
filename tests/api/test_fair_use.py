"""One client's use never costs another its answer; who runs the service sees and ends queries."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.settings import Settings
from tests.api.conftest import Service, serving
from tests.api.test_sparql import ENDLESS, SLOW

LONG = 600.0


def client(service: Service, address: str) -> httpx.Client:
    """A client that comes from a loopback address of its own."""
    transport = httpx.HTTPTransport(local_address=address)
    return httpx.Client(base_url=service.url, transport=transport, timeout=120)


def running(service: Service) -> list[dict[str, Any]]:
    answer = service.client.get("/sparql/running", headers=service.bearer("admin"))
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    listed: list[dict[str, Any]] = answer.json()["queries"]
    return listed


def until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not done():
        assert time.monotonic() < deadline, "it never came to be so"
        time.sleep(0.02)


@contextlib.contextmanager
def asking(*calls: Callable[[], object]) -> Iterator[list[threading.Thread]]:
    """The calls under way, each in a thread; waits for them at the end."""
    threads = [threading.Thread(target=call, daemon=True) for call in calls]
    for thread in threads:
        thread.start()
    yield threads
    for thread in threads:
        thread.join(120)
        assert not thread.is_alive()


def end_all(service: Service) -> None:
    """Ends every query on its way."""
    while found := running(service):
        for one in found:
            service.client.delete(f"/sparql/running/{one['id']}", headers=service.bearer("admin"))


def test_one_client_cannot_take_every_reader(data: Path) -> None:
    settings = Settings(data=data, readers=2, query_seconds=LONG, queue_seconds=60)
    with serving(settings) as service, client(service, "127.0.0.2") as hostile:
        calls = [lambda: hostile.get("/sparql", params={"query": SLOW}) for _ in range(6)]
        with asking(*calls):
            until(lambda: len(running(service)) == 6)
            states = [(one["state"], one["client"]) for one in running(service)]
            assert (
                states
                == [("running", "address:127.0.0.2")] + [("waiting", "address:127.0.0.2")] * 5
            )
            assert service.sparql("ASK {}").text.strip() == "true"
            end_all(service)


def test_a_client_whose_queries_wait_is_told_to_wait_itself(data: Path) -> None:
    settings = Settings(
        data=data, readers=2, query_seconds=LONG, queue_seconds=60, client_waiting=2
    )
    with serving(settings) as service, client(service, "127.0.0.2") as hostile:
        calls = [lambda: hostile.get("/sparql", params={"query": SLOW}) for _ in range(3)]
        with asking(*calls):
            until(lambda: len(running(service)) == 3)
            refused = hostile.get("/sparql", params={"query": "ASK {}"})
            problem = service.problem(refused, 429)
            assert (problem["limit"], problem["value"]) == ("client_waiting", 2)
            assert problem["type"] == "/problems/fair-use"
            assert int(refused.headers["retry-after"]) >= 1
            end_all(service)


ROUTES = [
    "/sparql?query=ASK%20%7B%7D",
    "/graphs?graph=https://w3id.org/polku/graph/sample",
    "/graphs",
    "/queries/datasets",
    "/course/aalto/SAMPLE-DS202",
]


def test_a_client_that_used_its_seconds_pauses_and_no_other_does(data: Path) -> None:
    settings = Settings(
        data=data,
        readers=2,
        query_seconds=3,
        client_burst_seconds=2.5,
        client_refill=0.001,
    )
    with serving(settings) as service, client(service, "127.0.0.2") as heavy:
        service.problem(heavy.get("/sparql", params={"query": SLOW}), 504)
        for route in ROUTES:
            refused = heavy.get(route)
            problem = service.problem(refused, 429)
            assert (problem["limit"], problem["value"]) == ("client_burst_seconds", 2.5)
            assert "client_burst_seconds" in problem["detail"]
            assert int(refused.headers["retry-after"]) > 1
            assert service.client.get(route).status_code == 200
        assert heavy.get("/health").status_code == 200
        reader = heavy.get("/sparql", params={"query": "ASK {}"}, headers=service.bearer("reader"))
        assert reader.status_code == 200, "a token is a client of its own"
        told = service.client.get("/metrics").text
        assert 'polku_queries_stopped_total{limit="client_burst_seconds"} 5.0' in told
        assert 'polku_queries_stopped_total{limit="query_seconds"} 1.0' in told
        assert 'polku_queries{state="waiting"} 0.0' in told


def test_a_token_that_is_not_valid_makes_nobody_another_client(data: Path) -> None:
    settings = Settings(
        data=data, readers=2, query_seconds=3, client_burst_seconds=2.5, client_refill=0.001
    )
    with serving(settings) as service:
        service.problem(service.sparql(SLOW), 504)
        for token in ("x", service.tokens["reader"][:-3] + "AAA"):
            headers = {"Authorization": f"Bearer {token}"}
            asked = service.client.get("/sparql", params={"query": "ASK {}"}, headers=headers)
            service.problem(asked, 429)


def test_an_admin_s_use_is_not_bounded_by_the_bucket(data: Path) -> None:
    settings = Settings(
        data=data, readers=2, query_seconds=3, client_burst_seconds=2.5, client_refill=0.001
    )
    with serving(settings) as service:
        admin = service.bearer("admin")
        slow = service.client.get("/sparql", params={"query": SLOW}, headers=admin)
        service.problem(slow, 504)
        asked = service.client.get("/sparql", params={"query": "ASK {}"}, headers=admin)
        assert asked.status_code == 200


def test_an_admin_sees_the_queries_on_their_way_and_ends_one(data: Path) -> None:
    settings = Settings(data=data, readers=2, query_seconds=LONG, queue_seconds=60)
    answers: list[httpx.Response] = []
    with serving(settings) as service:
        headers = service.bearer("researcher")

        def ask() -> None:
            answers.append(service.client.get("/sparql", params={"query": SLOW}, headers=headers))

        with asking(ask):
            until(lambda: [one["state"] for one in running(service)] == ["running"])
            (one,) = running(service)
            assert one["query"] == SLOW
            assert one["client"].startswith("token:")
            assert one["client"].removeprefix("token:") in service.tokens["researcher"]
            assert len(one["hash"]) == 16 and one["seconds"] >= 0
            place = f"/sparql/running/{one['id']}"
            service.problem(service.client.delete(place), 401)
            service.problem(service.client.delete(place, headers=headers), 403)
            ended = service.client.delete(place, headers=service.bearer("admin"))
            assert ended.status_code == 204
        problem = service.problem(answers[0], 503)
        assert problem["type"] == "/problems/ended"
        assert running(service) == []
        again = service.client.delete(place, headers=service.bearer("admin"))
        assert "runs or waits" in service.problem(again, 404)["detail"]
        told = service.client.get("/metrics").text
        assert 'polku_queries_stopped_total{limit="ended"} 1.0' in told


def test_a_query_that_is_sending_is_cut_when_it_is_ended(data: Path) -> None:
    settings = Settings(data=data, readers=2, query_seconds=LONG, query_rows=10**9)
    with serving(settings) as service:
        asked = service.client.stream(
            "GET", "/sparql", params={"query": ENDLESS}, headers={"Accept": "text/csv"}
        )
        with pytest.raises(httpx.RemoteProtocolError), asked as answer:
            assert answer.status_code == 200
            # The client reads nothing: what ends it is not that it reads on.
            (one,) = running(service)
            place = f"/sparql/running/{one['id']}"
            with httpx.Client(base_url=service.url) as other:
                assert other.delete(place, headers=service.bearer("admin")).status_code == 204
            until(lambda: running(service) == [])
            for _ in answer.iter_bytes():
                pass


def test_a_query_that_waits_is_ended_without_a_reader(data: Path) -> None:
    settings = Settings(
        data=data, readers=1, query_seconds=LONG, queue_seconds=60, client_queries=1
    )
    answers: list[httpx.Response] = []
    with serving(settings) as service:

        def first() -> None:
            service.sparql(SLOW)

        def second() -> None:
            answers.append(service.sparql("ASK { ?s ?p ?o }"))

        with asking(first):
            until(lambda: len(running(service)) == 1)
            with asking(second):
                until(lambda: len(running(service)) == 2)
                waiting = running(service)[1]
                assert waiting["state"] == "waiting"
                place = f"/sparql/running/{waiting['id']}"
                service.client.delete(place, headers=service.bearer("admin"))
            service.problem(answers[0], 503)
            end_all(service)


def test_what_is_on_its_way_is_shown_to_admins_alone(service: Service) -> None:
    service.problem(service.client.get("/sparql/running"), 401)
    for role in ("reader", "researcher", "curator"):
        headers = service.bearer(role)
        service.problem(service.client.get("/sparql/running", headers=headers), 403)
    assert running(service) == []


def test_the_description_says_that_the_list_takes_a_token(service: Service) -> None:
    paths = service.client.get("/openapi.json").json()["paths"]
    assert paths["/sparql/running"]["get"]["security"] == [{"token": []}]
    assert paths["/sparql/running/{id}"]["delete"]["security"] == [{"token": []}]
