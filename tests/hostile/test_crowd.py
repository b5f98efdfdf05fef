"""Eight hostile clients at a time, each from an address of its own, and others that ask little."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import httpx
import pytest

from tests.api.conftest import Service
from tests.hostile.cases import EIGHT
from tests.hostile.conftest import client, send

ORDINARY = (
    "ASK {}",
    "SELECT * { ?s ?p ?o } LIMIT 10",
    "SELECT ?s ?label { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?label } LIMIT 20",
    "ASK { ?course a <https://w3id.org/polku/ns#Course> }",
)
PATIENCE = 60.0


@contextmanager
def attacked(service: Service) -> Iterator[None]:
    """The eight are sent again and again from eight addresses, until the block ends."""
    over = threading.Event()

    def again(number: int) -> None:
        case = EIGHT[number]
        with client(service, f"127.0.0.{60 + number}") as caller:
            while not over.is_set():
                with suppress(httpx.TransportError):
                    send(caller, case, "query", {})
                over.wait(0.1)

    attackers = [threading.Thread(target=again, args=(number,)) for number in range(len(EIGHT))]
    for attacker in attackers:
        attacker.start()
    try:
        admin = service.bearer("admin")
        deadline = time.monotonic() + PATIENCE
        while not service.client.get("/sparql/running", headers=admin).json()["queries"]:
            assert time.monotonic() < deadline
        yield
    finally:
        over.set()
        for attacker in attackers:
            attacker.join()


def test_the_eight_are_eight() -> None:
    assert len(EIGHT) == 8


def test_who_asks_little_is_answered_while_eight_addresses_ask_for_everything(
    target: Service,
) -> None:
    with attacked(target), client(target, "127.0.0.90") as caller:
        for number in range(60):
            query = f"{ORDINARY[number % len(ORDINARY)]} # {number}"
            answer = caller.get("/sparql", params={"query": query}, timeout=PATIENCE)
            assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("address", ["127.0.0.91", "127.0.0.60"])
def test_when_the_crowd_has_gone_everybody_is_answered(target: Service, address: str) -> None:
    with attacked(target):
        pass
    with client(target, address) as caller:
        assert caller.get("/sparql", params={"query": "ASK {}"}).status_code == 200
