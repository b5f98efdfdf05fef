"""Every hostile text ends as it should, and afterwards the service is as it was before."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.api.conftest import Service
from tests.hostile.cases import CUT, LIMITED, QUERIES, UPDATES, Case
from tests.hostile.conftest import Outcome, client, send

NAMES = [case.name for case in (*QUERIES, *UPDATES)]
MOST = 9 * 2**20
"""Bytes of the largest answer: ``query_mb`` and a piece."""

ATTACKERS = 3


@pytest.fixture(scope="session")
def outcomes(target: Service) -> Mapping[str, Outcome]:
    """What became of each text; several at a time, from addresses of their own."""

    def attack(number: int, cases: list[Case]) -> dict[str, Outcome]:
        with client(target, f"127.0.0.{10 + number}") as caller:
            return {case.name: send(caller, case, "query", {}) for case in cases}

    def change() -> dict[str, Outcome]:
        with client(target, "127.0.0.2") as caller:
            admin = target.bearer("admin")
            return {case.name: send(caller, case, "update", admin) for case in UPDATES}

    before = target.sparql("ASK {}").headers["polku-generation"]
    with ThreadPoolExecutor(ATTACKERS + 1) as threads:
        changing = threads.submit(change)
        attacking = [threads.submit(attack, n, QUERIES[n::ATTACKERS]) for n in range(ATTACKERS)]
        found = changing.result()
        for one in attacking:
            found |= one.result()
    after = target.sparql("ASK {}")
    assert after.text.strip() == "true"
    assert after.headers["polku-generation"] == before, "an attack changed the graph"
    return found


def test_the_texts_are_many_and_each_has_a_name_of_its_own() -> None:
    assert len(NAMES) == len(set(NAMES)) >= 60


@pytest.mark.timeout(600)
@pytest.mark.parametrize("case", [*QUERIES, *UPDATES], ids=NAMES)
def test_a_hostile_text_ends_as_it_should(case: Case, outcomes: Mapping[str, Outcome]) -> None:
    outcome = outcomes[case.name]
    assert outcome.status in case.right, outcome
    assert outcome.size <= MOST
    if outcome.status in LIMITED - {CUT}:
        assert outcome.limit in {
            "query_seconds", "query_memory_mb", "query_rows", "query_mb", "update_seconds"
        }, outcome  # fmt: skip


def test_the_source_s_data_is_still_there(target: Service, outcomes: Mapping[str, Outcome]) -> None:
    assert outcomes
    asked = target.sparql("ASK { GRAPH <https://w3id.org/polku/graph/sample> { ?s ?p ?o } }")
    assert asked.text.strip() == "true"
    assert target.client.get("/ready").json()["ready"]
