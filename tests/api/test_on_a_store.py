"""The service where the graph is on an engine of others: two replicas of it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.graph.remote.deliver import deliver
from app.settings import Settings
from tests.api.conftest import COURSE, MACHINE_LEARNING, Service, serving
from tests.engines import running

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
    assert other.sparql(COUNT).headers["etag"] != first.headers["etag"]
    past = first.headers["polku-generation"]
    other.problem(other.sparql(COUNT, generation=past), 410)
